"""A Whoosh codec over the arrays of a segment: Whoosh's reader, searcher and scoring run on it.

Reading only, and from the segment itself: none of Whoosh's files, which hold pickles, is ever
opened. What a query of *ours* matches is never left to Whoosh's matchers, some of which give
wrong answers (``AndNot``, ``normalize()``, ``Regex`` without an anchor at the end).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from .field import Field
from .schema import schema_of
from .unicode import Array

# `schema` has silenced what Whoosh's files say when they are first compiled
from whoosh.codec import base  # isort: skip
from whoosh.matching import LeafMatcher, ReadTooFar  # isort: skip
from whoosh.reading import SegmentReader, TermInfo, TermNotFound  # isort: skip
from whoosh.searching import Searcher  # isort: skip

POSITION_GAP = 100  # between the inputs of a record in the field `text`, as in Elasticsearch


def searcher(records: int, fields: Mapping[str, Field]) -> Any:
    """Open a Whoosh searcher over fields; document numbers are record positions."""
    codec = SegmentCodec(records, fields)
    segment = codec.new_segment(None, "segment")
    return Searcher(SegmentReader(None, schema_of(fields), segment, codec=codec))


class SegmentCodec(base.Codec):  # type: ignore[misc]
    """Answers Whoosh's questions from arrays."""

    def __init__(self, records: int, fields: Mapping[str, Field]) -> None:
        self.records = records
        self.fields = fields

    def new_segment(self, storage: object, indexname: str) -> Any:  # noqa: ARG002
        """Describe the one segment there is."""
        return _Description(indexname, self)

    def terms_reader(self, storage: object, segment: object) -> Any:  # noqa: ARG002
        """Give access to lexicons and postings."""
        return _Terms(self.fields)

    def per_document_reader(self, storage: object, segment: object) -> Any:  # noqa: ARG002
        """Give access to lengths."""
        return _Documents(self.records, self.fields)


class _Description(base.Segment):  # type: ignore[misc]
    def __init__(self, indexname: str, codec: SegmentCodec) -> None:
        super().__init__(indexname)
        self._codec = codec

    def codec(self) -> SegmentCodec:
        return self._codec

    def doc_count_all(self) -> int:
        return self._codec.records

    def deleted_count(self) -> int:
        return 0

    def deleted_docs(self) -> Iterable[int]:
        return ()

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002
        return False


class _Documents(base.PerDocumentReader):  # type: ignore[misc]
    def __init__(self, records: int, fields: Mapping[str, Field]) -> None:
        self.records = records
        self.lengths = _Lengths(fields)

    def doc_count(self) -> int:
        return self.records

    def doc_count_all(self) -> int:
        return self.records

    def has_deletions(self) -> bool:
        return False

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002
        return False

    def deleted_docs(self) -> Iterable[int]:
        return ()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self.lengths[fieldname][docnum]) or default

    def field_length(self, fieldname: str) -> int:
        return int(self.lengths[fieldname].sum())

    def min_field_length(self, fieldname: str) -> int:
        return int(self.lengths[fieldname].min(initial=2**31 - 1))

    def max_field_length(self, fieldname: str) -> int:
        return int(self.lengths[fieldname].max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, object]:  # noqa: ARG002
        return {}


