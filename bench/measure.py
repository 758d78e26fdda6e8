"""Take the time and the memory of things, several in turns."""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

REPEATS = 5
BUDGET = 10.0  # seconds one action may use before it is not repeated any more


@dataclass(frozen=True)
class Action:
    """Something to measure; ``prepare`` goes before each run and is not measured."""

    call: Callable[[], object]
    prepare: Callable[[], object] | None = None


Times = dict[str, list[float]]


def turns(
    actions: Mapping[str, Action | Callable[[], object]],
    *,
    repeats: int = REPEATS,
    budget: float = BUDGET,
    warm: bool = True,
) -> Times:
    """Run actions in turns, so that all meet the same machine; return each one's seconds.

    Parameters
    ----------
    actions
        By name.
    repeats
        How often each is run.
    budget
        Seconds after which an action is not repeated any more.
    warm
        Run everything once before, unmeasured, so that files and tables are in memory.
    """
    given = {name: a if isinstance(a, Action) else Action(a) for name, a in actions.items()}
    times: Times = {name: [] for name in given}
    for number in range(repeats + warm):
        for name, action in given.items():
            if sum(times[name]) > budget:
                continue
            if action.prepare is not None:
                action.prepare()
            taken = seconds(action.call)
            if number >= warm:
                times[name].append(taken)
    return times


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action took, without the collector of garbage, as `timeit` does it."""
    gc.disable()
    started = time.perf_counter()
    kept = action()
    taken = time.perf_counter() - started
    gc.enable()
    del kept  # letting go of a result is no part of making it
    return taken


def fresh(job: str, *arguments: object) -> dict[str, Any]:
    """Run a job of :mod:`bench.jobs` in a new process; return what it found.

    ``process`` is added: the seconds of the whole process, its start included.
    """
    command = [sys.executable, "-m", "bench.jobs", job, *map(str, arguments)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}  # what is installed is compiled
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    taken = time.perf_counter() - started
    if done.returncode != 0:
        raise RuntimeError(f"the job {job} failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "process": taken}


def median(values: list[float]) -> float:
    """Return the median; NaN of nothing."""
    return statistics.median(values) if values else float("nan")


def shown(time_: float) -> str:
    """Return seconds as text, in ms when short."""
    if time_ != time_:
        return "–"
    if time_ >= 1:
        return f"{time_:.2f} s"
    digits = 3 if time_ >= 0.01 else 2
    return f"{time_ * 1000:.{digits}g} ms" if time_ < 0.1 else f"{time_ * 1000:.0f} ms"
