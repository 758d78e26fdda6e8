"""What a notebook that was run by a real kernel and saved carries, and shows in other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest
from nbconvert import HTMLExporter

from tests.explorer.test_static import Tags

GROWTH = 200_000  # bytes a saved explorer may add to a notebook
SETUP = """
import rubrix_widget as rb
rb.init({home!r})
records = [
    rb.TextClassificationRecord(
        text=f"<script>alert({{number}})</script> 'film' " * 400,
        prediction=[(f"label {{number % 300:03}} " + "&" * 50, 0.5)],
        annotation=f"label {{number * 7 % 300:03}} " + "&" * 50,
        metadata={{f"field {{field}} <b>": "'" * 200 for field in range(60)}},
    )
    for number in range(600)
]
rb.log(records, "saved", verbose=False);
"""
MANY = """
ids = [f"{number:036}" for number in range(10_000)]
rb.log([rb.TextClassificationRecord(text="a", id=one) for one in ids], "many", verbose=False)
ex = rb.explore("many", sort=[("id", "desc")])
ex.selected = ids
ex
"""


def run(*cells: str) -> Any:
    """Return a notebook of these cells, run, with the widgets' state in it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    return notebook


def weight(notebook: Any) -> int:
    return len(nbformat.writes(notebook).encode())


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a notebook with two explorers of hard data, saved with all that widgets save."""
    setup = SETUP.format(home=str(tmp_path_factory.mktemp("home")))
    query = "predicted:ko"
    first = "ex = rb.explore('saved')\nex.selected = [one.id for one in ex.records]\nex"
    return run(setup, first, f"rb.explore('saved', {query!r}, save_texts=False)")


def test_a_saved_explorer_is_small(saved: Any) -> None:
    """Two explorers add less than 200 KB each: module, state, and the table for other programs.

    Hard data and 600 selected ids included.
    """
    bare = nbformat.from_dict({**saved, "metadata": {}, "cells": saved.cells[:1]})
    states = saved.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert sum(one["model_name"] == "AnyModel" for one in states.values()) == 2
    assert weight(saved) - weight(bare) < 2 * GROWTH


def test_a_large_selection_is_not_saved_whole(tmp_path: Path) -> None:
    """An explorer with 10,000 selected records stays as small, and has them all in its kernel."""
    notebook = run(SETUP.format(home=str(tmp_path)), MANY, "len(ex.selected), len(ex.records)")
    assert notebook.cells[2].outputs[0].data["text/plain"] == "(10000, 10000)"
    bare = nbformat.from_dict({**notebook, "metadata": {}, "cells": notebook.cells[::2]})
    assert weight(notebook) - weight(bare) < GROWTH
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    (saved,) = [one["state"]["selected"] for one in states.values() if "selected" in one["state"]]
    assert saved["ids"] == [f"{number:036}" for number in range(len(saved["ids"]))]
    assert len(saved["ids"]) > 200


def test_no_text_is_saved_against_ones_will(saved: Any) -> None:
    """Of an explorer with ``save_texts=False`` neither state nor output has a text."""
    states = saved.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    kept = [one["state"] for one in states.values() if one["state"].get("query")]
    (state,) = kept
    snapshot = {name: value for name, value in state.items() if name != "_esm"}
    shown = json.dumps([snapshot, saved.cells[2].outputs])
    assert "alert(" not in shown
    assert "predicted:ko" in shown


def test_a_web_page_shows_the_table(saved: Any, tmp_path: Path) -> None:
    """Exported to HTML without widget state, the page has the view as text and no markup of it."""
    stateless = nbformat.from_dict({**saved, "metadata": {}})
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(stateless)
    found = Tags(page)
    assert " · 600 of 600 records" in found.texts
    assert "The 12 most confused labels; 288 labels not shown." in found.texts
    assert "<script>alert(0)</script> 'film'" in "".join(found.texts)
    assert "script" not in found.tags
