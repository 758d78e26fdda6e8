"""Compaction: the parts of a dataset become one, without the records deleted since.

It is prepared aside, while others read and write, and takes the place of the parts in one step
under the write lock. When the dataset changed meanwhile, what was prepared is thrown away.
"""

from __future__ import annotations

import atexit
import dataclasses
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from rubrix_widget import table as tables
from rubrix_widget.errors import DatasetBusyError, RubrixWidgetError
from rubrix_widget.store.files import helpful_errors
from rubrix_widget.store.manifest import Manifest, Part, Reset
from rubrix_widget.store.parts import Parts, Progress
from rubrix_widget.store.store import LOCK_SECONDS, Store
from rubrix_widget.store.tidying import COMPACT_LOCK, COMPACTING

ENVIRONMENT = "RUBRIX_WIDGET_COMPACTION"  # "off": never in the background
_DEAD_SHARE = 0.3  # of the records on disk; below, a rewrite costs more than it saves
_DEAD_LEAST = 1_000  # records; fewer cost nothing to skip
_PARTS_MOST = 8  # each adds a little to every query
_PAUSES = (0.0, 2.0, 10.0)  # seconds before each try in the background
_JOIN_SECONDS = 10.0  # how long the interpreter's exit waits for a compaction to notice


@dataclass(frozen=True)
class Compaction:
    """What a compaction did; before and after are equal when there was nothing to do.

    Attributes
    ----------
    records : int
        Records in the dataset.
    parts_before, parts_after : int
        Parts the dataset is stored in.
    bytes_before, bytes_after : int
        What records and text index take on the disk.
    """

    records: int
    parts_before: int
    parts_after: int
    bytes_before: int
    bytes_after: int


class MovedError(Exception):
    """The dataset was written to while its compaction was prepared."""


class _LeavingError(Exception):
    """The interpreter exits."""


def compact(store: Store, tell: Progress = lambda _share: None, *, wait: bool = True) -> Compaction:
    """Compact a dataset.

    Parameters
    ----------
    store
        The dataset.
    tell
        Called with the share done, from 0 to 1; what it raises abandons the compaction.
    wait
        Let writers wait for a second try when one of them was in the way of the first.

    Raises
    ------
    MovedError
        The dataset was written to meanwhile, and ``wait`` is False.
    StorageError, DatasetBusyError
        Nothing was changed.
    """
    with helpful_errors(store.folder, "compact the dataset"), _alone(store.folder) as aside:
        try:
            return _compacted(store, aside, tell, store.writing("compact the dataset"))
        except MovedError:
            if not wait:
                raise
        with store.writing("compact the dataset"):
            return _compacted(store, aside, tell, nullcontext())


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """Be the one compaction of a dataset; yield the folder to prepare it in."""
    from filelock import FileLock, Timeout

    aside = folder / COMPACTING
    lock = FileLock(folder / COMPACT_LOCK, timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except Timeout as error:
        raise DatasetBusyError(
            f"another process has been compacting {folder} for over {LOCK_SECONDS:.0f} s. "
            f"Nothing was changed; try again when it is done"
        ) from error
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        lock.release()


def _compacted(
    store: Store, aside: Path, tell: Progress, writing: AbstractContextManager[None]
) -> Compaction:
    shutil.rmtree(aside, ignore_errors=True)
    before = store.manifest()
    count = len(before.parts)
    try:
        size = store.parts.size(before)
        if count < 2 and not any(part.deleted for part in before.parts):
            return Compaction(before.records, count, count, size, size)
        aside.mkdir()
        part = _prepared(store.parts, before, aside, tell)
    except FileNotFoundError as error:
        if store.exists() and store.manifest() == before:
            raise
        raise MovedError from error
    with writing:
        version = store.journal_version()  # and what the last log superseded is taken back
        if not store.exists() or store.manifest() != before:
            raise MovedError
        store.parts.adopt(part, aside)
        after = dataclasses.replace(
            before, parts=(part,), generation=before.generation + 1, reset=Reset(version)
        )
        store.commit(after)
    tell(1.0)
    return Compaction(after.records, count, 1, size, store.parts.size(after))


def _prepared(parts: Parts, now: Manifest, aside: Path, tell: Progress) -> Part:
    whole = tables.concat([parts.read(part) for part in now.parts])
    tell(0.1)
    known = parts.sources(now.parts)
    return Parts(aside).write(whole, lambda share: tell(0.1 + 0.9 * share), known)


def worthwhile(now: Manifest) -> bool:
    """Tell whether a dataset has so many deleted records or parts that merging them pays."""
    stored = sum(part.records for part in now.parts)
    dead = stored - now.records
    return (dead >= _DEAD_LEAST and dead > _DEAD_SHARE * stored) or len(now.parts) > _PARTS_MOST


_running: dict[Path, threading.Thread] = {}
_guard = threading.Lock()
_leaving = threading.Event()


def consider(store: Store) -> None:
    """Compact a dataset in the background where that is worthwhile and not under way."""
    if os.environ.get(ENVIRONMENT, "on").lower() in ("off", "0", "no", "false"):
        return
    try:
        if not worthwhile(store.manifest()):
            return
    except FileNotFoundError:  # somebody deletes it
        return
    with _guard:
        known = _running.get(store.folder)
        if known is not None and known.is_alive():
            return
        thread = threading.Thread(
            target=_in_background,
            args=(store.folder,),
            name="rubrix_widget compaction",
            daemon=True,
        )
        _running[store.folder] = thread
        thread.start()


def _in_background(folder: Path) -> None:
    store = Store(folder)
    for pause in _PAUSES:
        if _leaving.wait(pause):
            return
        try:
            if store.exists() and worthwhile(store.manifest()):
                compact(store, _unless_leaving, wait=False)
            return
        except MovedError:
            continue
        except (RubrixWidgetError, OSError, RuntimeError, _LeavingError) as error:
            # RuntimeError: no thread can be begun while the interpreter exits
            logging.getLogger(__name__).info("compaction of %s was given up: %s", folder, error)
            return


def _unless_leaving(_share: float) -> None:
    if _leaving.is_set():
        raise _LeavingError


def background_done(folder: Path) -> None:
    """Wait for the compaction of a dataset in this process's background, if one goes on."""
    with _guard:
        thread = _running.get(folder)
    if thread is not None:
        thread.join()


@atexit.register
def _leave() -> None:
    _leaving.set()
    for thread in list(_running.values()):
        thread.join(_JOIN_SECONDS)
