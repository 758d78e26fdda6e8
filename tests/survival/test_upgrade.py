"""A journal of the format before: everything in it is there, and goes on as before.

``format_1.sql`` is a journal that the version before wrote: edits by two people, undone, made
again, undone for good, labels made meanwhile, and a record logged anew.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import rubrix_widget as rb
from rubrix_widget.edits import LiveDataset
from rubrix_widget.home import active
from rubrix_widget.store.journal import COPY, FILE
from tests.survival.whole import states

ANNOTATIONS = ["positive", "neutral", "wrong", "neutral", "neutral", "neutral"]


def of_format_1(name: str = "d") -> Path:
    """Make the dataset whose journal it is."""
    labels = ["negative", "neutral"]
    first = [
        rb.TextClassificationRecord(
            text=f"text {i}", id=i, prediction=[("positive", 0.9)], annotation=labels[i % 2]
        )
        for i in range(6)
    ]
    rb.log(first, name, verbose=False)
    anew = rb.TextClassificationRecord(text="text 4 anew", id=4, annotation="neutral")
    rb.log([anew], name, verbose=False)
    folder = active().folder(name)
    for path in folder.glob("journal*"):
        path.unlink()
    with closing(sqlite3.connect(folder / FILE)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(Path(__file__).with_name("format_1.sql").read_text())
    return folder


def check(folder: Path) -> None:
    """Compare what is read with what the version before said."""
    with closing(LiveDataset("d", folder)) as live:
        now = states(live.engine())
        assert [now[str(i)].annotation for i in range(6)] == [(one,) for one in ANNOTATIONS]
        assert live.engine().labels == [
            *("negative", "neutral", "positive"),
            *("brand new", "wrong", "gone"),
        ]
        assert (live.can("ada"), live.can("bob")) == ((True, True), (True, False))
        kinds = [
            (one.kind, sorted(one.targets), one.agent, one.count) for one in live.groups(11, 12)
        ]
        assert kinds == [
            *[("edit", [], "ada", 2), ("edit", [], "ada", 1), ("undo", [2], "ada", 1)],
            *[("redo", [2], "ada", 1), ("edit", [], "bob", 1), ("undo", [5], "bob", 1)],
            *[("edit", [], "ada", 1), ("edit", [], "ada", 1), ("undo", [8], "ada", 1)],
            *[("edit", [], "bob", 1), ("logged", [], None, 1)],
        ]
        assert [one.id for one in live.groups() if one.in_effect] == [1, 2, 7, 10]
        newest, oldest = live.history("1", 10)
        assert (newest["old"], newest["new"], newest["agent"]) == (
            ["brand new"],
            ["neutral"],
            "bob",
        )
        assert (oldest["query"], oldest["reason"]) == ("text", "asked")


def test_a_journal_of_format_1_opens_and_is_undone_and_redone_as_before(home: Path) -> None:
    """What ada undid she can make again, what bob undid for good is gone, groups keep numbers."""
    folder = of_format_1()
    check(folder)
    check(folder)
    live = active().dataset("d")
    redone = live.redo(agent="ada")
    assert redone is not None
    assert redone.ids == ["5"]
    undone = live.undo(agent="bob")
    assert undone is not None
    assert undone.ids == ["1"]
    now = states(live.engine())
    assert [now[one].annotation for one in "15"] == [("brand new",), ("gone",)]
    back = live.undo(agent="ada", group=1)
    assert back is not None
    assert sorted(back.ids) == ["0", "1"]
    assert live.engine().labels[:3] == ["negative", "neutral", "positive"]
    assert (folder / COPY).stat().st_size > 0


def test_a_journal_of_format_1_that_cannot_be_written_is_read_and_left_as_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may only read sees everything; not a byte is changed."""
    folder = of_format_1()
    before = (folder / FILE).read_bytes()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    check(folder)
    assert (folder / FILE).read_bytes() == before


def test_several_processes_bring_a_journal_up_to_date_at_once(home: Path) -> None:
    """One of them does it, the others find it done, and nobody is told of a lock."""
    folder = of_format_1()
    code = "import sys; from tests.survival.test_upgrade import check; from pathlib import Path; "
    command = [sys.executable, "-W", "error", "-c", code + "check(Path(sys.argv[1]))", folder]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [one.communicate(timeout=60)[1] for one in running]
    assert [one.returncode for one in running] == [0, 0, 0], "\n".join(said)[-3000:]
    check(folder)


_OPEN = """
import os, random, signal, sys, time
from pathlib import Path
from rubrix_widget.edits import LiveDataset
for folder in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        LiveDataset("d", Path(folder)).engine()
        os._exit(0)
    time.sleep(random.Random(folder).random() * 0.03)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


@pytest.mark.slow
def test_a_kill_while_a_journal_is_brought_up_to_date_loses_nothing(home: Path) -> None:
    """It is of one format or the other, and the next to open it goes on."""
    folders = [of_format_1(f"d{number}") for number in range(12)]
    subprocess.run([sys.executable, "-W", "ignore", "-c", _OPEN, *folders], check=True)
    for folder in folders:
        check(folder)


def test_a_damaged_journal_of_format_1_is_mended(home: Path) -> None:
    """There is no copy yet; what can be read of it is kept, and the rest said to be lost."""
    folder = of_format_1()
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as db:
        db.execute("UPDATE events SET new = 'noise' WHERE seq = 6")
        db.execute("PRAGMA user_version = 1")
        db.execute("PRAGMA journal_mode = DELETE")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'labels'").fetchone()
    content = bytearray((folder / FILE).read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"noise" * 819 + b"!"
    (folder / FILE).write_bytes(content)
    with pytest.warns(rb.errors.StoreWarning, match=r"11 changes .* change 6 of 12 is lost"):
        rb.load("d")
    assert [one.agent for one in active().dataset("d").groups(2)] == ["bob", None]
