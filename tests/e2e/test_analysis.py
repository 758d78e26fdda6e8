"""Analyses among the charts: real JupyterLab, real kernel."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import made
from tests.e2e.lab import MINUTE, ExplorerPage, Notebook

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]


def test_an_analysis_is_chosen_and_its_rows_show_their_records(
    notebook: Notebook, tmp_path: Path
) -> None:
    """Each is answered; a row's button shows just its records; what is shown anew is said."""
    notebook.open(made.notebook(tmp_path / "analysis.ipynb", made.RECORDS, made.EXPLORE))
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    explorer.root.get_by_role("tab", name="Charts").click()
    place = explorer.root.get_by_role("article", name="Analysis")
    place.scroll_into_view_if_needed(timeout=MINUTE)
    choice = place.get_by_role("combobox", name="Analysis")
    find = place.get_by_role("button", name="Find")
    table = place.get_by_role("table")

    find.click(timeout=MINUTE)
    expect(place.get_by_text("looked for in one half")).to_be_visible(timeout=MINUTE)
    for name in ("label_errors", "scores", "calibration", "thresholds", "what_if"):
        choice.select_option(name)
        expect(table.locator("tbody tr").first).to_be_visible()
    choice.select_option("error_words")
    find.click()
    expect(place.get_by_text("words and pairs of words")).to_be_visible()
    explorer.picture("analysis")
    assert explorer.axe() == []

    explorer.search("film")
    expect(place.get_by_text("of what was shown before")).to_be_visible()
    choice.select_option("scores")
    table.get_by_role("button", name="bad").click()
    expect(explorer.query).to_have_value("(film) AND annotated_as:bad")
    expect(explorer.reading).to_contain_text("150 of 300")
    expect(explorer.records.first).to_be_visible()
    assert notebook.errors == []
