"""What one of two models wins and loses against the other."""

from __future__ import annotations

from collections.abc import Sequence

from rubrix_widget.charts.vegalite import (
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

_PARTS = ["broken", "fixed"]


def wins(rows: Sequence[tuple[str, int, int]], *, title: str) -> Spec:
    """Draw for each label how many records the second model fixes, and how many it breaks.

    Parameters
    ----------
    rows : sequence of (label, fixed, broken)

    Examples
    --------
    >>> wins([("joy", 3, 1)], title="a against b")["data"]["values"][1]["part"]
    'broken'
    """
    values = [
        {"label": label, "part": part, "records": count, "sign": sign * count}
        for label, fixed, broken in rows
        for part, count, sign in (("fixed", fixed, 1), ("broken", broken, -1))
    ]
    labels = [row[0] for row in rows]
    hues = {"domain": _PARTS, "range": [expr("wrong_color"), expr("right_color")]}
    legend = {"orient": "top", "symbolType": "square"}
    unsigned = {**WHOLE, "labelExpr": "format(abs(datum.value), ',')"}
    encoding = {
        "x": number("sign", title="broken | fixed (records)", axis=unsigned),
        "y": names("label", labels),
        "color": nominal("part", title=None, legend=legend, scale=hues),
        "tooltip": [nominal("label"), nominal("part"), records()],
    }
    colors = [RIGHT_COLOR, WRONG_COLOR]
    return chart(
        title, values, mark={"type": "bar"}, encoding=encoding, height=steps(18), params=colors
    )
