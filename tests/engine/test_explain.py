"""Explanations: the query as a tree with hits for every part, and what a person should know."""

from __future__ import annotations

import dataclasses
import time

import pytest

import rubrix_widget as rb
from rubrix_widget.engine import Clause, Explanation
from rubrix_widget.query import DIALECTS, Dialect


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> str:
    rb.init(tmp_path_factory.mktemp("home"))
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"text {i} {'fine' if i % 2 else 'dull'} film",
                id=i,
                prediction=[("good", 0.5 + i / 100), ("bad", 0.1)],
                annotation="good" if i % 3 else "bad",
                prediction_agent="Model A",
                metadata={"stars": i % 5, "day": f"2022-0{1 + i % 9}-15"},
            )
            for i in range(40)
        ],
        "films",
        verbose=False,
    )
    return "films"


TREES: list[tuple[str, Dialect, str]] = [
    (
        "(fine or dull) and not (moive or score:>0.6) and predicted:ok",
        "notebook",
        """
        40  any of
        20    text has fine
        20    text has dull
        11  not
        29    any of
         0      text has moive
        29      score above 0.6
        26  predicted is ok
        """,
    ),
    (
        "film AND fine OR dull -(film AND NOT text)",
        "lucene",
        """
        40  text has film
        20  text has fine (does not filter)
        20  text has dull (does not filter)
        40  not
         0    all of
        40      text has film
         0      text does not have text
        """,
    ),
    (
        "fine OR dull -film",
        "lucene",
        """
        40  any of
        20    text has fine
        20    text has dull
         0  text does not have film
        """,
    ),
    (
        "(film^2 OR (dull AND fine))^3",
        "notebook",
        """
        40  text has film
         0  all of
        20    text has dull
        20    text has fine
        """,
    ),
    ("-(fine dull)", "lucene", "0  all of\n 20    text has fine\n 20    text has dull"),
    ("fine", "notebook", ""),
    ("NOT fine", "lucene", ""),
]


def trimmed(lines: str) -> list[str]:
    """Split off the hits, keeping how deep each line stands."""
    found = []
    for line in lines.strip().splitlines():
        hits, _, rest = line.strip().partition("  ")
        found.append(f"{hits}|{rest}")
    return found


@pytest.mark.parametrize(("query", "dialect", "drawn"), TREES)
def test_an_explanation_is_a_tree_with_hits_for_every_part(
    films: str, query: str, dialect: Dialect, drawn: str
) -> None:
    """Groups, negations and conditions each show how many records they match alone."""
    said = rb.explain(films, query, dialect=dialect)
    lines = str(said).splitlines()
    assert lines[0] == f"{said.reading}: {said.hits} of 40 records"
    assert trimmed("\n".join(line for line in lines[1:] if "note:" not in line)) == trimmed(drawn)
    assert repr(said) == str(said)


@pytest.mark.parametrize(("query", "dialect"), [tree[:2] for tree in TREES])
def test_every_part_counts_what_it_would_find_alone(
    films: str, query: str, dialect: Dialect
) -> None:
    """A part's text is a query of its own, and finds the records the explanation counts."""
    said = rb.explain(films, query, dialect=dialect)
    assert said.tree.hits == said.hits == rb.count(films, query, dialect=dialect)
    for clause in said.tree.walk():
        inverted = clause.reading == "not" or " does not have " in clause.reading
        if not inverted and "^" not in clause.text:
            assert clause.hits == rb.count(films, clause.text, dialect=dialect), clause
    assert dataclasses.asdict(said)["tree"]["hits"] == said.hits
    leaves = [clause for clause in said.tree.walk() if not clause.parts]
    assert said.clauses == (leaves if said.tree.parts else [])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("wide", [True, False])
def test_a_huge_query_is_explained_in_part(films: str, dialect: Dialect, wide: bool) -> None:
    """The first clauses are counted, and how many more there are is said."""
    words = [f"fine{n}" for n in range(20_000)]
    deep = f"({' '.join(words[:20])})"  # 1,000 conditions in all, which are answered on any machine
    query = " OR ".join(words if wide else [deep] * 50)
    started = time.process_time()
    said = rb.explain(films, query, dialect=dialect)
    assert time.process_time() - started < 20
    assert len(list(said.tree.walk())) <= 51
    assert said.tree.hidden + len(said.tree.parts) == (20_000 if wide else 50)
    assert len(str(said)) < 12_000
    assert "more" in str(said)


