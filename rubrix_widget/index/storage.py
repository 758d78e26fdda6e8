"""A segment's folder: one ``.npy`` file per array, and ``meta.json`` that vouches for them."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any, Self

import numpy as np

from .. import arrays
from ..checksums import crc32
from ..errors import IndexDamagedError
from .build import workers
from .field import Field
from .unicode import Array

FORMAT = "rubrix_widget text index"
VERSION = 1
_ARRAYS = tuple(field.name for field in fields(Field) if field.name != "width")


class Writer:
    """Writes fields to a new folder, one at a time; when it closes they are on the disk.

    Parameters
    ----------
    folder
        Made anew; without its ``meta.json``, which comes last, it is no index.
    records
        How many records the fields are of.
    """

    def __init__(self, folder: Path, records: int) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._records = records
        self._fields: dict[str, int] = {}
        self._widths: list[int] = []
        self._files: dict[str, dict[str, int]] = {}

    def add(self, names: Iterable[str], field: Field) -> None:
        """Write a field that stands under some names."""
        number = len(self._widths)
        self._widths.append(field.width)
        self._fields.update(dict.fromkeys(names, number))
        for name in _ARRAYS:
            path = self._folder / _file(number, name)
            with path.open("xb") as file:
                np.save(file, getattr(field, name), allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
            content = np.memmap(path, np.uint8, "r")
            self._files[path.name] = {"size": len(content), "crc32": zlib.crc32(content.data)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if kind is None:
            self._close()

    def _close(self) -> None:
        meta = {
            "format": FORMAT,
            "version": VERSION,
            "records": self._records,
            "fields": dict(sorted(self._fields.items())),
            "widths": self._widths,
            "files": self._files,
        }
        body = json.dumps(meta, indent=1, sort_keys=True)
        with (self._folder / "meta.json").open("x", encoding="utf-8") as file:
            json.dump({"crc32": zlib.crc32(body.encode()), "meta": body}, file)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self._folder)


def read(folder: Path) -> tuple[int, dict[str, Field]]:
    """Open a folder: the number of records, and the fields, memory-mapped.

    Raises
    ------
    IndexDamagedError
        Something is missing, cut short, changed or not an index of this version.
    """
    try:
        meta = _meta(folder)
        files: dict[str, dict[str, int]] = meta["files"]
        with ThreadPoolExecutor(workers()) as pool:  # both the disk and the sums take their time
            names = [_file(i, name) for i in range(len(meta["widths"])) for name in _ARRAYS]
            checks = [pool.submit(_check, folder / name, files[name]) for name in names]
            for check in checks:
                check.result()
        stored = [
            Field(width=width, **{name: _load(folder / _file(i, name)) for name in _ARRAYS})
            for i, width in enumerate(meta["widths"])
        ]
        records = int(meta["records"])
        if any(field.values != records * field.width for field in stored):
            raise ValueError("its arrays are not of one size")
        return records, {name: stored[i] for name, i in meta["fields"].items()}
    except IndexDamagedError:
        raise
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError) as error:
        raise IndexDamagedError(
            f"the text index in {folder} cannot be read ({error}); it is rebuilt from the records"
        ) from error


def _file(number: int, name: str) -> str:
    return f"{number}.{name}.npy"


def _meta(folder: Path) -> Any:
    outer = json.loads((folder / "meta.json").read_text("utf-8"))
    body = outer["meta"]
    if zlib.crc32(body.encode()) != outer["crc32"]:
        raise ValueError("meta.json was changed")
    meta = json.loads(body)
    if meta["format"] != FORMAT or meta["version"] != VERSION:
        raise ValueError(
            f"expected {FORMAT!r} version {VERSION}, found {meta['format']!r} {meta['version']}"
        )
    return meta


def _check(path: Path, expected: Mapping[str, int]) -> None:
    size = path.stat().st_size
    if size != expected["size"]:
        raise ValueError(f"{path.name} has {size} bytes instead of {expected['size']}")
    if crc32(path) != expected["crc32"]:
        raise ValueError(f"{path.name} was changed: its checksum differs")


def _load(path: Path) -> Array:
    try:
        return arrays.load(path, mapped=True)
    except ValueError:  # an empty array cannot be mapped
        return arrays.load(path)


def _sync_folder(folder: Path) -> None:
    for path in (folder, folder.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
