"""A query of one plain word or phrase, the most frequent of all, read without a parser."""

from __future__ import annotations

from typing import Final

from .tree import Fuzzy, Leaf, Phrase, Term

_OPERATORS: Final = frozenset(("AND", "OR", "NOT"))
_EDITS: Final = {"~": None, "~1": 1, "~2": 2}


def plain(text: str) -> Leaf | None:
    """Return what a parser of either dialect makes of a query, if there is nothing to parse.

    Examples
    --------
    >>> plain("good").text, plain('"good film"').text, plain("good~1").edits
    ('good', 'good film', 1)
    >>> plain("not"), plain("good film"), plain("status:Default")
    (None, None, None)
    """
    if not text.isascii():
        return None
    if text.isalnum():
        if len(text) <= 3 and text.upper() in _OPERATORS:
            return None
        return Term((0, len(text)), None, None, text)
    if text[:1] == text[-1:] == '"':
        words = text[1:-1]
        if words.replace(" ", "").isalnum():
            return Phrase((0, len(text)), None, None, words, 0)
        return None
    word, tilde, edits = text.rpartition("~")
    if word.isalnum() and tilde + edits in _EDITS and word.upper() not in _OPERATORS:
        return Fuzzy((0, len(text)), None, None, word, _EDITS[tilde + edits])
    return None
