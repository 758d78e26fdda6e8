"""The rules for the values of a whole table, checked column by column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..coercions import STATUSES
from ..errors import RecordError
from . import layout

__all__ = ["Rejected", "check_ids", "problems", "validate"]

_MANY = 50_000_000  # bytes of counters that are cheaper than sorting


@dataclass(frozen=True)
class Rejected:
    """A record that was left out.

    Parameters
    ----------
    index : int
        Its position in what was passed, from 0.
    id : str or None
        Its id, where it has one.
    reason : str
        What is wrong with it.
    """

    index: int
    id: str | None
    reason: str


def validate(table: pa.Table) -> tuple[pa.Table, list[Rejected]]:
    """Part the records that can be kept from those that cannot.

    Returns
    -------
    good : pyarrow.Table
        The records without fault; the very table when there is none.
    rejected : list of Rejected
        The others, with the first reason for each.

    Raises
    ------
    RecordError
        When two of the good records have the same id, or the table is not laid out as it must be.

    Examples
    --------
    >>> from rubrix_widget.table import from_records
    >>> from rubrix_widget.records import TextClassificationRecord
    >>> good, rejected = validate(from_records([TextClassificationRecord(text="superb")]))
    >>> good.num_rows, rejected
    (1, [])
    """
    target = layout.schema(
        layout.multi_label(table),
        layout.input_names(table),
        [name for name in layout.input_names(table) if layout.is_encoded(table, name)],
        layout.several(table),
    )
    if table.schema.names != target.names or table.schema.types != target.types:
        raise RecordError(
            f"not a table of records: its columns are {', '.join(table.schema.names)} "
            f"({table.schema.types}) instead of {', '.join(target.names)} ({target.types})"
        )
    return part(table, problems(table))


def part(table: pa.Table, reasons: dict[int, str]) -> tuple[pa.Table, list[Rejected]]:
    """Leave out the records that have a reason, and check the ids of the others."""
    if not reasons:
        check_ids(table.column("id"), None)
        return table, []
    places = sorted(reasons)
    ids = table.column("id").take(pa.array(places, pa.int64())).to_pylist()
    keep = np.ones(table.num_rows, dtype=bool)
    keep[places] = False
    good = table.filter(pa.array(keep))
    check_ids(good.column("id"), np.flatnonzero(keep))
    return good, [
        Rejected(place, known, reasons[place]) for place, known in zip(places, ids, strict=True)
    ]


def check_ids(ids: pa.ChunkedArray, places: np.ndarray | None) -> None:
    """Raise when an id occurs twice, naming both places (positions where `places` is None)."""
    known = ids.length() - ids.null_count
    if not known or pc.count_distinct(ids).as_py() == known:
        return
    seen: dict[str, int] = {}
    for position, value in enumerate(ids.to_pylist()):
        index = position if places is None else int(places[position])
        if value is not None and value in seen:
            raise RecordError(
                f"records {seen[value]} and {index} have the same id {value!r}; "
                "ids name one record each",
                index=index,
                record_id=value,
            )
        if value is not None:
            seen[value] = index


def problems(table: pa.Table) -> dict[int, str]:
    """Return the first reason against each record that cannot be kept."""
    reasons: dict[int, str] = {}
    checks = (_ids, _inputs, _predictions, _others, _annotations, _statuses)
    for check in checks:
        for index, reason in check(table):
            reasons.setdefault(index, reason)
    return reasons


def _places(mask: pa.ChunkedArray | pa.Array) -> list[int]:
    """Return where a mask is true; null is not."""
    if not pc.any(mask).as_py():
        return []
    places: list[int] = np.flatnonzero(np.asarray(pc.fill_null(mask, False))).tolist()
    return places


def _ids(table: pa.Table) -> Iterator[tuple[int, str]]:
    for index in _places(pc.equal(table.column("id"), "")):
        yield index, "id is empty; leave it out to have one made"


def _inputs(table: pa.Table) -> Iterator[tuple[int, str]]:
    columns = [table.column(layout.PREFIX + name) for name in layout.input_names(table)]
    if columns and not all(column.null_count for column in columns):
        return
    nothing: pa.ChunkedArray | pa.Array = pa.array(np.ones(table.num_rows, dtype=bool))
    for column in columns:
        nothing = pc.and_(nothing, pc.is_null(column))
    for index in _places(nothing):
        yield index, "there is no text: give either text or inputs"


def _flat(lists: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """Return the record of each entry of a column of lists, and the entries."""
    sizes = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    return np.repeat(np.arange(len(lists)), sizes), pc.list_flatten(lists)


def _chunks(table: pa.Table, name: str) -> Iterator[tuple[int, pa.Array]]:
    start = 0
    for chunk in layout.compact(table.column(name)).chunks:
        yield start, chunk
        start += len(chunk)


def _predictions(table: pa.Table) -> Iterator[tuple[int, str]]:
    for start, chunk in _chunks(table, "prediction"):
        for index, reason in _faults(chunk):
            yield start + index, f"prediction: {reason}"


def _others(table: pa.Table) -> Iterator[tuple[int, str]]:
    if not layout.several(table):
        return
    agents = table.column("prediction_agent")
    for start, chunk in _chunks(table, "other_predictions"):
        owner, entries = _flat(chunk)
        name = pc.struct_field(entries, "agent")
        primary = agents.slice(start, len(chunk)).take(pa.array(owner))
        for where in (name, primary):
            for place in _places(pc.or_kleene(pc.is_null(where), pc.equal(where, ""))):
                yield start + int(owner[place]), "predictions: an agent has no name"
        for place in _places(pc.equal(name, primary)):
            yield (
                start + int(owner[place]),
                f"predictions: agent {name[place].as_py()!r} is given twice",
            )
        for index, twice in _repeated(owner, name, len(chunk)):
            yield start + index, f"predictions: agent {twice!r} is given twice"
        prediction = pc.struct_field(entries, "prediction")
        for index, reason in _faults(prediction):
            yield (
                start + int(owner[index]),
                f"prediction of agent {name[index].as_py()!r}: {reason}",
            )


def _faults(lists: pa.Array) -> Iterator[tuple[int, str]]:
    """Find what is wrong with predictions."""
    owner, entries = _flat(lists)
    if len(entries):
        label, score = pc.struct_field(entries, "label"), pc.struct_field(entries, "score")
        inside = pc.and_(pc.greater_equal(score, 0), pc.less_equal(score, 1))  # false for NaN
        for place in _places(pc.is_null(label)):
            yield int(owner[place]), "a label is missing"
        for place in _places(pc.equal(label, "")):
            yield int(owner[place]), "a label cannot be empty"
        for place in _places(pc.or_kleene(pc.is_null(score), pc.invert(inside))):
            name, value = label[place].as_py(), score[place].as_py()
            missing = value is None or value != value
            yield (
                int(owner[place]),
                f"the score of {name!r} is missing (None or NaN)"
                if missing
                else f"the score of {name!r} is {value:g}, outside [0, 1]",
            )
        for index, name in _repeated(owner, label, len(lists)):
            yield index, f"label {name!r} is predicted twice"


def _repeated(owner: np.ndarray, label: pa.Array, records: int) -> Iterator[tuple[int, str]]:
    """Find labels that occur twice within one record."""
    coded = pc.dictionary_encode(label, null_encoding="encode")
    kinds = len(coded.dictionary)
    key = owner * kinds + coded.indices.to_numpy(zero_copy_only=False)
    if records * kinds <= _MANY:
        seen = np.zeros(records * kinds, dtype=bool)
        seen[key] = True
        if int(seen.sum()) == len(key):
            return
    unique, counts = np.unique(key, return_counts=True)
    for twice in unique[counts > 1]:
        yield int(twice // kinds), coded.dictionary[int(twice % kinds)].as_py()


def _annotations(table: pa.Table) -> Iterator[tuple[int, str]]:
    if not layout.multi_label(table):
        for index in _places(pc.equal(table.column("annotation"), "")):
            yield index, "annotation: a label cannot be empty; use None where there is no label"
        return
    for start, chunk in _chunks(table, "annotation"):
        owner, labels = _flat(chunk)
        if not len(labels):
            continue
        for place in _places(pc.is_null(labels)):
            yield start + int(owner[place]), "annotation: a label is missing"
        for place in _places(pc.equal(labels, "")):
            yield start + int(owner[place]), "annotation: a label cannot be empty"
        for index, name in _repeated(owner, labels, len(chunk)):
            yield start + index, f"annotation: label {name!r} is annotated twice"


def _statuses(table: pa.Table) -> Iterator[tuple[int, str]]:
    status = table.column("status")
    known = pc.is_in(status, value_set=pa.array(STATUSES, layout.TEXT))
    for index in _places(pc.invert(known)):
        given = status[index].as_py()
        yield index, f"status {given!r} is unknown; use one of {', '.join(STATUSES)}"
