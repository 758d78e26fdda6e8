"""Many labels, many fields, long texts, and labels of any kind: bounded, legible and quick."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser

MANY = "Array.from({ length: 300 }, (_, n) => `label ${String(n).padStart(3, '0')}`)"
ODD = [
    "an uncommonly long name of a label, " * 14,
    "   ",
    "\U0001f600 \U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\u0625\u064a\u062c\u0627\u0628\u064a \u062c\u062f\u064b\u0627",
    '<img src=x onerror="window.hacked = true">',
    "=1+1\u202e evil",
]


SEARCHED = "Search the values of annotated as"


def panel_of(explorer: Explorer) -> Locator:
    return explorer.root.get_by_role("region", name="Facets")


def test_three_hundred_labels(explorer_at: Callable[..., Explorer]) -> None:
    """Of 300 labels typing finds any; facet and matrix show some and say of how many."""
    explorer = explorer_at(1400, 900)
    explorer.shown(f"{{ labels: {MANY}, records: fake.makeRecords(900, {{ labels: {MANY} }}) }}")
    panel = panel_of(explorer)
    panel.get_by_role("button", name="confusion matrix", exact=True).click()
    expect(panel.get_by_text("The 30 most confused labels; 270 left out.")).to_be_visible()
    search = panel.get_by_role("textbox", name=SEARCHED)
    expect(search).to_have_attribute("placeholder", re.compile(r"^Search \d+ values$"))
    search.fill("label 27")
    facet = panel.locator(".facet").filter(has=explorer.page.get_by_label(SEARCHED))
    expect(facet.locator("button.value").first).to_contain_text("label 27")
    assert facet.locator("button.value").count() <= 10
    search.fill("")
    values = facet.locator("button.value")
    expect(values).to_have_count(8)  # the commonest, so that the next field stays in sight
    facet.get_by_role("button", name=re.compile(r"^Show \d+ more$")).press("Enter")
    expect(values.nth(8)).to_be_focused()
    expect(facet.get_by_text(re.compile(r"^50 of \d+ shown$"))).to_be_visible()
    explorer.annotation("r0").click()
    expect(explorer.menu.get_by_role("option")).to_have_count(300)
    explorer.picture("many-labels-facets")
    explorer.page.keyboard.type("label 27")
    expect(explorer.menu.get_by_role("option")).to_have_count(14)  # with a new one
    explorer.page.keyboard.press("ArrowDown")
    explorer.page.keyboard.press("Enter")
    expect(explorer.annotation("r0")).to_contain_text("label 271")


def test_thousands_of_labels_are_not_all_listed(explorer: Explorer) -> None:
    """Of more labels than anybody reads the first are listed, and typing finds any."""
    labels = MANY.replace("300", "3000")
    explorer.shown(f"{{ labels: {labels} }}")
    explorer.annotation("r0").click()
    expect(explorer.menu.get_by_text("more: type some of the name.")).to_be_visible()
    assert explorer.menu.get_by_role("option").count() < 500
    explorer.page.keyboard.type("label 2999")
    explorer.page.keyboard.press("Enter")
    expect(explorer.annotation("r0")).to_contain_text("label 2999")


def test_sixty_fields(explorer_at: Callable[..., Explorer]) -> None:
    """Sixty fields are listed and found by name; only what is open is counted."""
    explorer = explorer_at(1400, 900)
    names = [f"metadata.field number {n:02}" for n in range(60)]
    more = json.dumps([{"name": name, "kind": "keyword"} for name in names])
    explorer.page.evaluate("() => { window.many = " + more + " }")
    explorer.shown(
        "{ config: { fields: [...['predicted', 'status'].map((name) => "
        "({ name, kind: 'keyword' })), ...window.many] } }"
    )
    panel = panel_of(explorer)
    expect(panel.get_by_role("heading")).to_have_count(63)
    expect(panel.get_by_role("button", name=re.compile("^ok: "))).to_be_visible()
    assert all(set(one["facets"]) == {"predicted", "status"} for one in explorer.sent("facets"))
    explorer.picture("many-fields")
    panel.get_by_role("textbox", name="Find a field").fill("FIELD 42")
    expect(panel.get_by_role("heading")).to_have_count(1)
    panel.get_by_role("button", name="field number 42", exact=True).click()
    expect(panel.get_by_text("nothing")).to_be_visible()
    assert set(explorer.sent("facets")[-1]["facets"]) == {
        "predicted",
        "status",
        "metadata.field number 42",
    }
    panel.get_by_role("textbox", name="Find a field").fill("no such")
    expect(panel.get_by_text("No field is called that.")).to_be_visible()


def test_a_page_of_long_texts(explorer: Explorer) -> None:
    """Fifty texts of 50,000 characters are a page that scrolls and answers keys."""
    explorer.shown(
        "{ records: fake.makeRecords(200).map((one) => "
        "({ ...one, inputs: { text: 'long words of a text '.repeat(2500) } })) }"
    )
    expect(explorer.records).to_have_count(50)
    explorer.record("r0").focus()
    for _ in range(10):
        explorer.page.keyboard.press("j")
    expect(explorer.current).to_have_attribute("data-record", "r10")
    explorer.picture("long-texts")
    explorer.page.keyboard.press("]")
    expect(explorer.current).to_have_attribute("data-record", "r50")


@pytest.mark.parametrize("multi", [False, True])
def test_labels_of_any_kind(explorer_at: Callable[..., Explorer], multi: bool) -> None:
    """Very long, blank, right-to-left, emoji and hostile labels stay text in every place."""
    explorer = explorer_at(1400, 1000)
    labels, several = json.dumps(ODD), json.dumps(multi)
    explorer.shown(
        f"{{ labels: {labels}, multi_label: {several}, "
        f"records: fake.makeRecords(300, {{ labels: {labels}, multi: {several} }}) }}"
    )
    panel = panel_of(explorer)
    panel.get_by_role("button", name="confusion matrix", exact=True).click()
    blank = panel.get_by_role("button", name=re.compile(r"^\(only spaces\): \d+ records"))
    expect(blank).to_have_count(2)  # annotated and predicted as
    blank.first.click()
    panel.get_by_role("button", name=re.compile("^<img src=x .* records")).first.click()
    chip = explorer.root.locator(".chip")
    expect(chip).to_contain_text("(only spaces) or <img")
    panel.get_by_role(
        "button", name=re.compile("^annotated (as|and predicted as) an unc")
    ).first.click()
    expect(chip.first).to_contain_text("an uncommonly long name")
    expect(explorer.root.locator("img")).to_have_count(0)
    assert explorer.page.evaluate("window.hacked") is None
    panel.locator(".matrix").scroll_into_view_if_needed()
    explorer.picture(f"odd-labels-{'several' if multi else 'single'}")
    assert panel.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    assert explorer.root.evaluate("(e) => e.scrollWidth <= e.clientWidth + 1")
