"""Damage to the files of a journal, and what may come of it.

``python -m tests.survival.harm <home> <times>``
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rubrix_widget.edits import Action, Edit, LiveDataset
from rubrix_widget.errors import StoreWarning
from rubrix_widget.store import Label
from rubrix_widget.store.journal import COPY, FILE
from tests.survival import storm, whole

Harm = Callable[[Path, random.Random], None]
WAL = FILE + "-wal"


def made(folder: Path, rounds: int = 3) -> None:
    """Make a dataset with changes of every kind in its journal."""
    storm.begin(folder)
    with closing(LiveDataset("d", folder)) as dataset:
        for number in range(rounds):
            dataset.edit([Edit(str(number), "annotation", ["positive"])], agent="ada")
            dataset.edit([Edit("1", "comment", f"odd {number}")], agent="bob", reason="asked")
            for size in (30, 20):
                action = Action("annotation", [f"new {number}" if size == 20 else "neutral"])
                dataset.change(lambda _, size=size: np.arange(size), action, agent="ada", query="q")
            dataset.undo(agent="ada")
            if number % 2:
                dataset.redo(agent="ada")
            dataset.declare([Label("negative", "no"), Label("neutral")], agent="bob")
            dataset.edit([Edit(str(number), "status", "Discarded")], agent="ada")


@contextmanager
def kept_open(folder: Path) -> Iterator[None]:
    """Keep the write-ahead log from being folded in, as another notebook would."""
    with closing(LiveDataset("other", folder)) as other:
        other.engine()
        yield


def noise(path: Path, chance: random.Random) -> None:
    """Overwrite a stretch anywhere."""
    content = bytearray(path.read_bytes())
    begin = chance.randrange(len(content))
    size = min(chance.choice([1, 8, 100, 4096, 20_000]), len(content) - begin)
    content[begin : begin + size] = chance.randbytes(size)
    path.write_bytes(content)


def header(path: Path, chance: random.Random) -> None:
    """Overwrite what a database begins with."""
    content = path.read_bytes()
    path.write_bytes(chance.randbytes(100) + content[100:])


def page(path: Path, chance: random.Random) -> None:
    """Overwrite one page of a database."""
    content = bytearray(path.read_bytes())
    begin = chance.randrange(max(1, len(content) // 4096)) * 4096
    content[begin : begin + 4096] = chance.randbytes(4096)
    path.write_bytes(content)


def bit(path: Path, chance: random.Random) -> None:
    """Flip a single bit."""
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def cut(path: Path, chance: random.Random) -> None:
    """Cut the end off."""
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content))])


def empty(path: Path, chance: random.Random) -> None:
    """Leave nothing in it."""
    path.write_bytes(b"")


def gone(path: Path, chance: random.Random) -> None:
    """Remove it."""
    path.unlink()


def foreign(path: Path, chance: random.Random) -> None:
    """Put another program's database in its place."""
    path.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("CREATE TABLE events (name TEXT)")
        db.execute(f"PRAGMA user_version = {chance.choice([0, 1, 2])}")


HARMS: dict[str, Harm] = {
    one.__name__: one for one in (noise, header, page, bit, cut, empty, gone, foreign)
}


class Truth:
    """What a dataset's journal holds while it is whole.

    Attributes
    ----------
    told
        Answers to every question about the journal.
    after
        What every record was after each change.
    """

    def __init__(self, folder: Path) -> None:
        with closing(LiveDataset("d", folder)) as dataset:
            self.told = answers(dataset)
            events = dataset.events()
        now, self.after = dict(storm.LOGGED), {0: dict(storm.LOGGED)}
        self.copy = (folder / COPY).read_bytes()
        self.events = {event.seq: event for _, event in events}
        self.last = max(self.events)
        with closing(sqlite3.connect(folder / FILE)) as db:
            (self.count,) = db.execute("SELECT COUNT(*) FROM events").fetchone()
        for seq, event in self.events.items():
            now = {**now, event.record_id: event.new or storm.LOGGED[event.record_id]}
            self.after[seq] = now

    def ends_within_the_last(self, copy: Path) -> bool:
        """Tell whether a copy is as it was, but for an end that lacks in its last line."""
        left = copy.read_bytes() if copy.exists() else b""
        begin = self.copy.rindex(b"\n", 0, -1) + 1
        return begin <= len(left) < len(self.copy) and self.copy.startswith(left)


def answers(dataset: LiveDataset) -> dict[str, Any]:
    """Ask everything that is answered from a journal."""
    found: dict[str, Any] = {"groups": dataset.groups(), "events": dataset.events()}
    found["history"] = {one: dataset.history(one, 1000) for one in storm.LOGGED}
    found["can"] = {agent: dataset.can(agent) for agent in ("ada", "bob", "nobody")}
    found["labels"] = dataset.labels()
    changes = dataset.changes()
    found["columns"] = changes.number.tolist(), changes.ids, changes.groups.agent
    found["next"] = {
        agent: (lambda done: done and (done.ids, done.changes))(
            dataset.undo(agent=agent, dry_run=True)
        )
        for agent in ("ada", "bob")
    }
    found["states"] = whole.states(dataset.engine())
    found["order"] = dataset.engine().labels
    return found


