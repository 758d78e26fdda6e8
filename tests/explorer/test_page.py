"""The page of records that a request is answered with."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrix_widget.explorer import Explorer
from rubrix_widget.explorer.protocol.limits import MAX_TEXT
from rubrix_widget.explorer.protocol.records import PageRecord, PageResult, Summary
from rubrix_widget.explorer.utf16 import marks_to_utf16, to_utf16
from tests.explorer.conftest import HOSTILE, ask, asked, error, result, set_on_page, view


def test_a_page_says_everything_the_protocol_names(explorer: Explorer) -> None:
    """A page, its records and its summary have exactly the fields of the protocol."""
    page = result(explorer, "page", view())
    assert set(page) == set(PageResult.__annotations__)
    assert set(page["summary"]) == set(Summary.__annotations__)
    assert all(set(one) == set(PageRecord.__annotations__) for one in page["records"])


def test_pages_together_are_the_view(explorer: Explorer) -> None:
    """Each record of the view is on exactly one page, in the view's order."""
    asked = view("predicted:ko", sort=[["score", "desc"]], page_size=7)
    first = result(explorer, "page", asked)
    ids = [
        record["id"]
        for number in range(1, first["pages"] + 1)
        for record in result(explorer, "page", {**asked, "page": number})["records"]
    ]
    set_on_page(explorer, query="predicted:ko", sort=[["score", "desc"]])
    assert ids == explorer.to_pandas()["id"].tolist()
    assert len(ids) == first["count"] == len(set(ids)) > 7


def test_a_page_past_the_end_is_the_last(explorer: Explorer) -> None:
    """A page number that has gone is answered with the last page there is."""
    page = result(explorer, "page", view(page=99, page_size=25))
    assert (page["page"], page["pages"], len(page["records"])) == (3, 3, 10)


def test_nothing_found_is_one_empty_page(explorer: Explorer) -> None:
    """A query that matches nothing has one page without records and no accuracy."""
    page = result(explorer, "page", view("zebra"))
    assert (page["count"], page["total"], page["pages"], page["records"]) == (0, 60, 1, [])
    assert page["summary"]["accuracy"] is page["summary"]["low"] is None


def test_a_part_is_told_with_the_accuracy_of_the_whole(explorer: Explorer) -> None:
    """Whatever the query, the whole dataset's accuracy is there to compare with, as it is now."""
    before = result(explorer, "page", view())["summary"]["accuracy"]
    wrong = result(explorer, "page", view(query="predicted:ko"))
    assert wrong["summary"]["accuracy"] == 0
    assert wrong["overall"] == before
    record = wrong["records"][0]
    change = {"id": record["id"], "field": "annotation", "version": record["version"]}
    change |= {"old": record["annotation"], "new": [record["prediction"][0][0]]}
    result(explorer, "edit", {"edit_id": "1", "edits": [change]})
    assert result(explorer, "page", view(query="predicted:ko"))["overall"] > before


def test_accuracy_stands_within_its_interval(explorer: Explorer) -> None:
    """Accuracy is right ones over those that can be judged, within its interval."""
    summary = result(explorer, "page", view())["summary"]
    assert summary["ok"] + summary["ko"] == 48  # every fifth of 60 has no annotation
    assert summary["accuracy"] == summary["ok"] / 48
    assert 0 < summary["low"] < summary["accuracy"] < summary["high"] < 1


def test_marks_count_as_the_page_counts(explorer: Explorer) -> None:
    """A mark after an emoji stands where JavaScript finds the word."""
    page = result(explorer, "page", view("dull AND id:r1"))
    (record,) = page["records"]
    units = record["inputs"]["text"].encode("utf-16-le")
    (mark,) = record["marks"]["text"]
    assert units[2 * mark[0] : 2 * mark[1]].decode("utf-16-le") == "dull"


def test_long_texts_are_cut_in_a_page_and_whole_alone(explorer: Explorer) -> None:
    """A page carries the start of a long text and says how long it is; ``record`` has all of it."""
    (short,) = result(explorer, "page", view("id:r3 AND (dull OR end)"))["records"]
    whole = result(explorer, "record", asked("r3"))["record"]["inputs"]["text"]
    assert len(short["inputs"]["text"]) == MAX_TEXT
    assert short["truncated"] == {"text": len(whole)}
    assert whole.endswith("end")
    assert all(end <= MAX_TEXT for _, end in short["marks"]["text"])


def test_what_is_sent_is_plain_json(explorer: Explorer) -> None:
    """Answers survive strict JSON unchanged: no NaN, no tuples, no numbers of NumPy."""
    response = ask(explorer, "page", view("dull"))
    assert json.loads(json.dumps(response, allow_nan=False)) == response


def test_labels_are_counted_over_the_dataset(explorer: Explorer) -> None:
    """The labels offered are the dataset's, counted over all of it whatever the query."""
    everything = result(explorer, "page", view())["labels"]
    assert result(explorer, "page", view("zebra"))["labels"] == everything
    assert {one["name"]: one["count"] for one in everything} == {"positive": 24, "negative": 24}


