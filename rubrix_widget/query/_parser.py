"""What both dialects share: fields, values, ranges, patterns, groups, and their errors.

Recursive descent over the tokens of :mod:`._lexer`. A dialect is a subclass that says how clauses
combine (:meth:`Parser.expression`).
"""

from __future__ import annotations

from typing import ClassVar, Final, NamedTuple, NoReturn

from ..errors import QuerySyntaxError
from . import _lexer as lexer
from ._escapes import unescape, unescape_pattern
from ._lexer import Dialect, Token
from .tree import (
    Boost,
    Everything,
    Exists,
    Fuzzy,
    Node,
    Phrase,
    Range,
    Regex,
    Span,
    Term,
    Wildcard,
)

MAX_DEPTH: Final = 64  # brackets and NOTs in each other; every later walk may then recurse safely
MAX_SLOP: Final = 2**31 - 1  # Lucene's int
MAX_EDITS: Final = 2

_OPERATORS = (lexer.AND, lexer.OR, lexer.NOT)
_STARTS = frozenset(
    (
        lexer.TERM,
        lexer.PATTERN,
        lexer.QUOTED,
        lexer.REGEX,
        lexer.BARE,
        lexer.OPEN,
        lexer.RANGE_OPEN,
        lexer.NOT,
        lexer.PLUS,
        lexer.MINUS,
    )
)


class Scope(NamedTuple):
    """The field that plain values belong to, and where its name stands."""

    field: str | None = None
    span: Span | None = None


