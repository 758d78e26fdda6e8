"""The changes of everybody, and one of them undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


def history(explorer: Explorer) -> Locator:
    """Open the changes and return them."""
    explorer.button("History of changes").click()
    panel = explorer.root.get_by_role("dialog", name="Changes")
    expect(panel.locator("[aria-busy=false]")).to_be_attached()
    return panel


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_change_is_undone(explorer_at: Callable[..., Explorer], scheme: str) -> None:
    """Each group says what, who, when and from which query, and is undone by itself."""
    explorer = explorer_at(1000, 760, color_scheme=scheme).shown()
    explorer.search("film")
    expect(explorer.reading).to_contain_text("text has film")
    ids = [one.get_attribute("data-record") or "" for one in explorer.records.all()[:2]]
    for record_id in ids:
        explorer.record(record_id).press("d")
        expect(explorer.cell(record_id, "status")).to_have_text("Discarded")
    panel = history(explorer)
    expect(panel.get_by_role("listitem")).to_have_count(2)
    oldest = panel.get_by_role("listitem").last
    expect(oldest).to_contain_text("Discarded 1 record")
    expect(oldest).to_contain_text("ann")
    expect(oldest).to_contain_text("found by film")
    explorer.picture(f"changes-{scheme}")
    oldest.get_by_role("button", name="Undo this").click()
    expect(oldest).to_contain_text("undone")
    expect(explorer.cell(ids[0], "status")).not_to_have_text("Discarded")
    expect(explorer.cell(ids[1], "status")).to_have_text("Discarded")
    explorer.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(explorer.button("History of changes")).to_be_focused()


def test_what_would_conflict_is_said_before(explorer: Explorer) -> None:
    """Records changed since are counted first, left alone then, and the others are undone."""
    explorer.shown()
    explorer.record("r2").focus()
    for key in ("x", "j", "x", "j", "x"):
        explorer.page.keyboard.press(key)
    explorer.root.get_by_role("group", name="Selected records").get_by_role(
        "button", name="Discard"
    ).click()
    expect(explorer.said).to_contain_text("Discarded 3 records")
    explorer.kernel("kernel.changeElsewhere('r3', { status: 'Validated' })")
    expect(explorer.cell("r3", "status")).to_have_text("Validated")
    panel = history(explorer)
    panel.get_by_role("button", name="Undo this").click()
    expect(panel.get_by_role("alert")).to_contain_text("1 record changed since and would stay")
    explorer.picture("changes-conflict")
    assert explorer.kernel("return kernel.records.get('r2').status") == "Discarded"
    panel.get_by_role("button", name="Undo the other 2 records").click()
    expect(explorer.cell("r2", "status")).not_to_contain_text("Discarded")
    assert explorer.kernel("return kernel.records.get('r3').status") == "Validated"
    expect(explorer.said).to_contain_text("Undid: 2 records")


def test_older_changes(explorer: Explorer) -> None:
    """The newest fifty are told at once, older ones when asked for."""
    explorer.shown()
    explorer.record("r0").focus()
    for _ in range(52):
        explorer.page.keyboard.press("d")
    expect(explorer.said).to_contain_text("Restored 1 record")
    panel = history(explorer)
    expect(panel.get_by_role("listitem")).to_have_count(50)
    panel.get_by_role("button", name="Older changes").press("Enter")
    expect(panel.get_by_role("listitem")).to_have_count(52)
    expect(panel.get_by_role("button", name="Older changes")).to_have_count(0)
    expect(panel.get_by_role("listitem").nth(50)).to_be_focused()


def test_older_changes_stay(explorer: Explorer) -> None:
    """Older changes that were asked for stay in the list when another one is made."""
    explorer.shown()
    explorer.record("r0").focus()
    for _ in range(52):
        explorer.page.keyboard.press("d")
    panel = history(explorer)
    panel.get_by_role("button", name="Older changes").click()
    expect(panel.get_by_role("listitem")).to_have_count(52)
    panel.get_by_role("listitem").first.get_by_role("button", name="Undo this").click()
    expect(panel.get_by_role("listitem").first).to_contain_text("undone")
    expect(panel.get_by_role("listitem")).to_have_count(52)


def test_none_yet(explorer: Explorer) -> None:
    """Where nothing was changed this is said."""
    explorer.shown()
    expect(history(explorer)).to_contain_text("Nothing was changed yet")
