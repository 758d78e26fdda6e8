"""From texts to the arrays of a field, in one pass of array operations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import islice
from threading import Lock
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..arrays import factorize
from .analysis import SEPARATOR, Analyzer
from .field import Field
from .unicode import Array, code_points

_CHUNK_BYTES = 1 << 21  # texts whose distinct tokens are numbered together
_BLOCK_BYTES = 1 << 17  # texts cut together: what that takes stays in a core's own cache
_ONE_AT_A_TIME = Lock()
_LIMIT = 2**31 - 1  # token numbers are int32


class _Chunk(NamedTuple):
    """Some texts' tokens: ``codes`` numbers the chunk's own distinct ``terms``."""

    codes: Array
    hashes: Array
    terms: pa.LargeStringArray
    counts: Array  # tokens per text


class _Block(NamedTuple):
    """A few texts' tokens."""

    characters: Array
    starts: Array
    ends: Array
    hashes: Array
    counts: Array


class _Hashing:
    """Turns tokens into 64 bits, eight bytes at a time.

    The numbers it starts from differ from process to process, so no text can be made to collide
    on purpose; within a build all threads use the same.
    """

    def __init__(self) -> None:
        random = np.random.default_rng()
        self._start, *factors = random.integers(0, 2**64, 3, np.uint64)
        self._factors = [factor | np.uint64(1) for factor in factors]

    def tokens(self, characters: Array, starts: Array, ends: Array) -> Array:
        """Hash ``characters[start:end]`` for many tokens, alike in one byte or four a character.

        Tokens in ASCII are hashed one byte a character, so they are the same among any others.
        """
        if characters.itemsize == 1:
            return self._hashed(characters, starts, ends)
        others = np.concatenate([[0], np.cumsum(characters >= 0x80)])
        plain = others[starts] == others[ends]
        hashes = np.empty(len(starts), np.uint64)
        for chosen, letters in ((plain, characters.astype(np.uint8)), (~plain, characters)):
            hashes[chosen] = self._hashed(letters, starts[chosen], ends[chosen])
        return hashes

    def _hashed(self, characters: Array, starts: Array, ends: Array) -> Array:
        width = characters.itemsize
        raw = np.concatenate([characters.view(np.uint8), np.zeros(8, np.uint8)])
        words = np.ndarray((len(raw) - 7,), np.dtype("<u8"), raw, strides=(1,))  # at every byte
        places, left = starts * width, (ends - starts) * width
        hashes = self._mixed(left.astype(np.uint64) ^ self._start)
        longer = np.arange(len(starts))
        while len(longer):
            word = words[places]
            short = np.flatnonzero(left < 8)
            word[short] &= _LOW_BYTES[left[short]]
            mixed = self._mixed(hashes[longer] ^ word)
            hashes[longer] = mixed
            kept = np.flatnonzero(left > 8)
            longer, places, left = longer[kept], places[kept] + 8, left[kept] - 8
        return hashes

    def _mixed(self, bits: Array) -> Array:
        """Spread every bit over all others; no two inputs become one."""
        for factor in self._factors:
            bits = bits * factor
            bits ^= bits >> np.uint64(32)
        return bits


_LOW_BYTES = np.array([2 ** (8 * n) - 1 for n in range(8)], np.uint64)


def _the_hashing() -> _Hashing:
    with _ONE_AT_A_TIME:  # or two threads would make two
        return _hashing()


@cache
def _hashing() -> _Hashing:
    return _Hashing()


def _cut(texts: pa.LargeStringArray, analyzer: Analyzer, hashing: _Hashing) -> _Chunk:
    """Tokenise some texts and number their distinct tokens."""
    parts = _portions(pa.chunked_array([texts]), _BLOCK_BYTES)
    blocks = [_cut_block(part, analyzer, hashing) for part in parts]
    codes, hashes = factorize(np.concatenate([block.hashes for block in blocks]))
    codes = codes.astype(np.int32)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1))
    ends = np.cumsum([len(block.hashes) for block in blocks])
    news = np.split(first, np.searchsorted(first, ends[:-1]))
    terms = [
        _spelled(block, new - (end - len(block.hashes)))
        for block, new, end in zip(blocks, news, ends.tolist(), strict=True)
    ]
    counts = np.concatenate([block.counts for block in blocks])
    return _Chunk(codes, np.asarray(hashes), pa.concat_arrays(terms), counts)


def _cut_block(texts: pa.LargeStringArray, analyzer: Analyzer, hashing: _Hashing) -> _Block:
    characters, text_starts = joined_characters(texts)
    starts, ends = analyzer.cut(characters)
    characters = analyzer.fold(characters)
    hashes = hashing.tokens(characters, starts, ends)
    return _Block(characters, starts, ends, hashes, np.diff(np.searchsorted(starts, text_starts)))


def _spelled(block: _Block, tokens: Array) -> pa.LargeStringArray:
    """Write some tokens out."""
    starts, sizes = block.starts[tokens], block.ends[tokens] - block.starts[tokens] + 1
    ends = np.cumsum(sizes)
    places = np.repeat(starts - (ends - sizes), sizes) + np.arange(sizes.sum())
    characters = block.characters.take(places)
    characters[ends - 1] = ord(SEPARATOR)  # which no token holds
    if characters.itemsize > 1:
        text = characters.tobytes().decode("utf-32-le").encode()
        characters = np.frombuffer(text, np.uint8)
        ends = np.flatnonzero(characters == ord(SEPARATOR)) + 1
    offsets = np.concatenate([[0], ends - np.arange(1, len(ends) + 1)])
    text = characters[characters != ord(SEPARATOR)]
    buffers = [pa.py_buffer(offsets.astype(np.int64)), pa.py_buffer(text)]
    return pa.LargeStringArray.from_buffers(len(tokens), *buffers)


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


