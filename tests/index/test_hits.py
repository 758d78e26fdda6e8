"""Hits, whichever way they are kept, against plain sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrix_widget.index import Hits

SIZE = 203  # not whole eights

some = st.sets(st.integers(0, SIZE - 1), max_size=4) | st.sets(st.integers(0, SIZE - 1))
kept = st.tuples(some, st.booleans())


def hits(records: set[int], as_mask: bool) -> Hits:
    if as_mask:
        return Hits.where(np.isin(np.arange(SIZE), sorted(records)))
    return Hits.at(np.asarray(sorted(records), np.int32), SIZE)


def checked(found: Hits) -> set[int]:
    """Give the records, after looking that mask, positions and count agree."""
    assert found.mask.tolist() == np.isin(np.arange(SIZE), found.positions).tolist()
    assert found.positions.tolist() == sorted(set(found.positions.tolist()))
    assert found.count == len(found.positions)
    return set(found.positions.tolist())


@given(kept, kept)
def test_hits_combine_as_sets_do(one: tuple[set[int], bool], other: tuple[set[int], bool]) -> None:
    """AND, OR, NOT and "without" give what sets give, for masks and positions alike."""
    a, b = hits(*one), hits(*other)
    assert checked(a & b) == one[0] & other[0]
    assert checked(a | b) == one[0] | other[0]
    assert checked(~a) == set(range(SIZE)) - one[0]
    assert checked(a.without(b)) == one[0] - other[0]


@given(st.lists(kept, min_size=1, max_size=4))
def test_several_are_joined_in_any_and_end_to_end(parts: list[tuple[set[int], bool]]) -> None:
    """``any`` is the union of several; ``joined`` puts stretches of records one after another."""
    several = [hits(*part) for part in parts]
    assert checked(Hits.any(several)) == set().union(*(part[0] for part in parts))
    joined = Hits.joined(several)
    shifted = {i * SIZE + record for i, part in enumerate(parts) for record in part[0]}
    assert joined.size == SIZE * len(parts)
    assert joined.positions.tolist() == sorted(shifted) == np.flatnonzero(joined.mask).tolist()


@given(kept, st.lists(st.integers(0, SIZE - 1)))
def test_membership_is_told_for_positions_in_any_order(
    one: tuple[set[int], bool], asked: list[int]
) -> None:
    """Each position asked for is answered by itself, in the order given."""
    told = hits(*one).at_positions(np.asarray(asked, np.int64))
    assert told.tolist() == [position in one[0] for position in asked]


@given(kept)
def test_hits_cannot_be_changed(one: tuple[set[int], bool]) -> None:
    """A cached answer stays what it is, whoever has got hold of its arrays."""
    found = hits(*one)
    for array in (found.mask, found.positions):
        if len(array):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = True
