"""A Whoosh codec over the arrays of a dataset: Whoosh's reader, searcher and scoring run on it.

Reading only, and from the arrays themselves: none of Whoosh's files, which hold pickles, is ever
opened. To Whoosh the dataset is one segment without deletions, whatever number of segments it
has, so its statistics are those of the records that are there, and document numbers are the
records' places in the dataset. (Whoosh's own reader of several segments cannot walk its words:
its cursor never finds the lowest.)

What a query of *ours* matches is never left to Whoosh's matchers, some of which give wrong
answers (``AndNot``, ``normalize()``, ``Regex`` without an anchor at the end).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from .corpus import Corpus, CorpusField, Postings
from .field import encoded
from .schema import schema_of

# `schema` has silenced what Whoosh's files say when they are first compiled
from whoosh.codec import base  # isort: skip
from whoosh.matching import LeafMatcher, ReadTooFar  # isort: skip
from whoosh.reading import SegmentReader, TermInfo, TermNotFound  # isort: skip
from whoosh.searching import Searcher  # isort: skip

POSITION_GAP = 100  # between the inputs of a record in the field `text`, as in Elasticsearch
_BLOCK = 128  # postings, in Whoosh's own format
_POSTINGS_KEPT = 64  # words whose postings are kept: one search asks for each several times

Stored = Callable[[int], dict[str, Any]]


def searcher(corpus: Corpus, stored: Stored | None = None) -> Any:
    """Open a Whoosh searcher; document numbers are record positions.

    Parameters
    ----------
    corpus
        The dataset's text fields.
    stored
        Gives a record's texts by field, and its ``id``: what Whoosh knows as stored fields.
    """
    codec = CorpusCodec(corpus, stored)
    segment = codec.new_segment(None, "segment")
    schema = schema_of(corpus.fields, stored=stored is not None)
    return Searcher(SegmentReader(None, schema, segment, codec=codec))


class CorpusCodec(base.Codec):  # type: ignore[misc]
    """Answers Whoosh's questions from arrays."""

    def __init__(self, corpus: Corpus, stored: Stored | None = None) -> None:
        self.corpus = corpus
        self.stored = stored

    def new_segment(self, storage: object, indexname: str) -> Any:  # noqa: ARG002
        """Describe the one segment there is."""
        return _Description(indexname, self)

    def terms_reader(self, storage: object, segment: object) -> Any:  # noqa: ARG002
        """Give access to lexicons and postings."""
        return _Terms(self.corpus)

    def per_document_reader(self, storage: object, segment: object) -> Any:  # noqa: ARG002
        """Give access to lengths and stored fields."""
        return _Documents(self.corpus, self.stored)


class _Description(base.Segment):  # type: ignore[misc]
    def __init__(self, indexname: str, codec: CorpusCodec) -> None:
        super().__init__(indexname)
        self._codec = codec

    def codec(self) -> CorpusCodec:
        return self._codec

    def doc_count_all(self) -> int:
        return self._codec.corpus.records

    def deleted_count(self) -> int:
        return 0

    def deleted_docs(self) -> Iterable[int]:
        return ()

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002
        return False


