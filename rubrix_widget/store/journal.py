"""The journal: every change people make, appended to SQLite and on disk before it is answered.

:mod:`rubrix_widget.store.schema` has its tables. Beside it is a copy as lines of text, which a
damaged database is mended from (:mod:`rubrix_widget.store.mending`).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np

from rubrix_widget.columns import State
from rubrix_widget.errors import DatasetFormatError, JournalDamagedError, StoreWarning, warn
from rubrix_widget.store import journal_copy, schema
from rubrix_widget.store.events import (
    LABELS,
    MADE,
    Batch,
    Current,
    Entry,
    Event,
    Group,
    Label,
    Row,
    Step,
    Written,
    dump,
    dump_labels,
    load,
    load_labels,
    seal,
)
from rubrix_widget.store.journal_copy import JournalCopy

FILE = "journal.sqlite"
_BUSY_MS = 30_000  # how long to wait for another process's transaction
_BEHIND = dt.timedelta(minutes=1)  # a clock further back than that was set
_EVENTS = (
    "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction, seal FROM events"
    " WHERE seq > ? ORDER BY seq"
)
_EVENTS_OF = (
    "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction, seal FROM events"
    " WHERE seq > ? AND group_id = ? ORDER BY seq"
)


class Journal:
    """One connection to a dataset's journal. Not thread-safe: its owner holds a lock.

    Raises
    ------
    JournalDamagedError
        The file is damaged; so does every method.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._copy = JournalCopy(path.with_name(journal_copy.FILE))
        writable = os.access(path if path.exists() else path.parent, os.W_OK)
        self._db = self._connect("rwc" if writable and os.access(path.parent, os.W_OK) else None)
        try:
            try:
                self._prepare()
            except sqlite3.OperationalError as error:
                self._db.close()
                if "readonly" not in str(error) and "unable to open" not in str(error):
                    raise
                self._db = self._connect(None)
                self._check_format()
            self._inode = path.stat().st_ino
        except BaseException:
            self._db.close()
            raise

    def _connect(self, mode: str | None) -> sqlite3.Connection:
        """Open the file to write, or only to read where the folder cannot be written.

        Changes still in the write-ahead log can be read while the writer keeps it; without one,
        SQLite opens such a folder only as unchanging.
        """
        log = self.path.with_name(self.path.name + "-wal")
        how = f"mode={mode}" if mode else "mode=ro" if log.exists() else "immutable=1"
        return sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{how}",
            uri=True,
            timeout=_BUSY_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
        )

    def _check_format(self) -> int:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > schema.FORMAT:
            raise DatasetFormatError(
                f"the journal {self.path} has format {version}; this version of rubrix_widget "
                f"reads format {schema.FORMAT}. Upgrade rubrix_widget to open it; nothing was "
                f"changed"
            )
        if version == 1 and not self._is_writable():  # what is read is brought up to date aside
            with closing(self._db) as before:
                self._db = sqlite3.connect(":memory:", isolation_level=None)
                before.backup(self._db)
            schema.prepare(self._db, version)
        return int(version)

    def _is_writable(self) -> bool:
        return os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)

    def _prepare(self) -> None:
        version = self._check_format()
        if not os.access(self.path, os.W_OK):
            return
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        if version < schema.FORMAT:
            with self._transaction():
                (version,) = self._db.execute("PRAGMA user_version").fetchone()
                if version < schema.FORMAT:  # nobody was faster
                    schema.prepare(self._db, version)
        self._db.execute("PRAGMA foreign_keys = ON")

    def is_replaced(self) -> bool:
        """Tell whether the file this connection writes to is no longer the dataset's journal."""
        try:
            return self.path.stat().st_ino != self._inode
        except FileNotFoundError:
            return True

    def close(self) -> None:
        """Close the connection."""
        self._copy.close()
        self._db.close()

    def copy(self, path: Path, token: str) -> None:
        """Write the whole journal, as it is now, into a new file, as that of another dataset."""
        with closing(sqlite3.connect(path, isolation_level=None)) as target:
            self._db.backup(target)
        with closing(Journal(path)) as other:
            other.bind(token)

    # Writing ----------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one write transaction; commit on leaving, or roll everything back."""
        self.settle()
        with self._transaction():
            yield
            if self.is_replaced():  # mended by another process meanwhile
                raise JournalDamagedError("the journal was mended meanwhile")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        self._before: int | None = None
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if self._before is not None:
                self._copy.cut(self._before)
            raise

    def settle(self) -> None:
        """Bring database and copy to one state: a crash may have come between the two.

        What the copy has beyond the database was about to be committed, and is taken over; a copy
        that is lacking or behind is written anew.
        """
        if self._get("copied") == self._copy.size() or not self._is_writable():
            return
        with self._transaction():
            known, size = int(self._get("copied") or 0), self._copy.size()
            for written in self._copy.read(known) if size > known else ():
                if written.first == schema.newest(self._db, "events") + 1:
                    self._insert(written)
            self._set("copied", self._copy.rewrite(self.written()))

    def append(self, batch: Batch) -> int:
        """Write a group of events inside :meth:`writing`; return the group's number."""
        rows: list[Row] = [
            (one.record_id, one.text_hash, one.field, dump(one.old), dump(one.new), one.prediction)
            for one in batch.events
        ]
        if batch.labels is not None:
            old, new = dump_labels(self.labels()), dump_labels(batch.labels)
            rows.append((None, None, MADE if batch.made else LABELS, old, new, None))
        written = Written(
            group=schema.newest(self._db, "groups") + 1,
            kind=batch.kind,
            targets=sorted(batch.targets),
            agent=batch.agent,
            at=self._now(),
            query=batch.query,
            reason=batch.reason,
            first=schema.newest(self._db, "events") + 1,
            rows=rows,
        )
        if self._before is None:
            self._before = self._copy.size()
        copied = self._copy.append(written)
        self._insert(written)
        self._set("copied", copied)
        return written.group

    def _now(self) -> str:
        """Return the moment, as the clock has it; tell where the clock was set back."""
        now = dt.datetime.now(dt.UTC)
        last = self._db.execute("SELECT at FROM groups ORDER BY id DESC LIMIT 1").fetchone()
        newest = None if last is None else dt.datetime.fromisoformat(last[0])
        if newest is not None and newest - now > _BEHIND:
            warn(
                f"the clock says {now:%Y-%m-%d %H:%M} UTC, before the newest change in "
                f"{self.path.parent.name!r} ({newest:%Y-%m-%d %H:%M} UTC). Changes keep their "
                f"order; their times may not. Check the clock of this computer",
                StoreWarning,
            )
        return now.isoformat()

    def insert(self, groups: Iterable[Written]) -> None:
        """Write groups with the numbers they have, into a journal that lacks them."""
        with self._transaction():
            for written in groups:
                self._insert(written)
            self._set("copied", self._copy.rewrite(self.written()))

    def _insert(self, one: Written) -> None:
        self._db.execute(
            "INSERT INTO groups (id, kind, agent, at, query, reason) VALUES (?, ?, ?, ?, ?, ?)",
            (one.group, one.kind, one.agent, one.at, one.query, one.reason),
        )
        targets = [(one.group, target) for target in one.targets]
        self._db.executemany("INSERT INTO targets VALUES (?, ?)", targets)
        schema.step(self._db, one.group, one.kind, one.agent, one.targets)
        lines = [(seq, one.group, *row) for seq, row in enumerate(one.rows, start=one.first)]
        self._db.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((*line, seal(*line)) for line in lines),
        )
        at = schema.micros(one.at)
        states = ((record, seq, new, at) for seq, _, record, _, _, _, new, _ in lines if record)
        self._db.executemany(
            "INSERT INTO current VALUES (?, ?, ?, ?, ?) ON CONFLICT (record_id) DO UPDATE SET"
            " version = excluded.version, state = excluded.state, at = excluded.at,"
            " seal = excluded.seal",
            ((*line, seal(*line)) for line in states),
        )
        for seq, _, _, _, field, _, new, _ in lines:
            if field in (LABELS, MADE):
                self._set("labels", new)
                self._set("labels_version", seq)

    def apply_reset(self, generation: int, record_ids: Sequence[str], version: int) -> None:
        """Take back changes that a later log superseded, once for each generation.

        Within the present write transaction, where there is one.
        """
        with nullcontext() if self._db.in_transaction else self.writing():
            if self.generation() >= generation:
                return
            events = [
                Event(record_id, "record", state, None)
                for record_id, (newest, state) in self.current_of(record_ids).by_id().items()
                if newest <= version and state is not None
            ]
            if events:
                self.append(Batch("logged", events))
            self._set("generation", generation)

    def dataset(self) -> str | None:
        """Return the token of the dataset whose journal this is; None where it is of none yet."""
        found: str | None = self._get("dataset")
        return found

    def bind(self, token: str) -> None:
        """Make this the journal of a dataset."""
        if self.dataset() != token and self._is_writable():
            with nullcontext() if self._db.in_transaction else self.writing():
                self._set("dataset", token)

    def _get(self, key: str) -> Any:
        found = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if found is None else found[0]

    def _set(self, key: str, value: str | int | None) -> None:
        self._db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    # Reading ----------------------------------------------------------------------------------

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
                "SELECT group_id, COUNT(*) FROM events WHERE group_id BETWEEN ? AND ?"
                " GROUP BY group_id",
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
