"""Columns of the table: named in a cell or on the page, kept in the state, and what they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.errors import DatasetBusyError, RubrixWidgetError
from rubrix_widget.explorer import Explorer
from tests.explorer.conftest import asked, error, result, set_on_page, view


def test_columns_are_named_by_their_fields(explorer: Explorer) -> None:
    """Columns set in a cell hold, each once, and every column offered can be shown."""
    explorer.columns = ["text", "score", "metadata.part", "score"]
    assert explorer.columns == ["text", "score", "metadata.part"]
    explorer.columns = explorer.config["columns"]
    assert explorer.columns == explorer.config["columns"]
    assert set(explorer.columns) <= {field["name"] for field in explorer.config["fields"]}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("columns", ["metadata.prat"], "metadata.part"),
        ("columns", ["text.exact"], "no column 'text.exact'"),
        ("columns", "text", "give a list"),
        ("columns", [7], "give a string"),
        ("columns", ["text"] * 201, "at most 200"),
        ("column_widths", {"text": 10}, "from 48"),
        ("column_widths", {"text": 3.5}, "whole number"),
        ("column_widths", {"nonesuch": 90}, "no column"),
        ("column_widths", [90], "dict such as"),
    ],
)
def test_columns_that_cannot_be_are_refused(
    explorer: Explorer, name: str, value: Any, says: str
) -> None:
    """A column that is not there, or a width that is none, is refused wherever it comes from."""
    before = getattr(explorer, name)
    with pytest.raises(RubrixWidgetError, match=says):
        setattr(explorer, name, value)
    with pytest.raises(RubrixWidgetError):
        explorer.__class__(explorer._live, state={name: value})
    set_on_page(explorer, **{name: value})
    assert getattr(explorer, name) == before


def test_columns_are_part_of_the_state(open_explorer: Callable[..., Explorer]) -> None:
    """State and code bring another explorer the same columns, as wide."""
    explorer = open_explorer(columns=["score", "text"], column_widths={"text": 500})
    assert explorer.state == {"columns": ["score", "text"], "column_widths": {"text": 500}}
    assert open_explorer(state=explorer.state).state == explorer.state
    assert "columns=['score', 'text'], column_widths={'text': 500}" in explorer.code()
    set_on_page(explorer, columns=["id"], column_widths={})
    assert explorer.state == {"columns": ["id"]}


def test_several_inputs_are_columns_of_their_own(explorer: Explorer) -> None:
    """Each input of records with several can be a column; a single one is just the text."""
    records = [rb.TextClassificationRecord(inputs={"title": "a", "body": "b c"}, id="x")]
    rb.log(records, "letters", verbose=False)
    explorer = rb.explore("letters", columns=["inputs.body", "text"])
    assert explorer.columns == ["inputs.body", "text"]
    (record,) = rb.explore("letters")._handlers.page(view())["records"]
    assert (record["text_length"], record["last_updated"]) == (len("a\nb c"), None)


def test_metadata_of_a_page_is_bounded_and_keeps_its_names(explorer: Explorer) -> None:
    """However much metadata a record has, a page carries little of it, each value in its place."""
    metadata = {"deep": {"long": "x" * 5_000}, "many": list(range(5_000)), "n": 1.5}
    wide = {f"k{n}": "y" * 900 for n in range(200)}
    made = [
        rb.TextClassificationRecord(text="a", id="long", metadata=metadata),
        rb.TextClassificationRecord(text="b", id="wide", metadata=wide),
    ]
    rb.log(made, "laden", verbose=False)
    first, second = rb.explore("laden")._handlers.page(view())["records"]
    assert first["metadata"]["deep"]["long"].startswith("x" * 100)
    assert first["metadata"]["n"] == 1.5
    assert first["metadata"]["many"][-1] == "…"
    assert len(str(first["metadata"])) < 3_000
    assert list(second["metadata"]) == list(wide)
    assert len(str(second["metadata"])) < 25_000


def test_a_change_has_its_moment(explorer: Explorer) -> None:
    """A record that somebody changed says when."""
    record = result(explorer, "record", asked("r1"))["record"]
    assert record["last_updated"] is None
    edit = {"field": "status", "version": record["version"], "old": record["status"]}
    edits = [{"id": "r1", **edit, "new": "Discarded"}]
    changed = result(explorer, "edit", {"edit_id": "e", "edits": edits})["applied"]
    assert changed
    assert result(explorer, "record", asked("r1"))["record"]["last_updated"] > "2024"
    assert "nonesuch" in error(explorer, "record", asked("nonesuch"))["message"]


def test_a_layout_is_kept_with_the_dataset(open_explorer: Callable[..., Explorer]) -> None:
    """The next explorer opens as the last one was left, unless it is told columns or a state."""
    set_on_page(open_explorer(), columns=["id", "text"])
    set_on_page(open_explorer(), column_widths={"id": 99})
    later = open_explorer()
    assert (later.columns, later.column_widths) == (["id", "text"], {"id": 99})
    assert open_explorer(columns=["score"]).columns == ["score"]
    assert open_explorer(state={"page": 2}).columns == []
    assert open_explorer().columns == ["id", "text"]
    later.columns = []
    later.column_widths = {}
    assert open_explorer().state == {}
    assert later._live.kept.get("layout") is None


@pytest.mark.parametrize(
    "document",
    [
        7,
        {"columns": "id"},
        {"columns": [["id"]], "column_widths": 3},
        {"columns": ["id", "metadata.gone"], "column_widths": {"id": -5}},
    ],
)
def test_a_kept_layout_that_makes_no_sense_is_passed_over(
    open_explorer: Callable[..., Explorer], document: Any
) -> None:
    """Whatever stands in the file, the explorer opens."""
    open_explorer()._live.kept.put("layout", document)
    assert open_explorer().state == {}


def test_columns_that_are_gone_are_left_out(open_explorer: Callable[..., Explorer]) -> None:
    """Of a layout made for other records, what there still is, is shown."""
    kept = {"columns": ["metadata.gone", "id"], "column_widths": {"metadata.gone": 90}}
    open_explorer()._live.kept.put("layout", kept)
    assert open_explorer().state == {"columns": ["id"]}


def test_a_folder_to_read_only_keeps_nothing(
    open_explorer: Callable[..., Explorer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be written, a choice holds in its explorer, without a word."""
    explorer = open_explorer()

    def refuse(*_: Any) -> None:
        raise DatasetBusyError("read-only")

    monkeypatch.setattr(type(explorer._live.kept), "put", refuse)
    explorer.columns = ["id"]
    assert explorer.columns == ["id"]
    assert open_explorer().columns == []
