"""Analyses for the page, each in a thread of its own: the kernel answers others meanwhile."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from rubrix_widget.edits import LiveDataset
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.explorer import checks, pages
from rubrix_widget.explorer.desks import (
    DESKS,
    Asked,
    Desk,
    Document,
    Drawn,
    Mark,
    Shown,
    Table,
)
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.analysis import (
    AnalyseResult,
    AnalysisChart,
    AnalysisDocument,
    AnalysisMark,
    AnalysisTable,
)
from rubrix_widget.explorer.protocol.limits import MAX_ANALYSES, MAX_NAMED

_AT_ONCE: Final = 0.1  # seconds that the first answer waits for its analysis; most take less


class Analyses:
    """Answers to the page about analyses: begun, asked for, stopped.

    Parameters
    ----------
    live : LiveDataset
    """

    def __init__(self, live: LiveDataset) -> None:
        self._live = live
        self._lock = threading.Lock()
        self._open: OrderedDict[str, _Job] = OrderedDict()
        self.methods: dict[str, Callable[[object], Any]] = {"analyse": self.analyse}

    def analyse(self, params: object) -> AnalyseResult:
        """Answer ``analyse``: ``begin`` one of a name, ``ask`` for it, ``stop`` it."""
        needed = ("do", "job", "analysis", "query", "dialect", "filters", "options")
        given = checks.fields(params, "params of 'analyse'", needed)
        do = checks.choice(given["do"], "do", ("begin", "ask", "stop"))
        name = checks.text(given["job"], "job", MAX_NAMED)
        with self._lock:
            job = self._open.get(name)
            if do == "stop":
                if job is not None:
                    job.stopped.set()
                self._open.pop(name, None)
                return _answer(name, 1.0, None, None)
            if job is None and do == "begin":
                job = self._begun(given)
                self._open[name] = job
                while len(self._open) > MAX_ANALYSES:
                    self._drop()
        if job is None:
            raise RequestError("the analysis is no longer known; begin it again")
        if do == "begin":
            job.ended.wait(_AT_ONCE)
        return _answer(name, job.share, job.desk, job.error)

    def _drop(self) -> None:
        """Forget an analysis: the earliest that has ended, else the earliest."""
        ended = (name for name, job in self._open.items() if job.ended.is_set())
        self._open.pop(next(ended, next(iter(self._open)))).stopped.set()

    def _begun(self, given: dict[str, Any]) -> _Job:
        make = DESKS[checks.choice(given["analysis"], "analysis", tuple(DESKS))]
        view = checks.view(
            {
                **{part: given[part] for part in ("query", "dialect", "filters")},
                "sort": [],
                "page": 1,
                "page_size": 1,
            }
        )
        options = checks.options(given["options"])
        engine = self._live.engine()
        return _Job(make, Shown(self._live.name, engine, pages.select(engine, view)), options)


class _StoppedError(Exception):
    """Nobody waits for the analysis any more."""


class _Job:
    """An analysis going on."""

    def __init__(
        self, make: Callable[[Asked], Desk], shown: Shown, options: dict[str, str]
    ) -> None:
        self.share = 0.0
        self.desk: Desk | None = None
        self.error: Exception | None = None
        self.stopped, self.ended = threading.Event(), threading.Event()
        threading.Thread(
            target=self._run, args=(make, Asked(shown, self._tell, options)), daemon=True
        ).start()

    def _run(self, make: Callable[[Asked], Desk], asked: Asked) -> None:
        try:
            self.desk = make(asked)
        except _StoppedError:
            pass
        except Exception as error:
            self.error = error
        finally:
            self.share = 1.0
            self.ended.set()

    def _tell(self, share: float) -> None:
        if self.stopped.is_set():
            raise _StoppedError
        self.share = min(share, 0.99)


def _answer(job: str, share: float, desk: Desk | None, error: Exception | None) -> AnalyseResult:
    if error is not None and not isinstance(error, RubrixWidgetError | ValueError):
        raise error
    drawn = None if desk is None else desk.drawn
    return {
        "job": job,
        "share": share,
        "error": None if error is None else str(error),
        "lines": [] if desk is None else desk.lines,
        "tables": [] if desk is None else [_table(one) for one in desk.tables],
        "chart": _chart(drawn),
        "marks": [] if drawn is None else [_mark(one) for one in drawn.marks],
        "documents": [] if desk is None else [_document(one) for one in desk.documents],
        "done": desk is not None or error is not None,
    }


def _chart(drawn: Drawn | None) -> AnalysisChart | None:
    if drawn is None:
        return None
    return {"kind": drawn.kind, "values": drawn.values, "spec": drawn.spec}


def _table(table: Table) -> AnalysisTable:
    return {
        "title": table.title,
        "columns": [list(one) for one in table.columns],
        "rows": [[_plain(one) for one in row] for row in table.rows],
        "queries": list(table.queries),
    }


def _mark(mark: Mark) -> AnalysisMark:
    return {"x": mark.x, "y": mark.y, "words": mark.words, "query": mark.query}


def _document(document: Document) -> AnalysisDocument:
    return {"name": document.name, "media": document.media, "content": document.content}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
