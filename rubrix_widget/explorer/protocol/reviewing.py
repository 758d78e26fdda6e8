"""Messages about a review of label errors."""

from __future__ import annotations

from typing import Any, TypedDict

from rubrix_widget.explorer.protocol.records import PageRecord, SimilarRecord
from rubrix_widget.query import Dialect


class ReviewParams(TypedDict):
    """``review``: the next records to judge, of those that a view shows.

    ``agent`` is whose predictions rank, None for the primary ones. Each ``every``-th is drawn at
    random, none with 0; those ``passed`` over come last.
    """

    query: str
    dialect: Dialect
    filters: dict[str, Any]
    agent: str | None
    every: int
    passed: list[str]


class ReviewRecord(TypedDict):
    """A record to judge, in which ``place`` of the ranking, and whether it was ``drawn`` at random.

    ``other`` are the labels that the model would rather have, null where it names none; ``near``
    the records most like it that are annotated otherwise.
    """

    record: PageRecord
    place: int
    drawn: bool
    other: list[str] | None
    near: list[SimilarRecord]


class ReviewEstimate(TypedDict):
    """Label errors still to be found, as ``analysis.review`` has them; null where unknown."""

    rest: int
    checked: int
    checked_wrong: int
    remaining: float | None
    low: float | None
    high: float | None


class ReviewResult(TypedDict):
    """The next records, of how many, how many were judged how, and what is still to be found.

    ``curve`` are pairs of records reviewed and label errors found among them; of long ones some.
    """

    records: list[ReviewRecord]
    n: int
    shown: int
    judged: int
    counts: dict[str, int]
    curve: list[list[int]]
    estimate: ReviewEstimate
    version: int
