"""One record: fields, defaults and coercions.

The expected values of `AS_RUBRIX` are what Rubrix 0.18.0 answered when it was run with the same
arguments (Python 3.10, pydantic 1); those of `MORE_CAREFUL` are where it was careless.
"""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rubrix_widget.errors import RecordError, RecordWarning
from rubrix_widget.records import FIELDS, TextClassificationRecord, TokenAttributions

Record = TextClassificationRecord


def test_a_record_needs_nothing_but_text() -> None:
    """Every other field has Rubrix's default."""
    record = Record(text="a")
    # Rubrix 0.18: dict(TextClassificationRecord(text="a")), in this order.
    assert {name: getattr(record, name) for name in FIELDS} == {
        "text": "a",
        "inputs": {"text": "a"},
        "prediction": None,
        "prediction_agent": None,
        "annotation": None,
        "annotation_agent": None,
        "multi_label": False,
        "explanation": None,
        "id": None,
        "metadata": {},
        "status": "Default",
        "event_timestamp": None,
        "metrics": None,
        "search_keywords": None,
    }


TOKEN = TokenAttributions(token="a", attributions={"x": 0.5})

AS_RUBRIX: list[tuple[dict[str, Any], str, Any]] = [
    ({"text": ""}, "text", ""),
    ({"text": 5}, "text", "5"),
    ({"inputs": ["a", "b"]}, "inputs", {"text": ["a", "b"]}),
    ({"inputs": {"text": "a"}}, "text", "a"),
    ({"inputs": {"a": "x", "b": ["y"]}}, "inputs", {"a": "x", "b": ["y"]}),
    ({"inputs": {"a": "x", "b": ["y"]}}, "text", None),
    ({"inputs": {"a": 5}}, "inputs", {"a": "5"}),
    ({"inputs": {1: "a"}}, "inputs", {"1": "a"}),
    ({"text": "a", "inputs": {"text": "a"}}, "inputs", {"text": "a"}),
    ({"text": "a", "prediction": [("x", 1)]}, "prediction", [("x", 1.0)]),
    ({"text": "a", "prediction": [["x", 0.5]]}, "prediction", [("x", 0.5)]),
    ({"text": "a", "prediction": (("x", 0.5),)}, "prediction", [("x", 0.5)]),
    ({"text": "a", "prediction": []}, "prediction", []),
    ({"text": "a", "prediction": [], "prediction_agent": 5}, "prediction_agent", "5"),
    ({"text": "a", "annotation": "x"}, "status", "Validated"),
    ({"text": "a", "annotation": "x", "status": "Default"}, "status", "Default"),
    ({"text": "a", "status": ""}, "status", "Default"),
    ({"text": "a", "status": "Edited"}, "status", "Edited"),
    ({"text": "a", "annotation": ["x"], "multi_label": True}, "annotation", ["x"]),
    ({"text": "a", "annotation": ("x", "y"), "multi_label": True}, "annotation", ["x", "y"]),
    ({"text": "a", "annotation": [], "multi_label": True}, "status", "Validated"),
    ({"text": "a", "annotation": np.str_("x")}, "annotation", "x"),
    ({"text": "a", "multi_label": 1}, "multi_label", True),
    ({"text": "a", "id": 7}, "id", 7),
    ({"text": "a", "id": 7.0}, "id", 7),
    ({"text": "a", "id": np.int64(7)}, "id", 7),
    ({"text": "a", "metadata": None}, "metadata", {}),
    ({"text": "a", "metadata": {1: 2}}, "metadata", {"1": 2}),
    (
        {"text": "a", "metadata": {"b": [1, {"c": None}], "d": dt.datetime(2020, 1, 1)}},
        "metadata",
        {"b": [1, {"c": None}], "d": dt.datetime(2020, 1, 1)},
    ),
    ({"text": "a", "event_timestamp": pd.NaT}, "event_timestamp", None),
    (
        {"text": "a", "event_timestamp": pd.Timestamp("2020-01-01")},
        "event_timestamp",
        dt.datetime(2020, 1, 1),
    ),
    (
        {"text": "a", "event_timestamp": "2020-01-01T10:00:00"},
        "event_timestamp",
        dt.datetime(2020, 1, 1, 10),
    ),
    ({"text": "a", "explanation": {"text": [TOKEN]}}, "explanation", {"text": [TOKEN]}),
    (
        {"text": "a", "explanation": {"text": [{"token": "a", "attributions": {"x": 0.5}}]}},
        "explanation",
        {"text": [TOKEN]},
    ),
    ({"text": "a", "search_keywords": ["a"]}, "search_keywords", ["a"]),
]


@pytest.mark.parametrize(("given", "field", "expected"), AS_RUBRIX)
def test_values_are_coerced_as_rubrix_did(given: dict[str, Any], field: str, expected: Any) -> None:
    """What Rubrix 0.18 accepted without harm is accepted, with the same result."""
    found = getattr(Record(**given), field)
    assert found == expected
    assert type(found) is type(expected)


