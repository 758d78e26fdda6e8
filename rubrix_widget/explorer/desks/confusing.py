"""What is taken for what, for the page."""

from __future__ import annotations

from typing import Any, cast, get_args

import numpy as np

from rubrix_widget import analysis
from rubrix_widget.analysis.confusing import Normalize
from rubrix_widget.explorer.desks.shapes import (
    MOST_ROWS,
    Asked,
    Columns,
    Desk,
    Drawn,
    Mark,
    Table,
    lacking,
    share,
)
from rubrix_widget.metrics.result import Metric

_PARTS = {
    "both": "annotated and predicted",
    "annotated": "annotated, not predicted",
    "predicted": "predicted, not annotated",
    "neither": "neither",
}


def confusion_matrix(asked: Asked) -> Desk:
    """Return records by annotated and predicted label."""
    if why := lacking(asked):
        return Desk([why])
    chosen = asked.options.get("normalize") or None
    if chosen not in (None, *get_args(Normalize)):
        raise ValueError(f"normalize is {chosen!r}; use 'annotated', 'predicted' or nothing")
    normalize = cast("Normalize | None", chosen)
    metric = analysis.confusion_matrix(asked.shown, agent=asked.agent, normalize=normalize)
    return _several(metric) if asked.several else _square(metric)


def _square(metric: Metric) -> Desk:
    labels = metric.data["labels"]
    counts = metric.data["counts"].to_numpy()
    queries = metric.data["queries"].to_numpy()
    annotated, predicted = counts.sum(axis=1), counts.sum(axis=0)
    wrong = int(counts.sum() - np.trace(counts))
    marks, rows = [], list[tuple[int, list[Any], str]]()
    for row, column in np.argwhere(counts).tolist():
        one, other, n = labels[row], labels[column], int(counts[row, column])
        query = queries[row, column]
        of = (n / int(annotated[row]), n / int(predicted[column]))
        words = (
            f"annotated as {one}, predicted as {other}: {n:,}, {share(of[0])} of those annotated "
            f"so, {share(of[1])} of those predicted so"
        )
        marks.append(Mark(other, one, words, query))
        if row != column:
            rows.append((n, [f"{one} → {other}", n, *of, n / wrong], query))
    rows.sort(key=lambda row: -row[0])
    kept = rows[:MOST_ROWS]
    columns: Columns = [
        ("annotated → predicted", "text"),
        ("records", "count"),
        ("share of annotated", "share"),
        ("share of predicted", "share"),
        ("share of errors", "share"),
    ]
    lines = [f"{wrong:,} of {metric.n:,} records are taken for another label."]
    if len(rows) > len(kept):
        lines[0] += f" The table has the {len(kept)} commonest of {len(rows):,} kinds."
    table = Table(columns, [row for _, row, _ in kept], [query for _, _, query in kept])
    drawn = Drawn(metric.spec(), "matrix", marks, labels)
    return Desk(lines, [table] if kept else [], drawn)


def _several(metric: Metric) -> Desk:
    counts, found = metric.data["counts"], metric.data["queries"]
    rows, queries, marks = [], list[str | list[str | None] | None](), []
    for label in metric.data["labels"]:
        numbers = {name: int(counts.loc[label, name]) for name in _PARTS}
        of = [
            numbers["both"] / whole if whole else None
            for whole in (numbers["both"] + numbers[name] for name in ("annotated", "predicted"))
        ]
        rows.append([label, *numbers.values(), *of])
        queries.append([None, *(found.loc[label, name] for name in _PARTS), None, None])
        start = 0
        for name in ("both", "annotated", "predicted"):
            n = numbers[name]
            if n:
                words = f"{label}, {_PARTS[name]}: {n:,}"
                marks.append(Mark([start, start + n], label, words, found.loc[label, name]))
            start += n
    columns: Columns = [("label", "text"), *((title, "count") for title in _PARTS.values())]
    columns += [("share of annotated", "share"), ("share of predicted", "share")]
    lines = [f"Each label by itself, over {metric.n:,} records: a record may have several."]
    return Desk(lines, [Table(columns, rows, queries)], Drawn(metric.spec(), "rows", marks))
