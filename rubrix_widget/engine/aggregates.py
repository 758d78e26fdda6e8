"""Counts over the records that match: facets, histograms, the confusion matrix.

Each is a plain result that merges with the same result over other records, so that records may be
counted in parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget.arrays import Ints, factorize
from rubrix_widget.engine.fields import Field, changeable
from rubrix_widget.engine.keywords import Codes, Keywords
from rubrix_widget.engine.numbers import Bars
from rubrix_widget.engine.view import View
from rubrix_widget.index import Hits

_WRONG, _RIGHT = 1, 2  # columns of a tally; records that are neither are in column 0


@dataclass(frozen=True, eq=False)
class Facet:
    """How many records have each value of a field, and how many of them are right and wrong.

    A record with several values counts at each of them.

    Attributes
    ----------
    field : str
    values : list of str or bool
        The distinct values; labels in their declared order.
    count, right, wrong : ndarray of int64, one entry a value
        Records with the value; those predicted right and wrong. Where a record has no annotation
        or no prediction it is neither.
    missing : int
        Records without a value.
    """

    field: str
    values: list[Any]
    count: Ints
    right: Ints
    wrong: Ints
    missing: int

    def top(self, most: int) -> Facet:
        """Return the values with most records, most first; equal ones keep their order."""
        order = np.argsort(-self.count, kind="stable")[:most]
        values = [self.values[place] for place in order.tolist()]
        return Facet(
            self.field,
            values,
            self.count[order],
            self.right[order],
            self.wrong[order],
            self.missing,
        )

    def merge(self, other: Facet) -> Facet:
        """Return the facet over the records of both."""
        values = list(dict.fromkeys([*self.values, *other.values]))
        place = {value: i for i, value in enumerate(values)}
        tally = np.zeros((3, len(values)), np.int64)
        for one in (self, other):
            tally[:, [place[value] for value in one.values]] += (one.count, one.right, one.wrong)
        count, right, wrong = tally
        return Facet(self.field, values, count, right, wrong, self.missing + other.missing)


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many records have a number or date between each two edges.

    Attributes
    ----------
    field : str
    edges : ndarray of float64, int64 or datetime64[us], one more than there are bars
        A bar holds its lower edge; the last one holds both. They span all records of the dataset,
        whatever the query.
    count, right, wrong : ndarray of int64, one entry a bar
    missing : int
        Records without a value.
    """

    field: str
    edges: npt.NDArray[Any]
    count: Ints
    right: Ints
    wrong: Ints
    missing: int

    def merge(self, other: Histogram) -> Histogram:
        """Return the histogram over the records of both; they must have the same edges."""
        if not np.array_equal(self.edges, other.edges):
            raise ValueError(f"histograms of {self.field!r} with different edges cannot be merged")
        return Histogram(
            self.field,
            self.edges,
            self.count + other.count,
            self.right + other.right,
            self.wrong + other.wrong,
            self.missing + other.missing,
        )


@dataclass(frozen=True, eq=False)
class Confusion:
    """How many records with one label are predicted as another.

    Attributes
    ----------
    labels : list of str
    counts : ndarray of int64
        Single-label: ``counts[annotated, predicted]``. Multi-label: ``counts[label, annotated,
        predicted]`` with 0 for absent and 1 for present. Records without an annotation or a
        prediction are left out.
    """

    labels: list[str]
    counts: Ints

    def most_confused(self, most: int) -> Confusion:
        """Return the labels with most wrong records, then the commonest, in the same order."""
        counts = self.counts
        if counts.ndim == 3:  # multi-label
            wrong, common = counts[:, 0, 1] + counts[:, 1, 0], counts[:, 1, :].sum(axis=1)
        else:
            common = counts.sum(axis=0) + counts.sum(axis=1)
            wrong = common - 2 * np.diagonal(counts)
        kept = np.sort(np.lexsort((-common, -wrong))[:most])
        within = counts[kept] if counts.ndim == 3 else counts[np.ix_(kept, kept)]
        return Confusion([self.labels[place] for place in kept.tolist()], within)

    def merge(self, other: Confusion) -> Confusion:
        """Return the matrix over the records of both; they must have the same labels."""
        if self.labels != other.labels:
            raise ValueError("confusion matrices with different labels cannot be merged")
        return Confusion(self.labels, self.counts + other.counts)


