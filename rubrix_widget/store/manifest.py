"""The manifest: which files make up a dataset now. Replacing it is what commits a ``log``."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rubrix_widget.errors import DatasetFormatError
from rubrix_widget.store.files import write_atomically

FORMAT = 1
FILE = "manifest.json"


@dataclass(frozen=True)
class Part:
    """Records logged together: one Parquet file and one index folder, neither ever changed.

    ``deleted`` names the file with the places of records since replaced or deleted.
    """

    id: str
    records: int
    deleted: str | None = None
    deleted_count: int = 0

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
        content = {"format": FORMAT, **dataclasses.asdict(self)}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        write_atomically(folder / FILE, text.encode())


def exists(folder: Path) -> bool:
    """Tell whether a folder holds a dataset."""
    return (folder / FILE).is_file()


def read(folder: Path) -> Manifest:
    """Read a dataset's manifest.

    Raises
    ------
    DatasetFormatError
        The manifest is of a newer format, or is no manifest.
    FileNotFoundError
        There is none.
    """
    path = folder / FILE
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        version = content.pop("format")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DatasetFormatError(
            f"{path} is not a dataset's manifest ({error}). The files beside it are untouched"
        ) from error
    if version != FORMAT:
        raise DatasetFormatError(
            f"the dataset in {folder} has format {version}; this version of rubrix_widget reads "
            f"format {FORMAT}. Upgrade rubrix_widget to open it; nothing was changed"
        )
    try:
        content["parts"] = tuple(Part(**part) for part in content["parts"])
        content["labels"] = tuple(content["labels"])
        content["reset"] = Reset(content["reset"]["version"], tuple(content["reset"]["ids"]))
        return Manifest(**content)
    except (TypeError, KeyError) as error:
        raise DatasetFormatError(
            f"{path} is not a complete manifest ({error}). The files beside it are untouched"
        ) from error
