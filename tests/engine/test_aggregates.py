"""Counts over a selection, against loops over plain records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.engine import Confusion, Engine, Facet, FilterError, Histogram
from rubrix_widget.home import active
from rubrix_widget.index import Hits

LABELS = ["bad", "good", "so so"]
SPLITS = ["dev", "test"]
DAYS = [dt.date(2021, 1, 1) + dt.timedelta(days=17 * i) for i in range(9)]

Given = dict[str, Any]


def records(multi: bool) -> st.SearchStrategy[list[Given]]:
    labels = st.sampled_from(LABELS)
    scored = st.lists(st.tuples(labels, st.floats(0, 1)), min_size=1, max_size=3)
    sure = st.lists(labels, unique=True).map(lambda some: [(one, 0.9) for one in some])
    one = st.fixed_dictionaries(
        {
            "prediction": st.none() | (sure if multi else scored.map(lambda p: p[:1])),
            "annotation": st.none() | (st.lists(labels, unique=True) if multi else labels),
        },
        optional={
            "split": st.sampled_from(SPLITS),
            "stars": st.integers(0, 200),
            "checked": st.booleans(),
            "day": st.sampled_from(DAYS).map(str),
            "tags": st.lists(st.sampled_from(["x", "y", "z"]), max_size=3),
            "marks": st.lists(st.integers(0, 5), max_size=3),
        },
    )
    return st.lists(one, min_size=1, max_size=25)


both_kinds = st.booleans().flatmap(lambda multi: st.tuples(st.just(multi), records(multi)))


@pytest.fixture
def engine_of(tmp_path: Path) -> Callable[[list[Given], bool], Engine]:
    numbers = iter(range(10_000))
    rb.init(tmp_path)

    def log(given_: list[Given], multi: bool) -> Engine:
        name = f"made-{next(numbers)}"
        made = [
            rb.TextClassificationRecord(
                text="a film",
                id=str(i),
                prediction=one["prediction"],
                annotation=one["annotation"],
                multi_label=multi,
                metadata={k: v for k, v in one.items() if k not in ("prediction", "annotation")},
            )
            for i, one in enumerate(given_)
        ]
        rb.log(made, name, verbose=False)
        return active().dataset(name).engine()

    return log


def right(one: Given, multi: bool) -> bool | None:
    if one["prediction"] is None or one["annotation"] is None:
        return None
    predicted = [label for label, _ in one["prediction"]]
    return set(predicted) == set(one["annotation"]) if multi else predicted == [one["annotation"]]


def values(one: Given, name: str) -> list[Any]:
    if name == "annotated_as":
        found = one["annotation"]
    elif name == "predicted_as":
        given_ = one["prediction"]
        found = None if given_ is None else [label for label, _ in given_]
    else:
        found = one.get(name.removeprefix("metadata."))
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


fast = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@fast
@given(both_kinds, st.data())
def test_facets_count_what_a_loop_counts(
    engine_of: Callable[[list[Given], bool], Engine],
    made: tuple[bool, list[Given]],
    data: st.DataObject,
) -> None:
    """Of any records: each value's count, its right and wrong ones, and those without a value."""
    multi, given_ = made
    engine = engine_of(given_, multi)
    chosen = data.draw(st.sets(st.integers(0, len(given_) - 1)), "chosen")
    hits = Hits.where(np.isin(np.arange(len(given_)), sorted(chosen)))
    wanted = ["annotated_as", "predicted_as"]
    wanted += [name for name in engine.fields if name.startswith("metadata") and "text" not in name]
    for name, facet in zip(wanted, engine.facets(wanted, hits), strict=True):
        assert facet.field == name
        having = [(one, values(one, name)) for one in map(given_.__getitem__, chosen)]
        assert facet.missing == sum(not found for _, found in having)
        if isinstance(facet, Facet):
            groups: list[Callable[[Any], bool]] = [
                lambda value, one=one: value == one for one in facet.values
            ]
        else:
            edges = facet.edges
            is_date = edges.dtype.kind == "M"

            def inside(value: Any, i: int, edges: Any = edges, is_date: bool = is_date) -> bool:
                value = np.datetime64(value, "us") if is_date else value
                last = i == len(edges) - 2
                return bool(edges[i] <= value and (value < edges[i + 1] or last))

            groups = [lambda value, i=i: inside(value, i) for i in range(len(edges) - 1)]
        for i, among in enumerate(groups):
            here = [one for one, found in having if any(map(among, found))]
            assert facet.count[i] == len(here), (name, i)
            assert facet.right[i] == sum(right(one, multi) is True for one in here)
            assert facet.wrong[i] == sum(right(one, multi) is False for one in here)


