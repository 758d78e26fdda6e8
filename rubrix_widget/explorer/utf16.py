"""Positions for the page: JavaScript counts UTF-16 units, Python counts characters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")  # what takes two units


def to_utf16(text: str, positions: Iterable[int]) -> list[int]:
    """Turn character positions in `text` into positions in UTF-16 units.

    Examples
    --------
    >>> to_utf16("a😀b", [0, 1, 2, 3])
    [0, 1, 3, 4]
    """
    if text.isascii():
        return list(positions)
    astral = [match.start() for match in _ASTRAL.finditer(text)]
    return [position + bisect_left(astral, position) for position in positions]


def from_utf16(text: str, position: int) -> int:
    """Turn a position in UTF-16 units into one in characters; within one is before it.

    Examples
    --------
    >>> [from_utf16("a😀b", position) for position in range(6)]
    [0, 1, 1, 2, 3, 3]
    """
    units = text.encode("utf-16-le")[: 2 * position]
    return len(units.decode("utf-16-le", errors="ignore"))


def marks_to_utf16(text: str, marks: Iterable[tuple[int, int]], limit: int) -> list[list[int]]:
    """Turn character ranges into UTF-16 ranges, leaving out what lies beyond `limit` characters.

    Examples
    --------
    >>> marks_to_utf16("😀 good, good", [(2, 6), (8, 12)], 10)
    [[3, 7], [9, 11]]
    """
    inside = [(start, min(end, limit)) for start, end in marks if start < limit]
    units = to_utf16(text, [position for mark in inside for position in mark])
    return [list(pair) for pair in zip(units[::2], units[1::2], strict=True)]
