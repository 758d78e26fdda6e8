"""Altair charts that show in a notebook without the internet. The only module that imports altair.

They are ordinary ones: restyle them, combine them, save them. What they add is that they *show*
without the internet, which Altair's own default does not (it loads its runtime from a CDN): see
:func:`mimebundle`.
"""

from __future__ import annotations

import importlib.util
from typing import Any, TypeVar

import altair as alt

from rubrix_widget.charts.vegalite import INK, Spec

_NEUTRAL: dict[str, Any] = {
    "background": "transparent",
    "view": {"strokeWidth": 0},
    "title": {"color": INK, "anchor": "start", "fontSize": 13},
    "legend": {"labelColor": INK, "titleColor": INK},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "domainColor": INK,
        "tickColor": INK,
        "gridColor": INK,
        "gridOpacity": 0.25,
        "titleFontWeight": "normal",
        "titleFontSize": 12,
        "labelFontSize": 11,
    },
    "axisX": {"labelSeparation": 8},  # numbers side by side read as one
}

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


def chart_of(spec: Spec) -> Chart | LayerChart:
    """Return the Altair chart of a specification.

    Examples
    --------
    >>> from rubrix_widget.charts import bars
    >>> chart = chart_of(bars({"good": 3, "bad": 1}, title="Labels", value="label"))
    >>> chart.data.values[0], chart.title
    ({'name': 'good', 'records': 3}, 'Labels')
    """
    if "layer" not in spec:
        return _holding(Chart, spec)
    chart = _holding(LayerChart, {**spec, "layer": []})
    chart.layer = [_holding(alt.Chart, one) for one in spec["layer"]]
    return chart


_Kind = TypeVar("_Kind", alt.Chart, Chart, LayerChart)


def _holding(kind: type[_Kind], spec: Spec) -> _Kind:
    """Return a chart of a kind, its data put in as it is.

    Altair looks at all that a chart is made of against its whole schema, several times: for the
    cells of 77 labels that takes most of a second, and nothing but numbers and names is in them.
    """
    own = {name: one for name, one in spec.items() if name not in ("data", "title")}
    chart = kind.from_dict(own, validate=False)
    if "title" in spec:
        chart.title = spec["title"]
    if "data" in spec:
        chart.data = alt.InlineData(values=[])
        chart.data.values = spec["data"]["values"]
    return chart


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
        bundle["image/svg+xml"] = _drawn(spec)
        bundle["text/plain"] = "<Altair chart>"
    else:
        bundle["text/plain"] = (
            "<Altair chart> This program cannot draw it from its specification. For a picture "
            "that shows everywhere: pip install 'rubrix-widget[charts]'"
        )
    return bundle


def svg(chart: _Offline, title: str) -> str:
    """Draw a chart under another title as an SVG picture, legible on light and on dark pages.

    Needs vl-convert, which the extra ``charts`` brings.
    """
    spec = chart.to_dict(context={"pre_transform": False})
    return _drawn({**_on_any_background(spec), "title": title})


def _drawn(spec: dict[str, Any]) -> str:
    import vl_convert

    picture: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return picture


alt.renderers.register("rubrix_widget", mimebundle)


def _on_any_background(spec: dict[str, Any]) -> dict[str, Any]:
    config = spec.get("config", {})
    merged = {
        part: {**style, **config.get(part, {})} if isinstance(style, dict) else style
        for part, style in _NEUTRAL.items()
    }
    return {**spec, "config": {**config, **merged, **_only_plain(config)}}


def _only_plain(config: dict[str, Any]) -> dict[str, Any]:
    return {part: style for part, style in config.items() if not isinstance(style, dict)}
