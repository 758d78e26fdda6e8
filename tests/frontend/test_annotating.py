"""Changing labels by mouse and by key, and what can go wrong meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


def test_by_list(explorer: Explorer) -> None:
    """The list finds labels while one types; Enter annotates, saves and gives the focus back."""
    explorer.shown()
    explorer.annotation("r5").click()
    expect(explorer.menu.get_by_role("combobox")).to_be_focused()
    expect(explorer.menu.get_by_role("option")).to_have_count(2)
    explorer.picture("labels")
    assert explorer.axe() == []
    explorer.page.keyboard.type("pos")
    expect(explorer.menu.get_by_role("option").first).to_contain_text("positive")
    explorer.page.keyboard.press("Enter")
    expect(explorer.annotation("r5")).to_contain_text("positive")
    expect(explorer.cell("r5", "status")).to_contain_text("Validated")
    expect(explorer.said).to_contain_text("Annotated 1 record as positive")
    expect(explorer.record("r5")).to_be_focused()
    (sent,) = explorer.sent("edit")
    assert sent["edits"] == [
        {"id": "r5", "field": "annotation", "version": 1, "old": None, "new": ["positive"]}
    ]


def test_new_label(explorer: Explorer) -> None:
    """A name that no label has becomes one, and is offered from then on."""
    explorer.shown()
    explorer.annotation("r0").click()
    explorer.page.keyboard.type("mixed <b>feelings</b>")
    explorer.menu.get_by_role("option", name="New label").click()
    expect(explorer.annotation("r0")).to_contain_text("mixed <b>feelings</b>")
    explorer.annotation("r1").click()
    expect(explorer.menu.get_by_role("option")).to_have_count(3)


def test_what_labels_are_for(explorer: Explorer) -> None:
    """Each label of the list has its description, its number of records and its key."""
    told = "{ positive: 'would see it again', negative: 'a waste of an evening, by and large' }"
    explorer.shown(f"{{ descriptions: {told} }}")
    explorer.annotation("r5").click()
    first = explorer.menu.get_by_role("option").first
    expect(first).to_contain_text("negative a waste of an evening")
    count = explorer.kernel(
        "return [...kernel.records.values()].filter((one) => one.annotation?.[0] === 'negative')"
    )
    expect(first.locator(".number")).to_have_text(str(len(count)))
    explorer.picture("label-descriptions")


def test_remove_annotation_and_leave_the_list(explorer: Explorer) -> None:
    """An annotation can be taken away; Escape or a click elsewhere leaves the list unused."""
    explorer.shown()
    explorer.annotation("r0").click()
    explorer.menu.get_by_role("button", name="Remove the annotation").click()
    expect(explorer.annotation("r0")).to_have_text("annotate")
    expect(explorer.cell("r0", "status")).to_contain_text("Default")
    explorer.annotation("r1").click()
    explorer.page.keyboard.press("Escape")
    expect(explorer.menu).to_have_count(0)
    expect(explorer.record("r1")).to_be_focused()
    explorer.annotation("r1").click()
    explorer.root.get_by_role("heading").click()
    expect(explorer.menu).to_have_count(0)
    assert len(explorer.sent("edit")) == 1


def test_many_labels(explorer: Explorer) -> None:
    """Among 300 labels typing finds one, and the list stays inside the window."""
    labels = "Array.from({ length: 300 }, (_, n) => `label number ${n}`)"
    explorer.shown(f"{{ labels: {labels}, records: fake.makeRecords(60, {{ labels: {labels} }}) }}")
    explorer.annotation("r3").click()
    expect(explorer.menu.get_by_role("option")).to_have_count(300)
    box = explorer.menu.bounding_box()
    assert box
    assert 0 <= box["y"] <= 760 - box["height"]
    active = explorer.menu.locator("[data-active=true]")
    expect(active).to_be_in_viewport()
    explorer.page.keyboard.press("ArrowUp")
    expect(active).to_be_in_viewport()
    explorer.page.keyboard.type("ber 27")
    expect(explorer.menu.get_by_role("option")).to_have_count(14)  # 27, 127, 227, 270 to 279, new
    explorer.picture("many-labels")
    explorer.page.keyboard.press("ArrowDown")
    explorer.page.keyboard.press("Enter")
    expect(explorer.annotation("r3")).to_contain_text("label number 127")


def test_several_labels(explorer: Explorer) -> None:
    """Where records have several labels the list toggles them and applies them together."""
    labels = "['joy', 'anger', 'fear', 'surprise']"
    explorer.shown(
        f"{{ labels: {labels}, multi_label: true,"
        f" records: fake.makeRecords(60, {{ labels: {labels}, multi: true }}) }}"
    )
    explorer.annotation("r5").click()
    explorer.menu.get_by_role("option", name="joy").click()
    explorer.menu.get_by_role("option", name="fear").click()
    explorer.picture("several-labels")
    assert explorer.axe() == []
    explorer.menu.get_by_role("button", name="Apply").click()
    expect(explorer.annotation("r5")).to_have_accessible_name("Annotated as joy, fear. Change")
    explorer.page.keyboard.press("1")
    expect(explorer.annotation("r5")).to_have_accessible_name("Annotated as fear. Change")


def test_by_keys(explorer: Explorer) -> None:
    """Digits annotate the current record, v and d set its status, z and Z undo and redo."""
    explorer.shown()
    record = explorer.record("r1")
    keys = explorer.page.keyboard
    record.focus()
    keys.press("2")
    expect(explorer.annotation("r1")).to_contain_text("positive")
    expect(explorer.said).to_contain_text("Annotated 1 record as positive")
    expect(record).to_be_focused()
    keys.press("d")
    expect(explorer.cell("r1", "status")).to_contain_text("Discarded")
    keys.press("v")
    expect(explorer.cell("r1", "status")).to_contain_text("Validated")
    keys.press("z")
    expect(explorer.cell("r1", "status")).to_contain_text("Discarded")
    keys.press("z")
    keys.press("z")
    expect(explorer.annotation("r1")).to_contain_text("negative")
    expect(explorer.button("Undo")).to_be_disabled()
    keys.press("Shift+Z")
    expect(explorer.annotation("r1")).to_contain_text("positive")
    expect(record).to_be_focused()


def test_a_put_right_record_stays_until_the_next_query(explorer: Explorer) -> None:
    """A record that no longer matches stays under the hand; count and accuracy follow at once."""
    explorer.shown()
    explorer.search("predicted:ko")
    expect(explorer.reading).to_contain_text("predicted is ko")
    count = explorer.kernel("return [...kernel.records.values()].length") and int(
        re.search(r"(\d+) of", explorer.reading.inner_text())[1]  # type: ignore[index]
    )
    record = explorer.records.first
    record_id = record.get_attribute("data-record") or ""
    guess = record.locator(".score-label").first.inner_text()
    record.focus()
    explorer.page.keyboard.press("1" if guess == "negative" else "2")
    expect(record.locator(".ok-or-ko")).to_have_text("ok")
    expect(explorer.reading).to_contain_text(f"{count - 1} of 1,204")
    expect(explorer.records.first).to_have_attribute("data-record", record_id)
    expect(record).to_be_focused()
    explorer.search("predicted:ko")
    expect(explorer.record(record_id)).to_have_count(0)


def test_saving_and_refused(explorer: Explorer) -> None:
    """A change shows at once, marked until it is saved; a refused one is put back and said."""
    explorer.shown()
    before = explorer.annotation("r0").inner_text()
    explorer.kernel("kernel.hold = ['edit']")
    explorer.annotation("r0").click()
    explorer.page.keyboard.type("odd")
    explorer.page.keyboard.press("Enter")
    expect(explorer.cell("r0", "annotated_as")).to_contain_text("saving…")
    expect(explorer.annotation("r0")).to_contain_text("odd")
    explorer.kernel("kernel.release(); kernel.hold = null")
    expect(explorer.cell("r0", "annotated_as")).not_to_contain_text("saving…")
    explorer.page.keyboard.press("z")
    expect(explorer.annotation("r0")).to_have_text(before)
    explorer.kernel(
        "kernel.refuse = { edit: { type: 'StorageError', message: 'the disk is full' } }"
    )
    explorer.record("r0").press("d")
    expect(explorer.cell("r0", "status")).to_contain_text("Not saved: the disk is full")
    expect(explorer.cell("r0", "status")).to_contain_text("Validated")
    expect(explorer.said).to_contain_text("the disk is full")
    explorer.picture("refused")


@pytest.mark.parametrize("way", ["keys", "mouse"])
@pytest.mark.parametrize("mine", [True, False])
def test_conflict(explorer: Explorer, way: str, mine: bool) -> None:
    """A record changed by somebody else meanwhile shows both values and asks which to keep."""
    explorer.shown()
    explorer.kernel("kernel.changeElsewhere('r1', { annotation: ['doubtful'] }, { quietly: true })")
    explorer.record("r1").press("2")
    conflict = explorer.cell("r1", "annotated_as").get_by_role("group")
    expect(conflict).to_contain_text("doubtful")
    expect(conflict).to_contain_text("positive")
    expect(explorer.said).to_contain_text("Record r1 was changed by someone else")
    expect(explorer.record("r1")).to_be_focused()
    explorer.picture("conflict")
    assert explorer.axe() == []
    if way == "keys":
        explorer.page.keyboard.press("Enter" if mine else "Escape")
    else:
        conflict.get_by_role("button", name="Use mine" if mine else "Keep theirs").click()
    expect(conflict).to_have_count(0)
    expect(explorer.annotation("r1")).to_contain_text("positive" if mine else "doubtful")
    expect(explorer.record("r1")).to_be_focused()
    assert len(explorer.sent("edit")) == (2 if mine else 1)


def test_conflict_of_a_status(explorer: Explorer) -> None:
    """A status that somebody else changed meanwhile is shown beside mine in its own cell."""
    explorer.shown()
    explorer.kernel("kernel.changeElsewhere('r1', { status: 'Edited' }, { quietly: true })")
    explorer.record("r1").press("d")
    conflict = explorer.cell("r1", "status").get_by_role("group")
    expect(conflict).to_contain_text("Edited")
    expect(conflict).to_contain_text("Discarded")
    explorer.page.keyboard.press("Escape")
    expect(conflict).to_have_count(0)
    expect(explorer.cell("r1", "status")).to_have_text("Edited")
    assert len(explorer.sent("edit")) == 1


def test_selected_records_together(explorer: Explorer) -> None:
    """Selected records are annotated, validated and discarded together, and undone together."""
    explorer.shown()
    keys = explorer.page.keyboard
    explorer.record("r2").focus()
    for key in ("x", "j", "x", "j", "x"):
        keys.press(key)
    selected = explorer.root.get_by_role("group", name="Selected records")
    expect(selected).to_contain_text("3 selected")
    assert explorer.kernel("return model.get('selected')") == ["r2", "r3", "r4"]
    explorer.picture("selected")
    assert explorer.axe() == []
    selected.get_by_role("button", name="Discard").click()
    expect(explorer.said).to_contain_text("Discarded 3 records")
    assert len(explorer.sent("edit")[0]["edits"]) == 3
    selected.get_by_role("button", name="Annotate as").click()
    expect(explorer.root.get_by_role("dialog", name="Annotate 3 records")).to_be_visible()
    keys.type("positive")
    keys.press("Enter")
    expect(explorer.said).to_contain_text("3 records as positive")
    for record_id in ("r2", "r3", "r4"):
        expect(explorer.annotation(record_id)).to_contain_text("positive")
    explorer.root.get_by_role("button", name="undo", exact=False).last.click()
    expect(explorer.cell("r3", "status")).to_contain_text("Discarded")
    keys.press("a")
    expect(selected).to_contain_text("50 selected")
    selected.get_by_role("button", name="Clear").click()
    expect(selected).to_have_count(0)
