"""Records as columns; the one place for the rules of ``predicted``, ``predicted_as`` and ``score``.

:class:`Logged` is what was logged and never changes. :class:`Columns` is that with what people
changed laid over it: annotation, annotation agent, status, time and version of each record.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget import arrays
from rubrix_widget import table as tables
from rubrix_widget.columns.coded import values_and_codes
from rubrix_widget.columns.ids import Ids
from rubrix_widget.columns.labels import NO_SET, Codes, LabelSets, to_arrow
from rubrix_widget.columns.lazy import LazyTable
from rubrix_widget.columns.metadata import METADATA_PREFIX
from rubrix_widget.columns.predicted import ByAgent, Predicted
from rubrix_widget.columns.texts import input_texts

STATUSES = ("Default", "Validated", "Edited", "Discarded")
_AT_ONCE = ("annotation", "annotation_agent", "prediction", "prediction_agent", "status")
_OTHERS = "other_predictions"

_T = TypeVar("_T", bound=np.generic)
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]


class Names:
    """Strings interned as codes: agents."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, value: str | None) -> int:
        """Return the code of a string, adding it if new; -1 for None."""
        if value is None:
            return -1
        code = self._codes.get(value)
        if code is None:
            code = self._codes[value] = len(self.values)
            self.values.append(value)
        return code

    def codes(self, column: pa.ChunkedArray) -> Codes:
        """Return the codes of a whole string column; -1 for null."""
        values, codes = values_and_codes(one_chunk(column))
        table = np.asarray([*map(self.code, values), -1], dtype=np.int32)
        return np.asarray(table[codes], dtype=np.int32)


class Logged:
    """The columns of records as they were logged.

    Labels, scores, agents and status are read at once, every other column when first needed.

    Parameters
    ----------
    records
        Records in the canonical layout of :mod:`rubrix_widget.table`, and beside them typed
        metadata columns as :func:`rubrix_widget.columns.metadata.flatten` makes them.
    labels
        Declared order of the labels; others follow in alphabetical order.
    """

    def __init__(self, records: LazyTable, labels: Sequence[str] = ()) -> None:
        self._records = records
        self.n: int = records.rows
        several = _OTHERS in records.schema.names
        table = records.coded([*_AT_ONCE, *([_OTHERS] if several else ())])
        self.multi_label = tables.multi_label(table)
        self.sets = LabelSets(labels_of(table, labels))
        self.agents = Names()
        self.comments = Names()
        intern = self.sets.intern_lists if self.multi_label else self.sets.intern_values
        self.annotation: Codes = intern(table.column("annotation"))
        self.annotation_agent: Codes = self.agents.codes(table.column("annotation_agent"))
        self.prediction_agent: Codes = self.agents.codes(table.column("prediction_agent"))
        self.status = _status_codes(table.column("status"))
        prediction, agent = (one_chunk(table.column(name)) for name in _AT_ONCE[2:4])
        self.primary = Predicted.read(prediction, self.sets, self.multi_label)
        self._by_agent: ByAgent | None = None
        self._predicted: dict[str, Predicted] = {}
        if several:
            self._by_agent = ByAgent(prediction, agent, one_chunk(table.column(_OTHERS)))

    @property
    def predicted_as(self) -> Codes:
        """The label set that each record is predicted as."""
        return self.primary.predicted_as

    @property
    def score(self) -> Floats:
        """The highest score of each record."""
        return self.primary.score

    @property
    def score_offsets(self) -> Ints:
        """Where the scores of each record begin among :attr:`all_scores`."""
        return self.primary.score_offsets

    @property
    def all_scores(self) -> Floats:
        """The scores of all records, one after the other."""
        return self.primary.all_scores

    @property
    def score_labels(self) -> Codes:
        """For each of :attr:`all_scores` the place of its label in ``sets.labels``."""
        return self.primary.score_labels

    @property
    def predicting(self) -> list[str]:
        """The agents, where records have predictions of several; the usual primary one first."""
        return [] if self._by_agent is None else self._by_agent.agents

    def predicted(self, agent: str) -> Predicted:
        """Return what one of :attr:`predicting` predicted."""
        found = self._predicted.get(agent)
        if found is None:
            assert self._by_agent is not None
            column = self._by_agent.of(agent)
            found = self._predicted[agent] = Predicted.read(column, self.sets, self.multi_label)
        return found

    def seen_by(self, agent: str) -> Logged:
        """Return the same records with the predictions of one agent as the primary ones."""
        other = copy.copy(self)
        other.primary = self.predicted(agent)
        given = other.primary.predicted_as >= 0
        other.prediction_agent = np.where(given, self.agents.code(agent), -1).astype(np.int32)
        return other

    @cached_property
    def ids(self) -> Ids:
        """The record ids, for look-ups."""
        return Ids(self.column("id"))

    @cached_property
    def input_names(self) -> list[str]:
        """Names of the inputs, in the order they were logged."""
        return tables.input_names(arrays.empty_table(self._records.schema))

    @cached_property
    def metadata(self) -> dict[str, pa.DataType]:
        """The typed metadata columns and their types; :meth:`column` has the values."""
        schema = self._records.schema
        return {
            field.name: field.type for field in schema if field.name.startswith(METADATA_PREFIX)
        }

    @cached_property
    def table(self) -> pa.Table:
        """The records in the canonical layout; all that was not yet needed is read."""
        return self._records.select(
            [name for name in self._records.schema.names if not name.startswith(METADATA_PREFIX)]
        )

    def column(self, name: str) -> pa.Array:
        """Return one column of the records, or of the typed metadata."""
        return self._records.column(name)

    def inputs(self, names: Sequence[str] | None = None) -> pa.Table:
        """Return the columns of some inputs, or of all, as :attr:`table` has them."""
        names = self.input_names if names is None else names
        return self._records.select([f"inputs.{name}" for name in names])

    @cached_property
    def text_length(self) -> Ints:
        """Characters of a record's text; its inputs count as joined by line breaks."""
        lengths = np.zeros(self.n, dtype=np.int64)
        inputs = np.zeros(self.n, dtype=np.int64)
        for name in self.input_names:
            texts = input_texts(self.inputs([name]), name)
            lengths += pc.utf8_length(texts).fill_null(0).to_numpy(zero_copy_only=False)
            inputs += texts.is_valid().to_numpy(zero_copy_only=False)
        return lengths + np.maximum(inputs - 1, 0)