class _Documents(base.PerDocumentReader):  # type: ignore[misc]
    def __init__(self, corpus: Corpus, stored: Stored | None) -> None:
        self.corpus = corpus
        self.stored = stored

    def doc_count(self) -> int:
        return self.corpus.records

    def doc_count_all(self) -> int:
        return self.corpus.records

    def has_deletions(self) -> bool:
        return False

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002
        return False

    def deleted_docs(self) -> Iterable[int]:
        return ()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self.corpus[fieldname].lengths[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        return self.corpus[fieldname].tokens

    def min_field_length(self, fieldname: str) -> int:
        return int(self.corpus[fieldname].lengths.min(initial=2**31 - 1))

    def max_field_length(self, fieldname: str) -> int:
        return int(self.corpus[fieldname].lengths.max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {} if self.stored is None else self.stored(docnum)


class _Lexicon:
    """The words of a field in UTF-8, with their statistics."""

    def __init__(self, field: CorpusField) -> None:
        self.words = [encoded(word) for word in field.lexicon.to_pylist()]
        self.known = [one.tolist() for one in field.statistics]

    def find(self, text: bytes) -> int | None:
        number = bisect_left(self.words, text)
        return number if number < len(self.words) and self.words[number] == text else None


class _Terms(base.TermsReader):  # type: ignore[misc]
    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.postings = lru_cache(_POSTINGS_KEPT)(self._postings)
        self._lexicons: dict[str, _Lexicon] = {}

    def _postings(self, fieldname: str, number: int) -> _Listed:
        _, _, heaviest, longest, shortest = self.lexicon(fieldname).known
        return _Listed(
            self.corpus[fieldname].postings_at(number),
            heaviest[number],
            longest[number],
            shortest[number],
        )

    def lexicon(self, fieldname: str) -> _Lexicon:
        found = self._lexicons.get(fieldname)
        if found is None:
            found = self._lexicons[fieldname] = _Lexicon(self.corpus[fieldname])
        return found

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        fieldname, text = term
        return fieldname in self.corpus.fields and self.lexicon(fieldname).find(text) is not None

    def indexed_field_names(self) -> Iterable[str]:
        return self.corpus.fields

    def cursor(self, fieldname: str, fieldobj: object) -> Any:  # noqa: ARG002
        return _Cursor(self, fieldname)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in self.corpus.fields:
            yield from ((name, word) for word in self.lexicon(name).words)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        words = self.lexicon(fieldname).words
        yield from ((fieldname, words[i]) for i in range(bisect_left(words, prefix), len(words)))
        for name in self.corpus.fields:
            if name > fieldname:
                yield from ((name, word) for word in self.lexicon(name).words)

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def _number(self, fieldname: str, text: bytes) -> int:
        number = self.lexicon(fieldname).find(text)
        if number is None:
            raise TermNotFound(f"no term {text!r} in field {fieldname!r}")
        return number

    def term_info(self, fieldname: str, text: bytes) -> Any:
        number = self._number(fieldname, text)
        known = (of_all[number] for of_all in self.lexicon(fieldname).known)
        return _Statistics(lambda: self.postings(fieldname, number), *known)

    def frequency(self, fieldname: str, text: bytes) -> int:
        return int(self.term_info(fieldname, text).weight()) if (fieldname, text) in self else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        known = (fieldname, text) in self
        return int(self.term_info(fieldname, text).doc_frequency()) if known else 0

    def matcher(self, fieldname: str, text: bytes, format_: object, scorer: Any = None) -> Any:
        postings = self.postings(fieldname, self._number(fieldname, text))
        return _Matcher((fieldname, text), postings, format_, scorer)


class _Statistics(TermInfo):  # type: ignore[misc]
    """What is known of a word; its postings are read for the first and the last record only."""

    def __init__(
        self,
        postings: Callable[[], _Listed],
        documents: int,
        tokens: int,
        heaviest: int,
        longest: int,
        shortest: int,
    ) -> None:
        super().__init__(tokens, documents, shortest, longest, heaviest)
        self._postings = postings

    def min_id(self) -> int:
        return self._postings().ids[0]

    def max_id(self) -> int:
        return self._postings().ids[-1]


class _Cursor(base.FieldCursor):  # type: ignore[misc]
    def __init__(self, terms: _Terms, fieldname: str) -> None:
        self._terms = terms
        self._name = fieldname
        self._words = terms.lexicon(fieldname).words
        self._number = 0

    def first(self) -> str | None:
        self._number = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        self._number = bisect_left(self._words, encoded(term) if isinstance(term, str) else term)
        return self.text()

    def next(self) -> str | None:
        self._number += 1
        return self.text()

    def text(self) -> str | None:
        return self._words[self._number].decode("utf-8") if self.is_valid() else None

    def term_info(self) -> Any:
        if not self.is_valid():
            return None
        return self._terms.term_info(self._name, self._words[self._number])

    def is_valid(self) -> bool:
        return self._number < len(self._words)


class _Listed:
    """Postings as lists, which Python walks faster than arrays, and what Whoosh asks of them."""

    def __init__(self, postings: Postings, heaviest: int, longest: int, shortest: int) -> None:
        self._postings = postings
        self.heaviest = heaviest
        self.longest = longest
        self.shortest = shortest

    @cached_property
    def ids(self) -> list[int]:
        found: list[int] = self._postings.records.tolist()
        return found

    @cached_property
    def frequencies(self) -> list[float]:
        found: list[float] = self._postings.frequencies.astype(np.float64).tolist()
        return found

    def positions(self, i: int) -> bytes:
        """Where in the record of posting ``i`` the word stands."""
        field, record, tokens = self._postings.tokens(i)
        places = tokens - field.token_offsets[record * field.width]
        if field.width > 1:
            places = places + (field.value_of(tokens) - record * field.width) * POSITION_GAP
        return bytes(places.astype(np.int32))


class _Matcher(LeafMatcher):  # type: ignore[misc]
    """Walks the postings of one word; to Whoosh they are a single block."""

    def __init__(
        self, term: tuple[str, bytes], postings: _Listed, format_: Any, scorer: Any, at: int = 0
    ) -> None:
        self._term = term
        self._postings = postings
        self._ids = postings.ids
        self.format = format_
        self.scorer = scorer
        self._at = at
        self._passed = False

    def copy(self) -> _Matcher:
        made = _Matcher(self._term, self._postings, self.format, self.scorer, self._at)
        made._passed = self._passed
        return made

    def is_active(self) -> bool:
        return not self._passed and self._at < len(self._ids)

    def reset(self) -> None:
        self._at = 0
        self._passed = False

    def id(self) -> int:
        return self._ids[self._at]

    def next(self) -> bool:
        self._at += 1
        return self._at == len(self._ids)

    def skip_to(self, target: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        if target > self._ids[-1]:
            self._pass()
        else:
            self._at = bisect_left(self._ids, target, self._at)

    def _pass(self) -> None:
        """Go past the end, yet stay where Whoosh's own matcher does: ``SpanNot`` looks there."""
        self._at = max(self._at, (len(self._ids) - 1) // _BLOCK * _BLOCK)
        self._passed = True

    def skip_to_quality(self, minquality: float) -> int:
        if self.block_quality() <= minquality:
            self._pass()
            return 1
        return 0

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids)

    def weight(self) -> float:
        return self._postings.frequencies[self._at]

    def value(self) -> bytes:
        return self._postings.positions(self._at)

    def block_min_length(self) -> int:
        return self._postings.shortest

    def block_max_length(self) -> int:
        return self._postings.longest

    def block_max_weight(self) -> float:
        return self._postings.heaviest
