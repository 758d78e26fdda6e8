"""The query language: text to a tree with positions, its reading in words, and back to text.

Knows no data: what a field holds and which records match are the engine's.
"""

from ._dialects import parse
from ._lexer import DIALECTS, Dialect

__all__ = ["DIALECTS", "Dialect", "parse"]