NOTES: list[tuple[str, str]] = [
    ("score:{0.99 TO *}", "`score` has no value above 0.99 here; the highest is 0.89"),
    ("score:<=0.4", "`score` has no value up to 0.4 here; the lowest is 0.5"),
    ("score:{0.5 TO 0.51}", "`score` has no value between 0.5 and 0.51 here"),
    ("score:[2 TO 3]", "`score` has no value from 2 here; the highest is 0.89"),
    ("metadata.day:>2023", "has no value above 2023 here; the highest is 2022-09-15"),
    ("metadata.day:[2022-01-16 TO 2022-02-14]", "no value between 2022-01-16 and 2022-02-14 here"),
    ("metadata.day:2020", "`metadata.day` is never 2020 here"),
    ("metadata.stars:7", "`metadata.stars` is never 7 here"),
    ("event_timestamp:2021", "`event_timestamp` has no value here"),
    ("_exists_:event_timestamp", "`event_timestamp` has no value here"),
    ("moive", "no record has the word *moive*"),
    ("NOT moive", "no record has the word *moive*"),
    ("inputs.text:moive", "no record has the word *moive* in inputs.text"),
    ("predicted_by.text:b", "no record has the word *b* in predicted_by.text"),
    ('"a fine moive"', "no record has the words *a* and *moive*"),
    ('"film fine"', "*film* and *fine* are there, but never next to each other in this order"),
    ('"film fine"~1', "*film* and *fine* are there, but never within 1 move"),
    ("fil*x", "no word is like fil*x"),
    ("/a.*b/", "no word is matched by /a.*b/"),
    ("zzzzzz~", "no word is close to zzzzzz"),
    ("text:[zz TO zzz]", "no word is between zz and zzz"),
    ("predicted_by:model*", "`predicted_by` is never like model* here"),
    ("predicted_by:Model A", "`predicted_by` is never *Model* here"),
    ("predicted_by:Model A", "`predicted_by:Model A` reads as *predicted_by is Model* and"),
    ("predicted_as:goood", "no label 'goood' here. Did you mean 'good'?"),
    ("fine and dull", "Rubrix would have searched the word *and*: 0 records instead of 0"),
    ("film and fine", "Rubrix would have searched the word *and*: 0 records instead of 20"),
    ("film And fine or dull", "would have searched the words *And*, *or*: 0 records instead of"),
    ("film OR fine AND dull", 'have combined the clauses as dialect "lucene" does: 0 records'),
]


@pytest.mark.parametrize(("query", "note"), NOTES)
def test_notes_say_why_nothing_is_found_and_what_rubrix_would_have(
    films: str, query: str, note: str
) -> None:
    """Whatever the dataset shows about a query that a person may have got wrong is said."""
    notes = rb.explain(films, query).notes
    if note.endswith("instead of 0"):
        assert not any("Rubrix would" in one for one in notes)
    else:
        assert [one for one in notes if note in one] != [], notes


@pytest.mark.parametrize(
    "query", ["fine", "film fine", '"and"', 'film "this or that"', "score:>0.5", "NOT dull", ""]
)
def test_a_query_that_finds_records_as_rubrix_did_has_no_notes(films: str, query: str) -> None:
    """Nothing is said where nothing surprises; an operator in quotes is no operator."""
    expected = [] if "this" not in query else ["no record has the words *this*, *or* and *that*"]
    if query == '"and"':
        expected = ["no record has the word *and*"]
    assert rb.explain(films, query).notes == expected


def test_an_empty_dataset_is_not_reproached_for_what_it_lacks(films: str) -> None:
    """Without records there is no reason to look for in the query."""
    rb.copy(films, "none")
    rb.delete_records("none", query="")
    said = rb.explain("none", "moive score:>0.99")
    assert said.total == said.hits == 0
    assert said.notes == []


def test_an_explanation_is_plain_data() -> None:
    """It can be made, compared and taken apart without a dataset."""
    leaf = Clause("a", "text has a", 1)
    said = Explanation("a", "notebook", "text has a", 1, 2, leaf, [])
    assert said == Explanation("a", "notebook", "text has a", 1, 2, leaf, [])
    assert str(said) == "text has a: 1 of 2 records"
