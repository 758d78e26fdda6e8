"""An explorer whose kernel is busy, dead or cut off, and one that is not alone."""

from __future__ import annotations

import os
import re
import shutil
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Locator, WebSocketRoute, expect

from tests.e2e import made
from tests.e2e.lab import MINUTE, ExplorerPage, Notebook

pytestmark = pytest.mark.browser

in_one_mode = pytest.mark.parametrize("lab", ["main thread"], indirect=True)
CHANGES = "print(rb.count('made', 'status:Discarded'), len(ex._live.groups()))"
FEW_SAVED = """
from rubrix_widget.explorer import selecting
selecting.SAVED_SELECTED = 50
ex.selected = [one.id for one in ex.records]
"""
WAITING = """() => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  kernel.requestExecute({ code: `
import os, time
while not os.path.exists("go on"):
    time.sleep(0.05)
` });
}"""
RUNNING = """() =>
  window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'"""


def opened(notebook: Notebook, folder: Path, *cells: str, views: int = 1) -> list[ExplorerPage]:
    """Run a notebook of cells, with made records first, and wait for its explorers."""
    shutil.rmtree(notebook.server.datasets, ignore_errors=True)  # of the test before
    notebook.open(made.notebook(folder / "life.ipynb", made.RECORDS, *cells))
    notebook.run_all()
    expect(notebook.page.locator(".rubrix-widget")).to_have_count(views, timeout=MINUTE)
    found = [ExplorerPage(notebook.page, place) for place in range(views)]
    for one in found:
        one.wait()
        expect(one.reading).to_contain_text(" ms", timeout=MINUTE)  # answered, not only saved
    return found


def banner(explorer: ExplorerPage) -> Locator:
    return explorer.root.locator(".banner")


def chosen(explorer: ExplorerPage) -> Locator:
    return explorer.root.get_by_role("group", name="Selected records")


def test_a_busy_kernel_loses_nothing(notebook: Notebook, tmp_path: Path):
    """While a cell runs one can go on; what it holds up is said, and saved once afterwards."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    notebook.page.evaluate(WAITING)
    notebook.page.wait_for_function(RUNNING)
    explorer.record("r0").press("d")
    expect(explorer.status("r0")).to_contain_text("Discarded")
    explorer.search("text:dull")
    told = explorer.root.get_by_text("The kernel is busy.").or_(
        explorer.reading.filter(has_text="text has dull")  # a subshell answers beside the cell
    )
    expect(told).to_be_visible()
    explorer.query.fill("text:dull AND (half")
    (notebook.server.root / "go on").touch()
    expect(explorer.reading).to_contain_text("100 of 300")
    expect(explorer.root.get_by_text("The kernel is busy.")).to_have_count(0)
    expect(explorer.status("r0")).not_to_contain_text("saving")
    expect(explorer.query).to_have_value("text:dull AND (half")
    assert notebook.python(CHANGES) == "1 1"
    (notebook.server.root / "go on").unlink()
    assert notebook.errors == []


@in_one_mode
def test_what_a_dead_kernel_did_not_save_is_saved_by_the_next(notebook: Notebook, tmp_path: Path):
    """What to do is said, records stay readable, and running the cells saves what was changed."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    explorer.record("r1").press("1")
    expect(explorer.record("r1")).not_to_contain_text("saving")
    kernel = int(notebook.python("import os; print(os.getpid())"))
    os.kill(kernel, signal.SIGSTOP)
    explorer.record("r0").press("d")
    expect(explorer.status("r0")).to_contain_text("saving")
    os.kill(kernel, signal.SIGKILL)
    expect(banner(explorer)).to_contain_text("run the cell again", timeout=MINUTE)
    expect(banner(explorer)).to_contain_text("1 change is not saved yet and kept here")
    expect(explorer.records).to_have_count(50)
    expect(explorer.status("r0")).to_contain_text("not saved yet")
    notebook.answer_dialogs()
    explorer.search("text:dull")
    expect(explorer.records).to_have_count(50)
    explorer.picture("dead-kernel")
    notebook.run_all()
    explorer.wait()
    expect(explorer.status("r0")).to_contain_text("Discarded")
    expect(explorer.root.get_by_text("saving")).to_have_count(0)
    expect(explorer.root.get_by_text("not saved yet")).to_have_count(0)
    assert notebook.python(CHANGES) == "1 2"

    notebook.restart()
    expect(banner(explorer)).to_contain_text("run the cell again. Nothing typed here is lost")
    notebook.run_all()
    explorer.wait()
    expect(explorer.annotation("r1")).to_contain_text("bad")
    notebook.interrupt()
    explorer.search("text:warm")
    expect(explorer.reading).to_contain_text("100 of 300")
    assert notebook.python(CHANGES) == "1 2"
    assert notebook.errors == []


