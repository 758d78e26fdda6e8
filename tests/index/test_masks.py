"""What a leaf matches, against a model over plain Python lists."""

from __future__ import annotations

import itertools
import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrix_widget.index import PatternError, Segment, match_values, tokens
from rubrix_widget.query import tree
from tests.index.masks import mask_of

AT = (0, 0)
LEAF = (AT, None, None)


def distance(a: str, b: str) -> int:
    """Count the edits, a swap of neighbours being one, by the textbook's table."""
    rows = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i, j in itertools.product(range(1, len(a) + 1), range(1, len(b) + 1)):
        rows[i][j] = min(
            rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1])
        )
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def stands(phrase: list[str], words: list[str], slop: int) -> bool:
    """Try every choice of different places for the phrase's words."""
    places = [[p for p, word in enumerate(words) if word == wanted] for wanted in phrase]
    for chosen in itertools.product(*places):
        moved = [place - i for i, place in enumerate(chosen)]
        if len(set(chosen)) == len(chosen) and max(moved) - min(moved) <= slop:
            return True
    return False


def wildcard(pattern: str, word: str) -> bool:
    translated = {"*": ".*", "?": "."}
    whole = "".join(translated.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(whole, word, re.DOTALL) is not None


def matches(leaf: tree.Leaf, values: list[str | None]) -> bool:
    """Say whether a record with these inputs matches, the slow and obvious way."""
    texts = [[t.text for t in tokens(v)] for v in values if v is not None]
    every = {word for words in texts for word in words}
    match leaf:
        case tree.Exists():
            return bool(texts)
        case tree.Term(text=text):
            return {t.text for t in tokens(text)} <= every
        case tree.Phrase(text=text, slop=slop):
            return any(stands([t.text for t in tokens(text)], words, slop) for words in texts)
        case tree.Wildcard(pattern=pattern):
            return any(wildcard(pattern.lower(), word) for word in every)
        case tree.Fuzzy(text=text, edits=edits):
            return any(distance(text, w) <= (edits or 0) for w in every)
        case tree.Range():
            return any(
                (leaf.low is None or leaf.low < w or (leaf.include_low and leaf.low == w))
                and (leaf.high is None or w < leaf.high or (leaf.include_high and leaf.high == w))
                for w in every
            )
    raise AssertionError(leaf)


word = st.text("abé", min_size=1, max_size=3)
texts = st.lists(word, max_size=7).map(" ".join)
phrase = st.lists(word, min_size=1, max_size=4).map(" ".join)
bound = st.one_of(st.none(), word)
leaves = st.one_of(
    st.just(tree.Exists(*LEAF)),
    word.map(lambda w: tree.Term(*LEAF, w)),
    st.tuples(word, word).map(lambda p: tree.Term(*LEAF, "-".join(p))),
    st.tuples(phrase, st.integers(0, 4)).map(lambda p: tree.Phrase(*LEAF, *p)),
    st.text("aAbé*?", min_size=1, max_size=4).map(lambda p: tree.Wildcard(*LEAF, p)),
    st.tuples(word, st.integers(0, 2)).map(lambda p: tree.Fuzzy(*LEAF, *p)),
    st.tuples(bound, bound, st.booleans(), st.booleans()).map(
        lambda b: tree.Range(*LEAF, *b, AT, AT)
    ),
)


@given(st.lists(st.tuples(st.one_of(st.none(), texts), st.one_of(st.none(), texts))), leaves)
def test_masks_equal_the_model(records: list[tuple[str | None, str | None]], leaf: tree.Leaf):
    """A leaf matches the records that the definition says, in one input and in all of them."""
    first, second = ([r[i] for r in records] for i in (0, 1))
    segment = Segment.build(
        {"a": pa.array(first, pa.large_string()), "b": pa.array(second, pa.large_string())}
    )
    for field, values in (("inputs.a", [[v] for v in first]), ("text", records)):
        mask = mask_of(segment, leaf, field)
        assert mask is not None
        assert mask.dtype == bool
        assert mask.tolist() == [matches(leaf, list(v)) for v in values], field


repeating = st.lists(st.sampled_from("ab"), min_size=2, max_size=4)


@given(
    st.lists(st.lists(st.sampled_from("abc"), max_size=9), max_size=5), repeating, st.integers(0, 6)
)
def test_phrases_that_repeat_words(records: list[list[str]], wanted: list[str], slop: int):
    """Each word of a phrase needs a token of its own, also when the phrase repeats the word."""
    segment = Segment.build({"text": pa.array([" ".join(r) for r in records], pa.large_string())})
    mask = mask_of(segment, tree.Phrase(*LEAF, " ".join(wanted), slop), "text")
    assert mask is not None
    assert mask.tolist() == [stands(wanted, r, slop) for r in records]


def test_phrases_never_cross_from_one_input_to_the_next():
    """However much slop, two inputs of a record are two texts; two words may be in either."""
    segment = Segment.build(
        {"a": pa.array(["one two", "x"]), "b": pa.array(["three", "two three"])}
    )
    for slop in (0, 1, 1000, 2**40):
        mask = mask_of(segment, tree.Phrase(*LEAF, "two three", slop), "text")
        assert mask is not None
        assert mask.tolist() == [False, True]
    both = mask_of(segment, tree.Term(*LEAF, "one-three"), "text")
    assert both is not None
    assert both.tolist() == [True, False]


def test_the_exact_field_keeps_case_and_punctuation():
    """``text.exact`` is cut at white space only, and patterns keep their case there."""
    segment = Segment.build({"text": pa.array(["Fine, really", "fine , Really"])})
    for leaf, expected in (
        (tree.Term(*LEAF, "Fine,"), [True, False]),
        (tree.Term(*LEAF, "fine"), [False, True]),
        (tree.Phrase(*LEAF, ", Really", 0), [False, True]),
        (tree.Wildcard(*LEAF, "R*"), [False, True]),
        (tree.Regex(*LEAF, "F.*,"), [True, False]),
    ):
        mask = mask_of(segment, leaf, "text.exact")
        assert mask is not None
        assert mask.tolist() == expected, leaf


@pytest.mark.parametrize("text", ["!", "--", "", " "])
def test_a_clause_without_a_word_asks_for_nothing(text: str):
    """The caller is told by None, and drops the clause."""
    segment = Segment.build({"text": pa.array(["a !", "b"])})
    assert mask_of(segment, tree.Term(*LEAF, text), "text") is None
    assert mask_of(segment, tree.Phrase(*LEAF, text, 0), "text") is None


def test_fuzzy_words_reach_fifty_others_and_say_so():
    """The nearest are taken, then the first in order of code points, as in Elasticsearch."""
    words = [f"word{a}{b}" for a in "abcdefghij" for b in "abcdefghij"] + ["wordaax", "words"]
    segment = Segment.build({"text": pa.array(words)})
    notes: list[str] = []
    mask = mask_of(segment, tree.Fuzzy(*LEAF, "wordaa", None), "text", notes)
    assert mask is not None
    assert mask.sum() == 50
    near = [w for w, found in zip(words, mask.tolist(), strict=True) if found]
    assert {"wordaa", "wordaax", "wordab", "wordja"} <= set(near)
    assert notes == ["wordaa~ is near 102 words; only the 50 nearest are searched"]
    assert mask_of(segment, tree.Fuzzy(*LEAF, "wordzzzzz", None), "text", notes) is not None
    assert len(notes) == 1


@pytest.mark.parametrize(("text", "edits"), [("ab", 0), ("abc", 1), ("abcde", 1), ("abcdef", 2)])
def test_auto_fuzziness_goes_by_length(text: str, edits: int):
    """Up to two characters none, up to five one, beyond two."""
    values = pa.array([text, text + "x", text + "xy", text + "xyz"])
    found = match_values(tree.Fuzzy(*LEAF, text, None), values)
    assert found.tolist() == [True, edits >= 1, edits >= 2, False]


def test_no_texts_and_texts_without_words():
    """No records, only nulls, only punctuation: every leaf still answers, with nothing."""
    for texts_given in ([], [None, None], ["", "...", None]):
        segment = Segment.build({"text": pa.array(texts_given, pa.large_string())})
        assert segment.records == len(texts_given)
        for leaf in (
            tree.Term(*LEAF, "a"),
            tree.Phrase(*LEAF, "a b", 2),
            tree.Wildcard(*LEAF, "*a*"),
            tree.Wildcard(*LEAF, "*"),
            tree.Regex(*LEAF, ".*"),
            tree.Fuzzy(*LEAF, "abc", 2),
            tree.Range(*LEAF, None, None, True, True, AT, AT),
        ):
            mask = mask_of(segment, leaf, "text")
            assert mask is not None
            assert mask.tolist() == [False] * len(texts_given)
        exists = mask_of(segment, tree.Exists(*LEAF), "text")
        assert exists is not None
        assert exists.tolist() == [t is not None for t in texts_given]


def test_a_word_repeated_seventy_thousand_times():
    """Frequencies are counted past what 16 bits hold, and phrases still answer at once."""
    segment = Segment.build({"text": pa.array(["very " * 70_000 + "good", "very good"])})
    field = segment.arrays["text"]
    number = field.find("very")
    assert number is not None
    assert field.frequencies_of(number).tolist() == [70_000, 1]
    for text, slop, expected in (
        ("very good", 0, [True, True]),
        ("very very good", 0, [True, False]),
        ("good very very", 4, [True, False]),
    ):
        mask = mask_of(segment, tree.Phrase(*LEAF, text, slop), "text")
        assert mask is not None
        assert mask.tolist() == expected


def test_keyword_values_are_matched_whole_with_their_case():
    """A value is one word, whatever it holds; null matches nothing."""
    values = pa.array(["Rotten Tomatoes", "rotten", None, "a.b", "zeta"])
    for leaf, expected in (
        (tree.Term(*LEAF, "Rotten Tomatoes"), "10000"),
        (tree.Phrase(*LEAF, "rotten", 3), "01000"),
        (tree.Wildcard(*LEAF, "*otten*"), "11000"),
        (tree.Wildcard(*LEAF, r"a\*b"), "00000"),
        (tree.Wildcard(*LEAF, "a.?"), "00010"),
        (tree.Regex(*LEAF, "[Rr]otten"), "01000"),
        (tree.Fuzzy(*LEAF, "rottne", 1), "01000"),
        (tree.Range(*LEAF, "a.b", "rotten", True, False, AT, AT), "00010"),
        (tree.Range(*LEAF, None, "S", True, True, AT, AT), "10000"),
        (tree.Exists(*LEAF), "11011"),
    ):
        assert match_values(leaf, values).tolist() == [c == "1" for c in expected], leaf
    assert match_values(tree.Term(*LEAF, "a\ud800"), values).tolist() == [False] * 5


def test_inputs_of_different_lengths_are_refused():
    """The error names each input with its length."""
    with pytest.raises(ValueError, match=r"\{'a': 1, 'b': 2\}"):
        Segment.build({"a": pa.array(["x"]), "b": pa.array(["x", "y"])})


def test_progress_goes_to_one():
    """Building tells how far it is."""
    told: list[float] = []
    Segment.build({"a": pa.array(["x"] * 50), "b": pa.array(["y"] * 50)}, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_pattern_that_cannot_be_run_is_an_error():
    """A pattern too long is refused at once; one too large for RE2 alone is answered."""
    segment = Segment.build({"text": pa.array(["a" * 200])})
    for pattern in ("a" * 20_000, "((a{1,1000}){1,1000})+", "a{2"):
        with pytest.raises(PatternError):
            mask_of(segment, tree.Regex(*LEAF, pattern), "text")
    for pattern, answer in (("(a{2}){2000}", False), ("a{0,5000}", True)):
        found = mask_of(segment, tree.Regex(*LEAF, pattern), "text")
        assert found is not None
        assert found.tolist() == [answer]
