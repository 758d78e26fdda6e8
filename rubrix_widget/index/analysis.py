"""The two analyzers of a text field, for one text and as parts of a Whoosh schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .grammar import MAX_UNITS
from .tokenize import chunks, words
from .unicode import Array, code_points, simple_lower, tables

_PLAIN = re.compile("[^ ]+")
SEPARATOR = "\n"  # between texts that are cut together: no token reaches across a line break


class Token(NamedTuple):
    """A token: its indexed text, where it stands in characters, and which in order it is."""

    text: str
    start: int
    end: int
    position: int


@dataclass(frozen=True)
class Analyzer:
    """How a text becomes tokens."""

    name: str
    cut: Callable[[Array], tuple[Array, Array]]
    lowers: bool

    def normalize(self, text: str) -> str:
        """Treat the letters of a word or pattern that is not cut as those of a text."""
        return simple_lower(text) if self.lowers else text

    def fold(self, characters: Array) -> Array:
        """Do the same for many characters."""
        if not self.lowers:
            return characters
        if characters.itemsize == 1:
            return np.frombuffer(characters.tobytes().lower(), np.uint8)  # ASCII
        return np.asarray(tables().lower[characters])


STANDARD = Analyzer("standard", words, lowers=True)
WHITESPACE = Analyzer("whitespace", chunks, lowers=False)
ANALYZERS = {analyzer.name: analyzer for analyzer in (STANDARD, WHITESPACE)}


def analyzer_of(field: str) -> Analyzer:
    """Find the analyzer of a field: ``….exact`` keeps case and punctuation."""
    return WHITESPACE if field.endswith(".exact") else STANDARD


def tokens(text: str, analyzer: str = "standard") -> list[Token]:
    """Analyse one text.

    Examples
    --------
    >>> [t.text for t in tokens("Isn't it well-acted?")]
    ["isn't", 'it', 'well', 'acted']
    >>> tokens("Isn't it?", "whitespace")[1]
    Token(text='it?', start=6, end=9, position=1)
    """
    how = ANALYZERS[analyzer]
    if text.isascii() and len(text) <= MAX_UNITS and text.replace(" ", "").isalnum():
        words_of = enumerate(_PLAIN.finditer(how.normalize(text)))  # cut alike by all analyzers
        return [Token(found[0], *found.span(), position) for position, found in words_of]
    starts, ends = how.cut(code_points(f"{SEPARATOR}{text}{SEPARATOR}"))
    lowered = how.normalize(text)
    return [
        Token(lowered[start - 1 : end - 1], start - 1, end - 1, position)
        for position, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True))
    ]
