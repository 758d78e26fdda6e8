"""Small documents kept with a dataset: saved views, the layout of columns.

Each is a file of JSON in ``kept/``, replaced in one step under the dataset's lock. ``log`` and
``compact`` leave them alone, ``copy`` takes them along, ``delete`` removes them.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rubrix_widget.errors import DatasetNotFoundError, StoreWarning, warn
from rubrix_widget.store.files import helpful_errors, sync_file, sync_folder, write_atomically

if TYPE_CHECKING:
    from rubrix_widget.store.store import Store

FOLDER: Final = "kept"
MAX_BYTES: Final = 1 << 20  # of one document; a thousand long queries are less
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
Listener = Callable[[str], None]


class Kept:
    """The documents of one dataset. Any thread and process may read and change them.

    Parameters
    ----------
    store : Store
        The dataset's folder, which must hold a dataset.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []

    def get(self, name: str) -> Any:
        """Return a document as plain data; None when there is none.

        One that cannot be read is set aside with a warning, and is none.

        Parameters
        ----------
        name : str
            Lower-case letters, digits, "-" and "_".

        Raises
        ------
        StorageError
            The folder cannot be read.
        """
        path = self._path(name)
        with helpful_errors(self._store.folder, f"read the {name}"):
            try:
                size = path.stat().st_size
                if size > MAX_BYTES:
                    raise ValueError(f"it has {size:,} bytes, at most {MAX_BYTES:,} are read")
                return json.loads(path.read_bytes(), parse_constant=_no_number)
            except FileNotFoundError:
                return None
            except (ValueError, RecursionError) as error:
                aside = path.with_name(path.name + ".broken")
                with suppress(OSError):
                    path.replace(aside)
                warn(
                    f"the {name} kept with {self._store.folder.name!r} cannot be read ({error}); "
                    f"going on without. {aside if aside.exists() else path} has what is left",
                    StoreWarning,
                )
                return None

    def put(self, name: str, value: Any) -> None:
        """Keep a document in the place of any of that name; None removes it.

        Raises
        ------
        ValueError
            The value is no plain data, or too large.
        StorageError, DatasetBusyError, DatasetNotFoundError
            Nothing is changed.
        """
        self.update(name, lambda _before: value)

    def update(self, name: str, change: Callable[[Any], Any]) -> Any:
        """Replace a document by what a function makes of it, while nobody else writes.

        Parameters
        ----------
        name : str
            Of the document.
        change : callable
            Given the document or None; what it returns is kept, None removes the document. What
            it raises is passed on and nothing is changed.

        Returns
        -------
        object
            What is kept now.

        Raises
        ------
        ValueError
            The value is no plain data, or too large.
        StorageError, DatasetBusyError, DatasetNotFoundError
            Nothing is changed.
        """
        path = self._path(name)
        self._check_there()
        with self._store.writing(f"save the {name}"):
            self._check_there()
            before = self.get(name)
            after = change(before)
            if after == before:
                return after
            if after is None:
                path.unlink(missing_ok=True)
            else:
                content = _encoded(name, after)
                path.parent.mkdir(exist_ok=True)
                write_atomically(path, content)
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener(name)
        return after

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call a function with a document's name after this object changed it.

        Returns
        -------
        callable
            Stops that.
        """
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock, suppress(ValueError):
                self._listeners.remove(listener)

        return stop

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a document: use a-z, 0-9, '-' and '_'")
        return self._store.folder / FOLDER / f"{name}.json"

    def _check_there(self) -> None:
        if not self._store.exists():
            raise DatasetNotFoundError(f"there is no dataset in {self._store.folder} any more")


def copy(source: Path, target: Path) -> None:
    """Copy the documents of one dataset's folder into another's, and force them to the disk."""
    (target / FOLDER).mkdir(exist_ok=True)
    for path in (source / FOLDER).glob("*.json"):
        sync_file(Path(shutil.copyfile(path, target / FOLDER / path.name)))
    sync_folder(target / FOLDER)


def remove(folder: Path) -> None:
    """Remove every document of a dataset's folder."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def _encoded(name: str, value: Any) -> bytes:
    try:
        content = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"the {name} must be plain data: {error}") from None
    if len(content) > MAX_BYTES:
        raise ValueError(
            f"the {name} would take {len(content):,} bytes, at most {MAX_BYTES:,} are kept; "
            f"remove some first"
        )
    return content


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")