class Aggregates:
    """Counts over one view. What the whole dataset counts to is kept."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._n = view.columns.logged.n
        self._cells: dict[str, Codes] = {}
        self._whole: dict[str, Ints] = {}
        self._pairs: tuple[int, Ints] | None = None

    def after(self, view: View, moved: Ints) -> Aggregates:
        """Return the counts over a later view, in which some records have moved."""
        later, moved = Aggregates(view), np.unique(moved)
        was, now = self._view.columns.predicted[moved], view.columns.predicted[moved]
        for name, cells in list(self._cells.items()):  # another thread may be adding to it
            if changeable(name):
                continue
            before = cells[moved]
            later._cells[name] = cells = cells.copy()
            cells[moved] = before - was + now
            if name in self._whole:
                whole = self._whole[name].copy()
                np.subtract.at(whole.reshape(-1), before, 1)
                np.add.at(whole.reshape(-1), cells[moved], 1)
                later._whole[name] = whole
        return later

    def facet(self, field: Field, hits: Hits) -> Facet | Histogram:
        """Count records by the values of a field, or between its smallest and largest."""
        if field.kind in ("keyword", "label", "bool"):
            source = self._view.keywords(field)
            tally = self._tally(field.name, source.codes, source.size, hits)
            return _facet(field.name, source, tally)
        bars = self._view.bars(field)
        if bars.record is None:
            tally = self._tally(field.name, bars.codes, bars.count, hits)
        else:
            tally = self._several(bars, hits)
        count, right, wrong = _columns(tally[1:])
        return Histogram(field.name, bars.edges, count, right, wrong, int(tally[0].sum()))

    def counts(self, field: Field) -> tuple[pa.Array, Ints]:
        """Return a field's distinct values, and how many records have each; not of numbers."""
        source = self._view.keywords(field)
        if field.name == "id":
            return source.values, np.ones(len(source.values), np.int64)
        tally = self._tally(field.name, source.codes, source.size, Hits.everything(self._n))
        of_code = tally[1:].sum(axis=1)
        if source.members is None:
            return source.values, of_code
        sets, of_set = source.members
        return source.values, np.bincount(
            of_set, weights=of_code[sets], minlength=len(source.values)
        ).astype(np.int64)

    def _several(self, bars: Bars, hits: Hits) -> Ints:
        """Count records with several numbers once at each bar that has one of them."""
        assert bars.record is not None
        chosen = np.flatnonzero(hits.mask[bars.record] & (bars.codes >= 0))
        _, pairs = factorize(bars.record[chosen] * bars.count + bars.codes[chosen])
        record, right = pairs // bars.count, self._view.columns.predicted
        tally = _counted(_cells(pairs % bars.count, right[record], bars.count), bars.count)
        without = hits.without(Hits.at(np.unique(record), self._n)).positions
        tally[0] = np.bincount(right[without] + 1, minlength=3)
        return tally

    def pairs(self, hits: Hits) -> tuple[Ints, Ints, Ints]:
        """Count records by annotated and predicted label set; those without both are left out.

        Returns
        -------
        annotated, predicted, count : ndarray of int64, shape (pairs,)
            Codes of the sets, and how many records have both.
        """
        size, pairs = self._paired()
        pairs, size = pairs.take(hits.positions), max(size, 1)
        codes, distinct = factorize(pairs.take(np.flatnonzero(pairs >= 0)))
        counts = np.bincount(codes, minlength=len(distinct)).astype(np.int64)
        return distinct // size, distinct % size, counts

    def confusion(self, hits: Hits) -> Confusion:
        """Count records by annotated and predicted label."""
        columns = self._view.columns
        sets = columns.logged.sets
        size, pairs = self._paired()
        set_of, label_of = sets.membership()
        known = set_of < size
        set_of, label_of = set_of[known], label_of[known]
        labels = list(sets.labels)
        pairs = pairs.take(hits.positions)
        pairs = pairs.take(np.flatnonzero(pairs >= 0))
        if columns.logged.multi_label:
            codes, pairs = factorize(pairs)
            has = np.zeros((size, len(labels)), np.int64)
            has[set_of, label_of] = 1
            weights = np.bincount(codes, minlength=len(pairs))
            counts = _by_label(has[pairs // max(size, 1)], has[pairs % max(size, 1)], weights)
        else:  # each set is one label
            counts = np.zeros((len(labels), len(labels)), np.int64)
            square = np.bincount(pairs, minlength=size * size).reshape(size, size)
            counts[np.ix_(label_of, label_of)] = square[np.ix_(set_of, set_of)]
        return Confusion(labels, counts)

    def _paired(self) -> tuple[int, Ints]:
        """Return how many label sets there are, and those of each record in one number.

        That of the annotation times how many, and that of the prediction; -1 without both.
        """
        columns = self._view.columns
        size = len(columns.logged.sets)
        if self._pairs is None or self._pairs[0] != size:  # more come with changes and agents
            pairs = columns.annotation * np.int64(size)
            pairs += columns.logged.predicted_as
            pairs[columns.predicted < 0] = -1
            self._pairs = size, pairs
        return self._pairs

    def _tally(self, name: str, codes: Codes, size: int, hits: Hits) -> Ints:
        """Count records by code, a row each and -1 first, and by whether they are right."""
        cells = self._cells.get(name)
        if cells is None:
            cells = self._cells[name] = _cells(codes, self._view.columns.predicted, size)
        if 2 * hits.count <= self._n:
            return _counted(cells.take(hits.positions), size)
        whole = self._whole.get(name)
        if whole is None or len(whole) != size + 1:  # more sets of labels came meanwhile
            whole = self._whole[name] = _counted(cells, size)
        if hits.count == self._n:
            return whole
        return np.asarray(whole - _counted(cells.take((~hits).positions), size))  # fewer to look at


def _cells(codes: Codes, right: Codes, size: int) -> Codes:
    """Give the place in a tally at which each record counts."""
    small = 3 * size + 3 < 2**15
    cells: npt.NDArray[Any] = codes.astype(np.int16 if small else np.int64)
    cells *= 3
    cells += right
    cells += 4
    return cells


def _counted(cells: Codes, size: int) -> Ints:
    return np.bincount(cells, minlength=3 * (size + 1)).reshape(size + 1, 3).astype(np.int64)


def _columns(tally: Ints) -> tuple[Ints, Ints, Ints]:
    """Split a tally into all, right and wrong."""
    return tally.sum(axis=1), tally[:, _RIGHT], tally[:, _WRONG]


def _facet(name: str, source: Keywords, tally: Ints) -> Facet:
    values = source.values.to_pylist()
    missing = int(tally[0].sum())
    if source.members is None:
        return Facet(name, values, *_columns(tally[1:]), missing)
    sets, of_set = source.members
    spread = np.zeros((len(values), 3), np.int64)
    np.add.at(spread, of_set, tally[1:][sets])
    empty = np.ones(source.size, np.bool_)
    empty[sets] = False
    return Facet(name, values, *_columns(spread), missing + int(tally[1:][empty].sum()))


def _by_label(annotated: Ints, predicted: Ints, weights: Ints) -> Ints:
    """Count for each label where it is annotated and predicted, from 0/1 rows with weights."""
    weighed = weights[:, None]
    both = (annotated * predicted * weighed).sum(axis=0)
    only_annotated = (annotated * weighed).sum(axis=0) - both
    only_predicted = (predicted * weighed).sum(axis=0) - both
    neither = weights.sum() - both - only_annotated - only_predicted
    rows = np.stack([neither, only_predicted, only_annotated, both], axis=1)
    return np.asarray(rows.reshape(-1, 2, 2))
