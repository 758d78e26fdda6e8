"""How relevant records are to words: BM25F, as Whoosh computes it, for the records asked for."""

from __future__ import annotations

import math

import numpy as np

from .corpus import CorpusField
from .hits import Hits
from .unicode import Array

B = 0.75  # how much long texts count less; both are Whoosh's
K1 = 1.2  # how soon more of the same word stops to matter
_FEW = 16  # to look a posting up takes about so many times what it takes to walk over one


def add_word(field: CorpusField, word: str, factor: float, wanted: Hits, scores: Array) -> None:
    r"""Add to the scores of some records what a word is worth in each.

    With :math:`f` the word's number in the record, :math:`l` the record's length in tokens,
    :math:`\bar l` the mean length, :math:`n` of :math:`N` records having the word:

    .. math:: \left(1 + \ln\frac{N}{n + 1}\right)
              \frac{f\,(K_1 + 1)}{f + K_1\,(1 - B + B\,l/\bar l)}

    Parameters
    ----------
    field
        Where the word is looked for; the whole dataset's, so segments make no difference.
    word
        As the field's analyzer leaves it.
    factor
        The boost.
    wanted
        The records to score.
    scores
        One float for each record of the dataset.

    Notes
    -----
    The formula is that of ``whoosh.scoring.BM25F`` with its defaults; see S. Robertson and
    H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
    """
    postings = field.postings(word)
    records, found = postings.records, postings.frequencies
    if not len(records) or not wanted.count:
        return
    rarity = math.log(field.records / (len(records) + 1)) + 1
    if wanted.count * _FEW < len(records):
        at = np.minimum(np.searchsorted(records, wanted.positions), len(records) - 1)
        at = at[records[at] == wanted.positions]
        records, found = records[at], found[at]
    elif wanted.count < field.records:
        at = np.flatnonzero(wanted.mask.take(records, mode="clip"))
        records, found = records[at], found[at]
    records = records.astype(np.intp)  # once, and not for every look
    number = found.astype(np.float64)
    below = field.relative_lengths.take(records, mode="clip")
    below *= K1 * B
    below += K1 * (1 - B)
    below += number
    number *= factor * rarity * (K1 + 1)
    number /= below
    number += scores.take(records, mode="clip")
    scores[records] = number
