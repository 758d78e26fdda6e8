"""tantivy: an index in Rust, through its Python package.

All ids the fastest way it offers: scores switched off, the limit the number of hits, the hits read
as the list of document addresses it makes of them; the numbers in those are not taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from bench import forms
from bench.peers import Source

HEAP = 512_000_000
_KEYWORDS = ("annotated_as", "predicted", "source")


def schema(tokenizer: str = "default", fields: Iterable[str] = ()) -> tantivy.Schema:
    """Return a schema of texts with positions, and structured fields."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", stored=False, tokenizer_name=tokenizer)
    for name in fields:
        if name in _KEYWORDS:
            builder.add_text_field(name, stored=False, tokenizer_name="raw", index_option="basic")
        elif name == "score":
            builder.add_float_field(name, stored=False, indexed=True, fast=True)
        elif name == "day":
            builder.add_date_field(name, stored=False, indexed=True, fast=True)
    return builder.build()


def build(texts: list[str], folder: Path | None, threads: int) -> tantivy.Index:
    """Index texts, in memory or in a folder, until everything is committed and merged."""
    index = tantivy.Index(schema(), path=None if folder is None else str(folder))
    writer = index.writer(HEAP, threads)
    for text in texts:
        document = tantivy.Document()
        document.add_text("text", text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return index


class Here:
    """One index with the words and the structured fields."""

    name = "tantivy"

    def __init__(self, source: Source) -> None:
        names = [n for n in (*_KEYWORDS, "score", "day") if n in source.table.column_names]
        self._schema = schema("spaces", names)
        self._index = tantivy.Index(self._schema)
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("spaces", spaces)
        writer = self._index.writer(HEAP, 1)
        columns = [source.words.to_pylist()]
        columns += [source.table.column(name).to_pylist() for name in names]
        for text, *values in zip(*columns, strict=True):
            document = tantivy.Document()
            document.add_text("text", text)
            for name, value in zip(names, values, strict=True):
                if value is None:
                    continue
                if name == "score":
                    document.add_float(name, value)
                elif name == "day":
                    document.add_date(name, value)
                else:
                    document.add_text(name, value)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def ask(self, form: forms.Form) -> Callable[[], Sized]:
        limit = self._count(form)
        return lambda: self._search(form, limit).hits

    def without_ids(self, form: forms.Form) -> Callable[[], object]:
        """Return what finds the hits and hands none of them to Python."""
        limit = self._count(form)
        return lambda: self._search(form, limit)

    def _count(self, form: forms.Form) -> int:
        # With scores a sloppy phrase finds other records than without: counted as it is searched.
        query = Query.const_score_query(self._query(form), 1.0)
        found: Any = self._searcher.search(query, limit=1, count=True)
        return max(1, int(found.count))

    def _search(self, form: forms.Form, limit: int) -> Any:
        query = Query.const_score_query(self._query(form), 1.0)
        return self._searcher.search(query, limit=limit, count=False)

    def _query(self, form: forms.Form) -> Query:
        match form:
            case forms.Equals(field, value):
                return Query.term_query(self._schema, field, value)
            case forms.Between("day", low, high):
                days = [datetime.fromisoformat(str(day)).replace(tzinfo=UTC) for day in (low, high)]
                end = days[1] + timedelta(days=1)
                return Query.range_query(
                    self._schema, "day", FieldType.Date, days[0], end, include_upper=False
                )
            case forms.Between(field, low, high):
                return Query.range_query(self._schema, field, FieldType.Float, low, high)
            case forms.All(parts):
                return self._boolean(Occur.Must, parts)
            case forms.Any(parts):
                return self._boolean(Occur.Should, parts)
            case forms.Not():
                return self._boolean(Occur.Must, [form])
        return self._text(form)

    def _text(self, form: forms.Text) -> Query:
        match form:
            case forms.Word(text):
                return Query.term_query(self._schema, "text", text)
            case forms.Phrase(words):
                return Query.phrase_query(self._schema, "text", list(words))
            case forms.Near(words, slop):
                return Query.phrase_query(self._schema, "text", list(words), slop)
            case forms.Prefix(text):
                return Query.regex_query(self._schema, "text", f"{text}.*")
            case forms.Like(pattern):
                regex = pattern.replace("*", ".*").replace("?", ".")
                return Query.regex_query(self._schema, "text", regex)
            case forms.Regex(pattern):
                return Query.regex_query(self._schema, "text", pattern)
            case forms.Fuzzy(text, edits):
                return Query.fuzzy_term_query(self._schema, "text", text, edits)
            case forms.Span(low, high):
                return self._index.parse_query(f"text:[{low} TO {high}]", ["text"])

    def _boolean(self, occur: Occur, parts: Iterable[forms.Form]) -> Query:
        clauses = []
        for part in parts:
            if isinstance(part, forms.Not) and occur == Occur.Must:
                clauses.append((Occur.MustNot, self._query(part.part)))
            else:
                clauses.append((occur, self._query(part)))
        if all(one == Occur.MustNot for one, _ in clauses):
            clauses.append((Occur.Must, Query.all_query()))
        return Query.boolean_query(clauses)
