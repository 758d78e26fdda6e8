"""What surprises in dialect ``lucene``, each as a real Lucene reads it (``make oracle``)."""

from __future__ import annotations

import pytest

from rubrix_widget.errors import QuerySyntaxError
from rubrix_widget.query import parse, same, unparse
from rubrix_widget.query.tree import (
    Boost,
    Clauses,
    Everything,
    Exists,
    Fuzzy,
    Leaf,
    Node,
    Phrase,
    Range,
    Regex,
    Term,
    Wildcard,
)


def lucene(query: str) -> Node:
    return parse(query, "lucene", lambda _field, text: not any(map(str.isalnum, text)))


def signs(query: str) -> dict[str, list[str]]:
    """How the words of a query count, those of which analysis leaves nothing left out."""
    node = lucene(query)
    assert isinstance(node, Clauses)
    groups = {"+": node.required, "-": node.prohibited, "?": node.optional}
    return {
        sign: words
        for sign, group in groups.items()
        if (words := [c.text for c in group if isinstance(c, Term) and c.text.isalnum()])
    }


@pytest.mark.parametrize(
    ("query", "counted"),
    [
        ('a OR "--" AND b', {"+": ["a", "b"]}),
        ('a AND "--" OR b', {"?": ["a", "b"]}),
        ('a b "--" OR c', {"+": ["a"], "?": ["b", "c"]}),
        ('-a "--" OR b', {"-": ["a"], "?": ["b"]}),
        ("a OR ! AND b", {"+": ["a", "b"]}),
        ('a OR ("--" AND "...") AND b', {"+": ["a", "b"]}),
        ('a OR "--"^2 AND b', {"+": ["a", "b"]}),
        ('"--" OR b', {"?": ["b"]}),
    ],
)
def test_an_operator_beside_no_words_is_about_the_clause_before(
    query: str, counted: dict[str, list[str]]
):
    """A clause that analysis leaves nothing of is none, so AND and OR look past it."""
    assert signs(query) == counted


def test_without_analysis_every_clause_counts():
    """A parse that knows no fields takes every clause for one."""
    node = parse('a OR "--" AND b', "lucene")
    assert isinstance(node, Clauses)
    assert [type(c) for c in node.required] == [Phrase, Term]


@pytest.mark.parametrize(
    ("query", "inner"),
    [
        ("good^2~1", Fuzzy((0, 8), None, None, "good", 1)),
        ('"a b"^2~3', Phrase((0, 9), None, None, "a b", 3)),
    ],
)
def test_a_boost_may_stand_before_the_tilde(query: str, inner: Node):
    """``good^2~1`` is ``good~1^2``."""
    node = lucene(query)
    assert isinstance(node, Boost)
    assert node.factor == 2
    assert node.child == inner


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("[a\t TO b]", "a\t", "b"),
        ("[\ta TO b\u3000]", "\ta", "b\u3000"),
        ("[\t a TO b \n]", "a", "b"),
        ("[a\u00a0 TO b]", "a\u00a0", "b"),
        ('["a b" TO "]"]', "a b", "]"),
        (r'["a\"b" TO c]', 'a"b', "c"),
        ("[TO TO TO]", "TO", "TO"),
    ],
)
def test_only_blanks_part_the_bounds_of_a_range(query: str, low: str, high: str):
    """Other white space is part of a bound, unless it stands alone."""
    node = lucene(query)
    assert isinstance(node, Range)
    assert (node.low, node.high) == (low, high)


@pytest.mark.parametrize(
    "query", ["[a\tTO\tb]", r"[a\]b TO c]", r"[a\ b TO c]", '["" TO a]', '["a"b TO c]']
)
def test_what_lucene_cannot_read_in_a_range_is_an_error(query: str):
    """A backslash saves no bracket and no blank inside a range."""
    with pytest.raises(QuerySyntaxError):
        lucene(query)


@pytest.mark.parametrize(
    ("query", "low", "inclusive"),
    [
        (r"f:\>5", "5", False),
        (r"f:\>=5", "5", True),
        (r"f:\>=", "=", False),
        ("f:(>5 AND a)", "5", False),
        ("f:(>1 <=5)", "1 <=5", False),
        (r"\>5", "5", False),
        (r"f:\>\*", None, False),
    ],
)
def test_a_sign_compares_even_when_escaped(query: str, low: str | None, inclusive: bool):
    """Elasticsearch looks for ``>`` once escapes are resolved, at the start of a run of words."""
    node = lucene(query)
    found = node.required[0] if isinstance(node, Clauses) else node
    assert isinstance(found, Range)
    assert (found.low, found.high, found.include_low) == (low, None, inclusive)


