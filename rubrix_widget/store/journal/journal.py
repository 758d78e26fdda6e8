"""The journal's file: opened, written in transactions, kept equal to its copy."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path

from rubrix_widget.errors import DatasetFormatError, JournalDamagedError, StoreWarning, warn
from rubrix_widget.store.journal import copy, schema
from rubrix_widget.store.journal.copy import JournalCopy, Line, Place
from rubrix_widget.store.journal.events import (
    LABELS,
    MADE,
    Batch,
    Event,
    Row,
    Written,
    dump,
    dump_labels,
)
from rubrix_widget.store.journal.inserting import Inserting

FILE = "journal.sqlite"
ASIDE = "mending"  # a folder that is there while another journal is made, to take its place
_BUSY_MS = 30_000  # how long to wait for another process's transaction
_READ_WHOLE = 1 << 26  # bytes of a copy that is read at every opening
_NOWHERE = Place(-1, -1, 0)
_BEHIND = dt.timedelta(minutes=1)  # a clock further back than that was set


class Journal(Inserting):
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
        if version == 0 and schema.has_tables(self._db):
            raise JournalDamagedError("it is another program's database")
        if version == 1 and not self._is_writable():  # what is read is brought up to date aside
            with closing(self._db) as before:
                self._db = sqlite3.connect(
                    ":memory:", isolation_level=None, check_same_thread=False
                )
                before.backup(self._db)
            self._upgrade(version)
        return int(version)

    def _is_writable(self) -> bool:
        return os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)

    def _prepare(self) -> None:
        version = self._check_format()
        if not os.access(self.path, os.W_OK):
            return
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA temp_store = MEMORY")
        if version < schema.FORMAT:
            with self._transaction():
                (version,) = self._db.execute("PRAGMA user_version").fetchone()
                if version < schema.FORMAT:  # nobody was faster
                    self._upgrade(version)

    def _upgrade(self, version: int) -> None:
        if version == 0:
            schema.prepare(self._db)
            return
        groups, meta = schema.taken_from_format_1(self._db)
        schema.prepare(self._db)
        for key, value in meta.items():
            schema.put(self._db, key, value)
        self._insert(groups)

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
            other.settle()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one write transaction; commit on leaving, or roll everything back.

        Database and copy are at one state then.
        """
        while True:
            self.settle()
            with self._transaction():
                if self._is_settled():  # else another process died just now
                    yield
                    if self.is_replaced():
                        raise JournalDamagedError("the journal was mended meanwhile")
                    return

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        self._before: int | None = None
        try:
            if self.path.with_name(ASIDE).exists():
                raise JournalDamagedError("it is just being mended")
            yield
            self._db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # the first error is the one to tell
                self._take_back()
            raise

    def _take_back(self) -> None:
        """Roll back, and cut the copy while nobody else can write."""
        before = self._before
        if not self._db.in_transaction:  # SQLite rolled back
            self._db.execute("BEGIN IMMEDIATE")
            before = before if before == self._head().copied else None
        if before is not None:
            self._copy.cut(before)
        self._db.execute("ROLLBACK")

    def _is_settled(self) -> bool:
        return schema.head(self._db).copied == self._copy.size()

    def settle(self, *, look: bool = False) -> int:
        """Bring database and copy to one state: a crash may have come between the two.

        What the copy has beyond the database was about to be committed, and is taken over; a copy
        that is lacking, behind or another's is written anew.

        Parameters
        ----------
        look
            Whether to look into the copy too, not at its size alone.

        Returns
        -------
        int
            How many groups were taken over.

        Raises
        ------
        JournalDamagedError
            The copy has later changes, but not those between.
        """
        if not self._is_writable() or (self._is_settled() and not (look and self._is_torn())):
            return 0
        known = -1
        with self._transaction():
            if not self._is_settled() or self._is_torn():
                taken = self._taken_from_end()
                if taken is not None:
                    return taken
                known = self._head().copied
                self._set_copied(_NOWHERE)  # whoever finds this writes it anew
        with self._transaction():
            if self._is_settled():  # another process did
                return 0
            lines = [one for one, _, _ in self._read_copy()]
            newest = self._head().group
            ahead = [one for one in lines if one is not None and one.group > newest]
            self._take_over(ahead)
            if None in lines or self._copy.size() < known:
                self._tell_of_copy()
            self._set_copied(self._copy.rewrite(self.written(), self.dataset()))
            return len(ahead)

    def _tell_of_copy(self) -> None:
        warn(
            f"{copy.FILE} of {self.path.parent.name!r}, the copy of the journal of changes, was "
            f"lost or damaged, and is written anew from {FILE}, which ends with change "
            f"{self._head().seq:,}; if there were later ones, they are lost",
            StoreWarning,
        )

    def _is_torn(self) -> bool:
        """Tell whether the copy is not what was written, or at least not its end."""
        head = self._head()
        if 0 < head.copied <= min(_READ_WHOLE, self._copy.size()):
            return self._copy.checksum(head.copied) != head.checksum
        last = next(self._read_copy(head.line), None) if head.group else (None, 0, 0)
        if last is None:
            return True
        return (last[0].group if last[0] else 0, *last[1:]) != (head.group, head.line, head.copied)

    def _taken_from_end(self) -> int | None:
        """Take over what stands behind the line of the newest group, if that is where it was."""
        head = self._head()
        if head.copied < 0 or self._copy.size() <= head.copied or self._is_torn():
            return None
        lines = list(self._read_copy(head.copied))
        found = [one for one, _, _ in lines if one is not None]
        if len(found) < len(lines):
            return None
        self._take_over(found)
        _, line, copied = lines[-1] if lines else (None, head.line, head.copied)
        self._copy.cut(copied)
        self._set_copied(Place(line, copied, self._copy.checksum(copied)))
        return len(found)

    def _take_over(self, groups: Sequence[Written]) -> None:
        for one in groups:
            head = self._head()
            if (one.group, one.first) != (head.group + 1, head.seq + 1):
                raise JournalDamagedError(
                    f"it ends with change {head.seq:,}, and its copy goes on with {one.first:,}"
                )
            self._insert([one])
        if len(groups) > 1:  # more than a crash leaves behind
            count = sum(len(one.rows) for one in groups)
            warn(
                f"the newest {count:,} changes in {self.path.parent.name!r} were no more in {FILE} "
                f"and are read back from its copy",
                StoreWarning,
            )

    def _read_copy(self, start: int = 0) -> Iterator[Line]:
        return self._copy.read(self.dataset(), start)

    def append(self, batch: Batch) -> int:
        """Write a group of events inside :meth:`writing`; return the group's number."""
        rows: list[Row] = [
            (one.record_id, one.text_hash, one.field, dump(one.old), dump(one.new), one.prediction)
            for one in batch.events
        ]
        if batch.labels is not None:
            old, new = dump_labels(self.labels()), dump_labels(batch.labels)
            rows.append((None, None, MADE if batch.made else LABELS, old, new, None))
        head = self._head()
        written = Written(
            group=head.group + 1,
            kind=batch.kind,
            targets=sorted(batch.targets),
            agent=batch.agent,
            at=self._now(head),
            query=batch.query,
            reason=batch.reason,
            first=head.seq + 1,
            rows=rows,
        )
        if self._before is None:
            self._before = self._copy.size()
        place = self._copy.append(written, self.dataset(), head.checksum)
        self._insert([written])
        self._set_copied(place)
        return written.group

    def _now(self, head: schema.Head) -> str:
        """Return the moment, as the clock has it; tell where the clock was set back."""
        now = dt.datetime.now(dt.UTC)
        newest = dt.datetime.fromisoformat(self._group(head.group)[4]) if head.group else None
        if newest is not None and newest - now > _BEHIND:
            warn(
                f"the clock says {now:%Y-%m-%d %H:%M} UTC, before the newest change in "
                f"{self.path.parent.name!r} ({newest:%Y-%m-%d %H:%M} UTC). Changes keep their "
                f"order; their times may not. Check the clock of this computer",
                StoreWarning,
            )
        return now.isoformat()

    def fill(self, groups: Sequence[Written], token: str | None) -> None:
        """Write groups with the numbers they have, into a journal that has none."""
        with self._transaction():
            if token is not None:
                schema.put(self._db, "dataset", token)
            self._insert(groups)
            self._set_copied(self._copy.rewrite(groups, token))

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
            schema.put(self._db, "generation", generation)

    def dataset(self) -> str | None:
        """Return the token of the dataset whose journal this is; None where it is of none yet."""
        found: str | None = schema.get(self._db, "dataset")
        return found

    def bind(self, token: str) -> None:
        """Make this the journal of a dataset."""
        if self.dataset() != token and self._is_writable():
            with nullcontext() if self._db.in_transaction else self._transaction():
                schema.put(self._db, "dataset", token)
                self._set_copied(_NOWHERE)  # the copy names the dataset too
