"""One change of many records: planned, shown, and made if nothing moved meanwhile."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from rubrix_widget.arrays import Ints
from rubrix_widget.columns import State
from rubrix_widget.edits.changes import EditField, checked_labels, new_state, value_of
from rubrix_widget.edits.hashing import text_hashes
from rubrix_widget.edits.judging import predictions
from rubrix_widget.engine import Engine
from rubrix_widget.errors import RecordError
from rubrix_widget.store import Event

Which = Callable[[Engine], Ints]
How = Literal["replace", "add", "remove"]


@dataclass(frozen=True)
class Action:
    """What is to be done to each of many records.

    Parameters
    ----------
    field
        "annotation", "status", "comment" or "verdict".
    new
        Labels, a status, a text or a verdict; None clears.
    how
        "add" and "remove" leave the other labels of a multi-label annotation as they are.
    remove
        Labels to take away besides, where `how` is "add".
    again
        Whether validated records that have the annotation already are signed anew.
    """

    field: EditField
    new: Sequence[str] | str | None
    how: How = "replace"
    remove: Sequence[str] = ()
    again: bool = True

    def became(self, now: State, agent: str, multi_label: bool) -> State:
        """Return what the action makes of a record.

        Raises
        ------
        RecordError
            A value that no record of the dataset can have.
        """
        new = self.new
        if self.how not in get_args(How):
            accepted = ", ".join(map(repr, get_args(How)))
            raise RecordError(f"how={self.how!r} is none of {accepted}; nothing was changed")
        if self.how != "replace" or self.remove:
            if not multi_label or self.field != "annotation":
                raise RecordError(
                    f"how={self.how!r} is for annotations of multi-label datasets; this is "
                    f"{'a ' + self.field if multi_label else 'a single-label dataset'}. Leave it "
                    f"out to replace what is there"
                )
            given = checked_labels(new or [], None, multi_label)
            gone = {*self.remove, *(given if self.how == "remove" else ())}
            had, more = list(now.annotation or ()), given if self.how == "add" else ()
            new = [one for one in dict.fromkeys([*had, *more]) if one not in gone]
            if new == had:
                return now
        made = new_state(self.field, new, now, agent, multi_label)
        signed = made.annotation_agent != now.annotation_agent
        if signed and not self.again and made == replace(now, annotation_agent=agent):
            return now
        return made


@dataclass(frozen=True)
class Becoming:
    """How many records go from one value to another."""

    old: Any
    new: Any
    count: int


def renamed(now: State, names: Mapping[str, str]) -> State:
    """Return a state whose annotation has other names for some labels."""
    labels = dict.fromkeys(names.get(one, one) for one in now.annotation or ())
    return replace(now, annotation=tuple(labels))


@dataclass(frozen=True)
class Plan:
    """What an action would do.

    Attributes
    ----------
    count
        The records meant.
    changes
        How many of them would change.
    becoming
        From which value to which, the commonest first; what would stay is among it.
    digest
        Stands for which records are meant and what each is now.
    """

    count: int
    changes: int
    becoming: list[Becoming]
    digest: str


class Bulk:
    """What a function of their states makes of some records of an engine."""

    def __init__(
        self, engine: Engine, positions: Ints, field: EditField, became: Callable[[State], State]
    ) -> None:
        self._engine, self._positions, self._field = engine, positions, field
        self._states, self._which = engine.columns.states(positions)
        self._after = [became(state) for state in self._states]
        moved = [new != old for old, new in zip(self._states, self._after, strict=True)]
        self._moved = np.flatnonzero(np.array(moved, bool)[self._which])

    def ids(self) -> list[str]:
        """Return the ids of the records meant."""
        found: list[str] = self._engine.columns.logged.ids[self._positions].tolist()
        return found

    def plan(self) -> Plan:
        """Return what would become of the records."""
        field, counts = self._field, Counter[tuple[Any, Any]]()
        sizes = np.bincount(self._which, minlength=len(self._states)).tolist()
        for old, new, count in zip(self._states, self._after, sizes, strict=True):
            counts[_key(value_of(field, old)), _key(value_of(field, new))] += count
        becoming = [
            Becoming(_plain(old), _plain(new), count) for (old, new), count in counts.most_common()
        ]
        return Plan(len(self._positions), len(self._moved), becoming, self._digest())

    def _digest(self) -> str:
        whole = hashlib.blake2b(digest_size=16)
        whole.update("\0".join(self.ids()).encode())
        whole.update(self._which.tobytes())
        whole.update(repr([self._states, self._after]).encode("utf-8", "surrogatepass"))
        return whole.hexdigest()

    def events(self) -> list[Event]:
        """Return the events that make the change."""
        places = self._positions[self._moved]
        ids: list[str] = self._engine.columns.logged.ids[places].tolist()
        hashes, seen = text_hashes(self._engine, places), predictions(self._engine, places)
        which, field = self._which[self._moved].tolist(), self._field
        return [
            Event(one, field, self._states[at], self._after[at], text_hash, prediction)
            for one, at, text_hash, prediction in zip(ids, which, hashes, seen, strict=True)
        ]


def _key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
