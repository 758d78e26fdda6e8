"""Texts as sequences of words: the same, or one within another."""

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
Shorts = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Tell = Callable[[float], None]
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no word is lost by multiplying
_AT_ONCE = 1 << 18  # pairs or words that are looked at together: so many stay in the cache
_STEP = 4096
_COMMON = 32  # places of a stretch of words; one with more tells little of where a text stands


def _nobody(_share: float) -> None:
    """Hear of the work that is done."""


def portions(counts: Ints) -> Iterator[tuple[Ints, Ints, float]]:
    """Yield work in portions that fit into memory, however much there is of it.

    Parameters
    ----------
    counts : ndarray of int64, (elements,)
        Pieces of work of each element.

    Yields
    ------
    element, number : ndarray of int64
        Of each piece its element, and which of the element's pieces it is.
    share : float
        Of all pieces that are done with these.
    """
    ends = np.cumsum(counts)
    begins, total = ends - counts, int(ends[-1]) if len(ends) else 0
    for begin in range(0, total, _AT_ONCE):
        end = min(begin + _AT_ONCE, total)
        first, last = np.searchsorted(ends, (begin, end - 1), side="right")
        some = slice(first, last + 1)
        sizes = np.minimum(ends[some], end) - np.maximum(begins[some], begin)
        element = np.repeat(np.arange(first, last + 1), sizes)
        yield element, np.arange(begin, end) - begins[element], end / total


@dataclass(frozen=True)
class Texts:
    """The words of some records, one after the other.

    Attributes
    ----------
    records : ndarray of int64, (texts,)
        Positions in the dataset, in order; records without words are left out.
    offsets : ndarray of int64, (texts + 1,)
    words : ndarray of int32, (words,)
        Words as numbers; the commoner, the higher.
    """

    records: Ints
    offsets: Ints
    words: Shorts

    @cached_property
    def sizes(self) -> Ints:
        """How many words each text has."""
        return np.diff(self.offsets)

    @cached_property
    def _hashes(self) -> _Hashes:
        return _Hashes(self.words)

    def take(self, texts: Ints) -> Texts:
        """Return some of the texts, in order; all of them are not copied."""
        if len(texts) == len(self.records):
            return self
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

    def within(self, least: int, tell: Tell = _nobody) -> Iterator[tuple[Ints, Ints]]:
        """Yield pairs of texts of which the first stands whole within the second, longer one.

        Each text is looked for where its rarest stretch of so many words stands; where that is
        common, its rarest one of twice as many, and so on. So texts that share a phrase, or are
        made of few words, are not each compared with each. Every pair comes once.

        Parameters
        ----------
        least : int
            Words that the first has to have, 1 at least.
        tell : callable
            Told the share of the work that is done.
        """
        text_of = np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes)
        room = self.offsets[1:].astype(np.int32)[text_of]  # words left in the text
        room -= np.arange(len(text_of), dtype=np.int32)
        places = np.flatnonzero(room >= least).astype(np.int32)
        wanted, length, done = self.sizes >= least, least, 0.0
        while len(places):
            bucket = self._buckets(places, length)
            times = np.bincount(bucket).astype(np.int32)[bucket]  # it stands so often at most
            rarest = _least_of_each(times, text_of[places])
            rarest = rarest[wanted[text_of[places[rarest]]]]
            last = self.sizes[text_of[places[rarest]]] < 2 * length
            now = rarest[last | (times[rarest] <= _COMMON)]
            wanted[text_of[places[now]]] = False
            left = places[(times > _COMMON) & (room[places] >= 2 * length)]
            for one, other, share in self._around(places, length, bucket, now, text_of):
                tell(done + share * (1 - done) / 2)
                yield one, other
            places, length, done = left, 2 * length, (1 + done) / 2

    def _buckets(self, places: Shorts, length: int) -> Shorts:
        """Return a few bits of the hash of each stretch: about as many kinds as stretches."""
        shift = np.uint64(64 - max(len(places).bit_length() - 1, 1))
        found = np.empty(len(places), np.int32)
        for begin in range(0, len(places), _AT_ONCE):
            some = slice(begin, begin + _AT_ONCE)
            found[some] = self._hashes.of(places[some], places[some] + length) >> shift
        return found

    def _around(
        self, places: Shorts, length: int, bucket: Shorts, rarest: Ints, text_of: Shorts
    ) -> Iterator[tuple[Ints, Ints, float]]:
        """Yield the pairs of texts within others, and the share of them that is done.

        Parameters
        ----------
        places, bucket : ndarray of int32, (stretches,)
            Where stretches of so many words begin, and a few bits of their hashes.
        rarest : ndarray of int64, (texts,)
            The stretch of each text that is looked for.
        text_of : ndarray of int32, (words,)
        """
        asked = np.zeros(int(bucket.max(initial=0)) + 1, np.bool_)
        asked[bucket[rarest]] = True
        some = np.flatnonzero(asked[bucket]).astype(np.int32)
        hashes = self._hashes.of(places[some], places[some] + length)
        order = np.argsort(hashes, kind="stable")
        some, hashes = some[order], hashes[order]
        new = np.diff(hashes, prepend=~hashes[:1]) != 0
        run_of = np.empty(len(places), np.int32)
        run_of[some] = np.cumsum(new, dtype=np.int32) - 1
        first = np.append(np.flatnonzero(new), len(some))
        run, stand = run_of[rarest], places[some]
        starts, ends, sizes = self.offsets[:-1], self.offsets[1:], self.sizes
        inner = text_of[places[rarest]].astype(np.int64)
        shift, whole = places[rarest] - starts[inner], self._hashes.of(starts[inner], ends[inner])
        before = np.array([-1, -1])
        for element, number, share in portions(np.diff(first)[run]):
            place = stand[first[run[element]] + number]
            one, other = inner[element], text_of[place].astype(np.int64)
            begin = place - shift[element]
            end = begin + sizes[one]
            fits = (sizes[other] > sizes[one]) & (begin >= starts[other]) & (end <= ends[other])
            fits[fits] = self._hashes.of(begin[fits], end[fits]) == whole[element[fits]]
            one, other = self._once(one[fits], other[fits], begin[fits])
            if len(one) and one[0] == before[0] and other[0] == before[1]:
                one, other = one[1:], other[1:]
            if len(one):
                before = np.array([one[-1], other[-1]])
            yield one, other, share

    def _once(self, one: Ints, other: Ints, begin: Ints) -> tuple[Ints, Ints]:
        """Return each pair of texts once, if the first stands in the second where a hash says so.

        The places of a pair stand together, and the first of them is looked at: a text may stand
        in another as often as that has words. Others are where that one deceives.
        """
        new = np.append(True, (one[1:] != one[:-1]) | (other[1:] != other[:-1]))[: len(one)]
        starts, sizes = self.offsets[:-1][one], self.sizes[one]
        true = self._equal(begin[new], starts[new], sizes[new])
        if not true.all():  # other words with the same hash, as hostile texts may have
            pair = np.cumsum(new) - 1
            again = np.flatnonzero(~true[pair])
            right = self._equal(begin[again], starts[again], sizes[again])
            true[pair[again[right]]] = True
        return one[new][true], other[new][true]

    def _equal(self, one: Ints, other: Ints, sizes: Ints) -> npt.NDArray[np.bool_]:
        """Tell whether stretches of words are the same, word by word: hashes alone may be not."""
        found = np.ones(len(sizes), np.bool_)
        for element, number, _ in portions(sizes):
            differ = self.words[one[element] + number] != self.words[other[element] + number]
            found[element[differ]] = False
        return found


