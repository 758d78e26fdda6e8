"""Analyses in a tab of their own: real JupyterLab, real kernel."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e import made
from tests.e2e.lab import MINUTE, ExplorerPage, Notebook
from tests.e2e.test_access import STOPS, walk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]
# Each fourth is "not bad", and "old" takes it for bad; "new" only half of them.
RECORDS = """
import rubrix_widget as rb

def said(label, score):
    return [(label, score), ("good" if label == "bad" else "bad", 1 - score)]

records = [
    rb.TextClassificationRecord(
        id=f"r{n}",
        text=f"{('not bad', 'fine', 'dull', 'warm')[n % 4]} film number {n % 150}",
        prediction={
            "old": said(("bad", "good")[n % 4 in (1, 3)], 0.5 + (n % 49) / 100),
            "new": said(("bad", "good")[n % 4 in (1, 3) or n % 8 == 0], 0.5 + (n % 47) / 100),
        },
        annotation=("bad", "good")[n % 4 != 2],
        metadata={"part": n % 10, "split": ("train", "test")[n % 3 == 0]},
    )
    for n in range(800)
]
rb.log(records, "analysed", verbose=False)
rb.relabel("analysed", "bad", ids=[f"r{n}" for n in range(1, 80, 4)])
"""
EXPLORE = """
ex = rb.explore("analysed")
ex
"""
DESKS = {
    "Scores": "accuracy",
    "Confusion matrix": "taken for another label",
    "Calibration": "Expected calibration error",
    "Thresholds": "that have a score",
    "Slices": "Looked for in one half",
    "Words of errors": "words and pairs of words",
    "Label errors": "The model doubts",
    "Review": "records reviewed",
    "Contradictions": "annotated otherwise",
    "Compare": "McNemar",
    "What corrections change": "20 are annotated otherwise",
    "Report": "wrong on",
}
UNDRAWN = ("Label errors", "Review")
FOUND = ("Slices", "Words of errors", "Contradictions")


class Analysis:
    """The tab of analyses of an explorer."""

    def __init__(self, explorer: ExplorerPage) -> None:
        self.root = explorer.root
        self.desks = self.root.get_by_role("navigation", name="Analyses")
        self.place = self.root.locator(".desk")
        self.bar = self.root.get_by_role("region", name="Chosen in an analysis")
        self.root.get_by_role("tab", name="Analysis").click()

    def open(self, name: str) -> Locator:
        """Open an analysis, and wait for what it found."""
        self.desks.get_by_role("button", name=name, exact=True).click(timeout=MINUTE)
        return self.answered(name)

    def answered(self, name: str) -> Locator:
        """Wait for what an analysis that was opened finds."""
        expect(self.place).to_have_attribute("aria-label", name)
        if name in FOUND:
            self.place.get_by_role("button", name="Find", exact=True).press("Enter")
        expect(self.place.get_by_text(DESKS[name]).first).to_be_visible(timeout=MINUTE)
        expect(self.place).to_have_attribute("aria-busy", "false")
        if name not in UNDRAWN:
            expect(self.place.locator(".layer")).to_be_visible(timeout=MINUTE)
        return self.place

    def button(self, name: str) -> Locator:
        """Return the button of a row or cell."""
        return self.place.get_by_role("table").get_by_role("button", name=name, exact=True)

    def mark(self, name: str) -> Locator:
        """Return a mark of the chart by what it says."""
        return self.place.locator(".layer").get_by_role("button", name=re.compile(name))


@pytest.fixture
def explorer(notebook: Notebook, tmp_path: Path) -> ExplorerPage:
    notebook.open(made.notebook(tmp_path / "analysis.ipynb", RECORDS, EXPLORE))
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    return explorer


@pytest.mark.parametrize(("width", "theme"), [(900, "Dark"), (1400, "Light")])
def test_every_analysis_is_reached_and_legible(
    notebook: Notebook, explorer: ExplorerPage, width: int, theme: str
) -> None:
    """Each answers in words, tables and a chart; in both themes and widths axe finds nothing."""
    notebook.page.set_viewport_size({"width": width, "height": 1000})
    notebook.theme(f"JupyterLab {theme}")
    analysis = Analysis(explorer)
    for name in DESKS:
        analysis.open(name)
        assert explorer.root.evaluate("(e) => e.scrollWidth <= e.clientWidth + 1"), name
        explorer.picture(f"analysis-{name.lower().replace(' ', '-')}-{width}-{theme.lower()}")
        assert explorer.axe() == [], name
    assert notebook.errors == []


def test_marks_and_rows_show_their_records_and_lead_back(
    notebook: Notebook, explorer: ExplorerPage
) -> None:
    """A click shows what it counted, the next row those instead; nothing found is lost by it."""
    analysis = Analysis(explorer)
    analysis.open("Words of errors")
    rows = analysis.place.get_by_role("table").locator("tbody tr")
    found = rows.count()
    assert found > 1
    queries = [one.get_attribute("title") for one in rows.get_by_role("button").all()]
    rows.get_by_role("button").first.click()
    expect(explorer.query).to_have_value(queries[0] or "")
    expect(explorer.records.first).to_be_visible()
    expect(analysis.bar).to_contain_text(f"Words of errors, 1 of {found}")
    following = analysis.bar.get_by_role("button", name="Next")
    following.click()
    expect(explorer.query).to_have_value(queries[1] or "")
    expect(analysis.bar).to_contain_text(f"2 of {found}")
    expect(following).to_be_focused()
    expect(following).to_be_in_viewport()
    explorer.picture("analysis-walked")
    assert explorer.axe() == []
    analysis.bar.get_by_role("button", name="Back to Words of errors").click()
    expect(rows).to_have_count(found)
    expect(analysis.place.get_by_text("of what was shown before")).to_have_count(0)
    expect(rows.nth(1).get_by_role("button")).to_have_attribute("aria-pressed", "true")
    expect(rows.nth(1).get_by_role("button")).to_be_focused()

    explorer.search("film")
    expect(analysis.place.get_by_text("of what was shown before: all records")).to_be_visible()
    expect(rows).to_have_count(found)

    analysis.open("Scores")
    expect(analysis.place.get_by_role("table")).to_contain_text("580")
    analysis.button("bad").click()
    expect(explorer.query).to_have_value("(film) AND annotated_as:bad")
    expect(explorer.reading).to_contain_text("220 of 800")
    analysis.bar.get_by_role("button", name="Show all again").click()
    expect(explorer.query).to_have_value("film")
    expect(explorer.reading).to_contain_text("800 of 800")
    expect(explorer.root.locator("tr[aria-current]")).to_be_focused()

    explorer.root.get_by_role("tab", name="Analysis").click()
    analysis.open("Confusion matrix")
    analysis.mark("^annotated as good, predicted as bad: 200").click()
    expect(explorer.reading).to_contain_text("200 of 800")
    assert json.loads(notebook.python("import json; print(json.dumps([ex.tab, ex.analysis]))")) == [
        "records",
        "confusion_matrix",
    ]
    explorer.root.get_by_role("tab", name="Analysis").click()
    analysis.open("Calibration")
    bar = analysis.mark("^score 0.5–0.6")
    counted = re.search(r": ([\d,]+) with", bar.get_attribute("aria-label") or "")
    assert counted
    bar.focus()
    notebook.page.keyboard.press("Enter")
    expect(explorer.reading).to_contain_text(f"{counted[1]} of 800")
    explorer.search("")
    expect(explorer.reading).to_contain_text("800 of 800")
    explorer.root.get_by_role("tab", name="Analysis").click()
    analysis.open("What corrections change")
    analysis.button("wrong, was right").click()
    expect(explorer.query).to_have_value("predicted_before:ok AND predicted:ko")
    expect(explorer.reading).to_contain_text("20 of 800")
    assert notebook.errors == []


def test_what_is_shown_is_followed_and_models_are_compared(
    notebook: Notebook, explorer: ExplorerPage
) -> None:
    """A filter counts anew, an agent is chosen for each analysis, wins and losses are clicked."""
    analysis = Analysis(explorer)
    place = analysis.open("Scores")
    expect(place).to_contain_text("over 800 records")
    before = place.locator("p").first.inner_text()
    place.get_by_label("agent").select_option("new")
    expect(place.locator("p").first).not_to_have_text(before)
    notebook.python("ex.filters = {'metadata.part': {'from': 0, 'to': 4}}")
    expect(place).to_contain_text("over 400 records")
    notebook.python("ex.filters = {}")

    place = analysis.open("Compare")
    square = place.get_by_role("table", name="What becomes of the records")
    square.get_by_role("button", name=re.compile("^fixed: 100 ")).click()
    expect(explorer.query).to_have_value("fixed:true")
    expect(explorer.reading).to_contain_text("100 of 800")
    analysis.bar.get_by_role("button", name="Back to Compare").click()
    expect(square.get_by_role("button", name=re.compile("^fixed"))).to_have_attribute(
        "aria-pressed", "true"
    )
    place.get_by_label("from").select_option("new to old")
    expect(square.get_by_role("button", name=re.compile("^broken: 100 "))).to_be_visible()
    place.get_by_role("button", name="Slices where old is worse").click()
    place.get_by_role("button", name="Find", exact=True).click()
    expect(place).to_contain_text("wrong where new is right")

    place = analysis.open("Report")
    with notebook.page.expect_download() as download:
        place.get_by_role("button", name="Save report.md").click()
    assert "wrong on" in place.locator("p").first.inner_text()
    assert download.value.suggested_filename == "report.md"
    assert "wrong on" in download.value.path().read_text(encoding="utf-8")
    assert notebook.errors == []


MOST = 12  # buttons of a place whose arrows are tried
ARROWS = ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight")


def arrows_reach_all(explorer: ExplorerPage, place: Locator) -> None:
    """Tab stops once in a place with buttons, from where arrows lead to every other one."""
    buttons = place.get_by_role("button")
    stops = buttons.evaluate_all("(all) => all.map((one) => one.tabIndex === 0)")
    assert stops.count(True) == 1
    names = buttons.evaluate_all("(all) => all.map((one) => one.ariaLabel || one.textContent)")
    assert len(set(names)) == len(names), "told apart by their names alone"
    seen, todo = {stops.index(True)}, [stops.index(True)]
    while todo and len(seen) < min(len(stops), MOST):
        at = todo.pop()
        for key in ARROWS:
            buttons.nth(at).focus()
            explorer.page.keyboard.press(key)
            to = buttons.evaluate_all("(all) => all.findIndex((one) => one.matches(':focus'))")
            if to not in seen:
                seen.add(to)
                todo.append(to)
    assert -1 not in seen, "the focus was lost"
    assert len(seen) >= min(len(stops), MOST)


def test_everything_is_reached_and_no_focus_lost_without_a_mouse(
    notebook: Notebook, explorer: ExplorerPage
) -> None:
    """Tab and arrows reach every control, row and mark; what is renewed or left keeps the focus."""
    page = notebook.page
    analysis = Analysis(explorer)
    desks = analysis.desks.get_by_role("button")
    desks.first.press("ArrowUp")
    for at in range(desks.count()):
        name = desks.nth(at).inner_text()
        page.keyboard.press("Enter")
        place = analysis.answered(name)
        desks.nth(at).focus()
        stops = explorer.root.evaluate(STOPS)
        assert walk(explorer, "Tab") == list(range(stops.index(name), len(stops))), name
        for one in place.locator(".layer, .chart-table:has(button)").all():
            arrows_reach_all(explorer, one)
        desks.nth(at).press("ArrowDown")

    place = analysis.open("Label errors")
    place.get_by_role("button", name="Review them one by one").press("Enter")
    expect(place).to_be_focused()
    card = place.locator(".review-card")
    first = card.get_attribute("data-record") or ""
    page.keyboard.press("j")
    expect(card).not_to_have_attribute("data-record", first)

    analysis.open("Calibration")
    analysis.mark("^score 0.5–0.6").focus()
    notebook.python("ex.query = 'score:>0.95'")
    expect(place).to_be_focused()
    notebook.python("ex.query = ''")
    analysis.button("0.7–0.8").press("Enter")
    expect(explorer.root.locator("tr[aria-current]")).to_be_focused()
    page.keyboard.press("E")
    expect(analysis.button("0.7–0.8")).to_be_focused()
    page.keyboard.press("Escape")
    expect(explorer.root.locator("tr[aria-current]")).to_be_focused()
    assert notebook.errors == []
