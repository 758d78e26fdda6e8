"""Wildcards, regular expressions and fuzzy words over a list of distinct texts.

Patterns run in RE2 through Arrow: time linear in the text, whatever the pattern.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .unicode import Array

MAX_EXPANSIONS = 50  # of a fuzzy word, as in Elasticsearch
_LONGEST = 10_000  # characters of a pattern; RE2 refuses most long ones by itself


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


def plain_parts(pattern: str) -> list[str]:
    r"""Split a wildcard pattern: ``*`` and ``?`` stand alone, the rest is plain text.

    Examples
    --------
    >>> plain_parts(r"a\*b*c?")
    ['=a*b', '*', '=c', '?']
    """
    parts: list[str] = []
    characters = iter(pattern)
    for c in characters:
        if c in "*?":
            parts.append(c)
            continue
        if c == "\\":
            c = next(characters, "\\")
        if parts and parts[-1][0] == "=":
            parts[-1] += c
        else:
            parts.append("=" + c)
    return parts


def wildcard_mask(texts: pa.Array, parts: list[str]) -> Array:
    """Which texts match a split wildcard pattern from end to end."""
    kinds = "".join(part[0] for part in parts)
    if kinds == "*=*":
        return _bools(pc.match_substring(texts, parts[1][1:]))
    if kinds == "*=":
        return _bools(pc.ends_with(texts, parts[1][1:]))
    translated = {"*": ".*", "?": "."}
    return _re2(texts, "".join(translated.get(p) or _literal(p[1:]) for p in parts))


def regex_mask(texts: pa.Array, pattern: str) -> Array:
    """Which texts a regular expression of Lucene's matches from end to end."""
    return _re2(texts, lucene_to_re2(pattern))


def _re2(texts: pa.Array, pattern: str) -> Array:
    if len(pattern) > _LONGEST:
        raise PatternError(f"a pattern of {len(pattern)} characters; at most {_LONGEST} can be run")
    try:
        return _bools(pc.match_substring_regex(texts, f"(?s)^(?:{pattern})$"))
    except pa.ArrowInvalid as error:
        reason = str(error).removeprefix("Invalid regular expression: ")
        raise PatternError(f"the pattern cannot be run: {reason}") from None


def _bools(mask: pa.Array) -> Array:
    return np.asarray(pc.fill_null(mask, False))


def _literal(text: str) -> str:
    return "".join(c if c.isalnum() or ord(c) > 127 else f"\\x{{{ord(c):x}}}" for c in text)


_UNSUPPORTED = {
    "~": "'~' (everything but) is not supported in regular expressions; exclude with NOT",
    "&": "'&' (both) is not supported in regular expressions; join two with AND",
    "<": "'<…>' (a range of numbers) is not supported in regular expressions",
}
_SETS = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[A-Za-z0-9_]",
    "W": "[^A-Za-z0-9_]",
    "s": "[ \\t\\n\\r]",
    "S": "[^ \\t\\n\\r]",
}


def lucene_to_re2(pattern: str) -> str:
    r"""Translate Lucene's regular-expression syntax.

    ``^`` and ``$`` are plain characters there, ``@`` is any text, ``#`` nothing, ``"…"`` plain.

    Examples
    --------
    >>> lucene_to_re2(r"joh?n(ath[oa]n)@")
    'joh?n(?:ath[oa]n)(?:.*)'
    >>> lucene_to_re2("a~b")
    Traceback (most recent call last):
        ...
    rubrix_widget.index.patterns.PatternError: '~' (everything but) is not supported ...
    """
    out: list[str] = []
    opened: list[int] = []
    repeatable = False
    at = 0
    while at < len(pattern):
        c = pattern[at]
        if c in _UNSUPPORTED:
            raise PatternError(_UNSUPPORTED[c], at)
        start, piece = at, c
        at += 1
        if c == "(":
            opened.append(start)
            piece = "(?:"
        elif c == ")":
            if not opened:
                raise PatternError("')' closes a bracket that was never opened", start)
            opened.pop()
        elif c == "[":
            piece, at = _character_class(pattern, start)
        elif c == "{":
            piece, at = _repeat(pattern, start)
        elif c == '"':
            closing = pattern.find('"', at)
            if closing < 0:
                raise PatternError("a '\"' that is never closed", start)
            piece, at = f"(?:{_literal(pattern[at:closing])})", closing + 1
        elif c == "\\":
            if at == len(pattern):
                raise PatternError("a backslash at the end escapes nothing", start)
            piece = _SETS.get(pattern[at]) or _literal(pattern[at])
            at += 1
        elif c not in ".|?*+":
            piece = {"@": "(?:.*)", "#": "[^\\x{0}-\\x{10FFFF}]"}.get(c) or _literal(c)
        if c in "?*+{":
            if not repeatable:
                raise PatternError(f"'{c}' has nothing to repeat", start)
            if out and out[-1] in "?*+" and piece in "?*+":
                out[-1] = out[-1] if out[-1] == piece else "*"  # a?* is a*; RE2 reads ?? as lazy
                continue
            if out and out[-1][-1] in "?*+}":
                out.insert(_start_of_last(out), "(?:")
                out.append(")")
        repeatable = c not in "(|"
        out.append(piece)
    if opened:
        raise PatternError("this bracket is never closed", opened[-1])
    return "".join(out)


