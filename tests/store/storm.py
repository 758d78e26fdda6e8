"""Writers and readers of one dataset at a time; each runs in a thread or a process of its own.

Every writer keeps pairs of records: it logs both halves together, labels both as one change and
deletes both together. Whatever a reader sees in which the halves differ, or a pair goes back to a
state it had left, is a mixture of two states.
"""

from __future__ import annotations

import random
import re
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import rubrix_widget as rb
from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import Engine
from rubrix_widget.errors import StoreWarning

NAME = "storm"
PAIRS = 4


def write(mark: str, seconds: float) -> int:
    """Log, label, delete and compact for some seconds, two rounds at least; return how many.

    Writers wait for each other: one that had no second turn in time still gets it.
    """
    rounds, until = 0, time.monotonic() + seconds
    chance = random.Random(mark)
    while time.monotonic() < until or rounds < 2:
        rounds += 1
        pair = chance.randrange(PAIRS)
        ids = [f"{mark}{pair}{half}" for half in "ab"]
        rb.log(
            [
                rb.TextClassificationRecord(
                    text=f"{half} g{rounds}", annotation=f"g{rounds}", id=one
                )
                for half, one in zip("ab", ids, strict=True)
            ],
            NAME,
            verbose=False,
        )
        if chance.random() < 0.8:
            rb.relabel(NAME, "x", ids=ids)
        if chance.random() < 0.2:
            rb.compact(NAME, verbose=False)
        if chance.random() < 0.2:
            rb.delete_records(NAME, ids=ids)
    return rounds


def read(folder: Path, seconds: float) -> int:
    """Look at the dataset for some seconds; return how often it had changed.

    Raises
    ------
    AssertionError
        What was seen is not one state.
    """
    dataset = LiveDataset(NAME, folder)
    seen: dict[str, tuple[int, bool]] = {}
    looks, before, until = 0, None, time.monotonic() + seconds
    while time.monotonic() < until:
        engine = dataset.engine()
        if engine is not before:
            looks, before = looks + 1, engine
            check(engine, seen)
    dataset.close()
    return looks


def check(engine: Engine, seen: dict[str, tuple[int, bool]]) -> None:
    """Compare what the text index, the columns and the journal say of one state."""
    lines: list[dict[str, Any]] = engine.records(engine.select("").order())
    halves = Counter(line["id"][-1] for line in lines)
    texts = Counter(line["inputs"]["text"][0] for line in lines)
    found = {half: engine.select(half).count for half in "ab"}
    labelled = {half: engine.select(f"{half} AND annotated_as:x").count for half in "ab"}
    assert found == {half: halves[half] for half in "ab"} == {half: texts[half] for half in "ab"}
    assert found["a"] == found["b"], found
    assert labelled["a"] == labelled["b"], labelled
    for line in lines:
        (number,) = re.findall(r"g(\d+)", line["inputs"]["text"])
        (label,) = line["annotation"]
        assert label in ("x", f"g{number}"), line
        now = int(number), label == "x"
        assert now >= seen.get(line["id"], now), (line, seen[line["id"]])
        seen[line["id"]] = now


if __name__ == "__main__":
    warnings.simplefilter("ignore", StoreWarning)  # labels that people gave give way here
    role, home, mark, seconds = sys.argv[1:]
    rb.init(home)
    if role == "write":
        print(write(mark, float(seconds)))
    else:
        print(read(Path(home) / "default" / NAME, float(seconds)))
