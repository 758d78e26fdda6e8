"""What the store survives: kills, damage, full and read-only disks, newer formats."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

import rubrix_widget as rb
from rubrix_widget.errors import DatasetFormatError, StorageError, StoreWarning
from rubrix_widget.home import active
from rubrix_widget.store import Store

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


def three(home: Path) -> Path:
    rb.log([rb.TextClassificationRecord(text=t) for t in ("good film", "bad film", "so so")], "d")
    rb.init(home)
    return active().folder("d")


@pytest.mark.parametrize("harm", ["remove", "cut", "overwrite", "flip", "empty folder"])
def test_a_damaged_index_is_rebuilt_with_a_notice(home: Path, harm: str) -> None:
    """Losing any index file costs a rebuild and no record, and the answers are the same."""
    folder = three(home)
    (index,) = (folder / "index").iterdir()
    for path in sorted(index.rglob("*")):
        if not path.is_file() or path.stat().st_size == 0:
            continue
        kept = path.read_bytes()
        if harm == "remove":
            path.unlink()
        elif harm == "cut":
            path.write_bytes(kept[:-1])
        elif harm == "overwrite":
            path.write_bytes(b"\x80\x04noise" * 9)
        elif harm == "flip":
            middle = len(kept) // 2
            path.write_bytes(kept[:middle] + bytes([kept[middle] ^ 1]) + kept[middle + 1 :])
        else:
            shutil.rmtree(index)
            index.mkdir()
        rb.init(home)
        with pytest.warns(StoreWarning, match="text index of 'd' was unusable"):
            assert rb.count("d", "film") == 2
        rb.init(home)
        assert rb.count("d", "film") == 2  # and the next opening finds nothing to complain of
        if harm == "empty folder":
            break


def test_a_lost_parquet_part_is_said_by_name(home: Path) -> None:
    """Records that are gone are not passed over in silence."""
    folder = three(home)
    (part,) = (folder / "parts").iterdir()
    part.unlink()
    with pytest.raises(StorageError, match="lacks the file"):
        rb.count("d")


def test_a_dataset_of_a_newer_format_is_left_alone(home: Path) -> None:
    """The message names both formats and the way out."""
    folder = three(home)
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 3}))
    with pytest.raises(
        DatasetFormatError, match=r"has format 3; this version .* format 2. Upgrade"
    ):
        rb.load("d")
    with pytest.raises(DatasetFormatError, match="Upgrade"):
        rb.log([rb.TextClassificationRecord(text="x")], "d")


def test_a_dataset_written_before_there_were_checksums_opens(home: Path) -> None:
    """Its manifest is taken as it is, its index is made anew, and the next log adds checksums."""
    folder = three(home)
    rb.delete_records("d", query="bad")
    expected = rb.load("d").to_pandas()
    rb.init(home)
    for path in (folder / "manifest.json", folder / "manifest.copy.json"):
        content = json.loads(path.read_text())
        del content["crc32"]
        content["format"] = 1
        for part in content["parts"]:
            del part["crc32"], part["deleted_crc32"]
        path.write_text(json.dumps(content))
    (folder / "manifest.copy.json").unlink()
    for path in (folder / "index").glob("*/owner.json"):
        path.unlink()
    with pytest.warns(StoreWarning, match="is rebuilt from the records"):
        found = rb.load("d").to_pandas()
    assert found.equals(expected)
    rb.log([rb.TextClassificationRecord(text="one more film")], "d", verbose=False)
    rb.init(home)
    assert rb.count("d", "film") == 2
    assert json.loads((folder / "manifest.json").read_text())["format"] == 2


def test_a_manifest_that_is_none_is_said(home: Path) -> None:
    """A foreign file in the manifest's place is an error with its path."""
    folder = three(home)
    (folder / "manifest.json").write_text("[]")
    with pytest.raises(DatasetFormatError, match=r"manifest\.json is not a dataset's manifest"):
        rb.load("d")


