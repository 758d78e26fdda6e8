"""The analyses of our explorer that follow a filter."""

from __future__ import annotations

import os
from itertools import cycle
from typing import Any, ClassVar

from bench.tables import JUPYTERLAB, Gesture, Records

DESKS = ("Scores", "Confusion matrix", "Calibration", "Thresholds", "Label errors", "Report")
"""Not those that are begun by hand."""
CHANGED = ("Compare", "What corrections change")
"""Those that need a second model or corrections."""


class Analyses:
    """A search, and what an analysis says of the records that it finds."""

    package = "rubrix-widget"
    host = JUPYTERLAB
    cannot: ClassVar[dict[str, str]] = {}
    remark = ""
    # Words and numbers, and which canvas is drawn: a new one for each picture.
    look = """() => {
      const host = [...document.querySelectorAll('.rubrix-widget')].at(-1);
      const desk = host?.shadowRoot?.querySelector('.desk');
      if (!desk || desk.querySelector('.waiting')) return null;
      const canvas = desk.querySelector('canvas');
      if (canvas) canvas.number ??= window.__canvases = (window.__canvases ?? 0) + 1;
      const said = [...desk.querySelectorAll('p:not(.readout), td, th')];
      return said.map((one) => one.textContent).join('|') + canvas?.number;
    }"""

    def __init__(self, records: Records, desks: tuple[str, ...] = DESKS) -> None:
        home = os.environ["RUBRIX_WIDGET_HOME"]
        self.setup = f"import rubrix_widget as rb\nrb.init({home!r})\nready = rb.explore"
        self.show = f"rb.explore({records.name!r}, tab='analysis')"
        self._words = cycle(records.words)
        self.gestures = {name: Gesture(self._search, self._opening(name)) for name in desks}

    def _opening(self, name: str) -> Any:
        def open_(page: Any, _: int) -> None:
            root = page.locator(".rubrix-widget").last
            desks = root.get_by_role("navigation", name="Analyses")
            desks.get_by_role("button", name=name, exact=True).click()
            there = f".desk[aria-label='{name}'][aria-busy='false']"
            root.locator(f"{there} p, {there} table").first.wait_for()
            page.evaluate("new Promise((done) => requestIdleCallback(done, { timeout: 1000 }))")

        return open_

    def _search(self, page: Any, _: int) -> None:
        box = page.locator(".rubrix-widget").last.get_by_role("combobox", name="Query")
        box.fill(next(self._words))
        box.press("Enter")
