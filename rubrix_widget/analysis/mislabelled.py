"""Which annotations are likely to be wrong, by what the model thinks of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget import arrays, charts
from rubrix_widget.analysis.calibrating import entries
from rubrix_widget.analysis.numbers import check_whole
from rubrix_widget.analysis.source import Data, Source, queries_of_ids, source_of
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_ROUNDING = 1e-6  # as cleanlab has it: a mean of equal scores may be above them all
_AT_ONCE = 1 << 18  # scores in memory: what a processor keeps near
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
        ``prediction`` (the best scored other label; "" where none has a score above 0),
        ``self_confidence``, ``normalized_margin`` (-1 to 1), ``candidate`` and the ``query`` that
        finds the record (None if it has no id).

        A label without a score counts as 0. In multi-label datasets each annotated or scored label
        is looked at by itself: the record has the worst of them, which is its ``prediction``,
        annotated or not, and is a candidate by any.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        No such way to sort, a number that makes no sense, or no predictions of that agent.

    Notes
    -----
    Self-confidence, normalised margin and candidates (records in the confident joint off its
    diagonal) are of C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident Learning: Estimating
    Uncertainty in Dataset Labels", Journal of Artificial Intelligence Research 70 (2021). Where
    several labels reach their thresholds and one scored higher does not, cleanlab counts that one;
    here, as there, the highest of those that do counts.

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
    _check(sort_by)
    source = source_of(data, query, dialect, agent)
    doubts = doubted(source)
    found: dict[str, Any] = {
        "n": len(doubts.positions),
        "candidates": int(doubts.candidate.sum()),
        "table": _table(source, doubts.ranked(sort_by, most)),
    }
    return Metric("Label errors", source.name, source.query, found["n"], found, _draw)


@dataclass(frozen=True)
class Doubts:
    """How likely it is of records that their annotation is wrong; each of shape (n,).

    Attributes
    ----------
    positions
        Where the records stand.
    confidence, margin
        The score of what is annotated, and that less the best other one.
    other
        The place of that other label among all labels; -1 where none has a score above 0.
    candidate
        Whether the annotation is likely wrong.
    """

    positions: Ints
    confidence: Floats
    margin: Floats
    other: Ints
    candidate: Mask

    def ranked(self, sort_by: SortBy, most: int | None = None) -> Doubts:
        """Return them with the likeliest first, so many at most.

        Raises
        ------
        ValueError
            No such way to sort.
        """
        _check(sort_by)
        key = self.margin if sort_by == "normalized_margin" else self.confidence
        order = arrays.in_order(key, most)
        return Doubts(*(getattr(self, one.name)[order] for one in fields(self)))


def _check(sort_by: str) -> None:
    if sort_by not in get_args(SortBy):
        raise ValueError(f"sort_by is {sort_by!r}; use {' or '.join(get_args(SortBy))}")


def doubted(source: Source) -> Doubts:
    """Return how much the records are doubted that have an annotation and scores, as they stand."""
    positions = _scored(source)
    measure = _several_labels if source.engine.multi_label else _single_label
    return Doubts(positions, *measure(source, positions))


def _scored(source: Source) -> Ints:
    """Return the records with an annotation and scores."""
    columns, positions = source.engine.columns, source.hits.positions.astype(np.int64)
    offsets = columns.logged.score_offsets
    has = offsets[positions + 1] > offsets[positions]
    kept: Ints = positions[(columns.annotation[positions] >= 0) & has]
    return kept


def _blocks(n: int, labels: int) -> Iterator[slice]:
    """Yield stretches of records whose scores are held at once."""
    step = max(1, _AT_ONCE // max(labels, 1))
    yield from (slice(begin, begin + step) for begin in range(0, n, step))


def _single_label(source: Source, positions: Ints) -> tuple[Floats, Floats, Ints, Mask]:
    """Return the label's score, its lead over the best other, that, and who is a candidate.

    Only scores are gone through that there are; a label without one counts as 0, the least.
    """
    columns, size = source.engine.columns, len(source.engine.columns.logged.sets.labels)
    _, label_of = columns.logged.sets.membership()  # of each set: they have one
    given = label_of[columns.annotation[positions]]
    confidence, best = np.zeros(len(positions)), np.zeros(len(positions))
    other = np.zeros(len(positions), np.int64)
    for block in _blocks(len(positions), size):
        scores = _Scores.of(source, positions[block])
        mine = scores.label == given[block][scores.row]
        confidence[block][scores.row[mine]] = scores.value[mine]
        scores.value[mine] = -1
        best[block], other[block] = scores.best()
    nobody = best <= 0
    other[nobody], best[nobody] = -1, 0
    candidate = _candidates(source, positions, given, confidence, best)
    return confidence, confidence - best, other, candidate


def _candidates(
    source: Source, positions: Ints, given: Ints, confidence: Floats, best: Floats
) -> Mask:
    """Tell which records are in the confident joint off its diagonal.

    A label counts where its score is no less than its mean over the records annotated so; there
    are none off the diagonal where even the best other label has less than all such means.
    """
    size = len(source.engine.columns.logged.sets.labels)
    counts = np.bincount(given, minlength=size)
    enough = _enough(np.bincount(given, confidence, size), counts)
    candidate = np.zeros(len(positions), np.bool_)
    some = np.flatnonzero(best >= enough.min(initial=np.inf))
    for block in _blocks(len(some), size):
        places = some[block]
        scores = _Scores.of(source, positions[places])
        scores.value[scores.value < enough[scores.label]] = -1
        most, surest = scores.best()
        candidate[places] = (most >= 0) & (surest != given[places])
    return candidate


def _enough(sums: npt.NDArray[Any], counts: npt.NDArray[np.integer]) -> Floats:
    """Return the scores from which on labels count: means, but for rounding, and more than 0."""
    means = np.divide(sums, counts, out=np.full(counts.shape, np.inf), where=counts > 0)
    return np.asarray(np.maximum(means, 2 * _ROUNDING) - _ROUNDING)


class _Scores(NamedTuple):
    """All scores of some records: which, of which label, in whose row, and where rows begin."""

    value: Floats
    label: npt.NDArray[np.int32]
    row: Ints
    starts: Ints

    @classmethod
    def of(cls, source: Source, positions: Ints) -> _Scores:
        logged = source.engine.columns.logged
        at, row = entries(source, positions)
        starts = np.flatnonzero(np.diff(row, prepend=-1))
        return cls(logged.all_scores[at], logged.score_labels[at], row, starts)

    def best(self) -> tuple[Floats, Ints]:
        """Return the highest score of each row, and the first label that has it."""
        if not len(self.value):
            return np.zeros(0), np.zeros(0, np.int64)
        highest = np.maximum.reduceat(self.value, self.starts)
        there = np.where(self.value == highest[self.row], self.label, np.iinfo(np.int32).max)
        return highest, np.minimum.reduceat(there, self.starts).astype(np.int64)


def _several_labels(source: Source, positions: Ints) -> tuple[Floats, Floats, Ints, Mask]:
    """Return how far the label is agreed with that is least so, its lead, it, and candidates.

    Each label is one of two, as is its absence; a record is a candidate by any of them.
    """
    columns, n = source.engine.columns, len(positions)
    size, has = len(columns.logged.sets.labels), columns.logged.sets.holds()
    kinds = columns.annotation[positions]
    confidence, worst, candidate = np.zeros(n), np.zeros(n, np.int64), np.zeros(n, np.bool_)
    sums, counts = np.zeros((2, size)), np.zeros((2, size), np.int64)
    for block in _blocks(n, size):
        scores, given = _filled(source, positions[block], size), has[kinds[block], :size]
        agreed = np.where(given, scores, 1 - scores)  # what is thought of how each label stands
        confidence[block], worst[block] = agreed.min(axis=1), agreed.argmin(axis=1)
        mine = np.einsum("ij,ij->j", agreed, given, dtype=np.float64)
        sums += mine, agreed.sum(axis=0) - mine
        counts += given.sum(axis=0), (~given).sum(axis=0)
    present, absent = _enough(sums, counts)
    for block in _blocks(n, size):
        scores, given = _filled(source, positions[block], size), has[kinds[block], :size]
        yes, no = scores >= present, 1 - scores >= absent
        thought = np.where(yes & no, scores > 1 - scores, yes)
        candidate[block] = ((yes | no) & (thought != given)).any(axis=1)
    return confidence, 2 * confidence - 1, worst, candidate


def _filled(source: Source, positions: Ints, size: int) -> Floats:
    """Return the score of every label in some records, 0 where there is none."""
    some, scores = _Scores.of(source, positions), np.zeros((len(positions), size))
    scores[some.row, some.label] = some.value
    return scores


def _table(source: Source, doubts: Doubts) -> Any:
    import pandas as pd

    logged, codes = source.engine.columns.logged, source.engine.columns.annotation
    ids, codes = logged.ids.column(doubts.positions), codes[doubts.positions]
    kinds = np.unique(codes)
    at = np.searchsorted(kinds, codes)
    names = [", ".join(logged.sets.names(code)) for code in kinds.tolist()]
    others = arrays.text_column([*logged.sets.labels, ""])  # whose last is the place -1
    return pd.DataFrame(
        {
            "id": _series(ids),
            "annotation": _series(arrays.text_column(names).take(arrays.to_arrow(at))),
            "prediction": _series(others.take(arrays.to_arrow(doubts.other % len(others)))),
            "self_confidence": doubts.confidence,
            "normalized_margin": doubts.margin,
            "candidate": doubts.candidate,
            "query": _series(queries_of_ids(ids)),
        }
    )


def _series(texts: pa.LargeStringArray) -> Any:
    """Return texts as pandas has them; those without null as they are, uncopied."""
    import pandas as pd

    return pd.Series(texts.to_pylist()) if texts.null_count else texts.to_pandas()


def _draw(metric: Metric) -> charts.Spec:
    margins = metric.data["table"]["normalized_margin"].to_numpy()
    counts, edges = np.histogram(margins, bins=20, range=(-1, 1))
    data = {round(float(low), 1): int(n) for low, n in zip(edges, counts, strict=False)}
    named = {f"{low:+.1f}": n for low, n in data.items()}
    return charts.bars(named, title=metric.title, value="normalized margin from")