MORE_CAREFUL: list[tuple[dict[str, Any], str, Any, str]] = [
    ({"annotation": float("nan")}, "annotation", None, "'nan'"),
    ({"annotation": np.float32("nan")}, "annotation", None, "'nan'"),
    ({"annotation": pd.NA}, "annotation", None, "an error"),
    ({"annotation": pd.NaT}, "status", "Default", "'NaT'"),
    ({"annotation": "x", "multi_label": True}, "annotation", ["x"], "'x'"),
    ({"annotation": ["x"]}, "annotation", "x", "['x']"),
    ({"annotation": []}, "annotation", None, "[]"),
    ({"annotation": {"y", "x"}, "multi_label": True}, "annotation", ["x", "y"], "any order"),
    ({"prediction": float("nan")}, "prediction", None, "an error"),
    ({"prediction": {"label": "x", "score": 0.5}}, "prediction", [("x", 0.5)], "an error"),
    ({"prediction": [{"label": "x", "score": 0.5}]}, "prediction", [("x", 0.5)], "an error"),
    ({"prediction": [("x", np.float32(1.0000001))]}, "prediction", [("x", 1.0)], "1.0000001"),
    ({"id": "7"}, "id", "7", "7"),
    ({"id": float("nan")}, "id", None, "'nan'"),
    ({"metadata": {"a": "x" * 200}}, "metadata", {"a": "x" * 200}, "cut to 128"),
    ({"metadata": {"a": float("nan")}}, "metadata", {"a": None}, "nan"),
    ({"metadata": {"a": np.int8(3)}}, "metadata", {"a": 3}, "np.int8(3)"),
    ({"metadata": {"a": pd.Timestamp(0)}}, "metadata", {"a": dt.datetime(1970, 1, 1)}, "Timestamp"),
    (
        {"event_timestamp": "2020-01-01T10:00:00+02:00"},
        "event_timestamp",
        dt.datetime(2020, 1, 1, 8),
        "kept the zone",
    ),
    ({"event_timestamp": "2020-01-01"}, "event_timestamp", dt.datetime(2020, 1, 1), "an error"),
    (
        {"event_timestamp": np.datetime64("2020-01-01")},
        "event_timestamp",
        dt.datetime(2020, 1, 1),
        "an error",
    ),
]


