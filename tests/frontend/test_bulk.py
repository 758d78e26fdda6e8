"""Many records at once: shown before it is done, done once, never to other records."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser

LABELS = "['joy', 'anger', 'fear', 'surprise']"
SEVERAL = (
    f"{{ labels: {LABELS}, multi_label: true,"
    f" records: fake.makeRecords(120, {{ labels: {LABELS}, multi: true }}) }}"
)


def bar(explorer: Explorer) -> Locator:
    """Return the bar of what can be done to the selected records."""
    return explorer.root.get_by_role("group", name="Selected records")


def mean(explorer: Explorer, scope: str) -> None:
    """Select a record, and have the bar mean the page or all that match."""
    explorer.records.first.focus()
    explorer.page.keyboard.press("x")
    bar(explorer).get_by_role("combobox", name="Records to change").select_option(scope)


def preview(explorer: Explorer) -> Locator:
    """Return the dialog that shows what would be done."""
    return explorer.root.get_by_role("dialog").filter(has=explorer.page.locator(".preview"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_that_match(explorer_at: Callable[..., Explorer], scheme: str) -> None:
    """What becomes of all that match is shown, done at a yes with its reason, undone by one key."""
    explorer = explorer_at(1000, 760, color_scheme=scheme).shown()
    explorer.search("predicted:ko")
    expect(explorer.reading).to_contain_text("predicted is ko")
    mean(explorer, "all")
    bar(explorer).get_by_role("button", name="Annotate as").click()
    explorer.picture(f"bulk-labels-{scheme}")
    explorer.page.keyboard.type("neg")
    explorer.page.keyboard.press("Enter")
    shown = preview(explorer)
    expect(shown).to_contain_text("positive → negative")
    expect(shown).to_contain_text("already negative")
    assert explorer.sent("edit") + explorer.sent("change") == []
    expect(shown.get_by_role("textbox")).to_be_focused()
    explorer.page.keyboard.type("the model is right")
    explorer.picture(f"bulk-{scheme}")
    shown.get_by_role("button", name="Change ").click()
    expect(shown).to_have_count(0)
    expect(explorer.said).to_contain_text("as negative")
    (planned,), (changed,) = explorer.sent("plan"), explorer.sent("change")
    assert changed["scope"] == planned["scope"]
    assert changed["scope"]["ids"] is None
    assert changed["scope"]["view"]["query"] == "predicted:ko"
    assert changed["reason"] == "the model is right"
    explorer.picture(f"bulk-done-{scheme}")
    explorer.page.keyboard.press("z")
    expect(explorer.said).to_contain_text("Undid")
    assert len(explorer.sent("undo")) == 1
    expect(explorer.button("Undo")).to_be_disabled()


def test_filters_are_told(explorer_at: Callable[..., Explorer]) -> None:
    """The preview tells the query as it was read, and the filters that are on."""
    explorer = explorer_at(1300, 800).shown()
    explorer.search("film")
    panel = explorer.root.get_by_role("region", name="Facets")
    panel.get_by_role("button", name=re.compile("^ko: ")).click()
    expect(explorer.reading).not_to_contain_text("496 of")
    mean(explorer, "all")
    bar(explorer).get_by_role("button", name="Discard").click()
    expect(preview(explorer)).to_contain_text("All that match: text has film; predicted is ko")


def test_what_changed_meanwhile_is_shown_anew(explorer: Explorer) -> None:
    """Where a record changed since the preview nothing is done, and it is shown as it is now."""
    explorer.shown()
    mean(explorer, "all")
    bar(explorer).get_by_role("button", name="Discard").click()
    shown = preview(explorer)
    expect(shown.get_by_role("button", name="Change 1,204 records")).to_be_visible()
    explorer.kernel("kernel.changeElsewhere('r700', { status: 'Discarded' }, { quietly: true })")
    shown.get_by_role("button", name="Change 1,204 records").click()
    expect(shown).to_contain_text("Records changed meanwhile")
    expect(shown.get_by_role("button", name="Change 1,203 records")).to_be_visible()
    expect(shown.get_by_role("row", name="1 already Discarded")).to_be_visible()
    explorer.picture("bulk-outdated")
    assert explorer.kernel("return kernel.records.get('r3').status") != "Discarded"
    shown.get_by_role("button", name="Cancel").click()
    expect(shown).to_have_count(0)
    assert explorer.kernel("return kernel.records.get('r3').status") != "Discarded"


def test_selected_records_of_other_pages(explorer: Explorer) -> None:
    """Records selected on several pages are changed together, those out of sight included."""
    explorer.shown()
    keys = explorer.page.keyboard
    explorer.record("r2").focus()
    keys.press("x")
    keys.press("]")
    explorer.record("r52").press("x")
    expect(bar(explorer)).to_contain_text("2 selected, 1 elsewhere")
    bar(explorer).get_by_role("button", name="Validate").click()
    expect(preview(explorer)).to_contain_text("already Validated")
    expect(preview(explorer)).to_contain_text("Nothing would change")
    keys.press("Escape")
    expect(preview(explorer)).to_have_count(0)
    bar(explorer).get_by_role("button", name="Discard").click()
    preview(explorer).get_by_role("button", name="Change 2 records").click()
    expect(explorer.said).to_contain_text("Discarded 2 records")
    expect(explorer.cell("r52", "status")).to_contain_text("Discarded")
    assert explorer.kernel("return kernel.records.get('r2').status") == "Discarded"
    bar(explorer).get_by_role("button", name="Restore").click()
    preview(explorer).get_by_role("button", name="Change 2 records").click()
    expect(explorer.cell("r52", "status")).to_contain_text("Default")


def test_while_it_runs(explorer: Explorer) -> None:
    """While many records are changed this is said, and no key changes anything behind it."""
    explorer.shown()
    mean(explorer, "all")
    bar(explorer).get_by_role("button", name="Discard").click()
    shown = preview(explorer)
    explorer.kernel("kernel.hold = ['change']")
    shown.get_by_role("button", name="Change 1,204 records").dblclick()
    expect(shown).to_contain_text("Changing 1,204 records…")
    expect(shown.get_by_role("progressbar")).to_be_visible()
    explorer.picture("bulk-running")
    for key in ("1", "z", "d"):
        explorer.page.keyboard.press(key)
    assert explorer.page.evaluate("window.notebookKeys") == []
    explorer.kernel("kernel.hold = null; kernel.release()")
    expect(shown).to_have_count(0)
    expect(explorer.said).to_contain_text("Discarded 1,204 records")
    assert (len(explorer.sent("change")), explorer.sent("edit"), explorer.sent("undo")) == (
        1,
        [],
        [],
    )


@pytest.mark.parametrize("scope", ["page", "all"])
def test_labels_that_only_some_have(explorer: Explorer, scope: str) -> None:
    """Labels are on all, on some or on none of several records; only those pressed are changed."""
    explorer.shown(SEVERAL)
    mean(explorer, scope)
    bar(explorer).get_by_role("button", name="Annotate as").click()
    joy, anger = (explorer.menu.get_by_role("option", name=one) for one in ("joy", "anger"))
    expect(joy).to_have_attribute("aria-checked", "mixed")
    joy.click()
    expect(joy).to_have_attribute("aria-checked", "true")
    anger.click()
    anger.click()
    expect(anger).to_have_attribute("aria-checked", "false")
    explorer.picture(f"mixed-labels-{scope}")
    before = explorer.kernel("return kernel.records.get('r1').annotation")
    explorer.menu.get_by_role("button", name="Apply").click()
    if scope == "all":
        expect(preview(explorer)).to_contain_text("Change 120 records: + joy, − anger")
        preview(explorer).get_by_role("button", name="Change ").click()
    expect(explorer.said).to_contain_text("+ joy, − anger")
    expected = [one for one in before if one != "anger"]
    expected += [] if "joy" in before else ["joy"]
    assert explorer.kernel("return kernel.records.get('r1').annotation") == expected


def test_all_labels_replaced(explorer: Explorer) -> None:
    """Replacing leaves several records with the ticked labels alone."""
    explorer.shown(SEVERAL)
    mean(explorer, "page")
    bar(explorer).get_by_role("button", name="Annotate as").click()
    explorer.menu.get_by_role("option", name="fear").click()
    explorer.menu.get_by_role("checkbox", name="Replace all labels").check()
    expect(explorer.menu.get_by_role("option", name="joy")).to_have_attribute(
        "aria-checked", "false"
    )
    explorer.menu.get_by_role("button", name="Apply").click()
    for record_id in ("r0", "r5"):
        expect(explorer.annotation(record_id)).to_have_accessible_name("Annotated as fear. Change")


def test_a_comment_on_several(explorer: Explorer) -> None:
    """A comment is written to each of the records that the bar means."""
    explorer.shown()
    mean(explorer, "page")
    bar(explorer).get_by_role("button", name="Comment").click()
    explorer.page.keyboard.type("sarcasm?")
    explorer.picture("bulk-comment")
    explorer.page.keyboard.press("Control+Enter")
    expect(explorer.said).to_contain_text("Commented on 50 records")
    expect(explorer.record("r7").get_by_text("commented")).to_be_attached()
