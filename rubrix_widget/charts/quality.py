"""How good predictions are: the confusion matrix and the reliability diagram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rubrix_widget.charts.vegalite import (
    DASHES,
    HEIGHT,
    INK,
    RIGHT_COLOR,
    UNIT,
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
) -> Spec:
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
    >>> [row["records"] for row in chart["data"]["values"]]
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
    side = max(18, min(80, 300 // max(len(labels), 1)))
    fits = _LETTER * max(map(len, labels), default=0) < side
    across = {"title": "predicted as", "axis": {"labelAngle": 0 if fits else -90}}
    base = {
        "x": names("predicted", labels, **across),
        "y": names("annotated", labels, title="annotated as"),
        "tooltip": [
            nominal("annotated", title="annotated as"),
            nominal("predicted", title="predicted as"),
            records(),
            number("share", title=f"share of {normalize or 'annotated'}", format=".1%"),
        ],
    }
    # right cells are blue, wrong ones orange: told by place too, the diagonal. On paper of its
    # own, so that the numbers are legible whatever page the chart stands on
    paper = {
        "data": {"values": [{}]},
        "mark": {"type": "rect", "color": expr("paper_color")},
        "encoding": {
            "x": {"value": 0},
            "y": {"value": 0},
            "x2": {"value": "width"},
            "y2": {"value": "height"},
        },
    }
    shade = number("shade", legend=None, scale={"domain": [0, 1], "range": [0, 1]})
    hue = _either("datum.right", "right_color", "wrong_color")
    layers = [
        paper,
        {"mark": {"type": "rect"}, "encoding": {**base, "opacity": shade, "color": hue}},
    ]
    if numbered:
        ink = _either("datum.shade > on_shade", "on_color", "ink_color")
        number_in = {"text": records(), "color": ink}
        layers.append({"mark": {"type": "text"}, "encoding": {**base, **number_in}})
    return chart(
        title,
        values,
        layer=layers,
        width=steps(side),
        height=steps(min(side, 48)),
        params=[{"name": name, "value": color} for name, color in _MATRIX_COLORS.items()],
    )


def _either(test: str, one: str, other: str) -> Spec:
    """Return the colour of one parameter where a test holds, else of another."""
    return {"condition": {"test": test, "value": expr(one)}, "value": expr(other)}


def _shades(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how strongly cells are coloured: by area, and none so faintly that it is not seen.

    Examples
    --------
    >>> _shades(np.array([0.0, 0.0001, 1.0])).round(3).tolist()
    [0.0, 0.307, 1.0]
    """
    return np.where(shares > 0, _FAINTEST + (1 - _FAINTEST) * np.sqrt(shares), 0)


def reliability(found: Reliability, *, title: str) -> Spec:
    """Draw how often each bin of scores was right, with Wilson's 95 % interval, and the diagonal.

    Examples
    --------
    >>> import numpy as np
    >>> from rubrix_widget.metrics.calibration import reliability as binned
    >>> chart = reliability(binned(np.array([0.9]), np.array([True])), title="Reliability")
    >>> len(chart["layer"])
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
    bounds = ("from", "below") if found.closed == "left" else ("above", "up to")
    base = {
        "x": number("score", title="score", scale=UNIT),
        "tooltip": [
            number("from", title=f"score {bounds[0]}", format=".2f"),
            number("to", title=bounds[1], format=".2f"),
            number("share", title="right", format=".1%"),
            *ends(".1%"),
            records(),
        ],
    }
    diagonal = {
        "data": {"values": [{"score": 0, "share": 0}, {"score": 1, "share": 1}]},
        "mark": {"type": "line", "strokeDash": DASHES, "color": INK},
        "encoding": {"x": number("score"), "y": number("share")},
    }
    bottom = number("low", title="share right", scale=UNIT)
    share = number("share", scale=UNIT)
    layers = [diagonal, *intervals(base, "y", bottom, share, color="right_color")]
    side = HEIGHT + 60
    return chart(title, values, layer=layers, width=side, height=side, params=[RIGHT_COLOR])
