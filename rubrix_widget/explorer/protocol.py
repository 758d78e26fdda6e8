"""What the page and the kernel say to each other; ``js/src/protocol.ts`` says the same.

The page sends a :class:`Request`, the kernel answers with one :class:`Response` of the same
``id`` and, when the data changed elsewhere, sends an :class:`KernelEvent` unasked. All positions in
texts are in UTF-16 units, as JavaScript counts them. A test compares the two files.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.query import Dialect

PROTOCOL = 1  # raised when a message changes its shape; the page refuses another number

METHODS = (
    *("page", "record", "locate", "similar", "ids", "select"),
    *("edit", "undo", "redo", "complete", "facets", "chart", "runtime"),
    *("share", "propose", "views", "export"),
)

PAGE_SIZE = 50  # a screen or two of wrapped text, about 50 KB of JSON
MAX_PAGE_SIZE = 200  # beyond it a plain table of wrapped text stops scrolling smoothly
MAX_TEXT = 5_000  # characters of one input in a page: 200 long texts stay near 1 MB
MAX_QUERY = 100_000  # characters; longer than any query a person writes or a program should
MAX_SORT = 8  # keys; more than a header row can show
MAX_EDITS = 1_000  # edits in one request: a page annotated at once, five times over
MAX_LABELS = 1_000  # labels of one annotation
MAX_STRING = 10_000  # characters of an id, a label or a field's name
MAX_NAMED = 200  # characters of the name that a page gives a change or a file
MAX_SELECTED = 10_000  # ids; a message of some 400 KB
SAVED_SELECTED = 10_000  # bytes of them that are saved with a notebook
MAX_COLUMNS = 200  # names; a table of more is scrolled sideways for long
MIN_WIDTH, MAX_WIDTH = 48, 4_000  # of a column, in CSS pixels
MAX_CLAMP = 100  # lines of text shown before "Expand"
REMEMBERED_CHANGES = 256  # answers kept for changes asked again; a page has few in flight
MAX_FACETS = 100  # fields counted in one request; more than are open at once
FACET_VALUES = 50  # values of a facet; a search finds the others
MATRIX_LABELS = 30  # of a confusion matrix; more no longer fit beside the records
MAX_HISTORY = 100  # changes of a record shown with it
MAX_TOKENS = 5_000  # of an explanation, as many as a page has characters of a text
SIMILAR_RECORDS = 10
SIMILAR_TEXT = 240  # characters of each of them
SNAPSHOT_RECORDS = 20  # what a notebook without a kernel shows
SNAPSHOT_LABELS = 12  # of the confusion matrix there
SNAPSHOT_TEXT = 300  # characters of one record's texts there
SNAPSHOT_BYTES = 40_000  # of the static table, so that a saved notebook stays small

CHARTS = ("confusion_matrix", "scores", "reliability", "labels", "text_length", "field", "words")
MAX_TOKEN = 1_000_000  # characters of a shared view; an address bar takes far fewer
MAX_VIEWS = 200  # saved with a dataset; a list of more is not looked through
MAX_VIEW_NAME = 80  # characters; a line of a menu
FORMATS = ("csv", "jsonl", "parquet", "html")
TABS = ("records", "charts")
MAX_EXPORTS = 4  # files being written at once for one page
DEFAULTS: dict[str, Any] = {  # of the state to be shared, in the order in which it is taken
    "dialect": "notebook",
    "query": "",
    "filters": {},
    "sort": [],
    "page_size": PAGE_SIZE,
    "page": 1,
    "columns": [],
    "column_widths": {},
    "tab": "records",
}

Direction = Literal["asc", "desc"]


class RequestError(RubrixWidgetError, ValueError):
    """A request from the page that is not as :mod:`rubrix_widget.explorer.protocol` says."""


class Request(TypedDict):
    """A question from the page."""

    kind: Literal["request"]
    id: str
    method: str
    params: dict[str, Any]


class Failure(TypedDict):
    """Why a request failed; ``start`` and ``end`` are a place in the query, where there is one."""

    type: str
    message: str
    start: int | None
    end: int | None


class Response(TypedDict):
    """The answer to the request of that ``id``: a ``result``, or an ``error``."""

    kind: Literal["response"]
    id: str
    result: NotRequired[Any]
    error: NotRequired[Failure]
    buffers: NotRequired[list[bytes]]  # taken out and sent beside it


class KernelEvent(TypedDict):
    """The data changed elsewhere and is now at ``version``; or the saved views did."""

    kind: Literal["event"]
    event: Literal["changed", "views"]
    version: int


class RecordPayload(TypedDict):
    """One record as it is now, its texts whole; predictions best first."""

    id: str
    version: int
    inputs: dict[str, str | list[str] | None]
    prediction: list[list[Any]] | None
    predicted: Literal["ok", "ko"] | None
    annotation: list[str] | None
    status: str
    prediction_agent: str | None
    annotation_agent: str | None
    metadata: dict[str, Any]
    event_timestamp: str | None
    last_updated: str | None
    text_length: int


class PageRecord(RecordPayload):
    """A record on a page: ``truncated`` has the length, in characters, of texts cut short."""

    marks: dict[str, list[list[int]]]
    truncated: dict[str, int]


class LabelCount(TypedDict):
    """A label of the dataset and how many records are annotated with it."""

    name: str
    count: int


class Summary(TypedDict):
    """The records of the whole view in numbers; ``low``–``high`` is the 95 % interval."""

    n: int
    annotated: int
    predicted: int
    ok: int
    ko: int
    accuracy: float | None
    low: float | None
    high: float | None


class View(TypedDict):
    """What ``page`` is asked for; the state both sides keep as traits."""

    query: str
    dialect: Dialect
    filters: dict[str, Any]
    sort: list[list[str]]
    page: int
    page_size: int


class PageResult(TypedDict):
    """One page of records and what is said about all of them.

    ``overall`` is the accuracy over the whole dataset, to compare that of the view with.
    """

    records: list[PageRecord]
    count: int
    total: int
    page: int
    pages: int
    reading: str
    notes: list[str]
    took_ms: float
    version: int
    summary: Summary
    overall: float | None
    labels: list[LabelCount]
    can_undo: bool
    can_redo: bool


class RecordParams(TypedDict):
    """``record``: everything about one record, and what a query matches in it."""

    id: str
    query: str
    dialect: Dialect


class Attributions(TypedDict):
    """How much each token of an input spoke for each label; tokens ``left_out`` at the end."""

    tokens: list[str]
    values: dict[str, list[float | None]]
    left_out: int


class HistoryEntry(TypedDict):
    """One change of a record; a ``new`` of None where it was logged anew."""

    at: str
    agent: str | None
    kind: Literal["edit", "undo", "redo", "logged"]
    field: Literal["annotation", "status"]
    old: Any
    new: Any
    query: str | None
    reason: str | None


class RecordResult(TypedDict):
    """The record with its whole texts, its explanation and its newest changes."""

    record: RecordPayload
    marks: dict[str, list[list[int]]]
    explanation: dict[str, Attributions] | None
    history: list[HistoryEntry]


class LocateParams(TypedDict):
    """``locate``: a record, and the view to find it in."""

    id: str
    view: View


class LocateResult(TypedDict):
    """On which page it is; None where the view does not show it."""

    id: str
    known: bool
    page: int | None


class SimilarParams(TypedDict):
    """``similar``: a record to find others like."""

    id: str


class SimilarRecord(TypedDict):
    """A record that is like another: ``similarity`` is 1 for the same words."""

    id: str
    similarity: float
    text: str
    prediction: list[Any] | None
    annotation: list[str] | None


class SimilarResult(TypedDict):
    """The records most like one, the most similar first."""

    records: list[SimilarRecord]


class IdsResult(TypedDict):
    """The first ids of all records of a view, in its order, and how many there are."""

    ids: list[str]
    count: int


class SelectParams(TypedDict):
    """``select``: ids, under a name that stands for them; null to be told those of the name."""

    name: str
    ids: list[str] | None


class SelectResult(TypedDict):
    """The selected ids."""

    ids: list[str]


class Edit(TypedDict):
    """One change, with the version and the value the person saw."""

    id: str
    field: Literal["annotation", "status"]
    version: int
    old: Any
    new: Any


class EditParams(TypedDict):
    """``edit``: a request repeated under the same ``edit_id`` is applied once."""

    edit_id: str
    edits: list[Edit]


class CompleteParams(TypedDict):
    """``complete``: what a query may go on with at ``caret``."""

    query: str
    caret: int
    dialect: Dialect


class Completion(TypedDict):
    """One suggestion: what to write, how to show it, what it is, and a remark."""

    put: str
    label: str
    kind: str
    detail: str


class CompleteResult(TypedDict):
    """Suggestions for the text from ``start`` to ``end``."""

    start: int
    end: int
    items: list[Completion]


class Conflict(TypedDict):
    """An edit that was not applied because the record had changed meanwhile."""

    id: str
    field: str
    yours: Any
    theirs: Any
    version: int


class EditResult(TypedDict):
    """What ``edit``, ``undo`` and ``redo`` did; ``said`` only for the latter two."""

    applied: list[RecordPayload]
    conflicts: list[Conflict]
    can_undo: bool
    can_redo: bool
    version: int
    labels: list[LabelCount]
    said: NotRequired[str]


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
    filters by, the last one of kind ``field_kind``. ``runtime`` names the bundle that draws it.
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
    runtime: str
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


class FieldInfo(TypedDict):
    """A field that a query or a sort can name."""

    name: str
    kind: str


class Config(TypedDict):
    """What the page knows of the dataset before it asks; sent once, as a trait."""

    name: str
    title: str
    total: int
    labels: list[str]
    multi_label: bool
    fields: list[FieldInfo]
    columns: list[str]
    inputs: list[str]
    protocol: int
    token: str


class ShareParams(TypedDict):
    """``share``: a view, as much of it as differs from an explorer just opened."""

    state: dict[str, Any]


class ShareResult(TypedDict):
    """The view as a token and as lines of Python; ``load`` is null where filters are on."""

    token: str
    code: str
    load: str | None


class ProposalParams(TypedDict):
    """``propose``: what was found in the address."""

    token: str


class ProposalResult(TypedDict):
    """What a link shows, if it is ``mine``: of this dataset; ``missing`` is what it lacks."""

    mine: bool
    state: dict[str, Any]
    reading: str
    missing: list[str]


class ViewsParams(TypedDict):
    """``views``: a change to the saved views, or null to be told them.

    A change repeated under the same ``id`` is made once.
    """

    change: dict[str, Any] | None


class SavedView(TypedDict):
    """A saved view; ``missing`` names what the dataset no longer has."""

    name: str
    state: dict[str, Any]
    missing: list[str]


class ViewsResult(TypedDict):
    """The saved views, in the order of saving."""

    views: list[SavedView]


class ExportResult(TypedDict):
    """A file that is being written; the piece asked for comes as a buffer beside the answer.

    The page names the file and numbers its pieces from 0. It may ask again for the last one, until
    it closes the file.
    """

    file: str
    name: str
    media: str
    total: int
    written: int
