"""Words and slices that mark errors: found where planted, not found where there are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.analysis.features import features_of
from rubrix_widget.analysis.slicing import _chosen, _needless, _query
from rubrix_widget.analysis.source import source_of

WORDS = [f"w{number}" for number in range(40)]


def made(n: int, seed: int, *, planted: bool) -> rb.DatasetForTextClassification:
    """Return records of random words, wrong for one in ten, and mostly so where that is planted."""
    generator = np.random.default_rng(seed)
    records = []
    for number in range(n):
        words = generator.choice(WORDS, 6, replace=False).tolist()
        source = ["web", "press", "book"][number % 3]
        worse = planted and ("w3" in words and source == "web")
        phrase = planted and number % 20 == 0
        if phrase:
            words += ["very", "dull"]
        wrong = generator.random() < (0.8 if worse else 0.7 if phrase else 0.1)
        label = str(generator.choice(["good", "bad"]))
        other = {"good": "bad", "bad": "good"}[label]
        records.append(
            rb.TextClassificationRecord(
                text=" ".join(words),
                id=number,
                annotation=label,
                prediction=[(other if wrong else label, float(generator.uniform(0.5, 1)))],
                metadata={"source": source, "year": 2000 + number % 20},
            )
        )
    return rb.DatasetForTextClassification(records)


PLANTED = made(6000, 7, planted=True)


def test_planted_slices_are_found_and_said_as_queries() -> None:
    """A conjunction of word and metadata, and a phrase, come out first, with what they hold."""
    found = analysis.slices(PLANTED).data
    table = found["table"]
    first = {frozenset(query.split(" AND ")) for query in table["query"].head(2)}
    conjunction = {"text:w3", "metadata.source:web"}
    assert conjunction in first
    assert any("dull" in " ".join(one) or "very" in " ".join(one) for one in first)
    assert (table["low"] > 0).all()
    assert (table["q"] <= 0.05).all()
    assert table["low"].is_monotonic_decreasing
    assert 0.45 < found["covered"] < 1


def test_each_query_finds_just_the_records_that_were_counted() -> None:
    """Of both halves together: the query language and the finder mean the same."""
    engine = source_of(PLANTED, None, "notebook").engine
    one = analysis.slices(PLANTED, seed=1, fdr=1).data
    half = np.random.default_rng(1).random(engine.n) >= 0.5
    assert len(one["table"]) > 0
    for row in one["table"].itertuples():
        mask = engine.select(row.query).mask
        wrong = engine.columns.predicted == 0
        assert (row.n, row.wrong) == ((mask & half).sum(), (mask & half & wrong).sum()), row.query
        assert row.rate == pytest.approx(row.wrong / row.n)
        assert row.records == mask.sum()


@pytest.mark.slow
def test_where_errors_are_random_next_to_nothing_is_found() -> None:
    """Over ten sets of random errors at most two slices are told, though thousands are tried."""
    found = [
        len(analysis.slices(made(2000, seed, planted=False)).data["table"]) for seed in range(10)
    ]
    assert sum(found) <= 2


def test_the_same_errors_are_listed_once() -> None:
    """ "very", "dull" and "very dull" are one finding."""
    table = analysis.slices(PLANTED).data["table"]
    assert sum("dull" in query or "very" in query for query in table["query"]) == 1
    (row,) = [one for one in table.itertuples() if "dull" in one.query or "very" in one.query]
    assert any("dull" in query or "very" in query for query in row.alike)


def test_a_condition_that_adds_nothing_is_left_out() -> None:
    """Of 600 records 60 % are wrong; of 200 of them 95 % is news, 62 % is none."""
    conditions = [frozenset({7}), frozenset({7, 1}), frozenset({7, 2}), frozenset({7, 2, 3})]
    wrong, size = np.array([360.0, 190, 124, 31]), np.array([600.0, 200, 200, 50])
    assert _needless([1, 2, 0, 3], conditions, wrong, size) == {2: 0, 3: 0}
    assert _needless([1, 0], conditions, wrong, size) == {}


def test_the_widest_is_found_through_any_number_of_others() -> None:
    """Each condition more adds nothing for sure to the last, though two together do."""
    conditions = [frozenset(range(n)) for n in (1, 2, 3, 4)]
    wrong, size = np.array([62.0, 58, 57, 51]), np.array([397.0, 347, 328, 268])
    assert _needless([1, 0], conditions, wrong, size) == {1: 0}
    assert _needless([2, 0], conditions, wrong, size) == {}
    assert _needless([3, 1], conditions, wrong, size) == {}
    assert _needless([3, 2, 1, 0], conditions, wrong, size) == {3: 0, 2: 0, 1: 0}


def test_what_was_folded_is_named_behind_what_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each candidate is looked at or behind one that is, and follows it behind another one."""
    groups: list[tuple[str, list[str]]] = []

    def chosen(candidates: Any, members: Any, *halves: Any) -> Any:
        found = _chosen(candidates, members, *halves)
        everyone = sorted(place for one, others in found for place in (one, *others))
        assert everyone == list(range(len(candidates)))
        names = [_query(features, one.conditions) for one in candidates]
        groups.extend((names[one], [names[other] for other in others]) for one, others in found)
        return found

    data = made(4000, 4, planted=True)
    source = source_of(data, None, "notebook")
    features = features_of(source, source.hits.mask, 60)
    monkeypatch.setattr("rubrix_widget.analysis.slicing._chosen", chosen)
    table = analysis.slices(data, depth=4, most=1000).data["table"]
    alike = [query for row in table.itertuples() for query in row.alike]
    named = {*table["query"], *alike}
    assert len(named) == len(table) + len(alike)
    behind = {one for first, others in groups if first in alike for one in others}
    assert behind
    assert behind <= named
    assert {one for first, others in groups if first in named for one in others} <= named


