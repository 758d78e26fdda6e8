"""From a query to a selection of records, with counts, pages and explanations."""

from rubrix_widget.engine.aggregates import Confusion, Facet, Histogram
from rubrix_widget.engine.engine import Engine
from rubrix_widget.engine.explain import Clause, Explanation, explain
from rubrix_widget.engine.fields import Field, did_you_mean
from rubrix_widget.engine.filters import FilterError, spoken
from rubrix_widget.engine.relevance import NO_WORDS
from rubrix_widget.engine.selection import Selection, SortError
from rubrix_widget.index import Suggestion

__all__ = [
    "Clause",
    "Confusion",
    "Engine",
    "NO_WORDS",
    "Explanation",
    "Facet",
    "Field",
    "FilterError",
    "Histogram",
    "Selection",
    "SortError",
    "Suggestion",
    "did_you_mean",
    "explain",
    "spoken",
]
