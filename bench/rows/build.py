"""Row: build the text index."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from bench.data import Data
from bench.measure import Action, Times, median, shown, turns
from bench.section import Section, Summary, ratio, yes
from bench.setting import Setting
from rubrix_widget.index import Segment
from rubrix_widget.index.analysis import STANDARD
from rubrix_widget.index.build import build_field

TEXT, WHOLE = "ours, `text`", "ours, whole, saved"
_REPEATS = 3
_PEERS = {"tantivy": 1.5, "SQLite FTS5": 1.0}


def measure(setting: Setting) -> dict[str, Any]:
    """Build everyone's index of every kind of data in turns."""
    found = [
        _built(setting, data, whoosh=data.name == setting.small.name)
        for data in setting.everything()
    ]
    if setting.whole_whoosh:
        found.append(_whoosh(setting, setting.short))
    return {"short": setting.short.name, "data": found}


def _built(setting: Setting, data: Data, whoosh: bool) -> dict[str, Any]:
    texts = data.texts
    actions: dict[str, Action | Callable[[], object]] = {
        TEXT: lambda: build_field(texts, STANDARD),
        WHOLE: Action(
            lambda: Segment.build({"text": texts}).save(setting.scratch("ours")),
            lambda: setting.scratch("ours"),
        ),
    }
    missing: dict[str, str] = {}
    for add in (_tantivy, _fts5, _duckdb):
        try:
            actions.update(add(setting, data))
        except ImportError as error:
            missing[add.__name__.lstrip("_")] = str(error)
    times = turns(actions, repeats=_REPEATS, budget=60, warm=data.records <= 100_000)
    if whoosh:
        times |= _whoosh(setting, data)["times"]
    shutil.rmtree(setting.folder / "scratch", ignore_errors=True)
    return {
        "name": data.name,
        "title": data.title,
        "records": data.records,
        "bytes": data.text_bytes,
        "times": times,
        "missing": missing,
    }


def _tantivy(setting: Setting, data: Data) -> dict[str, Action]:
    from bench.peers.tantivy_index import build

    def folder() -> Any:
        path = setting.scratch("tantivy")
        path.mkdir()
        return path

    return {
        "tantivy, memory, 1 thread": Action(lambda: build(data.texts, None, 1)),
        "tantivy, memory": Action(lambda: build(data.texts, None, 0)),
        "tantivy, disk": Action(lambda: build(data.texts, folder(), 0)),
    }


def _fts5(setting: Setting, data: Data) -> dict[str, Action]:
    from bench.peers.sqlite_fts5 import build

    return {"SQLite FTS5": Action(lambda: build(data.texts, setting.scratch("fts5.sqlite")))}


def _duckdb(setting: Setting, data: Data) -> dict[str, Action]:
    from bench.peers.duckdb_scan import build

    return {"DuckDB, no index": Action(lambda: build(data.texts, setting.scratch("texts.duckdb")))}


def _whoosh(setting: Setting, data: Data) -> dict[str, Any]:
    from bench.peers.whoosh_stock import build

    def folder() -> Any:
        path = setting.scratch("whoosh")
        path.mkdir()
        return path

    times: Times = turns(
        {"stock Whoosh": lambda: build(data.texts, folder())}, repeats=1, warm=False
    )
    return {
        "name": data.name,
        "title": data.title,
        "records": data.records,
        "bytes": data.text_bytes,
        "times": times,
        "missing": {},
    }


def page(found: dict[str, Any]) -> Section:
    """Compare the builds; the aims are for a million short texts."""
    section = Section("Build the text index")
    section.say(
        "`text` is the field that the others build too: words as the standard analyzer cuts "
        "them, with positions, in memory. Whole is both of our fields (`text` and `text.exact`), "
        "written, forced to the disk and checksummed. tantivy and FTS5 keep positions and no "
        "texts; tantivy is committed and merged, FTS5 one transaction in a file. DuckDB's text "
        "index has to be downloaded, so its figure is the plain insertion of the texts."
    )
    names = list(dict.fromkeys(name for one in found["data"] for name in one["times"]))
    medians = [{n: median(t) for n, t in one["times"].items()} for one in found["data"]]
    section.table(
        ["data", "MB", *names],
        [
            (
                one["title"],
                f"{one['bytes'] / 1e6:,.0f}",
                *(shown(m[n]) if n in m else "–" for n in names),
            )
            for one, m in zip(found["data"], medians, strict=True)
        ],
    )
    by_name = {one["name"]: (one, m) for one, m in zip(found["data"], medians, strict=True)}
    one, times = by_name[found["short"]]
    lines = []
    for peer, most in _PEERS.items():
        theirs = {n: t for n, t in times.items() if n.startswith(peer)}
        if not theirs:
            lines.append((peer, f"≤ {most:g} ×", "not installed", "–", "–"))
            continue
        fastest = min(theirs, key=lambda n: theirs[n])
        for mine in (TEXT, WHOLE):
            met = times[mine] <= most * theirs[fastest]
            aim = f"≤ {most:g} × {peer}"
            lines.append((mine, aim, fastest, ratio(times[mine], theirs[fastest]), yes(met)))
            if mine == TEXT:
                section.summary.append(
                    Summary(
                        "build the text index",
                        aim,
                        shown(times[mine]),
                        f"{fastest} {shown(theirs[fastest])}",
                        ratio(times[mine], theirs[fastest]),
                        met,
                    )
                )
    slow = [(o, m) for o, m in by_name.values() if "stock Whoosh" in m]
    for other, m in slow:
        faster = m["stock Whoosh"] / m[TEXT]
        met = faster >= 20
        work = f"build, {other['title']}"
        section.summary.append(
            Summary(
                work,
                "≥ 20 × faster than stock Whoosh",
                shown(m[TEXT]),
                f"stock Whoosh {shown(m['stock Whoosh'])}",
                ratio(m[TEXT], m["stock Whoosh"]),
                met,
            )
        )
        lines.append(
            (
                f"{TEXT} ({other['title']})",
                "≥ 20 × faster",
                "stock Whoosh",
                f"{faster:.0f} × faster",
                yes(met),
            )
        )
    section.say(f"Against the aims, at {one['title']}:")
    section.table(["work", "aim", "fastest form of the peer", "ratio", "met"], lines)
    for other, m in slow:
        section.say(
            f"Stock Whoosh indexed {other['records'] / m['stock Whoosh']:,.0f} texts a second of "
            f"{other['title']}; larger ones are left to `python -m bench build --whole-whoosh`."
        )
    return section
