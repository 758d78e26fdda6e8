"""Mending a damaged journal from its copy, and from what can still be read of it."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rubrix_widget.errors import JournalDamagedError
from rubrix_widget.store.files import sync_folder
from rubrix_widget.store.journal import copy, schema
from rubrix_widget.store.journal.copy import JournalCopy
from rubrix_widget.store.journal.events import LOST, Row, Written, seal
from rubrix_widget.store.journal.journal import FILE, Journal

_ASIDE: Final = "mending"
_NOTHING: Final[Row] = (None, None, LOST, None, None, None)
_DAMAGE: Final = (
    "malformed",
    "not a database",
    "disk I/O error",
    "no such table",
    "no such column",
)


def is_damage(error: BaseException) -> bool:
    """Tell whether an error says that a journal is damaged."""
    if isinstance(error, JournalDamagedError):
        return True
    return isinstance(error, sqlite3.DatabaseError) and any(one in str(error) for one in _DAMAGE)


def mend(folder: Path, why: BaseException) -> str:
    """Put a journal in the place of a damaged one; return what was lost, in words.

    The damaged files stay beside it, under another name.
    """
    path, aside = folder / FILE, folder / _ASIDE
    known = {one.group: one for one in JournalCopy(folder / copy.FILE).read()}
    groups, lost = _without_gaps(known, _Remains(path))
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    with closing(Journal(aside / FILE)) as journal:
        journal.insert(groups)
    kept = folder / f"journal.damaged-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}"
    for suffix in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            path.with_name(FILE + suffix).replace(f"{kept}.sqlite{suffix}")
    with suppress(FileNotFoundError):
        (folder / copy.FILE).replace(f"{kept}.copy.jsonl")
    (aside / copy.FILE).replace(folder / copy.FILE)
    (aside / FILE).replace(path)
    sync_folder(folder)
    shutil.rmtree(aside, ignore_errors=True)
    count = sum(len(one.rows) for one in groups) - len(lost)
    told = f"{count:,} changes were read back" + (
        f", and change{'s' if len(lost) > 1 else ''} {_ranges(lost)} of {count + len(lost):,} "
        f"{'are' if len(lost) > 1 else 'is'} lost"
        if lost
        else ", and none before the newest of them is lost"
    )
    return (
        f"the journal of changes of {folder.name!r} was damaged ({why}) and is mended: {told}. "
        f"The damaged files are kept as {kept.name}.*"
    )


class _Remains:
    """What can still be read of a damaged database, row by row."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self) -> int:
        """Return the highest number of an event that is known of."""
        found = [
            *self._ask("SELECT seq FROM sqlite_sequence WHERE name = 'events'"),
            *self._ask("SELECT MAX(seq) FROM events"),
            *self._ask("SELECT MAX(version) FROM current"),
        ]
        return max((int(one) for (one,) in found if isinstance(one, int)), default=0)

    def event(self, seq: int) -> tuple[int, Row] | None:
        """Return the group and the row of an event, if it is whole."""
        for *line, sealed in self._ask(
            "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction, seal"
            " FROM events WHERE seq = ?",
            seq,
        ):
            if seal(*line) == sealed:
                record, text_hash, field, old, new, prediction = line[2:]
                return int(line[1]), (record, text_hash, field, old, new, prediction)
        return None

    def group(self, number: int) -> tuple[Any, ...] | None:
        """Return the row of a group, and what it turned round."""
        statement = "SELECT kind, agent, at, query, reason FROM groups WHERE id = ?"
        for line in self._ask(statement, number):
            with suppress(TypeError, ValueError):
                schema.micros(line[2])
                targets = self._ask("SELECT target FROM targets WHERE group_id = ?", number)
                return (*line, sorted(int(one) for (one,) in targets))
        return None

    def _ask(self, statement: str, *given: int) -> Iterator[tuple[Any, ...]]:
        try:
            with closing(sqlite3.connect(self.path.as_uri() + "?mode=ro", uri=True)) as db:
                yield from db.execute(statement, given).fetchall()
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            return


def _without_gaps(known: dict[int, Written], remains: _Remains) -> tuple[list[Written], list[int]]:
    """Return every group, from the copy or else the database, and the numbers that are lost."""
    rows: dict[int, tuple[int, Row]] = {}
    for one in known.values():
        rows |= {seq: (one.group, row) for seq, row in enumerate(one.rows, start=one.first)}
    last = max(remains.last(), max(rows, default=0))
    lost: list[int] = []
    group = 0
    for seq in range(1, last + 1):
        found = rows.get(seq) or remains.event(seq)
        if found is None:
            lost.append(seq)
            found = max(group, 1), _NOTHING
        group = found[0]
        rows[seq] = found
    by_group: dict[int, list[tuple[int, Row]]] = {number: [] for number in known}
    for seq in range(1, last + 1):
        by_group.setdefault(rows[seq][0], []).append((seq, rows[seq][1]))
    groups = []
    for number, lines in sorted(by_group.items()):
        first, given = (lines[0][0] if lines else 1), [row for _, row in lines]
        groups.append(_group(number, known.get(number), remains, first, given))
    return groups, lost


def _group(
    number: int, known: Written | None, remains: _Remains, first: int, rows: list[Row]
) -> Written:
    if known is not None:
        return replace(known, first=first, rows=rows)
    found = remains.group(number)
    if found is None:  # its changes are known, but not who made them
        at = dt.datetime.fromtimestamp(0, dt.UTC).isoformat()
        return Written(number, "lost", [], None, at, None, None, first, rows)
    kind, agent, at, query, reason, targets = found
    return Written(number, kind, targets, agent, at, query, reason, first, rows)


def _ranges(numbers: list[int]) -> str:
    """Return numbers as ranges: ``1, 4-6``."""
    found: list[list[int]] = []
    for one in numbers:
        if found and found[-1][1] == one - 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return ", ".join(f"{a:,}" if a == b else f"{a:,}-{b:,}" for a, b in found)
