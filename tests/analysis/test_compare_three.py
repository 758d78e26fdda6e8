"""More than two models on the same records, each compared with each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

import rubrix_widget as rb
from rubrix_widget import analysis

LABELS = ["a", "b", "c"]
LABEL = st.sampled_from(LABELS)
THREE = ("b", "my model", "c")


def by_three(lines: list[tuple[Any, ...]]) -> rb.DatasetForTextClassification:
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=f"t{at}",
                annotation=label,
                prediction={
                    name: one and [(one, 0.9)] for name, one in zip(THREE, given, strict=True)
                },
            )
            for at, (label, *given) in enumerate(
                [*lines, ("a", "a", "b", None), ("a", "b", None, "a")]
            )
        ]
    )


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(LABEL, *[st.none() | LABEL] * 3), min_size=1, max_size=30).filter(
        lambda lines: all(any(line[at] for line in lines) for at in (1, 2, 3))
    )
)
def test_of_three_models_each_is_compared_with_each(lines: list[tuple[Any, ...]]) -> None:
    """Over the records that all predict; p after Holm's correction is that of statsmodels."""
    made = by_three(lines)
    found = analysis.compare(made).data
    assert sorted(found["agents"]) == sorted(THREE)
    whole = [line for line in lines if None not in line]
    assert (found["n"], found["left_out"]) == (
        len(whole),
        2 + sum(any(line[1:]) and None in line for line in lines),
    )
    for at, name in enumerate(THREE, 1):
        share = found["accuracy"][name]["accuracy"]
        if whole:
            assert share == pytest.approx(sum(one[0] == one[at] for one in whole) / len(whole))
        else:
            assert np.isnan(share)
    pairs = found["pairs"]
    assert len(pairs) == 3
    both = rb.DatasetForTextClassification(
        [one for one in made if all((one.predictions or {}).get(name) for name in THREE)]
    )
    if whole:
        for row in pairs.to_dict("records"):
            two = analysis.compare(both, agents=(row["first"], row["second"])).data
            for name in ("fixed", "broken", "difference", "low", "high", "p"):
                assert row[name] == pytest.approx(two[name], abs=1e-12)
        wanted = multipletests(pairs["p"], method="holm")[1]
        assert pairs["p_holm"].to_numpy() == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("lines", [[("a", "a", "b", "a")] * 3, []])
def test_three_models_are_drawn_and_printed(lines: list[tuple[Any, ...]]) -> None:
    """With records that all predict, and without one."""
    found = analysis.compare(by_three(lines))
    assert found.visualize().to_dict()
    assert "p_holm" in repr(found)


def test_an_agent_is_compared_with_each_other_one() -> None:
    """Of two with the other, of three with both; contradictions, of annotations, stay the same."""
    made = [
        rb.TextClassificationRecord(
            text="even" if n % 2 else "odd",
            id=n,
            annotation="ab"[n % 3 == 0],
            prediction={
                name: [("ab"[n % every == 0], 0.9)]
                for name, every in zip("xyz", (2, 3, 4), strict=True)
            },
        )
        for n in range(40)
    ]
    data = rb.DatasetForTextClassification(made)
    every, some = (analysis.compare(data, agent=agent).data for agent in (None, "y"))
    assert some["accuracy"] == every["accuracy"]
    pairs = some["pairs"].set_index(["first", "second"])
    assert list(pairs.index) == [("y", "x"), ("y", "z")]
    for other in "xz":
        alone = analysis.compare(data, agents=("y", other)).data
        assert pairs.loc[("y", other), ["fixed", "broken", "difference", "p"]].tolist() == [
            alone[name] for name in ("fixed", "broken", "difference", "p")
        ]
    for one in made:
        one.prediction = {name: (one.predictions or {})[name] for name in "xy"}
    two = rb.DatasetForTextClassification(made)
    turned, named = analysis.compare(two, agent="y"), analysis.compare(two, agents=("y", "x"))
    assert turned.data["queries"] == named.data["queries"]
    assert turned.data["agents"] == ("y", "x")
    with pytest.raises(ValueError, match=r"agent is 'y' and agents is \('x', 'y'\); give one"):
        analysis.compare(two, agent="y", agents=("x", "y"))
    for measure in (analysis.compare, analysis.contradictions):
        with pytest.raises(ValueError, match="no agent 'c'; agents are x, y"):
            measure(two, agent="c")
    same, other = (analysis.contradictions(two, agent=agent).data for agent in (None, "y"))
    assert same["counts"] == other["counts"]
    pd.testing.assert_frame_equal(same["table"], other["table"])
