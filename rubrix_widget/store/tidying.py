"""Removing what was cut short: compactions, and deletions of whole datasets."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

COMPACTING: Final = "compacting"
COMPACT_LOCK: Final = "compact.lock"


def remove_abandoned(folder: Path) -> None:
    """Remove what a compaction that was cut short left, unless one goes on."""
    from filelock import FileLock, Timeout

    if (folder / COMPACTING).exists():
        with suppress(Timeout, OSError, RuntimeError), FileLock(folder / COMPACT_LOCK, timeout=0):
            shutil.rmtree(folder / COMPACTING, ignore_errors=True)


def remove_deleted(workspace: Path) -> None:
    """Remove what deletions moved out of sight, also one that was cut short."""
    for path in workspace.glob(".*.deleted"):
        shutil.rmtree(path, ignore_errors=True)
