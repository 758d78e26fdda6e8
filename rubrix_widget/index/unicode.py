"""What Unicode says of each character, as lookup tables over all code points."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
NOTHING = ord(".")  # the class of characters that no rule speaks of


class Tables(NamedTuple):
    """The tables; ``classes`` names a class by the byte of its letter."""

    classes: Array
    properties: dict[int, frozenset[str]]
    lower: Array
    space: Array


@cache
def tables() -> Tables:
    """Read ``wordbreak.txt`` (about 10 ms, once).

    Examples
    --------
    >>> t = tables()
    >>> sorted(t.properties[int(t.classes[ord("a")])])
    ['ALetter']
    >>> chr(t.lower[ord("İ")]), bool(t.space[0xA0])
    ('i', False)
    """
    classes = np.full(0x110000, NOTHING, np.uint8)
    lower = np.arange(0x110000, dtype=np.uint32)
    space = np.zeros(0x110000, np.bool_)
    properties: dict[int, frozenset[str]] = {NOTHING: frozenset()}
    text = resources.files(__package__).joinpath("wordbreak.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        kind, where, *rest = line.split()
        if kind == "class":
            properties[ord(where)] = frozenset(rest)
            continue
        first, last = (int(end, 16) for end in where.split(".."))
        if kind == "range":
            classes[first : last + 1] = ord(rest[0])
        elif kind == "lower":
            lower[first : last + 1] += np.uint32(int(rest[0]) % 2**32)
        else:
            space[first : last + 1] = True
    for table in (classes, lower, space):
        table.flags.writeable = False
    return Tables(classes, properties, lower, space)


def look_up(table: Array, places: Array) -> Array:
    """Give ``table[places]`` of a table with one byte an entry.

    Of places that are bytes themselves, as those of ASCII texts are, four times as fast as NumPy,
    which makes each a number of eight bytes first.

    Examples
    --------
    >>> look_up(np.arange(256, dtype=np.uint8)[::-1], np.array([0, 255], np.uint8)).tolist()
    [255, 0]
    """
    if places.itemsize > 1:
        return np.asarray(table[places])
    looked_up = bytearray(places.tobytes()).translate(table[:256].tobytes())
    return np.frombuffer(looked_up, table.dtype)


def code_points(text: str) -> Array:
    """Turn the characters of a text into numbers.

    Examples
    --------
    >>> code_points("é!").tolist()
    [233, 33]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def simple_lower(text: str) -> str:
    """Lower-case character by character, as Lucene does: the length never changes.

    Examples
    --------
    >>> simple_lower("İSTANBUL ΑΣ")
    'istanbul ασ'
    """
    if text.isascii():
        return text.lower()
    return tables().lower[code_points(text)].tobytes().decode("utf-32-le", "surrogatepass")
