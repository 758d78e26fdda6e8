"""What is done every day at the size of SST-2, beside pandas."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from bench.measure import median, shown, turns
from bench.section import Section, ratio
from bench.setting import Setting

SLICE = "predicted:ko and annotated_as:negative"  # about 5 %
PAGE = 50


def measure(setting: Setting) -> dict[str, Any]:
    """Import, make demo data, log, load, count, and turn the explorer's pages."""
    lines = [*_imports(), *_main_job(setting), *_pages()]
    return {"lines": [{"name": n, "peer": p, "times": t} for n, p, t in lines]}


Line = tuple[str, str, dict[str, list[float]]]


def _line(
    name: str,
    action: Callable[[], object],
    peer: str = "",
    its: Callable[[], object] | None = None,
    repeats: int = 5,
) -> Line:
    actions = {"ours": action} if its is None else {"ours": action, "peer": its}
    return name, peer, turns(actions, repeats=repeats)


def _imports() -> list[Line]:
    def fresh(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    return [
        _line(
            "import the package, with the process",
            fresh("import rubrix_widget"),
            "import pandas",
            fresh("import pandas"),
        )
    ]


def _main_job(setting: Setting) -> list[Line]:
    import rubrix_widget as rb
    from rubrix_widget import demo

    dataset = demo.sst2().remove_columns("idx")

    def made() -> Any:
        return rb.DatasetForTextClassification.from_datasets(dataset, annotation="label")

    records = made()
    frame = records.to_pandas()
    best = frame["prediction"].map(lambda prediction: prediction[0][0])
    parquet = setting.scratch("peer.parquet")
    names = iter(range(1000))
    rb.log(records, "everyday", verbose=False)
    two = frame[["text", "annotation"]]

    def peer_slice() -> Any:
        return frame[(best != frame["annotation"]) & (frame["annotation"] == "negative")].copy()

    size = f"{len(frame):,} records"
    return [
        _line("demo.sst2()", demo.sst2),
        _line(f"from_datasets, {size}", made, "Dataset.to_pandas", dataset.to_pandas),
        _line(
            f"log, {size}, new",
            lambda: rb.log(records, f"new-{next(names)}", verbose=False),
            "to_parquet",
            lambda: two.to_parquet(parquet),
            3,
        ),
        _line(f"log, {size}, again", lambda: rb.log(records, "everyday", verbose=False)),
        _line(
            f"load of {len(peer_slice()):,} records ({SLICE})",
            lambda: rb.load("everyday", query=SLICE),
            "a pandas mask",
            peer_slice,
        ),
        _line("load(…).to_pandas() of them", lambda: rb.load("everyday", query=SLICE).to_pandas()),
        _line(
            "count of a word",
            lambda: rb.count("everyday", "wooden"),
            "str.contains",
            lambda: frame["text"].str.contains(r"\bwooden\b").sum(),
        ),
    ]


def _pages() -> list[Line]:
    import rubrix_widget as rb

    explorer = rb.explore("everyday")
    explorer.send = lambda *_arguments, **_named: None  # no browser here

    def page(query: str, sort: list[list[str]]) -> Callable[[], object]:
        params = {
            "query": query,
            "dialect": "notebook",
            "filters": {},
            "sort": sort,
            "page": 1,
            "page_size": PAGE,
        }
        content = {"kind": "request", "id": "1", "method": "page", "params": params}
        message = {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        return lambda: explorer._handle_msg(message)

    asked = ["", "predicted:ko", "predicted:ko and score:>0.9", "wooden OR gripp*", '"the plot"~2']
    lines = [
        _line(f"explorer: a page of {query or 'all records'}", page(query, [])) for query in asked
    ]
    return [
        *lines,
        _line(
            "explorer: a page of predicted:ko by score", page("predicted:ko", [["score", "desc"]])
        ),
    ]


def page(found: dict[str, Any]) -> Section:
    """Give each with its peer."""
    section = Section("Every day, at the size of SST-2")
    lines = []
    for one in found["lines"]:
        mine = median(one["times"]["ours"])
        theirs = median(one["times"]["peer"]) if "peer" in one["times"] else None
        peer = (
            ("–", "–", "–") if theirs is None else (one["peer"], shown(theirs), ratio(mine, theirs))
        )
        lines.append((one["name"], shown(mine), *peer))
    section.table(["work", "ours", "peer", "its time", "ratio"], lines)
    return section
