"""Record ids, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.arrays import from_arrow, text_column, to_arrow

_BLOCK = 1 << 16  # ids hashed together: what that takes stays small
_Words = npt.NDArray[np.uint64]


class Ids:
    """The ids of records, looked up by a hash; a million take 12 MB beside their text.

    The first look-up goes through the ids instead: many a kernel has no second.

    Parameters
    ----------
    column
        Ids without a null or a repetition.

    Examples
    --------
    >>> ids = Ids(pa.array(["b", "a", "c"], pa.large_string()))
    >>> ids.get_indexer(["c", "?", "b"]).tolist(), ids[np.array([2, 0])].tolist()
    ([2, -1, 0], ['c', 'b'])
    """

    def __init__(self, column: pa.LargeStringArray) -> None:
        self._column = column
        self._asked = False

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, positions: npt.NDArray[np.integer]) -> npt.NDArray[np.object_]:
        """Return the ids at some positions."""
        return np.asarray(self.column(positions).to_numpy(zero_copy_only=False))

    def column(self, positions: npt.NDArray[np.integer]) -> pa.LargeStringArray:
        """Return the ids at some positions as a column."""
        return self._column.take(to_arrow(positions))

    def get_indexer(self, wanted: Iterable[str]) -> npt.NDArray[np.int64]:
        """Return the positions of some ids, -1 for those there are none of."""
        names = text_column(wanted)
        if not self._asked:
            self._asked = True
            return self._scanned(names)
        found = np.full(len(names), -1, dtype=np.int64)
        if not len(self) or not len(names):
            return found
        hashes, order = self._sorted
        wanted_hashes = _hashed(names)
        at = np.searchsorted(hashes, wanted_hashes).clip(max=len(hashes) - 1)
        near = np.flatnonzero(hashes[at] == wanted_hashes)
        found[near] = order[at[near]]
        there = self._column.take(to_arrow(found[near]))
        same = from_arrow(pc.equal(there, names.take(to_arrow(near))))
        for place in near[~same].tolist():  # two ids of one hash: once in 10^13 look-ups
            found[place] = pc.index(self._column, names[place]).as_py()
        return found

    def _scanned(self, names: pa.LargeStringArray) -> npt.NDArray[np.int64]:
        """Look ids up without hashing all there are: a tenth of the time, if it is but once."""
        places = np.flatnonzero(from_arrow(pc.is_in(self._column, value_set=names)))
        there = self._column.take(to_arrow(places))
        found = from_arrow(pc.index_in(names, value_set=there), -1)
        return np.asarray(np.append(places, -1)[found])

    @cached_property
    def _sorted(self) -> tuple[_Words, npt.NDArray[np.int32]]:
        hashes = _hashed(self._column)
        order = np.argsort(hashes).astype(np.int32)
        return hashes[order], order


_random = np.random.default_rng()  # so that no ids can be made to collide on purpose
_OF_BYTE = _random.integers(0, 2**64, 256, np.uint64)
_BASE = int(_random.integers(0, 2**62)) * 2 + 1
_INVERSE = pow(_BASE, -1, 2**64)


def _hashed(column: pa.LargeStringArray) -> _Words:
    found = [_hashed_block(column.slice(start, _BLOCK)) for start in range(0, len(column), _BLOCK)]
    return np.concatenate([np.zeros(0, np.uint64), *found])


def _hashed_block(column: pa.LargeStringArray) -> _Words:
    """Hash texts as polynomials over their bytes, by differences of one running sum."""
    _, offsets, data = column.buffers()
    bounds = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    raw = np.frombuffer(data or b"", np.uint8)[bounds[0] : bounds[-1]]
    places = bounds - bounds[0]
    sums = np.zeros(len(raw) + 1, np.uint64)
    np.cumsum(_OF_BYTE[raw] * _powers(_BASE, len(raw)), out=sums[1:])
    starts, ends = places[:-1], places[1:]
    return np.asarray((sums[ends] - sums[starts]) * _powers(_INVERSE, len(sums))[starts])


def _powers(number: int, size: int) -> _Words:
    factors = np.full(size, number, np.uint64)
    factors[:1] = 1
    return np.asarray(np.multiply.accumulate(factors))
