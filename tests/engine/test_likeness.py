"""Words like a misspelt one, and records like a record."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

import rubrix_widget as rb
from rubrix_widget.errors import RecordError
from rubrix_widget.home import active
from rubrix_widget.index import Corpus, Hits, Segment, similar, suggestions
from rubrix_widget.index.codec import searcher

Record = rb.TextClassificationRecord
words = st.text("abmoviesé", min_size=1, max_size=8)
texts = st.lists(st.lists(words, max_size=5).map(" ".join), max_size=8)


def corpus_of(parts: list[tuple[list[str], list[bool]]]) -> tuple[Corpus, list[str]]:
    """Segments with some records deleted, and the texts that are left."""
    segments = [
        (Segment.build({"text": pa.array(texts, pa.large_string())}), np.array(live, bool))
        for texts, live in parts
    ]
    left = [text for texts, live in parts for text, one in zip(texts, live, strict=True) if one]
    return Corpus(segments), left


@st.composite
def parts(draw: Any) -> list[tuple[list[str], list[bool]]]:
    made = draw(st.lists(texts, min_size=1, max_size=3))
    alive = st.booleans()
    return [(one, draw(st.lists(alive, min_size=len(one), max_size=len(one)))) for one in made]


@settings(max_examples=80, deadline=None)
@given(made=parts(), word=words)
def test_suggestions_are_the_nearest_words_that_records_have(made: Any, word: str):
    """By edits, then by records, then by spelling; what was deleted does not count."""
    corpus, left = corpus_of(made)
    edits = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
    records = Counter(one for text in left for one in set(text.split()))
    distance = {one: OSA.distance(word, one) for one in records}
    near = [one for one in records if 0 < distance[one] <= edits]
    near.sort(key=lambda one: (distance[one], -records[one], one))
    found = suggestions(corpus["text"], word, 3)
    assert found == [(one, records[one]) for one in near[:3]]


@settings(max_examples=60, deadline=None)
@given(made=parts())
def test_what_is_known_of_words_is_of_the_records_that_are_there(made: Any):
    """Lexicon, postings, lengths and statistics are those of one index of what is left."""
    corpus, left = corpus_of(made)
    whole = Corpus([(Segment.build({"text": pa.array(left, pa.large_string())}), None)])["text"]
    field = corpus["text"]
    assert field.lexicon.to_pylist() == whole.lexicon.to_pylist()
    assert field.lengths.tolist() == whole.lengths.tolist()
    assert [a.tolist() for a in field.statistics] == [a.tolist() for a in whole.statistics]
    for place, word in enumerate(whole.lexicon.to_pylist()):
        expected = whole.postings(word)
        for found in (field.postings(word), field.postings_at(place)):
            assert found.records.tolist() == expected.records.tolist()
            assert found.frequencies.tolist() == expected.frequencies.tolist()
        assert field.frequency(word) == expected.frequencies.sum()
    for record in range(len(left)):
        assert field.words(record) == whole.words(record)


@settings(max_examples=60, deadline=None)
@given(made=parts(), data=st.data())
def test_similar_records_are_those_of_whoosh(made: Any, data: Any):
    """In its order and with its scores, as shares of the record's own."""
    corpus, left = corpus_of(made)
    if not left:
        return
    record = data.draw(st.integers(0, len(left) - 1))
    hits = Hits.everything(len(left))
    found, scores = similar(corpus["text"], record, hits, limit=5, words=4)
    with searcher(corpus, lambda at: {"text": left[at]}) as whoosh:
        if not left[record].split():
            assert len(found) == 0
            return
        terms = whoosh.key_terms([record], "text", numterms=4, normalize=False)
        like = whoosh.more_like(record, "text", top=None, numterms=4)
        expected = {hit.docnum: hit.score for hit in like}
        own = whoosh.search(_or(terms), limit=None, filter={record})[0].score
    best = sorted(expected, key=lambda at: (-round(expected[at], 9), at))[:5]
    assert found.tolist() == best
    assert scores == pytest.approx([expected[at] / own for at in best], rel=1e-7)


def _or(terms: Any) -> Any:
    from whoosh import query as wq

    return wq.Or([wq.Term("text", word, boost=weight) for word, weight in terms])


@pytest.fixture
def films(home: Any) -> str:
    texts = ["a fine movie", "a moving movie", "Movies", "grief", "a moving movie", "gone mvoie"]
    rb.log([Record(text=t, id=i) for i, t in enumerate(texts)], "films", verbose=False)
    rb.delete_records("films", ids=5)
    return "films"


