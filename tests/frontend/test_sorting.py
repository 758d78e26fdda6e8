"""Several sort keys, by pointer and by keys, of fields that are shown and of others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


def sort(explorer: Explorer) -> Any:
    """Return the sort keys that the kernel knows."""
    return explorer.kernel("return model.get('sort')")


def menu(explorer: Explorer) -> Locator:
    """Open the sort keys by their key."""
    explorer.records.first.focus()
    explorer.page.keyboard.press("S")
    return explorer.root.get_by_role("dialog", name="Sort")


def test_shift_and_a_key_add_a_sort_key(explorer: Explorer) -> None:
    """On a sort button Shift+Enter and Shift+Space add a key, turn it around, and take it away."""
    explorer.shown()
    keys = explorer.page.keyboard
    explorer.records.first.focus()
    keys.press("s")
    keys.press("Enter")
    status = explorer.root.get_by_role("button", name=re.compile("^status"))
    status.focus()
    keys.press("Shift+Enter")
    expect(explorer.root.locator(".sort-place")).to_have_text(["1", "2"])
    assert sort(explorer) == [["text", "asc"], ["status", "asc"]]
    keys.press("Shift+Space")
    expect(explorer.root.locator("th[data-column=status]")).to_have_attribute(
        "aria-sort", "descending"
    )
    keys.press("Shift+Enter")
    expect(explorer.root.locator(".sort-place")).to_have_count(0)
    assert sort(explorer) == [["text", "asc"]]
    assert explorer.page.evaluate("window.notebookKeys") == []


def test_sort_keys_are_shown_moved_and_removed(explorer: Explorer) -> None:
    """The box lists all keys, adds fields without a column, turns, moves and removes them."""
    explorer.shown("{ traits: { sort: [['score', 'desc']] } }")
    box = menu(explorer)
    add = box.get_by_role("combobox", name="Add a sort key")
    expect(add).to_be_focused()
    add.select_option("metadata.split")
    assert sort(explorer) == [["score", "desc"]]
    explorer.button("Add").click()
    expect(box.get_by_role("listitem")).to_have_count(2)
    add.select_option("relevance")
    explorer.button("Add").click()
    expect(box).to_contain_text("Without a query all records are as relevant")
    assert sort(explorer)[1:] == [["metadata.split", "asc"], ["relevance", "desc"]]
    box.get_by_role("button", name="Move relevance up").click()
    box.get_by_role("button", name="split: ascending. Turn around").click()
    expect(box.get_by_role("button", name="split: descending. Turn around")).to_be_focused()
    assert sort(explorer)[1:] == [["relevance", "desc"], ["metadata.split", "desc"]]
    explorer.picture("sort")
    assert explorer.axe() == []
    box.get_by_role("button", name="Remove relevance").click()
    expect(add).to_be_focused()
    expect(explorer.button("Sort (2)")).to_be_visible()
    box.get_by_role("button", name="Clear").click()
    expect(box).to_contain_text("In the order in which records were logged")
    assert sort(explorer) == []
    explorer.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(explorer.button("Sort")).to_be_focused()


def test_no_more_keys_than_the_kernel_takes(explorer: Explorer) -> None:
    """At eight keys no further one is offered."""
    names = [f"metadata.k{n}" for n in range(9)]
    fields = ", ".join(f"{{ name: '{name}', kind: 'keyword' }}" for name in names)
    keys = ", ".join(f"['{name}', 'asc']" for name in names[:8])
    explorer.shown(f"{{ config: {{ fields: [{fields}] }}, traits: {{ sort: [{keys}] }} }}")
    expect(menu(explorer).get_by_role("combobox")).to_be_disabled()
