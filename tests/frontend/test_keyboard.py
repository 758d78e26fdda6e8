"""Everything by keys, and none of them for the notebook."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


def test_moving(explorer: Explorer) -> None:
    """j, k, arrows, Home and End move the one record that has the focus; it stays in sight."""
    explorer.shown()
    keys = explorer.page.keyboard
    explorer.records.first.focus()
    for key, record_id in [
        ("j", "r1"),
        ("ArrowDown", "r2"),
        ("k", "r1"),
        ("ArrowUp", "r0"),
        ("k", "r0"),
        ("End", "r49"),
        ("j", "r49"),
        ("Home", "r0"),
    ]:
        keys.press(key)
        expect(explorer.record(record_id)).to_be_focused()
        expect(explorer.record(record_id)).to_be_in_viewport()
        expect(explorer.current).to_have_attribute("data-record", record_id)
    expect(explorer.root.locator("tr[data-record][tabindex='0']")).to_have_count(1)


def test_first_record_is_not_hidden_by_the_headings(explorer: Explorer) -> None:
    """Moving up brings a record below the headings, not behind them."""
    explorer.shown()
    explorer.records.first.focus()
    keys = explorer.page.keyboard
    for key in ["j"] * 20 + ["k"] * 15:
        keys.press(key)
    heading = explorer.root.locator("thead").bounding_box()
    record = explorer.record("r5").bounding_box()
    expect(explorer.record("r5")).to_be_focused()
    assert heading
    assert record
    assert record["y"] >= heading["y"] + heading["height"] - 1


def test_pages_keep_the_hand(explorer: Explorer) -> None:
    """[ and ] turn pages with the focus on a record, and come back to the one left."""
    explorer.shown()
    keys = explorer.page.keyboard
    explorer.record("r4").focus()
    keys.press("]")
    expect(explorer.record("r50")).to_be_focused()
    keys.press("j")
    keys.press("[")
    expect(explorer.record("r4")).to_be_focused()
    keys.press("]")
    expect(explorer.record("r51")).to_be_focused()


def test_query_help_and_sort(explorer: Explorer) -> None:
    """/ goes to the query, Escape back, ? lists the keys, s reaches the sort buttons."""
    explorer.shown()
    keys = explorer.page.keyboard
    explorer.record("r3").focus()
    keys.press("/")
    expect(explorer.query).to_be_focused()
    keys.type("a/b?j1")
    expect(explorer.query).to_have_value("a/b?j1")
    keys.press("Escape")
    expect(explorer.record("r3")).to_be_focused()
    keys.press("?")
    dialog = explorer.root.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    explorer.picture("help")
    assert explorer.axe() == []
    keys.press("Escape")
    expect(dialog).not_to_be_visible()
    keys.press("s")
    expect(explorer.root.locator(".sort").first).to_be_focused()
    keys.press("Enter")
    expect(explorer.root.locator('th[data-column="text"]')).to_have_attribute(
        "aria-sort", "ascending"
    )


def test_no_key_reaches_the_notebook(explorer: Explorer) -> None:
    """No key pressed in the explorer is heard outside, wherever the focus is, saving excepted."""
    explorer.shown()
    keys = explorer.page.keyboard
    all_keys = [*"xvdzabmyrjkohlfis0123456789[]}{Ac", "Enter", "Escape", "Delete", "Shift+Enter"]
    for key in "ygS":
        all_keys += [key, "d", "x", "Escape"]
    explorer.record("r1").focus()
    for key in [*all_keys, "Control+Enter", "Space", "ArrowDown"]:
        keys.press(key)
    explorer.query.focus()
    for key in all_keys:
        keys.press(key)
    explorer.search("")
    explorer.annotation("r1").click()
    for key in "dx1":
        keys.press(key)
    keys.press("Escape")
    explorer.button("Keyboard help").click()
    for key in "dx1j":
        keys.press(key)
    keys.press("Escape")
    explorer.button("Keyboard help").focus()
    for key in ("b", "m", "Shift+Tab"):
        keys.press(key)
    assert explorer.page.evaluate("window.notebookKeys") == []
    keys.press("Control+s")
    assert explorer.page.evaluate("window.notebookKeys") == ["s"]


def test_keys_are_silent_while_typing_a_label(explorer: Explorer) -> None:
    """Digits and letters in the list's box write; they annotate nothing."""
    explorer.shown()
    explorer.annotation("r1").click()
    explorer.page.keyboard.type("1dvz")
    expect(explorer.menu.get_by_role("combobox")).to_have_value("1dvz")
    assert explorer.sent("edit") + explorer.sent("undo") == []


def test_focus_survives_a_change_from_elsewhere(explorer: Explorer) -> None:
    """When others change the data, or the record leaves, the focus stays on a record."""
    explorer.shown()
    explorer.search("predicted:ko")
    expect(explorer.reading).to_contain_text("predicted is ko")
    second = explorer.records.nth(1)
    second_id = second.get_attribute("data-record")
    third_id = explorer.records.nth(2).get_attribute("data-record")
    second.focus()
    explorer.kernel(f"kernel.changeElsewhere('{second_id}', {{ predicted: 'ok' }})")
    expect(explorer.record(second_id or "")).to_have_count(0)
    expect(explorer.record(third_id or "")).to_be_focused()
