"""What one group of records has more often than another."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from rubrix_widget.charts.counts import WRONG
from rubrix_widget.charts.offline import INK, LayerChart, holding

_WIDTH = 480  # as that of the other charts


def words(
    names: Sequence[str], rows: Sequence[tuple[int, int, float, float, float]], *, title: str
) -> LayerChart:
    """Draw how much more often words stand in wrong records than in right ones.

    Parameters
    ----------
    names : sequence of str
    rows : sequence of (wrong, right, log_odds, low, high), one for each word
        Records of each kind with the word; the log-odds ratio and its interval.

    Examples
    --------
    >>> chart = words(["clever"], [(12, 3, 1.5, 0.6, 2.4)], title="Words")
    >>> chart.layer[1].data.values[0]["wrong"]
    12
    """
    values = [
        {"word": name, "wrong": wrong, "right": right, "log_odds": odds, "low": low, "high": high}
        for name, (wrong, right, odds, low, high) in zip(names, rows, strict=True)
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("word:N", title=None, sort=None, scale=alt.Scale(domain=list(names))),
        tooltip=[
            "word:N",
            alt.Tooltip("wrong:Q", title="wrong records", format=","),
            alt.Tooltip("right:Q", title="right records", format=","),
            alt.Tooltip("log_odds:Q", title="log-odds", format=".2f"),
            alt.Tooltip("low:Q", title="at least (95 %)", format=".2f"),
            alt.Tooltip("high:Q", title="at most (95 %)", format=".2f"),
        ],
    )
    even = (
        alt.Chart(alt.InlineData(values=[{"log_odds": 0}]))
        .mark_rule(strokeDash=[4, 4], color=INK)
        .encode(x="log_odds:Q")
    )
    color = alt.ExprRef("wrong_color")
    x = alt.X("low:Q", title="log-odds, wrong against right")
    intervals = base.mark_rule(color=color).encode(x=x, x2="high:Q")
    points = base.mark_circle(color=color, size=70, opacity=1).encode(x="log_odds:Q")
    drawn: LayerChart = LayerChart(
        layer=[even, intervals, points], title=title, width=_WIDTH, height=alt.Step(20)
    ).add_params(alt.param(name="wrong_color", value=WRONG))
    return drawn


def slices(rows: Sequence[tuple[str, int, int, float, float, float]], *, title: str) -> LayerChart:
    """Draw how much more often the records of some queries are wrong than all others.

    Parameters
    ----------
    rows : sequence of (query, records, wrong, excess, low, high)

    Examples
    --------
    >>> chart = slices([("text:clever", 40, 12, 0.2, 0.1, 0.3)], title="Slices")
    >>> chart.data.values[0]["wrong"]
    12
    """
    names = ("query", "records", "wrong", "excess", "low", "high")
    values = [dict(zip(names, row, strict=True)) for row in rows]
    base = alt.Chart().encode(
        y=alt.Y(
            "query:N",
            title=None,
            sort=None,
            scale=alt.Scale(domain=[row[0] for row in rows]),
            axis=alt.Axis(labelLimit=320),
        ),
        tooltip=[
            "query:N",
            alt.Tooltip("records:Q", format=","),
            alt.Tooltip("wrong:Q", title="wrong records", format=","),
            alt.Tooltip("excess:Q", title="more often wrong by", format=".1%"),
            alt.Tooltip("low:Q", title="at least (95 %)", format=".1%"),
            alt.Tooltip("high:Q", title="at most (95 %)", format=".1%"),
        ],
    )
    color = alt.ExprRef("wrong_color")
    x = alt.X("low:Q", title="wrong more often than the rest, by", axis=alt.Axis(format="%"))
    intervals = base.mark_rule(color=color).encode(x=x, x2="high:Q")
    points = base.mark_circle(color=color, size=70, opacity=1).encode(x="excess:Q")
    drawn: LayerChart = LayerChart(
        layer=[intervals, points], title=title, width=_WIDTH, height=alt.Step(20)
    ).add_params(alt.param(name="wrong_color", value=WRONG))
    return holding(drawn, values)
