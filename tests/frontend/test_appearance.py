"""Light and dark, narrow and wide: legible, in the host's colours, and pleasant to look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser

LAB_DARK = "--jp-layout-color0: rgb(33 33 33); --jp-content-font-color0: rgb(255 255 255)"
PUT_ON = "(style) => { document.body.style.cssText = style; }"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_system_colours(explorer_at: Callable[..., Explorer], scheme: str) -> None:
    """Without a host's theme the system's is taken; axe finds nothing, faint text included."""
    explorer = explorer_at(1000, 760, color_scheme=scheme)
    explorer.page.evaluate(
        "() => document.documentElement.style.setProperty('color-scheme', 'light dark')"
    )
    explorer.shown()
    expect(explorer.root).to_have_attribute("data-theme", scheme)
    explorer.search("film")
    expect(explorer.reading).to_contain_text("text has film")
    explorer.record("r0" if explorer.record("r0").count() else "r1").focus()
    explorer.picture(scheme)
    assert explorer.axe() == []


def test_host_theme_is_followed_as_it_changes(explorer: Explorer) -> None:
    """A notebook in dark colours makes the explorer dark, whatever the system says, and back."""
    explorer.shown()
    expect(explorer.root).to_have_attribute("data-theme", "light")
    explorer.page.evaluate(PUT_ON, f"background: rgb(33 33 33); {LAB_DARK}")
    expect(explorer.root).to_have_attribute("data-theme", "dark")
    expect(explorer.root).to_have_css("background-color", "rgb(33, 33, 33)")
    explorer.picture("dark-notebook")
    assert explorer.axe() == []
    explorer.page.evaluate(PUT_ON, "")
    expect(explorer.root).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize("width", [700, 2000])
def test_widths(explorer_at: Callable[..., Explorer], width: int) -> None:
    """From 700 to 2,000 px nothing is cut off, overlaps or scrolls sideways."""
    explorer = explorer_at(width, 900).shown()
    explorer.record("r2").press("x")
    expect(explorer.root.get_by_role("group", name="Selected records")).to_be_visible()
    explorer.picture(f"width-{width}")
    assert explorer.root.evaluate("(e) => e.scrollWidth <= e.clientWidth + 1")
    assert explorer.root.locator(".frame").evaluate("(e) => e.scrollWidth <= e.clientWidth")
    assert explorer.page.evaluate("document.documentElement.scrollWidth") <= width
    cut = explorer.root.locator(".score-label, .annotation .label").evaluate_all(
        "(all) => all.filter((e) => e.scrollWidth > e.clientWidth).length"
    )
    assert cut == 0


def test_targets_are_large_enough(explorer: Explorer) -> None:
    """Everything to click is at least 24 by 24 px."""
    explorer.shown()
    explorer.record("r0").press("x")
    small = explorer.root.locator("button, select, label.box").evaluate_all(
        """(all) => all.map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
          .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
          .map(([html]) => html)"""
    )
    assert small == []


def test_host_styles_stay_outside(explorer: Explorer) -> None:
    """Rules of the page for buttons and tables do not reach in, and ours do not reach out."""
    explorer.shown()
    explorer.page.evaluate("() => document.body.append(document.createElement('button'))")
    expect(explorer.page.locator("body > button")).to_have_css("color", "rgb(255, 0, 0)")
    expect(explorer.button("Keyboard help")).not_to_have_css("color", "rgb(255, 0, 0)")
    expect(explorer.root.locator("table")).to_have_css("font-size", "13px")


def test_reduced_motion(explorer_at: Callable[..., Explorer]) -> None:
    """Nothing moves for those who asked for that."""
    explorer = explorer_at(1000, 760, reduced_motion="reduce")
    explorer.start(before="(kernel) => { kernel.silent = true }")
    expect(explorer.root.locator(".spinner")).to_have_css("animation-name", "none")
    skeleton = explorer.root.locator(".skeleton span").first
    expect(skeleton).to_have_css("animation-name", "none")


def test_forced_colours(explorer_at: Callable[..., Explorer]) -> None:
    """In the system's high-contrast colours bars and ticks are still drawn."""
    explorer = explorer_at(1000, 760, forced_colors="active").shown()
    bar = explorer.root.locator(".bar > span").first
    assert bar.evaluate("(e) => getComputedStyle(e).forcedColorAdjust") == "none"
