"""The comparison with a real Lucene says what it lacks instead of failing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from oracle.disagreements import KNOWN

ROOT = Path(__file__).resolve().parents[2]


def test_without_java_it_is_skipped_with_a_message(tmp_path: Path):
    """Nothing is fetched and nothing fails: one line says what is missing."""
    done = subprocess.run(
        [sys.executable, "-m", "oracle", "good"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("oracle skipped: there is no java here: install a JDK")


def test_every_known_disagreement_has_a_reason_and_an_example_of_its_own():
    """The list can be read, and no entry stands in it twice."""
    assert all(known.reason.endswith(".") for known in KNOWN)
    assert len({known.example for known in KNOWN}) == len(KNOWN)
