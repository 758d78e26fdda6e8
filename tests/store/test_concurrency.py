"""Readers and writers at the same time, in threads and processes: one state, and no error."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import rubrix_widget as rb
from rubrix_widget.home import active
from tests.store import storm

_SECONDS = 4.0


@pytest.mark.filterwarnings("ignore::rubrix_widget.errors.StoreWarning")  # labels give way here
def test_readers_see_one_state_while_others_write(home: Path) -> None:
    """Records, index and changes are of one moment, in this process and others, at every look.

    Meanwhile two processes and a thread log, label, delete and compact without a pause.
    """
    first = [
        rb.TextClassificationRecord(text=f"{half} g0", annotation="g0", id=f"first{half}")
        for half in "ab"
    ]
    rb.log(first, storm.NAME)
    folder = active().folder(storm.NAME)

    def process(role: str, mark: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", storm.__file__, role, str(home), mark]
        return subprocess.Popen(
            [*command, str(_SECONDS)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    running = [process("write", "p"), process("write", "q"), process("read", "-")]
    with ThreadPoolExecutor(3) as pool:
        threads = [
            pool.submit(storm.write, "t", _SECONDS),
            pool.submit(storm.read, folder, _SECONDS),
            pool.submit(storm.read, folder, _SECONDS),
        ]
        counts = [thread.result() for thread in threads]
    for one in running:
        said, wrong = one.communicate(timeout=60)
        assert one.returncode == 0, wrong[-3000:]
        counts.append(int(said))
    looks = [counts[place] for place in (1, 2, 5)]
    assert min(looks) >= 2, f"nothing happened at the same time: {counts}"
    storm.check(active().dataset(storm.NAME).engine(), {})
