"""Ways that are short for rare words and near ones find what the long ways find."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rubrix_widget.index import Corpus, Segment
from rubrix_widget.query import tree
from tests.index.test_masks import distance

LEAF = ((0, 0), None, None)
WORDS = st.sampled_from(["a", "b", "Ab", "ba", "aba"])
TEXTS = st.lists(st.lists(WORDS, max_size=5).map(" ".join), min_size=1, max_size=6)


def of_texts(texts: list[str]) -> Corpus:
    """Make a dataset of some texts and a hundred others, so that words may be rare in it."""
    return Corpus([(Segment.build({"text": pa.array([*texts, *["z"] * 100])}), None)])


@example(["b a", "a b", "a b a b", "b a b"], ["a", "b"], True, 0)
@example(["b a", "a b", "b", "a b"], ["a", "b"], True, 0)
@given(TEXTS, st.lists(WORDS, min_size=1, max_size=3), st.booleans(), st.sampled_from([0, 1]))
def test_rare_words_and_phrases_are_found_alike(
    texts: list[str], asked: list[str], phrase: bool, slop: int
):
    """What the short way finds is what any condition finds; it leaves to that what is not rare."""
    corpus = of_texts(texts)
    text = " ".join(asked)
    leaf = tree.Phrase(*LEAF, text, slop) if phrase else tree.Term(*LEAF, text)
    found, whole = corpus.hits_of_rare(leaf), corpus.hits(leaf, "text", [])
    assert whole is not None
    if found is not None:
        assert found.positions.tolist() == whole.positions.tolist()
    elif slop == 0 and 0 < whole.count <= 3 and (phrase or len(asked) == 1):
        pytest.fail("rare enough, and not found the short way")


def test_a_rare_phrase_is_exact_and_each_record_found_once():
    """A phrase that a text has twice finds it once; one with moves takes the long way."""
    corpus = of_texts(["a b a b", "a c b"])
    found = corpus.hits_of_rare(tree.Phrase(*LEAF, "a b", 0))
    assert found is not None
    assert found.positions.tolist() == [0]
    assert corpus.hits_of_rare(tree.Phrase(*LEAF, "a b", 1)) is None


def test_what_is_not_simple_takes_the_long_way():
    """Deleted records, several segments, inputs or signs are no matter for the short way."""
    one = Segment.build({"text": pa.array(["rare", *["z"] * 100])})
    leaf = tree.Term(*LEAF, "rare")
    live = np.ones(101, np.bool_)
    assert Corpus([(one, live)]).hits_of_rare(leaf) is not None
    live[0] = False
    assert Corpus([(one, live)]).hits_of_rare(leaf) is None
    assert Corpus([(one, None), (one, None)]).hits_of_rare(leaf) is None
    two = Segment.build({"a": pa.array(["rare", *["z"] * 100]), "b": pa.array(["z"] * 101)})
    assert Corpus([(two, None)]).hits_of_rare(leaf) is None
    for text in ("rar'e", "z", "é", "ra re", "nowhere"):
        assert of_texts(["rar'e", "ra re"]).hits_of_rare(tree.Term(*LEAF, text)) is None


def test_every_word_of_a_large_lexicon_is_found_at_its_place():
    """Words are found wherever they stand between the fences; parts of words are not."""
    words = sorted({f"{i:o}{'xé'[i % 2] * (i % 4)}" for i in range(1000)})
    field = Segment.build({"text": pa.array([" ".join(words)])}).arrays["text.exact"]
    terms = field.lexicon.to_pylist()
    assert [field.find(word) for word in terms] == list(range(len(terms)))
    known = set(terms)
    others = {part for word in terms for part in (word[1:], word[:-1], word + "0", "!" + word)}
    assert not [word for word in others - known if field.find(word) is not None]
    assert field.find("\ud800") is None
    assert Segment.build({"text": pa.array([""])}).arrays["text"].find("a") is None


@pytest.mark.parametrize("asked", ["abé", "abcé", "abcdé", "ébcdef", "abcdefé", "abcdéfgh"])
def test_no_word_within_one_edit_is_passed_over(asked: str):
    """Words looked at for one edit hold all that are within it, wherever the edit is."""
    edited = {asked, "other", "a"}
    for i in range(len(asked) + 1):
        before, here, behind = asked[:i], asked[i : i + 1], asked[i + 1 :]
        edited |= {before + "x" + here + behind, before + behind, before + "x" + behind}
        edited.add(before + behind[:1] + here + behind[1:])
    field = Segment.build({"text": pa.array(sorted(edited))}).arrays["text.exact"]
    looked_at = set(field.near_in_length_and_letters(asked, 1).tolist())
    near = {i for i, term in enumerate(field.lexicon.to_pylist()) if distance(term, asked) <= 1}
    assert near <= looked_at
    assert len(near) > 3 * len(asked)


@pytest.mark.slow
@given(
    st.text("abcdefgé'", min_size=1, max_size=9), st.lists(st.text("xé'", max_size=2), max_size=9)
)
def test_no_word_within_two_edits_is_passed_over(asked: str, inserted: list[str]):
    """Words looked at for one and two edits hold all that are within so many."""
    edited = {asked}
    for _ in range(2):
        for word in list(edited):
            for i, new in enumerate(["", *inserted]):
                i %= len(word) + 1
                edited |= {word[:i] + new + word[i:], word[:i] + new + word[i + 1 :]}
                edited.add(word[:i] + word[i + 1 : i + 2] + word[i : i + 1] + word[i + 2 :])
    field = Segment.build({"text": pa.array(sorted(edited))}).arrays["text.exact"]
    terms = field.lexicon.to_pylist()
    for edits in (1, 2):
        looked_at = set(field.near_in_length_and_letters(asked, edits).tolist())
        assert {i for i, one in enumerate(terms) if distance(one, asked) <= edits} <= looked_at
