"""What the charts of an explorer draw: the specification, and the numbers that it draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from rubrix_widget import charts
from rubrix_widget.analysis.errors import marking
from rubrix_widget.charts import Spec
from rubrix_widget.engine import Engine, Facet, spoken
from rubrix_widget.explorer.facets import edge
from rubrix_widget.index import Hits
from rubrix_widget.metrics import calibration
from rubrix_widget.metrics.intervals import wilson

_MOST = 40  # labels of a matrix or values of a field that are still legible
_NAME = 200  # characters of a value; an axis shows far fewer
Kind = Literal["matrix", "values", "bars", "reliability", "words", ""]  # "": nothing to draw


@dataclass(frozen=True)
class Drawn:
    """A chart with the numbers in it.

    Attributes
    ----------
    spec : dict
        Vega-Lite; empty where there is nothing to draw.
    kind : {"matrix", "values", "bars", "reliability", "words"}
    values : list of str or bool
        Labels of a matrix, the values that a bar stands for, or words.
    edges : list of float or str
        Where bars or bins begin and end, one more than there are.
    rows : list of list of float
        "matrix": records by annotated and predicted label. "values" and "bars": right, wrong and
        neither. "reliability": records, right ones, mean score, and the share right's interval.
        "words": wrong records, right ones, log-odds and their interval.
    missing, left_out : int
        Records without a value; labels or values not drawn.
    error : float or None
        Expected calibration error.
    """

    spec: Spec
    kind: Kind
    values: Sequence[Any] = ()
    edges: Sequence[Any] = ()
    rows: list[list[Any]] = field(default_factory=list)
    missing: int = 0
    left_out: int = 0
    error: float | None = None


def confusion(
    engine: Engine, hits: Hits, said: str, normalize: Literal["annotated", "predicted"] | None
) -> Drawn:
    """Draw the confusion matrix of single-label records."""
    found = engine.confusion(hits)
    kept = found.most_confused(_MOST)
    left_out = len(found.labels) - len(kept.labels)
    title = f"Confusion matrix of {said}"
    if left_out:
        title += f" (the {_MOST} most confused labels; {left_out} not shown)"
    spec = charts.matrix(kept.labels, kept.counts, title=title, normalize=normalize)
    return Drawn(spec, "matrix", kept.labels, rows=kept.counts.tolist(), left_out=left_out)


def values(engine: Engine, hits: Hits, said: str, name: str) -> Drawn:
    """Draw a field by its kind: values as bars, numbers and dates as a histogram."""
    (found,) = engine.facets([name], hits)
    title = f"{name} of {said}{_without(found.missing)}"
    if not isinstance(found, Facet):
        rows = _rows(found.count, found.right, found.wrong)
        spec = charts.split_histogram(found.edges, rows, title=title, value=spoken(name))
        edges = [edge(one) for one in found.edges]
        return Drawn(spec, "bars", edges=edges, rows=_listed(rows), missing=found.missing)
    top = found.top(_MOST)
    known = int(np.count_nonzero(found.count))
    shown = int(np.count_nonzero(top.count))
    if known > shown:
        title += f" (the {shown} commonest of {known:,} values)"
    rows = _rows(top.count[:shown], top.right[:shown], top.wrong[:shown])
    names = _names(top.values[:shown])
    return Drawn(
        charts.split_bars(names, rows, title=title, value=spoken(name)),
        "values",
        top.values[:shown],
        rows=_listed(rows),
        missing=found.missing,
        left_out=known - shown,
    )


def reliability(engine: Engine, hits: Hits, said: str, bins: int) -> Drawn:
    """Draw how often predictions of each score are right."""
    columns, positions = engine.columns, hits.positions
    positions = positions[columns.predicted[positions] >= 0]
    scores, right = columns.logged.score[positions], columns.predicted[positions] == 1
    found = calibration.reliability(scores, right, bins, closed="left")  # as filters are
    whole = found.n.sum() > 0
    ece = calibration.reliability(scores, right, bins).ece
    error = f", expected calibration error {ece:.3f}" if whole else ""
    rows = [
        [n, ok, float(score) if n else None, *(wilson(ok, n) if n else (None, None))]
        for n, ok, score in zip(found.n.tolist(), found.right.tolist(), found.score, strict=True)
    ]
    return Drawn(
        charts.reliability(found, title=f"Reliability of {said}{error}"),
        "reliability",
        edges=found.edges.tolist(),
        rows=rows,
        error=ece if whole else None,
    )


def words(engine: Engine, hits: Hits, said: str, most: int) -> Drawn:
    """Draw the words that stand in wrong records more often than in right ones."""
    found = marking(engine, hits.mask, bigrams=False)
    kept = found.telling[:most].tolist()
    columns = (found.ours, found.theirs, *found.measures[:3])
    rows = [[one[place].item() for one in columns] for place in kept]
    values = [found.words(place)[0] for place in kept]
    title = f"Words that mark wrong records among {said}"
    return Drawn(
        charts.words(_names(values), [tuple(row) for row in rows], title=title),
        "words",
        values,
        rows=rows,
        left_out=len(found.telling) - len(kept),
    )


def _names(values: Sequence[Any]) -> list[str]:
    """Return values as a bar is labelled: each its own, however long they are.

    Examples
    --------
    >>> _names([True, "x" * 500, "x" * 400])[1:] == ["x" * 200 + "…", "x" * 200 + "… (2)"]
    True
    """
    names: dict[str, None] = {}
    for value in values:
        whole = str(value)
        name = short = whole if len(whole) <= _NAME else whole[:_NAME] + "…"
        again = 2
        while name in names:
            name, again = f"{short} ({again})", again + 1
        names[name] = None
    return list(names)


def _rows(count: Any, right: Any, wrong: Any) -> list[tuple[int, int, int]]:
    """Return right, wrong and neither of each bar."""
    neither = count - right - wrong
    return list(zip(right.tolist(), wrong.tolist(), neither.tolist(), strict=True))


def _listed(rows: list[tuple[int, int, int]]) -> list[list[Any]]:
    return [list(row) for row in rows]


def _without(missing: int) -> str:
    return f", {missing:,} of them without" if missing else ""
