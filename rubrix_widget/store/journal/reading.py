"""What a journal tells: changes, groups of them, and the states they lead to."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
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

_EVENTS = (
    "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction, seal FROM events"
    " WHERE seq > ? ORDER BY seq"
)
_EVENTS_OF = (
    "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction, seal FROM events"
    " WHERE seq > ? AND group_id = ? ORDER BY seq"
)


class Reading:
    """Answers from the tables of a journal, each row compared with its checksum.

    Raises
    ------
    JournalDamagedError, sqlite3.DatabaseError
        By every method, where the file is damaged.
    """

    _db: sqlite3.Connection

    def check(self) -> None:
        """Read everything, and compare it with its checksums.

        Raises
        ------
        JournalDamagedError, sqlite3.DatabaseError
            Something is damaged.
        """
        (answer,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            raise JournalDamagedError(answer)
        for _ in self.written():
            pass
        self.current_since(0)

    def foreign_version(self) -> int:
        """Return a number that changes whenever another connection has written."""
        (number,) = self._db.execute("PRAGMA data_version").fetchone()
        return int(number)

    def version(self) -> int:
        """Return the number of the newest change, 0 when there is none."""
        (number,) = self._db.execute("SELECT COALESCE(MAX(version), 0) FROM current").fetchone()
        return int(number)

    def generation(self) -> int:
        """Return the manifest generation whose resets were last applied."""
        return int(self._get("generation") or 0)

    def labels(self) -> tuple[Label, ...]:
        """Return the labels that were declared, or made while annotating, in their order."""
        return load_labels(self._get("labels"))

    def labels_of_format_1(self) -> list[str]:
        """Return labels made while annotating that an earlier format kept without their order."""
        found: list[str] = json.loads(self._get("labels_of_format_1") or "[]")
        return found

    def labels_version(self) -> int:
        """Return a number that changes whenever the labels do."""
        return int(self._get("labels_version") or 0)

    def current_since(self, version: int) -> Current:
        """Return the records changed after a version, oldest change first."""
        found = self._db.execute(
            "SELECT record_id, version, state, at, seal FROM current WHERE version > ?"
            " ORDER BY version",
            (version,),
        )
        return _current(found.fetchall())

    def current_of(self, record_ids: Iterable[str]) -> Current:
        """Return the present state of those of some records that were ever changed."""
        statement = "SELECT record_id, version, state, at, seal FROM current WHERE record_id = ?"
        lines = (self._db.execute(statement, (one,)).fetchone() for one in record_ids)
        return _current([line for line in lines if line is not None])

    def groups(self, newest: int | None = None, before: int | None = None) -> list[Group]:
        """Return groups of changes, oldest first.

        Parameters
        ----------
        newest
            Only so many.
        before
            Only those with a lower number.
        """
        last = schema.newest(self._db, "groups") if before is None else before - 1
        found = self._db.execute(
            "SELECT id, kind, groups.agent, at, query, reason, state FROM groups"
            " LEFT JOIN steps ON edit = id WHERE id <= ? ORDER BY id DESC LIMIT ?",
            (last, -1 if newest is None else newest),
        ).fetchall()
        first = found[-1][0] if found else 0
        targets: dict[int, set[int]] = {}
        for group, target in self._db.execute(
            "SELECT group_id, target FROM targets WHERE group_id BETWEEN ? AND ?", (first, last)
        ):
            targets.setdefault(group, set()).add(target)
        counts = dict(
            self._db.execute(
                "SELECT group_id, COUNT(DISTINCT record_id) FROM events"
                " WHERE group_id BETWEEN ? AND ? GROUP BY group_id",
                (first, last),
            )
        )
        return [
            Group(
                one,
                kind,
                frozenset(targets.get(one, ())),
                agent,
                dt.datetime.fromisoformat(at),
                query,
                reason,
                counts.get(one, 0),
                state == 1,
            )
            for one, kind, agent, at, query, reason, state in reversed(found)
        ]

    def step(self, kind: Literal["undo", "redo"], agent: str | None) -> Step | None:
        """Return what a person would undo or redo next."""
        state = 1 if kind == "undo" else 0
        found = self._db.execute(
            "SELECT since FROM steps WHERE agent IS ? AND state = ? ORDER BY since DESC LIMIT 1",
            (agent, state),
        ).fetchone()
        if found is None:
            return None
        edits = self._db.execute(
            "SELECT edit FROM steps WHERE agent IS ? AND state = ? AND since = ?",
            (agent, state, found[0]),
        )
        return Step(frozenset(edit for (edit,) in edits), found[0])

    def in_effect(self, agent: str | None = None, edit: int | None = None) -> list[Step]:
        """Return the edits that are in effect, oldest first: a person's, or one of them."""
        found = self._db.execute(
            "SELECT edit, since FROM steps WHERE state = 1"
            " AND (? IS NULL OR edit IN (SELECT id FROM groups WHERE agent = ?))"
            " AND (? IS NULL OR edit = ?) ORDER BY since, edit",
            (agent, agent, edit, edit),
        )
        by_group: dict[int, set[int]] = {}
        for one, since in found:
            by_group.setdefault(since, set()).add(one)
        return [Step(frozenset(edits), since) for since, edits in by_group.items()]

    def events(self, group: int | None = None, after: int = 0) -> list[tuple[int, Event]]:
        """Return events of records with the number of their group, in order.

        Parameters
        ----------
        group
            Only those of this group.
        after
            Only those with a higher number.
        """
        found = []
        for seq, number, record, text_hash, field, old, new, seen in self._rows(group, after):
            if record is not None:
                event = Event(record, field, load(old), load(new), text_hash, seen, seq)
                found.append((number, event))
        return found

    def columns(self, newest: int | None = None) -> EventColumns:
        """Return all events, or the newest so many, as columns."""
        last = schema.newest(self._db, "events")
        return columns.read(self._db, 0 if newest is None else last - newest)

    def last(self, group: int) -> int:
        """Return the number of the newest event up to a group, 0 when there is none."""
        found = self._db.execute(
            "SELECT COALESCE(MAX(seq), 0) FROM events WHERE group_id <= ?", (group,)
        ).fetchone()
        return int(found[0])

    def declared(self, group: int) -> tuple[tuple[Label, ...], tuple[Label, ...]] | None:
        """Return the labels before and after a group that changed them, else None."""
        for line in self._rows(group, 0):
            if line[4] == LABELS:
                return load_labels(line[5]), load_labels(line[6])
        return None

    def _rows(self, group: int | None, after: int) -> Iterator[tuple[Any, ...]]:
        statement = _EVENTS if group is None else _EVENTS_OF
        given = (after,) if group is None else (after, group)
        for *line, sealed in self._db.execute(statement, given):
            if seal(*line) != sealed:
                raise JournalDamagedError(f"change {line[0]} differs from its checksum")
            yield tuple(line)

    def written(self) -> Iterator[Written]:
        """Yield every group as it was written."""
        targets: dict[int, list[int]] = {}
        for group, target in self._db.execute("SELECT * FROM targets ORDER BY target"):
            targets.setdefault(group, []).append(target)
        groups = {
            number: rest
            for number, *rest in self._db.execute(
                "SELECT id, kind, agent, at, query, reason FROM groups"
            )
        }
        lines = self._rows(None, 0)
        line, first = next(lines, None), 1
        for number, (kind, agent, at, query, reason) in sorted(groups.items()):
            rows: list[Row] = []
            while line is not None and line[1] == number:
                rows.append(cast(Row, line[2:]))
                line = next(lines, None)
            goals = targets.get(number, [])
            yield Written(number, kind, goals, agent, at, query, reason, first, rows)
            first += len(rows)

    def history(self, record_id: str, limit: int) -> list[Entry]:
        """Return the newest changes of one record, the newest first."""
        found = self._db.execute(
            "SELECT field, old, new, kind, agent, at, query, reason FROM events"
            " JOIN groups ON groups.id = group_id WHERE record_id = ? ORDER BY seq DESC LIMIT ?",
            (record_id, limit),
        )
        return [Entry(line[0], load(line[1]), load(line[2]), *line[3:]) for line in found]

    def _get(self, key: str) -> Any:
        found = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if found is None else found[0]


def _current(lines: Sequence[tuple[str, int, str | None, int, int]]) -> Current:
    places: dict[str | None, int] = {}
    for *line, sealed in lines:
        if seal(*line) != sealed:
            raise JournalDamagedError(
                f"what record {line[0]!r} became by change {line[1]} differs from its checksum"
            )
    which = [places.setdefault(line[2], len(places)) for line in lines]
    states: list[State | None] = [load(one) for one in places]
    return Current(
        [line[0] for line in lines],
        np.array([line[1] for line in lines], np.int64),
        states,
        np.array(which, np.int64),
        np.array([line[3] for line in lines], np.int64).view("datetime64[us]"),
    )
