"""Records straight from what people have at hand: a DataFrame, a Hugging Face dataset, records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.datasets import DatasetForTextClassification
from rubrix_widget.errors import RecordError, RecordWarning, warn
from rubrix_widget.records import FIELDS, TextClassificationRecord

_PLAIN = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_timestamp,
    pa.types.is_date,
)


def dataset_of(
    data: Any,
    *,
    text: str | None = None,
    annotation: str | None = None,
    prediction: str | Mapping[str, str] | None = None,
    score: str | Mapping[str, str] | None = None,
    id: str | None = None,  # noqa: A002 - the record field's name
    metadata: str | list[str] | None = None,
) -> DatasetForTextClassification:
    """Return records read from a DataFrame, a Hugging Face dataset, or records as they are.

    Parameters
    ----------
    data
        What to read.
    text, annotation, prediction, id, metadata
        Columns of a DataFrame or Hugging Face dataset. Where `metadata` names none and a
        DataFrame has no such column, every other column of texts, numbers, Booleans or dates
        becomes metadata; ``metadata=[]`` takes none.
    score
        The column with the score of each prediction, where the prediction column holds labels
        only; by agent where `prediction` has a column for each agent.

    Raises
    ------
    RecordError
        Nothing that records can be read from, or a column that is not there.

    Warns
    -----
    RecordWarning
        A column is not taken, or predictions have no scores.

    Examples
    --------
    >>> frame = pd.DataFrame({"review": ["superb"], "guess": ["positive"], "sure": [0.9]})
    >>> dataset_of(frame, text="review", prediction="guess", score="sure")[0].prediction
    [('positive', 0.9)]
    """
    if isinstance(data, DatasetForTextClassification):
        return data
    if isinstance(data, TextClassificationRecord):
        return DatasetForTextClassification([data])
    columns: dict[str, Any] = {
        "text": text,
        "annotation": annotation,
        "prediction": prediction,
        "id": id,
        "metadata": metadata,
    }
    if isinstance(data, pd.DataFrame):
        given = "prediction" if prediction is None else prediction
        frame, columns["prediction"] = _all_scored(data, given, score)
        if metadata is None:
            columns["metadata"] = _others(frame, {name: columns[name] for name in columns})
        return DatasetForTextClassification.from_pandas(frame, **columns)
    if hasattr(data, "features") or hasattr(data, "keys"):
        return DatasetForTextClassification.from_datasets(data, **columns)
    if isinstance(data, Iterable) and not isinstance(data, str | bytes):
        return DatasetForTextClassification(list(data))
    raise RecordError(
        f"cannot read records from {type(data).__name__}; give a dataset's name, a DataFrame, a "
        f"Hugging Face dataset or a DatasetForTextClassification"
    )


def _others(frame: pd.DataFrame, named: dict[str, Any]) -> list[str] | None:
    """Return the columns that are no field of a record and can be filtered by as they are."""
    if "metadata" in frame.columns:
        return None
    given = named["prediction"]
    taken = set(given.values()) if isinstance(given, Mapping) else {given or "prediction"}
    fields = [field for field in (*FIELDS, "multi_label") if field != "prediction"]
    taken |= {named.get(field) or field for field in fields}
    names = [str(name) for name in frame.columns]
    found = [
        name
        for place, name in enumerate(names)
        if name not in taken and _is_plain(frame.iloc[:, place])
    ]
    return found or None


def _is_plain(series: pd.Series[Any]) -> bool:
    """Say whether all values are of one kind that metadata can hold and a filter compare."""
    try:
        column = pa.array(series, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return False
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_floating(kind):
        return pc.all(pc.is_finite(column)).as_py() is not False
    return any(is_one(kind) for is_one in _PLAIN)


def _all_scored(
    frame: pd.DataFrame,
    prediction: str | Mapping[str, str],
    score: str | Mapping[str, str] | None,
) -> tuple[pd.DataFrame, str | Mapping[str, str] | None]:
    """Return the frame with all predictions as (label, score), and where they are."""
    if isinstance(prediction, str):
        if isinstance(score, Mapping):
            raise RecordError(
                f"score names columns by agent, but prediction is {prediction!r}; name the "
                "columns of both by agent, or one of each"
            )
        return _scored(frame, prediction, score)
    scores = {} if score is None else score
    if isinstance(scores, str) or not set(scores) <= set(prediction):
        raise RecordError(
            f"score is {score!r:.80}: name a column for each of the agents whose predictions hold "
            f"labels only; there are {', '.join(map(repr, prediction))}"
        )
    for agent, column in prediction.items():
        frame, _ = _scored(frame, column, scores.get(agent))
    return frame, prediction


def _scored(
    frame: pd.DataFrame, prediction: str, score: str | None
) -> tuple[pd.DataFrame, str | None]:
    """Return the frame with predictions as (label, score) where they are labels only."""
    if prediction not in frame.columns:
        return frame, None if prediction == "prediction" else prediction
    labels = frame[prediction]
    known = labels.dropna()
    if known.empty or not all(isinstance(label, str) for label in known):
        return frame, prediction
    if score is not None and score not in frame.columns:
        raise RecordError(
            f"no column {score!r} for the scores; there are {', '.join(map(str, frame.columns))}"
        )
    if score is None:
        warn(
            f"column {prediction!r} holds labels without scores, so every prediction is given the "
            f"score 1; name the column that holds them with score=…",
            RecordWarning,
        )
    scores = pd.Series(1.0, frame.index) if score is None else frame[score]
    pairs = [
        [(label, value)] if isinstance(label, str) else None
        for label, value in zip(labels, scores, strict=True)
    ]
    paired = frame.assign(**{prediction: pd.Series(pairs, frame.index, dtype=object)})
    return paired if score is None else paired.drop(columns=score), prediction
