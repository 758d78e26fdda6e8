"""Metadata as typed columns: nested keys flattened with dots, one column a key.

The JSON text of the ``metadata`` column stays what a person gets back; these columns are what a
query meets. A key is of one type when all its values are: Booleans, integers, floats, dates (every
string is ISO 8601), strings. Anything mixed is a keyword column of JSON text. Lists keep all their
values and match by any of them, as in Elasticsearch.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.columns import jsoncolumns

METADATA_PREFIX = "metadata."
_ISO_DATE = (
    r"^\d{4}-\d{2}-\d{2}"
    r"([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?$"
)
_ZONE = r"[T ].*(Z|[+-]\d{2}:?\d{2})$"
_DATE = pa.timestamp("us")
_FIRST, _LAST = (  # what Python's datetime can express, in microseconds since 1970
    int(np.datetime64(moment, "us").astype(np.int64))
    for moment in (dt.datetime.min, dt.datetime.max)
)


def flatten(metadata: pa.ChunkedArray | pa.Array) -> dict[str, pa.Array]:
    """Return one typed column for each metadata key.

    Parameters
    ----------
    metadata
        JSON texts of objects, null for none.

    Returns
    -------
    dict
        ``metadata.<dotted key>`` to a column as long as ``metadata``: bool, int64, float64,
        timestamp, large_string, or a large_list of one of them.

    Examples
    --------
    >>> columns = flatten(pa.array(['{"split": "dev", "len": {"words": 3}}', None]))
    >>> {name: column.to_pylist() for name, column in columns.items()}
    {'metadata.split': ['dev', None], 'metadata.len.words': [3, None]}
    """
    found = _read_whole(metadata)
    return _read_singly(metadata) if found is None else found


def _read_whole(metadata: pa.ChunkedArray | pa.Array) -> dict[str, pa.Array] | None:
    """Read by Arrow's JSON reader; None where its types cannot express what the objects hold."""
    leaves = jsoncolumns.read(metadata)
    if leaves is None:
        return None
    columns = {name: _typed_column(column) for name, column in leaves.items()}
    if None in columns.values():
        return None
    return {METADATA_PREFIX + name: columns[name] for name in _in_order(metadata, leaves)}


def _in_order(metadata: pa.ChunkedArray | pa.Array, leaves: dict[str, pa.Array]) -> list[str]:
    """Return the keys in the order they first have a value, reading only the records it takes."""
    places = {pc.index(column.is_valid(), True).as_py() for column in leaves.values()}
    order: dict[str, None] = {}
    for place in sorted(places - {-1}):
        order.update(dict.fromkeys(key for key, _ in _leaves(json.loads(metadata[place].as_py()))))
    return list(order)


def _typed_column(column: pa.Array) -> pa.Array | None:
    """Give a column of one key its type; None where that takes a look at each value."""
    kind = column.type
    if pa.types.is_large_list(kind):
        flat = _typed_column(column.flatten())
        sizes = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        offsets = pa.array(np.concatenate([[0], np.cumsum(sizes)]))
        mask = column.is_null() if column.null_count else None
        return flat if flat is None else pa.LargeListArray.from_arrays(offsets, flat, mask=mask)
    if pa.types.is_struct(kind):
        dates = pc.struct_field(column, 0)
        if dates.null_count != column.null_count:  # an object without a date, or null for one
            return None
        return _dates_or_texts(dates)
    return _dates_or_texts(column) if pa.types.is_large_string(kind) else column


def _read_singly(metadata: pa.ChunkedArray | pa.Array) -> dict[str, pa.Array]:
    """Read one record after the other, whatever it holds."""
    values: dict[str, dict[int, Any]] = {}
    for place, text in enumerate(metadata.to_pylist()):
        if text is None or text == "{}":
            continue
        for key, value in _leaves(json.loads(text)):
            found = values.setdefault(key, {})
            found[place] = _both(found[place], value) if place in found else value
    size = len(metadata)
    return {METADATA_PREFIX + key: _column(found, size) for key, found in values.items()}


