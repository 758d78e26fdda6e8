"""Answers to the page's requests. Whatever is wrong becomes an error it can show."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from rubrix_widget import edits as editing
from rubrix_widget.engine import completing
from rubrix_widget.errors import QueryError, RubrixWidgetError
from rubrix_widget.explorer import checks, details, linking, pages, runtime
from rubrix_widget.explorer import facets as counting
from rubrix_widget.explorer.analysing import Analyses
from rubrix_widget.explorer.editing import Editing
from rubrix_widget.explorer.exporting import Exports
from rubrix_widget.explorer.once import Once
from rubrix_widget.explorer.protocol import Failure, Response
from rubrix_widget.explorer.protocol.figures import ChartResult, FacetsResult, RuntimeResult
from rubrix_widget.explorer.protocol.limits import MAX_STRING
from rubrix_widget.explorer.protocol.records import (
    CompleteResult,
    IdsResult,
    LocateResult,
    PageResult,
    RecordResult,
    SelectParams,
    SimilarResult,
    View,
)
from rubrix_widget.explorer.reviewing import Reviews
from rubrix_widget.explorer.sharing import Sharing
from rubrix_widget.explorer.utf16 import from_utf16, to_utf16

_log = logging.getLogger("rubrix_widget")


class Handlers:
    """Turns requests into calls of a dataset, and their results into answers.

    Any thread may call it. Reading takes no lock: an engine is a fixed view.

    Parameters
    ----------
    live : LiveDataset
    agent : str, optional
        Who the changes are signed with; by default the user's name.
    title : str
        The explorer's, for its charts.
    report : callable
        Makes a page of its own of what the explorer shows.
    select : callable
        Selects records under a name, or returns those of it.
    """

    def __init__(
        self,
        live: editing.LiveDataset,
        agent: str | None = None,
        title: str = "",
        report: Callable[[], str] = str,
        select: Callable[[SelectParams], Any] = dict,
    ) -> None:
        self._live = live
        self._agent = agent
        self._title = title
        self._steps: Once[Any] = Once()
        self._versions = pages.Versions()
        self._query = ""
        self._methods: dict[str, Callable[[object], Any]] = {
            "page": self.page,
            "record": self.record,
            "locate": self.locate,
            "similar": self.similar,
            "ids": self.ids,
            "select": lambda params: select(checks.selecting(params)),
            **Editing(live, agent, self._versions, lambda: self._query).methods,
            "complete": self.complete,
            "facets": self.facets,
            "chart": self.chart,
            **Analyses(live).methods,
            **Reviews(live, self._versions).methods,
            "runtime": self.runtime,
            **Sharing(live).methods,
            **Exports(live, report).methods,
        }

    def answer(self, message: object) -> Response | None:
        """Answer one message; None for what is no request at all.

        Examples
        --------
        >>> from unittest.mock import sentinel
        >>> Handlers(sentinel.live).answer({"kind": "request", "id": "1", "method": "pgae"})
        {'kind': 'response', 'id': '1', 'error': {'type': 'RequestError',
         'message': "method is 'pgae'; use 'page' or 'record' or 'locate' or 'similar'
         or 'ids' or 'select' or 'edit' or 'undo' or 'redo' or 'tally' or 'plan' or 'change'
         or 'changes' or 'complete' or 'facets' or 'chart' or 'analyse' or 'review' or 'runtime'
         or 'share' or 'propose' or 'views' or 'export'",
         'start': None, 'end': None}}
        """
        if not isinstance(message, dict) or message.get("kind") != "request":
            return None
        number = message.get("id")
        if not isinstance(number, str) or len(number) > MAX_STRING:
            return None
        try:
            method = checks.choice(message.get("method"), "method", tuple(self._methods))
            answer, params = self._methods[method], message.get("params")
            step = method in ("undo", "redo")  # an edit has a name of its own
            result = self._steps(number, lambda: answer(params)) if step else answer(params)
        except Exception as error:
            return {"kind": "response", "id": number, "error": failure(error)}
        if isinstance(result, tuple):
            return {"kind": "response", "id": number, "result": result[0], "buffers": result[1]}
        return {"kind": "response", "id": number, "result": result}

    def version(self) -> int:
        """Return the number of the state the dataset is in now."""
        return self._versions.of(self._live.engine())

    def page(self, params: object) -> PageResult:
        """Answer ``page``."""
        view = checks.view(params)
        answer = self.shown(view)
        self._query = pages.asked(view)
        return answer

    def shown(self, view: View) -> PageResult:
        """Return the page of records that a view asks for."""
        return pages.page(self._live, view, self._agent, self._versions)

    def record(self, params: object) -> RecordResult:
        """Answer ``record``."""
        return details.record(self._live, checks.record(params))

    def locate(self, params: object) -> LocateResult:
        """Answer ``locate``."""
        return details.locate(self._live.engine(), checks.locating(params))

    def similar(self, params: object) -> SimilarResult:
        """Answer ``similar``."""
        return details.similar(self._live.engine(), checks.similar(params))

    def ids(self, params: object) -> IdsResult:
        """Answer ``ids``."""
        return details.ids(self._live.engine(), checks.view(params))

    def complete(self, params: object) -> CompleteResult:
        """Answer ``complete``."""
        given = checks.completing(params)
        query = given["query"]
        caret = from_utf16(query, given["caret"])
        found = completing.complete(self._live.engine(), query, caret, given["dialect"])
        start, end = to_utf16(query, (found.start, found.end))
        items: list[Any] = [one._asdict() for one in found.items]
        return {"start": start, "end": end, "items": items}

    def facets(self, params: object) -> FacetsResult:
        """Answer ``facets``."""
        engine = self._live.engine()
        return counting.facets(engine, checks.facets(params), self._versions.of(engine))

    def chart(self, params: object) -> ChartResult:
        """Answer ``chart``."""
        engine = self._live.engine()
        return linking.chart(engine, checks.chart(params), self._title, self._versions.of(engine))

    def runtime(self, params: object) -> tuple[RuntimeResult, list[bytes]]:
        """Answer ``runtime``; the bytes go beside it."""
        checks.fields(params, "params of 'runtime'", ())
        return runtime.bundle()


def failure(error: Exception) -> Failure:
    """Describe an exception for the page, with its place in the query in UTF-16 units.

    Examples
    --------
    >>> failure(QueryError("never closed", "😀 (", 2, 3))
    {'type': 'QueryError', 'message': 'never closed', 'start': 3, 'end': 4}
    """
    start = end = None
    message = str(error)
    if isinstance(error, QueryError):
        message = error.message
        start, end = to_utf16(error.query, (error.start, error.end))
    elif not isinstance(error, RubrixWidgetError):
        _log.error("the explorer could not answer a request", exc_info=error)
        message = f"{type(error).__name__}: {message} (this is a fault in rubrix_widget)"
    return {"type": type(error).__name__, "message": message, "start": start, "end": end}
