"""Hits as masks, both of their forms checked against each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rubrix_widget.index import Segment
from rubrix_widget.query import tree


def mask_of(
    segment: Segment, leaf: tree.Leaf, field: str, notes: list[str] | None = None
) -> npt.NDArray[np.bool_] | None:
    """Say which records a leaf matches; None where it has no word."""
    found = segment.hits(leaf, field, notes)
    if found is None:
        return None
    assert found.positions.tolist() == np.flatnonzero(found.mask).tolist()
    assert found.count == len(found.positions)
    return found.mask
