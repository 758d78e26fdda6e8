"""The files of a dataset's parts: records in Parquet, their text index, places of deleted ones."""

from __future__ import annotations

import dataclasses
import json
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rubrix_widget import arrays
from rubrix_widget import table as tables
from rubrix_widget.arrays import Mask
from rubrix_widget.checksums import crc32
from rubrix_widget.columns import input_texts
from rubrix_widget.errors import IndexDamagedError, StorageError
from rubrix_widget.index import Segment, merge
from rubrix_widget.store import metadata
from rubrix_widget.store.files import sync_file, sync_folder, write_atomically
from rubrix_widget.store.manifest import Manifest, Part
from rubrix_widget.store.merge import Place
from rubrix_widget.store.reading import PartFile

_OWNER = "owner.json"  # in an index: the part it belongs to
Progress = Callable[[float], None]
Source = tuple[Segment, Mask | None]


class Parts:
    """Reads and writes the parts in a dataset's folder. No file is ever changed once written.

    Parameters
    ----------
    folder
        The dataset's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._records = folder / "parts"
        self._indexes = folder / "index"
        self._verified: dict[Path, tuple[int, int, int, int | None]] = {}

    def read(self, part: Part) -> pa.Table:
        """Return a part's live records."""
        return self.open(part).read()

    def open(self, part: Part, *, deleted: bool = False) -> PartFile:
        """Open the file of a part's live records, or with those that were deleted.

        Raises
        ------
        StorageError
            It is damaged.
        FileNotFoundError
            It is not there.
        """
        path = self._parquet(part)
        self._verify(path, part.crc32, f"the records of part {part.id}")
        return PartFile(path, None if deleted else self.live(part))

    def _verify(self, path: Path, known: int | None, what: str) -> None:
        """Compare a file with the checksum in the manifest, once for each time it is written.

        Raises
        ------
        StorageError
            It is cut short, changed, or another one.
        """
        found = path.stat()
        seen = (found.st_ino, found.st_size, found.st_mtime_ns, known)
        if self._verified.get(path) == seen:
            return
        if known is not None and crc32(path) != known:
            raise StorageError(
                f"{what} are damaged: {path} is not the file that was written (its checksum "
                f"differs). Other parts, and what people changed, are intact. Restore the folder "
                f"from a copy, or delete the dataset and log it again"
            )
        self._verified[path] = seen

    def _parquet(self, part: Part) -> Path:
        return self._records / f"{part.id}.parquet"

    def index(self, part: Part) -> Path:
        """Return the folder of a part's text index."""
        return self._indexes / part.id

    def live(self, part: Part) -> Mask | None:
        """Tell which of a part's records are still in the dataset; None for all."""
        if part.deleted is None:
            return None
        live = np.ones(part.records, dtype=bool)
        path = self._records / part.deleted
        self._verify(path, part.deleted_crc32, f"the places of deleted records of part {part.id}")
        live[arrays.load(path)] = False
        return live

    def open_index(self, part: Part) -> Segment:
        """Open a part's text index.

        Raises
        ------
        IndexDamagedError
            It is not there, not whole, or not this part's.
        """
        folder = self.index(part)
        try:
            owner = json.loads((folder / _OWNER).read_bytes())
            fits = owner == {"part": part.id, "meta": crc32(folder / "meta.json")}
        except (OSError, ValueError) as error:
            raise IndexDamagedError(f"it does not say whose it is: {error}") from error
        if not fits:
            raise IndexDamagedError("it belongs to other records")
        segment = Segment.open(folder)
        if segment.records != part.records:
            raise IndexDamagedError(f"it holds {segment.records} records, not {part.records}")
        return segment

    def build_index(self, part: Part) -> Segment:
        """Index a part's records again, in memory."""
        return Segment.build(_texts(self.open(part, deleted=True).read()))

    def having(self, now: Manifest, ids: pa.Array | None) -> tuple[pa.Table, list[Place]]:
        """Return the live records that have one of some ids, or all, and their (part, place)."""
        found = [tables.empty(now.multi_label)]
        places: list[Place] = []
        for part in now.parts:
            file = self.open(part, deleted=True)
            here = np.ones(part.records, dtype=bool)
            if ids is not None:
                names = file.read(["id"]).column("id")
                here = np.asarray(pc.is_in(names, value_set=ids.cast(names.type)))
            live = self.live(part)
            at = np.flatnonzero(here if live is None else here & live)
            if at.size:
                found.append(file.read().take(pa.array(at)))
                places.extend((part.id, int(place)) for place in at)
        return tables.concat(found), places

    def without(self, parts: Sequence[Part], gone: dict[str, list[int]]) -> tuple[Part, ...]:
        """Return the parts with some records marked as deleted; emptied parts are left out."""
        after: list[Part] = []
        for part in parts:
            places = gone.get(part.id)
            if places is None:
                after.append(part)
                continue
            live = self.live(part)
            dead = np.zeros(part.records, dtype=bool) if live is None else ~live
            dead[places] = True
            count = int(dead.sum())
            if count == part.records:
                continue
            name = f"{part.id}.{secrets.token_hex(4)}.deleted.npy"
            path = self._records / name
            np.save(path, np.flatnonzero(dead), allow_pickle=False)
            sync_file(path)
            after.append(
                dataclasses.replace(
                    part, deleted=name, deleted_count=count, deleted_crc32=crc32(path)
                )
            )
        return tuple(after)

    def write(self, table: pa.Table, tell: Progress, known: Sequence[Source] = ()) -> Part:
        """Write records as a new part, with its text index, and force both to the disk.

        Parameters
        ----------
        table
            The records.
        tell
            Called with the share done, from 0 to 1.
        known
            The indexes that the first of the records have already.
        """
        name = secrets.token_hex(8)
        # the index first: it takes the most memory, and finds it free
        self._place_index(
            name, partial(_write_index, table, known, lambda share: tell(0.8 * share))
        )
        path = self._records / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        pq.write_table(metadata.attach(table), path, compression="zstd")
        pa.default_memory_pool().release_unused()
        sync_file(path)
        sync_folder(path.parent)
        return Part(name, table.num_rows, crc32(path))

    def sources(self, parts: Sequence[Part]) -> list[Source]:
        """Return the indexes of some parts; none of them when one has to be made anew."""
        try:
            return [(self.open_index(part), self.live(part)) for part in parts]
        except IndexDamagedError:
            return []

    def adopt(self, part: Part, aside: Path) -> None:
        """Move the files of a part that was written into another folder to here."""
        other = Parts(aside)
        self._records.mkdir(exist_ok=True)
        self._indexes.mkdir(exist_ok=True)
        other._parquet(part).rename(self._parquet(part))
        other.index(part).rename(self.index(part))
        sync_folder(self._records)
        sync_folder(self._indexes)

    def size(self, now: Manifest) -> int:
        """Return the bytes that a generation's parts take on the disk."""
        return sum(
            path.stat().st_size
            for part in now.parts
            for path in (
                self._parquet(part),
                *([self._records / part.deleted] if part.deleted else ()),
                *self.index(part).glob("*"),
            )
        )

    def save_index(self, segment: Segment, part: str) -> None:
        """Write a part's text index, in the place of any that is there."""
        self._place_index(part, segment.save)

    def _place_index(self, part: str, write: Callable[[Path], None]) -> None:
        self._indexes.mkdir(exist_ok=True)
        draft = self._indexes / f"{part}.{secrets.token_hex(4)}.tmp"
        write(draft)
        owner = {"part": part, "meta": crc32(draft / "meta.json")}
        write_atomically(draft / _OWNER, json.dumps(owner).encode())
        target = self._indexes / part
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
        sync_folder(self._indexes)

    def copy(self, target: Path) -> None:
        """Copy every file into another dataset's folder, and force them to the disk."""
        for folder in (self._records, self._indexes):
            if folder.exists():
                copied = shutil.copytree(folder, target / folder.name, dirs_exist_ok=True)
                for path in copied.rglob("*"):
                    (sync_folder if path.is_dir() else sync_file)(path)
                sync_folder(copied)

    def sweep(self, now: Manifest | None) -> None:
        """Remove files of no use to a generation: replaced ones, and leftovers of a crash.

        Nothing is removed when files of its own are lacking: it may be another dataset's.
        """
        parts = () if now is None else now.parts
        if not all(self._parquet(part).exists() for part in parts):
            return
        wanted = {part.id for part in parts}
        files = {f"{part.id}.parquet" for part in parts}
        files |= {part.deleted for part in parts if part.deleted}
        for path in self._records.glob("*"):
            if path.name not in files:
                with suppress(PermissionError):  # Windows keeps what somebody reads
                    path.unlink(missing_ok=True)
        for path in self._indexes.glob("*"):
            if path.name not in wanted:
                shutil.rmtree(path, ignore_errors=True)


def _write_index(table: pa.Table, known: Sequence[Source], tell: Progress, folder: Path) -> None:
    """Write the index of records, of which the first have indexes already."""
    if not known:
        Segment.write(folder, _texts(table), progress=tell)
        return
    sizes = (one.records if live is None else int(live.sum()) for one, live in known)
    rest = _texts(table.slice(sum(sizes)))
    new = Segment.build(rest, progress=lambda share: tell(share / 2))
    sources = [*known, *([(new, None)] if new.records else [])]
    merge(sources, list(rest), progress=lambda share: tell((1 + share) / 2)).save(folder)


def _texts(table: pa.Table) -> dict[str, pa.Array]:
    return {name: input_texts(table, name) for name in tables.input_names(table)}
