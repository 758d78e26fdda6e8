r"""Lucene's regular expressions: their syntax, read into a tree.

As Lucene 9 reads them with every optional sign switched on (``RegExp.ALL``). A pattern is for a
whole token; ``^`` and ``$`` are plain characters. A sign that stands where an operand is expected
is plain too: ``*a`` is a star and an a. There is no look-around and no back-reference.

======================  =====================================================================
``ab``, ``a|b``          one after the other; either
``a&b``, ``~a``          both at once; anything but (binds before ``*``)
``a? a* a+ a{2,5}``      repetition; the ``5`` may be left out
``[a-c]``, ``[^a-c]``    one of these characters; one other character
``\d \s \w``             ``[0-9]``, ``[ \t\n\r]``, ``[a-zA-Z_0-9]``; ``\D \S \W`` any other
``.``, ``@``, ``#``      one character; any text; nothing at all
``<1-25>``               a whole number; both of equal length: with just so many digits
``"a.b"``, ``\.``        plain text; a plain character, unless a letter
======================  =====================================================================
"""

from __future__ import annotations

from .regex_tree import (
    ANY,
    NOTHING,
    Both,
    Characters,
    Either,
    Except,
    Pattern,
    Ranges,
    Repeat,
    Sequence,
    character,
    interval,
    inverted,
    joined,
    merged,
)

_DEEPEST = 100  # brackets in brackets, so that every walk may recurse
_MOST = 2**31 - 1  # Lucene's int
_SETS = {
    "d": ((48, 57),),
    "s": ((9, 10), (13, 13), (32, 32)),
    "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
}
_RESERVED = frozenset("abcefghijklmnopqrtuvxyzABCEFGHIJKLMNOPQRTUVXYZ")  # Lucene's own list


class PatternError(ValueError):
    """A pattern that cannot be answered.

    Attributes
    ----------
    offset : int
        Where in the pattern the fault is.
    limit : bool
        Whether it is no mistake, but would take too long.
    """

    def __init__(self, message: str, offset: int = 0, *, limit: bool = False) -> None:
        super().__init__(message)
        self.offset = offset
        self.limit = limit


def read(pattern: str) -> Pattern:
    r"""Read a pattern.

    Raises
    ------
    PatternError
        It is none of Lucene's; the error knows the place.

    Examples
    --------
    >>> read("a|~b")
    Either(parts=(Characters(ranges=((97, 97),)), Except(part=Characters(ranges=((98, 98),)))))
    >>> read("<numbers>")
    Traceback (most recent call last):
        ...
    rubrix_widget.index.regex.PatternError: there are no named patterns; write numbers as <1-25>...
    """
    if not pattern:
        return Sequence(())
    parser = _Parser(pattern)
    found = parser.either(0)
    if parser.at < len(pattern):
        raise PatternError("')' closes a bracket that was never opened", parser.at)
    return found


def lower_pattern(pattern: str, lowered: str, kept: str | None = "dDwWsS") -> str:
    r"""Lower-case a pattern but for its sets: ``\D`` is not ``\d``.

    ``kept`` are the characters to keep behind a backslash; None: all.

    Examples
    --------
    >>> lower_pattern(r"A\D\\D", r"a\d\\d")
    'a\\D\\\\d'
    """
    out: list[str] = []
    escaped = False
    for c, small in zip(pattern, lowered, strict=True):
        out.append(c if escaped and (kept is None or c in kept) else small)
        escaped = c == "\\" and not escaped
    return "".join(out)


