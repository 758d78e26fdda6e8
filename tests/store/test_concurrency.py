"""Readers and writers at the same time, in threads and processes: one state, and no error."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

import rubrix_widget as rb
from rubrix_widget.home import active
from rubrix_widget.store import Store
from tests.store import storm

_SECONDS = 4.0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::rubrix_widget.errors.StoreWarning")  # labels give way here
def test_readers_see_one_state_while_others_write(home: Path) -> None:
    """Records, index and changes are of one moment, in this process and others, at every look.

    Meanwhile two processes and a thread log, label, delete and compact without a pause.
    """
    first = [
        rb.TextClassificationRecord(text=f"{half} g0", annotation="g0", id=f"first{half}")
        for half in "ab"
    ]
    rb.log(first, storm.NAME)
    folder = active().folder(storm.NAME)

    def process(role: str, mark: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", storm.__file__, role, str(home), mark]
        return subprocess.Popen(
            [*command, str(_SECONDS)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    running = [process("write", "p"), process("write", "q"), process("read", "-")]
    with ThreadPoolExecutor(3) as pool:
        threads = [
            pool.submit(storm.write, "t", _SECONDS),
            pool.submit(storm.read, folder, _SECONDS),
            pool.submit(storm.read, folder, _SECONDS),
        ]
        counts = [thread.result() for thread in threads]
    for one in running:
        said, wrong = one.communicate(timeout=60)
        assert one.returncode == 0, wrong[-3000:]
        counts.append(int(said))
    looks = [counts[place] for place in (1, 2, 5)]
    assert min(looks) >= 2, f"nothing happened at the same time: {counts}"
    storm.check(active().dataset(storm.NAME).engine(), {})


_LOG_AND_DELETE = """
import sys
import rubrix_widget as rb
rb.init(sys.argv[1])
for _ in range(15):
    try:
        rb.log([rb.TextClassificationRecord(text="film", id=1)], "shared")
        rb.delete("shared")
    except rb.errors.DatasetNotFoundError:
        pass  # another process was faster
"""


def test_processes_that_log_and_delete_one_dataset_do_not_break_each_other(home: Path) -> None:
    """A log that waited for a deletion makes the dataset anew, whole."""
    command = [sys.executable, "-W", "error", "-c", _LOG_AND_DELETE, str(home)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [one.communicate(timeout=120)[1] for one in running]
    assert [one.returncode for one in running] == [0, 0, 0], "\n".join(said)[-3000:]
    rb.log([rb.TextClassificationRecord(text="film", id=1)], "shared")
    assert rb.count("shared", "film") == 1
    assert [path.name for path in (home / "default").iterdir()] == ["shared"]


@pytest.fixture
def shared(home: Path) -> Path:
    """Return the folder of a dataset that was logged."""
    rb.log([rb.TextClassificationRecord(text="film", id=1)], "shared")
    return active().folder("shared")


def test_who_writes_holds_the_lock_of_the_folder_that_is_there(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder deleted between the opening of its lock and the locking is not the one locked."""
    flock = fcntl.flock

    def deleting(handle: int, how: int) -> None:
        if (shared / "manifest.json").exists():
            shared.rename(shared.with_name(".shared.0a.deleted"))
            shared.mkdir()  # a third process begins to log
        flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", deleting)
    with Store(shared).writing("log"):
        assert (shared / "write.lock").is_file()
        with pytest.raises(Timeout):
            FileLock(shared / "write.lock", timeout=0).acquire()


def test_a_folder_deleted_while_it_is_made_is_made_again(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log goes well where the folder was there, and is gone when that is looked at."""
    mkdir, deleted = os.mkdir, []

    def deleting(path: str | Path, mode: int = 0o777) -> None:
        try:
            mkdir(path, mode)
        except FileExistsError:
            if Path(path) == shared and not deleted:
                deleted.append(shutil.rmtree(shared))
            raise

    monkeypatch.setattr(os, "mkdir", deleting)
    rb.log([rb.TextClassificationRecord(text="play", id=2)], "shared")
    assert deleted
    assert (rb.count("shared", "film"), rb.count("shared", "play")) == (0, 1)


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_an_error(home: Path, kind: str) -> None:
    """Where a file, or a link to nothing, has a dataset's name, logging says so and leaves it."""
    path = active().folder("shared")
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "file":
        path.write_text("mine")
    else:
        path.symlink_to(path.with_name("nothing"))
    with pytest.raises(rb.errors.StorageError, match="shared"):
        rb.log([rb.TextClassificationRecord(text="film", id=1)], "shared")
    assert path.is_symlink() or path.read_text() == "mine"
