"""Messages about analyses: begun, asked for while they go on, stopped."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from rubrix_widget.query import Dialect


class AnalyseParams(TypedDict):
    """``analyse``: ``do`` "begin", "ask" or "stop" the analysis of a name, over some records."""

    do: Literal["begin", "ask", "stop"]
    job: str
    analysis: str
    query: str
    dialect: Dialect
    filters: dict[str, Any]
    options: dict[str, str]


class AnalysisChart(TypedDict):
    """Vega-Lite, as ``visualize()`` gives it in a cell; its size is chosen by its ``kind``.

    "matrix": by its labels, which are ``values``; "rows": as wide as there is room; "plot": of a
    height that fits.
    """

    kind: Literal["matrix", "rows", "plot"]
    values: list[str]
    spec: dict[str, Any]


class AnalysisMark(TypedDict):
    """What can be pointed at: all along an axis (None), at a value of it, or between two."""

    x: Any
    y: Any
    words: str
    query: str | None


class AnalysisTable(TypedDict):
    """Rows of values, under columns of (name, kind), with the query of each row or of its cells."""

    title: str
    columns: list[list[str]]
    rows: list[list[Any]]
    queries: list[Any]


class AnalysisDocument(TypedDict):
    """A text to copy or to save."""

    name: str
    media: str
    content: str


class AnalyseResult(TypedDict):
    """An analysis: a ``share`` of the work is behind it; or it is ``done``, or why it is not."""

    job: str
    share: float
    error: str | None
    lines: list[str]
    tables: list[AnalysisTable]
    chart: AnalysisChart | None
    marks: list[AnalysisMark]
    documents: list[AnalysisDocument]
    done: bool
