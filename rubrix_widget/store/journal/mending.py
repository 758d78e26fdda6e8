"""Mending a damaged journal from its copy, and from what can still be read of it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rubrix_widget.errors import JournalDamagedError
from rubrix_widget.store.files import sync_folder
from rubrix_widget.store.journal import copy
from rubrix_widget.store.journal.copy import JournalCopy
from rubrix_widget.store.journal.events import LOST, Row, Written
from rubrix_widget.store.journal.journal import ASIDE, FILE, Journal
from rubrix_widget.store.journal.remains import Remains

_NOTHING: Final[Row] = (None, None, LOST, None, None, None)
_NO_DAMAGE: Final = ("locked", "busy", "full", "readonly", "unable to open", "closed database")


_WRITING: Final = ("WRITE", "FSYNC", "DIR_FSYNC", "TRUNCATE", "SHMSIZE", "SHMMAP")


def is_damage(error: BaseException) -> bool:
    """Tell whether an error says that a journal is damaged."""
    if isinstance(error, JournalDamagedError):
        return True
    if getattr(error, "sqlite_errorname", "") in [f"SQLITE_IOERR_{one}" for one in _WRITING]:
        return False
    return isinstance(error, sqlite3.Error) and not any(one in str(error) for one in _NO_DAMAGE)


def mend(
    folder: Path,
    token: str | None,
    why: BaseException,
    alone: Callable[[], AbstractContextManager[object]],
) -> str:
    """Put a journal in the place of a damaged one; return what was lost, in words.

    The damaged files stay beside it, under another name. Cut short anywhere, it can begin anew.
    From the making of the folder aside on, no transaction begins; a change whose transaction had
    begun is in the copy before that gets another name, or fails.

    Parameters
    ----------
    folder
        The dataset's folder.
    token
        Whose journal it is.
    why
        What says that it is damaged.
    alone
        Holds while nobody else can open it.
    """
    path, aside = folder / FILE, folder / ASIDE
    kept = folder / f"journal.damaged-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir()
        kept_copy = kept.with_name(kept.name + ".copy.jsonl")
        _set_aside(folder / copy.FILE, kept_copy, aside)
        found = _recovered(JournalCopy(kept_copy), token, Remains(path))
        with closing(Journal(aside / FILE)) as journal:
            journal.fill(found.groups, token)
        for suffix in ("", "-wal"):
            with suppress(FileNotFoundError):
                os.link(path.with_name(FILE + suffix), f"{kept}.sqlite{suffix}")
        with alone():
            (aside / copy.FILE).replace(folder / copy.FILE)
            for suffix in ("-wal", "-shm"):  # else SQLite takes them for the new one's
                path.with_name(FILE + suffix).unlink(missing_ok=True)
            (aside / FILE).replace(path)
            sync_folder(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    text = f"the journal of changes of {folder.name!r} was damaged ({why}) and is mended: "
    text += found.sentence()
    if any(folder.glob(f"{kept.name}.*")):
        text += f". The damaged files are kept as {kept.name}.*"
    return text


def _set_aside(path: Path, kept: Path, aside: Path) -> None:
    """Give the copy another name, and put a duplicate in its place.

    Whoever writes a change into it after that finds that it is not the copy any more.
    """
    with suppress(FileNotFoundError):
        shutil.copyfile(path, aside / "duplicate")
        os.link(path, kept)
        (aside / "duplicate").replace(path)


@dataclass(frozen=True)
class _Recovered:
    """What was found of a journal.

    Attributes
    ----------
    groups
        All, with rows in the place of those that are lost.
    lost
        Numbers of these.
    open_end
        Whether more may be lost at the end.
    """

    groups: list[Written]
    lost: list[int]
    open_end: bool

    def sentence(self) -> str:
        last = sum(len(one.rows) for one in self.groups)
        text = f"{last - len(self.lost):,} changes were read back"
        if self.lost:
            many = len(self.lost) > 1
            text += (
                f", and change{'s' if many else ''} {_ranges(self.lost)} of {last:,} "
                f"{'are' if many else 'is'} lost"
            )
        unknown = [one.group for one in self.groups if one.kind == "lost"]
        if unknown:
            text += (
                f", and of group{'s' * (len(unknown) > 1)} {_ranges(unknown)} it is lost who made "
                f"the changes, when and why"
            )
        if self.open_end:
            return text + f"; any after change {last:,} are lost too"
        return (
            text if self.lost or unknown else text + ", and none before the newest of them is lost"
        )


def _recovered(known: JournalCopy, token: str | None, remains: Remains) -> _Recovered:
    """Return every group, from the copy or else the database, and the numbers that are lost."""
    lines = [one for one, _, _ in known.read(token)]
    groups = remains.groups | {one.group: one for one in lines if one is not None}
    rows = dict(remains.events)
    for one in groups.values():
        rows |= {seq: (one.group, row) for seq, row in enumerate(one.rows, start=one.first)}
    last, lost, group = max(remains.last, max(rows, default=0)), list[int](), 1
    by_group: dict[int, list[Row]] = {}
    for seq in range(1, last + 1):
        if seq not in rows or rows[seq][0] < group:
            lost.append(seq)
            row = _NOTHING
        else:
            group, row = rows[seq]
        by_group.setdefault(group, []).append(row)
    whole, first = [], 1
    for number in range(1, max([*groups, *by_group], default=0) + 1):
        given = by_group.get(number, [])
        whole.append(replace(groups.get(number) or _unknown(number), first=first, rows=given))
        first += len(given)
    sure = remains.is_sure or (lines[-1:] not in ([], [None]) and known.is_finished())
    return _Recovered(whole, lost, not sure)


def _unknown(number: int) -> Written:
    """Return a group whose changes may be known, but not who made them."""
    at = dt.datetime.fromtimestamp(0, dt.UTC).isoformat()
    return Written(number, "lost", [], None, at, None, None, 1, [])


def _ranges(numbers: list[int]) -> str:
    """Return numbers as ranges: ``1, 4-6``."""
    found: list[list[int]] = []
    for one in numbers:
        if found and found[-1][1] == one - 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return ", ".join(f"{a:,}" if a == b else f"{a:,}-{b:,}" for a, b in found)