_AS_NOBODY = """
import os, sys
import rubrix_widget as rb, rubrix_widget.workspace, rubrix_widget.index
rb.init(sys.argv[2])  # imports what it needs, while the standard library can be read
rb.log([rb.TextClassificationRecord(text="film")], "d")
rb.relabel("d", "x", query="film")
rb.init(sys.argv[1])
if os.getuid() == 0:
    os.setuid(65534)
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


def test_a_read_only_folder_can_be_read_and_says_that_it_cannot_be_written(
    home: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Somebody else's dataset opens; logging, relabelling and deleting say what is needed."""
    three(home)
    rb.relabel("d", "x", query="so")
    rb.init(home)
    # Outside pytest's folders, which others may not enter.
    place = Path(tempfile.mkdtemp())
    request.addfinalizer(lambda: shutil.rmtree(place))
    shutil.copytree(home, place / "home")
    folder = place / "home" / "default" / "d"
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for above in (place, place / "home", folder.parent):
        above.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _AS_NOBODY, place / "home", str(tmp_path / "warm")],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(place)},
    )
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)  # so that the folder can be removed again
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines() == [
        "2",
        *["refused: the folder cannot be written"] * 3,
        "3",
    ]


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
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(_FULL), str(home)],
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
    before = sorted(path.name for path in folder.rglob("*") if path.is_file())
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(_FULL), str(home)],
        capture_output=True,
        check=True,
    )
    after = sorted(path.name for path in folder.rglob("*") if path.is_file())
    assert [name for name in after if name not in before] == []


HARMS = ("cut", "noise", "empty", "flip", "foreign")


def harmed(path: Path, harm: str, foreign: Path) -> None:
    """Do something to a file; "foreign" puts one of another part, whole in itself, in its place."""
    kept = path.read_bytes()
    middle = len(kept) // 2
    path.write_bytes(
        {
            "cut": kept[:-7],
            "noise": b"noise" * 9,
            "empty": b"",
            "flip": kept[:middle] + bytes([kept[middle] ^ 4]) + kept[middle + 1 :],
            "foreign": foreign.read_bytes(),
        }[harm]
    )


def two_alike(home: Path) -> tuple[Path, Path]:
    """The folders of two datasets of as many records, with as many deleted ones."""
    rb.log([rb.TextClassificationRecord(text=t) for t in ("a", "b", "c")], "other")
    folder = three(home)
    rb.delete_records("d", "so")
    rb.delete_records("other", "b")
    rb.init(home)
    return folder, active().folder("other")


@pytest.mark.parametrize("which", ["*.parquet", "*.npy"])
@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_part_is_said_with_what_to_do(home: Path, which: str, harm: str) -> None:
    """Records that cannot be read are an error that names the part, what is intact, the way out.

    So are another part's in their place, and nothing is destroyed by trying to log or compact.
    """
    folder, other = two_alike(home)
    (path,), (foreign,) = (folder / "parts").glob(which), (other / "parts").glob(which)
    harmed(path, harm, foreign)
    hurt = path.read_bytes()
    said = rf"of part {path.name.split('.')[0]} are damaged.*are intact.*Restore the folder from"
    for act in (lambda: rb.load("d"), lambda: rb.compact("d"), lambda: rb.delete_records("d", "x")):
        with pytest.raises(StorageError, match=said):
            act()
    assert path.read_bytes() == hurt
    assert rb.count("other") == 2


def test_every_flipped_byte_of_a_part_or_manifest_is_found(home: Path) -> None:
    """No single changed byte passes: not in the Parquet pages, their headers, footer or lists."""
    folder, _ = two_alike(home)
    for path in (*(folder / "parts").iterdir(), folder / "manifest.json"):
        kept = path.read_bytes()
        for place in range(0, len(kept), 1 + len(kept) // 60):
            path.write_bytes(kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :])
            with pytest.raises((StorageError, DatasetFormatError)):
                Store(folder).snapshot()
        path.write_bytes(kept)
    assert rb.count("d", "film") == 2


