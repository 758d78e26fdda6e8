"""Texts of made words whose frequencies fall as those of English words do."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

VOCABULARY = 100_000
SHORT = 12  # words in a short text
CHUNK = 100_000  # texts made at a time, each chunk from a seed of its own
COMMONEST = 0.339  # the share of short texts that have the commonest word
LONGEST = 50_000  # characters

_COMMON = (
    "the of and to a in is that it was for on as with be by at not this are but from or have an "
    "they which one you were all her she there would their we him been has when who will no more "
    "if out so up said what its about than into them can only other time new some could these two "
    "film good story movie character way make like much even well plot funny best better"
)
_ONSETS = "b br c ch cl d dr f fl g gr h k l m n p pl qu r s sh sl st t th tr v w z"
_VOWELS = "a e i o u ai ea ou oo"
_CODAS = ["", "", "", "n", "r", "s", "l", "m", "t", "nd"]
_SUFFIXES = {"": 60, "ing": 8, "ed": 8, "s": 8, "ly": 5, "er": 4, "tion": 3, "ness": 2, "ful": 1}


def short_texts(records: int, seed: int = 1) -> pa.ChunkedArray:
    """Make texts of twelve words; fewer records are the first of more."""
    return _chunks(records, seed, lambda _, size: np.full(size, SHORT))


def long_texts(records: int, seed: int = 2) -> pa.ChunkedArray:
    """Make texts of several hundred words, one in a thousand of 50,000 characters."""

    def lengths(random: np.random.Generator, size: int) -> npt.NDArray[np.integer]:
        usual = random.lognormal(np.log(300), 0.8, size).clip(20, 5_000).astype(np.int64)
        return np.where(np.arange(size) % 1_000 == 0, LONGEST // 4, usual)

    texts = _chunks(records, seed, lengths)
    return pc.utf8_slice_codeunits(texts, 0, LONGEST)


def _chunks(records, seed, lengths) -> pa.ChunkedArray:  # type: ignore[no-untyped-def]
    words, cumulative = pa.array(vocabulary(), pa.large_string()), _cumulative()
    chunks = []
    for number, start in enumerate(range(0, records, CHUNK)):
        random = np.random.default_rng([seed, number])
        offsets = np.concatenate([[0], np.cumsum(lengths(random, CHUNK))])
        offsets = offsets[: min(CHUNK, records - start) + 1]
        chosen = np.searchsorted(cumulative, random.random(offsets[-1]))
        lists = pa.LargeListArray.from_arrays(pa.array(offsets), words.take(pa.array(chosen)))
        chunks.append(pc.binary_join(lists, pa.scalar(" ", pa.large_string())))
    return pa.chunked_array(chunks, pa.large_string())


@cache
def vocabulary() -> list[str]:
    """Give the words, the commonest first."""
    random = np.random.default_rng(0)
    size = 2 * VOCABULARY

    def some(parts: list[str], shares: list[float] | None = None) -> npt.NDArray[np.str_]:
        return random.choice(np.array(parts), size, p=shares)

    def syllable() -> list[npt.NDArray[np.str_]]:
        return [some(["", *_ONSETS.split()]), some(_VOWELS.split()), some(_CODAS)]

    total = sum(_SUFFIXES.values())
    suffixes = some(list(_SUFFIXES), [share / total for share in _SUFFIXES.values()])
    second = np.where(random.random(size) < 0.7, np.strings.add(*syllable()[:2]), "")
    made = suffixes
    for part in reversed([*syllable(), second]):
        made = np.strings.add(part, made)
    distinct = dict.fromkeys([*_COMMON.split(), *made.tolist()])
    return list(distinct)[:VOCABULARY]


def _cumulative() -> npt.NDArray[np.float64]:
    """Give Zipf's law with Mandelbrot's shift, found so that the commonest word is as common."""
    wanted = 1 - (1 - COMMONEST) ** (1 / SHORT)
    rank = np.arange(1, len(vocabulary()) + 1)
    low, high = 0.0, 100.0
    for _ in range(60):
        shift = (low + high) / 2
        share = 1 / (rank + shift)
        share /= share.sum()
        low, high = (shift, high) if share[0] > wanted else (low, shift)
    return np.asarray(np.cumsum(share) / share.sum())
