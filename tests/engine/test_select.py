"""Queries over records: every field and kind of value, against what a plain loop finds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.engine import Engine
from rubrix_widget.errors import FieldTypeError, QuerySyntaxError, UnknownFieldError
from rubrix_widget.query import DIALECTS
from tests.engine.made import RECORDS, Record, Rule, right, score, top

QUERIES: list[tuple[str, Rule]] = [
    ("", lambda r: True),
    ("*:*", lambda r: True),
    ("predicted:ok", lambda r: right(r) is True),
    ("predicted:ko", lambda r: right(r) is False),
    ("_exists_:predicted", lambda r: right(r) is not None),
    ("NOT predicted:*", lambda r: right(r) is None),
    ("predicted_as:good", lambda r: top(r) == "good"),
    ('predicted_as:"so so"', lambda r: top(r) == "so so"),
    ("predicted_as:(so so)", lambda r: top(r) == "so so"),
    ("predicted_as:so*", lambda r: top(r) == "so so"),
    ("predicted_as.text:so", lambda r: top(r) == "so so"),
    ("annotated_as:good", lambda r: r.annotation == "good"),
    ("annotated_as:Good", lambda r: False),
    ("annotated_as.text:GOOD", lambda r: r.annotation == "good"),
    ("annotated_as:/g.*/", lambda r: r.annotation == "good"),
    ("annotated_as:(good OR bad)", lambda r: r.annotation is not None),
    ('predicted_by:"Model A"', lambda r: r.prediction_agent == "Model A"),
    ("_exists_:predicted_by", lambda r: r.prediction_agent is not None),
    ("status:Discarded", lambda r: r.status == "Discarded"),
    ("status:(Default OR Discarded)", lambda r: r.status != "Validated"),
    ("id:r07", lambda r: r.id == "r07"),
    ("id:r0?", lambda r: str(r.id).startswith("r0")),
    ("score:>0.7", lambda r: (score(r) or 0) > 0.7),
    ("score:{0.55 TO 0.6]", lambda r: score(r) is not None and 0.55 < score(r) <= 0.6),
    ("score:[* TO 0.6}", lambda r: score(r) is not None and score(r) < 0.6),
    ("score:0.5", lambda r: score(r) == 0.5),
    ("metadata.stars:3", lambda r: r.metadata["stars"] == 3),
    ("metadata.stars:[1 TO 3}", lambda r: 1 <= r.metadata["stars"] < 3),
    ("metadata.ratio:>=2.5", lambda r: r.metadata["ratio"] >= 2.5),
    ("metadata.checked:true", lambda r: r.metadata["checked"]),
    ('metadata.split:"Rotten Tomatoes"', lambda r: r.metadata["split"] == "Rotten Tomatoes"),
    ("metadata.split:(Rotten Tomatoes)", lambda r: r.metadata["split"] == "Rotten Tomatoes"),
    ("metadata.split.text:tomatoes", lambda r: r.metadata["split"] == "Rotten Tomatoes"),
    ("metadata.day:2022-03", lambda r: r.metadata["day"].startswith("2022-03")),
    ("metadata.day:[2022-03 TO 2022-05]", lambda r: "2022-03" <= r.metadata["day"] < "2022-06"),
    ("metadata.day:{2022-03 TO 2022-05}", lambda r: "2022-04" <= r.metadata["day"] < "2022-05"),
    ("metadata.day:>2022-08-15", lambda r: r.metadata["day"] > "2022-08-15"),
    ("metadata.tags:a", lambda r: "a" in r.metadata["tags"]),
    ("metadata.tags:(a AND b)", lambda r: r.metadata["tags"] == ["a", "b"]),
    ("_exists_:metadata.tags", lambda r: bool(r.metadata["tags"])),
    ("metadata.nested.deep.er:<5", lambda r: r.metadata["nested"]["deep"]["er"] < 5),
    ("event_timestamp:2021-02", lambda r: bool(r.event_timestamp and r.event_timestamp.month == 2)),
    ("NOT _exists_:event_timestamp", lambda r: r.event_timestamp is None),
    ("metrics.text_length:<16", lambda r: len(r.text) < 16),
    ("multi_label:false", lambda r: True),
    ("fine", lambda r: "fine" in r.text),
    ("fine or predicted:ok", lambda r: "fine" in r.text or right(r) is True),
    ("fine not predicted:ok", lambda r: "fine" in r.text and right(r) is not True),
    ("NOT fine", lambda r: "fine" not in r.text),
    ('"fine film"', lambda r: "fine film" in r.text),
    ("inputs.text:dull", lambda r: "dull" in r.text),
    ("inputs.\\*:dull", lambda r: "dull" in r.text),
    ('film AND "!"', lambda r: True),
]


@pytest.mark.parametrize(("query", "meant"), QUERIES, ids=[query for query, _ in QUERIES])
def test_a_query_finds_exactly_the_records_it_means(
    engine: Engine, query: str, meant: Rule
) -> None:
    """Every field of the language, each as a plain loop over the records reads it."""
    found = engine.select(query).order().tolist()
    assert found == [i for i, record in enumerate(RECORDS) if meant(record)]


def test_now_is_the_moment_of_asking(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same query asked later counts from later, whatever was answered before."""

    def found(query: str, now: dt.datetime) -> list[int]:
        monkeypatch.setattr("rubrix_widget.engine.evaluate.utc_now", lambda: now)
        return engine.select(query).order().tolist()

    for year, month in ((2021, 3), (2021, 7), (2022, 1)):
        now = dt.datetime(year, month, 20, 12)
        assert found("event_timestamp:[now-2M/M TO now}", now) == [
            i
            for i, record in enumerate(RECORDS)
            if (moment := record.event_timestamp) is not None
            and 0 <= (year * 12 + month) - (moment.year * 12 + moment.month) <= 2
            and moment < now
        ]
        assert found('event_timestamp:"now/y"', now) == [
            i for i, r in enumerate(RECORDS) if r.event_timestamp and r.event_timestamp.year == year
        ]
    day = dt.datetime(2022, 4, 15, 8)
    for written, meant in (
        ('>"now/d"', lambda d: d > "2022-04-15"),
        (">=now", lambda d: d > "2022-04-15"),
        ('>="now/d"', lambda d: d >= "2022-04-15"),
        ('<"now/d"', lambda d: d < "2022-04-15"),
        ('<="now/d"', lambda d: d <= "2022-04-15"),
        ("[now/d TO 2022-04||+1M/M]", lambda d: "2022-04-15" <= d < "2022-06"),
        ("{now/d TO 2022-04||+1M/M}", lambda d: "2022-04-15" < d < "2022-05"),
    ):
        assert found(f"metadata.day:{written}", day) == [
            i for i, r in enumerate(RECORDS) if meant(r.metadata["day"])
        ], written


