"""Predictions of several agents a record, as pandas or Hugging Face hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from .. import coercions
from ..jsontext import is_missing
from ..predictions import OTHERS, Prediction, is_by_agent, is_list, to_pairs
from ..table.convert import others_by_agent, prediction_array
from ..table.layout import TEXT
from . import _fields as fields

__all__ = ["Predicted", "columns", "holds_agents", "predicted"]

_ENTRY = ("agent", "prediction")


class Predicted(NamedTuple):
    """Columns of the table: the primary prediction, its agent, those of others if there are any."""

    prediction: Any
    agent: Any
    others: pa.Array | None


def holds_agents(column: fields.Column | None) -> bool:
    """Say whether a column holds predictions by agent."""
    if column is None:
        return False
    if isinstance(column, list):
        known = [value for value in column if not is_missing(value)]
        return any(is_by_agent(value) or _entries(value) for value in known)
    kind = column.type
    if is_list(kind) and pa.types.is_struct(kind.value_type):
        return all(kind.value_type.get_field_index(name) >= 0 for name in _ENTRY)
    names = {kind.field(at).name: None for at in range(kind.num_fields)}
    return bool(names) and pa.types.is_struct(kind) and is_by_agent(names)


def _entries(value: Any) -> bool:
    """Say whether a value is a list of predictions, each with its agent."""
    return (
        isinstance(value, list | tuple | np.ndarray)
        and len(value) > 0
        and all(isinstance(one, Mapping) and set(one) == set(_ENTRY) for one in value)
    )


def predicted(
    by_agent: fields.Column, own: fields.Column | None, agent: fields.Column | None, bad: fields.Bad
) -> Predicted:
    """Read predictions by agent, with what other columns say of the primary one."""
    several = fields.each(by_agent, _several, bad)
    size = len(several)
    primary: list[Prediction | None] = [None] * size
    if own is not None:
        primary = to_pairs(fields.prediction_column(own, bad))
    names: list[str | None] = [None] * size
    if agent is not None:
        names = fields.texts(agent, "prediction_agent", bad).to_pylist()
    others: list[list[tuple[str, Prediction | None]] | None] = [None] * size
    for at, found in enumerate(several):
        if found is None:
            continue
        name = names[at] = names[at] or next(iter(found))
        if name not in found:
            bad.setdefault(at, f"prediction_agent is {name!r}, which has none of the predictions")
            continue
        first = found.pop(name)
        if primary[at] is not None and primary[at] != first:
            bad.setdefault(at, f"prediction and predictions[{name!r}] differ: give either")
        primary[at] = first
        others[at] = [(one, known) for one, known in found.items() if known is not None] or None
    column = None if all(one is None for one in others) else others_by_agent(others)
    return Predicted(prediction_array(primary), pa.array(names, TEXT), column)


def columns(given: Mapping[str, fields.Column], bad: fields.Bad) -> Predicted:
    """Read a column of predictions for each agent; the first one's are the primary ones."""
    first, *others = given
    read = {
        agent: fields.prediction_column(column, bad).combine_chunks()
        for agent, column in given.items()
    }
    size = len(read[first])
    names = pa.array([first] * size, TEXT)
    if not others:
        return Predicted(read[first], names, None)
    each = pa.concat_arrays([read[agent] for agent in others])
    place = np.arange(len(others) * size).reshape(len(others), size).T.ravel()  # record by record
    place = place[np.asarray(each.is_valid())[place]]
    counts = np.bincount(place % size, minlength=size) if size else np.zeros(0, np.int64)
    entries = pa.StructArray.from_arrays(
        [pa.array(others, TEXT).take(pa.array(place // max(1, size))), each.take(pa.array(place))],
        fields=list(OTHERS.value_type),
    )
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    missing = pa.array(counts == 0)
    column = pa.LargeListArray.from_arrays(offsets, entries, type=OTHERS, mask=missing)
    return Predicted(read[first], names, column if counts.any() else None)


def _several(value: Any) -> dict[str, Prediction | None] | None:
    if is_missing(value):
        return None
    if _entries(value):
        listed = {one["agent"]: one["prediction"] for one in value}
        if len(listed) < len(value):
            raise ValueError("predictions: an agent is given twice")
        value = listed
    return coercions.predictions(value)
