"""Precision, recall and their kin from counts of what was annotated and predicted.

Everything is computed from *pairs*: which different combinations of annotated and predicted labels
occur, and how often. One kind of label or many, one label a record or several are then the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
DRAWS = 1000  # of a bootstrap: the ends of a 95 % interval then vary by some hundredths of it
_DRAWN_SINGLY = 16  # the weight up to which that is faster


@dataclass(frozen=True, eq=False)
class Pairs:
    """Combinations of annotated and predicted labels, and how many records have each.

    Attributes
    ----------
    annotated, predicted : ndarray of bool, shape (pairs, labels)
        Which labels each combination holds.
    weights : ndarray of floats, shape (pairs,) or (draws, pairs)
        How many records have it; several rows are several draws of a bootstrap. As float32 they
        are whole numbers below 2**24, of which sums are exact.

    Examples
    --------
    >>> one, other = [True, False], [False, True]
    >>> pairs = Pairs(np.array([one, other]), np.array([one, one]), np.array([3.0, 1.0]))
    >>> float(pairs.accuracy), pairs.precision.tolist(), pairs.recall.tolist()
    (0.75, [0.75, 0.0], [1.0, 0.0])
    """

    annotated: Mask
    predicted: Mask
    weights: npt.NDArray[np.floating[Any]]

    @cached_property
    def n(self) -> Floats:
        """Records."""
        return np.asarray(self.weights.sum(axis=-1, dtype=np.float64))

    def _sum(self, table: npt.NDArray[np.generic]) -> Floats:
        kind = self.weights.dtype if table.dtype == np.bool_ else np.float64
        found = self.weights @ table.astype(kind)
        return np.asarray(found, np.float64)

    @cached_property
    def both(self) -> Floats:
        """Records with a label annotated and predicted, for each label."""
        return self._sum(self.annotated & self.predicted)

    @cached_property
    def support(self) -> Floats:
        """Records with a label annotated, for each label."""
        return self._sum(self.annotated)

    @cached_property
    def found(self) -> Floats:
        """Records with a label predicted, for each label."""
        return self._sum(self.predicted)

    @property
    def precision(self) -> Floats:
        """Share of the records predicted as a label that are annotated so; 0 where none is."""
        return share(self.both, self.found)

    @property
    def recall(self) -> Floats:
        """Share of the records annotated as a label that are predicted so; 0 where none is."""
        return share(self.both, self.support)

    @property
    def f1(self) -> Floats:
        """Harmonic mean of precision and recall; 0 where both are."""
        return share(2 * self.both, self.found + self.support)

    @property
    def occurring(self) -> Mask:
        """Whether a label is annotated or predicted anywhere."""
        return np.asarray(self.support + self.found > 0)

    def macro(self, measure: Floats) -> Floats:
        """Return the mean of a measure over the labels that occur; NaN where none does."""
        return over(np.where(self.occurring, measure, 0).sum(axis=-1), self.occurring.sum(axis=-1))

    def measure(self, name: str) -> Floats:
        """Return a measure of all records by its name, or its macro average.

        Examples
        --------
        >>> whole = np.array([[True, False], [False, True]])
        >>> float(Pairs(whole, whole, np.array([3.0, 1.0])).measure("recall_macro"))
        1.0
        """
        if name.endswith("_macro"):
            return self.macro(getattr(self, name.removesuffix("_macro")))
        return np.asarray(getattr(self, name))

    @property
    def precision_micro(self) -> Floats:
        """Precision over all labels together."""
        return share(self.both.sum(axis=-1), self.found.sum(axis=-1))

    @property
    def recall_micro(self) -> Floats:
        """Recall over all labels together."""
        return share(self.both.sum(axis=-1), self.support.sum(axis=-1))

    @property
    def f1_micro(self) -> Floats:
        """F1 over all labels together."""
        return share(2 * self.both.sum(axis=-1), (self.found + self.support).sum(axis=-1))

    @cached_property
    def right(self) -> Floats:
        """Records whose predicted labels are exactly the annotated ones."""
        return self._sum((self.annotated == self.predicted).all(axis=1))

    @property
    def accuracy(self) -> Floats:
        """Share of the records predicted exactly right; NaN without records."""
        return over(self.right, self.n)

    @property
    def balanced_accuracy(self) -> Floats:
        """Mean recall of the labels that are annotated; NaN where none is.

        K. H. Brodersen et al., "The balanced accuracy and its posterior distribution", ICPR 2010.
        """
        given = self.support > 0
        return over(np.where(given, self.recall, 0).sum(axis=-1), given.sum(axis=-1))

    @property
    def mcc(self) -> Floats:
        """Matthews' correlation of annotated and predicted, for one label a record; 0 undefined.

        J. Gorodkin, "Comparing two K-category assignments by a K-category correlation
        coefficient", Computational Biology and Chemistry 28 (2004).
        """
        n, right = self.n, self.both.sum(axis=-1)
        shared = (self.support * self.found).sum(axis=-1)
        spread = (n * n - (self.found**2).sum(axis=-1)) * (n * n - (self.support**2).sum(axis=-1))
        return share(right * n - shared, np.sqrt(spread))

    @property
    def jaccard(self) -> Floats:
        """Mean share of annotated or predicted labels that are both; two empty sets agree.

        P. Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11 (1912).
        """
        joint = (self.annotated & self.predicted).sum(axis=1)
        either = (self.annotated | self.predicted).sum(axis=1)
        alike = np.where(either > 0, joint / np.maximum(either, 1), 1.0)
        return over(self._sum(alike), self.n)

    def drawn(self, seed: int, draws: int = DRAWS) -> Pairs:
        """Return as many records again, drawn with replacement, many times.

        B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap", 1993.

        Parameters
        ----------
        seed : int
            The same seed draws the same.
        draws : int
        """
        weights: npt.NDArray[np.floating[Any]] = np.zeros((draws, len(self.weights)))
        if self.n:
            weights = _drawn(self.weights, np.random.default_rng(seed), draws)
        return Pairs(self.annotated, self.predicted, weights)


def _drawn(
    weights: npt.NDArray[np.floating[Any]], chance: np.random.Generator, draws: int
) -> npt.NDArray[np.floating[Any]]:
    """Return multinomial draws of as many as there are, those of one chance drawn together.

    How many fall on all kinds of one weight is drawn first; among them each is as likely, which
    whole numbers drawn evenly say faster than a multinomial of thousands.
    """
    values, group = np.unique(weights, return_inverse=True)
    sizes = np.bincount(group)
    n = int(weights.sum())
    totals = chance.multinomial(n, values * sizes / n, size=draws)
    exact = np.float32 if n < 2**24 else np.float64  # sums of whole numbers are, and half the bytes
    found: npt.NDArray[np.floating[Any]] = np.empty((draws, len(weights)), exact)
    for place, (value, size) in enumerate(zip(values.tolist(), sizes.tolist(), strict=True)):
        total, kinds = totals[:, place], group == place
        if value > _DRAWN_SINGLY:
            found[:, kinds] = chance.multinomial(total, np.full(size, 1 / size))
        else:
            at = np.repeat(np.arange(draws) * size, total) + chance.integers(size, size=total.sum())
            found[:, kinds] = np.bincount(at, minlength=draws * size).reshape(draws, size)
    return found


def share(part: Floats, whole: Floats) -> Floats:
    """Return a ratio; 0 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=np.asarray(whole) > 0)


def over(part: Floats, whole: Floats) -> Floats:
    """Return a ratio; NaN where there is nothing to divide by."""
    out: Floats = np.full(np.shape(part), np.nan)
    return np.divide(part, whole, out=out, where=np.asarray(whole) > 0)


def between(drawn: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the percentile interval of bootstrap draws, along their first axis.

    Examples
    --------
    >>> low, high = between(np.arange(101.0))
    >>> round(float(low), 6), round(float(high), 6)
    (2.5, 97.5)
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return np.asarray(low), np.asarray(high)
