"""The explorer in every host but JupyterLab: the same gestures, the same results."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

import rubrix_widget as rb
from tests.e2e import hosts
from tests.e2e.lab import MINUTE, NOTEBOOK_KEYS, ExplorerPage, Notebook, Watched

pytestmark = pytest.mark.browser

HOSTS: dict[str, Callable[[Path], hosts.Host]] = {
    "notebook": hosts.notebook7,
    "voila": hosts.voila,
    "marimo-run": lambda root: hosts.marimo(root, "run"),
    "marimo-edit": lambda root: hosts.marimo(root, "edit"),
}


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, chromium: str, tmp_path: Path) -> Iterator[hosts.Host]:
    made = HOSTS[request.param](tmp_path)
    yield made
    made.server.stop()


def stored(host: hosts.Host, record_id: str) -> rb.TextClassificationRecord:
    """Return a record as Python finds it in the host's datasets."""
    rb.init(host.server.datasets)
    try:
        return rb.load("made", ids=[record_id])[0]
    finally:
        rb.init()


def test_explore(host: hosts.Host, browser: Browser):
    """Query, facet, order, label and analyses work, Python knows, no key or request gets out."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(MINUTE / 2)
    watched = host.open(page)
    explorer = ExplorerPage(page)
    explorer.wait()
    expect(explorer.reading).to_contain_text("300 of 300")

    explorer.query.click()
    page.keyboard.type("text:warm ")  # found after a pause, without Enter
    expect(explorer.reading).to_contain_text("100 of 300")
    panel = explorer.facets()
    panel.get_by_role("button", name=re.compile(r"^ko: 50 records")).click()
    expect(explorer.reading).to_contain_text("50 of 300")
    explorer.root.get_by_title("Sort by score").click()
    expect(explorer.records.first).to_have_attribute("data-record", "r101")
    expect(page.get_by_text("Python knows: [").last).to_have_text(
        "Python knows: ['text:warm', {'predicted': ['ko']}, [['score', 'asc']]]"
    )
    explorer.picture(f"{host.name}-light")
    assert explorer.axe() == []
    explorer.records.first.press("E")
    analysed(explorer)
    explorer.picture(f"{host.name}-scores-light")
    page.keyboard.press("Escape")

    assert stored(host, "r101").annotation == "good"
    explorer.record("r101").press("1")
    expect(explorer.annotation("r101")).to_contain_text("bad")
    expect(explorer.record("r101")).not_to_contain_text("saving")
    assert stored(host, "r101").annotation == "bad"

    host.dark(watched)
    host.reload(watched)
    explorer.wait()
    expect(explorer.root.locator(".explorer")).to_have_attribute("data-theme", "dark")
    explorer.picture(f"{host.name}-dark")
    assert explorer.axe() == []

    clear = explorer.root.get_by_role("button", name="Clear all")
    if clear.is_visible():  # where the kernel lives on, the view does too
        clear.click()
    explorer.search('id:"r101"')
    expect(explorer.annotation("r101")).to_contain_text("bad")
    explorer.search("")
    analysis_leads_to_records_and_back(host, explorer)
    no_key_gets_out(host, watched, explorer)
    assert watched.off_the_machine() == []
    assert watched.errors == []
    context.close()


def analysed(explorer: ExplorerPage) -> Locator:
    """Wait for an analysis's sentence, chart and table."""
    desk = explorer.root.locator(".desk")
    expect(desk.locator("canvas")).to_be_visible(timeout=MINUTE)
    expect(desk.get_by_role("table").first).to_be_visible()
    expect(desk.locator("p").first).to_contain_text(" records")
    return desk


def analysis_leads_to_records_and_back(host: hosts.Host, explorer: ExplorerPage) -> None:
    """A click on a cell of the matrix shows its records; going back leads to it, and undoes it."""
    explorer.root.get_by_role("tab", name="Analysis").click()
    explorer.root.get_by_role("button", name="Confusion matrix", exact=True).click()
    desk = analysed(explorer)
    explorer.picture(f"{host.name}-matrix-dark")
    assert explorer.axe() == []
    cell = desk.locator(".layer").get_by_role("button", name=re.compile("as good, .* as bad: 99"))
    cell.click()
    expect(explorer.reading).to_contain_text("99 of 300")
    expect(explorer.records.first).to_be_visible()
    explorer.root.get_by_role("button", name="Back to Confusion matrix").click()
    expect(cell).to_be_focused()
    expect(cell).to_have_attribute("aria-pressed", "true")
    explorer.root.get_by_role("tab", name="Records").click()
    explorer.root.get_by_role("button", name="Show all again").click()
    expect(explorer.reading).to_contain_text("300 of 300")


def no_key_gets_out(host: hosts.Host, watched: Watched, explorer: ExplorerPage) -> None:
    """Press every key of a notebook in the explorer's table, query and analyses: no cell notices.

    The last key leads from the analyses to the records.
    """
    before = host.cells(watched)
    watched.overhear()
    tab = explorer.root.get_by_role("tab", name="Analysis")
    for place in (explorer.records.first, explorer.query, tab):
        for key in NOTEBOOK_KEYS:
            place.press(key)
            assert host.cells(watched) == before, f"{key} reached the notebook"
    assert watched.overheard() == []
    explorer.search("")
    expect(explorer.reading).to_contain_text("300 of 300")  # what a key began is over by now
    assert host.cells(watched) == before, "a cell ran, or changed afterwards"
    if isinstance(watched, Notebook):
        assert watched.saves_by(explorer.query)
