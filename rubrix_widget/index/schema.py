"""The analyzers, the field type and the schema of a segment, as Whoosh knows such things."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from .analysis import Analyzer, analyzer_of, tokens

with warnings.catch_warnings():
    # Whoosh 2.7.4 predates rules that Python enforces when its files are first compiled
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from whoosh.analysis import Token, Tokenizer
    from whoosh.fields import STORED, TEXT, Schema
    from whoosh.formats import Format


class SegmentTokenizer(Tokenizer):  # type: ignore[misc]
    """One of our analyzers, as the first link of a Whoosh analysis chain.

    Examples
    --------
    >>> from .analysis import STANDARD
    >>> [token.text for token in SegmentTokenizer(STANDARD)("Well-acted")]
    ['well', 'acted']
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[Any]:
        """Cut a text; the same token object is given each time, as Whoosh does."""
        token = Token(positions, chars, removestops=removestops, mode=mode, **kwargs)
        for found in tokens(value, self.analyzer.name):
            token.text = found.text
            token.boost = 1.0
            token.stopped = False
            if keeporiginal:
                token.original = value[found.start : found.end]
            if positions:
                token.pos = start_pos + found.position
            if chars:
                token.startchar = start_char + found.start
                token.endchar = start_char + found.end
            yield token


class Places(Format):  # type: ignore[misc]
    """The positions of a term in a record as plain int32; Whoosh's own format is a pickle."""

    def word_values(
        self, value: str, analyzer: Any, **kwargs: Any
    ) -> Iterator[tuple[str, int, float, bytes]]:
        """Analyse a text into words with frequency, weight and positions."""
        places: dict[str, list[int]] = {}
        for token in analyzer(value, positions=True, **kwargs):
            places.setdefault(token.text, []).append(token.pos)
        for word, found in places.items():
            yield word, len(found), float(len(found)), self.encode(found)

    def encode(self, places: Sequence[int]) -> bytes:
        """Write positions as bytes."""
        return np.asarray(places, np.int32).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        """Read positions back."""
        return [int(place) for place in np.frombuffer(value, np.int32)]

    def decode_frequency(self, value: bytes) -> int:
        """Count the positions."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """Weigh every position alike."""
        return float(self.decode_frequency(value) * self.field_boost)

    def decode_position_boosts(self, value: bytes) -> list[tuple[int, float]]:
        """Read positions, each with the boost 1."""
        return [(place, 1.0) for place in self.decode_positions(value)]

    def combine(self, values: Iterable[bytes]) -> bytes:
        """Join the positions of several terms."""
        return self.encode(sorted({p for value in values for p in self.decode_positions(value)}))


class Words(TEXT):  # type: ignore[misc]
    """A text field of a segment."""

    def __init__(self, analyzer: Analyzer, stored: bool = False) -> None:
        super().__init__(analyzer=SegmentTokenizer(analyzer), phrase=True, stored=stored)
        self.format = Places()


def schema_of(fields: Iterable[str], stored: bool = False) -> Any:
    """Describe text fields to Whoosh; ``stored`` when it can have texts and ids from us too.

    Examples
    --------
    >>> schema_of(["text", "text.exact"]).names()
    ['text', 'text.exact']
    """
    described = {name: Words(analyzer_of(name), stored) for name in fields}
    return Schema(**described, **({"id": STORED} if stored else {}))


def common_words(language: str) -> frozenset[str]:
    """Return the words that every text of a language has, as Whoosh lists them.

    Raises
    ------
    ValueError
        There is no list for the language.

    Examples
    --------
    >>> "the" in common_words("en")
    True
    """
    from whoosh.lang import languages, stopwords_for_language

    if language not in languages:
        raise ValueError(f"language is {language!r}; use one of {', '.join(sorted(languages))}")
    return frozenset(stopwords_for_language(language))
