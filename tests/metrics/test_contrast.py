"""What stands out: log-odds, Fisher's exact test and false discoveries, against others."""

from __future__ import annotations

from math import log, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact, hypergeom
from statsmodels.stats.multitest import multipletests

from rubrix_widget.metrics.contrast import by_chance, false_discovery, log_odds

SHARES = st.floats(0, 1)


@given(st.lists(st.tuples(SHARES, SHARES, SHARES), min_size=1), st.integers(1, 10**6))
def test_chance_is_the_hypergeometric_distribution(shares: list[Any], whole: int) -> None:
    """As scipy has its upper tail, wherever the count is between the least and the most."""
    one, other, here = np.array(shares).T
    n, every = (one * whole).astype(int), (other * whole).astype(int)
    least, most = np.maximum(0, n + every - whole), np.minimum(n, every)
    ours = least + (here * (most - least)).astype(int)
    expected = hypergeom.sf(ours - 1, whole, every, n)
    np.testing.assert_allclose(by_chance(ours, n, every, whole), expected, rtol=1e-9, atol=1e-11)


@given(st.lists(st.tuples(*[st.integers(0, 200)] * 4), min_size=1, max_size=5))
def test_chance_is_fishers(tables: list[Any]) -> None:
    """Of any small table, to twelve digits."""
    for having, others, without, rest in tables:
        whole = having + others + without + rest
        found = by_chance(np.array([having]), having + without, having + others, whole)
        wanted = fisher_exact([[having, others], [without, rest]], alternative="greater").pvalue
        assert found[0] == pytest.approx(wanted, rel=1e-11, abs=1e-12)


@given(st.lists(SHARES, min_size=1))
def test_false_discoveries_are_those_of_statsmodels(p: list[float]) -> None:
    """Benjamini's and Hochberg's, ties too."""
    expected = multipletests(p, method="fdr_bh")[1]
    np.testing.assert_allclose(false_discovery(np.array(p)), expected, atol=1e-12)
    assert len(false_discovery(np.zeros(0))) == 0


def monroe(y: int, other: int, n: int, others: int) -> tuple[float, float]:
    """Return log-odds and its deviation by equations 15, 16 and 20 of the paper, one by one."""
    alpha_0 = 100.0
    alpha = alpha_0 * (y + other) / (n + others)  # a prior as large as 100 records, as all are
    omega = (y + alpha) / (n + alpha_0 - y - alpha)
    omega_other = (other + alpha) / (others + alpha_0 - other - alpha)
    variance = 1 / (y + alpha) + 1 / (other + alpha)
    return log(omega) - log(omega_other), sqrt(variance)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_log_odds_are_those_of_the_paper(n: int, others: int, data: st.DataObject) -> None:
    """Monroe, Colaresi and Quinn, 2008, each word by itself."""
    pairs = [
        (data.draw(st.integers(0, n)), data.draw(st.integers(0, others)))
        for _ in range(data.draw(st.integers(1, 5)))
    ]
    ours, theirs = np.array([pair for pair in pairs if 0 < sum(pair) < n + others] or [(1, 0)]).T
    if n + others == 1:
        return
    middle, low, high = log_odds(ours, theirs, n, others)
    z = NormalDist().inv_cdf(0.975)
    for at, (y, other) in enumerate(zip(ours.tolist(), theirs.tolist(), strict=True)):
        wanted, deviation = monroe(y, other, n, others)
        assert middle[at] == pytest.approx(wanted, abs=1e-12)
        assert low[at] == pytest.approx(wanted - z * deviation, abs=1e-12)
        assert high[at] == pytest.approx(wanted + z * deviation, abs=1e-12)