ERRORS = [
    ("statsu:x", UnknownFieldError, 0, "no field 'statsu'.*Did you mean 'status'"),
    ("fine metadata.star:3", UnknownFieldError, 5, "Did you mean 'metadata.stars'"),
    ("score:abc", FieldTypeError, 6, "'abc' is not a number; field score holds numbers"),
    ("score:[1 TO x]", FieldTypeError, 12, "'x' is not a number"),
    ("score:0.9*", FieldTypeError, 0, "a wildcard cannot be searched in score"),
    ("score:[2 TO 1]", FieldTypeError, 0, "range: 2 is above 1. Ex"),
    ("metadata.checked:yes", FieldTypeError, 17, "holds true or false"),
    ("metadata.day:tomorrow", FieldTypeError, 13, "'tomorrow' is not a date"),
    ("metadata.day:nowish", FieldTypeError, 13, "'nowish' is not a date.*now-7d/d"),
    ('metadata.day:["now-1d" TO now-1w]', FieldTypeError, 0, "now-1d is after now-1w"),
    ("metadata.day:[2022 TO 2021]", FieldTypeError, 0, "range: 2022 is after 2021. Ex"),
    ("predicted:wrong", FieldTypeError, 10, "it is one of ok, ko"),
    ("status:validated", FieldTypeError, 7, "Did you mean 'Validated'"),
    ("text:/a(b/", QuerySyntaxError, 5, "bracket|paren"),
    ("id:/[/", QuerySyntaxError, 3, "never closed"),
]


