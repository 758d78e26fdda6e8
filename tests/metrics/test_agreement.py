"""Agreement: the published examples, brute force, and what the journal counts as an annotation."""

from __future__ import annotations

import math
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.home import active
from rubrix_widget.metrics.agreement import alpha, masi, nominal, observed
from rubrix_widget.metrics.pairing import kappa

_ = None
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): section C, four observers.
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


def long(table: list[list[Any]]) -> tuple[np.ndarray, np.ndarray]:
    found = [(unit, one) for line in table for unit, one in enumerate(line) if one is not None]
    return np.array([u for u, _ in found]), np.array([v for _, v in found])


def test_alpha_is_that_of_the_published_examples() -> None:
    """Two observers, two values; and four observers, five values, some missing."""
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert round(alpha(*long([meg, owen])), 3) == 0.095
    assert round(alpha(*long(FOUR)), 3) == 0.743


@pytest.mark.parametrize(
    ("both_yes", "first_yes", "second_yes", "both_no", "expected"),
    [(20, 5, 10, 15, 0.4), (45, 15, 25, 15, 0.1304), (25, 35, 5, 35, 0.2593), (5, 0, 0, 5, 1)],
)
def test_kappa_is_that_of_published_tables(
    both_yes: int, first_yes: int, second_yes: int, both_no: int, expected: float
) -> None:
    """Tables that textbooks and reference works compute by hand."""
    sizes = (both_yes, first_yes, second_yes, both_no)
    first = np.repeat([0, 0, 1, 1], sizes)
    second = np.repeat([0, 1, 0, 1], sizes)
    assert round(kappa(first, second), 4) == expected


def test_what_is_undefined_is_nan() -> None:
    """No annotations, no two of one record, or only ever the same."""
    none = np.array([], np.int64)
    same = np.zeros(3, np.int64)
    for value in (
        observed(none, none),
        kappa(none, none),
        kappa(same, same),
        alpha(none, none),
        alpha(np.arange(3), same),
        alpha(np.array([0, 0, 1]), same),
    ):
        assert math.isnan(value)


def by_definition(units: list[int], values: list[int], distance: Any) -> float:
    """Krippendorff's alpha by its definition, pair by pair."""
    by_unit: dict[int, list[int]] = {}
    for unit, value in zip(units, values, strict=True):
        by_unit.setdefault(unit, []).append(value)
    pairable = [one for one in by_unit.values() if len(one) > 1]
    flat = [value for one in pairable for value in one]
    n = len(flat)
    within = sum(
        sum(distance(a, b) for a, b in permutations(one, 2)) / (len(one) - 1) for one in pairable
    )
    between = sum(distance(a, b) for a, b in permutations(flat, 2)) / (n - 1) if n > 1 else 0
    return 1 - within / between if between else float("nan")


SETS = [frozenset(one) for one in ("", "a", "b", "ab", "abc", "bcd", "d")]


def masi_of(a: int, b: int) -> float:
    one, other = SETS[a], SETS[b]
    if one == other:
        return 0.0
    both = one & other
    weight = 2 / 3 if both in (one, other) else 1 / 3 if both else 0
    return 1 - len(both) / len(one | other) * weight


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=40))
def test_alpha_is_its_definition(lines: list[tuple[int, int]]) -> None:
    """Whatever the annotations, for values and for sets."""
    units, values = [u for u, _ in lines], [v for _, v in lines]
    arrays = np.array(units, np.int64), np.array(values, np.int64)
    for fast, slow in ((nominal, lambda a, b: float(a != b)), (masi(SETS), masi_of)):
        expected = by_definition(units, values, slow)
        found = alpha(*arrays, fast)
        assert found == pytest.approx(expected, nan_ok=True, rel=0, abs=1e-12)


def log(name: str = "d", n: int = 4, **fields: Any) -> None:
    rb.log(
        [rb.TextClassificationRecord(text=f"t{i}", id=i, **fields) for i in range(n)],
        name,
        verbose=False,
    )


def lines(name: str = "d", query: str | None = None) -> list[tuple[Any, ...]]:
    return list(rb.agreement(name, query).pairs.itertuples(False, None))


