"""Several segments into one, without cutting their texts again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .analysis import ANALYZERS, STANDARD
from .build import interleave, invert
from .field import Field
from .segment import Segment
from .unicode import Array

Source = tuple[Segment, Array | None]


def merge(
    sources: Sequence[Source],
    inputs: Sequence[str],
    *,
    progress: Callable[[float], None] | None = None,
) -> Segment:
    """Return the index of the records of several segments, one segment after the other.

    It equals, array for array, the one that :meth:`Segment.build` makes of their texts.

    Parameters
    ----------
    sources
        Each segment with a mask of the records to keep, or None for all of them.
    inputs
        The names of the inputs, in the order :meth:`Segment.build` would be given them.
    progress
        Called with the share done, from 0 to 1.

    Examples
    --------
    >>> old = Segment.build({"text": pa.array(["a fine film", "gone"])})
    >>> new = Segment.build({"text": pa.array(["not fine"])})
    >>> merged = merge([(old, np.array([True, False])), (new, None)], ["text"])
    >>> merged.records, merged.arrays["text"].lexicon.to_pylist()
    (2, ['a', 'film', 'fine', 'not'])
    """
    total = len(ANALYZERS) * len(inputs)
    fields: dict[str, Field] = {}
    done = 0
    for analyzer in ANALYZERS.values():
        suffix = "" if analyzer is STANDARD else ".exact"
        merged = []
        for name in inputs:
            merged.append(_merged(sources, f"inputs.{name}{suffix}"))
            fields[f"inputs.{name}{suffix}"] = merged[-1]
            done += 1
            if progress is not None:
                progress(done / total)
        fields[f"text{suffix}"] = merged[0] if len(merged) == 1 else interleave(merged)
    records = sum(segment.records if live is None else int(live.sum()) for segment, live in sources)
    return Segment(records, dict(sorted(fields.items())))


def _merged(sources: Sequence[Source], name: str) -> Field:
    kept = [_kept(segment.arrays.get(name), segment.records, live) for segment, live in sources]
    lexicon = pa.chunked_array([terms for terms, *_ in kept], pa.large_string()).unique()
    lexicon = lexicon.take(pc.array_sort_indices(lexicon))
    counts = np.concatenate([counts for *_, counts, _ in kept])
    offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    tokens = np.empty(offsets[-1], np.int32)
    start = 0
    for terms, numbers, *_ in kept:
        end = start + len(numbers)
        rank = pc.index_in(terms, lexicon).to_numpy(zero_copy_only=False).astype(np.int32)
        np.take(rank, numbers, out=tokens[start:end])
        start = end
    return invert(lexicon, tokens, offsets, np.concatenate([one[-1] for one in kept]), 1)


def _kept(
    field: Field | None, records: int, live: Array | None
) -> tuple[pa.LargeStringArray, Array, Array, Array]:
    """Return what stays of a field: terms, tokens as numbers of them, tokens a record, presence."""
    if field is None:  # no record of the segment has this input
        size = records if live is None else int(live.sum())
        empty = np.zeros(0, np.int32)
        return pa.array([], pa.large_string()), empty, np.zeros(size, np.int64), _absent(size)
    counts = np.diff(field.token_offsets)
    if live is None:
        return field.lexicon, field.tokens, counts, field.present
    tokens = field.tokens[np.repeat(live, counts)]
    used = np.bincount(tokens, minlength=field.terms) > 0
    numbers = (np.cumsum(used) - 1).astype(np.int32)
    return field.lexicon.filter(pa.array(used)), numbers[tokens], counts[live], field.present[live]


def _absent(size: int) -> Array:
    return np.zeros(size, np.uint8)
