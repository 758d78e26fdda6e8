"""Predictions of several agents in the explorer, without a kernel, in reports and in files."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import rubrix_widget as rb
from rubrix_widget.explorer import Explorer
from rubrix_widget.explorer.protocol import RequestError
from tests.explorer.conftest import HOSTILE, asked, result, view
from tests.explorer.test_exporting import exported
from tests.explorer.test_report import Parsed
from tests.explorer.test_static import Tags, fallback

ODD = f"my_model@{HOSTILE}"
LINES = [
    ("good", [("bad", 0.2), ("good", 0.8)], [("bad", 0.9)], [("good", 1.0)]),
    ("bad", [("good", 0.7)], [("bad", 0.6)], None),
    (None, [("good", 0.7)], None, [("bad", 0.5)]),
]


def explorer(*others: str, **settings: Any) -> Explorer:
    """Open an explorer on three records that agent "a" and others predicted."""
    made = [
        rb.TextClassificationRecord(
            text=f"text {at}",
            id=f"r{at}",
            annotation=annotation,
            prediction=dict(
                zip(("a", *others), [*predictions, [("good", 0.9)]][: 1 + len(others)], strict=True)
            ),
        )
        for at, (annotation, *predictions) in enumerate(LINES)
    ]
    rb.log(made, "compared", verbose=False)
    shown = rb.explore("compared", **settings)
    shown.sent = []
    shown.send = lambda content, buffers=None: shown.sent.append(content)
    return shown


def test_a_page_has_what_each_agent_predicted(home: Path) -> None:
    """Best first, with its own verdict, as the record in full; None where it predicted nothing."""
    shown = explorer("b", ODD)
    page = result(shown, "page", view())
    found = [dict(one["by_agent"]) for one in page["records"]]
    assert list(found[0]) == ["a", "b", ODD]
    assert found[0]["a"] == {"prediction": [["good", 0.8], ["bad", 0.2]], "predicted": "ok"}
    assert [one["b"]["predicted"] for one in found] == ["ko", "ok", None]
    assert found[1][ODD] == {"prediction": None, "predicted": None}
    assert [one["prediction"] for one in page["records"]] == [
        one["a"]["prediction"] for one in found
    ]
    assert dict(result(shown, "record", asked("r0"))["record"]["by_agent"]) == found[0]
    rb.relabel("compared", "bad", ids=["r0"], agent="ada")
    again = dict(result(shown, "page", view())["records"][0]["by_agent"])
    assert (again["a"]["predicted"], again["b"]["predicted"]) == ("ko", "ok")


def test_agents_are_sent_as_pairs_which_keep_their_order(home: Path) -> None:
    """Names like numbers too, on a page, in full and in a saved notebook: JSON, read anew."""
    shown = explorer("10", "2")
    sent = [result(shown, "page", view())["records"][0], result(shown, "record", asked("r0"))]
    records = [sent[0], sent[1]["record"], shown.snapshot["records"][0]]
    for record in json.loads(json.dumps(records)):
        assert [agent for agent, _ in record["by_agent"]] == ["a", "10", "2"]


def test_records_of_one_agent_say_no_more_than_before(home: Path) -> None:
    """There is no column and nothing by agent where each record has the prediction of one."""
    shown = explorer()
    (record, *_) = result(shown, "page", view())["records"]
    assert record["by_agent"] == []
    assert not [name for name in shown.config["columns"] if "@" in name]
    assert "@" not in fallback(shown)["text/html"]


def test_a_model_that_is_added_gets_its_column_at_once(home: Path) -> None:
    """An open explorer offers the column and the fields of it with its next page."""
    shown = explorer("b")
    rb.add_predictions("compared", ODD, {"r1": [("bad", 0.5)]}, verbose=False)
    page = result(shown, "page", view())
    assert {one["id"]: dict(one["by_agent"])[ODD]["predicted"] for one in page["records"]}[
        "r1"
    ] == "ok"
    assert f"predicted_as@{ODD}" in shown.config["columns"]


def test_columns_of_agents_are_offered_kept_and_sorted_by(home: Path) -> None:
    """Each agent but the primary one has a column, which a cell, a view and code can name."""
    shown = explorer("b", ODD)
    offered = [f"predicted_as@{name}" for name in ("b", ODD)]
    assert [name for name in shown.config["columns"] if "@" in name] == offered
    shown.columns = ["text", *offered]
    shown.sort = [[f"score@{ODD}", "desc"], ["predicted@b", "asc"]]
    assert shown.to_pandas()["id"].tolist() == ["r0", "r2", "r1"]
    shown.save_view("odd")
    again = rb.explore("compared", view="odd")
    assert (again.columns, again.state["sort"]) == (shown.columns, shown.state["sort"])
    assert rb.explore("compared", state=shown.state).state == shown.state


def test_facets_of_agents_are_counted_and_filter(home: Path) -> None:
    """The values of each agent's fields count records, and a click on one filters by it."""
    shown = explorer("b", ODD)
    names = [f"predicted@{ODD}", f"predicted_as@{ODD}", f"score@{ODD}", f"fixed@{ODD}", "agree@b"]
    assert set(names) <= {field["name"] for field in shown.config["fields"]}
    asks = {"query": "", "dialect": "notebook", "filters": {}, "search": {}, "confusion": False}
    answer = result(shown, "facets", {**asks, "facets": names})
    counted = {one["name"]: one for one in answer["facets"]}
    values = {
        name: {one["value"]: one["count"] for one in found["values"]}
        for name, found in counted.items()
    }
    assert values[f"predicted@{ODD}"] == {"ok": 1}
    assert values[f"predicted_as@{ODD}"] == {"good": 1, "bad": 1}
    assert sum(counted[f"score@{ODD}"]["count"]) == 2
    assert (values[f"fixed@{ODD}"], counted[f"fixed@{ODD}"]["missing"]) == ({False: 1}, 2)
    assert values["agree@b"] == {False: 2}
    shown.filters = {f"predicted_as@{ODD}": ["good"], "agree@b": [False]}
    assert shown.to_pandas()["id"].tolist() == ["r0"]


