"""Where predictions are wrong, for the page."""

from __future__ import annotations

from rubrix_widget import analysis
from rubrix_widget.explorer.desks.shapes import ENDS, MOST_ROWS, Asked, Desk, ends, share


def slices(asked: Asked) -> Desk:
    """Return queries whose records are wrong more often than the rest."""
    found = analysis.slices(asked.shown, agent=asked.agent, most=30, progress=asked.progress).data
    table = found["table"]
    lines = [
        f"looked for in one half of the records, measured in the other: "
        f"{found['reported_wrong']:,} of its {found['reported_n']:,} are wrong",
    ]
    if len(table):
        lines.append(f"together these hold {share(found['covered'])} of its errors")
    rows = [
        [one.query, one.n, one.rate, one.excess, ends("", (one.low, one.high)), one.errors]
        for one in table.itertuples()
    ]
    columns = [
        ("slice", "query"),
        ("records", "count"),
        ("wrong", "share"),
        ("more than the rest", "share"),
    ]
    return Desk(lines, [*columns, ENDS, ("of all errors", "share")], rows, table["query"].tolist())


def error_words(asked: Asked) -> Desk:
    """Return the words that mark wrong records."""
    found = analysis.error_words(asked.shown, agent=asked.agent, most=MOST_ROWS).data
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
    return Desk(lines, [*columns, ENDS], rows, table["query"].tolist())