@pytest.mark.parametrize("query", ["a >5", "f:(>= 5)", "f:(a > b)", ">5 a"])
def test_a_comparison_that_lucene_would_garble_is_an_error(query: str):
    """A sign without a field, or without its value, is refused inside a run of words too."""
    with pytest.raises(QuerySyntaxError):
        lucene(query)


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        (r"\u0041b*", "Ab*"),
        (r"\u0041b?", "u0041b?"),
        (r"\-b?", "-b?"),
        (r"*\D", r"*\D"),
        (r"\D*", "D*"),
        (r"a\*b*", r"a\*b*"),
        (r"a\\*", r"a\\*"),
    ],
)
def test_escapes_in_patterns(query: str, pattern: str):
    """Only in a prefix is a number a letter; elsewhere a backslash keeps a capital a capital."""
    node = lucene(query)
    assert isinstance(node, Wildcard)
    assert node.pattern == pattern


@pytest.mark.parametrize(
    ("query", "pattern"), [(r"/a\/b/", r"a\/b"), (r"/a\\/", r"a[\\]"), (r"/a\\/b/", r"a\\/b")]
)
def test_a_regular_expression_ends_at_the_last_slash_it_can(query: str, pattern: str):
    """A slash behind a backslash may be inside, whatever the backslash stands behind."""
    node = lucene(query)
    assert isinstance(node, Regex)
    assert node.pattern == pattern


@pytest.mark.parametrize(
    ("query", "edits"),
    [
        ("a~9", 2),
        ("a~.5", 0),
        ("a~1.", 1),
        ("a~1e0", 1),
        ("a~auto", None),
        ("a~NaN", 0),
        ("a~1f", 1),
    ],
)
def test_edits_are_read_as_java_reads_numbers(query: str, edits: int | None):
    """More than two edits are two, fractions are cut off."""
    node = lucene(query)
    assert isinstance(node, Fuzzy)
    assert node.edits == edits


def test_a_star_ends_the_edits():
    """``a~*`` is two clauses: a fuzzy word, and any text."""
    node = lucene("a~*")
    assert isinstance(node, Clauses)
    assert [type(clause) for clause in node.required] == [Fuzzy, Everything]


def test_escapes_in_regular_expressions_are_checked():
    r"""``\u`` needs its four digits there too, though it means no letter."""
    with pytest.raises(QuerySyntaxError, match="four hexadecimal digits"):
        lucene(r"/a\u12/")


@pytest.mark.parametrize("query", ["a~x", "a~-1", "a~1,5", '"a b"~-1'])
def test_edits_that_are_no_number_are_an_error(query: str):
    """Lucene refuses them too."""
    with pytest.raises(QuerySyntaxError):
        lucene(query)


def test_a_run_names_one_field():
    """``_exists_`` takes a run of words for one name, as any field of whole values does."""
    assert lucene("_exists_:(a b)") == Exists((10, 13), "a b", (10, 13))


def test_a_lone_sign_is_a_word_that_can_be_fuzzy():
    """``- ~1`` looks for words one edit from the dash."""
    node = lucene("- ~1")
    assert isinstance(node, Leaf)
    assert node == Fuzzy((0, 4), None, None, "-", 1)


def test_a_pattern_that_ends_with_a_backslash_can_stand_anywhere() -> None:
    r"""Behind ``\\`` a slash ends a pattern only where none follows: it is written ``[\\]``."""
    for query in (r"/a/ -/b\\/", r"text:(/9/ -(c or /b\\\\/))", r"good /b\\/"):
        node = lucene(query)
        assert same(lucene(unparse(node)), node), unparse(node)
    found = lucene(r"good /b\\/")
    assert isinstance(found, Clauses)
    assert isinstance(found.required[1], Regex)
    assert found.required[1].pattern == r"b[\\]"
    with pytest.raises(QuerySyntaxError, match="a backslash at the end") as caught:
        lucene(r"/a/ -/b \/ c")
    assert (caught.value.start, caught.value.end) == (5, 10)
