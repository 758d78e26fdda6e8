"""Messages about records: their pages, each in full, selected; and about queries."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from rubrix_widget.query import Dialect


class AgentPrediction(TypedDict):
    """What one agent predicted, best first, and whether it is right."""

    prediction: list[list[Any]] | None
    predicted: Literal["ok", "ko"] | None


class RecordPayload(TypedDict):
    """One record as it is now, its texts whole; predictions best first.

    ``by_agent`` has what each agent predicted, in their order, where records have predictions of
    several: pairs, as JavaScript would put keys of an object that look like numbers first.
    """

    id: str
    version: int
    inputs: dict[str, str | list[str] | None]
    prediction: list[list[Any]] | None
    predicted: Literal["ok", "ko"] | None
    by_agent: list[tuple[str, AgentPrediction]]
    annotation: list[str] | None
    status: str
    prediction_agent: str | None
    annotation_agent: str | None
    comment: str | None
    verdict: str | None
    metadata: dict[str, Any]
    event_timestamp: str | None
    last_updated: str | None
    text_length: int


class PageRecord(RecordPayload):
    """A record on a page: ``truncated`` has the length, in characters, of texts cut short."""

    marks: dict[str, list[list[int]]]
    truncated: dict[str, int]


class LabelCount(TypedDict):
    """A label of the dataset, what it is for, and how many records are annotated with it."""

    name: str
    count: int
    description: str


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
    field: Literal["annotation", "status", "comment", "verdict", "labels", "label"]
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
