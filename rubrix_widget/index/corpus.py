"""The text fields of a dataset: several segments read as one.

Records are numbered as the dataset numbers them: segment after segment, without those that were
deleted. What only deleted records have does not count: not their words, nor their lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..arrays import from_arrow, to_arrow
from ..query import tree
from .field import Field
from .grammar import MAX_UNITS
from .hits import Hits
from .phrases import hits_of_rare
from .segment import Segment
from .unicode import Array


@dataclass(frozen=True, eq=False)
class Postings:
    """The records that have a word, in order, and how often each has it.

    ``pieces`` tells of each segment: its field, the records by its own count, and where each
    record's tokens start in ``places``.
    """

    records: Array
    frequencies: Array
    pieces: tuple[tuple[Field, Array, Array], ...]

    def __len__(self) -> int:
        return len(self.records)

    def tokens(self, i: int) -> tuple[Field, int, Array]:
        """Give the field, the record by its segment's count, and the tokens of a posting."""
        size, before = int(self.frequencies[i]), 0
        for field, own, begins in self.pieces:
            if i < before + len(own):
                begin = int(begins[i - before])
                return field, int(own[i - before]), field.places[begin : begin + size]
            before += len(own)
        raise IndexError(i)


class Statistics(NamedTuple):
    """What is known of words, an array each.

    The records that have a word, its tokens, the most tokens in one record, and the tokens of the
    longest and of the shortest record that has it.
    """

    documents: Array
    tokens: Array
    heaviest: Array
    longest: Array
    shortest: Array


class Part:
    """A segment, which of its records are in the dataset, and where the first of them stands."""

    def __init__(self, segment: Segment, live: Array | None, start: int) -> None:
        self.segment = segment
        self.live = None if live is None or live.all() else live
        self.start = start
        self.records = segment.records if self.live is None else int(self.live.sum())

    @cached_property
    def _places(self) -> Array:
        assert self.live is not None
        counted = np.cumsum(self.live, dtype=np.int32) + np.int32(self.start - 1)
        return np.where(self.live, counted, np.int32(-1))

    def own(self, record: int) -> int:
        """Turn a place in the dataset into a record of the segment."""
        at = record - self.start
        return at if self.live is None else int(np.flatnonzero(self.live)[at])

    def in_dataset(self, records: Array) -> Array:
        """Turn records of the segment, none of them deleted, into their places in the dataset."""
        if self.live is None:
            return np.asarray(records + np.int32(self.start)) if self.start else records
        return np.asarray(self._places[records])

    def hits(self, leaf: tree.Leaf, field: str, notes: list[str]) -> Hits | None:
        """Find the part's records that a leaf matches; None where it has no word."""
        if field not in self.segment.arrays:
            return Hits.nothing(self.records)
        found = self.segment.hits(leaf, field, notes)
        return found if found is None or self.live is None else self._living(found)

    def hits_of_words(self, words: Sequence[str], field: str, *, every: bool) -> Hits:
        """Find the part's records that have every one of some analysed words, or any."""
        if field not in self.segment.fields:
            return Hits.nothing(self.records)
        return self._living(self.segment.hits_of_words(words, field, every=every))

    def _living(self, found: Hits) -> Hits:
        if self.live is None:
            return found
        if found.is_sparse:
            records = found.positions
            living = self.in_dataset(records[self.live[records]])
            return Hits.at(living - np.int32(self.start), self.records)
        return Hits.where(found.mask[self.live])


