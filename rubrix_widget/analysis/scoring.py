"""How good predictions are, each number with how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rubrix_widget.analysis.source import Data, Source, pairs_of, source_of
from rubrix_widget.metrics.classification import Pairs, between
from rubrix_widget.metrics.intervals import difference, wilson_bounds
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

if TYPE_CHECKING:
    from rubrix_widget.charts import LayerChart

FEW = 30  # records; below it an interval is said to be of few
_AVERAGED = ("precision_macro", "recall_macro", "f1_macro", "balanced_accuracy")
_MICRO = ("precision_micro", "recall_micro", "f1_micro")


def scores(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    seed: int = 0,
) -> Metric:
    """Return accuracy, precision, recall and their kin, with 95 % intervals.

    Parameters
    ----------
    data
        A dataset's name, a dataset in memory, or an explorer: then what it shows.
    query
        Only the records it matches.
    dialect : {"notebook", "lucene"}
        How the query is read.
    agent : str, optional
        Whose predictions are measured, where records have those of several: by default the
        primary ones.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Metric
        ``data`` has, over the ``n`` records with an annotation and a prediction,

        - ``accuracy`` (all labels exactly right), with ``low`` and ``high``; in multi-label
          datasets ``jaccard`` too, which counts what is partly right;
        - ``precision_macro``, ``recall_macro``, ``f1_macro``, ``balanced_accuracy``, the same with
          ``_micro``, and for one label a record ``mcc``;
        - ``labels``: for each label its ``precision``, ``recall``, ``f1``, ``support`` (records
          annotated so) and ``predicted`` (records predicted so);
        - ``intervals``: the interval of each of these, as (low, high); those of a label under its
          name;
        - ``rest``: the accuracy of all other records, their ``n``, the ``difference`` with ``low``
          and ``high``, and whether it is ``told_apart`` from none; None without a query;
        - ``few``: whether there are fewer than 30 records.

        Where there are no records, numbers are NaN.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        There are no predictions of that agent.

    Notes
    -----
    Shares have Wilson intervals (see :func:`rubrix_widget.metrics.intervals.wilson`), the others
    percentiles of 1,000 bootstrap draws of the records; the difference has Newcombe's. Precision
    is 0 where nothing is predicted so, recall where nothing is annotated so, as in scikit-learn.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> answer = rb.log(
    ...     [
    ...         rb.TextClassificationRecord(text=t, prediction=[(p, 0.9)], annotation=a)
    ...         for t, p, a in [("fine", "good", "good"), ("dull", "good", "bad")]
    ...     ],
    ...     "scored",
    ... )
    >>> found = scores("scored")
    >>> found.data["accuracy"], round(found.data["low"], 2), round(found.data["high"], 2)
    (0.5, 0.09, 0.91)
    >>> found.data["labels"]["good"]["recall"]
    1.0
    """
    source = source_of(data, query, dialect, agent)
    labels, pairs = source.pairs
    n = int(pairs.n)
    intervals: dict[str, tuple[float, float]] = {}
    found: dict[str, Any] = {"n": n, "accuracy": float(pairs.accuracy)}
    found["low"], found["high"] = intervals["accuracy"] = _ends(wilson_bounds(pairs.right, pairs.n))
    drawn = pairs.drawn(seed)
    names = [*_AVERAGED, *_MICRO, "jaccard" if source.engine.multi_label else "mcc"]
    for name in names:
        found[name] = float(pairs.measure(name))
        intervals[name] = _interval(drawn.measure(name), n)
    found["labels"] = _by_label(labels, pairs)
    found["rest"] = _rest(source, pairs) if query else None
    found["few"] = n < FEW
    found["intervals"] = intervals | _intervals_by_label(labels, pairs, drawn)
    return Metric("Scores", source.name, source.query, n, found, _draw)


def _interval(drawn: Any, n: int) -> tuple[float, float]:
    if not n:
        return float("nan"), float("nan")
    return _ends(between(drawn))


def _ends(interval: tuple[Any, Any]) -> tuple[float, float]:
    low, high = interval
    return float(low), float(high)


def _by_label(labels: list[str], pairs: Pairs) -> dict[str, dict[str, float]]:
    columns = (pairs.precision, pairs.recall, pairs.f1, pairs.support, pairs.found)
    return {
        label: {
            "precision": float(precision),
            "recall": float(recall),
            "f1": float(f1),
            "support": int(support),
            "predicted": int(predicted),
        }
        for label, precision, recall, f1, support, predicted in zip(labels, *columns, strict=True)
    }


def _intervals_by_label(labels: list[str], pairs: Pairs, drawn: Pairs) -> dict[str, Any]:
    measures = {
        "precision": wilson_bounds(pairs.both, pairs.found),
        "recall": wilson_bounds(pairs.both, pairs.support),
        "f1": between(drawn.f1),
    }
    return {
        label: {name: _ends((low[at], high[at])) for name, (low, high) in measures.items()}
        for at, label in enumerate(labels)
    }


def _rest(source: Source, pairs: Pairs) -> dict[str, Any] | None:
    _, others = pairs_of(source.engine, ~source.hits)
    n, right, of, theirs = int(pairs.n), int(pairs.right), int(others.n), int(others.right)
    if not n or not of:
        return None
    low, high = difference(right, n, theirs, of)
    return {
        "n": of,
        "accuracy": theirs / of,
        "difference": right / n - theirs / of,
        "low": low,
        "high": high,
        "told_apart": low > 0 or high < 0,
    }


def _draw(metric: Metric) -> LayerChart:
    from rubrix_widget import charts

    rows = [
        (label, name, value[name], *metric.data["intervals"][label][name], value["support"])
        for label, value in metric.data["labels"].items()
        for name in ("precision", "recall", "f1")
    ]
    return charts.points(rows, title=metric.title)
