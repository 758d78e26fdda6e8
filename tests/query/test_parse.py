"""What every construct parses to, in both dialects."""

from __future__ import annotations

import pytest

from rubrix_widget.errors import QuerySyntaxError
from rubrix_widget.query import Dialect, join_adjacent, leaves, parse, same, unparse
from rubrix_widget.query.tree import (
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


def compact(node: Node) -> str:
    """Write a tree on one line: ``f:?`` exists, ``<patt*rn>``, ``_word`` continues the one before.

    Lucene's clauses come in their order in the text, ``+`` required, ``-`` prohibited and ``?``
    optional.
    """
    if isinstance(node, Everything):
        return "ALL"
    if isinstance(node, Boost):
        return f"{compact(node.child)}^{node.factor:g}"
    if isinstance(node, Not):
        return f"!{compact(node.child)}"
    if isinstance(node, And | Or):
        sign = " & " if isinstance(node, And) else " | "
        return "(" + sign.join(map(compact, node.children)) + ")"
    if isinstance(node, Clauses):
        signed = (
            [(child.span, "+" + compact(child)) for child in node.required]
            + [(child.span, "-" + compact(child)) for child in node.prohibited]
            + [(child.span, "?" + compact(child)) for child in node.optional]
        )
        return "(" + " ".join(text for _, text in sorted(signed)) + ")"
    assert isinstance(node, Leaf)
    return ("" if node.field is None else f"{node.field}:") + _value(node)


def _value(leaf: Leaf) -> str:
    match leaf:
        case Term():
            return ("_" if leaf.continues else "") + leaf.text
        case Phrase():
            return f'"{leaf.text}"' + (f"~{leaf.slop}" if leaf.slop else "")
        case Wildcard():
            return f"<{leaf.pattern}>"
        case Regex():
            return f"/{leaf.pattern}/"
        case Fuzzy():
            return f"{leaf.text}~{'' if leaf.edits is None else leaf.edits}"
        case Exists():
            return "?"
        case Range():
            low = "*" if leaf.low is None else leaf.low
            high = "*" if leaf.high is None else leaf.high
            opening = "[" if leaf.include_low else "{"
            return f"{opening}{low} TO {high}{']' if leaf.include_high else '}'}"
    raise TypeError(leaf)


# (query, tree in the notebook dialect, tree in the lucene dialect); None: an error there, which
# test_errors.py describes. The lucene column was compared with Lucene 9.9's classic QueryParser
# (default operator AND, leading wildcards allowed), where Elasticsearch overrides nothing.
TREES = [
    ("*", "ALL", "ALL"),
    ("*:*", "ALL", "ALL"),
    ("f:*", "f:?", "f:?"),
    ("*:x", "*:x", "*:x"),
    ("_exists_:f", "f:?", "f:?"),
    ('_exists_:"a b"', "a b:?", "a b:?"),
    ("good", "good", "good"),
    ('"exact phrase"', '"exact phrase"', '"exact phrase"'),
    ('""', '""', '""'),
    ('"near phrase"~3', '"near phrase"~3', '"near phrase"~3'),
    ('"a b"~ c', '("a b" & c)', '(+"a b" +c)'),
    ('"a b"~2.7', '"a b"~2', '"a b"~2'),
    ('"say \\"no\\""', '"say "no""', '"say "no""'),
    ("wild*", "<wild*>", "<wild*>"),
    ("w?ld", "<w?ld>", "<w?ld>"),
    ("*ing", "<*ing>", "<*ing>"),
    ("f:re*d?", "f:<re*d?>", "f:<re*d?>"),
    ("a\\*b*", "<a\\*b*>", "<a\\*b*>"),
    ("\\u0041*", "<A*>", "<A*>"),
    ("quikc~", "quikc~", "quikc~"),
    ("quikc~1", "quikc~1", "quikc~1"),
    ("quikc ~1", "quikc~1", "quikc~1"),
    ("good~AUTO", "good~", "good~"),
    ("good~0.5", "good~0", "good~0"),
    ("good~1.5", "good~1", "good~1"),
    ("good~1^2", "good~1^2", "good~1^2"),
    ("good^2", "good^2", "good^2"),
    ("(a b)^0.5", "(a & _b)^0.5", "(+a +_b)^0.5"),
    ("/joh?n(ath[oa]n)/", "/joh?n(ath[oa]n)/", "/joh?n(ath[oa]n)/"),
    ("/a\\/b/", "/a\\/b/", "/a\\/b/"),
    ("f:/\\d+/", "f:/\\d+/", "f:/\\d+/"),
    ("[1 TO 5]", "[1 TO 5]", "[1 TO 5]"),
    ("f:{1 TO 5}", "f:{1 TO 5}", "f:{1 TO 5}"),
    ("f:[1 TO 5}", "f:[1 TO 5}", "f:[1 TO 5}"),
    ("f:{* TO 5]", "f:{* TO 5]", "f:{* TO 5]"),
    ("score:{0.99 TO *}", "score:{0.99 TO *}", "score:{0.99 TO *}"),
    (
        't:["2021-01-01 10:00" TO 2021-01-02T10:00]',
        "t:[2021-01-01 10:00 TO 2021-01-02T10:00]",
        "t:[2021-01-01 10:00 TO 2021-01-02T10:00]",
    ),
    ("[TO TO TO]", "[TO TO TO]", "[TO TO TO]"),
    ("[\\* TO \\]]", "[* TO ]]", None),
    ("score:>0.9", "score:{0.9 TO *]", "score:{0.9 TO *]"),
    ("score:>=0.9", "score:[0.9 TO *]", "score:[0.9 TO *]"),
    ("score:<0.9", "score:[* TO 0.9}", "score:[* TO 0.9}"),
    ("score:<=-0.9", "score:[* TO -0.9]", "score:[* TO -0.9]"),
    ('f:>"a b"', "f:{a b TO *]", None),
    ("f:(>1 <=5)", "(f:{1 TO *] & f:[* TO 5])", "f:{1 <=5 TO *]"),
    ("f:(>1 AND <=5)", "(f:{1 TO *] & f:[* TO 5])", "(+f:{1 TO *] +f:[* TO 5])"),
    ("text:(quick OR brown)", "(text:quick | text:brown)", "(?text:quick ?text:brown)"),
    ("f:(a g:b (c d))", "(f:a & g:b & (f:c & f:_d))", "(+f:a +g:b +(+f:c +f:_d))"),
    ("f:(a b OR c) d", "(((f:a & f:_b) | f:c) & d)", "(+(+f:a ?f:b ?f:c) +d)"),
    ('f:("x" y z)', '(f:"x" & f:y & f:_z)', '(+f:"x" +f:y +f:_z)'),
    ("f : x", "f:x", "f:x"),
    ("predicted_by:Model A", "(predicted_by:Model & A)", "(+predicted_by:Model +A)"),
    ("inputs.\\*:x", "inputs.*:x", "inputs.*:x"),
    ("metadata.a\\ b:x", "metadata.a b:x", "metadata.a b:x"),
    ("Rotten\\ Tomatoes", "Rotten Tomatoes", "Rotten Tomatoes"),
    ("a\\:b", "a:b", "a:b"),
    ("\\u00e9t\\u00e9", "été", "été"),
    ("\\ud83d\\ude00", "😀", "😀"),
    ("\\and", "and", "and"),
    ("AT&T", "AT&T", "AT&T"),
    ("well-acted", "well-acted", "well-acted"),
    ("n't", "n't", "n't"),
    ("a - b", "(a & - & b)", "(+a +- +b)"),
    ("a + b", "(a & + & b)", "(+a ++ +b)"),
    ("a b", "(a & _b)", "(+a +_b)"),
    ("f:(Rotten Tomatoes)", "(f:Rotten & f:_Tomatoes)", "(+f:Rotten +f:_Tomatoes)"),
    (
        "f:(a b c AND d e f)",
        "(f:a & f:_b & f:_c & f:d & f:_e & f:_f)",
        "(+f:a +f:_b +f:c +f:d +f:e +f:_f)",
    ),
    ("f:(a (b) c d)", "(f:a & f:b & f:c & f:_d)", "(+f:a +f:b +f:c +f:_d)"),
    ("film AND movie", "(film & movie)", "(+film +movie)"),
    ("film && movie", "(film & movie)", "(+film +movie)"),
    ("film OR movie", "(film | movie)", "(?film ?movie)"),
    ("film || movie", "(film | movie)", "(?film ?movie)"),
    ("film or movie", "(film | movie)", "(+film +_or +_movie)"),
    ("film AND movie OR good", "((film & movie) | good)", "(+film ?movie ?good)"),
    ("film OR movie AND good", "(film | (movie & good))", "(?film +movie +good)"),
    ("film movie OR good", "((film & _movie) | good)", "(+film ?movie ?good)"),
    ("film OR NOT movie", "(film | !movie)", "(?film -movie)"),
    ("a AND b OR c AND d", "((a & b) | (c & d))", "(+a ?b +c +d)"),
    ("a OR b c OR d", "(a | (b & _c) | d)", "(?a ?b ?c ?d)"),
    ("NOT a", "!a", "(-a)"),
    ("-a", "!a", "(-a)"),
    ("+a", "a", "(+a)"),
    ("(-a)", "!a", "(-a)"),
    ("((a))", "a", "a"),
    ("(+a)", "a", "(+a)"),
    ("NOT a b", "(!a & b)", "(-a +b)"),
    ("NOT (a OR b) c", "(!(a | b) & c)", "(-(?a ?b) +c)"),
    ("a AND NOT b", "(a & !b)", "(+a -b)"),
    ("a NOT b", "(a & !b)", "(+a -b)"),
    ("a -b +c", "(a & !b & c)", "(+a -b +c)"),
    ("-a OR b", "(!a | b)", "(-a ?b)"),
    ("a and not b or c", "((a & !b) | c)", "(+a +_and +_not +_b +_or +_c)"),
    ('"and" b', '("and" & b)', '(+"and" +b)'),
    ('a "or" b', '(a & "or" & b)', '(+a +"or" +b)'),
    (
        "predicted:ko and annotated_as:negative",
        "(predicted:ko & annotated_as:negative)",
        "(+predicted:ko +and +annotated_as:negative)",
    ),
    ("a\tb", "(a & _b)", "(+a +_b)"),
    ("a\u3000b", "(a & _b)", "(+a +_b)"),
    ("a (b OR (c AND d))", "(a & (b | (c & d)))", "(+a +(?b ?(+c +d)))"),
    ("(a OR b) OR c", "((a | b) | c)", "(?(?a ?b) ?c)"),
    ("a AND (b AND c)", "(a & (b & c))", "(+a +(+b +c))"),
    ("a OR b OR c", "(a | b | c)", "(?a ?b ?c)"),
    ("", "ALL", "ALL"),
    ("  ", "ALL", "ALL"),
    ("a&&b", "(a & b)", "a&&b"),
    ("a||b", "(a | b)", "a||b"),
    ("and", None, "and"),
    ("rock and", None, "(+rock +_and)"),
    ("[1 to 5]", "[1 TO 5]", None),
    ("NOT NOT a", "!!a", None),
    ("NOT -a", "!!a", None),
    ("wow! great", None, "(+wow +! +great)"),
    ("! a", "!a", "(+! +a)"),
    ("http://example.com", None, "(+http:// +example.com)"),
    ("a/b/c", None, "(+a +/b/ +c)"),
    ("a~3", None, "a~2"),
    ("a\u00a0b", "(a & _b)", "a\xa0b"),
    ("and:x", None, "and:x"),
    ("text[1 TO 2]", None, "(+text +[1 TO 2])"),
]


@pytest.mark.parametrize(("query", "notebook", "lucene"), TREES)
def test_trees(query: str, notebook: str | None, lucene: str | None) -> None:
    """Each construct parses to its tree, in either dialect."""
    expected: list[tuple[Dialect, str | None]] = [("notebook", notebook), ("lucene", lucene)]
    for dialect, tree in expected:
        if tree is None:
            with pytest.raises(QuerySyntaxError):
                parse(query, dialect)
        else:
            assert compact(parse(query, dialect)) == tree, dialect


@pytest.mark.parametrize(("query", "notebook", "lucene"), TREES)
def test_written_trees_are_equal(query: str, notebook: str | None, lucene: str | None) -> None:
    """Canonical text parses to an equal tree, and writing it again changes nothing."""
    expected: list[tuple[Dialect, str | None]] = [("notebook", notebook), ("lucene", lucene)]
    for dialect, tree in expected:
        if tree is not None:
            node = parse(query, dialect)
            text = unparse(node)
            assert same(parse(text, dialect), node), text
            assert unparse(parse(text, dialect)) == text


def test_unknown_dialect_is_refused_with_the_known_ones() -> None:
    """A misspelled dialect is an error that names the two there are."""
    with pytest.raises(ValueError, match="'notebook', 'lucene'"):
        parse("a", "luscene")  # type: ignore[arg-type]


def test_spans_are_the_places_in_the_text() -> None:
    """Every leaf knows where it, its field's name and its bounds stand."""
    query = 'predicted:ko AND NOT (score:{0.5 TO *} OR f:("x y"~2 z*)) _exists_:m f:>=5'
    found = {query[slice(*leaf.span)]: leaf for leaf in leaves(parse(query))}
    assert list(found) == [
        "predicted:ko",
        "score:{0.5 TO *}",
        '"x y"~2',
        "z*",
        "_exists_:m",
        "f:>=5",
    ]
    for text, leaf in found.items():
        assert leaf.field_span is not None
        assert query[slice(*leaf.field_span)] == leaf.field, text
    score, low = found["score:{0.5 TO *}"], found["f:>=5"]
    assert isinstance(score, Range)
    assert query[slice(*score.low_span)] == "0.5"
    assert query[slice(*score.high_span)] == "*"
    assert isinstance(low, Range)
    assert query[slice(*low.low_span)] == "5"
    assert isinstance(found["_exists_:m"], Exists)


def test_spans_of_compounds_hold_their_children() -> None:
    """A compound stands where its first and last children do, signs included."""
    query = "a AND NOT (b OR c)^2"
    node = parse(query)
    assert node.span == (0, len(query))
    assert query[slice(*node.children[1].span)] == "NOT (b OR c)^2"  # type: ignore[attr-defined]


WHOLE = [
    ("f:(Rotten Tomatoes)", "f:Rotten Tomatoes", "f:Rotten Tomatoes"),
    ("f:(a b c OR d)", "(f:a b c | f:d)", "(+f:a b ?f:c ?f:d)"),
    ("f:(a b AND c)", "(f:a b & f:c)", "(+f:a +f:b +f:c)"),
    ("f:(a b -c d e)", "(f:a b & !f:c & f:d e)", "(+f:a b -f:c +f:d e)"),
    ("NOT f:(a b)", "!f:a b", "(-f:a b)"),
    ("f:(a b)^2", "f:a b^2", "f:a b^2"),
    ("f:a b", "(f:a & b)", "(+f:a +b)"),
    ('f:(a "b" c~ d e*)', '(f:a & f:"b" & f:c~ & f:d & f:<e*>)', None),
    ("f:(a b) g:(c d)", "(f:a b & (g:c & g:_d))", "(+f:a b +(+g:c +g:_d))"),
    ("a b", "(a & _b)", "(+a +_b)"),
]


@pytest.mark.parametrize(("query", "notebook", "lucene"), WHOLE)
def test_adjacent_words_are_one_value_where_values_are_whole(
    query: str, notebook: str, lucene: str | None
) -> None:
    """A run of plain words is one value on a keyword field, as Elasticsearch takes it."""
    for dialect, tree in (("notebook", notebook), ("lucene", lucene)):
        if tree is not None:
            node = parse(query, dialect)  # type: ignore[arg-type]
            assert compact(join_adjacent(node, lambda field: field == "f")) == tree


def test_joining_leaves_other_trees_alone() -> None:
    """A tree with nothing to join is answered itself, not a copy."""
    node = parse("f:a AND (b OR NOT c)^2")
    assert join_adjacent(node, lambda _: True) is node


def test_same_ignores_places_only() -> None:
    """Two trees are the same in spite of spaces, and differ in any value, sign or shape."""
    assert same(parse("a  AND b"), parse("a && b"))
    for other in ("a AND c", "a OR b", "a b", "f:a AND b", "a AND b AND c", 'a AND "b"'):
        assert not same(parse("a AND b"), parse(other)), other
    assert not same(parse("f:>1"), parse("f:>=1"))
    assert not same(parse("+a -b", "lucene"), parse("a OR -b", "lucene"))
    assert not same(Clauses((0, 1), (), (), ()), Term((0, 1), None, None, "a"))