@pytest.mark.parametrize(("query", "kind", "start", "message"), ERRORS)
def test_a_query_that_cannot_be_answered_says_where_and_why(
    engine: Engine, query: str, kind: type[Exception], start: int, message: str
) -> None:
    """Nothing is turned into words or matched to nothing in silence."""
    with pytest.raises(kind, match=message) as caught:
        engine.select(query)
    assert start <= caught.value.start <= start + 3  # type: ignore[attr-defined]
    assert caught.value.query == query  # type: ignore[attr-defined]


def test_the_lucene_dialect_matches_nothing_where_the_other_refuses(engine: Engine) -> None:
    """Exact parity with Elasticsearch, and a note that says so."""
    for query in ("statsu:x", "status:validated", "score:[2 TO 1]"):
        found = engine.select(query, dialect="lucene")
        assert found.count == 0
        assert found.notes, query


def test_what_one_dialect_found_is_not_what_the_other_gets(engine: Engine) -> None:
    """Whichever was asked first, a value that cannot be is an error in the notebook only."""
    for query in (
        "status:Validatd",
        "predicted:maybe",
        "score:[7 TO 6]",
        "metadata.day:[2022 TO 2021]",
    ):
        for _ in range(2):
            assert engine.select(query, dialect="lucene").count == 0
            with pytest.raises(FieldTypeError):
                engine.select(query)


def test_a_word_searched_in_every_field_is_no_error_where_it_cannot_be(engine: Engine) -> None:
    """``status`` and ``predicted`` have few values, which a search of all fields need not be."""
    for dialect in DIALECTS:
        found = engine.select("\\*:fine", dialect=dialect)
        assert found.count == 20
        assert found.notes == []


def test_a_word_and_is_searched_in_lucene_and_an_operator_in_the_notebook(engine: Engine) -> None:
    """What the published notebook's queries did, and what their author meant."""
    meant = engine.select("predicted:ko and annotated_as:bad")
    assert meant.count == sum(right(r) is False and r.annotation == "bad" for r in RECORDS)
    assert engine.select("predicted:ko and annotated_as:bad", dialect="lucene").count == 0
    assert any("read as AND" in note for note in meant.notes)


def test_a_lone_negation_under_lucene_is_everything_but(engine: Engine) -> None:
    """Elasticsearch adds everything to a query that only excludes, at any depth."""
    assert engine.select("NOT fine", dialect="lucene").count == 20
    assert engine.select("film (NOT fine)", dialect="lucene").count == 20
    assert engine.select("dull (NOT fine)", dialect="lucene").count == 20


def test_counts_and_pages_are_of_the_same_selection(engine: Engine) -> None:
    """The summary counts what the pages show, and every matching record is on one page."""
    found = engine.select("fine", sort=[("score", "desc")])
    pages = [found.page(start, 7) for start in range(0, found.count, 7)]
    assert np.concatenate(pages).tolist() == found.order().tolist()
    summary = engine.summary(found.hits)
    chosen = [RECORDS[i] for i in found.order()]
    assert summary == {
        "n": len(chosen),
        "annotated": sum(one.annotation is not None for one in chosen),
        "predicted": sum(one.prediction is not None for one in chosen),
        "ok": sum(right(one) is True for one in chosen),
        "ko": sum(right(one) is False for one in chosen),
    }


def test_an_explanation_counts_each_part_and_names_the_other_reading(engine: Engine) -> None:
    """A person sees which part of the query lost the records."""
    said = rb.engine.explain(engine, "predicted:ko and fine")
    assert [clause.hits for clause in said.clauses] == [
        sum(right(r) is False for r in RECORDS),
        20,
    ]
    assert any("Rubrix would have searched the word *and*: 0 records" in n for n in said.notes)


