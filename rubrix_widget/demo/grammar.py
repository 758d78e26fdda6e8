"""From random numbers to phrases: patterns filled with words, many at a time.

Only raw 64-bit output of PCG64 is used, whose stream NumPy promises never to change, and integer
arithmetic on it. So a seed means the same phrases everywhere, today and later.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.arrays import Ints
from rubrix_widget.demo import words

__all__ = ["CHUNK", "Phrases", "chance", "draw", "phrases", "source"]

CHUNK = 8192  # records made at a time; part of what a seed means, so it must never change

Bools = npt.NDArray[np.bool_]

_PRAISE_SHARE = 0.5578  # of the labels, as in SST-2
_MOST_PIECES = 8  # four phrases and what joins or ends them
_NONE = 0  # the empty pattern
# Of 100 records: 44 fragments, 33 of one phrase, 13 of two, 7 of three, 3 of four.
_PHRASES_IN = np.repeat([0, 1, 2, 3, 4], [44, 33, 13, 7, 3])


def source(seed: int, chunk: int, use: int = 0) -> np.random.PCG64:
    """Return the stream of random bits of one chunk, for one use."""
    return np.random.PCG64(np.random.SeedSequence([seed, chunk, use]))


def draw(bits: np.random.PCG64, below: int | Ints, shape: int | tuple[int, ...]) -> Ints:
    """Return whole numbers from 0 up to but not including ``below``."""
    count = int(np.prod(shape))
    raw = (bits.random_raw(count) >> np.uint64(32)).astype(np.int64).reshape(shape)
    return (raw * below) >> 32


def chance(bits: np.random.PCG64, probability: float, shape: tuple[int, ...]) -> Bools:
    """Return whether each of some events of that probability (to a millionth) happens."""
    return draw(bits, 1_000_000, shape) < round(probability * 1_000_000)


@dataclass(frozen=True)
class _Lexicon:
    """Words by code, and patterns as arrays of codes and slots.

    ``slot_first[slot, side]`` and ``slot_size[slot, side]`` say which codes may fill a slot.
    ``patterns`` is padded with -1; codes from ``slots_from`` on are slots, two per name: plain and
    negated.
    """

    words: list[str]
    sides: Ints
    patterns: Ints
    slots_from: int
    slot_first: Ints
    slot_size: Ints
    fragments: range
    clauses: range
    neutral: range
    joined_with: range
    joined_against: range
    full_stop: int
    negation: Ints
    an_before: Bools


@cache
def lexicon() -> _Lexicon:
    """Return the words and patterns, numbered."""
    names: dict[str, int] = {}
    sides: list[int] = []
    first: list[list[int]] = []
    size: list[list[int]] = []
    slots: dict[str, int] = {}

    def number(word: str, side: int = 0) -> int:
        if word not in names:
            names[word] = len(names)
            sides.append(side)
        return names[word]

    def block(text: str, side: int) -> tuple[int, int]:
        # The same word may stand in several lists ("comedy"), so each block has codes of its own.
        start = len(names)
        for word in text.split():
            number(f"{word}\0{start}", side)
        return start, len(names) - start

    for slot, (good, bad) in words.SIDED.items():
        praise, blame = block(good, 1), block(bad, -1)
        for name in (slot, "-" + slot):
            ordered = [blame, praise] if name == slot else [praise, blame]
            slots[name] = len(slots)
            first.append([start for start, _ in ordered])
            size.append([count for _, count in ordered])
    for slot, text in words.UNSIDED.items():
        start, count = block(text, 0)
        slots[slot] = len(slots)
        first.append([start, start])
        size.append([count, count])

    groups = [
        [""],
        words.FRAGMENTS.split("\n"),
        words.CLAUSES.split("\n"),
        words.NEUTRAL.split("\n"),
        list(words.JOINED_WITH),
        list(words.JOINED_AGAINST),
        ["."],
    ]
    texts = [pattern.split() for group in groups for pattern in group]
    for token in (token for tokens in texts for token in tokens if token not in slots):
        number(token)
    number("an")
    slots_from = len(names)
    patterns = np.full((len(texts), max(map(len, texts))), -1, np.int64)
    for i, tokens in enumerate(texts):
        codes = [slots_from + slots[token] if token in slots else names[token] for token in tokens]
        patterns[i, : len(codes)] = codes
    ends = np.cumsum([len(group) for group in groups]).tolist()
    spelled = [name.split("\0")[0] for name in names]
    return _Lexicon(
        words=spelled,
        sides=np.array(sides),
        patterns=patterns,
        slots_from=slots_from,
        slot_first=np.array(first),
        slot_size=np.array(size),
        fragments=range(ends[0], ends[1]),
        clauses=range(ends[1], ends[2]),
        neutral=range(ends[2], ends[3]),
        joined_with=range(ends[3], ends[4]),
        joined_against=range(ends[4], ends[5]),
        full_stop=ends[5],
        negation=np.array([1 if {"n't", "never"} & set(tokens) else 2 for tokens in texts]),
        an_before=np.array([word[0] in "aeiou" for word in spelled]),
    )


@dataclass(frozen=True)
class Phrases:
    """Phrases as flat word codes.

    Attributes
    ----------
    codes, record
        The words of all phrases one after another, and the phrase each belongs to.
    negated
        0, or for a word that its phrase negates: 1 after ``n't`` or ``never``, 2 otherwise.
    praise
        What each phrase means: praise or blame.
    """

    codes: Ints
    record: Ints
    negated: Ints
    praise: Bools

    def texts(self) -> pa.LargeStringArray:
        """Return the phrases as text, words parted by one space."""
        spelled = pa.array(lexicon().words, pa.large_string()).take(pa.array(self.codes))
        ends = np.cumsum(np.bincount(self.record, minlength=len(self.praise)))
        lists = pa.LargeListArray.from_arrays(pa.array(np.concatenate([[0], ends])), spelled)
        return pc.binary_join(lists, pa.scalar(" ", pa.large_string()))


def _pick(bits: np.random.PCG64, patterns: range, shape: tuple[int, ...]) -> Ints:
    return patterns.start + draw(bits, len(patterns), shape)


def _plan(bits: np.random.PCG64) -> tuple[Ints, Bools, Bools]:
    """Choose the patterns of each record, the side of each pattern, and of the whole."""
    lex = lexicon()
    praise = chance(bits, _PRAISE_SHARE, (CHUNK,))
    count = _PHRASES_IN[draw(bits, len(_PHRASES_IN), (CHUNK,))]
    rare = 10  # the shortest would repeat too often if each were as likely as the others
    fragment = lex.fragments.start + draw(bits, len(lex.fragments) - rare, (CHUNK,))
    very_short = chance(bits, 0.2, (CHUNK,))
    fragment[very_short] = lex.fragments.stop - rare + draw(bits, rare, (int(very_short.sum()),))

    clause = _pick(bits, lex.clauses, (CHUNK, 4))
    place = np.arange(4)
    # What comes last is what is meant; a neutral aside may come before it, or stand alone.
    aside = chance(bits, 0.16, (CHUNK, 4)) & (place < count[:, None] - 1)
    aside |= (chance(bits, 0.05, (CHUNK,)) & (count == 1))[:, None] & (place == 0)
    clause = np.where(aside, _pick(bits, lex.neutral, (CHUNK, 4)), clause)
    turns = chance(bits, 0.1, (CHUNK, 4)) & (place < count[:, None] - 1)
    turns &= ~aside & ~np.roll(aside, -1, axis=1)
    joined = np.where(
        turns, _pick(bits, lex.joined_against, (CHUNK, 4)), _pick(bits, lex.joined_with, (CHUNK, 4))
    )
    stopped = chance(bits, 0.7, (CHUNK,)) & (count > 0)

    pieces = np.full((CHUNK, _MOST_PIECES), _NONE)
    pieces[:, 0::2] = np.where(place < count[:, None], clause, _NONE)
    pieces[:, 1::2] = np.where(place < count[:, None] - 1, joined, _NONE)
    pieces[count == 0, 0] = fragment[count == 0]
    ended = np.flatnonzero(stopped)
    pieces[ended, 2 * count[ended] - 1] = lex.full_stop
    # Each turn flips the side, counted from the end.
    flips = np.cumsum(turns[:, ::-1], axis=1)[:, ::-1] % 2 == 1
    side = np.repeat(praise[:, None] ^ flips, 2, axis=1)
    return pieces, side, praise


def phrases(seed: int, chunk: int) -> Phrases:
    """Make one chunk of phrases."""
    lex = lexicon()
    bits = source(seed, chunk)
    pieces, side, praise = _plan(bits)
    filled = lex.patterns[pieces]
    present = filled >= 0
    record, piece, _ = np.nonzero(present)
    codes = filled[present]
    slot = codes - lex.slots_from
    open_ = np.flatnonzero(slot >= 0)
    slot, its_side = slot[open_], side[record[open_], piece[open_]].astype(np.int64)
    sizes = lex.slot_size[slot, its_side]
    codes[open_] = lex.slot_first[slot, its_side] + draw(bits, sizes, len(open_))
    negated = np.zeros(len(codes), np.int64)
    is_negated = (slot < 2 * len(words.SIDED)) & (slot % 2 == 1)
    negated[open_] = np.where(is_negated, lex.negation[pieces[record[open_], piece[open_]]], 0)
    article = lex.words.index("a")
    before = (codes[:-1] == article) & (record[:-1] == record[1:]) & lex.an_before[codes[1:]]
    codes[:-1][before] = lex.words.index("an")
    return Phrases(codes, record, negated, praise)
