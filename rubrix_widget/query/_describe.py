"""The reading of a query in words, short however long the query is."""

from __future__ import annotations

from collections.abc import Sequence

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

_MAX_CONDITIONS = 24  # conditions said in all; a longer reading is not read
_MAX_BESIDE = 8  # conditions said of one AND or OR
_MAX_VALUE = 40  # characters of one value
_MAX_READING = 1_000  # characters in all


def describe(node: Node) -> str:
    """Say in words what a query asks for.

    Examples
    --------
    >>> from rubrix_widget.query import parse
    >>> describe(parse("predicted:ko and score:{0.99 TO *}"))
    'predicted is ko, and score above 0.99'
    >>> describe(parse("good or bad"))
    'text has good or bad'
    >>> describe(parse("a AND b OR c", "lucene"))
    'text has a (b or c matters to relevance only)'
    """
    text = _Reading().say(node)
    return text if len(text) <= _MAX_READING else text[: _MAX_READING - 1] + "…"


def shorten(value: str, most: int = _MAX_VALUE) -> str:
    """Put a value on one line of at most ``most`` characters."""
    value = " ".join(value[: most * 4].split()) if not value.isprintable() else value
    return value if len(value) <= most else value[: most - 1] + "…"


class _Reading:
    """One reading; it counts the conditions it has said."""

    def __init__(self) -> None:
        self.left = _MAX_CONDITIONS

    def say(self, node: Node) -> str:
        if isinstance(node, Boost):
            return self.say(node.child)
        if isinstance(node, Everything):
            return "every record"
        if isinstance(node, Leaf):
            self.left -= 1
            return " ".join(_parts(node))
        if isinstance(node, Not):
            return self.say_not(node.child)
        if isinstance(node, And):
            return self.join(node.children, "and")
        if isinstance(node, Or):
            return self.join(node.children, "or")
        assert isinstance(node, Clauses)
        return self.say_clauses(node)

    def say_not(self, child: Node) -> str:
        if isinstance(child, Boost):
            return self.say_not(child.child)
        if isinstance(child, Exists):
            self.left -= 1
            return f"{_name(child)} has no value"
        if isinstance(child, Leaf):
            self.left -= 1
            head, tail = _parts(child)
            if head.endswith(" has"):
                return f"{head[:-4]} does not have {tail}"
            if head.endswith(" is"):
                return f"{head} not {tail}"
            return f"not ({head} {tail})"
        return f"not ({self.say(child)})"

    def join(self, nodes: Sequence[Node], word: str) -> str:
        """Join conditions, saying the field once where neighbours share it."""
        said: list[str] = []
        head_before = ""
        shown = 0
        for node in nodes:
            if shown == _MAX_BESIDE or self.left <= 0:
                break
            shown += 1
            inner = node.child if isinstance(node, Boost) else node
            if isinstance(inner, Leaf):
                self.left -= 1
                head, tail = _parts(inner)
                if said and head == head_before:
                    said[-1] += f" {word} {tail}"
                else:
                    said.append(f"{head} {tail}")
                head_before = head
            else:
                text = self.say(inner)
                single = isinstance(inner, Not | Everything)
                said.append(text if single or len(nodes) == 1 else f"({text})")
                head_before = ""
        if len(nodes) > shown:
            more = len(nodes) - shown
            said.append(f"{more:,} more condition{'s' if more > 1 else ''}")
        return f", {word} ".join(said)

    def say_clauses(self, node: Clauses) -> str:
        said: list[str] = []
        if node.required:
            said.append(self.join(node.required, "and"))
        elif node.optional:
            alone = not node.prohibited
            text = self.join(node.optional, "or")
            said.append(text if alone or len(node.optional) == 1 else f"({text})")
        if node.prohibited:
            said.append(self.join([Not(child.span, child) for child in node.prohibited], "and"))
        text = ", and ".join(said)
        if node.required and node.optional:
            plain = self.join(node.optional, "or").removeprefix("text has ")
            text += f" ({plain} matters to relevance only)"
        return text


def _name(leaf: Leaf) -> str:
    if leaf.field is None:
        return "text"
    return "any field" if leaf.field == "*" else shorten(leaf.field)


def _holds_words(field: str | None) -> bool:
    """Guess from its name whether a field holds words; the parser knows no data."""
    return field is None or field in ("text", "*") or field.startswith("inputs.") or (
        field.endswith((".text", ".exact"))
    )  # fmt: skip


def _parts(leaf: Leaf) -> tuple[str, str]:
    """Split a condition into what it is about (``text has``) and what it asks (``good``)."""
    name, words = _name(leaf), _holds_words(leaf.field)
    head = f"{name} has" if words else f"{name} is"
    if isinstance(leaf, Exists):
        return name, "has a value"
    if isinstance(leaf, Term):
        value = shorten(leaf.text)
        plain = value and not any(c.isspace() or c in '",()' for c in value)
        return head, value if plain and any(map(str.isalnum, value)) else f'"{value}"'
    if isinstance(leaf, Phrase):
        near = f" within {leaf.slop:,} move{'s' if leaf.slop > 1 else ''}" if leaf.slop else ""
        return head, f'"{shorten(leaf.text)}"{near}'
    if isinstance(leaf, Wildcard):
        return head, f"a word like {shorten(leaf.pattern)}" if words else (
            f"like {shorten(leaf.pattern)}"
        )  # fmt: skip
    if isinstance(leaf, Regex):
        return head, ("a word matching " if words else "something matching ") + (
            f"/{shorten(leaf.pattern)}/"
        )
    if isinstance(leaf, Fuzzy):
        edits = ""
        if leaf.edits is not None:
            edits = f" (at most {leaf.edits} edit{'' if leaf.edits == 1 else 's'})"
        return head, ("a word close to " if words else "close to ") + shorten(leaf.text) + edits
    assert isinstance(leaf, Range)
    between = _between(leaf)
    if between is None:
        return name, "has a value"
    return (head, f"a word {between}") if words else (name, between)


def _between(leaf: Range) -> str | None:
    low = None if leaf.low is None else shorten(leaf.low)
    high = None if leaf.high is None else shorten(leaf.high)
    if low is not None and high is not None and leaf.include_low and leaf.include_high:
        return f"from {low} to {high}"
    ends = []
    if low is not None:
        ends.append(f"at least {low}" if leaf.include_low else f"above {low}")
    if high is not None:
        ends.append(f"at most {high}" if leaf.include_high else f"below {high}")
    return " and ".join(ends) or None
