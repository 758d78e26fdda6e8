"""Records like a record: those that have its most telling words.

What is telling, and how much each record is like it, is worked out as by ``more_like`` of Whoosh:
Bo1 weights of the record's words, then BM25F for the best of them. It runs on our own postings and
forward index, for which no text is read and analysed again; Whoosh's matchers take some ten times
as long. With 20 words, where Whoosh takes 5, the ten nearest have the label of the record more
often (Banking77: 65 in 100 against 57), and hardly less often than with all words or by the cosine
of tf-idf (66), which would need the norms of all records.
"""

from __future__ import annotations

import math

import numpy as np

from .corpus import CorpusField
from .hits import Hits
from .relevance import add_word
from .unicode import Array


def telling_words(field: CorpusField, record: int, limit: int) -> list[tuple[str, float]]:
    r"""Find the words of a record that tell most about it, with their weights.

    With :math:`f` the word's number in the record and :math:`F` its number in the whole field
    divided by the number of records, the weight is
    :math:`f \log_2\frac{1 + F}{F} + \log_2(1 + F)`, as a share of the largest.

    Parameters
    ----------
    field
        Where its words are.
    record
        Its place in the dataset.
    limit
        At most so many words.

    Notes
    -----
    The model is Bo1 of G. Amati, "Probability Models for Information Retrieval based on Divergence
    from Randomness" (2003), as in ``whoosh.classify``.
    """
    weighed = []
    for word, number in field.words(record):
        share = field.frequency(word) / field.records
        weight = number * math.log2((1 + share) / share) + math.log2(1 + share)
        weighed.append((-weight, word))
    weighed.sort()
    return [(word, weight / weighed[0][0]) for weight, word in weighed[:limit]]


def similar(
    field: CorpusField, record: int, wanted: Hits, *, limit: int, words: int
) -> tuple[Array, Array]:
    """Find the records most like a record.

    Parameters
    ----------
    field
        Where its words are.
    record
        Its place in the dataset.
    wanted
        The records to look among.
    limit
        At most so many records.
    words
        How many of the record's words to compare by.

    Returns
    -------
    positions, scores : arrays
        The most similar first, ties in order of position. A score is a share of what the record
        itself would get: 1 for the same text, 0.5 for half as much in common. Records with none of
        its words are left out, and so is the record itself.
    """
    scored = wanted | Hits.at(np.array([record]), field.records)
    scores = np.zeros(field.records)
    for word, weight in telling_words(field, record, words):
        add_word(field, word, weight, scored, scores)
    own, scores[record] = scores[record], 0
    found = np.flatnonzero(scores)
    if limit < len(found):
        least = np.partition(scores[found], -limit)[-limit] if limit else np.inf
        found = found[scores[found] >= least]
    best = found[np.argsort(-scores[found], kind="stable")][:limit]
    return best, scores[best] / (own or 1)
