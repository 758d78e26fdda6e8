"""Checksums of files."""

from __future__ import annotations

import zlib
from pathlib import Path

_BLOCK = 1 << 18  # bytes: they are still in the processor's cache when they are summed


def crc32(path: Path) -> int:
    """Return the CRC-32 of a file's content.

    Raises
    ------
    OSError
        It cannot be read.

    Examples
    --------
    >>> crc32(Path(__file__)) == zlib.crc32(Path(__file__).read_bytes())
    True
    """
    block = memoryview(bytearray(_BLOCK))
    crc = 0
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(block):
            crc = zlib.crc32(block[:size], crc)
    return crc
