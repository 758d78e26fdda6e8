"""Whatever stands in a record is text, and stays in its place."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser

HOSTILE = [
    '<img src=x onerror="window.hacked = true">',
    "<script>window.hacked = true</script>",
    "<style>* { display: none }</style>",
    "javascript:window.hacked = true",
    "]]>--><!-- &lt;b&gt; ${window.hacked = true} {{7*7}}",
    "=HYPERLINK(evil)",
    "\u0000 \u0007 \u200b \ufeff \u2028",
    "\u202eright to left override",
    "\U0001f600 \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea film",
    "Z\u0335\u0321\u0322\u0327\u0328\u034a\u0350\u0352\u0357" * 40,
    "first line\nsecond line\n\n\tfourth, after a tab",
    "a" * 3_000,
    "",
    "   ",
]


def records() -> str:
    """Return JavaScript for records that are hostile in every part."""
    return (
        f"{json.dumps(HOSTILE)}.map((text, n) => ({{ ...fake.makeRecords(1)[0], id: `r${{n}}`, "
        "inputs: { text }, prediction: [[text || 'x', 0.9], ['<b>', 0.1]], "
        "annotation: [text || 'x'], predicted: 'ok', "
        "metadata: { [text || 'x']: text, __proto__: 1, nested: { a: [text] } } }))"
    )


def test_hostile_texts_stay_text(explorer: Explorer) -> None:
    """Texts, labels, metadata, ids, titles and notes are shown as they are and never run."""
    config = f"{{ title: {json.dumps(HOSTILE[0])}, labels: {json.dumps(HOSTILE[:8])} }}"
    explorer.shown(f"{{ records: {records()}, config: {config} }}")
    for place, text in enumerate(HOSTILE[:6]):
        assert explorer.record(f"r{place}").locator(".text").text_content() == text
    expect(explorer.root.locator("img, script, a")).to_have_count(0)
    explorer.annotation("r0").click()
    explorer.picture("hostile")
    explorer.page.keyboard.press("Escape")
    explorer.page.keyboard.press("Enter")
    expect(explorer.root.get_by_role("region", name="Record r0")).to_be_visible()
    explorer.search(HOSTILE[0])
    expect(explorer.reading).to_contain_text(HOSTILE[0])
    expect(explorer.root.locator("img, script, a")).to_have_count(0)
    assert explorer.page.evaluate("window.hacked") is None


def test_hostile_changes_stay_text(explorer: Explorer) -> None:
    """Labels in a preview, comments, reasons and the list of changes are text as well."""
    explorer.shown(f"{{ records: {records()} }}")
    explorer.records.first.press("c")
    explorer.page.keyboard.type(HOSTILE[0])
    explorer.page.keyboard.press("Control+Enter")
    expect(explorer.record("r0").locator(".commented")).to_have_attribute("title", HOSTILE[0])
    explorer.records.first.press("x")
    bar = explorer.root.get_by_role("group", name="Selected records")
    bar.get_by_role("combobox").select_option("all")
    bar.get_by_role("button", name="Annotate as").click()
    explorer.page.keyboard.type(HOSTILE[1])
    explorer.menu.get_by_role("option", name="New label").click()
    preview = explorer.root.locator("dialog:has(.preview)")
    expect(preview).to_contain_text(f"as {HOSTILE[1]}")
    expect(preview.get_by_role("row").first).to_contain_text(f"→ {HOSTILE[1]}")
    explorer.page.keyboard.type(HOSTILE[2])
    explorer.picture("hostile-preview")
    explorer.page.keyboard.press("Enter")
    expect(explorer.said).to_contain_text(HOSTILE[1])
    explorer.button("History of changes").click()
    changes = explorer.root.get_by_role("dialog", name="Changes")
    expect(changes).to_contain_text(HOSTILE[2])
    expect(changes).to_contain_text(HOSTILE[0])
    explorer.picture("hostile-changes")
    expect(explorer.root.locator("img, script, a, style")).to_have_count(0)
    assert explorer.page.evaluate("window.hacked") is None


def test_piled_diacritics_stay_in_their_record(explorer: Explorer) -> None:
    """Zalgo text is cut off at the edge of its own record."""
    explorer.shown(f"{{ records: {records()} }}")
    text = explorer.record("r9").locator(".text")
    assert text.evaluate("(e) => getComputedStyle(e).overflow") == "hidden"
    box, around = text.bounding_box(), explorer.record("r9").bounding_box()
    assert box
    assert around
    assert box["height"] <= around["height"] < 140


def test_nothing_makes_the_table_wider(explorer: Explorer) -> None:
    """A word of 3,000 letters wraps; the table never scrolls sideways."""
    explorer.shown(f"{{ records: {records()} }}")
    frame = explorer.root.locator(".frame")
    assert frame.evaluate("(e) => e.scrollWidth <= e.clientWidth")


def test_lines_and_direction(explorer: Explorer) -> None:
    """New lines are kept, and right-to-left texts run from the right, marks in place."""
    texts = ["one\ntwo", "هذا الفيلم رائع جدا", "הסרט הזה film היה נהדר", "a plain film"]
    explorer.shown(
        f"{{ records: {json.dumps(texts, ensure_ascii=False)}.map((text, n) => "
        "({ ...fake.makeRecords(1)[0], id: `r${n}`, inputs: { text } })) }"
    )
    assert explorer.record("r0").locator(".text").inner_text() == "one\ntwo"
    expect(explorer.record("r1").locator(".text")).to_have_css("direction", "rtl")
    expect(explorer.record("r3").locator(".text")).to_have_css("direction", "ltr")
    explorer.picture("right-to-left")
    explorer.search("film")
    expect(explorer.record("r2").locator("mark")).to_have_text("film")
    assert explorer.record("r2").locator(".text").text_content() == texts[2]


def test_marks_are_placed_in_utf16(explorer: Explorer) -> None:
    """After an emoji, marks still stand on the words that matched."""
    explorer.shown(f"{{ records: {records()} }}")
    explorer.search("film")
    expect(explorer.record("r8").locator("mark")).to_have_text("film")
    assert explorer.record("r8").locator(".text").text_content() == HOSTILE[8]
