"""Vega-Lite as it is written: the few forms that all charts here share.

A chart is a specification first, a plain dictionary, which the explorer's page draws as it is;
:func:`rubrix_widget.charts.offline.chart_of` makes an Altair chart of it for people. Altair takes a
second to import, and to build the same 10 to 50 ms: ten times as long as what is drawn is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

Spec: TypeAlias = dict[str, Any]

BAR: Final = "#3d7fe8"  # at least 3:1 against both white and JupyterLab's dark grey
WRONG: Final = "#d9661f"  # 3:1 against both too, and apart from the blue for every kind of eyes
INK: Final = "#7f7f7f"  # 4:1 against both; a picture cannot know the page it stands on
WIDTH: Final = 480  # fits an 848 px output beside its prompt, with room to spare
HEIGHT: Final = 220

# Named, so that whoever shows a chart can put its colours to its own page.
RIGHT_COLOR: Final[Spec] = {"name": "right_color", "value": BAR}
WRONG_COLOR: Final[Spec] = {"name": "wrong_color", "value": WRONG}

PERCENT: Final[Spec] = {"format": "%"}
UNIT: Final[Spec] = {"domain": [0, 1]}
WHOLE: Final[Spec] = {"tickMinStep": 1}  # there are no half records
DASHES: Final = [4, 4]


def nominal(field: str, **more: Any) -> Spec:
    """Return a channel of names.

    Examples
    --------
    >>> nominal("label", title=None)
    {'field': 'label', 'type': 'nominal', 'title': None}
    """
    return {"field": field, "type": "nominal", **more}


def names(field: str, listed: Sequence[str], **more: Any) -> Spec:
    """Return an axis of names in the order given.

    A domain keeps the order as data; a sort would be compiled into an expression.
    """
    return nominal(field, **{"title": None, **more}, sort=None, scale={"domain": list(listed)})


def number(field: str, **more: Any) -> Spec:
    """Return a channel of numbers.

    Examples
    --------
    >>> number("records", format=",")
    {'field': 'records', 'type': 'quantitative', 'format': ','}
    """
    return {"field": field, "type": "quantitative", **more}


def records(title: str | None = None, field: str = "records") -> Spec:
    """Return what a tooltip says of a number of records."""
    return number(field, **({} if title is None else {"title": title}), format=",")


def ends(form: str) -> list[Spec]:
    """Return what a tooltip says of a 95 % interval, its numbers in a d3 format."""
    return [
        number("low", title="at least (95 %)", format=form),
        number("high", title="at most (95 %)", format=form),
    ]


def expr(name: str) -> Spec:
    """Return the value of a parameter."""
    return {"expr": name}


def steps(pixels: int) -> Spec:
    """Return a size of so many pixels for each name."""
    return {"step": pixels}


def chart(
    title: str,
    values: Sequence[Mapping[str, Any]],
    *,
    width: Any = WIDTH,
    height: Any = HEIGHT,
    params: Sequence[Spec] = (),
    **drawn: Any,
) -> Spec:
    """Return a chart of some values: of a ``mark`` and its ``encoding``, or of a ``layer`` list.

    Examples
    --------
    >>> encoding = {"y": nominal("label")}
    >>> one = chart("Labels", [{"label": "a"}], mark={"type": "bar"}, encoding=encoding)
    >>> one["data"]["values"], one["title"]
    ([{'label': 'a'}], 'Labels')
    """
    spec: Spec = {"title": title, "data": {"values": list(values)}, **drawn}
    spec.update(width=width, height=height)
    if params:
        spec["params"] = list(params)
    return spec


def intervals(
    base: Spec, channel: str, low: Spec, value: Spec, *, color: str, mark: Spec | None = None
) -> list[Spec]:
    """Return layers of values with their intervals, along ``x`` or ``y``.

    Parameters
    ----------
    base
        The encoding of both layers.
    channel : {"x", "y"}
    low, value
        The channel in the layer of intervals, from ``low`` to the field "high", and in the values'.
    color
        The name of a parameter.
    mark
        What the values are drawn as; small circles if left out.
    """
    rule = {"type": "rule", "color": expr(color)}
    point = {"type": "circle", "size": 70, **(mark or {}), "color": expr(color), "opacity": 1}
    return [
        {"mark": rule, "encoding": {**base, channel: low, f"{channel}2": {"field": "high"}}},
        {"mark": point, "encoding": {**base, channel: value}},
    ]