def test_the_work_tells_how_far_it_is_and_can_be_ended() -> None:
    """Shares grow to 1; what `progress` raises comes out."""
    shares: list[float] = []
    analysis.slices(PLANTED, "text:w1", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        analysis.slices(PLANTED, progress=stop)


def test_words_that_mark_errors_have_the_counts_of_their_queries() -> None:
    """Wrong and right records of each word or pair are those that its query finds."""
    engine = source_of(PLANTED, None, "notebook").engine
    found = analysis.error_words(PLANTED).data
    assert found["table"]["words"].iloc[0] in {"dull", "very", "very dull"}
    for row in found["table"].itertuples():
        kinds = (engine.select(f"{row.query} AND predicted:{kind}").count for kind in ("ko", "ok"))
        assert (row.wrong, row.right) == tuple(kinds), row.query


@pytest.mark.slow
def test_words_of_random_errors_are_no_finding() -> None:
    """With 5 % put up with, ten random sets of 40 words and their pairs give at most two."""
    found = [
        len(analysis.error_words(made(2000, seed, planted=False)).data["table"])
        for seed in range(10)
    ]
    assert sum(found) <= 2


@pytest.mark.parametrize("finder", [analysis.slices, analysis.error_words])
def test_nothing_to_find_is_no_error(finder) -> None:
    """No record, no wrong one, only wrong ones: an empty table and a chart."""
    for query in ("text:nothing", "predicted:ok", "predicted:ko"):
        found = finder(PLANTED, query)
        assert len(found.data["table"]) == 0
        found.visualize().to_dict()


def test_hostile_values_are_quoted() -> None:
    """A metadata value with quotes and operators is a query that finds just its records."""
    nasty = 'a" OR (x AND "b'
    records = [
        rb.TextClassificationRecord(
            text=f"text {number}",
            annotation="a",
            prediction=[("b" if number % 2 else "a", 0.9)],
            metadata={"my key": nasty if number % 2 else "plain"},
        )
        for number in range(400)
    ]
    data = rb.DatasetForTextClassification(records)
    query = analysis.slices(data).data["table"]["query"].iloc[0]
    engine = source_of(data, None, "notebook").engine
    assert engine.select(query).count == engine.select(f"({query}) AND predicted:ko").count > 0


def test_bands_are_as_fine_as_the_numbers() -> None:
    """Years, moments and integers beyond 2**53 are cut into up to eight, and each query is true."""
    records = [
        rb.TextClassificationRecord(
            text="t",
            annotation="a",
            prediction=[("a", 0.5 + at / 4000)],
            metadata={"year": 1990 + at % 30, "at": 1_700_000_000 + at, "id": 2**53 + at % 5},
        )
        for at in range(1000)
    ]
    source = source_of(rb.DatasetForTextClassification(records), None, "notebook")
    found = features_of(source, source.hits.mask, 1)
    for name, bands in (("metadata.year", 8), ("metadata.at", 8), ("metadata.id", 3), ("score", 8)):
        queries = [one for one in found.queries if one.startswith(f"{name}:")]
        assert len(queries) == bands, queries
    for place, query in enumerate(found.queries):
        assert source.engine.select(query).count == len(found.records(place)), query
