"""Which characters of a text a query's leaves match, for highlighting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ..query import tree
from .analysis import Analyzer, analyzer_of
from .build import build_field, joined_characters
from .evaluate import places

Spans = list[tuple[int, int]]


def spans(leaves: Sequence[tuple[tree.Leaf, str]], texts: Sequence[str]) -> list[Spans]:
    """Find the ranges of characters in each text that some leaves match.

    Words, the members of a phrase where the phrase stands, and the words that a pattern or range
    reaches. A fuzzy word's nearest are those among these texts.

    Parameters
    ----------
    leaves
        With the name of the field each is searched in: ``….exact`` is cut at white space.
    texts
        Values of that field.

    Returns
    -------
    list of list of (start, end)
        For each text: half-open, merged where they touch or overlap, in order.

    Examples
    --------
    >>> leaf = tree.Phrase((0, 9), None, None, "not good", 0)
    >>> spans([(leaf, "text")], ["Good, but not good", "good"])
    [[(10, 13), (14, 18)], []]
    """
    marked: list[Spans] = [[] for _ in texts]
    for analyzer in dict.fromkeys(analyzer_of(field) for _, field in leaves):
        wanted = [leaf for leaf, field in leaves if analyzer_of(field) is analyzer]
        _mark(analyzer, wanted, pa.array(texts, pa.large_string()), marked)
    return [_merged(found) for found in marked]


def _mark(
    analyzer: Analyzer, leaves: Sequence[tree.Leaf], texts: pa.Array, marked: list[Spans]
) -> None:
    if not len(texts):
        return
    field = build_field(pa.chunked_array([texts]), analyzer)
    numbers = np.unique(np.concatenate([places(field, analyzer, leaf) for leaf in leaves]))
    characters, text_starts = joined_characters(texts)
    starts, ends = analyzer.cut(characters)
    of_text = field.value_of(numbers)
    first = text_starts[of_text]
    for i, a, b in zip(
        of_text.tolist(),
        (starts[numbers] - first).tolist(),
        (ends[numbers] - first).tolist(),
        strict=True,
    ):
        marked[i].append((a, b))


def _merged(found: Spans) -> Spans:
    merged: Spans = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
