"""Records logged anew as they are made of what is there, while nobody else writes."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from rubrix_widget.store.parts import Progress
from rubrix_widget.store.snapshot import Logging
from rubrix_widget.store.store import Store


def amend(
    store: Store,
    ids: pa.Array | None,
    make: Callable[[pa.Table], pa.Table],
    progress: Progress | None = None,
) -> Logging:
    """Log some records anew.

    Parameters
    ----------
    store
        The dataset.
    ids
        Whose records, None for all; those there are none of are passed over.
    make
        Gets the records as they were logged, and returns those to log in their place. What it
        raises leaves everything as it was.
    progress
        Called with the share done, from 0 to 1.

    Raises
    ------
    StorageError, DatasetBusyError
        Nothing was changed.
    """
    with store.writing("log records"):
        there, _ = store.parts.having(store.manifest(), ids)
        return store.log(make(there), progress)
