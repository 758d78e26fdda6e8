"""The explorer as a widget: its state, kept equal in Python and on the page."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from copy import copy
from typing import Any, Final, TypeVar, cast

import anywidget
import traitlets

from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import Engine, Selection
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.explorer import bundle, checks, layout, pages, static, views
from rubrix_widget.explorer.changing import Changeable
from rubrix_widget.explorer.config import config_of
from rubrix_widget.explorer.desks import NAMES
from rubrix_widget.explorer.drawing import Charts
from rubrix_widget.explorer.exporting import Exportable
from rubrix_widget.explorer.handlers import Handlers
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.figures import Snapshot
from rubrix_widget.explorer.protocol.limits import DEFAULTS, MAX_CLAMP, PAGE_SIZE, TABS
from rubrix_widget.explorer.protocol.records import PageResult, SelectParams, SelectResult, View
from rubrix_widget.explorer.report import Reporting
from rubrix_widget.explorer.selecting import Selected
from rubrix_widget.explorer.sharing import Shareable, opened, options
from rubrix_widget.query import Dialect

_T = TypeVar("_T")
BUNDLE: Final = bundle.STATIC / "widget.js"
# The order in which values that arrive together are taken: each may depend on those before it.
STATE: Final = (
    "dialect",
    "query",
    "filters",
    "sort",
    "page_size",
    "page",
    "selected",
    "clamp",
    "columns",
    "column_widths",
    "tab",
    "analysis",
    "analysis_options",
)
_OTHER_RECORDS = frozenset({"dialect", "query", "filters", "sort", "page_size"})


class _State(traitlets.TraitType[_T, _T]):
    """A trait that is checked when set, even within ``hold_trait_notifications``."""

    def __init__(self, default: Any, check: Callable[[Explorer, object], _T], **how: Any) -> None:
        super().__init__(default_value=default)
        self._check = check
        self.tag(sync=True, **how)

    def validate(self, obj: Any, value: object) -> _T:
        return self._check(obj, value) if obj._checking else cast(_T, copy(value))


class Explorer(Shareable, Exportable, Changeable, Reporting, anywidget.AnyWidget):
    """A view of a dataset: a query, filters and an order, shown page by page in the notebook.

    Its state can be set from Python and on the page; each follows the other. A value that cannot
    be, such as a query that cannot be read, is refused with an error and changes nothing.

    Parameters
    ----------
    dataset : LiveDataset
        The dataset to show; :func:`rubrix_widget.explore` opens one by name.
    query : str
        What to show.
    dialect : {"notebook", "lucene"}
        How the query is read.
    filters : dict, optional
        Further conditions, field to values.
    sort : "relevance", or sequence of (field, "asc" | "desc")
        The order, most important first.
    page, page_size : int
        Which page, and how many records are on one (1 to 200).
    columns : list of str
        The columns to show, in order, by the names of their fields: ``["text", "score",
        "metadata.split"]``. Without any, those chosen last, or those that every dataset has.
    column_widths : dict, optional
        Widths of some columns, in CSS pixels: ``{"text": 400}``.
    tab : {"records", "charts", "analysis"}
        What is in sight.
    analysis : str
        Which analysis the tab "analysis" shows.
    analysis_options : dict, optional
        What is chosen for analyses, whichever is shown: ``{"agent": "bert2"}``, and ``against``,
        ``first``, ``second``, ``normalize`` or ``every``.
    state : dict or str, optional
        What another explorer's :attr:`state` was, or :meth:`link` returned: all of the above at
        once. What is given by name as well is taken instead.
    view : str, optional
        The name of a view saved with the dataset, in the place of `state`.
    title : str, optional
        Shown above; by default the dataset's name.
    save_texts : bool
        Whether a saved notebook may carry texts of records: up to 20, cut short.
    agent : str, optional
        Who changes are signed with; by default the user's name.

    Attributes
    ----------
    selected : list of str
        The ids of the selected records.
    clamp : int
        How many lines of a text are shown before it has to be expanded.
    """

    query = _State("", lambda self, value: self._checked_query(value))
    dialect = _State("notebook", lambda self, value: self._checked_dialect(value))
    filters = _State({}, lambda self, value: self._checked_filters(value))
    sort = _State([], lambda self, value: self._checked_sort(value))
    page = _State(1, lambda self, value: self._clamped_page(value))
    page_size = _State(PAGE_SIZE, lambda _, value: checks.page_size(value))
    selected = _State(
        [],
        lambda self, value: self._checked_selected(value),
        to_json=lambda ids, self: self._selection.to_state(ids),
        from_json=lambda given, self: self._selection.from_state(given),
    )
    clamp = _State(3, lambda _, value: checks.integer(value, "clamp", 1, MAX_CLAMP))
    columns = _State([], lambda self, value: self._checked_columns(value))
    tab = _State("records", lambda _, value: checks.choice(value, "tab", TABS))
    analysis = _State("scores", lambda _, value: checks.choice(value, "analysis", NAMES))
    analysis_options = _State({}, lambda self, value: self._checked_options(value))
    column_widths = _State({}, lambda self, value: self._checked_widths(value))
    config = traitlets.Dict().tag(sync=True)
    snapshot = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        dataset: LiveDataset,
        query: str = "",
        *,
        dialect: str = "notebook",
        filters: dict[str, Any] | None = None,
        sort: str | Iterable[tuple[str, str]] = (),
        page: int = 1,
        page_size: int = PAGE_SIZE,
        columns: Iterable[str] = (),
        column_widths: dict[str, int] | None = None,
        tab: str = "records",
        analysis: str = "scores",
        analysis_options: dict[str, str] | None = None,
        state: str | dict[str, Any] | None = None,
        view: str | None = None,
        title: str | None = None,
        save_texts: bool = True,
        agent: str | None = None,
    ) -> None:
        self._lock = threading.RLock()
        self._live = dataset
        self._agent = agent
        self._title = dataset.name if title is None else title
        self._handlers = Handlers(dataset, agent, self._title, self.to_html, self._select)
        self._selection = Selected()
        self._save_texts = save_texts
        self._own = threading.local()
        self._told = self._handlers.version()
        self._stop_listening = ExitStack()
        self._answers: deque[tuple[View, PageResult]] = deque(maxlen=4)  # a page and those around
        self._checking = False
        for name in STATE:  # their defaults, which may be checked against nothing yet
            getattr(self, name)
        self._checking = True
        order = sort if isinstance(sort, str) else list(sort)
        given: dict[str, Any] = {
            "dialect": dialect,
            "query": query,
            "filters": filters or {},
            "sort": order,
            "page_size": page_size,
            "page": page,
            "columns": columns if isinstance(columns, str) else list(columns),
            "column_widths": column_widths or {},
            "tab": tab,
            "analysis": analysis,
            "analysis_options": analysis_options or {},
        }
        self._keeper = layout.Keeper(dataset)
        kept = self._keeper.read() if state is None and view is None else {}
        shared = opened(state, view, dataset)
        named = {name: value for name, value in given.items() if value != DEFAULTS[name]}
        for name, value in {**DEFAULTS, **kept, **shared, **named}.items():
            self.set_trait(name, value)
        self.config = dict(config_of(dataset.engine(), dataset.name, self._title))
        self._take_snapshot(self._view())
        super().__init__()
        self.on_msg(self._on_custom)
        self._stop_listening.callback(dataset.on_change(self._on_change))
        self._stop_listening.callback(dataset.kept.on_change(self._on_kept))

    @property
    def _esm(self) -> str:
        """Return the page's half; anywidget makes a trait of it."""
        return bundle.packed(BUNDLE)

    # Values -----------------------------------------------------------------------------------

    def _checked_query(self, value: object) -> str:
        query = checks.query(value)
        self._live.engine().select(query, dialect=self.dialect)
        return query

    def _checked_dialect(self, value: object) -> Dialect:
        dialect = checks.dialect(value)
        self._live.engine().select(self.query, dialect=dialect)
        return dialect

    def _checked_filters(self, value: object) -> dict[str, Any]:
        filters = checks.filters(value)
        self._live.engine().select("", filters=filters)
        return filters

    def _checked_sort(self, value: object) -> list[list[str]]:
        sort = checks.sort(value)
        self._live.engine().select("", sort=[(field, direction) for field, direction in sort])
        return sort

    def _clamped_page(self, value: object) -> int:
        page = checks.page(value)
        engine = self._live.engine()
        count = pages.select(engine, {**self._view(), "page": 1}).count
        return min(page, pages.page_count(count, self.page_size))

    def _checked_selected(self, value: object) -> list[str]:
        ids = checks.selected(value)
        for record_id, position in zip(ids, self._live.engine().positions(ids), strict=True):
            if position < 0:
                raise RequestError(f"selected: no record has the id {record_id!r}")
        return ids

    def _select(self, asked: SelectParams) -> SelectResult:
        if asked["ids"] is None:
            return self._selection.ids_of(asked["name"])
        ids = self._checked_selected(asked["ids"])
        with self._lock:
            self._selection.keep(asked["name"], ids)
            self.selected = ids
        return {"ids": []}

    def _checked_columns(self, value: object) -> list[str]:
        return layout.columns(value, self._live.engine())

    def _checked_widths(self, value: object) -> dict[str, int]:
        return layout.widths(value, self._live.engine())

    def _checked_options(self, value: object) -> dict[str, str]:
        return options(value, self._live.engine(), self.analysis_options)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in STATE:
            super().__setattr__(name, value)
            return
        with self._lock:
            before = getattr(self, name)
            super().__setattr__(name, value)
            if name in _OTHER_RECORDS and getattr(self, name) != before:
                super().__setattr__("page", 1)
        self._keep_layout(name)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the page has set; what cannot be is answered with the value that holds.

        Parameters
        ----------
        sync_data : dict
            The names of traits, and their values as the page has them.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "asked")
        >>> ex = rb.explore("asked")
        >>> ex.set_state({"query": "fine"})
        >>> ex.query
        'fine'
        """
        with self._lock:
            for name in STATE:
                if name not in sync_data:
                    continue
                try:
                    super().set_state({name: sync_data[name]})
                except Exception:
                    self.send_state(name)
        self._keep_layout(*sync_data)
        self._follow_page()

    def _keep_layout(self, *names: str) -> None:
        """Keep with the dataset what was chosen; never while our lock is held, as it may wait."""
        if "columns" in names or "column_widths" in names:
            self._keeper.write(self.columns, self.column_widths)

    # Messages ---------------------------------------------------------------------------------

    def _on_custom(self, _widget: object, content: Any, _buffers: object) -> None:
        self._own.answering = True
        try:
            response = self._handlers.answer(content)
        finally:
            self._own.answering = False
        if response is None:
            return
        result = response.get("result")
        self.send(response, response.pop("buffers", None))
        if not isinstance(result, dict) or "version" not in result:
            return
        if result["version"] != self._told:  # for the other views of this explorer
            self._tell(result["version"])
        if content["method"] == "page":
            self._remember(checks.view(content["params"]), cast(PageResult, result))

    def _remember(self, view: View, answer: PageResult) -> None:
        """Keep an answer until the page says which one it shows; it also fetches pages ahead."""
        with self._lock:
            self._answers.append(({**view, "page": answer["page"]}, answer))
        self._follow_page()

    def _follow_page(self) -> None:
        with self._lock:
            shown, answers = self._view(), list(self._answers)
        for view, answer in reversed(answers):
            if view == shown:
                self._take_snapshot(view, answer)
                return

    def _on_change(self) -> None:
        """Tell the page; called under the dataset's lock, so it must not wait for ours."""
        if not getattr(self._own, "answering", False):
            self._tell(self._handlers.version())

    def _tell(self, version: int) -> None:
        self._told = version
        self.send({"kind": "event", "event": "changed", "version": version})

    def _on_kept(self, document: str) -> None:
        if document == views.DOCUMENT:
            self.send({"kind": "event", "event": "views", "version": self._told})

    def close(self) -> None:
        """Take the explorer out of the notebook and stop following the dataset.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "asked")
        >>> rb.explore("asked").close()
        """
        self._stop_listening.close()
        super().close()

    # What the view shows ----------------------------------------------------------------------

    @property
    def charts(self) -> Charts:
        """Charts of all records of the view, as Altair objects.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> made = rb.TextClassificationRecord(text="fine", prediction=[("good", 0.9)])
        >>> answer = rb.log(made, "drawn")
        >>> chart = rb.explore("drawn").charts.scores()
        >>> chart.title
        'score of 1 record in drawn'
        """
        return Charts(self._now, self._title)

    def _now(self) -> tuple[Engine, View]:
        with self._lock:
            return self._live.engine(), self._view()

    def shown(self) -> tuple[str, Engine, Selection]:
        """Return the dataset's name, its engine and what is shown: what an analysis is of.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "asked")
        >>> name, engine, selection = rb.explore("asked", query="dull").shown()
        >>> name, engine.n, selection.count
        ('asked', 1, 0)
        """
        engine, view = self._now()
        return self._live.name, engine, pages.select(engine, view)

    def _view(self) -> View:
        with self._lock:
            return {
                "query": self.query,
                "dialect": self.dialect,
                "filters": self.filters,
                "sort": self.sort,
                "page": self.page,
                "page_size": self.page_size,
            }

    # What is known without asking, and what is left without a kernel --------------------------

    def _take_snapshot(self, view: View, answer: PageResult | None = None) -> None:
        answer = answer or self._handlers.shown(view)
        engine = self._live.engine()
        selection = pages.select(engine, view)
        name, texts = self._title, self._save_texts
        self.snapshot = dict(
            static.snapshot(answer, view, engine, selection, name=name, save_texts=texts)
        )
        now = dict(config_of(engine, self._live.name, self._title))
        if now != self.config:
            self.config = now

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        shown = super()._repr_mimebundle_(**kwargs)
        if shown is not None:
            self._take_snapshot(self._view())
            shown[0]["text/html"] = static.html(cast(Snapshot, self.snapshot))
        return shown

    def __repr__(self) -> str:
        asked = f" query={self.query!r}" if self.query else ""
        try:
            engine, view = self._now()
            counted = f"{pages.select(engine, view).count:,} of {engine.n:,} records"
        except RubrixWidgetError as error:
            counted = f"cannot be read: {error}"
        return f"<Explorer {self._live.name!r}{asked}: {counted}>"
