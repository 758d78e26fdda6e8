"""What corrections do to every score."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from rubrix_widget import arrays, charts
from rubrix_widget.analysis.numbers import check_whole
from rubrix_widget.analysis.scoring import Sure, named, sure
from rubrix_widget.analysis.source import Data, Source, source_of
from rubrix_widget.metrics.classification import Pairs, between
from rubrix_widget.metrics.intervals import apart
from rubrix_widget.metrics.pairing import paired_difference
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect, quote

_MEASURES = (
    *("accuracy", "balanced_accuracy", "precision_micro", "recall_micro", "f1_micro"),
    *("precision_macro", "recall_macro", "f1_macro"),
)
_BY_LABEL = ("precision", "recall", "f1")
_COLUMNS = ["n", "before", "after", "difference", "low", "high"]


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
        annotation only now, or only before, which no score is of), and

        - ``table``: a DataFrame with a row for each score that :func:`scores` has of all records
          (``accuracy``, ``f1_macro`` …, and ``mcc``, or ``jaccard`` of several labels a record) and
          the columns ``n``, ``before``, ``after``, ``difference``, and its ``low`` and ``high``;
        - ``labels``: the same for ``precision``, ``recall`` and ``f1`` of each label, as rows
          (label, score) of which ``n`` is how many records are predicted so, or annotated so before
          or after, and its ``query``;
        - ``queries``: those of the records that ``n``, ``changed``, ``fixed``, ``broken``,
          ``added`` and ``removed`` count.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        There are no predictions of that agent, or a seed that is none.

    Notes
    -----
    Intervals are of 95 %, percentiles of 1,000 bootstrap draws of the records, the same ones before
    and after. Where these all differ alike, as where all were wrong and are right now, that of the
    accuracy is Newcombe's for paired shares
    (:func:`rubrix_widget.metrics.pairing.paired_difference`), and the others are made of those
    before and after (:func:`rubrix_widget.metrics.intervals.apart`), so that few records do not
    look certain.

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
    >>> found["queries"]["fixed"]
    'predicted_before:ko AND predicted:ok'
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
        **_tables(list(logged.sets.labels), then, now, source.engine.multi_label, seed),
        "queries": _queries(source),
    }
    names = ("annotated_as_before", "annotated_as", source.field("predicted_as"))
    found["labels"]["query"] = [
        f"({' OR '.join(f'{name}:{label}' for name in names)}) AND {found['queries']['n']}"
        for label in map(quote, found["labels"].index.get_level_values("label"))
    ]
    return Metric("What corrections change", source.name, source.query, found["n"], found, _draw)


def _queries(source: Source) -> dict[str, str]:
    """Return the query of the records that each number counts."""
    was, is_ = source.field("predicted_before"), source.field("predicted")
    both = f"{was}:* AND {is_}:*"
    return {
        "n": both,
        "changed": f"corrected:true AND {both}",
        "fixed": f"{was}:ko AND {is_}:ok",
        "broken": f"{was}:ok AND {is_}:ko",
        "added": f"{is_}:* AND NOT {was}:*",
        "removed": f"{was}:* AND NOT {is_}:*",
    }


def _tables(labels: list[str], then: Pairs, now: Pairs, several: bool, seed: int) -> dict[str, Any]:
    """Return every score before and after, of all records and of each label that occurs."""
    import pandas as pd

    drawn = then.drawn(seed)
    again = Pairs(now.annotated, now.predicted, drawn.weights)  # the same draws: they are paired

    @cache
    def certain() -> tuple[Sure, Sure]:
        """Return the intervals after and before, each by itself."""
        return sure(now, several, again), sure(then, several, drawn)

    shares = ("accuracy", *(() if several else ("precision_micro", "recall_micro", "f1_micro")))
    rows = {}
    for name in (*_MEASURES, "jaccard" if several else "mcc"):
        low, high = (float(end) for end in between(again.measure(name) - drawn.measure(name)))
        if low == high != 0:  # few records that were all put right do not show that all would be
            after, before = (whole[name] for whole, _ in certain())
            low, high = _paired(then, now) if name in shares else apart(*after, *before)
        was, is_ = float(then.measure(name)), float(now.measure(name))
        rows[name] = (int(then.n), was, is_, is_ - was, low, high)
    occurring = np.flatnonzero(then.occurring | now.occurring)
    concerned = then.weights @ (then.annotated | now.annotated | now.predicted)
    parts = []
    for name in _BY_LABEL:
        was, is_ = getattr(then, name), getattr(now, name)
        lows, highs = between(getattr(again, name) - getattr(drawn, name))
        for at in np.flatnonzero((lows == highs) & (lows != 0)).tolist():
            ends = (float(one[at]) for _, each in certain() for one in each[name])
            lows[at], highs[at] = apart(*ends)
        parts.append(np.stack([concerned, was, is_, is_ - was, lows, highs], axis=1)[occurring])
    index = pd.MultiIndex.from_product(
        [[labels[at] for at in occurring.tolist()], _BY_LABEL], names=["label", "score"]
    )
    by_label = pd.DataFrame(np.stack(parts, axis=1).reshape(-1, len(_COLUMNS)), index, _COLUMNS)
    return {
        "table": pd.DataFrame.from_dict(rows, "index", columns=_COLUMNS).rename_axis("score"),
        "labels": by_label.astype({"n": np.int64}),
    }


def _paired(then: Pairs, now: Pairs) -> tuple[float, float]:
    was, is_ = ((one.annotated == one.predicted).all(axis=1) for one in (then, now))
    kinds = (was & is_, was & ~is_, ~was & is_, ~was & ~is_)
    both, broken, fixed, neither = (int(then.weights[kind].sum()) for kind in kinds)
    return paired_difference(both, broken, fixed, neither)


def _draw(metric: Metric) -> charts.Spec:
    table = metric.data["table"].dropna().drop(index="mcc", errors="ignore")  # it is no share
    table = table[["before", "after", "difference", "low", "high"]]
    rows = zip(map(named, table.index), *(table[name].tolist() for name in table), strict=True)
    return charts.changes(list(rows), title=metric.title)
