"""Texts as sequences of words: the same, nearly the same, one within another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rubrix_widget import arrays
from rubrix_widget.engine import Engine
from rubrix_widget.index import running_words

Ints = npt.NDArray[np.int64]
Tell = Callable[[float], None]
_NONE = np.zeros(0, np.int64)
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no word is lost by multiplying
_AT_ONCE = 2_000_000  # pairs or words in memory


def _nobody(_share: float) -> None:
    """Hear of the work that is done."""


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

    @cached_property
    def sizes(self) -> Ints:
        """How many words each text has."""
        return np.diff(self.offsets)

    @cached_property
    def _hashes(self) -> _Hashes:
        return _Hashes(self.words)

    def take(self, texts: Ints) -> Texts:
        """Return some of the texts."""
        sizes = self.sizes[texts]
        words = self.words[arrays.stretches(self.offsets[texts], sizes)]
        return Texts(self.records[texts], np.append(0, np.cumsum(sizes)), words)

    def same(self) -> Ints:
        """Return a number for each text, equal where the words are the same in the same order.

        Numbers are given in the order of first use.
        """
        hashes = self._hashes.of(self.offsets[:-1], self.offsets[1:]).view(np.int64)
        codes, distinct = arrays.factorize(hashes ^ (self.sizes << 40))
        _, first = np.unique(codes, return_index=True)
        of_it = first[codes]
        alike = self.sizes == self.sizes[of_it]
        some = np.flatnonzero(alike & (of_it != np.arange(len(codes))))
        starts = self.offsets[:-1]
        alike[some] = self._equal(starts[some], starts[of_it[some]], self.sizes[some])
        apart: dict[bytes, int] = {}  # other words with the same hash, as hostile texts may have
        for place in np.flatnonzero(~alike).tolist():
            words = self.words[self.offsets[place] : self.offsets[place + 1]].tobytes()
            codes[place] = apart.setdefault(words, len(distinct) + len(apart))
        return arrays.factorize(codes)[0].astype(np.int64) if apart else codes.astype(np.int64)

    def within(self, least: int, tell: Tell = _nobody) -> tuple[Ints, Ints]:
        """Return pairs of texts of which the first stands whole within the second, longer one.

        Each text is looked for where its rarest stretch of so many words stands, and nowhere else.

        Parameters
        ----------
        least : int
            Words that the first has to have, 1 at least.
        tell : callable
            Told the share of the work that is done.
        """
        sizes, starts = self.sizes, self.offsets[:-1]
        text_of = np.repeat(np.arange(len(sizes)), sizes)
        room = self.offsets[1:][text_of] - np.arange(len(self.words))  # words left in the text
        places = np.flatnonzero(room >= least)
        if not len(places):
            return _NONE, _NONE
        codes, distinct = arrays.factorize(self._hashes.of(places, places + least))
        times = np.bincount(codes, minlength=len(distinct))
        by_code = np.argsort(codes, kind="stable")
        first = np.cumsum(times) - times
        rarest = _least_of_each(times[codes], text_of[places])
        inner, code = text_of[places[rarest]], codes[rarest]
        shift = places[rarest] - starts[inner]
        found: list[Ints] = []
        for block in _blocks(times[code]):
            counts = times[code[block]]
            one = np.repeat(inner[block], counts)
            begin = places[by_code[arrays.stretches(first[code[block]], counts)]]
            begin -= np.repeat(shift[block], counts)
            size, other = sizes[one], text_of[np.maximum(begin, 0)]
            fits = (begin >= starts[other]) & (begin + size <= starts[other] + sizes[other])
            fits &= (begin >= 0) & (sizes[other] > size)
            one, other, begin, size = (column[fits] for column in (one, other, begin, size))
            equal = self._hashes.of(begin, begin + size)
            hit = equal == self._hashes.of(starts[one], starts[one] + size)
            hit[hit] = self._equal(begin[hit], starts[one[hit]], size[hit])
            found.append(arrays.distinct(one[hit] * np.int64(len(sizes)) + other[hit]))
            tell(block.stop / len(code))
        pairs = arrays.distinct(np.concatenate(found))
        return pairs // len(sizes), pairs % len(sizes)

    def sets(self) -> Texts:
        """Return texts of each one's different words, the rarest first."""
        text = np.repeat(np.arange(len(self.sizes)), self.sizes)
        codes = arrays.distinct(text << 32 | self.words)
        sizes = np.bincount(codes >> 32, minlength=len(self.sizes))
        return Texts(self.records, np.append(0, np.cumsum(sizes)), codes & 0xFFFFFFFF)

    def near(
        self, similarity: float, tell: Tell = _nobody
    ) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
        """Return pairs of sets of words that share so much of them (Jaccard).

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

        Returns
        -------
        first, second : ndarray of int64
            Texts; the first is the one logged earlier.
        similarity : ndarray of float64
        """
        n, sizes, starts = np.int64(len(self.sizes)), self.sizes, self.offsets[:-1]
        least = similarity * (1 - 1e-9)
        text = np.repeat(np.arange(n), sizes)
        rank = np.arange(len(text)) - starts[text]
        rare = rank <= sizes[text] - _up(least * sizes)[text]
        text, rank, word = text[rare], rank[rare], self.words[rare]
        shorter = rank <= sizes[text] - _up(2 * least / (1 + least) * sizes)[text]
        key = word << 32 | sizes[text] << 1 | ~shorter
        order = np.argsort(key, kind="stable")
        key, text, shorter = key[order], text[order], shorter[order]
        most = np.minimum(sizes[text] / least + 1e-9, 2.0**30).astype(np.int64)
        end = np.searchsorted(key, (key >> 32) << 32 | most << 1 | 1, side="right")
        after = np.where(shorter, end - np.arange(len(key)) - 1, 0)  # that are not too long
        bits = self._bits()
        found = [(_NONE, np.zeros(0))]
        for block in _blocks(after):
            one = text[np.repeat(np.arange(block.start, block.stop), after[block])]
            other = text[arrays.stretches(np.arange(block.start, block.stop) + 1, after[block])]
            both: Ints = sizes[one] + sizes[other]
            room: Ints = both - 2 * _up(least / (1 + least) * both)  # words that only one may have
            for column in bits:
                room -= np.bitwise_count(column[one] ^ column[other])
                fits = room >= 0
                one, other, room = one[fits], other[fits], room[fits]
            pairs = arrays.distinct(np.minimum(one, other) * n + np.maximum(one, other))
            first, second = pairs // n, pairs % n
            shared = self._shared(first, second)
            alike = shared / (sizes[first] + sizes[second] - shared)
            kept = alike >= least
            found.append((pairs[kept], alike[kept]))
            tell(block.stop / len(after))
        every, places = np.unique(np.concatenate([one for one, _ in found]), return_index=True)
        alike = np.concatenate([one for _, one in found])[places]
        return every // n, every % n, alike

    def _bits(self) -> list[npt.NDArray[np.uint64]]:
        """Return bits of each text in four columns; each word turns one of them over.

        Where two texts differ in so many bits, they differ in as many words at least.
        """
        place = _spread(self.words.astype(np.uint64) + np.uint64(1)) >> np.uint64(56)
        bit = np.uint64(1) << (place & np.uint64(63))
        return [
            np.bitwise_xor.reduceat(np.where(place >> np.uint64(6) == column, bit, 0), starts)
            if len(starts := self.offsets[:-1])
            else np.zeros(0, np.uint64)
            for column in range(4)
        ]

    def _shared(self, first: Ints, second: Ints) -> Ints:
        """Count the words that sets have in common."""
        sizes, starts, word = self.sizes, self.offsets[:-1], self.words
        found = np.zeros(len(first), np.int64)
        for block in _blocks(sizes[first] + sizes[second]):
            one, other = first[block], second[block]
            place = np.concatenate([np.repeat(np.arange(len(one)), sizes[x]) for x in (one, other)])
            words = np.concatenate(
                [word[arrays.stretches(starts[x], sizes[x])] for x in (one, other)]
            )
            keys = np.sort(place << 32 | words)
            twice = keys[1:][keys[1:] == keys[:-1]] >> 32
            found[block] = np.bincount(twice, minlength=len(one))
        return found

    def _equal(self, one: Ints, other: Ints, sizes: Ints) -> npt.NDArray[np.bool_]:
        """Tell whether stretches of words are the same, word by word: hashes alone may be not."""
        found = np.ones(len(sizes), np.bool_)
        for block in _blocks(sizes):
            lengths = sizes[block]
            mine, theirs = (self.words[arrays.stretches(x[block], lengths)] for x in (one, other))
            wrong = np.repeat(np.arange(len(lengths)), lengths)[mine != theirs]
            found[block.start + wrong] = False
        return found


