"""How good predictions are: the confusion matrix and the reliability diagram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import numpy.typing as npt

from rubrix_widget.charts.counts import BAR, HEIGHT, RECORDS
from rubrix_widget.charts.offline import INK, LayerChart, holding
from rubrix_widget.metrics.intervals import wilson

if TYPE_CHECKING:
    from rubrix_widget.metrics.calibration import Reliability

_MATRIX_COLORS: dict[
    str, str | float
] = {  # named, so that whoever shows a chart can put its colours to its own page
    "right_color": "#1f5fc4",
    "wrong_color": "#b4490f",
    "paper_color": "#f6f6f6",
    "ink_color": "black",
    "on_color": "white",
    "on_shade": 0.8,  # from which on the ink is on_color
}
_LETTER = 6.5  # pixels of a letter on an axis, on average
_FAINTEST = 0.3  # of a colour on its paper, that is seen in both themes
_NUMBERED = 20  # labels of a matrix; in smaller cells no number is legible


def matrix(
    labels: Sequence[str], counts: npt.NDArray[Any], *, title: str, normalize: str | None = None
) -> LayerChart:
    """Draw a confusion matrix: annotated labels down, predicted ones across.

    Parameters
    ----------
    labels : sequence of str
    counts : ndarray of int64, (labels, labels)
        ``counts[annotated, predicted]``.
    normalize : {"annotated", "predicted"}, optional
        What the colour is a share of; the number in a cell is always the count.

    Examples
    --------
    >>> import numpy as np
    >>> chart = matrix(["a", "b"], np.array([[3, 1], [0, 2]]), title="Confusion matrix")
    >>> [row["records"] for row in chart.data.values]
    [3, 1, 0, 2]
    """
    whole = counts.sum(axis=0 if normalize == "predicted" else 1, keepdims=True)
    shares = np.divide(counts, whole, out=np.zeros(counts.shape), where=whole > 0)
    shades = _shades(shares if normalize else counts / max(counts.max(initial=0), 1))
    numbered = len(labels) <= _NUMBERED
    values = [
        {
            "annotated": one,
            "predicted": other,
            "records": int(counts[row, column]),
            "share": float(shares[row, column]),
            "shade": float(shades[row, column]),
            "right": one == other,
        }
        for row, one in enumerate(labels)
        for column, other in enumerate(labels)
        if numbered or counts[row, column]
    ]
    order = alt.Scale(domain=list(labels))
    side = max(18, min(80, 300 // max(len(labels), 1)))
    fits = _LETTER * max(map(len, labels), default=0) < side
    base = alt.Chart().encode(
        # a domain keeps the order as data; a sort would be compiled into an expression
        x=alt.X(
            "predicted:N",
            title="predicted as",
            sort=None,
            scale=order,
            axis=alt.Axis(labelAngle=0 if fits else -90),
        ),
        y=alt.Y("annotated:N", title="annotated as", sort=None, scale=order),
        tooltip=[
            alt.Tooltip("annotated:N", title="annotated as"),
            alt.Tooltip("predicted:N", title="predicted as"),
            RECORDS,
            alt.Tooltip("share:Q", title=f"share of {normalize or 'annotated'}", format=".1%"),
        ],
    )
    # right cells are blue, wrong ones orange: told by place too, the diagonal. On paper of its
    # own, so that the numbers are legible whatever page the chart stands on
    paper = (
        alt.Chart(alt.InlineData(values=[{}]))
        .mark_rect(color=alt.ExprRef("paper_color"))
        .encode(x=alt.value(0), y=alt.value(0), x2=alt.value("width"), y2=alt.value("height"))
    )
    cells = base.mark_rect().encode(
        opacity=alt.Opacity("shade:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, 1])),
        color=alt.when("datum.right")
        .then(alt.value(alt.ExprRef("right_color")))
        .otherwise(alt.value(alt.ExprRef("wrong_color"))),
    )
    layers = [paper, cells]
    if numbered:
        ink = (
            alt.when("datum.shade > on_shade")
            .then(alt.value(alt.ExprRef("on_color")))
            .otherwise(alt.value(alt.ExprRef("ink_color")))
        )
        layers.append(base.mark_text().encode(text=alt.Text("records:Q", format=","), color=ink))
    drawn: LayerChart = LayerChart(
        layer=layers,
        title=title,
        width=alt.Step(side),
        height=alt.Step(min(side, 48)),
    ).add_params(*(alt.param(name=name, value=color) for name, color in _MATRIX_COLORS.items()))
    return holding(drawn, values)


def _shades(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how strongly cells are coloured: by area, and none so faintly that it is not seen.

    Examples
    --------
    >>> _shades(np.array([0.0, 0.0001, 1.0])).round(3).tolist()
    [0.0, 0.307, 1.0]
    """
    return np.where(shares > 0, _FAINTEST + (1 - _FAINTEST) * np.sqrt(shares), 0)


def reliability(found: Reliability, *, title: str) -> LayerChart:
    """Draw how often each bin of scores was right, with Wilson's 95 % interval, and the diagonal.

    Examples
    --------
    >>> import numpy as np
    >>> from rubrix_widget.metrics.calibration import reliability as binned
    >>> chart = reliability(binned(np.array([0.9]), np.array([True])), title="Reliability")
    >>> len(chart.layer)
    3
    """
    values = []
    for place in np.flatnonzero(found.n).tolist():
        n, right = int(found.n[place]), int(found.right[place])
        low, high = wilson(right, n)
        values.append(
            {
                "from": float(found.edges[place]),
                "to": float(found.edges[place + 1]),
                "score": float(found.score[place]),
                "share": right / n,
                "low": low,
                "high": high,
                "records": n,
            }
        )
    unit = alt.Scale(domain=[0, 1])
    bounds = ("from", "below") if found.closed == "left" else ("above", "up to")
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("score:Q", title="score", scale=unit),
        tooltip=[
            alt.Tooltip("from:Q", title=f"score {bounds[0]}", format=".2f"),
            alt.Tooltip("to:Q", title=bounds[1], format=".2f"),
            alt.Tooltip("share:Q", title="right", format=".1%"),
            alt.Tooltip("low:Q", title="at least (95 %)", format=".1%"),
            alt.Tooltip("high:Q", title="at most (95 %)", format=".1%"),
            RECORDS,
        ],
    )
    diagonal = (
        alt.Chart(alt.InlineData(values=[{"score": 0, "share": 0}, {"score": 1, "share": 1}]))
        .mark_line(strokeDash=[4, 4], color=INK)
        .encode(x="score:Q", y="share:Q")
    )
    y = alt.Y("low:Q", title="share right", scale=unit)
    color = alt.ExprRef("right_color")
    intervals = base.mark_rule(color=color).encode(y=y, y2="high:Q")
    points = base.mark_circle(color=color, size=70, opacity=1).encode(
        y=alt.Y("share:Q", scale=unit)
    )
    drawn: LayerChart = LayerChart(
        layer=[diagonal, intervals, points], title=title, width=HEIGHT + 60, height=HEIGHT + 60
    ).add_params(alt.param(name="right_color", value=BAR))
    return drawn