def _start_of_last(out: list[str]) -> int:
    """Where the last repeated thing begins, to put a group around it."""
    at = len(out) - 2
    depth = 0
    while at >= 0:
        depth += (out[at] == ")") - (out[at] == "(?:")
        if depth <= 0 and out[at] not in {"?", "*", "+"} and out[at][0] != "{":
            return at
        at -= 1
    return 0


def _repeat(pattern: str, start: int) -> tuple[str, int]:
    end = pattern.find("}", start)
    low, comma, high = pattern[start + 1 : max(end, 0)].partition(",")
    if end < 0 or not low.isascii() or not low.isdigit() or (high and not high.isdigit()):
        raise PatternError("expected a number of times, as in {2} or {2,5}", start)
    if max(int(low), int(high or 0)) > 1000:
        raise PatternError("at most 1000 repetitions", start)
    return f"{{{int(low)}{comma}{int(high) if high else ''}}}", end + 1


def _character_class(pattern: str, start: int) -> tuple[str, int]:
    """Translate ``[a-c\\]]``, which may not be empty."""
    at = start + 1
    negated = pattern[at : at + 1] == "^"
    at += negated
    members: list[str] = []
    while at < len(pattern) and (pattern[at] != "]" or not members):
        low, at = _member(pattern, at)
        if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in {"]", ""}:
            high, at = _member(pattern, at + 1)
            members.append(f"{_literal(low)}-{_literal(high)}")
        elif len(low) == 2:
            members.append(_SETS[low[1]][1:-1] if low[1].islower() else low)
        else:
            members.append(_literal(low))
    if at >= len(pattern):
        raise PatternError("this '[' is never closed", start)
    return f"[{'^' if negated else ''}{''.join(members)}]", at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    """One character of a class, or a set such as ``\\d`` with its backslash."""
    if pattern[at] != "\\":
        return pattern[at], at + 1
    escaped = pattern[at + 1 : at + 2]
    return ("\\" + escaped if escaped in _SETS else escaped or "\\"), at + 2


def lower_pattern(pattern: str, lower: Iterator[str]) -> str:
    r"""Lower-case a regular expression but for its sets: ``\D`` is not ``\d``.

    ``lower`` gives the characters of the lower-cased pattern.
    """
    out: list[str] = []
    escaped = False
    for c, small in zip(pattern, lower, strict=True):
        out.append(c if escaped and c in _SETS else small)
        escaped = c == "\\" and not escaped
    return "".join(out)


def edits_allowed(text: str, edits: int | None) -> int:
    """The edits of ``text~edits``: AUTO when None, and two at most, as in Elasticsearch."""
    if edits is None:
        return 0 if len(text) < 3 else 1 if len(text) < 6 else 2
    return min(edits, 2)


def fuzzy_numbers(
    texts: pa.Array, text: str, edits: int, limit: int = MAX_EXPANSIONS
) -> tuple[Array, int]:
    """The texts within some edits of a word: the best, and how many there are in all.

    A swap of neighbours is one edit. Better is a smaller share of the shorter of both words
    edited, then the order of code points, as in Lucene; no word matches by being edited whole.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if edits == 0:
        same = np.flatnonzero(_bools(pc.equal(texts, pa.scalar(text, texts.type))))
        return same, len(same)
    lengths = np.asarray(pc.fill_null(pc.utf8_length(texts), -9))
    near = np.flatnonzero(np.abs(lengths - len(text)) <= edits)
    words = texts.take(pa.array(near)).to_pylist()
    if not words:
        return near, 0
    distances = process.cdist(
        [text], words, scorer=OSA.distance, score_cutoff=edits, dtype=np.int32
    )[0]
    shorter = np.minimum(lengths[near], len(text))
    kept = np.flatnonzero((distances <= edits) & ((distances < shorter) | (distances == 0)))
    ratio = distances[kept] / shorter[kept].clip(1)
    ranked = sorted(range(len(kept)), key=lambda i: (ratio[i], words[kept[i]]))[:limit]
    return np.sort(near[kept[np.asarray(ranked, np.intp)]]), len(kept)
