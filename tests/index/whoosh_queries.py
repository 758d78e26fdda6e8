"""Whoosh queries of every class, at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from whoosh import query as wq
from whoosh import scoring

WORDS = ["a", "ab", "abc", "abd", "ba", "film", "films", "filmed", "flim", "good", "god", "dog"]
words = st.sampled_from([*WORDS, "absent"])
boosts = st.sampled_from([1.0, 1.0, 2.0, 0.5])

LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "Term": st.builds(wq.Term, st.just("text"), words, boost=boosts),
    "Prefix": st.builds(wq.Prefix, st.just("text"), st.sampled_from(["f", "ab", "go", "x", ""])),
    "Wildcard": st.builds(
        wq.Wildcard, st.just("text"), st.sampled_from(["f*m", "*d", "?b*", "*", "fil?", "g[ou]*"])
    ),
    "Regex": st.builds(
        wq.Regex, st.just("text"), st.sampled_from(["fil", "a.*", ".*d", "(a|g)[bo]", ".*", "x+"])
    ),
    "FuzzyTerm": st.builds(
        wq.FuzzyTerm,
        st.just("text"),
        words,
        maxdist=st.integers(1, 2),
        prefixlength=st.integers(0, 1),  # beyond the word it is an error of Whoosh
    ),
    "Variations": st.builds(wq.Variations, st.just("text"), st.sampled_from(["film", "good"])),
    "TermRange": st.builds(
        wq.TermRange,
        st.just("text"),
        st.one_of(st.none(), words),
        st.one_of(st.none(), words),
        st.booleans(),
        st.booleans(),
    ),
    "Every": st.sampled_from([wq.Every(), wq.Every("text"), wq.Every("none")]),
    "_NullQuery": st.just(wq.NullQuery),
    "Phrase": st.builds(
        wq.Phrase,
        st.just("text"),
        st.lists(words, min_size=1, max_size=3),
        slop=st.integers(1, 3),
        boost=boosts,
    ),
}

_Made = Callable[[st.SearchStrategy[Any]], st.SearchStrategy[Any]]


def _several(kind: Any, **more: Any) -> _Made:
    return lambda child: st.builds(kind, st.lists(child, min_size=1, max_size=3), **more)


def _two(kind: Any, **more: Any) -> _Made:
    return lambda child: st.builds(kind, child, child, **more)


def _one(kind: Any, **more: Any) -> _Made:
    return lambda child: st.builds(kind, child, **more)


COMPOUND: dict[str, _Made] = {
    **{
        kind.__name__: _several(kind, boost=boosts)
        for kind in (wq.And, wq.Or, wq.DefaultOr, wq.PreloadedOr, wq.SplitOr, wq.DisjunctionMax)
    },
    **{kind.__name__: _two(kind) for kind in (wq.AndNot, wq.AndMaybe, wq.Require, wq.Otherwise)},
    "Not": _one(wq.Not),
    "ConstantScoreQuery": _one(wq.ConstantScoreQuery, score=st.sampled_from([1.0, 3.0])),
    "WeightingQuery": _one(wq.WeightingQuery, weighting=st.just(scoring.TF_IDF())),
    "Sequence": _several(wq.Sequence, slop=st.integers(1, 3), ordered=st.booleans()),
    "Ordered": _several(wq.Ordered),
}
# Not under or over others: Whoosh then never comes to an end, with either codec.
NESTED: dict[str, _Made] = {
    "NestedParent": _two(wq.NestedParent),
    "NestedChildren": _two(wq.NestedChildren),
}
SPANS: dict[str, _Made] = {
    "SpanFirst": _one(wq.SpanFirst, limit=st.integers(0, 3)),
    "SpanNear": _two(
        wq.SpanNear, slop=st.integers(1, 3), ordered=st.booleans(), mindist=st.integers(1, 2)
    ),
    "SpanNear2": _several(wq.SpanNear2, slop=st.integers(1, 3), ordered=st.booleans()),
    "SpanOr": _several(wq.SpanOr),
    **{
        kind.__name__: _two(kind)
        for kind in (wq.SpanNot, wq.SpanContains, wq.SpanBefore, wq.SpanCondition)
    },
}
NOT_HERE = {
    "NumericRange": "a text field holds no numbers",
    "DateRange": "a text field holds no dates",
    "ColumnQuery": "the index has no columns; those of a dataset are the engine's",
}
ABSTRACT = {
    "BinaryQuery",
    "CompoundQuery",
    "ExpandingTerm",
    "MultiTerm",
    "PatternQuery",
    "SpanBiQuery",
    "SpanQuery",
    "WrappingQuery",
    "WrappingSpan",
}


def of_class(name: str) -> st.SearchStrategy[Any]:
    """Queries with one of a class at the top, over anything that it can stand over."""
    leaf = st.one_of(*LEAVES.values())
    if name in LEAVES:
        return LEAVES[name]
    if name in SPANS:
        standing = st.one_of(LEAVES["Term"], LEAVES["Prefix"])
        near = st.one_of(standing, *(made(standing) for made in SPANS.values()))
        return SPANS[name](near)
    if name in NESTED:
        return NESTED[name](leaf)
    return COMPOUND[name](st.recursive(leaf, _compound, max_leaves=5))


def _compound(child: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(*(made(child) for made in COMPOUND.values()))


def classes() -> set[str]:
    """The names of the classes of queries that Whoosh has."""
    found: set[str] = set()
    waiting = [wq.Query]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind.__module__.startswith("whoosh.query"):
                found.add(kind.__name__)
                waiting.append(kind)
    return found
