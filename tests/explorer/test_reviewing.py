"""A review of label errors, as the page asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.explorer import Explorer
from rubrix_widget.explorer.protocol.limits import CURVE_POINTS, NEAR_RECORDS, REVIEW_RECORDS
from rubrix_widget.explorer.protocol.reviewing import (
    ReviewEstimate,
    ReviewParams,
    ReviewRecord,
    ReviewResult,
)
from tests.explorer.conftest import error, result
from tests.explorer.test_edits import UNDO, change, edit

ASKED = {"query": "", "dialect": "notebook", "filters": {}, "agent": None, "every": 5, "passed": []}


def ask(explorer: Explorer, **more: Any) -> Any:
    """Return what there is to judge next."""
    return result(explorer, "review", {**ASKED, **more})


@pytest.fixture
def open_any(home: Any) -> Callable[[str], Explorer]:
    """Return what opens an explorer on any dataset, and keeps what it sends."""

    def opened(name: str) -> Explorer:
        explorer = rb.explore(name)
        explorer.sent = []
        explorer.send = lambda content, buffers=None: explorer.sent.append(content)
        return explorer

    return opened


def ids(answer: Any) -> list[str]:
    return [one["record"]["id"] for one in answer["records"]]


def test_the_answer_has_what_a_person_judges_by(explorer: Explorer) -> None:
    """Text, annotation, prediction with scores, the other label, and likely others beside it."""
    answer = ask(explorer)
    assert set(answer) == set(ReviewResult.__annotations__)
    assert set(answer["estimate"]) == set(ReviewEstimate.__annotations__)
    assert set(ASKED) == set(ReviewParams.__annotations__)
    assert len(answer["records"]) == REVIEW_RECORDS
    assert (answer["n"], answer["shown"], answer["judged"]) == (48, 60, 0)
    assert answer["estimate"]["remaining"] is None
    doubted = analysis.label_errors("reviews").data["table"]["id"].tolist()
    assert ids(answer)[:4] == doubted[:4]
    assert [one["drawn"] for one in answer["records"]] == [False] * 4 + [True, False]
    assert [doubted[one["place"] - 1] for one in answer["records"]] == ids(answer)
    for one in answer["records"]:
        assert set(one) == set(ReviewRecord.__annotations__)
        record = one["record"]
        assert 0 < len(one["near"]) <= NEAR_RECORDS
        assert all(near["annotation"] not in (None, record["annotation"]) for near in one["near"])
        scores = [near["similarity"] for near in one["near"]]
        assert scores == sorted(scores, reverse=True)
        predicted = [record["prediction"][0][0]]
        assert one["other"] == (predicted if predicted != record["annotation"] else None)


def test_a_review_goes_on_where_it_was_left(
    explorer: Explorer, open_explorer: Callable[..., Explorer]
) -> None:
    """Judged records come no more, in any explorer; undone ones come again."""
    first = ask(explorer)
    one, two = (entry["record"] for entry in first["records"][:2])
    edit(explorer, change(one, ["other"]), change(one, "label_wrong", "verdict"), edit_id="1")
    edit(
        explorer,
        change(two, "Validated", "status"),
        change(two, "model_wrong", "verdict"),
        edit_id="2",
    )
    other = open_explorer()
    for view in (explorer, other):
        answer = ask(view)
        assert ids(answer)[:2] == ids(first)[2:4]
        assert [entry["drawn"] for entry in answer["records"]][:3] == [False, False, True]
        assert (answer["n"], answer["judged"], answer["curve"]) == (48, 2, [[1, 1], [2, 1]])
        assert answer["counts"]["label_wrong"] == answer["counts"]["model_wrong"] == 1
    result(explorer, "undo", UNDO)
    result(explorer, "undo", UNDO)
    assert ids(ask(other)) == ids(first)
    assert ask(other)["curve"] == []


def test_it_is_of_what_is_shown(explorer: Explorer) -> None:
    """A query and filters narrow it, and judging takes no record out of it."""
    found = ask(explorer, query="predicted:ko", filters={"metadata.part": [0, 2]})
    assert found["n"] == found["shown"] < 48
    record = found["records"][0]["record"]
    edit(explorer, change(record, found["records"][0]["other"]))
    gone = ask(explorer, query="predicted:ko", filters={"metadata.part": [0, 2]})
    assert gone["n"] == found["n"] - 1  # relabelled without a verdict: no part of a review
    rb.set_verdict("reviews", "label_wrong", ids=[record["id"]])
    again = ask(explorer, query="predicted:ko", filters={"metadata.part": [0, 2]})
    assert (again["n"], again["judged"]) == (found["n"], 1)


def test_an_answer_is_never_of_an_order_that_is_no_more(
    explorer: Explorer, open_explorer: Callable[..., Explorer]
) -> None:
    """Whatever was asked before: as one asked for the first time would answer."""
    asking = {"": explorer, "predicted:ko": open_explorer()}
    began = ask(explorer)
    first, predicted = ids(began), began["records"][1]["other"][0]
    steps: list[Callable[[], Any]] = [
        lambda: rb.set_verdict("reviews", "model_wrong", ids=first[:1]),
        lambda: rb.relabel("reviews", "negative", ids=first[:1]),
        lambda: rb.relabel("reviews", predicted, ids=first[1:2]),
        lambda: rb.delete_records("reviews", ids=first[3:4]),
        lambda: rb.set_labels("reviews", {"other": None, "negative": None, "positive": None}),
    ]
    for step in steps:
        step()
        for query, before in asking.items():
            found, wanted = (ask(one, query=query) for one in (before, open_explorer()))
            assert found | {"version": 0} == wanted | {"version": 0}
    narrowed = {"query": "predicted:ko"}
    assert ids(ask(explorer, **narrowed)) == ids(ask(open_explorer(), **narrowed))


def test_what_is_passed_over_comes_last(explorer: Explorer) -> None:
    """And is not lost; an id that is gone is no error."""
    first = ids(ask(explorer, every=0))
    then = ids(ask(explorer, every=0, passed=[*first[:2], "gone"]))
    assert then[:4] == first[2:]
    rb.set_verdict("reviews", "ambiguous", query="NOT _exists_:verdict", reason="all")
    rb.set_verdict("reviews", None, ids=first[:2])
    assert ids(ask(explorer, passed=first[:1])) == [first[1], first[0]]
    rb.set_verdict("reviews", "ambiguous", ids=first[:2])
    over = ask(explorer)
    assert (over["records"], over["judged"], over["estimate"]["remaining"]) == ([], 48, 0)


def test_there_may_be_nothing_to_judge(explorer: Explorer) -> None:
    """Without annotations, scores or records there are none, and no error."""
    for query in ("NOT _exists_:annotated_as", "nowhere"):
        found = ask(explorer, query=query)
        assert (found["records"], found["n"], found["curve"]) == ([], 0, [])


def test_a_long_curve_is_thinned(open_any: Callable[[str], Explorer]) -> None:
    """To so many points, the last of them whole."""
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"w{at}", id=at, annotation="a", prediction=[("a", at / 900), ("b", 0.1)]
            )
            for at in range(900)
        ],
        "long",
        verbose=False,
    )
    rb.set_verdict("long", "label_wrong", query="")
    found = ask(open_any("long"))
    assert len(found["curve"]) <= CURVE_POINTS
    assert found["curve"][-1] == [900, 900]


def test_several_labels_are_judged_one_by_one(open_any: Callable[[str], Explorer]) -> None:
    """The other annotation has the label in doubt added, or left out."""
    rb.log(
        [
            rb.TextClassificationRecord(
                text=text, id=text, multi_label=True, annotation=["a", "c"],
                prediction=[("a", a), ("b", b), ("c", 0.9)],
            )
            for text, a, b in (("less", 0.1, 0.2), ("more", 0.9, 0.8))
        ],
        "several", verbose=False,
    )  # fmt: skip
    found = ask(open_any("several"), every=0)
    assert [(one["record"]["id"], one["other"]) for one in found["records"]] == [
        ("less", ["c"]),
        ("more", ["a", "c", "b"]),
    ]


def test_another_agent_ranks_and_proposes(open_any: Callable[[str], Explorer]) -> None:
    """In the order of its label errors, with its label; whichever agent was asked for before."""
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"w{at}", id=at, annotation="x",
                prediction={
                    "a": [("x", at / 10), ("y", 1 - at / 10)],
                    "b": [("x", 1 - at / 10), ("z", at / 10)],
                },
            )
            for at in range(10)
        ],
        "ranked", verbose=False,
    )  # fmt: skip
    explorer = open_any("ranked")
    for agent, other in (("b", "z"), ("a", "y"), (None, "y"), ("b", "z")):
        found = ask(explorer, every=0, agent=agent)
        doubted = analysis.label_errors("ranked", agent=agent).data["table"]["id"].tolist()
        assert ids(found) == doubted[:REVIEW_RECORDS]
        assert found["records"][0]["other"] == [other]
    rb.set_verdict("ranked", "label_wrong", ids=["9"])
    rb.relabel("ranked", "z", ids=["9"])
    found = ask(explorer, every=0, agent="b")
    assert (found["judged"], ids(found)[0]) == (1, doubted[1])
    assert "no agent 'c'" in error(explorer, "review", {**ASKED, "agent": "c"})["message"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"agent": 1}, "agent is 1; give a string"),
        ({"every": -1}, "every is -1; give a whole number"),
        ({"every": True}, "every is True"),
        ({"passed": "r1"}, "list"),
        ({"query": 7}, "query"),
        ({"query": "("}, "never closed"),
        ({"filters": {"nowhere": ["x"]}}, "no field"),
        ({"seed": 1}, "unknown"),
    ],
)
def test_what_is_not_understood_is_refused(
    explorer: Explorer, wrong: dict[str, Any], says: str
) -> None:
    """In words."""
    assert says in error(explorer, "review", {**ASKED, **wrong})["message"]
