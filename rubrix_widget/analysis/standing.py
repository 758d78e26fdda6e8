"""In which records words stand, and pairs of neighbouring words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rubrix_widget import arrays

Ints = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Tokens = tuple[Shorts, Shorts, Shorts]  # records, words and values, as `running_words` has them
_MIX = (np.uint32(0x9E3779B1), np.uint32(0x85EBCA77))


class Standing(NamedTuple):
    """Words, or pairs of them, and where each stands.

    Attributes
    ----------
    kinds : ndarray of int64, (kinds,)
        Each word as its place in the lexicon, each pair as (the first's place + 1) * size of the
        lexicon + the second's place.
    codes, records : ndarray of int32, (entries,)
        Each record once with each of the kinds it has, as a place in ``kinds``, in order.
    """

    kinds: Ints
    codes: Shorts
    records: Shorts


def words(tokens: Tokens, lexicon: int, chosen: Mask, least: int) -> Standing:
    """Return where words stand that some records have so many times, or more.

    Parameters
    ----------
    tokens
        Of all records.
    lexicon : int
        How many words there are.
    chosen : ndarray of bool, one for each record of the dataset
    least : int

    Examples
    --------
    >>> from rubrix_widget.index import Corpus, Segment, running_words
    >>> import pyarrow as pa
    >>> made = Segment.build({"text": pa.array(["a fine film", "a film, a fine one"])})
    >>> field = Corpus([(made, None)])["text"]
    >>> tokens, every = running_words(field), np.ones(2, bool)
    >>> found = words(tokens, len(field.lexicon), every, 2)
    >>> [field.lexicon[one].as_py() for one in found.codes.tolist()], found.records.tolist()
    (['a', 'a', 'film', 'film', 'fine', 'fine'], [0, 1, 0, 1, 0, 1])
    >>> found = pairs(tokens, len(field.lexicon), every, 2)
    >>> divmod(int(found.kinds[0]), len(field.lexicon)), found.records.tolist()
    ((1, 2), [0, 1])
    """
    records, running, _ = tokens
    some = _common(tokens, lexicon, chosen, least)[running]
    some &= chosen[records]
    return Standing(np.arange(lexicon), *_once(running[some], records[some]))


def pairs(tokens: Tokens, lexicon: int, chosen: Mask, least: int) -> Standing:
    """Return where pairs of neighbouring words stand that some records have so many times, or more.

    Most pairs are rare: those of rare words, and those that are counted together with others and
    are rare nevertheless, are left out before they are told apart.

    Parameters
    ----------
    tokens, lexicon, chosen, least
        As of :func:`words`.
    """
    records, running, values = tokens
    common = _common(tokens, lexicon, chosen, least)[running]
    some = values[1:] == values[:-1]
    some &= chosen[records[1:]]
    some &= common[1:] & common[:-1]
    at = np.flatnonzero(some).astype(np.int32)
    mixed = running[at].view(np.uint32) * _MIX[0] + running[at + 1].view(np.uint32) * _MIX[1]
    mixed ^= mixed >> np.uint32(15)
    mixed *= _MIX[0]
    mixed >>= np.uint32(max(32 - len(at).bit_length(), 1))
    at = at[(np.bincount(mixed) >= least)[mixed]]
    kinds = running[at].astype(np.int64)
    kinds += 1
    kinds *= lexicon
    kinds += running[at + 1]
    codes, distinct = arrays.factorize(kinds)
    return Standing(distinct, *_once(codes, records[at]))


def _common(tokens: Tokens, lexicon: int, chosen: Mask, least: int) -> Mask:
    """Tell of each word whether it stands so often in some records."""
    records, running, _ = tokens
    some = running if chosen.all() else running[chosen[records]]
    return np.asarray(np.bincount(some, minlength=lexicon) >= least)


def _once(codes: npt.NDArray[np.integer], records: Shorts) -> tuple[Shorts, Shorts]:
    """Return each pair of a code and a record once, in order."""
    keys = codes.astype(np.int64)
    keys <<= 32
    keys |= records
    keys.sort()
    keys = keys[np.diff(keys, prepend=-1) != 0]
    return (keys >> 32).astype(np.int32), keys.astype(np.int32)
