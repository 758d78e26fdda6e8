"""Compaction: one part, the same dataset; aside, in the background, and killed at any moment."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rubrix_widget as rb
from rubrix_widget.home import active
from rubrix_widget.index import Segment
from rubrix_widget.store import Store, compact, compacting
from rubrix_widget.store.parts import Parts


def record(text: str, **fields: object) -> rb.TextClassificationRecord:
    return rb.TextClassificationRecord(text=text, **fields)


def in_parts() -> Store:
    """A dataset in several parts, with replaced, deleted and relabelled records."""
    rb.log([record(f"old film {i}", id=i, metadata={"n": i}) for i in range(40)], "d")
    rb.log([record(f"new film {i}", id=i, annotation="x") for i in range(3, 12)], "d")
    rb.log([rb.TextClassificationRecord(inputs={"title": "a title"}, id="t")], "d")
    rb.delete_records("d", "20 OR 21")
    rb.relabel("d", "y", ids=[5, "t"])
    return Store(active().folder("d"))


def everything(home: Path) -> dict[str, list[object]]:
    rb.init(home)
    frame = rb.load("d").to_pandas().to_dict("list")
    for query in (
        "film",
        "inputs.title:title",
        "text.exact:new",
        "annotated_as:y",
        "metadata.n:>30",
    ):
        frame[query] = list(rb.load("d", query).to_pandas()["id"])
    return {name: [str(one) for one in values] for name, values in frame.items()}


def test_a_compacted_dataset_is_the_same_in_one_part(home: Path) -> None:
    """Records, their order, changes and answers stay; parts, dead records and bytes go."""
    store = in_parts()
    before = everything(home)
    assert len(store.manifest().parts) > 1
    done = rb.compact("d", verbose=False)
    assert (done.records, done.parts_after) == (39, 1)
    assert done.bytes_after < done.bytes_before
    assert everything(home) == before
    assert store.manifest().parts[0].deleted is None
    names = {path.name for path in store.folder.iterdir()}
    assert "compacting" not in names
    again = rb.compact("d", verbose=False)
    assert (again.parts_before, again.bytes_before) == (again.parts_after, done.bytes_after)
    assert rb.relabel("d", "z", ids=5).ids == ["5"]


def test_the_index_of_a_compacted_dataset_is_that_of_its_records(home: Path) -> None:
    """What was merged equals, array for array, what a rebuild makes; a damaged one is rebuilt."""
    store = in_parts()
    next((store.folder / "index").glob("*/0.tokens.npy")).write_bytes(b"noise")
    for number in (1, 2):
        compact(store)
        (part,) = store.manifest().parts
        merged = Segment.open(store.parts.index(part))
        built = store.parts.build_index(part)
        assert merged.fields == built.fields
        for name, field in built.arrays.items():
            for array in dataclasses.fields(field):
                other = getattr(merged.arrays[name], array.name)
                np.testing.assert_array_equal(getattr(field, array.name), other)
        rb.log([record("one more film", id="more")], "d")
        rb.delete_records("d", ids=[number])


def test_an_open_dataset_goes_on_with_the_old_files(home: Path) -> None:
    """A selection made before a compaction by somebody else still counts, pages and marks."""
    store = in_parts()
    engine = active().dataset("d").engine()
    selection = engine.select("film")
    compact(Store(store.folder))
    assert selection.count == engine.select("old OR new").count == 38
    assert len(engine.records(selection.order())) == 38
    assert rb.count("d", "film") == 38


@pytest.mark.parametrize("wait", [True, False])
def test_a_write_in_the_way_is_never_undone(
    home: Path, monkeypatch: pytest.MonkeyPatch, wait: bool
) -> None:
    """What is logged while a compaction is prepared stays; the compaction begins again, or ends."""
    store = in_parts()
    written = Parts.write
    logged: list[int] = []

    def meanwhile(self: Parts, *given: object) -> object:
        part = written(self, *given)  # type: ignore[arg-type]
        if not logged and "compacting" in str(self.index(part)):
            logged.append(1)
            rb.log([record("in between film", id="between")], "d", verbose=False)
        return part

    monkeypatch.setattr(Parts, "write", meanwhile)
    if wait:
        assert compact(store).parts_after == 1
    else:
        with pytest.raises(compacting.MovedError):
            compact(store, wait=False)
    assert rb.count("d", "between AND film") == 1
    assert rb.count("d") == 40
    assert not (store.folder / "compacting").exists()


@pytest.mark.parametrize("setting", ["on", "off"])
def test_much_that_was_deleted_is_compacted_in_the_background(
    home: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    """Where it pays, a thread does it after the deletion, unless that is switched off."""
    monkeypatch.setenv("RUBRIX_WIDGET_COMPACTION", setting)
    monkeypatch.setattr(compacting, "_DEAD_LEAST", 20)
    rb.log([record(f"film {i}", id=i) for i in range(60)], "d", verbose=False)
    store = Store(active().folder("d"))
    rb.delete_records("d", ids=list(range(10)))
    compacting.background_done(store.folder)
    assert store.manifest().parts[0].records == 60  # a sixth is not worth it
    rb.delete_records("d", ids=list(range(10, 30)))
    compacting.background_done(store.folder)
    (part,) = store.manifest().parts
    assert part.records == (30 if setting == "on" else 60)
    assert (rb.count("d", "film"), rb.count("d", "film AND 35")) == (30, 1)


def test_a_process_that_ends_while_compacting_ends_at_once(home: Path) -> None:
    """The compaction is abandoned, nothing is said, and the dataset is whole."""
    script = """
