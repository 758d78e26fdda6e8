"""The built front end in a real browser, spoken to by a fake kernel, with no network at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "tests" / "screenshots"
FAKE = ROOT / "js" / "test" / "fake"
BUNDLE = ROOT / "rubrix_widget" / "static" / "widget.js"
ORIGIN = "http://explorer.invalid"  # a name that can never resolve: a leak fails loudly
POLICY = "default-src 'none'; script-src 'self' blob:; style-src 'self'; connect-src 'none'"
FILES = {
    "/": (FAKE / "index.html", "text/html"),
    "/page.js": (FAKE / "page.js", "text/javascript"),
    "/page.css": (FAKE / "page.css", "text/css"),
    "/kernel.js": (FAKE / "kernel.js", "text/javascript"),
    "/widget.js": (BUNDLE, "text/javascript"),
}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]


def chromium() -> str | None:
    """The browser to drive: ``RUBRIX_CHROMIUM``, else the first one on the path."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("RUBRIX_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a session."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium found: install the package chromium, or set RUBRIX_CHROMIUM")
    if not BUNDLE.is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build` in js/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def make_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the page in a context of its own; the test fails if it leaked or complained."""
    opened: list[tuple[Page, list[str]]] = []

    def make(width: int = 1100, height: int = 800, **context: Any) -> Page:
        where = browser.new_context(viewport={"width": width, "height": height}, **context)
        page = where.new_page()
        page.set_default_timeout(10_000)
        complaints: list[str] = []

        def serve(route: Route) -> None:
            path = route.request.url.removeprefix(ORIGIN)
            if path not in FILES:
                complaints.append(f"asked for {route.request.url}")
                route.abort()
                return
            file, kind = FILES[path]
            route.fulfill(
                body=file.read_bytes(),
                content_type=f"{kind}; charset=utf-8",
                headers={"content-security-policy": POLICY},
            )

        page.route("**/*", serve)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.goto(ORIGIN + "/")
        page.wait_for_function("window.ready === true")
        opened.append((page, complaints))
        return page

    yield make
    for page, complaints in opened:
        page.context.close()
        assert complaints == []


@pytest.fixture
def page(make_page: Callable[..., Page]) -> Page:
    """A page at a notebook's usual width."""
    return make_page()


def start(page: Page, options: str = "{}", before: str = "() => {}") -> None:
    """Shows an explorer; ``options`` and ``before`` are JavaScript for the fake kernel."""
    page.evaluate(f"() => window.start({options}, {{ before: {before} }})")


def picture(page: Page, name: str) -> None:
    """Leaves a screenshot for a person to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")
