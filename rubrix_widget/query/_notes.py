"""What a reader of a query should know that needs no data: surprises, said before they bite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from . import _lexer as lexer
from ._describe import describe, shorten
from ._lexer import Dialect
from ._walk import walk
from .tree import And, Clauses, Node, Range, Term

_MAX_NOTES = 10
_LOOKED_AT = 50_000  # characters; a longer query was written by a program
_ASSIGNMENT = re.compile(r"([A-Za-z_][\w.]*)==?(.+)", re.DOTALL)
_DAY = re.compile(r"\d{4}(?:-\d\d?){0,2}", re.ASCII)
_CURLY = re.compile("[“”„‟«»]")
_VALUE_FIELDS = ("predicted_as", "annotated_as", "predicted_by", "annotated_by", "id")


def notes(text: str, node: Node, dialect: Dialect = "notebook") -> list[str]:
    """Say what may surprise the writer of a query, without looking at data.

    Parameters
    ----------
    text : str
        The query as written.
    node : Node
        Its tree, from ``parse(text, dialect)``.
    dialect : {"notebook", "lucene"}
        The dialect it was parsed in.

    Examples
    --------
    >>> from rubrix_widget.query import parse
    >>> notes("good and bad", parse("good and bad"))
    ['`and` was read as AND; write "and" to search the word']
    """
    found: dict[str, None] = {}
    for source in (_token_notes(text, dialect), _tree_notes(text, node)):
        for note in source:
            found.setdefault(note)
            if len(found) == _MAX_NOTES:
                return list(found)
    return list(found)


def lower_operators(text: str) -> list[str]:
    """Return the operators that dialect ``notebook`` reads and Lucene takes for words, each once.

    Examples
    --------
    >>> lower_operators('a and b OR "this or that" Not c')
    ['and', 'Not']
    """
    written = (
        text[token.start : token.end]
        for token in lexer.tokenize(text[:_LOOKED_AT], "notebook")
        if token.kind in (lexer.AND, lexer.OR, lexer.NOT)
    )
    return list(dict.fromkeys(word for word in written if word.isalpha() and not word.isupper()))


def _token_notes(text: str, dialect: Dialect) -> Iterator[str]:
    said: set[str] = set()
    tokens = lexer.tokenize(text[:_LOOKED_AT], dialect)
    if len(text) > _LOOKED_AT:
        del tokens[-2:]  # which may have been cut in two
    for place, token in enumerate(tokens):
        key = token.kind if token.kind != lexer.TERM else ""
        if key and key in said:
            continue
        written = text[token.start : token.end]
        if token.kind in (lexer.AND, lexer.OR, lexer.NOT):
            if written == "||" and _DAY.fullmatch(day := _glued_before(text, tokens, place)):
                said.add(key)
                yield f"`{day}||` was read as {day} OR …; quote it for date arithmetic"
            if written.isalpha() and not written.isupper():
                said.add(key)
                yield (
                    f'`{written}` was read as {written.upper()}; write "{written}" to search the '
                    "word"
                )
        elif token.kind == lexer.BARE:
            said.add(key)
            yield (
                f"`{written}` with a space after it is a word of its own, and texts hold no such "
                f"word: it is ignored; write `{written}` right before a condition to use it"
            )
        elif token.kind == lexer.CARET:
            said.add(key)
            yield f"`{written}` matters only where records are sorted by relevance"
        elif token.kind == lexer.TILDE and "." in written:
            number = float(written[1:])
            whole, asked = int(number), tokens[place - 1].kind
            thing = "moves" if asked == lexer.QUOTED else "edits"
            if number != whole:
                yield f"`{written}` is {whole} {thing}: fractions are cut off"
        elif token.kind == lexer.TERM:
            yield from _word_notes(written, dialect)


def _glued_before(text: str, tokens: list[lexer.Token], place: int) -> str:
    """Return the token right before another, without a space between them."""
    before, token = tokens[place - 1], tokens[place]
    return text[before.start : before.end] if place and before.end == token.start else ""


def _word_notes(written: str, dialect: Dialect) -> Iterator[str]:
    if dialect == "lucene" and written.lower() in ("and", "or", "not"):
        yield f"`{written}` is a word here; write {written.upper()} for the operator"
    elif dialect == "lucene" and ("&&" in written or "||" in written):
        yield f"`{shorten(written)}` is one word here; write spaces around && and ||"
    elif _CURLY.search(written):
        yield 'typographic quotes (“ ”) quote nothing; write "…"'
    else:
        found = _ASSIGNMENT.fullmatch(written)
        if found:
            name, value = shorten(found[1]), shorten(found[2])
            yield f"`{shorten(written)}` was read as words; write {name}:{value} for the field"


def _tree_notes(text: str, node: Node) -> Iterator[str]:
    for inner in walk(node):
        if isinstance(inner, Clauses) and inner.required and inner.optional:
            idle = _listed(text, inner.optional)
            kept = _listed(text, inner.required)
            verb = "does" if len(inner.optional) == 1 else "do"
            yield (
                f"{idle} {verb} not filter, because {kept} must match anyway; use brackets, or "
                "the notebook dialect"
            )
        if isinstance(inner, And | Clauses):
            yield from _split_values(text, inner)
        if isinstance(inner, Range) and inner.low is inner.high is None:
            yield f"`{_written(text, inner)}` is open at both ends: any value matches"


def _listed(text: str, nodes: tuple[Node, ...]) -> str:
    shown = [f"`{_written(text, node)}`" for node in nodes[:3]]
    if len(nodes) > 3:
        shown.append(f"{len(nodes) - 3:,} more")
    return " and ".join(([", ".join(shown[:-1])] if shown[:-1] else []) + shown[-1:])


def _written(text: str, node: Node) -> str:
    return shorten(text[node.span[0] : min(node.span[1], node.span[0] + 200)])


def _split_values(text: str, node: And | Clauses) -> Iterator[str]:
    """Find ``predicted_by:Model A``, where the field takes the first word only."""
    beside = node.children if isinstance(node, And) else node.required
    for first, second in pairwise(beside):
        if (
            isinstance(first, Term)
            and isinstance(second, Term)
            and first.field is not None
            and (
                first.field.partition("@")[0] in _VALUE_FIELDS
                or first.field.startswith("metadata.")
            )
            and first.field_span is not None
            and first.field_span[0] == first.span[0]
            and second.field is None
            and (second.text[:1].isupper() or second.text[:1].isdigit())
            and text[first.span[1] : second.span[0]].isspace()
        ):
            both = f"{first.text} {second.text}"
            yield (
                f"`{shorten(text[first.span[0] : second.span[1]])}` reads as *{describe(first)}* "
                f'and *{describe(second)}*; quote it for one value: {first.field}:"{shorten(both)}"'
            )
