"""A real JupyterLab and Chromium to show tables in, offline."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import TimeoutError as TooLongError
from playwright.sync_api import sync_playwright

from bench.tables import watch
from tests.e2e.lab import Notebook, Watched
from tests.e2e.servers import JupyterServer

_CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
_SIZE = {"width": 1680, "height": 1000}
_HERE = ("http://127.0.0.1:", "ws://127.0.0.1:", "http://localhost:", "blob:", "data:")
CELL_MS = 60_000
# A cell has ended when its reply has come.
_RUN = """([place, watched]) => {
  const panel = window.jupyterapp.shell.currentWidget;
  const { kernel } = panel.sessionContext.session;
  window.__ran = null;
  panel.content.activeCellIndex = place;
  const hear = (_, { msg, direction }) => {
    if (direction !== 'recv' || msg.header.msg_type !== 'execute_reply') return;
    kernel.anyMessage.disconnect(hear);
    const { status, ename, evalue } = msg.content;
    window.__ran = { at: performance.now(), status, why: `${ename}: ${evalue}` };
  };
  kernel.anyMessage.connect(hear);
  if (watched) window.__watch.start = performance.now();
  window.jupyterapp.commands.execute('notebook:run-cell');
}"""


class CannotShowError(Exception):
    """A tool does not show the records; the message says why."""


def chromium() -> str | None:
    """Return the Chromium to use: ``CHROMIUM`` names one, else it is looked for."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


@contextmanager
def lab() -> Iterator[Lab]:
    """Give a JupyterLab server and a browser, both gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-lab-") as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(_CHROMIUM))
        server = JupyterServer(Path(folder))
        try:
            yield Lab(browser, server)
        finally:
            server.stop()
            browser.close()


class Lab:
    """Notebooks in a browser, one after another, each with a kernel of its own."""

    def __init__(self, browser: Any, server: JupyterServer) -> None:
        self._browser, self.server = browser, server

    @contextmanager
    def page(self) -> Iterator[Any]:
        """Give a page, where what is asked for from elsewhere is refused."""
        context = self._browser.new_context(viewport=_SIZE)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.route(lambda url: not url.startswith(_HERE), lambda route: route.abort())
        try:
            yield page
        finally:
            context.close()

    @contextmanager
    def notebook(self, *cells: str) -> Iterator[Cells]:
        """Open a notebook with these cells."""
        try:
            with self.page() as page:
                notebook = Notebook(page, self.server)
                with tempfile.TemporaryDirectory() as folder:
                    notebook.open(_written(Path(folder) / "bench.ipynb", cells))
                hide = "application:toggle-left-area"
                page.evaluate(f"window.jupyterapp.commands.execute('{hide}')")
                yield Cells(notebook)
        finally:
            self.server.end_kernels()


class Cells:
    """An open notebook, its cells run one by one."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook, self.page = notebook, notebook.page

    def run(self, place: int, watched: bool = False) -> float:
        """Run a cell to its end; return when that was, on the page's clock in seconds."""
        self.page.evaluate(_RUN, [place, watched])
        try:
            self.page.wait_for_function("() => window.__ran !== null", timeout=CELL_MS)
        except TooLongError:
            raise CannotShowError(f"its cell did not end within {CELL_MS // 1000} s") from None
        ran = self.page.evaluate("() => window.__ran")
        if ran["status"] != "ok":
            raise CannotShowError(ran["why"])
        return float(ran["at"]) / 1000

    def open(self, place: int, look: str) -> dict[str, float]:
        """Run a cell that shows a table; return seconds to its first rows.

        ``whole`` is from the cell's start, ``after`` from its end.
        """
        watch.begin(self.page, look, started=0.0)
        ended = self.run(place, watched=True)
        found = watch.ended(self.page)
        if found is None:
            raise CannotShowError(why(self.notebook))
        start = self.page.evaluate("() => window.__watch.start") / 1000
        return {"whole": found["first"], "after": max(0.0, start + found["first"] - ended)}

    def saved_bytes(self) -> int:
        """Save the notebook and return how large it is."""
        self.notebook.save()
        return (self.notebook.server.root / "bench.ipynb").stat().st_size

    def save_widgets(self) -> None:
        """Put the state of the widgets into the notebook, as people can ask JupyterLab to."""
        self.notebook._do("@jupyter-widgets/jupyterlab-manager:saveWidgetState")


def why(watched: Watched) -> str:
    """Say why a page shows no record."""
    outside = watched.off_the_machine()
    if outside:
        return f"it asks for {outside[0]}, and shows nothing without the internet"
    said = next((error for error in watched.errors if error), "no error was said")
    return f"no record was shown within {watch.LIMIT_MS / 1000:.0f} s ({said[:200]})"


def _written(path: Path, cells: tuple[str, ...]) -> Path:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    written = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell{place}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for place, source in enumerate(cells)
    ]
    whole = {"cells": written, "metadata": {"kernelspec": kernel}, "nbformat": 4}
    path.write_text(json.dumps({**whole, "nbformat_minor": 5}))
    return path
