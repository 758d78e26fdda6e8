"""Facets beside the records: clicked, brushed, and reached by keys."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_values_matrix_and_brush(explorer_at: Callable[..., Explorer], scheme: str) -> None:
    """A value, a cell of the matrix and a brush each filter records and trait; axe is content."""
    explorer = explorer_at(1300, 900, color_scheme=scheme)
    explorer.page.evaluate(
        "() => document.documentElement.style.setProperty('color-scheme', 'light dark')"
    )
    explorer.shown()
    panel = explorer.root.get_by_role("region", name="Facets")
    panel.get_by_role("button", name=re.compile(r"^ko: .* wrong$")).click()
    expect(explorer.root.locator("tr[data-record] .ok")).to_have_count(0)
    assert explorer.kernel("return model.get('filters')") == {"predicted": ["ko"]}
    panel.get_by_role("button", name="words", exact=True).click()
    panel.get_by_role("button", name="confusion matrix", exact=True).click()
    panel.get_by_role(
        "button", name=re.compile("annotated as negative, predicted as positive")
    ).click()
    expect(explorer.button("Clear all")).to_be_visible()
    expect(explorer.root.locator(".chip")).to_have_count(3)
    words = panel.get_by_role("slider", name=re.compile("^words"))
    words.scroll_into_view_if_needed()
    box = words.bounding_box()
    assert box
    explorer.page.mouse.move(box["x"] + 2, box["y"] + 20)
    explorer.page.mouse.down()
    explorer.page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 20, steps=3)
    explorer.page.mouse.up()
    expect(explorer.root.locator(".chip")).to_have_count(4)
    filters = explorer.kernel("return model.get('filters')")
    assert filters["annotated_as"] == ["negative"]
    assert filters["predicted_as"] == ["positive"]
    assert filters["metadata.words"]["from"] < filters["metadata.words"]["to"]
    explorer.picture(f"facets-{scheme}")
    assert explorer.axe() == []
    explorer.button("Clear all").click()
    expect(explorer.root.locator(".chip")).to_have_count(0)
    expect(explorer.reading).to_contain_text("1,204 of 1,204")


def test_keys_alone(explorer_at: Callable[..., Explorer]) -> None:
    """`f` opens the panel, arrows and Enter filter by bars, Escape goes back to the records."""
    explorer = explorer_at(700, 900).shown()
    explorer.record("r0").focus()
    explorer.page.keyboard.press("f")
    panel = explorer.root.get_by_role("region", name="Facets")
    expect(panel.get_by_role("button", name="predicted", exact=True)).to_be_focused()
    bars = panel.get_by_role("slider", name=re.compile("^score"))
    bars.focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "Enter"):
        explorer.page.keyboard.press(key)
    expect(explorer.root.locator(".chip")).to_contain_text("score")
    explorer.picture("facets-narrow")
    assert explorer.root.locator(".frame").evaluate("(e) => e.scrollWidth <= e.clientWidth")
    explorer.page.keyboard.press("Escape")
    expect(explorer.current).to_be_focused()


def test_a_bar_finds_what_it_counts(explorer_at: Callable[..., Explorer]) -> None:
    """Each bar filters to just the records that it counts, whole numbers and others alike."""
    explorer = explorer_at(1300, 900).shown()
    panel = explorer.root.get_by_role("region", name="Facets")
    panel.get_by_role("button", name="words", exact=True).click()
    words = panel.get_by_role("slider", name=re.compile("^words"))
    all_words = words.get_attribute("aria-valuetext") or ""
    for field in ("score", "words"):
        expect(words).to_have_attribute("aria-valuetext", all_words)  # counted anew
        bars = panel.get_by_role("slider", name=re.compile(f"^{field}"))
        bars.focus()
        total = 0
        for place in range(20):
            said = bars.get_attribute("aria-valuetext") or ""
            (counted,) = re.findall(r": ([\d,]+) records?, ", said)
            bars.press("Enter")
            expect(explorer.reading).to_contain_text(f"{counted} of 1,204")
            total += int(counted.replace(",", ""))
            if place < 19:
                bars.press("ArrowRight")
                expect(bars).to_have_attribute("aria-valuenow", str(place + 1))
        assert total == 1204
        explorer.button("Clear all").click()
        expect(explorer.reading).to_contain_text("1,204 of 1,204")


def test_a_range_and_nothing(explorer_at: Callable[..., Explorer]) -> None:
    """A range may keep the records without a value too, and says so."""
    explorer = explorer_at(1300, 900)
    some = "fake.makeRecords(300).map((one, n) => n % 3 ? one : { ...one, prediction: null })"
    explorer.shown(f"{{ records: {some} }}")
    panel = explorer.root.get_by_role("region", name="Facets")
    score = panel.locator(".facet").filter(has=explorer.page.get_by_role("slider"))
    score.get_by_role("textbox", name="score from").fill("0.8")
    score.get_by_role("textbox", name="score from").press("Enter")
    expect(explorer.root.locator(".chip")).to_have_text("score from 0.8")
    nothing = score.get_by_role("button", name="nothing")
    nothing.click()
    expect(nothing).to_have_attribute("aria-pressed", "true")
    expect(explorer.root.locator(".chip")).to_have_text("score from 0.8 or nothing")
    assert explorer.kernel("return model.get('filters')") == {
        "score": {"from": 0.8, "missing": True}
    }
    explorer.picture("facets-nothing")
    nothing.click()
    expect(explorer.root.locator(".chip")).to_have_text("score from 0.8")


def test_the_kernel_goes_while_the_panel_is_open(explorer_at: Callable[..., Explorer]) -> None:
    """Counts stay while nobody answers, new ones are not promised, and come with the kernel."""
    explorer = explorer_at(1300, 900).shown()
    panel = explorer.root.get_by_role("region", name="Facets")
    expect(panel.get_by_role("button", name=re.compile("^ok: "))).to_be_visible()
    explorer.kernel("kernel.die()")
    panel.get_by_role("button", name="split", exact=True).click()
    split = panel.locator(".facet").filter(has_text="split")
    expect(split.locator(".waiting")).to_have_text("–")
    expect(panel.get_by_role("button", name=re.compile("^ok: "))).to_be_visible()
    explorer.picture("facets-gone")
    explorer.kernel("kernel.revive()")
    expect(split.get_by_role("button", name=re.compile("^test: "))).to_be_visible()
    expect(panel.get_by_role("alert")).to_have_count(0)
