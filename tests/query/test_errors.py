"""What a malformed query is told, and where."""

from __future__ import annotations

import pytest

from rubrix_widget.errors import QuerySyntaxError
from rubrix_widget.query import DIALECTS, parse

# (query, where the fault starts, where it ends, a part of the message), in both dialects
BOTH = [
    ("predicted:ko AND (score:>0.9", 17, 18, "this bracket is never closed"),
    ("(a OR (b)", 0, 1, "never closed"),
    ("(", 0, 1, "never closed"),
    ("a)", 1, 2, "never opened"),
    (")", 0, 1, "never opened"),
    ("()", 0, 2, "brackets are empty"),
    ("a f:( )", 4, 7, "brackets are empty"),
    ('a "b', 2, 4, "quote is never closed"),
    ('"a\\"', 0, 4, "quote is never closed"),
    ('(a OR "b', 6, 8, "quote is never closed"),
    ("/a", 0, 2, r"write \/ for a plain slash"),
    ("n/a", 1, 3, r"write \/ for a plain slash"),
    ("[1 TO 5", 0, 1, "'[' is never closed"),
    ("f:{1", 2, 3, "'{' is never closed"),
    ("[1 5]", 3, 4, "expected TO"),
    ("[1 TO]", 0, 6, "upper bound is missing"),
    ("[TO 5]", 4, 5, "expected TO"),
    ("[]", 0, 2, "lower bound is missing"),
    ("[1 TO 2 3]", 8, 9, "quote a bound that has spaces"),
    ("{1,5}", 4, 5, "expected TO"),
    ("[1 TO 5) b]", 9, 10, "expected ']' or '}'"),
    ("a]", 1, 2, r"write \] for a plain bracket"),
    ("}", 0, 1, r"write \} for a plain brace"),
    ('["a TO b]', 1, 2, "quote is never closed"),
    ('[a TO "b]', 6, 7, "quote is never closed"),
    ("[a TO \\", 6, 7, "backslash needs a character"),
    ("f:", 0, 2, "write f:value, or f:* for any value"),
    ("(f: )", 1, 4, "'f:' has no value"),
    ("f:AND", 2, 5, 'f:"AND"'),
    ("f:-5", 2, 3, "write -f:value"),
    ("f:!x", 2, 3, "write !f:value"),
    ("f:NOT x", 2, 5, "no value before 'NOT'"),
    ("f:+x", 2, 3, "write +f:value"),
    ("f:a:b", 3, 4, r"\: for a plain colon, or quote"),
    ("t:2021-01-01T10:00", 15, 16, r"\: for a plain colon, or quote"),
    ("t:>=2021-01-01T10:00", 17, 18, r"\: for a plain colon, or quote"),
    ("f::a", 2, 3, "a second ':'"),
    (":a", 0, 1, "no field's name"),
    ('"a":b', 0, 3, "name is not quoted"),
    ("(a):b", 3, 4, "cannot be in brackets"),
    ("/a/:b", 0, 3, "not the name of a field"),
    ("inputs.*:b", 0, 8, r"write inputs.\*:…"),
    ("AND a", 0, 3, 'write "AND"'),
    ("a AND", 2, 5, 'write "AND"'),
    ("a OR", 2, 4, "'OR' has no condition after it"),
    ("(a OR) b", 3, 5, "'OR' has no condition after it"),
    ("a AND OR b", 2, 5, "'AND' has no condition after it"),
    ("a && && b", 2, 4, "'&&' has no condition after it"),
    ("NOT", 0, 3, "'NOT' has no condition after it"),
    ("a AND NOT", 6, 9, "'NOT' has no condition after it"),
    ("a -", 2, 3, r"write \- for a plain sign"),
    ("(-)", 1, 2, "'-' has no condition after it"),
    ("good!", 4, 5, r"write \! for a plain sign"),
    ("--a", 0, 2, "two signs in a row"),
    ("+-a", 0, 2, "two signs in a row"),
    ("~", 0, 1, r"write \~ for a plain ~"),
    ("a~x", 1, 3, "takes 0, 1 or 2 edits"),
    ("a~-1", 1, 4, "not '-1'"),
    ('"a"~x', 3, 5, "number of moves"),
    ('"a"~-1', 3, 6, "number of moves"),
    ("a*~", 2, 3, "after a word or a quoted phrase only"),
    ("/a/~1", 3, 5, "after a word or a quoted phrase only"),
    ("(a)~", 3, 4, "not after a bracket"),
    ("[1 TO 2]~2", 8, 10, "after a word or a quoted phrase only"),
    ("f:>5~", 4, 5, "cannot follow a comparison"),
    ("^2", 0, 2, r"write \^ for a plain ^"),
    ("a^", 1, 2, "needs a number right after it"),
    ("a^x", 1, 3, "not 'x'"),
    ("a^-1", 1, 4, "not '-1'"),
    ("a^2.", 1, 4, "not '2.'"),
    ("a^2b", 1, 4, "not '2b'"),
    ("a^ 2", 1, 2, "needs a number right after it"),
    ("a^2^3", 3, 5, "one boost only"),
    ("a^" + "9" * 400, 1, 402, "too large"),
    ("\\", 0, 1, r"write \\ for a plain backslash"),
    ("a b\\", 3, 4, r"write \\ for a plain backslash"),
    ("x \\u12", 2, 6, "four hexadecimal digits"),
    ("\\u12g4", 0, 6, "four hexadecimal digits"),
    ('"a\\u12"', 2, 6, "four hexadecimal digits"),
    ("f:[a TO \\u1]", 8, 11, "four hexadecimal digits"),
    ("a\\ud83d", 1, 7, "half of a character"),
    ("a \ud83d", 2, 3, "lone surrogate"),
    (">5", 0, 2, "as in score:>0.5"),
    ("f:>", 2, 3, "needs its value right after it"),
    ("f:>= 5", 2, 4, "needs its value right after it"),
    ("f:>5*", 2, 5, "not a pattern"),
    ("f:>\\*", 3, 5, "needs a value, not '*'"),
    ('f:>"a', 3, 5, "quote is never closed"),
    ("_exists_:", 0, 9, "write _exists_:name"),
    ("_exists_:a*", 9, 11, "write _exists_:name"),
    ("_exists_:*", 9, 10, "write _exists_:name"),
    ('_exists_:""', 9, 11, "write _exists_:name"),
]
NOTEBOOK = [
    ("and", 0, 3, 'to search the word, write "and"'),
    ("rock and", 5, 8, 'to search the word, write "and"'),
    ("or a", 0, 2, 'to search the word, write "or"'),
    ("not", 0, 3, 'to search the word, write "not"'),
    ("a and or b", 2, 5, 'to search the word, write "and"'),
    ("f:and", 2, 5, 'f:"and"'),
    ("a~3", 1, 3, "takes 0, 1 or 2 edits"),
    ("wow! great", 3, 4, r"write a space before it, or \!"),
    ("a!b", 1, 2, r"write a space before it, or \!"),
    ("http://example.com", 5, 7, "put a web address or a path in quotes"),
    ("n/a or w/e", 1, 9, r"\/ for a plain slash"),
    ("text[1 TO 2]", 4, 5, "write name:[…"),
]
LUCENE = [
    ("NOT NOT a", 0, 7, "two signs in a row"),
    ("[1 to 5]", 3, 5, "expected TO"),
]
ALL = (
    [(dialect, *fault) for fault in BOTH for dialect in DIALECTS]
    + [("notebook", *fault) for fault in NOTEBOOK]
    + [("lucene", *fault) for fault in LUCENE]
)


@pytest.mark.parametrize(("dialect", "query", "start", "end", "part"), ALL)
def test_errors_name_the_place_and_the_way_out(
    dialect: str, query: str, start: int, end: int, part: str
) -> None:
    """A malformed query is refused at the place of the fault, with what to write instead."""
    with pytest.raises(QuerySyntaxError) as caught:
        parse(query, dialect)  # type: ignore[arg-type]
    assert (caught.value.start, caught.value.end) == (start, end)
    assert part in caught.value.message


def test_the_picture_points_at_the_fault() -> None:
    """The error prints the query, a caret under the place, and the message."""
    with pytest.raises(QuerySyntaxError) as caught:
        parse("predicted:ko AND (score:>0.9")
    assert str(caught.value).splitlines() == [
        "predicted:ko AND (score:>0.9",
        "                 ^ this bracket is never closed",
    ]


def test_the_leftmost_of_two_faults_is_told() -> None:
    """An unclosed quote further right does not hide what is wrong before it."""
    with pytest.raises(QuerySyntaxError, match="two signs"):
        parse('--a "never closed')
