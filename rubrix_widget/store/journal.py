"""The journal: every change people make, appended to SQLite and on disk before it is answered.

``events`` is the history, one line a record and change, never altered. ``current`` is its fold:
the present state of every record that was ever changed, kept in the same transaction.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rubrix_widget.columns import State
from rubrix_widget.errors import DatasetFormatError

FORMAT = 1
_BUSY_MS = 30_000  # how long to wait for another process's transaction
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo', 'logged')),
    target INTEGER REFERENCES groups (id),
    agent TEXT,
    at TEXT NOT NULL,
    query TEXT,
    reason TEXT
);
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES groups (id),
    record_id TEXT NOT NULL,
    text_hash TEXT,
    field TEXT NOT NULL,
    old TEXT,
    new TEXT,
    prediction TEXT
);
CREATE INDEX IF NOT EXISTS events_of_group ON events (group_id);
CREATE INDEX IF NOT EXISTS events_of_record ON events (record_id);
CREATE TABLE IF NOT EXISTS current (
    record_id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT, at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS labels (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL);
CREATE INDEX IF NOT EXISTS current_by_version ON current (version);
"""


@dataclass(frozen=True)
class Event:
    """One change of one record; states are whole, so undoing is putting ``old`` back."""

    record_id: str
    field: str
    old: State | None
    new: State | None
    text_hash: str | None = None
    prediction: str | None = None


@dataclass(frozen=True)
class Current:
    """The present state of a record that was changed; None when it is as logged again."""

    record_id: str
    version: int
    state: State | None
    at: dt.datetime


@dataclass(frozen=True)
class Group:
    """Events made by one gesture."""

    id: int
    kind: str
    target: int | None
    agent: str | None


@dataclass(frozen=True)
class Entry:
    """One change of a record with who made it, when, and why."""

    field: str
    old: State | None
    new: State | None
    kind: str
    agent: str | None
    at: str
    query: str | None
    reason: str | None


