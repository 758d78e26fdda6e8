"""Counts as bars and histograms, plain or split into right and wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rubrix_widget.charts.vegalite import (
    BAR,
    RIGHT_COLOR,
    WHOLE,
    WRONG_COLOR,
    Spec,
    chart,
    expr,
    names,
    nominal,
    number,
    records,
    steps,
)

_KINDS = ("right", "wrong", "neither")  # neither: without an annotation or a prediction
_COLORS = [RIGHT_COLOR, WRONG_COLOR, {"name": "neither_color", "value": "#9a9a9a"}]
_LEGEND = {"symbolType": "square", "orient": "top"}
_HUES = {"domain": [*_KINDS], "range": [expr(one["name"]) for one in _COLORS]}
_FADES = {"type": "ordinal", "domain": [*_KINDS], "range": [1, 0.35, 0.6]}
# Told by more than colour: right is full, wrong has an outline, neither is faint.
_SPLIT = {
    "fill": nominal("predicted", title=None, legend=_LEGEND, scale=_HUES),
    "stroke": nominal("predicted", title=None, legend=_LEGEND, scale=_HUES),
    "fillOpacity": nominal("predicted", title=None, legend=_LEGEND, scale=_FADES),
    "order": number("order"),
    "description": nominal("said"),  # by default made from the axis's title, as an expression
}
_MAX_BINS = 40


def histogram(counts: Mapping[int, int], *, title: str, value: str) -> Spec:
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
    >>> chart["data"]["values"][0]
    {'from': 3, 'to': 3, 'start': 2.5, 'end': 3.5, 'records': 2}
    """
    encoding = {
        "x": number("start", title=value, bin="binned"),
        "x2": {"field": "end"},
        "y": number("records", title="records"),
        "tooltip": [records("from", "from"), records("to", "to"), records()],
    }
    mark = {"type": "bar", "color": BAR, "tooltip": True}
    return chart(title, binned(counts), mark=mark, encoding=encoding)


def bars(counts: Mapping[str, int], *, title: str, value: str, counted: str = "records") -> Spec:
    """Draw counts of names as horizontal bars, in the order given.

    Parameters
    ----------
    counts : mapping of str to int
    value, counted : str
        What the names are, and of what the counts.

    Examples
    --------
    >>> chart = bars({"Default": 3, "Validated": 1}, title="Status", value="status")
    >>> len(chart["data"]["values"])
    2
    """
    values = [{"name": name, "records": count} for name, count in counts.items()]
    encoding = {
        "y": nominal("name", title=value, sort=None),
        "x": number("records", title=counted),
        "tooltip": [nominal("name", title=value), records(counted)],
    }
    mark = {"type": "bar", "color": BAR}
    return chart(title, values, mark=mark, encoding=encoding, height=steps(20))


def split_bars(
    listed: Sequence[str], rows: Sequence[tuple[int, int, int]], *, title: str, value: str
) -> Spec:
    """Draw counts of names as horizontal bars, each split into right, wrong and neither.

    Parameters
    ----------
    listed : sequence of str
    rows : sequence of (right, wrong, neither), one for each name

    Examples
    --------
    >>> chart = split_bars(["good"], [(3, 1, 0)], title="Labels", value="label")
    >>> [(row["predicted"], row["records"]) for row in chart["data"]["values"]]
    [('right', 3), ('wrong', 1)]
    """
    values = [
        {"value": name, **part}
        for name, row in zip(listed, rows, strict=True)
        for part in _parts(row, name)
    ]
    encoding = {
        "y": names("value", listed, title=value),
        "x": number("records", title="records", axis=WHOLE),
        "tooltip": [nominal("value"), nominal("predicted"), records()],
    }
    return _split(title, values, encoding, height=steps(20))


def split_histogram(
    edges: npt.NDArray[Any],
    rows: Sequence[tuple[int, int, int]],
    *,
    title: str,
    value: str,
) -> Spec:
    """Draw counts between edges of numbers or dates, each split into right, wrong and neither.

    Examples
    --------
    >>> import numpy as np
    >>> chart = split_histogram(np.array([0, 1, 2]), [(1, 0, 0), (0, 2, 1)], title="t", value="v")
    >>> chart["data"]["values"][1]["said"]
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
    place = {"type": "temporal" if dates else "quantitative"}
    scale = {"type": "utc"} if dates else {"zero": False}
    encoding = {
        "x": {"field": "start", **place, "title": value, "bin": "binned", "scale": scale},
        "x2": {"field": "end"},
        "y": number("records", title="records", axis=WHOLE),
        "tooltip": [
            {"field": "start", **place, "title": "from"},
            {"field": "end", **place, "title": "to"},
            nominal("predicted"),
            records(),
        ],
    }
    return _split(title, values, encoding)


def _split(title: str, values: list[dict[str, Any]], encoding: Spec, **size: Any) -> Spec:
    """Draw bars of which each part is right, wrong or neither."""
    mark = {"type": "bar", "strokeWidth": 1}
    return chart(title, values, mark=mark, encoding={**encoding, **_SPLIT}, params=_COLORS, **size)


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
    for value, count in counts.items():
        totals[value // width] = totals.get(value // width, 0) + count
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