def test_without_a_kernel_the_other_predictions_are_shown(home: Path) -> None:
    """The saved table has a column and a verdict for up to two others, escaped and cut short."""
    shown = explorer("b", ODD)
    page, saved = Tags(fallback(shown)["text/html"]), shown.snapshot["records"]
    assert page.tags <= {"div", "p", "b", "br", "code", "i", *("table", "thead", "tbody")} | {
        *("tr", "th", "td"),
    }
    table = page.rows[-4:]
    assert table[0] == [
        *("text", "predicted", "", "predicted@b", ""),
        *(f"predicted@{ODD}"[:10] + table[0][5][10:], "", "annotated", "status"),
    ]
    assert table[0][5].endswith("…")
    assert table[1][1:] == [
        *("good 0.800", "✓ ok", "bad 0.900", "✗ ko", "good 1.000", "✓ ok", "good", "Validated")
    ]
    assert table[2][5:7] == ["", ""]
    assert dict(saved[1]["by_agent"])[ODD] == {"prediction": None, "predicted": None}
    four = Tags(fallback(explorer("b", "c", "d"))["text/html"]).rows[-4]
    assert four == ["text", "predicted", "", "annotated", "status"]


def test_a_report_has_columns_for_each_agent(home: Path, tmp_path: Path) -> None:
    """Labels, scores and verdicts of the others are carried by the report, to sort and filter."""
    explorer("b", ODD).save(tmp_path / "report.html", charts=False)
    report = Parsed((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert report.column("predicted_as@b") == ["bad", "bad", None]
    assert report.column("score@b") == [0.9, 0.6, None]
    assert report.column("predicted@b") == ["ko", "ok", None]
    assert report.column(f"predicted_as@{ODD}") == ["good", None, "bad"]
    assert report.elements["img"] == 0


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_files_have_all_predictions(home: Path, kind: str) -> None:
    """Each format has those of every agent, and what can be read again is what it was."""
    shown = explorer("b", ODD)
    content = exported(shown, kind)
    wanted = [
        {
            name: [list(pair) for pair in given]
            for name, given in zip(("a", "b", ODD), predictions, strict=True)
            if given is not None
        }
        for _, *predictions in LINES
    ]
    if kind == "csv":
        cells = pd.read_csv(io.BytesIO(content))["predictions"]
        assert [json.loads(cell) for cell in cells] == wanted
    elif kind == "jsonl":
        lines = [json.loads(line) for line in content.decode().splitlines()]
        assert [line["predictions"] for line in lines] == wanted
    else:
        frame = pd.read_parquet(io.BytesIO(content))
        back = rb.DatasetForTextClassification.from_pandas(frame)
        assert [
            {
                name: [list(pair) for pair in one or ()]
                for name, one in (r.predictions or {}).items()
            }
            for r in back
        ] == wanted


def test_what_is_chosen_for_analyses_is_part_of_the_view(home: Path) -> None:
    """Set in Python or opened from a link it is the same; an agent that is none is refused."""
    shown = explorer("b", ODD, tab="analysis", analysis="slices", analysis_options={"agent": "b"})
    shown.analysis_options = {"agent": ODD, "against": "a"}
    assert rb.explore("compared", state=shown.link()).analysis_options == shown.analysis_options
    for wrong, says in (
        ({"agent": "c"}, "no agent 'c'"),
        ({"who": "b"}, "an option is 'who'; use 'agent' or"),
        ({"agent": 1}, "agent is 1; give a string"),
        (["agent"], "give a dict"),
    ):
        with pytest.raises(RequestError, match=says):
            shown.analysis_options = wrong
    assert shown.analysis_options == {"agent": ODD, "against": "a"}
    state = shown.state
    rb.log(rb.TextClassificationRecord(text="t", prediction=[("good", 1.0)]), "other")
    with pytest.raises(RequestError, match="lacks the agent"):
        rb.explore("other", state=state)


def test_an_agent_that_is_gone_can_be_left(home: Path) -> None:
    """Where its predictions are there no more, another one can still be chosen beside it."""
    shown = explorer("b", analysis_options={"agent": "b", "normalize": "annotated"})
    alone = [
        rb.TextClassificationRecord(text=f"text {at}", id=f"r{at}", prediction=[("good", 0.9)])
        for at in range(3)
    ]
    rb.log(alone, "compared", verbose=False)
    shown.analysis_options = {"agent": "b", "normalize": "predicted"}
    shown.analysis_options = {}
    with pytest.raises(RequestError, match="no agent 'b'"):
        shown.analysis_options = {"agent": "b"}