@pytest.mark.parametrize(("given", "field", "expected", "rubrix"), MORE_CAREFUL)
def test_where_rubrix_was_careless_a_record_is_not(
    given: dict[str, Any], field: str, expected: Any, rubrix: str
) -> None:
    """A missing label is no class, an id keeps its type, nothing is shortened in silence."""
    found = getattr(Record(text="a", **given), field)
    assert found == expected
    assert type(found) is type(expected)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "there is no text"),
    ({"text": float("nan")}, "there is no text"),
    ({"inputs": {}}, "there is no text"),
    ({"inputs": {"a": None}}, "there is no text"),
    ({"inputs": {"": "a"}}, "not empty"),
    ({"text": True}, "text is a bool"),
    ({"text": b"a"}, "text is a bytes"),
    ({"text": "\ud800"}, "lone surrogate at character 0"),
    ({"text": "a", "inputs": {"text": "b"}}, "differ"),
    ({"text": "a", "prediction": [("x", 1.5)]}, r"score of 'x' is 1\.5, outside \[0, 1\]"),
    ({"text": "a", "prediction": [("x", -0.1)]}, r"score of 'x' is -0\.1, outside \[0, 1\]"),
    ({"text": "a", "prediction": [("x", float("nan"))]}, "score of 'x' is missing"),
    ({"text": "a", "prediction": [("x", float("inf"))]}, "outside"),
    ({"text": "a", "prediction": [("x", True)]}, "scores are numbers"),
    ({"text": "a", "prediction": [("x", "0.5")]}, "scores are numbers"),
    ({"text": "a", "prediction": [("x", 0.5), ("x", 0.2)]}, "'x' is predicted twice"),
    ({"text": "a", "prediction": [(1, 0.5)]}, "id2label"),
    ({"text": "a", "prediction": [("", 0.5)]}, "cannot be empty"),
    ({"text": "a", "prediction": [(None, 0.5)]}, "a label is missing"),
    ({"text": "a", "prediction": "x"}, r"a str .* \(label, score\) pairs"),
    ({"text": "a", "prediction": ["x"]}, "has the entry 'x'"),
    ({"text": "a", "prediction": {"x": 0.5}}, "prediction of agent 'x': a float"),
    ({"text": "a", "prediction": [[("x", 0.5)], [("x", 0.5)]]}, "predictions of 2 texts"),
    ({"text": "a", "annotation": 5}, "map them first"),
    ({"text": "a", "annotation": True}, "boolean"),
    ({"text": "a", "annotation": ""}, "cannot be empty"),
    ({"text": "a", "annotation": ["x", "y"]}, "multi_label=True"),
    ({"text": "a", "annotation": ["x", "x"], "multi_label": True}, "annotated twice"),
    ({"text": "a", "annotation": ["x", None], "multi_label": True}, "a label is missing"),
    ({"text": "a", "multi_label": "yes"}, "True or False"),
    ({"text": "a", "multi_label": None}, "True or False"),
    ({"text": "a", "id": 7.5}, "ids are text or whole numbers"),
    ({"text": "a", "id": float("inf")}, "ids are text or whole numbers"),
    ({"text": "a", "id": 2.0**60}, "too large to be exact"),
    ({"text": "a", "id": True}, "ids are text or whole numbers"),
    ({"text": "a", "id": ""}, "id is empty"),
    ({"text": "a", "status": "whatever"}, "Default, Validated, Edited, Discarded"),
    ({"text": "a", "metadata": "x"}, "not a dictionary"),
    ({"text": "a", "metadata": {"a": {1, 2}}}, r"metadata\['a'\] is a set"),
    ({"text": "a", "metadata": {"a": {"b": [object()]}}}, r"metadata\['a'\]\['b'\]\[0\]"),
    ({"text": "a", "metadata": {"a": float("inf")}}, r"metadata\['a'\] is infinite"),
    ({"text": "a", "metadata": {(1, 2): 3}}, "keys are text"),
    ({"text": "a", "event_timestamp": "yesterday"}, "event_timestamp 'yesterday' is no date"),
    ({"text": "a", "explanation": {"text": ["a"]}}, "TokenAttributions"),
    ({"text": "a", "search_keywords": "a"}, "not a list of words"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_a_value_that_cannot_be_meant_is_refused(given: dict[str, Any], message: str) -> None:
    """The error says what came in and names the record by its id."""
    with pytest.raises(RecordError, match=message):
        Record(**given)


def test_an_error_names_the_record() -> None:
    """Who builds 67,349 records in a loop must learn which one is wrong."""
    with pytest.raises(RecordError, match=r"^record 'r-12': prediction: ") as raised:
        Record(text="a", id="r-12", prediction=[("x", 2)])
    assert raised.value.record_id == "r-12"


def test_metadata_that_contains_itself_is_refused() -> None:
    """A loop in metadata is an error with a sentence, never a crash."""
    loop: dict[str, Any] = {}
    loop["loop"] = loop
    with pytest.raises(RecordError, match="nested too deeply, or contains itself"):
        Record(text="a", metadata=loop)


def test_a_string_as_inputs_warns_of_the_future() -> None:
    """As in Rubrix 0.18, `inputs` as one string works with a FutureWarning."""
    with pytest.warns(FutureWarning, match="use text"):
        assert Record(inputs="a").text == "a"


@pytest.mark.parametrize("what", ["prediction", "annotation"])
def test_an_agent_of_nothing_warns(what: str) -> None:
    """As in Rubrix 0.18, an agent without what it made is kept with a warning."""
    with pytest.warns(RecordWarning, match=f"{what}_agent but no {what}"):
        record = Record(text="a", **{f"{what}_agent": "me"})  # type: ignore[arg-type]
    assert getattr(record, f"{what}_agent") == "me"


@pytest.mark.parametrize("field", ["text", "inputs", "multi_label"])
def test_texts_cannot_be_changed(field: str) -> None:
    """Text and inputs are what the index was built from."""
    record = Record(text="a")
    with pytest.raises(AttributeError, match=f"{field} of a record cannot be changed"):
        setattr(record, field, "b")
    with pytest.raises(AttributeError, match="no field 'lable'"):
        record.lable = "x"  # type: ignore[attr-defined]


def test_assignment_follows_the_same_rules() -> None:
    """A field set later is checked and coerced as in the constructor."""
    record = Record(text="a")
    record.prediction = [{"label": "x", "score": 0.5}]  # type: ignore[list-item]
    assert record.prediction == [("x", 0.5)]
    with pytest.raises(RecordError, match="outside"):
        record.prediction = [("x", 2)]
    assert record.prediction == [("x", 0.5)]


def test_status_follows_the_annotation_until_someone_decides() -> None:
    """Annotating validates; what was edited or discarded stays so."""
    record = Record(text="a")
    record.annotation = "x"
    assert record.status == "Validated"
    record.annotation = None
    assert record.status == "Default"
    record.status = "Discarded"
    record.annotation = "y"
    assert record.status == "Discarded"


def test_records_are_equal_by_value() -> None:
    """Equality looks at every field; records can be copied and sent to other processes."""
    record = Record(text="a", id=7, annotation="x", explanation={"text": [TOKEN]})
    assert record == copy.deepcopy(record) == pickle.loads(pickle.dumps(record))  # noqa: S301
    assert record != Record(text="a", id=8, annotation="x", explanation={"text": [TOKEN]})
    assert record != "a"
    # Rubrix 0.18: repr(TextClassificationRecord(text="a")) begins like this.
    assert repr(Record(text="a")).startswith(
        "TextClassificationRecord(text='a', inputs={'text': 'a'}, prediction=None, "
    )


@pytest.mark.parametrize(
    ("token", "attributions", "message"),
    [(3, {}, "not text"), ("a", None, "not a dictionary"), ("a", {"x": "much"}, "not a number")],
)
def test_attributions_are_numbers_by_label(token: Any, attributions: Any, message: str) -> None:
    """An attribution that is no number is refused, naming its token."""
    with pytest.raises(RecordError, match=message):
        TokenAttributions(token, attributions)
