"""Lucene's regular expressions: in RE2, and in the automaton for what RE2 has no word for."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrix_widget.index import PatternError, Segment, automaton, match_values
from rubrix_widget.index.regex import read
from rubrix_widget.index.regex_tree import (
    Both,
    Characters,
    Either,
    Except,
    Pattern,
    Repeat,
    Sequence,
)
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
        ("[-a]", ["-"]),
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
    ("pattern", "matched"),
    [
        ("~a", ["", "ab", "b", "aab", "5", "05", "12", "&b", "*a"]),
        ("~(a|ab|@5)", ["", "b", "aab", "12", "&b", "*a"]),
        ("~~a", ["a"]),
        ("a~b", ["a", "aab"]),
        ("(~b)+", ["", "a", "ab", "aab", "5", "05", "12", "&b", "*a"]),
        ("a@&@b", ["ab", "aab"]),
        ("@a@&~(@aa@)&@b", ["ab"]),
        ("~a&~b|a", ["", "a", "ab", "aab", "5", "05", "12", "&b", "*a"]),
        ("<1-12>", ["5", "05", "12"]),
        ("<12-1>", ["5", "05", "12"]),
        ("<01-12>", ["05", "12"]),
        ("<6-11>", []),
        ("x?<5-5>", ["5"]),
        ("a|&b", ["a", "&b"]),
        ("a&&b|&&b", []),
        ("(|b)|\\&b", ["&b"]),
        ("*a", ["*a"]),
        ("\\*a", ["*a"]),
        ('"*a"', ["*a"]),
        ("[*-\\+]a", ["*a"]),
        ("[^a-z0-9]@", ["&b", "*a"]),
        ("\\W\\w", ["&b", "*a"]),
        ("[\\d\\D]", ["a", "b", "5"]),
        ("a{0}b{1}", ["b"]),
        ("a{2000}", []),
    ],
)
def test_all_of_lucenes_optional_signs(pattern: str, matched: list[str]):
    """Complement, intersection, numbers; and a sign where an operand must stand is plain."""
    assert found(pattern, ["", "a", "ab", "b", "aab", "5", "05", "12", "&b", "*a"]) == matched


@pytest.mark.parametrize(
    ("pattern", "offset", "words"),
    [
        ("a~", 1, "must follow '~'"),
        ("a&", 1, "must follow '&'"),
        ("x<numbers>", 1, "no named patterns"),
        ("x<1-b>", 1, "two whole numbers"),
        ("x<1-2-3>", 1, "two whole numbers"),
        ("x<1-99999999999>", 1, "at most 2147483647"),
        ("x<1-5", 1, "never closed"),
        ("a(b", 1, "never closed"),
        ("ab)", 2, "never opened"),
        ("a[bc", 1, "never closed"),
        ("[+-]", 0, "never closed"),
        ('a"b', 1, "never closed"),
        ("a|", 1, "must follow '|'"),
        ("a{x}", 1, "number of times"),
        ("a{1,2,3}", 1, "number of times"),
        ("a{5,2}", 1, "ends before it begins"),
        ("a{9999999999}", 1, "at most 2147483647"),
        ("a\\", 1, "backslash"),
        ("a\\b", 1, "has no meaning"),
        ("[\\q]", 1, "has no meaning"),
        ("[z-a]", 0, "from 'z' to 'a'"),
        ("[a-]", 0, "from 'a' to ']'"),
        ("(" * 5000 + ")" * 5000, 100, "brackets in brackets"),
    ],
)
def test_faults_are_named_with_their_place(pattern: str, offset: int, words: str):
    """What Lucene refuses is an error that says where and what."""
    with pytest.raises(PatternError, match=re.escape(words)) as caught:
        read(pattern)
    assert caught.value.offset == offset
    assert not caught.value.limit


@given(
    st.text('ab(|)[]{},12*+?.^-"\\@#~&<>é', max_size=12),
    st.lists(st.text("ab1^-é", max_size=6), min_size=1, max_size=80),
)
def test_any_pattern_is_run_or_refused(pattern: str, values: list[str]):
    """Whatever a person types is answered, or refused with a place in it."""
    refused = None
    try:
        read(pattern)
    except PatternError as error:
        refused = error
    if refused is None:
        assert set(found(pattern, values)) <= set(values)
    else:
        assert 0 <= refused.offset <= len(pattern)


ALPHABET = "ab1"


def slowly(pattern: Pattern, text: str) -> bool:
    """Decide by definition, trying every way to cut the text."""
    match pattern:
        case Characters(ranges):
            return len(text) == 1 and any(low <= ord(text) <= high for low, high in ranges)
        case Sequence(()):
            return text == ""
        case Sequence((first, *rest)):
            return any(
                slowly(first, text[:i]) and slowly(Sequence(tuple(rest)), text[i:])
                for i in range(len(text) + 1)
            )
        case Either(parts):
            return any(slowly(part, text) for part in parts)
        case Both(parts):
            return all(slowly(part, text) for part in parts)
        case Except(part):
            return not slowly(part, text)
        case Repeat(part, low, high):
            if text == "" and (low == 0 or slowly(part, "")):
                return True
            # a turn that matches nothing takes no text, so it can only fill up the number of turns
            fewer = max(low - 1, 0), None if high is None else high - 1
            return high != 0 and any(
                slowly(part, text[:i]) and slowly(Repeat(part, *fewer), text[i:])
                for i in range(0 if low else 1, len(text) + 1)
            )


def every_text(longest: int) -> list[str]:
    return ["".join(t) for n in range(longest + 1) for t in itertools.product(ALPHABET, repeat=n)]


whole_syntax = st.recursive(
    st.sampled_from(
        ["a", "b", "1", ".", "[ab]", "[^a]", "@", "#", "()", '"ab"', "\\d", "<0-11>", "<1-1>"]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, st.sampled_from("|&"), inner).map(lambda p: f"({''.join(p)})"),
        inner.map(lambda p: f"~({p})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,2}", "{0,1}", "{2,}"])).map(
            lambda p: f"({p[0]}){p[1]}"
        ),
    ),
    max_leaves=5,
)


@given(whole_syntax)
@settings(deadline=None)
def test_every_sign_means_its_set_of_texts(pattern: str):
    """The answers are those of the definitions, over every short text of a small alphabet.

    Each pattern is run as it comes and by the automaton alone.
    """
    texts = every_text(4)
    expected = [text for text in texts if slowly(read(pattern), text)]
    assert found(pattern, texts) == expected
    mask = automaton.matching(pa.array(texts, pa.large_string()), read(pattern)).tolist()
    assert [text for text, matched in zip(texts, mask, strict=True) if matched] == expected


@given(st.integers(0, 1200), st.integers(0, 1200), st.integers(0, 4))
@settings(max_examples=30, deadline=None)
def test_a_range_of_numbers_holds_just_its_numbers(low: int, high: int, zeros: int):
    """All numbers between both ends, written with any leading zeros."""
    low, high = sorted((low, high))
    texts = ["0" * zeros + str(n) for n in range(1300)]
    matched = found(f"<0{low}-{high}>", texts) if len(f"0{low}") != len(str(high)) else None
    if matched is None:
        matched = found(f"<{low}-0000{high}>", texts)
    assert matched == ["0" * zeros + str(n) for n in range(low, high + 1)]


@pytest.mark.parametrize(
    "pattern",
    ["~(@a.{20})b", "(~(@ab.{12}@)&~(@ba.{12}@)){3}"],
)
def test_a_pattern_of_too_many_states_is_refused(pattern: str):
    """The work of an automaton is bounded, and the bound is an error that says so."""
    random = np.random.default_rng(0)
    values = ["".join(random.choice(list("ab"), 200)) for _ in range(2_000)]
    with pytest.raises(PatternError, match="too many states") as caught:
        found(pattern, values)
    assert caught.value.limit


def test_long_values_are_read_in_linear_time():
    """One value of a megabyte takes as many steps as it has characters."""
    long = "ab" * 500_000
    assert found("~(@aa@)", [long, long + "aa", "ab"]) == [long, "ab"]


def test_a_null_matches_nothing_even_by_complement():
    """A record without a value is no text, so not even everything but ``a`` matches it."""
    for pattern in ("~a", "@", "~(a&b)", "b~a"):
        leaf = tree.Regex((0, 0), None, None, pattern)
        values = pa.array([None, "b"], pa.large_string())
        assert match_values(leaf, values).tolist() == [False, True]


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


@given(shared, st.lists(st.text("abcdé", min_size=1, max_size=4), max_size=12))
def test_words_of_texts_are_matched_as_values_are(pattern: str, words: list[str]):
    """A text field, which looks only at words that begin as a match can, misses none of them."""
    segment = Segment.build({"text": pa.array(words, pa.large_string())})
    matched = segment.hits(tree.Regex((0, 0), None, None, pattern), "text.exact")
    assert matched is not None
    assert [words[i] for i in matched.positions.tolist()] == found(pattern, words)
