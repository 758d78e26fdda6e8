"""A browser, and a JupyterLab server with a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.lab import MINUTE, Notebook
from tests.e2e.servers import JupyterServer

_CHROMIUM = [
    "--no-sandbox",  # or it refuses to run as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["subshell", "main thread"])
def lab(
    request: pytest.FixtureRequest, chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[JupyterServer]:
    """A server for each of the two ways in which a kernel may handle a widget's messages."""
    comms = "perCommTarget" if request.param == "subshell" else "disabled"
    settings = {"kernels-settings": {"commsOverSubshells": comms}}
    server = JupyterServer(tmp_path_factory.mktemp("lab"), settings)
    yield server
    server.stop()


@pytest.fixture
def notebook(browser: Browser, lab: JupyterServer) -> Iterator[Notebook]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(MINUTE / 2)
    yield Notebook(page, lab)
    context.close()
    lab.end_kernels()