def test_the_index_of_other_records_is_rebuilt(home: Path) -> None:
    """An index that is whole in itself, of as many records, is not taken for this part's."""
    folder, other = two_alike(home)
    (mine,), (foreign,) = (folder / "index").iterdir(), (other / "index").iterdir()
    shutil.rmtree(mine)
    shutil.copytree(foreign, mine)
    with pytest.warns(StoreWarning, match="belongs to other records"):
        assert rb.count("d", "film") == 2
    (mine / "owner.json").unlink()
    rb.init(home)
    with pytest.warns(StoreWarning, match="does not say whose it is"):
        assert rb.count("d", "film") == 2


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_manifest_is_said_and_its_copy_can_be_used(home: Path, harm: str) -> None:
    """The message tells of the copy; another dataset's manifest is no way to lose records."""
    folder, other = two_alike(home)
    harmed(folder / "manifest.json", harm, other / "manifest.json")
    for act in (lambda: rb.load("d"), lambda: rb.log(rb.TextClassificationRecord(text="x"), "d")):
        with pytest.raises(
            (DatasetFormatError, StorageError), match=r"manifest.copy.json|lacks the file|parts"
        ):
            act()
    (folder / "manifest.json").unlink()
    with pytest.warns(StoreWarning, match="its copy"):
        assert rb.count("d") == 2


def test_a_reader_without_write_access_sees_what_a_writer_has_not_yet_folded_in(
    home: Path, tmp_path: Path
) -> None:
    """A colleague's label is seen while his notebook is open, also by who may only read."""
    folder = three(home)
    rb.relabel("d", "x", query="so")
    script = (
        "import os, sys\n"
        "import rubrix_widget as rb, rubrix_widget.workspace, rubrix_widget.index\n"
        "rb.init(sys.argv[2])\n"
        "rb.log([rb.TextClassificationRecord(text='film')], 'd')\n"
        "rb.count('d', 'film')\n"
        "rb.init(sys.argv[1])\n"
        "os.getuid() or os.setuid(65534)\n"
        "print(rb.count('d', 'annotated_as:x'))\n"
    )
    assert (folder / "journal.sqlite-wal").exists()
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for above in folder.parents[:-1]:
        above.chmod(above.stat().st_mode | 0o055)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(home), str(tmp_path / "warm")],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(home)},
    )
    for path in paths:
        path.chmod(0o755)
    assert done.stdout.strip() == "1", done.stderr[-2000:]


def test_a_journal_of_a_newer_format_is_left_alone_by_readers_too(home: Path) -> None:
    """Changes in a form not known here are an error, whether or not the folder can be written."""
    import sqlite3

    path = three(home) / "journal.sqlite"
    with sqlite3.connect(path) as journal:
        journal.execute("PRAGMA user_version = 9")
    journal.close()
    for mode in (0o644, 0o444):
        path.chmod(mode)
        with pytest.raises(DatasetFormatError, match=r"has format 9.*Upgrade"):
            rb.load("d")


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


@pytest.mark.parametrize("lost", ["manifest", "both"])
def test_a_lost_manifest_costs_nothing(home: Path, lost: str) -> None:
    """Its copy stands in for it; without either, logging refuses and everything is left alone."""
    folder = three(home)
    rb.relabel("d", "x", query="so")
    rb.init(home)
    (folder / "manifest.json").unlink()
    if lost == "both":
        (folder / "manifest.copy.json").unlink()
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for act in (
            lambda: rb.log([rb.TextClassificationRecord(text="x")], "d"),
            lambda: Store(three_beside(home)).copy(folder),
        ):
            with pytest.raises(StorageError, match=r"neither manifest\.json nor .*Restore one"):
                act()
        assert {path: path.read_bytes() for path in before} == before
        return
    with pytest.warns(StoreWarning, match=r"manifest\.json is missing; its copy"):
        assert (rb.count("d"), rb.count("d", "annotated_as:x")) == (3, 1)
    with pytest.warns(StoreWarning, match="the next log writes it anew"):
        rb.log([rb.TextClassificationRecord(text="a fourth film")], "d")
    rb.init(home)
    assert (rb.count("d"), rb.count("d", "annotated_as:x")) == (4, 1)


def three_beside(home: Path) -> Path:
    rb.log([rb.TextClassificationRecord(text="film")], "beside")
    return active().folder("beside")


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
