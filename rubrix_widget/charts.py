"""Results drawn as Altair charts. The only room that imports altair.

Charts carry aggregated numbers, never records. They are ordinary Altair charts: restyle them,
combine them, save them. What they add is that they *show* in a notebook without the internet,
which Altair's own default does not (it loads its runtime from a CDN): see :func:`mimebundle`.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping
from typing import Any

import altair as alt

__all__ = ["Chart", "bars", "histogram", "mimebundle"]

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
_WIDTH, _HEIGHT = 480, 220  # fits an 848 px output beside its prompt, with room to spare
_MAX_BINS = 40

# JupyterLab 4, Notebook 7 and VS Code draw this one themselves, offline. They are a Vega-Lite
# version behind Altair 6; the charts made here are the same in both.
_NOTEBOOK_MIME = "application/vnd.vegalite.v5+json"
_NOTEBOOK_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


class Chart(alt.Chart):
    """An Altair chart that notebooks can show without the internet.

    A renderer that the user has enabled (``alt.renderers.enable(…)``) is respected.
    """

    def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> Any:
        if alt.renderers.active != "default":
            return super()._repr_mimebundle_(*args, **kwargs)
        return mimebundle(self.to_dict(context={"pre_transform": False}))


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
