"""Lucene's regular expressions, translated for RE2.

Lucene matches a whole token; ``^`` and ``$`` are plain characters there, ``@`` is any text, ``#``
nothing at all and ``"…"`` plain text. It has no look-around and no back-references, and neither
has RE2, so the time is linear in the text whatever the pattern.
"""

from __future__ import annotations

_DEEPEST = 100  # brackets in brackets; RE2 stops at 1,000 by itself
_MOST_REPEATS = 1000  # RE2's own bound
_UNSUPPORTED = {
    "~": "'~' (everything but) is not supported in regular expressions; exclude with NOT",
    "&": "'&' (both) is not supported in regular expressions; join two with AND",
    "<": "'<…>' (a range of numbers) is not supported in regular expressions",
}
_SETS = frozenset("dDwWsS")  # ASCII only, in Lucene and in RE2
_SPECIAL = {".": ".", "@": "(?:.*)", "#": "[^\\x{0}-\\x{10FFFF}]"}


class PatternError(ValueError):
    """A pattern that cannot be answered.

    Attributes
    ----------
    offset : int
        Where in the pattern the fault is.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def to_re2(pattern: str) -> str:
    r"""Translate a pattern.

    Examples
    --------
    >>> to_re2(r"joh?n(ath[oa]n)@")
    'joh?n(?:ath[oa]n)(?:.*)'
    >>> to_re2("a~b")
    Traceback (most recent call last):
        ...
    rubrix_widget.index.regex.PatternError: '~' (everything but) is not supported ...
    """
    if not pattern:
        return ""
    parser = _Parser(pattern)
    translated = parser.union(0)
    if parser.at < len(pattern):
        raise PatternError("')' closes a bracket that was never opened", parser.at)
    return translated


def literal(text: str) -> str:
    """Write text that RE2 takes as it stands."""
    return "".join(c if ord(c) > 127 or c.isalnum() else f"\\x{{{ord(c):x}}}" for c in text)


def lower_pattern(pattern: str, lowered: str) -> str:
    r"""Lower-case a pattern but for its sets: ``\D`` is not ``\d``.

    Examples
    --------
    >>> lower_pattern(r"A\D\\D", r"a\d\\d")
    'a\\D\\\\d'
    """
    out: list[str] = []
    escaped = False
    for c, small in zip(pattern, lowered, strict=True):
        out.append(c if escaped and c in _SETS else small)
        escaped = c == "\\" and not escaped
    return "".join(out)


class _Parser:
    """One way down: union, sequence, repeated, simple."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, c: str) -> bool:
        found = self.peek() == c
        self.at += found
        return found

    def until(self, c: str, missing: str) -> str:
        start = self.at
        end = self.pattern.find(c, start)
        if end < 0:
            raise PatternError(missing, start - 1)
        self.at = end + 1
        return self.pattern[start:end]

    def union(self, depth: int) -> str:
        branches = [self.sequence(depth)]
        while self.take("|"):
            branches.append(self.sequence(depth))
        return "|".join(branches)

    def sequence(self, depth: int) -> str:
        start = self.at
        parts: list[str] = []
        while self.peek() not in {"", "|", ")"}:
            parts.append(self.repeated(depth))
        if not parts:
            raise PatternError("expected something before or after '|' or in the brackets", start)
        return "".join(parts)

    def repeated(self, depth: int) -> str:
        if self.peek() in set("?*+{"):
            raise PatternError(f"'{self.peek()}' has nothing to repeat", self.at)
        repeated = self.simple(depth)
        plain = True
        while self.peek() and self.peek() in "?*+{":
            times = self.times() if self.peek() == "{" else self.peek()
            self.at += times in "?*+"
            repeated = f"{repeated}{times}" if plain else f"(?:{repeated}){times}"
            plain = False
        return repeated

    def times(self) -> str:
        start = self.at
        self.at += 1
        inside = self.until("}", "expected '}' after the number of times")
        numbers = inside.split(",")
        low = numbers[0]
        high = numbers[1] if len(numbers) > 1 else low
        known = all(n.isascii() and n.isdigit() for n in (low, high or "0"))
        if len(numbers) > 2 or not known or len(inside) > 9:
            raise PatternError("expected a number of times, as in {2}, {2,} or {2,5}", start)
        if max(int(low), int(high or 0)) > _MOST_REPEATS:
            raise PatternError(f"at most {_MOST_REPEATS} repetitions", start)
        if high and int(high) < int(low):
            raise PatternError(f"{{{inside}}} ends before it begins", start)
        return f"{{{int(low)}{',' if len(numbers) > 1 else ''}{high if len(numbers) > 1 else ''}}}"

    def simple(self, depth: int) -> str:
        start, c = self.at, self.peek()
        if c in _UNSUPPORTED:
            raise PatternError(_UNSUPPORTED[c], start)
        self.at += 1
        if c == "(":
            return self.group(start, depth)
        if c == "[":
            return self.characters(start)
        if c == '"':
            quoted = self.until('"', "this '\"' is never closed")
            return f"(?:{literal(quoted)})"
        if c == "\\":
            escaped = self.escaped()
            return f"\\{escaped}" if escaped in _SETS else literal(escaped)
        return _SPECIAL.get(c) or literal(c)

    def group(self, start: int, depth: int) -> str:
        if depth == _DEEPEST:
            raise PatternError(f"more than {_DEEPEST} brackets in brackets", start)
        inside = "" if self.peek() == ")" else self.union(depth + 1)
        if not self.take(")"):
            raise PatternError("this bracket is never closed", start)
        return f"(?:{inside})"

    def escaped(self) -> str:
        c = self.peek()
        if not c:
            raise PatternError("a backslash at the end escapes nothing", self.at - 1)
        self.at += 1
        return c

    def characters(self, start: int) -> str:
        negated = self.take("^")
        members: list[str] = []
        while self.peek() and (self.peek() != "]" or not members):
            low, is_set = self.member()
            rest = self.pattern[self.at : self.at + 2]
            if is_set:
                members.append(low)
            elif rest[:1] == "-" and rest[1:] not in {"]", ""}:
                self.at += 1
                high, is_set = self.member()
                if is_set or high < low:
                    raise PatternError(f"a range cannot end there: it begins with '{low}'", start)
                members.append(f"{literal(low)}-{literal(high)}")
            else:
                members.append(literal(low))
        if not self.take("]"):
            raise PatternError("this '[' is never closed", start)
        return f"[{'^' if negated else ''}{''.join(members)}]"

    def member(self) -> tuple[str, bool]:
        if not self.take("\\"):
            self.at += 1
            return self.pattern[self.at - 1], False
        c = self.escaped()
        return (f"\\{c}", True) if c in _SETS else (c, False)
