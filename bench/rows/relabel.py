"""Row: a relabel, then the same query again."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench import ours
from bench.data import LABELS, Data
from bench.forms import All, Equals, Form, Word, written
from bench.measure import median, seconds, shown
from bench.section import Section, Summary
from bench.setting import Setting

_REPEATS = 15
_MOST = 0.020


def measure(setting: Setting) -> dict[str, Any]:
    """Change records one after another and ask again after each."""
    found = [_data(data) for data in (setting.short, setting.long)]
    return {"short": setting.short.name, "data": found}


def _data(data: Data) -> dict[str, Any]:
    live = ours.live(data)
    one, two = ours.choice(live.engine()).common[:2]
    asked: list[Form] = [
        All((Word(one), Equals("predicted", "ko"))),
        All((Word(two), Equals("annotated_as", "negative"))),
        All((Word(one), Word(two))),
    ]
    found = [{"query": written(form), "runs": _relabelled(live, form)} for form in asked]
    return {"name": data.name, "title": data.title, "queries": found}


def _relabelled(live: Any, form: Form) -> list[dict[str, float]]:
    from rubrix_widget.edits import Edit

    query = written(form)
    order = live.engine().select(query).order()
    runs = []
    for place in np.resize(order, _REPEATS + 1):
        (record,) = live.engine().records(place[None])
        now = (record["annotation"] or LABELS)[0]
        other = LABELS[(LABELS.index(now) + 1) % len(LABELS)]
        edit = Edit(record["id"], "annotation", [other])
        changed = seconds(lambda edit=edit: live.edit([edit]))  # type: ignore[misc]
        again = seconds(lambda: live.engine().select(query).order())
        assert live.engine().records(place[None])[0]["annotation"] == [other]
        runs.append({"edit": changed, "again": again})
    for _ in runs:
        live.undo()
    return runs[1:]  # the first opens the journal


def page(found: dict[str, Any]) -> Section:
    """Give edit and query apart and together."""
    section = Section("A relabel, then the same query")
    section.say(
        "One record's annotation is changed with `LiveDataset.edit`, which returns when the "
        f"change is on the disk; then the query is asked again. Medians of {_REPEATS} changes."
    )
    lines = []
    for data in found["data"]:
        worst = 0.0
        for one in data["queries"]:
            edit, again = (median([run[k] for run in one["runs"]]) for k in ("edit", "again"))
            both = median([run["edit"] + run["again"] for run in one["runs"]])
            worst = max(worst, both)
            lines.append(
                (data["title"], f"`{one['query']}`", shown(edit), shown(again), shown(both))
            )
        if data["name"] == found["short"]:
            section.summary.append(
                Summary(
                    "a relabel, then the same query",
                    f"≤ {_MOST * 1000:.0f} ms",
                    shown(worst),
                    "–",
                    "–",
                    worst <= _MOST,
                )
            )
    section.table(["records", "query", "relabel", "query again", "together"], lines)
    return section
