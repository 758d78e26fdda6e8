"""Rules that hold for every query: round trips, errors only of one kind, precedence, sizes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrix_widget.errors import QuerySyntaxError
from rubrix_widget.query import (
    DIALECTS,
    Dialect,
    describe,
    join_adjacent,
    leaves,
    notes,
    parse,
    same,
    unparse,
    walk,
)
from rubrix_widget.query.tree import (
    And,
    Boost,
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
    Span,
    Term,
    Wildcard,
)


def attempt(query: str, dialect: Dialect) -> Node | QuerySyntaxError:
    try:
        return parse(query, dialect)
    except QuerySyntaxError as error:
        return error


NOWHERE: Span = (0, 0)
names = st.sampled_from(["predicted", "metadata.a b", "inputs.*", "not", "ünï", "a:b"])
fields = st.none() | names
values = st.text(min_size=1) | st.sampled_from(["and", "OR", "Not", "a-b", "-", ">=", "TO", "&&"])
bounds = st.none() | st.text().filter(lambda text: text != "*") | st.sampled_from(["1.5", "TO"])
patterns = st.lists(
    st.sampled_from(["*", "?", "\\*", "\\?", "\\\\"])
    | st.characters(exclude_categories=["Cs"], exclude_characters="\\"),
    min_size=1,
).map("".join)


def leaf_of(
    kind: Callable[..., Leaf], *parts: st.SearchStrategy[object]
) -> st.SearchStrategy[Leaf]:
    return st.builds(lambda field, *rest: kind(NOWHERE, field, None, *rest), fields, *parts)


any_leaf = st.one_of(
    leaf_of(Term, values),
    leaf_of(Phrase, st.text(), st.integers(0, 9)),
    leaf_of(Fuzzy, values, st.none() | st.integers(0, 2)),
    leaf_of(Regex, st.sampled_from(["a.b", "a\\/b", "[a-c]+", "(x|y)", "\\\\d"])),
    leaf_of(
        lambda *parts: Range(*parts, NOWHERE, NOWHERE), bounds, bounds, st.booleans(), st.booleans()
    ),
    leaf_of(
        Wildcard,
        patterns.filter(
            lambda p: p != "*" and any(c in p.replace("\\*", "").replace("\\?", "") for c in "*?")
            and "\\\\" not in p and p[0] not in "<>"
        ),
    ),
    names.map(lambda name: Exists(NOWHERE, name, None)),
    st.just(Everything(NOWHERE)),
)  # fmt: skip


def compound(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    factors = st.floats(0, 1e6, allow_subnormal=False)
    return st.one_of(
        several.map(lambda children: And(NOWHERE, children)),
        several.map(lambda children: Or(NOWHERE, children)),
        inner.map(lambda child: Not(NOWHERE, child)),
        st.builds(lambda child, factor: Boost(NOWHERE, child, factor), inner, factors),
    )


trees = st.recursive(any_leaf, compound, max_leaves=12)


@given(trees)
def test_any_tree_survives_being_written(node: Node) -> None:
    """Canonical text of any tree parses back to an equal tree."""
    assert same(parse(unparse(node)), node)


pieces = st.sampled_from(
    [
        *("a", "b", "good", "well-acted", "and", "AND", "OR", "NOT", "&&", "||", "+", "-", "!"),
        *("(", ")", "f:", "g.x:", "_exists_:", '"a b"', '"', "~", "~1", "^2", "^", "*", "qu*", "?"),
        *(
            "/re/",
            "/",
            "[a TO b]",
            "{1 TO *}",
            "[",
            "]",
            "}",
            "{",
            "TO",
            ">5",
            "f:>=1",
            "\\",
            "\\:",
        ),
        *("\\u0041", "\\u", "*:*", " ", " ", " ", "  ", "\u3000", "\u00a0", "é", "😀", ":", "“"),
    ]
)
queries = st.text() | st.lists(pieces, max_size=20).map("".join) | (
    st.lists(pieces, max_size=20).map(" ".join)
)  # fmt: skip


@given(queries, st.sampled_from(DIALECTS))
def test_any_text_parses_or_is_refused_with_a_place(query: str, dialect: Dialect) -> None:
    """Nothing but a syntax error with a place in the text ever comes of parsing; the rest works."""
    node = attempt(query, dialect)
    if isinstance(node, QuerySyntaxError):
        assert 0 <= node.start < node.end <= len(query)
        assert str(node)
        return
    for inner in walk(node):
        assert 0 <= inner.span[0] <= inner.span[1] <= len(query)
    assert describe(node)
    assert all(notes(query, node, dialect))
    join_adjacent(node, lambda _: True)
    written = unparse(node)
    assert same(parse(written, dialect), node), written


@given(trees, st.data())
def test_damaged_queries_parse_or_are_refused(node: Node, data: st.DataObject) -> None:
    """A character removed from or put into a good query never breaks the parser."""
    query = unparse(node)
    place = data.draw(st.integers(0, len(query)))
    put = data.draw(st.sampled_from(["", *'()[]{}"/\\~^:*?+-!&| ']))
    for dialect in DIALECTS:
        attempt(query[:place] + put + query[place + 1 :], dialect)


operands = st.sampled_from("pqrs")
clauses = st.deferred(
    lambda: st.one_of(
        operands,
        operands,
        st.builds("({})".format, boolean_queries),
        st.builds("{} {}".format, st.sampled_from(["NOT", "not", "Not"]), clauses),
    )
)
boolean_queries = st.builds(
    lambda first, rest: first + "".join(operator + clause for operator, clause in rest),
    clauses,
    st.lists(
        st.tuples(st.sampled_from([" AND ", " and ", " && ", " ", " OR ", " or ", "||"]), clauses),
        max_size=4,
    ),
)


def evaluate(node: Node, true: set[str]) -> bool:
    if isinstance(node, Term):
        return node.text in true
    if isinstance(node, Not):
        return not evaluate(node.child, true)
    assert isinstance(node, And | Or)
    return (all if isinstance(node, And) else any)(evaluate(c, true) for c in node.children)


REWRITES = [  # tried in this order, each everywhere, until nothing changes
    (r"\(([TF])\)", lambda m: m[1]),
    (r"not ([TF])", lambda m: "F" if m[1] == "T" else "T"),
    (r"(?<!not )([TF])(?: and | )([TF])", lambda m: "T" if m[1] == m[2] == "T" else "F"),
    (r"(?<!not )(?<!and )(?<![TF] )([TF]) or ([TF])(?! and| [TF(n])", lambda m: max(m[1], m[2])),
]


def rewritten(query: str, true: set[str]) -> bool:
    """The slow and obvious way: truth values in, one operator away at a time, brackets first."""
    text = re.sub(r"\b[pqrs]\b", lambda m: "T" if m[0] in true else "F", query.lower())
    text = text.replace("&&", "and").replace("||", " or ")
    while len(text := " ".join(text.split())) > 1:
        for pattern, value in REWRITES:
            text, changed = re.subn(pattern, value, text, count=1)
            if changed:
                break
        else:
            raise AssertionError(text)
    return text == "T"


@pytest.mark.slow
@given(boolean_queries, st.sets(operands))
def test_notebook_precedence_is_ordinary_logic(query: str, true: set[str]) -> None:
    """NOT binds before AND and juxtaposition, and they before OR."""
    assert evaluate(parse(query), true) == rewritten(query, true)


HUGE = {
    "brackets": "(" * 10_000 + "a" + ")" * 10_000,
    "open brackets": "(" * 100_000,
    "field groups": "f:(" * 10_000,
    "negations": "NOT " * 10_000 + "a",
    "signs": "-" * 100_000,
    "words": "word " * 100_000,
    "alternatives": "f:word OR " * 99_999 + "a",
    "one word": "a" * 1_000_000,
    "one phrase": '"' + "a " * 500_000 + '"',
    "stars": "*" * 1_000_000,
    "backslashes": "\\" * 1_000_000,
    "open quote": '"' + "\\a" * 500_000,
    "open regex": "/" + "\\/" * 500_000,
    "open range": "[" + "a " * 500_000,
    "open ranges": "[" * 1_000_000,
    "spaces": " " * 1_000_000 + ")",
    "escapes": "\\u0041" * 160_000,
    "fuzzy": "a~ " * 100_000,
    "quotes": '"' * 1_000_000,
    "brackets side by side": "(a) " * 100_000,
    "number": "a^" + "9" * 1_000_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", HUGE)
def test_huge_queries_are_quick(name: str, dialect: Dialect) -> None:
    """A hundred thousand clauses, a megabyte, endless nesting: a tree or a clean error, soon.

    The bound is far above what a quiet machine takes, and far below anything quadratic.
    """
    query = HUGE[name]
    started = time.process_time()
    node = attempt(query, dialect)
    if isinstance(node, QuerySyntaxError):
        assert len(str(node)) < 500
    else:
        describe(node)
        notes(query, node, dialect)
        assert sum(1 for _ in leaves(node)) <= 100_000
        unparse(node)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_deepest_allowed_tree_is_safe_to_walk(dialect: Dialect) -> None:
    """Sixty-four levels parse, and every helper answers for them; one more is an error."""
    query = "(a OR b AND " * 63 + "(c OR d)" + ")^2" * 63
    node = parse(query, dialect)
    assert same(parse(unparse(node), dialect), node)
    assert describe(node)
    with pytest.raises(QuerySyntaxError, match="more than 64"):
        parse(f"({query})", dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_more_words_than_can_be_read_are_refused(dialect: Dialect) -> None:
    """Eighty thousand words and signs are read, one more is an error that says how many."""
    assert sum(1 for _ in leaves(parse("a " * 59_999, dialect))) == 59_999
    with pytest.raises(QuerySyntaxError, match="more than 60,000 words and signs"):
        parse("a " * 60_000, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_nesting_is_limited(dialect: Dialect) -> None:
    """Groups and negations beside each other may be many; depth counts only what is open."""
    node = parse("(a OR b) NOT c " * 500, dialect)
    assert sum(1 for _ in leaves(node)) == 1_500
