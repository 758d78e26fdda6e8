"""Relabelling that never touches another record, whoever else changes what, in real JupyterLab."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, WebSocketRoute, expect

from tests.e2e import made
from tests.e2e.lab import MINUTE, ROOT, ExplorerPage, Notebook
from tests.e2e.test_lifecycle import RUNNING, WAITING, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]

GROUPS = "print([group.kind for group in ex._live.groups()])"
WRONG = "print(rb.count('made', 'predicted:ko'))"
FOR_DRAWING = 0.5  # seconds, on a machine that does other things as well
# When a button of a name is there, in seconds since 1970.
SEEN_AT = """(root, name) => {
  window.__seen = null;
  const look = new MutationObserver(() => {
    if (!root.shadowRoot.querySelector(`button[aria-label="${name}"]`)) return;
    window.__seen ??= Date.now() / 1000;
    look.disconnect();
  });
  look.observe(root.shadowRoot, { subtree: true, childList: true, attributes: true });
}"""
COUNT_KEYS = """() => {
  window.__pressed = 0;
  window.addEventListener('keydown', () => { window.__pressed += 1; }, { capture: true });
}"""


def elsewhere(notebook: Notebook, code: str) -> None:
    """Run code in a process of its own, on the same datasets."""
    environment = {
        **os.environ,
        "RUBRIX_WIDGET_HOME": str(notebook.server.datasets),
        "PYTHONPATH": str(ROOT),
    }
    script = f"import rubrix_widget as rb; {code}"
    where = notebook.server.root
    subprocess.run([sys.executable, "-c", script], env=environment, cwd=where, check=True)


def bar(explorer: ExplorerPage) -> Locator:
    return explorer.root.get_by_role("group", name="Selected records")


def preview(explorer: ExplorerPage) -> Locator:
    return explorer.root.locator("dialog:has(.preview)")


def mean_all(explorer: ExplorerPage) -> None:
    """Have the bar mean all records that match."""
    explorer.records.first.press("x")
    bar(explorer).get_by_role("combobox", name="Records to change").select_option("all")


def busy(notebook: Notebook) -> None:
    """Keep the kernel busy until there is a file."""
    notebook.page.evaluate(WAITING)
    notebook.page.wait_for_function(RUNNING)


def go_on(notebook: Notebook) -> None:
    """Let a busy kernel go on."""
    (notebook.server.root / "go on").touch()
    notebook.python("import os; os.path.exists('go on') and os.remove('go on')")


def test_all_that_match_and_one_undo(notebook: Notebook, tmp_path: Path):
    """150 records on three pages are annotated after a look, as one change, and back by one key."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    explorer.search("predicted:ko")
    expect(explorer.reading).to_contain_text("150 of 300")
    mean_all(explorer)
    bar(explorer).get_by_role("button", name="Annotate as").click()
    notebook.page.keyboard.type("good")
    notebook.page.keyboard.press("Enter")
    expect(preview(explorer)).to_contain_text("Annotate 150 records as good")
    expect(preview(explorer).get_by_role("row", name="50 bad → good")).to_be_visible()
    expect(preview(explorer).get_by_role("row", name="100 already good")).to_be_visible()
    explorer.picture("bulk-in-lab")
    assert notebook.python(GROUPS) == "[]"
    notebook.page.keyboard.type("the rule was changed")
    notebook.page.keyboard.press("Enter")
    expect(preview(explorer)).to_have_count(0)
    expect(explorer.root.get_by_text("Annotated 50 records as good")).to_be_visible()
    expect(explorer.reading).to_contain_text("100 of 300")
    assert notebook.python(WRONG) == "100"
    history = "print(ex._live.groups()[0].reason, '|', ex._live.groups()[0].query)"
    assert notebook.python(history) == "the rule was changed | predicted:ko"
    explorer.records.first.press("z")
    expect(explorer.reading).to_contain_text("150 of 300")
    assert notebook.python(WRONG) == "150"
    assert notebook.python(GROUPS) == "['edit', 'undo']"
    assert notebook.errors == []


def test_what_another_process_changed_meanwhile(notebook: Notebook, tmp_path: Path):
    """What another process changed since the preview is not changed over: it is shown anew."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    mean_all(explorer)
    bar(explorer).get_by_role("button", name="Discard").click()
    expect(preview(explorer)).to_contain_text("Change 300 records")
    elsewhere(notebook, "rb.relabel('made', 'doubtful', ids=['r280'], agent='ann')")
    preview(explorer).get_by_role("button", name="Change 300 records").click()
    expect(preview(explorer)).to_contain_text("Records changed meanwhile. Nothing was done")
    assert notebook.python("print(rb.count('made', 'status:Discarded'))") == "0"
    preview(explorer).get_by_role("button", name="Change 300 records").click()
    expect(explorer.root.get_by_text("Discarded 300 records")).to_be_visible()
    assert notebook.python("print(rb.count('made', 'annotated_as:doubtful'))") == "1"
    explorer.root.get_by_role("button", name="History of changes").click()
    changes = explorer.root.get_by_role("dialog", name="Changes").get_by_role("listitem")
    expect(changes).to_have_count(2)
    expect(changes.last).to_contain_text("ann")
    explorer.picture("changes-in-lab")
    assert notebook.errors == []


def test_a_change_of_another_process_is_seen(notebook: Notebook, tmp_path: Path):
    """What another process changes shows within a second, and takes nothing away being written."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    explorer.record("r4").press("c")
    explorer.root.get_by_role("textbox", name="Comment").fill("mine")
    for label in ("seen", "seen again"):
        explorer.root.evaluate(SEEN_AT, f"Annotated as {label}. Change")
        elsewhere(
            notebook,
            f"rb.relabel('made', {label!r}, ids=['r3'], agent='ann'); import pathlib, time;"
            " pathlib.Path('made').write_text(str(time.time()))",
        )
        expect(explorer.annotation("r3")).to_contain_text(label)
        made_at = float((notebook.server.root / "made").read_text())
        seen_at = notebook.page.evaluate("() => window.__seen")
        assert seen_at - made_at < 1 + FOR_DRAWING
    expect(explorer.root.get_by_role("textbox", name="Comment")).to_have_value("mine")
    notebook.page.keyboard.press("Control+Enter")
    expect(explorer.record("r4")).to_be_focused()
    expect(explorer.record("r4").locator(".commented")).to_have_attribute("title", "mine")
    assert notebook.errors == []


