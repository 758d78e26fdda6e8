"""One indexed field as arrays.

A *value* is one text: record ``r`` has the values ``r * width`` to ``(r + 1) * width``, where
``width`` is 1 but for the field ``text`` of records with several inputs. Phrases stay within a
value. Tokens are numbered through the whole field, in order; terms are numbered in the order of
their code points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..arrays import from_arrow
from .hits import Hits, few_places
from .unicode import Array

_STRIDE = 64  # terms from one fence to the next: 16,000 terms in memory for a million
_JOINED = 32  # stretches of postings put together sooner one by one than as one gather
_HALVED = 5  # characters from which on a word has two ends to speak of
_END = b"\xff"  # no byte of UTF-8, so no part of a term
_FEW = 32  # one value in so many: fewer are sorted faster than they are marked


class Views(NamedTuple):
    """Arrays of a field as memory views: these give a single number five times as fast."""

    tokens: memoryview
    token_offsets: memoryview
    posting_places: memoryview
    posting_offsets: memoryview
    places: memoryview
    posting_values: memoryview


@dataclass(frozen=True)
class Field:
    """The arrays of a field, and how to look things up in them.

    Attributes
    ----------
    width : int
        Values per record.
    present : array of uint8, one per value
        0 where the record has no such text.
    term_offsets, term_bytes : arrays
        The lexicon in UTF-8, sorted.
    tokens : array of int32
        The term of every token.
    token_offsets : array of int32
        Where each value's tokens start, and the end.
    places : array of int32
        Token numbers grouped by term.
    posting_values : array of int32
        For each term the values that have it.
    posting_places : array of int32
        Where each posting's tokens start in ``places``, and the end; the step is the frequency.
    posting_offsets : array of int32
        Where each term's postings start, and the end.
    """

    width: int
    present: Array
    term_offsets: Array
    term_bytes: Array
    tokens: Array
    token_offsets: Array
    places: Array
    posting_values: Array
    posting_places: Array
    posting_offsets: Array

    def __post_init__(self) -> None:
        for array in vars(self).values():
            if isinstance(array, np.ndarray):
                array.flags.writeable = False

    @property
    def values(self) -> int:
        """How many values there are."""
        return len(self.present)

    @property
    def terms(self) -> int:
        """How many different terms there are."""
        return len(self.term_offsets) - 1

    @cached_property
    def lexicon(self) -> pa.LargeStringArray:
        """The terms, without a copy."""
        buffers = [pa.py_buffer(self.term_offsets), pa.py_buffer(self.term_bytes)]
        return pa.LargeStringArray.from_buffers(self.terms, *buffers)

    def term(self, number: int) -> str:
        """Read the text of a term."""
        return self._term(number).decode("utf-8")

    @cached_property
    def _offsets_and_bytes(self) -> tuple[memoryview, memoryview]:
        # a look-up reads dozens of numbers, each of which takes NumPy five times as long
        return self.term_offsets.data, self.term_bytes.data

    @cached_property
    def views(self) -> Views:
        """The arrays to read single numbers of."""
        return Views(
            self.tokens.data,
            self.token_offsets.data,
            self.posting_places.data,
            self.posting_offsets.data,
            self.places.data,
            self.posting_values.data,
        )

    def words(self, numbers: Array) -> list[str]:
        """Read the texts of some terms."""
        if len(numbers) <= _JOINED:
            return [self.term(number) for number in numbers.tolist()]
        words = self.lexicon.take(pa.array(numbers)).to_numpy(zero_copy_only=False)
        return words.tolist()  # type: ignore[no-any-return]  # sooner than `to_pylist`

    def _term(self, number: int) -> bytes:
        offsets, text = self._offsets_and_bytes
        return bytes(text[offsets[number] : offsets[number + 1]])

    @cached_property
    def _fences(self) -> list[bytes]:
        """Every so many-th term: comparing in a list is done in C."""
        return [self._term(number) for number in range(0, self.terms, _STRIDE)]

    @cached_property
    def _separated(self) -> tuple[list[bytes], bytes, list[int]]:
        """The fences, the terms with a sign before and after each, and where fences begin there."""
        offsets = self.term_offsets
        lexicon = np.insert(self.term_bytes, offsets, _END[0]).tobytes()
        begins = (offsets[:-1:_STRIDE] + np.arange(0, self.terms, _STRIDE)).tolist()
        return self._fences, lexicon, [*begins, len(lexicon) - 1]

    def lower_bound(self, text: bytes) -> int:
        """Count the terms that come before a text in UTF-8."""
        fence = bisect_left(self._fences, text)
        first, last = max(fence - 1, 0) * _STRIDE, min(fence * _STRIDE, self.terms)
        return first + bisect_left(range(first, last), text, key=self._term)

    def find(self, text: str) -> int | None:
        """Find the number of a term, or None when no text has it."""
        wanted = text.encode("utf-8", "surrogatepass")
        fences, lexicon, begins = self._separated
        fence = bisect_right(fences, wanted) - 1
        if fence < 0:
            return None
        # from one fence to the next there are so few terms that their text is searched as a whole
        begin = begins[fence]
        at = lexicon.find(_END + wanted + _END, begin, begins[fence + 1] + 1)
        return None if at < 0 else fence * _STRIDE + lexicon.count(_END, begin, at)

    def prefixed(self, prefix: str) -> range:
        """Find the terms that start with a text: one contiguous stretch."""
        first = encoded(prefix)
        if not first:
            return range(self.terms)
        # the end comes after everything with the prefix
        return range(self.lower_bound(first), self.lower_bound(first + _END))

    @cached_property
    def _sets(self) -> Array:
        """Which ASCII characters (modulo 64) each term has."""
        begins = self.term_offsets[:-1]
        bits = np.left_shift(np.uint64(1), (self.term_bytes & 63).astype(np.uint64))
        bits[self.term_bytes > 0x7F] = 0
        return np.bitwise_or.reduceat(bits, begins) if len(begins) else np.zeros(0, np.uint64)

    @cached_property
    def _pairs(self) -> Array:
        """Which pairs of ASCII neighbours (hashed to 64) each term has; its ends are beside 0."""
        after = np.insert(self.term_bytes, self.term_offsets[1:], 0).astype(np.int16)
        before = np.roll(after, 1)
        bits = np.left_shift(np.uint64(1), _pair(before, after).astype(np.uint64))
        bits[(before | after) > 0x7F] = 0
        begins = self.term_offsets[:-1] + np.arange(self.terms)
        return np.bitwise_or.reduceat(bits, begins) if len(begins) else np.zeros(0, np.uint64)

    @cached_property
    def _letters(self) -> tuple[Array, Array, Array, Array]:
        """Letters and pairs, shortest terms first.

        With the terms in that order, and where those of each length start.
        """
        lengths = from_arrow(pc.utf8_length(self.lexicon))
        order = np.argsort(lengths, kind="stable")
        starts = np.searchsorted(lengths[order], np.arange(int(lengths.max(initial=0)) + 2))
        return self._sets[order], self._pairs[order], order, starts

    def near_in_length_and_letters(self, word: str, edits: int) -> Array:
        """Find the terms that may be within some edits: few enough to compare one by one.

        In no order.
        """
        if edits == 1 and len(word) >= _HALVED:
            return self._alike_at_one_end(word)
        sets, pairs, order, starts = self._letters
        shortest = min(max(len(word) - edits, 0), len(starts) - 1)
        longest = min(len(word) + edits + 1, len(starts) - 1)
        alike = slice(int(starts[shortest]), int(starts[longest]))
        sets = sets[alike]
        own = _letters_of(word)
        # an edit takes away one letter at most, and brings one
        alike_in_all = few_places(np.bitwise_count(sets ^ own) <= 2 * edits)
        sets = sets[alike_in_all]
        other = np.maximum(np.bitwise_count(own & ~sets), np.bitwise_count(sets & ~own))
        few = np.flatnonzero(other <= edits)
        alike_in_all = alike_in_all[few]
        # and two pairs, or three where it is a swap, which leaves the letters what they are
        pairs, own = pairs[alike][alike_in_all], _pairs_of(word)
        most = 3 * edits - other[few]
        fits = np.bitwise_count(own & ~pairs) <= most
        fits &= np.bitwise_count(pairs & ~own) <= most
        return np.asarray(order[alike][alike_in_all[fits]])

    @cached_property
    def _endings(self) -> tuple[Array, Array]:
        """The last three bytes of each term as a number, the last one leading; and in order."""
        keys = np.zeros(self.terms, np.int32)
        for i in range(3):
            at = self.term_offsets[1:] - 1 - i
            last = self.term_bytes.take(np.maximum(at, 0), mode="clip").astype(np.int32)
            keys |= np.where(at >= self.term_offsets[:-1], last, 0) << (16 - 8 * i)
        order = np.argsort(keys, kind="stable")
        return keys[order], order

    def _alike_at_one_end(self, word: str) -> Array:
        """Find the terms that one edit may lead to: it leaves what stands before it or behind."""
        size = min(3, (len(word) - 1) // 2)  # so that not even a swap touches both ends
        start = self.prefixed(word[:size])
        keys, order = self._endings
        end = encoded(word)[-size:]
        low = sum(byte << (8 * i) for i, byte in enumerate(end, start=3 - size))
        first, last = keys.searchsorted(np.array([low, low + (1 << (24 - 8 * size))], np.int32))
        alike = np.concatenate([np.arange(start.start, start.stop), order[first:last]])
        sets, own = self._sets[alike], _letters_of(word)
        fits = np.bitwise_count(own & ~sets) <= 1
        fits &= np.bitwise_count(sets & ~own) <= 1
        return np.array(sorted(set(alike[fits].tolist())), np.intp)

    @cached_property
    def longest(self) -> int:
        """How many tokens the longest value has."""
        return int(np.diff(self.token_offsets).max(initial=0))

    def values_of(self, number: int) -> Array:
        """Give the values that have a term, in order."""
        offsets = self.views.posting_offsets
        return self.posting_values[offsets[number] : offsets[number + 1]]

    def places_of(self, number: int) -> Array:
        """Give the numbers of a term's tokens, in order."""
        begins, offsets = self.views.posting_places, self.views.posting_offsets
        return self.places[begins[offsets[number]] : begins[offsets[number + 1]]]

    def tokens_of(self, number: int) -> int:
        """How many tokens a term has."""
        begins, offsets = self.views.posting_places, self.views.posting_offsets
        return int(begins[offsets[number + 1]] - begins[offsets[number]])

    def frequencies_of(self, number: int) -> Array:
        """How often each value of :meth:`values_of` has the term."""
        first, last = self.posting_offsets[number], self.posting_offsets[number + 1]
        return np.diff(self.posting_places[first : last + 1])

    def values_of_places(self, number: int) -> Array:
        """Give the value of each of :meth:`places_of`."""
        return np.repeat(self.values_of(number), self.frequencies_of(number))

    def values_at(self, number: int, which: Array) -> Array:
        """Give the value of some of :meth:`places_of`, named by their sorted numbers in it."""
        first, last = self.posting_offsets[number], self.posting_offsets[number + 1]
        begins = self.posting_places[first : last + 1]
        posting = np.searchsorted(begins[1:], which + begins[0], side="right")
        return np.asarray(self.posting_values[first:last][posting])

    def value_of(self, places: Array) -> Array:
        """Find the value that each token number belongs to."""
        return np.searchsorted(self.token_offsets, places, side="right") - 1

    @cached_property
    def records(self) -> int:
        """How many records there are."""
        return len(self.present) // self.width

    def hits(self, values: Array) -> Hits:
        """Give the records of some values: sorted, and any of them more than once."""
        records = values if self.width == 1 else values // self.width
        if len(records) > 1:
            first = records[1:] != records[:-1]
            if not first.all():
                records = records[np.concatenate([[True], first])]
        return Hits.at(records, self.records)

    def hits_of_term(self, number: int) -> Hits:
        """Give the records that have a term."""
        values = self.values_of(number)
        return Hits(self.records, None, values) if self.width == 1 else self.hits(values)

    def hits_of_rare(self, number: int) -> Hits | None:
        """Give the values that have a term; None unless they are few. For the width 1."""
        offsets = self.views.posting_offsets
        first, last = offsets[number], offsets[number + 1]
        size = self.records
        return (
            None
            if (last - first) * _FEW > size
            else Hits(size, None, self.posting_values[first:last])
        )

    def hits_of_terms(self, numbers: Array) -> Hits:
        """Give the records that have any of some terms."""
        if len(numbers) == 1:
            return self.hits_of_term(int(numbers[0]))
        if len(numbers) <= _JOINED:
            values = np.concatenate(
                [self.posting_values[:0], *map(self.values_of, numbers.tolist())]
            )
        else:
            values = self.gather(self.posting_offsets, self.posting_values, numbers)
        if len(values) * _FEW <= self.values:
            return self.hits(np.sort(values))
        marked = np.zeros(self.values, np.bool_)
        marked[values.astype(np.intp)] = True
        return Hits.where(self.by_record(marked))

    def by_record(self, marked: Array) -> Array:
        """Mark a record when any of its values is marked."""
        if self.width == 1:
            return marked
        joined = marked.reshape(-1, self.width).any(axis=1)
        return np.asarray(joined)

    def gather(self, offsets: Array, source: Array, numbers: Array) -> Array:
        """Join the stretches ``source[offsets[n]:offsets[n + 1]]`` of some numbers."""
        if not len(numbers):
            return source[:0]
        if numbers[-1] - numbers[0] + 1 == len(numbers):
            return source[offsets[numbers[0]] : offsets[numbers[-1] + 1]]
        starts = offsets[numbers].astype(np.int64)
        lengths = offsets[numbers + 1] - starts
        before = np.cumsum(lengths) - lengths
        return source[np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))]


def _letters_of(word: str) -> np.uint64:
    own = 0
    for c in word:
        if c.isascii():
            own |= 1 << (ord(c) & 63)
    return np.uint64(own)


def _pairs_of(word: str) -> np.uint64:
    own, ends = 0, f"\0{word}\0"
    for one, other in pairwise(ends):
        if one.isascii() and other.isascii():
            own |= 1 << _pair(ord(one), ord(other))
    return np.uint64(own)


def _pair(one: Any, other: Any) -> Any:
    return (one * 37 + other) & 63


def encoded(text: str) -> bytes:
    """UTF-8; a lone surrogate, which no stored text has, stays what it is."""
    return text.encode("utf-8", "surrogatepass")
