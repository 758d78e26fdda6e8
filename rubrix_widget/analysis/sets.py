"""Texts as sets of words: nearly the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

import numpy as np
import numpy.typing as npt

from rubrix_widget import arrays
from rubrix_widget.analysis.texts import Ints, Shorts, Tell, Texts, portions, spread

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint64]
_ROWS, _TABLE = 256, 1 << 25  # sets whose words are in a table at once, and its size

_DENSE = 32  # pairs of each of them, from which on they are multiplied as matrices


@dataclass(frozen=True)
class Sets:
    """The different words of some texts.

    Attributes
    ----------
    sizes : ndarray of int64, (texts,)
        How many words each has.
    common : Texts
        Those of them that another one has too, the rarest first.
    """

    sizes: Ints
    common: Texts

    @classmethod
    def of(cls, texts: Texts) -> Sets:
        """Return the different words of each text."""
        codes = np.repeat(np.arange(len(texts.sizes)), texts.sizes)
        codes <<= 32
        codes |= texts.words
        codes.sort()
        codes = codes[np.diff(codes, prepend=-1) != 0]
        words, text = codes.astype(np.int32), (codes >> 32).astype(np.int32)
        sizes = np.bincount(text, minlength=len(texts.sizes))
        common = (np.bincount(words) > 1)[words]
        held = np.bincount(text[common], minlength=len(sizes))
        offsets = np.append(0, np.cumsum(held))
        return cls(sizes, Texts(texts.records, offsets, words[common]))

    def take(self, some: Ints) -> Sets:
        """Return some of the sets; what is common stays so."""
        sizes = self.common.sizes[some]
        words = self.common.words[arrays.stretches(self.common.offsets[some], sizes)]
        common = Texts(self.common.records[some], np.append(0, np.cumsum(sizes)), words)
        return Sets(self.sizes[some], common)

    def kinds(self) -> Ints:
        """Return a number for each set, equal where size and common words are the same.

        Two of a kind are either the same, or as like each other as any two of that kind: each has
        as many words that no other has. Numbers are given in the order of first use.
        """
        same = self.common.same() * (self.sizes.max(initial=0) + 1) + self.sizes
        return arrays.factorize(same)[0].astype(np.int64)

    def alike(self) -> Floats:
        """Return how similar two sets of each one's kind are."""
        shared = self.common.sizes
        return np.asarray(shared / (2 * self.sizes - shared))

    def near(self, similarity: float, tell: Tell) -> Iterator[tuple[Ints, Ints, Floats]]:
        """Yield pairs of sets that share so much of their words (Jaccard), each pair once.

        Two such sets share one of their rarest words, so only sets that do are compared (S.
        Chaudhuri, V. Ganti, R. Kaushik, "A primitive operator for similarity joins in data
        cleaning", ICDE 2006); of the shorter one fewer will do (C. Xiao et al., "Efficient
        similarity joins for near duplicate detection", WWW 2008). Most others are told apart by
        256 bits (E. F. O. Sandes, G. L. M. Teodoro, A. C. M. A. Melo, "Bitmap filter: speeding up
        exact set similarity joins with bitwise operations", Information Systems 88, 2020). Exact,
        no sampling.

        Parameters
        ----------
        similarity : float
        tell : callable
            Told the share of the work that is done.

        Yields
        ------
        first, second : ndarray of int64
            Sets; the first is the earlier one.
        similarity : ndarray of float64
        """
        order = np.argsort(self.sizes, kind="stable")  # an order in which no later one is shorter
        for one, other, alike in self.take(order)._near(similarity * (1 - 1e-9), tell):
            first, second = order[one], order[other]
            yield np.minimum(first, second), np.maximum(first, second), alike

    def _near(self, least: float, tell: Tell) -> Iterator[tuple[Ints, Ints, Floats]]:
        sizes, alone = self.sizes, self.sizes - self.common.sizes
        entries = self._entries(least)
        at, keys = np.flatnonzero(entries & 1), entries >> 1
        text = keys & 0x7FFFFFFF
        at = at[np.argsort(text[at], kind="stable")]  # what a pair comes by stands together
        most = np.minimum(sizes[text[at]] / least + 1e-9, 2.0**30).astype(np.int64)
        beyond = np.searchsorted(sizes, most, side="right")  # the first set that is too long
        end = np.searchsorted(entries, entries[at] >> 32 << 32 | beyond << 1)
        both = np.arange(2 * sizes.max(initial=0) + 1)
        spare = both - 2 * _up(least / (1 + least) * both)  # words that only one of two may have
        for element, number, share in portions(np.maximum(end - at - 1, 0)):
            place = at[element]
            one, other = text[place], text[place + 1 + number]
            room = spare[sizes[one] + sizes[other]] - alone[one] - alone[other]
            for column in self._bits:
                some = np.flatnonzero(room >= 0)
                one, other, room = one[some], other[some], room[some]
                room -= np.bitwise_count(column[one] ^ column[other])
            pairs = arrays.distinct((one * len(sizes) + other)[room >= 0])
            one, other = pairs // len(sizes), pairs % len(sizes)
            begun = text[at[element[0]]]  # maybe in the portion before, by the same words
            by = keys[at[np.searchsorted(text[at], begun) : element[0] + 1]] >> 31
            met = _having(keys, by[:-1], other)
            met |= _having(keys, by[-1:], other) & (other < text[at[element[0]] + 1 + number[0]])
            one, other = one[~met | (one != begun)], other[~met | (one != begun)]
            shared = self._shared(one, other)
            alike = shared / (sizes[one] + sizes[other] - shared)
            kept = alike >= least
            tell(share)
            yield one[kept], other[kept], alike[kept]

    def _entries(self, least: float) -> Ints:
        """Return the rarest words of each set, one of which near ones share, sorted.

        Each is a word, the set, and whether so many are enough where the set is the shorter one.
        """
        sizes, held = self.sizes, self.common.sizes
        text = np.repeat(np.arange(len(sizes), dtype=np.int32), held)
        rank = np.arange(len(text), dtype=np.int32)
        rank -= (self.common.offsets[:-1] - (sizes - held)).astype(np.int32)[text]
        rare = np.flatnonzero(rank <= (sizes - _up(least * sizes))[text])
        text, rank = text[rare], rank[rare]
        shorter = rank <= (sizes - _up(2 * least / (1 + least) * sizes))[text]
        entries = self.common.words[rare].astype(np.int64) << 32
        entries |= text.astype(np.int64) << 1
        entries |= shorter
        entries.sort()
        return entries

    @cached_property
    def _bits(self) -> list[Bits]:
        """Bits of each set in four columns; each common word turns one of them over.

        Where two sets differ in so many bits, they differ in as many words at least.
        """
        some, words = self.common.sizes > 0, self.common.words
        place = spread(np.arange(1, int(words.max(initial=0)) + 2, dtype=np.uint64)) >> np.uint64(
            56
        )
        bit = np.uint64(1) << (place & np.uint64(63))
        found = [np.zeros(len(self.sizes), np.uint64) for _ in range(4)]
        for column, made in enumerate(found):
            if some.any():
                of_word = np.where(place >> np.uint64(6) == column, bit, np.uint64(0))
                starts = self.common.offsets[:-1][some]
                made[some] = np.bitwise_xor.reduceat(of_word[words], starts)
        return found

    def _shared(self, one: Ints, other: Ints) -> Ints:
        """Count the words that pairs of sets, ordered by the first, have in common."""
        words, starts, held = self.common.words, self.common.offsets[:-1], self.common.sizes
        found = np.zeros(len(one), np.int64)
        local = np.zeros(int(words.max(initial=0)) + 1, np.int32)
        run = np.cumsum(np.diff(one, prepend=-1) != 0) - 1
        rows = min(_ROWS, max(1, isqrt(_TABLE // int(held[one].max(initial=1)))))
        for begin in range(0, int(run[-1]) + 1 if len(run) else 0, rows):
            first, last = np.searchsorted(run, (begin, begin + rows))
            row, theirs = run[first:last] - begin, other[first:last]
            sets = one[first:last][np.diff(row, prepend=-1) != 0]
            known = np.unique(words[arrays.stretches(starts[sets], held[sets])])
            local[known] = np.arange(1, len(known) + 1)
            if len(row) > _DENSE * len(sets):
                found[first:last] = self._crossed(sets, row, theirs, local, len(known))
            else:
                has = self._table(sets, local, len(known))
                for pair, number, _ in portions(held[theirs]):
                    hit = has[row[pair], local[words[starts[theirs[pair]] + number]]]
                    found[first:last] += np.bincount(pair[hit], minlength=len(row))
            local[known] = 0
        return found

    def _crossed(self, sets: Ints, row: Ints, theirs: Ints, local: Shorts, known: int) -> Ints:
        """Count what many pairs of few sets have in common: each with each, by a product."""
        found = np.zeros(len(row), np.int64)
        has = self._table(sets, local, known).astype(np.float32)
        others, column = np.unique(theirs, return_inverse=True)
        step = max(1, _TABLE // max(len(sets), known))
        for begin in range(0, len(others), step):
            some = np.flatnonzero((column >= begin) & (column < begin + step))
            table = self._table(others[begin : begin + step], local, known).astype(np.float32)
            found[some] = (has @ table.T)[row[some], column[some] - begin]
        return found

    def _table(self, sets: Ints, local: Shorts, known: int) -> npt.NDArray[np.bool_]:
        """Return which of the words that have a number here each set has; 0 is for the others."""
        held = self.common.sizes[sets]
        found = np.zeros((len(sets), known + 1), np.bool_)
        words = self.common.words[arrays.stretches(self.common.offsets[sets], held)]
        found[np.repeat(np.arange(len(sets)), held), local[words]] = True
        found[:, 0] = False
        return found


def _having(keys: Ints, words: Ints, sets: Ints) -> npt.NDArray[np.bool_]:
    """Tell which sets have one of some words, by sorted keys of a word and a set."""
    found = np.zeros(len(sets), np.bool_)
    for word in words.tolist():
        asked = word << 31 | sets
        there = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
        found |= keys[there] == asked
    return found


def _up(values: npt.NDArray[np.floating]) -> Ints:
    """Return the next whole numbers, but for what comes of rounding."""
    return np.asarray(np.ceil(values - 1e-9), np.int64)
