"""How cost grows from 10,000 to 3,000,000 records."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench import forms, ours
from bench.data import Data
from bench.measure import Action, median, shown, turns
from bench.rows import log, opening, view
from bench.section import Section
from bench.setting import GROWTH, Setting
from rubrix_widget.index import Segment

_LARGE = 1_000_000  # records above which slow work is done once


def measure(setting: Setting) -> dict[str, Any]:
    """Do everything of ours at each size."""
    sizes = sorted({setting.scaled(records) for records in GROWTH})
    return {"found": [_size(setting, setting_made(setting, records)) for records in sizes]}


def setting_made(setting: Setting, records: int) -> Data:
    """Make data of so many records, whatever the scale."""
    return Setting(setting.folder).made("short", records)


def _size(setting: Setting, data: Data) -> dict[str, Any]:
    large = data.records > _LARGE
    logged = log.logged(setting, data, 1 if large else 3, alone=True)
    times = {
        "build, both fields": median(
            turns({"": lambda: Segment.build({"text": data.texts})}, repeats=3, warm=not large)[""]
        ),
        "log": median([run["seconds"] for run in logged["runs"][log.OURS]]),
        "open, to the first answer": opening.total(opening.opened(data, 3)),
    }
    engine = ours.engine_of(data)
    choice = ours.choice(engine)
    for query in [*forms.text_queries(choice), *forms.structured_queries(choice)]:
        action = Action(ours.ask(engine, query.form), lambda: ours.empty_caches(engine))
        times[query.name] = median(turns({"": action})[""])
    times["view, p50"] = median(view.alone(data))
    return {"records": data.records, "times": times}


def page(found: dict[str, Any]) -> Section:
    """Fit the exponents, over all sizes and over the largest three."""
    section = Section("How cost grows")
    sizes = [one["records"] for one in found["found"]]
    section.say(
        "Seconds are fitted with *c · n^e* (least squares of the logarithms): *e* = 1 is in "
        "proportion to the records, 0 not at all dependent on them. Small sizes are mostly what "
        "every call costs, so the largest three are fitted by themselves too. Queries with an "
        "empty cache of conditions."
    )
    lines = []
    for name in found["found"][0]["times"]:
        values = [one["times"][name] for one in found["found"]]
        fits = (exponent(sizes, values), exponent(sizes[-3:], values[-3:]))
        lines.append((name, *(shown(v) for v in values), *(f"{fit:.2f}" for fit in fits)))
    section.table(["records", *(f"{n:,}" for n in sizes), "e", "e, largest three"], lines)
    return section


def exponent(sizes: list[int], values: list[float]) -> float:
    """Return the slope of a straight line through the logarithms."""
    if len(sizes) < 2:
        return float("nan")
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])
