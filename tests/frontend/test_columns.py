"""Choosing, ordering and resizing columns, and what their cells show."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.frontend.fake import Explorer
from tests.frontend.test_hostile import HOSTILE

pytestmark = pytest.mark.browser
CHOSEN = ["text", "metadata.words", "score", "event_timestamp", "status"]


def heads(explorer: Explorer) -> list[str]:
    """Return the columns on the page, in order."""
    names: list[str] = explorer.root.locator("th[data-column]").evaluate_all(
        "(all) => all.map((e) => e.dataset.column)"
    )
    return names


def menu(explorer: Explorer) -> Locator:
    """Open the list of columns."""
    explorer.button("Columns").click()
    return explorer.root.get_by_role("dialog", name="Columns")


def test_columns_are_chosen_and_ordered(explorer: Explorer) -> None:
    """Boxes show and hide columns, buttons and Alt with arrows move them, Reset brings all back."""
    explorer.shown()
    box = menu(explorer)
    expect(box.get_by_role("textbox", name="Find a column")).to_be_focused()
    box.get_by_role("checkbox", name="split").check()
    box.get_by_role("checkbox", name="status").uncheck()
    assert heads(explorer) == ["text", "predicted_as", "annotated_as", "metadata.split"]
    box.get_by_role("button", name="Move split up").click()
    expect(box.get_by_role("checkbox", name="split")).to_be_focused()
    explorer.page.keyboard.press("Alt+ArrowUp")
    explorer.page.keyboard.press("ArrowUp")
    expect(box.get_by_role("checkbox", name="text", exact=True)).to_be_focused()
    explorer.picture("columns")
    assert explorer.axe() == []
    chosen = ["text", "metadata.split", "predicted_as", "annotated_as"]
    assert heads(explorer) == explorer.kernel("return model.get('columns')") == chosen
    box.get_by_role("textbox").fill("wor")
    expect(box.get_by_role("checkbox")).to_have_count(1)
    box.get_by_role("button", name="Reset").click()
    assert explorer.kernel("return model.get('columns')") == []
    explorer.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(explorer.button("Columns")).to_be_focused()
    assert heads(explorer) == ["text", "predicted_as", "annotated_as", "status"]


def test_the_last_column_stays(explorer: Explorer) -> None:
    """A table without any column cannot be made."""
    explorer.shown("{ traits: { columns: ['score', 'id'] } }")
    box = menu(explorer)
    box.get_by_role("checkbox", name="score").uncheck()
    expect(box.get_by_role("checkbox", name="id")).to_be_disabled()
    assert heads(explorer) == ["id"]


def test_columns_of_a_cell_are_those_of_the_page(explorer: Explorer) -> None:
    """Columns set in Python show at once; a name that the dataset has not is passed over."""
    explorer.shown(f"{{ traits: {{ columns: {json.dumps([*CHOSEN, 'metadata.gone'])} }} }}")
    assert heads(explorer) == CHOSEN
    explorer.kernel("model.set('columns', ['id', 'predicted'])")
    expect(explorer.root.locator("th[data-column='id']")).to_be_visible()
    assert heads(explorer) == ["id", "predicted"]
    expect(explorer.cell("r0", "predicted")).to_have_text("ok")


def test_values_are_shown_by_their_type(explorer: Explorer) -> None:
    """Numbers stand at the end of their column in few digits, dates are short, nothing a sign."""
    explorer.shown(
        "{ records: fake.makeRecords(5).map((r, n) => ({ ...r, metadata: { split: ["
        "'a', null, ['x', 'y'], true, ''][n], words: [1234567.891, 0.000123456, 7, null, 2][n],"
        "  source: { site: 'deep' } } })),"
        " traits: { columns: ['metadata.words', 'metadata.split', 'metadata.source.site',"
        "  'event_timestamp', 'last_updated', 'text'] } }"
    )
    words = [explorer.cell(f"r{n}", "metadata.words") for n in range(5)]
    for cell, text in zip(words, ["1234567.9", "0.0001235", "7", "–no value", "2"], strict=True):
        expect(cell).to_have_text(text)
    expect(words[0]).to_have_css("text-align", "end")
    expect(words[0].locator("span")).to_have_attribute("title", "1234567.891")
    for n, text in enumerate(["a", "–no value", "x, y", "true", "(empty)"]):
        expect(explorer.cell(f"r{n}", "metadata.split")).to_have_text(text)
    expect(explorer.cell("r0", "metadata.source.site")).to_have_text("deep")
    expect(explorer.cell("r0", "event_timestamp")).to_have_text("2024-03-01 12:00")
    expect(explorer.cell("r0", "last_updated")).to_have_text("–no value")
    explorer.picture("columns-values")
    assert explorer.axe() == []


def width(explorer: Explorer, column: str) -> float:
    """Return how wide a column is."""
    box = explorer.root.locator(f"th[data-column='{column}']").bounding_box()
    assert box
    return box["width"]


def test_columns_are_resized(explorer: Explorer) -> None:
    """A heading's edge is dragged or moved by arrows; a double click gives the width back."""
    explorer.shown()
    edge = explorer.root.get_by_role("separator", name="Width of status")
    before = width(explorer, "status")
    expect(edge).to_have_attribute("aria-valuenow", str(round(before)))
    place = edge.bounding_box()
    assert place
    mouse = explorer.page.mouse
    mouse.move(place["x"] + 4, place["y"] + 10)
    mouse.down()
    mouse.move(place["x"] + 34, place["y"] + 10, steps=3)
    assert explorer.kernel("return model.get('column_widths')") == {}
    mouse.up()
    assert width(explorer, "status") == pytest.approx(before + 30, abs=1)
    kept = explorer.kernel("return model.get('column_widths')")
    assert kept == {"status": round(before + 30)}
    edge.focus()
    explorer.page.keyboard.press("ArrowLeft")
    explorer.page.keyboard.press("Shift+ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", str(round(before + 30 - 16 + 80)))
    assert explorer.axe() == []
    edge.dblclick()
    assert width(explorer, "status") == before
    assert explorer.kernel("return model.get('column_widths')") == {}
    assert explorer.page.evaluate("window.notebookKeys") == []


def test_more_columns_than_room(explorer_at: Callable[..., Explorer]) -> None:
    """Columns that need more room than there is scroll sideways in their frame only."""
    explorer = explorer_at(700, 760).shown(
        "{ traits: { columns: ['text', 'predicted_as', 'annotated_as', 'status', 'id', 'score',"
        " 'metadata.split', 'metadata.words', 'event_timestamp'] } }"
    )
    frame = explorer.root.locator(".frame")
    assert frame.evaluate("(e) => e.scrollWidth > e.clientWidth")
    assert explorer.root.evaluate("(e) => e.scrollWidth <= e.clientWidth + 1")
    assert width(explorer, "text") >= 200
    explorer.picture("columns-700")


def test_hostile_columns(explorer: Explorer) -> None:
    """Names and values of columns are text, whatever stands in them."""
    name = f"metadata.{HOSTILE[0]}"
    explorer.shown(
        f"{{ records: fake.makeRecords(3).map((r) => ({{ ...r, metadata: {{ [{HOSTILE[0]!r}]:"
        f" {HOSTILE[1]!r} }} }})), traits: {{ columns: ['text', {name!r}] }},"
        f" config: {{ columns: ['text', {name!r}], fields: [] }} }}"
    )
    assert heads(explorer) == ["text", name]
    expect(explorer.records.first).to_contain_text(HOSTILE[1])
    menu(explorer)
    expect(explorer.root.locator("img, script")).to_have_count(0)
    assert explorer.page.evaluate("window.hacked") is None
