"""Intervals for shares."""

from __future__ import annotations

from bisect import bisect_left
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval for a share.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927), 209-212.

    Parameters
    ----------
    successes, n : int
        How many of how many; ``n`` must not be 0.
    confidence : float
        How often such intervals hold the true share.

    Examples
    --------
    >>> low, high = wilson(9, 10)
    >>> round(low, 3), round(high, 3)
    (0.596, 0.982)
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is no share; give 0 <= successes <= n and n >= 1")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / n
    middle = share + z * z / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = (middle - half) / scale if successes else 0.0  # exact where rounding would not be
    high = (middle + half) / scale if successes < n else 1.0
    return low, high


def difference(successes: int, n: int, others: int, of: int) -> tuple[float, float]:
    """Return a 95 % interval for how much one share is above another.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17 (1998), 873-890: method 10, of two Wilson intervals.

    Parameters
    ----------
    successes, n : int
        How many of how many in one group.
    others, of : int
        And in the other.

    Examples
    --------
    >>> low, high = difference(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    return apart(successes / n, *wilson(successes, n), others / of, *wilson(others, of))


def apart(
    one: float, low: float, high: float, other: float, low_other: float, high_other: float
) -> tuple[float, float]:
    """Return an interval for how much one estimate is above an independent other, from theirs.

    G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures: a general
    approach", Statistics in Medicine 27 (2008), 1693-1702; of Wilson intervals it is Newcombe's.

    Parameters
    ----------
    one, low, high : float
        An estimate and its interval.
    other, low_other, high_other : float
        And the other.

    Examples
    --------
    >>> low, high = apart(0.8, 0.7, 0.85, 0.5, 0.4, 0.6)
    >>> round(low, 3), round(high, 3)
    (0.159, 0.412)
    """
    middle = one - other
    return (
        float(middle - sqrt((one - low) ** 2 + (high_other - other) ** 2)),
        float(middle + sqrt((high - one) ** 2 + (other - low_other) ** 2)),
    )


def wilson_bounds(successes: Floats, n: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return Wilson's score interval for many shares at once.

    Parameters
    ----------
    successes, n : ndarray of float64
        How many of how many; NaN comes of 0 of 0.
    confidence : float

    Examples
    --------
    >>> low, high = wilson_bounds(np.array([9.0]), np.array([10.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.596], [0.982])
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = successes / n
        middle = share + z * z / (2 * n)
        half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        low = np.where(successes > 0, (middle - half) / scale, share)
        high = np.where(successes < n, (middle + half) / scale, share)
    return low, high


def total_bounds(found: int, drawn: int, size: int, confidence: float = 0.95) -> tuple[int, int]:
    """Return an exact interval for how many of all records are something, from a sample of them.

    Of a sample drawn without replacement the count is hypergeometric. The interval has every total
    under which neither as many as were found nor as few is rarer than half of what the confidence
    leaves: J. P. Buonaccorsi, "A note on confidence intervals for proportions in finite
    populations", The American Statistician 41 (1987), 215-218.

    Parameters
    ----------
    found, drawn : int
        How many of how many drawn.
    size : int
        How many they were drawn from.
    confidence : float

    Examples
    --------
    >>> total_bounds(2, 40, 4210)
    (27, 710)
    >>> total_bounds(3, 10, 10)
    (3, 3)
    """
    if not 0 <= found <= drawn <= size:
        raise ValueError(
            f"{found} of {drawn} drawn from {size} is no sample; give 0 <= found <= drawn <= size"
        )
    least = (1 - confidence) / 2 * (1 - 1e-9)  # what is as rare as that but for rounding is in

    def few_enough(total: int) -> bool:
        return _at_most(found, total, drawn, size) >= least

    def many_enough(total: int) -> bool:
        return 1 - _at_most(found - 1, total, drawn, size) >= least

    totals = range(size + 1)
    low = bisect_left(totals, True, key=many_enough)
    return low, bisect_left(totals, True, key=lambda total: not few_enough(total)) - 1


def _at_most(found: int, total: int, drawn: int, size: int) -> float:
    """Return how likely at most so many of a sample are of a total of all."""
    first, last = max(0, drawn - (size - total)), min(drawn, total)
    count = np.arange(first, last, dtype=np.float64)
    ratio = (total - count) * (drawn - count)
    ratio /= (count + 1) * (size - total - drawn + count + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log(ratio))])  # of each count, but for a factor
    chances = np.exp(logs - logs.max())
    return float(chances[: max(0, found - first + 1)].sum() / chances.sum())


def excess(successes: Floats, n: Floats, others: Floats, of: Floats) -> tuple[Floats, Floats]:
    """Return 95 % intervals for how much shares are above others, as :func:`difference` does.

    Examples
    --------
    >>> low, high = excess(*(np.array([float(one)]) for one in (56, 70, 48, 80)))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0524], [0.3339])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = successes / n, others / of
    (low, high), (low_other, high_other) = wilson_bounds(successes, n), wilson_bounds(others, of)
    middle = one - other
    return (
        middle - np.sqrt((one - low) ** 2 + (high_other - other) ** 2),
        middle + np.sqrt((high - one) ** 2 + (other - low_other) ** 2),
    )


def f1_bounds(both: Floats, annotated: Floats, predicted: Floats) -> tuple[Floats, Floats]:
    """Return 95 % intervals for the F1 of many labels: Wilson's, by the share behind it.

    Of the records annotated or predicted as a label a share J is both, and F1 = 2 J / (1 + J): the
    "Wilson indirect" method of K. F. Y. Lam, V. Gopal, J. Qian, "Confidence intervals for the F1
    score: a comparison of four methods", arXiv 2309.14621 (2023).

    Parameters
    ----------
    both, annotated, predicted : ndarray of float64
        Records with the label annotated and predicted, annotated, and predicted; NaN comes of
        none.

    Examples
    --------
    >>> low, high = f1_bounds(*(np.array([float(one)]) for one in (5, 5, 5)))
    >>> low.round(3).tolist(), high.tolist()
    ([0.722], [1.0])
    """
    low, high = wilson_bounds(both, annotated + predicted - both)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def mean_bounds(values: Floats, low: Floats, high: Floats) -> tuple[float, float]:
    """Return an interval for the mean of independent estimates, from the interval of each.

    G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures: a general
    approach", Statistics in Medicine 27 (2008), 1693-1702. An estimate without an interval (NaN)
    may be anything from 0 to 1.

    Parameters
    ----------
    values, low, high : ndarray of float64, shape (n,)

    Examples
    --------
    >>> one = np.array([1.0, 1.0])
    >>> low, high = mean_bounds(one, np.array([0.7, 0.6]), one)
    >>> round(low, 3), high
    (0.75, 1.0)
    """
    if not len(values):
        return float("nan"), float("nan")
    below = values - np.where(np.isnan(low), 0, low)
    above = np.where(np.isnan(high), 1, high) - values
    middle, n = values.mean(), len(values)
    return (
        float(middle - np.sqrt((below**2).sum()) / n),
        float(middle + np.sqrt((above**2).sum()) / n),
    )