class _Lengths(dict[str, Array]):
    """Tokens per record, worked out for a field when first asked for."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        super().__init__()
        self.fields = fields

    def __missing__(self, name: str) -> Array:
        field = self.fields[name]
        self[name] = np.diff(field.token_offsets[:: field.width])
        return self[name]


class _Terms(base.TermsReader):  # type: ignore[misc]
    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self.lengths = _Lengths(fields)

    def _number(self, fieldname: str, text: bytes) -> int:
        field = self.fields.get(fieldname)
        number = None if field is None else field.find(text.decode("utf-8"))
        if number is None:
            raise TermNotFound(f"no term {text!r} in field {fieldname!r}")
        return number

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        try:
            self._number(*term)
        except TermNotFound:
            return False
        return True

    def indexed_field_names(self) -> Iterable[str]:
        return self.fields.keys()

    def cursor(self, fieldname: str, fieldobj: object) -> Any:  # noqa: ARG002
        return _Cursor(self, fieldname)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self.fields):
            yield from self._terms_of(name, 0)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        yield from self._terms_of(fieldname, self.fields[fieldname].lower_bound(prefix))
        for name in sorted(self.fields):
            if name > fieldname:
                yield from self._terms_of(name, 0)

    def _terms_of(self, fieldname: str, first: int) -> Iterator[tuple[str, bytes]]:
        field = self.fields[fieldname]
        for number in range(first, field.terms):
            yield fieldname, field.term(number).encode()

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> Any:
        number = self._number(fieldname, text)
        postings = _Postings(self.fields[fieldname], number)
        lengths = self.lengths[fieldname][postings.records]
        return TermInfo(
            weight=int(postings.frequencies.sum()),
            df=len(postings.records),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=int(postings.frequencies.max()),
            minid=int(postings.records[0]),
            maxid=int(postings.records[-1]),
        )

    def matcher(self, fieldname: str, text: bytes, format_: object, scorer: Any = None) -> Any:
        postings = _Postings(self.fields[fieldname], self._number(fieldname, text))
        return _Matcher((fieldname, text), postings, format_, scorer, self)


class _Cursor(base.FieldCursor):  # type: ignore[misc]
    def __init__(self, terms: _Terms, fieldname: str) -> None:
        self._terms = terms
        self._name = fieldname
        self._field = terms.fields[fieldname]
        self._number = 0

    def first(self) -> str | None:
        self._number = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        wanted = term.encode("utf-8", "surrogatepass") if isinstance(term, str) else term
        self._number = self._field.lower_bound(wanted)
        return self.text()

    def next(self) -> str | None:
        self._number += 1
        return self.text()

    def text(self) -> str | None:
        return self._field.term(self._number) if self.is_valid() else None

    def term_info(self) -> Any:
        text = self.text()
        return None if text is None else self._terms.term_info(self._name, text.encode())

    def is_valid(self) -> bool:
        return self._number < self._field.terms


class _Postings:
    """The records that have a term, and how often."""

    def __init__(self, field: Field, number: int) -> None:
        self.field = field
        self.values = field.values_of(number)
        self.places = field.places_of(number)
        frequencies = field.frequencies_of(number)
        self.ends = np.cumsum(frequencies)
        self.records = self.values // field.width
        if field.width > 1:
            self.records, last = np.unique(self.records[::-1], return_index=True)
            self.ends = self.ends[len(self.values) - 1 - last]
        self.frequencies = np.diff(self.ends, prepend=0)

    def positions(self, i: int) -> Array:
        """Where in the record of posting ``i`` the term stands."""
        field, record = self.field, int(self.records[i])
        places = self.places[self.ends[i] - self.frequencies[i] : self.ends[i]]
        first = field.token_offsets[record * field.width]
        inputs = field.value_of(places) - record * field.width
        return np.asarray(places - first + inputs * POSITION_GAP)


class _Matcher(LeafMatcher):  # type: ignore[misc]
    """Walks the postings of one term; to Whoosh they are a single block."""

    def __init__(
        self,
        term: tuple[str, bytes],
        postings: _Postings,
        format_: Any,
        scorer: Any,
        terms: _Terms,
        at: int = 0,
    ) -> None:
        self._term = term
        self._postings = postings
        self._terms = terms
        self.format = format_
        self.scorer = scorer
        self._at = at

    def copy(self) -> _Matcher:
        return _Matcher(self._term, self._postings, self.format, self.scorer, self._terms, self._at)

    def is_active(self) -> bool:
        return self._at < len(self._postings.records)

    def reset(self) -> None:
        self._at = 0

    def id(self) -> int:
        return int(self._postings.records[self._at])

    def next(self) -> None:
        self._at += 1

    def skip_to(self, target: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at += int(np.searchsorted(self._postings.records[self._at :], target))

    def skip_to_quality(self, minquality: float) -> int:
        if self.block_quality() <= minquality:
            self._at = len(self._postings.records)
            return 1
        return 0

    def all_ids(self) -> Iterator[int]:
        return iter(self._postings.records.tolist())

    def weight(self) -> float:
        return float(self._postings.frequencies[self._at])

    def value(self) -> bytes:
        return self._postings.positions(self._at).astype(np.int32).tobytes()

    def block_min_length(self) -> int:
        return int(self._terms.term_info(*self._term).min_length())

    def block_max_length(self) -> int:
        return int(self._terms.term_info(*self._term).max_length())

    def block_max_weight(self) -> float:
        return float(self._postings.frequencies.max())
