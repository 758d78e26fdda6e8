"""Columns of the table: named in a cell or on the page, kept in the state, and what they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.errors import RubrixWidgetError
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
