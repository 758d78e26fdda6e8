"""Where words stand together: token numbers of phrases, exact and within some moves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .field import Field
from .unicode import Array


def exact_places(field: Field, words: Sequence[int]) -> Array:
    """Find the first token of each place where the words follow each other in one value."""
    sizes = [len(field.places_of(word)) for word in words]
    by_rarity = np.argsort(sizes, kind="stable").tolist()
    rarest = by_rarity[0]
    starts: Array = field.places_of(words[rarest]) - rarest
    last = len(words) - 1
    starts = starts[(starts >= 0) & (starts < len(field.tokens) - last)]
    for i in by_rarity[1:]:
        starts = starts[field.tokens[starts + i] == words[i]]
    within = field.value_of(starts) == field.value_of(starts + last)
    return np.asarray(starts[within])


def near_places(field: Field, words: Sequence[int], slop: int) -> Array:
    """Token numbers, one row per match, of words within ``slop`` moves of a phrase.

    Lucene's rule: take from each word's position its place in the phrase; the results may be
    ``slop`` apart at most. Words that the phrase repeats need a token each. Every row's tokens
    lie in the window that starts at some word's result, as early in it as they can.
    """
    distinct = list(dict.fromkeys(words))
    shared = _values_with_all(field, distinct)
    slop = min(slop, len(field.tokens))
    gap = slop + len(words) + 1  # between values, so that no window reaches from one to the next
    stands: dict[int, Array] = {}
    for word in distinct:
        kept = shared[field.values_of(word)]
        frequencies = field.frequencies_of(word)
        values = np.repeat(field.values_of(word)[kept], frequencies[kept]).astype(np.int64)
        places = field.places_of(word)[np.repeat(kept, frequencies)]
        stands[word] = places + values * gap
    if not all(len(stand) for stand in stands.values()):
        return np.zeros((0, len(words)), np.int64)
    windows = _windows(words, stands, slop)
    found = np.empty((len(windows), len(words)), np.int64)
    fits = np.ones(len(windows), np.bool_)
    for word in distinct:
        stand = stands[word]
        used = np.full(len(windows), -1)
        for i in (i for i, other in enumerate(words) if other == word):
            used = np.maximum(np.searchsorted(stand, windows + i), used + 1)
            here = stand[np.minimum(used, len(stand) - 1)]
            fits &= (used < len(stand)) & (here <= windows + i + slop)
            found[:, i] = here
    return _places(field, found[fits], gap)


def _windows(words: Sequence[int], stands: dict[int, Array], slop: int) -> Array:
    """Where a match can begin: near the rarest word, at some word's result."""
    rarest = min(range(len(words)), key=lambda i: len(stands[words[i]]))
    pivot = stands[words[rarest]] - rarest
    candidates = []
    for i, word in enumerate(words):
        begins = stands[word] - i
        following = np.minimum(np.searchsorted(pivot, begins), len(pivot) - 1)
        candidates.append(
            begins[(pivot[following] >= begins) & (pivot[following] <= begins + slop)]
        )
    return np.concatenate(candidates)


def _values_with_all(field: Field, words: Sequence[int]) -> Array:
    counts = np.zeros(field.values, np.uint8)
    shared = np.ones(field.values, np.bool_)
    for word in words:
        counts[:] = 0
        counts[field.values_of(word)] = 1
        shared &= counts.view(np.bool_)
    return shared


def _places(field: Field, stands: Array, gap: int) -> Array:
    """Turn ``place + value * gap`` back into places."""
    begins = field.token_offsets[:-1] + np.arange(field.values, dtype=np.int64) * gap
    values = np.searchsorted(begins, stands[:, 0], side="right") - 1
    return stands - values[:, None] * gap
