"""The journal as columns: a million changes without an object for each."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rubrix_widget.arrays import Ints
from rubrix_widget.errors import JournalDamagedError
from rubrix_widget.store.journal import schema
from rubrix_widget.store.journal.folding import IN_EFFECT

_AT_ONCE = 100_000  # rows that are in memory as Python sees them
_crc = zlib.crc32


@dataclass(frozen=True)
class GroupColumns:
    """Groups of events in their order; ``at`` is in microseconds since 1970 (UTC)."""

    number: Ints
    kind: list[str]
    agent: list[str | None]
    at: Ints
    query: list[str | None]
    reason: list[str | None]
    in_effect: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class EventColumns:
    """Events in their order, as columns; each of shape (n,).

    Attributes
    ----------
    number
        Numbers of the events.
    group
        Place of each event's group in ``groups``.
    ids
        Ids of the records; None where an event is of no record.
    field, old, new, prediction
        Places in ``texts``, as :mod:`rubrix_widget.store.journal.events` writes the values.
    texts
        The different values.
    """

    number: Ints
    group: Ints
    ids: list[str | None]
    field: Ints
    old: Ints
    new: Ints
    prediction: Ints
    texts: list[str | None]
    groups: GroupColumns

    def __len__(self) -> int:
        return len(self.number)


def read(db: sqlite3.Connection, after: int = 0) -> EventColumns:
    """Return the events with a higher number than ``after``, and their groups.

    Raises
    ------
    JournalDamagedError
        A row is lost, or differs from its checksum.
    """
    head = schema.head(db)
    cursor = db.execute(
        "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction, before, seal"
        " FROM events WHERE seq > ? ORDER BY seq",
        (after,),
    )
    places: dict[str | None, int] = {}
    numbers: list[Ints] = [np.zeros((6, 0), np.int64)]
    ids: list[str | None] = []
    while rows := cursor.fetchmany(_AT_ONCE):
        # `events.seal` written out, as a call for each of a million rows would double the time
        for a, b, c, d, e, f, g, h, i, sealed in rows:
            line = f"{a}\x1f{b}\x1f{c}\x1f{d}\x1f{e}\x1f{f}\x1f{g}\x1f{h}\x1f{i}"
            if _crc(line.encode("utf-8", "surrogatepass")) != sealed:
                raise JournalDamagedError(f"change {a} differs from its checksum")
        seq, group, record, _, *values, _, _ = zip(*rows, strict=True)
        ids += record
        coded = [[places.setdefault(one, len(places)) for one in column] for column in values]
        numbers.append(np.array([seq, group, *coded], np.int64))
    seq, group, field, old, new, prediction = np.concatenate(numbers, axis=1)
    if not np.array_equal(seq, np.arange(after + 1, head.seq + 1)):
        raise JournalDamagedError("changes are lost")
    groups = _groups(db, int(group.min()) if len(group) else head.group + 1, head.group)
    where = np.searchsorted(groups.number, group)
    return EventColumns(seq, where, ids, field, old, new, prediction, list(places), groups)


def _groups(db: sqlite3.Connection, first: int, last: int) -> GroupColumns:
    found = [
        schema.checked(line, "the group of changes")
        for line in db.execute(
            "SELECT id, kind, targets, agent, at, query, reason, first, size, records, seal"
            " FROM groups WHERE id >= ? ORDER BY id",
            (first,),
        )
    ]
    number, kind, _, agent, at, query, reason, *_ = zip(*found, strict=True) if found else [()] * 10
    numbers = np.array(number, np.int64)
    if not np.array_equal(numbers, np.arange(first, last + 1)):
        raise JournalDamagedError("groups of changes are lost")
    steps = [
        schema.checked(line, "whether in effect is the edit")
        for line in db.execute(
            "SELECT edit, author, agent, since, state, seal FROM steps WHERE edit >= ?", (first,)
        )
    ]
    in_effect = [edit for edit, _, _, _, state in steps if state == IN_EFFECT]
    return GroupColumns(
        numbers,
        list(kind),
        list(agent),
        np.array([schema.micros(one) for one in at], np.int64),
        list(query),
        list(reason),
        np.isin(numbers, in_effect),
    )
