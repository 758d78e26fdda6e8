"""Analyses as tables for the page: each row says something, and has the query of its records."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rubrix_widget import analysis
from rubrix_widget.engine import Engine, Selection
from rubrix_widget.query import quote

Progress = Callable[[float], None]
Columns = list[tuple[str, str]]
MOST_ROWS: Final = 200  # of a table; one of more is read in Python
_THRESHOLDS: Final = 20  # rows of that table
_ENDS: Final = ("95 %", "text")


@dataclass(frozen=True)
class Shown:
    """What an explorer shows, for an analysis."""

    name: str
    engine: Engine
    selection: Selection

    def shown(self) -> tuple[str, Engine, Selection]:
        """Return all three."""
        return self.name, self.engine, self.selection


@dataclass(frozen=True)
class Desk:
    """An analysis for the page.

    Attributes
    ----------
    lines
        What it comes to, in words.
    columns
        Name and kind of each column: "text", "query", "count", "share" (0 to 1) or "number".
    rows
        The values of each row; None is no value.
    queries
        The query of each row's records; None where there is none.
    """

    lines: list[str]
    columns: Columns
    rows: list[list[Any]]
    queries: list[str | None] = field(default_factory=list)


def _scores(shown: Shown, _progress: Progress) -> Desk:
    found = analysis.scores(shown).data
    last = "jaccard" if shown.engine.multi_label else "mcc"
    names = {"accuracy": "accuracy", "f1_macro": "macro F1", "balanced_accuracy": "balanced"}
    names |= {"jaccard": "Jaccard", "mcc": "Matthews' correlation"}
    lines = [
        f"{names[one]} {_value(one, found[one])} ({_ends(one, found['intervals'][one])})"
        for one in ("accuracy", "f1_macro", "balanced_accuracy", last)
        if found["n"]
    ]
    columns: Columns = [("label", "text")]
    for name in ("precision", "recall", "F1"):
        columns += [(name, "share"), _ENDS]
    columns += [("annotated", "count"), ("predicted", "count")]
    rows = []
    for label, one in found["labels"].items():
        row: list[Any] = [label]
        for name in ("precision", "recall", "f1"):
            row += [one[name], _ends(name, found["intervals"][label][name])]
        rows.append([*row, one["support"], one["predicted"]])
    return Desk(lines, columns, rows, [f"annotated_as:{quote(row[0])}" for row in rows])


def _calibration(shown: Shown, _progress: Progress) -> Desk:
    found = analysis.calibration(shown).data
    lines = [
        f"expected calibration error {found['ece']:.3f} ({found['ece_equal_mass']:.3f} over bins "
        f"of equal mass), at most {found['mce']:.3f}",
        f"Brier score {found['brier']:.3f}, log-loss {found['log_loss']:.3f}",
    ]
    columns = [("score", "text"), ("records", "count"), ("mean score", "share"), ("right", "share")]
    rows, queries = [], list[str | None]()
    for one in found["bins"].to_dict("records"):
        low, high = one["low"], one["high"]
        ends = _ends("", (one["from"], one["to"]))
        rows.append([f"{low:.1f}–{high:.1f}", one["n"], one["score"], one["accuracy"], ends])
        queries.append(one.get("query"))  # of several scores a record one may be in the bin
    if not found["n"]:
        return Desk([], [*columns, _ENDS], [])
    return Desk(lines, [*columns, _ENDS], rows, queries)


def _thresholds(shown: Shown, _progress: Progress) -> Desk:
    table = analysis.thresholds(shown).data["table"]
    several = shown.engine.multi_label
    left, measure = ("recall", "precision") if several else ("coverage", "accuracy")
    step = max(1, math.ceil(len(table) / _THRESHOLDS))
    rows, queries = [], list[str | None]()
    for one in table.iloc[::step].to_dict("records"):
        if one["n"]:
            ends = _ends("", (one["low"], one["high"]))
            rows.append([f"{one['threshold']:.3f}", one["n"], one[left], one[measure], ends])
            queries.append(one.get("query"))
    columns = [("score from", "text"), ("kept", "count"), (left, "share"), (measure, "share")]
    return Desk([], [*columns, _ENDS], rows, [] if several else queries)


def _error_words(shown: Shown, _progress: Progress) -> Desk:
    found = analysis.error_words(shown, most=MOST_ROWS).data
    table = found["table"]
    lines = [
        f"{found['found']:,} of {found['tested']:,} words and pairs of words; one in twenty may "
        f"be chance"
    ]
    rows = [
        [one.words, one.wrong, one.right, one.log_odds, f"{one.low:.2f}–{one.high:.2f}"]
        for one in table.itertuples()
    ]
    columns = [("words", "text"), ("wrong", "count"), ("right", "count"), ("log-odds", "number")]
    return Desk(lines, [*columns, _ENDS], rows, table["query"].tolist())


def _slices(shown: Shown, progress: Progress) -> Desk:
    found = analysis.slices(shown, most=30, progress=progress).data
    table = found["table"]
    lines = [
        f"looked for in one half of the records, measured in the other: "
        f"{found['reported_wrong']:,} of its {found['reported_n']:,} are wrong",
    ]
    if len(table):
        lines.append(f"together these hold {_share(found['covered'])} of its errors")
    rows = [
        [one.query, one.n, one.rate, one.excess, _ends("", (one.low, one.high)), one.errors]
        for one in table.itertuples()
    ]
    columns = [
        ("slice", "query"),
        ("records", "count"),
        ("wrong", "share"),
        ("more than the rest", "share"),
    ]
    return Desk(lines, [*columns, _ENDS, ("of all errors", "share")], rows, table["query"].tolist())


def _label_errors(shown: Shown, _progress: Progress) -> Desk:
    found = analysis.label_errors(shown, most=MOST_ROWS).data
    table = found["table"]
    lines = [f"the model doubts {found['candidates']:,} of {found['n']:,} annotations"]
    rows = [
        [one.id, one.annotation, one.prediction, one.self_confidence, one.normalized_margin]
        for one in table.itertuples()
    ]
    columns = [("record", "text"), ("annotated", "text"), ("rather", "text")]
    columns += [("score of the annotation", "number"), ("margin", "number")]
    return Desk(lines, columns, rows, table["query"].tolist())


def _contradictions(shown: Shown, _progress: Progress) -> Desk:
    found = analysis.contradictions(shown, most=MOST_ROWS // 4).data
    table = found["table"]
    lines = [", ".join(f"{count:,} {kind}" for kind, count in found["counts"].items())]
    rows = [
        [one.kind, one.text, " / ".join(one.annotations), one.similarity]
        for one in table.itertuples()
    ]
    columns = [("kind", "text"), ("text", "text"), ("annotations", "text"), ("alike", "share")]
    return Desk(lines, columns, rows, table["query"].tolist())


def _what_if(shown: Shown, _progress: Progress) -> Desk:
    found = analysis.what_if(shown).data
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
            _ends("", (one["low"], one["high"])),
        ]
        for name, one in found["table"].to_dict("index").items()
    ]
    columns = [("score", "text"), ("as logged", "share"), ("now", "share"), ("difference", "share")]
    return Desk(lines, [*columns, _ENDS], rows)


DESKS: Final[dict[str, Callable[[Shown, Progress], Desk]]] = {
    "slices": _slices,
    "error_words": _error_words,
    "label_errors": _label_errors,
    "contradictions": _contradictions,
    "scores": _scores,
    "calibration": _calibration,
    "thresholds": _thresholds,
    "what_if": _what_if,
}


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.1f} %"


def _value(name: str, value: float) -> str:
    return f"{value:.3f}" if name == "mcc" else _share(value)


def _ends(name: str, ends: Sequence[float]) -> str:
    return f"{_value(name, ends[0])} to {_value(name, ends[1])}"
