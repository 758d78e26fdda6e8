"""Comments on records, and a status taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


def box(explorer: Explorer) -> Locator:
    """Return where the comment of the opened record is written."""
    return explorer.root.get_by_role("textbox", name="Comment")


def test_by_key(explorer: Explorer) -> None:
    """c opens the record and writes; Ctrl Enter saves; the row shows a sign; z takes it back."""
    explorer.shown()
    keys = explorer.page.keyboard
    explorer.record("r3").press("c")
    expect(box(explorer)).to_be_focused()
    keys.type("is this irony?\ndxz1")
    explorer.picture("comment-written")
    keys.press("Control+Enter")
    expect(explorer.said).to_contain_text("Commented on 1 record")
    expect(explorer.record("r3")).to_be_focused()
    (sent,) = explorer.sent("edit")
    assert sent["edits"] == [
        {
            "id": "r3",
            "field": "comment",
            "version": 1,
            "old": None,
            "new": "is this irony?\ndxz1",
        }
    ]
    sign = explorer.record("r3").locator(".commented")
    expect(sign).to_have_attribute("title", "is this irony?\ndxz1")
    explorer.picture("comment-saved")
    keys.press("z")
    expect(sign).to_have_count(0)
    expect(box(explorer)).to_have_value("")


def test_left_and_cleared(explorer: Explorer) -> None:
    """Escape leaves a comment as it was, an empty one removes it, a draft outlives the detail."""
    explorer.shown()
    keys = explorer.page.keyboard
    explorer.record("r3").press("c")
    keys.type("half")
    keys.press("Escape")
    expect(box(explorer)).to_have_value("")
    assert explorer.sent("edit") == []
    keys.press("c")
    keys.type("half a draft")
    explorer.root.get_by_role("button", name="Close the record").click()
    explorer.record("r3").press("c")
    expect(box(explorer)).to_have_value("half a draft")
    keys.press("Control+Enter")
    expect(explorer.said).to_contain_text("Commented")
    keys.press("c")
    box(explorer).fill("")
    keys.press("Control+Enter")
    expect(explorer.said).to_contain_text("Removed the comment of 1 record")
    assert explorer.kernel("return kernel.records.get('r3').comment") is None


def test_conflict(explorer: Explorer) -> None:
    """A comment that somebody else changed meanwhile is shown with mine where it is written."""
    explorer.shown()
    keys = explorer.page.keyboard
    explorer.record("r3").press("c")
    explorer.kernel("kernel.changeElsewhere('r3', { comment: 'theirs' }, { quietly: true })")
    keys.type("mine")
    keys.press("Control+Enter")
    conflict = explorer.root.locator(".detail").get_by_role("group", name="Changed meanwhile")
    expect(conflict).to_contain_text("theirs")
    expect(conflict).to_contain_text("mine")
    explorer.picture("comment-conflict")
    expect(explorer.record("r3")).to_be_focused()
    keys.press("Enter")
    expect(conflict).to_have_count(0)
    expect(explorer.said).to_contain_text("Commented on 1 record")
    assert explorer.kernel("return kernel.records.get('r3').comment") == "mine"


def test_refused(explorer: Explorer) -> None:
    """A comment that could not be saved is said to be so, and is still there to be saved."""
    explorer.shown()
    explorer.kernel("kernel.refuse = { edit: { type: 'StorageError', message: 'disk full' } }")
    explorer.record("r3").press("c")
    explorer.page.keyboard.type("long thought")
    explorer.page.keyboard.press("Control+Enter")
    expect(explorer.root.locator(".detail")).to_contain_text("Not saved: disk full")
    expect(box(explorer)).to_have_value("long thought")


def test_a_status_is_taken_back(explorer: Explorer) -> None:
    """v on a validated and d on a discarded record take it back to Default; buttons say so."""
    explorer.shown()
    keys = explorer.page.keyboard
    record, status = explorer.record("r5"), explorer.cell("r5", "status")
    record.focus()
    for key, becomes in [("v", "Validated"), ("v", "Default"), ("d", "Discarded")]:
        keys.press(key)
        expect(status).to_contain_text(becomes)
    keys.press("Enter")
    detail = explorer.root.get_by_role("region", name="Record r5")
    expect(detail.get_by_role("button", name="Validate")).to_be_visible()
    detail.get_by_role("button", name="Restore").click()
    expect(status).to_contain_text("Default")
    expect(explorer.said).to_contain_text("Restored 1 record")
    expect(detail.get_by_role("button", name="Discard")).to_be_visible()
