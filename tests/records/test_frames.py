"""Datasets from and to pandas, with everything a column can hold there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rubrix_widget.datasets import DatasetForTextClassification as Dataset
from rubrix_widget.datasets import read_pandas
from rubrix_widget.errors import RecordError, RecordWarning
from rubrix_widget.records import FIELDS, TextClassificationRecord, TokenAttributions

Record = TextClassificationRecord


def read(**columns: Any) -> Dataset:
    return Dataset.from_pandas(pd.DataFrame(columns))


def field(found: Dataset, name: str) -> list[Any]:
    return [getattr(record, name) for record in found]


ANNOTATIONS: dict[str, Any] = {
    "objects": pd.Series(["x", None, float("nan")], dtype=object),
    "all kinds of missing": pd.Series(["x", pd.NA, pd.NaT], dtype=object),
    "string": pd.Series(["x", None, pd.NA], dtype="string"),
    "str": pd.Series(["x", None, float("nan")]),
    "arrow": pd.Series(["x", None, None], dtype="string[pyarrow]"),
    "categorical": pd.Categorical(["x", None, None], categories=["y", "x"]),
    "numpy text": pd.Series([np.str_("x"), None, None], dtype=object),
}


@pytest.mark.parametrize("kind", ANNOTATIONS)
def test_missing_labels_are_no_labels(kind: str) -> None:
    """In no type of column does a missing label become the class "nan"."""
    found = read(text=["a", "b", "c"], annotation=ANNOTATIONS[kind])
    assert field(found, "annotation") == ["x", None, None]
    assert field(found, "status") == ["Validated", "Default", "Default"]


IDS: list[tuple[Any, list[Any]]] = [
    ([1, 2], [1, 2]),
    (["1", "2"], ["1", "2"]),
    ([1, None], [1, None]),  # pandas makes these floats
    (pd.array([1, None], dtype="Int64"), [1, None]),
    (pd.Series(["1", 2], dtype=object), ["1", 2]),
    ([2**63, 1], [2**63, 1]),
    (pd.Series([2**70, 1], dtype=object), [2**70, 1]),
]


@pytest.mark.parametrize(("column", "expected"), IDS)
def test_ids_keep_their_type(column: Any, expected: list[Any]) -> None:
    """Integers stay integers and texts texts, there and back."""
    found = read(text=["a", "b"], id=column)
    assert field(found, "id") == expected
    frame = found.to_pandas()
    assert [None if pd.isna(value) else value for value in frame["id"]] == expected
    assert field(Dataset.from_pandas(frame), "id") == expected


PREDICTIONS: dict[str, Any] = {
    "tuples": [[("x", 0.5), ("y", 0.25)], None],
    "lists": [[["x", 0.5], ["y", 0.25]], float("nan")],
    "dicts": [[{"label": "x", "score": 0.5}, {"label": "y", "score": 0.25}], pd.NA],
    "arrays": [np.array([{"label": "x", "score": 0.5}, {"label": "y", "score": 0.25}]), None],
    "mixed": [[("x", np.float32(0.5)), {"label": "y", "score": 0.25}], None],
    "nested": [[[{"label": "x", "score": 0.5}, {"label": "y", "score": 0.25}]], None],
}


@pytest.mark.parametrize("shape", PREDICTIONS)
def test_predictions_of_every_shape(shape: str) -> None:
    """Cells may hold what Rubrix, a pipeline or another library put there."""
    found = read(text=["a", "b"], prediction=pd.Series(PREDICTIONS[shape], dtype=object))
    assert field(found, "prediction") == [[("x", 0.5), ("y", 0.25)], None]


def test_bad_cells_are_reported_and_the_others_kept() -> None:
    """Each bad record is named with its reason, in any type of column."""
    with pytest.warns(RecordWarning, match="5 of 7 records refused"):
        found = read(
            text=pd.Series(["a", 5, None, "d", "e", "f", "\ud800"], dtype=object),
            prediction=pd.Series([None, None, None, [("x", 2)], "x", None, None], dtype=object),
            annotation=pd.Series(["x", None, None, None, None, 3, None], dtype=object),
        )
    assert field(found, "text") == ["a", "5"]
    reasons = {rejected.index: rejected.reason for rejected in found.rejected}
    assert list(reasons) == [2, 3, 4, 5, 6]
    assert "there is no text" in reasons[2]
    assert "is 2, outside" in reasons[3]
    assert "(label, score)" in reasons[4]
    assert "label 3" in reasons[5]
    assert "lone surrogate" in reasons[6]


def test_moments_come_as_utc() -> None:
    """Zones are converted, text is parsed, missing is missing."""
    noon = pd.Series(pd.to_datetime(["2020-01-01 12:00", None]))
    expected = [dt.datetime(2020, 1, 1, 12), None]
    assert field(read(text=["a", "b"], event_timestamp=noon), "event_timestamp") == expected
    zoned = noon.dt.tz_localize("Europe/Berlin")
    found = read(text=["a", "b"], event_timestamp=zoned)
    assert field(found, "event_timestamp") == [dt.datetime(2020, 1, 1, 11), None]
    found = read(text=["a", "b"], event_timestamp=["2020-01-01T12:00:00", None])
    assert field(found, "event_timestamp") == expected
    assert found.to_pandas()["event_timestamp"].dtype == "datetime64[us]"


def test_metadata_cells_and_columns() -> None:
    """Dictionaries in one column, or columns put together."""
    given = [{"n": 1, "when": pd.Timestamp("2020-01-01")}, None]
    found = read(text=["a", "b"], metadata=pd.Series(given, dtype=object))
    assert field(found, "metadata") == [{"n": 1, "when": dt.datetime(2020, 1, 1)}, {}]
    frame = pd.DataFrame({"text": ["a", "b"], "n": [1, None], "kind": pd.Categorical(["p", "q"])})
    found = Dataset.from_pandas(frame, metadata=["n", "kind"])
    assert field(found, "metadata") == [{"n": 1, "kind": "p"}, {"kind": "q"}]
    with pytest.warns(RecordWarning, match=r"metadata\['a'\] is a set"):
        read(text=["a", "b"], metadata=[{"a": {1}}, {}])


def test_lists_make_it_multi_label() -> None:
    """Annotations that are lists make the dataset multi-label; else the column decides."""
    found = read(text=["a", "b"], annotation=[["x", "y"], []])
    assert field(found, "annotation") == [["x", "y"], []]
    with pytest.warns(RecordWarning, match="record 0: annotation: 2 labels"):
        found = read(text=["a", "b"], annotation=[["x", "y"], ["x"]], multi_label=False)
    assert field(found, "annotation") == ["x"]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"text": ["a"], "annotation": [1]}), "map"),
        (pd.DataFrame({"text": ["a"], "annotation": [1.5]}), "map"),
        (pd.DataFrame([["a", "b"]], columns=["text", "text"]), "two columns named 'text'"),
        (pd.DataFrame(), "has no columns"),
        ([1], "no pandas DataFrame"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(frame: Any, message: str) -> None:
    """An error names what came in and the way out."""
    if isinstance(frame, pd.DataFrame) and not len(frame.columns):
        assert len(Dataset.from_pandas(frame)) == 0
        return
    with pytest.raises(RecordError, match=message):
        Dataset.from_pandas(frame)


def test_the_columns_and_cells_are_rubrix_ones() -> None:
    """Rubrix 0.18: to_pandas() of the same two records, columns and cells."""
    frame = Dataset(
        [
            Record(text="a", id=1, prediction=[("x", 0.5)]),
            Record(
                inputs={"a": "x"},
                annotation="y",
                explanation={"a": [TokenAttributions("x", {"y": 0.5})]},
            ),
        ]
    ).to_pandas()
    assert list(frame.columns) == list(FIELDS)
    first, second = frame.astype(object).where(frame.notna(), None).to_dict("records")
    assert first == {
        "text": "a",
        "inputs": {"text": "a"},
        "prediction": [("x", 0.5)],
        "prediction_agent": None,
        "annotation": None,
        "annotation_agent": None,
        "multi_label": False,
        "explanation": None,
        "id": 1,
        "metadata": {},
        "status": "Default",
        "event_timestamp": None,
        "metrics": None,
        "search_keywords": None,
    }
    assert second["text"] is None
    assert second["inputs"] == {"a": "x"}
    assert (second["annotation"], second["status"]) == ("y", "Validated")
    assert second["explanation"] == {"a": [TokenAttributions("x", {"y": 0.5})]}


def test_annotations_can_be_counted_and_drawn() -> None:
    """`df.annotation` is an ordinary column of pandas."""
    frame = Dataset([Record(text=str(i), annotation="xy"[i % 2]) for i in range(5)]).to_pandas()
    assert frame.annotation.value_counts().to_dict() == {"x": 3, "y": 2}


def test_read_pandas_is_the_function_for_it() -> None:
    """As in Rubrix, with the same options as the method."""
    frame = pd.DataFrame({"review": ["a"], "gold": ["x"]})
    found = read_pandas(frame, task="TextClassification", text="review", annotation="gold")
    assert list(found) == [Record(text="a", annotation="x")]


def test_an_empty_status_is_none_given() -> None:
    """As in Rubrix, the annotation decides where no status is given; a given one stays."""
    found = read(
        text=["a", "b", "c", "d"],
        annotation=["x", None, "x", "x"],
        status=["", None, "Edited", None],
    )
    assert field(found, "status") == ["Validated", "Default", "Edited", "Validated"]
