"""Opening the journal of a dataset: that it is its own, and mended where it was damaged."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rubrix_widget.errors import JournalDamagedError, StorageError, StoreWarning, warn
from rubrix_widget.store import journal as journals
from rubrix_widget.store import manifest
from rubrix_widget.store.journal import ASIDE, COPY, FILE, Journal

if TYPE_CHECKING:
    from rubrix_widget.store.store import Store

_NAMED = 5  # ids in a message


LOCK: Final = "journal.lock"


def journal(store: Store) -> Journal:
    """Open a dataset's journal, with what the last log superseded taken back."""
    try:
        return _opened(store)
    except (JournalDamagedError, sqlite3.Error) as error:
        if not journals.is_damage(error):
            raise
        mend(store, error)
    return _opened(store)


def mend(store: Store, why: BaseException) -> None:
    """Mend a damaged journal, unless another process did so meanwhile."""
    with store.writing("mend the journal of changes"):
        shutil.rmtree(store.folder / ASIDE, ignore_errors=True)  # of one that was cut short
        try:
            with closing(connected(store)) as found:
                found.check()
                _bind(store, found)
                found.settle(look=True)
        except (JournalDamagedError, sqlite3.Error) as error:
            if not journals.is_damage(error):
                raise
            token = store.manifest().token if store.exists() else None
            told = journals.mend(store.folder, token, why, lambda: _alone(store.folder))
            warn(told, StoreWarning)


def _opened(store: Store) -> Journal:
    found = connected(store)
    try:
        _bind(store, found)
        found.look_over()
        try:
            found.settle(look=True)
        except (OSError, sqlite3.OperationalError) as error:
            if journals.is_damage(error):
                raise  # else it can be read, and whoever writes next is told
        store.settle(found)
    except BaseException:
        found.close()
        raise
    return found


def connected(store: Store) -> Journal:
    """Open the file, while nobody puts another one in its place.

    Raises
    ------
    JournalDamagedError
        There is none, though there was one from the dataset's first log on.
    """
    path, copy = store.folder / FILE, store.folder / COPY
    with _alone(store.folder):
        sizes = [one.stat().st_size if one.exists() else 0 for one in (path, copy)]
        if sizes[0] == 0 and (sizes[1] > 0 or store.exists()):
            raise JournalDamagedError("it is empty" if path.exists() else "it is missing")
        return Journal(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only one who opens the journal, where the folder can be written."""
    from filelock import FileLock

    lock = FileLock(folder / LOCK)
    with suppress(OSError):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _bind(store: Store, found: Journal) -> None:
    if not store.exists():
        return
    token, known = store.manifest().token, found.dataset()
    if known in (None, token):
        found.bind(token)
        return
    raise StorageError(
        f"{manifest.FILE} and {FILE} in {store.folder} are of different datasets ({token}, "
        f"{known}). Nothing was changed. Put back the one that is not this folder's; "
        f"{manifest.COPY} and {COPY} are their copies. To go on without the changes that people "
        f"made, move {FILE} and {COPY} away"
    )


def changed(store: Store, ids: Sequence[str]) -> list[str]:
    """Return those of some records that people changed."""
    if not ids:
        return []
    with closing(journal(store)) as found:
        states = found.current_of(ids).by_id()
    return [one for one, (_, state) in states.items() if state is not None]


def tell_given_up(store: Store, ids: Sequence[str]) -> None:
    """Warn that changes of people gave way to what was logged."""
    named = ", ".join(map(repr, ids[:_NAMED])) + (", …" if len(ids) > _NAMED else "")
    name = store.folder.name
    warn(
        f"people had changed {len(ids):,} of these records of {name!r}, which were now logged with "
        f"another text, annotation or status ({named}). What was logged counts; the changes stay "
        f"in rb.history({name!r}, ids=…)",
        StoreWarning,
    )
