"""Going through a tree, comparing two, and joining words that a field takes as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace

from .tree import And, Boost, Clauses, Leaf, Node, Not, Or, Term

_PLACES = {"span", "field_span", "low_span", "high_span"}
_NODES = {"children", "child", "required", "prohibited", "optional"}
_GROUPS = (And, Or, Not, Boost, Clauses)
_PLAIN_FIELDS: dict[type[Node], tuple[str, ...]] = {}


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly under ``node``; of :class:`Clauses`, grouped as they count."""
    if isinstance(node, And | Or):
        return node.children
    if isinstance(node, Clauses):
        return node.required + node.prohibited + node.optional
    if isinstance(node, Not | Boost):
        return (node.child,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Iterate over ``node`` and everything under it, parents first.

    Examples
    --------
    >>> from rubrix_widget.query import parse
    >>> [type(inner).__name__ for inner in walk(parse("a OR NOT b"))]
    ['Or', 'Term', 'Not', 'Term']
    """
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def leaves(node: Node) -> Iterator[Leaf]:
    """Iterate over the conditions on fields in ``node``, prohibited ones included.

    Examples
    --------
    >>> from rubrix_widget.query import parse
    >>> [leaf.field for leaf in leaves(parse("predicted:ko AND good"))]
    ['predicted', None]
    """
    return (inner for inner in walk(node) if isinstance(inner, Leaf))


def same(a: Node, b: Node) -> bool:
    """Tell whether two trees are equal, wherever in their texts they stand.

    Examples
    --------
    >>> from rubrix_widget.query import parse
    >>> same(parse("a and b"), parse("  a && b "))
    True
    """
    waiting = [(a, b)]
    while waiting:
        a, b = waiting.pop()
        if type(a) is not type(b):
            return False
        if any(getattr(a, name) != getattr(b, name) for name in _plain_fields(type(a))):
            return False
        if isinstance(a, Clauses) and isinstance(b, Clauses):
            shape_a = len(a.required), len(a.prohibited)
            if shape_a != (len(b.required), len(b.prohibited)):
                return False
        under_a, under_b = children(a), children(b)
        if len(under_a) != len(under_b):
            return False
        waiting.extend(zip(under_a, under_b, strict=True))
    return True


def _plain_fields(kind: type[Node]) -> tuple[str, ...]:
    names = _PLAIN_FIELDS.get(kind)
    if names is None:
        names = tuple(f.name for f in fields(kind) if f.name not in _PLACES | _NODES)
        _PLAIN_FIELDS[kind] = names
    return names


def join_adjacent(node: Node, whole: Callable[[str | None], bool]) -> Node:
    """Make runs of plain words one value each, on fields that hold whole values.

    Elasticsearch hands a run of plain words to the field as one text, and a keyword field does not
    split it: ``annotated_as:(Rotten Tomatoes)`` asks for the one value ``Rotten Tomatoes``.

    Parameters
    ----------
    node : Node
        A parsed query; it is not changed.
    whole : callable
        Whether a field of that name (``None``: the default field) holds whole values.

    Examples
    --------
    >>> from rubrix_widget.query import parse
    >>> join_adjacent(parse("f:(Rotten Tomatoes)"), lambda field: field == "f").text
    'Rotten Tomatoes'
    """
    if isinstance(node, Leaf):
        return node
    if isinstance(node, Not | Boost):
        child = join_adjacent(node.child, whole)
        return node if child is node.child else replace(node, child=child)
    if isinstance(node, And | Or):
        under = _join_all(node.children, whole)
        if len(under) == 1:
            return under[0]
        return node if under is node.children else replace(node, children=under)
    if isinstance(node, Clauses):
        required, prohibited, optional = (
            _join_all(group, whole) for group in (node.required, node.prohibited, node.optional)
        )
        if len(node.required) > len(required) == 1 and not prohibited and not optional:
            return required[0]
        if (required, prohibited, optional) != (node.required, node.prohibited, node.optional):
            return Clauses(node.span, required, prohibited, optional)
    return node


def _join_all(group: tuple[Node, ...], whole: Callable[[str | None], bool]) -> tuple[Node, ...]:
    if not any(isinstance(n, _GROUPS) or (isinstance(n, Term) and n.continues) for n in group):
        return group
    joined: list[Node] = []
    run: list[Term] = []

    def close_run() -> None:
        if run:
            first, last = run[0], run[-1]
            text = " ".join(term.text for term in run)
            joined[-1] = replace(first, span=(first.span[0], last.span[1]), text=text)
            run.clear()

    for node in group:
        before = joined[-1] if joined else None
        if (
            isinstance(node, Term)
            and node.continues
            and isinstance(before, Term)
            and whole(node.field)
        ):
            run.extend([before, node] if not run else [node])
            continue
        close_run()
        joined.append(join_adjacent(node, whole))
    close_run()
    unchanged = len(joined) == len(group) and all(map(lambda a, b: a is b, joined, group))
    return group if unchanged else tuple(joined)
