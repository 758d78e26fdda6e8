"""How good predictions are, each number with how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rubrix_widget import charts
from rubrix_widget.analysis.numbers import check_whole
from rubrix_widget.analysis.source import Data, Source, pairs_of, source_of
from rubrix_widget.metrics.classification import Pairs, between
from rubrix_widget.metrics.intervals import apart, f1_bounds, mean_bounds, wilson_bounds
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

Floats = npt.NDArray[np.float64]
_DRAWN_IN_FULL = 20  # labels; of more the chart has F1 alone, a line each
FEW = 30  # records; below it an interval is said to be of few
_AVERAGED = ("precision_macro", "recall_macro", "f1_macro", "balanced_accuracy")
_MEANS = ("precision_macro", "recall_macro", "balanced_accuracy")
_MICRO = ("precision_micro", "recall_micro", "f1_micro")
_BY_LABEL = ("precision", "recall", "f1")


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
        - ``intervals``: the interval of each of these, as (low, high); under ``labels`` those of
          each label;
        - ``rest``: the accuracy of all other records, their ``n``, the ``difference`` with ``low``
          and ``high``, and whether it is ``told_apart`` from none; ``scores`` and ``labels`` have
          the same for each other score (``value``, ``difference``, ``low``, ``high``,
          ``told_apart``); None where there are no others;
        - ``few``: whether there are fewer than 30 records.

        Where there are no records, numbers are NaN.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        There are no predictions of that agent, or a seed that is none.

    Notes
    -----
    Shares have Wilson intervals (see :func:`rubrix_widget.metrics.intervals.wilson`), a label's F1
    one by :func:`rubrix_widget.metrics.intervals.f1_bounds`. Of one label a record, means of
    precision and recall over labels have :func:`rubrix_widget.metrics.intervals.mean_bounds` of
    these; the others have percentiles of 1,000 bootstrap draws of the records (B. Efron, R. J.
    Tibshirani, "An Introduction to the Bootstrap", 1993), which are too narrow where a label has
    few records: of 40 records of three labels some 88 % hold the truth. Where all draws are the
    same, as where everything is right, the interval is made of those of the labels or of the
    accuracy, so that few records do not look certain. Differences are by
    :func:`rubrix_widget.metrics.intervals.apart`, Newcombe's for shares. Precision is 0 where
    nothing is predicted so, recall where nothing is annotated so, as in scikit-learn.

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
    check_whole(0, seed=seed)
    return scores_of(source_of(data, query, dialect, agent), seed)


def scores_of(source: Source, seed: int = 0, *, beside: bool = True) -> Metric:
    """Return the scores of some records.

    Parameters
    ----------
    source, seed
    beside : bool
        Compare every score with that of the rest, for which it is drawn too; else accuracy alone.
    """
    several = source.engine.multi_label
    labels, pairs = source.pairs
    n = int(pairs.n)
    whole, each = sure(pairs, several, pairs.drawn(seed))
    found: dict[str, Any] = {"n": n, **{name: value for name, (value, _, _) in whole.items()}}
    found["low"], found["high"] = whole["accuracy"][1:]
    found["labels"] = {
        label: {
            **{name: float(each[name][0][at]) for name in _BY_LABEL},
            "support": int(pairs.support[at]),
            "predicted": int(pairs.found[at]),
        }
        for at, label in enumerate(labels)
    }
    found["rest"] = _rest(source, labels, whole, each, seed if beside else None)
    found["few"] = n < FEW
    found["intervals"] = {name: (low, high) for name, (_, low, high) in whole.items()}
    found["intervals"]["labels"] = {  # which may be named as a score is
        label: {name: (float(low[at]), float(high[at])) for name, (_, low, high) in each.items()}
        for at, label in enumerate(labels)
    }
    notes = () if found["rest"] is None else (("accuracy beside the rest", _told(found["rest"])),)
    return Metric("Scores", source.name, source.query, n, found, _draw, notes)


Sure = tuple[dict[str, tuple[float, float, float]], dict[str, tuple[Floats, Floats, Floats]]]


def sure(pairs: Pairs, several: bool, drawn: Pairs) -> Sure:
    """Return value, low and high of each score of all records, and of all labels.

    Parameters
    ----------
    pairs
    several : bool
        Whether records have several labels.
    drawn : Pairs
        The same, drawn again many times.
    """
    each = {
        "precision": (pairs.precision, *wilson_bounds(pairs.both, pairs.found)),
        "recall": (pairs.recall, *wilson_bounds(pairs.both, pairs.support)),
        "f1": (pairs.f1, *f1_bounds(pairs.both, pairs.support, pairs.found)),
    }
    whole = {"accuracy": _accuracy(pairs)}
    for name in (*_AVERAGED, *_MICRO, "jaccard" if several else "mcc"):
        value = float(pairs.measure(name))
        if name in _MICRO and not several:  # each record has one label: all are its accuracy
            whole[name] = (value, *whole["accuracy"][1:])
        elif name in _MEANS and not several and pairs.n:  # of labels that share no record
            whole[name] = (value, *_of_labels(name, pairs, each))
        else:
            whole[name] = (value, *_drawn_ends(name, pairs, drawn, each, whole["accuracy"]))
    return whole, each


def named(score: str) -> str:
    """Return what a score is called in charts and tables.

    Examples
    --------
    >>> named("f1_macro"), named("recall")
    ('F1 macro', 'recall')
    """
    return score.replace("f1", "F1").replace("_", " ")


def _accuracy(pairs: Pairs) -> tuple[float, float, float]:
    low, high = wilson_bounds(pairs.right, pairs.n)
    return float(pairs.accuracy), float(low), float(high)


def _drawn_ends(
    name: str, pairs: Pairs, drawn: Pairs, each: dict[str, Any], accuracy: Any
) -> tuple[float, float]:
    if not pairs.n:
        return float("nan"), float("nan")
    low, high = (float(one) for one in between(drawn.measure(name)))
    if low < high:
        return low, high
    if name == "mcc":  # that of as many errors as there may be, with the labels as common as now
        chance = float((pairs.support * pairs.found).sum() / pairs.n**2)
        return (
            tuple((one - chance) / (1 - chance) for one in accuracy[1:])
            if chance < 1
            else (-1.0, 1.0)
        )
    if name in _AVERAGED:
        return _of_labels(name, pairs, each)
    return float(accuracy[1]), float(accuracy[2])


def _of_labels(name: str, pairs: Pairs, each: dict[str, Any]) -> tuple[float, float]:
    """Return the interval of an average over labels, made of theirs."""
    measure = "recall" if name == "balanced_accuracy" else name.removesuffix("_macro")
    known = pairs.support > 0 if name == "balanced_accuracy" else pairs.occurring
    return mean_bounds(*(one[known] for one in each[measure]))


def _rest(
    source: Source, labels: list[str], whole: dict[str, Any], each: dict[str, Any], seed: int | None
) -> dict[str, Any] | None:
    theirs, others = pairs_of(source.engine, ~source.hits)
    if not others.n or np.isnan(whole["accuracy"][0]):
        return None
    accuracy = _compared(whole["accuracy"], _accuracy(others))
    rest = {"n": int(others.n), "accuracy": accuracy.pop("value"), **accuracy}
    if seed is None:
        return rest
    of_all, of_each = sure(others, source.engine.multi_label, others.drawn(seed))
    there = {label: place for place, label in enumerate(theirs)}
    return {
        **rest,
        "scores": {
            name: _compared(whole[name], one) for name, one in of_all.items() if name != "accuracy"
        },
        "labels": {
            label: {
                name: _compared(
                    [one[at] for one in mine], [one[there[label]] for one in of_each[name]]
                )
                for name, mine in each.items()
            }
            for at, label in enumerate(labels)
            if label in there
        },
    }


def _told(rest: dict[str, Any]) -> str:
    apart = "" if rest["told_apart"] else ", which may be chance"
    return (
        f"{rest['difference']:+.4g} ({rest['low']:+.4g} – {rest['high']:+.4g}) to the "
        f"{rest['accuracy']:.4g} of the other {rest['n']:,} records{apart}"
    )


def _compared(one: Sequence[float], other: Sequence[float]) -> dict[str, float | bool]:
    low, high = apart(*one, *other)
    return {
        "value": float(other[0]),
        "difference": float(one[0] - other[0]),
        "low": low,
        "high": high,
        "told_apart": low > 0 or high < 0,
    }


def _draw(metric: Metric) -> charts.Spec:
    labels, intervals = metric.data["labels"], metric.data["intervals"]["labels"]
    names: tuple[str, ...] = _BY_LABEL
    title = metric.title
    if len(labels) > _DRAWN_IN_FULL:
        names, title = ("f1",), f"F1 of each label: {metric.title}"
    rows = [
        (label, named(name), value[name], *intervals[label][name], value["support"])
        for label, value in labels.items()
        for name in names
    ]
    return charts.points(rows, title=title)
