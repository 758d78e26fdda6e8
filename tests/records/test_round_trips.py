"""Whatever records hold, it survives every way through the package."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrix_widget import jsontext, table
from rubrix_widget.datasets import DatasetForTextClassification as Dataset
from rubrix_widget.records import TextClassificationRecord, TokenAttributions

Record = TextClassificationRecord

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
NAME = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
LABEL = st.sampled_from(["positive", "negative", "größer", "a,b", '"', "nan", "\n"]) | NAME
MOMENT = st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))
VALUE = st.recursive(
    st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | MOMENT
    | st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC))
    | st.dates(dt.date(1700, 1, 1)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=3),
    max_leaves=5,
)
KEY = NAME | st.sampled_from(["$date", "$$date", "text"])
TOKENS = st.lists(
    st.builds(TokenAttributions, TEXT, st.dictionaries(NAME, st.floats(-1, 1), max_size=2)),
    max_size=2,
)


PREDICTION = st.lists(st.tuples(LABEL, st.floats(0, 1)), max_size=3, unique_by=lambda pair: pair[0])


def fields(multi_label: bool) -> st.SearchStrategy[dict[str, Any]]:
    lists = st.lists(LABEL, max_size=3, unique=True)
    return st.fixed_dictionaries(
        {
            "inputs": st.dictionaries(
                st.sampled_from(["text", "title", "a.b", ".c"]),
                TEXT | st.lists(TEXT, max_size=3),
                min_size=1,
            ),
            "multi_label": st.just(multi_label),
            "annotation": st.none() | (lists if multi_label else LABEL),
            "predicted": st.tuples(st.none() | PREDICTION, st.none() | TEXT)
            | st.tuples(
                st.dictionaries(NAME, st.none() | PREDICTION, min_size=1, max_size=3), st.none()
            ),
            "annotation_agent": st.none() | TEXT,
            "metadata": st.dictionaries(KEY, VALUE, max_size=3),
            "metrics": st.none() | st.dictionaries(NAME, VALUE, min_size=1, max_size=2),
            "explanation": st.none()
            | st.dictionaries(st.sampled_from(["text", ".title"]), TOKENS, min_size=1),
            "search_keywords": st.none() | st.lists(TEXT, min_size=1, max_size=2),
            "status": st.none() | st.sampled_from(["Default", "Validated", "Edited", "Discarded"]),
            "event_timestamp": st.none() | MOMENT,
        }
    )


@st.composite
def records(draw: st.DrawFn) -> list[TextClassificationRecord]:
    made = draw(st.booleans().flatmap(lambda multi: st.lists(fields(multi), max_size=4)))
    ids = draw(
        st.lists(
            st.none() | st.integers(-5, 10**20) | NAME,
            min_size=len(made),
            max_size=len(made),
            unique_by=lambda known: object() if known is None else str(known),
        )
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [_made(known, **one) for known, one in zip(ids, made, strict=True)]


def _made(known: Any, predicted: tuple[Any, Any], **others: Any) -> Record:
    prediction, agent = predicted
    return Record(id=known, prediction=prediction, prediction_agent=agent, **others)


@pytest.mark.slow
@settings(deadline=None)
@given(records())
def test_through_a_table(given_records: list[TextClassificationRecord]) -> None:
    """Records made from their table are equal, and the table passes its own checks."""
    made = table.from_records(given_records)
    assert table.to_records(made) == given_records
    assert table.validate(made) == (made, [])


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(records())
def test_through_pandas(given_records: list[TextClassificationRecord]) -> None:
    """A DataFrame holds everything, under pandas 2 and 3."""
    again = Dataset.from_pandas(Dataset(given_records).to_pandas())
    assert list(again) == given_records


def through_hub(record: TextClassificationRecord) -> dict[str, Any]:
    """What a Hugging Face dataset says of a record: ids as text, no keywords, lists for texts."""
    return {
        "id": None if record.id is None else str(record.id),
        "text": record.text,
        "prediction": record.prediction,
        "predictions": record.predictions,
        "annotation": record.annotation,
        "agents": (record.prediction_agent, record.annotation_agent),
        "metadata": record.metadata,
        "metrics": record.metrics or None,
        "status": record.status,
        "event_timestamp": record.event_timestamp,
        "explanation": record.explanation,
    }


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(records())
def test_through_hugging_face(given_records: list[TextClassificationRecord]) -> None:
    """A datasets.Dataset holds everything but the type of ids and the read-only keywords."""
    again = Dataset.from_datasets(Dataset(given_records).to_datasets())
    assert list(map(through_hub, again)) == list(map(through_hub, given_records))


@given(st.dictionaries(KEY, VALUE, max_size=4))
def test_json_text_is_read_as_written(value: dict[str, Any]) -> None:
    """Dates keep their type, and a caller's own `$date` is no date."""
    assert jsontext.decode(jsontext.encode(jsontext.clean(value))) == value
    assert jsontext.decode(jsontext.to_text(value, "metadata")) == value


@given(st.lists(st.none() | TEXT))
def test_texts_as_json_text(values: list[str | None]) -> None:
    """Writing a column as JSON text changes no value and no place."""
    import pyarrow as pa

    from rubrix_widget.table.layout import json_texts

    written = json_texts(pa.array(values, pa.large_string())).to_pylist()
    assert [None if text is None else jsontext.decode(text) for text in written] == values


def test_numbers_that_are_none_come_out_as_null() -> None:
    """NaN never reaches JSON."""
    assert jsontext.to_text({"a": math.nan, "b": [math.nan]}, "metadata") == '{"a":null,"b":[null]}'
