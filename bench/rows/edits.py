"""Rows: changing records, the history of a million changes, and exports."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from bench import ours
from bench.measure import Action, median, seconds, shown, turns
from bench.section import Section, Summary
from bench.setting import Setting

_SINGLE, _BULK, _EVENTS = 500, 50_000, 1_000_000
_MOST = 2.0


def measure(setting: Setting) -> dict[str, Any]:
    """Change the records of a dataset one by one and many at once; open long histories."""
    return {
        "single": _single(setting),
        "bulk": _bulk(setting),
        "history": _history(setting),
        "export": _export(setting),
    }


def _single(setting: Setting) -> dict[str, Any]:
    from rubrix_widget.edits import Edit

    live, many = _copy(setting, "single"), setting.scaled(_SINGLE)
    ids = live.engine().columns.logged.ids[np.arange(many)].tolist()
    edits = [
        seconds(lambda one=one: live.edit([Edit(one, "comment", "odd")]))  # type: ignore[misc]
        for one in ids
    ]
    return {"edit": edits, "fsync": _synced(setting, many), "sqlite": _committed(setting, many)}


def _synced(setting: Setting, many: int) -> list[float]:
    """Take the time of appending as much as an edit and forcing it to the disk."""
    file = os.open(setting.scratch("synced"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def append() -> None:
        os.write(file, b"x" * 400)
        os.fsync(file)

    times = [seconds(append) for _ in range(many)]
    os.close(file)
    return times


def _committed(setting: Setting, many: int) -> list[float]:
    """Take the time of a row of as much in SQLite, committed as safely."""
    with closing(sqlite3.connect(setting.scratch("rows"), isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
        return [
            seconds(lambda: db.execute("INSERT INTO rows (text) VALUES (?)", ("x" * 400,)))
            for _ in range(many)
        ]


def _bulk(setting: Setting) -> dict[str, Any]:
    from rubrix_widget.edits import Action as Do

    live, many = _copy(setting, "bulk"), setting.scaled(_BULK)
    label = iter(np.tile(["positive", "negative"], 50).tolist())
    done: dict[str, Callable[[], object]] = {
        "plan": lambda: live.plan(lambda _: np.arange(many), Do("annotation", ["neutral"])),
        "change": lambda: live.change(lambda _: np.arange(many), Do("annotation", [next(label)])),
        "undo": live.undo,
        "redo": live.redo,
        "sqlite": lambda: _inserted(setting.scratch("bulk.sqlite"), many),
    }
    return {"many": many, "times": turns(done, repeats=3, budget=30) | _patches(setting, live)}


def _patches(setting: Setting, live: Any) -> dict[str, list[float]]:
    from rubrix_widget.patches import apply, difference, read

    path, target = setting.scratch("corrections.jsonl"), _copy(setting, "patched")
    done: dict[str, Action | Callable[[], object]] = {
        "export": lambda: difference(live, 0).write(path),
        "apply": Action(lambda: apply(target, read(path)), lambda: target.undo(to=0)),
    }
    return turns(done, repeats=3, budget=30)


def _inserted(path: Path, many: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, record TEXT, text TEXT)")
        db.execute("BEGIN")
        lines = ((str(number), "x" * 200) for number in range(many))
        db.executemany("INSERT INTO rows (record, text) VALUES (?, ?)", lines)
        db.execute("COMMIT")


def _history(setting: Setting) -> list[dict[str, Any]]:
    found = []
    many = setting.scaled(_EVENTS)
    for title, size in (("changes of one record each", 1), ("changes of every record", 0)):
        live = _copy(setting, "history")
        ids = live.engine().columns.logged.ids[np.arange(live.engine().n)].tolist()
        live.close()
        _fill(live, list(_groups(ids, many, size or len(ids))))
        asked: dict[str, Callable[[], object]] = {
            "open": lambda live=live: (live.close(), live.engine()),  # type: ignore[misc]
            "can": lambda live=live: live.can("ada"),  # type: ignore[misc]
            "newest": lambda live=live: live.groups(50),  # type: ignore[misc]
            "record": lambda live=live, one=ids[0]: live.history(one, 50),  # type: ignore[misc]
            "all": lambda live=live: live.changes(),  # type: ignore[misc]
        }
        times = turns(asked, repeats=3, budget=30)
        found.append({"title": title, "many": many, "times": times})
        live.close()
    return found


def _groups(ids: list[str], many: int, size: int) -> Iterator[Any]:
    """Yield a history of labels that go back and forth."""
    from rubrix_widget.columns import State
    from rubrix_widget.store.journal.events import Written, dump

    texts = [dump(State((one,), "Validated", "ada")) for one in ("negative", "positive")]
    begun, chance = dt.datetime(2025, 1, 1, tzinfo=dt.UTC), np.random.default_rng(1)
    had = dict.fromkeys(ids, 0)
    first = number = 0
    while first < many:
        number += 1
        places = range(size) if size > 1 else [int(chance.integers(len(ids)))]
        rows = []
        for place in list(places)[: many - first]:
            old = had[ids[place]]
            had[ids[place]] = 1 - old
            rows.append((ids[place], "0" * 32, "annotation", texts[old], texts[1 - old], None))
        at = (begun + dt.timedelta(seconds=number)).isoformat()
        yield Written(number, "edit", [], "ada", at, "text", None, first + 1, rows)
        first += len(rows)


def _fill(live: Any, groups: list[Any]) -> None:
    from rubrix_widget.store import Journal, Store
    from rubrix_widget.store.journal import FILE

    for path in live.folder.glob("journal.*"):
        path.unlink()
    with closing(Journal(live.folder / FILE)) as journal:
        journal.fill(groups, Store(live.folder).manifest().token)


def _export(setting: Setting) -> dict[str, Any]:
    import rubrix_widget as rb

    live = ours.live(setting.small)
    records, explorer = rb.load(live.name), rb.explore(live.name)
    written = setting.scratch("exported")
    frame, table = records.to_pandas(), records.table
    done: dict[str, Callable[[], object]] = {
        "to_pandas": records.to_pandas,
        "to_datasets": records.to_datasets,
        "CSV, as the explorer shows it": lambda: explorer.to_csv(written),
        "JSON Lines": lambda: explorer.to_jsonl(written),
        "Parquet": lambda: explorer.to_parquet(written),
        "CSV, with what was before and when it changed": lambda: explorer.to_csv(
            written, changes=True
        ),
        "Parquet, by Arrow alone": lambda: pq.write_table(table, setting.scratch("plain.parquet")),
        "CSV, by pandas alone": lambda: frame.to_csv(setting.scratch("plain.csv")),
    }
    return {"many": len(records), "times": turns(done, repeats=3, budget=20)}


def _copy(setting: Setting, name: str) -> Any:
    """Return a dataset of its own, with the small data."""
    import rubrix_widget as rb
    from rubrix_widget.home import active

    ours.live(setting.small)
    target = f"edits-{name}"
    if target in rb.list_datasets():
        rb.delete(target)
    rb.copy(ours.name_of(setting.small), target)
    return active().dataset(target)


def page(found: dict[str, Any]) -> Section:
    """Say what a change costs, beside what the disk and SQLite take alone."""
    section = Section("Changes")
    single = {name: median(times) for name, times in found["single"].items()}
    section.say(
        "A change is on the disk when its call returns: in the journal, and before in its copy. "
        "There is no peer that does so; beside it is what the machine takes to append as many "
        "bytes to a file and force them to the disk, and SQLite to commit one row."
    )
    lines = [
        ("one change", shown(single["edit"]), f"{1 / single['edit']:,.0f}"),
        ("append and force to the disk", shown(single["fsync"]), f"{1 / single['fsync']:,.0f}"),
        ("one row in SQLite", shown(single["sqlite"]), f"{1 / single['sqlite']:,.0f}"),
    ]
    section.table(["work", "time", "a second"], lines)
    bulk = {name: median(times) for name, times in found["bulk"]["times"].items()}
    many = found["bulk"]["many"]
    section.table(
        [f"{many:,} records at once", "time"],
        [
            ("what would change", shown(bulk["plan"])),
            ("change", shown(bulk["change"])),
            ("undo", shown(bulk["undo"])),
            ("redo", shown(bulk["redo"])),
            ("write what was changed as a patch", shown(bulk["export"])),
            ("read and apply the patch", shown(bulk["apply"])),
            ("as many rows in SQLite", shown(bulk["sqlite"])),
        ],
    )
    section.summary += [
        Summary(work, aim, shown(ours), shown(limit), "–", None if most is None else ours <= most)
        for work, aim, ours, limit, most in (
            ("a change, on the disk", "–", single["edit"], single["fsync"], None),
            (f"change {many:,} records", "≤ 2 s", bulk["change"], bulk["sqlite"], _MOST),
            (f"undo of {many:,}", "≤ 2 s", bulk["undo"], bulk["sqlite"], _MOST),
        )
    ]
    for one in found["history"]:
        times = {name: median(values) for name, values in one["times"].items()}
        section.table(
            [f"{one['many']:,} changes, as {one['title']}", "time"],
            [
                ("open the dataset", shown(times["open"])),
                ("what can be undone", shown(times["can"])),
                ("the newest 50", shown(times["newest"])),
                ("the history of a record", shown(times["record"])),
                ("all of them, as columns", shown(times["all"])),
            ],
        )
    export = found["export"]
    section.table(
        [f"{export['many']:,} records", "time"],
        [(name, shown(median(times))) for name, times in export["times"].items()],
    )
    return section
