"""Row: every class of queries, all matching ids."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bench import forms, ours, peers
from bench.data import Data
from bench.measure import Action, median, seconds, shown, turns
from bench.section import Section, Summary, ratio, yes
from bench.setting import Setting

FIRST, COLD, AGAIN, ALONE = "first", "ours", "again", "tantivy without ids"
FLOOR = "floor"
_MOST = 0.025
_OTHERWISE = {
    ("SQLite FTS5", forms.Near): "its NEAR takes the words in any order and counts gaps otherwise",
    ("tantivy", forms.Near): "for three words it lets more through than Lucene's rule, and a word "
    "that stands twice in a query may match one place twice",
    (
        "tantivy",
        forms.Fuzzy,
    ): "it takes all words so near, we the 50 nearest, as Elasticsearch does",
}


def measure(setting: Setting) -> dict[str, Any]:
    """Ask everybody for every class on every kind of data."""
    asked = [_asked(setting, data) for data in setting.everything()]
    return {"short": setting.short.name, "data": asked, "absent": setting.absent()}


def _asked(setting: Setting, data: Data) -> dict[str, Any]:
    engine = ours.engine_of(data)
    choice = ours.choice(engine)
    queries = forms.text_queries(choice)
    if data.made:
        queries += forms.structured_queries(choice)
    folder = setting.scratch_folder("peers")
    source = peers.Source(data.table, ours.spaced_words(engine), folder)
    everyone, missing = peers.everyone(source)
    found = [_class(engine, query, everyone) for query in queries]
    return {
        "name": data.name,
        "title": data.title,
        "records": data.records,
        "classes": found,
        "missing": missing,
    }


def _class(engine: Any, query: forms.Query, everyone: list[Any]) -> dict[str, Any]:
    find = ours.ask(engine, query.form)
    ours.empty_caches(engine)
    first = seconds(find)
    ids = find()
    mask, out = np.zeros(engine.n, np.bool_), np.zeros(engine.n, np.bool_)
    actions: dict[str, Action | Callable[[], object]] = {
        COLD: Action(find, lambda: ours.empty_caches(engine)),
        AGAIN: find,
        FLOOR: lambda: (np.logical_and(mask, out, out=out), ids.copy()),
    }
    counts, cannot = {}, {}
    for peer in everyone:
        try:
            asked = peer.ask(query.form)
        except peers.CannotAskError as error:
            cannot[peer.name] = str(error)
            continue
        counts[peer.name] = len(asked())
        actions[peer.name] = asked
        if peer.name == "tantivy":
            actions[ALONE] = peer.without_ids(query.form)
    return {
        "name": query.name,
        "query": forms.written(query.form),
        "kind": type(query.form).__name__,
        "count": len(ids),
        "first": first,
        "times": turns(actions, repeats=7, budget=2.0),
        "counts": counts,
        "cannot": cannot,
    }


def fastest(one: dict[str, Any]) -> tuple[str, float] | None:
    """Return the fastest peer that found the same number of records, and its median."""
    same = {
        name: median(one["times"][name])
        for name, count in one["counts"].items()
        if count == one["count"]
    }
    if not same:
        return None
    name = min(same, key=lambda n: same[n])
    return name, same[name]


def page(found: dict[str, Any]) -> Section:
    """Give every class's figures, whole for the million and short for the rest."""
    section = Section("Every class of queries, all matching ids")
    section.say(
        "Ours is end to end, from the query's text to the array of positions: "
        "`engine.select(query).order()`. *Ours* with the cache of conditions emptied before each "
        "run, *again* as it is when a condition was asked before, *first* the first time in the "
        "process. All peers are given the words as our analyzer cuts them, a space around each, so "
        "that they find the same records; making those is not counted. tantivy is asked for hits "
        "without scores, with the number of hits as the limit, and is done when it has made its "
        "list of document addresses; *tantivy without ids* stops before that list and is no answer "
        "with all ids. FTS5 fetches row numbers. DuckDB, polars and pandas scan for plain text "
        "where that does. In brackets: it found another number of records and is not compared. The "
        "*floor* is what memory lets any array program do: one AND over two masks and a copy of "
        "the positions found."
    )
    for data in found["data"]:
        if data["name"] == found["short"]:
            _whole(section, data)
    others = [data for data in found["data"] if data["name"] != found["short"]]
    for data in others:
        section.say(f"### {data['title']}")
        section.table(
            ["query", "records", "ours", "again", "fastest peer", "its time", "ratio"],
            [_brief(one) for one in data["classes"]],
        )
    section.say(found["absent"])
    _disagreements(section, found["data"])
    return section