@in_one_mode
def test_a_dropped_connection_loses_nothing(notebook: Notebook, tmp_path: Path):
    """What is asked, changed, saved and exported while the socket is down arrives once it is up."""
    sockets: list[WebSocketRoute] = []
    down = False

    def proxy(socket: WebSocketRoute) -> None:
        if down:
            socket.close(code=1011)
        else:
            socket.connect_to_server()
            sockets.append(socket)

    notebook.page.route_web_socket(re.compile("/channels"), proxy)
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    for record_id in ("r0", "r1"):
        explorer.record(record_id).press("d")
        expect(explorer.record(record_id)).not_to_contain_text("saving")
    down = True
    for socket in sockets:
        socket.close(code=1011)
    explorer.records.first.press("z")  # takes back r1, once
    explorer.record("r2").press("d")
    explorer.root.get_by_role("button", name="Views").click()
    explorer.root.get_by_role("textbox", name="Name of this view").fill("mine")
    notebook.page.keyboard.press("Enter")
    notebook.page.keyboard.press("Escape")
    explorer.root.get_by_role("button", name="Export").click()
    with notebook.page.expect_download(timeout=2 * MINUTE) as download:
        explorer.root.get_by_role("button", name="CSV", exact=True).click()
        notebook.page.keyboard.press("Escape")
        explorer.search("text:warm")
        expect(explorer.root.get_by_text("The kernel is busy.")).to_be_visible()
        down = False
    lines = download.value.path().read_text().splitlines()[1:]
    assert len(lines) == len(set(lines)) == 300
    expect(explorer.reading).to_contain_text("100 of 300", timeout=MINUTE)
    expect(explorer.root.get_by_text("The kernel is busy.")).to_have_count(0, timeout=MINUTE)
    expect(explorer.status("r2")).to_have_text("Discarded", timeout=MINUTE)
    discarded = "print([one.id for one in rb.load('made', query='status:Discarded')])"
    assert notebook.python(discarded) == "['r0', 'r2']"
    assert notebook.python(CHANGES) == "2 4"  # three edits and an undo
    assert notebook.python("print(list(rb.views('made')))") == "['mine']"


@in_one_mode
def test_views_of_one_explorer_agree(notebook: Notebook, tmp_path: Path):
    """Views share query, selection and labels, not focus; they outlive a reload, not `close`.

    A selection does so too of which only the first ids are saved.
    """
    first, second = opened(notebook, tmp_path, made.EXPLORE, "display(ex)", views=2)
    first.search("text:warm")
    expect(second.reading).to_contain_text("100 of 300")
    expect(second.query).to_have_value("text:warm")
    first.record("r5").press("x")
    expect(second.record("r5").get_by_role("checkbox")).to_be_checked()
    second.record("r8").press("1")
    expect(first.annotation("r8")).to_contain_text("bad")
    assert second.record("r8").get_attribute("aria-current") is not None
    assert first.record("r8").get_attribute("aria-current") is None

    notebook.python(FEW_SAVED)
    for explorer in (first, second):
        expect(chosen(explorer)).to_contain_text("100 selected")
    first.record("r5").press("x")
    expect(chosen(second)).to_contain_text("99 selected")
    notebook.save()
    notebook.reload()
    for explorer in (first, second):
        explorer.wait()
        expect(explorer.reading).to_contain_text("100 of 300")
        expect(explorer.record("r8").get_by_role("checkbox")).to_be_checked()
        expect(chosen(explorer)).to_contain_text("99 selected")
    assert notebook.python("print(len(ex.selected))") == "99"
    notebook.python("rb.relabel('made', 'good', ids=['r8'])")
    expect(first.annotation("r8")).to_contain_text("good")
    expect(second.annotation("r8")).to_contain_text("good")
    notebook.python("ex.close()")
    expect(notebook.page.locator(".rubrix-widget")).to_have_count(0)
    assert notebook.errors == []


TEN = """
other = rb.log(records[:100], "other", verbose=False)
explorers = [rb.explore(("made", "other")[n % 2]) for n in range(10)]
for one in explorers:
    display(one)
from rubrix_widget.explorer.handlers import Handlers
asked, answer = [], Handlers.answer
def count(self, message):
    asked.append(message["method"])
    return answer(self, message)
"""
LISTENING = "print(sum(len(one._live._listeners) for one in explorers))"


@in_one_mode
def test_ten_explorers(notebook: Notebook, tmp_path: Path):
    """Each answers; a change is told once to each of its dataset; what is closed is let go of."""
    explorers = opened(notebook, tmp_path, TEN, views=10)
    for place in (0, 9):
        explorers[place].search("text:warm")
        expect(explorers[place].reading).to_contain_text(f"{(100, 33)[place % 2]} of")
    notebook.python("Handlers.answer = count")
    explorers[2].record("r1").press("d")
    for place in (0, 4, 6, 8):
        explorers[place].search("status:Discarded")
        expect(explorers[place].reading).to_contain_text("1 of 300")
    told = notebook.python("print(len(asked), asked.count('edit'))").split()
    assert told[1] == "1"
    assert int(told[0]) < 50, "a change should cost each explorer a few questions"

    assert int(notebook.python(LISTENING)) > 0
    notebook.python("for one in explorers: one.close()")
    expect(notebook.page.locator(".rubrix-widget")).to_have_count(0)
    assert notebook.python(LISTENING) == "0"
    assert notebook.errors == []