class _Parser:
    """One way down: either, repeated, simple."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, c: str) -> bool:
        found = self.peek() == c
        self.at += found
        return found

    def next(self) -> str:
        c = self.peek()
        if not c:
            before = self.pattern[-1:]
            if before == "\\":
                raise PatternError("a backslash at the end escapes nothing", self.at - 1)
            raise PatternError(f"something must follow '{before}'", self.at - 1)
        self.at += 1
        return c

    def until(self, c: str, missing: str) -> str:
        start = self.at
        end = self.pattern.find(c, start)
        if end < 0:
            raise PatternError(missing, start - 1)
        self.at = end + 1
        return self.pattern[start:end]

    def either(self, depth: int) -> Pattern:
        """Read up to a closing bracket or the end: ``|`` joins what ``&`` joins of sequences."""
        either: list[Pattern] = []
        both: list[Pattern] = []
        parts: list[Pattern] = []
        while True:
            parts.append(self.repeated(depth))
            sign = self.peek()
            if sign and sign not in "&|)":
                continue
            both.append(joined(*parts))
            parts = []
            if not self.take("&"):
                either.append(both[0] if len(both) == 1 else Both(tuple(both)))
                both = []
                if not self.take("|"):
                    return either[0] if len(either) == 1 else Either(tuple(either))

    def repeated(self, depth: int) -> Pattern:
        start = self.at
        while self.take("~"):
            pass
        excepted = (self.at - start) % 2
        found = self.simple(depth)
        if excepted:
            found = Except(found)
        while (sign := self.peek()) and sign in "?*+{":
            low, high = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign) or self.times()
            self.at += sign != "{"
            found = Repeat(found, low, high)
        return found

    def times(self) -> tuple[int, int | None]:
        start = self.at
        self.at += 1
        inside = self.until("}", "expected '}' after the number of times")
        first, comma, last = inside.partition(",")
        if not all(n.isascii() and n.isdigit() for n in (first, last or "0")) or len(inside) > 21:
            raise PatternError("expected a number of times, as in {2}, {2,} or {2,5}", start)
        low = int(first)
        high = int(last) if last else None if comma else low
        if max(low, high or 0) > _MOST:
            raise PatternError(f"at most {_MOST} repetitions", start)
        if high is not None and high < low:
            raise PatternError(f"{{{inside}}} ends before it begins", start)
        return low, high

    def simple(self, depth: int) -> Pattern:
        start, c = self.at, self.next()
        if c == "[":
            return self.characters(start)
        if c == ".":
            return ANY
        if c == "#":
            return NOTHING
        if c == "@":
            return Repeat(ANY, 0, None)
        if c == '"':
            quoted = self.until('"', "this '\"' is never closed")
            return joined(*(character(one) for one in quoted))
        if c == "(":
            return self.group(start, depth)
        if c == "<":
            return self.numbers(start)
        if c == "\\":
            return Characters(self.escaped(start))
        return character(c)

    def group(self, start: int, depth: int) -> Pattern:
        if self.take(")"):
            return Sequence(())
        if depth == _DEEPEST:
            raise PatternError(f"more than {_DEEPEST} brackets in brackets", start)
        inside = self.either(depth + 1)
        if not self.take(")"):
            raise PatternError("this bracket is never closed", start)
        return inside

    def numbers(self, start: int) -> Pattern:
        inside = self.until(">", "this '<' is never closed (write \\< for a plain one)")
        first, dash, last = inside.partition("-")
        if not dash:
            raise PatternError(
                "there are no named patterns; write numbers as <1-25>, or \\< for a plain <", start
            )
        if not all(n.isascii() and n.isdigit() for n in (first, last)) or len(inside) > 41:
            raise PatternError("expected two whole numbers, as in <1-25>", start)
        low, high = sorted((int(first), int(last)))
        if high > _MOST:
            raise PatternError(f"numbers in <…> are at most {_MOST}", start)
        return interval(low, high, len(first) if len(first) == len(last) else 0)

    def escaped(self, start: int) -> Ranges:
        """Read what follows a backslash: a set, or a plain character."""
        c = self.next()
        if c.lower() in _SETS:
            ranges = _SETS[c.lower()]
            return ranges if c.islower() else inverted(ranges)
        if c in _RESERVED:
            raise PatternError(
                f"'\\{c}' has no meaning; sets are \\d \\s \\w and \\D \\S \\W, and a letter "
                "needs no backslash",
                start,
            )
        return ((ord(c), ord(c)),)

    def characters(self, start: int) -> Pattern:
        negated = self.take("^")
        ranges: list[tuple[int, int]] = []
        while self.peek() and (self.peek() != "]" or not ranges):
            ranges += self.member(start)
        if not self.take("]"):
            raise PatternError("this '[' is never closed (write \\[ for a plain one)", start)
        found = merged(ranges)
        return Characters(inverted(found) if negated else found)

    def member(self, start: int) -> Ranges:
        at, c = self.at, self.next()
        if c == "\\":
            c = self.peek()
            found = self.escaped(at)
            if c == "\\" or c.lower() in _SETS:  # cannot begin a range in Lucene
                return found
        low = ord(c)
        if not self.take("-"):
            return ((low, low),)
        self.take("\\")
        c = self.next()
        if ord(c) < low:
            raise PatternError(
                f"a range cannot go from '{chr(low)}' to '{c}' (write \\- for a plain -)", start
            )
        return ((low, ord(c)),)
