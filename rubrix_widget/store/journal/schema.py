"""The tables of the journal, and how those of an earlier format become these.

``groups`` and ``events`` are the history and never altered; ``targets`` says which edits an undo
takes back. Their folds are ``current``, the present state of every record that was ever changed,
and ``steps``: for each edit whether it is in effect (1), undone (0) or undone for good (2), since
which group, and who can turn that round.
Rows of events and of ``current`` carry a checksum, as SQLite's pages have none.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from typing import Final

from rubrix_widget.store.journal.events import seal

FORMAT: Final = 2
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo', 'logged', 'lost')),
    agent TEXT,
    at TEXT NOT NULL,
    query TEXT,
    reason TEXT
);
CREATE TABLE targets (
    group_id INTEGER NOT NULL REFERENCES groups (id),
    target INTEGER NOT NULL REFERENCES groups (id),
    PRIMARY KEY (group_id, target)
) WITHOUT ROWID;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES groups (id),
    record_id TEXT,
    text_hash TEXT,
    field TEXT NOT NULL,
    old TEXT,
    new TEXT,
    prediction TEXT,
    seal INTEGER NOT NULL
);
CREATE INDEX events_of_group ON events (group_id);
CREATE INDEX events_of_record ON events (record_id);
CREATE TABLE current (
    record_id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    state TEXT,
    at INTEGER NOT NULL,
    seal INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX current_by_version ON current (version);
CREATE TABLE steps (
    edit INTEGER PRIMARY KEY, agent TEXT, since INTEGER NOT NULL, state INTEGER NOT NULL
);
CREATE INDEX steps_of ON steps (agent, state, since)
"""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def micros(at: str) -> int:
    """Return a moment in microseconds since 1970."""
    return (dt.datetime.fromisoformat(at) - _EPOCH) // dt.timedelta(microseconds=1)


def prepare(db: sqlite3.Connection, version: int) -> None:
    """Make the tables, within a transaction; ``version`` is the format of what is there, or 0."""
    statements = (_SET_ASIDE if version == 1 else "") + _TABLES
    for statement in statements.split(";\n"):
        db.execute(statement)
    if version == 1:
        _take_over(db)
    db.execute("PRAGMA user_version = 2")


_SET_ASIDE = """
DROP INDEX events_of_group;
DROP INDEX events_of_record;
DROP INDEX current_by_version;
ALTER TABLE meta RENAME TO old_meta;
ALTER TABLE groups RENAME TO old_groups;
ALTER TABLE events RENAME TO old_events;
ALTER TABLE current RENAME TO old_current;
ALTER TABLE labels RENAME TO old_labels;
"""
_CLEAR = """
DROP TABLE old_labels;
DROP TABLE old_current;
DROP TABLE old_events;
DROP TABLE old_groups;
DROP TABLE old_meta
"""


def _take_over(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO meta SELECT key, value FROM old_meta")
    db.execute(
        "INSERT INTO groups (id, kind, agent, at, query, reason)"
        " SELECT id, kind, agent, at, query, reason FROM old_groups"
    )
    db.execute("INSERT INTO targets SELECT id, target FROM old_groups WHERE target IS NOT NULL")
    for number, kind, agent, target in db.execute(
        "SELECT id, kind, agent, target FROM old_groups ORDER BY id"
    ).fetchall():
        step(db, number, kind, agent, [] if target is None else [target])
    events = db.execute(
        "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction FROM old_events"
    )
    db.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((*line, seal(*line)) for line in events),
    )
    states = db.execute("SELECT record_id, version, state, at FROM old_current")
    lines = ((record, version, state, micros(at)) for record, version, state, at in states)
    db.executemany(
        "INSERT INTO current VALUES (?, ?, ?, ?, ?)", ((*line, seal(*line)) for line in lines)
    )
    names = [name for (name,) in db.execute("SELECT name FROM old_labels ORDER BY id")]
    db.execute("INSERT INTO meta VALUES ('labels_of_format_1', ?)", (json.dumps(names),))
    for statement in _CLEAR.split(";\n"):
        db.execute(statement)


def step(
    db: sqlite3.Connection, group: int, kind: str, agent: str | None, targets: list[int]
) -> None:
    """Fold a group into ``steps``."""
    if kind == "edit":
        db.execute("UPDATE steps SET state = 2 WHERE agent IS ? AND state = 0", (agent,))
        db.execute("INSERT INTO steps VALUES (?, ?, ?, 1)", (group, agent, group))
    elif kind == "undo":
        db.executemany(
            "UPDATE steps SET state = 0, since = ?, agent = ? WHERE edit = ?",
            ((group, agent, target) for target in targets),
        )
    elif kind == "redo":
        db.executemany(
            "UPDATE steps SET state = 1, since = ?, agent ="
            " (SELECT agent FROM groups WHERE id = edit) WHERE edit = ?",
            ((group, target) for target in targets),
        )


def newest(db: sqlite3.Connection, table: str) -> int:
    """Return the highest number that a table ever gave."""
    found = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(found[0]) if found else 0
