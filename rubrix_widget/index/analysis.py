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
    if _is_plain(text):
        found = enumerate(_PLAIN.finditer(how.normalize(text)))
        return [Token(word[0], *word.span(), position) for position, word in found]
    starts, ends = how.cut(code_points(f"{SEPARATOR}{text}{SEPARATOR}"))
    lowered = how.normalize(text)
    return [
        Token(lowered[start - 1 : end - 1], start - 1, end - 1, position)
        for position, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True))
    ]


def words_of(text: str, analyzer: Analyzer) -> list[str]:
    """Analyse one text, without the places of its tokens.

    Examples
    --------
    >>> words_of("A fine FILM", STANDARD), words_of("Isn't it?", WHITESPACE)
    (['a', 'fine', 'film'], ["Isn't", 'it?'])
    """
    if _is_plain(text):
        return (text.lower() if analyzer.lowers else text).split()
    return [token.text for token in tokens(text, analyzer.name)]


def _is_plain(text: str) -> bool:
    """Tell whether all analyzers cut a text at its spaces and nowhere else."""
    return text.isascii() and len(text) <= MAX_UNITS and text.replace(" ", "").isalnum()
