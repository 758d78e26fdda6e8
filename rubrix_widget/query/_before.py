"""What stands before a place in a query that is being written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from ._lexer import (
    AND,
    BARE,
    CARET,
    CLOSE,
    COLON,
    END,
    FAULT,
    MINUS,
    NOT,
    OPEN,
    OR,
    PATTERN,
    PLUS,
    QUOTED,
    RANGE_CLOSE,
    RANGE_OPEN,
    REGEX,
    TERM,
    TILDE,
    Dialect,
    Token,
    tokenize,
)

_WORDS: Final = (TERM, AND, OR, NOT)
_WHOLE: Final = (TERM, PATTERN, QUOTED, REGEX, TILDE, CARET, CLOSE, RANGE_CLOSE, BARE)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_REST_OF_WORD: Final = re.compile(r"(?:[^\s()\[\]{}\":~^\\]|\\.)*+", re.DOTALL)

State = Literal["start", "after", "value", "quote", "range"]


@dataclass(frozen=True)
class Before:
    """What one may go on with at a place in a query.

    ``state`` is "start" of a condition, "after" a whole one, "value" of a field, an open "quote"
    after a field, or an open "range". ``field`` is the field whose value it is, if any. ``typed``
    is what was written of it, without escapes; ``start`` and ``end`` are its place, the rest of
    the word behind the caret with it.
    """

    state: State
    field: str | None
    typed: str
    start: int
    end: int


def before(query: str, caret: int, dialect: Dialect = "notebook") -> Before | None:
    r"""Say what stands before a place in a query; None where there is nothing to go on with.

    Parameters
    ----------
    query
        Need not be whole.
    caret
        The place, in characters.
    dialect
        How the query is read.

    Examples
    --------
    >>> before("predicted:k", 11)
    Before(state='value', field='predicted', typed='k', start=10, end=11)
    >>> before("good ", 5)
    Before(state='after', field=None, typed='', start=5, end=5)
    >>> before("good AND fi", 11).state, before('"good fi', 8), before("/fi", 3)
    ('start', None, None)
    """
    left = query[:caret]
    tokens = tokenize(left, dialect)
    last = tokens.pop()
    end = _end_of_word(query, caret)
    if last.kind == FAULT:
        return _in_fault(left, tokens, last)
    assert last.kind == END
    typed = tokens[-1] if tokens and tokens[-1].end == caret else None
    if typed and typed.kind in _WORDS and left[typed.start : typed.end] not in ("&&", "||", "!"):
        tokens.pop()
        start, text = typed.start, unescaped(left[typed.start : caret])
    elif typed and typed.kind not in (COLON, OPEN, PLUS, MINUS, NOT):
        return None  # right behind a phrase, a pattern, a bracket: nothing goes on without a space
    else:
        start, text, end = caret, "", end if typed else caret
    field, behind_colon = _field_before(left, tokens)
    if behind_colon:
        return Before("value", field, text, start, end) if field is not None else None
    if tokens and tokens[-1].kind in _WHOLE:
        return Before("after", field, text, start, end)
    return Before("start" if field is None else "value", field, text, start, end)


def unescaped(text: str) -> str:
    r"""Take the backslashes out of a word.

    Examples
    --------
    >>> unescaped(r"my\ key\u0021")
    'my key!'
    """
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], text)


def _end_of_word(query: str, caret: int) -> int:
    rest = _REST_OF_WORD.match(query, caret)
    return rest.end() if rest else caret


def _field_before(left: str, tokens: list[Token]) -> tuple[str | None, bool]:
    """Return the field that a value at the end would be of, and whether a colon stands there."""
    scopes: list[str | None] = [None]
    named: str | None = None
    for at, token in enumerate(tokens):
        if token.kind == COLON:
            name = tokens[at - 1] if at else None
            word = name is not None and name.kind in (TERM, PATTERN)
            named = unescaped(left[name.start : name.end]) if name and word else None
            continue
        if token.kind == OPEN:
            after_colon = at > 0 and tokens[at - 1].kind == COLON
            scopes.append(named if after_colon else scopes[-1])
        elif token.kind == CLOSE and len(scopes) > 1:
            scopes.pop()
    if tokens and tokens[-1].kind == COLON:
        return named, True
    return scopes[-1], False


def _in_fault(left: str, tokens: list[Token], fault: Token) -> Before | None:
    opened = [token for token in tokens if token.kind == RANGE_OPEN]
    if opened and fault.start == opened[-1].start:
        at = opened[-1].start
        field, _ = _field_before(left, tokens[: tokens.index(opened[-1])])
        return Before("range", field, left[at:], at, len(left)) if field else None
    if left[fault.start] == '"' and fault.end == len(left):
        field, behind_colon = _field_before(left, tokens)
        if behind_colon and field is not None:
            typed = unescaped(left[fault.start + 1 :])
            return Before("quote", field, typed, fault.start, len(left))
    return None
