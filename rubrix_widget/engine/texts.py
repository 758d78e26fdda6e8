"""The texts of a dataset: index segments one after another, less the records that were deleted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rubrix_widget.index import Hits
from rubrix_widget.query import tree
from rubrix_widget.store import Indexed


class Texts:
    """Answers conditions on texts for all segments together.

    Parameters
    ----------
    segments
        In the order of the records.
    """

    def __init__(self, segments: Sequence[Indexed]) -> None:
        self.segments = [_Living(one) for one in segments]

    def hits(self, leaf: tree.Leaf, field: str, notes: list[str]) -> Hits | None:
        """Find the records a leaf matches in a text field; None where it has no word."""
        parts: list[Hits] = []
        for one in self.segments:
            found = one.hits(leaf, field, notes)
            if found is None:
                return None
            parts.append(found)
        notes[:] = dict.fromkeys(notes)
        return Hits.joined(parts)

    def hits_of_words(self, words: Sequence[str], field: str, *, every: bool) -> Hits:
        """Find the records that have every one of some analysed words in a field, or any."""
        return Hits.joined([one.hits_of_words(words, field, every=every) for one in self.segments])


class _Living:
    """A segment, and where its living records stand among themselves."""

    def __init__(self, indexed: Indexed) -> None:
        self.segment = indexed.segment
        self.live = indexed.live
        self.size = self.segment.records if self.live is None else int(self.live.sum())

    @cached_property
    def _places(self) -> npt.NDArray[np.int32]:
        assert self.live is not None
        return np.cumsum(self.live, dtype=np.int32) - np.int32(1)

    def hits(self, leaf: tree.Leaf, field: str, notes: list[str]) -> Hits | None:
        if field not in self.segment.fields:
            return Hits.nothing(self.size)
        found = self.segment.hits(leaf, field, notes)
        return None if found is None else self._living(found)

    def hits_of_words(self, words: Sequence[str], field: str, *, every: bool) -> Hits:
        if field not in self.segment.fields:
            return Hits.nothing(self.size)
        return self._living(self.segment.hits_of_words(words, field, every=every))

    def _living(self, found: Hits) -> Hits:
        if self.live is None:
            return found
        if found.is_sparse:
            positions = found.positions
            return Hits.at(self._places[positions[self.live[positions]]], self.size)
        return Hits.where(found.mask[self.live])
