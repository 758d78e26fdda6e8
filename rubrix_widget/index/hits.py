"""The records that a condition matches: a mask, or sorted positions where they are few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .unicode import Array

_NUMPYS_FEW = 10  # one in so many: below that, NumPy looks for them one by one
_FEW = 32  # one record in so many: below that, positions are joined faster than masks


class Hits:
    """Matching records among ``size``, kept as they were found.

    A rare word's postings stay a slice of the index; a mask is made only where something needs
    one. Never changed once made, so it may be cached and shared between threads.

    Examples
    --------
    >>> rare, common = Hits.at(np.array([1, 3]), 5), Hits.where(np.array([1, 1, 0, 0, 1]) > 0)
    >>> (rare & common).positions.tolist(), (rare | common).positions.tolist(), (~rare).count
    ([1], [0, 1, 3, 4], 3)
    """

    __slots__ = ("_count", "_mask", "_positions", "size")

    def __init__(self, size: int, mask: Array | None, positions: Array | None) -> None:
        """Take arrays that nobody can write to any more."""
        self.size = size
        self._mask = mask
        self._positions = positions
        self._count = -1 if positions is None else len(positions)

    @classmethod
    def at(cls, positions: Array, size: int) -> Hits:
        """Take sorted positions, each once."""
        return cls(size, None, _fixed(positions))

    @classmethod
    def where(cls, mask: Array) -> Hits:
        """Take a mask of bool."""
        return cls(len(mask), _fixed(mask), None)

    @classmethod
    def nothing(cls, size: int) -> Hits:
        """No record."""
        return cls.at(np.zeros(0, np.int32), size)

    @classmethod
    def everything(cls, size: int) -> Hits:
        """Every record."""
        return cls.where(np.ones(size, np.bool_))

    @property
    def mask(self) -> npt.NDArray[np.bool_]:
        """One bool for each record."""
        if self._mask is None:
            mask = np.zeros(self.size, np.bool_)
            self.add_to(mask)
            self._mask = _fixed(mask)
        return self._mask

    @property
    def positions(self) -> Array:
        """The matching records' positions, in order."""
        if self._positions is None:
            assert self._mask is not None
            few = self.count * _NUMPYS_FEW < self.size
            self._positions = _fixed((few_places if few else np.flatnonzero)(self._mask))
        return self._positions

    @property
    def count(self) -> int:
        """How many records match."""
        if self._count < 0:
            assert self._mask is not None
            self._count = int(np.count_nonzero(self._mask))
        return self._count

    @property
    def nbytes(self) -> int:
        """Memory taken, in bytes."""
        return sum(a.nbytes for a in (self._mask, self._positions) if a is not None)

    @property
    def is_sparse(self) -> bool:
        """Whether the positions are known and few."""
        return self._positions is not None and len(self._positions) * _FEW <= self.size

    def at_positions(self, positions: Array) -> Array:
        """Tell of each of some positions whether it is among the hits."""
        if self._mask is None and self.is_sparse:
            return _among(positions, self.positions)
        return np.asarray(self.mask[positions])

    def __and__(self, other: Hits) -> Hits:
        few, many = (self, other) if self.is_sparse else (other, self)
        if not few.is_sparse:
            return Hits.where(self.mask & other.mask)
        if many.is_sparse and len(many.positions) < len(few.positions):
            few, many = many, few
        return Hits.at(few.positions[many.at_positions(few.positions)], self.size)

    def __or__(self, other: Hits) -> Hits:
        return Hits.any([self, other])

    @staticmethod
    def any(several: Sequence[Hits]) -> Hits:
        """Give what one or more of several match; there must be one at least."""
        if len(several) == 1:
            return several[0]
        size = several[0].size
        if all(one.is_sparse for one in several):
            positions = np.concatenate([one.positions for one in several])
            if len(positions) * _FEW <= size:
                return Hits.at(np.unique(positions), size)
        mask = np.zeros(size, np.bool_)
        for one in several:
            one.add_to(mask)
        return Hits.where(mask)

    def add_to(self, mask: Array) -> None:
        """Mark the hits in a mask."""
        if self._mask is None:
            # as intp, since NumPy converts other integers one by one, at three times the cost
            mask[self.positions.astype(np.intp, copy=False)] = True
        else:
            np.logical_or(mask, self._mask, out=mask)

    def __invert__(self) -> Hits:
        if self.is_sparse:
            mask = np.ones(self.size, np.bool_)
            mask[self.positions] = False
            return Hits.where(mask)
        return Hits.where(~self.mask)

    def without(self, other: Hits) -> Hits:
        """Give ``self & ~other``, without the complement where one of them is sparse."""
        if self.is_sparse:
            kept = ~other.at_positions(self.positions)
            return Hits.at(self.positions[kept], self.size)
        if other.is_sparse:
            mask = self.mask.copy()
            mask[other.positions] = False
            return Hits.where(mask)
        return Hits.where(self.mask & ~other.mask)

    @staticmethod
    def joined(parts: Sequence[Hits]) -> Hits:
        """Put the hits of consecutive stretches of records together."""
        if len(parts) == 1:
            return parts[0]
        size = sum(part.size for part in parts)
        if parts and all(part.is_sparse for part in parts):
            starts = np.cumsum([0, *(part.size for part in parts[:-1])])
            shifted = [p.positions + start for p, start in zip(parts, starts.tolist(), strict=True)]
            return Hits.at(np.concatenate(shifted), size)
        return Hits.where(np.concatenate([np.zeros(0, np.bool_), *(part.mask for part in parts)]))


def _fixed(array: Array) -> Array:
    array.flags.writeable = False
    return array


def few_places(mask: Array) -> Array:
    """Do as ``flatnonzero`` does, in half the time for few: look first for eights with any."""
    whole = len(mask) // 8 * 8
    eights = np.ascontiguousarray(mask[:whole]).view(np.uint64)
    filled = np.flatnonzero(eights != 0)
    inside = np.flatnonzero(eights[filled].view(np.bool_))
    found = (filled << 3).take(inside >> 3) + (inside & 7)
    rest = np.flatnonzero(mask[whole:]) + whole
    return np.concatenate([found, rest]) if len(rest) else found


def _among(wanted: Array, within: Array) -> Array:
    """Tell of each of some numbers whether a sorted array has it."""
    if not len(within):
        return np.zeros(len(wanted), np.bool_)
    found = np.searchsorted(within, wanted)
    found[found == len(within)] = len(within) - 1
    return np.asarray(within[found] == wanted)