def test_the_last_annotation_of_each_author_counts(home: Path) -> None:
    """Also where another one annotated the record since; with a query, only its records."""
    log()
    rb.relabel("d", "x", query="", agent="bob")
    rb.relabel("d", "y", query="", agent="ada")
    rb.relabel("d", "x", ids=[0, 1], agent="ada")
    rb.relabel("d", "y", ids=3, agent="eve")
    assert lines() == [
        ("ada", "bob", 4, 0.5, 0.0),
        ("ada", "eve", 1, 1.0, pytest.approx(math.nan, nan_ok=True)),
        ("bob", "eve", 1, 0.0, 0.0),
    ]
    found = rb.agreement("d")
    assert (found.authors, found.n, found.observed) == (["ada", "bob", "eve"], 4, 0.5)
    assert found.alpha_masi is None
    assert lines(query="t0 OR t1")[0][2:4] == (2, 1.0)


def test_what_was_undone_or_taken_back_does_not_count(home: Path) -> None:
    """Redone it counts again; who clears an annotation takes back the own one alone."""
    log()
    rb.relabel("d", "x", query="", agent="ada")
    rb.relabel("d", "x", query="", agent="bob")
    rb.undo("d", agent="bob")
    assert lines() == []
    assert rb.agreement("d").n == 0
    rb.redo("d", agent="bob")
    assert lines()[0][2] == 4
    rb.relabel("d", None, ids=[0, 1], agent="bob")
    assert lines()[0][2] == 2
    rb.set_status("d", "Discarded", query="", agent="eve")
    assert rb.agreement("d").authors == ["ada", "bob"]


@pytest.mark.filterwarnings("ignore:people had changed")
def test_a_logged_annotation_is_its_agents(home: Path) -> None:
    """Where it has one; logged anew, what was said before does not count."""
    log(annotation="x", annotation_agent="gold")
    rb.relabel("d", "y", ids=[0, 1], agent="ada")
    assert lines() == [("ada", "gold", 2, 0.0, 0.0)]
    rb.log(
        rb.TextClassificationRecord(text="new", id=0, annotation="z", annotation_agent="gold"),
        "d",
        verbose=False,
    )
    assert lines()[0][:3] == ("ada", "gold", 1)
    log("without", annotation="x")
    rb.relabel("without", "y", ids=[0, 1], agent="ada")
    assert rb.agreement("without").authors == ["ada"]


def test_a_patch_and_a_rename_keep_authors(home: Path) -> None:
    """Who applies a patch or renames a label annotates nothing; old annotations have new names."""
    log()
    rb.relabel("d", "bad", query="", agent="ada")
    rb.relabel("d", "good", query="", agent="bob")
    rb.relabel("d", "bad", ids=0, agent="bob")
    rb.rename_label("d", "bad", "awful", agent="eve")
    assert lines()[0][:4] == ("ada", "bob", 4, 0.25)
    patch = rb.diff("d", 0)
    log("next")
    rb.apply_patch("next", patch, agent="eve")
    assert rb.agreement("next").authors == ["bob"]


def test_sets_of_labels_agree_where_all_labels_are_the_same(home: Path) -> None:
    """Their order does not matter; MASI counts what they share."""
    log(multi_label=True)
    rb.relabel("d", ["x", "y"], query="", agent="ada")
    rb.relabel("d", ["z"], ids=3, agent="ada")
    rb.relabel("d", ["y", "x"], query="", agent="bob")
    rb.relabel("d", ["x"], ids=[0, 3], agent="bob")
    found = rb.agreement("d")
    assert found.observed == 0.5
    values = [3, 1, 3, 3, 3, 3, 6, 1]  # of SETS: the same with other names
    units = [0, 0, 1, 1, 2, 2, 3, 3]
    assert found.alpha_masi == pytest.approx(by_definition(units, values, masi_of))
    assert f"with MASI: {found.alpha_masi:.3f}" in repr(found)


@pytest.mark.slow
def test_ten_thousand_records_of_three_authors(home: Path) -> None:
    """The same as by the formulas on a table of them, and types do not depend on the records."""
    log(n=10_000)
    rng = np.random.default_rng(3)
    table = {}
    for agent in ("ada", "bob", "eve"):
        said = rng.integers(0, 3, 10_000)
        table[agent] = said
        for label in range(3):
            ids = np.flatnonzero(said == label).tolist()
            rb.relabel("d", f"label {label}", ids=ids, agent=agent)
    for first, second, n, same, value in lines():
        assert n == 10_000
        assert same == np.mean(table[first] == table[second])
        assert value == pytest.approx(kappa(table[first], table[second]))
    every = np.concatenate(list(table.values()))
    assert rb.agreement("d").alpha == pytest.approx(alpha(np.tile(np.arange(10_000), 3), every))
    log("none")
    pd.testing.assert_series_equal(
        rb.agreement("none").pairs.dtypes, rb.agreement("d").pairs.dtypes
    )
    assert active().dataset("none").groups() == []
