"""Row: memory of an open dataset."""

from __future__ import annotations

from typing import Any

from bench import ours
from bench.measure import fresh
from bench.section import Section, Summary
from bench.setting import Setting

_MOST = 1.2e9
_MOMENTS = {
    "imported": "the package imported",
    "opened": "opened, one word asked",
    "asked": "every class of queries asked",
    "paged": "three pages with facets",
}


def measure(setting: Setting) -> dict[str, Any]:
    """Open datasets in new processes and read the system's account of their memory."""
    found = []
    for data in (setting.small, setting.short, setting.long):
        ours.live(data)
        found.append(
            {"name": data.name, "title": data.title, "memory": fresh("held", ours.name_of(data))}
        )
    return {"short": setting.short.name, "data": found}


def page(found: dict[str, Any]) -> Section:
    """Say how much is the process's own and how much are mapped files."""
    section = Section("Memory of an open dataset")
    section.say(
        "Of a new process, in MB. *Own* memory is what it needs; *files* are the index's pages "
        "that are mapped, which the system takes back when it needs room. The aim is for both "
        "together after everything was asked."
    )
    lines = []
    for one in found["data"]:
        for moment, words in _MOMENTS.items():
            memory = one["memory"][moment]
            cells = [
                f"{memory[k] / 1e6:,.0f}" if k in memory else "–"
                for k in ("own", "files", "now", "peak")
            ]
            lines.append((one["title"], words, *cells))
        if one["name"] == found["short"]:
            last = one["memory"]["paged"]
            held = last.get("now", last["peak"])
            section.summary.append(
                Summary(
                    "memory of an open dataset",
                    "≤ 1.2 GB",
                    f"{held / 1e6:,.0f} MB",
                    "–",
                    "–",
                    held <= _MOST,
                )
            )
    section.table(["records", "when", "own", "files", "together", "peak so far"], lines)
    return section
