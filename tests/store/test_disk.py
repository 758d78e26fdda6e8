"""Disks that are full and folders that cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import rubrix_widget as rb
from tests.store.made import three

# Imports what it needs while the standard library can be read, and then has no rights.
_AS_NOBODY = """
import os, sys
import rubrix_widget as rb, rubrix_widget.workspace, rubrix_widget.index
rb.init(sys.argv[2])
rb.log([rb.TextClassificationRecord(text="film")], "d")
rb.relabel("d", "x", query="film")
rb.init(sys.argv[1])
if os.getuid() == 0:
    os.setuid(65534)
"""
_TRY = """
print(rb.count("d", "film"))
for act in (lambda: rb.log([rb.TextClassificationRecord(text="x")], "d"),
            lambda: rb.relabel("d", "x", query="film"),
            lambda: rb.delete_records("d", query="film")):
    try:
        act()
    except rb.errors.StorageError as error:
        print("refused:", str(error).split(":")[0])
print(rb.count("d"))
"""


def said_to_nobody(home: Path, script: str, warm: Path) -> list[str]:
    """Return what a script prints for somebody who may read the dataset "d" and not write it."""
    folder = home / "default" / "d"
    for above in folder.parents[:-1]:
        above.chmod(above.stat().st_mode | 0o055)
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _AS_NOBODY + script, str(home), str(warm)],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(home)},
    )
    for path in paths:
        path.chmod(0o755)  # so that the folder can be removed again
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def test_a_read_only_folder_can_be_read_and_says_that_it_cannot_be_written(
    home: Path, tmp_path: Path
) -> None:
    """Somebody else's dataset opens; logging, relabelling and deleting say what is needed."""
    three(home)
    rb.relabel("d", "x", query="so")
    rb.init(home)
    said = said_to_nobody(home, _TRY, tmp_path / "warm")
    assert said == ["2", *["refused: the folder cannot be written"] * 3, "3"]


def test_a_reader_without_write_access_sees_what_a_writer_has_not_yet_folded_in(
    home: Path, tmp_path: Path
) -> None:
    """A colleague's label is seen while his notebook is open, also by who may only read."""
    folder = three(home)
    rb.relabel("d", "x", query="so")
    assert (folder / "journal.sqlite-wal").exists()
    script = "print(rb.count('d', 'annotated_as:x'))"
    assert said_to_nobody(home, script, tmp_path / "warm") == ["1"]


_FULL = """
import resource, sys
import rubrix_widget as rb
rb.init(sys.argv[1])
big = [rb.TextClassificationRecord(text=f"{i} " * 40, id=i) for i in range(4000)]
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
try:
    rb.log(big, "d", verbose=False)
except rb.errors.StorageError as error:
    print("refused:", str(error).split(":")[0])
print(rb.count("d", "film"), rb.count("d"))
"""


def test_a_disk_that_takes_no_more_leaves_the_dataset_as_it_was(home: Path) -> None:
    """A file that cannot be written whole costs the log and nothing that was there."""
    three(home)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FULL, str(home)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines() == ["refused: the disk is full", "2 3"]
    assert rb.log([rb.TextClassificationRecord(text="a fourth film")], "d").added == 1
    assert rb.count("d", "film") == 3


def test_a_log_that_fails_leaves_no_files_behind(home: Path) -> None:
    """What was begun is removed, so that a full disk is not kept full by the failure."""
    folder = three(home)
    before = {path for path in folder.rglob("*") if path.is_file()}
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FULL, str(home)],
        capture_output=True,
        check=True,
    )
    assert {path for path in folder.rglob("*") if path.is_file()} <= before
