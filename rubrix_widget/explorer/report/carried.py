"""The records that a report carries, as columns of plain values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from rubrix_widget.engine import Engine
from rubrix_widget.explorer.markup import cut
from rubrix_widget.explorer.protocol.limits import MAX_TEXT

Kind = Literal["text", "labels", "score", "verdict", "number", "value"]
_FIELDS = 100  # of metadata; more columns than anybody reads
_AT_ONCE = 10_000  # records as plain data at one time
_EXACT = 2**53  # above it JavaScript's numbers leave out integers


class Column(NamedTuple):
    """One column: a list of labels where a record may have several, else plain values."""

    id: str
    title: str
    kind: Kind
    values: list[Any]


@dataclass
class Carried:
    """What a report carries; ``cut_texts`` and ``left_out`` say what it does not.

    Attributes
    ----------
    columns : list of Column
        All of one length.
    n : int
        How many records.
    cut_texts : int
        How many texts are longer than what is carried of them.
    left_out : int
        How many metadata fields are not carried because there are too many.
    """

    n: int
    columns: list[Column] = field(default_factory=list)
    cut_texts: int = 0
    left_out: int = 0


def carry(
    engine: Engine, positions: npt.NDArray[np.int64], *, texts: bool, metadata: bool
) -> Carried:
    """Take the records at some positions, in that order."""
    n = len(positions)
    carried = Carried(n)
    inputs = list(engine.columns.logged.input_names) if texts else []
    taken: dict[str, list[Any]] = {name: [] for name in inputs}
    fields: dict[str, list[Any]] = {}
    fixed: dict[str, list[Any]] = {
        name: [] for name in ("score", "predicted", "annotated_as", "status", "id")
    }
    for at, record in enumerate(_records(engine, positions)):
        for name in inputs:
            taken[name].append(_text(record["inputs"].get(name), carried))
        best = record["prediction"]
        annotation = record["annotation"]
        fixed["score"].append(best[0][1] if best else None)
        fixed["predicted"].append(record["predicted"])
        fixed["annotated_as"].append(_labels(annotation, engine.multi_label))
        fixed["status"].append(record["status"])
        fixed["id"].append(record["id"])
        for name, value in record["metadata"].items() if metadata else ():
            fields.setdefault(name, [None] * n)[at] = _value(value)
    carried.left_out = max(0, len(fields) - _FIELDS)
    carried.columns = [
        *(Column(f"inputs.{name}", name, "text", values) for name, values in taken.items()),
        Column("predicted_as", "predicted as", "labels", _predicted(engine, positions)),
        Column("score", "score", "score", fixed["score"]),
        Column("predicted", "predicted", "verdict", fixed["predicted"]),
        *(
            column
            for agent in engine.columns.logged.predicting[1:]
            for column in _of_agent(engine, positions, agent)
        ),
        Column("annotated_as", "annotated as", "labels", fixed["annotated_as"]),
        Column("status", "status", "value", fixed["status"]),
        Column("id", "id", "value", fixed["id"]),
        *(
            Column(f"metadata.{name}", name, _kind(values), values)
            for name, values in list(fields.items())[:_FIELDS]
        ),
    ]
    return carried


def _records(engine: Engine, positions: npt.NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(positions), _AT_ONCE):
        yield from engine.records(positions[start : start + _AT_ONCE])


def _text(given: str | list[str] | None, carried: Carried) -> str | None:
    if given is None:
        return None
    text = given if isinstance(given, str) else "\n".join(given)
    carried.cut_texts += len(text) > MAX_TEXT
    return cut(text, MAX_TEXT)


def _labels(labels: list[str] | None, several: bool) -> list[str] | str | None:
    if labels is None or several:
        return labels
    return labels[0] if labels else None


def _of_agent(engine: Engine, positions: npt.NDArray[np.int64], agent: str) -> list[Column]:
    """Return what another agent than the primary one predicted, and whether it is right."""
    seen = engine.seen_by(agent)
    scores = seen.columns.logged.score[positions].tolist()
    right = seen.columns.predicted[positions].tolist()
    of = f"@{agent}"
    scores = [None if score != score else score for score in scores]
    verdicts = [("ko", "ok", None)[one] for one in right]
    return [
        Column(f"predicted_as{of}", f"predicted as{of}", "labels", _predicted(seen, positions)),
        Column(f"score{of}", f"score{of}", "score", scores),
        Column(f"predicted{of}", f"predicted{of}", "verdict", verdicts),
    ]


def _predicted(engine: Engine, positions: npt.NDArray[np.int64]) -> list[Any]:
    logged = engine.columns.logged
    codes = logged.predicted_as[positions].tolist()
    names = {code: logged.sets.names(code) for code in set(codes) if code >= 0}
    return [_labels(names.get(code), engine.multi_label) for code in codes]


def _value(value: Any) -> str | float | bool | None:
    """Return a metadata value as one cell shows and sorts it."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _EXACT else str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return cut(text, MAX_TEXT)


def _kind(values: list[Any]) -> Kind:
    numbers = [isinstance(one, int | float) and not isinstance(one, bool) for one in values]
    empty = [one is None for one in values]
    return "number" if all(a or b for a, b in zip(numbers, empty, strict=True)) else "value"


def shown(value: Any, kind: Kind) -> str:
    """Return what a cell says; ``js/src/report/rows.ts`` says the same.

    Examples
    --------
    >>> shown(0.25, "score"), shown("ko", "verdict"), shown(["a", "b"], "labels"), shown(None, "id")
    ('0.250', '✗ ko', 'a, b', '')
    """
    if value is None:
        return ""
    if kind == "score":
        return f"{value:.3f}"
    if kind == "verdict":
        return {"ok": "✓ ok", "ko": "✗ ko"}[value]
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))  # as JavaScript writes it
    return str(value)
