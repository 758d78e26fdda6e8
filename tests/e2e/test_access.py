"""Without a mouse, without seeing, without motion: the explorer in a real JupyterLab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.lab import MINUTE, ExplorerPage, Notebook
from tests.e2e.test_lifecycle import RUNNING, WAITING, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]

EXPLORE = "ex = rb.explore('made', page_size=25)\nex"
# Every control that Tab may reach, in the order of the document.
STOPS = """(root) => {
  const controls = root.shadowRoot.querySelectorAll('button, input, select, a[href], [tabindex]');
  window.__stops = [...controls].filter(
    (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility());
  return window.__stops.map((one) => one.ariaLabel || one.textContent);
}"""
# The control with the focus: its place among them, whether one sees that it has the focus, and
# whether it stands below the one before it, beside it or in it.
FOCUSED = """(root) => {
  const one = root.shadowRoot.activeElement;
  if (!one) return null;
  const place = window.__stops.indexOf(one);
  const ringed = one.matches('.query-box > input') ? one.parentElement : one;
  const { outlineStyle, outlineWidth } = getComputedStyle(ringed);
  const box = one.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const last = window.__stops[place - 1] ?? one;
  const before = last.getBoundingClientRect();
  return {
    place,
    ring: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
    seen: one.contains(root.shadowRoot.elementFromPoint(x, y)),
    follows: last.contains(one) || box.top >= before.bottom - 1 || box.left >= before.right - 1,
  };
}"""
# What live regions come to say; they have to be there before they speak.
HEAR = """(root) => {
  window.__announced = [];
  for (const region of root.shadowRoot.querySelectorAll('[role=status], [aria-live]')) {
    const hear = () => window.__announced.push(region.textContent);
    new MutationObserver(hear).observe(
      region, { childList: true, characterData: true, subtree: true });
  }
}"""
ANNOUNCED = "(text) => window.__announced.some((one) => one.includes(text))"
MOVING = """([root, moves]) => moves === root.shadowRoot.getAnimations()
  .some((one) => one.playState === 'running')"""


def walk(explorer: ExplorerPage, key: str) -> list[int]:
    """Press a key until the focus leaves the explorer; return the places of what had it."""
    places: list[int] = []
    names = explorer.root.evaluate(STOPS)
    while one := explorer.root.evaluate(FOCUSED):
        name = names[one["place"]]
        assert one["place"] not in places, f"{name} has the focus twice: a trap"
        assert one["ring"], f"nobody sees that {name} has the focus"
        assert one["seen"], f"{name} has the focus behind something"
        assert one["follows"], f"{name} comes after {names[one['place'] - 1]}, and stands before it"
        places.append(one["place"])
        explorer.page.keyboard.press(key)
    return places


def test_without_a_mouse_and_without_seeing(notebook: Notebook, tmp_path: Path):
    """Tab reaches every control in the order one sees, there and back; changes are announced."""
    (explorer,) = opened(notebook, tmp_path, EXPLORE, "print('a cell below')")
    page = notebook.page
    explorer.root.evaluate(HEAR)
    explorer.search("text:warm")
    page.wait_for_function(ANNOUNCED, arg="100 of 300")
    explorer.record("r5").press("1")
    page.wait_for_function(ANNOUNCED, arg="Annotated 1 record as bad")
    explorer.record("r5").press("x")

    explorer.facets()
    explorer.query.focus()
    names = explorer.root.evaluate(STOPS)
    start = names.index("Query")
    assert walk(explorer, "Tab") == list(range(start, len(names)))
    assert {"Records a page", "Next page", "Validate", "Select the record"} < set(names[start:])
    of_records = [name for name in names if name.startswith("Annotated as")]
    assert len(of_records) == 1, "the footer should not be a page of records away"
    page.keyboard.press("Shift+Tab")
    assert walk(explorer, "Shift+Tab") == list(reversed(range(len(names))))

    page.evaluate(WAITING)
    page.wait_for_function(RUNNING)
    explorer.record("r2").press("Enter")
    explorer.search("text:dull")
    expect(explorer.root.get_by_text("The kernel is busy.")).to_be_visible()
    handle = explorer.root.element_handle()
    page.wait_for_function(MOVING, arg=[handle, True])
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_function(MOVING, arg=[handle, False])
    explorer.picture("reduced-motion")
    (notebook.server.root / "go on").touch()
    expect(explorer.reading).to_contain_text("text has dull")
    (notebook.server.root / "go on").unlink()
    assert notebook.errors == []


def look(explorer: ExplorerPage, found: dict[str, Any], name: str) -> None:
    """Take a picture of a state, and ask axe about it."""
    explorer.picture(f"lab-{name}")
    if wrong := explorer.axe():
        found[name] = wrong


def test_axe_finds_nothing(notebook: Notebook, tmp_path: Path):
    """In JupyterLab's light and dark theme, with records, facets, a record, charts, a menu open."""
    (explorer,) = opened(notebook, tmp_path, EXPLORE)
    page = notebook.page
    found: dict[str, Any] = {}
    explorer.records.first.press("x")
    for theme in ("light", "dark"):
        notebook.theme(f"JupyterLab {theme.capitalize()}")
        expect(explorer.root.locator(".explorer")).to_have_attribute("data-theme", theme)
        explorer.search("film AND predicted:ko")
        expect(explorer.reading).to_contain_text("150 of 300")
        look(explorer, found, f"records-{theme}")
        explorer.facets()
        explorer.records.nth(1).press("Enter")
        detail = explorer.root.locator("section.detail-body")
        expect(detail).to_have_attribute("aria-busy", "false")
        look(explorer, found, f"detail-{theme}")
        explorer.root.get_by_role("button", name="Sort", exact=True).click()
        expect(explorer.root.get_by_role("dialog")).to_be_visible()
        look(explorer, found, f"sort-{theme}")
        page.keyboard.press("Escape")
        explorer.root.get_by_role("tab", name="Charts").click()
        expect(explorer.root.locator(".chart canvas").first).to_be_visible(timeout=MINUTE)
        look(explorer, found, f"charts-{theme}")
        page.keyboard.press("Escape")
    assert found == {}
    assert notebook.errors == []
