"""The demo notebook, as a practitioner uses it: real JupyterLab, real kernel, real keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.lab import NOTEBOOK_KEYS, ExplorerPage, Notebook

pytestmark = pytest.mark.browser

SST2 = Path(__file__).resolve().parents[2] / "notebooks" / "sst2.ipynb"
SURE = "predicted:ko and score:{0.99 TO *}"


def test_find_a_mistake_and_put_its_label_right(notebook: Notebook):
    """Run all, see the chart, query, relabel by keyboard: the label is kept over a reload."""
    notebook.open(SST2)
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    total = int(notebook.python('print(rb.count("sst2", "predicted:ko"))'))
    expect(explorer.reading).to_contain_text(f"{total:,} of 67,349")
    expect(notebook.page.locator(".vega-embed :is(canvas, svg)").first).to_be_attached()
    explorer.picture("notebook")

    explorer.search(SURE)
    sure = int(notebook.python(f"print(rb.count('sst2', '{SURE}'))"))
    assert 0 < sure < total
    expect(explorer.reading).to_contain_text(f"{sure:,} of 67,349")
    record_id = explorer.records.first.get_attribute("data-record")
    assert record_id
    before = explorer.annotation(record_id).inner_text().strip()
    labels = ["negative", "positive"]
    assert before in labels
    after = labels[1 - labels.index(before)]

    explorer.record(record_id).press(str(1 + labels.index(after)))
    expect(explorer.annotation(record_id)).to_contain_text(after)
    load = f"print(rb.load('sst2', ids=['{record_id}'])[0].annotation)"
    expect(explorer.record(record_id)).not_to_contain_text("saving")
    assert notebook.python(load) == after
    notebook.page.set_viewport_size({"width": 1440, "height": 1400})  # all of it in the picture
    explorer.picture("relabelled")

    notebook.save()
    notebook.reload()
    notebook.run_all()
    assert notebook.python(load) == after
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    expect(explorer.reading).to_contain_text(f"{total - 1:,} of 67,349")
    explorer.search(f'id:"{record_id}"')
    expect(explorer.annotation(record_id)).to_contain_text(after)
    assert notebook.off_the_machine() == []
    assert notebook.errors == []


def test_no_key_reaches_the_notebook(notebook: Notebook):
    """Pressed in the explorer, no key cuts, deletes, merges, adds, converts or runs a cell."""
    notebook.open(SST2)
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    before = notebook.cells()
    for key in NOTEBOOK_KEYS:
        explorer.records.first.press(key)
        assert notebook.cells() == before, f"{key} reached the notebook"
    assert notebook.python("print(explorer.query)") == "predicted:ko"
    assert notebook.cells() == before, "a cell ran, or changed afterwards"
    assert notebook.saves_by(explorer.query)
    assert notebook.errors == []
