"""Records to a table, and a table to records."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa

from .. import jsontext
from ..errors import RecordError, RecordWarning
from ..predictions import OTHERS, PREDICTION, Prediction, to_pairs
from ..records import FIELDS, TextClassificationRecord, TokenAttributions, given, trusted
from . import layout

__all__ = ["from_records", "input_values", "others_by_agent", "prediction_array", "to_records"]


def from_records(records: Sequence[TextClassificationRecord]) -> pa.Table:
    """Return records as a table.

    Parameters
    ----------
    records : sequence of TextClassificationRecord
        All single-label or all multi-label.

    Raises
    ------
    RecordError
        When both kinds meet, something else is among them, or a value inside a record was changed
        to what no record can hold; the message names the place.

    Examples
    --------
    >>> from_records([TextClassificationRecord(text="superb", id=7)]).column("id").to_pylist()
    ['7']
    """
    for index, record in enumerate(records):
        if not isinstance(record, TextClassificationRecord):
            raise RecordError(
                f"record {index} is a {type(record).__name__}; "
                "a dataset holds TextClassificationRecords. read_pandas makes them of a "
                "DataFrame, read_datasets of a Hugging Face dataset",
                index=index,
            )
        if record.multi_label != records[0].multi_label:
            first, other = ("multi", "single") if records[0].multi_label else ("single", "multi")
            raise RecordError(
                f"record 0 is {first}-label and record {index} {other}-label; "
                "a dataset is one or the other",
                index=index,
            )
    if not records:
        return layout.empty()
    try:
        return _columns(records)
    except (pa.ArrowException, TypeError, ValueError, AttributeError):
        for index, record in enumerate(records):
            _recheck(record, index)
        raise


def _recheck(record: TextClassificationRecord, index: int) -> None:
    """Find what was put into a list or dictionary of a record after it was made."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RecordWarning)
            TextClassificationRecord(
                **{name: value for name, value in given(record).items() if name != "text"}
            )
    except RecordError as error:
        message = f"record {index}: {str(error).partition(': ')[2]}"
        raise RecordError(message, index=index, record_id=error.record_id) from None


def _columns(records: Sequence[TextClassificationRecord]) -> pa.Table:
    multi_label = records[0].multi_label
    names = list(dict.fromkeys(name for record in records for name in record.inputs))
    encoded = {
        name
        for record in records
        for name, value in record.inputs.items()
        if not isinstance(value, str)
    }
    columns: dict[str, list[Any]] = {
        "id": [None if record.id is None else str(record.id) for record in records],
        "id_is_int": [isinstance(record.id, int) for record in records],
    }
    for name in names:
        values: list[Any] = [record.inputs.get(name) for record in records]
        if name in encoded:
            values = [None if v is None else json.dumps(v, ensure_ascii=False) for v in values]
        columns[layout.PREFIX + name] = values
    for name in ("annotation", "prediction_agent", "annotation_agent"):
        columns[name] = [getattr(record, name) for record in records]
    columns["explanation"] = [_explained(record) for record in records]
    for name in ("metadata", "metrics", "search_keywords"):
        columns[name] = [_as_json(getattr(record, name), name) for record in records]
    columns["status"] = [record.status for record in records]
    columns["event_timestamp"] = [record.event_timestamp for record in records]
    predictions = prediction_array([record.prediction for record in records])
    others = _others(records)
    target = layout.schema(multi_label, names, encoded, others is not None)
    read = {"prediction": predictions, "other_predictions": others}
    arrays = [
        read[field.name] if field.name in read else pa.array(columns[field.name], field.type)
        for field in target
    ]
    return pa.table(arrays, schema=target)


def _others(records: Sequence[TextClassificationRecord]) -> pa.Array | None:
    """Return the predictions of other agents than the primary ones, None where there is none."""
    found = [
        None if (all_of := record.predictions) is None else list(all_of.items())[1:]
        for record in records
    ]
    return None if all(one is None for one in found) else others_by_agent(found)


def others_by_agent(
    records: Sequence[Sequence[tuple[str, Prediction | None]] | None],
) -> pa.Array:
    """Return what other agents predicted for each record as a column of the table.

    Examples
    --------
    >>> others_by_agent([[("b", [("good", 0.5)])], None]).to_pylist()
    [[{'agent': 'b', 'prediction': [{'label': 'good', 'score': 0.5}]}], None]
    """
    flat = [one for record in records for one in record or ()]
    entries = pa.StructArray.from_arrays(
        [
            pa.array([name for name, _ in flat], layout.TEXT),
            prediction_array([one for _, one in flat]),
        ],
        fields=list(OTHERS.value_type),
    )
    offsets = np.concatenate(([0], np.cumsum([len(one or ()) for one in records]))).astype(np.int64)
    missing = pa.array([one is None for one in records], pa.bool_())
    return pa.LargeListArray.from_arrays(offsets, entries, type=OTHERS, mask=missing)


