"""Two answers to the same questions: whether one is right more often than the other."""

from __future__ import annotations

from fractions import Fraction
from math import comb, erfc, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rubrix_widget.metrics.intervals import wilson

FEW = 25  # discordant pairs; below it McNemar's test is exact


class McNemar(NamedTuple):
    """What McNemar's test says: ``statistic``, ``p`` and whether it is the ``exact`` one."""

    statistic: float
    p: float
    exact: bool


def mcnemar(fixed: int, broken: int) -> McNemar:
    """Test whether the one is right where the other is wrong as often as the other way round.

    Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
    percentages", Psychometrika 12 (1947), 153-157. Below 25 pairs the exact binomial test, its
    statistic the smaller count; else chi-squared with A. L. Edwards' continuity correction
    (Psychometrika 13, 1948).

    Parameters
    ----------
    fixed, broken : int
        Pairs of which only the second is right, and only the first.

    Examples
    --------
    >>> found = mcnemar(9, 3)
    >>> found.statistic, round(found.p, 4), found.exact
    (3.0, 0.146, True)
    """
    n, least = fixed + broken, min(fixed, broken)
    if n < FEW:
        tail = Fraction(sum(comb(n, k) for k in range(least + 1)), 2**n)
        return McNemar(float(least), float(min(2 * tail, Fraction(1))), True)
    statistic = (abs(fixed - broken) - 1) ** 2 / n
    return McNemar(statistic, erfc(sqrt(statistic / 2)), False)


def holm(p: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return p-values of several tests so that 5 % is the chance of any false alarm among them.

    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6 (1979), 65-70.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    found = np.empty(len(p))
    found[order] = np.minimum(stepped, 1.0)
    return found


def paired_difference(both: int, broken: int, fixed: int, neither: int) -> tuple[float, float]:
    """Return a 95 % interval for how much the share of the second is above that of the first.

    R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions
    based on paired data", Statistics in Medicine 17 (1998), 2635-2650: method 10, of two Wilson
    intervals and their correlation.

    Parameters
    ----------
    both, broken, fixed, neither : int
        Pairs of which both are right, only the first, only the second, and none.

    Examples
    --------
    >>> low, high = paired_difference(20, 2, 12, 16)
    >>> round(low, 4), round(high, 4)
    (0.0562, 0.3292)
    """
    n = both + broken + fixed + neither
    first, second = (both + broken) / n, (both + fixed) / n
    (low, high), (low_second, high_second) = wilson(both + broken, n), wilson(both + fixed, n)
    product = (both + broken) * (fixed + neither) * (both + fixed) * (broken + neither)
    together: float = both * neither - broken * fixed
    if together > 0:
        together = max(together - n / 2, 0)
    phi = together / sqrt(product) if product else 0.0
    down, up = second - low_second, high - first
    above, below = high_second - second, first - low
    return (
        second - first - sqrt(max(down**2 - 2 * phi * down * up + up**2, 0)),
        second - first + sqrt(max(above**2 - 2 * phi * above * below + below**2, 0)),
    )


def kappa(first: npt.NDArray[np.integer], second: npt.NDArray[np.integer]) -> float:
    """Return Cohen's kappa: how much more two agree than they would by chance.

    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
    Measurement 20 (1960), 37-46.

    Parameters
    ----------
    first, second : ndarray of int, shape (n,)
        What each said, as codes from 0 on.

    Returns
    -------
    float
        1 where they always agree, 0 where as often as by chance; NaN where both always say the
        same one thing, and where there is nothing.

    Examples
    --------
    >>> kappa(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    0.5
    """
    n = len(first)
    size = int(max(first.max(initial=0), second.max(initial=0))) + 1
    one, other = (np.bincount(codes, minlength=size) for codes in (first, second))
    chance, most = int(one @ other), n * n
    if chance == most:
        return float("nan")
    agreed = n * int(np.count_nonzero(first == second))
    return (agreed - chance) / (most - chance)
