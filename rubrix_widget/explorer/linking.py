"""Charts for the page: those of ``ex.charts``, and what their marks filter by."""

from __future__ import annotations

from typing import Any, cast

from rubrix_widget.engine import Engine
from rubrix_widget.explorer.charting import Drawn
from rubrix_widget.explorer.drawing import Charts
from rubrix_widget.explorer.protocol.figures import ChartParams, ChartResult
from rubrix_widget.explorer.protocol.records import View

_FIELDS = {
    "confusion_matrix": ["annotated_as", "predicted_as"],
    "scores": ["score"],
    "reliability": ["predicted", "score"],
    "labels": ["annotated_as"],
    "text_length": ["metrics.text_length"],
    "words": ["predicted"],
}
_SINGLE = ("confusion_matrix", "reliability")  # of one label a record


def chart(engine: Engine, asked: ChartParams, title: str, version: int) -> ChartResult:
    """Draw what is asked for, under all filters but those on the fields that are drawn."""
    name = asked["chart"]
    fields = [asked["field"]] if name == "field" else _FIELDS[name]
    shared: dict[str, Any] = {
        "chart": name,
        "python": _python(name, asked["field"]),
        "fields": fields,
        "field_kind": engine.fields[fields[-1]].kind if fields[-1] in engine.fields else "",
        "version": version,
    }
    if engine.multi_label and name in _SINGLE:
        why = "multi-label: a record has several labels, so no one "
        why += "cell; the labels chart counts each" if name == "confusion_matrix" else "score"
        return _result(Drawn({}, ""), shared, why)
    view = {part: asked[part] for part in ("query", "dialect", "filters")}
    shown = Charts(lambda: (engine, cast(View, view)), title, linked=True)
    drawn = _draw(shown, name, fields[0])
    return _result(drawn, shared, _lacks(drawn, name))


def _draw(shown: Charts, name: str, field: str) -> Drawn:
    if name == "confusion_matrix":
        return shown._confusion_matrix()
    if name == "words":
        return shown._words()
    return shown._reliability() if name == "reliability" else shown._field(field)


def _python(name: str, field: str) -> str:
    return f"ex.charts.field({field!r})" if name == "field" else f"ex.charts.{name}()"


def _lacks(drawn: Drawn, name: str) -> str | None:
    """Say why there is nothing to draw."""
    if drawn.kind == "words":
        return None if drawn.rows else "no word surely stands in wrong records more often"
    counted = 1 if drawn.kind == "reliability" else None  # beside the counts there are scores
    if any(sum(row[:counted]) for row in drawn.rows):
        return None
    if name in _SINGLE:
        return "no record here has both an annotation and a prediction"
    if name == "scores":
        return "no predictions here"
    return "no annotations here" if name == "labels" else "no record here has a value"


def _result(drawn: Drawn, shared: dict[str, Any], why: str | None) -> ChartResult:
    found: Any = {
        **shared,
        "kind": drawn.kind,
        "spec": None if why else drawn.spec,
        "why": why,
        "values": list(drawn.values),
        "edges": list(drawn.edges),
        "rows": drawn.rows,
        "missing": drawn.missing,
        "left_out": drawn.left_out,
        "error": drawn.error,
    }
    result: ChartResult = found
    return result
