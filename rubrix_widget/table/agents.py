"""One agent's predictions put beside those that records of a table have, or taken from them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.arrays import Ints, Mask

from ..predictions import OTHERS
from . import layout

__all__ = ["agents", "beside", "unnamed", "without"]

_COLUMNS = ("prediction", "prediction_agent")
_OTHERS = "other_predictions"


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
    prediction, names, others = _columns(table)
    if primary is not None:
        names = pc.if_else(pa.array(unnamed(table)), primary, names)
    some = _mask(given.is_valid())
    names = pc.if_else(pa.array(some & _mask(names.is_null())), usual or agent, names)
    own = some & _is(names, agent)
    prediction = pc.if_else(pa.array(own), given, prediction)
    return _with(table, prediction, names, _put(others, agent, given, some & ~own))


def agents(table: pa.Table) -> list[str]:
    """Return the agents of some records, those of most records first."""
    _, names, others = _columns(table)
    given = pa.concat_arrays([names, others.flatten().field("agent")])
    counts = pc.value_counts(given.drop_null()).to_pylist()
    return [
        one["values"] for one in sorted(counts, key=lambda one: (-one["counts"], one["values"]))
    ]


def without(table: pa.Table, agent: str) -> pa.Table:
    """Return the records that an agent predicted, without what it predicted.

    Where it was the primary one, the agent that is the next one in most of these records takes its
    place in all of them that anybody else predicted. What explained its predictions goes with them.

    Parameters
    ----------
    table : pyarrow.Table
        Records.
    agent : str
        The agent.

    Examples
    --------
    >>> from rubrix_widget.records import TextClassificationRecord
    >>> from rubrix_widget.table import from_records, to_records
    >>> both = {"a": [("good", 0.9)], "b": [("bad", 0.6)]}
    >>> made = from_records([TextClassificationRecord(text="fine", prediction=both)])
    >>> (record,) = to_records(without(made, "a"))
    >>> record.prediction_agent, record.prediction, record.predictions
    ('b', [('bad', 0.6)], None)
    """
    table = table.filter(pa.array(_predicted_by(table, agent)))
    prediction, names, others = _columns(table)
    entries, record = others.flatten(), _owners(others)
    own = _is(names, agent)
    n, follower = len(own), _follower(entries, record, own)
    moved = _is(entries.field("agent"), follower) & own[record]
    source = np.where(own, -1, np.arange(n))
    source[record[moved]] = n + np.flatnonzero(moved)
    both = pa.concat_arrays([prediction, entries.field("prediction")])
    prediction = both.take(pa.array(source, mask=source < 0))
    left = np.bincount(record, minlength=n) > 0
    names = pc.if_else(pa.array(own), pc.if_else(pa.array(left), follower, None), names)
    stay = ~moved & ~_is(entries.field("agent"), agent)
    others = _lists(record[stay], entries.filter(pa.array(stay)), n)
    explained = pc.if_else(pa.array(own), None, _whole(table.column("explanation")))
    return _with(table, prediction, names, others, explanation=explained)


def _predicted_by(table: pa.Table, agent: str) -> Mask:
    _, names, others = _columns(table)
    found = _is(names, agent)
    found[_owners(others)[_is(others.flatten().field("agent"), agent)]] = True
    return found


def _follower(entries: pa.Array, record: Ints, own: Mask) -> str | None:
    """Return the agent that most records have next, of those that lose their primary one."""
    first = np.flatnonzero(np.diff(record, prepend=-1))
    following = entries.field("agent").take(pa.array(first[own[record[first]]]))
    counts = pc.value_counts(following).to_pylist()
    found = min(counts, key=lambda one: (-one["counts"], one["values"]), default=None)
    return None if found is None else str(found["values"])


def _columns(table: pa.Table) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return the primary predictions, their agents, and those of others."""
    prediction, names = (_whole(table.column(name)) for name in _COLUMNS)
    if not layout.several(table):
        return prediction, names, pa.nulls(table.num_rows, OTHERS)
    return prediction, names, _whole(table.column(_OTHERS))


def _with(
    table: pa.Table, prediction: pa.Array, names: pa.Array, others: pa.Array, **more: pa.Array
) -> pa.Table:
    """Return records with other predictions."""
    columns = {"prediction": prediction, "prediction_agent": names, _OTHERS: others, **more}
    several = others.null_count < len(others)
    inputs = layout.input_names(table)
    encoded = [name for name in inputs if layout.is_encoded(table, name)]
    target = layout.schema(layout.multi_label(table), inputs, encoded, several)
    return pa.table([columns.get(name, _there(table, name)) for name in target.names], target)


def _put(others: pa.Array, agent: str, given: pa.Array, to: Mask) -> pa.Array:
    """Put what an agent predicts to the entries of some records, in its old place if it had one."""
    n, entries = len(others), others.flatten()
    record = _owners(others)
    theirs = _is(entries.field("agent"), agent) & to[record]
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
    return _lists(owner, both, n)


def _lists(record: Ints, entries: pa.Array, n: int) -> pa.Array:
    """Return the entries of each of some records; null where there are none."""
    counts = np.bincount(record, minlength=n)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return pa.LargeListArray.from_arrays(
        pa.array(offsets), entries, type=OTHERS, mask=pa.array(counts == 0)
    )


def _owners(others: pa.Array) -> Ints:
    """Return the record of each entry."""
    sizes = np.asarray(pc.fill_null(others.value_lengths(), 0)).astype(np.int64)
    return np.repeat(np.arange(len(others)), sizes)


def _is(names: pa.Array, agent: str | None) -> Mask:
    return _mask(pc.fill_null(pc.equal(names, pa.scalar(agent, names.type)), False)).copy()


def _there(table: pa.Table, name: str) -> pa.ChunkedArray | None:
    return table.column(name) if name in table.column_names else None


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _mask(values: pa.Array | pa.ChunkedArray) -> Mask:
    return np.asarray(values).astype(bool)