@fast
@given(both_kinds, st.data())
def test_a_confusion_matrix_counts_what_a_loop_counts(
    engine_of: Callable[[list[Given], bool], Engine],
    made: tuple[bool, list[Given]],
    data: st.DataObject,
) -> None:
    """Single-label by annotated and predicted label, multi-label by label and by presence."""
    multi, given_ = made
    engine = engine_of(given_, multi)
    chosen = data.draw(st.sets(st.integers(0, len(given_) - 1)), "chosen")
    found = engine.confusion(Hits.at(np.asarray(sorted(chosen), np.int64), len(given_)))
    both = [
        (set(values(one, "annotated_as")), set(values(one, "predicted_as")))
        for one in map(given_.__getitem__, chosen)
        if None not in (one["prediction"], one["annotation"])
    ]
    assert found.labels == engine.labels
    for i, label in enumerate(found.labels):
        if multi:
            for cell in np.ndindex(2, 2):
                expected = sum((label in a, label in p) == cell for a, p in both)
                assert found.counts[i][cell] == expected
        else:
            for j, other in enumerate(found.labels):
                assert found.counts[i, j] == sum((a, p) == ({label}, {other}) for a, p in both)


@fast
@given(both_kinds, st.data())
def test_counts_of_two_parts_merge_to_those_of_the_whole(
    engine_of: Callable[[list[Given], bool], Engine],
    made: tuple[bool, list[Given]],
    data: st.DataObject,
) -> None:
    """Counting in parts and merging gives what counting at once gives."""
    multi, given_ = made
    engine = engine_of(given_, multi)
    one = Hits.where(np.asarray(data.draw(st.lists(st.booleans(), min_size=len(given_),
                                                   max_size=len(given_)), "part")))  # fmt: skip
    other, whole = ~one, Hits.everything(len(given_))
    names = ["annotated_as", "predicted", "status", "score", "metrics.text_length"]
    for a, b, c in zip(*(engine.facets(names, hits) for hits in (one, other, whole)), strict=True):
        merged = a.merge(b)  # type: ignore[arg-type]
        assert merged.missing == c.missing
        for column in ("count", "right", "wrong"):
            assert getattr(merged, column).tolist() == getattr(c, column).tolist()
    merged_ = engine.confusion(one).merge(engine.confusion(other))
    assert merged_.counts.tolist() == engine.confusion(whole).counts.tolist()


def test_a_changed_annotation_changes_the_counts(
    engine_of: Callable[[list[Given], bool], Engine],
) -> None:
    """Right, wrong and the matrix follow an edit at once."""
    engine = engine_of([{"prediction": [("good", 0.9)], "annotation": "bad"}] * 3, False)
    live = active().dataset(active().names()[0])
    rb.relabel(live.name, "good", ids=["1"])
    after = live.engine()
    for one, wrong in ((engine, 3), (after, 2)):
        (facet,) = one.facets(["predicted_as"], Hits.everything(3))
        assert isinstance(facet, Facet)
        assert dict(zip(facet.values, facet.wrong.tolist(), strict=True))["good"] == wrong
        matrix = one.confusion(Hits.everything(3))
        at = matrix.labels.index
        assert matrix.counts[at("bad"), at("good")] == wrong


def test_what_cannot_be_merged_or_counted_says_why(
    engine_of: Callable[[list[Given], bool], Engine],
) -> None:
    """Different edges or labels, and fields of text, are errors and no wrong counts."""
    engine = engine_of([{"prediction": [("good", 0.9)], "annotation": "bad", "stars": 3}], False)
    other = engine_of([{"prediction": [("good", 0.9)], "annotation": "good", "stars": 9}], False)
    hits = Hits.everything(1)
    (one,), (two,) = (e.facets(["metadata.stars"], hits) for e in (engine, other))
    assert isinstance(one, Histogram)
    assert isinstance(two, Histogram)
    with pytest.raises(ValueError, match="different edges"):
        one.merge(two)
    matrix: Confusion = engine.confusion(hits)
    with pytest.raises(ValueError, match="different labels"):
        matrix.merge(other.confusion(hits))
    with pytest.raises(FilterError, match="no field 'text'"):
        engine.facets(["text"], hits)


def test_the_top_of_a_facet_is_its_most_frequent_values(
    engine_of: Callable[[list[Given], bool], Engine],
) -> None:
    """Most records first; equal ones stay in their order."""
    made = [{"prediction": None, "annotation": label} for label in ("so so", "bad", "so so")]
    (facet,) = engine_of(made, False).facets(["annotated_as"], Hits.everything(3))
    assert isinstance(facet, Facet)
    assert facet.top(1).values == ["so so"]
    assert facet.top(9).count.tolist() == sorted(facet.count.tolist(), reverse=True)
