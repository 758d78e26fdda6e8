"""Wildcards, regular expressions and fuzzy words over a list of distinct texts.

Patterns run in RE2 through Arrow: time linear in the text, whatever the pattern.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .regex import PatternError, literal, to_re2
from .unicode import Array

MAX_EXPANSIONS = 50  # of a fuzzy word, as in Elasticsearch
_LONGEST = 10_000  # characters of a pattern; RE2 refuses most long ones by itself


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
    return _re2(texts, "".join(translated.get(p) or literal(p[1:]) for p in parts))


def regex_mask(texts: pa.Array, pattern: str) -> Array:
    """Which texts a regular expression of Lucene's matches from end to end."""
    return _re2(texts, to_re2(pattern))


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


def edits_allowed(text: str, edits: int | None) -> int:
    """Say how many edits ``text~edits`` allows: AUTO when None, and two at most.

    Examples
    --------
    >>> edits_allowed("no", None), edits_allowed("good", None), edits_allowed("movies", None)
    (0, 1, 2)
    """
    if edits is None:
        return 0 if len(text) < 3 else 1 if len(text) < 6 else 2
    return min(edits, 2)


def fuzzy_numbers(
    texts: pa.Array, text: str, edits: int, limit: int = MAX_EXPANSIONS
) -> tuple[Array, int]:
    """Find the texts within some edits of a word: the best, and how many there are in all.

    A swap of neighbours is one edit. Better is a smaller share of the shorter of both words
    edited, then the order of code points, as in Lucene 9.
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
    kept = np.flatnonzero(distances <= edits)
    ratio = distances[kept] / shorter[kept].clip(1)
    ranked = sorted(range(len(kept)), key=lambda i: (ratio[i], words[kept[i]]))[:limit]
    return np.sort(near[kept[np.asarray(ranked, np.intp)]]), len(kept)
