"""The explorer without a kernel: plain HTML, bounded in size, with everything escaped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from rubrix_widget.engine import Engine, Selection
from rubrix_widget.explorer.facets import confusion
from rubrix_widget.explorer.markup import accuracy, around, cut, element
from rubrix_widget.explorer.protocol.figures import ConfusionResult, Snapshot
from rubrix_widget.explorer.protocol.limits import (
    SNAPSHOT_BYTES,
    SNAPSHOT_LABELS,
    SNAPSHOT_RECORDS,
    SNAPSHOT_TEXT,
)
from rubrix_widget.explorer.protocol.records import PageResult, RecordPayload, View
from rubrix_widget.query import describe

_SHORT = 60  # characters of an id or a label
_BEST = 3  # labels of a prediction
_AGENTS = 2  # beside the primary one; of more none, as in the explorer
_LINE = 500  # characters of the query and of its reading
_FILTERS = 10  # of a view; more than anybody sets by hand
_FILTER = 200  # characters of one of them
_CELL = "text-align:left;vertical-align:top;padding:2px 8px"


def snapshot(
    answer: PageResult,
    view: View,
    engine: Engine,
    selection: Selection,
    *,
    name: str,
    save_texts: bool,
) -> Snapshot:
    """Cut a view down to what a saved notebook carries.

    Parameters
    ----------
    answer : PageResult
        What ``page`` was answered with.
    view : View
        What was asked.
    engine : Engine
        What the selection is of.
    selection : Selection
        All that the view shows.
    name : str
        What the records are part of.
    save_texts : bool
        Whether texts may be in it. The query and the filters are, either way: the view is not to
        be understood without them.

    Returns
    -------
    Snapshot
        At most 20 records; fewer where even their short forms would be too much.
    """
    found = answer["records"][:SNAPSHOT_RECORDS]
    filters = [cut(one.describe(), _FILTER) for one in selection.filters[:_FILTERS]]
    if len(selection.filters) > _FILTERS:
        filters.append(f"{len(selection.filters) - _FILTERS} more")
    judged = answer["summary"]["accuracy"] is not None
    taken: Snapshot = {
        "name": cut(name, _LINE),
        "query": cut(view["query"], _LINE),
        "reading": cut(describe(selection.tree), _LINE),
        "filters": filters,
        "count": answer["count"],
        "total": answer["total"],
        "summary": answer["summary"],
        "confusion": _counted(engine, selection) if judged else None,
        "first": (answer["page"] - 1) * view["page_size"] + 1,
        "texts": save_texts,
        "records": [_short(record, save_texts) for record in found],
    }
    while taken["records"] and _size(taken) > SNAPSHOT_BYTES:
        taken["records"].pop()
    return taken


def _counted(engine: Engine, selection: Selection) -> ConfusionResult:
    counted = confusion(engine, selection.hits, SNAPSHOT_LABELS)
    counted["labels"] = [cut(label, _SHORT) for label in counted["labels"]]
    return counted


def _size(taken: Snapshot) -> int:
    """Return the bytes of the larger of the two forms in which a snapshot is saved, as JSON."""
    return max(len(json.dumps(one, ensure_ascii=False).encode()) for one in (taken, html(taken)))


def _short(record: RecordPayload, save_texts: bool) -> dict[str, Any]:
    inputs: dict[str, str] = {}
    left = SNAPSHOT_TEXT if save_texts else 0
    for name, value in record["inputs"].items():
        if left <= 0 or value is None:
            continue
        text = value if isinstance(value, str) else "\n".join(value)
        inputs[cut(name, _SHORT)] = cut(text, left)
        left -= len(text)
    annotation = record["annotation"]
    return {
        "id": cut(record["id"], _SHORT),
        "inputs": inputs,
        "prediction": _best(record["prediction"], _BEST),
        "predicted": record["predicted"],
        "by_agent": [
            (agent, {**one, "prediction": _best(one["prediction"], 1)})
            for agent, one in record["by_agent"]
        ],
        "annotation": None
        if annotation is None
        else [cut(label, _SHORT) for label in annotation][:5],
        "status": record["status"],
    }


def _best(prediction: list[list[Any]] | None, most: int) -> list[list[Any]] | None:
    if prediction is None:
        return None
    return [[cut(label, _SHORT), score] for label, score in prediction[:most]]


def html(taken: Snapshot) -> str:
    """Draw a snapshot as HTML that needs neither script nor style sheet.

    Examples
    --------
    >>> none: Any = {"n": 0, "annotated": 0, "predicted": 0, "ok": 0, "ko": 0,
    ...              "accuracy": None, "low": None, "high": None}
    >>> html({"name": "<b>", "query": "", "reading": "all records", "filters": [], "count": 0,
    ...       "total": 0, "summary": none, "confusion": None, "first": 1, "texts": True,
    ...       "records": []})
    '<div><p><b>&lt;b&gt;</b> · 0 of 0 records<br>read as: all records</p></div>'
    """
    parts = [_heading(taken)]
    if taken["confusion"] is not None:
        parts.append(_matrix(taken["confusion"]))
    if taken["records"]:
        others = [agent for agent, _ in taken["records"][0]["by_agent"]][1:]
        agents = others if len(others) <= _AGENTS else []
        heads = ["text" if taken["texts"] else "id", "predicted", ""]
        for agent in agents:
            heads += [f"predicted@{cut(agent, _SHORT)}", ""]
        head = around("thead", [_row([*heads, "annotated", "status"], "th")])
        lines = [_record(record, agents, taken["texts"]) for record in taken["records"]]
        body = around("tbody", lines)
        parts.append(around("table", [head, body]))
        last = taken["first"] + len(taken["records"]) - 1
        shown = f"Records {taken['first']:,} to {last:,} of {taken['count']:,}."
        hint = "" if last - taken["first"] + 1 >= taken["count"] else " Run the cell to see all."
        parts.append(element("p", shown + hint))
    return around("div", parts)


def counts(taken: Snapshot) -> str:
    """Say how many records the view has, of how many."""
    return f"{taken['count']:,} of {taken['total']:,} records"


def _heading(taken: Snapshot) -> str:
    lines = [f"{element('b', taken['name'])} · {escape(counts(taken))}"]
    if taken["query"]:
        lines.append(f"query: {element('code', taken['query'])}")
    if taken["reading"]:
        lines.append(f"read as: {escape(taken['reading'])}")
    if taken["filters"]:
        lines.append("filters: " + " · ".join(element("i", one) for one in taken["filters"]))
    said = accuracy(taken["summary"])
    if said:
        lines.append(escape(said))
    return around("p", ["<br>".join(lines)])


def _matrix(found: ConfusionResult) -> str:
    """Draw the confusion matrix; of a multi-label dataset a line for each label."""
    labels, numbers = found["labels"], found["counts"]
    if found["multi_label"]:
        heads = ["label", "right", "missed", "extra"]
        rows = [
            [label, *(f"{n:,}" for n in (one[1][1], one[1][0], one[0][1]))]
            for label, one in zip(labels, numbers, strict=True)
        ]
    else:
        heads = ["annotated ↓ predicted →", *labels]
        rows = [
            [label, *(f"{n:,}" for n in line)] for label, line in zip(labels, numbers, strict=True)
        ]
    head = around("thead", [around("tr", [element("th", one) for one in heads])])
    body = [
        around("tr", [element("th", line[0]), *(element("td", one) for one in line[1:])])
        for line in rows
    ]
    table = around("table", [head, around("tbody", body)])
    left_out = found["left_out"]
    if left_out:
        noun = "label" if left_out == 1 else "labels"
        note = f"The {len(labels)} most confused labels; {left_out:,} {noun} not shown."
        table += element("p", note)
    return table


def _row(cells: Sequence[str], tag: str) -> str:
    return around("tr", [element(tag, cell, style=_CELL) for cell in cells])


def _record(record: dict[str, Any], agents: Sequence[str], texts: bool) -> str:
    inputs: dict[str, str] = record["inputs"]
    text = next(iter(inputs.values()), "")
    if len(inputs) > 1:
        text = " · ".join(f"{name}: {value}" for name, value in inputs.items())
    cells = [text if texts else record["id"]]
    by_agent = dict(record["by_agent"])
    for one in (record, *(by_agent[agent] for agent in agents)):
        best = one["prediction"]
        cells += [
            f"{best[0][0]} {best[0][1]:.3f}" if best else "",
            {"ok": "✓ ok", "ko": "✗ ko"}.get(one["predicted"] or "", ""),
        ]
    return _row([*cells, ", ".join(record["annotation"] or ()), record["status"]], "td")
