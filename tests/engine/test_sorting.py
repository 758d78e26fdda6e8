"""Sorting by every kind of field, against what a plain loop finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rubrix_widget.engine import Engine, SortError
from tests.engine.made import RECORDS, Record, right, score, top


def plain(records: list[Record], key: Callable[[Record], Any], descending: bool) -> list[int]:
    """Return where records stand in order; Python's sort keeps ties as they are either way."""
    having = [i for i, one in enumerate(records) if key(one) is not None]
    having.sort(key=lambda i: key(records[i]), reverse=descending)
    return having + [i for i, one in enumerate(records) if key(one) is None]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("score", score),
        ("predicted_as", top),
        ("annotated_as", lambda r: r.annotation),
        ("status", lambda r: r.status),
        ("id", lambda r: r.id),
        ("text", lambda r: r.text),
        ("metadata.stars", lambda r: r.metadata["stars"]),
        ("metadata.split", lambda r: r.metadata["split"]),
        ("metadata.checked", lambda r: r.metadata["checked"]),
        ("metadata.day", lambda r: r.metadata["day"]),
        ("event_timestamp", lambda r: r.event_timestamp),
        ("predicted", lambda r: None if right(r) is None else ("ko", "ok")[right(r)]),
    ],
)
def test_sorting_puts_records_in_order_and_those_without_a_value_last(
    engine: Engine, field: str, key: Callable[[Record], Any], descending: bool
) -> None:
    """Either way round, ties stay in the order of logging."""
    order = engine.select(sort=[(field, "desc" if descending else "asc")]).order().tolist()
    assert order == plain(RECORDS, key, descending)


@pytest.mark.parametrize(
    "sort", ["score", [("nope", "asc")], [("score", "up")], [("score",)], [("a", "b", "c")]]
)
def test_a_sort_that_cannot_be_is_refused(engine: Engine, sort: Any) -> None:
    """A slip in a sort is an error, never another order."""
    with pytest.raises(SortError):
        engine.select(sort=sort)
