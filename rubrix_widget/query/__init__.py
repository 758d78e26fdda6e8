"""The query language: text to a tree with positions, its reading in words, and back to text.

Knows no data: what a field holds and which records match are the engine's.

>>> tree = parse("predicted:ko and score:{0.99 TO *}")
>>> describe(tree)
'predicted is ko, and score above 0.99'
>>> unparse(tree)
'predicted:ko AND score:{0.99 TO *}'
"""

from ._before import Before, before
from ._describe import describe, shorten
from ._dialects import parse
from ._lexer import DIALECTS, MAX_DEPTH, Dialect
from ._notes import lower_operators, notes
from ._unparse import quote, unparse, word
from ._walk import join_adjacent, leaves, same, walk

__all__ = [
    "DIALECTS",
    "MAX_DEPTH",
    "Before",
    "Dialect",
    "before",
    "describe",
    "join_adjacent",
    "leaves",
    "lower_operators",
    "notes",
    "parse",
    "quote",
    "same",
    "shorten",
    "unparse",
    "walk",
    "word",
]
