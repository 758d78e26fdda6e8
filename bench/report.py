"""The page of figures: a summary first, then a section for each group of rows."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from bench.rows import GROUPS
from bench.section import Section, yes


def written(about: Mapping[str, str], found: Mapping[str, Any]) -> str:
    """Write the page.

    Parameters
    ----------
    about
        ``machine``, ``versions``, ``command``, ``took``.
    found
        What each group measured, or why it could not, by the group's name.
    """
    sections: list[Section] = []
    broken = []
    for name in GROUPS:
        if name not in found:
            continue
        if "error" in found[name]:
            broken.append(f"`{name}` could not be measured: {found[name]['error']}")
            continue
        sections.append(importlib.import_module(f"bench.rows.{name}").page(found[name]))
    parts = [
        "# Speed and memory",
        f"Written by `{about['command']}`, which took {about['took']}. {about['machine']}. "
        f"{about['versions']}.",
        "Times are medians. Where there are peers they took turns with us in the same run, on "
        "the same data. The texts are made: words whose frequencies fall as those of English "
        "ones do, from a seed; the commonest word is in a third of the texts of twelve words. "
        "Ratios are our time to theirs: below 1 is faster than the peer.",
        *broken,
    ]
    summary = Section("")
    summary.table(
        ["work", "aim", "ours", "fastest peer", "ratio", "met"],
        [(o.work, o.aim, o.ours, o.peer, o.ratio, yes(o.met)) for s in sections for o in s.summary],
    )
    parts += summary.body
    for section in sections:
        parts += [f"## {section.title}", *section.body]
    return "\n\n".join(parts) + "\n"
