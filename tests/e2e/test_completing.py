"""Completing a query in a real notebook, with a real kernel."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.lab import ExplorerPage, Notebook

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]

SST2 = Path(__file__).resolve().parents[2] / "notebooks" / "sst2.ipynb"


def test_write_a_query_by_its_suggestions(notebook: Notebook):
    """A field, then its value, are accepted by key and found; the query comes back later."""
    notebook.open(SST2)
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    keys = notebook.page.keyboard
    options = explorer.root.locator(".completions [role=option]")
    explorer.query.fill("")
    keys.type("pred")
    expect(options.first).to_contain_text("predicted")
    keys.press("ArrowDown")
    keys.press("Tab")
    expect(options.first).to_contain_text("ok")  # the commonest first
    keys.type("k")
    expect(options).to_have_count(1)
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(explorer.query).to_have_value("predicted:ko")
    keys.press("Enter")
    expect(explorer.reading).to_contain_text("predicted is ko")
    explorer.search("")
    expect(explorer.reading).to_contain_text("every record")
    keys.press("ArrowUp")
    keys.press("Enter")
    expect(explorer.reading).to_contain_text("predicted is ko")
