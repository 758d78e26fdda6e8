"""Digests of records by content: ids for records without one, and "is this the same record?"."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget import table as tables
from rubrix_widget.columns import one_chunk

_SIZE = 16  # bytes; 128 bits keep records apart beyond any dataset's size
_BLOCK = 1 << 16  # records digested together: what they are taken apart into stays small
Digests = npt.NDArray[np.uint64]
_TEXTS = (
    "prediction_agent",
    "annotation_agent",
    "explanation",
    "metadata",
    "status",
)


def digests(table: pa.Table) -> Digests:
    """Return a digest for each record of everything in it but its id and read-only fields.

    Equal records have equal digests in every process and version of this format; each field goes
    in with its length, so no text can pass for two fields.

    Returns
    -------
    array of uint64, two for each record
    """
    found = bytearray()
    for start in range(0, table.num_rows, _BLOCK):
        fields = _fields(table.slice(start, _BLOCK))
        lines: Iterable[Sequence[bytes | None]] = zip(*fields, strict=True)
        if tables.several(table):  # what one agent predicted has the digest that it always had
            others = _others(table.slice(start, _BLOCK))
            lines = (
                line if more is None else (*line, more)
                for line, more in zip(lines, others, strict=True)
            )
        found += b"".join(map(_digest, lines))
    return np.frombuffer(found, np.uint64).reshape(-1, 2)


def _fields(table: pa.Table) -> list[Sequence[bytes | None]]:
    fields: list[Sequence[bytes | None]] = []
    for name in tables.input_names(table):
        texts = _bytes(table.column(f"inputs.{name}"))
        mark = name.encode() + b"\0"
        fields.append([None if text is None else mark + text for text in texts])
    fields.extend(_bytes(table.column(name)) for name in _TEXTS)
    annotation = one_chunk(table.column("annotation"))
    if pa.types.is_large_list(annotation.type):
        fields.append(_joined(annotation))
    else:
        fields.append(_bytes(annotation))
    prediction = one_chunk(table.column("prediction"))
    flat = prediction.flatten()
    labels = pa.LargeListArray.from_arrays(_offsets(prediction), flat.field("label"))
    fields.append(_joined(labels))
    fields.append(_raw(prediction, flat.field("score").to_numpy(zero_copy_only=False)))
    times = one_chunk(table.column("event_timestamp")).cast(pa.int64())
    fields.append([None if time is None else b"%d" % time for time in times.to_pylist()])
    return fields


def _others(table: pa.Table) -> list[bytes | None]:
    """Return what other agents predicted for each record as one text."""
    column = one_chunk(table.column("other_predictions"))
    entries = column.flatten()
    prediction = entries.field("prediction")
    flat = prediction.flatten()
    labels = pa.LargeListArray.from_arrays(_offsets(prediction), flat.field("label"))
    scores = _raw(prediction, flat.field("score").to_numpy(zero_copy_only=False))
    parts = zip(_bytes(entries.field("agent")), _joined(labels), scores, strict=True)
    each = iter([_digest(part) for part in parts])
    return [
        None if size is None else b"".join(islice(each, size))
        for size in column.value_lengths().to_pylist()
    ]


def ids(table: pa.Table) -> pa.Array:
    """Return the id of each record, made from its content where it has none.

    Equal records in one call are told apart by counting them, so logging the same records again
    finds the same ids and replaces each with itself.
    """
    given = one_chunk(table.column("id"))
    if given.null_count == 0:
        return given
    missing = given.is_null()
    made = _told_apart(_hex(digests(table.filter(missing))))
    places = np.cumsum(missing.to_numpy(zero_copy_only=False)) - 1
    return pc.coalesce(given, made.take(pa.array(places.clip(min=0))))


def _hex(found: Digests) -> pa.Array:
    width = 2 * _SIZE
    offsets = np.arange(0, (len(found) + 1) * width, width)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(found.tobytes().hex().encode())]
    return pa.Array.from_buffers(pa.large_string(), len(found), buffers)


def _told_apart(names: pa.Array) -> pa.Array:
    """Return names with the second of equal ones ending in ``-2``, and so on."""
    encoded = names.dictionary_encode()
    if len(encoded.dictionary) == len(names):
        return names
    import pandas as pd

    codes = pd.Series(encoded.indices.to_numpy(zero_copy_only=False))
    count = codes.groupby(codes).cumcount().to_numpy() + 1
    numbered = pc.binary_join_element_wise(
        names, pa.array(count).cast(pa.large_string()), pa.scalar("-", pa.large_string())
    )
    return pc.if_else(pa.array(count == 1), names, numbered)


def _digest(values: Sequence[bytes | None]) -> bytes:
    parts = []
    for value in values:
        if value is None:
            parts.append(b"-")
        else:
            parts += [b"%d:" % len(value), value]
    return hashlib.blake2b(b"".join(parts), digest_size=_SIZE).digest()


def _bytes(column: pa.Array | pa.ChunkedArray) -> list[bytes | None]:
    texts: list[bytes | None] = one_chunk(column).cast(pa.large_binary()).to_pylist()
    return texts


def _offsets(lists: pa.Array) -> pa.Array:
    sizes = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    return pa.array(np.concatenate(([0], np.cumsum(sizes))).astype(np.int64))


def _joined(lists: pa.Array) -> list[bytes | None]:
    """Return each list of strings as one text, each string with its length before it."""
    flat = lists.flatten()
    size = pc.cast(pc.binary_length(flat), pa.large_string())
    marked = pc.binary_join_element_wise(size, flat, pa.scalar(":", pa.large_string()))
    whole = pa.LargeListArray.from_arrays(_offsets(lists), marked)
    joined = pc.binary_join(whole, pa.scalar("", pa.large_string()))
    return _bytes(pc.if_else(lists.is_valid(), joined, pa.scalar(None, pa.large_string())))


def _raw(lists: pa.Array, values: np.ndarray) -> list[bytes | None]:
    ends = _offsets(lists).to_numpy()
    buffer = values.astype("<f8").tobytes()
    return [
        buffer[8 * start : 8 * end] if valid else None
        for start, end, valid in zip(ends[:-1], ends[1:], lists.is_valid().to_pylist(), strict=True)
    ]