def prediction_array(predictions: Sequence[Prediction | None]) -> pa.Array:
    """Return predictions as a column of the table.

    Examples
    --------
    >>> prediction_array([[("good", 0.5)], None]).to_pylist()
    [[{'label': 'good', 'score': 0.5}], None]
    """
    offsets, labels, scores, missing = [0], [], [], []
    for pairs in predictions:
        for label, score in pairs or ():
            labels.append(label)
            scores.append(score)
        missing.append(pairs is None)
        offsets.append(len(labels))
    entries = pa.StructArray.from_arrays(
        [pa.array(labels, layout.TEXT), pa.array(scores, pa.float64())],
        fields=list(PREDICTION.value_type),
    )
    return pa.LargeListArray.from_arrays(
        pa.array(offsets, pa.int64()), entries, type=PREDICTION, mask=pa.array(missing, pa.bool_())
    )


def _explained(record: TextClassificationRecord) -> str | None:
    if record.explanation is None:
        return None
    return jsontext.encode(
        {
            name: [{"token": token.token, "attributions": token.attributions} for token in tokens]
            for name, tokens in record.explanation.items()
        }
    )


def _as_json(value: Any, name: str) -> str | None:
    if value is None or value == {}:
        return None
    return jsontext.to_text(value, name) if isinstance(value, dict) else jsontext.encode(value)


def input_values(table: pa.Table, name: str) -> list[str | list[str] | None]:
    """Return the values of one input: texts, lists of texts, None where a record lacks it.

    Examples
    --------
    >>> table = from_records([TextClassificationRecord(inputs={"title": ["a", "b"]})])
    >>> input_values(table, "title")
    [['a', 'b']]
    """
    values: list[Any] = table.column(layout.PREFIX + name).to_pylist()
    if layout.is_encoded(table, name):
        return [None if value is None else json.loads(value) for value in values]
    return values


def to_records(table: pa.Table) -> list[TextClassificationRecord]:
    """Return the records of a table.

    Examples
    --------
    >>> to_records(from_records([TextClassificationRecord(text="superb", id=7)]))[0].id
    7
    """
    size = table.num_rows
    columns: dict[str, list[Any]] = {
        "inputs": (inputs := inputs_of(table)),
        "text": list(map(only_text, inputs)),
        "prediction": to_pairs(table.column("prediction")),
        "multi_label": [layout.multi_label(table)] * size,
        "explanation": explanations(table),
        "id": [
            int(known) if whole else known
            for known, whole in zip(
                table.column("id").to_pylist(), table.column("id_is_int").to_pylist(), strict=True
            )
        ],
        "metadata": [{} if value is None else value for value in decoded(table, "metadata")],
        "metrics": decoded(table, "metrics"),
        "search_keywords": decoded(table, "search_keywords"),
    }
    for name in FIELDS:
        if name not in columns:
            columns[name] = table.column(name).to_pylist()
    names: tuple[str, ...] = FIELDS
    if layout.several(table):
        columns["others"] = others(table)
        names = (*FIELDS, "others")
    lines = zip(*(columns[name] for name in names), strict=True)
    return [trusted(dict(zip(names, line, strict=True))) for line in lines]


def by_agent(table: pa.Table) -> list[dict[str, Prediction | None] | None]:
    """Return the predictions of all agents for each record, None where there is one only."""
    names = table.column("prediction_agent").to_pylist()
    own = to_pairs(table.column("prediction"))
    return [
        None if more is None else {name: pairs, **more}
        for name, pairs, more in zip(names, own, others(table), strict=True)
    ]


def others(table: pa.Table) -> list[dict[str, Prediction] | None]:
    """Return what other agents than the primary one predicted for each record, by agent."""
    if not layout.several(table):
        return [None] * table.num_rows
    column = table.column("other_predictions").combine_chunks()
    entries = column.flatten()
    pairs = zip(
        entries.field("agent").to_pylist(),
        to_pairs(pa.chunked_array([entries.field("prediction")])),
        strict=True,
    )
    return [
        None
        if size is None
        else {name: one for name, one in islice(pairs, size) if one is not None}
        for size in column.value_lengths().to_pylist()
    ]


def only_text(inputs: dict[str, Any]) -> str | None:
    """Return the text of a record that has no other input."""
    single = inputs.get("text") if len(inputs) == 1 else None
    return single if isinstance(single, str) else None


def inputs_of(table: pa.Table) -> list[dict[str, Any]]:
    """Return the inputs of each record by name."""
    names = layout.input_names(table)
    columns = [input_values(table, name) for name in names]
    if len(names) == 1:
        return [{} if value is None else {names[0]: value} for value in columns[0]]
    return [
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in zip(*columns, strict=True)
    ]


def decoded(table: pa.Table, name: str) -> list[Any]:
    """Return the values of a column of JSON text; None where it is null."""
    column = table.column(name)
    if column.null_count == len(column):
        return [None] * len(column)
    return [None if text is None else jsontext.decode(text) for text in column.to_pylist()]


def explanations(table: pa.Table) -> list[Any]:
    """Return the explanation of each record."""
    return [
        None
        if found is None
        else {name: [TokenAttributions(**t) for t in tokens] for name, tokens in found.items()}
        for found in decoded(table, "explanation")
    ]