class CorpusField:
    """One text field over all segments."""

    def __init__(self, name: str, parts: Sequence[Part], records: int) -> None:
        self.name = name
        self.records = records
        self.parts = [
            (part, part.segment.arrays[name]) for part in parts if name in part.segment.arrays
        ]

    def postings(self, word: str) -> Postings:
        """Find the records that have a word."""
        return self._joined([field.find(word) for _, field in self.parts])

    def postings_at(self, place: int) -> Postings:
        """Find the records that have the word at a place in the lexicon."""
        numbers = [int(of_part[place]) for of_part in self.numbers]
        return self._joined([None if number < 0 else number for number in numbers])

    def _joined(self, numbers: Sequence[int | None]) -> Postings:
        found = [
            _postings(part, field, number)
            for (part, field), number in zip(self.parts, numbers, strict=True)
            if number is not None
        ]
        if len(found) == 1:
            return found[0]
        empty = np.zeros(0, np.int32)
        return Postings(
            np.concatenate([empty, *(one.records for one in found)]),
            np.concatenate([empty, *(one.frequencies for one in found)]),
            tuple(piece for one in found for piece in one.pieces),
        )

    def __contains__(self, word: str) -> bool:
        for part, field in self.parts:
            number = field.find(word)
            if number is None:
                continue
            records = field.values_of(number) // field.width
            live = part.live
            # most often the first ones tell
            if live is None or live[records[:100]].any() or live[records[100:]].any():
                return True
        return False

    def frequency(self, word: str) -> int:
        """Count the tokens of a word."""
        total = 0
        for part, field in self.parts:
            number = field.find(word)
            if number is None:
                continue
            if part.live is None:
                first, last = field.posting_offsets[number], field.posting_offsets[number + 1]
                total += int(field.posting_places[last]) - int(field.posting_places[first])
            else:
                total += int(_postings(part, field, number).frequencies.sum())
        return total

    def words(self, record: int) -> list[tuple[str, int]]:
        """Give the words of a record, in the order of code points, and how often it has each."""
        for part, field in self.parts:
            if not part.start <= record < part.start + part.records:
                continue
            own = part.own(record) * field.width
            tokens = field.tokens[field.token_offsets[own] : field.token_offsets[own + field.width]]
            numbers, counts = np.unique(tokens, return_counts=True)
            named = map(field.term, numbers.tolist())
            return list(zip(named, counts.tolist(), strict=True))
        return []

    @cached_property
    def lengths(self) -> Array:
        """Tokens of each record."""
        found = np.zeros(self.records, np.int32)
        for part, field in self.parts:
            of_part = np.diff(field.token_offsets[:: field.width])
            kept = of_part if part.live is None else of_part[part.live]
            found[part.start : part.start + part.records] = kept
        return found

    @cached_property
    def tokens(self) -> int:
        """Tokens of all records."""
        return int(self.lengths.sum(dtype=np.int64))

    @cached_property
    def relative_lengths(self) -> Array:
        """Tokens of each record, as a share of the mean."""
        return self.lengths / ((self.tokens / self.records if self.records else 0) or 1)

    @cached_property
    def lexicon(self) -> pa.LargeStringArray:
        """The words that some record has, in the order of their code points."""
        found = []
        for part, field in self.parts:
            kept = field.lexicon
            if part.live is not None:
                every = np.arange(field.terms)
                kept = kept.filter(to_arrow(_counted(part, field, every) > 0))
            found.append(kept)
        if len(found) == 1:
            return found[0]
        joined = pa.chunked_array(found, pa.large_string()).unique()
        return joined.take(pc.array_sort_indices(joined))

    @cached_property
    def numbers(self) -> list[Array]:
        """For each part the number of each word of the lexicon there; -1 where it has it not."""
        if len(self.parts) == 1 and self.parts[0][0].live is None:
            return [np.arange(len(self.lexicon), dtype=np.int32)]
        found = [pc.index_in(self.lexicon, field.lexicon) for _, field in self.parts]
        return [from_arrow(one, -1) for one in found]

    @cached_property
    def statistics(self) -> Statistics:
        """What is known of each word of the lexicon."""
        arrays = np.zeros((5, len(self.lexicon)), np.int64)
        known = Statistics(*arrays)
        known.shortest[:] = 2**31 - 1
        for part, field in self.parts:
            numbers, found = _statistics(part, field, self.lengths)
            at = from_arrow(pc.index_in(field.lexicon.take(to_arrow(numbers)), self.lexicon))
            known.documents[at] += found.documents
            known.tokens[at] += found.tokens
            known.heaviest[at] = np.maximum(known.heaviest[at], found.heaviest)
            known.longest[at] = np.maximum(known.longest[at], found.longest)
            known.shortest[at] = np.minimum(known.shortest[at], found.shortest)
        return known

    def counts(self, part: int, numbers: Array) -> Array:
        """How many records of one part have each of some of its terms."""
        return _counted(*self.parts[part], numbers)


