"""What a pattern of Lucene's means, as a small tree, and the parts it is put together from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

LAST = 0x10FFFF

Ranges: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Characters:
    """One character from some ranges of code points, in order and apart from each other."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; of no parts, the empty text."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts at once."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Except:
    """Every text but those of the part."""

    part: Pattern


@dataclass(frozen=True, slots=True)
class Repeat:
    """The part ``low`` to ``high`` times; None is without end."""

    part: Pattern
    low: int
    high: int | None


Pattern: TypeAlias = Characters | Sequence | Either | Both | Except | Repeat

ANY = Characters(((0, LAST),))
NOTHING = Characters(())


def character(c: str) -> Characters:
    """Return the pattern that is one plain character."""
    return Characters(((ord(c), ord(c)),))


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Put ranges in order and join those that touch."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def inverted(ranges: Ranges) -> Ranges:
    """Return the characters outside of ranges that :func:`merged` made."""
    edges = [-1, *(edge for low, high in ranges for edge in (low, high)), LAST + 1]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple((low + 1, high - 1) for low, high in pairs if low + 1 < high)


def first_characters(pattern: Pattern) -> tuple[int, int] | None:
    """Return code points that the first character of every match lies between, both included.

    None where that is not plain to see, or the empty text may match.

    Examples
    --------
    >>> word = joined(Characters(((97, 99),)), Repeat(ANY, 0, None))
    >>> first_characters(Either((word, character("x")))), first_characters(Repeat(word, 0, 1))
    ((97, 120), None)
    """
    match pattern:
        case Characters(ranges) if ranges:
            return ranges[0][0], ranges[-1][1]
        case Sequence((first, *_)):
            return first_characters(first)
        case Repeat(part, low) if low:
            return first_characters(part)
        case Either(parts):
            firsts = [first_characters(part) for part in parts]
            known = [one for one in firsts if one is not None]
            if known and len(known) == len(firsts):
                return min(low for low, _ in known), max(high for _, high in known)
    return None


def interval(low: int, high: int, digits: int) -> Pattern:
    """Write the whole numbers from ``low`` to ``high`` as digits.

    Just so many ``digits``, with leading zeros; 0 is any number of leading zeros or none.

    Examples
    --------
    >>> interval(5, 7, 2) == Either((Sequence((character("0"), Characters(((53, 55),)))),))
    True
    """
    if digits:
        return Either(tuple(_padded(f"{low:0{digits}}", f"{high:0{digits}}")))
    ways: list[Pattern] = []
    while low <= high:
        last = min(high, 10 ** len(str(low)) - 1)
        ways += _padded(str(low), str(last))
        low = last + 1
    return Sequence((Repeat(_digit("0", "0"), 0, None), Either(tuple(ways))))


def _padded(low: str, high: str) -> list[Pattern]:
    """Return the ways to write the numbers between two of equally many digits."""
    if not low:
        return [Sequence(())]
    first, last, rest = low[0], high[0], len(low) - 1
    if first == last:
        return [joined(_digit(first, first), one) for one in _padded(low[1:], high[1:])]
    if set(low[1:]) <= {"0"} and set(high[1:]) <= {"9"}:
        return [joined(_digit(first, last), *[_digit("0", "9")] * rest)]
    ways = [joined(_digit(first, first), one) for one in _padded(low[1:], "9" * rest)]
    if ord(last) - ord(first) > 1:
        between = _digit(chr(ord(first) + 1), chr(ord(last) - 1))
        ways.append(joined(between, *[_digit("0", "9")] * rest))
    return ways + [joined(_digit(last, last), one) for one in _padded("0" * rest, high[1:])]


def _digit(first: str, last: str) -> Characters:
    return Characters(((ord(first), ord(last)),))


def joined(*parts: Pattern) -> Pattern:
    """Make a sequence of parts, taking sequences among them apart."""
    flat: list[Pattern] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Sequence) else [part])
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))