def outcome(folder: Path, truth: Truth) -> str:
    """Open a damaged dataset, and tell what became of it.

    Where the newest change is gone from the database, and its copy's line is cut short, nothing
    tells it from a change that was being saved when the computer stopped.

    Raises
    ------
    AssertionError
        Something wrong was shown silently, or what is lost was not said.
    """
    begun = truth.ends_within_the_last(folder / COPY)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with closing(LiveDataset("d", folder)) as dataset:
            found = answers(dataset)
    said = [str(one.message) for one in caught if issubclass(one.category, StoreWarning)]
    if begun and not said and found != truth.told:
        last = truth.told["events"][-1][0]
        kept = [one for one in truth.told["events"] if one[0] != last]
        assert found["events"] == kept, _difference(found, truth.told)
        return "as if it was never saved"
    if found == truth.told:
        whole.check(folder, logged=storm.LOGGED)
        return "mended" if any("mended" in one for one in said) else "kept"
    text = "; ".join(said)
    lost, unknown = _numbers(text, "changes?"), _numbers(text, "of groups?")
    lost |= _behind(text, truth)
    assert lost | unknown, f"{text}\n{_difference(found, truth.told)}"
    for group in found["groups"]:
        assert (group.kind == "lost") == (group.id in unknown), text
    whole.check(folder, logged=storm.LOGGED)
    there = {event.seq: event for _, event in found["events"]}
    expected = {seq: event for seq, event in truth.events.items() if seq not in lost}
    assert there == expected, (text, _difference(there, expected))
    now = dict(storm.LOGGED)
    for event in expected.values():
        now[event.record_id] = event.new or storm.LOGGED[event.record_id]
    assert found["states"] == now
    return "said to be lost"


def _numbers(text: str, of: str) -> set[int]:
    """Return the numbers that a warning names."""
    found: set[int] = set()
    if numbers := re.search(rf"and {of} ([\d, -]+)", text):
        for one in numbers[1].strip(", ").split(", "):
            low, _, high = one.partition("-")
            found |= set(range(int(low), int(high or low) + 1))
    return found


def _behind(text: str, truth: Truth) -> set[int]:
    """Return the numbers of changes behind the one that a warning names as the last."""
    lost: set[int] = set()
    for end in re.finditer(
        r"any after change ([\d,]+) are lost|change ([\d,]+); if there were later ones", text
    ):
        lost |= set(range(int((end[1] or end[2]).replace(",", "")) + 1, truth.count + 1))
    return lost


def _difference(one: Any, other: Any) -> str:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [key for key in {**one, **other} if one.get(key) != other.get(key)]
        return "; ".join(f"{key}: {_difference(one.get(key), other.get(key))}" for key in keys[:4])
    return f"{str(one)[:300]} is not {str(other)[:300]}"


def spread(source: Path, target: Path) -> Path:
    """Copy a dataset's folder."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


def sources(home: Path) -> list[Path]:
    """Make datasets, one with a write-ahead log that is folded in, one with part of it not."""
    made(home / "folded")
    made(home / "made")
    with kept_open(home / "made"):
        with closing(LiveDataset("d", home / "made")) as dataset:
            dataset.edit([Edit("7", "annotation", ["late"])], agent="ada")
        return [home / "folded", spread(home / "made", home / "logged")]


def damage(folder: Path, files: list[str], chance: random.Random) -> None:
    """Do something to each of some files."""
    for name in files:
        if (folder / name).exists():  # else there is none, or SQLite folded it in
            harm = chance.choice([one for one in HARMS if one != "foreign" or name == FILE])
            HARMS[harm](folder / name, chance)


def harms(home: Path, times: int) -> dict[str, dict[str, int]]:
    """Damage a dataset in so many ways; count what became of it."""
    made = sources(home)
    truths = [Truth(spread(one, home / "truth")) for one in made]
    counts: dict[str, dict[str, int]] = {}
    for number in range(times):
        chance = random.Random(number)
        which = chance.randrange(2)
        folder = spread(made[which], home / "d")
        there = [FILE, COPY, WAL] if which else [FILE, COPY]
        files = chance.sample(there, chance.choice([1, 1, 2]))
        damage(folder, files, chance)
        try:
            became = outcome(folder, truths[which])
        except BaseException:
            print(f"damage {number}, to {files}", file=sys.stderr)
            raise
        kind = " and ".join(sorted(files))
        counts.setdefault(kind, {}).setdefault(became, 0)
        counts[kind][became] += 1
    return counts


if __name__ == "__main__":
    print(json.dumps(harms(Path(sys.argv[1]), int(sys.argv[2])), indent=1))
