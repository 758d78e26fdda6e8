"""SQLite's FTS5: comes with Python; structured fields in a table beside it, each with an index."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sized
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from bench import forms
from bench.peers import CannotAskError, Source

_FIELDS = ("score", "annotated_as", "predicted", "day")
_TEXT = forms.Word | forms.Phrase | forms.Near | forms.Prefix


def build(texts: list[str], path: Path) -> None:
    """Index texts in a new file, in one transaction, without keeping the texts themselves."""
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE VIRTUAL TABLE texts USING fts5(text, content='')")
        _fill(base, texts)


def _fill(base: sqlite3.Connection, texts: list[str]) -> None:
    with base:
        base.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", enumerate(texts))


class Here:
    """The words in FTS5, in a file."""

    name = "SQLite FTS5"

    def __init__(self, source: Source) -> None:
        path = source.folder / "fts5.sqlite"
        path.unlink(missing_ok=True)
        self._base = sqlite3.connect(path)
        words = source.words.to_pylist()
        # Whatever else than letters and digits our words hold is to be a letter here too.
        inside = "".join(sorted({c for c in set("".join(words)) if not c.isalnum() and c != " "}))
        tokenizer = (
            f"unicode61 remove_diacritics 0 tokenchars '{inside.replace(chr(39), chr(39) * 2)}'"
        )
        self._base.execute(_CREATE.format(tokenizer=tokenizer.replace('"', '""')))
        _fill(self._base, words)
        if not set(_FIELDS) <= set(source.table.column_names):
            return
        columns = [source.table.column(name).to_pylist() for name in _FIELDS[:3]]
        days = source.table.column("day").cast(pa.date32()).cast(pa.string()).to_pylist()
        self._base.execute(
            "CREATE TABLE fields (id INTEGER PRIMARY KEY, score, annotated_as, predicted, day)"
        )
        with self._base:
            lines = zip(range(len(days)), *columns, days, strict=True)
            self._base.executemany("INSERT INTO fields VALUES (?, ?, ?, ?, ?)", lines)
            for name in _FIELDS:
                self._base.execute(_INDEXES[name])
        self._base.execute("ANALYZE")

    def ask(self, form: forms.Form) -> Callable[[], Sized]:
        words = _match(form)
        values: list[object]
        if words is not None:
            command, values = "SELECT rowid FROM texts WHERE texts MATCH ?", [words]
        else:
            condition, values = _condition(form)
            command = "SELECT id FROM fields WHERE " + condition  # noqa: S608 - constants with ?
            if "fields" not in {name for (name,) in self._base.execute(_TABLES)}:
                raise CannotAskError("only with a table beside it")
        return lambda: self._base.execute(command, values).fetchall()


_CREATE = """CREATE VIRTUAL TABLE texts USING fts5(text, content='', tokenize="{tokenizer}")"""
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_INDEXES = {
    "score": "CREATE INDEX by_score ON fields (score)",
    "annotated_as": "CREATE INDEX by_annotation ON fields (annotated_as)",
    "predicted": "CREATE INDEX by_predicted ON fields (predicted)",
    "day": "CREATE INDEX by_day ON fields (day)",
}
_EQUALS = {"annotated_as": "annotated_as = ?", "predicted": "predicted = ?"}
_BETWEEN = {"score": "score BETWEEN ? AND ?", "day": "day BETWEEN ? AND ?"}


def _match(form: forms.Form) -> str | None:
    """Write what FTS5 can say by itself; None for what needs a table."""
    match form:
        case forms.Word(text):
            return f'"{text}"'
        case forms.Phrase(words):
            return f'"{" ".join(words)}"'
        case forms.Near(words, slop):
            return f"NEAR({' '.join(words)}, {slop})"
        case forms.Prefix(text):
            return f"{text}*"
        case forms.Any(parts):
            said = [_match(part) for part in parts]
            return None if None in said else "(" + " OR ".join(map(str, said)) + ")"
        case forms.All(parts):
            wanted = [_match(part) for part in parts if not isinstance(part, forms.Not)]
            unwanted = [_match(part.part) for part in parts if isinstance(part, forms.Not)]
            if None in wanted or None in unwanted or not wanted:
                return None
            positive = "(" + " AND ".join(map(str, wanted)) + ")"
            return " NOT ".join([positive, *map(str, unwanted)])
    return None


def _condition(form: forms.Form) -> tuple[str, list[object]]:
    words = _match(form)
    if words is not None:
        return "id IN (SELECT rowid FROM texts WHERE texts MATCH ?)", [words]
    match form:
        case forms.Not(part):
            condition, values = _condition(part)
            return f"NOT ({condition})", values
        case forms.All(parts) | forms.Any(parts):
            found = [_condition(part) for part in parts]
            joiner = " AND " if isinstance(form, forms.All) else " OR "
            return f"({joiner.join(c for c, _ in found)})", [v for _, vs in found for v in vs]
        case forms.Equals(field, value):
            return _EQUALS[field], [value]
        case forms.Between(field, low, high):
            return _BETWEEN[field], [low, high]
    raise CannotAskError(f"FTS5 has no {type(form).__name__.lower()} queries")
