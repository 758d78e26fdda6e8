"""Where datasets are kept, and looking after them."""

from __future__ import annotations

import os

from rubrix_widget.errors import DatasetNameError
from rubrix_widget.home import Home, activate, active, checked_name
from rubrix_widget.progress import bar
from rubrix_widget.store import Compaction, Store
from rubrix_widget.store import compact as compact_parts


def init(path: str | os.PathLike[str] | None = None, workspace: str | None = None) -> None:
    """Choose where datasets are kept.

    Parameters
    ----------
    path
        A folder, made when first needed. None is ``RUBRIX_WIDGET_HOME``, else the user's data
        folder.
    workspace
        The workspace to begin in, "default" unless given.

    Raises
    ------
    DatasetNameError
        The workspace has a name that none can have.

    Examples
    --------
    >>> import tempfile
    >>> rb.init(tempfile.mkdtemp(), workspace="reviews")
    >>> rb.get_workspace()
    'reviews'
    """
    fresh = Home(path)
    if workspace is not None:
        fresh.workspace = checked_name(workspace, "workspace")
    activate(fresh)


def set_workspace(workspace: str) -> None:
    """Choose the workspace that dataset names belong to.

    Parameters
    ----------
    workspace
        Its name: 1 to 100 letters, digits, ``-``, ``_`` and ``.``, a letter or digit first.

    Raises
    ------
    DatasetNameError
        The name is none a workspace can have.

    Examples
    --------
    >>> rb.set_workspace("experiments")
    >>> rb.list_datasets()
    []
    """
    active().workspace = checked_name(workspace, "workspace")


def get_workspace() -> str:
    """Return the name of the present workspace.

    Examples
    --------
    >>> rb.get_workspace()
    'default'
    """
    return active().workspace


def list_datasets() -> list[str]:
    """Return the names of the workspace's datasets, in alphabetical order.

    Examples
    --------
    >>> done = rb.log(rb.TextClassificationRecord(text="fine"), "films")
    >>> rb.list_datasets()
    ['films']
    """
    return active().names()


def delete(name: str) -> None:
    """Delete a dataset with everything people changed in it. This cannot be undone.

    Parameters
    ----------
    name
        The dataset's name.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    StorageError, DatasetBusyError
        The folder cannot be written, or another process is writing to it.

    Examples
    --------
    >>> done = rb.log(rb.TextClassificationRecord(text="fine"), "films")
    >>> rb.delete("films")
    >>> rb.list_datasets()
    []
    """
    active().delete(name)


def compact(name: str, *, verbose: bool = True) -> Compaction:
    """Store a dataset in one part, without the records that were replaced or deleted since.

    Nothing about the dataset changes but the room it takes and the time that queries take. Others
    read on meanwhile; who writes waits at most for the end. It is also done in the background after
    ``log`` and ``delete_records`` where much was deleted, unless the environment variable
    ``RUBRIX_WIDGET_COMPACTION`` is ``off``.

    Parameters
    ----------
    name
        The dataset's name.
    verbose
        Show a progress bar.

    Returns
    -------
    Compaction
        Records, and parts and bytes before and after.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "dull")], "films")
    >>> rb.delete_records("films", "dull")
    (1, 1)
    >>> done = rb.compact("films")
    >>> done.records, done.parts_after, done.bytes_after < done.bytes_before
    (1, 1, True)
    """
    store = Store(active().dataset(name).folder)
    with bar(f"Compacting {name}", store.manifest().records, show=verbose) as tell:
        return compact_parts(store, tell or (lambda _share: None))


def copy(dataset: str, name_of_copy: str, workspace: str | None = None) -> None:
    """Copy a dataset, with everything people changed in it, under a new name.

    Parameters
    ----------
    dataset
        The dataset's name.
    name_of_copy
        The name of the copy, which must be free.
    workspace
        Where the copy goes; by default the present workspace.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    DatasetNameError
        The name of the copy is taken, or none a dataset can have.

    Examples
    --------
    >>> done = rb.log(rb.TextClassificationRecord(text="fine"), "films")
    >>> rb.copy("films", "films-2")
    >>> rb.list_datasets()
    ['films', 'films-2']
    """
    source = active().dataset(dataset)
    target = active().folder(name_of_copy, workspace)
    if Store(target).exists():
        raise DatasetNameError(
            f"there is already a dataset {name_of_copy!r} in workspace "
            f"{workspace or active().workspace!r}; delete it first or choose another name"
        )
    Store(source.folder).copy(target)
