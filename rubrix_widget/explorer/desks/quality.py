"""How good predictions are, for the page."""

from __future__ import annotations

import math
from typing import Any, Final

from rubrix_widget import analysis
from rubrix_widget.analysis.scoring import named, scores_of
from rubrix_widget.analysis.source import source_of
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
from rubrix_widget.query import quote

_THRESHOLDS: Final = 20  # rows of that table
_MOVED: Final = 100  # scores of labels that change
_OUTCOMES: Final = {
    "fixed": "right, was wrong",
    "broken": "wrong, was right",
    "changed": "annotated otherwise",
    "added": "annotated, was not",
    "removed": "not annotated, was",
}
_CHANGE: Final = ("difference", "low", "high")
_NAMES: Final = {
    "accuracy": "Accuracy",
    "f1_macro": "macro F1",
    "balanced_accuracy": "balanced accuracy",
    "jaccard": "Jaccard",
}


def scores(asked: Asked) -> Desk:
    """Return scores by label, with their intervals."""
    if why := lacking(asked):
        return Desk([why])
    source = source_of(asked.shown, None, "notebook", asked.agent)
    metric = scores_of(source, beside=False)  # of the rest it tells the accuracy alone
    found = metric.data
    said = [
        f"{name} {share(found[one])} ({ends(found['intervals'][one])})"
        for one, name in _NAMES.items()
        if asked.several or one != "jaccard"
    ]
    if not asked.several:
        low, high = found["intervals"]["mcc"]
        said.append(f"Matthews' correlation {found['mcc']:.3f} ({low:.3f} to {high:.3f})")
    lines = [f"{said[0]} over {found['n']:,} records; {', '.join(said[1:])}."]
    if rest := found["rest"]:
        these = points(rest["difference"], rest["low"], rest["high"])
        lines.append(
            f"The other {rest['n']:,} records: accuracy {share(rest['accuracy'])}. These are "
            f"{these}."
        )
    if found["few"]:
        lines.append("These are few records: the intervals are wide.")
    columns: Columns = [("label", "text")]
    for name in ("precision", "recall", "F1"):
        columns += [(name, "share"), ENDS]
    columns += [("annotated", "count"), ("predicted", "count")]
    rows, marks = [], []
    for label, one in found["labels"].items():
        row: list[Any] = [label]
        said = []
        for name, n in (("precision", "predicted"), ("recall", "support"), ("f1", "support")):
            interval = ends(found["intervals"]["labels"][label][name])
            row += [one[name] if one[n] or name == "f1" else None, interval]
            said.append(f"{name} {share(one[name])} ({interval})")
        rows.append([*row, one["support"], one["predicted"]])
        words = f"{label}: {', '.join(said)}; {one['support']:,} annotated so"
        marks.append(Mark(None, label, words, f"annotated_as:{quote(label)}"))
    table = Table(columns, rows, [one.query for one in marks])
    return Desk(lines, [table], Drawn(metric.spec(), "rows", marks))


def calibration(asked: Asked) -> Desk:
    """Return how often predictions of each score are right."""
    if why := lacking(asked):
        return Desk([why])
    metric = analysis.calibration(asked.shown, agent=asked.agent)
    found = metric.data
    of = "scores of labels" if asked.several else "records"
    lines = [
        f"Expected calibration error {found['ece']:.3f} over {found['n']:,} {of} in bins of equal "
        f"width, {found['ece_equal_mass']:.3f} in bins of equal mass; at most {found['mce']:.3f} "
        "in one bin.",
        f"Brier score {found['brier']:.3f}, log-loss {found['log_loss']:.3f}.",
    ]
    columns = [("score", "text"), (of, "count"), ("mean score", "share"), ("right", "share")]
    rows, marks = [], []
    bins = found["bins"]
    for one in bins[bins["n"] > 0].to_dict("records"):
        name = f"{one['low']:.1f}–{one['high']:.1f}"
        interval = ends((one["from"], one["to"]))
        rows.append([name, one["n"], one["score"], one["accuracy"], interval])
        words = (
            f"score {name}: {one['n']:,} with mean score {one['score']:.3f}, right "
            f"{share(one['accuracy'])} ({interval})"
        )
        query = one.get("query")  # of several scores a record one may be in the bin
        marks.append(Mark([one["low"], one["high"]], None, words, query))
    table = Table([*columns, ENDS], rows, [one.query for one in marks])
    return Desk(lines, [table], Drawn(metric.spec(), "plot", marks))


