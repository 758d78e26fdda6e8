"""Label errors reviewed one by one: real JupyterLab, real kernel."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e import made
from tests.e2e.lab import MINUTE, ExplorerPage, Notebook
from tests.e2e.test_relabelling import elsewhere

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]
# Of 120 records r3, r13 … r113 are annotated wrongly; the model is the surer the lower they are.
RECORDS = """
import rubrix_widget as rb

records = []
for n in range(120):
    right, other = ("bad", "good") if n % 2 else ("good", "bad")
    score = 0.99 - n / 1000
    records.append(
        rb.TextClassificationRecord(
            id=f"r{n}",
            text=f"a {'dull, tedious' if right == 'bad' else 'warm and superb'} film, number {n}",
            prediction=[(right, score), (other, 1 - score)],
            annotation=other if n % 10 == 3 else right,
        )
    )
rb.log(records, "made", verbose=False)
"""
EXPLORE = """
ex = rb.explore("made", tab="analysis")
ex
"""
STATE = """
for one in ex._live.engine().records(ex._live.engine().positions({ids!r})):
    print(one["annotation"], one["status"], one["verdict"])
"""


# Of another agent too, which doubts r50 most and then the others as they come.
SECOND = """
guesses = {f"r{n}": [("poor", 0.9 if n == 50 else 0.3), ("good", 0.05)] for n in range(120)}
rb.add_predictions("made", "new", guesses, primary="old", verbose=False)
ex = rb.explore("made", tab="analysis")
ex
"""


def opened(notebook: Notebook, folder: Path, explore: str = EXPLORE) -> ExplorerPage:
    shutil.rmtree(notebook.server.datasets, ignore_errors=True)  # of the test before
    notebook.open(made.notebook(folder / "review.ipynb", RECORDS, explore))
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.root.get_by_role("button", name="Review", exact=True).click(timeout=MINUTE)
    is_on(explorer, "r3")
    return explorer


def card(explorer: ExplorerPage) -> Locator:
    return explorer.root.locator(".review-card")


def button(explorer: ExplorerPage, name: str) -> Locator:
    return explorer.root.locator(".review").get_by_role("button", name=name)


def is_on(explorer: ExplorerPage, record_id: str) -> None:
    expect(card(explorer)).to_have_attribute("data-record", record_id, timeout=MINUTE / 4)


def saved(explorer: ExplorerPage, judged: int) -> None:
    """Wait until the kernel has told of so many verdicts."""
    progress = explorer.root.locator(".review-progress")
    expect(progress).to_contain_text(f"{judged} of 120 records reviewed")


def state(notebook: Notebook, *ids: str) -> list[str]:
    return notebook.python(STATE.format(ids=list(ids))).splitlines()


def test_a_key_for_each_verdict(notebook: Notebook, tmp_path: Path) -> None:
    """The next record stands there at once; each verdict does what it says, and no key gets out."""
    explorer = opened(notebook, tmp_path)
    expect(explorer.root.get_by_text("Most like it, annotated otherwise")).to_be_visible()
    expect(explorer.root.locator(".review-near li").first).to_contain_text("bad")
    expect(explorer.root.get_by_text("Records drawn at random will tell")).to_be_visible()
    notebook.overhear()
    card(explorer).get_by_role("group", name="Text of the record").focus()
    for key, before in zip("lmub", ("r3", "r13", "r23", "r33"), strict=True):
        is_on(explorer, before)
        notebook.page.keyboard.press(key)
    expect(card(explorer)).to_contain_text("drawn at random")
    saved(explorer, 4)
    assert state(notebook, "r3", "r13", "r23", "r33") == [
        "['bad'] Validated label_wrong",
        "['good'] Validated model_wrong",
        "['good'] Validated ambiguous",
        "['good'] Validated both_fine",
    ]
    assert notebook.python("print([len(g.targets) for g in ex._live.groups()])").count(",") == 3
    notebook.page.keyboard.press("m")  # of the one drawn at random
    saved(explorer, 5)
    estimate = explorer.root.locator(".review-estimate")
    expect(estimate).to_contain_text("Of 1 record drawn at random from the other 116, 0 were wrong")
    explorer.picture("review")
    assert explorer.axe() == []
    notebook.page.keyboard.press("k")
    notebook.page.keyboard.press("k")
    is_on(explorer, "r33")
    expect(card(explorer)).to_contain_text("Both fine")
    notebook.page.keyboard.press("1")  # after all: the label is wrong, and right is the first one
    expect(explorer.root.locator(".review-progress")).to_contain_text("2 label errors")
    assert state(notebook, "r33") == ["['bad'] Validated label_wrong"]
    assert notebook.overheard() == []

    explorer.root.get_by_role("button", name="History of changes").click()
    changes = explorer.root.get_by_role("dialog", name="Changes")
    expect(changes.get_by_role("listitem").first).to_contain_text("Judged 1 record as label wrong")
    expect(changes.get_by_role("listitem").first).to_contain_text("both fine → label wrong")
    explorer.picture("review-changes")
    notebook.page.keyboard.press("Escape")
    explorer.root.get_by_role("tab", name="Records").click()
    explorer.search("verdict:label_wrong")
    expect(explorer.records).to_have_count(2)
    explorer.record("r33").press("Enter")
    detail = explorer.root.get_by_role("region", name="Record r33")
    expect(detail.locator(".facts")).to_contain_text("label wrong")
    expect(detail.locator(".history")).to_contain_text("verdict no verdict → both fine")
    assert notebook.errors == []


def test_a_review_goes_on_where_it_was_left(notebook: Notebook, tmp_path: Path) -> None:
    """Undone verdicts come again; after a restart of the kernel it is at the same record."""
    explorer = opened(notebook, tmp_path)
    for _ in range(3):
        notebook.page.keyboard.press("l")  # the button that opened it has the focus
    saved(explorer, 3)
    notebook.page.keyboard.press("z")
    is_on(explorer, "r23")
    saved(explorer, 2)
    assert state(notebook, "r13", "r23") == [
        "['bad'] Validated label_wrong",
        "['good'] Validated None",
    ]
    notebook.page.keyboard.press("j")  # passed over
    is_on(explorer, "r33")
    notebook.page.keyboard.press("b")
    saved(explorer, 3)
    notebook.restart()
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.root.get_by_role("button", name="Review", exact=True).click(timeout=MINUTE)
    saved(explorer, 3)
    is_on(explorer, "r23")
    button(explorer, "Label wrong").click()
    saved(explorer, 4)
    assert state(notebook, "r23") == ["['bad'] Validated label_wrong"]
    button(explorer, "Undo").click()
    is_on(explorer, "r23")
    button(explorer, "Undo").click()  # of the sitting before
    is_on(explorer, "r23")
    saved(explorer, 2)
    assert notebook.errors == []


def test_somebody_else_was_faster(notebook: Notebook, tmp_path: Path) -> None:
    """A verdict on what is no longer so is not kept: the record comes again, as it is now."""
    explorer = opened(notebook, tmp_path)
    notebook.python("ex._live._watch.stop()")  # the other's change is not told in time
    elsewhere(notebook, "rb.relabel('made', 'odd', ids=['r3'], agent='ann')")
    button(explorer, "Model wrong").click()
    alert = explorer.root.get_by_role("alert").filter(has_text="Changed by someone else meanwhile")
    expect(alert).to_be_visible()
    is_on(explorer, "r3")
    expect(card(explorer)).to_contain_text("odd by ann")
    explorer.picture("review-conflict")
    assert state(notebook, "r3") == ["['odd'] Validated None"]
    button(explorer, "Label wrong").click()
    saved(explorer, 1)
    assert state(notebook, "r3") == ["['bad'] Validated label_wrong"]
    assert notebook.errors == []


def test_a_kernel_that_dies_loses_no_verdict(notebook: Notebook, tmp_path: Path) -> None:
    """One that it has not saved is kept by the page, told, and saved once the cell is run again."""
    explorer = opened(notebook, tmp_path)
    notebook.page.keyboard.press("m")
    saved(explorer, 1)
    kernel = int(notebook.python("import os; print(os.getpid())"))
    os.kill(kernel, signal.SIGSTOP)
    notebook.page.keyboard.press("l")
    is_on(explorer, "r23")
    os.kill(kernel, signal.SIGKILL)
    banner = explorer.root.locator(".banner")
    expect(banner).to_contain_text("2 changes are not saved yet and kept", timeout=MINUTE)
    notebook.answer_dialogs()
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.root.get_by_role("button", name="Review", exact=True).click(timeout=MINUTE)
    saved(explorer, 2)
    assert state(notebook, "r3", "r13") == [
        "['good'] Validated model_wrong",
        "['bad'] Validated label_wrong",
    ]


def test_a_verdict_that_was_contradicted_is_found(notebook: Notebook, tmp_path: Path) -> None:
    """What a dead kernel did not save of a record on another page is said by name, a way to it."""
    paged = EXPLORE.replace('tab="analysis"', 'tab="analysis", page_size=10')
    explorer = opened(notebook, tmp_path, paged)
    notebook.page.keyboard.press("m")
    saved(explorer, 1)
    kernel = int(notebook.python("import os; print(os.getpid())"))
    os.kill(kernel, signal.SIGSTOP)
    notebook.page.keyboard.press("l")
    is_on(explorer, "r23")
    os.kill(kernel, signal.SIGKILL)
    expect(explorer.root.locator(".banner")).to_contain_text("not saved yet", timeout=MINUTE)
    notebook.answer_dialogs()
    elsewhere(notebook, "rb.relabel('made', 'odd', ids=['r13'], agent='ann')")
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    said = explorer.root.locator(".said")
    expect(said).to_contain_text("Record r13 was changed by someone else", timeout=MINUTE)
    said.get_by_role("button", name="go to it").click()
    conflict = explorer.record("r13").get_by_role("group")
    expect(conflict).to_contain_text("odd")
    explorer.picture("review-contradicted")
    conflict.get_by_role("button", name="Use mine").click()
    expect(said).to_contain_text("Judged 1 record as label wrong")
    assert state(notebook, "r13") == ["['bad'] Validated label_wrong"]


def test_another_agent_ranks(notebook: Notebook, tmp_path: Path) -> None:
    """The record it doubts most, what it says, its label by one key; a reload keeps the choice."""
    explorer = opened(notebook, tmp_path, SECOND)
    explorer.root.locator(".desk").get_by_label("agent").select_option("new")
    is_on(explorer, "r50")
    expect(card(explorer)).to_contain_text("new")
    expect(card(explorer)).to_contain_text("poor")
    expect(button(explorer, "Label wrong")).to_contain_text("poor")
    notebook.page.keyboard.press("Tab")
    button(explorer, "Label wrong").press("l")
    saved(explorer, 1)
    assert state(notebook, "r50") == ["['poor'] Validated label_wrong"]
    assert notebook.python("print(ex.analysis_options)") == "{'agent': 'new'}"
    notebook.save()
    notebook.reload()
    explorer = ExplorerPage(notebook.page)
    saved(explorer, 1)
    expect(explorer.root.locator(".desk").get_by_label("agent")).to_have_value("new")
    assert notebook.errors == []


def test_there_is_an_end(notebook: Notebook, tmp_path: Path) -> None:
    """Everything reviewed, nothing to review, and a query that narrows it: each said in words."""
    explorer = opened(notebook, tmp_path)
    notebook.theme("JupyterLab Dark")
    notebook.python("rb.set_verdict('made', 'both_fine', query='NOT id:r3')")
    saved(explorer, 119)
    is_on(explorer, "r3")
    button(explorer, "Label wrong").click()
    expect(explorer.root.get_by_text("Everything is reviewed: 120 records.")).to_be_visible()
    expect(explorer.root.get_by_text("nothing is left to be found")).to_be_visible()
    explorer.picture("review-dark-end")
    button(explorer, "Undo").click()
    is_on(explorer, "r3")
    explorer.picture("review-dark")
    assert explorer.axe() == []
    notebook.python("rb.relabel('made', None, query='superb')")
    explorer.search("superb AND NOT _exists_:verdict")
    expect(explorer.root.locator(".review-empty")).to_have_text("No records are shown.")
    notebook.python("rb.set_verdict('made', None, query='superb')")
    expect(explorer.root.locator(".review-empty")).to_contain_text("has both an annotation")
    assert notebook.errors == []
