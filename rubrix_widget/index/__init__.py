"""The text index: which words stand in which record, as arrays that answer with records.

The only room that imports Whoosh, and only when :meth:`Segment.whoosh_searcher` is asked for.
"""

from .analysis import Token, tokens
from .bulk import single_words
from .evaluate import match_values
from .hits import Hits
from .regex import PatternError
from .segment import Segment
from .spans import spans

__all__ = [
    "Hits",
    "PatternError",
    "Segment",
    "Token",
    "match_values",
    "single_words",
    "spans",
    "tokens",
]
