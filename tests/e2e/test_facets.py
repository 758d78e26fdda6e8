"""Facets on made data: real JupyterLab, real kernel."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import made
from tests.e2e.lab import ExplorerPage, Notebook

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]


def test_what_is_clicked_is_what_python_sees(notebook: Notebook, tmp_path: Path):
    """A value, a matrix cell and a brushed number filter the table and `ex.filters` alike."""
    path = made.notebook(tmp_path / "facets.ipynb", made.RECORDS, made.EXPLORE)
    notebook.open(path)
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    panel = explorer.facets()

    panel.get_by_role("button", name=re.compile(r"^ko: 150 records, 0 right, 150 wrong")).click()
    expect(explorer.reading).to_contain_text("150 of 300")
    assert notebook.python("print(ex.filters)") == "{'predicted': ['ko']}"

    panel.get_by_role("button", name="confusion matrix", exact=True).click()
    panel.get_by_role("button", name="annotated as good, predicted as bad: 100 records").click()
    expect(explorer.reading).to_contain_text("100 of 300")

    panel.get_by_role("button", name="part", exact=True).click()
    bars = panel.get_by_role("slider", name=re.compile("^part"))
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    assert box
    notebook.page.mouse.move(box["x"] + 2, box["y"] + 20)
    notebook.page.mouse.down()
    notebook.page.mouse.move(box["x"] + 0.35 * box["width"], box["y"] + 20, steps=4)
    notebook.page.mouse.up()
    expect(explorer.reading).to_contain_text("40 of 300")  # parts 1 and 3
    explorer.picture("facets-lab")
    assert json.loads(notebook.python("import json; print(json.dumps(ex.filters))")) == {
        "predicted": ["ko"],
        "annotated_as": ["good"],
        "predicted_as": ["bad"],
        "metadata.part": {"from": 0, "to": 3},
    }
    assert notebook.python("print(len(ex.to_pandas()))") == "40"
    explorer.root.get_by_role("button", name="Clear all").click()
    expect(explorer.reading).to_contain_text("300 of 300")
    assert notebook.python("print(ex.filters)") == "{}"
    assert notebook.errors == []
