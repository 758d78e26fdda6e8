"""Words of the lexicon near one that is misspelt, the nearest and commonest first.

Over our own arrays: a filter on lengths and letters leaves few words to compare. Whoosh's
corrector walks the lexicon with an automaton, some fifty times slower at 130,000 words; it ranks
by frequency alone, since it takes every word for equally far, and lets a swap of neighbours cost
two edits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .corpus import CorpusField
from .patterns import edits_allowed


class Suggestion(NamedTuple):
    """A word, and how many records have it."""

    word: str
    records: int


def suggestions(field: CorpusField, word: str, limit: int = 5) -> list[Suggestion]:
    """Find what a word may have been meant to be.

    Parameters
    ----------
    field
        Where the word is looked for.
    word
        As the field's analyzer leaves it; itself it is never among what is found.
    limit
        At most so many.

    Returns
    -------
    list of Suggestion
        Words within one edit, or two from six letters on (a swap of neighbours is one), that some
        record has: first by edits, then by how many records have them, then by code points.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from .corpus import Corpus
    >>> from .segment import Segment
    >>> segment = Segment.build({"text": pa.array(["a movie", "this movie moves", "move"])})
    >>> suggestions(Corpus([(segment, None)])["text"], "moive")
    [Suggestion(word='movie', records=2), Suggestion(word='move', records=1)]
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    edits = edits_allowed(word, None)
    found: dict[str, tuple[int, int]] = {}
    for number, (_, part) in enumerate(field.parts if edits else ()):
        near = part.near_in_length_and_letters(word, edits)
        words = part.words(near)
        if not words:
            continue
        distances = process.cdist(
            [word], words, scorer=OSA.distance, score_cutoff=edits, dtype=np.int32
        )[0]
        kept = np.flatnonzero((distances > 0) & (distances <= edits))
        counts = field.counts(number, near[kept])
        for i, count in zip(kept.tolist(), counts.tolist(), strict=True):
            _, before = found.get(words[i], (0, 0))
            found[words[i]] = int(distances[i]), before + count
    ranked = sorted((edits, -count, one) for one, (edits, count) in found.items() if count)
    return [Suggestion(one, -count) for _, count, one in ranked[:limit]]
