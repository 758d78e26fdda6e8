"""Where predictions are wrong, for the page."""

from __future__ import annotations

from typing import Any, Final

from rubrix_widget import analysis
from rubrix_widget.explorer.desks.shapes import (
    ENDS,
    MOST_ROWS,
    Asked,
    Desk,
    Drawn,
    Mark,
    Table,
    ends,
    lacking,
    share,
)

_SLICES: Final = 30


def slices(asked: Asked) -> Desk:
    """Return queries whose records are wrong more often than the rest."""
    if why := lacking(asked):
        return Desk([why])
    against = asked.options.get("against") or None
    metric = analysis.slices(
        asked.shown, agent=asked.agent, against=against, most=_SLICES, progress=asked.progress
    )
    found = metric.data
    wrong = "wrong" if against is None else f"wrong where {against} is right"
    if not found["wrong"]:
        return Desk([f"None of the {found['n']:,} predictions is {wrong}, so there is no slice."])
    table = found["table"]
    hold = "This slice holds" if len(table) == 1 else f"Together these {len(table):,} slices hold"
    lines = [
        f"Looked for in one half of the records, measured in the other: "
        f"{found['reported_wrong']:,} of its {found['reported_n']:,} are {wrong}; "
        f"{found['conditions']:,} conditions tried.",
        f"{hold} {share(found['covered'])} of its errors."
        if len(table)
        else "No records that a query finds are surely wrong more often than the others.",
    ]
    rows, marks = [], []
    for one in table.itertuples():
        interval = ends((one.low, one.high))
        rows.append([one.query, one.records, one.rate, one.excess, interval, one.errors])
        words = (
            f"{one.query}: {share(one.rate)} of {one.n:,} {wrong}, more than the rest by "
            f"{share(one.excess)} ({interval})"
        )
        marks.append(Mark(None, one.query, words, one.query))
    columns = [
        ("slice", "query"),
        ("records", "count"),
        ("wrong", "share"),
        ("more than the rest", "share"),
        ENDS,
        ("share of errors", "share"),
    ]
    return _found(metric, lines, Table(columns, rows, [one.query for one in marks]), marks)


def error_words(asked: Asked) -> Desk:
    """Return the words that mark wrong records."""
    if why := lacking(asked):
        return Desk([why])
    metric = analysis.error_words(asked.shown, agent=asked.agent, most=MOST_ROWS)
    found = metric.data
    if not found["wrong"]:
        return Desk([f"None of the {found['n']:,} predictions is wrong, so no word marks errors."])
    table = found["table"]
    stand = "stands" if found["found"] == 1 else "stand"
    lines = [
        f"{found['found']:,} of {found['tested']:,} words and pairs of words {stand} in wrong "
        f"records more often than in right ones; up to one in twenty of them may be chance."
    ]
    rows, marks = [], []
    for one in table.itertuples():
        interval = f"{one.low:.2f} to {one.high:.2f}"
        rows.append([one.words, one.wrong, one.right, one.log_odds, interval])
        words = (
            f"{one.words}: in {one.wrong:,} wrong and {one.right:,} right records, log-odds "
            f"{one.log_odds:.2f} ({interval})"
        )
        marks.append(Mark(None, one.words, words, one.query))
    columns = [("words", "text"), ("wrong", "count"), ("right", "count"), ("log-odds", "number")]
    return _found(metric, lines, Table([*columns, ENDS], rows, table["query"].tolist()), marks)


def _found(metric: Any, lines: list[str], table: Table, marks: list[Mark]) -> Desk:
    """Draw what is in a table, as many rows of it as the chart has."""
    if not table.rows:
        return Desk(lines)
    spec = metric.spec()
    drawn = len(spec["layer"][-1]["encoding"]["y"]["scale"]["domain"])
    return Desk(lines, [table], Drawn(spec, "rows", marks[:drawn]))
