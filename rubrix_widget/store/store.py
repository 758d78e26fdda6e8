"""One dataset's folder: a manifest, Parquet parts with an index each, and the journal.

::

    <dataset>/
      manifest.json          which parts make up the dataset; replaced in one step
      parts/<id>.parquet     records as logged, with their typed metadata
      parts/<id>.<n>.deleted.npy   places of records since replaced or deleted
      index/<id>/            the text index of the part
      journal.sqlite         what people changed
      write.lock             held while a log, a deletion or a repair goes on
"""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rubrix_widget import table as tables
from rubrix_widget.columns import Logged, input_texts, labels_of
from rubrix_widget.errors import (
    DatasetBusyError,
    IndexDamagedError,
    RecordError,
    StorageError,
    StoreWarning,
)
from rubrix_widget.index import Segment
from rubrix_widget.store import content, manifest, metadata
from rubrix_widget.store.files import sync_file, sync_folder, told
from rubrix_widget.store.journal import Journal
from rubrix_widget.store.manifest import Manifest, Part, Reset

LOCK_SECONDS = 60.0  # how long a writer waits for another one before giving up
_TRIES = 5  # a reader starts again when a writer took its files away meanwhile

Progress = Callable[[float], None]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Logging:
    """What a ``log`` did.

    ``added``, ``replaced`` and ``unchanged`` add up to the records given.
    """

    added: int
    replaced: int
    unchanged: int


@dataclass(frozen=True)
class Indexed:
    """An index segment and which of its records are still in the dataset (None: all)."""

    segment: Segment
    live: Mask | None


@dataclass(frozen=True)
class Snapshot:
    """The records of a dataset at one generation, with their text index."""

    manifest: Manifest
    logged: Logged
    segments: tuple[Indexed, ...]


