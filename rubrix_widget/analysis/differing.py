"""Pairs of texts that are alike and annotated otherwise: all are counted, some are kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np

from rubrix_widget.analysis.sets import Floats, Sets
from rubrix_widget.analysis.texts import Ints, Tell, Texts, portions

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

    @property
    def sizes(self) -> Ints:
        """How many things are in each group."""
        return np.diff(self._starts)

    def members(self, group: int) -> Ints:
        """Return the things of a group, in order."""
        return self._order[self._starts[group] : self._starts[group + 1]]

    def values(self, value: Ints) -> Ints:
        """Return the one value of each group, -1 for none, -2 for several.

        Parameters
        ----------
        value : ndarray of int64, (things,)
            0 or more, -1 for none, which does not count, -2 for several.
        """
        if not len(value):
            return value
        ordered, starts = value[self._order], self._starts[:-1]
        high = np.maximum.reduceat(ordered, starts)
        low = np.minimum.reduceat(np.where(ordered == -1, high.max() + 1, ordered), starts)
        return np.where(low < high, MIXED, np.where(low == MIXED, MIXED, high))


def near(
    texts: Texts, value: Ints, similarity: float, most: int, tell: Tell
) -> tuple[int, list[Pair]]:
    """Count pairs of different texts with nearly the same words that do not agree in their value.

    Parameters
    ----------
    texts
        Different ones.
    value : ndarray of int64, (texts,)
        What each is annotated as, -2 for several.
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
    sets = Sets.of(texts)
    groups = Groups(sets.kinds())
    sets, values = sets.take(groups.first), _Values(groups, value)
    alike = sets.alike()
    itself = np.flatnonzero(alike >= similarity * (1 - 1e-9))
    count, best = 0, _Best(len(alike), most)
    for one, other, similar in chain(
        [(itself, itself, alike[itself])], sets.near(similarity, tell)
    ):
        differing = values.differing(one, other)
        count += int(differing.sum())
        some = differing > 0
        best.add(one[some], other[some], similar[some])
    found: list[Pair] = []
    for first, second, share in best.pairs():
        for pair in _pairs(groups.members(first), groups.members(second), value):
            if len(found) == most:
                return count, found
            found.append((*pair, share))
    return count, found


def contained(
    texts: Texts, value: Ints, least: int, most: int, tell: Tell
) -> tuple[int, list[Pair]]:
    """Count texts that stand within others with another value.

    Parameters
    ----------
    texts, value, most, tell
        As of :func:`near`.
    least : int
        Words that a text has to have to be looked for.

    Returns
    -------
    count : int
    pairs : list of tuple
        Two texts, the one within the other first, and 1; in the order of the first one.
    """
    count, best = 0, _Best(len(value), most)
    for one, other in texts.within(least, tell):
        some = (value[one] != value[other]) | (value[one] == MIXED)
        count += int(some.sum())
        best.add(one[some], other[some], np.ones(int(some.sum())))
    return count, list(best.pairs())


class _Values:
    """How many things of each group have each value; each thing has one or several."""

    def __init__(self, groups: Groups, value: Ints) -> None:
        self._sizes, self._only = groups.sizes, groups.values(value)
        self._kinds = np.int64(value.max(initial=0) + 1)
        some = value >= 0
        keys = groups.of[some] * self._kinds + value[some]
        self._keys, self._counts = np.unique(keys, return_counts=True)
        self._starts = np.searchsorted(self._keys, np.arange(len(self._sizes) + 1) * self._kinds)

    def differing(self, one: Ints, other: Ints) -> Ints:
        """Count for pairs of groups, or a group and itself, the pairs that do not agree."""
        itself = one == other
        every = self._sizes[one] * (self._sizes[other] - itself)
        agree = np.where(self._only[one] == self._only[other], every, 0)
        several = (self._only[one] == MIXED) | (self._only[other] == MIXED)
        agree[several] = self._agreeing(one[several], other[several])
        return np.asarray(np.where(itself, (every - agree) // 2, every - agree), np.int64)

    def _agreeing(self, one: Ints, other: Ints) -> Ints:
        """Count the pairs that agree, value by value; those of a group and itself twice."""
        found = np.zeros(len(one), np.int64)
        for pair, number, _ in portions(np.diff(self._starts)[one]):
            at = self._starts[one[pair]] + number
            wanted = other[pair] * self._kinds + self._keys[at] % self._kinds
            there = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
            theirs = np.where(self._keys[there] == wanted, self._counts[there], 0)
            theirs -= one[pair] == other[pair]
            found += np.bincount(pair, self._counts[at] * theirs, len(one)).astype(np.int64)
        return found


class _Best:
    """The most similar of many pairs, of those the earliest."""

    def __init__(self, things: int, most: int) -> None:
        self._n, self._most = np.int64(things), most
        self._keys, self._alike = np.zeros(0, np.int64), np.zeros(0)

    def add(self, one: Ints, other: Ints, alike: Floats) -> None:
        keys = one * self._n + other
        if len(self._keys) == self._most > 0:
            worst, last = self._alike[-1], self._keys[-1]
            some = (alike > worst) | ((alike == worst) & (keys < last))
            keys, alike = keys[some], alike[some]
        keys, alike = np.append(self._keys, keys), np.append(self._alike, alike)
        order = np.lexsort((keys, -alike))[: self._most]
        self._keys, self._alike = keys[order], alike[order]

    def pairs(self) -> Iterator[Pair]:
        """Yield them, the most similar first."""
        for key, alike in zip(self._keys.tolist(), self._alike.tolist(), strict=True):
            yield *divmod(key, int(self._n)), alike


def _pairs(ones: Ints, others: Ints, value: Ints) -> Iterator[tuple[int, int]]:
    """Yield the pairs of two groups, or of a group and itself, that do not agree."""
    same = ones[0] == others[0]
    only = np.unique(value[others])
    if len(only) == 1 and only[0] != MIXED:  # then most may have no pair
        ones = ones[value[ones] != only[0]]
    for first in ones.tolist():
        differ = (value[others] != value[first]) | (value[first] == MIXED)
        if same:
            differ &= others > first
        for second in others[differ].tolist():
            yield min(first, second), max(first, second)
