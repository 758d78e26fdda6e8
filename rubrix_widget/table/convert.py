"""Records to a table, and a table to records."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from .. import jsontext
from ..errors import RecordError, RecordWarning
from ..predictions import PREDICTION, to_pairs
from ..records import FIELDS, TextClassificationRecord, TokenAttributions, trusted
from . import layout

__all__ = ["from_records", "input_values", "to_records"]


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
                **{name: getattr(record, name) for name in FIELDS if name != "text"}
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
    predictions = _predictions(records)
    target = layout.schema(multi_label, names, encoded)
    arrays = [
        pa.array(columns[field.name], field.type) if field.name in columns else predictions
        for field in target
    ]
    return pa.table(arrays, schema=target)


def _predictions(records: Sequence[TextClassificationRecord]) -> pa.Array:
    offsets, labels, scores, missing = [0], [], [], []
    for record in records:
        pairs = record.prediction
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
        pa.array(offsets, pa.int64()), entries, type=PREDICTION, mask=pa.array(missing)
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
    lines = zip(*(columns[name] for name in FIELDS), strict=True)
    return [trusted(dict(zip(FIELDS, line, strict=True))) for line in lines]


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
