"""The query box completes what is written, and remembers what was asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_complete_search_and_come_back(explorer_at: Callable[..., Explorer], scheme: str) -> None:
    """By keys alone: a field, its value, the records; later the query again from the history."""
    explorer = explorer_at(1000, 760, color_scheme=scheme).shown()
    keys = explorer.page.keyboard
    options = explorer.root.locator(".completions").get_by_role("option")
    explorer.query.focus()
    keys.type("pred")
    expect(options).to_have_text(["predicted:text", "predicted_as:text"])
    keys.press("ArrowDown")
    assert explorer.axe() == []
    explorer.picture(f"completing-{scheme}")
    keys.press("Tab")
    expect(explorer.query).to_have_value("predicted:")
    expect(explorer.query).to_be_focused()
    keys.type("k")
    expect(options).to_have_count(1)
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(explorer.query).to_have_value("predicted:ko")
    keys.press("Enter")
    expect(explorer.reading).to_contain_text("predicted is ko")
    expect(options).to_have_count(0)

    explorer.search("")
    expect(explorer.reading).to_contain_text("all records")
    keys.press("ArrowUp")
    expect(explorer.root.get_by_role("listbox", name="Earlier queries")).to_be_visible()
    explorer.picture(f"history-{scheme}")
    keys.press("Enter")
    expect(explorer.reading).to_contain_text("predicted is ko")
    assert explorer.page.evaluate("window.notebookKeys") == []


def test_a_pause_searches(explorer: Explorer) -> None:
    """Records follow what is typed, without Enter."""
    explorer.shown()
    explorer.query.focus()
    explorer.page.keyboard.type("film")
    expect(explorer.reading).to_contain_text("text has film")
