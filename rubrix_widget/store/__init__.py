"""A dataset's folder: Parquet parts and text index under a manifest, and the journal of changes."""

from rubrix_widget.store.amending import amend
from rubrix_widget.store.compacting import Compaction, compact, consider
from rubrix_widget.store.files import helpful_errors, write_atomically
from rubrix_widget.store.journal import (
    Batch,
    Current,
    Entry,
    Event,
    EventColumns,
    Group,
    Journal,
    Label,
    Step,
    is_damage,
)
from rubrix_widget.store.kept import Kept
from rubrix_widget.store.manifest import Manifest
from rubrix_widget.store.snapshot import Indexed, Logging, Snapshot
from rubrix_widget.store.store import Store

__all__ = [
    "Batch",
    "Compaction",
    "Current",
    "Entry",
    "Event",
    "EventColumns",
    "Group",
    "Indexed",
    "Journal",
    "Kept",
    "Logging",
    "Label",
    "Manifest",
    "Snapshot",
    "Step",
    "Store",
    "amend",
    "compact",
    "consider",
    "is_damage",
    "helpful_errors",
    "write_atomically",
]
