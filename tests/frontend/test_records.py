"""Searching, sorting, paging and reading records."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


def test_first_page(explorer: Explorer) -> None:
    """The first page, its numbers and its accuracy are there without a gesture."""
    explorer.shown()
    expect(explorer.root.get_by_role("heading", name="sst2")).to_contain_text("1,204 records")
    expect(explorer.records).to_have_count(50)
    expect(explorer.reading).to_contain_text("1,204 of 1,204 (100 %)")
    expect(explorer.root.locator(".accuracy")).to_contain_text("n 1,095")


def test_a_part_stands_beside_the_whole(explorer: Explorer) -> None:
    """The accuracy of the records shown has that of the dataset beside it, unless all are shown."""
    explorer.shown()
    accuracy = explorer.root.locator(".accuracy")
    expect(accuracy).not_to_contain_text("overall")
    whole = re.search(r"[\d.]+", accuracy.inner_text())
    assert whole
    explorer.search("predicted:ko")
    expect(accuracy).to_contain_text("0.0")
    expect(accuracy).to_contain_text(f"overall {whole.group()}")


def test_search_and_clear(explorer: Explorer) -> None:
    """Enter searches, marks what matched and says how the query was read; clearing shows all."""
    explorer.shown()
    explorer.search("film")
    expect(explorer.reading).to_contain_text("read as: text has film")
    assert set(explorer.root.locator("mark").all_inner_texts()) == {"film"}
    assert explorer.kernel("return model.get('query')") == "film"
    explorer.button("Clear the query").click()
    expect(explorer.reading).to_contain_text("1,204 of 1,204")
    expect(explorer.query).to_be_focused()
    expect(explorer.query).to_have_value("")


def test_error_in_place(explorer: Explorer) -> None:
    """A refused query shows its caret under the wrong character, and keeps records and text."""
    explorer.shown()
    query = "😀 AND predicted:ko AND (score:>0.9"
    explorer.search(query)
    error = explorer.root.get_by_role("alert")
    expect(error).to_contain_text("this bracket is never closed")
    assert explorer.root.locator(".caret").inner_text() == "("
    expect(explorer.query).to_have_value(query)
    expect(explorer.query).to_be_focused()
    expect(explorer.records).to_have_count(50)
    expect(explorer.reading).to_contain_text("still showing: all records")
    explorer.picture("error")
    explorer.search("film")
    expect(error).to_have_count(0)


def test_notes_and_empty_result(explorer: Explorer) -> None:
    """Nothing found is said with the query, its notes and the way back."""
    explorer.shown()
    explorer.search("zebra and lion")
    expect(explorer.reading).to_contain_text("`and` was read as AND")
    expect(explorer.root.get_by_text("No record matches zebra and lion")).to_be_visible()
    explorer.picture("empty")
    explorer.root.get_by_text("Clear the query", exact=True).click()
    expect(explorer.records).to_have_count(50)


def test_dataset_without_records(explorer: Explorer) -> None:
    """A dataset with no records says so instead of offering to clear a query."""
    explorer.start("{ records: [] }")
    expect(explorer.root.get_by_text("This dataset has no records yet.")).to_be_visible()
    assert explorer.axe() == []


def test_sort(explorer: Explorer) -> None:
    """A heading sorts up, down and not at all; with Shift it adds a key and numbers both."""
    explorer.shown()
    score = explorer.root.get_by_role("button", name=re.compile("^score"))
    status = explorer.root.get_by_role("button", name=re.compile("^status"))
    column = explorer.root.locator('th[data-column="predicted_as"]')
    score.click()
    expect(column).to_have_attribute("aria-sort", "ascending")
    expect(explorer.root.locator(".score .number").first).to_have_text("0.500")
    score.click()
    expect(column).to_have_attribute("aria-sort", "descending")
    status.click(modifiers=["Shift"])
    expect(explorer.root.locator(".sort-place")).to_have_text(["1", "2"])
    expect(explorer.root.locator('th[data-column="status"]')).to_have_attribute(
        "aria-sort", "ascending"
    )
    assert explorer.kernel("return model.get('sort')") == [["score", "desc"], ["status", "asc"]]
    status.click()
    expect(explorer.root.locator(".sort-place")).to_have_count(0)
    expect(column).to_have_attribute("aria-sort", "none")
    status.click()
    expect(explorer.records.first).to_have_attribute("data-record", "r0")


def test_pages(explorer: Explorer) -> None:
    """Pages turn by number and by arrow, the size of a page can be chosen, and traits follow."""
    explorer.shown()
    pages = explorer.root.get_by_role("navigation", name="Pages")
    pages.get_by_role("button", name="Page 25").click()
    expect(explorer.records).to_have_count(4)
    expect(explorer.button("Next page")).to_be_disabled()
    explorer.button("Previous page").click()
    expect(explorer.records.first).to_have_attribute("data-record", "r1150")
    assert explorer.kernel("return model.get('page')") == 24
    pages.get_by_role("combobox").select_option("200")
    expect(explorer.records).to_have_count(200)
    expect(pages.locator("[aria-current=page]")).to_have_text("6")
    assert explorer.kernel("return [model.get('page'), model.get('page_size')]") == [6, 200]


def test_next_page_is_fetched_ahead(explorer: Explorer) -> None:
    """The next page shows although the kernel has fallen silent."""
    explorer.shown()
    explorer.page.wait_for_function("() => window.kernel.requests.length === 2")
    explorer.kernel("kernel.silent = true")
    explorer.button("Next page").click()
    expect(explorer.records.first).to_have_attribute("data-record", "r50")


def test_expand_only_where_clamped(explorer: Explorer) -> None:
    """Expand is offered where lines are hidden, and nowhere else."""
    explorer.shown()
    clamped = explorer.record("r0")
    text = clamped.locator(".text")
    hidden = "(e) => e.scrollHeight > e.clientHeight + 2"
    assert text.evaluate(hidden)
    expand = clamped.get_by_role("button", name="Expand")
    expand.click()
    assert not text.evaluate(hidden)
    clamped.get_by_role("button", name="Collapse").click()
    assert text.evaluate(hidden)
    for record in explorer.records.all()[:20]:
        offered = record.get_by_role("button", name="Expand").count()
        assert record.locator(".text").evaluate(hidden) == bool(offered)
    explorer.kernel("model.set('clamp', 40)")
    expect(explorer.root.get_by_role("button", name="Expand")).to_have_count(0)


def test_narrower_clamps_more(explorer: Explorer) -> None:
    """Texts are measured again when the explorer becomes narrower."""
    explorer.shown()
    expand = explorer.root.get_by_role("button", name="Expand")
    before = expand.count()
    explorer.page.set_viewport_size({"width": 700, "height": 760})
    expect(expand.nth(before)).to_be_attached()


def test_long_text(explorer: Explorer) -> None:
    """Of a text of a megabyte the page has the beginning; the rest comes when asked for."""
    explorer.shown(
        "{ records: [{ ...fake.makeRecords(1)[0], inputs: { text: 'wordy '.repeat(200_000) } },"
        " ...fake.makeRecords(9).slice(1)] }"
    )
    text = explorer.record("r0").locator(".text")
    assert len(text.inner_text()) < 6_000
    explorer.picture("long-text")
    explorer.record("r0").get_by_role("button", name="Show all (1.2 MB)").click()
    explorer.page.wait_for_function(
        "(e) => e.textContent.length === 1_200_000", arg=text.element_handle()
    )
    assert explorer.sent("record") == [{"id": "r0", "query": "", "dialect": "notebook"}]
    expect(explorer.record("r0").get_by_role("button", name="Show all")).to_have_count(0)
    explorer.record("r0").get_by_role("button", name="Collapse").click()
    assert text.evaluate("(e) => e.clientHeight") < 80


def test_a_match_further_on_is_said_and_gone_to(explorer: Explorer) -> None:
    """Where nothing matches in what a page has of a text, that is said; showing all goes there."""
    explorer.shown(
        "{ records: [{ ...fake.makeRecords(1)[0], inputs: { text: 'wordy '.repeat(100_000)"
        " + 'needle ' + 'wordy '.repeat(50_000) } }], "
        " config: { total: 1 } }",
    )
    record = explorer.record("r0")
    expect(record).not_to_contain_text("no match in this part")
    explorer.search("needle")
    expect(record).to_contain_text("no match in this part")
    record.get_by_role("button", name="Show all").click()
    expect(record.locator("mark")).to_have_text("needle")
    expect(record.locator("mark")).to_be_in_viewport()
    expect(record).not_to_contain_text("no match in this part")


def test_scores_and_detail(explorer: Explorer) -> None:
    """Other scores are one click away; a record opens to everything known about it."""
    explorer.shown()
    record = explorer.record("r0")
    record.get_by_role("button", name="1 more scores").click()
    expect(explorer.cell("r0", "predicted_as").locator(".score")).to_have_count(2)
    record.focus()
    explorer.page.keyboard.press("Enter")
    detail = explorer.root.get_by_role("region", name="Record r0")
    for known in ("model-a", "gold", "2024-03-01T12:00:00", "reviews", "split"):
        expect(detail).to_contain_text(known)
    explorer.picture("detail")
    assert explorer.axe() == []
    explorer.page.keyboard.press("Escape")
    expect(detail).to_have_count(0)
    expect(record).to_be_focused()


def test_several_inputs(explorer: Explorer) -> None:
    """Inputs of a record with several are named; lists of texts are shown whole."""
    explorer.shown(
        "{ records: fake.makeRecords(9).map((r) => ({ ...r, inputs: "
        "{ premise: r.inputs.text, hypothesis: 'so it is' } })) }"
    )
    names = explorer.record("r0").locator(".input-name")
    expect(names).to_have_text(["premise", "hypothesis"])


def test_late_answer_does_not_replace_a_newer_one(explorer: Explorer) -> None:
    """Answers that come in the wrong order leave the last question's records on the page."""
    explorer.shown()
    explorer.page.wait_for_function("() => window.kernel.requests.length === 2")
    explorer.kernel("kernel.hold = ['page']")
    explorer.search("movie")
    explorer.search("film")
    explorer.page.wait_for_function("() => window.kernel.held.length === 2")
    explorer.kernel("kernel.hold = null; kernel.release([1, 0])")
    expect(explorer.reading).to_contain_text("text has film")
    expect(explorer.query).to_have_value("film")


