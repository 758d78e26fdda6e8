"""A second copy of the journal, as lines of text: what a damaged database is mended from.

Each line is a group of events as JSON after its checksum, forced to the disk before the database
commits the group. So a line may be ahead of the database, after a crash between the two, and never
behind it.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from rubrix_widget.store.files import sync_folder
from rubrix_widget.store.journal.events import Written

FILE: Final = "journal.copy.jsonl"


class JournalCopy:
    """The copy beside a journal; its owner holds the journal's write transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def size(self) -> int:
        """Return the bytes of the copy; 0 where there is none."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, written: Written) -> int:
        """Add a group and force it to the disk; return the bytes of the copy."""
        file = self._opened()
        file.write(_line(written))
        file.flush()
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size

    def cut(self, size: int) -> None:
        """Take back what is beyond some bytes."""
        self.close()
        with suppress(FileNotFoundError):
            os.truncate(self.path, size)

    def rewrite(self, groups: Iterable[Written]) -> int:
        """Write the copy anew, in one step; return its bytes."""
        self.close()
        draft = self.path.with_name(self.path.name + ".tmp")
        with draft.open("wb") as file:
            for written in groups:
                file.write(_line(written))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        sync_folder(self.path.parent)
        return self.size()

    def read(self, start: int = 0) -> Iterator[Written]:
        """Yield the groups whose lines are whole, from a byte on."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(start)
            for line in file:
                written = _read(line)
                if written is not None:
                    yield written

    def _opened(self) -> BinaryIO:
        if self._file is not None and not self._is_still(self._file):
            self.close()  # another process wrote the copy anew
        if self._file is None:
            self._file = self.path.open("ab")
        return self._file

    def _is_still(self, file: BinaryIO) -> bool:
        try:
            return os.path.samestat(os.fstat(file.fileno()), self.path.stat())
        except FileNotFoundError:
            return False


def _line(written: Written) -> bytes:
    content: dict[str, Any] = dict(vars(written))
    places: dict[str | None, int] = {}
    content["rows"] = [
        [record, text_hash, *(places.setdefault(one, len(places)) for one in rest)]
        for record, text_hash, *rest in written.rows
    ]
    content["values"] = list(places)
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _read(line: bytes) -> Written | None:
    head, _, text = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or head != b"%08x" % zlib.crc32(text):
        return None
    content: dict[str, Any] = json.loads(text)
    values = content.pop("values")
    content["rows"] = [
        (record, text_hash, *(values[place] for place in rest))
        for record, text_hash, *rest in content["rows"]
    ]
    return Written(**content)
