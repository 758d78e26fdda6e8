"""What figures depend on: processor, memory, load, versions."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

OURS = ("rubrix-widget", "pandas", "pyarrow", "numpy", "datasets", "rapidfuzz", "whoosh")
PEERS = (
    *("tantivy", "duckdb", "polars", "scikit-learn", "statsmodels", "cleanlab"),
    *("datasketch", "sliceline"),
)


def machine() -> str:
    """Return processor, memory and system in a line."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return (
        f"{processor()}, {os.cpu_count()} cores, {memory / 2**30:.0f} GB, "
        f"{platform.system()} {platform.release()}"
    )


def processor() -> str:
    """Return the processor's name, as well as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def versions() -> str:
    """Return names and versions of the packages that matter, in a line."""
    found = [f"Python {platform.python_version()}"]
    for name in (*OURS, *PEERS):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join([*found, f"SQLite {sqlite3.sqlite_version}"])


def memory() -> dict[str, int]:
    """Return this process's memory in bytes: ``now``, ``peak``, and of now ``own`` and ``files``.

    The peak is the system's own mark for this program (``VmHWM``): what ``getrusage`` tells
    includes the size of the process that started this one. ``files`` are mapped and can be taken
    back by the system at any time. Elsewhere than on Linux there is only the peak.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"peak": peak * (1 if platform.system() == "Darwin" else 1024)}
    values = dict(line.split(":", 1) for line in lines)
    names = {"now": "VmRSS", "peak": "VmHWM", "own": "RssAnon", "files": "RssFile"}
    return {name: int(values[key].split()[0]) * 1024 for name, key in names.items()}


def forget_peak() -> bool:
    """Start the mark of the peak anew; tell whether the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True
