"""The lock of who writes, in a folder that another process may delete at any moment."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from filelock import FileLock

LOCK: Final = "write.lock"


def locked(folder: Path, seconds: float) -> FileLock:
    """Make a folder where there is none, and lock it.

    Parameters
    ----------
    folder
        A dataset's folder.
    seconds
        How long to wait for another process, in seconds.

    Returns
    -------
    FileLock
        A lock that is held, in the folder that is there now.

    Raises
    ------
    filelock.Timeout
        Another process held it for longer.
    OSError
        The folder cannot be made or written.
    """
    from filelock import FileLock

    lock = FileLock(folder / LOCK, timeout=seconds)
    while not lock.is_locked:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _take(lock, folder)
        except FileNotFoundError:
            pass  # another process deletes the folder
        except FileExistsError:
            if _is_no_folder(folder):
                raise
    return lock


def _take(lock: FileLock, folder: Path) -> None:
    """Take the lock, unless the folder is another one by then.

    A process that deletes a dataset moves its folder away with the lock in it, and whoever had
    opened that lock before gets it then: it guards nothing any more.
    """
    handle = os.open(folder, os.O_RDONLY)  # while it is open, its number is given to no other
    try:
        lock.acquire()
        try:
            same = os.path.samestat(os.fstat(handle), folder.stat())
        except FileNotFoundError:
            same = False
        if not same:
            lock.release()
    finally:
        os.close(handle)


def _is_no_folder(path: Path) -> bool:
    """Tell what bears a folder's name, be it a file, from a folder that is gone or back again."""
    try:
        return not stat.S_ISDIR(path.lstat().st_mode)
    except FileNotFoundError:
        return False
