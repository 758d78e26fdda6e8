"""One more agent's predictions beside those that records of a table have."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..predictions import OTHERS
from . import layout

__all__ = ["beside", "unnamed"]

_COLUMNS = ("prediction", "prediction_agent")
_OTHERS = "other_predictions"

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def unnamed(table: pa.Table) -> Mask:
    """Tell of each record whether it has a prediction of an agent without a name."""
    prediction, agent = (layout.compact(table.column(name)) for name in _COLUMNS)
    return _mask(pc.and_(prediction.is_valid(), agent.is_null()))


def beside(
    table: pa.Table,
    agent: str,
    given: pa.Array,
    primary: str | None = None,
    usual: str | None = None,
) -> pa.Table:
    """Return records with the predictions of one agent put to those of others.

    Parameters
    ----------
    table : pyarrow.Table
        Records.
    agent : str
        The agent. What it predicted before is exchanged, where it is given again.
    given : pyarrow.Array
        What it predicts for each record; null leaves the record as it is.
    primary : str, optional
        The name of the agent whose predictions have none so far.
    usual : str, optional
        The primary agent of records that nobody predicted yet; by default it is this one.

    Examples
    --------
    >>> from rubrix_widget.records import TextClassificationRecord
    >>> from rubrix_widget.table import from_records, to_records
    >>> from rubrix_widget.table.convert import prediction_array
    >>> made = from_records([TextClassificationRecord(text="fine", prediction=[("good", 0.9)])])
    >>> (record,) = to_records(beside(made, "b", prediction_array([[("bad", 0.6)]]), "a"))
    >>> dict(record.predictions)
    {'a': [('good', 0.9)], 'b': [('bad', 0.6)]}
    """
    n = table.num_rows
    prediction, names = (_whole(table.column(name)) for name in _COLUMNS)
    others = _whole(table.column(_OTHERS)) if layout.several(table) else pa.nulls(n, OTHERS)
    if primary is not None:
        names = pc.if_else(pa.array(unnamed(table)), primary, names)
    sizes = np.asarray(pc.fill_null(others.value_lengths(), 0)).astype(np.int64)
    some = _mask(given.is_valid())
    names = pc.if_else(pa.array(some & _mask(names.is_null())), usual or agent, names)
    own = some & _mask(pc.fill_null(pc.equal(names, agent), False))
    prediction = pc.if_else(pa.array(own), given, prediction)
    columns = {
        "prediction": prediction,
        "prediction_agent": names,
        _OTHERS: _put(others, sizes, agent, given, some & ~own),
    }
    several = columns[_OTHERS].null_count < n
    inputs = layout.input_names(table)
    encoded = [name for name in inputs if layout.is_encoded(table, name)]
    target = layout.schema(layout.multi_label(table), inputs, encoded, several)
    return pa.table([columns.get(name, _there(table, name)) for name in target.names], target)


def _put(others: pa.Array, sizes: Ints, agent: str, given: pa.Array, to: Mask) -> pa.Array:
    """Put what an agent predicts to the entries of some records, in its old place if it had one."""
    n, entries = len(others), others.flatten()
    record = np.repeat(np.arange(n), sizes)
    theirs = _mask(pc.fill_null(pc.equal(entries.field("agent"), agent), False)) & to[record]
    new = to.copy()
    new[record[theirs]] = False
    added = np.flatnonzero(new)
    source = np.concatenate(
        [np.where(theirs, len(entries) + record, np.arange(len(entries))), len(entries) + added]
    )
    owner = np.concatenate([record, added])
    order = np.argsort(owner, kind="stable")
    agents = pa.concat_arrays([entries.field("agent"), pa.array([agent] * n, layout.TEXT)])
    predictions = pa.concat_arrays([entries.field("prediction"), given])
    taken = pa.array(source[order])
    both = pa.StructArray.from_arrays(
        [agents.take(taken), predictions.take(taken)], fields=list(OTHERS.value_type)
    )
    counts = np.bincount(owner, minlength=n)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return pa.LargeListArray.from_arrays(
        pa.array(offsets), both, type=OTHERS, mask=pa.array(counts == 0)
    )


def _there(table: pa.Table, name: str) -> pa.ChunkedArray | None:
    return table.column(name) if name in table.column_names else None


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _mask(values: pa.Array | pa.ChunkedArray) -> Mask:
    return np.asarray(values).astype(bool)
