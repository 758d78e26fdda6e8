"""Where Whoosh's matchers are wrong, whatever the codec: our own answers are those of sets."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from whoosh import query as wq
from whoosh.filedb.filestore import RamStorage

import rubrix_widget as rb
from rubrix_widget.engine import Engine
from rubrix_widget.home import active
from rubrix_widget.index.schema import schema_of
from tests.index.whoosh_queries import WORDS, words


def _texts() -> list[str]:
    random = np.random.default_rng(3)
    share = 1 / np.arange(1, len(WORDS) + 1)
    some = [" ".join(random.choice(WORDS, n % 7, p=share / share.sum())) for n in range(90)]
    return ["film", "a film", "flim", "ad go[ou]d", *some]


TEXTS = _texts()
SETS = [set(re.split(r"[\s\[\]]+", text)) - {""} for text in TEXTS]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    rb.init(tmp_path_factory.mktemp("home"))
    rb.log([rb.TextClassificationRecord(text=t, id=i) for i, t in enumerate(TEXTS)], "texts")
    return active().dataset("texts").engine()


@pytest.fixture(scope="module")
def stock() -> Any:
    index = RamStorage().create_index(schema_of(["text"]))
    writer = index.writer()
    for text in TEXTS:
        writer.add_document(text=text)
    writer.commit()
    with index.searcher() as found:
        yield found


def having(rule: Callable[[str], bool]) -> set[int]:
    return {i for i, of_text in enumerate(SETS) if any(map(rule, of_text))}


def within(query: Any) -> Callable[[str], bool]:
    """Tell whether a word lies in a range."""

    def rule(word: str) -> bool:
        low, high = query.start, query.end
        above = low is None or (word > low if query.startexcl else word >= low)
        below = high is None or (word < high if query.endexcl else word <= high)
        return above and below

    return rule


def meant(query: Any) -> set[int]:  # noqa: C901 - a rule for each class
    """What a Whoosh query matches by set algebra."""
    everything = set(range(len(TEXTS)))
    match query:
        case wq.Term():
            return having(lambda word: word == query.text)
        case wq.Prefix():
            return having(lambda word: word.startswith(query.text))
        case wq.Wildcard():
            pattern = re.escape(query.text).replace(r"\*", ".*").replace(r"\?", ".")
            return having(lambda word: re.fullmatch(pattern, word) is not None)
        case wq.Regex():
            return having(lambda word: re.fullmatch(query.text, word) is not None)
        case wq.FuzzyTerm():
            return having(lambda word: OSA.distance(word, query.text) <= query.maxdist)
        case wq.TermRange():
            return having(within(query))
        case wq.Every():
            return everything
        case wq.And():
            return everything.intersection(*map(meant, query.subqueries))
        case wq.Or() | wq.DisjunctionMax():
            return set().union(*map(meant, query.subqueries))
        case wq.Not():
            return everything - meant(query.query)
        case wq.AndNot():
            return meant(query.a) - meant(query.b)
        case wq.Require():
            return meant(query.a) & meant(query.b)
        case wq.AndMaybe():
            return meant(query.a)
    raise TypeError(query)


def written(query: Any) -> str:  # noqa: C901 - likewise
    """The same in our query language."""
    match query:
        case wq.Term():
            return str(query.text)
        case wq.Prefix():
            return f"{query.text}*"
        case wq.Wildcard():
            return re.sub(r"([\[\]])", r"\\\1", query.text)
        case wq.Regex():
            return f"/{query.text}/"
        case wq.FuzzyTerm():
            return f"{query.text}~{query.maxdist}"
        case wq.TermRange():
            first, last = "{" if query.startexcl else "[", "}" if query.endexcl else "]"
            return f"text:{first}{query.start or '*'} TO {query.end or '*'}{last}"
        case wq.Every():
            return "*:*"
        case wq.And():
            return f"({' AND '.join(map(written, query.subqueries))})"
        case wq.Or() | wq.DisjunctionMax():
            return f"({' OR '.join(map(written, query.subqueries))})"
        case wq.Not():
            return f"(NOT {written(query.query)})"
        case wq.AndNot():
            return f"({written(query.a)} AND NOT {written(query.b)})"
        case wq.Require():
            return f"({written(query.a)} AND {written(query.b)})"
        case wq.AndMaybe():
            return written(query.a)
    raise TypeError(query)


def term(word: str) -> Any:
    return wq.Term("text", word)


def between(*bounds: Any) -> Any:
    return wq.TermRange("text", *bounds)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(wq.AndNot(term("a"), term("film")), id="AndNot keeps a first hit"),
        pytest.param(wq.Require(term("a"), term("film")), id="Require takes away instead"),
        pytest.param(wq.And([wq.Every(), term("film")]), id="everything AND p is everything"),
        pytest.param(wq.And([between("a", "ba"), between("b", "g")]), id="ranges are merged"),
        pytest.param(wq.Regex("text", "fil"), id="a regular expression has no end"),
        pytest.param(wq.Wildcard("text", "?[oi]*d"), id="a wildcard has classes"),
        pytest.param(wq.FuzzyTerm("text", "film", prefixlength=0), id="a swap costs two"),
        pytest.param(wq.Or([term("dog"), wq.Every()]), id="right: everything OR p is everything"),
    ],
)
def test_known_wrong_answers(engine: Engine, stock: Any, query: Any, request: Any):
    """Whoosh gives them with its codec and with ours; our own evaluator does not."""
    asked = query.normalize()

    def found(searcher: Any) -> list[int]:
        return sorted(asked.matcher(searcher, searcher.boolean_context()).all_ids())

    theirs = found(stock)
    with engine.whoosh_searcher() as ours:
        assert found(ours) == theirs
    expected = sorted(meant(query))
    assert engine.select(written(query)).order().tolist() == expected
    assert (theirs == expected) == request.node.callspec.id.startswith("right")


bounds = st.one_of(st.none(), words)
leaves = st.one_of(
    words.map(term),
    st.sampled_from(["f", "ab", "go"]).map(lambda text: wq.Prefix("text", text)),
    st.sampled_from(["f*m", "*d", "?b*", "g[ou]*"]).map(lambda text: wq.Wildcard("text", text)),
    st.sampled_from(["fil", "a.*", "(a|g)[bo]"]).map(lambda text: wq.Regex("text", text)),
    st.builds(wq.FuzzyTerm, st.just("text"), words, maxdist=st.integers(1, 2)),
    st.builds(wq.TermRange, st.just("text"), bounds, bounds, st.booleans(), st.booleans()),
    st.just(wq.Every()),
)


def joined(child: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(child, min_size=2, max_size=3)
    two = [st.builds(kind, child, child) for kind in (wq.AndNot, wq.Require, wq.AndMaybe)]
    many = [several.map(kind) for kind in (wq.And, wq.Or, wq.DisjunctionMax)]
    return st.one_of(*many, *two, child.map(wq.Not))


@settings(max_examples=150, deadline=None)
@given(query=st.recursive(leaves, joined, max_leaves=8))
def test_our_answers_are_those_of_sets(engine: Engine, query: Any):
    """For a tree of any classes that both languages have."""
    assert set(engine.select(written(query)).order().tolist()) == meant(query)
