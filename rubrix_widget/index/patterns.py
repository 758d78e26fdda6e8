"""Wildcards, regular expressions and fuzzy words over a list of distinct texts.

Patterns run in RE2 through Arrow, or in an automaton of our own where RE2 has no word for them or
no room. Either is bounded in time, and says so where the bound is reached.
"""

from __future__ import annotations

import re
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..arrays import from_arrow, present, text_column, to_arrow
from . import automaton, re2
from .regex import PatternError, read
from .regex_tree import ANY, Both, Either, Except, Pattern, Repeat, character, joined
from .unicode import Array

MAX_EXPANSIONS = 50  # of a fuzzy word, as in Elasticsearch
_PART = re.compile(r"([*?])|(?:[^*?\\]|\\.|\\$)+", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ONE_BY_ONE = 64  # words compared sooner one by one than as a matrix
_LONGEST = 10_000  # characters of a pattern, ten times what Elasticsearch takes


def plain_parts(pattern: str) -> list[str]:
    r"""Split a wildcard pattern: ``*`` and ``?`` stand alone, the rest is plain text.

    Examples
    --------
    >>> plain_parts(r"a\*b*c?")
    ['=a*b', '*', '=c', '?']
    """
    _refuse_long(pattern)
    return [
        found[0] if found[1] else "=" + _ESCAPE.sub(r"\1", found[0])
        for found in _PART.finditer(pattern)
    ]


def wildcard_mask(texts: pa.Array, parts: list[str]) -> Array:
    """Which texts match a split wildcard pattern from end to end."""
    kinds = "".join(part[0] for part in parts)
    if kinds == "*=*":
        return bools(pc.match_substring(texts, parts[1][1:]))
    if kinds == "*=":
        return bools(pc.ends_with(texts, parts[1][1:]))
    signs: dict[str, Pattern] = {"*": Repeat(ANY, 0, None), "?": ANY}
    pattern = joined(*(signs.get(p) or joined(*map(character, p[1:])) for p in parts))
    if kinds[-1:] != "=" or len(kinds) == 1:
        return pattern_mask(texts, pattern)
    matched = np.zeros(len(texts), np.bool_)  # only what ends alike is read by the pattern
    alike = np.flatnonzero(bools(pc.ends_with(texts, parts[-1][1:])))
    matched[alike] = pattern_mask(texts.take(to_arrow(alike)), pattern)
    return matched


def read_regex(pattern: str) -> Pattern:
    """Read a regular expression of Lucene's, unless it is too long to be run."""
    _refuse_long(pattern)
    return read(pattern)


def _refuse_long(pattern: str) -> None:
    if len(pattern) > _LONGEST:
        raise PatternError(
            f"a pattern of {len(pattern):,} characters; at most {_LONGEST:,} can be run", limit=True
        )


def pattern_mask(texts: pa.Array, pattern: Pattern) -> Array:
    """Which texts a pattern matches from end to end."""
    written = re2.written(pattern)
    if written is not None:
        found = re2.matching(texts, written)
        return automaton.matching(texts, pattern) if found is None else found
    match pattern:  # and, or and not of whole patterns are those of their masks
        case Both(parts):
            return reduce(np.logical_and, [pattern_mask(texts, part) for part in parts])
        case Either(parts):
            return reduce(np.logical_or, [pattern_mask(texts, part) for part in parts])
        case Except(part):
            return present(texts) & ~pattern_mask(texts, part)
    return automaton.matching(texts, pattern)


def bools(mask: pa.BooleanArray) -> Array:
    """Return a mask of Arrow's as NumPy's, null as false."""
    return from_arrow(mask, 0)


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
    """Do as :func:`nearest_numbers` does, for texts of all lengths and null among them."""
    if edits == 0:
        same = np.flatnonzero(bools(pc.equal(texts, text_column([text])[0])))
        return same, len(same)
    lengths = from_arrow(pc.utf8_length(texts), -9)
    near = np.flatnonzero(np.abs(lengths - len(text)) <= edits)
    words = texts.take(to_arrow(near)).to_pylist()
    numbers, found = nearest_numbers(words, text, edits, limit)
    return near[numbers], found


def nearest_numbers(
    words: list[str], text: str, edits: int, limit: int = MAX_EXPANSIONS
) -> tuple[Array, int]:
    """Find the words within some edits of a word: the best, and how many there are in all.

    A swap of neighbours is one edit. Better is a smaller share of the shorter of both words
    edited, then the order of code points, as in Lucene 9.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(words) <= _ONE_BY_ONE:
        distances = [OSA.distance(text, word, score_cutoff=edits) for word in words]
        near = [i for i, distance in enumerate(distances) if distance <= edits]
    else:
        measured = process.cdist(
            [text], words, scorer=OSA.distance, score_cutoff=edits, dtype=np.int32
        )[0]
        near, distances = np.flatnonzero(measured <= edits).tolist(), measured.tolist()
    ranked = sorted(
        (distances[i] / max(min(len(words[i]), len(text)), 1), words[i], i) for i in near
    )
    return np.sort(np.array([i for _, _, i in ranked[:limit]], np.intp)), len(near)
