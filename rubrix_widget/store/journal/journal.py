"""The journal's file: opened, written in transactions, kept equal to its copy."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from rubrix_widget.errors import DatasetFormatError, JournalDamagedError, StoreWarning, warn
from rubrix_widget.store.journal import copy, schema
from rubrix_widget.store.journal.copy import JournalCopy
from rubrix_widget.store.journal.events import (
    LABELS,
    MADE,
    Batch,
    Event,
    Row,
    Written,
    dump,
    dump_labels,
    seal,
)
from rubrix_widget.store.journal.reading import Reading

FILE = "journal.sqlite"
_BUSY_MS = 30_000  # how long to wait for another process's transaction
_BEHIND = dt.timedelta(minutes=1)  # a clock further back than that was set


class Journal(Reading):
    """One connection to a dataset's journal. Not thread-safe: its owner holds a lock.

    Raises
    ------
    JournalDamagedError
        The file is damaged; so does every method.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._copy = JournalCopy(path.with_name(copy.FILE))
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
            if known == size:  # another process was between the two, and is done
                return
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

    def _set(self, key: str, value: str | int | None) -> None:
        self._db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )
