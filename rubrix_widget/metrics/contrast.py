"""What one group of records has more often than another."""

from __future__ import annotations

from math import lgamma, log, pi
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_PRIOR = 100  # records; what is seen once or twice in a small group is then no finding


def log_odds(
    ours: Ints, theirs: Ints, n: int, others: int, confidence: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    r"""Compare how often things occur in two groups, rare ones with due doubt.

    With :math:`y` of our :math:`n` records and :math:`y'` of the :math:`n'` others, and a prior of
    :math:`a = 100` records that have it as often as all do (:math:`p`),

    .. math:: \delta = \log\frac{y + ap}{n + a - y - ap} - \log\frac{y' + ap}{n' + a - y' - ap},
              \quad \sigma^2 \approx \frac{1}{y + ap} + \frac{1}{y' + ap}.

    B. L. Monroe, M. P. Colaresi, K. M. Quinn, "Fightin' Words: Lexical Feature Selection and
    Evaluation for Identifying the Content of Political Conflict", Political Analysis 16 (2008),
    with records counted instead of words. The interval is of one thing alone; to choose among
    many, see :func:`false_discovery`.

    Parameters
    ----------
    ours, theirs : ndarray of int64
        In how many records of each group each thing occurs.
    n, others : int
        How many records each group has.
    confidence : float
        How often such intervals hold the true ratio.

    Returns
    -------
    middle, low, high : ndarray of float64
        The log-odds ratio and its interval, natural logarithm; NaN where nothing occurs.

    Examples
    --------
    >>> import numpy as np
    >>> middle, low, _ = log_odds(np.array([30, 1]), np.array([100, 0]), 63, 1032)
    >>> middle.round(2).tolist(), (low > 0).tolist()
    ([1.15, 4.43], [True, False])
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        prior = _PRIOR * (ours + theirs) / (n + others)
        mine, other = ours + prior, theirs + prior
        middle = np.log(mine / (n + _PRIOR - mine)) - np.log(other / (others + _PRIOR - other))
        half = z * np.sqrt(1 / mine + 1 / other)
    return middle, middle - half, middle + half


def false_discovery(p: Floats) -> Floats:
    """Return the false discovery rate at which each of many p-values would be a finding.

    Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate: a practical and powerful
    approach to multiple testing", Journal of the Royal Statistical Society B 57 (1995), 289-300.

    Parameters
    ----------
    p : ndarray of float64

    Examples
    --------
    >>> import numpy as np
    >>> false_discovery(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p, kind="stable")[::-1]
    ranks = np.arange(len(p), 0, -1)
    found = np.empty(len(p))
    found[order] = np.minimum(np.minimum.accumulate(p[order] * len(p) / ranks), 1)
    return found


def by_chance(ours: Ints, n: Ints | int, every: Ints | int, whole: int) -> Floats:
    """Return how likely each of our groups would have so many or more of something by chance.

    Fisher's exact test, one-sided: the upper tail of the hypergeometric distribution. R. A. Fisher,
    "The logic of inductive inference", Journal of the Royal Statistical Society 98 (1935), 39-82.

    Parameters
    ----------
    ours : ndarray of int64
        How many of each group have it.
    n : ndarray of int64 or int
        How many each group is.
    every : ndarray of int64 or int
        How many have it of all.
    whole : int
        How many are all.

    Examples
    --------
    Of eight cups four had milk first, and all four of those were named so:

    >>> import numpy as np
    >>> by_chance(np.array([4, 3]), 4, 4, 8).round(4).tolist()
    [0.0143, 0.2429]
    """
    given = np.broadcast_arrays(ours, n, every)
    here, group, having = (np.asarray(one, np.float64) for one in given)
    least = np.maximum(0, group + having - whole)
    most = np.minimum(group, having)
    # The sum of the terms on the side of the mode where they grow smaller, from the largest on.
    above = here > (group + 1) * (having + 1) / (whole + 2)
    at = np.where(above, here, here - 1)
    step = np.where(above, 1.0, -1.0)
    term = np.zeros_like(here)
    inside = (at >= least) & (at <= most)
    term[inside] = np.exp(_log_chance(at[inside], group[inside], having[inside], whole))
    total = term.copy()
    open_ = np.flatnonzero(term > 0)
    while len(open_):
        k, g, h = at[open_], group[open_], having[open_]
        up = step[open_] > 0
        rest = whole - g - h  # of neither
        grown = np.where(
            up,
            (g - k) * (h - k) / ((k + 1) * (rest + k + 1)),
            k * (rest + k) / ((g - k + 1) * (h - k + 1)),
        )
        term[open_] *= grown
        total[open_] += term[open_]
        at[open_] += step[open_]
        open_ = open_[term[open_] > 1e-17 * total[open_]]
    return np.clip(np.where(above, total, 1 - total), 0, 1)


def _log_chance(k: Floats, group: Floats, having: Floats, whole: int) -> Floats:
    """Return the logarithm of how likely just k of a group have it.

    By three binomial distributions, whose logarithms C. Loader, "Fast and accurate computation of
    binomial probabilities" (2000), keeps exact: factorials of large numbers would cancel.
    """
    share = group / whole
    return (
        _log_binomial(k, having, share)
        + _log_binomial(group - k, whole - having, share)
        - _log_binomial(group, np.full_like(group, whole), share)
    )


def _log_binomial(k: Floats, n: Floats, share: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (
            _stirling(n) - _stirling(k) - _stirling(n - k)
            - _deviance(k, n * share) - _deviance(n - k, n * (1 - share))
            - 0.5 * np.log(2 * np.pi * k * (n - k) / n)
        )  # fmt: skip
        ends = np.where(k == 0, n * np.log1p(-share), n * np.log(share))
    return np.where(n == 0, 0, np.where((k == 0) | (k == n), ends, middle))


def _stirling(n: Floats) -> Floats:
    """Return how far the logarithm of a factorial is from Stirling's formula."""
    x = np.maximum(n, _LARGE) ** -2
    series = (1 / 12 - x * (1 / 360 - x * (1 / 1260 - x * (1 / 1680 - x / 1188)))) * np.sqrt(x)
    return np.where(n < _LARGE, _STIRLING[np.minimum(n, _LARGE - 1).astype(np.int64)], series)


def _deviance(k: Floats, mean: Floats) -> Floats:
    """Return k log(k / mean) + mean - k, also where both are nearly the same."""
    apart = (k - mean) / mean
    near = apart * apart * sum((-apart) ** i / ((i + 1) * (i + 2)) for i in range(12))
    return mean * np.where(np.abs(apart) < 0.05, near, (1 + apart) * np.log1p(apart) - apart)


_LARGE = 16  # from here on Stirling's series is exact to the last digit
_STIRLING = np.array(
    [0.0, *(lgamma(n + 1) - ((n + 0.5) * log(n) - n + 0.5 * log(2 * pi)) for n in range(1, _LARGE))]
)
