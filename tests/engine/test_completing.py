"""What a query that is being written may go on with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.engine import Engine
from rubrix_widget.engine.completing import LIMIT, Completions, complete
from rubrix_widget.errors import QueryError
from rubrix_widget.home import active
from rubrix_widget.index import Corpus, Segment, starting_with
from rubrix_widget.query import parse

HOSTILE = ['say "no"', "a:b", "AND", "<img src=x onerror=alert(1)>", "(", "\\", "", "two words"]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Return 40 records: labels, an agent with a space, odd metadata."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUBRIX_WIDGET_HOME", str(tmp_path_factory.mktemp("home")))
        rb.init()
        records = [
            rb.TextClassificationRecord(
                text="a fine film" if number % 4 else "Final films 😀 found",
                prediction=[("positive" if number % 2 else "negative", 0.9)],
                annotation="positive" if number % 3 else None,
                prediction_agent="Model A",
                metadata={
                    "odd": HOSTILE[number % len(HOSTILE)],
                    "my key": "line\nbreak" if number % 2 else "plain",
                    "n": number,
                    "on": number < 30,
                    "many": [f"v{number}", "shared"],
                },
            )
            for number in range(40)
        ]
        rb.log(records, "odd", verbose=False)
        yield active().dataset("odd").engine()


def puts(found: Completions) -> list[str]:
    return [one.put for one in found.items]


def after(query: str, found: Completions, place: int = 0) -> str:
    """Return the query with a suggestion accepted."""
    return query[: found.start] + found.items[place].put + query[found.end :]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("pred", "predicted:"),
        ("predicted:", "ko"),
        ("predicted:o", "ok"),
        ("annotated_as:(pos", "positive"),
        ("fi", "film"),
        ("text:fi", "film"),
        ("text.exact:Fi", "Final"),
        ("good ", "AND "),
        ("good an", "AND "),
        ("good or fi", "film"),
        ("NOT sta", "status:"),
        ("verdict:am", "ambiguous"),
        ("status:d", "Default"),
        ("predicted_by:", '"Model A"'),
        ('predicted_by:"mod', '"Model A"'),
        ("metadata.on:", "true"),
        ("metadata.my", "metadata.my\\ key:"),
        ("metadata.my\\ key:", "plain"),
        ("metadata.many:s", "shared"),
        ("score:", ">0.9"),
        ("score:[0.9", "[0.9 TO *]"),
        ("_exists_:sco", "score"),
        ("key", "metadata.my\\ key:"),
    ],
)
def test_what_is_suggested_first(engine: Engine, query: str, first: str) -> None:
    """Fields, values, words and operators are suggested where each may stand."""
    assert puts(complete(engine, query))[:1] == [first]


@pytest.mark.parametrize(
    "query", ['"fine fi', "/fi", "fi*", "nofield:", "score:>0", '"fine"', "predicted:/k", "a\\"]
)
def test_nothing_is_suggested(engine: Engine, query: str) -> None:
    """In phrases, patterns, numbers and unknown fields there is nothing to suggest."""
    assert complete(engine, query).items == []


def test_counts_are_those_of_the_data(engine: Engine) -> None:
    """The number beside a value or word is what a search for it finds."""
    for query in ("annotated_as:", "metadata.many:", "metadata.odd:", "fi", "metadata.on:"):
        found = complete(engine, query)
        counted = [one for one in found.items if one.kind in ("value", "word")]
        assert counted
        for one in counted:
            asked = query[: found.start] + one.put
            count = engine.select(asked).hits.count
            assert one.detail.split()[0] == f"{count:,}", asked


def test_values_that_a_line_cannot_hold_are_left_out(engine: Engine) -> None:
    """A value with a line break, which a box would drop, is not suggested."""
    assert puts(complete(engine, "metadata.my\\ key:")) == ["plain"]


def test_the_word_around_the_caret_is_replaced(engine: Engine) -> None:
    """Accepting in the middle replaces the whole word, and the colon that a field's name has."""
    query = "pre:ko AND fine"
    assert after(query, complete(engine, query, 2)) == "predicted:ko AND fine"
    query = "😀 fixx AND fine"
    assert after(query, complete(engine, query, 4)) == "😀 film AND fine"


def test_suggestions_are_few(engine: Engine) -> None:
    """There are never more than the limit."""
    assert len(complete(engine, "metadata.many:").items) == LIMIT
    assert len(complete(engine, "").items) == LIMIT


def test_words_of_several_segments_are_counted_together() -> None:
    """A word's count is over all segments, deleted records aside."""
    one = Segment.build({"text": pa.array(["fine film", "fine", "gone fig"])})
    two = Segment.build({"text": pa.array(["film"])})
    corpus = Corpus([(one, np.array([True, True, False])), (two, None)])
    assert starting_with(corpus["text"], "fi") == [("film", 2), ("fine", 2)]


STARTS = st.sampled_from(
    [
        *("", "fi", "predicted:", "metadata.odd:", "metadata.my\\ key:", "good AND ", "good "),
        *("(good OR ", "annotated_as:(", "-pred", "score:[0.5", 'metadata.odd:"s', "score:{"),
        *("metadata.n:", "event_timestamp:", "last_updated:", "_exists_:", "text:f", "score:"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(STARTS, st.text('fimpo:([\\"* ANDk>😀', max_size=3), st.sampled_from(["notebook", "lucene"]))
def test_what_is_accepted_can_be_read(engine: Engine, start: str, typed: str, dialect) -> None:
    """A query with a suggestion accepted, and finished where it needs more, parses."""
    query = start + typed
    found = complete(engine, query, dialect=dialect)
    assert len(found.items) <= LIMIT
    for place, one in enumerate(found.items):
        accepted = after(query, found, place)
        needs = {"field": "x" if one.put.endswith(":") else "", "operator": "x"}.get(one.kind, "")
        finished = accepted + needs
        try:
            parse(query[: found.start] + "x" + ")" * query.count("("), dialect)
        except QueryError:
            continue  # what stands before was wrong already
        parse(finished + ")" * query[: found.start].count("("), dialect)
