"""Rows: the explorer in a real JupyterLab and browser, beside other tables on the same records."""

from __future__ import annotations

import gzip
import time
from dataclasses import replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Error as BrowserError

from bench import ours, tables
from bench.data import Data, two_models
from bench.measure import median, shown
from bench.section import Section, Summary, ratio, yes
from bench.setting import SHORT, SMALL, Setting
from bench.tables import JUPYTERLAB, OURS, WHOLE, Missing, Records, lab, marimo, watch
from bench.tables.analyses import CHANGED, Analyses

_TURNS = {OURS: 8}  # how often each gesture is done; others less often
_OTHERS_TURNS = 3
_BUDGET = 40.0  # seconds after which a tool's gestures are not repeated any more
_FIRST, _P50, _P95, _P95_LARGE = 1.0, 0.100, 0.200, 0.300
_ANALYSIS = 0.150
_BUNDLE, _SAVED = 60_000, 200_000
_STATIC = Path(__file__).resolve().parents[2] / "rubrix_widget" / "static"
_AFTER = "first records after the cell"
_COMPARED = ("open", "search", "filter", "sort", "last page")


def measure(setting: Setting) -> dict[str, Any]:
    """Open every table in a notebook of its own and do what people do, at both sizes."""
    why = _nothing_to_measure_with()
    if why:
        return {"why": why}
    sizes = [setting.small, setting.short]
    for data in sizes:
        ours.live(data)
    with lab.lab() as place:
        found = [_size(place, data) for data in sizes]
        analyses = _analyses(place, sizes[0])
        saved = _saved(place, sizes[0])
    bundle = len(gzip.compress((_STATIC / "widget.js").read_bytes(), 9))
    return {"sizes": found, "analyses": analyses, "saved": saved, "bundle": bundle}


def _nothing_to_measure_with() -> str:
    if lab.chromium() is None:
        return "there is no Chromium (as root: apt-get install chromium)"
    if not (_STATIC / "widget.js").is_file():
        return "the front end is not built (npm run build in js/)"
    return ""


def _records(data: Data) -> Records:
    words = ours.choice(ours.engine_of(data)).common
    return Records(data.path, ours.name_of(data), tuple(words))


def _size(place: lab.Lab, data: Data) -> dict[str, Any]:
    found = {}
    for name, tool in tables.tools(_records(data)).items():
        if isinstance(tool, Missing):
            found[name] = {"cannot": {"open": tool.why}, "times": {}}
        else:
            found[name] = _used(place, tool, _TURNS.get(name, _OTHERS_TURNS))
    return {"records": data.records, "title": data.title, "tools": found}


def _analyses(place: lab.Lab, data: Data) -> dict[str, Any]:
    """Search with each analysis open; two of them in records of two models, some corrected."""
    records = _records(data)
    name = ours.corrected(two_models(data))
    tools = (Analyses(records), Analyses(replace(records, name=name), CHANGED))
    found = [_used(place, tool, _TURNS[OURS]) for tool in tools]
    return {part: {**found[0][part], **found[1][part]} for part in ("times", "cannot")}


def _used(place: lab.Lab, tool: Any, turns: int) -> dict[str, Any]:
    """Open a table and use it; what it does not do is said with the reason."""
    times: dict[str, list[float]] = {}
    cannot = dict(tool.cannot)
    about = {"version": _version(tool.package), "remark": tool.remark}
    try:
        open_in = place.notebook if tool.host == JUPYTERLAB else partial(marimo.notebook, place)
        with open_in(tool.setup, tool.show) as cells:
            cells.run(0)
            opened = cells.open(1, tool.look)
            times = {"open": [opened["whole"]]}
            if "after" in opened:
                times[_AFTER] = [opened["after"]]
            started = time.perf_counter()
            for turn in range(turns):
                if time.perf_counter() - started < _BUDGET:
                    _one_turn(cells.page, tool, turn, times, cannot)
    except lab.CannotShowError as error:
        cannot["open"] = str(error)
    except BrowserError as error:
        cannot["open"] = f"the browser gave up: {error.message.splitlines()[0]}"
    return {**about, "times": times, "cannot": cannot}


def _one_turn(
    page: Any, tool: Any, turn: int, times: dict[str, list[float]], cannot: dict[str, str]
) -> None:
    for name, gesture in tool.gestures.items():
        if name in cannot:
            continue
        try:
            if gesture.prepare is not None:
                gesture.prepare(page, turn)
            watch.begin(page, tool.look)
            gesture.act(page, turn)
            found = watch.ended(page)
        except BrowserError as error:
            found, why = None, error.message.splitlines()[0]
        else:
            why = f"nothing changed within {watch.LIMIT_MS / 1000:.0f} s"
        if found is None:
            cannot[name] = why
            continue
        times.setdefault(name, []).append(found["last"])
        if gesture.first:
            times.setdefault(gesture.first, []).append(found["first"])


