"""Take the time of things, and say on what machine."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

Action = Callable[[], object]

_VERSIONS = ("rubrix-widget", "pandas", "pyarrow", "numpy", "datasets", "whoosh", "anywidget")


@dataclass
class Measure:
    """Take and print times, one line each.

    Call it with a name, the action, how often to run it, and what else does the same job: a name
    and an action, run in turns with ours so that both meet the same machine.
    """

    lines: list[str] = field(default_factory=list)

    def __call__(
        self, name: str, action: Action, *, repeat: int = 5, peer: tuple[str, Action] | None = None
    ) -> None:
        """Print median, least and most seconds of an action, and the ratio to its peer."""
        ours: list[float] = []
        theirs: list[float] = []
        action()  # a first run warms caches, and is not counted
        if peer:
            peer[1]()
        for _ in range(repeat):
            ours.append(seconds(action))
            if peer:
                theirs.append(seconds(peer[1]))
        line = f"{name:<66}{spread(ours)}"
        if peer:
            ratio = statistics.median(ours) / statistics.median(theirs)
            line += f"   {ratio:6.2f} x {peer[0]} ({shown(statistics.median(theirs))})"
        self.lines.append(line)
        print(line, flush=True)


def seconds(action: Action) -> float:
    """Return how long an action took."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def spread(times: list[float]) -> str:
    """Return median, least and most as text."""
    middle, least, most = statistics.median(times), min(times), max(times)
    return f"{shown(middle):>10}   {shown(least):>9} to {shown(most):<9}"


def shown(time_: float) -> str:
    """Return seconds as text, in ms when short."""
    return f"{time_:.2f} s" if time_ >= 1 else f"{time_ * 1000:.1f} ms"


def machine() -> str:
    """Return what the figures depend on: processor, memory, load, versions."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    lines = [
        f"{processor()}, {os.cpu_count()} cores, {pages / 2**30:.0f} GB, "
        f"load {os.getloadavg()[0]:.1f}, {platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, " + ", ".join(versions()),
    ]
    return "\n".join(lines)


def processor() -> str:
    """Return the processor's name, as well as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def versions() -> list[str]:
    """Return names and versions of the packages that matter."""
    found = []
    for name in _VERSIONS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return found
