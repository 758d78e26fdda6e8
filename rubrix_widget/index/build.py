"""From texts to the arrays of a field, in one pass of array operations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import islice
from threading import Lock
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .analysis import SEPARATOR, Analyzer
from .field import Field
from .unicode import Array, code_points

_CHUNK_BYTES = 1 << 21  # texts cut together: what the arrays of a few workers take stays small
_ONE_AT_A_TIME = Lock()
_LIMIT = 2**31 - 1  # token numbers are int32


class _Chunk(NamedTuple):
    """Some texts' tokens: ``codes`` numbers the chunk's own distinct ``terms``."""

    codes: Array
    hashes: Array
    terms: list[str]
    counts: Array  # tokens per text


class _Hashing:
    """Random numbers that turn tokens into 64 bits: one per character, powers of an odd one.

    They differ from process to process, so no text can be made to collide on purpose; within a
    build all threads use the same.
    """

    def __init__(self) -> None:
        random = np.random.default_rng()
        self._of = random.integers(0, 2**64, 0x110000, np.uint64)
        base = int(random.integers(0, 2**62)) * 2 + 1
        self._base = base, pow(base, -1, 2**64)
        self._powers = tuple(_powers(number, 1 << 10) for number in self._base)

    def tokens(self, characters: Array, starts: Array, ends: Array) -> Array:
        """Hash ``characters[start:end]`` for many tokens by differences of one running sum."""
        size = len(characters)
        powers, inverses = self._powers
        if size > len(powers):
            powers, inverses = (_powers(number, size + size // 4) for number in self._base)
            self._powers = powers, inverses
        sums = np.empty(size + 1, np.uint64)
        sums[0] = 0
        np.cumsum(self._of[characters] * powers[:size], out=sums[1:])
        return np.asarray((sums[ends] - sums[starts]) * inverses[starts])


@cache
def _hashing() -> _Hashing:
    return _Hashing()


def _powers(number: int, size: int) -> Array:
    factors = np.full(size, number, np.uint64)
    factors[:1] = 1
    return np.multiply.accumulate(factors)


def _cut(texts: pa.LargeStringArray, analyzer: Analyzer, hashing: _Hashing) -> _Chunk:
    """Tokenise some texts and number their distinct tokens."""
    characters, text_starts = joined_characters(texts)
    starts, ends = analyzer.cut(characters)
    characters = analyzer.fold(characters)
    codes, hashes = pd.factorize(hashing.tokens(characters, starts, ends))
    codes = codes.astype(np.int32)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1))
    encoding = "latin-1" if characters.dtype == np.uint8 else "utf-32-le"
    text = characters.tobytes().decode(encoding)
    terms = [text[a:b] for a, b in zip(starts[first].tolist(), ends[first].tolist(), strict=True)]
    counts = np.diff(np.searchsorted(starts, text_starts))
    return _Chunk(codes, np.asarray(hashes), terms, counts)


def joined_characters(texts: pa.LargeStringArray) -> tuple[Array, Array]:
    """All characters, each text followed by a separator, and where each text starts."""
    joined = pc.binary_join_element_wise(
        texts, pa.scalar("", texts.type), pa.scalar(SEPARATOR, texts.type), null_handling="replace"
    )
    _, offsets, data = joined.buffers()
    first = joined.offset
    ends = np.frombuffer(offsets, np.int64)[first : first + len(joined) + 1]
    raw = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    starts = ends - ends[0] + 1
    separator = np.frombuffer(SEPARATOR.encode(), np.uint8)
    raw = np.concatenate([separator, raw])
    if len(raw) and raw.max() < 0x80:
        return raw, starts
    begins = np.cumsum((raw & 0xC0) != 0x80)  # the characters up to and with each byte
    return code_points(raw.tobytes().decode("utf-8")), begins[starts - 1]


def _portions(texts: pa.ChunkedArray) -> Iterator[pa.LargeStringArray]:
    """Slices of about ``_CHUNK_BYTES``."""
    for chunk in texts.chunks:
        if not len(chunk):
            continue
        offsets = np.frombuffer(chunk.buffers()[1], np.int64)
        offsets = offsets[chunk.offset : chunk.offset + len(chunk) + 1]
        start = 0
        while start < len(chunk):
            end = int(np.searchsorted(offsets, offsets[start] + _CHUNK_BYTES, side="right")) - 1
            end = max(end, start + 1)
            yield chunk.slice(start, end - start)
            start = end


def build_field(
    texts: pa.ChunkedArray, analyzer: Analyzer, tick: Callable[[int], None] = lambda _: None
) -> Field:
    """Index one array of texts.

    Parameters
    ----------
    texts
        Chunks of ``large_string``; null is no value.
    analyzer
        How they become tokens.
    tick
        Called with the number of texts done since the last call.
    """
    chunks = []
    with _ONE_AT_A_TIME:  # or two threads would make two
        hashing = _hashing()
    with ThreadPoolExecutor(workers()) as pool:
        portions = _portions(texts)
        running = [pool.submit(_cut, p, analyzer, hashing) for p in islice(portions, workers() + 1)]
        while running:
            chunk = running.pop(0).result()
            running += [pool.submit(_cut, p, analyzer, hashing) for p in islice(portions, 1)]
            chunks.append(chunk)
            tick(len(chunk.counts))
    present = texts.is_valid().to_numpy().astype(np.uint8)
    counts = [chunk.counts for chunk in chunks] or [np.zeros(0, np.int64)]
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    terms, ranks = _lexicon(chunks)
    tokens = np.empty(offsets[-1], np.int32)
    start = 0
    for chunk, rank in zip(chunks, ranks, strict=True):
        end = start + len(chunk.codes)
        np.take(rank, chunk.codes, out=tokens[start:end])
        start = end
    return invert(terms, tokens, offsets, present, 1)


def _lexicon(chunks: Sequence[_Chunk]) -> tuple[pa.LargeStringArray, list[Array]]:
    """Sort the terms of all chunks, and give for each chunk the numbers of its own terms."""
    if not chunks:
        return pa.array([], pa.large_string()), []
    codes, hashes = pd.factorize(np.concatenate([chunk.hashes for chunk in chunks]))
    first = np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1))
    every = [term for chunk in chunks for term in chunk.terms]
    terms = pa.array([every[i] for i in first.tolist()], pa.large_string())
    order = pc.array_sort_indices(terms).to_numpy()
    rank = np.empty(len(hashes), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    sizes = np.cumsum([len(chunk.terms) for chunk in chunks])[:-1]
    return terms.take(pa.array(order)), np.split(rank[codes], sizes)


def invert(
    terms: pa.LargeStringArray, tokens: Array, offsets: Array, present: Array, width: int
) -> Field:
    """Group token numbers by term and count them by value."""
    if len(tokens) > _LIMIT:
        raise ValueError(f"{len(tokens)} tokens in one field; one index holds {_LIMIT} at most")
    places, starts = _grouped(tokens, len(terms))
    counts = np.diff(offsets)
    values = np.repeat(np.arange(len(counts), dtype=np.int32), counts)[places]
    begins = np.ones(len(places), np.bool_)
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    begins[starts[:-1]] = True
    posting_places = np.flatnonzero(begins)
    posting_offsets = np.searchsorted(posting_places, starts)
    _, term_offsets, term_bytes = terms.buffers()
    end = int(np.frombuffer(term_offsets, np.int64)[len(terms)]) if len(terms) else 0
    return Field(
        width=width,
        present=present,
        term_offsets=np.frombuffer(term_offsets, np.int64)[: len(terms) + 1]
        if len(terms)
        else np.zeros(1, np.int64),
        term_bytes=np.frombuffer(term_bytes, np.uint8)[:end] if end else np.zeros(0, np.uint8),
        tokens=tokens,
        token_offsets=offsets.astype(np.int32),
        places=places,
        posting_values=values[begins],
        posting_places=np.append(posting_places, len(places)).astype(np.int32),
        posting_offsets=posting_offsets.astype(np.int32),
    )


def _grouped(tokens: Array, terms: int) -> tuple[Array, Array]:
    """Token numbers in the order of their terms, and where each term's start."""
    try:
        # a stable counting sort, private to pandas; three times as fast as NumPy's merge sort
        from pandas._libs.algos import groupsort_indexer  # type: ignore[import-not-found]
    except ImportError:
        places = np.argsort(tokens, kind="stable")
        counts = np.bincount(tokens, minlength=terms)
    else:
        places, counts = groupsort_indexer(tokens.astype(np.intp), terms)
        counts = counts[1:]
    return places.astype(np.int32), np.concatenate([[0], np.cumsum(counts)])


def interleave(fields: Sequence[Field]) -> Field:
    """One field with the values of several, record by record."""
    width = len(fields)
    lexicon = pa.chunked_array([field.lexicon for field in fields]).unique()
    terms = lexicon.take(pc.array_sort_indices(lexicon))
    counts = np.stack([np.diff(field.token_offsets) for field in fields], axis=1).ravel()
    offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    tokens = np.empty(offsets[-1], np.int32)
    for i, field in enumerate(fields):
        numbers = pc.index_in(field.lexicon, terms).to_numpy().astype(np.int32)
        shift = offsets[i:-1:width] - field.token_offsets[:-1]
        where = np.arange(len(field.tokens)) + np.repeat(shift, np.diff(field.token_offsets))
        tokens[where] = numbers[field.tokens]
    present = np.stack([field.present for field in fields], axis=1).ravel()
    return invert(terms, tokens, offsets, present, width)


def workers() -> int:
    """How many threads cut texts."""
    return min(4, os.cpu_count() or 1)