def test_matched_words_are_marked_and_excluded_ones_are_not(engine: Engine) -> None:
    """Highlights show what the query asked for, where it stands."""
    found = engine.select('fine "fine film" NOT dull')
    position = found.order()[:1]
    (marks,) = engine.marks(found, position)
    text = RECORDS[int(position[0])].text
    assert [text[start:end] for start, end in marks["text"]] in (["fine", "film"], ["fine film"])


labels_of = st.sets(st.sampled_from(["joy", "fear", "anger"]), max_size=3)
multi = st.lists(
    st.tuples(
        st.none() | st.lists(st.floats(0, 1), min_size=3, max_size=3),
        st.none() | labels_of,
    ),
    min_size=1,
    max_size=12,
)


@given(multi)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_multi_label_is_right_when_the_two_sets_are_equal(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[Any]
) -> None:
    """Labels scored strictly above 0.5 against the annotation's; both empty is right."""
    names = ["joy", "fear", "anger"]
    records = [
        Record(
            text="t",
            id=i,
            multi_label=True,
            prediction=None if scores is None else list(zip(names, scores, strict=True)),
            annotation=None if labels is None else sorted(labels),
        )
        for i, (scores, labels) in enumerate(drawn)
    ]
    rb.init(tmp_path_factory.mktemp("home"))
    rb.log(records, "m")

    def sets(record: Record) -> tuple[set[str], set[str]] | None:
        if record.prediction is None or record.annotation is None:
            return None
        return {one for one, value in record.prediction if value > 0.5}, set(record.annotation)

    found = {one.id for one in rb.load("m", "predicted:ok")}
    assert found == {r.id for r in records if (s := sets(r)) is not None and s[0] == s[1]}
    found = {one.id for one in rb.load("m", "predicted:ko")}
    assert found == {r.id for r in records if (s := sets(r)) is not None and s[0] != s[1]}
    found = {one.id for one in rb.load("m", "annotated_as:joy")}
    assert found == {r.id for r in records if r.annotation and "joy" in r.annotation}
    found = {one.id for one in rb.load("m", "score:[0.2 TO 0.3]")}
    assert found == {
        r.id for r in records if any(0.2 <= value <= 0.3 for _, value in r.prediction or ())
    }


def test_ties_go_to_the_label_listed_first(home: Path) -> None:
    """Two equal best scores: the first listed is the prediction."""
    rb.log([Record(text="t", prediction=[("c", 0.2), ("b", 0.4), ("a", 0.4)], annotation="b")], "d")
    assert rb.count("d", "predicted_as:b AND predicted:ok") == 1


def test_several_inputs_are_searched_together_and_apart(home: Path) -> None:
    """``text`` is every input; each input has a field of its own; lists count whole."""
    rb.log(
        [
            Record(inputs={"subject": "free money", "body": ["dear friend", "send gold"]}, id=1),
            Record(inputs={"subject": "gold medal", "body": "congratulations"}, id=2),
            Record(inputs={"body": "money"}, id=3),
        ],
        "mail",
    )

    def ids(query: str) -> list[Any]:
        return [one.id for one in rb.load("mail", query)]

    assert ids("gold") == [1, 2]
    assert ids("inputs.subject:gold") == [2]
    assert ids("inputs.body:gold") == [1]
    assert ids("inputs.\\*:money") == [1, 3]
    assert ids('"send gold"') == [1]
    assert ids('"money dear"') == []
    assert ids("_exists_:inputs.subject") == [1, 2]
    assert rb.load("mail", "gold", ids=[1])[0].inputs == {
        "subject": "free money",
        "body": ["dear friend", "send gold"],
    }


def test_a_query_that_is_no_text_is_refused(engine: Engine) -> None:
    """A number in the query's place is a slip, and is said to be one."""
    with pytest.raises(ValueError, match="query is 3; give text"):
        engine.select(3)  # type: ignore[arg-type]
