"""The text index: which words stand in which record, as arrays that answer with records.

The only room that imports Whoosh, and only when a Whoosh searcher is asked for.
"""

from .analysis import Token, analyzer_of, tokens
from .bulk import single_words
from .corpus import Corpus
from .evaluate import match_values
from .hits import Hits
from .likeness import similar
from .merging import merge
from .occurrence import occurrences, running_words
from .prefixes import starting_with
from .regex import PatternError
from .schema import common_words
from .segment import Segment
from .spans import spans
from .spelling import Suggestion, suggestions

__all__ = [
    "Corpus",
    "Hits",
    "PatternError",
    "Segment",
    "Suggestion",
    "Token",
    "analyzer_of",
    "match_values",
    "merge",
    "common_words",
    "occurrences",
    "running_words",
    "similar",
    "single_words",
    "spans",
    "starting_with",
    "suggestions",
    "tokens",
]
