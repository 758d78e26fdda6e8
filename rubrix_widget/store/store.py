"""One dataset's folder: a manifest, Parquet parts with an index each, and the journal.

::

    <dataset>/
      manifest.json          which parts make up the dataset; replaced in one step
      manifest.copy.json     the same, should the first be lost
      first-log.tmp          there while nothing was logged yet: what is beside it is unfinished
      parts/<id>.parquet     records as logged, with their typed metadata
      parts/<id>.<n>.deleted.npy   places of records since replaced or deleted
      index/<id>/            the text index of the part
      journal.sqlite         what people changed
      journal.copy.jsonl     the same, as text
      journal.damaged-*      a journal that was damaged, and mended since
      kept/<name>.json       saved views and the like
      journal.lock           held while the journal is opened, or put in another's place
      mending/               a journal being mended, until it takes the other's place
      write.lock             held while a log, a deletion or a repair goes on
      compacting/            parts being merged, until they take the place of others
      compact.lock           held by the one process that does so
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pyarrow as pa

from rubrix_widget import table as tables
from rubrix_widget.columns import Logged, labels_of, one_chunk
from rubrix_widget.errors import (
    DatasetBusyError,
    DatasetError,
    DatasetNotFoundError,
    IndexDamagedError,
    JournalDamagedError,
    RecordError,
    StorageError,
    StoreWarning,
    warn,
)
from rubrix_widget.index import Segment
from rubrix_widget.store import content, kept, manifest, merge, opening, tidying
from rubrix_widget.store.files import helpful_errors, sync_folder
from rubrix_widget.store.journal import ASIDE, COPY, Journal
from rubrix_widget.store.journal import FILE as JOURNAL
from rubrix_widget.store.locking import locked
from rubrix_widget.store.manifest import Manifest, Part, Reset
from rubrix_widget.store.parts import Parts, Progress
from rubrix_widget.store.reading import together
from rubrix_widget.store.snapshot import Indexed, Logging, Snapshot

_FIRST = "first-log.tmp"
_RECORDS = (
    "parts",
    "index",
    JOURNAL,
    COPY,
    kept.FOLDER,
)  # what a dataset's folder holds beside manifests
LOCK_SECONDS = 60.0  # how long a writer waits for another one before giving up


class Store:
    """Read and write one dataset's folder.

    Parameters
    ----------
    folder
        The dataset's folder; it is made by the first :meth:`log`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts = Parts(folder)
        self._segments: dict[str, Segment] = {}
        self._writer: int | None = None

    def exists(self) -> bool:
        """Tell whether something was logged here."""
        return manifest.exists(self.folder)

    def manifest(self) -> Manifest:
        """Return the manifest as it is now."""
        return manifest.read(self.folder)

    def stamp(self) -> tuple[int, int, int]:
        """Return numbers that change whenever the manifest is replaced."""
        found = manifest.file(self.folder).stat()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def journal(self) -> Journal:
        """Open the journal, with what the last log superseded taken back.

        One that is damaged is mended, with a warning that says what was lost.

        Raises
        ------
        StorageError
            It is the journal of another dataset, or is damaged in a folder that is read-only.
        """
        with helpful_errors(self.folder, "open the journal of changes"):
            return opening.journal(self)

    def mend_journal(self, why: BaseException) -> None:
        """Mend a damaged journal from its copy, and say what was lost.

        Raises
        ------
        StorageError
            The folder cannot be written.
        """
        opening.mend(self, why)

    def settle(self, journal: Journal) -> None:
        """Take back in the journal what the last log superseded, if nobody did yet."""
        if not self.exists():  # a first log was cut short
            return
        now = self.manifest()
        if now.reset.ids and journal.generation() < now.generation:
            journal.apply_reset(now.generation, now.reset.ids, now.reset.version)

    def log(self, table: pa.Table, progress: Progress | None = None) -> Logging:
        """Add records, replacing those whose id is already there.

        Raises
        ------
        RecordError
            Two records with one id, or records of the other kind (single- against multi-label).
        StorageError, DatasetBusyError
            Nothing was changed.
        """
        tell = progress or (lambda _share: None)
        with self.writing("log records"):
            if not self.exists():
                self._begin()
            now = self.manifest() if self.exists() else Manifest(tables.multi_label(table))
            self._same_kind(now, table)
            version = self.journal_version()
            table = merge.with_ids(table)
            tell(0.05)
            old, places = self.parts.having(now, one_chunk(table.column("id")))
            fresh, replaced, unchanged, stale = merge.compare(table, old, places)
            tell(0.15)
            if fresh.num_rows == 0 and self.exists():
                return Logging(0, 0, unchanged)
            left = self.parts.without(now.parts, merge.by_part(stale))
            parts, absorbed = merge.absorbed(left, fresh.num_rows)
            whole = tables.concat([*map(self.parts.read, absorbed), fresh])
            if whole.num_rows:
                known = self.parts.sources(absorbed)
                new = self.parts.write(whole, lambda share: tell(0.15 + 0.8 * share), known)
                parts = (*parts, new)
            superseded = merge.superseded(old, fresh)
            given_up = opening.changed(self, superseded)
            after = Manifest(
                tables.multi_label(table),
                tuple(labels_of(fresh, now.labels)),
                parts,
                now.generation + 1,
                Reset(version, superseded),
                now.token,
                now.created,
            )
            self.commit(after)
            tell(1.0)
        if given_up:
            opening.tell_given_up(self, given_up)
        return Logging(fresh.num_rows - replaced, replaced, unchanged)

    def delete(self, ids: Sequence[str]) -> int:
        """Take records out of the dataset; return how many there were."""
        with self.writing("delete records"):
            now = self.manifest()
            version = self.journal_version()
            old, places = self.parts.having(now, pa.array(ids, pa.large_string()))
            if not places:
                return 0
            reset = Reset(version, tuple(old.column("id").to_pylist()))
            after = dataclasses.replace(
                now,
                parts=self.parts.without(now.parts, merge.by_part(places)),
                generation=now.generation + 1,
                reset=reset,
            )
            self.commit(after)
            return len(places)

    def remove(self) -> None:
        """Remove the dataset: out of sight in one step, then its files."""
        with self.writing("delete the dataset"):
            name = f".{self.folder.name}.{secrets.token_hex(4)}.deleted"
            self.folder.rename(self.folder.with_name(name))
        tidying.remove_deleted(self.folder.parent)

    def _begin(self) -> None:
        """Make way for a first log: remove what one that was cut short left behind.

        Raises
        ------
        StorageError
            There are files that no first log left: those of a dataset whose manifest was lost.
        """
        mark = self.folder / _FIRST
        found = sorted(path.name for path in self.folder.iterdir() if path.name in _RECORDS)
        if found and not mark.exists():
            raise StorageError(
                f"{self.folder} holds a dataset's {', '.join(found)} but neither {manifest.FILE} "
                f"nor {manifest.COPY}. Nothing was changed. Restore one of these from a copy of "
                f"the folder, or move the folder away to log under its name"
            )
        mark.touch()
        sync_folder(self.folder)
        for path in self.folder.glob("journal.*"):
            path.unlink(missing_ok=True)
        kept.remove(self.folder)
        self.parts.sweep(None)

    def copy(self, target: Path) -> None:
        """Copy the dataset, as it is now, into a new folder."""
        other = Store(target)
        with self.writing("copy the dataset"), other.writing("copy the dataset"):
            if other.exists():
                raise StorageError(f"there is a dataset in {target} meanwhile; nothing was copied")
            other._begin()
            now = self.manifest()
            self.parts.copy(target)
            kept.copy(self.folder, target)
            token = secrets.token_hex(8)
            with closing(self.journal()) as journal:
                journal.copy(target / JOURNAL, token)
            sync_folder(target)
            dataclasses.replace(now, token=token).write(target)
            (target / _FIRST).unlink()

    @staticmethod
    def fingerprint(table: pa.Table) -> str:
        """Return a short name for the content of some records."""
        whole = hashlib.blake2b(digest_size=4)
        whole.update(content.digests(table).tobytes())
        whole.update(json.dumps(table.column("id").to_pylist()).encode())
        return whole.hexdigest()

    def snapshot(self, labels: Sequence[str] = ()) -> Snapshot:
        """Read the records and open the text index; rebuild the index where it is damaged.

        ``labels`` come first in the order of the labels, before those that were logged.
        """
        tried: Manifest | None = None
        with helpful_errors(self.folder, "read the dataset"):
            while True:
                now = self.manifest()
                try:
                    return self._read_snapshot(now, labels)
                except FileNotFoundError as error:
                    if now != tried:  # a writer may have taken the files away meanwhile
                        tried = now
                        continue
                    raise self._lacking(error) from error

    def _lacking(self, error: FileNotFoundError) -> DatasetError:
        if not self.exists():
            return DatasetNotFoundError(f"the dataset in {self.folder} was deleted meanwhile")
        return StorageError(
            f"the dataset in {self.folder} lacks the file {error.filename}. Nothing was changed. "
            f"Restore the folder from a copy, or delete the dataset and log it again"
        )

    def _read_snapshot(self, now: Manifest, labels: Sequence[str]) -> Snapshot:
        with ThreadPoolExecutor(1) as pool:  # both wait for the disk, and compute without the GIL
            opening = [pool.submit(self._opened, part) for part in now.parts]
            files = [self.parts.open(part) for part in now.parts]
            order = tuple(dict.fromkeys([*labels, *now.labels]))
            logged = Logged(together(files, now.multi_label, self.folder), order)
            opened = [self._segment(*one) for one in zip(now.parts, opening, strict=True)]
        segments = tuple(
            Indexed(segment, file.live) for segment, file in zip(opened, files, strict=True)
        )
        self._segments = {part.id: self._segments[part.id] for part in now.parts}
        return Snapshot(now, logged, segments)

    def _opened(self, part: Part) -> Segment:
        return self._segments.get(part.id) or self.parts.open_index(part)

    def _segment(self, part: Part, opening: Future[Segment]) -> Segment:
        try:
            segment = opening.result()
        except IndexDamagedError as error:
            segment = self._rebuild(part, error)
        self._segments[part.id] = segment
        return segment

    def _rebuild(self, part: Part, why: Exception) -> Segment:
        if part not in self.manifest().parts:
            gone = str(self.parts.index(part))
            raise FileNotFoundError(None, "replaced by another process", gone)
        warn(
            f"the text index of {self.folder.name!r} was unusable ({why}) and is rebuilt from "
            f"the records; nothing is lost",
            StoreWarning,
        )
        segment = self.parts.build_index(part)
        try:
            with self.writing("rebuild the text index"):
                self.parts.save_index(segment, part.id)
                return self.parts.open_index(part)
        except (StorageError, DatasetBusyError) as error:
            warn(f"{error}. It is used from memory", StoreWarning)
            return segment

    @contextmanager
    def writing(self, doing: str) -> Iterator[None]:
        """Be the one writer; what was begun and not committed is removed again.

        Within itself, it is part of what goes on.
        """
        from filelock import Timeout

        if self._writer == threading.get_ident():
            yield
            return
        with helpful_errors(self.folder, doing):
            try:
                lock = locked(self.folder, LOCK_SECONDS)
                self._writer = threading.get_ident()
                try:
                    yield
                except Exception as error:
                    with suppress(Exception):  # the first error is the one to tell
                        self._tidy()
                    if isinstance(error, FileNotFoundError):
                        raise self._lacking(error) from error
                    raise
                finally:
                    self._writer = None
                    lock.release()
            except Timeout as error:
                raise DatasetBusyError(
                    f"could not {doing}: another process has been writing to {self.folder} for "
                    f"over {LOCK_SECONDS:.0f} s. Nothing was changed; try again when it is done"
                ) from error

    def _tidy(self) -> None:
        """Remove files that no dataset refers to, where it is certain what it refers to."""
        if self.exists():
            self.parts.sweep(self.manifest())
        elif (self.folder / _FIRST).exists():
            self.parts.sweep(None)

    def _same_kind(self, now: Manifest, table: pa.Table) -> None:
        if now.multi_label != tables.multi_label(table) and now.records > 0:
            kinds = ("single-label", "multi-label")
            raise RecordError(
                f"the dataset {self.folder.name!r} is {kinds[now.multi_label]} and these records "
                f"are {kinds[not now.multi_label]}; log them under another name"
            )

    def journal_version(self) -> int:
        """Return the newest change, after what an interrupted log superseded is taken back."""
        if not self.exists():
            return 0
        with closing(self.journal()) as journal:
            return journal.version()

    def commit(self, after: Manifest) -> None:
        """Make new files the dataset. Replacing the manifest is the moment; the rest is tidying."""
        with closing(opening.connected(self)) as journal:
            journal.bind(after.token)
            journal.settle()
            sync_folder(self.folder)
            after.write(self.folder)
            with suppress(sqlite3.Error, JournalDamagedError, OSError):  # else the next opening
                self.settle(journal)
        (self.folder / _FIRST).unlink(missing_ok=True)
        self.parts.sweep(after)
        shutil.rmtree(self.folder / ASIDE, ignore_errors=True)
        tidying.remove_abandoned(self.folder)
        tidying.remove_deleted(self.folder.parent)
