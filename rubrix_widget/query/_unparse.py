"""Trees back to text: canonical, and parsing to an equal tree."""

from __future__ import annotations

import re
from decimal import Decimal

from .tree import (
    And,
    Boost,
    Clauses,
    Everything,
    Exists,
    Fuzzy,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Range,
    Regex,
    Term,
    Wildcard,
)

_SPECIAL = re.compile(r"[\s+\-!():^\[\]\"{}~*?\\/&|<>]")
_PATTERN_PART = re.compile(r"(\\.|[*?])|[\s+\-!():^\[\]\"{}~\\/&|<>]", re.DOTALL)
_OPERATOR = re.compile(r"and|or|not", re.IGNORECASE)
_SIMPLE_VALUE = re.compile(r"\w[\w.]*(?:-[\w.]+)*")
_SIMPLE_BOUND = re.compile(r"[\w.+-][\w.:+-]*")


def quote(value: str) -> str:
    r"""Write ``value`` so that ``field:`` and it match just that value, in both dialects.

    Examples
    --------
    >>> quote("negative"), quote("Model A"), quote('say "no"')
    ('negative', '"Model A"', '"say \\"no\\""')
    """
    if _SIMPLE_VALUE.fullmatch(value) and not _OPERATOR.fullmatch(value):
        return value
    return _quoted(value)


def unparse(node: Node) -> str:
    """Write a tree as canonical text, in the dialect it was parsed in.

    Examples
    --------
    >>> from rubrix_widget.query import parse
    >>> unparse(parse('predicted:ko and(good or "very bad")'))
    'predicted:ko AND (good OR "very bad")'
    >>> unparse(parse("film movie OR good", "lucene"))
    'movie OR good +film'
    """
    return _write(node, None)


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def word(text: str) -> str:
    r"""Write a field's name, or a single word, with what has a meaning escaped.

    Examples
    --------
    >>> word("metadata.my key"), word("not")
    ('metadata.my\\ key', '\\not')
    """
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    return "\\" + escaped if _OPERATOR.fullmatch(escaped) else escaped


def _write(node: Node, scope: str | None) -> str:
    """Write ``node``; ``scope`` is the field of the group it stands in."""
    if isinstance(node, Exists):
        return f"_exists_:{word(node.field or '')}"
    if isinstance(node, Leaf):
        prefix = "" if node.field == scope or node.field is None else word(node.field) + ":"
        return prefix + _value(node)
    if isinstance(node, Everything):
        return "*:*"
    if isinstance(node, Boost):
        child = _single(node.child, scope)
        if isinstance(node.child, Not | Boost):
            child = f"({child})"
        factor = format(Decimal(repr(node.factor)), "f").removesuffix(".0")  # no exponent
        return f"{child}^{factor}"
    if isinstance(node, Not):
        return "NOT " + _single(node.child, scope)
    if isinstance(node, Or):
        return " OR ".join(
            _write(child, scope) if isinstance(child, And) else _single(child, scope)
            for child in node.children
        )
    if not isinstance(node, And | Clauses):
        raise TypeError(f"{type(node).__name__} is not a node of a query")
    field = _run_field(node, scope)
    if field is not None:  # one group keeps the words of a run beside each other
        return f"{word(field)}:({_write(node, field)})"
    if isinstance(node, And):
        return _conjunction(node, scope)
    return _clauses(node, scope)


def _single(node: Node, scope: str | None) -> str:
    """Write ``node`` so that a sign before it, or a boost after it, counts for all of it."""
    text = _write(node, scope)
    if isinstance(node, And | Clauses) and _run_field(node, scope) is not None:
        return text  # already in the brackets of a field's group
    return f"({text})" if isinstance(node, And | Or | Clauses) else text


def _run_field(node: And | Clauses, scope: str | None) -> str | None:
    """Return the field, if not ``scope``, that a run of plain words directly in ``node`` is on."""
    under = node.children if isinstance(node, And) else node.required
    for child in under:
        if isinstance(child, Term) and child.continues and child.field != scope:
            return child.field
    return None


def _value(leaf: Leaf) -> str:
    if isinstance(leaf, Term):
        return word(leaf.text)
    if isinstance(leaf, Phrase):
        return _quoted(leaf.text) + (f"~{leaf.slop}" if leaf.slop else "")
    if isinstance(leaf, Fuzzy):
        return f"{word(leaf.text)}~{'' if leaf.edits is None else leaf.edits}"
    if isinstance(leaf, Wildcard):
        return _PATTERN_PART.sub(lambda m: m[0] if m[1] else "\\" + m[0], leaf.pattern)
    if isinstance(leaf, Regex):
        return f"/{leaf.pattern}/"
    assert isinstance(leaf, Range)
    opening, closing = "[" if leaf.include_low else "{", "]" if leaf.include_high else "}"
    return f"{opening}{_bound(leaf.low)} TO {_bound(leaf.high)}{closing}"


def _bound(value: str | None) -> str:
    if value is None:
        return "*"
    return value if _SIMPLE_BOUND.fullmatch(value) else _quoted(value)


def _conjunction(node: And, scope: str | None) -> str:
    parts = [_single(node.children[0], scope)]
    for child in node.children[1:]:
        beside = isinstance(child, Term) and child.continues
        parts.append((" " if beside else " AND ") + _single(child, scope))
    return "".join(parts)


def _clauses(node: Clauses, scope: str | None) -> str:
    """Write Lucene's clauses so that its algebra makes the same of them.

    An optional clause needs an OR beside it: two or more take each other's, a single one that of a
    prohibited clause, or of a required one that a later AND makes required again.
    """
    optional = [_single(child, scope) for child in node.optional]
    prohibited = ["-" + _single(child, scope) for child in node.prohibited]
    blocks: list[str] = []  # between which runs of plain words stay apart
    if len(optional) > 1:
        blocks.append(" OR ".join(optional))
    elif optional and prohibited:
        blocks.append(f"{optional[0]} OR {prohibited.pop(0)}")
    blocks += prohibited
    again = _made_required_again(node) if optional and not blocks else None
    required: list[str] = []
    before: Node | None = None
    for place, child in enumerate(node.required):
        text = _single(child, scope)
        follows = isinstance(child, Term) and child.continues
        if again is not None and place == again:
            text = f"{optional[0]} OR {text}"
        elif again is not None and place == again + 1:
            text = f"AND {text}"
        elif not follows and not _starts_run(node, place):
            text = "+" + text
        elif not follows and isinstance(before, Term) and before.continues and blocks:
            required.append(blocks.pop())
        required.append(text)
        before = child
    return " ".join(blocks + required)


def _starts_run(node: Clauses, place: int) -> bool:
    after = node.required[place + 1 : place + 2]
    return bool(after) and isinstance(after[0], Term) and after[0].continues


def _made_required_again(node: Clauses) -> int | None:
    for place in range(len(node.required) - 1):
        pair = node.required[place : place + 2]
        in_run = any(isinstance(child, Term) and child.continues for child in pair)
        if not in_run and not _starts_run(node, place + 1):
            return place
    return None
