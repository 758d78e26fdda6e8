"""Sorting by relevance: Whoosh's own BM25F over the same index says what is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as wq

import rubrix_widget as rb
from rubrix_widget.engine import NO_WORDS, Engine, SortError
from rubrix_widget.home import active
from rubrix_widget.index import tokens
from rubrix_widget.query import parse, tree

WORDS = ["the", "film", "is", "good", "nor", "bad", "well", "acted", "filmed", "rare"]


def logged(name: str) -> Engine:
    """Log a dataset of several segments, some of whose records were deleted or replaced since."""
    random = np.random.default_rng(7)
    share = 1 / np.arange(1, len(WORDS) + 1)

    def words() -> str:
        return " ".join(random.choice(WORDS, random.integers(0, 15), p=share / share.sum()))

    for first in (0, 150, 300, 280):
        records = [
            rb.TextClassificationRecord(
                inputs={"title": words(), **({"body": words()} if i % 3 else {})}, id=i
            )
            for i in range(first, first + (150 if first < 280 else 60))
        ]
        rb.log(records, name, verbose=False)
    rb.delete_records(name, ids=[*range(0, 40, 2), 301])
    return active().dataset(name).engine()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    rb.init(tmp_path_factory.mktemp("home"))
    found = logged("films")
    assert len(found.segments) > 1
    assert any(one.live is not None and not one.live.all() for one in found.segments)
    return found


@pytest.fixture(scope="module")
def whoosh(engine: Engine) -> Iterator[Any]:
    with engine.whoosh_searcher() as searcher:
        yield searcher


def in_whoosh(node: tree.Node, boost: float = 1.0) -> Any:
    """The query that Whoosh has for a tree."""
    match node:
        case tree.Boost(child=child, factor=factor):
            return in_whoosh(child, boost * factor)
        case tree.And(children=children):
            return wq.And([in_whoosh(child) for child in children], boost=boost)
        case tree.Not(child=child):  # and not AndNot, which trips over its own feet
            return wq.ConstantScoreQuery(wq.Not(in_whoosh(child)), 1e-15)
        case tree.Or(children=children):
            return wq.Or([in_whoosh(child) for child in children], boost=boost)
        case tree.Wildcard(pattern=pattern):
            return wq.ConstantScoreQuery(wq.Wildcard("text", pattern), boost)
        case tree.Phrase(text=text, field=field):
            words = [token.text for token in tokens(text)]
            return wq.Phrase(field or "text", words, boost=boost)
        case tree.Term(text=text, field=field):
            words = dict.fromkeys(token.text for token in tokens(text))
            terms = [wq.Term(field or "text", word, boost=boost) for word in words]
            return wq.And(terms) if len(terms) > 1 else terms[0]
    raise TypeError(node)


word = st.sampled_from([*WORDS, "absent", "well-acted", "inputs.title:good", "inputs.body:film"])
phrase = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(lambda w: f'"{" ".join(w)}"')
leaf = st.tuples(
    st.one_of(word, phrase, st.sampled_from(["fil*", "?ad"])),
    st.sampled_from(["", "", "^2", "^0.5"]),
).map("".join)


def several(child: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(child, min_size=2, max_size=3)
    boost = st.sampled_from(["", "^3"])
    return st.one_of(
        st.tuples(some, boost).map(lambda s: f"({' AND '.join(s[0])}){s[1]}"),
        st.tuples(some, boost).map(lambda s: f"({' OR '.join(s[0])}){s[1]}"),
        st.tuples(child, word).map(lambda s: f"({s[0]} AND NOT {s[1]})"),
    )


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(query=st.recursive(leaf, several, max_leaves=6))
def test_scores_are_those_of_whoosh(engine: Engine, whoosh: Any, query: str):
    """To 1e-7, whatever the query, its boosts, the segments and what was deleted."""
    selection = engine.select(query, sort="relevance")
    found = whoosh.search(in_whoosh(parse(query, "notebook")), limit=None)
    expected = {hit.docnum: hit.score for hit in found}
    scores = {at: selection.relevance[at] for at in selection.order().tolist()}
    assert scores == pytest.approx({at: expected[at] for at in scores}, rel=1e-7)
    ordered = [(-score, at) for at, score in scores.items()]
    assert ordered == sorted(ordered)


@pytest.mark.parametrize("sort", ["relevance", [("relevance", "asc")], [("id", "desc")]])
@pytest.mark.parametrize("query", ["good OR film^2", "the", "acted", "rare absent", "fil*"])
def test_a_page_is_a_piece_of_the_whole_order(engine: Engine, query: str, sort: Any):
    """However few records of how many are asked for, and where many are alike."""
    order = engine.select(query, sort=sort).order().tolist()
    for offset, limit in ((0, 1), (0, 10), (5, 7), (0, 0), (len(order), 5), (0, 10**6)):
        page = engine.select(query, sort=sort).page(offset, limit).tolist()
        assert page == order[offset : offset + limit]


def test_filters_and_other_keys_go_along(engine: Engine):
    """Scores are of the whole dataset whatever is filtered; the next key decides ties."""
    whole = engine.select("good")
    some = engine.select("good", filters={"id": ["41", "43", "45", "99"]}, sort="relevance")
    assert 0 < some.count < whole.count
    at = some.order()
    assert some.relevance[at].tolist() == whole.relevance[at].tolist()
    ids = engine.columns.logged.ids
    tied = engine.select("fil*", sort=[("relevance", "desc"), ("id", "desc")]).order()
    found = ids[tied].tolist()
    assert found == sorted(found, reverse=True)
    assert len(found) > 2


def test_what_is_no_word_counts_one(engine: Engine):
    """A label, a pattern, a range or everything adds its boost where it matches; NOT adds none."""
    words = engine.select("good").relevance
    both = engine.select("good OR status:Default^3")
    assert both.relevance == pytest.approx(np.where(both.mask, words + 3, 0))
    assert engine.select("good OR NOT film").relevance == pytest.approx(words)
    lucene = engine.select("good OR status:Default^2 AND fil* -bad", dialect="lucene")
    assert 0 < lucene.count < engine.n
    assert lucene.relevance == pytest.approx(np.where(lucene.mask, words + 3, 0))


def test_a_word_in_any_of_some_fields(engine: Engine):
    """Over several fields each is scored by itself, where it matches."""
    title, body = (engine.select(f'inputs.{name}:"good film"') for name in ("title", "body"))
    both = engine.select('inputs.\\*:"good film"')
    assert both.mask.tolist() == (title.mask | body.mask).tolist()
    assert both.relevance == pytest.approx(title.relevance + body.relevance)


def test_segments_make_no_difference(tmp_path: Any, engine: Engine):
    """The same records in one piece have the same scores, to the last bit."""
    rb.init(tmp_path)
    rows = engine.columns.table(np.arange(engine.n))
    rb.log(rb.DatasetForTextClassification.from_table(rows), "whole", verbose=False)
    whole = active().dataset("whole").engine()
    assert len(whole.segments) == 1
    for query in ("good film", '"is good" OR rare^2', "inputs.title:well-acted"):
        assert whole.select(query).relevance.tolist() == engine.select(query).relevance.tolist()


def test_without_words_there_is_nothing_to_sort_by(home: Any):
    """The view says so and keeps the order of logging; a call that asks for it fails."""
    rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "fine fine dull")], "films")
    selection = active().dataset("films").engine().select("status:Default", sort="relevance")
    assert NO_WORDS in selection.notes
    assert selection.order().tolist() == [0, 1]
    with pytest.raises(SortError, match="search for a word"):
        rb.load("films", "status:Default", sort="relevance")
    with pytest.raises(SortError, match="'relevance'"):
        rb.load("films", "fine", sort=[("relevence", "desc")])
    found = rb.load("films", "fine OR dull", sort="relevance", limit=1)
    assert [record.text for record in found] == ["fine fine dull"]


def test_the_explorer_sorts_by_it(home: Any):
    """Set in a cell, at opening or from the page; an empty query then has a note, no error."""
    rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "fine fine dull")], "films")
    explorer = rb.explore("films", query="fine OR dull", sort="relevance")
    assert explorer.to_pandas()["text"].tolist() == ["fine fine dull", "fine"]
    explorer.sort = [["relevance", "asc"]]
    assert explorer.to_pandas()["text"].tolist() == ["fine", "fine fine dull"]
    explorer.query = ""
    assert len(explorer.to_pandas()) == 2
