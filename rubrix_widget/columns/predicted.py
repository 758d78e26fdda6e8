"""What one agent predicted: label sets and scores of each record as columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget import arrays
from rubrix_widget.arrays import Floats, Ints
from rubrix_widget.columns.coded import values_and_codes
from rubrix_widget.columns.labels import NO_SET, Codes, LabelSets

MULTI_LABEL_THRESHOLD = 0.5  # a multi-label prediction holds the labels scored strictly above


@dataclass(frozen=True, eq=False)
class Predicted:
    """The predictions of one agent, or the primary ones of all records.

    Attributes
    ----------
    predicted_as : ndarray of int32, shape (n,)
        The code of the label set that each record is predicted as.
    score : ndarray of float64, shape (n,)
        The highest score; NaN without any.
    given : ndarray of bool, shape (n,)
        Whether it predicted anything.
    score_offsets, all_scores
        All scores: those of record ``i`` are ``all_scores[score_offsets[i]:score_offsets[i + 1]]``.
    """

    sets: LabelSets
    predicted_as: Codes
    score: Floats
    score_offsets: Ints
    all_scores: Floats
    given: npt.NDArray[np.bool_]
    _labels: pa.Array

    @classmethod
    def read(cls, prediction: pa.Array, sets: LabelSets, multi_label: bool) -> Predicted:
        """Read a column of predictions, as the canonical table has them."""
        n = len(prediction)
        given = arrays.present(prediction)
        sizes = arrays.from_arrow(prediction.value_lengths(), 0)
        flat = prediction.flatten()
        scores = arrays.from_arrow(flat.field("score"))
        offsets: Ints = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        score = np.full(n, np.nan)
        scored = np.flatnonzero(sizes > 0)
        if scored.size:
            score[scored] = np.maximum.reduceat(scores, offsets[scored])
        predicted_as = np.full(n, NO_SET, dtype=np.int32)
        if multi_label:
            above = scores > MULTI_LABEL_THRESHOLD
            record = np.repeat(np.arange(n), sizes)
            counts = np.bincount(record[above], minlength=n)
            lists = pa.LargeListArray.from_arrays(
                arrays.to_arrow(np.concatenate(([0], np.cumsum(counts)))),
                flat.field("label").filter(arrays.to_arrow(above)),
            )
            predicted_as[given] = sets.intern_lists(lists)[given]
        elif scored.size:
            at, best = offsets[scored], score[scored]
            behind = np.flatnonzero(scores[at] < best)  # most have the best label first
            while behind.size:
                at[behind] += 1  # a tie: the label listed first
                behind = behind[scores[at[behind]] < best[behind]]
            labels = flat.field("label").take(arrays.to_arrow(at))
            predicted_as[scored] = sets.intern_values(labels)
        return cls(sets, predicted_as, score, offsets, scores, given, flat.field("label"))

    @cached_property
    def score_labels(self) -> Codes:
        """For each of :attr:`all_scores` the place of its label in ``sets.labels``."""
        values, codes = values_and_codes(self._labels)
        table = np.asarray([*map(self.sets.label_code, values), -1], dtype=np.int32)
        return np.asarray(table[codes], dtype=np.int32)


class ByAgent:
    """What each agent predicted, where records have the predictions of several.

    Parameters
    ----------
    prediction, primary : pyarrow.Array
        The primary prediction of each record, and its agent.
    others : pyarrow.Array
        Those of others, as the canonical table has them.
    """

    def __init__(self, prediction: pa.Array, primary: pa.Array, others: pa.Array) -> None:
        self._prediction = prediction
        sizes = arrays.from_arrow(others.value_lengths(), 0).astype(np.int64)
        entries = others.flatten()
        self._record = np.repeat(np.arange(len(others)), sizes)
        self._others = entries.field("prediction")
        self._primary, self._other = _Named(primary), _Named(entries.field("agent"))
        found = [*self._primary.by_count(), *self._other.by_count()]
        self.agents: list[str] = list(dict.fromkeys(found))

    def of(self, agent: str) -> pa.Array:
        """Return the predictions of one agent, null where it has none."""
        n = len(self._prediction)
        source = np.full(n, -1, np.int64)
        own = self._primary.places(agent)
        source[own] = own
        place = self._other.places(agent)
        source[self._record[place]] = n + place
        both = pa.concat_arrays([self._prediction, self._others])
        return both.take(pa.array(source, mask=source < 0))


class _Named:
    """A column of agents."""

    def __init__(self, names: pa.Array) -> None:
        self._values, self._codes = values_and_codes(names)

    def places(self, name: str) -> Ints:
        """Return where a name stands."""
        if name not in self._values:
            return np.zeros(0, np.int64)
        return np.flatnonzero(self._codes == self._values.index(name))

    def by_count(self) -> list[str]:
        """Return the names, the most frequent first."""
        counts = np.bincount(self._codes + 1, minlength=len(self._values) + 1)[1:].tolist()
        named = sorted(zip(counts, self._values, strict=True), key=lambda one: (-one[0], one[1]))
        return [name for _, name in named]
