"""A kernel that is slow, busy, gone or back, and several views of one explorer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

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


def test_saved_notebook_without_a_kernel(explorer: Explorer) -> None:
    """Without a kernel the records saved with the notebook show, and what to do is said."""
    explorer.start(
        """{ traits: { query: 'predicted:ko', snapshot: {
          name: 'sst2', query: 'predicted:ko', reading: 'predicted is ko', count: 4101,
          total: 67349, first: 1, texts: true,
          records: fake.makeRecords(20).map(
            ({ id, inputs, prediction, predicted, annotation, status }) =>
              ({ id, inputs, prediction, predicted, annotation, status })),
        } } }""",
        "(kernel) => { kernel.die() }",
    )
    expect(explorer.records).to_have_count(20)
    expect(explorer.reading).to_contain_text("predicted is ko · 4,101 of 67,349 (6.1 %)")
    expect(explorer.root.get_by_text("No kernel has answered.")).to_be_visible()
    expect(explorer.annotation("r0")).to_be_disabled()
    explorer.record("r0").press("2")
    assert explorer.kernel("return model.sent.length") == 0
    explorer.picture("no-kernel")
    assert explorer.axe() == []


def test_snapshot_without_texts(explorer: Explorer) -> None:
    """Where texts were not saved the records show their ids."""
    explorer.start(
        "{ traits: { snapshot: { count: 1, total: 1, records: [{ id: 'r0', inputs: {} }] } } }",
        "(kernel) => { kernel.die() }",
    )
    expect(explorer.cell("r0", "text")).to_have_text("r0")


def test_another_protocol(explorer: Explorer) -> None:
    """A kernel of another version is named, with the way out."""
    explorer.shown("{ config: { protocol: 2 } }")
    expect(explorer.root.get_by_text("speaks protocol 1, the kernel 2")).to_be_visible()


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
