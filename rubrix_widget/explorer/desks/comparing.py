"""One model against another, for the page."""

from __future__ import annotations

from typing import Any

from rubrix_widget import analysis
from rubrix_widget.explorer.desks.shapes import (
    ENDS,
    Asked,
    Columns,
    Desk,
    Drawn,
    Mark,
    Table,
    ends,
    lacking,
    points,
    share,
)
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import word

_LABELS = ("both_right", "broken", "fixed", "both_wrong")


def compare(asked: Asked) -> Desk:
    """Return what a second model fixes and breaks, or how any two differ."""
    known = asked.shown.engine.columns.logged.predicting
    if len(known) < 2:
        of = f"one agent, {known[0]}" if known and known[0] else "one agent"
        return Desk(
            [
                f"The predictions are of {of}. To compare, add another model's with "
                "rb.add_predictions, or log records with those of several: "
                'prediction={"a": [("positive", 0.9)], "b": [("negative", 0.6)]}.'
            ]
        )
    if not asked.shown.selection.count:
        return Desk([lacking(asked) or ""])
    first, second = asked.options.get("first") or known[0], asked.options.get("second")
    if not second and len(known) > 2:
        return _overview(analysis.compare(asked.shown))
    second = second or next(one for one in known if one != first)
    return _pair(analysis.compare(asked.shown, agents=(first, second)), first, second)


def _pair(metric: Metric, first: str, second: str) -> Desk:
    found, n = metric.data, metric.n
    if not n:
        return Desk([f"No record shown has an annotation and predictions of {first} and {second}."])
    lines = [
        "; ".join(
            f"{name} is right on {share(one['accuracy'])} ({ends((one['low'], one['high']))})"
            for name, one in found["accuracy"].items()
        )
        + f", over the {n:,} records that both predict.",
        f"{second} is {points(found['difference'], found['low'], found['high'])}; {_test(found)}.",
        f"They predict the same on {share(found['agreement'])}; Cohen's kappa "
        f"{found['kappa']:.3f}.",
    ]
    cells = {name: f"{found[name]:,} ({share(found[name] / n)})" for name in _LABELS}
    queries = found["queries"]
    square = Table(
        [("records", "text"), (f"{second} right", "cell"), (f"{second} wrong", "cell")],
        [
            [f"{first} right", f"both right: {cells['both_right']}", f"broken: {cells['broken']}"],
            [f"{first} wrong", f"fixed: {cells['fixed']}", f"both wrong: {cells['both_wrong']}"],
        ],
        [
            [None, queries["both_right"], queries["broken"]],
            [None, queries["fixed"], queries["both_wrong"]],
        ],
        "What becomes of the records",
    )
    by_label, marks = _by_label(found["labels"], queries)
    drawn = Drawn(metric.spec(), "rows", marks)
    return Desk(lines, [square, by_label], drawn)


def _test(found: dict[str, Any]) -> str:
    """Return McNemar's test in words."""
    p = f"p = {found['p']:.3f}" if found["p"] >= 0.001 else "p < 0.001"
    return f"McNemar's {'exact ' if found['exact'] else ''}test {p}"


def _by_label(labels: Any, queries: dict[str, str]) -> tuple[Table, list[Mark]]:
    rows, links, marks = [], list[str | list[str | None] | None](), []
    for label, one in labels.to_dict("index").items():
        rows.append([label, one["n"], *(one[name] for name in _LABELS), one["net"]])
        within = {name: f"{one['query']} AND {queries[name]}" for name in _LABELS}
        links.append([one["query"], None, *(within[name] for name in _LABELS), None])
        for name, sign in (("fixed", 1), ("broken", -1)):
            if n := one[name]:
                where = sorted((0, sign * n))
                marks.append(Mark(where, label, f"{label}: {n:,} {name}", within[name]))
    columns: Columns = [("annotated", "text"), ("records", "count")]
    columns += [(name.replace("_", " "), "count") for name in _LABELS]
    return Table([*columns, ("fixed less broken", "count")], rows, links, "By label"), marks


def _overview(metric: Metric) -> Desk:
    found = metric.data
    lines = [f"Over the {metric.n:,} records that all {len(found['agents'])} predict."]
    if found["left_out"]:
        lines[0] += f" {found['left_out']:,} more have predictions of some of them."
    rows, queries, marks = [], list[str | None](), []
    for name, one in found["accuracy"].items():
        interval = ends((one["low"], one["high"]))
        query = f"{word(f'predicted@{name}')}:ko"
        rows.append([name, one["accuracy"], interval])
        queries.append(query)
        words = f"{name} is right on {share(one['accuracy'])} ({interval})"
        marks.append(Mark(None, name, words, query))
    agents = Table([("agent", "text"), ("accuracy", "share"), ENDS], rows, queries, "Each")
    pairs = [
        [
            f"{one.second} against {one.first}",
            one.fixed,
            one.broken,
            one.difference,
            f"{100 * one.low:+.2f} to {100 * one.high:+.2f}",
            one.p,
            one.p_holm,
        ]
        for one in found["pairs"].itertuples()
    ]
    columns: Columns = [("pair", "text"), ("fixed", "count"), ("broken", "count")]
    columns += [("points", "points"), ENDS, ("p", "score"), ("p (Holm)", "score")]
    tables = [agents, Table(columns, pairs, title="Each two")]
    return Desk(lines, tables, Drawn(metric.spec(), "rows", marks) if metric.n else None)
