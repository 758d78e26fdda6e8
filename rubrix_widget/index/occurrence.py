"""In how many records each word stands, of several groups of records at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from .corpus import CorpusField, Part
from .field import Field
from .hits import Hits
from .unicode import Array


def occurrences(field: CorpusField, groups: Sequence[Hits]) -> tuple[pa.LargeStringArray, Array]:
    """Count for every word the records of each group that have it.

    One pass over all postings for each group; no text is read.

    Parameters
    ----------
    field
        Where the words are.
    groups
        Records of the dataset.

    Returns
    -------
    words : LargeStringArray
        All of the field, sorted.
    counts : ndarray of int64, (words, groups)

    Examples
    --------
    >>> from rubrix_widget.index import Corpus, Segment
    >>> made = Segment.build({"text": pa.array(["a fine film", "fine, fine", "a film"])})
    >>> groups = [Hits.at(np.array(places), 3) for places in ([0, 1], [2])]
    >>> words, counts = occurrences(Corpus([(made, None)])["text"], groups)
    >>> dict(zip(words.to_pylist(), counts.tolist(), strict=True))
    {'a': [1, 1], 'film': [1, 1], 'fine': [2, 0]}
    """
    words = field.lexicon
    counts = np.zeros((len(words), len(groups)), np.int64)
    masks = [group.mask for group in groups]
    for (part, arrays), numbers in zip(field.parts, field.numbers, strict=True):
        known = np.flatnonzero(numbers >= 0)
        counts[known] += _in_part(part, arrays, masks)[numbers[known]]
    return words, counts


def running_words(field: CorpusField) -> tuple[Array, Array, Array]:
    """Return every token of every record, in order.

    Returns
    -------
    records : ndarray of int32, (tokens,)
        The record of each token.
    words : ndarray of int32, (tokens,)
        Its word, as a place in ``field.lexicon``.
    values : ndarray of int32, (tokens,)
        The text it stands in: words are neighbours only within one.

    Examples
    --------
    >>> from rubrix_widget.index import Corpus, Segment
    >>> made = Segment.build({"text": pa.array(["a fine film", "fine"])})
    >>> records, words, _ = running_words(Corpus([(made, None)])["text"])
    >>> records.tolist(), words.tolist()
    ([0, 0, 0, 1], [0, 2, 1, 2])
    """
    found: list[tuple[Array, Array, Array]] = []
    before = np.int32(0)
    for (part, arrays), numbers in zip(field.parts, field.numbers, strict=True):
        known = np.flatnonzero(numbers >= 0)
        whole = np.full(arrays.terms, -1, np.int32)
        whole[numbers[known]] = known
        values = np.repeat(np.arange(arrays.values, dtype=np.int32), np.diff(arrays.token_offsets))
        records = values if arrays.width == 1 else values // np.int32(arrays.width)
        words = whole[arrays.tokens]
        if part.live is not None:
            kept = part.live[records]
            records, words, values = records[kept], words[kept], values[kept]
        found.append((part.in_dataset(records), words, values + before if before else values))
        before += np.int32(arrays.values)
    if not found:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32)
    if len(found) == 1:
        return found[0]
    records, words, values = (np.concatenate(one) for one in zip(*found, strict=True))
    return records, words, values


def _in_part(part: Part, field: Field, masks: Sequence[Array]) -> Array:
    """Count for each term of a part."""
    records, begins = field.posting_values, field.posting_offsets
    first: Array | None = None
    if field.width > 1:  # a record counts once, whichever of its values have the term
        records = records // field.width
        first = np.ones(len(records), np.bool_)
        np.not_equal(records[1:], records[:-1], out=first[1:])
        first[begins[:-1][begins[:-1] < len(records)]] = True
    if part.live is not None:
        places = part.in_dataset(records)
        first = part.live[records] if first is None else first & part.live[records]
        records = np.where(first, places, 0)
    elif part.start:
        records = part.in_dataset(records)
    counted = []
    for mask in masks:
        hit = mask[records] if first is None else mask[records] & first
        sums = np.concatenate([[0], np.cumsum(hit, dtype=np.int64)])
        counted.append(sums[begins[1:]] - sums[begins[:-1]])
    return np.stack(counted, axis=1)
