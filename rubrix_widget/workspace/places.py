"""Where datasets are kept, and looking after them."""

from __future__ import annotations

import os

from rubrix_widget.errors import DatasetNameError
from rubrix_widget.home import Home, activate, active, checked_name
from rubrix_widget.store import Store


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
