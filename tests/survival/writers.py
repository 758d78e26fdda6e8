"""Two processes that change one dataset at once, and a third that follows it.

``python -m tests.survival.writers <home> <changes of each>``
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import warnings
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np

from rubrix_widget.edits import Edit, LiveDataset
from tests.survival import storm, whole


def write(folder: Path, mark: str, many: int) -> None:
    """Comment on record after record; each comment is another one."""
    with closing(LiveDataset("d", folder)) as dataset:
        for number in range(many):
            edit = Edit(str(number % storm.RECORDS), "comment", f"{mark} {number}")
            result = dataset.edit([edit], agent=mark)
            assert (result.conflicts, result.changes) == ([], 1)


def writers(home: Path, many: int) -> dict[str, float]:
    """Let two processes make so many changes each; return how many there are, and how late seen.

    Raises
    ------
    AssertionError
        One is lost, doubled or an error to anybody.
    """
    folder = home / "default" / "d"
    storm.begin(folder)
    seen: list[tuple[float, int]] = []
    with closing(LiveDataset("d", folder)) as dataset:
        dataset.engine()
        stop = dataset.on_change(lambda: seen.append((time.time(), dataset.engine().version)))
        command = [sys.executable, "-W", "error", "-m", "tests.survival.writers", str(folder)]
        begun = time.perf_counter()
        running = [
            subprocess.Popen([*command, str(many), mark], stderr=subprocess.PIPE, text=True)
            for mark in "ab"
        ]
        said = [one.communicate()[1] for one in running]
        taken = time.perf_counter() - begun
        assert [one.returncode for one in running] == [0, 0], "\n".join(said)[-3000:]
        while not seen or seen[-1][1] < 2 * many:
            time.sleep(0.01)
        stop()
        found = dataset.changes()
    groups = whole.check(folder, logged=storm.LOGGED)
    comments = Counter(state.comment for one in groups.values() for _, state in one if state)
    assert comments == Counter(f"{mark} {number}" for mark in "ab" for number in range(many))
    written = found.groups.at / 1e6
    first = np.searchsorted([version for _, version in seen], found.number)
    late = np.array([at for at, _ in seen])[first] - written[found.group]
    return {
        "writers": 2,
        "changes": len(found),
        "lost": 0,
        "seconds": round(taken, 1),
        "seen_after_at_most": round(float(late.max()), 2),
    }


if __name__ == "__main__":
    warnings.simplefilter("error")
    if len(sys.argv) > 3:
        write(Path(sys.argv[1]), sys.argv[3], int(sys.argv[2]))
    else:
        print(json.dumps(writers(Path(sys.argv[1]), int(sys.argv[2]))))
