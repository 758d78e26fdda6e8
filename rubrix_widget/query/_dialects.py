"""How clauses combine: ordinary Boolean logic (``notebook``) or Lucene's algebra (``lucene``)."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from ..errors import QuerySyntaxError
from . import _lexer as lexer
from ._cursor import Scope
from ._lexer import DIALECTS, Dialect
from ._parser import Parser
from .tree import And, Clauses, Node, Not, Or, Term


def parse(text: str, dialect: Dialect = "notebook") -> Node:
    """Read a query string.

    Parameters
    ----------
    text : str
        The query; empty is everything.
    dialect : {"notebook", "lucene"}
        ``notebook``: AND, OR, NOT in any case; NOT binds before AND (and juxtaposition), AND
        before OR. ``lucene``: upper-case operators and Lucene's required, prohibited and optional
        clauses, with AND as the default operator, exactly as Elasticsearch's ``query_string``.

    Returns
    -------
    Node
        The tree, with the place of every node in ``text``.

    Raises
    ------
    QuerySyntaxError
        The text is not a query; the error knows the place and says what to write.

    Examples
    --------
    >>> parse("predicted:ko and good").children[0].field
    'predicted'
    >>> [term.text for term in parse("film OR movie AND good", "lucene").required]
    ['movie', 'good']
    """
    if dialect not in _PARSERS:
        raise ValueError(f"dialect {dialect!r} is not one of {', '.join(map(repr, DIALECTS))}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QuerySyntaxError(
            "half of a character (a lone surrogate): remove it", text, error.start, error.end
        ) from None
    return _PARSERS[dialect](text).parse()


class NotebookParser(Parser):
    """NOT, then AND and juxtaposition, then OR."""

    dialect = "notebook"

    def expression(self, scope: Scope) -> Node:
        start = self.at
        children = [self.conjunction(scope)]
        while self.kind == lexer.OR:
            self.take()
            if not self.starts_clause():
                self.no_operand(self.tokens[self.at - 1])
            children.append(self.conjunction(scope))
        if len(children) == 1:
            return children[0]
        return Or((self.tokens[start].start, self.tokens[self.at - 1].end), tuple(children))

    def conjunction(self, scope: Scope) -> Node:
        start = self.at
        children = [self.negation(scope)]
        plain = self.is_plain(start, children[0])
        while True:
            joined = self.kind == lexer.AND
            if joined:
                self.take()
                if not self.starts_clause():
                    self.no_operand(self.tokens[self.at - 1])
            elif not self.starts_clause():
                break
            first = self.at
            child = self.negation(scope)
            follows = plain and not joined
            plain = self.is_plain(first, child)
            if follows and plain and isinstance(child, Term):
                child = replace(child, continues=True)
            children.append(child)
        if len(children) == 1:
            return children[0]
        return And((self.tokens[start].start, self.tokens[self.at - 1].end), tuple(children))

    def is_plain(self, first: int, node: Node) -> bool:
        """Whether ``node`` was one word alone, with neither field, sign nor brackets."""
        return (
            isinstance(node, Term)
            and self.at == first + 1
            and self.tokens[first].kind == lexer.TERM
        )

    def negation(self, scope: Scope) -> Node:
        kind = self.kind
        if kind not in (lexer.NOT, lexer.PLUS, lexer.MINUS):
            if not self.starts_clause():
                self.stray()
            return self.clause(scope)
        token = self.take()
        after = self.kind
        if not self.starts_clause():
            self.no_operand(token)
        if kind == lexer.NOT:
            if token.start and self.written(token) == "!" and self.text[token.start - 1].isalnum():
                self.fail(
                    "a '!' glued to a word means NOT for what follows; write a space before it, "
                    "or \\! for a plain one",
                    token.span,
                )
            self.deeper(token.span)
            child = self.negation(scope)
            self.depth -= 1
        else:
            if after in (lexer.NOT, lexer.PLUS, lexer.MINUS):
                self.fail(
                    "two signs in a row: keep one, or quote the word if the sign belongs to it",
                    (token.start, self.tokens[self.at].end),
                )
            child = self.clause(scope)
        if kind == lexer.PLUS:
            return child
        return Not((token.start, child.span[1]), child)


class LuceneParser(Parser):
    """Lucene's classic parser with AND as its default operator.

    Each clause is required (+), prohibited (-) or optional. One is required unless NOT or ``-``
    prohibits it; AND makes the clause before it required, OR makes the clauses on both sides of it
    optional, whatever they were, prohibited ones excepted (``QueryParserBase.addClause``).
    """

    dialect = "lucene"

    def expression(self, scope: Scope) -> Node:
        start = self.at
        clauses: list[Node] = []
        occurs: list[str] = []
        plain = marked = False
        while True:
            operator = None
            if clauses and self.kind in (lexer.AND, lexer.OR):
                operator = self.take()
                if occurs[-1] != "-":
                    occurs[-1] = "+" if operator.kind == lexer.AND else "?"
            modifier = self.modifier()
            if not self.starts_clause() or self.kind in (lexer.NOT, lexer.PLUS, lexer.MINUS):
                if modifier or operator:
                    self.no_clause(self.tokens[self.at - 1])
                if clauses:
                    break
                self.stray()
            alone = operator is None and not modifier and self.in_run()
            clause = self.clause(scope)
            if alone and plain and isinstance(clause, Term):
                clause = replace(clause, continues=True)
            plain = alone and isinstance(clause, Term)
            clauses.append(clause)
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

    def modifier(self) -> str:
        kind = self.kind
        if kind not in (lexer.NOT, lexer.PLUS, lexer.MINUS):
            return ""
        self.take()
        return "+" if kind == lexer.PLUS else "-"

    def no_clause(self, before: lexer.Token) -> NoReturn:
        if self.kind in (lexer.NOT, lexer.PLUS, lexer.MINUS):
            self.fail(
                "two signs in a row: keep one, or quote the word if the sign belongs to it",
                (before.start, self.tokens[self.at].end),
            )
        self.no_operand(before)

    def in_run(self) -> bool:
        """Whether the next token is a plain word of a run that goes to analysis as one text.

        A word followed by AND, OR, a suffix, a colon or a lone ``*`` is never part of one.
        """
        if self.kind != lexer.TERM:
            return False
        after = self.tokens[self.at + 1]
        return self.written(after) != "*" and after.kind not in (
            lexer.COLON,
            lexer.TILDE,
            lexer.CARET,
            lexer.AND,
            lexer.OR,
        )


_PARSERS: dict[str, type[Parser]] = {"notebook": NotebookParser, "lucene": LuceneParser}
