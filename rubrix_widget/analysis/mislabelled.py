"""Which annotations are likely to be wrong, by what the model thinks of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from rubrix_widget import charts
from rubrix_widget.analysis.calibrating import entries
from rubrix_widget.analysis.numbers import check_whole
from rubrix_widget.analysis.source import Data, Source, query_of_ids, source_of
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_AT_ONCE = 4_000_000  # scores in memory
SortBy = Literal["normalized_margin", "self_confidence"]


def label_errors(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    sort_by: SortBy = "normalized_margin",
    most: int | None = None,
) -> Metric:
    """Rank records by how likely their annotation is wrong.

    The scores have to be of a model that did not learn from these annotations: one that did agrees
    with its own mistakes.

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
    sort_by : {"normalized_margin", "self_confidence"}
        The score of the annotated label less the best other one; or that score alone.
    most : int, optional
        Rows of the table at most.

    Returns
    -------
    Metric
        ``data`` has ``n`` (records with an annotation and scores), ``candidates`` (how many are
        likely wrong) and ``table``, a DataFrame, the likeliest first, with ``id``, ``annotation``,
        ``prediction`` (the best scored other label), ``self_confidence``, ``normalized_margin``
        (-1 to 1), ``candidate`` and the ``query`` that finds the record (None if it has no id).

        A label without a score counts as 0. In multi-label datasets each annotated or scored label
        is looked at by itself, and the record has the worst of them.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        No such way to sort, a number that makes no sense, or no predictions of that agent.

    Notes
    -----
    Self-confidence, normalised margin and candidates (records in the confident joint off its
    diagonal) are of C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident Learning: Estimating
    Uncertainty in Dataset Labels", Journal of Artificial Intelligence Research 70 (2021).

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(
    ...         text=t, id=t, prediction=[("good", s), ("bad", 1 - s)], annotation=a
    ...     )
    ...     for t, s, a in [("fine", 0.9, "good"), ("nice", 0.8, "bad"), ("dull", 0.3, "bad")]
    ... ]
    >>> table = label_errors(rb.DatasetForTextClassification(made)).data["table"]
    >>> table["id"].tolist(), table["normalized_margin"].round(1).tolist()
    (['nice', 'dull', 'fine'], [-0.6, 0.4, 0.8])
    """
    if most is not None:
        check_whole(0, most=most)
    source = source_of(data, query, dialect, agent)
    ranking = ranked(source, sort_by)
    found: dict[str, Any] = {
        "n": len(ranking.positions),
        "candidates": int(ranking.candidate.sum()),
        "table": _table(source, ranking.first(most)),
    }
    return Metric("Label errors", source.name, source.query, found["n"], found, _draw)


@dataclass(frozen=True)
class Ranking:
    """Records by how likely their annotation is wrong, the likeliest first; each of shape (n,).

    Attributes
    ----------
    positions
        Where the records stand.
    confidence, margin
        The score of what is annotated, and that less the best other one.
    other
        The place of that other label among all labels.
    candidate
        Whether the annotation is likely wrong.
    """

    positions: Ints
    confidence: Floats
    margin: Floats
    other: Ints
    candidate: Mask

    def first(self, most: int | None) -> Ranking:
        """Return so many of them."""
        return Ranking(*(getattr(self, one.name)[:most] for one in fields(self)))


def ranked(source: Source, sort_by: SortBy) -> Ranking:
    """Rank the records of a source that have an annotation and scores.

    Raises
    ------
    ValueError
        No such way to sort.
    """
    if sort_by not in get_args(SortBy):
        raise ValueError(f"sort_by is {sort_by!r}; use {' or '.join(get_args(SortBy))}")
    positions = _scored(source)
    confidence, margin = np.zeros(len(positions)), np.zeros(len(positions))
    other, candidate = np.zeros(len(positions), np.int64), np.zeros(len(positions), np.bool_)
    multi, enough = source.engine.multi_label, _enough(source, positions)
    measure = _several_labels if multi else _single_label
    for block in _blocks(len(positions), len(enough)):
        scores, given = _scores(source, positions[block])
        confidence[block], margin[block], other[block] = measure(scores, given)
        candidate[block] = margin[block] < 0 if multi else _candidates(scores, given, enough)
    key = margin if sort_by == "normalized_margin" else confidence
    order = np.argsort(key, kind="stable")
    return Ranking(
        positions[order], confidence[order], margin[order], other[order], candidate[order]
    )


def _scored(source: Source) -> Ints:
    """Return the records with an annotation and scores."""
    columns, positions = source.engine.columns, source.hits.positions.astype(np.int64)
    offsets = columns.logged.score_offsets
    has = offsets[positions + 1] > offsets[positions]
    kept: Ints = positions[(columns.annotation[positions] >= 0) & has]
    return kept


def _blocks(n: int, labels: int) -> Iterator[slice]:
    """Yield stretches of records whose scores of all labels are held at once."""
    step = max(1, _AT_ONCE // max(labels, 1))
    yield from (slice(begin, begin + step) for begin in range(0, n, step))


def _enough(source: Source, positions: Ints) -> Floats:
    """Return for each label its mean score in the records annotated so, infinite where none is."""
    columns = source.engine.columns
    at, record = entries(source, positions)
    label, has = columns.logged.score_labels[at], columns.logged.sets.holds()
    given = has[columns.annotation[record], label]
    size = len(columns.logged.sets.labels)
    sums = np.bincount(label[given], columns.logged.all_scores[at[given]], size)
    sets = np.bincount(columns.annotation[positions], minlength=len(has))
    counts = sets @ has[:, :size]
    out: Floats = np.full(size, np.inf)
    return np.divide(sums, counts, out=out, where=counts > 0)


def _scores(source: Source, positions: Ints) -> tuple[Floats, Mask]:
    """Return the score of every label in some records, and which are annotated."""
    columns = source.engine.columns
    logged = columns.logged
    at, record = entries(source, positions)
    scores = np.zeros((len(positions), len(logged.sets.labels)))
    scores[np.searchsorted(positions, record), logged.score_labels[at]] = logged.all_scores[at]
    return scores, logged.sets.holds()[columns.annotation[positions], : scores.shape[1]]


def _single_label(scores: Floats, given: Mask) -> tuple[Floats, Floats, Ints]:
    """Return the score of the label that is annotated, its lead over the best other, and that."""
    confidence = np.where(given, scores, 0).max(axis=1)
    others = np.where(given, -np.inf, scores)
    other = others.argmax(axis=1)
    best = np.maximum(others.max(axis=1), 0)
    return confidence, confidence - best, other


def _several_labels(scores: Floats, given: Mask) -> tuple[Floats, Floats, Ints]:
    """Return how far the label is agreed with that is least so, its lead, and which it is."""
    agreed = np.where(given, scores, 1 - scores)  # of each label, what is thought of how it stands
    worst = agreed.argmin(axis=1)
    confidence = agreed.min(axis=1)
    return confidence, 2 * confidence - 1, worst


def _candidates(scores: Floats, given: Mask, enough: Floats) -> Mask:
    """Tell which records are in the confident joint off its diagonal."""
    sure = np.where(scores >= enough, scores, -1)
    best = sure.argmax(axis=1)
    rows = np.arange(len(scores))
    return np.asarray((sure[rows, best] >= 0) & ~given[rows, best])


def _table(source: Source, ranking: Ranking) -> Any:
    import pandas as pd

    columns = source.engine.columns
    logged, places = columns.logged, ranking.positions
    ids = logged.ids[places].tolist()
    names = {
        int(code): logged.sets.names(int(code)) for code in np.unique(columns.annotation[places])
    }
    return pd.DataFrame(
        {
            "id": ids,
            "annotation": [", ".join(names[code]) for code in columns.annotation[places].tolist()],
            "prediction": [logged.sets.labels[one] for one in ranking.other.tolist()],
            "self_confidence": ranking.confidence,
            "normalized_margin": ranking.margin,
            "candidate": ranking.candidate,
            "query": [query_of_ids([one]) for one in ids],
        }
    )


def _draw(metric: Metric) -> charts.Spec:
    margins = metric.data["table"]["normalized_margin"].to_numpy()
    counts, edges = np.histogram(margins, bins=20, range=(-1, 1))
    data = {round(float(low), 1): int(n) for low, n in zip(edges, counts, strict=False)}
    named = {f"{low:+.1f}": n for low, n in data.items()}
    return charts.bars(named, title=metric.title, value="normalized margin from")
