"""What one group of records has more often than another."""

from __future__ import annotations

from collections.abc import Sequence

from rubrix_widget.charts.vegalite import (
    DASHES,
    INK,
    PERCENT,
    WRONG_COLOR,
    Spec,
    chart,
    ends,
    intervals,
    names,
    nominal,
    number,
    records,
    steps,
)


def words(
    listed: Sequence[str], rows: Sequence[tuple[int, int, float, float, float]], *, title: str
) -> Spec:
    """Draw how much more often words stand in wrong records than in right ones.

    Parameters
    ----------
    listed : sequence of str
    rows : sequence of (wrong, right, log_odds, low, high), one for each word
        Records of each kind with the word; the log-odds ratio and its interval.

    Examples
    --------
    >>> chart = words(["clever"], [(12, 3, 1.5, 0.6, 2.4)], title="Words")
    >>> chart["data"]["values"][0]["wrong"]
    12
    """
    values = [
        {"word": name, "wrong": wrong, "right": right, "log_odds": odds, "low": low, "high": high}
        for name, (wrong, right, odds, low, high) in zip(listed, rows, strict=True)
    ]
    base = {
        "y": names("word", listed),
        "tooltip": [
            nominal("word"),
            records("wrong records", "wrong"),
            records("right records", "right"),
            number("log_odds", title="log-odds", format=".2f"),
            *ends(".2f"),
        ],
    }
    even = {
        "data": {"values": [{"log_odds": 0}]},
        "mark": {"type": "rule", "strokeDash": DASHES, "color": INK},
        "encoding": {"x": number("log_odds")},
    }
    low = number("low", title="log-odds, wrong against right")
    layers = [even, *intervals(base, "x", low, number("log_odds"), color="wrong_color")]
    return chart(title, values, layer=layers, height=steps(20), params=[WRONG_COLOR])


def slices(rows: Sequence[tuple[str, int, int, float, float, float]], *, title: str) -> Spec:
    """Draw how much more often the records of some queries are wrong than all others.

    Parameters
    ----------
    rows : sequence of (query, records, wrong, excess, low, high)

    Examples
    --------
    >>> chart = slices([("text:clever", 40, 12, 0.2, 0.1, 0.3)], title="Slices")
    >>> chart["data"]["values"][0]["wrong"]
    12
    """
    columns = ("query", "records", "wrong", "excess", "low", "high")
    values = [dict(zip(columns, row, strict=True)) for row in rows]
    base = {
        "y": names("query", [row[0] for row in rows], axis={"labelLimit": 320}),
        "tooltip": [
            nominal("query"),
            records(),
            records("wrong records", "wrong"),
            number("excess", title="more often wrong by", format=".1%"),
            *ends(".1%"),
        ],
    }
    low = number("low", title="wrong more often than the rest, by", axis=PERCENT)
    layers = intervals(base, "x", low, number("excess"), color="wrong_color")
    return chart(title, values, layer=layers, height=steps(20), params=[WRONG_COLOR])
