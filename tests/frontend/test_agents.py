"""Predictions of several agents: a column for each, and all side by side in a record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.frontend.fake import Explorer
from tests.frontend.test_columns import heads, menu

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)> b:@"


def several(*others: str) -> str:
    """Return options for records that agent "a" and others predicted, the last one not all."""
    fields = [("text", "text"), ("annotated_as", "label"), ("status", "keyword")]
    for agent in ("", "@a", *(f"@{one}" for one in others)):
        fields += [(f"predicted_as{agent}", "label"), (f"score{agent}", "number")]
        fields += [(f"predicted{agent}", "keyword")]
    columns = ["text", "predicted_as", *(f"predicted_as@{one}" for one in others)]
    config = {
        "columns": [*columns, "annotated_as", "status", "predicted", "score", "id"],
        "fields": [{"name": name, "kind": kind} for name, kind in fields],
    }
    return (
        f"{{ config: {json.dumps(config)}, records: fake.makeRecords(60).map((r, at) => ({{"
        "  ...r, by_agent: "
        f"    {json.dumps(['a', *others])}.map((agent, n) => [agent, n === 0"
        "      ? { prediction: r.prediction, predicted: r.predicted }"
        f"     : n === {len(others)} && at % 3 === 0 ? {{ prediction: null, predicted: null }}"
        "      : { prediction: [['positive', 0.6 + n / 10], ['negative', 0.4 - n / 10]],"
        "          predicted: r.annotation"
        "            ? (r.annotation[0] === 'positive' ? 'ok' : 'ko') : null }]) })) }"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_agent_has_a_column(explorer_at: Callable[..., Explorer], scheme: str) -> None:
    """Label, score and verdict of the other agent stand beside the primary ones, at 900 px whole.

    Sorting by its score asks for its field, and a record that it did not predict says so.
    """
    explorer = explorer_at(900, 760, color_scheme=scheme)
    explorer.shown(several("bert2"))
    assert heads(explorer) == [
        *("text", "predicted_as", "predicted_as@bert2", "annotated_as", "status"),
    ]
    cell = explorer.cell("r1", "predicted_as@bert2")
    expect(cell).to_contain_text("positive")
    expect(cell).to_contain_text("0.700")
    assert cell.locator(".ok-or-ko").inner_text() in ("ok", "ko")
    expect(explorer.cell("r0", "predicted_as@bert2")).to_have_text("no prediction")
    cell.get_by_role("button", name="1 more scores").click()
    expect(cell).to_contain_text("negative")
    head = explorer.root.locator("th[data-column='predicted_as@bert2']")
    head.get_by_role("button", name="score").click()
    assert explorer.sent("page")[-1]["sort"] == [["score@bert2", "asc"]]
    overflow = explorer.root.locator(".frame").evaluate("(e) => e.scrollWidth - e.clientWidth")
    assert overflow <= 0
    explorer.picture(f"agents-two-{scheme}")


def test_two_agents_fit_beside_facets(explorer_at: Callable[..., Explorer]) -> None:
    """At 1,000 px with the facets open nothing of two agents' columns is cut or out of sight."""
    explorer = explorer_at(1000, 760)
    explorer.shown(several("bert2"))
    explorer.root.get_by_role("button", name="Facets", exact=True).click()
    frame = explorer.root.locator(".frame")
    expect(explorer.root.get_by_role("region", name="Facets")).to_be_visible()
    assert frame.evaluate("(e) => e.clientWidth <= 757 && e.scrollWidth <= e.clientWidth")
    for one in ("predicted_as", "predicted_as@bert2"):
        title = explorer.root.locator(f"th[data-column='{one}'] bdi").first
        assert title.evaluate("(e) => e.scrollWidth <= e.clientWidth"), one
    explorer.records.first.press("End")
    for _ in range(12):
        explorer.page.keyboard.press("k")
    below = "(e) => e.getBoundingClientRect().top >= e.closest('table').tHead.lastChild"
    below += ".lastChild.getBoundingClientRect().bottom - 1"
    assert explorer.current.evaluate(below), "the record at hand is behind the headings"
    explorer.picture("agents-two-facets")


def test_three_agents_fit_and_of_more_each_is_chosen(
    explorer_at: Callable[..., Explorer],
) -> None:
    """Up to three have columns by themselves; of more the menu has them, whatever their names."""
    explorer = explorer_at(1200, 760)
    explorer.shown(several("bert2", "gpt"))
    assert [one for one in heads(explorer) if "@" in one] == [
        *("predicted_as@bert2", "predicted_as@gpt"),
    ]
    explorer.picture("agents-three")
    explorer = explorer_at(1200, 760)
    explorer.shown(several("bert2", "gpt", HOSTILE))
    assert not [one for one in heads(explorer) if "@" in one]
    box = menu(explorer)
    box.get_by_role("checkbox", name=f"predicted@{HOSTILE}").check()
    assert explorer.kernel("return model.get('columns')")[-1] == f"predicted_as@{HOSTILE}"
    explorer.page.keyboard.press("Escape")
    expect(explorer.cell("r1", "predicted_as")).to_be_visible()
    expect(explorer.root.locator("img")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_record_has_all_predictions_side_by_side(
    explorer_at: Callable[..., Explorer], scheme: str
) -> None:
    """Opened, a record shows the scores of each agent under its name, with its verdict."""
    explorer = explorer_at(1000, 760, color_scheme=scheme)
    explorer.shown(several("bert2", HOSTILE))
    for record, last in (("r1", "positive"), ("r0", "no prediction")):
        explorer.record(record).focus()
        explorer.page.keyboard.press("Enter")
        detail = explorer.root.get_by_role("region", name=f"Record {record}")
        parts = [
            detail.locator(".part").filter(
                has=explorer.page.get_by_role("heading", name=name, exact=True)
            )
            for name in ("a", "bert2", HOSTILE)
        ]
        tops = set()
        for part, said in zip(parts, ("", "positive", last), strict=True):
            expect(part).to_have_count(1)
            expect(part).to_contain_text(said)
            box = part.bounding_box()
            assert box
            tops.add(box["y"])
        assert len(tops) == 1
        if record == "r1":
            expect(parts[1].locator(".ok-or-ko")).to_have_count(1)
            explorer.picture(f"agents-detail-{scheme}")
        explorer.page.keyboard.press("Escape")
    expect(explorer.root.locator("img")).to_have_count(0)


def test_agents_named_like_numbers_keep_their_order(explorer_at: Callable[..., Explorer]) -> None:
    """The primary one first, the others as they come: no number goes before a word."""
    explorer = explorer_at(1000, 760)
    explorer.shown(several("10", "2"))
    explorer.record("r1").focus()
    explorer.page.keyboard.press("Enter")
    detail = explorer.root.get_by_role("region", name="Record r1")
    named = detail.get_by_role("heading", name=re.compile("^(a|10|2)$"))
    expect(named).to_have_text(["a", "10", "2"])
    expect(explorer.cell("r1", "predicted_as@10")).to_contain_text("0.700")
