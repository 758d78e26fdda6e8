"""Counts beside the records: the values of open facets, and the confusion matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rubrix_widget.engine import Engine
from rubrix_widget.engine.aggregates import Facet, Histogram
from rubrix_widget.explorer.protocol.figures import (
    ConfusionResult,
    FacetResult,
    FacetsParams,
    FacetsResult,
)
from rubrix_widget.explorer.protocol.limits import FACET_VALUES, MATRIX_LABELS
from rubrix_widget.index import Hits

_MATRIX = ("annotated_as", "predicted_as")


def facets(engine: Engine, asked: FacetsParams, version: int) -> FacetsResult:
    """Count what is asked for; each facet, and the matrix, leaves its own filters out."""
    found: dict[tuple[str, ...], Hits] = {}

    def without(*names: str) -> Hits:
        own = tuple(name for name in names if name in asked["filters"])
        if own not in found:
            others = {name: one for name, one in asked["filters"].items() if name not in own}
            found[own] = engine.select(
                asked["query"], dialect=asked["dialect"], filters=others
            ).hits
        return found[own]

    results: list[FacetResult] = []
    for name in asked["facets"]:
        (counted,) = engine.facets([name], without(name))
        if isinstance(counted, Histogram):
            results.append(_histogram(counted, engine.fields[name].kind))
        else:
            chosen = asked["filters"].get(name)
            search = asked["search"].get(name, "")
            results.append(_values(counted, engine.fields[name].kind, search, chosen))
    matrix = confusion(engine, without(*_MATRIX), MATRIX_LABELS) if asked["confusion"] else None
    return {"facets": results, "confusion": matrix, "version": version}


def _values(counted: Facet, kind: str, search: str, chosen: object) -> FacetResult:
    """Keep the commonest values that some record has, and the chosen ones whatever their count."""
    kept = set(chosen) if isinstance(chosen, list) else {chosen}
    names = counted.values
    possible = counted.count > 0
    distinct = int(np.count_nonzero(possible))
    if search:
        wanted = search.casefold()
        possible &= np.fromiter(
            (wanted in str(name).casefold() for name in names), np.bool_, len(names)
        )
    at = np.flatnonzero(possible)
    order = at[np.argsort(-counted.count[at], kind="stable")[:FACET_VALUES]].tolist()
    shown = set(order)
    if kept - {None}:
        order += [i for i, name in enumerate(names) if name in kept and i not in shown]
    return {
        **_empty(counted.field, kind, counted.missing),
        "values": [
            {
                "value": names[i],
                "count": int(counted.count[i]),
                "ok": int(counted.right[i]),
                "ko": int(counted.wrong[i]),
            }
            for i in order
        ],
        "distinct": distinct,
        "found": len(at),
    }


def _histogram(counted: Histogram, kind: str) -> FacetResult:
    return {
        **_empty(counted.field, kind, counted.missing),
        "edges": [edge(one) for one in counted.edges],
        "count": counted.count.tolist(),
        "ok": counted.right.tolist(),
        "ko": counted.wrong.tolist(),
    }


def _empty(name: str, kind: str, missing: int) -> FacetResult:
    return {
        "name": name,
        "kind": kind,
        "missing": missing,
        "values": [],
        "distinct": 0,
        "found": 0,
        "edges": [],
        "count": [],
        "ok": [],
        "ko": [],
    }


def edge(value: Any) -> Any:
    """Return an edge as JSON carries it and a filter takes it."""
    return pd.Timestamp(value).isoformat() if isinstance(value, np.datetime64) else value.item()


def confusion(engine: Engine, hits: Hits, most: int) -> ConfusionResult:
    """Count records by annotated and predicted label, of the `most` confused labels."""
    whole = engine.confusion(hits)
    kept = whole.most_confused(most)
    several = engine.multi_label and len(whole.labels)  # each label counts every record
    return {
        "labels": kept.labels,
        "counts": kept.counts.tolist(),
        "multi_label": engine.multi_label,
        "left_out": len(whole.labels) - len(kept.labels),
        "total": int((whole.counts[0] if several else whole.counts).sum()),
    }
