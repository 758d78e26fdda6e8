"""What corrections do to every score."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rubrix_widget import arrays, charts
from rubrix_widget.analysis.numbers import check_whole
from rubrix_widget.analysis.source import Data, source_of
from rubrix_widget.metrics.classification import Pairs, between
from rubrix_widget.metrics.pairing import paired_difference
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

Ints = npt.NDArray[np.int64]
_MEASURES = (
    *("accuracy", "balanced_accuracy", "precision_micro", "recall_micro", "f1_micro"),
    *("precision_macro", "recall_macro", "f1_macro"),
)


def what_if(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    seed: int = 0,
) -> Metric:
    """Compare the scores under the annotations as logged with those under the annotations now.

    Parameters
    ----------
    data
        A dataset's name or an explorer: then what it shows. In a dataset in memory nothing was
        changed.
    query
        Only the records it matches now.
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
        ``data`` has ``n`` (records with a prediction and an annotation both as logged and now),
        ``changed`` (of them, with other labels now), ``fixed`` (predicted wrong before and right
        now), ``broken`` (the other way round), ``added`` and ``removed`` (records with an
        annotation only now, or only before, which no score is of), and ``table``: a DataFrame with
        a row for each score (``accuracy``, ``f1_macro`` …) and the columns ``before``, ``after``,
        ``difference``, and its ``low`` and ``high`` (95 %, of 1,000 paired bootstrap draws; where
        all were wrong and are right now, or the other way round, these are all the same, and the
        interval is Newcombe's for paired shares,
        :func:`rubrix_widget.metrics.pairing.paired_difference`).

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        There are no predictions of that agent, or a seed that is none.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(text=t, id=t, prediction=[("good", 0.9)], annotation=a)
    ...     for t, a in [("fine", "good"), ("nice", "bad")]
    ... ]
    >>> answer = rb.log(made, "corrected")
    >>> answer = rb.relabel("corrected", "good", ids=["nice"])
    >>> found = what_if("corrected").data
    >>> found["fixed"], found["table"].loc["accuracy", ["before", "after"]].tolist()
    (1, [0.5, 1.0])
    """
    check_whole(0, seed=seed)
    source = source_of(data, query, dialect, agent)
    columns, positions = source.engine.columns, source.hits.positions
    logged = columns.logged
    positions = positions[logged.predicted_as[positions] >= 0]
    before = logged.annotation[positions].astype(np.int64)
    after = columns.annotation[positions].astype(np.int64)
    both = (before >= 0) & (after >= 0)
    predicted = logged.predicted_as[positions][both].astype(np.int64)
    size = np.int64(len(logged.sets) + 1)
    keys = (before[both] * size + after[both]) * size + predicted
    codes, kinds = arrays.factorize(keys)
    weights = np.bincount(codes, minlength=len(kinds)).astype(np.float64)
    has = logged.sets.holds()
    guess = has[kinds % size]
    then = Pairs(has[kinds // size // size], guess, weights)
    now = Pairs(has[kinds // size % size], guess, weights)
    was, is_ = before[both] == predicted, after[both] == predicted
    found: dict[str, Any] = {
        "n": int(both.sum()),
        "changed": int((before[both] != after[both]).sum()),
        "fixed": int((~was & is_).sum()),
        "broken": int((was & ~is_).sum()),
        "added": int(((before < 0) & (after >= 0)).sum()),
        "removed": int(((before >= 0) & (after < 0)).sum()),
        "table": _table(then, now, seed),
    }
    return Metric("What corrections change", source.name, source.query, found["n"], found, _draw)


def _table(then: Pairs, now: Pairs, seed: int) -> Any:
    import pandas as pd

    drawn = then.drawn(seed)
    again = Pairs(now.annotated, now.predicted, drawn.weights)  # the same draws: they are paired
    rows = []
    for name in _MEASURES:
        one, other = then.measure(name), now.measure(name)
        low, high = (float(end) for end in between(again.measure(name) - drawn.measure(name)))
        if low == high != 0:  # few records that were all put right do not show that all would be
            low, high = _paired(then, now)
        rows.append((float(one), float(other), float(other - one), low, high))
    names = ["before", "after", "difference", "low", "high"]
    return pd.DataFrame(rows, index=pd.Index(_MEASURES, name="score"), columns=names)


def _paired(then: Pairs, now: Pairs) -> tuple[float, float]:
    was, is_ = ((one.annotated == one.predicted).all(axis=1) for one in (then, now))
    kinds = (was & is_, was & ~is_, ~was & is_, ~was & ~is_)
    both, broken, fixed, neither = (int(then.weights[kind].sum()) for kind in kinds)
    return paired_difference(both, broken, fixed, neither)


def _draw(metric: Metric) -> charts.Spec:
    table = metric.data["table"].fillna(0)
    shares = {
        f"{name}, {when}": float(row[when])
        for name, row in table.iterrows()
        for when in ("before", "after")
    }
    return charts.shares(shares, title=metric.title)
