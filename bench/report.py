"""The page of figures: a summary first, then a section for each group of rows."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from bench.rows import GROUPS
from bench.section import Section, yes

_ABOUT = (
    "Times are medians. Where there are peers they took turns with us in the same run, on the "
    "same data. The texts are made: words whose frequencies fall as those of English ones do, "
    "from a seed; the commonest word is in a third of the texts of twelve words. A ratio is our "
    "time to theirs: below 1 we are faster. `python -m bench --help` tells how to measure a part."
)


def is_whole(found: Mapping[str, Any]) -> bool:
    """Tell whether every group was measured at full size."""
    return set(found) == set(GROUPS) and all(one["about"]["scale"] == 1 for one in found.values())


def written(found: Mapping[str, Any]) -> str:
    """Write the page.

    Parameters
    ----------
    found
        By the group's name: ``about`` and ``found``, or the ``error`` that kept it from measuring.
    """
    measured = {name: found[name] for name in GROUPS if name in found and "found" in found[name]}
    sections = [
        importlib.import_module(f"bench.rows.{name}").page(one["found"])
        for name, one in measured.items()
    ]
    top = Section("")
    top.say("# Speed and memory")
    if measured:
        _say_how(top, [one["about"] for one in measured.values()], is_whole(found))
    for name, one in found.items():
        if "error" in one:
            top.say(f"`{name}` could not be measured: {one['error']}")
    top.table(
        ["work", "aim", "ours", "fastest peer", "ratio", "met"],
        [(o.work, o.aim, o.ours, o.peer, o.ratio, yes(o.met)) for s in sections for o in s.summary],
    )
    parts = top.body
    for section in sections:
        parts += [f"## {section.title}", *section.body]
    return "\n\n".join(parts) + "\n"


def _say_how(top: Section, about: list[dict[str, Any]], whole: bool) -> None:
    minutes = sum(one["seconds"] for one in about) / 60
    loads = [load for one in about for load in one["load"]]
    command = "make bench" if whole else f"python -m bench --scale {about[0]['scale']:g}"
    top.say(_ABOUT)
    top.say(
        f"Written by `{command}` in {minutes:.0f} minutes, on {about[0]['machine']}, with a load "
        f"of {min(loads):.1f} to {max(loads):.1f} (the measurements' own included; more than the "
        f"cores means that others took turns on them). {about[0]['versions']}."
    )