class Journal:
    """One connection to a dataset's journal. Not thread-safe: its owner holds a lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        writable = os.access(path if path.exists() else path.parent, os.W_OK)
        self._db = self._connect("rwc" if writable and os.access(path.parent, os.W_OK) else None)
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self._db.close()
            if "readonly" not in str(error) and "unable to open" not in str(error):
                raise
            self._db = self._connect(None)
        except BaseException:
            self._db.close()
            raise
        self._inode = path.stat().st_ino

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

    def _prepare(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > FORMAT:
            raise DatasetFormatError(
                f"the journal {self.path} has format {version}; this version of rubrix_widget "
                f"reads format {FORMAT}. Upgrade rubrix_widget to open it; nothing was changed"
            )
        if not os.access(self.path, os.W_OK):
            return
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        if version < FORMAT:
            with self.writing():
                for statement in _SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self._db.execute("PRAGMA user_version = 1")

    def is_replaced(self) -> bool:
        """Tell whether the file this connection writes to is no longer the dataset's journal."""
        try:
            return self.path.stat().st_ino != self._inode
        except FileNotFoundError:
            return True

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def copy(self, path: Path) -> None:
        """Write the whole journal, as it is now, into a new file."""
        with closing(sqlite3.connect(path)) as target:
            self._db.backup(target)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one write transaction; commit on leaving, or roll everything back."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

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
        found = self._db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
        return int(found[0]) if found else 0

    def current_since(self, version: int) -> list[Current]:
        """Return the records changed after a version, oldest change first."""
        found = self._db.execute(
            "SELECT record_id, version, state, at FROM current WHERE version > ? ORDER BY version",
            (version,),
        )
        return [_current(line) for line in found]

    def current_of(self, record_ids: Iterable[str]) -> dict[str, Current]:
        """Return the present state of those of some records that were ever changed."""
        statement = "SELECT record_id, version, state, at FROM current WHERE record_id = ?"
        lines = (self._db.execute(statement, (one,)).fetchone() for one in record_ids)
        return {line[0]: _current(line) for line in lines if line is not None}

    def append(
        self,
        kind: str,
        events: Sequence[Event],
        *,
        target: int | None = None,
        agent: str | None = None,
        query: str | None = None,
        reason: str | None = None,
    ) -> int:
        """Write one group of events inside :meth:`writing`; return the group's number."""
        at = dt.datetime.now(dt.UTC).isoformat()
        cursor = self._db.execute(
            "INSERT INTO groups (kind, target, agent, at, query, reason) VALUES (?, ?, ?, ?, ?, ?)",
            (kind, target, agent, at, query, reason),
        )
        group = int(cursor.lastrowid or 0)
        (last,) = self._db.execute("SELECT COALESCE(MAX(seq), 0) FROM events").fetchone()
        numbered = list(enumerate(events, start=last + 1))
        self._db.executemany(
            "INSERT INTO events (seq, group_id, record_id, text_hash, field, old, new, prediction)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    seq,
                    group,
                    event.record_id,
                    event.text_hash,
                    event.field,
                    _dump(event.old),
                    _dump(event.new),
                    event.prediction,
                )
                for seq, event in numbered
            ),
        )
        self._db.executemany(
            "INSERT INTO current (record_id, version, state, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (record_id) DO UPDATE SET"
            " version = excluded.version, state = excluded.state, at = excluded.at",
            ((event.record_id, seq, _dump(event.new), at) for seq, event in numbered),
        )
        return group

    def add_labels(self, names: Iterable[str]) -> None:
        """Keep labels made while annotating, in the order they were made."""
        self._db.executemany(
            "INSERT OR IGNORE INTO labels (name) VALUES (?)", ((name,) for name in names)
        )

    def labels(self) -> list[str]:
        """Return the labels made while annotating, oldest first."""
        return [name for (name,) in self._db.execute("SELECT name FROM labels ORDER BY id")]

    def groups(self) -> list[Group]:
        """Return the groups of changes, oldest first."""
        found = self._db.execute(
            "SELECT id, kind, target, agent FROM groups WHERE kind <> 'logged' ORDER BY id"
        )
        return [Group(*line) for line in found]

    def events_of(self, group: int) -> list[Event]:
        """Return the events of one group, in order."""
        found = self._db.execute(
            "SELECT record_id, field, old, new, text_hash, prediction FROM events"
            " WHERE group_id = ? ORDER BY seq",
            (group,),
        )
        return [
            Event(line[0], line[1], _load(line[2]), _load(line[3]), line[4], line[5])
            for line in found
        ]

    def history(self, record_id: str, limit: int) -> list[Entry]:
        """Return the newest changes of one record, the newest first."""
        found = self._db.execute(
            "SELECT field, old, new, kind, agent, at, query, reason FROM events"
            " JOIN groups ON groups.id = group_id WHERE record_id = ? ORDER BY seq DESC LIMIT ?",
            (record_id, limit),
        )
        return [Entry(line[0], _load(line[1]), _load(line[2]), *line[3:]) for line in found]

    def apply_reset(self, generation: int, record_ids: Sequence[str], version: int) -> None:
        """Take back changes that a later log superseded, once for each generation.

        Within the present write transaction, where there is one.
        """
        with nullcontext() if self._db.in_transaction else self.writing():
            if self.generation() >= generation:
                return
            known = self.current_of(record_ids)
            events = [
                Event(one.record_id, "record", one.state, None)
                for one in known.values()
                if one.version <= version and one.state is not None
            ]
            if events:
                self.append("logged", events)
            self._db.execute(
                "INSERT INTO meta (key, value) VALUES ('generation', ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (generation,),
            )


def _current(line: tuple[str, int, str | None, str]) -> Current:
    return Current(line[0], line[1], _load(line[2]), dt.datetime.fromisoformat(line[3]))


@lru_cache(maxsize=256)
def _dump(state: State | None) -> str | None:
    if state is None:
        return None
    content = {
        "annotation": state.annotation,
        "status": state.status,
        "annotation_agent": state.annotation_agent,
    }
    return json.dumps(content, ensure_ascii=False)


@lru_cache(maxsize=256)
def _load(text: str | None) -> State | None:
    if text is None:
        return None
    content = json.loads(text)
    annotation = content["annotation"]
    return State(
        None if annotation is None else tuple(annotation),
        content["status"],
        content["annotation_agent"],
    )
