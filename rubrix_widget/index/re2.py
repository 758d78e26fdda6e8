"""Patterns written for RE2, which runs them through Arrow in time linear in the text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ..arrays import from_arrow, text_column
from .regex_tree import ANY, LAST, NOTHING, Characters, Either, Pattern, Repeat, Sequence
from .slices import in_slices
from .unicode import Array

_MOST_REPEATS = 1000  # RE2's own bound
_LONGEST = 20_000  # characters of a pattern written out; RE2 refuses most longer ones by itself


def written(pattern: Pattern) -> str | None:
    r"""Write a pattern for RE2; None if it has parts that RE2 has no word for.

    Examples
    --------
    >>> from .regex import read
    >>> written(read(r"joh?n(ath[oa]n)@"))
    'joh?nath[ao]n.*'
    >>> written(read("~a")) is None
    True
    """
    try:
        return _write(pattern)
    except NotImplementedError:
        return None


def literal(text: str) -> str:
    """Write text that RE2 takes as it stands."""
    return "".join(c if ord(c) > 127 or c.isalnum() else f"\\x{{{ord(c):x}}}" for c in text)


def _write(pattern: Pattern) -> str:
    match pattern:
        case Characters():
            return _characters(pattern) if pattern != ANY else "."
        case Sequence(parts):
            return "".join(_grouped(part) if isinstance(part, Either) else _write(part)
                           for part in parts)  # fmt: skip
        case Either(parts):
            return "|".join(map(_write, parts))
        case Repeat(part, low, high):
            if max(low, high or 0) > _MOST_REPEATS:
                raise NotImplementedError
            single = isinstance(part, Characters)
            return (_write(part) if single else _grouped(part)) + _times(low, high)
    raise NotImplementedError


def _grouped(pattern: Pattern) -> str:
    return f"(?:{_write(pattern)})"


def _characters(pattern: Characters) -> str:
    ranges = pattern.ranges
    if pattern == NOTHING:
        return f"[^\\x{{0}}-\\x{{{LAST:x}}}]"
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return literal(chr(ranges[0][0]))
    members = (
        literal(chr(low)) if low == high else f"{literal(chr(low))}-{literal(chr(high))}"
        for low, high in ranges
    )
    return f"[{''.join(members)}]"


def _times(low: int, high: int | None) -> str:
    known = {(0, 1): "?", (0, None): "*", (1, None): "+"}.get((low, high))
    if known:
        return known
    return f"{{{low}}}" if low == high else f"{{{low},{'' if high is None else high}}}"


def matching(texts: pa.Array, pattern: str) -> Array | None:
    """Mark the texts that a pattern in RE2's syntax matches from end to end.

    None if the pattern is too large for RE2.

    Raises
    ------
    PatternError
        It takes too long.
    """
    if len(pattern) > _LONGEST:
        return None
    options = pc.MatchSubstringOptions(f"(?s)^(?:{pattern})$")
    try:
        pc.call_function("match_substring_regex", [text_column([""])], options)
    except pa.ArrowInvalid:  # too large, whatever its words for it
        return None

    def run(some: pa.Array) -> Array:
        found = pc.call_function("match_substring_regex", [some], options)
        return from_arrow(found, 0)

    return in_slices(texts, run)
