"""The reading of a query in words, its notes, and quoting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrix_widget.query import DIALECTS, Dialect, describe, notes, parse, quote
from rubrix_widget.query.tree import Phrase, Term

READINGS: list[tuple[str, Dialect, str]] = [
    ("", "notebook", "every record"),
    ("predicted:ko and score:{0.99 TO *}", "notebook", "predicted is ko, and score above 0.99"),
    ("good or bad", "notebook", "text has good or bad"),
    ("good bad", "notebook", "text has good and bad"),
    ("not good", "notebook", "text does not have good"),
    ("NOT predicted:ok", "notebook", "predicted is not ok"),
    ("NOT id:*", "notebook", "id has no value"),
    ("NOT (a or b)", "notebook", "not (text has a or b)"),
    ("NOT score:>1", "notebook", "not (score above 1)"),
    ("a and b or c", "notebook", "(text has a and b), or text has c"),
    ('"very good"~2 "b"', "notebook", 'text has "very good" within 2 moves and "b"'),
    ("goo* /b.d/", "notebook", "text has a word like goo* and a word matching /b.d/"),
    ("id:a*", "notebook", "id is like a*"),
    ("quikc~ quikc~1", "notebook", "text has a word close to quikc and a word close to "
     "quikc (at most 1 edit)"),
    ("score:[0.5 TO 0.9]", "notebook", "score from 0.5 to 0.9"),
    ("score:[0.5 TO 0.9}", "notebook", "score at least 0.5 and below 0.9"),
    ("score:{* TO 0.6}", "notebook", "score below 0.6"),
    ("score:[* TO *]", "notebook", "score has a value"),
    ("_exists_:metadata.x", "notebook", "metadata.x has a value"),
    ("inputs.title:x *:y", "notebook", "inputs.title has x, and any field has y"),
    ("good^2 (a b)^3", "notebook", "text has good, and (text has a and b)"),
    ("a - b", "notebook", 'text has a and "-" and b'),
    ("a AND b OR c", "lucene", "text has a (b or c matters to relevance only)"),
    ("a OR b", "lucene", "text has a or b"),
    ("film OR NOT movie", "lucene", "text has film, and text does not have movie"),
    ("a OR b -c", "lucene", "(text has a or b), and text does not have c"),
    ("-a", "lucene", "text does not have a"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "dialect", "reading"), READINGS)
def test_readings(query: str, dialect: Dialect, reading: str) -> None:
    """A query is read back as a sentence that says what it asks for."""
    assert describe(parse(query, dialect)) == reading


@pytest.mark.parametrize("dialect", DIALECTS)
def test_readings_of_huge_queries_are_short(dialect: Dialect) -> None:
    """However many conditions, long values or brackets, the reading stays readable."""
    many = describe(parse(" OR ".join(f"f{n}:{'x' * 100}" for n in range(5_000)), dialect))
    assert len(many) <= 1_000
    assert "4,992 more conditions" in many
    nested = describe(parse("(a OR " * 60 + "b" + ")" * 60, dialect))
    assert len(nested) <= 1_000


NOTES: list[tuple[str, Dialect, str]] = [
    ("a and b", "notebook", '`and` was read as AND; write "and" to search the word'),
    ("a Or b", "notebook", '`Or` was read as OR; write "Or" to search the word'),
    ("predicted:ko and good", "lucene", "`and` is a word here; write AND for the operator"),
    ("a&&b", "lucene", "`a&&b` is one word here"),
    ("a AND b OR c", "lucene", "`b` and `c` do not filter, because `a` must match anyway"),
    ("a OR b AND c", "lucene", "`a` does not filter, because `b` and `c` must match anyway"),
    (
        "predicted_by:Model A",
        "notebook",
        "`predicted_by:Model A` reads as *predicted_by is Model* and *text has A*; quote it for "
        'one value: predicted_by:"Model A"',
    ),
    ("predicted_as@b:Very Good", "notebook", 'predicted_as@b:"Very Good"'),
    ("annotated_as:Very Good x", "lucene", 'annotated_as:"Very Good"'),
    ("a - b", "notebook", "`-` with a space after it is a word of its own"),
    ("predicted=ko", "notebook", "write predicted:ko for the field"),
    ("“a b”", "notebook", "typographic quotes"),
    ("good~0.5", "notebook", "`~0.5` is 0 edits"),
    ("good^2", "notebook", "`^2` matters only where records are sorted by relevance"),
    ("f:[* TO *]", "notebook", "open at both ends"),
    ("metadata.day:2021-03-07||+1M", "notebook", "`2021-03-07||` was read as 2021-03-07 OR"),
]


@pytest.mark.parametrize(("query", "dialect", "part"), NOTES)
def test_notes_say_what_may_surprise(query: str, dialect: Dialect, part: str) -> None:
    """A surprising reading is said, once."""
    said = notes(query, parse(query, dialect), dialect)
    assert len([note for note in said if part in note]) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "query",
    ["", "good AND bad", "predicted:ko boring", 'annotated_as:"Very Good"', '"and"', "a -b"],
)
def test_plain_queries_have_no_notes(query: str, dialect: Dialect) -> None:
    """Notes are for surprises: an ordinary query has none."""
    assert notes(query, parse(query, dialect), dialect) == []


def test_notes_are_few() -> None:
    """Ten notes at most, however strange the query."""
    query = " ".join(f"a{n}=b" for n in range(1_000))
    assert len(notes(query, parse(query))) == 10


@given(st.text())
def test_a_quoted_value_is_that_value(value: str) -> None:
    """A value written with ``quote`` after a field's name is one condition on just that value."""
    for dialect in DIALECTS:
        node = parse(f"f:{quote(value)}", dialect)
        assert isinstance(node, Term | Phrase)
        assert (node.field, node.text) == ("f", value)
