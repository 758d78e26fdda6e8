"""Rows: every analysis, its time and its memory, beside the libraries that do the same work."""

from __future__ import annotations

from typing import Any

from bench import ours
from bench.data import Data, two_models
from bench.measure import fresh, median, shown
from bench.peers.analyses import PEERS
from bench.section import Section, Summary, ratio
from bench.setting import Setting

FOLLOWING = (
    *("scores", "confusion_matrix", "calibration", "thresholds", "label_errors"),
    *("report", "compare", "what_if"),
)
"""Those that follow the filter."""
FINDERS = ("error_words", "slices", "contradictions")
_MOMENT, _WHILE, _ROOM = 0.150, 10.0, 1e9


def measure(setting: Setting) -> dict[str, Any]:
    """Run each analysis in a process of its own: the first time, and five more."""
    data = [setting.small, setting.short, *(one for one in setting.real() if one.name == "sst2")]
    found = []
    for one in data:
        rows = []
        for work in (*FOLLOWING, *FINDERS):
            meant = two_models(one) if work == "compare" else one
            row = {"work": work, **fresh("analysis", _name(meant, work), work)}
            if one == setting.small and work in PEERS:
                row["peer"] = fresh("analysis_peer", meant.path, work)
            rows.append(row)
        found.append({"name": one.name, "title": one.title, "rows": rows})
    return {"small": setting.small.name, "data": found}


def _name(data: Data, work: str) -> str:
    """Log some data where they are not; return the name of the dataset to analyse."""
    if work == "what_if":
        return ours.corrected(data)
    ours.live(data)
    return ours.name_of(data)


def page(found: dict[str, Any]) -> Section:
    """Say what each takes, of the small data against the aims."""
    section = Section("Analyses")
    section.say(
        "Of all records at once, in a process of its own for each: the first time, after one query "
        "was answered, and the median of five more. *Memory* is how much the peak was above what "
        "the process had before. An analysis that follows the filter has 150 ms, a finder 10 s and "
        "1 GB. `compare` is of the same records with the predictions of two models, `what_if` of "
        "records some of which were corrected. `label_errors` ranks as cleanlab does, without its "
        "estimate of how many there are; "
        "statsmodels has no interval of the difference of paired shares; "
        "sliceline is given labels and metadata alone, no words, and has no numba, an option of "
        "its; datasketch finds most of what is "
        "nearly the same, where `contradictions` finds all, texts within others too. What a peer "
        "is given, arrays or sets of words, is made beforehand."
    )
    lines = []
    for data in found["data"]:
        for row in data["rows"]:
            said = times = "–"
            if theirs := row.get("peer", {}).get("again"):
                said = f"{row['peer']['name']} {shown(median(theirs))}"
                times = ratio(median(row["again"]), median(theirs))
            first, again = shown(row["first"]), shown(median(row["again"]))
            room = f"{row['memory'] / 1e6:,.0f} MB"
            lines.append((data["title"], f"`{row['work']}`", first, again, room, said, times))
            if data["name"] == found["small"]:
                section.summary.append(_summary(data["title"], row, said, times))
    section.table(["records", "analysis", "first", "again", "memory", "peer", "ratio"], lines)
    missing = {
        f"{row['peer']['name']}: {row['peer']['missing']}"
        for data in found["data"]
        for row in data["rows"]
        if "missing" in row.get("peer", {})
    }
    section.say("; ".join(sorted(missing)))
    return section


def _summary(title: str, row: dict[str, Any], peer: str, times: str) -> Summary:
    finder = row["work"] in FINDERS
    taken = row["first"] if finder else median(row["again"])
    met = taken <= _WHILE and row["memory"] <= _ROOM if finder else median(row["again"]) <= _MOMENT
    aim = "≤ 10 s, 1 GB" if finder else "≤ 150 ms"
    return Summary(f"`{row['work']}` of {title}", aim, shown(taken), peer, times, met)
