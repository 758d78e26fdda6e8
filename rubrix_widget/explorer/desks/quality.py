"""How good predictions are, for the page."""

from __future__ import annotations

import math
from typing import Any, Final

from rubrix_widget import analysis
from rubrix_widget.explorer.desks.shapes import ENDS, Asked, Columns, Desk, ends, value
from rubrix_widget.query import quote

_THRESHOLDS: Final = 20  # rows of that table


def scores(asked: Asked) -> Desk:
    """Return scores by label, with their intervals."""
    found = analysis.scores(asked.shown, agent=asked.agent).data
    last = "jaccard" if asked.several else "mcc"
    names = {"accuracy": "accuracy", "f1_macro": "macro F1", "balanced_accuracy": "balanced"}
    names |= {"jaccard": "Jaccard", "mcc": "Matthews' correlation"}
    lines = [
        f"{names[one]} {value(one, found[one])} ({ends(one, found['intervals'][one])})"
        for one in ("accuracy", "f1_macro", "balanced_accuracy", last)
        if found["n"]
    ]
    columns: Columns = [("label", "text")]
    for name in ("precision", "recall", "F1"):
        columns += [(name, "share"), ENDS]
    columns += [("annotated", "count"), ("predicted", "count")]
    rows = []
    for label, one in found["labels"].items():
        row: list[Any] = [label]
        for name in ("precision", "recall", "f1"):
            row += [one[name], ends(name, found["intervals"][label][name])]
        rows.append([*row, one["support"], one["predicted"]])
    return Desk(lines, columns, rows, [f"annotated_as:{quote(row[0])}" for row in rows])


def calibration(asked: Asked) -> Desk:
    """Return how often predictions of each score are right."""
    found = analysis.calibration(asked.shown, agent=asked.agent).data
    lines = [
        f"expected calibration error {found['ece']:.3f} ({found['ece_equal_mass']:.3f} over bins "
        f"of equal mass), at most {found['mce']:.3f}",
        f"Brier score {found['brier']:.3f}, log-loss {found['log_loss']:.3f}",
    ]
    columns = [("score", "text"), ("records", "count"), ("mean score", "share"), ("right", "share")]
    rows, queries = [], list[str | None]()
    for one in found["bins"].to_dict("records"):
        low, high = one["low"], one["high"]
        rows.append(
            [
                f"{low:.1f}–{high:.1f}",
                one["n"],
                one["score"],
                one["accuracy"],
                ends("", (one["from"], one["to"])),
            ]
        )
        queries.append(one.get("query"))  # of several scores a record one may be in the bin
    if not found["n"]:
        return Desk([], [*columns, ENDS], [])
    return Desk(lines, [*columns, ENDS], rows, queries)


def thresholds(asked: Asked) -> Desk:
    """Return what is left, and how good it is, above each score."""
    table = analysis.thresholds(asked.shown, agent=asked.agent).data["table"]
    several = asked.several
    left, measure = ("recall", "precision") if several else ("coverage", "accuracy")
    step = max(1, math.ceil(len(table) / _THRESHOLDS))
    rows, queries = [], list[str | None]()
    for one in table.iloc[::step].to_dict("records"):
        if one["n"]:
            interval = ends("", (one["low"], one["high"]))
            rows.append([f"{one['threshold']:.3f}", one["n"], one[left], one[measure], interval])
            queries.append(one.get("query"))
    columns = [("score from", "text"), ("kept", "count"), (left, "share"), (measure, "share")]
    return Desk([], [*columns, ENDS], rows, [] if several else queries)


def what_if(asked: Asked) -> Desk:
    """Return every score by the annotations as logged and as they are now."""
    found = analysis.what_if(asked.shown).data
    lines = [
        f"{found['changed']:,} annotations changed: {found['fixed']:,} predictions are right now "
        f"that were wrong, {found['broken']:,} the other way round"
    ]
    rows = [
        [
            name.replace("_", " "),
            one["before"],
            one["after"],
            one["difference"],
            ends("", (one["low"], one["high"])),
        ]
        for name, one in found["table"].to_dict("index").items()
    ]
    columns = [("score", "text"), ("as logged", "share"), ("now", "share"), ("difference", "share")]
    return Desk(lines, [*columns, ENDS], rows)
