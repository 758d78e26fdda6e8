"""The manifest: which files make up a dataset now. Replacing it is what commits a ``log``."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import secrets
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rubrix_widget.errors import DatasetFormatError, StoreWarning, warn
from rubrix_widget.store.files import write_atomically

FORMAT = 2  # 1 had no checksums; what it says is taken as it is
FILE = "manifest.json"
COPY = "manifest.copy.json"  # written after the manifest, read where that was lost


@dataclass(frozen=True)
class Part:
    """Records logged together: one Parquet file and one index folder, neither ever changed.

    ``deleted`` names the file with the places of records since replaced or deleted. The checksums
    are CRC-32 of whole files, so a file that was exchanged is found as well as one that is damaged;
    None where a file was written before there were any.
    """

    id: str
    records: int
    crc32: int | None = None
    deleted: str | None = None
    deleted_count: int = 0
    deleted_crc32: int | None = None

    @property
    def live(self) -> int:
        """How many of the part's records are still in the dataset."""
        return self.records - self.deleted_count


@dataclass(frozen=True)
class Reset:
    """Records whose changes by people were superseded by the log that wrote this manifest.

    Applied to the journal by whoever opens the dataset next, for changes up to ``version``.
    """

    version: int = 0
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """A dataset's files and settings at one generation."""

    multi_label: bool
    labels: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    generation: int = 0
    reset: Reset = field(default_factory=Reset)
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    created: str = field(default_factory=lambda: dt.datetime.now(dt.UTC).isoformat("T", "seconds"))

    @property
    def records(self) -> int:
        """Number of records in the dataset."""
        return sum(part.live for part in self.parts)

    def write(self, folder: Path) -> None:
        """Make this the dataset's manifest, in one step."""
        content = dataclasses.asdict(self)
        sealed = {"format": FORMAT, "crc32": _checksum(content), **content}
        text = json.dumps(sealed, ensure_ascii=False, indent=1).encode()
        write_atomically(folder / FILE, text)
        with suppress(OSError):  # the dataset is committed already
            write_atomically(folder / COPY, text)


def exists(folder: Path) -> bool:
    """Tell whether a folder holds a dataset."""
    return (folder / FILE).is_file() or (folder / COPY).is_file()


def file(folder: Path) -> Path:
    """Return the manifest of a dataset, or the copy of it where the manifest was lost."""
    found = folder / FILE
    if not found.is_file() and (folder / COPY).is_file():
        warn(
            f"{found} is missing; its copy {COPY} is used. Nothing is lost, and the next log "
            f"writes it anew",
            StoreWarning,
        )
        return folder / COPY
    return found


def read(folder: Path) -> Manifest:
    """Read a dataset's manifest.

    Raises
    ------
    DatasetFormatError
        The manifest is of a newer format, or is no manifest.
    FileNotFoundError
        There is none.
    """
    path = file(folder)
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        version = content.pop("format")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DatasetFormatError(
            f"{path} is not a dataset's manifest ({error}). The files beside it are untouched"
            f"{_way_out(path)}"
        ) from error
    if version not in (1, FORMAT):
        raise DatasetFormatError(
            f"the dataset in {folder} has format {version}; this version of rubrix_widget reads "
            f"format {FORMAT}. Upgrade rubrix_widget to open it; nothing was changed"
        )
    try:
        seal = content.pop("crc32", None)
        if seal != _checksum(content) and (version, seal) != (1, None):
            raise ValueError("its checksum differs: it was changed")
        content["parts"] = tuple(Part(**part) for part in content["parts"])
        content["labels"] = tuple(content["labels"])
        content["reset"] = Reset(content["reset"]["version"], tuple(content["reset"]["ids"]))
        return Manifest(**content)
    except (TypeError, KeyError, ValueError) as error:
        raise DatasetFormatError(
            f"{path} is not a whole manifest ({error}). The files beside it are untouched"
            f"{_way_out(path)}"
        ) from error


def _checksum(content: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())


def _way_out(path: Path) -> str:
    if path.name == FILE and path.with_name(COPY).is_file():
        return f". Move it away to go on with its copy {COPY}"
    return ". Restore it from a copy of the folder"