def test_suggestions_for_a_word(films: str):
    """Case folds as in the field; a word that only a deleted record has is none."""
    assert rb.suggest(films, "Moive") == [("movie", 3)]
    assert rb.suggest(films, "movie") == [("movies", 1)]
    found = rb.suggest(films, "movies", field="text.exact")
    assert found == [("movie", 3), ("Movies", 1), ("moving", 2)]
    assert rb.suggest(films, "movies", limit=0) == []
    assert rb.suggest(films, "xx") == []
    for word, more, said in (
        ("two words", {}, "2 words"),
        ("!", {}, "0 words"),
        ("movie", {"field": "inputs.txt"}, "'inputs.text'"),
        ("movie", {"limit": -1}, "from 0"),
    ):
        with pytest.raises(ValueError, match=said):
            rb.suggest(films, word, **more)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("moive", "no record has the word *moive*; did you mean *movie* (3 records)?"),
        ('"fine mvoie"', "no record has the word *mvoie*; did you mean *movie* (3 records)?"),
        ("grief OR grie", "no record has the word *grie*; did you mean *grief* (1 record)?"),
        (
            "inputs.text.exact:Movie",
            "no record has the word *Movie* in inputs.text.exact; "
            "did you mean *movie* (3 records) or *Movies* (1 record)?",
        ),
        ("inputs.\\*:grie", "no record has the word *grie* in inputs.text; did you mean"),
    ],
)
def test_a_note_tells_what_a_word_may_have_been(films: str, query: str, note: str):
    """In the explanation, for words and phrases, in any text field."""
    assert [one for one in rb.explain(films, query).notes if one.startswith(note)]


@pytest.mark.parametrize("query", ["movie", "moiv*", "zzzzz", "id:moive", ""])
def test_nothing_is_suggested_where_there_is_nothing_to_tell(films: str, query: str):
    """For a word that is there, a pattern, a word unlike all others, or no text."""
    assert not [one for one in rb.explain(films, query).notes if "did you mean" in one]


def test_values_have_such_notes_too(home: Any):
    """A misspelt value of a field, where one like it is there."""
    record = Record(text="fine", annotation="good", metadata={"split": "validation"})
    rb.log(record, "films", verbose=False)
    for query, value in (("metadata.split:valdation", "validation"), ("annotated_as:godo", "good")):
        (note,) = rb.explain("films", query).notes
        assert f"Did you mean {value!r}?" in note
    assert rb.explain("films", "metadata.split:zzz").notes == [
        "`metadata.split` is never *zzz* here"
    ]


def test_similar_records(films: str):
    """Best first, never itself, ties as logged; filtered by a query; nothing in common is none."""
    found = rb.similar(films, 1)
    assert found["id"].tolist()[:2] == [4, 0]
    assert found["similarity"][0] == pytest.approx(1)
    assert found["similarity"].is_monotonic_decreasing
    assert rb.similar(films, "1", query="fine", limit=1)["text"].tolist() == ["a fine movie"]
    assert len(rb.similar(films, 1, limit=0)) == 0
    assert list(rb.similar(films, 3).columns) == list(found.columns)
    assert len(rb.similar(films, 3)) == 0
    with pytest.raises(RecordError, match="'5'"):
        rb.similar(films, 5)
    with pytest.raises(ValueError, match="from 0"):
        rb.similar(films, 1, limit=-1)


def test_records_without_words_have_none_like_them(home: Any):
    """An empty text, and a dataset of such."""
    rb.log([Record(text="", id=1), Record(text="!", id=2)], "empty", verbose=False)
    assert len(rb.similar("empty", 1)) == 0
    assert rb.suggest("empty", "movie") == []


def test_a_dataset_of_no_records_answers_too(home: Any):
    """There is nothing to find, and no error."""
    from whoosh.query import Every, Term

    rb.log(Record(text="a movie", id=1), "gone", verbose=False)
    rb.delete_records("gone", ids=1)
    assert rb.suggest("gone", "moive") == []
    assert len(rb.load("gone", "movie", sort="relevance")) == 0
    assert rb.explain("gone", "moive").notes == []
    with rb.whoosh_searcher("gone") as whoosh:
        assert list(whoosh.docs_for_query(Every())) == []
        assert len(whoosh.search(Term("text", "movie"))) == 0


def test_whoosh_opens_a_saved_dataset(films: str):
    """After appending, deleting and opening anew; numbers are places, ids and texts are stored."""
    from whoosh.query import Term

    rb.log([Record(text="one more movie, moviegoers", id="new")], films, verbose=False)
    path = active().path
    rb.init(path)
    engine = active().dataset(films).engine()
    with rb.whoosh_searcher(films) as whoosh:
        hits = whoosh.search(Term("text", "movie"), limit=None)
        assert sorted(hit.docnum for hit in hits) == engine.select("movie").order().tolist()
        assert {hit["id"] for hit in hits} == {"0", "1", "4", "new"}
        assert hits[0].highlights("text").count('<b class="match') == 1
        assert whoosh.suggest("text", "moive", maxdist=2) == ["movie", "more"]
        assert whoosh.doc_count() == engine.n == 6
        assert not whoosh.has_vector(0, "text")
        assert dict(whoosh.key_terms([3], "text")).keys() == {"grief"}
