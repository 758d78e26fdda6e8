"""What one group of records has more often than another."""

from __future__ import annotations

from math import erfc, sqrt
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


def upper_tail(z: Floats) -> Floats:
    """Return how likely a standard normal variable is above each value.

    Examples
    --------
    >>> import numpy as np
    >>> upper_tail(np.array([0.0, 1.959964])).round(4).tolist()
    [0.5, 0.025]
    """
    return np.array([0.5 * erfc(one / sqrt(2)) for one in z.tolist()])
