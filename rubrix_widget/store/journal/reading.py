"""What a journal tells: changes, groups of them, and the states they lead to."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, cast

import numpy as np

from rubrix_widget.columns import State
from rubrix_widget.errors import JournalDamagedError
from rubrix_widget.store.journal import columns, schema
from rubrix_widget.store.journal.columns import EventColumns
from rubrix_widget.store.journal.events import (
    LABELS,
    Current,
    Entry,
    Event,
    Group,
    Label,
    Row,
    Step,
    Written,
    load,
    load_labels,
    seal,
)
from rubrix_widget.store.journal.folding import IN_EFFECT, UNDONE

_EVENT = (
    "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction, before, seal"
    " FROM events"
)
_GROUP = (
    "SELECT id, kind, targets, agent, at, query, reason, first, size, records, seal FROM groups"
)
CURRENT = "SELECT record_id, version, state, at, seal FROM current"
_WANTED = (
    "SELECT record_id, version, state, at, seal FROM current"
    " WHERE record_id IN (SELECT id FROM wanted)"
)
_STEP = "SELECT edit, author, agent, since, state, seal FROM steps"
_AROUND = (
    "SELECT (SELECT MAX(id) FROM groups WHERE at <= :at), (SELECT MIN(id) FROM groups"
    " WHERE at > :at)"
)
_FEW = 50  # records that are asked for one by one


class Reading:
    """Answers from the tables of a journal, each row compared with its checksum.

    Raises
    ------
    JournalDamagedError, sqlite3.DatabaseError
        By every method, where the file is damaged.
    """

    _db: sqlite3.Connection

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let several questions be answered from one state."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def foreign_version(self) -> int:
        """Return a number that changes whenever another connection has written."""
        (number,) = self._db.execute("PRAGMA data_version").fetchone()
        return int(number)

    def version(self) -> int:
        """Return the number of the newest change, 0 when there is none."""
        return schema.head(self._db).seq

    def newest(self) -> int:
        """Return the number of the newest group, 0 when there is none."""
        return schema.head(self._db).group

    def generation(self) -> int:
        """Return the manifest generation whose resets were last applied."""
        return int(schema.get(self._db, "generation") or 0)

    def labels(self) -> tuple[Label, ...]:
        """Return the labels that were declared, or made while annotating, in their order."""
        return load_labels(schema.get(self._db, "labels"))

    def labels_of_format_1(self) -> list[str]:
        """Return labels made while annotating that an earlier format kept without their order."""
        found: list[str] = json.loads(schema.get(self._db, "labels_of_format_1") or "[]")
        return found

    def labels_version(self) -> int:
        """Return a number that changes whenever the labels do."""
        return int(schema.get(self._db, "labels_version") or 0)

    def current_since(self, version: int) -> Current:
        """Return the records changed after a version, oldest change first."""
        with self.reading():
            head = schema.head(self._db)
            if head.seq == version:
                return _current([])
            if version and head.seq - version <= head.records:
                return _current(self._changed(version, head.seq))
            lines = self._db.execute(CURRENT).fetchall()
        _check_states(lines)
        if (len(lines), sum(line[4] for line in lines)) != (head.records, head.states):
            raise JournalDamagedError("the states of records are not all there")
        newer = lines if version == 0 else [line for line in lines if line[1] > version]
        return _current(sorted(newer, key=_version))

    def _changed(self, version: int, last: int) -> list[tuple[Any, ...]]:
        """Return rows of ``current`` as the newest events make them."""
        found: dict[str, tuple[Any, ...]] = {}
        moments: dict[int, int] = {}
        for seq, group, record, _, _, _, new, _, _ in self._events(version + 1, last):
            if group not in moments:
                moments[group] = schema.micros(self._group(group)[4])
            if record is not None:
                found.pop(record, None)
                found[record] = record, seq, new, moments[group]
        return list(found.values())

    def current_of(self, record_ids: Collection[str]) -> Current:
        """Return the present state of those of some records that were ever changed."""
        return _current(self._states_of(record_ids))

    def _states_of(self, record_ids: Collection[str]) -> list[tuple[Any, ...]]:
        if len(record_ids) <= _FEW:
            asked = (
                self._db.execute(CURRENT + " WHERE record_id = ?", (one,)).fetchone()
                for one in record_ids
            )
            lines = [line for line in asked if line is not None]
        elif len(record_ids) * 2 > schema.head(self._db).records:
            wanted = set(record_ids)
            lines = [line for line in self._db.execute(CURRENT) if line[0] in wanted]
        else:
            self._db.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (id TEXT PRIMARY KEY)")
            self._db.execute("DELETE FROM wanted")
            self._db.executemany(
                "INSERT OR IGNORE INTO wanted VALUES (?)", ((one,) for one in record_ids)
            )
            lines = self._db.execute(_WANTED).fetchall()
        _check_states(lines)
        return lines

    def groups(self, newest: int | None = None, before: int | None = None) -> list[Group]:
        """Return groups of changes, oldest first.

        Parameters
        ----------
        newest
            Only so many.
        before
            Only those with a lower number.
        """
        with self.reading():
            last = schema.head(self._db).group
            if before is not None:
                last = min(last, before - 1)
            first = 1 if newest is None else max(1, last - newest + 1)
            states = {line[0]: line[4] for line in self._steps(" WHERE edit >= ?", first)}
            return [
                Group(
                    number,
                    kind,
                    frozenset(json.loads(targets)) if targets != "[]" else frozenset(),
                    agent,
                    dt.datetime.fromisoformat(at),
                    query,
                    reason,
                    records,
                    states.get(number) == IN_EFFECT,
                )
                for number, kind, targets, agent, at, query, reason, _, _, records in self._groups(
                    first, last
                )
            ]

    def _groups(self, first: int, last: int) -> Iterator[tuple[Any, ...]]:
        expected = first
        for line in self._db.execute(
            _GROUP + " WHERE id BETWEEN ? AND ? ORDER BY id", (first, last)
        ):
            if line[0] != expected:
                break
            expected += 1
            yield schema.checked(line, "the group of changes")
        if expected != last + 1:
            raise JournalDamagedError(f"the group of changes {expected} is lost")

    def _group(self, number: int) -> tuple[Any, ...]:
        return next(self._groups(number, number))

    def around(self, moment: dt.datetime) -> tuple[int, int | None]:
        """Return the newest group up to a moment, 0 for none, and the oldest one after it."""
        at = moment.astimezone(dt.UTC).isoformat()
        before, after = self._db.execute(_AROUND, {"at": at}).fetchone()
        for number in (before, after):
            if number is not None:
                self._group(number)
        return before or 0, after

    def step(self, kind: Literal["undo", "redo"], agent: str | None) -> Step | None:
        """Return what a person would undo or redo next."""
        with self.reading():
            state = IN_EFFECT if kind == "undo" else UNDONE
            found = self._steps(
                " WHERE agent IS ? AND state = ? ORDER BY since DESC LIMIT 1", agent, state
            )
            for _, _, _, since, _ in found:
                edits = self._steps(
                    " WHERE agent IS ? AND state = ? AND since = ?", agent, state, since
                )
                return Step(frozenset(line[0] for line in edits), since)
            return None

    def in_effect(self, agent: str | None = None, edit: int | None = None) -> list[Step]:
        """Return the edits that are in effect, oldest first: a person's, or one of them."""
        found = self._steps(
            f" WHERE state = {IN_EFFECT} AND (? IS NULL OR author = ?)"
            " AND (? IS NULL OR edit = ?) ORDER BY since, edit",
            *(agent, agent, edit, edit),
        )
        by_group: dict[int, set[int]] = {}
        for one, _, _, since, _ in found:
            by_group.setdefault(since, set()).add(one)
        return [Step(frozenset(edits), since) for since, edits in by_group.items()]

    def _steps(self, where: str, *given: str | int | None) -> list[tuple[Any, ...]]:
        found = self._db.execute(_STEP + where, given).fetchall()
        return [schema.checked(line, "whether in effect is the edit") for line in found]

    def events(self, group: int | None = None, after: int = 0) -> list[tuple[int, Event]]:
        """Return events of records with the number of their group, in order.

        Parameters
        ----------
        group
            Only those of this group.
        after
            Only those with a higher number.
        """
        with self.reading():
            head = schema.head(self._db)
            first, last = after + 1, head.seq
            if group is not None:
                if not 1 <= group <= head.group:
                    return []
                *_, begin, size, _ = self._group(group)
                first, last = max(first, begin), begin + size - 1
            return [
                (number, Event(record, field, load(old), load(new), text_hash, seen, seq))
                for seq, number, record, text_hash, field, old, new, seen, _ in self._events(
                    first, last
                )
                if record is not None
            ]

    def kinds(self, group: int, most: int) -> list[tuple[str, State | None, State | None, int]]:
        """Return field, old and new state of a group's events, and how often: the commonest."""
        found = self._db.execute(
            "SELECT field, old, new, COUNT(*) AS n FROM events WHERE group_id = ?"
            " AND record_id IS NOT NULL GROUP BY field, old, new ORDER BY n DESC LIMIT ?",
            (group, most),
        )
        return [(field, load(old), load(new), count) for field, old, new, count in found]

    def columns(self, newest: int | None = None) -> EventColumns:
        """Return all events, or the newest so many, as columns."""
        with self.reading():
            last = schema.head(self._db).seq
            return columns.read(self._db, 0 if newest is None else max(0, last - newest))

    def last(self, group: int) -> int:
        """Return the number of the newest event up to a group, 0 when there is none."""
        with self.reading():
            if min(group, schema.head(self._db).group) < 1:
                return 0
            *_, first, size, _ = self._group(min(group, schema.head(self._db).group))
            return int(first + size - 1)

    def declared(self, group: int) -> tuple[tuple[Label, ...], tuple[Label, ...]] | None:
        """Return the labels before and after a group that changed them, else None."""
        with self.reading():
            *_, first, size, _ = self._group(group)
            for line in self._events(first + size - 1, first + size - 1) if size else ():
                if line[4] == LABELS:
                    return load_labels(line[5]), load_labels(line[6])
        return None

    def _events(self, first: int, last: int) -> Iterator[tuple[Any, ...]]:
        expected = first
        for line in self._db.execute(
            _EVENT + " WHERE seq BETWEEN ? AND ? ORDER BY seq", (first, last)
        ):
            if line[0] != expected:
                break
            expected += 1
            yield schema.checked(line, "change")
        if expected < last + 1:
            raise JournalDamagedError(f"change {expected} is lost")

    def written(self) -> Iterator[Written]:
        """Yield every group as it was written."""
        head = schema.head(self._db)
        lines, first = self._events(1, head.seq), 1
        for number, kind, targets, agent, at, query, reason, begin, size, _ in self._groups(
            1, head.group
        ):
            if begin != first:
                raise JournalDamagedError(f"changes before group {number} are lost")
            rows = [cast(Row, line[2:8]) for _, line in zip(range(size), lines, strict=False)]
            yield Written(number, kind, json.loads(targets), agent, at, query, reason, first, rows)
            first += size
        if first != head.seq + 1:
            raise JournalDamagedError("changes are of no group")

    def history(self, record_id: str, limit: int) -> list[Entry]:
        """Return the newest changes of one record, the newest first."""
        found: list[Entry] = []
        with self.reading():
            at = next((line[1] for line in self._states_of([record_id])), 0)
            while at and len(found) < limit:
                (line,) = self._events(at, at)
                _, group, record, _, field, old, new, _, before = line
                if record != record_id:
                    raise JournalDamagedError(f"change {at} is not of record {record_id!r}")
                _, kind, _, agent, moment, query, reason, *_ = self._group(group)
                found.append(Entry(field, load(old), load(new), kind, agent, moment, query, reason))
                at = before
        return found


def _version(line: Sequence[Any]) -> int:
    return int(line[1])


def _check_states(lines: Iterable[tuple[Any, ...]]) -> None:
    for *values, sealed in lines:
        if seal(*values) != sealed:
            raise JournalDamagedError(
                f"the state of record {values[0]!r} differs from its checksum"
            )


def _current(lines: Sequence[tuple[Any, ...]]) -> Current:
    places: dict[str | None, int] = {}
    which = [places.setdefault(line[2], len(places)) for line in lines]
    states: list[State | None] = [load(one) for one in places]
    return Current(
        [line[0] for line in lines],
        np.array([line[1] for line in lines], np.int64),
        states,
        np.array(which, np.int64),
        np.array([line[3] for line in lines], np.int64).view("datetime64[us]"),
    )
