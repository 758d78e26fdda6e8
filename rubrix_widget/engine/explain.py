"""How a query is read, part by part, with what each part matches by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rubrix_widget.engine.engine import Engine
from rubrix_widget.errors import QueryError
from rubrix_widget.query import Dialect, describe, parse, tree

_CLAUSES = 50  # clauses counted one by one; a longer query is only read
_LOWER = re.compile(r"(?<![\w:])(and|or|not)(?![\w:])")


@dataclass(frozen=True)
class Clause:
    """One part of a query: its words, its reading, and how many records it matches alone."""

    text: str
    reading: str
    hits: int


@dataclass(frozen=True)
class Explanation:
    """What a query was taken to mean.

    Attributes
    ----------
    query, dialect : str
        As given.
    reading : str
        The whole query in words.
    hits : int
        Records the whole query matches.
    total : int
        Records in the dataset.
    clauses : list of Clause
        Its parts; each with the records it matches alone.
    notes : list of str
        What a person should know about how it was read.
    """

    query: str
    dialect: str
    reading: str
    hits: int
    total: int
    clauses: list[Clause]
    notes: list[str]

    def __str__(self) -> str:
        lines = [f"{self.reading}: {self.hits:,} of {self.total:,} records"]
        lines += [f"  {one.hits:>9,}  {one.reading}" for one in self.clauses]
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)


def explain(engine: Engine, query: str, dialect: Dialect = "notebook") -> Explanation:
    """Explain a query over one dataset."""
    selection = engine.select(query, dialect=dialect)
    parts = _parts(selection.tree)
    clauses = [
        Clause(
            query[part.span[0] : part.span[1]], describe(part), engine.hits(part, query, dialect)
        )
        for part in (parts if len(parts) > 1 else [])[:_CLAUSES]
    ]
    notes = [*selection.notes, *_other_reading(engine, query, dialect, selection.count)]
    return Explanation(query, dialect, selection.reading, selection.count, engine.n, clauses, notes)


def _parts(node: tree.Node) -> list[tree.Node]:
    match node:
        case tree.And(children=children) | tree.Or(children=children):
            return [part for child in children for part in _parts(child)]
        case tree.Clauses():
            below = [*node.required, *node.prohibited, *node.optional]
            below.sort(key=lambda child: child.span)
            return [part for child in below for part in _parts(child)]
        case tree.Not(child=child) | tree.Boost(child=child):
            return _parts(child) if not isinstance(child, tree.Leaf) else [node]
    return [node]


def _other_reading(engine: Engine, query: str, dialect: Dialect, count: int) -> list[str]:
    """Say what Rubrix would have found, where a lower-case operator makes a difference."""
    if dialect != "notebook" or not _LOWER.search(query):
        return []
    try:
        parse(query, "lucene")
        other = engine.select(query, dialect="lucene").count
    except QueryError:
        return []
    if other == count:
        return []
    words = ", ".join(f"*{word}*" for word in dict.fromkeys(_LOWER.findall(query)))
    return [f"Rubrix would have searched the word {words}: {other:,} records instead of {count:,}"]