def _saved(place: lab.Lab, data: Data) -> dict[str, int]:
    """Say how many bytes one explorer adds to a notebook, without and with widget state."""
    tool = tables.tools(_records(data))[OURS]
    with place.notebook(tool.setup, tool.show) as cells:
        cells.run(0)
        before = cells.saved_bytes()
        cells.open(1, tool.look)
        after = cells.saved_bytes()
        cells.save_widgets()
        return {"output": after - before, "state": cells.saved_bytes() - before}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def page(found: dict[str, Any]) -> Section:
    """Give each gesture's median and 95th percentile, and the same gestures of the others."""
    section = Section("The explorer in the page")
    if "why" in found:
        section.say(f"Not measured: {found['why']}.")
        return section
    section.say(
        "In a real JupyterLab and Chromium on this machine (marimo's table in marimo), the "
        "internet refused. A gesture's time "
        "is from its event's own timestamp, in the page, to the second frame after the last "
        "change of what the table shows, so that no less than about 33 ms can be measured; of "
        "our first records it is from the cell's end. Of a new page the explorer paints the "
        "records in sight first, as the other tables draw only those; when the rest of the 50 "
        "are there too is given beside it, and not compared."
    )
    for one in found["sizes"]:
        _ours(section, one)
    _followed(section, found["analyses"], found["sizes"][0]["records"])
    _weight(section, found)
    for one in found["sizes"]:
        _beside(section, one)
    _remarks(section, found)
    return section


def _gestures(tool: dict[str, Any]) -> dict[str, list[float]]:
    return {n: t for n, t in tool["times"].items() if n not in ("open", _AFTER)}


def _ours(section: Section, one: dict[str, Any]) -> None:
    tool = one["tools"][OURS]
    if _AFTER not in tool["times"]:
        section.say(f"At {one['records']:,} records: {tool['cannot']['open']}.")
        return
    gestures = _gestures(tool)
    section.say(f"### {one['records']:,} records")
    section.table(
        ["gesture", "median", "p95", "n"],
        [
            (name, shown(median(times)), shown(_p95(times)), len(times))
            for name, times in ((_AFTER, tool["times"][_AFTER]), *gestures.items())
        ],
    )
    for name, why in tool["cannot"].items():
        section.say(f"Not measured: {name}, since {why}.")
    every = [t for name, times in gestures.items() if WHOLE not in name for t in times]
    if one["records"] >= SHORT:
        _aim(section, f"gesture to painted answer, {SHORT:,} records: p95", _P95_LARGE, _p95(every))
    elif one["records"] >= SMALL:
        after = median(tool["times"][_AFTER])
        _aim(section, f"cell's end to first records, {SMALL:,} records", _FIRST, after)
        _aim(section, f"gesture to painted answer, {SMALL:,} records: median", _P50, median(every))
        _aim(section, f"gesture to painted answer, {SMALL:,} records: p95", _P95, _p95(every))


def _followed(section: Section, tool: dict[str, Any], records: int) -> None:
    """Give the time from a search to each analysis of what it finds, drawn."""
    section.say(
        f"### Analyses that follow a search, {records:,} records\n\nFrom the key that searches to "
        "the sentences, the table and the chart of the records found; the last two of records "
        "with the predictions of two models, some corrected."
    )
    gestures = _gestures(tool)
    section.table(
        ["analysis", "median", "p95", "n"],
        [(name, shown(median(t)), shown(_p95(t)), len(t)) for name, t in gestures.items()],
    )
    for name, why in tool["cannot"].items():
        section.say(f"Not measured: {name}, since {why}.")
    if records >= SMALL and gestures:
        every = [time for times in gestures.values() for time in times]
        work = f"search to painted analysis, {SMALL:,} records: median"
        _aim(section, work, _ANALYSIS, median(every))


def _aim(section: Section, work: str, most: float, value: float) -> None:
    aim = f"≤ {most * 1000:.0f} ms" if most < 1 else f"≤ {most:.0f} s"
    section.summary.append(Summary(work, aim, shown(value), "–", "–", value <= most))


def _p95(values: list[float]) -> float:
    return float(np.percentile(values, 95)) if values else float("nan")


def _weight(section: Section, found: dict[str, Any]) -> None:
    saved, bundle = found["saved"], found["bundle"]
    lines = [
        ("the page's side, gzipped, without the chart runtime", bundle, _BUNDLE),
        ("a saved notebook, for each explorer", saved["output"], _SAVED),
        ("the same with the state of widgets saved", saved["state"], _SAVED),
    ]
    section.say("### Weight")
    section.table(
        ["what", "KB", "aim", "met"],
        [(n, f"{v / 1000:.1f}", f"≤ {m // 1000} KB", yes(v <= m)) for n, v, m in lines],
    )
    for name, value, most in lines:
        aim, mine = f"≤ {most // 1000} KB", f"{value / 1000:.1f} KB"
        section.summary.append(Summary(name, aim, mine, "–", "–", value <= most))


def _beside(section: Section, one: dict[str, Any]) -> None:
    """Give the same gestures of the others, and how many times as long ours take."""
    mine = one["tools"][OURS]["times"]
    lines = []
    for name, tool in one["tools"].items():
        cells = []
        for gesture in _COMPARED:
            times = tool["times"].get(gesture)
            if not times:
                cells.append("–")
            elif name == OURS or gesture not in mine:
                cells.append(shown(median(times)))
            else:
                theirs = median(times)
                cells.append(f"{shown(theirs)} ({ratio(median(mine[gesture]), theirs)})")
        lines.append((name, *cells))
    section.say(
        f"### Beside other tables, {one['records']:,} records\n\n"
        "Open is the whole cell, from its start; ours reads the logged dataset, the others have "
        "a DataFrame in memory. In parentheses our time to theirs. –: see below."
    )
    section.table(["", *_COMPARED], lines)
    for name, tool in one["tools"].items():
        if name != OURS and tool["cannot"]:
            section.say(
                f"{name}: "
                + "; ".join(f"{g} not measured: {why}" for g, why in tool["cannot"].items())
                + "."
            )


def _remarks(section: Section, found: dict[str, Any]) -> None:
    for name, tool in found["sizes"][0]["tools"].items():
        if name != OURS and tool.get("version"):
            section.say(f"{name} {tool['version']}. {tool['remark']}".strip())
