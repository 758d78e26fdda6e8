"""Which characters are highlighted."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import highlight

from rubrix_widget.index import Segment, spans
from rubrix_widget.index.analysis import STANDARD
from rubrix_widget.index.schema import SegmentTokenizer
from rubrix_widget.query import tree
from tests.index.masks import mask_of

LEAF = ((0, 0), None, None)


def marked(leaf: tree.Leaf, text: str, field: str = "text") -> list[str]:
    return [text[a:b] for a, b in spans([(leaf, field)], [text])[0]]


@pytest.mark.parametrize(
    ("leaf", "text", "expected"),
    [
        (tree.Term(*LEAF, "FINE"), "Fine, fine: refined", ["Fine", "fine"]),
        (tree.Term(*LEAF, "well-acted"), "acted well?", ["acted", "well"]),
        (tree.Phrase(*LEAF, "not good", 0), "good, not good, not", ["not", "good"]),
        (tree.Phrase(*LEAF, "good not", 2), "not so good", []),
        (tree.Phrase(*LEAF, "good not", 3), "not so good", ["not", "good"]),
        (tree.Phrase(*LEAF, "fine", 0), "so fine", ["fine"]),
        (tree.Wildcard(*LEAF, "*IN*"), "thin inn on", ["thin", "inn"]),
        (tree.Regex(*LEAF, "fi[ln]m?e?"), "film fine fin finer", ["film", "fine", "fin"]),
        (tree.Fuzzy(*LEAF, "flim", 1), "film flam", ["film", "flam"]),
        (tree.Range(*LEAF, "f", "g", True, True, (0, 0), (0, 0)), "fun g good", ["fun", "g"]),
        (tree.Exists(*LEAF), "anything", []),
        (tree.Term(*LEAF, "!"), "wow !", []),
        (tree.Term(*LEAF, "😀"), "é😀 😀x", ["😀", "😀"]),
    ],
)
def test_what_a_leaf_marks(leaf: tree.Leaf, text: str, expected: list[str]):
    """Words are marked whole, and a phrase's only where the phrase stands."""
    assert marked(leaf, text) == expected


def test_exact_fields_mark_exact_tokens():
    """In ``.exact`` a token is what stands between white space."""
    assert marked(tree.Term(*LEAF, "Fine,"), "Fine, fine,", "text.exact") == ["Fine,"]


def test_ranges_of_several_leaves_are_merged_and_in_order():
    """Overlapping and touching ranges become one."""
    leaves = [
        (tree.Term(*LEAF, "acted"), "text"),
        (tree.Term(*LEAF, "well-acted"), "text.exact"),
        (tree.Term(*LEAF, "a"), "text"),
    ]
    assert spans(leaves, ["a well-acted", ""]) == [[(0, 1), (2, 12)], []]
    assert spans([], ["a"]) == [[]]
    assert spans(leaves, []) == []


words = st.lists(st.sampled_from(["a", "b", "é", "x"]), max_size=8)
leaves = st.one_of(
    st.sampled_from(["a", "é", "q"]).map(lambda w: tree.Term(*LEAF, w)),
    st.tuples(words.filter(bool).map(" ".join), st.integers(0, 3)).map(
        lambda p: tree.Phrase(*LEAF, *p)
    ),
)


@given(leaves, st.lists(words.map(", ".join), min_size=1, max_size=4))
def test_a_text_is_marked_exactly_when_it_matches(leaf: tree.Leaf, texts: list[str]):
    """Highlights and answers never disagree."""
    mask = mask_of(Segment.build({"text": pa.array(texts)}), leaf, "text")
    assert mask is not None
    found = spans([(leaf, "text")], texts)
    assert mask.tolist() == [bool(s) for s in found]
    for text, ranges in zip(texts, found, strict=True):
        assert all(0 <= a < b <= len(text) for a, b in ranges)


@given(st.lists(st.text("aé xyb,-\n", max_size=20), min_size=1, max_size=4))
def test_words_are_marked_where_whoosh_marks_them(texts: list[str]):
    """Its highlighter meets the same words at the same characters."""
    asked = ["a", "é", "xy"]
    found = spans([(tree.Term(*LEAF, word), "text") for word in asked], texts)
    for text, ranges in zip(texts, found, strict=True):
        tokens = SegmentTokenizer(STANDARD)(text, chars=True, mode="index")
        matching = highlight.set_matched_filter(tokens, frozenset(asked))
        fragments = highlight.WholeFragmenter().fragment_tokens(text, matching)
        theirs = [(token.startchar, token.endchar) for one in fragments for token in one.matches]
        assert ranges == theirs
