"""What a review has found, and what it has still to find."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from rubrix_widget.charts.counts import BAR, HEIGHT
from rubrix_widget.charts.offline import INK, LayerChart

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 480
_MOST = 1_000  # points of the line; more are not told apart


def found_so_far(
    table: pd.DataFrame, low: float, likely: float, high: float, *, title: str
) -> LayerChart:
    """Draw how many were found among the first so many records reviewed, and how many there are.

    Parameters
    ----------
    table : DataFrame
        ``reviewed`` and ``found``.
    low, likely, high : float
        How many there are likely in all, with the interval; NaN where that is unknown.
    title : str

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"reviewed": [1, 2], "found": [1, 1]})
    >>> len(found_so_far(table, 3.0, 5.0, 9.0, title="t").layer)
    4
    """
    step = max(1, math.ceil(len(table) / _MOST))
    kept = table[["reviewed", "found"]][::-step][::-1]  # the last one is in
    line: list[dict[str, Any]] = [{"reviewed": 0, "found": 0}]
    line += [{"reviewed": int(one[0]), "found": int(one[1])} for one in kept.to_numpy()]
    last = line[-1]["reviewed"]
    color = alt.ExprRef("right_color")
    x = alt.X("reviewed:Q", title="records reviewed", axis=alt.Axis(tickMinStep=1, format=",d"))
    count = alt.Axis(tickMinStep=1, format=",d")
    y = alt.Y("found:Q", title="label errors", axis=count)
    base = alt.Chart(alt.InlineData(values=line)).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("reviewed:Q", title="records reviewed", format=","),
            alt.Tooltip("found:Q", title="label errors found", format=","),
        ],
    )
    layers: list[Any] = [
        base.mark_line(color=color, interpolate="step-after"),
        base.mark_circle(color=INK, opacity=0, size=80),
    ]
    if not math.isnan(likely):
        ends = [{"from": 0, "to": max(last, 1), "low": low, "likely": likely, "high": high}]
        there = alt.Chart(alt.InlineData(values=ends)).encode(
            x=alt.X("from:Q", title="records reviewed"),
            x2="to:Q",
            tooltip=[
                alt.Tooltip("likely:Q", title="likely in all", format=",.0f"),
                alt.Tooltip("low:Q", title="at least (95 %)", format=",.0f"),
                alt.Tooltip("high:Q", title="at most (95 %)", format=",.0f"),
            ],
        )
        layers = [
            there.mark_rect(color=color, opacity=0.2).encode(
                y=alt.Y("low:Q", title="label errors", axis=count), y2="high:Q"
            ),
            there.mark_rule(color=color, strokeDash=[4, 4]).encode(
                y=alt.Y("likely:Q", title="label errors", axis=count)
            ),
            *layers,
        ]
    drawn: LayerChart = LayerChart(
        layer=layers, title=f"{title}, {last:,} reviewed", width=_WIDTH, height=HEIGHT
    ).add_params(alt.param(name="right_color", value=BAR))
    return drawn