class Parser:
    """One parse of one text."""

    dialect: ClassVar[Dialect]

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = lexer.tokenize(text, self.dialect)
        self.at = 0
        self.kind = self.tokens[0].kind  # of the next token
        self.depth = 0

    # -- tokens ---------------------------------------------------------------------------------

    def peek_kind(self) -> str:
        """Return the kind of the token after the next."""
        following = self.at + 1
        return self.tokens[following].kind if following < len(self.tokens) else lexer.END

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1  # END and FAULT, always last, are never taken
        self.kind = self.tokens[self.at].kind
        return token

    def written(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def fail(self, message: str, span: Span) -> NoReturn:
        raise QuerySyntaxError(message, self.text, *span)

    def reach(self) -> None:
        """Raise the fault in the text, if the next token is one."""
        if self.kind == lexer.FAULT:
            token = self.tokens[self.at]
            self.fail(token.message, token.span)

    def starts_clause(self) -> bool:
        return self.kind in _STARTS

    # -- whole queries and groups ---------------------------------------------------------------

    def parse(self) -> Node:
        if self.kind == lexer.END:
            return Everything((0, len(self.text)))
        node = self.expression(Scope())
        if self.kind != lexer.END:
            self.stray()
        return node

    def expression(self, scope: Scope) -> Node:
        """Clauses up to a closing bracket or the end, combined as the dialect does."""
        raise NotImplementedError

    def deeper(self, span: Span) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(
                f"more than {MAX_DEPTH} brackets or NOTs inside each other: write it flatter", span
            )

    def group(self, scope: Scope) -> Node:
        opening = self.take()
        self.deeper(opening.span)
        if self.kind == lexer.CLOSE:
            self.fail(
                "these brackets are empty: put a condition between them, or quote them",
                (opening.start, self.tokens[self.at].end),
            )
        if self.kind == lexer.END:
            self.fail("this bracket is never closed", opening.span)
        inner = self.expression(scope)
        if self.kind == lexer.END:
            self.fail("this bracket is never closed", opening.span)
        if self.kind != lexer.CLOSE:
            self.stray()
        self.take()
        self.depth -= 1
        if self.kind == lexer.TILDE:
            self.fail("'~' belongs after a word or a quoted phrase, not after a bracket", self.next)
        if self.kind == lexer.COLON:
            self.fail("a field's name cannot be in brackets: write name:value", self.next)
        return self.boosted(inner, opening.start)

    @property
    def next(self) -> Span:
        return self.tokens[self.at].span

    def boosted(self, node: Node, start: int) -> Node:
        if self.kind != lexer.CARET:
            return node
        token = self.take()
        factor = float(self.text[token.start + 1 : token.end])
        if factor == float("inf"):
            self.fail("this boost is too large: write a number like ^2", token.span)
        if self.kind == lexer.TILDE:
            self.fail("'~' goes before '^': write it as good~1^2", self.next)
        if self.kind == lexer.CARET:
            self.fail("there is a '^' already: write one boost only", self.next)
        return Boost((start, token.end), node, factor)

    # -- clauses --------------------------------------------------------------------------------

    def clause(self, scope: Scope) -> Node:
        """``[field:] value`` or ``[field:] ( … )``, with its boost."""
        kind = self.kind
        if kind == lexer.OPEN:
            return self.group(scope)
        if self.peek_kind() == lexer.COLON:
            scope = self.field_name()
            kind = self.kind
            assert scope.span is not None
            start = scope.span[0]
            if kind == lexer.OPEN:
                return self.group(scope)
            if kind not in _STARTS or kind in _OPERATORS or kind in (lexer.PLUS, lexer.MINUS):
                self.no_value(scope)
        else:
            start = self.tokens[self.at].start
        return self.boosted(self.value(scope, start), start)

    def field_name(self) -> Scope:
        token = self.take()
        name = self.written(token)
        if token.kind == lexer.TERM:
            field = unescape(self.text, token.start, token.end)
        elif name == "*":
            field = "*"
        elif token.kind == lexer.PATTERN:
            hint = name.replace("*", r"\*").replace("?", r"\?")
            self.fail(f"write {hint}:… to search several fields at once", token.span)
        elif token.kind == lexer.QUOTED:
            self.fail("a field's name is not quoted; write a backslash before spaces", token.span)
        else:
            self.fail(f"'{name}' is not the name of a field: write name:value", token.span)
        self.take()
        if self.kind == lexer.COLON:
            self.fail("a second ':'; write \\: for a plain colon, or quote the value", self.next)
        return Scope(field, token.span)

    def no_value(self, scope: Scope) -> NoReturn:
        self.reach()
        token = self.tokens[self.at]
        name, sign = scope.field, self.written(token)
        if token.kind in (lexer.PLUS, lexer.MINUS) or sign == "!":
            self.fail(
                f"'{sign}' cannot stand right after '{name}:'; write {sign}{name}:value for the "
                f'condition, or quote the value: {name}:"{sign}…"',
                token.span,
            )
        if token.kind in _OPERATORS:
            self.fail(
                f"'{name}:' has no value before '{sign}' (to search the word {sign}, write "
                f'{name}:"{sign}")',
                token.span,
            )
        span = (scope.span or token.span)[0], token.start
        if name == "_exists_":
            self.fail("_exists_ takes the name of a field: write _exists_:name", span)
        self.fail(f"'{name}:' has no value: write {name}:value, or {name}:* for any value", span)

    def value(self, scope: Scope, start: int) -> Node:
        token = self.tokens[self.at]
        kind = self.kind
        if kind == lexer.TERM:
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
        if number is None or (self.dialect == "notebook" and number > MAX_EDITS):
            self.fail(
                f"'~' takes 0, 1 or 2 edits, or nothing for automatic, not '{given[:20]}'",
                tilde.span,
            )
        return int(min(number, MAX_EDITS))

    def number(self, given: str) -> float | None:
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
        given = self.text[tilde.start + 1 : tilde.end]
        slop = self.number(given) if given else 0.0
        if slop is None:
            self.fail(
                f"'~' after a phrase takes a number of moves, like \"…\"~3, not '{given[:20]}'",
                tilde.span,
            )
        return Phrase((start, tilde.end), *scope, text, int(min(slop, MAX_SLOP)))

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
        if self.dialect == "notebook":
            if token.end - token.start == 2:
                self.fail(
                    "an empty regular expression; put a web address or a path in quotes", token.span
                )
            before = self.text[token.start - 1 : token.start]
            if before.isalnum():
                self.fail(
                    "a '/' inside a word starts a regular expression; write \\/ for a plain slash, "
                    "or a space before it",
                    token.span,
                )
        return Regex((start, token.end), *scope, self.text[token.start + 1 : token.end - 1])

    # -- ranges ---------------------------------------------------------------------------------

    def comparison(self, scope: Scope, token: Token, start: int) -> Node:
        """``field:>=x`` and its kin; Elasticsearch's, on top of Lucene's grammar."""
        sign = self.written(token)[:2]
        sign = sign if sign[1:] == "=" else sign[:1]
        bound = token.start + len(sign), token.end
        if scope.field is None:
            self.fail(
                f"'{sign}' compares a field with a value, as in score:{sign}0.5; "
                f"to search the sign, write \\{sign[0]} or quote it",
                token.span,
            )
        if bound[0] == bound[1]:
            self.reach()
            if self.kind != lexer.QUOTED or self.tokens[self.at].start != token.end:
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

    # -- errors ---------------------------------------------------------------------------------

    def stray(self) -> NoReturn:
        """Refuse the next token, which cannot stand here: say why and what to write."""
        self.reach()
        token = self.tokens[self.at]
        sign = self.written(token)
        if token.kind == lexer.CLOSE:
            message = "this ')' closes a bracket that was never opened (write \\) for a plain one)"
        elif token.kind == lexer.COLON:
            message = (
                "a ':' that no field's name stands before; write name:value, \\: for a plain "
                "colon, or quote the value"
            )
        elif token.kind == lexer.TILDE:
            message = "'~' has no word or phrase before it (write \\~ for a plain ~)"
        elif token.kind == lexer.CARET:
            message = "'^' has nothing before it (write \\^ for a plain ^)"
        elif token.kind in (lexer.AND, lexer.OR):
            message = (
                f"'{sign}' needs a condition on each side (to search the word, write \"{sign}\")"
            )
        else:
            message = f"'{sign[:20]}' cannot stand here"
        self.fail(message, token.span)

    def no_operand(self, operator: Token) -> NoReturn:
        """Nothing a condition could start with stands after ``operator``."""
        self.reach()
        sign = self.written(operator)
        plain = f'to search the word, write "{sign}"'
        if not sign.isalpha():
            plain = f"write \\{sign[0]} for a plain sign, or quote it"
        self.fail(f"'{sign}' has no condition after it ({plain})", operator.span)
