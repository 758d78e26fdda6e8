"""Results drawn as Altair charts. The only room that imports altair.

Charts carry aggregated numbers, never records. They are ordinary Altair charts: restyle them,
combine them, save them. What they add is that they *show* in a notebook without the internet,
which Altair's own default does not (it loads its runtime from a CDN): see :func:`mimebundle`.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import numpy.typing as npt

from rubrix_widget.metrics.intervals import wilson

if TYPE_CHECKING:
    from rubrix_widget.metrics.calibration import Reliability

__all__ = [
    "Chart",
    "LayerChart",
    "bars",
    "histogram",
    "matrix",
    "mimebundle",
    "reliability",
    "split_bars",
    "split_histogram",
]

_BAR = "#3d7fe8"  # at least 3:1 against both white and JupyterLab's dark grey
_INK = "#7f7f7f"  # 4:1 against both; a picture cannot know the page it stands on
_NEUTRAL: dict[str, Any] = {
    "background": "transparent",
    "view": {"strokeWidth": 0},
    "title": {"color": _INK, "anchor": "start", "fontSize": 13},
    "axis": {
        "labelColor": _INK,
        "titleColor": _INK,
        "domainColor": _INK,
        "tickColor": _INK,
        "gridColor": _INK,
        "gridOpacity": 0.25,
        "titleFontWeight": "normal",
        "titleFontSize": 12,
        "labelFontSize": 11,
    },
}
_WRONG = "#d9661f"  # 3:1 against both too, and apart from the blue for every kind of eyes
_KINDS = ("right", "wrong", "neither")  # neither: without an annotation or a prediction
_SPLIT = alt.Color(
    "predicted:N",
    title=None,
    scale=alt.Scale(domain=list(_KINDS), range=[_BAR, _WRONG, "#9a9a9a"]),
)
_RECORDS = alt.Tooltip("records:Q", format=",")
_NUMBERED = 20  # labels of a matrix; in smaller cells no number is legible
_WIDTH, _HEIGHT = 480, 220  # fits an 848 px output beside its prompt, with room to spare
_MAX_BINS = 40

# JupyterLab 4, Notebook 7 and VS Code draw this one themselves, offline. They are a Vega-Lite
# version behind Altair 6; the charts made here are the same in both.
_NOTEBOOK_MIME = "application/vnd.vegalite.v5+json"
_NOTEBOOK_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


class _Offline(alt.TopLevelMixin):
    """Shows itself without the internet, unless the user has enabled another renderer."""

    def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> Any:
        if alt.renderers.active != "default":
            return super()._repr_mimebundle_(*args, **kwargs)
        return mimebundle(self.to_dict(context={"pre_transform": False}))


class Chart(_Offline, alt.Chart):
    """An Altair chart that notebooks can show without the internet.

    A renderer that the user has enabled (``alt.renderers.enable(…)``) is respected.
    """


class LayerChart(_Offline, alt.LayerChart):
    """Charts on top of each other that notebooks can show without the internet."""


def mimebundle(spec: dict[str, Any], **_metadata: Any) -> dict[str, Any]:
    """Return a Vega-Lite specification in every form that shows offline.

    An interactive one for JupyterLab, Notebook 7 and VS Code, an SVG picture for nbconvert and
    GitHub where vl-convert is installed, and a sentence for the rest. What the chart does not
    style itself is drawn to be legible on light and on dark pages. It is an Altair renderer:
    ``alt.renderers.enable("rubrix_widget")`` gives it to every chart of a notebook, and to those
    made by combining ours.
    """
    spec = _on_any_background(spec)
    bundle: dict[str, Any] = {_NOTEBOOK_MIME: {**spec, "$schema": _NOTEBOOK_SCHEMA}}
    if importlib.util.find_spec("vl_convert"):
        import vl_convert

        bundle["image/svg+xml"] = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
        bundle["text/plain"] = "<Altair chart>"
    else:
        bundle["text/plain"] = (
            "<Altair chart> This program cannot draw it from its specification. For a picture "
            "that shows everywhere: pip install 'rubrix-widget[charts]'"
        )
    return bundle


alt.renderers.register("rubrix_widget", mimebundle)


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
        alt.Tooltip("from:Q", title=f"{value} from", format=","),
        alt.Tooltip("to:Q", title="to", format=","),
        alt.Tooltip("records:Q", format=","),
    ]
    chart = Chart(alt.InlineData(values=bins), title=title).mark_bar(color=_BAR, tooltip=True)
    return _sized(
        chart.encode(
            x=alt.X("start:Q", title=value, bin="binned"),
            x2="end:Q",
            y=alt.Y("records:Q", title="records"),
            tooltip=tooltip,
        )
    )


def bars(counts: Mapping[str, int], *, title: str, value: str) -> Chart:
    """Draw counts of names as horizontal bars, in the order given.

    Examples
    --------
    >>> chart = bars({"Default": 3, "Validated": 1}, title="Status", value="status")
    >>> len(chart.data.values)
    2
    """
    values = [{"name": name, "records": count} for name, count in counts.items()]
    chart = Chart(alt.InlineData(values=values), title=title).mark_bar(color=_BAR)
    return _sized(
        chart.encode(
            y=alt.Y("name:N", title=value, sort=None),
            x=alt.X("records:Q", title="records"),
            tooltip=[alt.Tooltip("name:N", title=value), alt.Tooltip("records:Q", format=",")],
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
        for part in _parts(row)
    ]
    chart = Chart(alt.InlineData(values=values), title=title).mark_bar()
    return _sized(
        chart.encode(
            y=alt.Y("value:N", title=value, sort=list(names)),
            x=alt.X("records:Q", title="records"),
            color=_SPLIT,
            order="order:Q",
            tooltip=[alt.Tooltip("value:N", title=value), "predicted:N", _RECORDS],
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
    >>> chart.data.values[1]
    {'start': 1, 'end': 2, 'predicted': 'wrong', 'records': 2, 'order': 1}
    """
    dates = edges.dtype.kind == "M"
    places = np.datetime_as_string(edges, unit="ms", timezone="UTC") if dates else edges
    listed = places.tolist()
    bars_between = zip(listed[:-1], listed[1:], rows, strict=True)
    values = [
        {"start": start, "end": end, **part}
        for start, end, row in bars_between
        for part in _parts(row)
    ]
    kind = "T" if dates else "Q"
    chart = Chart(alt.InlineData(values=values), title=title).mark_bar()
    scale = alt.Scale(type="utc") if dates else alt.Scale(zero=False)
    return _sized(
        chart.encode(
            x=alt.X(f"start:{kind}", title=value, bin="binned", scale=scale),
            x2="end",
            y=alt.Y("records:Q", title="records"),
            color=_SPLIT,
            order="order:Q",
            tooltip=[
                alt.Tooltip(f"start:{kind}", title=f"{value} from"),
                alt.Tooltip(f"end:{kind}", title="to"),
                "predicted:N",
                _RECORDS,
            ],
        )
    )


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
    shades = shares if normalize else counts / max(counts.max(initial=0), 1)
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
    ]
    base = alt.Chart().encode(
        x=alt.X("predicted:N", title="predicted as", sort=list(labels)),
        y=alt.Y("annotated:N", title="annotated as", sort=list(labels)),
        tooltip=[
            alt.Tooltip("annotated:N", title="annotated as"),
            alt.Tooltip("predicted:N", title="predicted as"),
            _RECORDS,
            alt.Tooltip("share:Q", title=f"share of {normalize or 'annotated'}", format=".1%"),
        ],
    )
    # right cells are blue, wrong ones orange: told by place too, the diagonal. On paper of its
    # own, so that the numbers are legible whatever page the chart stands on
    paper = base.mark_rect(color="#f6f6f6")
    cells = base.mark_rect().encode(
        opacity=alt.Opacity("shade:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, 1])),
        color=alt.when("datum.right").then(alt.value("#1f5fc4")).otherwise(alt.value("#b4490f")),
    )
    layers = [paper, cells]
    if len(labels) <= _NUMBERED:
        ink = alt.when("datum.shade > 0.8").then(alt.value("white")).otherwise(alt.value("black"))
        layers.append(base.mark_text().encode(text=alt.Text("records:Q", format=","), color=ink))
    side = alt.Step(max(18, min(60, 360 // max(len(labels), 1))))
    return LayerChart(
        data=alt.InlineData(values=values), layer=layers, title=title, width=side, height=side
    )


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
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("score:Q", title="score", scale=unit),
        tooltip=[
            alt.Tooltip("from:Q", title="score above", format=".2f"),
            alt.Tooltip("to:Q", title="to", format=".2f"),
            alt.Tooltip("share:Q", title="right", format=".1%"),
            alt.Tooltip("low:Q", title="at least (95 %)", format=".1%"),
            alt.Tooltip("high:Q", title="at most (95 %)", format=".1%"),
            _RECORDS,
        ],
    )
    diagonal = (
        alt.Chart(alt.InlineData(values=[{"score": 0, "share": 0}, {"score": 1, "share": 1}]))
        .mark_line(strokeDash=[4, 4], color=_INK)
        .encode(x="score:Q", y="share:Q")
    )
    y = alt.Y("low:Q", title="share right", scale=unit)
    intervals = base.mark_rule(color=_BAR).encode(y=y, y2="high:Q")
    points = base.mark_circle(color=_BAR, size=70, opacity=1).encode(y=alt.Y("share:Q", scale=unit))
    return LayerChart(
        layer=[diagonal, intervals, points], title=title, width=_HEIGHT + 60, height=_HEIGHT + 60
    )


def _parts(row: tuple[int, int, int]) -> list[dict[str, Any]]:
    named = zip(_KINDS, row, strict=True)
    return [
        {"predicted": kind, "records": n, "order": place}
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


def _sized(chart: Chart, height: Any = _HEIGHT) -> Chart:
    sized: Chart = chart.properties(width=_WIDTH, height=height)
    return sized


def _on_any_background(spec: dict[str, Any]) -> dict[str, Any]:
    config = spec.get("config", {})
    merged = {
        part: {**style, **config.get(part, {})} if isinstance(style, dict) else style
        for part, style in _NEUTRAL.items()
    }
    return {**spec, "config": {**config, **merged, **_only_plain(config)}}


def _only_plain(config: dict[str, Any]) -> dict[str, Any]:
    return {part: style for part, style in config.items() if not isinstance(style, dict)}
