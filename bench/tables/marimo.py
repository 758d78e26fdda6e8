"""A notebook in marimo, whose table is shown there alone."""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import TimeoutError as TooLongError

from bench.tables import lab, watch
from tests.e2e.lab import Watched
from tests.e2e.servers import MarimoServer

_NOT_HEARD_MS = 3_000  # a press before its socket is open is not heard
_PRESSES = 20
_RUN = "Control+Enter"
# No cell runs but the one that is told to.
_NOTEBOOK = """# /// script
# [tool.marimo.runtime]
# auto_instantiate = false
# on_cell_change = "lazy"
# ///
import marimo

app = marimo.App(width="full")


@app.cell
def _():
{setup}
    return df, mo


@app.cell
def _(df, mo):
{show}
    return
"""
_HEARD = """() => document.querySelector('.marimo-cell .elapsed-time') !== null"""
_ENDED = """() => document.querySelector('.marimo-cell .elapsed-time:not(.running)') !== null"""


@contextmanager
def notebook(place: lab.Lab, setup: str, show: str) -> Iterator[Cells]:
    """Open a notebook with a cell that makes ``df`` and ``mo`` and one that shows a table."""
    with tempfile.TemporaryDirectory(prefix="bench-marimo-") as folder, place.page() as page:
        path = Path(folder) / "bench.py"
        cells = {"setup": textwrap.indent(setup, "    "), "show": textwrap.indent(show, "    ")}
        path.write_text(_NOTEBOOK.format(**cells))
        server = MarimoServer(path, "edit")
        try:
            watched = Watched(page, server)
            page.goto(server.url)
            yield Cells(watched)
        finally:
            server.stop()


class Cells:
    """An open notebook, its cells run one by one from the keyboard."""

    def __init__(self, watched: Watched) -> None:
        self._watched, self.page = watched, watched.page

    def run(self, place: int) -> None:
        """Run the first cell to its end."""
        for _ in range(_PRESSES):
            self._editor(place).click()
            self.page.keyboard.press(_RUN)
            try:
                self.page.wait_for_function(_HEARD, timeout=_NOT_HEARD_MS)
            except TooLongError:
                continue
            self.page.wait_for_function(_ENDED, timeout=lab.CELL_MS)
            return
        raise lab.CannotShowError("its notebook did not run the cell")

    def open(self, place: int, look: str) -> dict[str, float]:
        """Run a cell that shows a table; return seconds from the key to its first rows."""
        self._editor(place).click()
        watch.begin(self.page, look)
        self.page.keyboard.press(_RUN)
        found = watch.ended(self.page)
        if found is None:
            raise lab.CannotShowError(lab.why(self._watched))
        return {"whole": found["first"]}

    def _editor(self, place: int) -> Any:
        return self.page.locator(".marimo-cell").nth(place).locator(".cm-content")
