"""Tables in a browser: the clock, and what the page of figures says of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from bench.rows import explorer
from bench.tables import watch

LOOK = "() => document.body.dataset.shown ?? null"
PAGE = """<body data-shown="a"><button>go</button><script>
  const body = document.body;
  document.querySelector('button').addEventListener('click', () => {
    body.dataset.shown = 'b';
    setTimeout(() => { body.dataset.shown = 'c'; }, 120);
  });
</script></body>"""


@pytest.fixture
def page(chromium: str) -> Iterator[Any]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        made = browser.new_page()
        made.set_content(PAGE)
        yield made
        browser.close()


@pytest.mark.browser
def test_a_table_has_settled_when_nothing_changes_any_more(page: Any):
    """After its last change; at once where there was none."""
    watch.settled(page, LOOK)
    page.get_by_role("button").click()
    watch.settled(page, LOOK)
    assert page.evaluate(LOOK) == "c"


@pytest.mark.browser
def test_the_clock_runs_from_the_event_to_the_last_change(page: Any):
    """First and last change are told apart; where nothing changes nothing is measured."""
    watch.begin(page, LOOK)
    page.get_by_role("button").click()
    found = watch.ended(page)
    assert found is not None
    assert 0 < found["first"] < found["last"]
    assert found["last"] >= 0.12
    watch.begin(page, LOOK, limit=200)
    assert watch.ended(page) is None


def test_every_tool_has_its_line_with_times_or_the_reason():
    """What a tool cannot do is said with the reason; a ratio is our time to its."""
    mine = {"open": [1.0], "first records after the cell": [0.1], "sort": [0.05, 0.07]}
    theirs = {"open": [4.0], "sort": [0.12]}
    tools = {
        "ours": {"times": mine, "cannot": {}, "version": "1", "remark": ""},
        "other": {
            "times": theirs,
            "cannot": {"search": "has no search"},
            "version": "2",
            "remark": "Driven as its documentation says.",
        },
        "third": {"times": {}, "cannot": {"open": "not installed"}},
    }
    sizes = [{"records": 67_349, "title": "some", "tools": tools}]
    found = {
        "sizes": sizes,
        "analyses": {"times": {"slices": [0.04, 0.06]}, "cannot": {"words": "not drawn"}},
        "saved": {"output": 1_000, "state": 2_000},
        "bundle": 61_000,
    }
    section = explorer.page(found)
    text = "\n".join(section.body)
    assert "| other | 4.00 s (0.25 ×) | – | – | 120 ms (0.50 ×) | – |" in text
    assert "other: search not measured: has no search." in text
    assert "third: open not measured: not installed." in text
    assert "Not measured: words, since not drawn." in text
    assert {line.work: line.met for line in section.summary} == {
        "cell's end to first records, 67,349 records": True,
        "gesture to painted answer, 67,349 records: median": True,
        "gesture to painted answer, 67,349 records: p95": True,
        "search to painted analysis, 67,349 records: median": True,
        "the page's side, gzipped, without the chart runtime": False,
        "a saved notebook, for each explorer": True,
        "the same with the state of widgets saved": True,
    }
