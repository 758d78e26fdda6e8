"""Looking records up by id."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrix_widget.columns import ids as module
from rubrix_widget.columns.ids import Ids

TEXTS = st.lists(st.text(max_size=4), max_size=12)


@given(st.lists(st.text(max_size=4), unique=True, max_size=12), TEXTS, st.integers(0, 3))
def test_an_id_is_found_where_it_stands_and_no_other(
    known: list[str], wanted: list[str], offset: int
) -> None:
    """Positions are those of a dictionary, also in a slice of a column and over several blocks."""
    column = pa.array(["x"] * offset + known, pa.large_string()).slice(offset)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", 3)
        ids = Ids(column)
        where = {one: place for place, one in enumerate(known)}
        asked = [*wanted, *known]
        for _ in ("going through them", "by a hash"):
            assert ids.get_indexer(asked).tolist() == [where.get(one, -1) for one in asked]
    places = np.arange(len(known))[::-1]
    assert ids[places].tolist() == known[::-1]


def test_ids_of_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash only says where to look; the id itself decides."""
    monkeypatch.setattr(module, "_OF_BYTE", np.zeros(256, np.uint64))
    ids = Ids(pa.array(["a", "b", "c"], pa.large_string()))
    for _ in ("going through them", "by a hash"):
        assert ids.get_indexer(["c", "a", "?", "b"]).tolist() == [2, 0, -1, 1]
