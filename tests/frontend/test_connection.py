"""A kernel that is slow, busy, gone or back, and several views of one explorer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from rubrix_widget.explorer import bundle
from rubrix_widget.explorer.model import BUNDLE
from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


def test_loading(explorer: Explorer) -> None:
    """Until the first answer the table has its shape, and nothing moves when records come."""
    explorer.start(before="(kernel) => { kernel.silent = true }")
    expect(explorer.root.locator(".skeleton")).to_have_count(12)
    before = explorer.root.locator(".frame").bounding_box()
    explorer.picture("loading")
    explorer.kernel("kernel.speak()")
    expect(explorer.records).to_have_count(50)
    after = explorer.root.locator(".frame").bounding_box()
    assert before
    assert after
    assert before["y"] == after["y"]
    expect(explorer.root.locator(".skeleton")).to_have_count(0)


def test_busy(explorer: Explorer) -> None:
    """Half a second of silence is said in words; the last page stays, and the answer arrives."""
    explorer.shown()
    explorer.kernel("kernel.silent = true")
    waited = explorer.page.evaluate(
        """() => new Promise((done) => {
          const root = document.querySelector('.rubrix-widget').shadowRoot;
          const began = performance.now();
          new MutationObserver((_, watching) => {
            if (!root.textContent.includes('The kernel is busy')) return;
            watching.disconnect();
            done(performance.now() - began);
          }).observe(root, { childList: true, subtree: true, characterData: true });
          root.querySelector('input').value = 'film';
          root.querySelector('input').dispatchEvent(new Event('input', { bubbles: true }));
          root.querySelector('form').requestSubmit();
        })"""
    )
    assert waited < 500
    expect(explorer.records).to_have_count(50)
    expect(explorer.query).to_have_value("film")
    explorer.picture("busy")
    assert explorer.axe() == []
    explorer.kernel("kernel.speak()")
    expect(explorer.reading).to_contain_text("text has film")
    expect(explorer.reading).not_to_contain_text("busy")


def test_gone_and_back(explorer: Explorer) -> None:
    """When the kernel is gone nothing made or typed is lost; when it is back all is saved once."""
    explorer.shown()
    explorer.query.fill("half a query")
    explorer.kernel("kernel.die()")
    banner = explorer.root.get_by_text("The kernel restarted or stopped: run the cell again.")
    expect(banner).to_be_visible()
    explorer.record("r0").press("d")
    expect(banner).to_contain_text("1 change is not saved yet")
    expect(explorer.cell("r0", "status")).to_contain_text("Discarded")
    expect(explorer.cell("r0", "status")).to_contain_text("not saved yet")
    expect(explorer.query).to_have_value("half a query")
    expect(explorer.records).to_have_count(50)
    explorer.picture("gone")
    assert explorer.axe() == []
    explorer.kernel("kernel.revive()")
    expect(banner).to_have_count(0)
    expect(explorer.root.get_by_text("not saved yet")).to_have_count(0)
    expect(explorer.reading).to_contain_text("text has half a query")
    assert explorer.kernel("return [kernel.applied, kernel.records.get('r0').status]") == [
        1,
        "Discarded",
    ]
    expect(explorer.query).to_have_value("half a query")


SNAPSHOT = """{ traits: { query: 'predicted:ko', filters: { annotated_as: ['negative'] },
  sort: [['score', 'desc']], snapshot: {
    name: 'sst2', query: 'predicted:ko', reading: 'predicted is ko',
    filters: ['annotated as is negative'], count: 4101, total: 67349, first: 1, texts: true,
    summary: { n: 4101, annotated: 4101, predicted: 4101, ok: 3691, ko: 410,
      accuracy: 0.9, low: 0.8904, high: 0.9088 },
    confusion: { labels: ['negative', '<b>positive</b>'], counts: [[2501, 210], [200, 1190]],
      multi_label: false, left_out: 3, total: 4101 },
    records: fake.makeRecords(20).map(
      ({ id, inputs, prediction, predicted, annotation, status }) =>
        ({ id, inputs, prediction, predicted, annotation, status })),
} } }"""


def test_saved_notebook_without_a_kernel(explorer_at: Callable[..., Explorer]) -> None:
    """Without a kernel the view saved with the notebook shows, and what to do is said."""
    explorer = explorer_at(1200, 900)
    explorer.start(SNAPSHOT, "(kernel) => { kernel.die() }")
    expect(explorer.records).to_have_count(20)
    expect(explorer.reading).to_contain_text(
        "predicted is ko; annotated as is negative · 4,101 of 67,349 (6.1 %)"
    )
    banner = explorer.root.get_by_text("No kernel has answered.")
    expect(banner).to_contain_text("the first 20 of 4,101 records, as saved with the notebook")
    matrix = explorer.root.get_by_role("region", name="Confusion matrix")
    expect(matrix.locator("tbody tr").nth(1)).to_have_text("<b>positive</b>2001,190")
    expect(matrix).to_contain_text("The 2 most confused labels; 3 not shown.")
    expect(explorer.root.locator(".accuracy")).to_contain_text("90.0 % ± 0.9, n 4,101")
    expect(explorer.query).to_have_value("predicted:ko")
    explorer.picture("no-kernel")
    assert explorer.axe() == []


def test_what_needs_a_kernel_waits_for_it(explorer: Explorer) -> None:
    """Sort, pages, filters, facets, charts and labels are off, and say why, until it answers."""
    explorer.start(
        SNAPSHOT.replace("traits: {", "traits: { tab: 'charts',"),
        "(kernel) => { kernel.silent = true }",
    )
    expect(explorer.root.get_by_text("No kernel has answered.")).to_be_visible()
    expect(explorer.records).to_have_count(20)
    expect(explorer.root.get_by_text("Waiting for it")).to_have_count(0)
    needing = explorer.root.locator(
        ".sort, .chips button, nav button, nav select, .annotation, .tools [aria-label$=do]"
    )
    assert needing.count() > 30
    for button in needing.all():
        expect(button).to_be_disabled()
        assert "Needs the kernel" in (button.get_attribute("title") or "")
    expect(explorer.root.get_by_role("region", name="Facets")).to_have_count(0)
    charts = explorer.root.get_by_role("tab", name="Charts")
    expect(charts).to_be_disabled()
    expect(charts).to_have_attribute("title", re.compile("^Needs the kernel"))
    explorer.record("r0").press("C")
    expect(explorer.said).to_contain_text("Needs the kernel")
    sent = explorer.kernel("return model.sent.length")
    for key in ("2", "d", "]", "s", "f"):
        explorer.record("r0").press(key)
    assert explorer.kernel("return model.sent.length") == sent
    explorer.kernel("kernel.speak()")
    expect(explorer.reading).to_contain_text(" ms")
    expect(charts).to_have_attribute("aria-selected", "true")
    charts.press("Escape")
    expect(explorer.root.locator(".sort").first).to_be_enabled()
    expect(explorer.root.get_by_text("No kernel has answered.")).to_have_count(0)
    expect(explorer.root.get_by_role("region", name="Confusion matrix")).to_have_count(0)


def test_snapshot_without_texts(explorer: Explorer) -> None:
    """Where texts were not saved the records show their ids."""
    explorer.start(
        "{ traits: { snapshot: { count: 1, total: 1, records: [{ id: 'r0', inputs: {} }] } } }",
        "(kernel) => { kernel.die() }",
    )
    expect(explorer.cell("r0", "text")).to_have_text("r0")


def test_another_protocol(explorer: Explorer) -> None:
    """A kernel of another version is named, with the way out."""
    explorer.shown("{ config: { protocol: 3 } }")
    expect(explorer.root.get_by_text("speaks protocol 2, the kernel 3")).to_be_visible()


def test_traits_set_in_python(explorer: Explorer) -> None:
    """Query, order, page, selection and clamp follow what is set in Python."""
    explorer.shown()
    explorer.kernel("model.set('query', 'film'); model.set('sort', [['score', 'asc']])")
    expect(explorer.reading).to_contain_text("text has film")
    expect(explorer.query).to_have_value("film")
    expect(explorer.root.locator('th[data-column="predicted_as"]')).to_have_attribute(
        "aria-sort", "ascending"
    )
    explorer.kernel("model.set('page', 3)")
    expect(explorer.root.locator("nav [aria-current=page]")).to_have_text("3")
    record_id = explorer.records.nth(2).get_attribute("data-record")
    explorer.kernel(f"model.set('selected', ['{record_id}'])")
    expect(explorer.record(record_id or "").get_by_role("checkbox")).to_be_checked()


def test_two_views_agree(explorer: Explorer) -> None:
    """Two views of one explorer show the same query and labels, and each keeps its own hand."""
    explorer.shown()
    explorer.page.evaluate("() => { window.close2 = window.another(); }")
    other = Explorer(explorer.page, 1)
    expect(other.records).to_have_count(50)
    explorer.search("predicted:ko")
    expect(other.reading).to_contain_text("predicted is ko")
    expect(other.query).to_have_value("predicted:ko")
    record_id = other.records.nth(3).get_attribute("data-record") or ""
    other.record(record_id).focus()
    expect(explorer.current).not_to_have_attribute("data-record", record_id)
    explorer.annotation(record_id).click()
    explorer.page.keyboard.type("brand new")
    explorer.page.keyboard.press("Enter")
    explorer.kernel(
        "model.trigger('msg:custom', { kind: 'event', event: 'changed', version: 2 }, [])"
    )
    expect(other.annotation(record_id)).to_contain_text("brand new")
    explorer.page.evaluate("() => window.close2()")
    expect(explorer.page.locator(".explorer")).to_have_count(1)
    explorer.search("film")
    expect(explorer.reading).to_contain_text("text has film")


def test_close_leaves_nothing(explorer: Explorer) -> None:
    """A closed view leaves no element, no listener and no timer behind."""
    explorer.shown()
    explorer.kernel("kernel.silent = true")
    explorer.search("film")
    explorer.page.evaluate("() => window.close1()")
    assert explorer.kernel("return model.listening()") == 0
    assert explorer.page.locator("#cell").inner_html() == ""
    explorer.kernel("kernel.speak()")


LOAD = """async (source) => {
  globalThis[Symbol.for("rubrix_widget.pages")].clear();
  globalThis.DecompressionStream = class { constructor() { throw new Error("unpacked"); } };
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: widget } = await import(address);
  const view = { el: document.createElement("div"), signal: new AbortController().signal };
  return widget.render(view).then(() => "drawn", (error) => error.message);
}"""


def test_the_module_loads_without_unpacking(explorer: Explorer) -> None:
    """Only drawing waits for the page's code: a module slow to load would never hear its kernel."""
    explorer.shown()
    assert explorer.page.evaluate(LOAD, bundle.packed(BUNDLE)) == "unpacked"


def test_ten_explorers(explorer_at: Callable[..., Explorer]) -> None:
    """Ten explorers in one page work each for itself, ids and keys included."""
    explorer = explorer_at(1000, 900).shown()
    explorer.page.evaluate("() => { for (let n = 0; n < 9; n += 1) window.another(); }")
    expect(explorer.page.locator(".explorer")).to_have_count(10)
    last = Explorer(explorer.page, 9)
    expect(last.records).to_have_count(50)
    last.annotation("r5").click()
    expect(last.menu).to_be_visible()
    expect(explorer.menu).to_have_count(0)
    assert explorer.page.evaluate("document.querySelectorAll('[id]').length") == 1
    expect(explorer.root.get_by_text(re.compile("^sst2"))).to_be_visible()
