"""Whether scores mean what they say: nine of ten records scored 0.9 should be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Closed = Literal["left", "right"]


@dataclass(frozen=True, eq=False)
class Reliability:
    """Scores in bins from 0 to 1, and how often each bin was right.

    Attributes
    ----------
    edges : ndarray of float64, one more than there are bins
    n, right : ndarray of int64
        Records in each bin, and how many of them are predicted right.
    score : ndarray of float64
        Mean score of each bin; NaN where it is empty.
    closed : {"left", "right"}
        Which of its edges a bin holds; the first holds 0 and the last 1 all the same.
    """

    edges: Floats
    n: Ints
    right: Ints
    score: Floats
    closed: Closed = "right"

    @property
    def ece(self) -> float:
        """Expected calibration error: the mean distance of a bin's score and share, by records.

        M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using
        Bayesian binning", AAAI 2015. NaN without records.
        """
        filled = self.n > 0
        if not filled.any():
            return float("nan")
        gaps = np.abs(self.right[filled] / self.n[filled] - self.score[filled])
        return float(np.average(gaps, weights=self.n[filled]))

    @property
    def mce(self) -> float:
        """Maximum calibration error: the largest distance of a bin's score and share."""
        filled = self.n > 0
        if not filled.any():
            return float("nan")
        return float(np.abs(self.right[filled] / self.n[filled] - self.score[filled]).max())


def reliability(
    scores: Floats, right: npt.NDArray[np.bool_], bins: int = 10, closed: Closed = "right"
) -> Reliability:
    """Group scores into bins of equal width.

    A bin holds its upper edge, as in C. Guo et al., "On calibration of modern neural networks",
    ICML 2017, section 2, and in scikit-learn.

    Parameters
    ----------
    scores : ndarray of float64
        Score of each record's predicted label, 0 to 1.
    right : ndarray of bool
        Whether that label is the annotated one.
    bins : int
        How many, 1 at least.
    closed : {"left", "right"}
        "left": each holds its lower edge instead, as bars of a histogram, and filters, do.

    Raises
    ------
    ValueError
        Arrays of different lengths, a score outside 0 to 1 or missing, or no bin.

    Examples
    --------
    >>> import numpy as np
    >>> found = reliability(np.array([0.9, 0.9, 0.3]), np.array([True, False, False]))
    >>> found.n.tolist(), round(found.ece, 3)
    ([0, 0, 1, 0, 0, 0, 0, 0, 2, 0], 0.367)
    """
    if bins < 1:
        raise ValueError(f"bins is {bins}; give 1 at least")
    edges = np.arange(bins + 1) / bins  # 3 / 10 is the score 0.3, 3 * 0.1 is not
    return reliability_of(scores, right, edges, closed)


def reliability_of(
    scores: Floats, right: npt.NDArray[np.bool_], edges: Floats, closed: Closed = "right"
) -> Reliability:
    """Group scores into bins between given edges, from 0 to 1.

    Raises
    ------
    ValueError
        Arrays of different lengths, or a score outside 0 to 1 or missing.
    """
    if len(scores) != len(right):
        raise ValueError(f"{len(scores)} scores and {len(right)} answers; give as many of each")
    if not ((scores >= 0) & (scores <= 1)).all():
        raise ValueError("scores must be numbers from 0 to 1; leave out records without one")
    bins = len(edges) - 1
    place = np.searchsorted(edges[1:-1], scores, side="left" if closed == "right" else "right")
    n = np.bincount(place, minlength=bins)
    total = np.bincount(place, weights=scores, minlength=bins)
    mean = np.divide(total, n, out=np.full(bins, np.nan), where=n > 0)
    return Reliability(edges, n, np.bincount(place[right], minlength=bins), mean, closed)
