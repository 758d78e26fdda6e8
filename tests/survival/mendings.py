"""Mending, by two at once, beside one that has the journal open, and killed at every step.

``python -m tests.survival.mendings <home>``
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from rubrix_widget.edits import LiveDataset
from rubrix_widget.store.journal import COPY, FILE
from tests.survival import harm, storm, whole

_EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "shutil.copyfile")
_MORE = ("shutil.rmtree", "sqlite3.connect")


def killed(source: Path, home: Path, damage: Callable[[Path], None]) -> int:
    """Kill what opens a damaged dataset at its n-th touch of the disk, for every n; return n.

    Raises
    ------
    AssertionError
        The next to open it does not find everything.
    """
    truth = harm.Truth(harm.spread(source, home / "truth"))
    for step in range(1, 400):
        folder = harm.spread(source, home / "d")
        damage(folder)
        child = os.fork()
        if child == 0:
            _open_and_die(folder, step)
        _, status = os.waitpid(child, 0)
        assert harm.outcome(folder, truth) in ("mended", "kept"), step
        if status == 0:
            return step - 1
    raise AssertionError("it never came to an end")


def _open_and_die(folder: Path, step: int) -> None:
    """Open a dataset; die at the n-th touch of the disk."""
    seen = 0

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal seen
        written = event == "open" and isinstance(args[2], int) and args[2] & os.O_WRONLY
        if written or event in _EVENTS or event in _MORE:
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    warnings.simplefilter("ignore")
    sys.addaudithook(hook)
    with closing(LiveDataset("d", folder)) as dataset:
        dataset.engine()
    os._exit(0)


def at_once(source: Path, home: Path, times: int) -> int:
    """Let two processes open a damaged dataset at once while a third changes it; how often.

    Raises
    ------
    AssertionError
        One of them fails, or something acknowledged is lost.
    """
    for number in range(times):
        folder, told = harm.spread(source, home / "d"), home / "acknowledged"
        told.unlink(missing_ok=True)
        children = [_forked(partial(_go_on, folder, told))]
        while not told.exists():
            pass
        chance = random.Random(number)
        harm.HARMS[chance.choice(["page", "noise", "header"])](folder / FILE, chance)
        children += [_forked(partial(_look, folder)) for _ in range(2)]
        ended = [os.waitpid(child, 0)[1] for child in children]
        assert ended == [0, 0, 0], (number, ended)
        groups = whole.check(folder, logged=storm.LOGGED)
        _, lost = storm.missing(told, groups)
        assert not lost, (number, lost)
    return times


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        warnings.simplefilter("ignore")
        try:
            work()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def _go_on(folder: Path, told: Path) -> None:
    """Change records; what is refused because the journal was mended is tried again."""
    from rubrix_widget.errors import StorageError

    for attempt in range(40):
        try:
            storm.rage(folder, told, attempt, most=1, agent="z")
        except StorageError as error:
            if "mended" not in str(error):
                raise


def _look(folder: Path) -> None:
    for _ in range(10):
        with closing(LiveDataset("d", folder)) as dataset:
            dataset.engine()


def mendings(home: Path, times: int) -> dict[str, int]:
    """Run all of it; return how often."""
    source = home / "source"
    harm.made(source, rounds=1)
    everything: dict[str, Callable[[Path], None]] = {
        "damaged": lambda folder: harm.header(folder / FILE, random.Random(1)),
        "gone": lambda folder: (folder / FILE).unlink(),
        "copy": lambda folder: (folder / COPY).unlink(),
    }
    counts = {one: killed(source, home, damage) for one, damage in everything.items()}
    return {"killed_while_mending": sum(counts.values()), "at_once": at_once(source, home, times)}


if __name__ == "__main__":
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    print(json.dumps(mendings(Path(sys.argv[1]), int(sys.argv[2]))))