def texts_of(engine: Engine, chosen: npt.NDArray[np.bool_]) -> Texts:
    """Return the words of the text of some records."""
    records, words, _ = running_words(engine.corpus["text"])
    keep = chosen[records]
    records, words = records[keep].astype(np.int64), words[keep]
    if (np.diff(records) < 0).any():  # logged again, in a later part
        order = np.argsort(records, kind="stable")
        records, words = records[order], words[order]
    counts = np.bincount(words, minlength=int(words.max(initial=-1)) + 1)
    places = np.empty(len(counts), np.int64)
    places[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    found, starts = np.unique(records, return_index=True)
    return Texts(found, np.append(starts, len(records)).astype(np.int64), places[words])


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


def _up(values: npt.NDArray[np.floating]) -> Ints:
    """Return the next whole numbers, but for what comes of rounding."""
    return np.asarray(np.ceil(values - 1e-9), np.int64)


def _blocks(counts: Ints) -> Iterator[slice]:
    """Yield stretches of work, each of about as many pairs or words as are held at once."""
    total, begin = np.cumsum(counts), 0
    while begin < len(counts):
        target = (total[begin - 1] if begin else 0) + _AT_ONCE
        end = max(begin + 1, int(np.searchsorted(total, target, side="right")))
        yield slice(begin, end)
        begin = end


def _least_of_each(values: Ints, group: Ints) -> Ints:
    """Return the place of the smallest value of each group; groups stand together."""
    begin = np.flatnonzero(np.diff(group, prepend=-1))
    least = np.repeat(np.minimum.reduceat(values, begin), np.diff(np.append(begin, len(group))))
    places = np.flatnonzero(values == least)
    return places[np.flatnonzero(np.diff(group[places], prepend=-1))]
