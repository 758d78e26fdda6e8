"""Whoosh over our codec and over its own: the same documents for queries of every class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import RamStorage

from rubrix_widget.index import Corpus, Segment
from rubrix_widget.index.codec import searcher
from rubrix_widget.index.schema import schema_of
from tests.index import whoosh_queries as made


@contextmanager
def stock(texts: Sequence[str]) -> Iterator[Any]:
    """Whoosh's own index of some texts."""
    index = RamStorage().create_index(schema_of(["text"]))
    writer = index.writer()
    for text in texts:
        writer.add_document(text=text)
    writer.commit()
    with index.searcher() as found:
        yield found


def ours(texts: Sequence[str], parts: int) -> Any:
    """Our index of them: in several segments, the second half of each deleted since."""
    segments: list[tuple[Segment, Any]] = []
    for part in np.array_split(np.array(texts, object), parts):
        deleted = [f"{text} gone" for text in part] if parts > 1 else []
        every = pa.array([*part, *deleted], pa.large_string())
        live = np.arange(len(every)) < len(part)
        segments.append((Segment.build({"text": every}), live))
    return searcher(Corpus(segments))


def some_texts(count: int, longest: int, seed: int) -> list[str]:
    random = np.random.default_rng(seed)
    share = 1 / np.arange(1, len(made.WORDS) + 1)
    return [
        " ".join(random.choice(made.WORDS, random.integers(0, longest), p=share / share.sum()))
        for _ in range(count)
    ]


SIZES = [(1, 2, 1), (3, 4, 2), (9, 9, 1), (14, 10, 3), (150, 10, 3)]


@pytest.fixture(scope="module")
def pairs() -> Iterator[list[tuple[Any, Any]]]:
    """The same texts under both codecs: from one to 150 (Whoosh's blocks are of 128)."""
    with ExitStack() as opened:
        found = []
        for seed, (count, longest, parts) in enumerate(SIZES):
            texts = some_texts(count, longest, seed)
            found.append(
                (
                    opened.enter_context(ours(texts, parts)),
                    opened.enter_context(stock(texts)),
                )
            )
        yield found


def documents(index: Any, query: Any) -> Any:
    """The documents, or the kind of error: some trees are beyond Whoosh."""
    try:
        return list(index.docs_for_query(query))
    except Exception as error:
        return type(error)


def scores(index: Any, query: Any) -> Any:
    try:
        return {hit.docnum: hit.score for hit in index.search(query, limit=None)}
    except Exception as error:
        return type(error)


def test_no_class_of_queries_is_forgotten():
    """Every class that Whoosh has is made here, is abstract, or cannot be asked of words."""
    known = set().union(
        made.LEAVES, made.COMPOUND, made.NESTED, made.SPANS, made.NOT_HERE, made.ABSTRACT
    )
    assert made.classes() == known


@pytest.mark.slow
@pytest.mark.parametrize("name", [*made.LEAVES, *made.COMPOUND, *made.NESTED, *made.SPANS])
@settings(max_examples=10, derandomize=True)
@given(data=st.data())
def test_the_same_answers_as_the_stock_codec(name: str, data: st.DataObject, pairs: Any):
    """Documents and scores, whatever the class, the texts, the segments and what was deleted."""
    query = data.draw(made.of_class(name))
    for mine, theirs in pairs:
        assert documents(mine, query) == documents(theirs, query)
        found, expected = scores(mine, query), scores(theirs, query)
        assert found == (expected if isinstance(expected, type) else pytest.approx(expected))