import sys, time
import rubrix_widget as rb
from rubrix_widget.store import compacting
from rubrix_widget.store.parts import Parts
rb.init(sys.argv[1])
compacting._DEAD_LEAST = 20
rb.log([rb.TextClassificationRecord(text=f"film {i}", id=i) for i in range(90)], "d", verbose=False)
write = Parts.write
def slow(self, table, tell, known=()):
    for step in range(600):
        tell(0.0)
        time.sleep(0.05)
    return write(self, table, tell, known)
Parts.write = slow
rb.delete_records("d", ids=list(range(60)))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(home)],
        capture_output=True,
        text=True,
        timeout=25,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert rb.count("d", "film") == 30
    assert not (active().folder("d") / "compacting").exists()


# Forks a child that compacts and kills it at its n-th touch of the file system, for every odd n.
_KILLS = """
import os, shutil, signal, sys
import rubrix_widget as rb
from rubrix_widget.workspace import compact, count, load

home = sys.argv[1]
rb.init(home)
rb.log([rb.TextClassificationRecord(text=f"old {i}", id=i) for i in range(30)], "base")
rb.log([rb.TextClassificationRecord(text=f"new {i}", id=i) for i in range(5, 12)], "base")
rb.relabel("base", "kept", ids=[1, 6])
rb.delete_records("base", "old AND 20")
base = os.path.join(home, "default", "base")
rb.init(home)
expected = load("base").to_pandas().to_dict("list")
EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "sqlite3.connect")

def child(step):
    seen = 0
    def hook(event, args):
        nonlocal seen
        alike = str(args[0]).endswith(".npy") and not str(args[0]).endswith("0.tokens.npy")
        opened = event == "open" and ("w" in str(args[1]) or (args[2] or 0) & 1) and not alike
        if opened or event in EVENTS:
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
    rb.init(home)
    sys.addaudithook(hook)
    compact("d", verbose=False)
    os._exit(0)

killed = 0
for step in range(1, 400, 2):
    rb.init(home)
    shutil.copytree(base, os.path.join(home, "default", "d"))
    pid = os.fork()
    if pid == 0:
        child(step)
    _, status = os.waitpid(pid, 0)
    rb.init(home)
    assert load("d").to_pandas().to_dict("list") == expected, step
    assert (count("d", "old"), count("d", "new"), count("d", "annotated_as:kept")) == (22, 7, 2)
    if step % 4 == 1:
        assert compact("d", verbose=False).parts_after == 1
    else:
        rb.log([rb.TextClassificationRecord(text="later", id="z")], "d", verbose=False)
        rb.delete_records("d", "later")
    left = set(os.listdir(os.path.join(home, "default", "d")))
    left |= set(os.listdir(os.path.join(home, "default", "d", "index")))
    left -= {"manifest.copy.json.tmp"}  # the next manifest takes its place
    assert not [name for name in left if name.endswith(("compacting", "tmp"))], left
    assert load("d").to_pandas().to_dict("list") == expected, step
    rb.delete("d")
    if status == 0:
        break
    killed += 1
print("killed", killed)
"""


@pytest.mark.slow
def test_a_compaction_killed_anywhere_changes_nothing(tmp_path: Path) -> None:
    """At whatever touch of the disk the process dies, records, changes and answers are the same.

    What it left behind is gone after the next compaction or log.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _KILLS, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout.split()[-1]) >= 10, "the kills did not reach into the compaction"
