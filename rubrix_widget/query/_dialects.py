"""Parsing in either dialect, and how clauses combine in ``notebook``: ordinary Boolean logic."""

from __future__ import annotations

from ..errors import QuerySyntaxError
from . import _lexer as lexer
from ._cursor import Scope
from ._lexer import DIALECTS, Dialect
from ._lucene import LuceneParser, Wordless
from ._parser import Parser
from ._plain import plain
from .tree import And, Node, Not, Or, Term


def parse(text: str, dialect: Dialect = "notebook", wordless: Wordless | None = None) -> Node:
    """Read a query string.

    Parameters
    ----------
    text : str
        The query; empty is everything.
    dialect : {"notebook", "lucene"}
        ``notebook``: AND, OR, NOT in any case; NOT binds before AND (and juxtaposition), AND
        before OR. ``lucene``: upper-case operators and Lucene's required, prohibited and optional
        clauses, with AND as the default operator, exactly as Elasticsearch's ``query_string``.
    wordless : callable, optional
        Given a field (None: the default field) and a text, whether analysis leaves no word of it.
        In ``lucene`` an operator beside such a clause is about the clause before.

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
    if dialect not in DIALECTS:
        raise ValueError(f"dialect {dialect!r} is not one of {', '.join(map(repr, DIALECTS))}")
    if (leaf := plain(text)) is not None:
        return leaf
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QuerySyntaxError(
            "half of a character (a lone surrogate): remove it", text, error.start, error.end
        ) from None
    return (NotebookParser(text) if dialect == "notebook" else LuceneParser(text, wordless)).parse()


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
                child = Term(child.span, *scope, child.text, continues=True)
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
