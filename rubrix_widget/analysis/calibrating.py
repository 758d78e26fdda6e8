"""Whether scores mean what they say, and what a threshold on them would do."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from rubrix_widget import arrays, charts
from rubrix_widget.analysis.numbers import check_whole
from rubrix_widget.analysis.source import Data, Source, source_of
from rubrix_widget.metrics import calibration as measuring
from rubrix_widget.metrics.classification import over
from rubrix_widget.metrics.intervals import wilson_bounds
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_MOST_THRESHOLDS = 200  # rows of the table; between two of them next to nothing changes


def calibration(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    bins: int = 10,
) -> Metric:
    """Compare scores with how often they are right.

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
    bins : int
        How many, 1 at least.

    Returns
    -------
    Metric
        ``data`` is of the score of each record's predicted label; in multi-label datasets of every
        scored label of every record, which is right where the label is annotated. It has

        - ``n`` scores, ``accuracy`` (the share that is right) and ``score`` (their mean);
        - ``ece`` and ``mce``, the expected and the maximum calibration error over bins of equal
          width, and ``ece_equal_mass`` and ``mce_equal_mass`` over bins of as many scores each; a
          bin holds its upper edge, the first one 0 too;
        - ``brier``, the mean of (score - right)²; for one label a record ``brier_labels`` too, the
          mean over records of the sum over labels of (score - annotated)², a label without a score
          counting as 0: with two labels twice ``brier``;
        - ``log_loss`` over the ``log_loss_n`` records (or scored labels) whose annotated label has
          a score: the mean of -log of it, in nats; scores are kept 2.2e-16 away from 0 and 1, as
          scikit-learn does;
        - ``bins`` and ``bins_equal_mass``: DataFrames with ``low`` and ``high`` edges, ``n``,
          ``score``, ``accuracy``, and ``from`` and ``to``, its Wilson 95 % interval; for one label
          a record ``query`` too, of the bin's records.

        Without scores, numbers are NaN.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        Scores that are no probabilities, or no bin.

    Notes
    -----
    Calibration errors: M. P. Naeini, G. F. Cooper, M. Hauskrecht, AAAI 2015; the edges as in C.
    Guo et al., ICML 2017; equal mass: K. Nguyen, B. O'Connor, "Posterior calibration and
    exploratory analysis for natural language processing models", EMNLP 2015, the edges being
    quantiles of the scores. G. W. Brier, "Verification of forecasts expressed in terms of
    probability", Monthly Weather Review 78 (1950), has ``brier_labels``; ``brier`` is of the
    predicted label alone.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(text=t, prediction=[("good", s)], annotation=a)
    ...     for t, s, a in [("fine", 0.9, "good"), ("nice", 0.9, "good"), ("dull", 0.7, "bad")]
    ... ]
    >>> found = calibration(rb.DatasetForTextClassification(made)).data
    >>> round(found["ece"], 3), round(found["mce"], 3), round(found["brier"], 3)
    (0.3, 0.7, 0.17)
    """
    check_whole(1, bins=bins)
    source = source_of(data, query, dialect, agent)
    scores, right = scored(source)
    wide = measuring.reliability(scores, right, bins)
    massed = measuring.reliability_of(scores, right, _equal_mass(scores, bins))
    if source.engine.multi_label:
        losses, apart = _losses(scores, right), {}
    else:
        every, annotated, n = _judged(source)
        losses = _losses(every[annotated], annotated[annotated])
        apart = {"brier_labels": _brier_labels(every, annotated, n)}
    found: dict[str, Any] = {
        "n": len(scores),
        "accuracy": _mean(right.astype(np.float64)),
        "score": _mean(scores),
        "ece": wide.ece,
        "mce": wide.mce,
        "ece_equal_mass": massed.ece,
        "mce_equal_mass": massed.mce,
        "brier": _mean((scores - right) ** 2),
        **apart,
        "log_loss": _mean(losses),
        "log_loss_n": len(losses),
        "bins": _table(wide, source),
        "bins_equal_mass": _table(massed, source),
    }

    def draw(metric: Metric) -> charts.Spec:
        return charts.reliability(wide, title=metric.title)

    return Metric("Calibration", source.name, source.query, len(scores), found, draw)


def thresholds(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    label: str | None = None,
) -> Metric:
    """Return what would be left, and how right, if only scores from a threshold on counted.

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
    label : str, optional
        Look at this label alone: predicted wherever its score is at least the threshold.

    Returns
    -------
    Metric
        ``data`` has ``n`` and ``table``, a DataFrame with a row for each threshold, at most 200,
        from 0 up. Without `label`: ``threshold``, ``n`` (records with at least this score),
        ``coverage`` (their share), ``accuracy`` among them, with ``low`` and ``high`` (Wilson,
        95 %), and the ``query`` of those kept. With `label`: ``threshold``, ``n`` (records that
        would be predicted as the label), ``precision`` with ``low`` and ``high``, ``recall`` and
        ``f1``; a record in which the label has no score is never predicted so. In multi-label
        datasets without `label`, the same over all labels together.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        No label of that name.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(text=t, prediction=[("good", s)], annotation=a)
    ...     for t, s, a in [("fine", 0.9, "good"), ("nice", 0.8, "good"), ("dull", 0.7, "bad")]
    ... ]
    >>> table = thresholds(rb.DatasetForTextClassification(made)).data["table"]
    >>> table[["threshold", "coverage", "accuracy"]].round(2).to_numpy().tolist()
    [[0.0, 1.0, 0.67], [0.7, 1.0, 0.67], [0.8, 0.67, 1.0], [0.9, 0.33, 1.0]]
    """
    source = source_of(data, query, dialect, agent)
    by_label = label is not None or source.engine.multi_label
    if by_label:
        scores, right, positives = _of_label(source, label)
    else:
        scores, right = scored(source)
        positives = len(scores)
    cuts = _cuts(scores)
    kept, among = (
        len(one) - np.searchsorted(np.sort(one), cuts) for one in (scores, scores[right])
    )
    found: dict[str, Any] = {
        "n": len(scores),
        "table": _thresholds(cuts, kept, among, positives, by_label),
    }
    if not by_label:
        judged, score = source.field("predicted"), source.field("score")
        found["table"]["query"] = [f"{judged}:* AND {score}:>={cut!r}" for cut in cuts.tolist()]
    name = "Thresholds" if label is None else f"Thresholds of {label}"
    return Metric(name, source.name, source.query, len(scores), found, _draw_thresholds)


def scored(source: Source) -> tuple[Floats, Mask]:
    """Return scores and whether each is right, of all that have an annotation.

    Of each record's predicted label; of several labels, of every label with a score.
    """
    columns, positions = source.engine.columns, source.hits.positions
    logged = columns.logged
    if not logged.multi_label:
        right = columns.predicted[positions]
        known = positions[right >= 0]
        return logged.score[known], columns.predicted[known] == 1
    known = positions[(columns.annotation[positions] >= 0)]
    at, row = entries(source, known)
    return logged.all_scores[at], _holds(source, known, row, logged.score_labels[at])


def entries(source: Source, positions: Any) -> tuple[Any, Any]:
    """Return the places of all scores of some records, and which of these each is of."""
    offsets = source.engine.columns.logged.score_offsets
    sizes = offsets[positions + 1] - offsets[positions]
    return arrays.stretches(offsets[positions], sizes), np.repeat(np.arange(len(sizes)), sizes)


def _holds(source: Source, positions: Any, row: Any, label: Any) -> Mask:
    """Tell whether the annotations of records have labels, each in the row of its record."""
    columns = source.engine.columns
    return np.asarray(columns.logged.sets.holds()[columns.annotation[positions][row], label])


def _judged(source: Source) -> tuple[Floats, Mask, int]:
    """Return all scores of scored records, whether each is of the annotation, and how many are."""
    columns, positions = source.engine.columns, source.hits.positions
    known = positions[columns.predicted[positions] >= 0]
    at, row = entries(source, known)
    right = _holds(source, known, row, columns.logged.score_labels[at])
    return columns.logged.all_scores[at], right, len(known)


def _losses(scores: Floats, right: Mask) -> Floats:
    tiny = np.finfo(np.float64).eps
    near = np.clip(scores, tiny, 1 - tiny)
    return np.asarray(-np.log(np.where(right, near, 1 - near)))


def _brier_labels(scores: Floats, right: Mask, n: int) -> float:
    """Return the Brier score over all labels, of one label a record."""
    apart = ((scores - right) ** 2).sum() + n - right.sum()
    return float(apart / n) if n else float("nan")


def _of_label(source: Source, label: str | None) -> tuple[Floats, Mask, int]:
    """Return the scores of a label, or of all, whether each is right, and how many should be."""
    columns, positions = source.engine.columns, source.hits.positions
    labels = columns.logged.sets.labels
    if label is not None and label not in labels:
        raise ValueError(f"no label {label!r} in {source.name}; labels are {', '.join(labels)}")
    known = positions[columns.predicted[positions] >= 0]
    at, row = entries(source, known)
    names = columns.logged.score_labels[at]
    if label is not None:
        chosen = names == labels.index(label)
        at, row, names = at[chosen], row[chosen], names[chosen]
        each = np.arange(len(known))
        positives = int(_holds(source, known, each, labels.index(label)).sum())
    else:
        sizes = columns.logged.sets.holds().sum(axis=1)
        positives = int(sizes[columns.annotation[known]].sum())
    return columns.logged.all_scores[at], _holds(source, known, row, names), positives


def _cuts(scores: Floats) -> Floats:
    distinct = arrays.distinct(np.append(scores, 0.0))
    if len(distinct) > _MOST_THRESHOLDS:
        places = np.linspace(0, len(distinct) - 1, _MOST_THRESHOLDS).round().astype(int)
        distinct = distinct[np.unique(places)]
    return distinct


def _thresholds(cuts: Floats, kept: Any, among: Any, whole: int, by_label: bool) -> Any:
    import pandas as pd

    low, high = wilson_bounds(among.astype(float), kept.astype(float))
    columns: dict[str, Any] = {"threshold": cuts, "n": kept}
    share = over(among.astype(float), kept.astype(float))
    if not by_label:
        columns |= {"coverage": kept / max(whole, 1), "accuracy": share}
    else:
        columns["precision"] = share
    columns |= {"low": low, "high": high}
    if by_label:
        columns["recall"] = over(among.astype(float), np.full(len(cuts), float(whole)))
        columns["f1"] = over(2.0 * among, (kept + whole).astype(float))
    return pd.DataFrame(columns)


def _equal_mass(scores: Floats, bins: int) -> Floats:
    """Return edges between which there are as many scores each, as far as equal ones allow."""
    if not len(scores) or bins < 1:
        return np.array([0.0, 1.0])
    inner = np.percentile(np.sort(scores), 100 * np.linspace(0, 1, bins + 1)[1:-1])
    return np.concatenate(([0.0], np.unique(inner[inner < 1]), [1.0]))


def _table(found: measuring.Reliability, source: Source) -> Any:
    import pandas as pd

    low, high = wilson_bounds(found.right.astype(float), found.n.astype(float))
    columns: dict[str, Any] = {
        "low": found.edges[:-1],
        "high": found.edges[1:],
        "n": found.n,
        "score": found.score,
        "accuracy": over(found.right.astype(float), found.n.astype(float)),
        "from": low,
        "to": high,
    }
    if not source.engine.multi_label:
        judged, score = source.field("predicted"), source.field("score")
        columns["query"] = [
            f"{judged}:* AND {score}:{'{' if place else '['}{low!r} TO {high!r}]"
            for place, (low, high) in enumerate(pairwise(found.edges.tolist()))
        ]
    return pd.DataFrame(columns)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _draw_thresholds(metric: Metric) -> charts.Spec:
    table = metric.data["table"]
    over_ = "coverage" if "coverage" in table else "recall"
    measure = "accuracy" if "accuracy" in table else "precision"
    return charts.curve(
        table[["threshold", over_, measure, "low", "high", "n"]], title=metric.title
    )
