"""Going back to a moment is written down, unless it is refused for every record."""

from __future__ import annotations

from pathlib import Path

import pytest

import rubrix_widget as rb
from rubrix_widget.edits import Edit
from rubrix_widget.errors import StoreWarning
from rubrix_widget.home import active


def test_what_is_refused_for_every_record_stays_to_be_asked_for_again(home: Path) -> None:
    """Records that are as they were are written as gone back to; those logged anew are refused."""
    rb.log([rb.TextClassificationRecord(text="one", id=1, annotation="a")], "d")
    live = active().dataset("d")
    live.edit([Edit("1", "annotation", ["b"])], agent="ada")
    live.undo(agent="ada")
    written = live.undo(agent="ada", to=0)
    assert written is not None
    assert (written.group, written.changes, written.conflicts) == (3, 0, [])
    live.edit([Edit("1", "annotation", ["b"])], agent="ada")
    with pytest.warns(StoreWarning, match="people had changed 1 of these records"):
        rb.log([rb.TextClassificationRecord(text="two", id=1, annotation="b")], "d")
    kinds = [group.kind for group in live.groups()]
    refused = live.undo(agent="ada", to=3)
    assert refused is not None
    assert (refused.group, refused.changes, len(refused.conflicts)) == (None, 0, 1)
    assert [group.kind for group in live.groups()] == kinds
