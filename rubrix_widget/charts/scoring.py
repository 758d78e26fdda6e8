"""Scores with their intervals, and what a threshold does to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rubrix_widget.charts.vegalite import (
    BAR,
    DASHES,
    INK,
    PERCENT,
    RIGHT_COLOR,
    UNIT,
    WHOLE,
    WRONG_COLOR,
    Spec,
    chart,
    ends,
    expr,
    intervals,
    names,
    nominal,
    number,
    records,
    steps,
)

if TYPE_CHECKING:
    import pandas as pd

_FRAMED = 0.05  # what is left at least, to be in the frame: of few records intervals are wide
_SHAPES = ["triangle-right", "triangle-left", "circle"]  # told apart without colour too


def points(rows: Sequence[tuple[str, str, float, float, float, int]], *, title: str) -> Spec:
    """Draw measures, such as precision and recall, of each label with their intervals.

    Parameters
    ----------
    rows : sequence of (label, measure, value, low, high, support)
        A value without an interval is of no record, and has no point.

    Examples
    --------
    >>> chart = points([("good", "recall", 0.9, 0.8, 0.95, 50)], title="Scores")
    >>> chart["data"]["values"][0]["measure"]
    'recall'
    """
    columns = ("label", "measure", "value", "low", "high", "records")
    values = [dict(zip(columns, _plain(row), strict=True)) for row in rows]
    for one in values:
        if one["low"] is None:
            one["value"] = None
    labels = list(dict.fromkeys(row[0] for row in rows))
    measures = list(dict.fromkeys(row[1] for row in rows))
    shapes = {"domain": measures, "range": _SHAPES[-len(measures) or None :]}
    legend = {"orient": "top"}
    base = {
        "y": names("label", labels),
        "yOffset": nominal("measure", sort=None, scale={"domain": measures}),
        "tooltip": [
            nominal("label"),
            nominal("measure"),
            number("value", format=".1%"),
            *ends(".1%"),
            records(),
        ],
    }
    low = number("low", title=None, scale=UNIT, axis=PERCENT)
    value = number("value", scale=UNIT)
    mark = {"type": "point", "filled": True, "size": 60}
    layers = intervals(base, "x", low, value, color="right_color", mark=mark)
    layers[1]["encoding"]["shape"] = nominal("measure", title=None, scale=shapes, legend=legend)
    return chart(title, values, layer=layers, height=steps(14), params=[RIGHT_COLOR])


def changes(rows: Sequence[tuple[str, float, float, float, float, float]], *, title: str) -> Spec:
    """Draw by how much shares have changed, with the intervals of these differences.

    Parameters
    ----------
    rows : sequence of (score, before, after, difference, low, high)

    Examples
    --------
    >>> chart = changes([("accuracy", 0.9, 0.92, 0.02, 0.01, 0.03)], title="Corrected")
    >>> chart["data"]["values"][0]["difference"]
    0.02
    """
    columns = ("score", "before", "after", "difference", "low", "high")
    values = [dict(zip(columns, row, strict=True)) for row in rows]
    base = {
        "y": names("score", [row[0] for row in rows]),
        "tooltip": [
            nominal("score"),
            number("before", format=".2%"),
            number("after", format=".2%"),
            number("difference", format="+.2%"),
            *ends("+.2%"),
        ],
    }
    same = {
        "data": {"values": [{"difference": 0}]},
        "mark": {"type": "rule", "strokeDash": DASHES, "color": INK},
        "encoding": {"x": number("difference")},
    }
    low = number("low", title="after less before", axis=PERCENT)
    layers = [same, *intervals(base, "x", low, number("difference"), color="right_color")]
    return chart(title, values, layer=layers, height=steps(20), params=[RIGHT_COLOR])


def shares(values: Mapping[str, float], *, title: str) -> Spec:
    """Draw shares as bars, in the order given.

    Examples
    --------
    >>> shares({"f1_macro": 0.9}, title="F1")["title"]
    'F1'
    """
    rows = [{"name": name, "share": one} for name, one in values.items()]
    encoding = {
        "x": number("share", title=None, scale=UNIT, axis=PERCENT),
        "y": names("name", list(values)),
        "tooltip": [nominal("name"), number("share", format=".1%")],
    }
    mark = {"type": "bar", "color": BAR}
    return chart(title, rows, mark=mark, encoding=encoding, height=steps(18))


def stacked(rows: Sequence[tuple[str, str, int]], *, title: str) -> Spec:
    """Draw for each label how many records have it annotated, predicted, or both.

    Parameters
    ----------
    rows : sequence of (label, part, records)
        ``part`` is "both", "annotated" (alone) or "predicted" (alone).

    Examples
    --------
    >>> stacked([("joy", "both", 3), ("joy", "annotated", 1)], title="Labels")["title"]
    'Labels'
    """
    values = [
        {"label": label, "part": part, "records": count, "order": _PARTS.index(part)}
        for label, part, count in rows
    ]
    labels = list(dict.fromkeys(row[0] for row in rows))
    legend = {"orient": "top", "symbolType": "square"}
    hues = {"domain": _PARTS, "range": [expr(name) for name in _COLORS]}
    fades = {"type": "ordinal", "domain": _PARTS, "range": [1, 0.6, 0.35]}
    encoding = {
        "x": number("records", axis=WHOLE),
        "y": names("label", labels),
        "order": {"field": "order", "type": "ordinal"},
        "color": nominal("part", title=None, legend=legend, scale=hues),
        "opacity": nominal("part", legend=None, scale=fades),
        "tooltip": [nominal("label"), nominal("part"), records()],
    }
    colors = [RIGHT_COLOR, WRONG_COLOR]
    return chart(
        title, values, mark={"type": "bar"}, encoding=encoding, height=steps(18), params=colors
    )


_PARTS = ["both", "annotated", "predicted"]
_COLORS = ["right_color", "wrong_color", "wrong_color"]


def curve(table: pd.DataFrame, *, title: str) -> Spec:
    """Draw a measure against how much a threshold leaves, with its interval.

    The frame is that of what leaves at least 5 %: the intervals of a few records would fill it.

    Parameters
    ----------
    table : DataFrame
        ``threshold``, what is left ("coverage" or "recall"), the measure, ``low``, ``high`` and
        ``n``; in this order.

    Examples
    --------
    >>> import pandas as pd
    >>> columns = ["threshold", "coverage", "accuracy", "low", "high", "n"]
    >>> curve(pd.DataFrame([[0.0, 1.0, 0.9, 0.8, 0.95, 40]], columns=columns), title="t")["title"]
    't'
    """
    _, left, measure, *_ = table.columns
    known = table.dropna()
    values = [{str(name): one for name, one in row.items()} for row in known.to_dict("records")]
    framed = known.loc[known[left] >= _FRAMED, ["low", "high"]]
    scale: Spec = {"zero": False}
    params = [RIGHT_COLOR]
    if len(framed) > 1:  # as parameters, so that curves are of one form, which is compiled once
        frame = {"least": framed["low"].min(), "most": framed["high"].max()}
        params += [{"name": name, "value": float(end)} for name, end in frame.items()]
        scale["domain"] = [expr(name) for name in frame]
    base = {
        "x": number(left, scale=UNIT, axis=PERCENT),
        "tooltip": [
            number("threshold", format=".3f"),
            number(left, format=".1%"),
            number(measure, format=".1%"),
            *ends(".1%"),
            records("records", "n"),
        ],
    }
    color = expr("right_color")
    low = number("low", title=measure, scale=scale, axis=PERCENT)
    value = {**base, "y": number(measure, scale=scale)}
    layers = [
        {
            "mark": {"type": "area", "color": color, "opacity": 0.2, "clip": True},
            "encoding": {**base, "y": low, "y2": {"field": "high"}},
        },
        {"mark": {"type": "line", "color": color, "clip": True}, "encoding": value},
        {
            "mark": {"type": "circle", "color": INK, "opacity": 0, "size": 80, "clip": True},
            "encoding": value,
        },
    ]
    return chart(title, values, layer=layers, params=params)


def _plain(row: tuple[Any, ...]) -> list[Any]:
    return [None if isinstance(one, float) and one != one else one for one in row]
