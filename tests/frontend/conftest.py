"""The built front end in a real browser, spoken to by a fake kernel, with no network at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from rubrix_widget.explorer.bundle import packed
from tests.frontend.fake import ROOT, Explorer

FAKE = ROOT / "js" / "test" / "fake"
BUNDLE = ROOT / "rubrix_widget" / "static" / "widget.js"
ORIGIN = "http://explorer.invalid"  # a name that can never resolve: a leak fails loudly
POLICY = "default-src 'none'; script-src 'self' blob:; style-src 'self'"
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


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for the tests of a module."""
    if not BUNDLE.is_file():
        pytest.fail("the front end is not built: run `make test`, or `npm run build` in js/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def make_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own; the test fails if one leaked or complained."""
    opened: list[tuple[Page, list[str]]] = []

    def make(width: int = 1000, height: int = 760, **context: Any) -> Page:
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
            headers = {"content-security-policy": POLICY}
            body = packed(file) if file == BUNDLE else file.read_bytes()
            route.fulfill(body=body, content_type=f"{kind}; charset=utf-8", headers=headers)

        page.route("**/*", serve)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.goto(ORIGIN + "/")
        page.locator("html[data-ready]").wait_for(state="attached")
        opened.append((page, complaints))
        return page

    yield make
    for page, complaints in opened:
        page.context.close()
        assert complaints == []


@pytest.fixture
def explorer(make_page: Callable[..., Page]) -> Explorer:
    """An explorer at a notebook's usual width, not started yet."""
    return Explorer(make_page())


@pytest.fixture
def explorer_at(make_page: Callable[..., Page]) -> Callable[..., Explorer]:
    """Explorers at other widths and in other colours."""
    return lambda *size, **context: Explorer(make_page(*size, **context))