class Store:
    """Read and write one dataset's folder.

    Parameters
    ----------
    folder
        The dataset's folder; it is made by the first :meth:`log`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._segments: dict[str, Segment] = {}

    def exists(self) -> bool:
        """Tell whether something was logged here."""
        return manifest.exists(self.folder)

    def manifest(self) -> Manifest:
        """Return the manifest as it is now."""
        return manifest.read(self.folder)

    def stamp(self) -> tuple[int, int, int]:
        """Return numbers that change whenever the manifest is replaced."""
        found = (self.folder / manifest.FILE).stat()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def journal(self) -> Journal:
        """Open the journal, with what the last log superseded taken back."""
        with told(self.folder, "open the journal of changes"):
            journal = Journal(self.folder / "journal.sqlite")
            self.settle(journal)
        return journal

    def settle(self, journal: Journal) -> None:
        """Take back in the journal what the last log superseded, if nobody did yet."""
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
        with self._writing("log records"):
            now = self.manifest() if self.exists() else Manifest(tables.multi_label(table))
            self._same_kind(now, table)
            version = self._journal_version()
            table = _with_ids(table)
            tell(0.05)
            old, places = self._present(now, pc.unique(table.column("id")))
            fresh, replaced, unchanged, stale = _compare(table, old, places)
            tell(0.15)
            if fresh.num_rows == 0 and self.exists():
                return Logging(0, 0, unchanged)
            gone = _group(stale)
            parts, kept = self._absorb(self._without(now.parts, gone), fresh.num_rows)
            combined = tables.concat([*(self._live_table(part) for part in kept), fresh])
            new = self._write_part(combined, lambda share: tell(0.15 + 0.8 * share))
            after = Manifest(
                tables.multi_label(table),
                tuple(labels_of(fresh, now.labels)),
                (*parts, new) if new is not None else parts,
                now.generation + 1,
                Reset(version, _superseded(old, fresh)),
                now.token,
                now.created,
            )
            self._commit(after)
            tell(1.0)
            return Logging(fresh.num_rows - replaced, replaced, unchanged)

    def delete(self, ids: Sequence[str]) -> int:
        """Take records out of the dataset; return how many there were."""
        with self._writing("delete records"):
            now = self.manifest()
            version = self._journal_version()
            old, places = self._present(now, pa.array(ids, pa.large_string()))
            if not places:
                return 0
            reset = Reset(version, tuple(old.column("id").to_pylist()))
            after = dataclasses.replace(
                now,
                parts=self._without(now.parts, _group(places)),
                generation=now.generation + 1,
                reset=reset,
            )
            self._commit(after)
            return len(places)

    def copy(self, target: Path) -> None:
        """Copy the dataset, as it is now, into a new folder."""
        with self._writing("copy the dataset"), told(target, "copy the dataset"):
            now = self.manifest()
            draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
            try:
                draft.mkdir(parents=True)
                for name in ("parts", "index"):
                    if (self.folder / name).exists():
                        shutil.copytree(self.folder / name, draft / name)
                journal = self.journal()
                try:
                    journal.copy(draft / "journal.sqlite")
                finally:
                    journal.close()
                dataclasses.replace(now, token=secrets.token_hex(8)).write(draft)
                if target.exists():
                    shutil.rmtree(target)
                draft.rename(target)
                sync_folder(target.parent)
            finally:
                shutil.rmtree(draft, ignore_errors=True)

    @staticmethod
    def fingerprint(table: pa.Table) -> str:
        """Return a short name for the content of some records."""
        whole = hashlib.blake2b(digest_size=4)
        for one in content.digests(table):
            whole.update(one)
        return whole.hexdigest()

    def snapshot(self) -> Snapshot:
        """Read the records and open the text index; rebuild the index where it is damaged."""
        with told(self.folder, "read the dataset"):
            for _ in range(_TRIES - 1):
                try:
                    return self._read_snapshot()
                except FileNotFoundError:
                    continue
            try:
                return self._read_snapshot()
            except FileNotFoundError as error:
                raise StorageError(
                    f"the dataset in {self.folder} lacks the file {error.filename}; restore the "
                    f"folder from a copy, or delete the dataset and log it again"
                ) from error

    def _read_snapshot(self) -> Snapshot:
        now = self.manifest()
        read = [self._read_part(part) for part in now.parts]
        table = tables.concat([one[0] for one in read]) if read else tables.empty(now.multi_label)
        typed = metadata.join([one[1] for one in read], [one[0].num_rows for one in read], table)
        segments = tuple(
            Indexed(self._segment(part), live)
            for part, (_, _, live) in zip(now.parts, read, strict=True)
        )
        self._segments = {part.id: self._segments[part.id] for part in now.parts}
        return Snapshot(now, Logged(table, typed, now.labels), segments)

    def _read_part(self, part: Part) -> tuple[pa.Table, dict[str, pa.Array], Mask | None]:
        table, typed = metadata.split(self._stored(part))
        live = self._live(part)
        if live is None:
            return table, typed, None
        chosen = pa.array(live)
        return (
            table.filter(chosen),
            {name: column.filter(chosen) for name, column in typed.items()},
            live,
        )

    def _segment(self, part: Part) -> Segment:
        segment = self._segments.get(part.id)
        if segment is None:
            try:
                segment = Segment.open(self._index(part))
                if segment.records != part.records:
                    raise IndexDamagedError(f"it holds {segment.records} records")
            except IndexDamagedError as error:
                segment = self._rebuild(part, error)
            self._segments[part.id] = segment
        return segment

    def _rebuild(self, part: Part, why: Exception) -> Segment:
        if part not in self.manifest().parts:
            raise FileNotFoundError(None, "replaced by another process", str(self._index(part)))
        warnings.warn(
            f"the text index of {self.folder.name!r} was unusable ({why}) and is rebuilt from "
            f"the records; nothing is lost",
            StoreWarning,
            stacklevel=2,
        )
        table, _ = metadata.split(self._stored(part))
        segment = _build(table, None)
        try:
            with self._writing("rebuild the text index"):
                self._save_index(segment, part.id)
                return Segment.open(self._index(part))
        except (StorageError, DatasetBusyError) as error:
            warnings.warn(f"{error}. It is used from memory", StoreWarning, stacklevel=2)
            return segment

    def _parquet(self, part: Part) -> Path:
        return self.folder / "parts" / f"{part.id}.parquet"

    def _stored(self, part: Part) -> pa.Table:
        return pq.read_table(self._parquet(part), page_checksum_verification=True)

    def _index(self, part: Part) -> Path:
        return self.folder / "index" / part.id

    def _live(self, part: Part) -> Mask | None:
        if part.deleted is None:
            return None
        live = np.ones(part.records, dtype=bool)
        live[np.load(self.folder / "parts" / part.deleted, allow_pickle=False)] = False
        return live

    def _live_table(self, part: Part) -> pa.Table:
        return self._read_part(part)[0]

    @contextmanager
    def _writing(self, doing: str) -> Iterator[None]:
        from filelock import FileLock, Timeout

        with told(self.folder, doing):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "write.lock", timeout=LOCK_SECONDS)
            try:
                with lock:
                    yield
            except Timeout as error:
                raise DatasetBusyError(
                    f"could not {doing}: another process has been writing to {self.folder} for "
                    f"over {LOCK_SECONDS:.0f} s. Nothing was changed; try again when it is done"
                ) from error

    def _same_kind(self, now: Manifest, table: pa.Table) -> None:
        if now.multi_label != tables.multi_label(table) and now.records > 0:
            kinds = ("single-label", "multi-label")
            raise RecordError(
                f"the dataset {self.folder.name!r} is {kinds[now.multi_label]} and these records "
                f"are {kinds[not now.multi_label]}; log them under another name"
            )

    def _present(self, now: Manifest, ids: pa.Array) -> tuple[pa.Table, list[tuple[str, int]]]:
        """Return the live records that have one of some ids, and their (part, place)."""
        found = [tables.empty(now.multi_label)]
        places: list[tuple[str, int]] = []
        for part in now.parts:
            names = pq.read_table(self._parquet(part), columns=["id"]).column("id")
            hit = pc.is_in(names, value_set=ids.cast(names.type))
            here = hit.to_numpy() if isinstance(hit, pa.ChunkedArray) else hit.to_numpy(False)
            live = self._live(part)
            at = np.flatnonzero(here if live is None else here & live)
            if at.size:
                whole, _ = metadata.split(self._stored(part))
                found.append(whole.take(pa.array(at)))
                places.extend((part.id, int(place)) for place in at)
        return tables.concat(found), places

    def _without(self, parts: Sequence[Part], gone: dict[str, list[int]]) -> tuple[Part, ...]:
        """Return the parts with some records marked as deleted; emptied parts are left out."""
        after: list[Part] = []
        for part in parts:
            places = gone.get(part.id)
            if places is None:
                after.append(part)
                continue
            live = self._live(part)
            dead = np.zeros(part.records, dtype=bool) if live is None else ~live
            dead[places] = True
            count = int(dead.sum())
            if count == part.records:
                continue
            name = f"{part.id}.{secrets.token_hex(4)}.deleted.npy"
            path = self.folder / "parts" / name
            np.save(path, np.flatnonzero(dead), allow_pickle=False)
            sync_file(path)
            after.append(dataclasses.replace(part, deleted=name, deleted_count=count))
        return tuple(after)

    def _absorb(self, parts: Sequence[Part], size: int) -> tuple[tuple[Part, ...], list[Part]]:
        """Choose the newest small parts to be written again with the new records.

        A part at most twice the size of what follows it is absorbed, so the number of parts
        grows with the logarithm of the records.
        """
        kept, absorbed = list(parts), list[Part]()
        while kept and kept[-1].live <= 2 * size:
            size += kept[-1].live
            absorbed.insert(0, kept.pop())
        return tuple(kept), absorbed

    def _write_part(self, table: pa.Table, tell: Progress) -> Part | None:
        if table.num_rows == 0:
            return None
        part = Part(secrets.token_hex(8), table.num_rows)
        path = self._parquet(part)
        path.parent.mkdir(exist_ok=True)
        pq.write_table(metadata.attach(table), path, compression="zstd", write_page_checksum=True)
        sync_file(path)
        sync_folder(path.parent)
        tell(0.3)
        segment = _build(table, lambda share: tell(0.3 + 0.6 * share))
        self._save_index(segment, part.id)
        return part

    def _save_index(self, segment: Segment, part_id: str) -> None:
        home = self.folder / "index"
        home.mkdir(exist_ok=True)
        draft = home / f"{part_id}.{secrets.token_hex(4)}.tmp"
        segment.save(draft)
        target = home / part_id
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
        sync_folder(home)

    def _journal_version(self) -> int:
        """Return the newest change, after what an interrupted log superseded is taken back."""
        path = self.folder / "journal.sqlite"
        if not path.exists():
            return 0
        journal = self.journal()
        try:
            return journal.version()
        finally:
            journal.close()

    def _commit(self, after: Manifest) -> None:
        sync_folder(self.folder)
        after.write(self.folder)
        self.journal().close()
        self._sweep(after)

    def _sweep(self, now: Manifest) -> None:
        """Remove files of no use to this generation: replaced ones, and leftovers of a crash."""
        wanted = {part.id for part in now.parts}
        files = {f"{part.id}.parquet" for part in now.parts}
        files |= {part.deleted for part in now.parts if part.deleted}
        for path in (self.folder / "parts").glob("*"):
            if path.name not in files:
                path.unlink(missing_ok=True)
        for path in (self.folder / "index").glob("*"):
            if path.name not in wanted:
                shutil.rmtree(path, ignore_errors=True)


def _build(table: pa.Table, progress: Progress | None) -> Segment:
    names = tables.input_names(table)
    texts = {name: input_texts(table, name) for name in names}
    return Segment.build(texts, progress=progress)


def _with_ids(table: pa.Table) -> pa.Table:
    ids = content.ids(table)
    counts = pc.value_counts(ids)
    if len(counts) < len(ids):
        twice = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")[0].as_py()
        first, second = np.flatnonzero(pc.equal(ids, twice).to_numpy(zero_copy_only=False))[:2]
        raise RecordError(
            f"records {first} and {second} have the same id {twice!r}; an id names one record. "
            f"Nothing was logged",
            index=int(second),
            record_id=twice,
        )
    at = table.schema.get_field_index("id")
    return table.set_column(at, table.schema.field(at), ids)


def _compare(
    table: pa.Table, old: pa.Table, places: list[tuple[str, int]]
) -> tuple[pa.Table, int, int, list[tuple[str, int]]]:
    """Split records into those to write and those already there, word for word.

    Returns the records to write, how many of them replace one, how many are unchanged, and the
    places of the replaced ones.
    """
    if old.num_rows == 0:
        return table, 0, 0, []
    known = dict(zip(old.column("id").to_pylist(), content.digests(old), strict=True))
    stale: list[tuple[str, int]] = []
    at = dict(zip(known, places, strict=True))
    write = np.ones(table.num_rows, dtype=bool)
    for place, (one, digest) in enumerate(
        zip(table.column("id").to_pylist(), content.digests(table), strict=True)
    ):
        before = known.get(one)
        if before is None:
            continue
        if before == digest:
            write[place] = False
        else:
            stale.append(at[one])
    fresh = table.filter(pa.array(write))
    return fresh, len(stale), int((~write).sum()), stale


def _superseded(old: pa.Table, fresh: pa.Table) -> tuple[str, ...]:
    """Find the records whose logged annotation, status or agent is another one than before.

    What people changed in them gives way to what was logged; it stays in records that were
    logged again with the annotation they had.
    """
    if old.num_rows == 0:
        return ()
    at = pc.index_in(fresh.column("id"), value_set=old.column("id").combine_chunks())
    again = fresh.filter(at.is_valid())
    before = old.take(at.drop_null())
    differs = np.zeros(again.num_rows, dtype=bool)
    for name in ("annotation", "status", "annotation_agent"):
        pair = zip(again.column(name).to_pylist(), before.column(name).to_pylist(), strict=True)
        differs |= np.fromiter((new != was for new, was in pair), bool, again.num_rows)
    return tuple(again.column("id").filter(pa.array(differs)).to_pylist())


def _group(places: Sequence[tuple[str, int]]) -> dict[str, list[int]]:
    grouped: dict[str, list[int]] = {}
    for part, place in places:
        grouped.setdefault(part, []).append(place)
    return grouped
