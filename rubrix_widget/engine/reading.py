"""A query read as a tree, as far as that depends on the fields of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from rubrix_widget.engine.fields import Field, matching
from rubrix_widget.index import tokens
from rubrix_widget.query import Dialect, join_adjacent, parse, tree


def read_query(query: str, dialect: Dialect, fields: Mapping[str, Field]) -> tree.Node:
    """Return a query as a tree, what stands side by side joined where its field takes it whole.

    Raises
    ------
    QueryError
        The query cannot be read; the error says where and why.
    """
    node = parse(query, dialect, partial(wordless, fields))
    if isinstance(node, tree.Leaf):
        return node
    return join_adjacent(node, partial(_taken_whole, fields, dialect))


def wordless(fields: Mapping[str, Field], name: str | None, text: str) -> bool:
    """Whether the analysis of a text field leaves nothing of a text."""
    if any(c.isascii() and c.isalnum() for c in text):
        return False
    name = name or "text"
    names = [name] if name in fields else matching(name, fields.values())
    return bool(names) and all(
        fields[one].kind in ("text", "words")
        and not tokens(text, "whitespace" if one.endswith(".exact") else "standard")
        for one in names
    )


def _taken_whole(fields: Mapping[str, Field], dialect: Dialect, name: str | None) -> bool:
    r"""Whether words side by side are one value or text; in "lucene" everywhere but in texts.

    Several fields (``inputs.\*``) are asked one by one: each for all of the words.
    """
    field = fields.get(name or "text")
    if dialect == "lucene":
        return field.kind not in ("text", "words") if field else "*" in (name or "")
    return field is not None and field.kind in ("keyword", "label")
