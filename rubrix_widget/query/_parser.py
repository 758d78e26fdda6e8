"""What both dialects share: fields, groups, boosts; a subclass says how clauses combine."""

from __future__ import annotations

from typing import NoReturn

from . import _lexer as lexer
from ._cursor import Scope
from ._escapes import unescape
from ._values import ValueParser
from .tree import Boost, Everything, Node, Span

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


class Parser(ValueParser):
    """One parse in a dialect still to be said."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0

    def starts_clause(self) -> bool:
        return self.kind in _STARTS

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
        if self.depth > lexer.MAX_DEPTH:
            self.fail(lexer.TOO_DEEP, span)

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
        return Boost((start, max(token.end, node.span[1])), node, factor)

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
            self.fail(
                "a field's name is not quoted; write a backslash before spaces and signs, as in "
                "metadata.my\\ key or predicted@my\\ model",
                token.span,
            )
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
