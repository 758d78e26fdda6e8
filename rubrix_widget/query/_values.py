"""Single values: words, phrases, patterns, comparisons and ranges."""

from __future__ import annotations

from typing import ClassVar, Final, NoReturn

from . import _lexer as lexer
from ._cursor import Cursor, Scope
from ._escapes import unescape, unescape_pattern
from ._lexer import Token
from .tree import Everything, Exists, Fuzzy, Node, Phrase, Range, Regex, Span, Term, Wildcard

MAX_SLOP: Final = 2**31 - 1  # Lucene's int
MAX_EDITS: Final = 2


class ValueParser(Cursor):
    """What can stand after ``field:``, groups aside; here as dialect ``notebook`` reads it."""

    most_edits: ClassVar[float] = MAX_EDITS

    def value(self, scope: Scope, start: int) -> Node:
        token = self.tokens[self.at]
        kind = self.kind
        if kind == lexer.TERM or (kind == lexer.BARE and self.dialect == "lucene"):
            node = self.word(scope, start)
        elif kind == lexer.PATTERN:
            node = self.pattern(scope, start)
        elif kind == lexer.QUOTED:
            node = self.phrase(scope, start)
        elif kind == lexer.REGEX:
            node = self.regex(scope, start)
        elif kind == lexer.RANGE_OPEN:
            node = self.range(scope, start)
        elif kind == lexer.BARE:
            self.take()
            node = Term((start, token.end), *scope, self.written(token))
        else:
            self.stray()
        if scope.field == "_exists_":
            node = self.exists(node, token)
        if self.kind == lexer.TILDE:
            self.fail("'~' belongs after a word or a quoted phrase only", self.next)
        if self.kind == lexer.COLON:
            self.stray()
        return node

    def exists(self, node: Node, token: Token) -> Node:
        if not isinstance(node, Term | Phrase) or not node.text:
            self.fail("_exists_ takes the name of a field: write _exists_:name", token.span)
        return Exists(node.span, node.text, token.span)

    def word(self, scope: Scope, start: int) -> Node:
        token = self.take()
        if self.text[token.start] in "<>":
            return self.comparison(scope, token, start)
        text = unescape(self.text, token.start, token.end)
        if self.kind != lexer.TILDE:
            return Term((start, token.end), *scope, text)
        tilde = self.take()
        return Fuzzy((start, tilde.end), *scope, text, self.edits(tilde))

    def edits(self, tilde: Token) -> int | None:
        given = self.text[tilde.start + 1 : tilde.end]
        if not given or given.upper() == "AUTO":
            return None
        number = self.number(given)
        if number is None or number > self.most_edits:
            self.fail(
                f"'~' takes 0, 1 or 2 edits, or nothing for automatic, not '{given[:20]}'",
                tilde.span,
            )
        return int(min(number, MAX_EDITS))

    def number(self, given: str) -> float | None:
        """Read the number after ``~``; None if it is none."""
        whole, _, fraction = given.partition(".")
        digits = whole.isascii() and whole.isdigit()
        if not digits or (("." in given) and not (fraction.isascii() and fraction.isdigit())):
            return None
        return float(given)

    def phrase(self, scope: Scope, start: int) -> Node:
        token = self.take()
        text = unescape(self.text, token.start + 1, token.end - 1)
        if self.kind != lexer.TILDE:
            return Phrase((start, token.end), *scope, text, 0)
        tilde = self.take()
        return Phrase((start, tilde.end), *scope, text, self.slop(tilde))

    def slop(self, tilde: Token) -> int:
        given = self.text[tilde.start + 1 : tilde.end]
        moves = self.number(given) if given else 0.0
        if moves is None:
            self.fail(
                f"'~' after a phrase takes a number of moves, like \"…\"~3, not '{given[:20]}'",
                tilde.span,
            )
        return int(min(moves, MAX_SLOP))

    def pattern(self, scope: Scope, start: int) -> Node:
        token = self.take()
        span = (start, token.end)
        if self.text[token.start] in "<>":
            self.fail("a comparison needs one value, not a pattern", token.span)
        pattern = unescape_pattern(self.text, token.start, token.end)
        if pattern == "*" and scope.field != "_exists_":
            if scope.field in (None, "*"):
                return Everything(span)
            return Exists(span, *scope)
        return Wildcard(span, *scope, pattern)

    def regex(self, scope: Scope, start: int) -> Node:
        token = self.take()
        pattern = self.text[token.start + 1 : token.end - 1]
        if self.dialect == "notebook":
            self.check_regex(token)
        elif pattern.endswith("\\"):
            pattern = self.ended(pattern, token)
        return Regex((start, token.end), *scope, pattern)

    def ended(self, pattern: str, token: Token) -> str:
        """Return a pattern that ends with a backslash as it can be written anywhere.

        To Lucene no slash right after a backslash ends a pattern while there is a later one.
        """
        if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
            self.fail("a backslash at the end of a regular expression escapes nothing", token.span)
        return pattern[:-2] + r"[\\]"

    def check_regex(self, token: Token) -> None:
        if token.end - token.start == 2:
            self.fail(
                "an empty regular expression; put a web address or a path in quotes", token.span
            )
        if self.text[token.start - 1 : token.start].isalnum():
            self.fail(
                "a '/' inside a word starts a regular expression; write \\/ for a plain slash, "
                "or a space before it",
                token.span,
            )

    def comparison(self, scope: Scope, token: Token, start: int) -> Node:
        """``field:>=x`` and its kin; Elasticsearch's, on top of Lucene's grammar."""
        sign = self.written(token)[:2]
        sign = sign if sign[1:] == "=" else sign[:1]
        bound = token.start + len(sign), token.end
        if scope.field is None:
            self.fail(
                f"'{sign}' compares a field with a value, as in score:{sign}0.5; "
                "to search the sign, quote it",
                token.span,
            )
        if bound[0] == bound[1]:
            self.reach()
            glued = self.kind == lexer.QUOTED and self.tokens[self.at].start == token.end
            if not glued or self.dialect == "lucene":
                self.fail(
                    f"'{sign}' needs its value right after it, as in {scope.field}:{sign}0.5",
                    token.span,
                )
            quoted = self.take()
            bound = quoted.span
            value = unescape(self.text, quoted.start + 1, quoted.end - 1)
        else:
            value = unescape(self.text, *bound)
        if self.kind == lexer.TILDE:
            self.fail("'~' cannot follow a comparison", self.next)
        inclusive = sign.endswith("=")
        if value == "*":  # as a bound it would mean an open end
            self.fail(f"'{sign}' needs a value, not '*'", bound)
        ends = (bound[1], bound[1])
        if sign[0] == ">":
            return Range((start, bound[1]), *scope, value, None, inclusive, True, bound, ends)
        return Range((start, bound[1]), *scope, None, value, True, inclusive, ends, bound)

    def range(self, scope: Scope, start: int) -> Node:
        opening = self.take()
        sign = self.text[opening.start]
        before = self.text[opening.start - 1 : opening.start]
        if self.dialect == "notebook" and (before.isalnum() or before == "_"):
            self.fail(
                f"a '{sign}' glued to a word: write name:{sign}… for a range, or \\{sign} for "
                "a plain one",
                opening.span,
            )
        low, low_span = self.bound(opening, "lower")
        self.reach()
        between = self.tokens[self.at]
        to = self.written(between)
        if self.kind != lexer.BOUND or (to.upper() if self.dialect == "notebook" else to) != "TO":
            if self.kind == lexer.END:
                self.never_closed(opening)
            self.fail(
                "expected TO here: a range is written [1 TO 5], and * leaves an end open",
                between.span,
            )
        self.take()
        high, high_span = self.bound(opening, "upper")
        self.reach()
        closing = self.tokens[self.at]
        if self.kind != lexer.RANGE_CLOSE:
            if self.kind == lexer.END:
                self.never_closed(opening)
            self.fail("expected ']' or '}' here: quote a bound that has spaces in it", closing.span)
        self.take()
        return Range(
            (start, closing.end),
            *scope,
            low,
            high,
            sign == "[",
            self.text[closing.start] == "]",
            low_span,
            high_span,
        )

    def never_closed(self, opening: Token) -> NoReturn:
        self.fail(f"this '{self.text[opening.start]}' is never closed", opening.span)

    def bound(self, opening: Token, which: str) -> tuple[str | None, Span]:
        self.reach()
        token = self.tokens[self.at]
        if self.kind == lexer.RANGE_CLOSE:
            self.fail(
                f"the {which} bound is missing: a range is written [1 TO 5], and * leaves an end "
                "open",
                (opening.start, token.end),
            )
        if self.kind == lexer.END:
            self.never_closed(opening)
        self.take()
        quoted = token.kind == lexer.QUOTED_BOUND
        value = unescape(self.text, token.start + quoted, token.end - quoted)
        return (None if value == "*" else value), token.span
