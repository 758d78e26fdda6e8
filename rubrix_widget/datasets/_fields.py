"""Whole columns, as pandas or Hugging Face hold them, brought to the types of the table.

A column comes as a ``pyarrow.ChunkedArray``, or as a list of Python objects where Arrow has no
type for it. Each reader notes in `bad` the records whose value cannot be accepted, and leaves null
in their place. Types that Arrow knows are converted as wholes; anything else goes value by value
through :mod:`rubrix_widget.coercions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import coercions, predictions
from ..errors import RecordError
from ..predictions import is_list, is_text
from ..table.layout import TEXT

__all__ = [
    "Bad",
    "Column",
    "annotation_column",
    "each",
    "id_columns",
    "prediction_column",
    "statuses",
    "texts",
    "timestamps",
]

Column = Any  # pyarrow.ChunkedArray or list[object]
Bad = dict[int, str]


def values(column: Column) -> list[Any]:
    """Return a column as Python objects."""
    found: list[Any] = column if isinstance(column, list) else column.to_pylist()
    return found


def each(
    column: Column, accept: Callable[[Any], Any], bad: Bad, kind: pa.DataType | None = None
) -> Any:
    """Pass every value through a rule; return a list, or an array when `kind` is given."""
    result = []
    for index, value in enumerate(values(column)):
        try:
            result.append(accept(value))
        except ValueError as error:
            bad.setdefault(index, str(error))
            result.append(None)
    return result if kind is None else pa.chunked_array([pa.array(result, kind)])


def _nulls(column: Column, kind: pa.DataType) -> pa.ChunkedArray | None:
    """Return a column of nulls for one that has nothing else."""
    if isinstance(column, list) or column.null_count < len(column):
        return None
    return pa.chunked_array([pa.nulls(len(column), kind)])


def texts(column: Column, what: str, bad: Bad) -> pa.ChunkedArray:
    """Read a column of texts."""
    nothing = _nulls(column, TEXT)
    if nothing is not None:
        return nothing
    if not isinstance(column, list) and is_text(column.type):
        return pc.cast(column, TEXT)
    return each(column, lambda value: coercions.text(value, what), bad, TEXT)


def id_columns(column: Column, bad: Bad) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Read ids as text, and which of them were integers."""
    if not isinstance(column, list) and (is_text(column.type) or pa.types.is_integer(column.type)):
        known = pc.is_valid(column)
        flags = known if pa.types.is_integer(column.type) else pc.and_(known, False)
        return pc.cast(column, TEXT), flags
    ids = each(column, coercions.record_id, bad)
    return (
        pa.chunked_array([pa.array([None if i is None else str(i) for i in ids], TEXT)]),
        pa.chunked_array([pa.array([isinstance(i, int) for i in ids], pa.bool_())]),
    )


def prediction_column(column: Column, bad: Bad) -> pa.ChunkedArray:
    """Read predictions of any shape."""
    nothing = _nulls(column, predictions.PREDICTION)
    if nothing is not None:
        return nothing
    if isinstance(column, list):
        plain = predictions.from_values(column)
        if plain is not None:
            return pa.chunked_array([plain])
        return each(column, coercions.prediction, bad, predictions.PREDICTION)
    start, chunks = 0, []
    for chunk in column.chunks:
        found: Bad = {}
        chunks.append(predictions.from_arrow(chunk, found))
        for index, reason in found.items():
            bad.setdefault(start + index, f"prediction: {reason}")
        start += len(chunk)
    return pa.chunked_array(chunks, predictions.PREDICTION)


