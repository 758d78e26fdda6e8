"""The tables of the journal, and how those of an earlier format become these.

``groups`` and ``events`` are the history and never altered: an event names the one before it of the
same record, a group its first event and how many it has. Their folds are ``current``, the present
state of every record that was ever changed, and ``steps``: for each edit whether it is in effect
(1), undone (0) or undone for good (2), since which group, and who can turn that round.

SQLite's pages have no checksums, so every row has one (``seal``), and ``head`` in ``meta`` says how
many rows there are and what the seals of the folds add up to: no row can change or go unnoticed.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from dataclasses import astuple, dataclass
from typing import Any, Final, cast

from rubrix_widget.errors import JournalDamagedError
from rubrix_widget.store.journal.events import EARLIER, Row, Written, seal

FORMAT: Final = 2
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value, seal INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    targets TEXT NOT NULL,
    agent TEXT,
    at TEXT NOT NULL,
    query TEXT,
    reason TEXT,
    first INTEGER NOT NULL,
    size INTEGER NOT NULL,
    records INTEGER NOT NULL,
    seal INTEGER NOT NULL
);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL,
    record_id TEXT,
    text_hash TEXT,
    field TEXT NOT NULL,
    old TEXT,
    new TEXT,
    prediction TEXT,
    before INTEGER NOT NULL,
    seal INTEGER NOT NULL
);
CREATE TABLE current (
    record_id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    state TEXT,
    at INTEGER NOT NULL,
    seal INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE steps (
    edit INTEGER PRIMARY KEY,
    author TEXT,
    agent TEXT,
    since INTEGER NOT NULL,
    state INTEGER NOT NULL,
    seal INTEGER NOT NULL
);
CREATE INDEX steps_of ON steps (agent, state, since)
"""
_OF_FORMAT_1 = ("current", "labels", "events", "groups", "meta")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Head:
    """What the tables must have: written anew with every group.

    Attributes
    ----------
    group, seq
        Numbers of the newest group and event.
    records, states
        How many rows ``current`` has, and the sum of their seals.
    edits, steps
        The same of ``steps``.
    line, copied
        Where in the copy the line of the newest group begins and ends; -1 where the copy is being
        written anew.
    checksum
        Of the copy up to there.
    """

    group: int = 0
    seq: int = 0
    records: int = 0
    states: int = 0
    edits: int = 0
    steps: int = 0
    line: int = 0
    copied: int = 0
    checksum: int = 0

    def dump(self) -> str:
        """Return the head as text."""
        return json.dumps(astuple(self))


def micros(at: str) -> int:
    """Return a moment in microseconds since 1970."""
    return (dt.datetime.fromisoformat(at) - _EPOCH) // dt.timedelta(microseconds=1)


def checked(line: tuple[Any, ...], what: str) -> tuple[Any, ...]:
    """Return a row without its seal.

    Raises
    ------
    JournalDamagedError
        The row differs from its seal.
    """
    *values, sealed = line
    if seal(*values) != sealed:
        raise JournalDamagedError(f"{what} {values[0]!r} differs from its checksum")
    return tuple(values)


def get(db: sqlite3.Connection, key: str) -> Any:
    """Return a value of ``meta``, None where there is none."""
    found = db.execute("SELECT key, value, seal FROM meta WHERE key = ?", (key,)).fetchone()
    return None if found is None else checked(found, "the entry")[1]


def put(db: sqlite3.Connection, key: str, value: str | int | None) -> None:
    """Set a value of ``meta``."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (key, value, seal(key, value)))


def head(db: sqlite3.Connection) -> Head:
    """Return the head.

    Raises
    ------
    JournalDamagedError
        It is lost.
    """
    found = get(db, "head")
    if found is None:
        raise JournalDamagedError("it does not say how much it holds")
    return Head(*json.loads(found))


def has_tables(db: sqlite3.Connection) -> bool:
    """Tell whether anything is in a database."""
    return db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None


def prepare(db: sqlite3.Connection) -> None:
    """Make the tables, within a transaction."""
    for statement in _TABLES.split(";\n"):
        db.execute(statement)
    put(db, "head", Head().dump())
    db.execute(f"PRAGMA user_version = {FORMAT}")


def taken_from_format_1(db: sqlite3.Connection) -> tuple[list[Written], dict[str, Any]]:
    """Take everything out of tables of format 1, within a transaction; return groups and meta."""
    meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
    groups = {
        number: (kind, [] if target is None else [target], *rest)
        for number, kind, target, *rest in db.execute(
            "SELECT id, kind, target, agent, at, query, reason FROM groups ORDER BY id"
        )
    }
    rows: dict[int, list[Row]] = {number: [] for number in groups}
    events = db.execute(
        "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction FROM events"
        " ORDER BY seq"
    )
    for expected, (seq, group, *row) in enumerate(events, start=1):
        if seq != expected or group not in rows:
            raise JournalDamagedError(f"change {expected} is lost, or its group")
        rows[group].append(cast(Row, tuple(row)))
    found, first = [], 1
    for number, (kind, targets, agent, at, query, reason) in groups.items():
        lines = rows[number]
        found.append(Written(number, kind, targets, agent, at, query, reason, first, lines))
        first += len(lines)
    names = [name for (name,) in db.execute("SELECT name FROM labels ORDER BY id")]
    if names:
        at = dt.datetime.now(dt.UTC).isoformat()
        line: Row = (None, None, EARLIER, None, json.dumps(names), None)
        number = max(groups, default=0) + 1
        found.append(Written(number, "logged", [], None, at, None, None, first, [line]))
    for table in _OF_FORMAT_1:
        db.execute(f"DROP TABLE {table}")
    return found, meta