def _leaves(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in node.items():
        name = f"{path}{key}"
        if isinstance(value, dict) and not _is_date(value):
            yield from _leaves(value, name + ".")
        elif value is not None:
            yield name, value


def _both(one: Any, other: Any) -> list[Any]:
    """Return the values of two keys that are one with dots: ``{"a.b": 1, "a": {"b": 2}}``."""
    lists = (value if isinstance(value, list) else [value] for value in (one, other))
    return [value for values in lists for value in values]


def _is_date(value: dict[str, Any]) -> bool:
    return len(value) == 1 and isinstance(value.get("$date"), str)


def _column(found: dict[int, Any], size: int) -> pa.Array:
    listed = any(isinstance(value, list) for value in found.values())
    if not listed:
        return _spread(_typed(list(found.values())), list(found), size)
    lists = [value if isinstance(value, list) else [value] for value in found.values()]
    lists = [[one for one in values if one is not None] for values in lists]
    flat = _typed([one for values in lists for one in values])
    offsets = [0]
    for values in lists:
        offsets.append(offsets[-1] + len(values))
    column = pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), flat)
    return _spread(column, list(found), size)


def _spread(column: pa.Array, places: list[int], size: int) -> pa.Array:
    if len(places) == size:
        return column
    slots: list[int | None] = [None] * size
    for index, place in enumerate(places):
        slots[place] = index
    return column.take(pa.array(slots, pa.int64()))


def _typed(values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds == {int}:
        try:
            return pa.array(values, pa.int64())
        except (OverflowError, pa.ArrowInvalid):
            return pa.array([str(value) for value in values], pa.large_string())
    if kinds and kinds <= {int, float}:
        try:
            return pa.array([float(value) for value in values], pa.float64())
        except OverflowError:
            return pa.array([str(value) for value in values], pa.large_string())
    if kinds <= {str}:
        return _dates_or_texts(pa.array(values, pa.large_string()))
    if kinds == {dict} and all(_is_date(value) for value in values):
        return _dates_or_texts(pa.array([value["$date"] for value in values], pa.large_string()))
    return pa.array([_as_text(value) for value in values], pa.large_string())


def _dates_or_texts(texts: pa.Array) -> pa.Array:
    """Return instants in UTC when every value is an ISO 8601 date, else the texts."""
    given = texts.drop_null()
    if not len(given) or not re.match(_ISO_DATE, given[0].as_py()):
        return texts
    if not pc.all(pc.match_substring_regex(given, _ISO_DATE)).as_py():
        return texts
    instants = _instants(texts)
    if instants is not None:
        return instants
    try:
        values = texts.to_pylist()
        return pa.array([None if one is None else parse_date(one) for one in values], _DATE)
    except ValueError:  # of the form of a date, but none: 2021-02-30
        return texts


def _instants(texts: pa.Array) -> pa.Array | None:
    """Read dates of the form of ``_ISO_DATE`` all at once; None where one needs a closer look."""
    texts = pc.replace_substring(texts, ",", ".")
    zoned = pc.match_substring_regex(texts, _ZONE).fill_null(False)
    try:
        local = pc.if_else(zoned, None, texts).cast(_DATE)
        abroad = pc.if_else(zoned, texts, None).cast(pa.timestamp("us", "UTC")).cast(_DATE)
    except pa.ArrowInvalid:
        return None
    instants = pc.coalesce(local, abroad)
    reach = pc.min_max(instants.cast(pa.int64())).as_py()
    inside = reach["min"] >= _FIRST and reach["max"] <= _LAST
    return instants if inside else None


def parse_date(text: str) -> dt.datetime:
    """Return an ISO 8601 date as a naive instant in UTC.

    Raises
    ------
    ValueError
        When the text is no date.

    Examples
    --------
    >>> parse_date("2021-03-01T10:00:00+02:00")
    datetime.datetime(2021, 3, 1, 8, 0)
    """
    instant = dt.datetime.fromisoformat(text)
    if instant.tzinfo is None:
        return instant
    try:
        return instant.astimezone(dt.UTC).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError(f"{text!r} is outside the years 1 to 9999 in UTC") from error


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and _is_date(value):
        return str(value["$date"])
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
