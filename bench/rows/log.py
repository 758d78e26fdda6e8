"""Row: log whole - records, columns, index, on disk."""

from __future__ import annotations

import shutil
from typing import Any

from bench import ours
from bench.data import Data
from bench.measure import fresh, median, shown
from bench.section import Section, Summary, ratio
from bench.setting import Setting

OURS, SAVED, PARQUET = "ours", "save_to_disk", "Parquet"
_SECONDS, _TIMES, _MORE = 30.0, 3, 1e9


def measure(setting: Setting, repeats: int = 3) -> dict[str, Any]:
    """Log in turns with the peers, each time in a new process."""
    nothing = fresh("nothing")
    found = [
        logged(setting, data, repeats) for data in (setting.small, setting.short, setting.long)
    ]
    return {"short": setting.short.name, "imported": nothing["memory"], "data": found}


def logged(setting: Setting, data: Data, repeats: int, alone: bool = False) -> dict[str, Any]:
    """Log one kind of data; ``alone`` without the peers."""
    runs: dict[str, list[dict[str, Any]]] = {}
    records = ours.records_file(data)
    datasets = setting.folder / "home" / "default"
    for number in range(repeats):
        kept = not (datasets / data.name).exists()  # for the rows after this one
        name = data.name if kept else f"{data.name}-{number}"
        runs.setdefault(OURS, []).append(fresh("log", records, name))
        if not kept:
            shutil.rmtree(datasets / name)
        if not alone:
            runs.setdefault(SAVED, []).append(
                fresh("save_to_disk", data.path, setting.scratch("saved"))
            )
            runs.setdefault(PARQUET, []).append(
                fresh("parquet", data.path, setting.scratch("parquet"))
            )
    return {
        "name": data.name,
        "title": data.title,
        "records": data.records,
        "bytes": data.text_bytes,
        "runs": runs,
    }


def page(found: dict[str, Any]) -> Section:
    """Compare the times, and say what the memory is made of."""
    section = Section("Log whole")
    section.say(
        "`rb.log` of records with a text, two scored labels, an annotation, agents, status, four "
        "metadata fields and a time, until Parquet, text index and journal are forced to the "
        "disk. Making the records is not counted; they are in memory as the package lays them "
        "out. `save_to_disk` and Parquet write the same columns, without an index and without "
        "forcing them to the disk."
    )
    lines, memories = [], []
    for one in found["data"]:
        times = {
            name: median([run["seconds"] for run in runs]) for name, runs in one["runs"].items()
        }
        peaks = [run["after"]["peak"] for run in one["runs"][OURS]]
        held = [run["before"].get("now", run["before"]["peak"]) for run in one["runs"][OURS]]
        peak, before = median(peaks), median(held)
        limit = _TIMES * one["bytes"] + _MORE
        lines.append(
            (one["title"], *(shown(t) for t in times.values()), ratio(times[OURS], times[SAVED]))
        )
        sizes = (one["bytes"], found["imported"]["peak"], before, peak - before, peak, limit)
        memories.append((one["title"], *(f"{size / 1e6:,.0f}" for size in sizes)))
        if one["name"] == found["short"]:
            fastest = min((SAVED, PARQUET), key=lambda name: times[name])
            section.summary += [
                Summary(
                    "`log` whole",
                    f"≤ {_SECONDS:g} s",
                    shown(times[OURS]),
                    f"{fastest} {shown(times[fastest])}",
                    ratio(times[OURS], times[fastest]),
                    times[OURS] <= _SECONDS,
                ),
                Summary(
                    "`log`, peak memory",
                    f"≤ 3 × the texts + 1 GB = {limit / 1e6:,.0f} MB",
                    f"{peak / 1e6:,.0f} MB",
                    "–",
                    ratio(peak, limit),
                    peak <= limit,
                ),
            ]
    section.table(["records", OURS, SAVED, PARQUET, f"ours to {SAVED}"], lines)
    section.say(
        "Memory of the whole process in MB: after imports alone, with the records too, and the "
        "peak while logging; the bound is 3 × the texts + 1 GB."
    )
    head = ("the texts", "imports", "with the records", "logging adds", "peak", "bound")
    section.table(["records", *head], memories)
    if not all(run["reset"] for one in found["data"] for run in one["runs"][OURS]):
        section.say(
            "This system cannot start the mark of the peak anew: making the records is in it."
        )
    return section
