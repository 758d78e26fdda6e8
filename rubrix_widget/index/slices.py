"""Running something over many texts in bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from .regex import PatternError
from .unicode import Array

_SECONDS = 0.7  # of processor time; a plain pattern takes 0.03 over the words of 1,000,000 texts
_BETWEEN_LOOKS = 0.05  # seconds that a slice should take, so that the bound is kept
_FIRST, _LARGEST = 1 << 16, 1 << 25  # bytes of text in a slice


def in_slices(texts: pa.LargeStringArray, run: Callable[[pa.Array], Array]) -> Array:
    """Run something over texts slice by slice, as long as the time it may take allows.

    Raises
    ------
    PatternError
        It takes too long: time grows with the text *times* what a pattern keeps alive at once, so
        that some patterns would take minutes.
    """
    began = time.thread_time()
    masks: list[Array] = [np.zeros(0, np.bool_)]
    done, size = 0, _FIRST
    starts = _starts(texts)
    while done < len(texts):
        end = int(np.searchsorted(starts, starts[done] + size, "right")) - 1
        end = max(min(end, len(texts)), done + 1)
        masks.append(run(texts.slice(done, end - done)))
        taken = time.thread_time() - began
        if taken > _SECONDS and end < len(texts):
            raise PatternError(
                f"this pattern takes more than {_SECONDS} seconds over the words of this dataset: "
                "make it simpler, or begin it with plain characters",
                limit=True,
            )
        rate = taken / max(int(starts[end] - starts[0]), 1)
        size = int(min(size * 4, _BETWEEN_LOOKS / max(rate, 1e-12), _LARGEST))
        done = end
    return np.concatenate(masks)


def _starts(texts: pa.LargeStringArray) -> Array:
    """Return where each text starts in the bytes of all, and where the last one ends."""
    offsets = np.frombuffer(texts.buffers()[1] or bytes(8), np.int64)
    return offsets[texts.offset : texts.offset + len(texts) + 1]