def annotation_column(
    column: Column, multi_label: bool, names: list[str] | None, what: str, bad: Bad
) -> pa.ChunkedArray:
    """Read annotations; `names` are those of a ClassLabel, whose -1 is no label."""
    kind = pa.large_list(TEXT) if multi_label else TEXT
    nothing = _nulls(column, kind)
    if nothing is not None:
        return nothing
    if isinstance(column, list):
        return each(column, lambda value: coercions.annotation(value, multi_label), bad, kind)
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # what combine_chunks makes of a chunked dictionary
        whole = pa.concat_arrays(whole.chunks)
    if not is_list(whole.type):
        labels = _labels(whole, None, names, what, bad)
        if not multi_label:
            return pa.chunked_array([labels])
        return _lists(
            pc.cast(pc.is_valid(labels), pa.int64()), pc.is_valid(labels), labels.drop_null()
        )
    size = pc.fill_null(pc.list_value_length(whole), 0)
    owner = np.repeat(np.arange(len(whole)), size.to_numpy(zero_copy_only=False))
    labels = _labels(pc.list_flatten(whole), owner, names, what, bad)
    if multi_label:
        return _lists(size, pc.is_valid(whole), labels)
    several = pc.greater(size, 1)
    for index in np.flatnonzero(several.to_numpy(zero_copy_only=False)):
        bad.setdefault(
            int(index),
            f"annotation: {size[index]} labels, but the records are single-label; "
            "pass multi_label=True",
        )
    ends = np.cumsum(size.to_numpy(zero_copy_only=False))
    single = pc.equal(size, 1)
    place = pc.if_else(single, pa.array(ends - 1, pa.int64()), None)
    return pa.chunked_array([labels.take(place)])


def _labels(
    column: pa.Array, owner: np.ndarray | None, names: list[str] | None, what: str, bad: Bad
) -> pa.Array:
    """Read single labels; `owner` says whose each is, when they come out of lists."""
    if is_text(column.type) or pa.types.is_null(column.type):
        return pc.cast(column, TEXT)
    if names is None or not pa.types.is_integer(column.type):
        raise RecordError(
            f"column {what!r} holds {column.type} instead of labels as text; map them to names "
            f"first, for example dataset.cast_column({what!r}, ClassLabel(names=[...])) "
            f"or frame[{what!r}].map({{0: 'negative', 1: 'positive'}})"
        )
    codes = pc.cast(column, pa.int64())
    lowest = 0 if owner is not None else -1
    wrong = pc.fill_null(pc.or_(pc.less(codes, lowest), pc.greater_equal(codes, len(names))), False)
    for place in np.flatnonzero(wrong.to_numpy(zero_copy_only=False)):
        index = int(place if owner is None else owner[place])
        bad.setdefault(
            index,
            f"annotation: label {codes[place]} is none of the {len(names)} of column {what!r}",
        )
    inside = pc.and_(pc.greater_equal(codes, 0), pc.less(codes, len(names)))
    return pa.array(names, TEXT).take(pc.if_else(inside, codes, None))


def _lists(size: pa.Array, valid: pa.Array, labels: pa.Array) -> pa.ChunkedArray:
    offsets = np.zeros(len(size) + 1, dtype=np.int64)
    np.cumsum(size.to_numpy(zero_copy_only=False), out=offsets[1:])
    missing = None if pc.all(valid).as_py() is not False else pc.invert(valid)
    return pa.chunked_array([pa.LargeListArray.from_arrays(offsets, labels, mask=missing)])


def statuses(column: Column | None, annotated: pa.ChunkedArray, bad: Bad) -> pa.ChunkedArray:
    """Read statuses; where there is none, the annotation decides."""
    default = pc.if_else(annotated, pa.scalar("Validated", TEXT), pa.scalar("Default", TEXT))
    if column is None:
        return default
    if not isinstance(column, list) and is_text(column.type):
        given = pc.cast(column, TEXT)  # the values are checked with the whole table
    else:
        given = each(column, coercions.status, bad, TEXT)
    given = pc.if_else(pc.equal(given, ""), pa.scalar(None, TEXT), given)
    return pc.coalesce(given, default)


def timestamps(column: Column, bad: Bad) -> pa.ChunkedArray:
    """Read moments as microseconds in UTC."""
    kind = pa.timestamp("us")
    nothing = _nulls(column, kind)
    if nothing is not None:
        return nothing
    if not isinstance(column, list) and pa.types.is_date(column.type):
        return pc.cast(column, kind)
    if not isinstance(column, list) and pa.types.is_timestamp(column.type):
        return pc.cast(column, kind, safe=False)
    return each(column, coercions.timestamp, bad, kind)
