"""What a dataset holds at one moment, and what a log did to it."""

from __future__ import annotations

from dataclasses import dataclass

from rubrix_widget.arrays import Mask
from rubrix_widget.columns import Logged
from rubrix_widget.index import Segment
from rubrix_widget.store.manifest import Manifest


@dataclass(frozen=True)
class Logging:
    """What a ``log`` did.

    ``added``, ``replaced`` and ``unchanged`` add up to the records given.
    """

    added: int
    replaced: int
    unchanged: int


@dataclass(frozen=True)
class Indexed:
    """An index segment and which of its records are still in the dataset (None: all)."""

    segment: Segment
    live: Mask | None


@dataclass(frozen=True)
class Snapshot:
    """The records of a dataset at one generation, with their text index."""

    manifest: Manifest
    logged: Logged
    segments: tuple[Indexed, ...]