def test_only_the_records_meant_however_slow_the_kernel(notebook: Notebook, tmp_path: Path):
    """Annotating, sorting, filtering and double clicks of a busy kernel reach the records meant."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    explorer.record("r7").press("x")
    busy(notebook)
    explorer.record("r0").press("2")
    explorer.root.get_by_title("Sort by score").click()
    bar(explorer).get_by_role("button", name="Discard").dblclick()
    explorer.record("r4").press("2")
    explorer.search("text:warm")
    explorer.record("r1").press("d")
    explorer.record("r2").press("]")
    explorer.record("r9").get_by_role("button", name=re.compile("^Annotate")).dblclick()
    notebook.page.keyboard.press("Escape")
    go_on(notebook)
    expect(explorer.reading).to_contain_text("100 of 300")
    expect(explorer.root.get_by_text("saving")).to_have_count(0)
    changed = "print(sorted((e.record_id, e.field) for _, e in ex._live.events()))"
    assert notebook.python(changed) == str(
        [("r0", "annotation"), ("r1", "status"), ("r4", "annotation"), ("r7", "status")]
    )
    assert notebook.errors == []


def test_a_reload_in_the_middle(notebook: Notebook, tmp_path: Path):
    """Edits that a page is left with, sent and not sent yet, are made once by the page after it."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    notebook.save()
    busy(notebook)
    explorer.record("r0").press("d")
    explorer.record("r0").press("2")  # waits for the version that the first one leads to
    explorer.record("r1").press("c")
    explorer.root.get_by_role("textbox", name="Comment").fill("look again")
    notebook.page.keyboard.press("Control+Enter")
    expect(explorer.status("r0")).to_contain_text("saving")
    (notebook.server.root / "go on").touch()
    notebook.reload()
    explorer.wait()
    expect(explorer.reading).to_contain_text(" ms", timeout=MINUTE)
    expect(explorer.annotation("r0")).to_contain_text("good")
    expect(explorer.root.get_by_text("saving")).to_have_count(0)
    expect(explorer.record("r1").locator(".commented")).to_have_attribute("title", "look again")
    changed = "print(sorted((e.record_id, e.field) for _, e in ex._live.events()))"
    assert notebook.python(changed) == str(
        [("r0", "annotation"), ("r0", "status"), ("r1", "comment")]
    )
    (notebook.server.root / "go on").unlink()


def test_a_bulk_while_the_connection_is_down(notebook: Notebook, tmp_path: Path):
    """A change of many that is agreed to while the socket is down is made once it is up, once."""
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
    mean_all(explorer)
    bar(explorer).get_by_role("button", name="Discard").click()
    expect(preview(explorer)).to_contain_text("Change 300 records")
    down = True
    for socket in sockets:
        socket.close(code=1011)
    preview(explorer).get_by_role("button", name="Change 300 records").click()
    expect(preview(explorer)).to_contain_text("Changing 300 records")
    down = False
    expect(preview(explorer)).to_have_count(0, timeout=2 * MINUTE)
    expect(explorer.root.get_by_text("Discarded 300 records")).to_be_visible()
    assert notebook.python(GROUPS) == "['edit']"


def test_keys_for_twenty_labels(notebook: Notebook, tmp_path: Path):
    """Twenty wrong labels are put right with as many keys as the README says."""
    (explorer,) = opened(notebook, tmp_path, made.EXPLORE)
    explorer.search("predicted:ko AND annotated_as:good")
    expect(explorer.reading).to_contain_text("100 of 300")
    explorer.records.first.focus()
    notebook.page.evaluate(COUNT_KEYS)
    for place in range(20):
        if place:
            notebook.page.keyboard.press("j")
        notebook.page.keyboard.press("1")
    expect(explorer.root.get_by_text("saving")).to_have_count(0)
    expect(explorer.reading).to_contain_text("80 of 300")
    pressed = notebook.page.evaluate("() => window.__pressed")
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"Twenty wrong labels take {pressed} key presses" in readme
    assert notebook.python(GROUPS) == str(["edit"] * 20)
