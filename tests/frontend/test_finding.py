"""Getting to a record or a page directly; selecting all; copying a record."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


def go_to(explorer: Explorer) -> Locator:
    """Open the box by its key."""
    explorer.records.first.focus()
    explorer.page.keyboard.press("g")
    box = explorer.root.get_by_role("dialog", name="Go to")
    expect(box.get_by_role("textbox", name="Record id")).to_be_focused()
    return box


def test_a_record_is_gone_to_on_its_page(explorer: Explorer) -> None:
    """g and an id lead to the page of the view that the record is on, with the record current."""
    explorer.shown()
    box = go_to(explorer)
    explorer.page.keyboard.type("r777")
    explorer.page.keyboard.press("Enter")
    expect(explorer.record("r777")).to_be_focused()
    expect(explorer.current).to_have_attribute("data-record", "r777")
    expect(box).to_have_count(0)
    assert explorer.kernel("return model.get('page')") == 16
    go_to(explorer)
    explorer.page.keyboard.type("r752")
    explorer.page.keyboard.press("Enter")
    expect(explorer.record("r752")).to_be_focused()


def test_a_record_elsewhere_is_offered_alone(explorer: Explorer) -> None:
    """A record outside the view is said to be, with a way to it; one that is nowhere is too."""
    explorer.shown()
    explorer.search("predicted:ko")
    expect(explorer.reading).to_contain_text("predicted is ko")
    box = go_to(explorer)
    explorer.page.keyboard.type("nowhere")
    explorer.page.keyboard.press("Enter")
    expect(box).to_contain_text("No record has the id nowhere.")
    box.get_by_role("textbox", name="Record id").fill("r0")
    explorer.page.keyboard.press("Enter")
    expect(box).to_contain_text("r0 is not among the records shown.")
    explorer.picture("go-to")
    assert explorer.axe() == []
    box.get_by_role("button", name="Show it alone").click()
    expect(explorer.query).to_have_value('id:"r0"')
    expect(explorer.records).to_have_count(1)
    expect(explorer.record("r0")).to_be_focused()


def test_a_page_is_typed(explorer: Explorer) -> None:
    """A page is reached by its number; one that there is not is said to be none."""
    explorer.shown()
    box = go_to(explorer)
    number = box.get_by_role("textbox", name="Page")
    number.fill("26")
    expect(box).to_contain_text("There are pages 1 to 25.")
    number.press("Enter")
    expect(box).to_be_visible()
    number.fill("25")
    number.press("Enter")
    expect(explorer.records).to_have_count(4)
    expect(explorer.record("r1200")).to_be_focused()


def test_first_and_last_page_by_key(explorer: Explorer) -> None:
    """{ and } go to the first and the last page, with the focus on a record."""
    explorer.shown()
    explorer.record("r3").focus()
    explorer.page.keyboard.press("}")
    expect(explorer.record("r1200")).to_be_focused()
    explorer.page.keyboard.press("{")
    expect(explorer.record("r3")).to_be_focused()


def test_another_page_size_keeps_the_record(explorer: Explorer) -> None:
    """With more or fewer records a page the current record stays the current one."""
    explorer.shown()
    explorer.record("r3").focus()
    explorer.page.keyboard.press("]")
    expect(explorer.record("r50")).to_be_focused()
    for _ in range(45):
        explorer.page.keyboard.press("j")
    expect(explorer.current).to_have_attribute("data-record", "r95")
    sizes = explorer.root.get_by_role("combobox", name="Records a page")
    sizes.select_option("25")
    expect(explorer.records).to_have_count(25)
    expect(explorer.current).to_have_attribute("data-record", "r95")
    assert explorer.kernel("return model.get('page')") == 4
    sizes.select_option("200")
    expect(explorer.records).to_have_count(200)
    expect(explorer.current).to_have_attribute("data-record", "r95")


def test_all_that_match_are_selected(explorer: Explorer) -> None:
    """A selects all matching records, says how many, and again lets go of them."""
    explorer.shown()
    explorer.search("predicted:ko")
    expect(explorer.reading).to_contain_text("predicted is ko")
    explorer.records.first.focus()
    explorer.page.keyboard.press("A")
    expect(explorer.said).to_contain_text("Selected all")
    chosen = explorer.kernel("return model.get('selected')")
    assert len(chosen) == len(set(chosen)) > 50
    expect(explorer.root.get_by_role("group", name="Selected records")).to_contain_text(
        f"{len(chosen)} selected"
    )
    explorer.page.keyboard.press("A")
    expect(explorer.said).to_contain_text("Nothing is selected")
    assert explorer.kernel("return model.get('selected')") == []


def test_more_than_can_be_selected_are_meant_together(explorer: Explorer) -> None:
    """Where not all can be selected one by one, all that match are meant, without their ids."""
    explorer.shown()
    explorer.records.first.focus()
    explorer.page.keyboard.press("A")
    expect(explorer.said).to_contain_text("Meant are all 1,204 records that match")
    scope = explorer.root.get_by_role("combobox", name="Records to change")
    expect(scope).to_have_value("all")
    assert explorer.kernel("return model.get('selected')") == []
    explorer.page.keyboard.press("A")
    expect(explorer.said).to_contain_text("Nothing is selected")
    expect(scope).to_have_count(0)


def copied(explorer: Explorer, form: str) -> str:
    """Copy the first record by keys and return what the clipboard then holds."""
    explorer.records.first.focus()
    explorer.page.keyboard.press("y")
    box = explorer.root.get_by_role("dialog", name="Copy the record")
    box.get_by_role("button", name=form).click()
    expect(box).to_have_count(0)
    expect(explorer.said).to_contain_text("copied")
    expect(explorer.record("r0")).to_be_focused()
    text: str = explorer.page.evaluate("() => window.clipped")
    return text


CLIPBOARD = """() => Object.defineProperty(navigator, 'clipboard', {
  value: { writeText: async (text) => { window.clipped = text; } } })"""


def test_a_record_is_copied_whole(explorer: Explorer) -> None:
    """Text, JSON and Python line of a record are copied, also of one that the page cut short."""
    explorer.page.evaluate(CLIPBOARD)
    explorer.shown(
        "{ config: { name: 'it\\'s \"mine\"' }, records: [{ ...fake.makeRecords(1)[0],"
        " inputs: { text: 'wordy '.repeat(2_000) } }] }"
    )
    whole = "wordy " * 2_000
    assert copied(explorer, "Text") == whole
    record = json.loads(copied(explorer, "JSON"))
    assert record["inputs"] == {"text": whole}
    assert record["id"] == "r0"
    assert eval_load(copied(explorer, "Python line")) == ('it\'s "mine"', ["r0"])


def eval_load(line: str) -> tuple[str, list[str]]:
    """Return what a line of the form ``rb.load(name, ids=[…])`` names."""
    import ast

    call = ast.parse(line, mode="eval").body
    assert isinstance(call, ast.Call)
    assert ast.unparse(call.func) == "rb.load"
    (name,), (ids,) = call.args, call.keywords
    return ast.literal_eval(name), ast.literal_eval(ids.value)


def test_without_a_clipboard_there_is_a_box(explorer_at: Callable[..., Explorer]) -> None:
    """Where the clipboard is missing, as on plain http, the text stands selected in a box."""
    explorer = explorer_at(1000, 760)
    explorer.page.evaluate(
        "() => Object.defineProperty(navigator, 'clipboard', { value: undefined })"
    )
    explorer.shown()
    explorer.record("r0").focus()
    explorer.page.keyboard.press("y")
    expect(explorer.button("Text")).to_be_focused()
    explorer.page.keyboard.press("Enter")
    box = explorer.root.get_by_role("textbox", name="The clipboard is out of reach")
    expect(box).to_be_focused()
    text = explorer.record("r0").locator(".text").text_content()
    assert text
    assert box.input_value().startswith(text.removesuffix("…")[:50])
    assert box.evaluate("(e) => e.selectionEnd - e.selectionStart === e.value.length")
    explorer.picture("copy-box")
    assert explorer.axe() == []
    explorer.page.keyboard.press("Escape")
    expect(explorer.record("r0")).to_be_focused()