@pytest.mark.parametrize(
    ("params", "says"),
    [
        (None, "'query'"),
        ([], "object"),
        ({**view(), "code": "1"}, "'code'"),
        (view(page_size=0), "1 to 200"),
        (view(page_size=201), "1 to 200"),
        (view(page_size=True), "1 to 200"),
        (view(page=0), "page is 0"),
        (view(page="1"), "page is '1'"),
        (view(7), "query is 7"),
        (view("x" * 100_001), "100,000"),
        (view("\ud800"), "surrogate"),
        (view(dialect="sql"), "'notebook' or 'lucene'"),
        (view(sort=[["score"]]), "pair"),
        (view(sort=[["score", "down"]]), "'asc' or 'desc'"),
        (view(sort="score"), "list"),
        (view(sort=[["nonesuch", "asc"]]), "nonesuch"),
        (view(sort=[["score", "asc"]] * 9), "at most 8"),
        (view(filters=[]), "dict"),
        (view(filters={"nonesuch": ["a"]}), "nonesuch"),
        (view(filters={"status": {"a": float("nan")}}), "plain data"),
    ],
)
def test_what_is_wrong_is_said(explorer: Explorer, params: Any, says: str) -> None:
    """A request that is not as it should be is answered with what is wrong, and the next works."""
    response = ask(explorer, "page", params)
    assert says in response["error"]["message"]
    assert "fault in rubrix_widget" not in response["error"]["message"]
    assert result(explorer, "page", view())["count"] == 60


def test_an_error_points_into_the_query(explorer: Explorer) -> None:
    """The place of an error in the query is counted in UTF-16 units."""
    asked = "😀 AND (dull"
    found = error(explorer, "page", view(asked))
    assert found["type"] == "QuerySyntaxError"
    assert asked.encode("utf-16-le")[2 * found["start"] :].decode("utf-16-le").startswith("(")


@pytest.mark.parametrize(
    "content",
    [
        None,
        "page",
        [],
        {},
        {"kind": "request"},
        {"kind": "request", "id": 7, "method": "page"},
        {"kind": "event", "id": "1"},
    ],
)
def test_what_is_no_request_is_left_alone(explorer: Explorer, content: Any) -> None:
    """A message that is no request is not answered, and breaks nothing."""
    data = {"method": "custom", "content": content}
    explorer._handle_msg({"content": {"data": data}, "buffers": []})
    assert explorer.sent == []


@pytest.mark.parametrize("method", ["pages", "__init__", "answer", 7, None, ["page"]])
def test_an_unknown_method_is_refused(explorer: Explorer, method: Any) -> None:
    """Only the methods of the protocol can be called."""
    assert "use 'page' or" in error(explorer, method, view())["message"]


def test_a_record_that_is_gone_is_said_to_be(explorer: Explorer) -> None:
    """Asking for a record that does not exist names its id."""
    assert "'nonesuch'" in error(explorer, "record", asked("nonesuch"))["message"]


def test_hostile_texts_arrive_as_they_are(explorer: Explorer) -> None:
    """The protocol carries texts unchanged; it is the page that must not take them for markup."""
    (record,) = result(explorer, "page", view("id:r2"))["records"]
    assert record["inputs"]["text"] == record["metadata"]["<b>who</b>"] == HOSTILE


def test_faults_of_ours_are_answered_too(
    open_explorer: Callable[..., Explorer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even an exception nobody foresaw becomes an answer, so that the page never waits in vain."""
    explorer = open_explorer()
    monkeypatch.setattr("rubrix_widget.explorer.pages.select", lambda *_: 1 / 0)
    found = error(explorer, "page", view())
    assert found["type"] == "ZeroDivisionError"
    assert "fault in rubrix_widget" in found["message"]


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30), st.data())
def test_positions_in_utf16(text: str, data: st.DataObject) -> None:
    """Cutting the UTF-16 form at the converted places gives what Python cuts at the given ones."""
    start, end = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    first, last = to_utf16(text, (start, end))
    assert text.encode("utf-16-le")[2 * first : 2 * last].decode("utf-16-le") == text[start:end]


def test_marks_beyond_the_cut_are_left_out() -> None:
    """A mark after the cut is not sent, one across the cut is shortened."""
    assert marks_to_utf16("abcdef", [(0, 2), (3, 6), (5, 6)], 5) == [[0, 2], [3, 5]]


def test_completing_counts_positions_as_the_page_does(explorer: Explorer) -> None:
    """Places before and after a sign of two units are the page's, and a bad caret is refused."""
    query = {"query": "😀 predicted:k", "caret": 14, "dialect": "notebook"}
    found = result(explorer, "complete", query)
    assert (found["start"], found["end"]) == (13, 14)
    assert [one["put"] for one in found["items"]] == ["ko"]
    assert "caret" in error(explorer, "complete", {**query, "caret": -1})["message"]