def texts_of(engine: Engine, chosen: npt.NDArray[np.bool_]) -> Texts:
    """Return the words of the text of some records."""
    records, words, _ = running_words(engine.corpus["text"])
    if not chosen.all():
        keep = chosen[records]
        records, words = records[keep], words[keep]
    if (np.diff(records) < 0).any():  # logged again, in a later part
        order = np.argsort(records, kind="stable")
        records, words = records[order], words[order]
    counts = np.bincount(words, minlength=int(words.max(initial=-1)) + 1)
    places = np.empty(len(counts), np.int32)
    places[np.argsort(counts, kind="stable")] = np.arange(len(counts), dtype=np.int32)
    starts = np.flatnonzero(np.diff(records, prepend=np.int32(-1)))
    found = records[starts].astype(np.int64)
    return Texts(found, np.append(starts, len(records)), places[words])


class _Hashes:
    """Polynomial hashes of stretches of words, modulo 2**64.

    Sums are of ``word * base**place``; what is left of a stretch is made free of its place by the
    inverse of the base, which an odd number has.
    """

    def __init__(self, words: Shorts) -> None:
        values = spread(np.arange(1, int(words.max(initial=0)) + 2, dtype=np.uint64))
        power = _Powers(_BASE, len(words))
        self._back = _Powers(np.uint64(pow(int(_BASE), -1, 2**64)), len(words) + 1)
        self._sums = np.zeros(len(words) + 1, np.uint64)
        for begin in range(0, len(words), _AT_ONCE):
            places = np.arange(begin, min(begin + _AT_ONCE, len(words)))
            self._sums[1 + places] = values[words[places]] * power.of(places)
        np.cumsum(self._sums, out=self._sums)

    def of(self, start: npt.NDArray[np.integer], end: npt.NDArray[np.integer]) -> Hashes:
        """Return the hashes of the words from each start to its end."""
        found: Hashes = self._sums[end]
        found -= self._sums[start]
        found *= self._back.of(start)
        return found


class _Powers:
    """Powers of a number modulo 2**64: of two small tables, which stay in the cache."""

    def __init__(self, base: np.uint64, size: int) -> None:
        self._low = np.full(_STEP, base)
        self._low[:1] = 1
        np.multiply.accumulate(self._low, out=self._low)
        self._high = np.full(size // _STEP + 1, np.uint64(pow(int(base), _STEP, 2**64)))
        self._high[:1] = 1
        np.multiply.accumulate(self._high, out=self._high)

    def of(self, exponents: npt.NDArray[np.integer]) -> Hashes:
        return np.asarray(self._high[exponents // _STEP] * self._low[exponents % _STEP])


def spread(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Mix the bits of numbers (splitmix64, S. Vigna, public domain)."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _least_of_each(values: Shorts, group: Shorts) -> Ints:
    """Return the place of the smallest value of each group; groups stand together."""
    begin = np.flatnonzero(np.diff(group, prepend=-1))
    least = np.repeat(np.minimum.reduceat(values, begin), np.diff(np.append(begin, len(group))))
    places = np.flatnonzero(values == least)
    return places[np.flatnonzero(np.diff(group[places], prepend=-1))]
