"""A saved report in a real browser, from the disk and from a server, with no network at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

import rubrix_widget as rb
from tests.axe import problems
from tests.frontend.fake import SCREENSHOTS

pytestmark = pytest.mark.browser

HOSTILE = (
    "<img src=x onerror=alert(1)></script><script>alert(2)</script> javascript:alert(3) '\"&lt;"
)
ADDRESS = "http://report.invalid/report.html"


def records() -> list[rb.TextClassificationRecord]:
    """Return 250 records: some hostile, long, right-to-left, without prediction or annotation."""
    labels = ("negative", "neutral", "positive", HOSTILE)
    made = []
    for number in range(250):
        text = f"film number {number} is {('dull', 'fine')[number % 2]}"
        if number == 3:
            text = HOSTILE
        if number == 4:
            text = "a very long text, " * 200 + "\u2028\u2029 end"
        if number == 5:
            text = "שלום עולם, סרט טוב"
        made.append(
            rb.TextClassificationRecord(
                text=text,
                prediction=[(labels[number % 4], 0.5 + number / 500)] if number % 10 else None,
                annotation=labels[(number // 7) % 4] if number % 9 else None,
                id=f"r{number}",
                metadata={"part": number % 7, "<b>who</b>": HOSTILE if number == 3 else "them"},
            )
        )
    return made


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a report on all records of a query."""
    folder = tmp_path_factory.mktemp("report")
    rb.init(folder / "home")
    rb.log(records(), "films", verbose=False)
    explorer = rb.explore("films", "film OR text OR src OR סרט", title=f"films {HOSTILE}")
    yield explorer.save(folder / "report.html")
    explorer.close()
    rb.init()


