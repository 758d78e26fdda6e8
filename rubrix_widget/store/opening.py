"""Opening the journal of a dataset: that it is its own, and mended where it was damaged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from rubrix_widget.errors import JournalDamagedError, StorageError, StoreWarning, warn
from rubrix_widget.store import journal as journals
from rubrix_widget.store import manifest
from rubrix_widget.store.journal import COPY, FILE, Journal

if TYPE_CHECKING:
    from rubrix_widget.store.store import Store


def journal(store: Store) -> Journal:
    """Open a dataset's journal, with what the last log superseded taken back."""
    try:
        return _opened(store)
    except (JournalDamagedError, sqlite3.DatabaseError) as error:
        if not journals.is_damage(error):
            raise
        mend(store, error)
    return _opened(store)


def mend(store: Store, why: BaseException) -> None:
    """Mend a damaged journal, unless another process did so meanwhile."""
    with store.writing("mend the journal of changes"):
        try:
            with closing(Journal(store.folder / FILE)) as found:
                found.check()
        except (JournalDamagedError, sqlite3.DatabaseError) as error:
            if not journals.is_damage(error):
                raise
            warn(journals.mend(store.folder, why), StoreWarning)


def _opened(store: Store) -> Journal:
    found = Journal(store.folder / FILE)
    try:
        found.settle()
        _bind(store, found)
        store.settle(found)
    except BaseException:
        found.close()
        raise
    return found


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
