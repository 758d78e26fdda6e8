"""Scores with their intervals, and what a threshold does to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from rubrix_widget.charts.counts import BAR, HEIGHT, RECORDS, WRONG
from rubrix_widget.charts.offline import INK, Chart, LayerChart, holding

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 480
_PERCENT = alt.Axis(format="%")
_UNIT = alt.Scale(domain=[0, 1])
_SHAPES = ["triangle-right", "triangle-left", "circle"]  # told apart without colour too


def points(rows: Sequence[tuple[str, str, float, float, float, int]], *, title: str) -> LayerChart:
    """Draw measures, such as precision and recall, of each label with their intervals.

    Parameters
    ----------
    rows : sequence of (label, measure, value, low, high, support)

    Examples
    --------
    >>> chart = points([("good", "recall", 0.9, 0.8, 0.95, 50)], title="Scores")
    >>> chart.data.values[0]["measure"]
    'recall'
    """
    names = ("label", "measure", "value", "low", "high", "records")
    values = [dict(zip(names, _plain(row), strict=True)) for row in rows]
    labels = list(dict.fromkeys(row[0] for row in rows))
    measures = list(dict.fromkeys(row[1] for row in rows))
    base = alt.Chart().encode(
        y=alt.Y("label:N", title=None, sort=None, scale=alt.Scale(domain=labels)),
        yOffset=alt.YOffset("measure:N", sort=None, scale=alt.Scale(domain=measures)),
        tooltip=[
            "label:N",
            "measure:N",
            alt.Tooltip("value:Q", format=".1%"),
            alt.Tooltip("low:Q", title="at least (95 %)", format=".1%"),
            alt.Tooltip("high:Q", title="at most (95 %)", format=".1%"),
            RECORDS,
        ],
    )
    color = alt.ExprRef("right_color")
    x = alt.X("low:Q", title=None, scale=_UNIT, axis=_PERCENT)
    intervals = base.mark_rule(color=color).encode(x=x, x2="high:Q")
    shape = alt.Shape(
        "measure:N",
        title=None,
        scale=alt.Scale(domain=measures, range=_SHAPES[-len(measures) or None :]),
        legend=alt.Legend(orient="top"),
    )
    marks = base.mark_point(color=color, filled=True, size=60, opacity=1).encode(
        x=alt.X("value:Q", scale=_UNIT), shape=shape
    )
    drawn: LayerChart = LayerChart(
        layer=[intervals, marks], title=title, width=_WIDTH, height=alt.Step(14)
    ).add_params(alt.param(name="right_color", value=BAR))
    return holding(drawn, values)


def shares(values: Mapping[str, float], *, title: str) -> Chart:
    """Draw shares as bars, in the order given.

    Examples
    --------
    >>> shares({"f1_macro": 0.9}, title="F1").title
    'F1'
    """
    data = alt.InlineData(values=[{"name": name, "share": one} for name, one in values.items()])
    drawn: Chart = (
        Chart(data, title=title, width=_WIDTH, height=alt.Step(18))
        .mark_bar(color=BAR)
        .encode(
            x=alt.X("share:Q", title=None, scale=_UNIT, axis=_PERCENT),
            y=alt.Y("name:N", title=None, sort=None, scale=alt.Scale(domain=list(values))),
            tooltip=["name:N", alt.Tooltip("share:Q", format=".1%")],
        )
    )
    return drawn


def stacked(rows: Sequence[tuple[str, str, int]], *, title: str) -> Chart:
    """Draw for each label how many records have it annotated, predicted, or both.

    Parameters
    ----------
    rows : sequence of (label, part, records)
        ``part`` is "both", "annotated" (alone) or "predicted" (alone).

    Examples
    --------
    >>> stacked([("joy", "both", 3), ("joy", "annotated", 1)], title="Labels").title
    'Labels'
    """
    values = [
        {"label": label, "part": part, "records": count, "order": _PARTS.index(part)}
        for label, part, count in rows
    ]
    labels = list(dict.fromkeys(row[0] for row in rows))
    drawn: Chart = (
        Chart(alt.InlineData(values=values), title=title, width=_WIDTH, height=alt.Step(18))
        .mark_bar()
        .encode(
            x=alt.X("records:Q", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("label:N", title=None, sort=None, scale=alt.Scale(domain=labels)),
            order="order:O",
            color=alt.Color(
                "part:N",
                title=None,
                legend=alt.Legend(orient="top", symbolType="square"),
                scale=alt.Scale(domain=_PARTS, range=[alt.ExprRef(name) for name in _COLORS]),
            ),
            opacity=alt.Opacity(
                "part:N",
                legend=None,
                scale=alt.Scale(type="ordinal", domain=_PARTS, range=[1, 0.6, 0.35]),
            ),
            tooltip=["label:N", "part:N", RECORDS],
        )
        .add_params(
            alt.param(name="right_color", value=BAR), alt.param(name="wrong_color", value=WRONG)
        )
    )
    return drawn


_PARTS = ["both", "annotated", "predicted"]
_COLORS = ["right_color", "wrong_color", "wrong_color"]


def curve(table: pd.DataFrame, *, title: str) -> LayerChart:
    """Draw a measure against how much a threshold leaves, with its interval.

    Parameters
    ----------
    table : DataFrame
        ``threshold``, what is left ("coverage" or "recall"), the measure, ``low``, ``high`` and
        ``n``; in this order.

    Examples
    --------
    >>> import pandas as pd
    >>> columns = ["threshold", "coverage", "accuracy", "low", "high", "n"]
    >>> curve(pd.DataFrame([[0.0, 1.0, 0.9, 0.8, 0.95, 40]], columns=columns), title="t").title
    't'
    """
    _, left, measure, *_ = table.columns
    rows = table.dropna().to_dict("records")
    values = [{str(name): value for name, value in row.items()} for row in rows]
    base = alt.Chart().encode(
        x=alt.X(f"{left}:Q", scale=_UNIT, axis=_PERCENT),
        tooltip=[
            alt.Tooltip("threshold:Q", format=".3f"),
            alt.Tooltip(f"{left}:Q", format=".1%"),
            alt.Tooltip(f"{measure}:Q", format=".1%"),
            alt.Tooltip("low:Q", title="at least (95 %)", format=".1%"),
            alt.Tooltip("high:Q", title="at most (95 %)", format=".1%"),
            alt.Tooltip("n:Q", title="records", format=","),
        ],
    )
    color = alt.ExprRef("right_color")
    scale = alt.Scale(zero=False)
    band = base.mark_area(color=color, opacity=0.2).encode(
        y=alt.Y("low:Q", title=measure, scale=scale, axis=_PERCENT), y2="high:Q"
    )
    line = base.mark_line(color=color).encode(y=alt.Y(f"{measure}:Q", scale=scale))
    dots = base.mark_circle(color=INK, opacity=0, size=80).encode(
        y=alt.Y(f"{measure}:Q", scale=scale)
    )
    drawn: LayerChart = LayerChart(
        layer=[band, line, dots], title=title, width=_WIDTH, height=HEIGHT
    ).add_params(alt.param(name="right_color", value=BAR))
    return holding(drawn, values)


def _plain(row: tuple[Any, ...]) -> list[Any]:
    return [None if isinstance(one, float) and one != one else one for one in row]