@dataclass(frozen=True, eq=False)
class State:
    """What people can change of one record.

    ``annotation`` is a list of labels (one label in a single-label dataset) or None. Two states
    are equal whatever the order of their labels, which is how the dataset's labels happen to stand.
    """

    annotation: tuple[str, ...] | None
    status: str
    annotation_agent: str | None
    comment: str | None = None

    def _key(self) -> tuple[object, ...]:
        labels = None if self.annotation is None else frozenset(self.annotation)
        return labels, self.status, self.annotation_agent, self.comment

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, State) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())


@dataclass(frozen=True)
class Changes:
    """The present state of some records, as columns.

    Attributes
    ----------
    positions
        Where the records are, shape (n,).
    states, which
        The different states, and for each record which of them it has, shape (n,); None stands
        for as logged.
    versions, at
        The newest change of each record, shape (n,), and when it was made (UTC), shape (n,).
    """

    positions: Ints
    states: Sequence[State | None]
    which: Ints
    versions: Ints
    at: Times


@dataclass(frozen=True, eq=False)
class Columns:
    """Logged columns with the changes of people laid over them."""

    logged: Logged
    annotation: Codes
    status: npt.NDArray[np.int8]
    annotation_agent: Codes
    comment: Codes
    changed: Mask
    version: Ints
    updated: Times

    @classmethod
    def of(cls, logged: Logged) -> Columns:
        """Return the columns with nothing changed yet."""
        return cls(
            logged,
            logged.annotation,
            logged.status,
            logged.annotation_agent,
            np.full(logged.n, -1, dtype=np.int32),
            np.zeros(logged.n, dtype=bool),
            np.zeros(logged.n, dtype=np.int64),
            np.full(logged.n, np.datetime64("NaT", "us")),
        )

    def with_changes(self, changes: Changes) -> Columns:
        """Return columns in which some records have a new state; these stay as they are."""
        at, which = changes.positions, changes.which
        if not len(at):
            return self
        logged = self.logged
        codes = np.asarray([self._codes(state) for state in changes.states], np.int32)[which]
        as_logged = np.asarray([state is None for state in changes.states])[which]
        back = at[as_logged]
        codes[as_logged, 0] = logged.annotation[back]
        codes[as_logged, 1] = logged.status[back]
        codes[as_logged, 2] = logged.annotation_agent[back]
        after = dataclasses.replace(
            self,
            annotation=_changed(self.annotation, at, codes[:, 0]),
            status=_changed(self.status, at, codes[:, 1]),
            annotation_agent=_changed(self.annotation_agent, at, codes[:, 2]),
            comment=_changed(self.comment, at, codes[:, 3]),
            changed=_changed(self.changed, at, ~as_logged),
            version=_changed(self.version, at, changes.versions),
            updated=_changed(self.updated, at, changes.at),
        )
        if "predicted" in self.__dict__:
            predicted = self.predicted.copy()
            predicted[at] = after._right_at(at, logged.primary)
            after.__dict__["predicted"] = predicted
        for agent, right in list(self._right.items()):
            mended = after._right[agent] = right.copy()
            mended[at] = after._right_at(at, logged.predicted(agent))
        return after

    def seen_by(self, agent: str) -> Columns:
        """Return the same columns with the predictions of one agent as the primary ones."""
        return dataclasses.replace(self, logged=self.logged.seen_by(agent))

    def _codes(self, state: State | None) -> tuple[int, int, int, int]:
        if state is None:
            return NO_SET, 0, -1, -1
        labels, logged = state.annotation, self.logged
        return (
            NO_SET if labels is None else logged.sets.code(labels),
            STATUSES.index(state.status),
            logged.agents.code(state.annotation_agent),
            logged.comments.code(state.comment),
        )

    def state(self, position: int) -> State:
        """Return what people can change of one record, as it is now."""
        columns = (self.annotation, self.status, self.annotation_agent, self.comment)
        annotation, status, agent, comment = (int(column[position]) for column in columns)
        return self._state(annotation, status, agent, comment)

    def states(self, positions: Ints) -> tuple[list[State], Ints]:
        """Return the different states of some records, and which of them each record has.

        Returns
        -------
        tuple of list and array
            The states, and for each position the place of its state in the list.
        """
        columns = (self.annotation, self.status, self.annotation_agent, self.comment)
        taken = [column[positions].astype(np.int64) + 1 for column in columns]
        which = np.zeros(len(positions), np.int64)
        for column in taken:
            which, _ = arrays.factorize(which * (int(column.max(initial=0)) + 1) + column)
        first = np.empty(int(which.max(initial=-1)) + 1, np.int64)
        first[which[::-1]] = np.arange(len(which))[::-1]
        lines = np.stack(taken, axis=1)[first] - 1
        return [self._state(*line) for line in lines.tolist()], which

    def _state(self, annotation: int, status: int, agent: int, comment: int) -> State:
        logged = self.logged
        return State(
            None if annotation < 0 else tuple(logged.sets.names(annotation)),
            STATUSES[status],
            None if agent < 0 else logged.agents.values[agent],
            None if comment < 0 else logged.comments.values[comment],
        )

    @cached_property
    def predicted(self) -> npt.NDArray[np.int8]:
        """1 where the prediction is right (``ok``), 0 where wrong (``ko``), -1 where undefined."""
        return self._right_at(slice(None), self.logged.primary)

    def right(self, agent: str) -> npt.NDArray[np.int8]:
        """Return :attr:`predicted` for one agent where records have predictions of several."""
        found = self._right.get(agent)
        if found is None:
            found = self._right_at(slice(None), self.logged.predicted(agent))
            self._right[agent] = found
        return found

    @cached_property
    def _right(self) -> dict[str, npt.NDArray[np.int8]]:
        return {}

    def _right_at(self, which: Ints | slice, predicted: Predicted) -> npt.NDArray[np.int8]:
        annotation, predicted_as = self.annotation[which], predicted.predicted_as[which]
        right: npt.NDArray[np.int8] = (annotation == predicted_as).view(np.int8)
        right[(annotation < 0) | (predicted_as < 0)] = -1
        return right

    def table(self, positions: Ints) -> pa.Table:
        """Return records in the canonical layout, as they are now, in the order given."""
        logged = self.logged
        taken = logged.table.take(pa.array(positions))
        changed = self.changed[positions]
        if not changed.any():
            return taken
        places = np.flatnonzero(changed)
        moved = positions[places]
        new = {
            "annotation": to_arrow(logged.sets, self.annotation[moved], logged.multi_label),
            "annotation_agent": _names(logged.agents.values, self.annotation_agent[moved]),
            "status": _names(STATUSES, self.status[moved]),
        }
        for name, values in new.items():
            at = taken.schema.get_field_index(name)
            column = _overlay(taken.column(name), places, values)
            taken = taken.set_column(at, taken.schema.field(at), column)
        return taken


