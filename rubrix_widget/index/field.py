"""One indexed field as arrays.

A *value* is one text: record ``r`` has the values ``r * width`` to ``(r + 1) * width``, where
``width`` is 1 but for the field ``text`` of records with several inputs. Phrases stay within a
value. Tokens are numbered through the whole field, in order; terms are numbered in the order of
their code points.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .hits import Hits
from .unicode import Array

_STRIDE = 128  # terms from one fence to the next: 8,000 terms in memory for a million
_FEW = 32  # one value in so many: fewer are sorted faster than they are marked


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

    def _term(self, number: int) -> bytes:
        offsets, text = self._offsets_and_bytes
        return bytes(text[offsets[number] : offsets[number + 1]])

    @cached_property
    def _fences(self) -> list[bytes]:
        """Every so many-th term: comparing in a list is done in C."""
        return [self._term(number) for number in range(0, self.terms, _STRIDE)]

    def lower_bound(self, text: bytes) -> int:
        """Count the terms that come before a text in UTF-8."""
        fence = bisect_left(self._fences, text)
        first, last = max(fence - 1, 0) * _STRIDE, min(fence * _STRIDE, self.terms)
        return first + bisect_left(range(first, last), text, key=self._term)

    def find(self, text: str) -> int | None:
        """Find the number of a term, or None when no text has it."""
        wanted = encoded(text)
        number = self.lower_bound(wanted)
        return number if number < self.terms and self._term(number) == wanted else None

    def prefixed(self, prefix: str) -> range:
        """Find the terms that start with a text: one contiguous stretch."""
        first = encoded(prefix)
        if not first:
            return range(self.terms)
        # no byte of UTF-8 is 0xFF, so this comes after everything with the prefix
        return range(self.lower_bound(first), self.lower_bound(first + b"\xff"))

    @cached_property
    def _letters(self) -> tuple[Array, Array, Array]:
        """Which ASCII characters (modulo 64) each term has, shortest terms first.

        With the terms in that order, and where those of each length start.
        """
        begins = self.term_offsets[:-1]
        bits = np.left_shift(np.uint64(1), (self.term_bytes & 63).astype(np.uint64))
        bits[self.term_bytes > 0x7F] = 0
        sets = np.bitwise_or.reduceat(bits, begins) if len(begins) else np.zeros(0, np.uint64)
        lengths = pc.utf8_length(self.lexicon).to_numpy()
        order = np.argsort(lengths, kind="stable")
        starts = np.searchsorted(lengths[order], np.arange(int(lengths.max(initial=0)) + 2))
        return sets[order], order, starts

    def near_in_length_and_letters(self, word: str, edits: int) -> Array:
        """Find the terms that may be within some edits: few enough to compare one by one."""
        sets, order, starts = self._letters
        shortest = min(max(len(word) - edits, 0), len(starts) - 1)
        longest = min(len(word) + edits + 1, len(starts) - 1)
        alike = slice(int(starts[shortest]), int(starts[longest]))
        sets = sets[alike]
        own = np.uint64(0)
        for c in word:
            if c.isascii():
                own |= np.uint64(1 << (ord(c) & 63))
        # an edit takes away one letter at most, and brings one
        alike_in_all = np.flatnonzero(np.bitwise_count(sets ^ own) <= 2 * edits)
        sets = sets[alike_in_all]
        fits = np.maximum(np.bitwise_count(own & ~sets), np.bitwise_count(sets & ~own)) <= edits
        return np.sort(order[alike][alike_in_all[fits]])

    @cached_property
    def longest(self) -> int:
        """How many tokens the longest value has."""
        return int(np.diff(self.token_offsets).max(initial=0))

    def values_of(self, number: int) -> Array:
        """Give the values that have a term, in order."""
        return self.posting_values[self.posting_offsets[number] : self.posting_offsets[number + 1]]

    def places_of(self, number: int) -> Array:
        """Give the numbers of a term's tokens, in order."""
        first, last = self.posting_offsets[number], self.posting_offsets[number + 1]
        return self.places[self.posting_places[first] : self.posting_places[last]]

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

    @property
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
        return Hits.at(values, self.records) if self.width == 1 else self.hits(values)

    def hits_of_terms(self, numbers: Array) -> Hits:
        """Give the records that have any of some terms."""
        if len(numbers) == 1:
            return self.hits_of_term(int(numbers[0]))
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


def encoded(text: str) -> bytes:
    """UTF-8; a lone surrogate, which no stored text has, stays what it is."""
    return text.encode("utf-8", "surrogatepass")
