"""One record: everything known about it, where it stands, and what is like it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.explorer import Explorer
from rubrix_widget.explorer.protocol import records
from rubrix_widget.explorer.protocol.limits import MAX_TEXT, MAX_TOKENS
from tests.explorer.conftest import asked, error, result, view
from tests.explorer.test_edits import change, edit


def logged(name: str, **parts: Any) -> Explorer:
    """Log one record and open an explorer on it."""
    rb.log(rb.TextClassificationRecord(id="one", **parts), name, verbose=False)
    explorer = rb.explore(name)
    explorer.sent = []
    explorer.send = lambda content, buffers=None: explorer.sent.append(content)
    return explorer


def test_a_record_has_all_that_the_protocol_names(explorer: Explorer) -> None:
    """A record that was opened has its payload, marks, explanation and history."""
    found = result(explorer, "record", asked("r1"))
    assert set(found) == set(records.RecordResult.__annotations__)
    assert set(found["record"]) == set(records.RecordPayload.__annotations__)
    assert (found["explanation"], found["history"], found["marks"]) == (None, [], {})


def test_marks_reach_through_the_whole_text(explorer: Explorer) -> None:
    """What a page cannot mark, being cut off there, is marked when the record is opened."""
    (short,) = result(explorer, "page", view("end AND id:r3"))["records"]
    assert short["marks"] == {"text": []}
    whole = result(explorer, "record", asked("r3", "end AND id:r3"))
    text = whole["record"]["inputs"]["text"]
    assert len(text) > MAX_TEXT
    assert whole["marks"] == {"text": [[len(text) - 3, len(text)]]}


def test_inputs_that_are_not_searched_have_no_marks(explorer: Explorer) -> None:
    """Only a query for words says of an input that nothing matches in it."""
    assert all(not one["marks"] for one in result(explorer, "page", view("score:>0"))["records"])


def test_an_explanation_survives_logging(explorer: Explorer) -> None:
    """Attributions of tokens arrive by label, in the order of the tokens; NaN is none."""
    tokens = [
        rb.TokenAttributions(token="a", attributions={"good": 0.25, "bad": -0.5}),
        rb.TokenAttributions(token="<b>", attributions={"bad": 0.75}),
    ]
    explorer = logged("explained", text="a <b>", explanation={"text": tokens})
    response = result(explorer, "record", asked("one"))
    assert response["explanation"] == {
        "text": {
            "tokens": ["a", "<b>"],
            "values": {"good": [0.25, None], "bad": [-0.5, 0.75]},
            "left_out": 0,
        }
    }
    json.dumps(response, allow_nan=False)


def test_a_long_explanation_is_cut(explorer: Explorer) -> None:
    """Of very many tokens the first arrive, with how many do not."""
    tokens = [rb.TokenAttributions(token=f"t{n}", attributions={"a": n}) for n in range(6_000)]
    explorer = logged("verbose", text="t", explanation={"text": tokens})
    found = result(explorer, "record", asked("one"))["explanation"]["text"]
    assert len(found["tokens"]) == len(found["values"]["a"]) == MAX_TOKENS
    assert found["left_out"] == 6_000 - MAX_TOKENS


def test_history_tells_who_changed_what(explorer: Explorer) -> None:
    """Changes of a record come newest first, with person, query, and what became of what."""
    result(explorer, "page", view("dull"))
    record = result(explorer, "record", asked("r1"))["record"]
    edit(explorer, change(record, ["new"]))
    result(explorer, "undo", {"group": None, "dry_run": False})
    undone, made = result(explorer, "record", asked("r1"))["history"]
    assert set(made) == set(records.HistoryEntry.__annotations__)
    assert (made["kind"], made["old"], made["new"]) == ("edit", record["annotation"], ["new"])
    assert (undone["kind"], undone["old"], undone["new"]) == ("undo", ["new"], made["old"])
    assert made["query"] == "dull"
    assert made["agent"] == undone["agent"]
    assert made["at"] < undone["at"]
    assert result(explorer, "record", asked("r2"))["history"] == []


SORTS = [[], [["score", "desc"]], [["metadata.part", "asc"], ["score", "desc"], ["id", "asc"]]]


@pytest.mark.parametrize("sort", [*SORTS, [["predicted", "asc"], ["relevance", "desc"]]])
@pytest.mark.parametrize("query", ["", "dull OR 7"])
def test_a_record_is_located_where_it_is(explorer: Explorer, query: str, sort: Any) -> None:
    """Each record of a view is on the page that is told, whatever the order."""
    asked_for = view(query, sort=sort, page_size=7)
    found = result(explorer, "ids", asked_for)
    for place, record_id in enumerate(found["ids"]):
        told = result(explorer, "locate", {"id": record_id, "view": asked_for})
        assert told == {"id": record_id, "known": True, "page": place // 7 + 1}


def test_a_record_elsewhere_has_no_page(explorer: Explorer) -> None:
    """A record outside the view is known and on no page; one that is nowhere is not known."""
    asked_for = {"view": view("zebra")}
    known = result(explorer, "locate", {"id": " r1\n", **asked_for})
    assert known == {"id": "r1", "known": True, "page": None}
    gone = result(explorer, "locate", {"id": "r99", **asked_for})
    assert gone == {"id": "r99", "known": False, "page": None}


def test_ids_are_those_of_the_view(open_explorer: Callable[..., Explorer]) -> None:
    """All ids of a view are told in its order, with how many there are."""
    explorer = open_explorer("predicted:ko", sort=[("score", "asc")])
    found = result(explorer, "ids", view("predicted:ko", sort=[["score", "asc"]], page_size=3))
    assert found["ids"] == explorer.to_pandas()["id"].tolist()
    assert found["count"] == len(found["ids"])


def test_similar_records_are_those_of_the_engine(explorer: Explorer) -> None:
    """The most similar come first, as in ``rb.similar``, with the beginning of their texts."""
    found = result(explorer, "similar", {"id": "r4"})["records"]
    assert [one["id"] for one in found] == rb.similar("reviews", "r4")["id"].tolist()
    assert all(set(one) == set(records.SimilarRecord.__annotations__) for one in found)
    assert [one["similarity"] for one in found] == sorted(
        (one["similarity"] for one in found), reverse=True
    )
    assert "r4" not in [one["id"] for one in found]
    assert max(len(one["text"]) for one in found) <= 240


@pytest.mark.parametrize(
    ("method", "params", "says"),
    [
        ("record", {"id": "r1"}, "lacks 'query'"),
        ("record", {"id": 1, "query": "", "dialect": "notebook"}, "id is 1"),
        ("record", {"id": "r1", "query": "(", "dialect": "notebook"}, "never closed"),
        ("locate", {"id": "r1"}, "lacks 'view'"),
        ("locate", {"id": "r1", "view": {}}, "lacks 'query'"),
        ("locate", {"id": "r1", "view": {**view(), "code": 1}}, "unknown 'code'"),
        ("similar", {"id": "nonesuch"}, "nonesuch"),
        ("similar", ["r1"], "object"),
        ("ids", {}, "lacks 'query'"),
    ],
)
def test_what_is_no_question_is_refused(
    explorer: Explorer, method: str, params: Any, says: str
) -> None:
    """A request that is not as it should be is answered with what is wrong."""
    assert says in error(explorer, method, params)["message"]


@given(st.lists(st.floats(), max_size=5))
def test_attributions_are_plain_numbers(values: list[float]) -> None:
    """Whatever floats an explanation holds, what is sent is strict JSON."""
    from rubrix_widget.explorer.details import explained

    tokens = [{"token": "t", "attributions": {"a": value}} for value in values]
    sent = json.loads(json.dumps(explained({"text": tokens}), allow_nan=False))
    for value, got in zip(values, sent["text"]["values"].get("a", []), strict=True):
        assert got == (value if math.isfinite(value) else None)
