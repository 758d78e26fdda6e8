"""Our own explorer."""

from __future__ import annotations

import os
import re
from typing import Any, ClassVar

from bench.data import LABELS
from bench.tables import JUPYTERLAB, WHOLE, Gesture, Records

_FILTERS = ("negative", "neutral", "positive", "mixed")
_LABELS = sorted(LABELS)  # in the order of the keys 1 to 5


class Here:
    """The dataset is logged beforehand, as ``df`` is in memory for the others."""

    package = "rubrix-widget"
    host = JUPYTERLAB
    cannot: ClassVar[dict[str, str]] = {}
    remark = ""
    look = """() => {
      const host = [...document.querySelectorAll('.rubrix-widget')].at(-1);
      const root = host?.shadowRoot;
      const rows = [...(root?.querySelectorAll('tr[data-record]') ?? [])];
      if (rows.length === 0) return null;
      const shown = rows.map((row) => row.dataset.record
        + row.querySelector('.annotation')?.textContent
        + (row.querySelector('.saving') ? '…' : ''));
      return root.querySelector('.reading .words').textContent + '\\n' + shown.join('\\n');
    }"""

    def __init__(self, records: Records) -> None:
        home = os.environ["RUBRIX_WIDGET_HOME"]
        self.setup = f"import rubrix_widget as rb\nrb.init({home!r})\nready = rb.explore"
        self.show = f"rb.explore({records.name!r})"
        self._words = records.words
        views = {
            "search": self._search,
            "filter": self._filter,
            "sort": self._sort,
            "next page": lambda page, _: self._button(page, "Next page").click(),
            "last page": self._last,
        }
        back = {
            "clear the filters": lambda page, _: self._button(page, "Clear all").click(),
            "clear the query": self._clear,
        }
        # The records in sight are painted first, those below them after that.
        self.gestures = {
            **{name + WHOLE: Gesture(act, first=name) for name, act in views.items()},
            "annotate by key, saved": Gesture(
                self._annotate, self._first, first="annotate by key, shown"
            ),
            "undo": Gesture(lambda page, _: page.keyboard.press("z")),
            **{name + WHOLE: Gesture(act, first=name) for name, act in back.items()},
        }

    def _root(self, page: Any) -> Any:
        return page.locator(".rubrix-widget").last

    def _button(self, page: Any, name: str) -> Any:
        return self._root(page).get_by_role("button", name=name, exact=True)

    def _search(self, page: Any, turn: int) -> None:
        self._query(page, self._words[turn % len(self._words)])

    def _clear(self, page: Any, _: int) -> None:
        self._query(page, "")

    def _query(self, page: Any, query: str) -> None:
        box = self._root(page).get_by_role("combobox", name="Query")
        box.fill(query)
        box.press("Enter")

    def _filter(self, page: Any, turn: int) -> None:
        facet = self._root(page).locator(".facet").filter(has_text=re.compile("^predicted as"))
        value = _FILTERS[turn % len(_FILTERS)]
        facet.get_by_role("button", name=re.compile(f"^{value}: ")).click()

    def _sort(self, page: Any, _: int) -> None:
        self._root(page).locator("th .sort", has_text=re.compile("^score")).click()

    def _last(self, page: Any, _: int) -> None:
        self._root(page).locator("nav .page").last.click()

    def _first(self, page: Any, _: int) -> None:
        self._root(page).locator("tr[data-record]").first.focus()

    def _annotate(self, page: Any, _: int) -> None:
        shown = self._root(page).locator("tr[data-record] .annotation-labels").first.inner_text()
        other = next(label for label in _LABELS if label != shown.strip())
        page.keyboard.press(str(_LABELS.index(other) + 1))