class Corpus:
    """The text fields of a dataset, each made when first asked for; any other holds no words.

    Parameters
    ----------
    segments
        In the order of the dataset's records; each with the mask of the records that are still
        in the dataset, or None for all.

    Examples
    --------
    >>> one = Segment.build({"text": pa.array(["a fine film", "gone"])})
    >>> two = Segment.build({"text": pa.array(["fine, fine"])})
    >>> corpus = Corpus([(one, np.array([True, False])), (two, None)])
    >>> found = corpus["text"].postings("fine")
    >>> found.records.tolist(), found.frequencies.tolist()
    ([0, 1], [1, 2])
    >>> corpus["text"].lexicon.to_pylist()
    ['a', 'film', 'fine']
    """

    def __init__(self, segments: Sequence[tuple[Segment, Array | None]]) -> None:
        self.parts: list[Part] = []
        self.records = 0
        for segment, live in segments:
            self.parts.append(Part(segment, live, self.records))
            self.records += self.parts[-1].records
        self.fields = tuple(sorted({name for part in self.parts for name in part.segment.fields}))
        self._made: dict[str, CorpusField] = {}
        self._simple = self._only_texts()

    def hits(self, leaf: tree.Leaf, field: str, notes: list[str]) -> Hits | None:
        """Find the records a leaf matches in a text field; None where it has no word."""
        if len(self.parts) == 1:
            return self.parts[0].hits(leaf, field, notes)
        parts: list[Hits] = []
        for part in self.parts:
            found = part.hits(leaf, field, notes)
            if found is None:
                return None
            parts.append(found)
        notes[:] = dict.fromkeys(notes)
        return Hits.joined(parts)

    def hits_of_rare(self, leaf: tree.Term | tree.Phrase) -> Hits | None:
        """Find the records that have a rare word or phrase in ``text``, sooner than :meth:`hits`.

        None where there are no such records, or it takes :meth:`hits` to find them: it holds more
        than plain words, is not so rare, or the dataset is not so simple.
        """
        field, text = self._simple, leaf.text
        if field is None or not text.isascii() or len(text) > MAX_UNITS:
            return None
        if text.isalnum():
            number = field.find(text.lower())
            return None if number is None else field.hits_of_rare(number)
        if isinstance(leaf, tree.Term) or leaf.slop or not text.replace(" ", "").isalnum():
            return None
        words = text.lower().split()
        known = []
        for word in words:
            if (number := field.find(word)) is None:
                return None
            known.append(number)
        return hits_of_rare(field, known)

    def _only_texts(self) -> Field | None:
        """Give the texts of the only segment, if no record has several or was deleted."""
        if len(self.parts) != 1 or self.parts[0].live is not None:
            return None
        found = self.parts[0].segment.arrays.get("text")
        return found if found is not None and found.width == 1 else None

    def hits_of_words(self, words: Sequence[str], field: str, *, every: bool) -> Hits:
        """Find the records that have every one of some analysed words in a field, or any."""
        return Hits.joined([part.hits_of_words(words, field, every=every) for part in self.parts])

    def __getitem__(self, name: str) -> CorpusField:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = CorpusField(name, self.parts, self.records)
        return made


def _postings(part: Part, field: Field, number: int) -> Postings:
    first, last = field.posting_offsets[number], field.posting_offsets[number + 1]
    records, places = field.posting_values[first:last], field.posting_places[first : last + 1]
    begins, frequencies = places[:-1], np.diff(places)
    if field.width > 1:
        records = records // field.width
        at = np.flatnonzero(np.diff(records, prepend=-1))
        records, begins = records[at], begins[at]
        frequencies = np.diff(begins, append=places[-1])
    if part.live is not None:
        kept = part.live[records]
        records, begins, frequencies = records[kept], begins[kept], frequencies[kept]
    return Postings(part.in_dataset(records), frequencies, ((field, records, begins),))


def _counted(part: Part, field: Field, numbers: Array) -> Array:
    """How many records have each of some terms, all at once."""
    sizes = field.posting_offsets[numbers + 1] - field.posting_offsets[numbers]
    if (part.live is None and field.width == 1) or not len(numbers):
        return np.asarray(sizes)
    records = field.gather(field.posting_offsets, field.posting_values, numbers) // field.width
    begins = np.cumsum(sizes) - sizes
    new = np.ones(len(records), np.bool_)
    np.not_equal(records[1:], records[:-1], out=new[1:])
    new[begins] = True
    if part.live is not None:
        new &= part.live[records]
    return np.asarray(np.add.reduceat(new, begins, dtype=np.int64))


def _statistics(part: Part, field: Field, lengths: Array) -> tuple[Array, Statistics]:
    """Look at all postings of a part at once: the terms that its records have, and the facts."""
    terms = np.repeat(np.arange(field.terms, dtype=np.int32), np.diff(field.posting_offsets))
    records = field.posting_values // field.width
    frequencies = np.diff(field.posting_places)
    if part.live is not None:
        kept = part.live[records]
        terms, records, frequencies = terms[kept], records[kept], frequencies[kept]
    if field.width > 1 and len(terms):
        at = np.flatnonzero((np.diff(terms, prepend=-1) != 0) | (np.diff(records, prepend=-1) != 0))
        terms, records = terms[at], records[at]
        frequencies = np.add.reduceat(frequencies, at)
    of_record = lengths[part.in_dataset(records)]
    begins = np.flatnonzero(np.diff(terms, prepend=-1))
    if not len(begins):
        return terms, Statistics(*(np.zeros(0, np.int64) for _ in range(5)))
    return terms[begins], Statistics(
        np.diff(begins, append=len(terms)),
        np.add.reduceat(frequencies, begins, dtype=np.int64),
        np.maximum.reduceat(frequencies, begins),
        np.maximum.reduceat(of_record, begins),
        np.minimum.reduceat(of_record, begins),
    )
