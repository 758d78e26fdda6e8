"""Records as columns; the one place for the rule of ``predicted``.

:class:`Columns` is what was logged (:class:`~rubrix_widget.columns.logged.Logged`) with what people
changed laid over it: annotation, annotation agent, status, comment, verdict, time and version of a
record.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget import arrays
from rubrix_widget.arrays import Ints, Mask
from rubrix_widget.columns.labels import NO_SET, Codes, to_arrow
from rubrix_widget.columns.logged import STATUSES, VERDICTS, Logged, one_chunk
from rubrix_widget.columns.predicted import Predicted

_T = TypeVar("_T", bound=np.generic)
Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class State:
    """What people can change of one record.

    ``annotation`` is a list of labels (one label in a single-label dataset) or None, ``verdict``
    one of ``VERDICTS`` or None. Two states are equal whatever the order of their labels, which is
    how the dataset's labels happen to stand.
    """

    annotation: tuple[str, ...] | None
    status: str
    annotation_agent: str | None
    comment: str | None = None
    verdict: str | None = None

    def _key(self) -> tuple[object, ...]:
        labels = None if self.annotation is None else frozenset(self.annotation)
        return labels, self.status, self.annotation_agent, self.comment, self.verdict

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
    verdict: npt.NDArray[np.int8]
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
            np.full(logged.n, -1, dtype=np.int8),
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
            verdict=_changed(self.verdict, at, codes[:, 4]),
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

    def _codes(self, state: State | None) -> tuple[int, int, int, int, int]:
        if state is None:
            return NO_SET, 0, -1, -1, -1
        labels, logged = state.annotation, self.logged
        return (
            NO_SET if labels is None else logged.sets.code(labels),
            STATUSES.index(state.status),
            logged.agents.code(state.annotation_agent),
            logged.comments.code(state.comment),
            -1 if state.verdict is None else VERDICTS.index(state.verdict),
        )

    def state(self, position: int) -> State:
        """Return what people can change of one record, as it is now."""
        return self._state(*(int(column[position]) for column in self._of_state))

    def states(self, positions: Ints) -> tuple[list[State], Ints]:
        """Return the different states of some records, and which of them each record has.

        Returns
        -------
        tuple of list and array
            The states, and for each position the place of its state in the list.
        """
        taken = [column[positions].astype(np.int64) + 1 for column in self._of_state]
        which = np.zeros(len(positions), np.int64)
        for column in taken:
            which, _ = arrays.factorize(which * (int(column.max(initial=0)) + 1) + column)
        first = np.empty(int(which.max(initial=-1)) + 1, np.int64)
        first[which[::-1]] = np.arange(len(which))[::-1]
        lines = np.stack(taken, axis=1)[first] - 1
        return [self._state(*line) for line in lines.tolist()], which

    @property
    def _of_state(self) -> tuple[npt.NDArray[np.integer[Any]], ...]:
        return self.annotation, self.status, self.annotation_agent, self.comment, self.verdict

    def _state(self, annotation: int, status: int, agent: int, comment: int, verdict: int) -> State:
        logged = self.logged
        return State(
            None if annotation < 0 else tuple(logged.sets.names(annotation)),
            STATUSES[status],
            None if agent < 0 else logged.agents.values[agent],
            None if comment < 0 else logged.comments.values[comment],
            None if verdict < 0 else VERDICTS[verdict],
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

    def right_before(self, agent: str = "") -> npt.NDArray[np.int8]:
        """Return :attr:`predicted`, or :meth:`right`, by the annotations as they were logged."""
        logged = self.logged
        predicted = logged.predicted(agent) if agent else logged.primary
        return _right(logged.annotation, predicted.predicted_as)

    def _right_at(self, which: Ints | slice, predicted: Predicted) -> npt.NDArray[np.int8]:
        return _right(self.annotation[which], predicted.predicted_as[which])

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


def _right(annotation: Codes, predicted_as: Codes) -> npt.NDArray[np.int8]:
    right: npt.NDArray[np.int8] = (annotation == predicted_as).view(np.int8)
    right[(annotation < 0) | (predicted_as < 0)] = -1
    return right


def _changed(column: npt.NDArray[_T], at: Ints, values: npt.NDArray[Any]) -> npt.NDArray[_T]:
    after = column.copy()
    after[at] = values
    return after


def _names(values: Sequence[str], codes: npt.NDArray[np.integer]) -> pa.Array:
    table = pa.array(list(values), pa.large_string())
    return table.take(pa.array(codes.astype(np.int64), mask=codes < 0))


def _overlay(column: pa.ChunkedArray, places: Ints, values: pa.Array) -> pa.Array:
    """Return a column with the values at some places exchanged, whatever its type."""
    logged = one_chunk(column)
    source = np.arange(len(logged), dtype=np.int64)
    source[places] = len(logged) + np.arange(len(values))
    return pa.concat_arrays([logged, values]).take(pa.array(source))
