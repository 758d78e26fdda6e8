"""Kills, crowds and damage: nothing that was acknowledged is lost without a word.

``make survive`` does the same, many more times.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrix_widget.store.journal import COPY, FILE
from tests.survival import harm


def run(module: str, home: Path, times: int) -> dict[str, Any]:
    """Run a module of this folder in a process of its own; return what it found."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", f"tests.survival.{module}", home, str(times)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_what_was_acknowledged_before_a_kill_is_there(home: Path) -> None:
    """No half group; database, copy, index and counts agree with a rebuild from scratch."""
    found = run("kills", home, 25)
    assert found["acknowledged"] > 25


@pytest.mark.slow
def test_two_processes_change_one_dataset_at_once_and_a_third_sees_it(home: Path) -> None:
    """Nothing is lost, doubled or refused; whoever looks on is told within a second."""
    found = run("writers", home, 300)
    assert found["changes"] == 600
    assert found["seen_after_at_most"] < 1


@pytest.mark.slow
def test_mending_goes_well_killed_anywhere_and_by_several_at_once(home: Path) -> None:
    """What is killed while it mends leaves a journal that the next one mends."""
    found = run("mendings", home, 4)
    assert found["killed_while_mending"] > 20


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path], list[harm.Truth]]:
    """Give a folder, and datasets with and without a write-ahead log, with what they hold."""
    home = tmp_path_factory.mktemp("damage")
    made = harm.sources(home)
    return home, made, [harm.Truth(harm.spread(one, home / "truth")) for one in made]


@pytest.mark.parametrize(
    ("end", "outcome"),
    [(b"", "as if it was never saved"), (b"\xb1.ri|cwo6\xbe", "said to be lost")],
)
def test_the_newest_change_gone_from_both_files(
    sources: tuple[Path, list[Path], list[harm.Truth]], end: bytes, outcome: str
) -> None:
    """A line cut short is one that was being saved; one that ends in noise is damage, and said."""
    home, made, truths = sources
    folder = harm.spread(made[1], home / "d")
    copy = (folder / COPY).read_bytes()
    (folder / COPY).write_bytes(copy[: -20 - len(end)] + end)
    (folder / harm.WAL).write_bytes(b"")
    assert harm.outcome(folder, truths[1]) == outcome


names = st.lists(st.sampled_from([FILE, COPY, harm.WAL]), min_size=1, max_size=2, unique=True)


@pytest.mark.slow
@given(which=st.integers(0, 1), files=names, seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_damage_is_mended_or_said_by_number(
    sources: tuple[Path, list[Path], list[harm.Truth]], which: int, files: list[str], seed: int
) -> None:
    """Noise, flipped bits, lost ends and files: all is there, or the warning names what is not.

    Every answer about the journal is compared with what it was before the damage.
    """
    home, made, truths = sources
    folder, chance = harm.spread(made[which], home / "d"), random.Random(seed)
    harm.damage(folder, files, chance)
    harm.outcome(folder, truths[which])


@pytest.mark.slow
@pytest.mark.parametrize("kind", harm.HARMS)
@pytest.mark.parametrize("name", [FILE, COPY])
def test_one_file_damaged_costs_nothing(
    sources: tuple[Path, list[Path], list[harm.Truth]], kind: str, name: str
) -> None:
    """The journal is mended from its copy, the copy is written anew from the journal."""
    home, made, truths = sources
    for which in (0, 1):
        for seed in range(2):
            folder = harm.spread(made[which], home / "d")
            harm.HARMS[kind](folder / name, random.Random(seed))
            assert harm.outcome(folder, truths[which]) in ("kept", "mended")
