"""Texts as sequences of words: the same, nearly the same, one within another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rubrix_widget import arrays
from rubrix_widget.engine import Engine
from rubrix_widget.index import running_words

Ints = npt.NDArray[np.int64]
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no word is lost by multiplying
_AT_ONCE = 2_000_000  # pairs in memory


@dataclass(frozen=True)
class Texts:
    """The words of some records, one after the other.

    Attributes
    ----------
    records : ndarray of int64, (texts,)
        Positions in the dataset, in order; records without words are left out.
    offsets : ndarray of int64, (texts + 1,)
    words : ndarray of int64, (words,)
        Words as numbers; the commoner, the higher.
    """

    records: Ints
    offsets: Ints
    words: Ints

    @property
    def sizes(self) -> Ints:
        """How many words each text has."""
        return np.diff(self.offsets)

    def same(self) -> Ints:
        """Return a number for each text, equal where the words are the same in the same order."""
        whole = _Hashes(self.words).of(self.offsets[:-1], self.offsets[1:])
        codes, _ = arrays.factorize(whole.view(np.int64) ^ (self.sizes << 40))
        return codes.astype(np.int64)

    def within(self, least: int) -> tuple[Ints, Ints]:
        """Return pairs of texts of which the first stands whole within the second, longer one.

        Parameters
        ----------
        least : int
            Words that the first has to have.
        """
        hashes, sizes = _Hashes(self.words), self.sizes
        text_of = np.repeat(np.arange(len(sizes)), sizes)
        room = self.offsets[1:][text_of] - np.arange(len(self.words))  # words left in the text
        inner: list[Ints] = []
        outer: list[Ints] = []
        for size in np.unique(sizes[sizes >= least]).tolist():
            texts = np.flatnonzero(sizes == size)
            begin = self.offsets[texts]
            wanted = hashes.of(begin, begin + size)
            starts = np.flatnonzero((room >= size) & (sizes[text_of] > size))
            if not len(starts):
                continue
            windows = hashes.of(starts, starts + size)
            order = np.argsort(wanted, kind="stable")
            first = np.searchsorted(wanted[order], windows, side="left")
            last = np.searchsorted(wanted[order], windows, side="right")
            hit = np.flatnonzero(last > first)
            counts = (last - first)[hit]
            at = arrays.stretches(first[hit], counts)
            inner.append(texts[order[at]])
            outer.append(text_of[starts[np.repeat(hit, counts)]])
        if not inner:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        pairs = np.unique(np.stack([np.concatenate(inner), np.concatenate(outer)]), axis=1)
        return pairs[0], pairs[1]

    def near(self, similarity: float) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
        """Return pairs of texts that share so much of their different words (Jaccard).

        S. Chaudhuri, V. Ganti, R. Kaushik, "A primitive operator for similarity joins in data
        cleaning", ICDE 2006: two such texts share one of their rarest words, so only texts that do
        are compared. Exact, no sampling.

        Returns
        -------
        first, second : ndarray of int64
            Texts; the first is the one logged earlier.
        similarity : ndarray of float64
        """
        codes = np.unique(np.repeat(np.arange(len(self.sizes)), self.sizes) << 32 | self.words)
        text, word = codes >> 32, codes & 0xFFFFFFFF
        sizes = np.bincount(text, minlength=len(self.sizes))
        starts = np.cumsum(sizes) - sizes
        rank = np.arange(len(text)) - starts[text]
        prefix = sizes - np.ceil(similarity * sizes - 1e-9).astype(np.int64) + 1
        rare = rank < prefix[text]
        order = np.lexsort((sizes[text[rare]], word[rare]))
        by_word, texts = word[rare][order], text[rare][order]
        found: list[tuple[Ints, Ints]] = []
        for one, other in _pairs(by_word):
            first, second = texts[one], texts[other]
            fits = sizes[first] >= similarity * sizes[second]
            found.append((first[fits], second[fits]))
        first, second = _ordered(found, len(self.sizes))
        shared = self._shared(first, second, starts, sizes, word)
        alike = shared / (sizes[first] + sizes[second] - shared)
        kept = alike >= similarity - 1e-9
        return first[kept], second[kept], alike[kept]

    def _shared(self, first: Ints, second: Ints, starts: Ints, sizes: Ints, word: Ints) -> Ints:
        """Count the different words that texts have in common."""
        found = np.zeros(len(first), np.int64)
        for at in range(0, len(first), max(1, _AT_ONCE // 64)):
            block = slice(at, at + max(1, _AT_ONCE // 64))
            one, other = first[block], second[block]
            place = np.concatenate([np.repeat(np.arange(len(one)), sizes[x]) for x in (one, other)])
            words = np.concatenate(
                [word[arrays.stretches(starts[x], sizes[x])] for x in (one, other)]
            )
            keys = np.sort(place << 32 | words)
            twice = keys[1:][keys[1:] == keys[:-1]] >> 32
            found[block] = np.bincount(twice, minlength=len(one))
        return found


def texts_of(engine: Engine, chosen: npt.NDArray[np.bool_]) -> Texts:
    """Return the words of the text of some records."""
    records, words, _ = running_words(engine.corpus["text"])
    keep = chosen[records]
    records, words = records[keep].astype(np.int64), words[keep]
    counts = np.bincount(words, minlength=int(words.max(initial=-1)) + 1)
    order = np.empty(len(counts), np.int64)
    order[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    found, starts = np.unique(records, return_index=True)
    return Texts(found, np.append(starts, len(records)).astype(np.int64), order[words])


class _Hashes:
    """Polynomial hashes of stretches of words, modulo 2**64.

    Sums are of ``word * base**place``; what is left of a stretch is made free of its place by the
    inverse of the base, which an odd number has.
    """

    def __init__(self, words: Ints) -> None:
        values = _spread(words.astype(np.uint64) + np.uint64(1))
        with np.errstate(over="ignore"):
            powers = _powers(_BASE, len(words))
            self._back = _powers(np.uint64(pow(int(_BASE), -1, 2**64)), len(words))
            self._sums = np.concatenate(([np.uint64(0)], np.cumsum(values * powers)))

    def of(self, start: Ints, end: Ints) -> npt.NDArray[np.uint64]:
        with np.errstate(over="ignore"):
            return np.asarray((self._sums[end] - self._sums[start]) * self._back[start], np.uint64)


def _powers(base: np.uint64, size: int) -> npt.NDArray[np.uint64]:
    found = np.full(size, base)
    found[:1] = 1
    return np.multiply.accumulate(found)


def _spread(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Mix the bits of numbers (splitmix64, S. Vigna, public domain)."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _pairs(words: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield all pairs of places that have the same word, block by block."""
    bounds = np.flatnonzero(np.diff(words)) + 1
    starts = np.concatenate(([0], bounds)).astype(np.int64)
    sizes = np.diff(np.append(starts, len(words)))
    within = arrays.stretches(np.zeros_like(sizes), sizes)
    after = np.repeat(sizes, sizes) - within - 1  # places after each in its group
    begin = 0
    total = np.cumsum(after)
    while begin < len(words):
        target = (total[begin - 1] if begin else 0) + _AT_ONCE
        end = max(begin + 1, int(np.searchsorted(total, target, side="right")))
        counts = after[begin:end]
        one = np.repeat(np.arange(begin, end), counts)
        yield one, arrays.stretches(np.arange(begin + 1, end + 1), counts)
        begin = end


def _ordered(found: list[tuple[Ints, Ints]], size: int) -> tuple[Ints, Ints]:
    """Return pairs once each, the smaller number first."""
    keys = [np.minimum(a, b) * np.int64(size) + np.maximum(a, b) for a, b in found]
    every = np.unique(np.concatenate(keys)) if keys else np.zeros(0, np.int64)
    return every // size, every % size
