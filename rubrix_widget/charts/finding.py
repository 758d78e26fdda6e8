"""What a review has found, and what it has still to find."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rubrix_widget.charts.vegalite import (
    DASHES,
    INK,
    RIGHT_COLOR,
    Spec,
    chart,
    ends,
    expr,
    number,
    records,
)

if TYPE_CHECKING:
    import pandas as pd

_MOST = 1_000  # points of the line; more are not told apart


def found_so_far(
    table: pd.DataFrame, low: float, likely: float, high: float, *, title: str
) -> Spec:
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
    >>> len(found_so_far(table, 3.0, 5.0, 9.0, title="t")["layer"])
    4
    """
    step = max(1, math.ceil(len(table) / _MOST))
    kept = table[["reviewed", "found"]][::-step][::-1]  # the last one is in
    line: list[dict[str, Any]] = [{"reviewed": 0, "found": 0}]
    line += [{"reviewed": int(one[0]), "found": int(one[1])} for one in kept.to_numpy()]
    last = line[-1]["reviewed"]
    color = expr("right_color")
    count = {"tickMinStep": 1, "format": ",d"}
    errors = {"title": "label errors", "axis": count}
    base = {
        "x": number("reviewed", title="records reviewed", axis=count),
        "y": number("found", **errors),
        "tooltip": [
            records("records reviewed", "reviewed"),
            records("label errors found", "found"),
        ],
    }
    steps = {"type": "line", "color": color, "interpolate": "step-after"}
    points = {"type": "circle", "color": INK, "opacity": 0, "size": 80}
    layers: list[Spec] = [{"mark": steps, "encoding": base}, {"mark": points, "encoding": base}]
    if not math.isnan(likely):
        there = [{"from": 0, "to": max(last, 1), "low": low, "likely": likely, "high": high}]
        across = {
            "x": number("from", title="records reviewed"),
            "x2": {"field": "to"},
            "tooltip": [
                number("likely", title="likely in all", format=",.0f"),
                *ends(",.0f"),
            ],
        }
        band = {"y": number("low", **errors), "y2": {"field": "high"}}
        layers = [
            {
                "data": {"values": there},
                "mark": {"type": "rect", "color": color, "opacity": 0.2},
                "encoding": {**across, **band},
            },
            {
                "data": {"values": there},
                "mark": {"type": "rule", "color": color, "strokeDash": DASHES},
                "encoding": {**across, "y": number("likely", **errors)},
            },
            *layers,
        ]
    return chart(f"{title}, {last:,} reviewed", line, layer=layers, params=[RIGHT_COLOR])
