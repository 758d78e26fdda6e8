"""Whoosh's own reader, searcher and scoring, over a segment's arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from whoosh import query as wq
from whoosh import scoring
from whoosh.filedb.filestore import RamStorage
from whoosh.searching import Searcher

from rubrix_widget.index import Segment, tokens
from rubrix_widget.index.analysis import STANDARD
from rubrix_widget.index.schema import SegmentTokenizer, schema_of

WORDS = ["the", "film", "is", "good", "not", "bad", "well", "acted", "very", "goodness", "filmed"]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    random = np.random.default_rng(5)
    share = 1 / np.arange(1, len(WORDS) + 1)
    return [
        " ".join(random.choice(WORDS, random.integers(0, 10), p=share / share.sum()))
        for _ in range(400)
    ]


@pytest.fixture(scope="module")
def ours(texts: list[str]) -> Iterator[Any]:
    with Segment.build({"text": pa.array(texts)}).whoosh_searcher() as searcher:
        yield searcher


@pytest.fixture(scope="module")
def stock(texts: list[str]) -> Iterator[Any]:
    index = RamStorage().create_index(schema_of(["text"]))
    writer = index.writer()
    for text in texts:
        writer.add_document(text=text)
    writer.commit()
    with index.searcher() as searcher:
        yield searcher


QUERIES = [
    wq.Term("text", "film"),
    wq.Term("text", "absent"),
    wq.And([wq.Term("text", "film"), wq.Term("text", "good")]),
    wq.And([wq.Term("text", "film"), wq.Not(wq.Term("text", "good"))]),
    wq.Or([wq.Term("text", "acted"), wq.Term("text", "great"), wq.Term("text", "very")]),
    wq.Phrase("text", ["not", "good"]),
    wq.Phrase("text", ["the", "film"], slop=3),
    wq.Prefix("text", "good"),
    wq.Wildcard("text", "*o*d"),
    wq.Wildcard("text", "f?lm*"),
    wq.TermRange("text", "f", "h"),
    wq.TermRange("text", "film", "good", startexcl=True, endexcl=True),
    wq.FuzzyTerm("text", "flm", maxdist=1),
    wq.Variations("text", "film"),
    wq.Every(),
    wq.Every("text"),
    wq.DisjunctionMax([wq.Term("text", "film"), wq.Term("text", "bad")]),
    wq.AndMaybe(wq.Term("text", "film"), wq.Term("text", "great")),
    wq.Require(wq.Term("text", "film"), wq.Term("text", "great")),
    wq.ConstantScoreQuery(wq.Term("text", "film")),
    wq.NullQuery,
]


@pytest.mark.parametrize("query", QUERIES, ids=repr)
def test_the_same_documents_as_the_stock_codec(ours: Any, stock: Any, query: Any):
    """For every kind of query that stock Whoosh answers rightly, so do we through our codec."""
    assert sorted(ours.docs_for_query(query)) == sorted(stock.docs_for_query(query))


@pytest.mark.parametrize("query", QUERIES[:6], ids=repr)
def test_the_same_scores_as_the_stock_codec(ours: Any, stock: Any, query: Any):
    """BM25F runs unchanged; the stock codec rounds lengths from 11 on, so texts are shorter."""
    found = {hit.docnum: hit.score for hit in ours.search(query, limit=None)}
    expected = {hit.docnum: hit.score for hit in stock.search(query, limit=None)}
    assert found == pytest.approx(expected)
    top = [hit.score for hit in ours.search(query, limit=10)]
    assert top == pytest.approx([hit.score for hit in stock.search(query, limit=10)])


def test_the_same_lexicon_and_statistics(ours: Any, stock: Any):
    """Terms, frequencies, lengths, cursors and positions are those of the stock index."""
    mine, theirs = ours.reader(), stock.reader()
    of_text = [(field, word) for field, word in mine.all_terms() if field == "text"]
    assert of_text == list(theirs.all_terms())
    assert list(mine.lexicon("text")) == list(theirs.lexicon("text"))
    assert list(mine.expand_prefix("text", "g")) == list(theirs.expand_prefix("text", "g"))
    assert mine.doc_count_all() == theirs.doc_count_all()
    assert mine.field_length("text") == theirs.field_length("text")
    assert mine.max_field_length("text") == theirs.max_field_length("text")
    for _, word in theirs.all_terms():
        a, b = mine.term_info("text", word), theirs.term_info("text", word)
        for name in ("weight", "doc_frequency", "max_weight", "min_id", "max_id", "max_length"):
            assert getattr(a, name)() == getattr(b, name)(), (word, name)
        a, b = mine.postings("text", word), theirs.postings("text", word)
        assert list(a.items_as("positions")) == list(b.items_as("positions"))
    assert list(mine.terms_within("text", "god", 1)) == list(theirs.terms_within("text", "god", 1))
    assert ("text", "film") in mine
    assert ("text", "absent") not in mine


@pytest.mark.parametrize("model", [scoring.BM25F, scoring.TF_IDF, scoring.Frequency, scoring.PL2])
@pytest.mark.parametrize("query", QUERIES[:5], ids=repr)
def test_every_scoring_model_scores_alike(ours: Any, stock: Any, query: Any, model: Any):
    """All that a model asks for is there: lengths, frequencies, the largest and the smallest."""

    def scores(searcher: Any, limit: int | None) -> list[float]:
        found = Searcher(searcher.reader(), weighting=model(), closereader=False)
        return [hit.score for hit in found.search(query, limit=limit)]

    for limit in (None, 10, 1):
        assert scores(ours, limit) == pytest.approx(scores(stock, limit))


def test_a_page_of_the_best_is_a_page_of_all(ours: Any):
    """Whoosh leaves out what cannot be among the best; that changes nothing."""
    for query in (QUERIES[4], QUERIES[16], QUERIES[17]):
        best = [(-hit.score, hit.docnum) for hit in ours.search(query, limit=None)]
        for limit in (1, 7, 40):
            found = [(-hit.score, hit.docnum) for hit in ours.search(query, limit=limit)]
            assert [one[0] for one in found] == pytest.approx([one[0] for one in best[:limit]])


def test_what_else_a_reader_tells(ours: Any, stock: Any):
    """The commonest and the most distinctive words, walks from a word on, first documents."""
    mine, theirs = ours.reader(), stock.reader()
    for ask in (
        lambda r: r.most_frequent_terms("text", 4),
        lambda r: r.most_frequent_terms("text", 4, prefix="g"),
        lambda r: r.most_distinctive_terms("text", 4),
        lambda r: [(term, i.weight(), i.doc_frequency()) for term, i in r.iter_field("text", "g")],
        lambda r: [
            (word, i.min_length(), i.max_length()) for word, i in r.iter_prefix("text", "f")
        ],
        lambda r: r.first_id("text", "acted"),
        lambda r: [r.doc_field_length(i, "text") or 0 for i in r.all_doc_ids()],
        lambda r: r.min_field_length("text"),
        lambda r: r.doc_frequency("text", "absent") + r.frequency("text", "absent"),
        lambda r: r.has_vector(0, "text"),
        lambda r: r.corrector("text").suggest("goof", maxdist=1),
        lambda r: Searcher(r, closereader=False).key_terms_from_text("text", "film well good"),
    ):
        assert ask(mine) == ask(theirs)
    text_only = [one for one in mine.iter_from("text", "go") if one[0][0] == "text"]
    assert [term for term, _ in text_only] == [term for term, _ in theirs.iter_from("text", "go")]


def test_several_inputs_are_one_document():
    """In ``text`` a record is one document, and a phrase does not reach over the gap."""
    segment = Segment.build(
        {"a": pa.array(["one two", "x", None]), "b": pa.array(["two three", "two three", "one"])}
    )
    with segment.whoosh_searcher() as searcher:
        assert sorted(searcher.docs_for_query(wq.Term("text", "two"))) == [0, 1]
        assert sorted(searcher.docs_for_query(wq.Phrase("text", ["two", "three"]))) == [0, 1]
        assert sorted(searcher.docs_for_query(wq.Phrase("text", ["one", "three"], slop=5))) == []
        postings = searcher.reader().postings("text", "two")
        assert list(postings.items_as("positions")) == [(0, [1, 102]), (1, [101])]
        assert searcher.reader().term_info("text", "two").weight() == 3


def test_an_empty_index_opens_too():
    """No records is an index like any other."""
    with Segment.build({"text": pa.array([], pa.string())}).whoosh_searcher() as searcher:
        assert list(searcher.docs_for_query(wq.Every())) == []


def test_the_analyzer_gives_what_our_tokens_are():
    """Whoosh's highlighter and parsers meet the same words, places and characters."""
    text = "Well-acted, isn't it?"
    found = [
        (t.text, t.startchar, t.endchar, t.pos)
        for t in SegmentTokenizer(STANDARD)(text, positions=True, chars=True)
    ]
    assert found == [(t.text, t.start, t.end, t.position) for t in tokens(text)]
