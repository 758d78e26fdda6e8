"""Arrays from Arrow to NumPy and back without pandas, which takes long to import.

Arrow imports it in its own conversions (``pa.array``, ``pa.scalar``, ``to_numpy``, ``fill_null``),
whatever they convert. What runs before the first answer in a new kernel uses these.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_LOADING = threading.Lock()


def from_arrow(column: pa.Array, missing: int | None = None) -> npt.NDArray[Any]:
    """Return a column of numbers or Booleans as a NumPy array.

    Parameters
    ----------
    column
        An array of integers, floats or Booleans.
    missing
        What stands in the place of null; without it there must be none.

    Examples
    --------
    >>> from_arrow(pa.array([1, None]), -1).tolist()
    [1, -1]
    """
    if pa.types.is_boolean(column.type):
        return from_arrow(column.cast(pa.uint8()), missing).view(np.bool_)
    if missing is None or not column.null_count:
        return np.from_dlpack(column)
    buffers = [None, column.buffers()[1]]
    bare = pa.Array.from_buffers(column.type, len(column), buffers, offset=column.offset)
    values = np.from_dlpack(bare)
    return np.where(present(column), values, values.dtype.type(missing))


def present(column: pa.Array) -> npt.NDArray[np.bool_]:
    """Tell where a column has a value.

    Examples
    --------
    >>> present(pa.array(["a", None])).tolist()
    [True, False]
    """
    return from_arrow(column.is_valid())


def to_arrow(values: npt.NDArray[Any]) -> pa.Array:
    """Return numbers or Booleans as a column, of the same memory.

    Examples
    --------
    >>> to_arrow(np.arange(3)).to_pylist()
    [0, 1, 2]
    """
    if values.dtype == np.bool_:
        return to_arrow(values.view(np.uint8)).cast(pa.bool_())
    kind = pa.from_numpy_dtype(values.dtype)
    buffers = [None, pa.py_buffer(np.ascontiguousarray(values))]
    return pa.Array.from_buffers(kind, len(values), buffers)


def load(path: Path, *, mapped: bool = False) -> npt.NDArray[Any]:
    """Return the array of a ``.npy`` file, read or mapped into memory.

    One at a time: NumPy parses the header with ``ast``, which CPython up to 3.11.8 and 3.12.0
    cannot do in two threads (https://github.com/python/cpython/issues/106905).
    """
    with _LOADING:
        return np.asarray(np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False))


def empty_table(schema: pa.Schema) -> pa.Table:
    """Return a table without rows.

    Examples
    --------
    >>> empty_table(pa.schema([("id", pa.int64())])).num_rows
    0
    """
    return pa.table([pa.nulls(0, field.type) for field in schema], schema=schema)


def text_column(values: Iterable[str]) -> pa.LargeStringArray:
    """Return some texts as a column.

    Examples
    --------
    >>> text_column(["a", "", "β"]).to_pylist()
    ['a', '', 'β']
    """
    parts = [value.encode() for value in values]
    offsets = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(parts))]
    return pa.Array.from_buffers(pa.large_string(), len(parts), buffers)


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the different ones of some numbers, in order; of millions faster than `np.unique`.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def in_order(values: Floats, most: int | None = None) -> Ints:
    """Return the places of some numbers from the least up, equal ones as they stand.

    Of millions faster than NumPy's stable sort: numbers sort faster than their places do.

    Parameters
    ----------
    values
        Without NaN.
    most
        So many of the least, where not all are wanted.

    Examples
    --------
    >>> numbers = np.array([0.5, 0.1, 0.5, 0.1])
    >>> in_order(numbers).tolist(), in_order(numbers, 3).tolist()
    ([1, 3, 0, 2], [1, 3, 0])
    """
    if most is not None and most < len(values):
        some = np.flatnonzero(values <= np.partition(values, most)[most])
        return np.asarray(some[in_order(values[some])[:most]], np.int64)
    order = np.argsort(values).astype(np.int64)
    ordered = values[order]
    rank = np.cumsum(np.append(False, ordered[1:] != ordered[:-1])[: len(order)], dtype=np.int64)
    both = (rank << 32) | order  # what is equal by its place
    both.sort()
    return both & 0xFFFFFFFF


def stretches(starts: npt.NDArray[Any], sizes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return the places of some stretches, one stretch after the other.

    Parameters
    ----------
    starts, sizes
        Where each begins and how long it is, shape (n,).

    Examples
    --------
    >>> stretches(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(sizes)
    within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    return np.asarray(np.repeat(starts, sizes) + within, np.int64)


def factorize(values: npt.NDArray[Any]) -> tuple[npt.NDArray[np.intp], npt.NDArray[Any]]:
    """Return numbers for distinct values, in the order of first use, and these values.

    Examples
    --------
    >>> codes, values = factorize(np.array([7, 3, 7]))
    >>> codes.tolist(), values.tolist()
    ([0, 1, 0], [7, 3])
    """
    import pandas as pd  # by a hash table: NumPy would sort

    codes, distinct = pd.factorize(values)
    return codes, np.asarray(distinct)
