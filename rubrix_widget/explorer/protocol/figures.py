"""Messages about counts: facets, the confusion matrix, charts, and what a saved notebook has."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from rubrix_widget.explorer.protocol.records import Summary
from rubrix_widget.query import Dialect


class FacetsParams(TypedDict):
    """``facets``: fields to count, and what their values must hold; perhaps the matrix too."""

    query: str
    dialect: Dialect
    filters: dict[str, Any]
    facets: list[str]
    search: dict[str, str]
    confusion: bool


class FacetValue(TypedDict):
    """A value of a field: how many records have it, and are predicted right or wrong."""

    value: str | bool
    count: int
    ok: int
    ko: int


class FacetResult(TypedDict):
    """A field counted under all filters but its own.

    Strings, labels and Booleans have ``values``, the commonest of ``distinct``; ``found`` is how
    many hold the search. Numbers and dates have ``edges``, one more than the bars that ``count``,
    ``ok`` and ``ko`` are of.
    """

    name: str
    kind: str
    missing: int
    values: list[FacetValue]
    distinct: int
    found: int
    edges: list[Any]
    count: list[int]
    ok: list[int]
    ko: list[int]


class ConfusionResult(TypedDict):
    """Records by annotated and predicted label, as ``Engine.confusion`` has them, bounded.

    ``left_out`` labels are not shown; ``total`` counts the records of those too.
    """

    labels: list[str]
    counts: list[Any]
    multi_label: bool
    left_out: int
    total: int


class FacetsResult(TypedDict):
    """The facets asked for, in the order asked for."""

    facets: list[FacetResult]
    confusion: ConfusionResult | None
    version: int


class ChartParams(TypedDict):
    """``chart``: one of ``ex.charts``; ``field`` names the field of chart "field"."""

    query: str
    dialect: Dialect
    filters: dict[str, Any]
    chart: str
    field: str


class ChartResult(TypedDict):
    """A chart and what links it, under all filters but those on the fields it draws.

    ``spec`` is Vega-Lite, as ``python`` gives it in a cell, or None where ``why`` says what is
    missing. ``kind`` tells what ``rows`` are: "matrix", "values", "bars", "reliability" or
    "words", as :class:`rubrix_widget.explorer.charting.Drawn` has them. ``fields`` are what a mark
    filters by, the last one of kind ``field_kind``.
    """

    chart: str
    python: str
    fields: list[str]
    field_kind: str
    kind: str
    spec: dict[str, Any] | None
    why: str | None
    values: list[Any]
    edges: list[Any]
    rows: list[list[Any]]
    missing: int
    left_out: int
    error: float | None
    version: int


class RuntimeResult(TypedDict):
    """``runtime``: the bundle that draws charts, gzipped, is in the buffer beside the answer."""

    sha256: str
    encoding: Literal["gzip"]


class Snapshot(TypedDict):
    """What a page without a kernel shows: the view in numbers, and its first records, cut short.

    ``reading`` says query and filters in words, ``filters`` each of them alone. ``first`` is the
    number of the first of the records in the view, from 1; ``texts`` says whether texts may be in
    it.
    """

    name: str
    query: str
    reading: str
    filters: list[str]
    count: int
    total: int
    summary: Summary
    confusion: ConfusionResult | None
    first: int
    texts: bool
    records: list[dict[str, Any]]
