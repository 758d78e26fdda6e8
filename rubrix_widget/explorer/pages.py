"""From a view to the page of records that is sent."""

from __future__ import annotations

import json
import threading
from time import perf_counter
from typing import Any

import numpy as np

from rubrix_widget.arrays import Ints
from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import Engine, Selection
from rubrix_widget.explorer.protocol.limits import MAX_TEXT
from rubrix_widget.explorer.protocol.records import (
    LabelCount,
    PageRecord,
    PageResult,
    Summary,
    View,
)
from rubrix_widget.explorer.utf16 import marks_to_utf16
from rubrix_widget.metrics.intervals import wilson

_METADATA = ((1_000, 100), (100, 10))  # characters of a value, entries of a list; fewer of much
_METADATA_SIZE = 20_000  # characters of a record's metadata that count as much


def select(engine: Engine, view: View) -> Selection:
    """Find what a view shows."""
    return engine.select(
        view["query"],
        dialect=view["dialect"],
        filters=view["filters"],
        sort=[(field, direction) for field, direction in view["sort"]],
    )


def asked(view: View) -> str:
    """Return the query of a view, with its filters, as changes made in it are kept with it.

    Examples
    --------
    >>> from typing import Any
    >>> view: Any = {"query": "predicted:ko", "filters": {"status": ["Default"]}}
    >>> asked(view)
    'predicted:ko {"status": ["Default"]}'
    """
    filters = json.dumps(view["filters"], ensure_ascii=False) if view["filters"] else ""
    return f"{view['query']} {filters}".strip()


def page_count(count: int, page_size: int) -> int:
    """Return on how many pages so many records stand; one that is empty where there are none."""
    return max(1, -(-count // page_size))


class Versions:
    """Numbers for states of a dataset: a greater one after every change and every logging."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # its own, since it is also used under the dataset's lock
        self._logged: object = None
        self._loggings = 0

    def of(self, engine: Engine) -> int:
        """Return the number of the state that an engine shows."""
        with self._lock:
            if engine.columns.logged is not self._logged:
                self._logged = engine.columns.logged
                self._loggings += 1
            return engine.version + self._loggings


def page(live: LiveDataset, view: View, agent: str | None, versions: Versions) -> PageResult:
    """Answer a view with one page of its records.

    A page number past the end is answered with the last page.
    """
    started = perf_counter()
    engine = live.engine()
    selection = select(engine, view)
    size = view["page_size"]
    pages = page_count(selection.count, size)
    number = min(view["page"], pages)
    positions = selection.page((number - 1) * size, size)
    marks = engine.marks(selection, positions, MAX_TEXT)
    records = [
        page_record(record, found)
        for record, found in zip(engine.records(positions), marks, strict=True)
    ]
    can_undo, can_redo = live.can(agent)
    return {
        "records": records,
        "count": selection.count,
        "total": engine.n,
        "page": number,
        "pages": pages,
        "reading": selection.reading,
        "notes": list(selection.notes),
        "summary": summary(engine, selection),
        "overall": _overall(engine),
        "labels": label_counts(live, engine),
        "version": versions.of(engine),
        "can_undo": can_undo,
        "can_redo": can_redo,
        "took_ms": round((perf_counter() - started) * 1000, 1),
    }


def label_counts(
    live: LiveDataset, engine: Engine, positions: Ints | None = None
) -> list[LabelCount]:
    """Return the dataset's labels with how many records, or of some, are annotated with each."""
    described = {one.name: one.description for one in live.labels()}
    return [
        {
            "name": one["name"],
            "count": one["count"],
            "description": described.get(one["name"], ""),
        }
        for one in engine.label_counts(positions)
    ]


def _overall(engine: Engine) -> float | None:
    predicted = engine.columns.predicted
    ok, judged = int(np.count_nonzero(predicted == 1)), int(np.count_nonzero(predicted >= 0))
    return ok / judged if judged else None


def summary(engine: Engine, selection: Selection) -> Summary:
    """Return the records of a selection in numbers."""
    counted = engine.summary(selection.hits)
    ok, ko = counted["ok"], counted["ko"]
    accuracy = low = high = None
    if ok + ko:
        accuracy = ok / (ok + ko)
        low, high = wilson(ok, ok + ko)
    return {
        "n": counted["n"],
        "annotated": counted["annotated"],
        "predicted": counted["predicted"],
        "ok": ok,
        "ko": ko,
        "accuracy": accuracy,
        "low": low,
        "high": high,
    }


def page_record(record: dict[str, Any], found: dict[str, list[tuple[int, int]]]) -> PageRecord:
    """Return a record as a page has it: cut short, with what the query matched."""
    inputs: dict[str, str | list[str] | None] = {}
    marks: dict[str, list[list[int]]] = {}
    truncated: dict[str, int] = {}
    for name, value in record["inputs"].items():
        short, whole = _shortened(value)
        inputs[name] = short
        if whole > MAX_TEXT:
            truncated[name] = whole
        if name in found:
            beginning = short if isinstance(short, str) else "\n".join(short or ())
            marks[name] = marks_to_utf16(beginning, found[name], MAX_TEXT)
    taken: Any = {**record, "inputs": inputs, "metadata": _short_metadata(record["metadata"])}
    taken["marks"], taken["truncated"] = marks, truncated
    page_record: PageRecord = taken
    return page_record


def texts(inputs: dict[str, str | list[str] | None]) -> dict[str, str]:
    """Return the texts of a record's inputs; those of a list are lines."""
    return {
        name: value if isinstance(value, str) else "\n".join(value)
        for name, value in inputs.items()
        if value is not None
    }


def _shortened(value: str | list[str] | None) -> tuple[str | list[str] | None, int]:
    """Return an input cut to what a page carries of it, and how many characters it has."""
    if value is None:
        return None, 0
    if isinstance(value, str):
        return value[:MAX_TEXT], len(value)
    left, parts = MAX_TEXT, []
    for part in value:
        if left <= 0:
            break
        parts.append(part[:left])
        left -= len(part) + 1
    return parts, len("\n".join(value))


def _short_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return metadata with its keys, and of its values what a cell can show."""
    for characters, entries in _METADATA:
        short: dict[str, Any] = _short_value(metadata, characters, entries)
        if len(json.dumps(short, ensure_ascii=False)) <= _METADATA_SIZE:
            break
    return short


def _short_value(value: Any, characters: int, entries: int) -> Any:
    if isinstance(value, dict):
        return {key: _short_value(one, characters, entries) for key, one in value.items()}
    if isinstance(value, list):
        some = [_short_value(one, characters, entries) for one in value[:entries]]
        return [*some, "…"] if len(value) > entries else some
    if isinstance(value, str) and len(value) > characters:
        return value[:characters] + "…"
    return value
