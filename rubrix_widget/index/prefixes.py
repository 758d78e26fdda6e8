"""Words that start with some letters, the commonest first."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from .corpus import CorpusField
from .spelling import Suggestion

_OF_EACH = 4  # times the limit: of each segment's words, so that sums over segments can be ranked


def starting_with(field: CorpusField, prefix: str, limit: int = 20) -> list[Suggestion]:
    """Find the words of a text field that start with a prefix.

    Parameters
    ----------
    field
        Where the words are looked for.
    prefix
        As the field's analyzer would leave it.
    limit
        At most so many.

    Returns
    -------
    list of Suggestion
        Words that some record has: first by how many have them, then by code points. With several
        segments a word rare in each of them may be passed over.

    Examples
    --------
    >>> from .corpus import Corpus
    >>> from .segment import Segment
    >>> segment = Segment.build({"text": pa.array(["a movie", "this movie moves", "film"])})
    >>> starting_with(Corpus([(segment, None)])["text"], "mov")
    [Suggestion(word='movie', records=2), Suggestion(word='moves', records=1)]
    """
    found: dict[str, int] = {}
    for number, (_, part) in enumerate(field.parts):
        stretch = part.prefixed(prefix)
        numbers = np.arange(stretch.start, stretch.stop)
        if not len(numbers):
            continue
        counts = field.counts(number, numbers)
        best = np.argsort(-counts, kind="stable")[: limit * _OF_EACH]
        words = part.lexicon.take(pa.array(numbers[best])).to_pylist()
        for word, count in zip(words, counts[best].tolist(), strict=True):
            found[word] = found.get(word, 0) + count
    ranked = sorted((-count, word) for word, count in found.items() if count)
    return [Suggestion(word, -count) for count, word in ranked[:limit]]
