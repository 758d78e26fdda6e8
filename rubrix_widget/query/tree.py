r"""The nodes of a parsed query.

A tree is plain, immutable data: it knows the text it came from (``span``) and nothing of any
dataset. ``field`` is ``None`` for the default field. Escapes are already resolved in ``text``;
in ``pattern`` they are kept, since there ``\*`` and ``*`` differ.
"""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]  # half-open range of characters in the query string


@dataclass(frozen=True, slots=True)
class Node:
    """What every node has: where it stands in the query string."""

    span: Span


@dataclass(frozen=True, slots=True)
class Everything(Node):
    """Matches every record: the empty query, or ``*:*``."""


@dataclass(frozen=True, slots=True)
class Leaf(Node):
    """A condition on one field; ``field_span`` is where its name stands, if it is written."""

    field: str | None
    field_span: Span | None


@dataclass(frozen=True, slots=True)
class Term(Leaf):
    """One word or value; on a text field it is analysed and may become several required words.

    ``continues`` marks a plain word right after another one: Elasticsearch hands such a run to the
    field as *one* text, so on a field of whole values ``f:(Rotten Tomatoes)`` is one value. See
    :func:`rubrix_widget.query.join_adjacent`.
    """

    text: str
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Phrase(Leaf):
    """``"words in order"``, within ``slop`` moves. On a keyword field, one whole value."""

    text: str
    slop: int


@dataclass(frozen=True, slots=True)
class Wildcard(Leaf):
    """A pattern with ``*`` and ``?``; a backslash makes the next character plain."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Regex(Leaf):
    """Lucene's regular expressions, matching a whole token. ``pattern`` is without the slashes."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Fuzzy(Leaf):
    """A word within ``edits`` edits (a swap is one); ``None`` is AUTO: 0, 1 or 2 by length."""

    text: str
    edits: int | None


@dataclass(frozen=True, slots=True)
class Range(Leaf):
    """Values between two bounds; ``None`` is open. Bounds are text until a field types them."""

    low: str | None
    high: str | None
    include_low: bool
    include_high: bool
    low_span: Span
    high_span: Span


@dataclass(frozen=True, slots=True)
class Exists(Leaf):
    """The field has a value: ``_exists_:f`` or ``f:*``."""


@dataclass(frozen=True, slots=True)
class And(Node):
    """All children match (dialect ``notebook``)."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """At least one child matches (dialect ``notebook``)."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The child does not match (dialect ``notebook``)."""

    child: Node


@dataclass(frozen=True, slots=True)
class Clauses(Node):
    """Lucene's Boolean query (dialect ``lucene``).

    With any ``required``, optional clauses do not filter; with none, at least one must match.
    Only prohibited clauses: everything but them, at any depth (Elasticsearch adds a match-all to
    every purely negative query; bare Lucene would match nothing).
    """

    required: tuple[Node, ...]
    prohibited: tuple[Node, ...]
    optional: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Boost(Node):
    """``child^factor``: matters to sorting by relevance only, never to what matches."""

    child: Node
    factor: float
