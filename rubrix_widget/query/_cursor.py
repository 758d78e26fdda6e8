"""The place of a parse among its tokens, and how it refuses a text."""

from __future__ import annotations

from typing import ClassVar, NamedTuple, NoReturn

from ..errors import QuerySyntaxError
from . import _lexer as lexer
from ._lexer import Dialect, Token
from .tree import Span


class Scope(NamedTuple):
    """The field that plain values belong to, and where its name stands."""

    field: str | None = None
    span: Span | None = None


class Cursor:
    """One parse of one text, and the token it stands before."""

    dialect: ClassVar[Dialect]

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = lexer.tokenize(text, self.dialect)
        if len(self.tokens) > lexer.MAX_TOKENS:
            self.fail(self.tokens[-1].message, self.tokens[-1].span)
        self.at = 0
        self.kind = self.tokens[0].kind  # of the next token

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

    @property
    def next(self) -> Span:
        return self.tokens[self.at].span

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
