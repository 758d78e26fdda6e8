"""Writing files so that a crash leaves the old or the new, and errors that say what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from rubrix_widget.errors import DatasetBusyError, JournalDamagedError, StorageError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_ROOM = {"SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def helpful_errors(folder: Path, doing: str) -> Iterator[None]:
    """Turn the errors of disk and database into ones a person can act on.

    Raises
    ------
    StorageError
        Disk full, folder read-only, file damaged or unreadable.
    DatasetBusyError
        The journal stayed locked by another process.
    """
    try:
        yield
    except StorageError:
        raise
    except (sqlite3.Error, JournalDamagedError) as error:
        raise _database_error(folder, doing, error) from error
    except FileNotFoundError:
        raise
    except pa.ArrowInvalid as error:
        raise StorageError(
            f"could not {doing} in {folder}: a file is damaged ({error}). Restore the folder from "
            f"a copy, or delete the dataset and log it again"
        ) from error
    except OSError as error:
        raise StorageError(_disk_message(folder, doing, error)) from error


def _disk_message(folder: Path, doing: str, error: OSError) -> str:
    text = str(error)
    short = "requested and" in text  # what NumPy says of a write cut short
    if error.errno in _FULL or short or "No space left" in text:
        return (
            f"the disk is full: could not {doing} in {folder}. What was there before is "
            f"unchanged. Free some space and try again, or keep datasets elsewhere: rb.init(path)"
        )
    if error.errno in _FORBIDDEN or "Read-only" in text or "Permission denied" in text:
        return (
            f"the folder cannot be written: could not {doing} in {folder} "
            f"({error.strerror or text}). Nothing was changed. Ask for write access, or keep "
            f"datasets elsewhere: rb.init(path)"
        )
    return f"could not {doing} in {folder}: {text}"


def _database_error(folder: Path, doing: str, error: Exception) -> Exception:
    text = str(error)
    if "locked" in text or "busy" in text:
        return DatasetBusyError(
            f"could not {doing} in {folder}: another process keeps the journal locked. "
            f"Nothing was changed; try again when it is done"
        )
    if "full" in text or getattr(error, "sqlite_errorname", "") in _NO_ROOM:
        return StorageError(_disk_message(folder, doing, OSError(errno.ENOSPC, text)))
    if "readonly" in text or "unable to open" in text:
        return StorageError(_disk_message(folder, doing, OSError(errno.EROFS, text)))
    if isinstance(error, JournalDamagedError) or "malformed" in text or "not a database" in text:
        return StorageError(
            f"could not {doing} in {folder}: the journal of changes is damaged ({text}). The "
            f"records as logged are intact. Opening the dataset mends it; try again"
        )
    return StorageError(f"could not {doing} in {folder}: {text}")


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file by new content in one step that survives a power cut."""
    draft = path.with_name(path.name + ".tmp")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Force a written file to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
