"""Other tables for notebooks, each driven in its own documented way.

All but one draw their rows as elements; what they show is those rows' text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq

from bench.tables import JUPYTERLAB, Gesture, Records, watch

_STEPS = "a filter takes a form of several steps, so no one gesture has an answer"
_FILTERS = ("negative", "neutral", "positive", "mixed")  # of predicted_as


def _rows(host: str, rows: str, shadow: bool = False) -> str:
    """Return JavaScript that reads the text of the rows under the last element of a selector."""
    root = "host?.shadowRoot" if shadow else "host"
    return f"""() => {{
      const host = [...document.querySelectorAll({host!r})].at(-1);
      const rows = [...({root}?.querySelectorAll({rows!r}) ?? [])];
      return rows.length === 0 ? null : rows.map((row) => row.textContent).join('\\n');
    }}"""


class _Other:
    """What most have in common: a DataFrame in memory, and a cell that shows it."""

    host = JUPYTERLAB
    imports = ""
    show = ""
    remark = ""
    package = ""
    look = ""

    def __init__(self, records: Records) -> None:
        self.setup = f"{records.frame()}\n{self.imports}"
        self.words = records.words
        self.gestures = self.used()
        can = {"search", "filter", "sort", "last page"} - set(self.gestures)
        self.cannot = {name: self.without(name) for name in sorted(can)}

    def used(self) -> dict[str, Gesture]:
        raise NotImplementedError

    def without(self, name: str, /) -> str:
        """Say why there is no such gesture."""
        return f"it has no {name}"

    def word(self, turn: int) -> str:
        return self.words[turn % len(self.words)]

    def part(self, turn: int) -> str:
        """Return a word to search for where parts are found: one letter is in every record."""
        longer = [word for word in self.words if len(word) > 1]
        return longer[turn % len(longer)]

    def answered(self, page: Any, act: Callable[[], None]) -> None:
        """Do, unmeasured, what changes the rows, and wait until they are there."""
        watch.begin(page, self.look)
        act()
        watch.ended(page)

    def label(self, turn: int) -> str:
        return _FILTERS[turn % len(_FILTERS)]


class Itables(_Other):
    package = "itables"
    imports = (
        "from itables import init_notebook_mode, show\ninit_notebook_mode(all_interactive=False)"
    )
    show = "show(df, maxBytes=0)"
    remark = (
        "By itself it shows the first and last rows of what is over 64 KB; `maxBytes=0` makes it "
        "show all, which it writes into the notebook as text."
    )
    look = _rows(".dt-container", "tbody tr")

    def used(self) -> dict[str, Gesture]:
        def search(page: Any, turn: int) -> None:
            page.locator(".dt-search input").fill(self.word(turn))

        def end(page: Any, _: int) -> None:
            page.locator(".dt-search input").fill("")
            watch.settled(page, self.look)

        return {
            "search": Gesture(search),
            "sort": Gesture(
                lambda page, _: page.locator(
                    ".dt-container thead th", has_text="score"
                ).first.click(),
                end,
            ),
            "last page": Gesture(lambda page, _: page.locator(".dt-paging-button.last").click()),
        }

    def without(self, _: str) -> str:
        return "its filters by column are extensions, off by default"


class Ipydatagrid(_Other):
    package = "ipydatagrid"
    imports = "from ipydatagrid import DataGrid"
    show = "DataGrid(df)"
    remark = (
        "It draws on a canvas, whose pixels are compared. A sort is chosen with Enter in a menu "
        "opened before."
    )
    look = """() => {
      const canvas = document.querySelector('.ipydatagrid-widget canvas');
      if (!canvas || canvas.width === 0) return null;
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, Math.min(height, 400));
      let sum = 0;
      for (let at = 0; at < data.length; at += 4) sum = (sum * 31 + data[at]) % 1000000007;
      return sum === 0 ? null : String(sum);
    }"""

    def used(self) -> dict[str, Gesture]:
        def end(page: Any, _: int) -> None:
            page.keyboard.press("Control+ArrowDown")

        def start(page: Any, _: int) -> None:
            box = page.locator(".ipydatagrid-widget canvas").first.bounding_box()
            page.mouse.click(box["x"] + 100, box["y"] + 60)
            page.keyboard.press("Control+ArrowUp")
            watch.settled(page, self.look)

        def menu(page: Any, turn: int) -> None:
            box = page.locator(".ipydatagrid-widget canvas").first.bounding_box()
            page.mouse.click(box["x"] + 376, box["y"] + 10)  # of the sixth column, the score
            page.locator(".lm-Menu-item", has_text="Sort Ascending").wait_for()
            for _ in range(1 + turn % 2):  # ascending, descending
                page.keyboard.press("ArrowDown")

        def sort(page: Any, _: int) -> None:
            page.keyboard.press("Enter")

        return {"sort": Gesture(sort, menu), "last page": Gesture(end, start)}

    def without(self, name: str) -> str:
        return _STEPS if name == "filter" else super().without(name)


class Quak(_Other):
    package = "quak"
    imports = "import quak"
    show = "quak.Widget(df)"
    look = """() => {
      const hosts = [...document.querySelectorAll('.jp-OutputArea-output div')];
      const host = hosts.findLast((one) => one.shadowRoot?.querySelector('.quak'));
      const rows = [...(host?.shadowRoot.querySelectorAll('tbody tr') ?? [])].slice(0, 60);
      return rows.length === 0 ? null : rows.map((row) => row.textContent).join('\\n');
    }"""

    def used(self) -> dict[str, Gesture]:
        def sort(page: Any, _: int) -> None:
            heading = page.locator(".quak th", has_text="score")
            heading.hover()
            heading.locator(".sort-button").click()

        def filter_(page: Any, turn: int) -> None:
            summary = page.locator(".quak th", has_text="predicted_as")
            # What is clicked is a sheet above all bars.
            bar = summary.get_by_title(self.label(turn), exact=True).first.bounding_box()
            page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)

        def whole(page: Any, _: int) -> None:
            reset = page.locator(".quak").get_by_text("Reset", exact=True)
            if reset.is_visible():
                self.answered(page, reset.click)

        return {"filter": Gesture(filter_, whole), "sort": Gesture(sort, whole)}

    def without(self, name: str) -> str:
        if name == "last page":
            return "its rows come in batches as one scrolls, so the last are not to be jumped to"
        return super().without(name)


class Buckaroo(_Other):
    package = "buckaroo"
    imports = (
        "import polars as pl\n"
        "from buckaroo.polars_buckaroo import PolarsBuckarooInfiniteWidget\n"
        "df = pl.from_pandas(df)"
    )
    show = "PolarsBuckarooInfiniteWidget(df)"
    remark = (
        "Given a polars frame: with pandas 3 this version fails to send its rows. A search finds "
        "a part of any text column, and is begun with Enter, without its wait of 300 ms for "
        "more keys."
    )
    look = _rows(".jp-OutputArea-output", ".ag-row[row-id^='main-']:not(.ag-row-pinned)")

    def used(self) -> dict[str, Gesture]:
        def query(page: Any, words: str) -> None:
            box = page.locator(".FakeSearchEditor input").last
            box.fill(words)
            box.press("Enter")

        def whole(page: Any, _: int) -> None:
            found, of = (
                page.locator(f".ag-cell[col-id={name}]").last.inner_text()
                for name in ("filtered_rows", "total_rows")
            )
            if found != of:
                self.answered(page, lambda: query(page, ""))

        def sort(page: Any, _: int) -> None:
            page.locator(".ag-header-cell", has_text="score").first.click()

        def end(page: Any, _: int) -> None:
            page.locator(".ag-row[row-id^='main-']").last.hover()
            page.mouse.wheel(0, 1e9)

        def start(page: Any, _: int) -> None:
            page.locator(".ag-body-viewport").last.evaluate("(e) => { e.scrollTop = 0 }")
            watch.settled(page, self.look)

        return {
            "search": Gesture(lambda page, turn: query(page, self.part(turn)), whole),
            "sort": Gesture(sort, whole),
            "last page": Gesture(end, start),
        }

    def without(self, _: str) -> str:
        return "it is by commands put together in a form; its summaries do not answer to a click"


class Perspective(_Other):
    package = "perspective-python"
    imports = "from perspective.widget import PerspectiveWidget"
    show = "PerspectiveWidget(df, plugin='Datagrid')"
    remark = "The end is reached by its scroll bar."
    look = """() => {
      const grid = [...document.querySelectorAll('perspective-viewer-datagrid')].at(-1);
      const rows = [...(grid?.shadowRoot?.querySelectorAll('tbody tr') ?? [])];
      return rows.length === 0 ? null : rows.map((row) => row.textContent).join('\\n');
    }"""

    def used(self) -> dict[str, Gesture]:
        def sort(page: Any, _: int) -> None:
            page.locator("perspective-viewer-datagrid thead th", has_text="score").click()

        def end(page: Any, _: int) -> None:
            page.locator("regular-table").hover()
            page.mouse.wheel(0, 1e9)

        def start(page: Any, _: int) -> None:
            page.locator("regular-table").evaluate("(e) => { e.scrollTop = 0 }")
            watch.settled(page, self.look)

        return {"sort": Gesture(sort), "last page": Gesture(end, start)}

    def without(self, name: str) -> str:
        return _STEPS if name == "filter" else super().without(name)


class Atlas(_Other):
    package = "embedding-atlas"
    imports = "from embedding_atlas.widget import EmbeddingAtlasWidget"
    show = "EmbeddingAtlasWidget(df, text='text')"
    remark = (
        "Its table view, without an embedding. What a search finds it lists beside the table, "
        "500 at most; the index is made in the page, as part of the first search."
    )
    look = """() => {
      const host = document.querySelector('.embedding-atlas-widget-container > div');
      const rows = [...(host?.shadowRoot?.querySelectorAll('tbody tr') ?? [])];
      const found = [...(host?.shadowRoot?.querySelectorAll('button.select-text') ?? [])];
      if (rows.length === 0) return null;
      return [...rows, ...found].map((row) => row.textContent).join('\\n');
    }"""

    _whole = """() => {
      const host = document.querySelector('.embedding-atlas-widget-container > div');
      const [, found, of] = host.shadowRoot.textContent.match(/([\\d,]+) *\\/ *([\\d,]+) points/);
      return found === of;
    }"""

    def used(self) -> dict[str, Gesture]:
        root = ".embedding-atlas-widget-container"

        def search(page: Any, turn: int) -> None:
            box = page.locator(root).get_by_role("searchbox")
            box.fill(self.word(turn))
            box.press("Enter")

        def nothing(page: Any, _: int) -> None:
            whole(page, _)
            place = page.locator(root)
            if place.get_by_role("searchbox").count() == 0:
                place.get_by_role("button", name="Search", exact=True).click()
            found = place.get_by_text(re.compile(r"^(No|[\d,]+|More than .*) results?\b"))
            if found.count():
                found.locator("xpath=../..").get_by_role("button").click()
                found.wait_for(state="detached")

        def filter_(page: Any, turn: int) -> None:
            # The first such bar is of annotated_as.
            page.locator(root).get_by_title(self.label(turn), exact=True).nth(1).click()

        def whole(page: Any, _: int) -> None:
            if not page.evaluate(self._whole):
                self.answered(page, page.locator(root).get_by_title("Clear filters").click)

        def sort(page: Any, _: int) -> None:
            page.locator(f"{root} thead th", has_text="predicted_as").locator(
                "button"
            ).first.click()

        def last(page: Any, _: int) -> None:
            box = page.locator(f"{root} input.form-input").last
            box.fill("1000000")
            box.press("Enter")

        def first(page: Any, _: int) -> None:
            box = page.locator(f"{root} input.form-input").last
            box.fill("1")
            box.press("Enter")
            watch.settled(page, self.look)

        return {
            "search": Gesture(search, nothing),
            "filter": Gesture(filter_, whole),
            "sort": Gesture(sort, whole),
            "last page": Gesture(last, first),
        }


class Marimo(_Other):
    package = "marimo"
    host = "marimo"
    imports = "import marimo as mo"
    show = "mo.ui.table(df)"
    remark = (
        "In marimo's own notebook, its cell run by a key. A search finds a part of any column; it "
        "first waits 500 ms for more keys, which is in its time."
    )
    look = _rows("marimo-table", "tbody tr", shadow=True)

    def __init__(self, records: Records) -> None:
        super().__init__(records)
        self._every = f"{pq.read_metadata(records.path).num_rows:,} rows"

    def used(self) -> dict[str, Gesture]:
        def query(page: Any, words: str) -> None:
            page.get_by_placeholder("Search...").fill(words)

        def whole(page: Any, _: int) -> None:
            if not page.locator("marimo-table").get_by_text(self._every).is_visible():
                self.answered(page, lambda: query(page, ""))

        def sort(page: Any, _: int) -> None:
            heading = page.locator("marimo-table th", has_text="score")
            heading.get_by_test_id("data-table-sort-button").click()

        def first(page: Any, turn: int) -> None:
            whole(page, turn)
            button = page.get_by_test_id("first-page-button")
            if button.is_enabled():
                self.answered(page, button.click)

        return {
            "search": Gesture(lambda page, turn: query(page, self.part(turn)), first),
            "sort": Gesture(sort, first),
            "last page": Gesture(
                lambda page, _: page.get_by_test_id("last-page-button").click(), first
            ),
        }

    def without(self, _: str) -> str:
        return _STEPS


TOOLS = {
    "itables": ("itables", Itables),
    "ipydatagrid": ("ipydatagrid", Ipydatagrid),
    "quak": ("quak", Quak),
    "buckaroo": ("buckaroo", Buckaroo),
    "perspective": ("perspective", Perspective),
    "embedding-atlas": ("embedding_atlas", Atlas),
    "marimo": ("marimo", Marimo),
}
