"""Rows: what the journal of changes survived."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bench.section import Section
from bench.setting import Setting

_SAID = {
    "kept": "nothing was lost, nothing had to be mended",
    "mended": "mended, nothing was lost",
    "said to be lost": "mended as far as possible; what is lost was said by number",
}


def measure(setting: Setting) -> dict[str, Any]:
    """Kill, crowd and damage as often as promised; at full size only."""
    if setting.scale < 1:
        return {}
    home = setting.scratch_folder("faults")
    command = [sys.executable, "-W", "ignore", "-m", "tests.survival", str(home)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def page(found: dict[str, Any]) -> Section:
    """Count what was done, and what became of it."""
    section = Section("Faults survived")
    if not found:
        section.say("Counted at full size only.")
        return section
    kills, writers, mendings = found["kills"], found["writers"], found["mendings"]
    section.say(
        "`make survive`: each time every change that had been acknowledged is looked for, and "
        "database, copy, columns and counts are compared with a rebuild from scratch."
    )
    section.table(
        ["fault", "times", "what became of it"],
        [
            (
                "`kill -9` in a storm of changes",
                f"{kills['kills']:,}",
                f"{kills['acknowledged']:,} changes acknowledged, {kills['lost']} lost; "
                f"{kills['between_copy_and_file']} times between copy and database",
            ),
            (
                "two processes change one dataset",
                f"{writers['changes']:,}",
                f"{writers['lost']} lost or doubled; a third saw each within "
                f"{writers['seen_after_at_most']:.2f} s",
            ),
            ("`kill -9` of what mends", f"{mendings['killed_while_mending']:,}", "mended after it"),
            (
                "damage under three processes at work",
                f"{mendings['at_once']:,}",
                "mended once, nothing acknowledged was lost",
            ),
        ],
    )
    section.table(
        ["damaged", "times", "what became of it"],
        [
            (files, f"{count:,}", _SAID[became])
            for files, counts in sorted(found["harm"].items())
            for became, count in sorted(counts.items())
        ],
    )
    return section
