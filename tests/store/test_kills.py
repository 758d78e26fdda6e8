"""What a process that is killed leaves behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rubrix_widget as rb
from tests.store.made import three

# Runs in a process of its own: logs a base, then lets a forked child log again and kills the
# child at its n-th touch of the file system, for every n until a child gets through.
_KILLS = """
import os, signal, sys
import rubrix_widget as rb
from rubrix_widget.workspace import count, load

home, first = sys.argv[1], sys.argv[2] == "first"
rb.init(home)

def records(mark, n):
    return [rb.TextClassificationRecord(text=f"{mark} text {i}", id=i) for i in range(n)]

EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "sqlite3.connect")

def touches(event, args):
    if event == "open":
        return "w" in str(args[1]) or (args[2] or 0) & os.O_WRONLY
    return event in EVENTS

def child(step):
    seen = 0
    def hook(event, args):
        nonlocal seen
        if touches(event, args):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
    rb.init(home)
    sys.addaudithook(hook)
    rb.log(records("new", 12), f"d{step}", verbose=False)
    os._exit(0)

killed = 0
for step in range(1, 400):
    rb.init(home)
    if not first:
        rb.log(records("old", 10), f"d{step}", verbose=False)
        rb.relabel(f"d{step}", "kept", ids=[1])
        rb.init(home)
    pid = os.fork()
    if pid == 0:
        child(step)
    _, status = os.waitpid(pid, 0)
    rb.init(home)
    name = f"d{step}"
    if not first or name in rb.list_datasets():
        old, new, every = count(name, "old"), count(name, "new"), count(name)
        assert (old, new, every) in ((10, 0, 10), (0, 12, 12)), (step, old, new, every)
    if not first:
        assert load(name, ids=[1])[0].annotation == ("kept" if old else None), step
    rb.log(records("new", 12), name, verbose=False)
    assert (count(name, "new"), count(name)) == (12, 12), step
    index = os.path.join(home, "default", name, "index")
    left = [path for path in os.listdir(index) if path.endswith("tmp")]
    assert not left, left
    if status == 0:
        break
    killed += 1
print("killed", killed)
"""


@pytest.mark.slow
@pytest.mark.parametrize("which", ["first", "second"])
def test_a_log_killed_anywhere_leaves_the_old_dataset_or_the_new_one(
    tmp_path: Path, which: str
) -> None:
    """At whatever touch of the disk the process dies, the dataset is whole and can be logged to.

    A first log leaves none or all of its records, a second one the old or the new ones.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _KILLS, str(tmp_path), which],
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout.split()[-1]) >= 10, "the kills did not reach into the log"


def test_what_a_deletion_cut_short_left_is_removed_later(home: Path) -> None:
    """A deletion killed after the dataset went out of sight keeps no disk space for good."""
    folder = three(home)
    kept = folder.with_name(".gone.0123abcd.deleted")
    shutil.copytree(folder, kept)
    rb.log([rb.TextClassificationRecord(text="a fourth film")], "d")
    assert not kept.exists()
    shutil.copytree(folder, kept)
    rb.delete("d")
    assert list(folder.parent.iterdir()) == []
