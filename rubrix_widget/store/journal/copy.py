"""A second copy of the journal, as lines of text: what a damaged database is mended from.

Each line is a group of events as JSON after its checksum, forced to the disk before the database
commits the group. So a line may be ahead of the database, after a crash between the two, and never
behind it. It names the dataset, so that another's copy is not taken for this one.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rubrix_widget.errors import JournalDamagedError
from rubrix_widget.store.files import sync_folder
from rubrix_widget.store.journal.events import Written

FILE: Final = "journal.copy.jsonl"
_PIECE: Final = 1 << 22  # bytes written at once
_BEGUN: Final = re.compile(rb"[0-9a-f]{1,8}|[0-9a-f]{8} [ -~]*")  # all that a line cut short can be
Line = tuple[Written | None, int, int]


@dataclass(frozen=True)
class Place:
    """Where the last line of a copy begins and ends, and the checksum of all up to there."""

    line: int
    copied: int
    checksum: int


class JournalCopy:
    """The copy beside a journal; its owner holds the journal's write transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def size(self) -> int:
        """Return the bytes of the copy; 0 where there is none."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def is_finished(self) -> bool:
        """Tell whether the last line has an end."""
        with suppress(OSError), self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"
        return False

    def checksum(self, size: int) -> int:
        """Return a checksum of the first bytes."""
        found = 0
        with self.path.open("rb") as file:
            while size > 0 and (piece := file.read(min(size, _PIECE))):
                found, size = zlib.crc32(piece, found), size - len(piece)
        return found

    def append(self, written: Written, token: str | None, before: int) -> Place:
        """Add a group and force it to the disk; ``before`` is the checksum of what is there.

        Raises
        ------
        JournalDamagedError
            Another process put a mended copy in its place meanwhile.
        """
        file = self._opened()
        begin = os.fstat(file).st_size
        line = _line(written, token)
        _write(file, line)
        os.fsync(file)
        if not self._is_still(file):
            raise JournalDamagedError("the journal was mended meanwhile")
        return Place(begin, os.fstat(file).st_size, zlib.crc32(line, before))

    def cut(self, size: int) -> None:
        """Take back what is beyond some bytes."""
        self.close()
        with suppress(OSError):  # else it is settled later, and the first error is to be told
            os.truncate(self.path, size)

    def rewrite(self, groups: Iterable[Written], token: str | None) -> Place:
        """Write the copy anew, in one step."""
        self.close()
        draft = self.path.with_name(self.path.name + ".tmp")
        begin = end = found = 0
        try:
            file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            try:
                waiting: list[bytes] = []
                held = 0
                for written in groups:
                    line = _line(written, token)
                    begin, end, found = end, end + len(line), zlib.crc32(line, found)
                    waiting.append(line)
                    held += len(line)
                    if held > _PIECE:
                        _write(file, b"".join(waiting))
                        waiting, held = [], 0
                _write(file, b"".join(waiting))
                os.fsync(file)
            finally:
                os.close(file)
            draft.replace(self.path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(self.path.parent)
        return Place(begin, end, found)

    def read(self, token: str | None, start: int = 0) -> Iterator[Line]:
        """Yield what each line says of a dataset, and where it begins and ends.

        None for one that is damaged or of another dataset. One at the end that was begun and not
        finished is left out: it was not told to be saved.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(start)
            for line in file:
                begin, start = start, start + len(line)
                if line.endswith(b"\n"):
                    yield _read(line, token), begin, start
                elif not _BEGUN.fullmatch(line):
                    yield None, begin, start

    def _opened(self) -> int:
        if self._file is not None and not self._is_still(self._file):
            self.close()  # another process wrote the copy anew
        if self._file is None:
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        return self._file

    def _is_still(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self.path.stat())
        except FileNotFoundError:
            return False


def _write(file: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _line(written: Written, token: str | None) -> bytes:
    content: dict[str, Any] = {"dataset": token, **vars(written)}
    places: dict[str | None, int] = {}
    content["rows"] = [
        [record, text_hash, *(places.setdefault(one, len(places)) for one in rest)]
        for record, text_hash, *rest in written.rows
    ]
    content["values"] = list(places)
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _read(line: bytes, token: str | None) -> Written | None:
    head, _, text = line.rstrip(b"\n").partition(b" ")
    if head != b"%08x" % zlib.crc32(text):
        return None
    content: dict[str, Any] = json.loads(text)
    if content.pop("dataset", token) != token:
        return None
    values = content.pop("values")
    content["rows"] = [
        (record, text_hash, *(values[place] for place in rest))
        for record, text_hash, *rest in content["rows"]
    ]
    return Written(**content)
