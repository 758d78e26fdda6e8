"""Lucene's regular expressions in RE2."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrix_widget.index import PatternError, match_values
from rubrix_widget.index.regex import to_re2
from rubrix_widget.query import tree


def found(pattern: str, values: list[str]) -> list[str]:
    leaf = tree.Regex((0, 0), None, None, pattern)
    mask = match_values(leaf, pa.array(values, pa.large_string())).tolist()
    return [value for value, matched in zip(values, mask, strict=True) if matched]


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("ab", ["ab"]),
        ("a.", ["ab", "a$", "a\n"]),
        ("a@", ["ab", "abab", "a$", "a\n"]),
        ("a$", ["a$"]),
        ("^b", ["^b"]),
        ('"a$"', ["a$"]),
        ("(ab){2}", ["abab"]),
        ("(ab){1,}", ["ab", "abab"]),
        ("a?b{0,1}", ["ab", ""]),
        ("(a?)+b*", ["ab", ""]),
        ("a#", []),
        ("[^a]b", ["^b"]),
        ("[\\^x]b", ["^b"]),
        ("\\d+", ["12"]),
        ("[\\d.]+", ["12", "1.5"]),
        ("[]]", ["]"]),
        ("[a-]", ["-"]),
        ("a\\$|\\]", ["a$", "]"]),
        ("", [""]),
        ("()", [""]),
        ("é|12", ["12", "é"]),
    ],
)
def test_lucenes_syntax(pattern: str, matched: list[str]):
    """A pattern matches whole values, and each sign means what it means to Lucene."""
    values = ["ab", "abab", "a$", "^b", "a\n", "12", "1.5", "]", "-", "é", ""]
    assert found(pattern, values) == matched


@pytest.mark.parametrize(
    ("pattern", "offset", "words"),
    [
        ("a~b", 1, "'~'"),
        ("a&b", 1, "join two with AND"),
        ("x<1-5>", 1, "range of numbers"),
        ("a(b", 1, "never closed"),
        ("ab)", 2, "never opened"),
        ("a[bc", 1, "never closed"),
        ('a"b', 1, "never closed"),
        ("*a", 0, "nothing to repeat"),
        ("a|", 2, "expected something"),
        ("a{x}", 1, "number of times"),
        ("a{5,2}", 1, "ends before it begins"),
        ("a{9999}", 1, "1000"),
        ("a\\", 1, "backslash"),
        ("[z-a]", 0, "range"),
        ("(" * 5000 + ")" * 5000, 100, "brackets in brackets"),
    ],
)
def test_faults_are_named_with_their_place(pattern: str, offset: int, words: str):
    """What Lucene cannot do, or we cannot, is an error that says where and what."""
    with pytest.raises(PatternError, match=re.escape(words)) as caught:
        to_re2(pattern)
    assert caught.value.offset == offset


@given(st.text('ab(|)[]{},12*+?.^-"\\@#~&<>é', max_size=12), st.text("ab1^-é", max_size=6))
def test_any_pattern_is_run_or_refused(pattern: str, value: str):
    """Nothing a person types makes RE2 say no after we said yes, but for its own size."""
    refused = None
    try:
        to_re2(pattern)
    except PatternError as error:
        refused = error
    if refused is None:
        found(pattern, [value])
    else:
        assert 0 <= refused.offset <= len(pattern)


shared = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda p: f"({p[0]}|{p[1]})"),
        st.tuples(inner, st.sampled_from("?*+")).map(lambda p: f"({p[0]}){p[1]}"),
    ),
    max_leaves=6,
)


@given(shared, st.text("abc", max_size=6))
def test_the_common_ground_with_python(pattern: str, value: str):
    """Where Lucene's syntax and Python's mean the same, the answers are the same."""
    assert bool(found(pattern, [value])) == bool(re.fullmatch(pattern, value))
