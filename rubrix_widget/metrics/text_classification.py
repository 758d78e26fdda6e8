"""Measures of predicted labels, under the names that Rubrix gave them.

>>> from rubrix_widget.metrics.text_classification import *
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rubrix_widget.home import active
from rubrix_widget.metrics.classification import Pairs
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

if TYPE_CHECKING:
    from rubrix_widget.charts import Spec

__all__ = ["f1", "f1_multilabel"]


def f1(
    name: str,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
) -> Metric:
    """Return precision, recall and F1 where a record has one label.

    Parameters
    ----------
    name : str
        The dataset's name.
    query : str, optional
        Only the records it matches; of these, those with an annotation and a prediction.
    dialect : {"notebook", "lucene"}
        How the query is read.
    agent : str, optional
        Whose predictions are measured, where records have those of several: by default the
        primary ones.

    Returns
    -------
    Metric
        ``data`` has ``precision_macro``, ``recall_macro``, ``f1_macro``, the same with ``_micro``,
        and for each label that occurs ``<label>_precision``, ``<label>_recall``, ``<label>_f1``
        and ``<label>_support``. Empty where no record has both.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        Records may have several labels: use :func:`f1_multilabel`. Or there are no predictions
        of that agent.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(text=t, prediction=[(p, 0.9)], annotation=a)
    ...     for t, p, a in [("fine", "good", "good"), ("dull", "good", "bad")]
    ... ]
    >>> answer = rb.log(made, "measured")
    >>> found = f1("measured").data
    >>> round(found["f1_macro"], 3), found["good_recall"], found["bad_support"]
    (0.333, 1.0, 1)
    """
    return _measured(name, query, dialect, agent, several=False)


def f1_multilabel(
    name: str,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
) -> Metric:
    """Return precision, recall and F1 where a record may have several labels.

    Parameters
    ----------
    name : str
        The dataset's name.
    query : str, optional
        Only the records it matches; of these, those with an annotation and a prediction. A
        prediction without a label scored above 0.5 counts as one of no label.
    dialect : {"notebook", "lucene"}
        How the query is read.
    agent : str, optional
        Whose predictions are measured, where records have those of several: by default the
        primary ones.

    Returns
    -------
    Metric
        As of :func:`f1`.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        Records have one label each: use :func:`f1`. Or there are no predictions of that agent.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = rb.TextClassificationRecord(
    ...     text="fine", prediction=[("joy", 0.9), ("love", 0.1)], annotation=["joy", "love"],
    ...     multi_label=True,
    ... )
    >>> answer = rb.log(made, "many")
    >>> found = f1_multilabel("many").data
    >>> found["joy_f1"], found["love_f1"], round(found["f1_micro"], 3)
    (1.0, 0.0, 0.667)
    """
    return _measured(name, query, dialect, agent, several=True)


def _measured(
    name: str, query: str | None, dialect: Dialect, agent: str | None, *, several: bool
) -> Metric:
    engine = active().dataset(name).engine()
    if engine.multi_label != several:
        kinds = ("one label each: use f1", "any number of labels: use f1_multilabel")
        raise ValueError(f"records of {name!r} have {kinds[engine.multi_label]}")
    selection = engine.select(query, dialect=dialect)
    if agent is not None:
        engine, name = engine.seen_by(agent), f"{name} ({agent})"
    labels, annotated, predicted, count = engine.pairs(selection.hits)
    pairs = Pairs(annotated, predicted, count.astype(np.float64))
    data: dict[str, float] = {}
    if labels:
        for measure in ("precision", "recall", "f1"):
            data[f"{measure}_macro"] = float(pairs.measure(f"{measure}_macro"))
        for measure in ("precision", "recall", "f1"):
            data[f"{measure}_micro"] = float(pairs.measure(f"{measure}_micro"))
    columns = (pairs.precision, pairs.recall, pairs.f1)
    for at, label in enumerate(labels):
        for measure, column in zip(("precision", "recall", "f1"), columns, strict=True):
            data[f"{label}_{measure}"] = float(column[at])
        data[f"{label}_support"] = int(pairs.support[at])
    return Metric("F1", name, selection.query, int(pairs.n), data, _draw)


def _draw(metric: Metric) -> Spec:
    from rubrix_widget import charts

    shares = {name: one for name, one in metric.data.items() if not name.endswith("_support")}
    return charts.shares(shares, title=metric.title)
