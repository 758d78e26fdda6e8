"""The annotations as they were logged, and whether they are others now, against plain Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.engine.completing import complete
from rubrix_widget.errors import FieldTypeError
from rubrix_widget.home import active

LABELS = ["bad", "good", "so so"]
LABEL = st.sampled_from(LABELS)
GUESS = st.tuples(LABEL, LABEL)


def some(multi: bool) -> st.SearchStrategy[list[tuple[Any, tuple[str, str]]]]:
    annotation = st.none() | (st.lists(LABEL, unique=True) if multi else LABEL)
    return st.lists(st.tuples(annotation, GUESS), min_size=3, max_size=12)


def changes(multi: bool) -> st.SearchStrategy[list[tuple[int, Any]]]:
    label: Any = st.lists(LABEL, unique=True, max_size=2) if multi else LABEL
    return st.lists(st.tuples(st.integers(0, 11), st.none() | label | st.just("undo")), max_size=6)


MADE = st.booleans().flatmap(lambda multi: st.tuples(st.just(multi), some(multi), changes(multi)))


def as_set(annotation: Any) -> frozenset[str] | None:
    if annotation is None:
        return None
    return frozenset([annotation] if isinstance(annotation, str) else annotation)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(MADE)
def test_what_was_logged_can_be_asked_for_whatever_was_changed(
    home: Path, made: tuple[bool, list[tuple[Any, tuple[str, str]]], list[tuple[int, Any]]]
) -> None:
    """After changes, undone ones too, of each agent; answers that were kept among them."""
    multi, records, steps = made
    logged = [as_set(annotation) for annotation, _ in records]
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"text {at}",
                id=at,
                annotation=annotation,
                prediction={"a": [(first, 0.9)], "b": [(second, 0.8)]},
                multi_label=multi,
            )
            for at, (annotation, (first, second)) in enumerate(records)
        ],
        "d",
        verbose=False,
    )
    try:
        for step in [None, *steps]:
            if step is not None and step[1] == "undo":
                rb.undo("d")
            elif step is not None:
                rb.relabel("d", step[1], ids=[step[0] % len(records)])
            engine = active().dataset("d").engine()
            now = [as_set(record.annotation) for record in rb.load("d")]

            def found(query: str) -> list[int]:
                places: list[int] = engine.select(query).hits.positions.tolist()  # noqa: B023
                return places

            each = range(len(records))
            assert found("corrected:true") == [at for at in each if now[at] != logged[at]]
            assert found("corrected:false") == [at for at in each if now[at] == logged[at]]
            for label in LABELS:
                expected = [at for at in each if label in (logged[at] or ())]
                assert found(f'annotated_as_before:"{label}"') == expected
            assert found("annotated_as_before.text:so") == found('annotated_as_before:"so so"')
            for place, name in enumerate(("predicted_before@a", "predicted_before@b")):
                guess = [frozenset({record[1][place]}) for record in records]
                known = [at for at in each if logged[at] is not None]
                right = [at for at in known if logged[at] == guess[at]]
                assert found(f"{name}:ok") == right
                assert found(f"{name}:ko") == [at for at in known if at not in right]
            assert found("predicted_before:ok") == found("predicted_before@a:ok")
            seen = engine.seen_by("b").select("predicted_before:ok").hits.positions.tolist()
            assert seen == found("predicted_before@b:ok")
    finally:
        rb.delete("d")


@pytest.fixture
def relabelled(home: Path) -> str:
    rb.log(
        [
            rb.TextClassificationRecord(text="fine", id=1, annotation="bad"),
            rb.TextClassificationRecord(text="good", id=2, annotation="bad"),
        ],
        "d",
        verbose=False,
    )
    rb.relabel("d", "good", ids=[1])
    return "d"


@pytest.mark.parametrize("dialect", ["notebook", "lucene"])
def test_a_pattern_of_fields_is_of_records_as_they_are(relabelled: str, dialect: Any) -> None:
    """`annotated*:bad` does not find what was annotated so once, unless it is named."""
    engine = active().dataset(relabelled).engine()

    def count(query: str) -> int:
        return engine.select(query, dialect=dialect).count

    for query, expected in {
        "annotated_as:bad": 1,
        "annotated_as_before:bad": 2,
        r"annotated\*:bad": 1,
        r"annotated_as_before\*:bad": 2,
        r"\*:bad": 1,
    }.items():
        assert count(query) == expected, query


def test_a_value_that_it_cannot_have_is_refused_with_those_it_can(relabelled: str) -> None:
    """As of `predicted`; and completion offers field and values."""
    engine = active().dataset(relabelled).engine()
    with pytest.raises(FieldTypeError, match="no value of predicted_before; it is one of ok, ko"):
        engine.select("predicted_before:good")
    with pytest.raises(FieldTypeError, match="field corrected holds true or false"):
        engine.select("corrected:yes")
    assert "corrected:" in {one.put for one in complete(engine, "corr").items}
    offered = {(one.put, one.detail) for one in complete(engine, "corrected:").items}
    assert offered == {("true", "1 record"), ("false", "1 record")}
    assert engine.select("corrected:true AND annotated_as_before:so").notes == [
        "no label 'so' here."
    ]
