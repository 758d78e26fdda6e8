"""The short way to read a query of one plain word or phrase."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rubrix_widget.query import parse
from rubrix_widget.query._dialects import NotebookParser
from rubrix_widget.query._lucene import LuceneParser
from rubrix_widget.query._plain import plain

words = st.sampled_from(["good", "AND", "Or", "nOT", "to", "TO", "AUTO", "x", "007"]) | st.text(
    'aNoT9 é"~\\*', max_size=6
)
queries = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", '"', " ", "-"]),
        words,
        st.sampled_from(["", " "]),
        words,
        st.sampled_from(["", '"', '"~1', "~", "~1", "~2", "~3", "~1.5", "^2", " "]),
    ),
)


@given(queries)
def test_the_short_way_reads_what_both_parsers_read(query: str):
    """Whatever is read without a parser is the very tree that a parser of either dialect makes."""
    found = plain(query)
    if found is not None:
        assert found == NotebookParser(query).parse() == LuceneParser(query, None).parse()
        assert found == parse(query) == parse(query, "lucene")


def test_the_short_way_is_taken():
    """Plain words, phrases and fuzzy words need no parser; operators and signs do."""
    assert all(map(plain, ["good", "Android", '"or not"', "good~", "good~2"]))
    assert not any(
        map(plain, ["", "or", "AND", "Not~1", '""', '"a"b"', "é", "a b", "a~0", "a:b", '"', "~1"])
    )
