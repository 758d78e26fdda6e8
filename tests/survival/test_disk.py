"""A disk that takes no more, a folder that cannot be written, a clock that was set back."""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rubrix_widget.edits import Action, Edit, LiveDataset
from rubrix_widget.errors import StorageError, StoreWarning
from rubrix_widget.store.journal import COPY, FILE
from rubrix_widget.store.journal import journal as journals
from tests.survival import harm, storm, whole


@contextmanager
def full(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def filled(live: LiveDataset) -> int:
    """Change records until the disk is full; return how often that went well."""
    for saved in range(10_000):
        size, comment = saved % 30 + 1, Action("comment", f"c{saved}" * 20)
        try:
            live.change(lambda _, size=size: np.arange(size), comment)
        except StorageError as error:
            if re.search(r"the disk is full.*Free some space", str(error)):
                return saved
            raise
    raise AssertionError("the disk is never full")


@pytest.mark.slow
@pytest.mark.parametrize("more", [0, 1, 150, 2_000, 5_000, 9_000, 20_000, 60_000])
@pytest.mark.parametrize("grown", [COPY, FILE + "-wal"])
def test_a_full_disk_costs_the_change_that_finds_it_full(
    tmp_path: Path, more: int, grown: str
) -> None:
    """It is refused with what to do; all before is there, can be read, and goes on with room.

    Whichever of the files finds no room: the copy, or the database's log.
    """
    folder = tmp_path / "d"
    harm.made(folder, rounds=1)
    with closing(LiveDataset("d", folder)) as live:
        live.edit([Edit("0", "comment", "before")])
        before = len(live.groups())
        with full((folder / grown).stat().st_size + more):
            saved = filled(live)
            found = live.groups()
            assert len(found) == before + saved
            now = whole.states(live.engine())
        with full((folder / grown).stat().st_size), closing(LiveDataset("d", folder)) as other:
            assert whole.states(other.engine()) == now
        assert live.edit([Edit("0", "comment", "after")]).changes == 1
    assert len(whole.check(folder, logged=storm.LOGGED)) == before + saved + 1


@pytest.mark.parametrize("room", [0, 500, 8_000, 30_000])
def test_a_full_disk_keeps_a_journal_from_being_mended_and_harms_nothing(
    tmp_path: Path, room: int
) -> None:
    """The error says that the disk is full; with room the journal is mended, nothing lost."""
    folder = tmp_path / "d"
    harm.made(folder)
    truth = harm.Truth(folder)
    harm.page(folder / FILE, random.Random(1))
    harm.header(folder / FILE, random.Random(1))
    before = {name: (folder / name).read_bytes() for name in (FILE, COPY)}
    with full(room), pytest.raises(StorageError, match="the disk is full"):
        LiveDataset("d", folder).engine()
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert harm.outcome(folder, truth) == "mended"


def test_a_commit_that_fails_leaves_no_change_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the copy has the change already, it is taken out of it again."""
    folder = tmp_path / "d"
    harm.made(folder, rounds=1)

    def refuse(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with closing(LiveDataset("d", folder)) as live:
        live.edit([Edit("0", "comment", "before")])
        for name in ("_insert", "_set_copied"):
            with monkeypatch.context() as patched:
                patched.setattr(journals.Journal, name, refuse)
                with pytest.raises(StorageError, match="the disk is full"):
                    live.edit([Edit("1", "comment", "never")])
        live.edit([Edit("2", "comment", "after")])
        comments = {state.comment for state in whole.states(live.engine()).values()}
    whole.check(folder, logged=storm.LOGGED)
    assert {"before", "after"} <= comments
    assert "never" not in comments


_AS_NOBODY = """
import os, sys, warnings
from pathlib import Path
import rubrix_widget as rb, rubrix_widget.workspace, rubrix_widget.index
from rubrix_widget.edits import Edit, LiveDataset
from tests.survival import harm, storm
storm.begin(Path(sys.argv[2]))
LiveDataset("w", Path(sys.argv[2])).engine().select("text").order()
if os.getuid() == 0:
    os.setuid(65534)
live = LiveDataset("d", Path(sys.argv[1]))
try:
    print(len(live.groups()), len(live.events()))
    live.edit([Edit("0", "comment", "no")])
except rb.errors.StorageError as error:
    print("refused:", str(error).split(":")[0])
"""


@pytest.mark.parametrize("damaged", [False, True])
def test_a_folder_that_cannot_be_written_is_read_or_says_what_is_needed(
    request: pytest.FixtureRequest, tmp_path: Path, damaged: bool
) -> None:
    """Who may only read sees all changes; a damaged journal there is an error, and left alone."""
    place = Path(tempfile.mkdtemp())
    request.addfinalizer(lambda: shutil.rmtree(place))
    folder = place / "d"
    harm.made(folder)
    with closing(LiveDataset("d", folder)) as live:
        counts = f"{len(live.groups())} {len(live.events())}"
    if damaged:
        harm.header(folder / FILE, random.Random(1))
    paths = [place, folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path: path.read_bytes() for path in paths if path.is_file()}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _AS_NOBODY, folder, tmp_path / "warm"],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(place)},
        cwd=Path(__file__).parents[2],
    )
    after = {path: path.read_bytes() for path in before}
    for path in paths:
        path.chmod(0o755)
    assert done.returncode == 0, done.stderr[-2000:]
    refused = "refused: the folder cannot be written"
    assert done.stdout.splitlines() == ([refused] if damaged else [counts, refused])
    assert after == before


class Clock(dt.datetime):
    """A clock that is hours behind."""

    behind = dt.timedelta(hours=2)

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Clock:
        """Return the moment as the clock has it."""
        return super().now(tz) - cls.behind


def test_a_clock_set_back_is_told_of_and_changes_keep_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Order is by number; a moment that could be before or after is refused, a clear one is not."""
    folder = tmp_path / "d"
    storm.begin(folder)
    with closing(LiveDataset("d", folder)) as live:
        live.edit([Edit("0", "comment", "first")])
        monkeypatch.setattr(journals.dt, "datetime", Clock)
        with pytest.warns(StoreWarning, match=r"the clock says .* before the newest change"):
            live.edit([Edit("0", "comment", "second")])
        monkeypatch.undo()
        assert [one["new"] for one in live.history("0", 9)] == ["second", "first"]
        first, second = live.groups()
        assert first.at > second.at
        with pytest.raises(ValueError, match=r"set back between groups 1 and 2.*the number of a"):
            live.undo(to=second.at + dt.timedelta(minutes=1))
        assert whole.states(live.engine())["0"].comment == "second"
        back = live.undo(to=1)
        assert back is not None
        assert whole.states(live.engine())["0"].comment == "first"
    whole.check(folder, logged=storm.LOGGED)
