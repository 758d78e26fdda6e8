"""Analyses in a tab of their own: real JupyterLab, real kernel."""

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
    """Each is answered; a row's button shows just its records, and the next row those instead."""
    notebook.open(made.notebook(tmp_path / "analysis.ipynb", made.RECORDS, made.EXPLORE))
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    explorer.root.get_by_role("tab", name="Analysis").click()
    desks = explorer.root.get_by_role("navigation", name="Analyses")

    def desk(name: str) -> None:
        desks.get_by_role("button", name=name, exact=True).click(timeout=MINUTE)

    place = explorer.root.locator(".desk")
    find = place.get_by_role("button", name="Find")
    table = place.get_by_role("table")
    for name in (
        "Scores",
        "Calibration",
        "Thresholds",
        "Label errors",
        "What corrections change",
    ):
        desk(name)
        expect(place).to_have_attribute("aria-label", name)
        expect(table.locator("tbody tr").first).to_be_visible(timeout=MINUTE)
    desk("Slices")
    find.click()
    expect(place.get_by_text("looked for in one half")).to_be_visible(timeout=MINUTE)
    desk("Words of errors")
    find.click()
    expect(place.get_by_text("words and pairs of words")).to_be_visible()
    explorer.picture("analysis")
    assert explorer.axe() == []

    explorer.search("film")
    expect(place.get_by_text("of what was shown before")).to_be_visible()
    desk("Scores")
    table.get_by_role("button", name="bad").click()
    expect(explorer.query).to_have_value("(film) AND annotated_as:bad")
    expect(explorer.reading).to_contain_text("150 of 300")
    expect(explorer.records.first).to_be_visible()
    bar = explorer.root.get_by_role("region", name="Chosen in an analysis")
    bar.get_by_role("button", name="Next").click()
    expect(explorer.query).to_have_value("(film) AND annotated_as:good")
    explorer.picture("analysis-picked")
    bar.get_by_role("button", name="Back to Scores").click()
    expect(table.get_by_role("button", name="good")).to_have_attribute("aria-pressed", "true")
    expect(table.get_by_role("button", name="bad")).to_be_visible()
    explorer.root.get_by_role("tab", name="Records").click()
    bar.get_by_role("button", name="Show all again").click()
    expect(explorer.query).to_have_value("film")
    assert notebook.errors == []
