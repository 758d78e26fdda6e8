"""Where words stand together: token numbers of phrases, exact and within some moves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from .field import Field
from .hits import Hits
from .unicode import Array

_LOOKED_AT = 8  # slop up to which looking at every token in reach is faster than merging places
_ONE_BY_ONE = 64  # tokens of a phrase's rarest word
_FEW = 16  # to search for a place takes about so many times what it takes to mark a value


def exact_places(field: Field, words: Sequence[int]) -> tuple[Array, Array]:
    """Find where the words follow each other in one value: first tokens, and their values."""
    rarest, *others = _by_rarity(field, words)
    starts = field.places_of(words[rarest]).astype(np.intp) - rarest
    alive = np.arange(len(starts))
    for i in others:
        following = field.tokens.take(starts[alive] + i, mode="clip")
        alive = alive[following == words[i]]
    starts, values = starts[alive], field.values_at(words[rarest], alive)
    within = starts >= field.token_offsets[values]
    within &= starts + len(words) <= field.token_offsets[values + 1]
    return starts[within], values[within]


def hits_of_rare(field: Field, words: Sequence[int]) -> Hits | None:
    """Find the values of :func:`exact_places`; None unless a word of them is rare.

    For the width 1. For few places a look at each takes less time than arrays take to be made,
    most of it to reach memory that nobody read lately: as little of it as can be is touched.
    """
    tokens, token_offsets, begins, offsets, places, values = field.views
    rarest, fewest = 0, -1
    for i, word in enumerate(words):
        size = offsets[word + 1] - offsets[word]
        if fewest < 0 or size < fewest:
            rarest, fewest = i, size
    first, behind = offsets[words[rarest]], offsets[words[rarest] + 1]
    begin, end = begins[first], begins[behind]
    if end - begin > _ONE_BY_ONE:
        return None
    last, length = len(tokens) - len(words), len(words)
    at: Sequence[int] = range(begin, end)
    for i, word in enumerate(words):
        if i != rarest:
            by = i - rarest
            at = [
                k for k in at if 0 <= places[k] - rarest <= last and tokens[places[k] + by] == word
            ]
    found: list[int] = []
    for k in at:
        posting = first + k - begin  # where no value has the word twice
        if fewest < end - begin:
            posting = bisect_right(begins, k, first, behind) - 1
        start, value = places[k] - rarest, values[posting]
        within = token_offsets[value] <= start <= token_offsets[value + 1] - length
        if within and posting not in found[-1:]:
            found.append(posting)
    if len(found) == 1:
        (posting,) = found
        return Hits(len(token_offsets) - 1, None, field.posting_values[posting : posting + 1])
    return Hits.at(field.posting_values[found], field.records) if found else None


def near_values(field: Field, words: Sequence[int], slop: int) -> Array:
    """Find the values where :func:`near_places` has a match, most often without the places.

    Around each token of the rarest word, in values that have the others too, the next token in
    reach of every other word is looked up; what is left of a phrase of more than two words is
    looked at in the text itself.
    """
    if slop > _LOOKED_AT or (len(words) > 2 and len(set(words)) < len(words)):
        marked = np.zeros(field.values, np.bool_)
        marked[field.value_of(near_places(field, words, slop)[:, 0])] = True
        return np.flatnonzero(marked)
    if words[0] == words[1]:
        return _twice_near(field, words[0], slop)
    rarest, *others = _by_rarity(field, words)
    places, values = field.places_of(words[rarest]), field.values_of_places(words[rarest])
    for i in others:
        having = field.values_of(words[i])
        if len(places) * _FEW > len(having):  # else there is less to search than to mark
            marked = np.zeros(field.values, np.bool_)
            marked[having.astype(np.intp)] = True
            kept = np.flatnonzero(marked.take(values))
            places, values = places.take(kept), values.take(kept)
    first, end = field.token_offsets.take(values), field.token_offsets.take(values + 1)
    for i in others:
        # int32 throughout: searchsorted copies the larger array where the types differ
        around = places + np.int32(i - rarest)
        low = np.maximum(around - np.int32(slop), first)
        among = field.places_of(words[i])
        following = among.take(np.searchsorted(among, low), mode="clip")
        near = (following >= low) & (following <= around + np.int32(slop)) & (following < end)
        kept = np.flatnonzero(near)
        values = values.take(kept)
        if len(words) == 2:
            return values
        places, first, end = places.take(kept), first.take(kept), end.take(kept)
    places = places.astype(np.intp)  # once, and not for every look
    stands = np.zeros((len(words), 2 * slop + 1, len(places)), np.bool_)
    for i in others:
        for moved in range(-slop, slop + 1):
            if step := i - rarest + moved:  # 0 is the rarest word's own token
                there = places + step
                stands[i, moved] = field.tokens.take(there, mode="clip") == words[i]
                stands[i, moved] &= (there >= first) & (there < end)
    fits = np.zeros(len(places), np.bool_)
    for begin in range(-slop, 1):
        window = np.arange(begin, begin + slop + 1)
        fits |= np.logical_and.reduce([stands[i, window].any(axis=0) for i in others])
    return np.asarray(values[fits])


def _twice_near(field: Field, word: int, slop: int) -> Array:
    """Find the values with two tokens of one word, at most ``slop`` + 1 apart."""
    places = field.places_of(word)
    near = np.flatnonzero(places[1:] - places[:-1] <= slop + 1)
    values = field.values_at(word, near)
    return np.asarray(values[places[near + 1] < field.token_offsets[values + 1]])


def _by_rarity(field: Field, words: Sequence[int]) -> list[int]:
    sizes = [field.tokens_of(word) for word in words]
    return sorted(range(len(words)), key=sizes.__getitem__)


def near_places(field: Field, words: Sequence[int], slop: int, among: Array | None = None) -> Array:
    """Token numbers, one row per match, of words within ``slop`` moves of a phrase.

    Lucene's rule: take from each word's position its place in the phrase; the results may be
    ``slop`` apart at most. Words that the phrase repeats need a token each. Every row's tokens
    lie in the window that starts at some word's result, as early in it as they can. ``among``
    marks the values to look at.
    """
    distinct = list(dict.fromkeys(words))
    shared = _values_with_all(field, distinct) if among is None else among
    slop = min(slop, len(field.tokens))
    gap = slop + len(words) + 1  # between values, so that no window reaches from one to the next
    stands: dict[int, Array] = {}
    for word in distinct:
        kept = shared[field.values_of(word)]
        tokens = np.repeat(kept, field.frequencies_of(word))
        values = field.values_of_places(word)[tokens].astype(np.int64)
        stands[word] = field.places_of(word)[tokens] + values * gap
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
