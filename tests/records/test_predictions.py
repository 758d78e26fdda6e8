"""Predictions in every shape, one by one and as whole columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrix_widget.errors import RecordError
from rubrix_widget.predictions import from_arrow, from_value, from_values

PAIRS = [("pos", 0.75), ("neg", 0.25)]
DICTS = [{"label": label, "score": score} for label, score in PAIRS]

SHAPES: dict[str, Any] = {
    "pairs": PAIRS,
    "lists of two": [list(pair) for pair in PAIRS],
    "list of dicts": DICTS,
    "list of one list": [DICTS],
    "list of one list of pairs": [PAIRS],
    "dict of lists": {"label": ["pos", "neg"], "score": [0.75, 0.25]},
    "zero-shot": {"sequence": "a", "labels": ["pos", "neg"], "scores": [0.75, 0.25]},
    "array of dicts": np.array(DICTS, dtype=object),
    "dict of arrays": {"label": np.array(["pos", "neg"]), "score": np.array([0.75, 0.25])},
    "float32": [("pos", np.float32(0.75)), ("neg", np.array(0.25))],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_means_the_same(shape: str) -> None:
    """Whatever a pipeline or a library made of it, a prediction is labels with scores in order."""
    assert from_value(SHAPES[shape]) == PAIRS


@pytest.mark.parametrize(
    "shape", ["list of dicts", "list of one list", "dict of lists", "zero-shot"]
)
def test_columns_are_read_like_single_values(shape: str) -> None:
    """The column reader and the rule for one value agree, with nulls in between."""
    column = pa.array([SHAPES[shape], None, SHAPES[shape]])
    found = from_arrow(column, {}).to_pylist()
    assert found == [DICTS, None, DICTS]
    assert from_arrow(column.slice(1), {}).to_pylist() == [None, DICTS]


def test_a_column_of_single_answers_has_one_label_each() -> None:
    """`pipeline(texts)` answers one dictionary a text."""
    found = from_arrow(pa.array([DICTS[0], None]), {}).to_pylist()
    assert found == [[DICTS[0]], None]


@pytest.mark.parametrize("score", [1.0000001, 1 + 1e-6])
def test_rounding_above_one_is_one(score: float) -> None:
    """A float32 softmax may exceed 1 by its rounding; that alone is put right."""
    assert from_value([("x", score)]) == [("x", 1.0)]
    column = pa.array([[{"label": "x", "score": score}]])
    assert from_arrow(column, {}).to_pylist() == [[{"label": "x", "score": 1.0}]]


def test_more_than_rounding_is_not_put_right() -> None:
    """1.00001 is a fault of the scores."""
    with pytest.raises(ValueError, match="outside"):
        from_value([("x", 1.00001)])


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pa.array([[{"label": 0, "score": 0.5}]]), "id2label"),
        (pa.array(["pos"]), "cannot be read"),
        (pa.array([{"pos": 0.5, "neg": 0.5}]), "cannot be read"),
        (pa.array([[{"label": "x", "score": "0.5"}]]), "scores are numbers"),
        (pa.array([[{"label": True, "score": 0.5}]]), "labels are of type bool"),
    ],
)
def test_a_column_of_no_predictions_is_refused_whole(column: pa.Array, message: str) -> None:
    """When the type is wrong every record is, and one sentence says so."""
    with pytest.raises(RecordError, match=message):
        from_arrow(column, {})


def test_a_column_names_the_record_with_many_texts() -> None:
    """A batch stored with one record is that record's fault alone."""
    bad: dict[int, str] = {}
    found = from_arrow(pa.array([[DICTS], [DICTS, DICTS], [], None]), bad)
    assert found.to_pylist() == [DICTS, None, [], None]
    assert list(bad) == [1]
    assert "2 texts" in bad[1]


def test_a_column_names_the_record_with_fewer_scores() -> None:
    """Labels without scores are refused for their record."""
    bad: dict[int, str] = {}
    column = pa.array([{"label": ["a", "b"], "score": [0.5]}, {"label": ["a"], "score": [0.5]}])
    assert from_arrow(column, bad).to_pylist() == [None, [{"label": "a", "score": 0.5}]]
    assert list(bad) == [0]


PREDICTIONS = st.none() | st.lists(
    st.tuples(st.text(st.characters(codec="utf-8"), min_size=1), st.floats(0, 1)),
    max_size=4,
    unique_by=lambda pair: pair[0],
)


@given(st.lists(PREDICTIONS, max_size=6), st.booleans())
def test_columns_and_values_agree(column: list[Any], large: bool) -> None:
    """Reading a column of any predictions is reading each of them."""
    expected = [None if value is None else from_value(value) for value in column]
    kind = pa.struct([("label", pa.string()), ("score", pa.float64())])
    dicts = [
        None if value is None else [{"label": name, "score": score} for name, score in value]
        for value in column
    ]
    arrow = pa.array(dicts, pa.large_list(kind) if large else pa.list_(kind))
    for found in (from_arrow(arrow, {}), from_values(column)):
        assert found is not None
        assert [
            None if value is None else [(entry["label"], entry["score"]) for entry in value]
            for value in found.to_pylist()
        ] == expected
