"""What one of two models wins and loses against the other."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from rubrix_widget.charts.counts import BAR, RECORDS, WRONG
from rubrix_widget.charts.offline import Chart

_PARTS = ["broken", "fixed"]


def wins(rows: Sequence[tuple[str, int, int]], *, title: str) -> Chart:
    """Draw for each label how many records the second model fixes, and how many it breaks.

    Parameters
    ----------
    rows : sequence of (label, fixed, broken)

    Examples
    --------
    >>> wins([("joy", 3, 1)], title="a against b").data.values[1]["part"]
    'broken'
    """
    values = [
        {"label": label, "part": part, "records": count, "sign": sign * count}
        for label, fixed, broken in rows
        for part, count, sign in (("fixed", fixed, 1), ("broken", broken, -1))
    ]
    labels = [row[0] for row in rows]
    drawn: Chart = (
        Chart(alt.InlineData(values=values), title=title, width=480, height=alt.Step(18))
        .mark_bar()
        .encode(
            x=alt.X(
                "sign:Q",
                title="broken | fixed (records)",
                axis=alt.Axis(tickMinStep=1, labelExpr="format(abs(datum.value), ',')"),
            ),
            y=alt.Y("label:N", title=None, sort=None, scale=alt.Scale(domain=labels)),
            color=alt.Color(
                "part:N",
                title=None,
                legend=alt.Legend(orient="top", symbolType="square"),
                scale=alt.Scale(
                    domain=_PARTS, range=[alt.ExprRef("wrong_color"), alt.ExprRef("right_color")]
                ),
            ),
            tooltip=["label:N", "part:N", RECORDS],
        )
        .add_params(
            alt.param(name="right_color", value=BAR), alt.param(name="wrong_color", value=WRONG)
        )
    )
    return drawn
