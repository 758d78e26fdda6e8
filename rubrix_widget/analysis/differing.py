"""Pairs of texts with nearly the same words that are annotated otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from rubrix_widget import arrays
from rubrix_widget.analysis.texts import Tell, Texts

Ints = npt.NDArray[np.int64]
Pair = tuple[int, int, float]
MIXED = -2
"""The value of a text that has several; -1 is none."""


class Groups:
    """Things of which some are the same.

    Parameters
    ----------
    same : ndarray of int64, (things,)
        The group of each, in the order of first use.
    """

    def __init__(self, same: Ints) -> None:
        self.of, self._order = same, np.argsort(same, kind="stable")
        self._starts = np.searchsorted(same[self._order], np.arange(same.max(initial=-1) + 2))

    @property
    def first(self) -> Ints:
        """The first thing of each group."""
        return self._order[self._starts[:-1]]

    def members(self, group: int) -> Ints:
        """Return the things of a group, in order."""
        return self._order[self._starts[group] : self._starts[group + 1]]

    def values(self, value: Ints) -> Ints:
        """Return the one known value (0 or more) of each group, -1 for none, -2 for several."""
        size, known = len(self._starts) - 1, value >= 0
        low, high = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
        np.minimum.at(low, self.of[known], value[known])
        np.maximum.at(high, self.of[known], value[known])
        return np.where(low < high, MIXED, high)


def near(
    texts: Texts, value: Ints, similarity: float, most: int, tell: Tell
) -> tuple[int, list[Pair]]:
    """Count pairs of different texts with nearly the same words that do not agree in their value.

    Parameters
    ----------
    texts
        Different ones.
    value : ndarray of int64, (texts,)
        What each is annotated as, -1 for nothing, -2 for several.
    similarity : float
        From which share of common words on.
    most : int
        Pairs to return; all are counted.
    tell : callable
        Told the share of the work that is done.

    Returns
    -------
    count : int
    pairs : list of tuple
        Two texts, the earlier first, and how similar they are; the most similar first.
    """
    sets = texts.sets()
    groups = Groups(sets.same())
    one, other, alike = sets.take(groups.first).near(similarity, tell)
    itself = np.arange(len(groups.first))
    one, other = np.append(itself, one), np.append(itself, other)
    alike = np.append(np.ones(len(itself)), alike)
    count = _differing(groups.of, value, one, other)
    some = np.flatnonzero(count)
    some = some[np.argsort(-alike[some], kind="stable")]
    found: list[Pair] = []
    for place in some.tolist():
        pairs = _pairs(groups.members(int(one[place])), groups.members(int(other[place])), value)
        for first, second in pairs:
            if len(found) == most:
                return int(count.sum()), found
            found.append((first, second, float(alike[place])))
    return int(count.sum()), found


def _differing(group: Ints, value: Ints, one: Ints, other: Ints) -> Ints:
    """Count for pairs of groups, or a group and itself, the pairs of texts that do not agree."""
    kinds = np.int64(value.max(initial=0) + 1)
    known = np.bincount(group[value != -1], minlength=int(group.max(initial=-1)) + 1)
    keys, counts = np.unique(group[value >= 0] * kinds + value[value >= 0], return_counts=True)
    starts = np.searchsorted(keys, np.arange(len(known) + 1) * kinds)
    sizes = np.diff(starts)[one]  # values of each first group
    at = arrays.stretches(starts[one], sizes)
    pair = np.repeat(np.arange(len(one)), sizes)
    wanted = other[pair] * kinds + keys[at] % kinds
    there = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    theirs = np.where(keys[there] == wanted, counts[there], 0) if len(keys) else wanted
    itself = one == other
    agree = np.bincount(pair, counts[at] * (theirs - itself[pair]), len(one)).astype(np.int64)
    every = known[one] * (known[other] - itself)
    return np.asarray(np.where(itself, (every - agree) // 2, every - agree), np.int64)


def _pairs(ones: Ints, others: Ints, value: Ints) -> Iterator[tuple[int, int]]:
    ones, others = (group[value[group] != -1] for group in (ones, others))
    same = len(ones) and len(others) and ones[0] == others[0]  # a group and itself
    for first in ones.tolist():
        differ = (value[others] != value[first]) | (value[first] == MIXED)
        if same:
            differ &= others > first
        for second in others[differ].tolist():
            yield min(first, second), max(first, second)
