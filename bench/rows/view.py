"""Row: query, filters, sort, a page of fifty, ten facets and the confusion matrix at once."""

from __future__ import annotations

import importlib
import random
from typing import Any

import numpy as np

from bench import forms, ours, peers
from bench.data import Data
from bench.forms import (
    All,
    Equals,
    Form,
    Like,
    Near,
    Not,
    Phrase,
    Prefix,
    Regex,
    Word,
)
from bench.forms import (
    Any as Either,
)
from bench.measure import Action, median, shown, turns
from bench.section import Section, Summary, ratio
from bench.setting import Setting

VIEWS = 48
OURS = "ours"
_P50, _P95 = 0.060, 0.150


def measure(setting: Setting) -> dict[str, Any]:
    """Ask for many different views, each in turns with the peers."""
    data = setting.short
    engine = ours.engine_of(data)
    source = peers.Source(data.table, ours.spaced_words(engine), setting.scratch("peers"))
    others: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for name, module in (("pandas", "pandas_view"), ("DuckDB", "duckdb_view")):
        try:
            others[name] = importlib.import_module(f"bench.peers.{module}").Here(source)
        except ImportError as error:
            missing[name] = str(error)
    asked = [_asked(engine, one, others) for one in views(ours.choice(engine))]
    return {"title": data.title, "views": asked, "missing": missing}


def _asked(engine: Any, one: ours.View, others: dict[str, Any]) -> dict[str, Any]:
    answer = ours.view(engine, one)
    actions: dict[str, Any] = {OURS: Action(answer, lambda: ours.empty_caches(engine))}
    for name, other in others.items():
        actions[name] = other.view(one)
    counts = {OURS: answer()[0], **{name: actions[name]()[0] for name in others}}
    return {
        "query": forms.written(one.query),
        "filters": [*one.equal, *one.between],
        "sort": list(one.sort),
        "counts": counts,
        "times": turns(actions, repeats=3, budget=0.5, warm=False),
    }


def alone(data: Data) -> list[float]:
    """Return our median seconds of each view, for data of any size."""
    engine = ours.engine_of(data)
    found = []
    for one in views(ours.choice(engine)):
        answer = ours.view(engine, one)
        answer()
        action = Action(answer, lambda: ours.empty_caches(engine))
        found.append(median(turns({OURS: action}, repeats=3, warm=False)[OURS]))
    return found


def views(choice: forms.Choice) -> list[ours.View]:
    """Combine queries, filters and sorts at random, the same in every run."""
    one, two, three, four = choice.common
    asked: list[Form] = [
        Word(one),
        Word(choice.usual),
        All((Word(one), Word(two))),
        Either((Word(two), Word(three), Word(four))),
        All((Word(two), Not(Word(one)))),
        Phrase((one, two)),
        Near((two, three), 3),
        Prefix("b"),
        Like("*ful*"),
        Regex("[a-c].*tion.*"),
        Equals("predicted", "ko"),
        All((Word(three), Equals("predicted", "ko"))),
        All((Either((Word(four), Prefix("st"))), Equals("annotated_as", "negative"))),
    ]
    equal: list[dict[str, list[str]]] = [
        {},
        {"annotated_as": ["negative", "neutral"]},
        {"source": ["source-1", "source-2", "source-3"], "split": ["train"]},
        {"status": ["Validated"], "predicted_by": ["model one"]},
    ]
    between: list[dict[str, tuple[float, float]]] = [{}, {"score": (0.6, 0.99)}, {"stars": (2, 4)}]
    sorts = [
        [],
        [("score", "desc")],
        [("score", "asc"), ("id", "asc")],
        [("day", "desc")],
        [("source", "asc")],
    ]
    chosen = random.Random(4)
    return [
        ours.View(asked[i % len(asked)], *(chosen.choice(kind) for kind in (equal, between, sorts)))  # type: ignore[arg-type]
        for i in range(VIEWS)
    ]


def page(found: dict[str, Any]) -> Section:
    """Give the median and the 95th percentile over the views."""
    section = Section("Query, filters, sort, page, ten facets, confusion matrix")
    section.say(
        f"{len(found['views'])} different views of {found['title']}: queries of most classes, up "
        "to three filters, up to two sort keys; the selection, the first 50 records with all "
        "their fields, the counts of ten fields (numbers in bars) and the pairs of annotation and "
        "prediction. Ours counts, of each value, the records predicted right and wrong as well. "
        "Each view's median of three; the cache of conditions is emptied before each of ours. "
        "pandas and DuckDB work over columns prepared for it: categories, and words with a space "
        "around each; a near phrase of theirs is a regular expression."
    )
    times = {
        name: [median(one["times"][name]) for one in found["views"]]
        for name in found["views"][0]["times"]
    }
    shares = {name: np.percentile(values, [50, 95, 100]) for name, values in times.items()}
    mine = shares[OURS]
    section.table(
        ["", "p50", "p95", "most", "ours to it, p50"],
        [(n, *(shown(float(v)) for v in s), ratio(mine[0], s[0])) for n, s in shares.items()],
    )
    others = {name: share for name, share in shares.items() if name != OURS}
    for place, (label, most) in enumerate((("p50", _P50), ("p95", _P95))):
        best = min(others, key=lambda n: others[n][place], default=None)
        section.summary.append(
            Summary(
                f"query, filters, sort, page, 10 facets, matrix: {label}",
                f"≤ {most * 1000:.0f} ms",
                shown(float(mine[place])),
                "–" if best is None else f"{best} {shown(float(others[best][place]))}",
                "–" if best is None else ratio(mine[place], others[best][place]),
                bool(mine[place] <= most),
            )
        )
    wrong = [one for one in found["views"] if len(set(one["counts"].values())) > 1]
    section.say(
        "All found the same number of records in every view."
        if not wrong
        else "Other numbers of records: "
        + "; ".join(f"`{o['query']}` {o['counts']}" for o in wrong)
    )
    slowest = sorted(found["views"], key=lambda one: -median(one["times"][OURS]))[:5]
    section.say("Our slowest views:")
    section.table(
        ["query", "filters", "sort", "records", "ours"],
        [
            (
                f"`{o['query']}`",
                ", ".join(o["filters"]) or "–",
                ", ".join(" ".join(k) for k in o["sort"]) or "–",
                f"{o['counts'][OURS]:,}",
                shown(median(o["times"][OURS])),
            )
            for o in slowest
        ],
    )
    for name, reason in found["missing"].items():
        section.say(f"{name} is missing: {reason}.")
    return section
