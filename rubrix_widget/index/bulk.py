"""Many words at once: what each by itself would take longest is done for all together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .analysis import SEPARATOR, analyzer_of
from .field import Field
from .hits import Hits
from .unicode import Array, code_points

_MANY = 5_000  # words from which on hashing the whole lexicon is faster than looking each up


def single_words(texts: Sequence[str], field: str) -> list[str | None]:
    """Analyse many texts as a field does: the one word of each, None for none or several.

    Examples
    --------
    >>> single_words(["Film", "well-acted", "!"], "text")
    ['film', None, None]
    """
    analyzer = analyzer_of(field)
    joined = SEPARATOR.join(["", *texts, ""])
    starts, ends = analyzer.cut(code_points(joined))
    lengths = np.array([len(text) for text in texts])
    of_text = np.searchsorted(np.cumsum(lengths + 1) - lengths, starts, "right") - 1
    single = np.bincount(of_text, minlength=len(texts))[of_text] == 1
    lowered = analyzer.normalize(joined)
    found: list[str | None] = [None] * len(texts)
    for i, start, end in zip(
        of_text[single].tolist(), starts[single].tolist(), ends[single].tolist(), strict=True
    ):
        found[i] = lowered[start:end]
    return found


def hits_of_words(field: Field, words: Sequence[str], *, every: bool) -> Hits:
    """Find the records that have every one of some words, or any of them."""
    numbers = _numbers(field, words)
    known = np.unique(numbers[numbers >= 0])
    if not every:
        return field.hits_of_terms(known)
    if len(words) == 0 or (numbers < 0).any():
        return Hits.nothing(field.records)
    sizes = field.posting_offsets[known + 1] - field.posting_offsets[known]
    rarest_first = known[np.argsort(sizes, kind="stable")].tolist()
    found = field.hits_of_term(rarest_first[0])
    for number in rarest_first[1:]:
        if not found.count:
            break
        found = found & field.hits_of_term(number)
    return found


def _numbers(field: Field, words: Sequence[str]) -> Array:
    """Look words up; -1 for one that no text has."""
    if len(words) > _MANY:
        try:
            wanted = pa.array(words, pa.large_string())
        except UnicodeEncodeError:  # half of a character somewhere, which no text has
            pass
        else:
            found = pc.index_in(wanted, value_set=field.lexicon)
            return np.asarray(pc.fill_null(found, -1)).astype(np.int64)
    looked_up = (field.find(word) for word in words)
    return np.array([-1 if number is None else number for number in looked_up], np.int64)
