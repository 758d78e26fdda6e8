r"""Where our ``"lucene"`` dialect and Lucene differ, and why that is right.

Each entry has an example; a run fails when the sides agree on it, so that no entry outlives its
reason. Most are queries that Lucene garbles in silence and that are an error with a place here:
nothing is dropped, turned into words or matched to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from oracle.compare import Case


@dataclass(frozen=True)
class Known:
    """A disagreement that is meant: which cases it covers, and the reason."""

    reason: str
    example: str
    covers: Callable[[Case], bool]


def _refused(message: str, reason: str, example: str) -> Known:
    """Cover what is an error here, with these words in it, and answered by Lucene."""
    return Known(
        reason,
        example,
        lambda case: (
            case.theirs.mask is not None
            and case.ours.error.startswith("QuerySyntaxError")
            and message in case.ours.error
        ),
    )


KNOWN: list[Known] = [
    Known(
        "Nothing asked is everything, in every dialect; Elasticsearch finds nothing then, and "
        "Rubrix did not send it an empty query.",
        "",
        lambda case: not case.query.strip(),
    ),
    _refused(
        "compares a field with a value",
        "Lucene compares the words of `text` when no field is named, and drops a sign alone.",
        "good >5",
    ),
    _refused(
        "needs its value right after it",
        "Lucene searches the sign as a word, or drops it, and what follows for itself.",
        'text:> "good film"',
    ),
    _refused(
        "a comparison needs one value, not a pattern",
        "Lucene searches for words that begin with the sign, and there are none.",
        "text:>good*",
    ),
    _refused(
        "needs a value, not '*'",
        "Lucene takes it for an open end, so that the comparison is none.",
        r"text:>\*",
    ),
    _refused(
        "'~' cannot follow a comparison",
        "Lucene searches for words like the sign and the value, and there are none.",
        "text:>good~",
    ),
    _refused(
        "'~' after a phrase takes a number of moves",
        "Lucene drops what is no number.",
        '"good film"~x',
    ),
    _refused(
        "'~' belongs after a word or a quoted phrase only",
        "Lucene drops it after a pattern and a regular expression.",
        "goo*~1",
    ),
    _refused(
        "'~' goes before '^'",
        "Lucene drops it after a pattern and a regular expression, behind the boost too.",
        "goo*^2~1",
    ),
    _refused(
        "'^' needs a number right after it",
        "Lucene searches what is glued to the number as a word.",
        "good^2nd",
    ),
    _refused(
        "_exists_ takes the name of a field",
        "Lucene searches a field of the name `_exists_`, which there is not.",
        "_exists_:te*",
    ),
    _refused(
        "this quote is never closed",
        "Lucene takes a lone quote in a range for a letter of the bound.",
        '["a TO b]',
    ),
    _refused(
        "half of a character",
        "Lucene searches for U+FFFD instead.",
        r"\ud83d",
    ),
    _refused(
        "brackets or NOTs inside each other",
        "Lucene goes on until its stack is full.",
        "(" * 70 + "good" + ")" * 70,
    ),
    Known(
        "Nothing, any number of times, is the empty text; to Lucene it is still nothing.",
        "/#*good/",
        lambda case: re.search(r"/.*#.*[*{].*/", case.query, re.DOTALL) is not None,
    ),
    Known(
        r"A set keeps its meaning on texts, whose regular expressions Lucene puts in small letters "
        r"as a whole: its `\D` is `\d` there.",
        r"/\D+/",
        lambda case: re.search(r"/.*\\[DWS].*/", case.query, re.DOTALL) is not None,
    ),
    Known(
        "A line break is part of a bound, as Lucene reads it; Java takes it for white space beside "
        "a decimal number, and refuses it beside a whole one.",
        "score:[\n0 TO 1]",
        lambda case: (
            re.search(r"[\[{ ][\n\r\t]+[\d.]|[\d.][\n\r\t]+[\]} ]", case.query) is not None
            and "is not a number" in case.ours.error
        ),
    ),
]