def _portions(texts: pa.ChunkedArray, size: int) -> Iterator[pa.LargeStringArray]:
    """Slices of about so many bytes, one text at least."""
    for chunk in texts.chunks:
        if not len(chunk):
            continue
        offsets = np.frombuffer(chunk.buffers()[1], np.int64)
        offsets = offsets[chunk.offset : chunk.offset + len(chunk) + 1]
        start = 0
        while start < len(chunk):
            end = int(np.searchsorted(offsets, offsets[start] + size, side="right")) - 1
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
    if texts.nbytes > _CHUNK_BYTES:
        return next(build_fields([(texts, analyzer)], tick))
    portions = _portions(texts, _CHUNK_BYTES)
    return _finished(texts, [_cut(portion, analyzer, _the_hashing()) for portion in portions])


def build_fields(
    wanted: Iterable[tuple[pa.ChunkedArray, Analyzer]],
    tick: Callable[[int], None],
    *,
    ahead: bool = True,
) -> Iterator[Field]:
    """Index arrays of texts one after another.

    ``ahead``: while one is finished, the next is cut; it takes less time, and more memory.
    """
    with ThreadPoolExecutor(workers()) as cutters, ThreadPoolExecutor(1) as finisher:
        finishing: list[Future[Field]] | None = None
        for texts, analyzer in wanted:
            chunks = _cut_all(cutters, texts, analyzer, tick)
            if finishing is not None:
                yield from _handed_over(finishing)
            finishing = [finisher.submit(_finished, texts, chunks)]
            del chunks
            if not ahead:
                yield from _handed_over(finishing)
                finishing = None
        if finishing is not None:
            yield from _handed_over(finishing)


def _handed_over(finishing: list[Future[Field]]) -> Iterator[Field]:
    """Give a field without keeping it: whoever takes it decides how long it is in memory."""
    yield finishing.pop().result()


def _cut_all(
    pool: ThreadPoolExecutor,
    texts: pa.ChunkedArray,
    analyzer: Analyzer,
    tick: Callable[[int], None],
) -> list[_Chunk]:
    portions = _portions(texts, _CHUNK_BYTES)
    hashing = _the_hashing()
    running = [pool.submit(_cut, p, analyzer, hashing) for p in islice(portions, workers() + 1)]
    chunks = []
    while running:
        chunk = running.pop(0).result()
        running += [pool.submit(_cut, p, analyzer, hashing) for p in islice(portions, 1)]
        chunks.append(chunk)
        tick(len(chunk.counts))
    return chunks


def _finished(texts: pa.ChunkedArray, chunks: list[_Chunk]) -> Field:
    present = texts.is_valid().to_numpy().astype(np.uint8)
    counts = [chunk.counts for chunk in chunks] or [np.zeros(0, np.int64)]
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    terms, ranks = _lexicon(chunks)
    tokens = np.empty(offsets[-1], np.int32)
    start = 0
    for rank in ranks:
        chunk = chunks.pop(0)  # its memory is of use to what follows
        end = start + len(chunk.codes)
        np.take(rank, chunk.codes, out=tokens[start:end])
        start = end
    return invert(terms, tokens, offsets, present, 1)


def _lexicon(chunks: Sequence[_Chunk]) -> tuple[pa.LargeStringArray, list[Array]]:
    """Sort the terms of all chunks, and give for each chunk the numbers of its own terms."""
    if not chunks:
        return pa.array([], pa.large_string()), []
    codes, hashes = factorize(np.concatenate([chunk.hashes for chunk in chunks]))
    first = np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1))
    terms = pa.concat_arrays([chunk.terms for chunk in chunks]).take(pa.array(first))
    order = pc.array_sort_indices(terms)
    rank = np.empty(len(hashes), np.int32)
    rank[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    sizes = np.cumsum([len(chunk.terms) for chunk in chunks])[:-1]
    return terms.take(order), np.split(rank[codes], sizes)


def invert(
    terms: pa.LargeStringArray, tokens: Array, offsets: Array, present: Array, width: int
) -> Field:
    """Group token numbers by term and count them by value."""
    if len(tokens) > _LIMIT:
        raise ValueError(f"{len(tokens)} tokens in one field; one index holds {_LIMIT} at most")
    places, starts = _grouped(tokens, len(terms))
    counts = np.diff(offsets)
    values = np.repeat(np.arange(len(counts), dtype=np.int32), counts).take(places)
    places = places.astype(np.int32)
    begins = np.ones(len(places), np.bool_)
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    begins[starts[:-1]] = True
    firsts = np.flatnonzero(begins)
    posting_values = values.take(firsts)
    del values, begins  # here the most memory is taken
    posting_offsets = np.searchsorted(firsts, starts)
    posting_places = np.empty(len(firsts) + 1, np.int32)
    posting_places[:-1], posting_places[-1] = firsts, len(places)
    del firsts
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
        posting_values=posting_values,
        posting_places=posting_places,
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
    return places, np.concatenate([[0], np.cumsum(counts)])


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
