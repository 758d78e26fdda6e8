"""Row: build the text index."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from bench.data import Data
from bench.measure import Action, median, shown, turns
from bench.section import Section, Summary, ratio, yes
from bench.setting import Setting
from rubrix_widget.index import Segment
from rubrix_widget.index.analysis import STANDARD
from rubrix_widget.index.build import build_field

TEXT, WHOLE, WHOOSH = "ours, `text`", "ours, whole, saved", "stock Whoosh"
_REPEATS = 3
_LARGE = 20e6  # bytes of texts above which a first run needs no warming
_AIMS = (
    ("tantivy", 1.5, "≤ 1.5 × tantivy"),
    ("SQLite FTS5", 1.0, "≤ 1 × SQLite FTS5"),
    (WHOOSH, 1 / 20, "≥ 20 × faster than stock Whoosh"),
)
Actions = dict[str, Action | Callable[[], object]]


def measure(setting: Setting) -> dict[str, Any]:
    """Build everyone's index of every kind of data in turns."""
    slow = {setting.small.name, *([setting.short.name] if setting.whole_whoosh else [])}
    found = [_built(setting, data, data.name in slow) for data in setting.everything()]
    return {"short": setting.short.name, "data": found, "absent": setting.absent()}


def _built(setting: Setting, data: Data, with_whoosh: bool) -> dict[str, Any]:
    texts = data.texts
    actions: Actions = {
        TEXT: lambda: build_field(texts, STANDARD),
        WHOLE: Action(
            lambda: Segment.write(setting.scratch("ours"), {"text": texts}),
            lambda: setting.scratch("ours"),
        ),
    }
    missing: dict[str, str] = {}
    listed = texts.to_pylist()
    for name, add in (("tantivy", _tantivy), ("SQLite FTS5", _fts5), ("DuckDB", _duckdb)):
        try:
            actions.update(add(setting, data, listed))
        except ImportError as error:
            missing[name] = str(error)
    times = turns(actions, repeats=_REPEATS, budget=60, warm=data.text_bytes < _LARGE)
    if with_whoosh:
        times |= turns(_whoosh(setting, listed), repeats=1, warm=False)
    shutil.rmtree(setting.folder / "scratch", ignore_errors=True)
    return {
        "name": data.name,
        "title": data.title,
        "records": data.records,
        "bytes": data.text_bytes,
        "times": times,
        "missing": missing,
    }


def _tantivy(setting: Setting, _: Data, texts: list[str]) -> Actions:
    from bench.peers.tantivy_index import build

    return {
        "tantivy, memory, 1 thread": lambda: build(texts, None, 1),
        "tantivy, memory": lambda: build(texts, None, 0),
        "tantivy, disk": lambda: build(texts, setting.scratch_folder("tantivy"), 0),
    }


def _fts5(setting: Setting, _: Data, texts: list[str]) -> Actions:
    from bench.peers.sqlite_fts5 import build

    return {"SQLite FTS5": lambda: build(texts, setting.scratch("fts5.sqlite"))}


def _duckdb(setting: Setting, data: Data, _: list[str]) -> Actions:
    from bench.peers.duckdb_scan import build

    return {"DuckDB, no index": lambda: build(data.texts, setting.scratch("texts.duckdb"))}


def _whoosh(setting: Setting, texts: list[str]) -> Actions:
    from bench.peers.whoosh_stock import build

    return {WHOOSH: lambda: build(texts, setting.scratch_folder("whoosh"))}


def page(found: dict[str, Any]) -> Section:
    """Compare the builds; the aims are for a million short texts."""
    section = Section("Build the text index")
    section.say(
        "`text` is the field that the others build too: words as the standard analyzer cuts "
        "them, with positions, in memory. Whole is both of our fields (`text` and `text.exact`), "
        "written, checksummed and forced to the disk. tantivy and FTS5 are given Python texts "
        "made beforehand, and keep positions and no texts; tantivy is committed and merged, FTS5 "
        "is one transaction in a file. DuckDB's text index has to be downloaded, so its figure is "
        "the plain insertion of the texts."
    )
    medians = {
        one["name"]: {name: median(times) for name, times in one["times"].items()}
        for one in found["data"]
    }
    names = list(dict.fromkeys(name for one in found["data"] for name in one["times"]))
    lines = []
    for one in found["data"]:
        times = medians[one["name"]]
        cells = [shown(times[name]) if name in times else "–" for name in names]
        lines.append((one["title"], f"{one['bytes'] / 1e6:,.0f}", *cells))
    section.table(["data", "MB of texts", *names], lines)
    section.say(found["absent"])
    _against(section, found, medians)
    for one in found["data"]:
        if WHOOSH in one["times"]:
            rate = one["records"] / medians[one["name"]][WHOOSH]
            section.say(
                f"Stock Whoosh indexed {rate:,.0f} texts a second of {one['title']}, once. At "
                f"1,000,000 it takes minutes: `python -m bench build --whole-whoosh`."
            )
    return section


def _against(section: Section, found: dict[str, Any], medians: dict[str, dict[str, float]]) -> None:
    """Set our times against each aim, with whatever data its peer was measured on."""
    titles = {one["name"]: one["title"] for one in found["data"]}
    lines = []
    for peer, most, aim in _AIMS:
        for data in (found["short"], *medians):
            theirs = {n: t for n, t in medians[data].items() if n.startswith(peer)}
            if theirs:
                break
        else:
            section.say(f"{peer} is missing.")
            continue
        fastest = min(theirs, key=lambda name: theirs[name])
        for mine in (TEXT, WHOLE):
            time = medians[data][mine]
            met, times = time <= most * theirs[fastest], ratio(time, theirs[fastest])
            lines.append((mine, titles[data], aim, fastest, times, yes(met)))
            if mine == TEXT:
                beside = f"{fastest} {shown(theirs[fastest])}"
                work = f"build the text index, {titles[data]}"
                section.summary.append(Summary(work, aim, shown(time), beside, times, met))
    section.say("Against the aims, each with the fastest form of the peer:")
    section.table(["work", "data", "aim", "peer", "ratio", "met"], lines)