def _brief(one: dict[str, Any]) -> list[str]:
    cold, best = median(one["times"][COLD]), fastest(one)
    peer = ["–", "–", "–"] if best is None else [best[0], shown(best[1]), ratio(cold, best[1])]
    return [
        one["name"],
        f"{one['count']:,}",
        shown(cold),
        shown(median(one["times"][AGAIN])),
        *peer,
    ]


def _whole(section: Section, data: dict[str, Any]) -> None:
    section.say(f"### {data['title']}")
    lines, worst = [], ("", 0.0)
    slower: list[str] = []
    ratios = []
    for one in data["classes"]:
        cold, best = median(one["times"][COLD]), fastest(one)
        worst = max(worst, (one["name"], cold), key=lambda pair: pair[1])
        if best is not None:
            ratios.append(cold / best[1])
            if cold > best[1]:
                slower.append(f"{one['name']} ({shown(cold)}, {best[0]} {shown(best[1])})")
        floor = median(one["times"][FLOOR])
        met = yes(cold <= _MOST), yes(None if best is None else cold <= best[1])
        lines.append([*_brief(one), f"{cold / floor:.3g} ×", *met])
    head = ["query", "records", "ours", "again", "fastest peer", "its time", "ratio"]
    section.table([*head, "ours to floor", "≤ 25 ms", "no slower"], lines)
    section.say("Every peer's median:")
    names = list(dict.fromkeys(n for one in data["classes"] for n in one["counts"]))
    shown_names = [*names, *([ALONE] if "tantivy" in names else [])]
    section.table(
        ["query", "written", FIRST, *shown_names],
        [
            (
                one["name"],
                f"`{one['query']}`",
                shown(one["first"]),
                *(_peer(one, n) for n in shown_names),
            )
            for one in data["classes"]
        ],
    )
    middle = math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else float("nan")
    section.say(
        f"The slowest class is {worst[0]} with {shown(worst[1])}. "
        + (
            f"A peer is faster on {len(slower)} of {len(ratios)}: {'; '.join(slower)}."
            if slower
            else "No peer is faster on any class."
        )
        + f" The geometric mean of the ratios is {middle:.3f}."
    )
    for name, reason in data["missing"].items():
        section.say(f"{name} is missing: {reason}.")
    section.summary += [
        Summary(
            "every class of queries, the slowest",
            "≤ 25 ms",
            f"{shown(worst[1])} ({worst[0]})",
            "–",
            "–",
            worst[1] <= _MOST,
        ),
        Summary(
            "every class of queries, against peers",
            "no slower than the fastest",
            f"{len(ratios) - len(slower)} of {len(ratios)}",
            "the fastest of each class",
            f"{middle:.2g} ×, geometric mean",
            not slower,
        ),
    ]


def _peer(one: dict[str, Any], name: str) -> str:
    if name not in one["times"]:
        return "–"
    time = shown(median(one["times"][name]))
    return time if one["counts"].get(name, one["count"]) == one["count"] else f"({time})"


def _disagreements(section: Section, found: list[dict[str, Any]]) -> None:
    other: dict[tuple[str, str, str], list[str]] = {}
    for data in found:
        for one in data["classes"]:
            for peer, count in one["counts"].items():
                if count != one["count"]:
                    why = _OTHERWISE.get((peer, getattr(forms, one["kind"])), "**not explained**")
                    counts = f"{one['name']} {one['count']:,} / {count:,}"
                    other.setdefault((peer, why, data["title"]), []).append(counts)
    if not other:
        section.say("All peers found the same number of records in every class.")
        return
    section.say("### Where a peer finds other records")
    section.table(
        ["peer", "why", "data", "ours / its"],
        [(*key, "; ".join(counts)) for key, counts in sorted(other.items())],
    )
