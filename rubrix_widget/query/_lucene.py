"""Dialect ``lucene``: Lucene's classic parser as Elasticsearch's ``query_string`` sets it up."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final, NoReturn

from . import _lexer as lexer
from ._cursor import Scope
from ._escapes import unescape
from ._lexer import Token
from ._parser import Parser
from .tree import (
    Boost,
    Clauses,
    Exists,
    Fuzzy,
    Node,
    Phrase,
    Range,
    Term,
    Wildcard,
)

Wordless = Callable[[str | None, str], bool]
"""Whether analysis leaves nothing of a text in a field (None: the default field)."""

_SIGNS = ("<", ">", "<=", ">=")
_PREFIX = re.compile(r"(?:[^\\*?]|\\.)*+\*", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?", re.ASCII)
_NO_NUMBERS: Final = {"NaN": 0.0, "Infinity": float("inf"), "-Infinity": float("-inf")}


class LuceneParser(Parser):
    """Lucene's classic parser with AND as its default operator.

    Each clause is required (+), prohibited (-) or optional. One is required unless NOT or ``-``
    prohibits it; AND makes the clause before it required, OR makes the clauses on both sides of it
    optional, whatever they were, prohibited ones excepted (``QueryParserBase.addClause``). A clause
    of which analysis leaves nothing is no clause: the operator after it is about the one before.
    """

    dialect = "lucene"
    most_edits = float("inf")  # more than two count as two

    def __init__(self, text: str, wordless: Wordless | None = None) -> None:
        super().__init__(text)
        self.wordless = wordless

    def expression(self, scope: Scope) -> Node:
        start = self.at
        clauses: list[Node] = []
        occurs: list[str] = []
        worded: list[int] = []  # clauses not known to be empty
        marked = False
        while True:
            if run := self.run(scope):
                worded += range(len(clauses), len(clauses) + len(run))
                clauses += run
                occurs += "+" * len(run)
                continue
            operator = None
            if clauses and self.kind in (lexer.AND, lexer.OR):
                operator = self.take()
                while worded and self.empty(clauses[worded[-1]]):
                    worded.pop()
                if worded and occurs[worded[-1]] != "-":
                    occurs[worded[-1]] = "+" if operator.kind == lexer.AND else "?"
            modifier = self.modifier()
            if not self.starts_clause() or self.kind in (lexer.NOT, lexer.PLUS, lexer.MINUS):
                if modifier or operator:
                    self.no_clause(self.tokens[self.at - 1])
                if clauses:
                    break
                self.stray()
            worded.append(len(clauses))
            clauses.append(self.clause(scope))
            if modifier == "-":
                occurs.append("-")
            else:
                occurs.append("?" if operator and operator.kind == lexer.OR else "+")
            marked = marked or bool(modifier)
        if len(clauses) == 1 and not marked:
            return clauses[0]
        kinds = {
            sign: tuple(c for c, occur in zip(clauses, occurs, strict=True) if occur == sign)
            for sign in "+-?"
        }
        span = (self.tokens[start].start, self.tokens[self.at - 1].end)
        return Clauses(span, kinds["+"], kinds["-"], kinds["?"])

    def empty(self, node: Node) -> bool:
        if self.wordless is None:
            return False
        match node:
            case Term() | Phrase():
                return self.wordless(node.field, node.text)
            case Boost():
                return self.empty(node.child)
            case Clauses():
                return all(map(self.empty, node.required + node.prohibited + node.optional))
        return False

    def modifier(self) -> str:
        kind = self.kind
        if kind not in (lexer.NOT, lexer.PLUS, lexer.MINUS):
            return ""
        self.take()
        return "+" if kind == lexer.PLUS else "-"

    def no_clause(self, before: Token) -> NoReturn:
        if self.kind in (lexer.NOT, lexer.PLUS, lexer.MINUS):
            self.fail(
                "two signs in a row: keep one, or quote the word if the sign belongs to it",
                (before.start, self.tokens[self.at].end),
            )
        self.no_operand(before)

    def run(self, scope: Scope) -> list[Node]:
        """Read two or more plain words in a row: they go to the field as one text."""
        if not (self.in_run(self.at) and self.in_run(self.at + 1)):
            return []
        words: list[Term] = []
        while self.in_run(self.at):
            token = self.take()
            sign = self.written(token)
            if sign in _SIGNS or (scope.field is None and sign[0] in "<>"):
                self.comparison(scope, token, token.start)  # says what is wrong with it
            text = unescape(self.text, token.start, token.end)
            words.append(Term(token.span, *scope, text, continues=bool(words)))
        span = (words[0].span[0], words[-1].span[1])
        whole = replace(words[0], span=span, text=" ".join(word.text for word in words))
        if scope.field == "_exists_":
            return [Exists(span, whole.text, span)]
        compared = _compared(whole)
        return list(words) if compared is whole else [compared]

    def in_run(self, place: int) -> bool:
        """Whether a token is a plain word of a run.

        A word followed by AND, OR, a suffix, a colon or a lone ``*`` is never part of one.
        """
        if self.tokens[place].kind != lexer.TERM:
            return False
        after = self.tokens[place + 1]
        return self.written(after) != "*" and after.kind not in (
            lexer.COLON,
            lexer.TILDE,
            lexer.CARET,
            lexer.AND,
            lexer.OR,
        )

    def word(self, scope: Scope, start: int) -> Node:
        token = self.take()
        text = unescape(self.text, token.start, token.end)
        self.exchange_suffixes()
        if self.kind == lexer.TILDE and self.text[token.start] not in "<>":
            tilde = self.take()
            return Fuzzy((start, tilde.end), *scope, text, self.edits(tilde))
        if self.text[token.start] in "<>":
            return self.comparison(scope, token, start)
        term = Term((start, token.end), *scope, text)
        return term if scope.field == "_exists_" else _compared(term)

    def phrase(self, scope: Scope, start: int) -> Node:
        quoted = self.take()
        self.exchange_suffixes()
        self.at -= 1
        self.kind = quoted.kind
        return super().phrase(scope, start)

    def exchange_suffixes(self) -> None:
        """Read ``good^2~1`` as ``good~1^2``, which means the same."""
        if self.kind == lexer.CARET and self.peek_kind() == lexer.TILDE:
            at = self.at
            self.tokens[at : at + 2] = [self.tokens[at + 1], self.tokens[at]]
            self.kind = lexer.TILDE

    def number(self, given: str) -> float | None:
        value = _NO_NUMBERS.get(given)
        if value is None and not _FLOAT.fullmatch(given):
            return None
        value = float(given.rstrip("fFdD")) if value is None else value
        return value if value > -1 else None

    def regex(self, scope: Scope, start: int) -> Node:
        token = self.tokens[self.at]
        unescape(self.text, token.start, token.end)  # a fault in an escape is one here too
        return super().regex(scope, start)

    def pattern(self, scope: Scope, start: int) -> Node:
        r"""Read a pattern; only in a prefix is ``\\u`` a number and has no escape a say on case."""
        node = super().pattern(scope, start)
        written = self.written(self.tokens[self.at - 1])
        if isinstance(node, Wildcard) and not _PREFIX.fullmatch(written):
            return replace(node, pattern=_ESCAPED.sub(_needed_escape, written))
        return node


def _needed_escape(found: re.Match[str]) -> str:
    c = found[1]
    return found[0] if c in "*?\\" or c != c.lower() else c


def _compared(term: Term) -> Node:
    """Read ``>=x`` and its kin: Elasticsearch looks for them once escapes are resolved."""
    text = term.text
    if len(text) < 2 or text[0] not in "<>":
        return term
    inclusive = text[1] == "=" and len(text) > 2
    bound = text[1 + inclusive :]
    given = None if bound == "*" else bound
    scope, span, nowhere = (term.field, term.field_span), term.span, (term.span[1], term.span[1])
    if text[0] == ">":
        return Range(span, *scope, given, None, inclusive, True, span, nowhere)
    return Range(span, *scope, None, given, True, inclusive, nowhere, span)
