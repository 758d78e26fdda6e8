"""Counts as bars and histograms, plain or split into right and wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from rubrix_widget.charts.offline import Chart

BAR = "#3d7fe8"  # at least 3:1 against both white and JupyterLab's dark grey
WRONG = "#d9661f"  # 3:1 against both too, and apart from the blue for every kind of eyes
_KINDS = ("right", "wrong", "neither")  # neither: without an annotation or a prediction
# Named, so that whoever shows a chart can put its colours to its own page.
_COLORS = tuple(
    alt.param(name=f"{kind}_color", value=color)
    for kind, color in zip(_KINDS, (BAR, WRONG, "#9a9a9a"), strict=True)
)
_DOMAIN = list(_KINDS)
_LEGEND = alt.Legend(symbolType="square", orient="top")
# Told by more than colour: right is full, wrong has an outline, neither is faint.
_SPLIT = {
    "fill": alt.Fill(
        "predicted:N",
        title=None,
        legend=_LEGEND,
        scale=alt.Scale(domain=_DOMAIN, range=[alt.ExprRef(one.name) for one in _COLORS]),
    ),
    "stroke": alt.Stroke(
        "predicted:N",
        title=None,
        legend=_LEGEND,
        scale=alt.Scale(domain=_DOMAIN, range=[alt.ExprRef(one.name) for one in _COLORS]),
    ),
    "fillOpacity": alt.FillOpacity(
        "predicted:N",
        title=None,
        legend=_LEGEND,
        scale=alt.Scale(type="ordinal", domain=_DOMAIN, range=[1, 0.35, 0.6]),
    ),
}
_WHOLE = alt.Axis(tickMinStep=1)  # there are no half records
RECORDS = alt.Tooltip("records:Q", format=",")
_WIDTH, HEIGHT = 480, 220  # fits an 848 px output beside its prompt, with room to spare
_MAX_BINS = 40


def histogram(counts: Mapping[int, int], *, title: str, value: str) -> Chart:
    """Draw counts of whole numbers as bars of equal width.

    Parameters
    ----------
    counts : mapping of int to int
        How many records have each value.
    title : str
    value : str
        What the numbers are, for the axis.

    Examples
    --------
    >>> chart = histogram({3: 2, 5: 1}, title="Text length", value="characters")
    >>> chart.to_dict()["mark"]["type"]
    'bar'
    """
    bins = binned(counts)
    tooltip = [
        alt.Tooltip("from:Q", title="from", format=","),
        alt.Tooltip("to:Q", title="to", format=","),
        alt.Tooltip("records:Q", format=","),
    ]
    chart = Chart(alt.InlineData(values=bins), title=title).mark_bar(color=BAR, tooltip=True)
    return _sized(
        chart.encode(
            x=alt.X("start:Q", title=value, bin="binned"),
            x2="end:Q",
            y=alt.Y("records:Q", title="records"),
            tooltip=tooltip,
        )
    )


def bars(counts: Mapping[str, int], *, title: str, value: str, counted: str = "records") -> Chart:
    """Draw counts of names as horizontal bars, in the order given.

    Parameters
    ----------
    counts : mapping of str to int
    value, counted : str
        What the names are, and of what the counts.

    Examples
    --------
    >>> chart = bars({"Default": 3, "Validated": 1}, title="Status", value="status")
    >>> len(chart.data.values)
    2
    """
    values = [{"name": name, "records": count} for name, count in counts.items()]
    chart = Chart(alt.InlineData(values=values), title=title).mark_bar(color=BAR)
    return _sized(
        chart.encode(
            y=alt.Y("name:N", title=value, sort=None),
            x=alt.X("records:Q", title=counted),
            tooltip=[
                alt.Tooltip("name:N", title=value),
                alt.Tooltip("records:Q", title=counted, format=","),
            ],
        ),
        height=alt.Step(20),
    )


def split_bars(
    names: Sequence[str], rows: Sequence[tuple[int, int, int]], *, title: str, value: str
) -> Chart:
    """Draw counts of names as horizontal bars, each split into right, wrong and neither.

    Parameters
    ----------
    names : sequence of str
    rows : sequence of (right, wrong, neither), one for each name

    Examples
    --------
    >>> chart = split_bars(["good"], [(3, 1, 0)], title="Labels", value="label")
    >>> [(row["predicted"], row["records"]) for row in chart.data.values]
    [('right', 3), ('wrong', 1)]
    """
    values = [
        {"value": name, **part}
        for name, row in zip(names, rows, strict=True)
        for part in _parts(row, name)
    ]
    chart = Chart(alt.InlineData(values=values), title=title).mark_bar(strokeWidth=1)
    return _sized(
        chart.add_params(*_COLORS).encode(
            # a domain keeps the order as data; a sort would be compiled into an expression
            y=alt.Y("value:N", title=value, sort=None, scale=alt.Scale(domain=list(names))),
            x=alt.X("records:Q", title="records", axis=_WHOLE),
            order="order:Q",
            description="said:N",  # by default made from the axis's title, as an expression
            tooltip=["value:N", "predicted:N", RECORDS],
            **_SPLIT,
        ),
        height=alt.Step(20),
    )


def split_histogram(
    edges: npt.NDArray[Any],
    rows: Sequence[tuple[int, int, int]],
    *,
    title: str,
    value: str,
) -> Chart:
    """Draw counts between edges of numbers or dates, each split into right, wrong and neither.

    Examples
    --------
    >>> import numpy as np
    >>> chart = split_histogram(np.array([0, 1, 2]), [(1, 0, 0), (0, 2, 1)], title="t", value="v")
    >>> chart.data.values[1]["said"]
    '1 to 2: 2 wrong'
    """
    dates = edges.dtype.kind == "M"
    places = np.datetime_as_string(edges, unit="ms", timezone="UTC") if dates else edges
    listed = places.tolist()
    bars_between = zip(listed[:-1], listed[1:], rows, strict=True)
    values = [
        {"start": start, "end": end, **part}
        for start, end, row in bars_between
        for part in _parts(row, f"{start} to {end}")
    ]
    kind = "T" if dates else "Q"
    chart = Chart(alt.InlineData(values=values), title=title).mark_bar(strokeWidth=1)
    scale = alt.Scale(type="utc") if dates else alt.Scale(zero=False)
    return _sized(
        chart.add_params(*_COLORS).encode(
            x=alt.X(f"start:{kind}", title=value, bin="binned", scale=scale),
            x2="end",
            y=alt.Y("records:Q", title="records", axis=_WHOLE),
            order="order:Q",
            description="said:N",  # by default made from the axis's title, as an expression
            tooltip=[
                alt.Tooltip(f"start:{kind}", title="from"),
                alt.Tooltip(f"end:{kind}", title="to"),
                "predicted:N",
                RECORDS,
            ],
            **_SPLIT,
        )
    )


def _parts(row: tuple[int, int, int], name: str) -> list[dict[str, Any]]:
    named = zip(_KINDS, row, strict=True)
    return [
        {"predicted": kind, "records": n, "order": place, "said": f"{name}: {n:,} {kind}"}
        for place, (kind, n) in enumerate(named)
        if n
    ]


def binned(counts: Mapping[int, int]) -> list[dict[str, float]]:
    """Group counts of whole numbers into at most 40 ranges of equal, round width.

    Each has ``from`` and ``to`` (whole numbers, both within the range), ``start`` and ``end``
    (where its bar stands) and ``records``.

    Examples
    --------
    >>> binned({3: 2, 5: 1})[0]
    {'from': 3, 'to': 3, 'start': 2.5, 'end': 3.5, 'records': 2}
    """
    if not counts:
        return []
    low, high = min(counts), max(counts)
    width = _round_width((high - low + 1) / _MAX_BINS)
    totals: dict[int, int] = {}
    for number, count in counts.items():
        totals[number // width] = totals.get(number // width, 0) + count
    return [
        {
            "from": place * width,
            "to": place * width + width - 1,
            "start": place * width - 0.5,
            "end": place * width + width - 0.5,
            "records": totals[place],
        }
        for place in sorted(totals)
    ]


def _round_width(least: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is not below `least`."""
    power = int(10 ** math.floor(math.log10(max(least, 1))))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def _sized(chart: Chart, height: Any = HEIGHT) -> Chart:
    sized: Chart = chart.properties(width=_WIDTH, height=height)
    return sized
