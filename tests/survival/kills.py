"""Kill a process in the middle of a storm of changes, again and again, and look at what is left.

``python -m tests.survival.kills <home> <times>``
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import warnings
from pathlib import Path

from tests.survival import storm, whole

_ROUNDS = 8  # kills that one dataset goes through


def kills(home: Path, times: int) -> dict[str, int]:
    """Kill so many times; return how many changes had been acknowledged, and of how many kinds.

    Raises
    ------
    AssertionError
        Something acknowledged is lost, half of a group is there, or two accounts differ.
    """
    chance, acknowledged, torn = random.Random(5), 0, 0
    for number in range(times):
        folder = home / "default" / f"d{number // _ROUNDS}"
        told = folder.with_name(f"acknowledged{number // _ROUNDS}")
        if number % _ROUNDS == 0:
            storm.begin(folder)
        before = told.stat().st_size if told.exists() else 0
        child = os.fork()
        if child == 0:
            storm.rage(folder, told, number)
            os._exit(1)
        while not told.exists() or told.stat().st_size <= before:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.2)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        torn += _is_torn(folder)
        groups = whole.check(folder, logged=storm.LOGGED)
        there, lost = storm.missing(told, groups)
        assert not lost, (number, lost[:3])
        assert len(groups) >= there
        if number % _ROUNDS == _ROUNDS - 1 or number == times - 1:
            acknowledged += there
    return {"kills": times, "acknowledged": acknowledged, "lost": 0, "between_copy_and_file": torn}


def _is_torn(folder: Path) -> bool:
    """Tell whether the kill came between the copy and the database."""
    import sqlite3

    with sqlite3.connect(f"file:{folder}/journal.sqlite?mode=ro", uri=True) as db:
        (head,) = db.execute("SELECT value FROM meta WHERE key = 'head'").fetchone()
    db.close()
    return bool(json.loads(head)[-2] != (folder / "journal.copy.jsonl").stat().st_size)


if __name__ == "__main__":
    warnings.simplefilter("error")  # a kill is no damage that anybody must hear of
    print(json.dumps(kills(Path(sys.argv[1]), int(sys.argv[2]))))