def thresholds(asked: Asked) -> Desk:
    """Return what is left, and how good it is, above each score."""
    if why := lacking(asked):
        return Desk([why])
    metric = analysis.thresholds(asked.shown, agent=asked.agent)
    table = metric.data["table"]
    left, measure = ("recall", "precision") if asked.several else ("coverage", "accuracy")
    whole, half = table.iloc[0], table.iloc[(table[left] - 0.5).abs().argmin()]
    what = "labels" if asked.several else "predictions"
    lines = [
        f"All {whole['n']:,.0f} {what} that have a score: {measure} {share(whole[measure])}"
        f"{f', {left} {share(whole[left])}' if asked.several else ''}. The {half['n']:,.0f} "
        f"scored {half['threshold']:.3f} or more: {measure} {share(half[measure])}, {left} "
        f"{share(half[left])}."
    ]
    step = max(1, math.ceil(len(table) / _THRESHOLDS))
    some = [one for one in table.iloc[::step].to_dict("records") if one["n"]]
    rows, marks = [], []
    for place, one in enumerate(some):
        interval = ends((one["low"], one["high"]))
        rows.append([f"{one['threshold']:.3f}", one["n"], one[left], one[measure], interval])
        words = (
            f"score from {one['threshold']:.3f}: {one['n']:,} kept, {left} {share(one[left])}, "
            f"{measure} {share(one[measure])} ({interval})"
        )
        beside = [some[max(place - 1, 0)][left], some[min(place + 1, len(some) - 1)][left]]
        middles = [(one[left] + other) / 2 for other in beside]
        marks.append(Mark(sorted(middles), None, words, one.get("query")))
    columns = [("score from", "text"), ("kept", "count"), (left, "share"), (measure, "share")]
    queries = [one.query for one in marks]
    drawn = Drawn(metric.spec(), "plot", marks[::-1])
    return Desk(lines, [Table([*columns, ENDS], rows, queries)], drawn)


def what_if(asked: Asked) -> Desk:
    """Return every score by the annotations as logged and as they are now."""
    if why := lacking(asked):
        return Desk([why])
    now, some = asked.shown.engine.columns, asked.shown.selection.hits.positions
    if bool((now.annotation[some] == now.logged.annotation[some]).all()):
        return Desk(["No annotation shown differs from the one that was logged."])
    metric = analysis.what_if(asked.shown, agent=asked.agent)
    found = metric.data
    lines = [
        f"Of {found['n']:,} records {found['changed']:,} are annotated otherwise now. Predictions "
        f"that were wrong and are right: {found['fixed']:,}; that were right and are wrong: "
        f"{found['broken']:,}."
    ]
    outcomes = Table(
        [("now", "text"), ("records", "count")],
        [[said, found[name]] for name, said in _OUTCOMES.items()],
        [found["queries"][name] if found[name] else None for name in _OUTCOMES],
        "Corrected records",
    )
    rows, marks = [], []
    for name, one in found["table"].to_dict("index").items():
        if name == "mcc":  # which is no share
            lines.append(
                f"Matthews' correlation {one['before']:.3f} as logged, {one['after']:.3f} now "
                f"({one['difference']:+.3f}; {one['low']:+.3f} to {one['high']:+.3f})."
            )
            continue
        said = named(name)
        rows.append([said, *_before_and_after(one)])
        if not math.isnan(one["difference"]):
            words = f"{said} {points(*(one[at] for at in _CHANGE))}"
            marks.append(Mark(None, said, words, None))
    numbers: Columns = [("as logged", "share"), ("now", "share"), ("points", "points"), ENDS]
    labels = found["labels"]
    moved = labels[labels["before"] != labels["after"]]
    if len(moved) > _MOVED:
        lines.append(f"Of {len(moved):,} scores of labels that change the {_MOVED} that do most:")
    moved = moved.sort_values("difference", key=abs, ascending=False, kind="stable")[:_MOVED]
    by_label = Table(
        [("label", "text"), ("score", "text"), *numbers, ("records", "count")],
        [
            [label, named(name), *_before_and_after(one), one["n"]]
            for (label, name), one in moved.to_dict("index").items()
        ],
        moved["query"].tolist(),
        "By label",
    )
    drawn = Drawn(metric.spec(), "rows", marks) if marks else None
    scores = Table([("score", "text"), *numbers], rows, title="Scores")
    return Desk(lines, [outcomes, scores, by_label], drawn)


def _before_and_after(row: dict[str, Any]) -> list[Any]:
    interval = f"{100 * row['low']:+.2f} to {100 * row['high']:+.2f}"
    return [row["before"], row["after"], row["difference"], interval]
