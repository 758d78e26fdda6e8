"""How a query is read, part by part, with what each part matches by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from rubrix_widget.engine.engine import Engine
from rubrix_widget.engine.selection import Selection
from rubrix_widget.errors import QueryError
from rubrix_widget.query import Dialect, describe, leaves, lower_operators, tree

_MOST_CLAUSES = 50  # clauses counted one by one; of a longer query the others are only read
_MOST_WORK = 10_000  # conditions answered again to count the groups they are in


@dataclass(frozen=True)
class Clause:
    """One part of a query: its words, its reading, and how many records it matches alone.

    Attributes
    ----------
    text : str
        As written in the query.
    reading : str
        In words; of a group, how its parts combine: "all of", "any of", "not".
    hits : int
        Records it matches by itself, whatever stands around it.
    parts : list of Clause
        What a group is made of; empty for a single condition.
    hidden : int
        How many more parts there are; a huge query is not counted to the end.
    filters : bool
        False for an optional clause of the dialect "lucene" that matters to relevance only.
    """

    text: str
    reading: str
    hits: int
    parts: list[Clause] = field(default_factory=list)
    hidden: int = 0
    filters: bool = True

    def walk(self) -> Iterator[Clause]:
        """Iterate over this clause and all under it, parents first."""
        yield self
        for part in self.parts:
            yield from part.walk()


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
    tree : Clause
        The whole query as a clause, its parts under it.
    notes : list of str
        What a person should know about how it was read.
    """

    query: str
    dialect: str
    reading: str
    hits: int
    total: int
    tree: Clause
    notes: list[str]

    @property
    def clauses(self) -> list[Clause]:
        """The conditions of the query, groups taken apart; empty for a single one."""
        found = [clause for clause in self.tree.walk() if not clause.parts]
        return [] if found == [self.tree] else found

    def __str__(self) -> str:
        lines = [f"{self.reading}: {self.hits:,} of {self.total:,} records"]
        lines += _lines(self.tree, 0)
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)


def _lines(clause: Clause, depth: int) -> Iterator[str]:
    for part in clause.parts:
        idle = "" if part.filters else " (does not filter)"
        yield f"  {part.hits:>9,}  {'  ' * depth}{part.reading}{idle}"
        yield from _lines(part, depth + 1)
    if clause.hidden:
        yield f"  {'…':>9}  {'  ' * depth}{clause.hidden:,} more"


def explain(engine: Engine, query: str, dialect: Dialect = "notebook") -> Explanation:
    """Explain a query over one dataset."""
    selection = engine.select(query, dialect=dialect)
    whole = _Explainer(engine, query, dialect).root(selection)
    notes = [*selection.notes, *_other_reading(engine, query, dialect, selection.count)]
    return Explanation(query, dialect, selection.reading, selection.count, engine.n, whole, notes)


class _Explainer:
    """One explanation; it knows what it may still count."""

    def __init__(self, engine: Engine, query: str, dialect: Dialect) -> None:
        self.engine = engine
        self.query = query
        self.dialect = dialect
        self.clauses_left = _MOST_CLAUSES
        self.work_left = _MOST_WORK

    def root(self, selection: Selection) -> Clause:
        return self.clause(selection.tree, selection.count)

    def clause(self, node: tree.Node, hits: int, *, filters: bool = True) -> Clause:
        reading, below = _taken_apart(node)
        parts: list[Clause] = []
        for child, counts in below:
            if not self.affords(child):
                break
            own = self.engine.hits(child, self.query, self.dialect)
            parts.append(self.clause(child, own, filters=counts))
        text = self.query[node.span[0] : node.span[1]]
        return Clause(
            text, reading or describe(node), hits, parts, len(below) - len(parts), filters
        )

    def affords(self, node: tree.Node) -> bool:
        """Tell whether another clause may be counted, and take it from what is left."""
        work = sum(1 for _ in islice(leaves(node), self.work_left + 1))
        if self.clauses_left == 0 or work > self.work_left:
            return False
        self.clauses_left -= 1
        self.work_left -= work
        return True


def _taken_apart(node: tree.Node) -> tuple[str, list[tuple[tree.Node, bool]]]:
    """Return how a group combines its parts, and each with whether it filters."""
    match node:
        case tree.And(children=children):
            return "all of", [(child, True) for child in children]
        case tree.Or(children=children):
            return "any of", [(child, True) for child in children]
        case tree.Boost(child=child):
            return _taken_apart(child)
        case tree.Not(child=child):
            _, below = _taken_apart(child)
            return ("not", [(child, True)]) if below else ("", [])
        case tree.Clauses():
            return _lucenes(node)
    return "", []


def _lucenes(node: tree.Clauses) -> tuple[str, list[tuple[tree.Node, bool]]]:
    excluded = [(tree.Not(child.span, child), True) for child in node.prohibited]
    optional = [(child, not node.required) for child in node.optional]
    below = [*((child, True) for child in node.required), *excluded]
    if optional and excluded and not node.required:
        options = tuple(child for child, _ in optional)
        span = (options[0].span[0], options[-1].span[1])
        return "all of", [(tree.Clauses(span, (), (), options), True), *below]
    below = sorted([*below, *optional], key=lambda one: one[0].span)
    if len(below) == 1 and excluded:
        return _taken_apart(below[0][0])
    return ("all of" if node.required or excluded else "any of"), below


def _other_reading(engine: Engine, query: str, dialect: Dialect, count: int) -> list[str]:
    """Say what Rubrix would have found, where that is something else."""
    if dialect != "notebook":
        return []
    try:
        other = engine.select(query, dialect="lucene").count
    except QueryError:
        return []
    if other == count:
        return []
    words = lower_operators(query)
    instead = f"{other:,} record{'' if other == 1 else 's'} instead of {count:,}"
    if words:
        listed = ", ".join(f"*{word}*" for word in words)
        return [f"Rubrix would have searched the word{'s' * (len(words) > 1)} {listed}: {instead}"]
    return [f'Rubrix would have combined the clauses as dialect "lucene" does: {instead}']