class Report:
    """A report in a page, found as people find things."""

    def __init__(self, page: Page, complaints: list[str]) -> None:
        self.page = page
        self.complaints = complaints
        self.table = page.locator("#records")
        self.rows = self.table.locator("tbody tr")
        self.search = page.get_by_role("searchbox", name="Search")
        self.status = page.get_by_role("status")
        self.matrix = page.get_by_role("region", name="Confusion matrix")

    def column(self, title: str) -> list[str]:
        """Return what the cells under a heading say."""
        heads = self.table.locator("thead th").all_inner_texts()
        (place,) = [at for at, head in enumerate(heads, 1) if head == title]
        return self.rows.locator(f"td:nth-child({place})").all_inner_texts()

    def head(self, title: str) -> Locator:
        return self.table.get_by_role("columnheader", name=title, exact=True)

    def axe(self) -> list[str]:
        """Return what axe finds wrong."""
        return problems(self.page.locator("html"))

    def picture(self, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


@pytest.fixture
def open_report(browser: Browser, saved: Path) -> Iterator[Callable[..., Report]]:
    """Opens the report; the test fails if it complains, asks for anything or opens a dialog."""
    opened: list[tuple[Page, list[str]]] = []

    def visit(address: str = "", width: int = 1280, **context: Any) -> Report:
        address = address or saved.as_uri()
        where = browser.new_context(viewport={"width": width, "height": 900}, **context)
        page = where.new_page()
        complaints: list[str] = []

        def serve(route: Route) -> None:
            if route.request.url != address:
                complaints.append(f"asked for {route.request.url}")
                route.abort()
            elif address == ADDRESS:
                route.fulfill(body=saved.read_bytes(), content_type="text/html")
            else:
                route.continue_()

        page.route(lambda url: not url.startswith("data:"), serve)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.goto(address)
        opened.append((page, complaints))
        return Report(page, complaints)

    yield visit
    for page, complaints in opened:
        page.context.close()
        assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_looks_right(open_report: Callable[..., Report], scheme: str) -> None:
    """In both colours the whole page is legible, and axe finds nothing wrong."""
    report = open_report(color_scheme=scheme)
    report.search.fill("number 4")
    expect(report.status).to_contain_text("of 250")
    ground = report.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(27, 28, 31)"}[scheme]
    assert report.axe() == []
    report.picture(f"report-{scheme}")


def test_a_narrow_window(open_report: Callable[..., Report]) -> None:
    """On a telephone nothing sticks out of the page, and records are read without scrolling."""
    report = open_report(width=400)
    report.search.fill("number 24")
    expect(report.status).to_contain_text("of 250")
    assert report.page.evaluate("document.documentElement.scrollWidth") <= 400
    scrolls = report.table.locator("..").evaluate("(e) => e.scrollWidth - e.clientWidth")
    assert scrolls == 0
    cells = report.rows.first.locator("td:not(:empty)")
    for cell in cells.all():
        box = cell.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 400
    assert cells.nth(1).evaluate("(e) => getComputedStyle(e, '::before').content") == (
        '"predicted as "'
    )
    report.head("score").get_by_role("button").click()
    expect(report.head("score")).to_have_attribute("aria-sort", "ascending")
    report.picture("report-narrow")
    assert report.axe() == []


@pytest.mark.parametrize("address", ["", ADDRESS], ids=["file", "http"])
def test_search_and_sort(open_report: Callable[..., Report], address: str) -> None:
    """Typing finds records as one types; a heading sorts, and sorts back, and lets go."""
    report = open_report(address)
    expect(report.status).to_have_text("250 of 250 records")
    report.search.press_sequentially("FINE number 11")
    expect(report.status).to_have_text("7 of 250 records")
    assert report.column("id") == ["r11", "r111", "r113", "r115", "r117", "r119", "r211"]
    report.head("part").get_by_role("button").click()
    expect(report.head("part")).to_have_attribute("aria-sort", "ascending")
    assert report.column("part") == sorted(str(n % 7) for n in (11, 111, 113, 115, 117, 119, 211))
    report.page.keyboard.press("Enter")
    expect(report.head("part")).to_have_attribute("aria-sort", "descending")
    assert report.column("part")[0] == "6"
    report.page.keyboard.press("Enter")
    expect(report.head("part")).to_have_attribute("aria-sort", "none")
    assert report.column("id")[0] == "r11"
    report.page.get_by_role("button", name="Clear").click()
    expect(report.search).to_have_value("")
    expect(report.search).to_be_focused()
    expect(report.status).to_have_text("250 of 250 records")


def test_records_without_a_value_come_last(open_report: Callable[..., Report]) -> None:
    """Sorted by score either way, those without a prediction stand at the end."""
    report = open_report()
    report.head("score").get_by_role("button").click()
    assert report.column("score")[0] == "0.502"
    report.head("score").get_by_role("button").click()
    assert report.column("score")[0] == "0.998"
    for _ in range(2):
        report.page.get_by_role("button", name="Next").click()
    assert report.column("score")[-25:] == [""] * 25


def test_pages(open_report: Callable[..., Report]) -> None:
    """A hundred records are shown at a time, and the keyboard turns the pages."""
    report = open_report()
    report.page.get_by_role("button", name="Next").focus()
    report.page.keyboard.press("Enter")
    report.page.keyboard.press("Enter")
    expect(report.rows).to_have_count(50)
    expect(report.page.get_by_text("Page 3 of 3")).to_be_visible()
    expect(report.page.get_by_role("button", name="Next")).to_be_disabled()
    assert report.column("id")[-1] == "r249"
    report.search.fill("R249")
    expect(report.rows).to_have_count(1)
    expect(report.page.get_by_role("navigation", name="Pages")).to_be_hidden()


def test_the_matrix_filters(open_report: Callable[..., Report]) -> None:
    """A cell shows its records, as many as it counts; a second click shows all again."""
    report = open_report()
    cell = report.matrix.get_by_role(
        "button", name="annotated as negative, predicted as positive: "
    )
    n = int(cell.inner_text())
    cell.focus()
    report.page.keyboard.press("Enter")
    expect(cell).to_have_attribute("aria-pressed", "true")
    expect(report.rows).to_have_count(n)
    expect(report.status).to_contain_text("annotated as negative, predicted as positive")
    assert set(report.column("annotated as")) == {"negative"}
    assert set(report.column("predicted as")) == {"positive"}
    report.picture("report-filtered")
    cell.click()
    expect(report.status).to_have_text("250 of 250 records")
    report.matrix.get_by_role("button", name="predicted as neutral", exact=True).click()
    assert set(report.column("predicted as")) == {"neutral"}


def test_hostile_texts_are_texts(open_report: Callable[..., Report]) -> None:
    """Markup in texts, labels, names and title is shown as written and runs nowhere."""
    report = open_report()
    report.search.fill("alert(1)")
    assert report.column("text")[0] == HOSTILE
    assert HOSTILE in report.column("<b>who</b>")
    expect(report.page.get_by_role("heading", level=1)).to_have_text(f"films {HOSTILE}")
    expect(
        report.matrix.get_by_role("button", name=f"annotated as {HOSTILE}", exact=True)
    ).to_have_count(1)
    assert report.page.locator("#records img, #records script, header *:not(h1, p)").count() == 0
    assert report.page.title() == f"films {HOSTILE}"


def test_long_texts_open(open_report: Callable[..., Report]) -> None:
    """A long text shows some lines, and all of them when asked."""
    report = open_report()
    report.search.fill("very long")
    text = report.rows.locator(".long")
    short = text.evaluate("(e) => e.clientHeight")
    more = report.rows.get_by_role("button", name="Show all")
    more.click()
    expect(report.rows.get_by_role("button", name="Show less")).to_have_attribute(
        "aria-expanded", "true"
    )
    assert text.evaluate("(e) => e.clientHeight") > 3 * short
    assert text.inner_text().endswith(" end")


def test_without_scripts(open_report: Callable[..., Report]) -> None:
    """Where scripts are off the page still shows the numbers, the matrix and the first records."""
    report = open_report(java_script_enabled=False)
    expect(report.rows).to_have_count(100)
    expect(report.page.get_by_text("Shown are the first 100;")).to_be_visible()
    expect(report.search).to_have_count(0)
    expect(report.matrix.locator("tbody tr")).to_have_count(4)


def test_the_policy_is_in_force(open_report: Callable[..., Report], saved: Path) -> None:
    """Another script, put into the page by whatever means, does not run."""
    report = open_report()
    ran = report.page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.addEventListener('securitypolicyviolation', (event) => {
            window.refused = event.blockedURI;
          });
          document.body.append(script);
          return new Promise((done) => setTimeout(() => done([window.ran, window.refused]), 0));
        }"""
    )
    assert ran == [None, "inline"]
    assert "violates the following Content Security Policy" in report.complaints.pop()


def test_on_paper(open_report: Callable[..., Report]) -> None:
    """Printed, all records found are there and whole, also from a dark page; then as before."""
    report = open_report(width=760, color_scheme="dark")
    report.search.fill("film")
    report.page.evaluate(
        """() => window.addEventListener("beforeprint", () => {
          window.printed = document.querySelectorAll("#records tbody tr").length;
        })"""
    )
    report.page.pdf(format="A4")
    assert report.page.evaluate("window.printed") == int(report.status.inner_text().split()[0])
    expect(report.rows).to_have_count(100)
    report.page.emulate_media(media="print")
    expect(report.search).to_be_hidden()
    assert report.page.evaluate("document.documentElement.scrollWidth") <= 760
    assert report.table.locator("..").evaluate("(e) => e.scrollWidth <= e.clientWidth")
    ground = report.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    report.picture("report-printed")
