"""Where datasets live on disk: a home folder, workspaces in it, one folder a dataset."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path

from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import did_you_mean
from rubrix_widget.errors import DatasetNameError, DatasetNotFoundError
from rubrix_widget.store import Store, helpful_errors, manifest

ENVIRONMENT = "RUBRIX_WIDGET_HOME"
DEFAULT_WORKSPACE = "default"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LISTED = 10  # dataset names listed in an error before "…"


class Home:
    """The datasets of this process.

    Parameters
    ----------
    path
        The home folder; by default ``RUBRIX_WIDGET_HOME``, else the user's data folder.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self._path = None if path is None else Path(path).expanduser().absolute()
        self.workspace = DEFAULT_WORKSPACE
        self._open: dict[Path, LiveDataset] = {}
        self._lock = threading.RLock()

    @property
    def path(self) -> Path:
        """The home folder."""
        if self._path is not None:
            return self._path
        chosen = os.environ.get(ENVIRONMENT)
        if chosen:
            return Path(chosen).expanduser().absolute()
        from platformdirs import user_data_path

        return user_data_path("rubrix_widget", appauthor=False)

    def folder(self, name: str, workspace: str | None = None) -> Path:
        """Return the folder of a dataset, whether or not it exists.

        Raises
        ------
        DatasetNameError
            The name or workspace is none a dataset can have.
        """
        return (
            self.path / checked_name(workspace or self.workspace, "workspace") / checked_name(name)
        )

    def names(self, workspace: str | None = None) -> list[str]:
        """Return the names of the datasets in a workspace, in alphabetical order."""
        folder = self.path / checked_name(workspace or self.workspace, "workspace")
        if not folder.is_dir():
            return []
        with helpful_errors(folder, "list the datasets"):
            found = (one.name for one in folder.iterdir() if manifest.exists(one))
            return sorted(name for name in found if _NAME.fullmatch(name))

    def dataset(self, name: str) -> LiveDataset:
        """Return an existing dataset.

        Raises
        ------
        DatasetNotFoundError
            There is none of that name in the workspace.
        """
        folder = self.folder(name)
        if not Store(folder).exists():
            raise DatasetNotFoundError(self._not_found(name))
        with self._lock:
            found = self._open.get(folder)
            if found is None:
                found = self._open[folder] = LiveDataset(name, folder)
            return found

    def _not_found(self, name: str) -> str:
        known = self.names()
        if not known:
            return (
                f"no dataset {name!r}: workspace {self.workspace!r} in {self.path} is empty. "
                f"Log records first: rb.log(records, {name!r})"
            )
        listed = ", ".join(known[:_LISTED]) + (", …" if len(known) > _LISTED else "")
        return (
            f"no dataset {name!r} in workspace {self.workspace!r} of {self.path}."
            f"{did_you_mean(name, known)} Datasets: {listed}"
        )

    def forget(self, name: str, workspace: str | None = None) -> None:
        """Close a dataset's files in this process."""
        with self._lock:
            found = self._open.pop(self.folder(name, workspace), None)
            if found is not None:
                found.close()

    def close(self) -> None:
        """Close every dataset's files."""
        with self._lock:
            for dataset in self._open.values():
                dataset.close()
            self._open.clear()

    def delete(self, name: str) -> None:
        """Remove a dataset.

        Raises
        ------
        DatasetNotFoundError
            There is none of that name in the workspace.
        StorageError, DatasetBusyError
            The folder cannot be written, or another process is writing to it.
        """
        folder = self.folder(name)
        if not Store(folder).exists():
            raise DatasetNotFoundError(self._not_found(name))
        self.forget(name)
        Store(folder).remove()


_active = Home()


def active() -> Home:
    """Return the home that dataset names refer to now."""
    return _active


def activate(home: Home) -> None:
    """Make another home the one that dataset names refer to; the earlier one's files are closed."""
    global _active
    _active.close()
    _active = home


def checked_name(name: object, what: str = "dataset") -> str:
    """Return a name that a dataset or workspace can have.

    Raises
    ------
    DatasetNameError
        It cannot have this one; the message says what is accepted.

    Examples
    --------
    >>> checked_name("sst2")
    'sst2'
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise DatasetNameError(
            f"{name!r} is no name for a {what}; use 1 to 100 letters (A-Z, a-z), digits, '-', '_' "
            f"and '.', with a letter or digit first"
        )
    return name
