"""What the machine itself can do: the bound that masks and copies meet."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.measure import median, shown, turns
from bench.section import Section
from bench.setting import SHORT, Setting

_LARGE = 256 * 2**20  # bytes: far more than the caches hold


def measure(setting: Setting) -> dict[str, Any]:
    """Time copies in memory, and the plainest work on masks and codes of the records."""
    n = setting.scaled(SHORT)
    random = np.random.default_rng(0)
    large = np.ones(max(n, round(_LARGE * min(1.0, setting.scale))), np.uint8)
    target = np.zeros_like(large) + large  # touched, or the system would not have given it yet
    one, other = random.random(n) < 0.339, random.random(n) < 0.26
    out = np.empty(n, np.bool_)
    codes = random.integers(0, 5, n).astype(np.int32)
    postings = np.flatnonzero(one).astype(np.int32)
    times = turns(
        {
            "copy": lambda: np.copyto(target, large),
            "AND of two masks": lambda: np.logical_and(one, other, out=out),
            "count of a mask": lambda: np.count_nonzero(one),
            "positions of a mask (a third)": lambda: np.flatnonzero(one),
            "a mask from postings (a third)": lambda: np.zeros(n, np.bool_).put(postings, True),
            "a copy of postings (a third), 64-bit": lambda: postings.astype(np.int64),
            "counts of five codes": lambda: np.bincount(codes, minlength=5),
        },
        repeats=15,
    )
    return {"n": n, "bytes": len(large), "times": times}


def page(found: dict[str, Any]) -> Section:
    """Say what a pass over the records costs at the least."""
    section = Section("What the machine can do")
    times = {name: median(values) for name, values in found["times"].items()}
    rate = 2 * found["bytes"] / times.pop("copy") / 1e9
    section.say(
        f"NumPy copies {found['bytes'] / 1e6:,.0f} MB at {rate:.1f} GB/s, reading and writing "
        f"counted. That is the bound for what follows: one mask over {found['n']:,} records is "
        f"{found['n'] / 1e6:.2g} MB, the positions of a third of them "
        f"{found['n'] / 3 * 8 / 1e6:.2g} MB."
    )
    section.table(
        [f"{found['n']:,} records", "time", "ns per record"],
        [(name, shown(t), f"{t / found['n'] * 1e9:.2f}") for name, t in times.items()],
    )
    return section
