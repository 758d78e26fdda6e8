"""Many texts into tokens at once: arrays of starts and ends, no Python object per token.

Characters are classified by table and cut where the class changes. What needs more than a look
at the neighbours (joined emoji, flags, underscores, Hebrew quotes, tokens that are too long) is
cut by the grammar itself, in its own stretch only: :mod:`grammar` is the one definition, and this
module a fast way to the same answer.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from .grammar import MAX_UNITS, longest_match
from .unicode import NOTHING, Array, look_up, tables

# What a character is to its neighbours. Words and numbers hold together, and so do runs of
# Katakana and of South-East Asian scripts; the kinds from SINGLE on stand alone.
OUTSIDE, WORD, KATAKANA, ASIAN, SINGLE = range(5)
_KINDS = {
    "ALetter": WORD,
    "Hebrew_Letter": WORD,
    "Numeric": WORD,
    "Katakana": KATAKANA,
    "Complex_Context": ASIAN,
    "Han": SINGLE,
    "Hiragana": SINGLE,
    "Emoji_Char": SINGLE,
}
_HARD = {
    *("Emoji_Modifier", "Emoji_Presentation_Selector", "Text_Presentation", "Key_Cap"),
    *("Tag_Spec", "Tag_Term", "Regional_Indicator", "ZWJ", "ExtendNumLet"),
}
_MIDDLE = {"MidLetter", "MidNum", "MidNumLet", "Single_Quote"}


class _Kinds(NamedTuple):
    """Tables from the class of a character."""

    kind: Array
    hard: Array  # only the grammar can tell
    extends: Array  # belongs to what stands before it
    sign: Array  # the same, or begins a token in a South-East Asian script
    letter: Array
    number: Array
    hebrew: Array
    quote: Array
    between_letters: Array  # joins two letters, alone between them
    between_numbers: Array
    between: Array  # either
    shape: Array  # bit set: 1 hard or extends, 2 middle, 4 single, 8 hebrew, 16 asian


@cache
def _kinds() -> _Kinds:
    def flags(*names: str) -> Array:
        table = np.zeros(256, np.bool_)
        for c, found in tables().properties.items():
            table[c] = bool(found & set(names))
        return table

    kind = np.zeros(256, np.uint8)
    hard = flags(*_HARD)
    for c, found in tables().properties.items():
        of_token = [_KINDS[name] for name in found if name in _KINDS]
        extending = bool(found & {"Extend", "Format"}) and ASIAN not in of_token
        if of_token and (extending or len(of_token) > 1):
            hard[c] = True
        elif of_token:
            kind[c] = of_token[0]
    extends = flags("Extend", "Format") & (kind == OUTSIDE)
    middle = flags(*_MIDDLE)
    shape = (
        (hard | extends) * 1
        + middle * 2
        + (kind == SINGLE) * 4
        + flags("Hebrew_Letter") * 8
        + (kind == ASIAN) * 16
    )
    return _Kinds(
        kind=kind,
        hard=hard,
        extends=extends,
        sign=flags("Complex_Context") & flags("Extend", "Format"),
        letter=flags("ALetter", "Hebrew_Letter"),
        number=flags("Numeric"),
        hebrew=flags("Hebrew_Letter"),
        quote=flags("Single_Quote", "Double_Quote"),
        between_letters=flags("MidLetter", "MidNumLet", "Single_Quote"),
        between_numbers=flags("MidNum", "MidNumLet", "Single_Quote"),
        between=middle,
        shape=shape.astype(np.uint8),
    )


def words(characters: Array) -> tuple[Array, Array]:
    r"""Cut characters into the words of the standard analyzer.

    Parameters
    ----------
    characters
        Code points (or Latin-1 bytes), starting and ending with a line break.

    Returns
    -------
    starts, ends
        Half-open ranges of characters, in order.

    Examples
    --------
    >>> from .unicode import code_points
    >>> text = "\nWell-acted, isn't it? 3.5\n"
    >>> [text[a:b] for a, b in zip(*words(code_points(text)))]
    ['Well', 'acted', "isn't", 'it', '3.5']
    """
    classes = look_up(tables().classes, characters)
    k = _kinds()
    present = int(np.bitwise_or.reduce(look_up(k.shape, classes)))
    kind = look_up(k.kind, classes)
    hard: list[Array] = []
    extends = None
    if present & 1:
        hard.append(np.flatnonzero(look_up(k.hard, classes)))
        extends = look_up(k.extends, classes)
    base = classes  # the class of the character that an extending one belongs to
    if extends is not None and extends.any():
        places = np.arange(len(classes), dtype=np.int32)
        places[extends] = 0
        np.maximum.accumulate(places, out=places)
        base = classes[places]
        kind = k.kind[base]
    if present & 2:
        middle = np.flatnonzero(look_up(k.between, classes))
        after = classes[middle + 1]
        hard.append(middle[k.extends[after] | k.sign[after]])
        at, before = classes[middle], base[middle - 1]
        joins = (k.between_letters[at] & k.letter[before] & k.letter[after]) | (
            k.between_numbers[at] & k.number[before] & k.number[after]
        )
        kind[middle[joins]] = WORD
    if present & 8:
        quote = np.flatnonzero(look_up(k.quote, classes))
        hard.append(quote[k.hebrew[base[quote - 1]]])
    cut = kind[1:] != kind[:-1]
    if present & 4:
        cut |= kind[1:] == SINGLE
    if extends is not None:
        cut &= ~(extends[1:] & (kind[:-1] != OUTSIDE))
    if present & 16:
        # a vowel sign belongs to any word before it, but it can also begin a token of its own
        sign = np.flatnonzero(look_up(k.sign, classes))
        before_sign = kind[sign - 1]
        hard.append(sign[(before_sign != OUTSIDE) & (before_sign != ASIAN)])
    edges = np.flatnonzero(cut) + 1
    inside = np.flatnonzero(kind[edges] != OUTSIDE)
    starts = edges[inside]
    ends = edges[inside + 1]
    hard.append(starts[ends - starts > MAX_UNITS // 2])
    stretches = np.concatenate(hard)
    if len(stretches):
        return _with_grammar(characters, classes, starts, ends, stretches)
    return starts, ends


def _with_grammar(
    characters: Array, classes: Array, starts: Array, ends: Array, hard: Array
) -> tuple[Array, Array]:
    """Cut the stretches that hold a hard place again, by the grammar."""
    outside = np.flatnonzero(classes == NOTHING)
    right = np.unique(np.searchsorted(outside, hard))
    stretch_starts, stretch_ends = outside[right - 1] + 1, outside[right]
    text = classes.tobytes()
    found: list[int] = []
    for start, end in zip(stretch_starts.tolist(), stretch_ends.tolist(), strict=True):
        windows = _Windows(characters[start:end])
        place = start
        while place < end:
            stop = longest_match(text, place, start + windows.end(place - start))
            if stop > place:
                found += (place, stop)
            place = max(stop, place + 1)
    pairs = np.asarray(found, np.int64).reshape(-1, 2)
    inside = np.searchsorted(stretch_ends, starts, side="right")
    inside = np.minimum(inside, len(stretch_starts) - 1)
    kept = (starts < stretch_starts[inside]) | (starts >= stretch_ends[inside])
    all_starts = np.concatenate([starts[kept], pairs[:, 0]])
    all_ends = np.concatenate([ends[kept], pairs[:, 1]])
    order = np.argsort(all_starts, kind="stable")
    return all_starts[order], all_ends[order]


class _Windows:
    """Where the window of ``MAX_UNITS`` UTF-16 units that starts at a character ends."""

    def __init__(self, characters: Array) -> None:
        self.size = len(characters)
        wide = characters > 0xFFFF
        self.offsets = np.concatenate([[0], np.cumsum(1 + wide)]) if wide.any() else None

    def end(self, start: int, *, whole: bool = True) -> int:
        """``whole``: within the units; else the character that reaches them belongs to it too."""
        if self.offsets is None:
            return min(self.size, start + MAX_UNITS)
        limit = self.offsets[start] + MAX_UNITS
        if whole:
            return int(np.searchsorted(self.offsets, limit, side="right")) - 1
        return min(self.size, int(np.searchsorted(self.offsets, limit)))


def chunks(characters: Array) -> tuple[Array, Array]:
    r"""Cut characters at white space, as Elasticsearch's whitespace analyzer does.

    Examples
    --------
    >>> from .unicode import code_points
    >>> text = "\nWell-acted, isn't it?\n"
    >>> [text[a:b] for a, b in zip(*chunks(code_points(text)))]
    ['Well-acted,', "isn't", 'it?']
    """
    space = look_up(tables().space, characters)
    edges = np.flatnonzero(space[1:] != space[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    long = np.flatnonzero(ends - starts > MAX_UNITS // 2)
    if not len(long):
        return starts, ends
    pieces: list[int] = []
    for start, end in zip(starts[long].tolist(), ends[long].tolist(), strict=True):
        windows = _Windows(characters[start:end])
        place = 0
        while place < end - start:
            pieces.append(start + place)
            place = windows.end(place, whole=False)
    more = np.setdiff1d(np.asarray(pieces), starts[long], assume_unique=True)
    return (
        np.sort(np.concatenate([starts, more])),
        np.sort(np.concatenate([ends, more])),
    )