def _changed(column: npt.NDArray[_T], at: Ints, values: npt.NDArray[Any]) -> npt.NDArray[_T]:
    after = column.copy()
    after[at] = values
    return after


def labels_of(table: pa.Table, declared: Sequence[str] = ()) -> list[str]:
    """Return every label of the records: the declared ones first, others alphabetically after."""
    annotation = one_chunk(table.column("annotation"))
    if tables.multi_label(table):
        annotation = annotation.flatten()
    predictions = [one_chunk(table.column("prediction"))]
    if _OTHERS in table.column_names:
        predictions.append(one_chunk(table.column(_OTHERS)).flatten().field("prediction"))
    found = set(pc.unique(annotation).to_pylist())
    for one in predictions:
        found.update(pc.unique(one.flatten().field("label")).to_pylist())
    return [*declared, *sorted(found - {None, *declared})]


def one_chunk(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column as one contiguous array."""
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return column


def _status_codes(column: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    values, codes = values_and_codes(one_chunk(column))
    table = np.asarray([STATUSES.index(value) for value in values], dtype=np.int8)
    return np.asarray(table[codes])


def _names(values: Sequence[str], codes: npt.NDArray[np.integer]) -> pa.Array:
    table = pa.array(list(values), pa.large_string())
    return table.take(pa.array(codes.astype(np.int64), mask=codes < 0))


def _overlay(column: pa.ChunkedArray, places: Ints, values: pa.Array) -> pa.Array:
    """Return a column with the values at some places exchanged, whatever its type."""
    logged = one_chunk(column)
    source = np.arange(len(logged), dtype=np.int64)
    source[places] = len(logged) + np.arange(len(values))
    return pa.concat_arrays([logged, values]).take(pa.array(source))
