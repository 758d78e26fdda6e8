"""From the table of records to a DataFrame, a Hugging Face dataset, or training data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import RecordError
from ..predictions import struct_fields, to_pairs
from ..records import FIELDS
from ..table import input_names, input_values, is_encoded, multi_label, several
from ..table.convert import (
    by_agent,
    decoded,
    explanations,
    inputs_of,
    only_text,
    others_by_agent,
)
from ..table.layout import PREFIX, TEXT

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["to_arrow", "to_frame", "to_hugging_face", "training_data"]

_OFFSETS = 2**31 - 1  # bytes of text that fit the 32-bit offsets of Arrow's plain strings


def _only_text(table: pa.Table) -> pa.ChunkedArray:
    """Return each record's text where that is its only input, else null."""
    names = input_names(table)
    if "text" not in names:
        return pa.chunked_array([pa.nulls(table.num_rows, TEXT)])
    if is_encoded(table, "text"):
        return pa.chunked_array([pa.array(map(only_text, inputs_of(table)), TEXT)])
    text = table.column(PREFIX + "text")
    for name in names:
        if name != "text":
            other = pc.is_valid(table.column(PREFIX + name))
            text = pc.if_else(other, pa.scalar(None, TEXT), text)
    return text


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Return a DataFrame with the columns of Rubrix 0.18, in its order."""
    import pandas as pd

    columns: dict[str, Any] = {
        "text": _only_text(table).to_pandas(),
        "inputs": _objects(inputs_of(table)),
        "prediction": _objects(to_pairs(table.column("prediction"))),
        "multi_label": np.full(table.num_rows, multi_label(table)),
        "explanation": _objects(explanations(table)),
        "id": _ids(table),
        "metadata": _objects([v or {} for v in decoded(table, "metadata")]),
        "metrics": _objects(decoded(table, "metrics")),
        "search_keywords": _objects(decoded(table, "search_keywords")),
    }
    annotation = table.column("annotation")
    if multi_label(table):
        columns["annotation"] = _objects(annotation.to_pylist())
    for name in FIELDS:
        if name not in columns:
            columns[name] = table.column(name).to_pandas()
    names: tuple[str, ...] = FIELDS
    if several(table):
        columns["predictions"] = _objects(by_agent(table))
        names = (*FIELDS, "predictions")
    return pd.DataFrame({name: columns[name] for name in names})


def _objects(values: list[Any]) -> np.ndarray:
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return cells


def _ids(table: pa.Table) -> Any:
    """Return ids as given: a column of integers where all of them are."""
    ids, integers = table.column("id"), table.column("id_is_int")
    if not pc.any(integers).as_py():
        return ids.to_pandas()
    if pc.all(integers).as_py():
        try:
            return pc.cast(ids, pa.int64()).to_pandas()
        except pa.ArrowInvalid:  # larger than 64 bits
            pass
    return _objects(
        [
            int(known) if whole else known
            for known, whole in zip(ids.to_pylist(), integers.to_pylist(), strict=True)
        ]
    )


def to_hugging_face(table: pa.Table) -> Any:
    """Return a ``datasets.Dataset`` with the columns of Rubrix 0.18."""
    import datasets

    return datasets.Dataset(
        to_arrow(table, structs=True),
        fingerprint=datasets.fingerprint.generate_random_fingerprint(),
    )


def to_arrow(table: pa.Table, *, structs: bool = False) -> pa.Table:
    """Return the columns of Rubrix 0.18; ``structs`` where one type fits each key, else JSON."""
    given = _struct if structs else _text_of
    size = table.num_rows
    columns: dict[str, Any] = {
        "text": _short(_only_text(table)),
        "inputs": _input_struct(table),
        "prediction": _short_prediction(table.column("prediction")),
        "annotation": _short_labels(table.column("annotation"), multi_label(table)),
        "multi_label": pa.array(np.full(size, multi_label(table))),
        "explanation": given(table, "explanation"),
        "id": _short(table.column("id")),
        "metadata": given(table, "metadata"),
        "metrics": given(table, "metrics"),
        "event_timestamp": table.column("event_timestamp"),
    }
    for name in ("prediction_agent", "annotation_agent", "status"):
        columns[name] = _short(table.column(name))
    names = [name for name in FIELDS if name in columns]  # search_keywords stay, as in Rubrix
    if several(table):
        columns["predictions"] = _short_predictions(table)
        names.append("predictions")
    return pa.table([columns[name] for name in names], names=names)


def _text_of(table: pa.Table, name: str) -> Any:
    return _short(table.column(name))


def _short(column: Any) -> Any:
    """Return texts with 32-bit offsets, which other readers of a dataset expect, where they fit."""
    return pc.cast(column, pa.string()) if column.nbytes < _OFFSETS else column


def _short_labels(column: pa.ChunkedArray, lists: bool) -> Any:
    if not lists:
        return _short(column)
    return pc.cast(column, pa.list_(pa.string())) if column.nbytes < _OFFSETS else column


def _short_prediction(column: pa.ChunkedArray) -> Any:
    pair = pa.struct([("label", pa.string()), ("score", pa.float64())])
    return pc.cast(column, pa.list_(pair)) if column.nbytes < _OFFSETS else column


def _short_predictions(table: pa.Table) -> Any:
    found = others_by_agent([one if one is None else [*one.items()] for one in by_agent(table)])
    pair = pa.struct([("label", pa.string()), ("score", pa.float64())])
    entry = pa.struct([("agent", pa.string()), ("prediction", pa.list_(pair))])
    return pc.cast(found, pa.list_(entry)) if found.nbytes < _OFFSETS else found


def _input_struct(table: pa.Table) -> pa.Array:
    names = input_names(table)
    columns = []
    for name in names:
        if is_encoded(table, name):
            lists = [[v] if isinstance(v, str) else v for v in input_values(table, name)]
            columns.append(pa.array(lists, pa.list_(pa.string())))
        else:
            columns.append(_short(table.column(PREFIX + name)).combine_chunks())
    return pa.StructArray.from_arrays(columns, names)


def _struct(table: pa.Table, name: str) -> pa.Array:
    """Return dictionaries as a struct where one type fits each key, else as their JSON text."""
    column = table.column(name)
    if column.null_count == len(column):
        return _short(column)
    if pc.any(pc.match_substring(column, "\\u0000")).as_py():
        return _short(column)  # Arrow cuts the name of a field at a null character
    values = decoded(table, name)
    try:
        found = pa.array(values)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return _short(column)
    kinds = list(_kinds(found.type))
    if any(pa.types.is_struct(kind) and not kind.num_fields for kind in kinds):
        return _short(column)  # which Parquet cannot hold
    if any(map(pa.types.is_temporal, kinds)) and not _same_dates(found, values):
        return _short(column)
    return found


def _kinds(kind: pa.DataType) -> Iterator[pa.DataType]:
    """Yield a type and all types within it."""
    yield kind
    for place in range(kind.num_fields):
        yield from _kinds(kind.field(place).type)


def _same_dates(found: pa.Array, values: list[Any]) -> bool:
    """Say whether Arrow kept dates apart from moments, and moments with a zone from those without.

    It takes one type for all of a key's values and converts the others without a word.
    """
    return all(
        _dates(arrow) == _dates(value)
        for arrow, value in zip(found.to_pylist(), values, strict=True)
    )


def _dates(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _dates(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_dates(item) for item in value]
    return (type(value), value) if isinstance(value, dt.date) else value


def training_data(table: pa.Table) -> Any:
    """Return the annotated records as texts and integer labels."""
    import datasets

    annotated = table.filter(table.column("annotation").is_valid())
    if not annotated.num_rows:
        raise RecordError(
            f"none of the {table.num_rows:,} records is annotated: there is nothing to train on"
        )
    columns: dict[str, Any] = {}
    features: dict[str, Any] = {}
    inputs = struct_fields(_input_struct(annotated))
    for name in input_names(annotated):
        if name in ("label", "binarized_label"):
            raise RecordError(f"an input is named {name!r}, as the column of labels is; rename it")
        column = inputs[name]
        if column.null_count == len(column):
            continue
        columns[name] = column
        text = datasets.Value("large_string" if column.type == TEXT else "string")
        features[name] = datasets.List(text) if pa.types.is_list(column.type) else text
    annotation = annotated.column("annotation").combine_chunks()
    lists = multi_label(table)
    labels = pc.list_flatten(annotation) if lists else annotation
    names = sorted(pc.unique(labels).to_pylist())
    kind = datasets.ClassLabel(names=names) if names else datasets.Value("int64")
    codes = pc.cast(pc.index_in(labels, value_set=pa.array(names, TEXT)), pa.int64())
    if not lists:
        columns["label"], features["label"] = codes, kind
    else:
        offsets = np.concatenate([[0], np.cumsum(pc.list_value_length(annotation))])
        columns["label"] = pa.ListArray.from_arrays(offsets.astype(np.int32), codes)
        features["label"] = datasets.List(kind)
        columns["binarized_label"] = _binarized(offsets, np.asarray(codes), len(names))
        features["binarized_label"] = datasets.List(datasets.Value("int32"))
    return datasets.Dataset(
        pa.table(list(columns.values()), names=list(columns)),
        info=datasets.DatasetInfo(features=datasets.Features(features)),
        fingerprint=datasets.fingerprint.generate_random_fingerprint(),
    )


def _binarized(offsets: np.ndarray, codes: np.ndarray, kinds: int) -> pa.Array:
    records = len(offsets) - 1
    ones = np.zeros((records, kinds), dtype=np.int32)
    ones[np.repeat(np.arange(records), np.diff(offsets)), codes] = 1
    starts = np.arange(records + 1, dtype=np.int32) * kinds
    return pa.ListArray.from_arrays(starts, pa.array(ones.ravel()))