# The place of the record at hand and how many records there are, at each frame of a new page.
FRAMES = """() => {
  const root = document.querySelector('.rubrix-widget').shadowRoot;
  const shown = () => [...root.querySelectorAll('tr[data-record]')];
  const before = shown()[0].dataset.record;
  window.frames_seen = [];
  const look = () => {
    const rows = shown();
    if (rows[0]?.dataset.record !== before) {
      const hand = rows.findIndex((row) => row.getAttribute('aria-current'));
      const frame = root.querySelector('.frame');
      const seen = rows.filter((row) => row.offsetTop < frame.clientHeight).length;
      window.frames_seen.push({ drawn: rows.length, seen, hand });
    }
    if (rows.length < 200 || window.frames_seen.length === 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def test_what_can_be_seen_is_drawn_first(explorer: Explorer) -> None:
    """Of a page of 200 records those in sight, and the one at hand, are painted before the rest."""
    explorer.shown()
    explorer.root.get_by_label("Records a page").select_option("200")
    expect(explorer.records).to_have_count(200)
    explorer.page.evaluate(FRAMES)
    explorer.button("Next page").click()
    expect(explorer.records).to_have_count(200)
    first, *_, last = explorer.page.evaluate("() => window.frames_seen")
    assert last["drawn"] == 200
    assert first["seen"] < first["drawn"] < 200, "fewer than all, and the frame is full"

    explorer.records.first.focus()
    explorer.page.keyboard.press("End")
    expect(explorer.records.last).to_be_focused()
    explorer.page.keyboard.press("[")
    expect(explorer.records.first).not_to_have_attribute("data-record", "r200")
    explorer.page.evaluate(FRAMES)
    explorer.page.keyboard.press("]")  # back to where the hand was, at the page's end
    expect(explorer.records.last).to_be_focused()
    assert explorer.page.evaluate("() => window.frames_seen[0].hand") == 199
