"""What a run measures on, and where it keeps what it makes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import data
from bench.data import Data

SMALL, SHORT, LONG = 67_349, 1_000_000, 50_000
GROWTH = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000)


@dataclass(frozen=True)
class Setting:
    """Folder for data, datasets and results; ``scale`` 1 is the sizes of the aims."""

    folder: Path
    scale: float = 1.0
    whole_whoosh: bool = False

    def scaled(self, records: int) -> int:
        """Return a number of records at this scale."""
        return max(10, round(records * self.scale))

    def made(self, kind: str, records: int) -> Data:
        """Make records, or find them made; ``records`` is before scaling."""
        return data.made(self.folder / "data", kind, self.scaled(records))

    @property
    def small(self) -> Data:
        return self.made("short", SMALL)

    @property
    def short(self) -> Data:
        """The data that the aims are for."""
        return self.made("short", SHORT)

    @property
    def long(self) -> Data:
        return self.made("long", LONG)

    def real(self) -> Iterator[Data]:
        """Give the real sets that are there; none in small runs."""
        if self.scale >= 1:
            found = (data.real(self.folder / "data", name) for name in data.REAL_SETS)
            yield from (one for one in found if one is not None)

    def absent(self) -> str:
        """Say which real sets are not measured, and why; nothing when all are."""
        if self.scale < 1:
            return "Real texts are measured at full size only."
        names = [name for name in data.REAL_SETS if not (data.REAL / f"{name}.parquet").exists()]
        where = "they are looked for in ../shared/data, beside the repository"
        return (
            f"Not on this machine: the real texts of {', '.join(names)}; {where}." if names else ""
        )

    def everything(self) -> Iterator[Data]:
        yield from (self.small, self.short, self.long)
        yield from self.real()

    def scratch(self, name: str) -> Path:
        """Return a path for something to write; nothing is there."""
        path = self.folder / "scratch" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        return path

    def scratch_folder(self, name: str) -> Path:
        """Return an empty folder to write to."""
        path = self.scratch(name)
        path.mkdir()
        return path
