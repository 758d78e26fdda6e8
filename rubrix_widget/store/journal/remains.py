"""What can still be read of a damaged database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, cast

from rubrix_widget.errors import JournalDamagedError
from rubrix_widget.store.journal import schema
from rubrix_widget.store.journal.events import Row, Written, load

_AT_ONCE: Final = 4_096  # rows asked for together, unless one of them cannot be read
_ERRORS: Final = (sqlite3.Error, JournalDamagedError, ValueError, TypeError, OverflowError)
_EVENTS: Final = {
    1: "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction FROM events",
    2: "SELECT seq, group_id, record_id, text_hash, field, old, new, prediction, before, seal"
    " FROM events",
}
_GROUPS: Final = {
    1: "SELECT id, kind, target, agent, at, query, reason FROM groups",
    2: "SELECT id, kind, targets, agent, at, query, reason, first, size, records, seal FROM groups",
}
_BETWEEN: Final = {
    "seq": " WHERE seq BETWEEN ? AND ? ORDER BY seq",
    "id": " WHERE id BETWEEN ? AND ? ORDER BY id",
}
_IN_VAIN: Final = 2_000  # questions without an answer after which no more is hoped for


class Remains:
    """The rows of a damaged journal that agree with their checksums.

    Attributes
    ----------
    events
        By number: the group, and the row.
    groups
        By number, without rows.
    last
        The highest number of an event that is known of.
    is_sure
        Whether that is certainly the last.
    """

    def __init__(self, path: Path) -> None:
        self.events: dict[int, tuple[int, Row]] = {}
        self.groups: dict[int, Written] = {}
        self.last = 0
        self.is_sure = False
        with suppress(*_ERRORS), closing(_open(path)) as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            self._read(path, 1 if version == 1 else 2)

    def _read(self, path: Path, version: int) -> None:
        head = schema.Head()
        with suppress(*_ERRORS), closing(_open(path)) as db:
            head = schema.head(db)
            self.is_sure = True
        for line in self._rows(path, _EVENTS[version] + _BETWEEN["seq"], head.seq):
            with suppress(*_ERRORS):
                seq, group, *row = line if version == 1 else schema.checked(line, "change")[:8]
                if version == 1:  # which has no checksums
                    load(row[3]), load(row[4])
                self.events[int(seq)] = int(group), cast(Row, tuple(row))
        self.last = max([head.seq, *self.events])
        groups = max([head.group, *(group for group, _ in self.events.values())])
        for line in self._rows(path, _GROUPS[version] + _BETWEEN["id"], groups):
            with suppress(*_ERRORS):
                if version == 1:
                    line = (*line[:2], "[]" if line[2] is None else f"[{line[2]}]", *line[3:], 0)
                else:
                    line = schema.checked(line, "the group of changes")
                number, kind, targets, agent, at, query, reason, *_ = line
                schema.micros(at)
                self.groups[int(number)] = Written(
                    int(number), kind, json.loads(targets), agent, at, query, reason, 0, []
                )

    def _rows(self, path: Path, statement: str, last: int) -> Iterator[tuple[Any, ...]]:
        """Yield rows by their numbers; where one cannot be read, its neighbours by themselves.

        Where the last number is not known, as long as there are some.
        """
        begin, failed = 1, 0
        while begin <= last or (last == 0 and failed < _IN_VAIN):
            end = begin + _AT_ONCE - 1
            waiting = [(begin, end)]
            begin, found = end + 1, False
            while waiting:
                low, high = waiting.pop()
                try:
                    with closing(_open(path)) as db:
                        lines = db.execute(statement, (low, high)).fetchall()
                    found, failed = found or bool(lines), 0 if lines else failed
                    yield from lines
                except _ERRORS:
                    failed, middle = failed + 1, (low + high) // 2
                    if low < high and failed < _IN_VAIN:
                        waiting += [(middle + 1, high), (low, middle)]
                    found = True
            if last == 0 and not found:
                return


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)
