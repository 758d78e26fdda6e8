"""Query text to tokens, with the token rules and three states of Lucene's classic parser.

Inside ``[`` or ``{`` a *range* state holds until ``]`` or ``}``; after ``^`` a *boost* state holds
for one number; everything else is the *default* state. Dialect ``notebook`` differs in this:
operator words in any case, ``&&`` and ``||`` are operators even without spaces around them, every
Unicode space separates, and a backslash means the same in ranges and regular expressions as
anywhere else. A fault becomes the last token (kind ``FAULT``) instead
of being raised here, so that whatever is wrong further left is reported first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from ._escapes import LONE_BACKSLASH
from .tree import Span

Dialect = Literal["notebook", "lucene"]
DIALECTS: Final[tuple[Dialect, ...]] = ("notebook", "lucene")

TERM, PATTERN, QUOTED, REGEX, BARE = "word", "pattern", "quoted", "regex", "bare"
AND, OR, NOT, PLUS, MINUS = "AND", "OR", "NOT", "+", "-"
OPEN, CLOSE, COLON, TILDE, CARET = "(", ")", ":", "~", "^"
RANGE_OPEN, RANGE_CLOSE, BOUND, QUOTED_BOUND = "[", "]", "bound", "quoted bound"
END, FAULT = "end", "fault"

MAX_DEPTH: Final = 64  # brackets and NOTs in each other; every later walk may then recurse safely
MAX_TOKENS: Final = 60_000  # what is read and answered within a second
TOO_DEEP: Final = f"more than {MAX_DEPTH} brackets or NOTs inside each other: write it flatter"
TOO_MANY: Final = f"more than {MAX_TOKENS:,} words and signs in one query: ask for fewer at once"


class Token(NamedTuple):
    """One token: its kind, its place, and for a ``FAULT`` what is wrong."""

    kind: str
    start: int
    end: int
    message: str = ""

    @property
    def span(self) -> Span:
        return (self.start, self.end)


_Add = Callable[[Token], None]
_SPACE = {"lucene": " \t\n\r\u3000", "notebook": r"\s"}
_SPECIAL = r"!():^\[\]\"{}~\\/"
_QUOTE = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_WORDS = {"AND": AND, "OR": OR, "NOT": NOT, "&&": AND, "||": OR}
_REGEX = {"lucene": r"/[^/]*+(?:(?<=\\)/[^/]*+)*/", "notebook": r"/(?:[^/\\]|\\.)*+/"}
_RANGE_SKIP = {
    "lucene": re.compile(r"(?: |[\t\n\r\u3000](?=[ \]}]|\Z))*+"),  # others are part of a bound
    "notebook": re.compile(r"\s*+"),
}
_RANGE_QUOTED = {
    "lucene": re.compile(r'"(?!")[^"]*+(?:(?<=\\)"[^"]*+)*"(?=[ \]}]|\Z)'),
    "notebook": re.compile(_QUOTE, re.DOTALL),
}
_RANGE_BOUND = {
    "lucene": re.compile(r"(?!\")[^ \]}]++"),
    "notebook": re.compile(r"(?!\")(?:[^\s\]}\\]|\\.)++", re.DOTALL),
}
_NUMBER = re.compile(r"[0-9]++(?:\.[0-9]++)?")
_NUMBER_LIKE = re.compile(r"[^\s()\[\]{}\"~^]*+")


def _default_state(dialect: Dialect) -> re.Pattern[str]:
    space = _SPACE[dialect]
    if dialect == "lucene":  # "a&&b" is one word there: the longest match wins
        char = rf"[^{space}{_SPECIAL}]"
        after_tilde = rf"[^{space}{_SPECIAL}*?]"
        operators = ""
    else:
        char = rf"[^{space}{_SPECIAL}&|]|&(?!&)|\|(?!\|)"
        after_tilde = char
        operators = r"|(?P<and>&&)|(?P<or>\|\|)"
    return re.compile(
        rf"[{space}]*+(?:"
        rf"(?P<term>(?![+\-])(?:{char}|\\.)++)"
        rf"|(?P<bare>[+\-!](?=[{space}]))"
        rf"|(?P<sign>[+\-!():^\[{{])"
        rf"|(?P<quoted>{_QUOTE})"
        rf"|(?P<regex>{_REGEX[dialect]})"
        rf"|(?P<tilde>~(?:(?:{after_tilde}|\\.)*+))"
        rf"{operators}"
        rf"|(?P<end>\Z)"
        rf")",
        re.DOTALL,
    )


_DEFAULT = {dialect: _default_state(dialect) for dialect in DIALECTS}
_UNESCAPED_WILD = re.compile(r"(?:[^\\*?]|\\.)*+[*?]", re.DOTALL)
_SIGNS = {"(": OPEN, ")": CLOSE, ":": COLON, "+": PLUS, "-": MINUS, "!": NOT}


def tokenize(text: str, dialect: Dialect) -> list[Token]:
    """Split ``text`` into tokens, ending in ``END`` or ``FAULT``; linear in its length.

    Examples
    --------
    >>> [token.kind for token in tokenize("score:>0.9 and good*", "notebook")]
    ['word', ':', 'word', 'AND', 'pattern', 'end']
    """
    tokens: list[Token] = []
    add = tokens.append
    make = tuple.__new__  # a named tuple's own constructor takes twice the time
    match = _DEFAULT[dialect].match
    any_case = dialect == "notebook"
    place = depth = 0
    while len(tokens) < MAX_TOKENS:
        found = match(text, place)
        if found is None:
            add(_fault(text, place, dialect))
            return tokens
        name = found.lastgroup
        assert name is not None
        start, place = found.span(name)
        if name == "term":
            word = text[start:place]
            operator = _WORDS.get(word.upper() if any_case else word)
            if operator:
                kind = operator
            elif ("*" in word or "?" in word) and _UNESCAPED_WILD.match(word):
                kind = PATTERN
            else:
                kind = TERM
            add(make(Token, (kind, start, place, "")))
        elif name == "sign":
            sign = text[start]
            if sign in _SIGNS:
                add(make(Token, (_SIGNS[sign], start, place, "")))
                depth += (sign == "(") - (sign == ")")
                if depth > MAX_DEPTH:  # no parse goes on behind it
                    add(Token(FAULT, start, place, TOO_DEEP))
                    return tokens
                continue
            place = _boost(text, start, add) if sign == "^" else _range(text, start, add, dialect)
            if tokens[-1].kind == FAULT:
                return tokens
        elif name == "bare" and any_case and text[start] == "!":
            add(Token(NOT, start, place))
        else:
            add(make(Token, (_KINDS[name], start, place, "")))
            if name == "end":
                return tokens
    add(Token(FAULT, place, len(text), TOO_MANY))
    return tokens


_KINDS = {
    "bare": BARE,
    "quoted": QUOTED,
    "regex": REGEX,
    "tilde": TILDE,
    "and": AND,
    "or": OR,
    "end": END,
}


def _fault(text: str, place: int, dialect: Dialect) -> Token:
    """Say why no token starts at the first character after the spaces at ``place``."""
    skipped = re.compile(rf"[{_SPACE[dialect]}]*+").match(text, place)
    start = skipped.end() if skipped else place
    sign = text[start]
    message = {
        '"': 'this quote is never closed (write \\" for a plain quote)',
        "/": (
            "a '/' starts a regular expression that is never closed (write \\/ for a plain slash)"
        ),
        "]": "this ']' closes a range that was never opened (write \\] for a plain bracket)",
        "}": "this '}' closes a range that was never opened (write \\} for a plain brace)",
        "\\": LONE_BACKSLASH,
    }[sign]
    return Token(FAULT, start, len(text) if sign in '"/' else start + 1, message)


def _range(text: str, start: int, add: _Add, dialect: Dialect) -> int:
    """Add the tokens of the range state; return where the default state goes on."""
    add(Token(RANGE_OPEN, start, start + 1))
    place = start + 1
    while True:
        skipped = _RANGE_SKIP[dialect].match(text, place)
        place = skipped.end() if skipped else place
        sign = text[place : place + 1]
        if sign in ("]", "}"):
            add(Token(RANGE_CLOSE, place, place + 1))
            return place + 1
        kind, patterns = (QUOTED_BOUND, _RANGE_QUOTED) if sign == '"' else (BOUND, _RANGE_BOUND)
        found = patterns[dialect].match(text, place)
        if found:
            add(Token(kind, place, found.end()))
            place = found.end()
        else:
            message = {
                "": f"this '{text[start]}' is never closed",
                '"': 'this quote is never closed (write \\" for a plain quote)',
            }.get(sign, LONE_BACKSLASH)
            at = start if not sign else place
            add(Token(FAULT, at, at + 1, message))
            return place


def _boost(text: str, start: int, add: _Add) -> int:
    """Add the one number of the boost state, its ``^`` included; return the place after it."""
    found = _NUMBER.match(text, start + 1)
    like = _NUMBER_LIKE.match(text, start + 1)
    end = like.end() if like else start + 1
    if found is None or found.end() != end:
        given = text[start + 1 : min(end, start + 21)]
        add(
            Token(
                FAULT,
                start,
                max(end, start + 1),
                f"'^' needs a number right after it, like ^2 or ^0.5, not '{given}'"
                if given
                else "'^' needs a number right after it, like ^2 or ^0.5 (write \\^ for a plain ^)",
            )
        )
        return end
    add(Token(CARET, start, end))
    return end
