"""Row: open a logged dataset in a new kernel, to the first answer."""

from __future__ import annotations

from typing import Any

from bench import ours
from bench.data import Data
from bench.forms import All, Equals, Word, written
from bench.measure import fresh, median, shown
from bench.section import Section, Summary
from bench.setting import Setting

_REPEATS = 7
_SECONDS = 1.5


def measure(setting: Setting) -> dict[str, Any]:
    """Ask for a count in processes that have done nothing before."""
    found = [opened(data) for data in (setting.small, setting.short, setting.long)]
    return {"short": setting.short.name, "data": found}


def opened(data: Data, repeats: int = _REPEATS) -> dict[str, Any]:
    """Open one dataset again and again, each time in a new process."""
    common = ours.choice(ours.engine_of(data)).common[0]
    query = written(All((Word(common), Equals("predicted", "ko"))))
    name = ours.name_of(data)
    fresh("first_answer", name, query)  # files come into memory, bytecode onto the disk
    runs = [fresh("first_answer", name, query) for _ in range(repeats)]
    return {"name": data.name, "title": data.title, "query": query, "runs": runs}


def total(one: dict[str, Any]) -> float:
    """Return the median seconds from an interpreter that runs to the answer, imports included."""
    return median([run["imports"] + run["answer"] for run in one["runs"]])


def page(found: dict[str, Any]) -> Section:
    """Say what imports, opening and answering take."""
    section = Section("Open in a new kernel, to the first answer")
    section.say(
        "A new process asks `rb.count` for a query of a common word and `predicted:ko`. Files "
        "are in the system's cache, as just after logging. The aim is for imports and answer "
        "together, from an interpreter that runs."
    )
    lines = []
    for one in found["data"]:
        parts = {name: median([run[name] for run in one["runs"]]) for name in one["runs"][0]}
        lines.append(
            (
                one["title"],
                f"`{one['query']}`",
                *(shown(parts[p]) for p in ("imports", "answer")),
                shown(total(one)),
                shown(parts["again"]),
                shown(parts["process"]),
            )
        )
        if one["name"] == found["short"]:
            section.summary.append(
                Summary(
                    "open in a new kernel, to the first answer",
                    f"≤ {_SECONDS} s",
                    shown(total(one)),
                    "–",
                    "–",
                    total(one) <= _SECONDS,
                )
            )
    section.table(
        ["records", "query", "imports", "open and answer", "together", "again", "whole process"],
        lines,
    )
    return section
