"""An explorer scrolled away and back, shown in a view of its own, and left by its kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e import made
from tests.e2e.lab import MINUTE, ExplorerPage, Notebook
from tests.e2e.test_lifecycle import RUNNING, WAITING, banner, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]

MANY = [f"print('cell {number}\\n' * 20)" for number in range(40)]
MODES = ("contentVisibility", "defer", "full")  # of JupyterLab; the first is its own
SEEN = """(root) => {
  const all = (selector) => [...root.shadowRoot.querySelectorAll(selector)];
  return {
    query: all('[role=combobox]')[0].value,
    reading: all('#reading .words')[0].textContent,
    records: all('tr[data-record]').map((one) => one.dataset.record),
    current: all('tr[aria-current]').map((one) => one.dataset.record),
    opened: all('section.detail-body').map((one) => one.ariaLabel),
    selected: all('tr[data-chosen=true]').map((one) => one.dataset.record),
    sort: all('th[aria-sort]').map((one) => [one.dataset.column, one.ariaSort]),
    page: all('[aria-current=page]').map((one) => one.textContent),
    columns: all('col').map((one) => one.getBoundingClientRect().width),
    scrolled: all('.frame')[0].scrollTop,
  };
}"""


def seen(explorer: ExplorerPage) -> dict[str, Any]:
    """Return what there is to see of an explorer's state."""
    return explorer.root.evaluate(SEEN)


def test_scrolled_away_and_back(notebook: Notebook, tmp_path: Path):
    """However JupyterLab attaches and hides cells, one finds again what one left, and goes on."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE, *MANY)
    explorer.search("text:warm")
    explorer.root.get_by_title("Sort by score").click()
    expect(explorer.records.first).to_have_attribute("data-record", "r50")
    for mode in MODES:
        notebook.windowing(mode)
        notebook.show(1)
        explorer.wait()
        expect(explorer.reading).to_contain_text("100 of 300")
        explorer.records.first.press("]")
        record = explorer.record("r185")
        record.press("x")
        expect(record.get_by_role("checkbox")).to_be_checked()
        record.press("Enter")
        detail = explorer.root.get_by_role("region", name="Record r185")
        expect(detail).to_have_attribute("aria-busy", "false")
        notebook.page.evaluate(WAITING)
        notebook.page.wait_for_function(RUNNING)
        record.press("d")
        expect(record).to_contain_text("saving")
        explorer.query.fill("text:warm AND (half")
        before = seen(explorer)

        notebook.show(len(MANY) + 1)
        expect(explorer.root).not_to_be_in_viewport()
        if mode == "full":
            expect(explorer.root).to_be_hidden()
        (notebook.server.root / "go on").touch()
        assert notebook.python("print(rb.count('made', 'status:Discarded'))") == "1"
        (notebook.server.root / "go on").unlink()

        notebook.show(1)
        expect(explorer.root).to_be_in_viewport()
        expect(notebook.page.locator(".rubrix-widget")).to_have_count(1)
        expect(explorer.status("r185")).to_have_text("Discarded")
        assert seen(explorer) == before
        explorer.search("status:Discarded")
        expect(explorer.reading).to_contain_text("1 of 300")
        record.press("x")
        record.press("1")
        expect(record).not_to_contain_text("saving")
        assert notebook.python("print(rb.load('made', ids=['r185'])[0].annotation)") == "bad"
        for _ in range(2):
            explorer.records.first.press("z")
        expect(explorer.reading).to_contain_text("0 of 300")
        explorer.search("text:warm")
        expect(explorer.reading).to_contain_text("100 of 300")
    assert notebook.errors == []


def test_a_new_view_of_the_output(notebook: Notebook, tmp_path: Path):
    """It shows the same, a gesture in either shows in the other, and closing it ends nothing."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    explorer.search("text:warm")
    expect(explorer.reading).to_contain_text("100 of 300")
    explorer.record("r5").press("x")
    notebook.view_output(1)
    second = ExplorerPage(notebook.page, 1)
    second.wait()
    expect(second.reading).to_contain_text("100 of 300")
    assert seen(second)["selected"] == ["r5"]
    second.record("r11").press("1")
    expect(explorer.annotation("r11")).to_contain_text("bad")
    second.root.get_by_title("Sort by score").click()
    expect(explorer.records.first).to_have_attribute("data-record", "r50")
    explorer.search("text:dull")
    expect(second.query).to_have_value("text:dull")
    expect(second.records.first).to_have_attribute("data-record", "r0")
    second.picture("output-view")

    notebook.close_view()
    expect(notebook.page.locator(".rubrix-widget")).to_have_count(1)
    explorer.search("annotated_as:bad AND text:warm")
    expect(explorer.reading).to_contain_text("51 of 300")
    explorer.record("r11").press("z")
    expect(explorer.annotation("r11")).to_contain_text("good")
    assert notebook.errors == []


def test_a_kernel_shut_down_from_elsewhere(notebook: Notebook, tmp_path: Path):
    """It is said, what was shown stays, and a new kernel's explorer saves what was changed."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    explorer.search("text:warm")
    expect(explorer.reading).to_contain_text("100 of 300")
    before = seen(explorer)
    notebook.server.shut_down_kernel()
    notebook.look_for_kernels()
    expect(banner(explorer)).to_contain_text(
        "The kernel restarted or stopped: run the cell again.", timeout=MINUTE
    )
    assert seen(explorer) == before
    explorer.record("r2").press("d")
    expect(explorer.status("r2")).to_contain_text("not saved yet")
    explorer.picture("kernel-shut-down")
    notebook.start_kernel()
    expect(banner(explorer)).to_be_visible()
    notebook.run_all()
    explorer.wait()
    expect(explorer.status("r2")).to_have_text("Discarded")
    explorer.search("status:Discarded")
    expect(explorer.reading).to_contain_text("1 of 300")
    assert notebook.errors == []
