"""A record opened: all that is known about it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, expect

from tests.frontend.fake import Explorer
from tests.frontend.test_hostile import HOSTILE

pytestmark = pytest.mark.browser
TOKENS = ["a", "truly", "dull", "film", HOSTILE[0]]
EXPLAINED = f"""(n) => fake.makeRecords(n).map((r, at) => ({{
  ...r, inputs: {{ text: 'a truly dull film <img src=x onerror=alert(1)>' }},
  prediction: [['negative', 0.8], ['positive', 0.2]],
  explanation: {{ text: {{ tokens: {json.dumps(TOKENS)}, left_out: 7, values: {{
    negative: [0.01, 0.2, 0.8, null, -0.3], positive: [0, -0.2, -0.9, 0.4, 0.1] }} }} }},
  history: [
    {{ at: '2024-05-02T10:00:00+00:00', agent: 'ann', kind: 'undo', field: 'annotation',
       old: ['positive'], new: null, query: null, reason: null }},
    {{ at: '2024-05-01T10:00:00+00:00', agent: 'ann', kind: 'edit', field: 'annotation',
       old: null, new: ['positive'], query: 'predicted:ko', reason: 'told so' }} ] }}))"""


def opened(explorer: Explorer, record_id: str = "r0") -> Locator:
    """Open a record by key."""
    explorer.record(record_id).focus()
    explorer.page.keyboard.press("Enter")
    return explorer.root.get_by_role("region", name=f"Record {record_id}")


def test_explanation_and_history(explorer: Explorer) -> None:
    """Tokens are tinted by sign and strength, arrows tell numbers, changes are listed."""
    explorer.shown(f"{{ records: ({EXPLAINED})(20) }}")
    detail = opened(explorer)
    tokens = detail.get_by_role("group", name="Tokens of text")
    signs = tokens.locator(".token").evaluate_all("(all) => all.map((e) => e.dataset.sign ?? null)")
    assert signs == ["for", "for", "for", None, "against"]
    expect(tokens).to_contain_text("… 7 more tokens")
    tokens.focus()
    for _ in range(3):
        explorer.page.keyboard.press("ArrowRight")
    expect(detail.locator("output")).to_have_text("dull +0.800")
    detail.get_by_role("combobox", name="Explained label").select_option("positive")
    expect(detail.locator("output")).to_have_text("dull −0.900")
    tokens.locator(".token").nth(3).hover()
    expect(detail.locator("output")).to_have_text("film +0.400")
    lines = detail.locator(".history li")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("ann undid")
    expect(lines.nth(1)).to_contain_text("annotation no label → positive")
    expect(lines.nth(1)).to_contain_text("found by predicted:ko")
    expect(explorer.root.locator("img, script")).to_have_count(0)
    detail.scroll_into_view_if_needed()
    explorer.picture("detail-explained")
    assert explorer.axe() == []


def test_a_detail_that_cannot_be_fetched_says_so(explorer: Explorer) -> None:
    """While it is fetched and when that fails, the rest is shown; it can be tried again."""
    explorer.shown()
    explorer.kernel("kernel.hold = ['record']")
    detail = opened(explorer)
    expect(detail).to_contain_text("fetching…")
    expect(detail).to_contain_text("model-a")
    explorer.page.wait_for_function("() => window.kernel.held.length === 1")
    explorer.kernel("kernel.hold = null; kernel.release()")
    expect(detail).to_contain_text("as it was logged")
    explorer.kernel("kernel.refuse = { record: { message: 'the disk is <b>gone</b>' } }")
    detail = opened(explorer, "r1")
    expect(detail.get_by_role("alert")).to_contain_text("the disk is <b>gone</b>")
    explorer.kernel("kernel.refuse = null")
    detail.get_by_role("button", name="Try again").click()
    expect(detail).to_contain_text("as it was logged")


def test_a_change_is_in_the_history_at_once(explorer: Explorer) -> None:
    """A record changed while it is open is fetched again."""
    explorer.shown()
    detail = opened(explorer)
    expect(detail).to_contain_text("as it was logged")
    explorer.kernel(
        "kernel.records.get('r0').history = [{ at: '2024-05-01T10:00:00+00:00', agent: 'me',"
        " kind: 'edit', field: 'status', old: 'Default', new: 'Discarded', query: null,"
        " reason: null }]"
    )
    explorer.record("r0").focus()
    explorer.page.keyboard.press("d")
    expect(detail.locator(".history")).to_contain_text("status Default → Discarded")


def test_scores_of_many_labels(explorer: Explorer) -> None:
    """Of many labels the first 20 scores are shown, and all of them behind a button."""
    explorer.shown(
        "{ records: fake.makeRecords(3, { labels:"
        " Array.from({ length: 77 }, (_, n) => `l${n}`) }) }"
    )
    detail = opened(explorer)
    expect(detail.locator(".score")).to_have_count(20)
    detail.get_by_role("button", name="all 77").click()
    expect(detail.locator(".score")).to_have_count(77)


def test_similar_records_are_gone_to(explorer: Explorer) -> None:
    """Similar records are listed with labels; one elsewhere in the view opens on its page."""
    explorer.shown()
    detail = opened(explorer)
    detail.get_by_role("button", name="Find similar records").click()
    expect(detail.locator(".similar li")).to_have_count(10)
    detail.locator(".similar").scroll_into_view_if_needed()
    explorer.picture("similar")
    assert explorer.axe() == []
    detail.locator(".similar button").last.click()
    expect(explorer.record("r1203")).to_be_focused()
    expect(explorer.root.get_by_role("region", name="Record r1203")).to_be_visible()


def test_whole_texts_are_in_the_detail(explorer: Explorer) -> None:
    """Every input of a record stands whole in its detail, with what the query matched."""
    explorer.shown(
        "{ records: fake.makeRecords(9).map((r) => ({ ...r, inputs: "
        "{ premise: 'wordy '.repeat(1_500) + 'film', hypothesis: 'so it is' } })) }"
    )
    explorer.search("film")
    expect(explorer.reading).to_contain_text("text has film")
    detail = opened(explorer)
    whole = detail.get_by_role("group", name="Whole premise")
    expect(whole.locator("mark")).to_have_text("film")
    expect(detail.get_by_role("group", name="Whole hypothesis")).to_have_text("so it is")
