"""Calibration, losses and thresholds against scikit-learn, at the edges too."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn
from sklearn.calibration import calibration_curve

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.analysis.source import source_of
from rubrix_widget.metrics.calibration import reliability
from tests.analysis.made import close, single

LABELS = ["a", "b", "c", "d"]
LINES = st.lists(
    st.tuples(
        st.sampled_from(LABELS),
        st.dictionaries(st.sampled_from(LABELS), st.floats(0.01, 1), min_size=1),
    ),
    min_size=1,
    max_size=30,
)
# Scores on edges of bins, and beside them.
EDGE = st.one_of(
    st.sampled_from([0.0, 1.0, 0.5, *(n / 10 for n in range(11)), *(n * 0.1 for n in range(10))]),
    st.floats(0, 1),
)


def scored(lines: list[tuple[float, bool]]) -> rb.DatasetForTextClassification:
    """Return records predicted as "a" with a score, right or wrong."""
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=f"t {number}",
                id=number,
                annotation="a" if right else "b",
                prediction=[("a", score)],
            )
            for number, (score, right) in enumerate(lines)
        ]
    )


@settings(max_examples=40)
@given(LINES)
def test_losses_are_those_of_scikit_learn(lines: list[Any]) -> None:
    """Brier scores and log-loss, where every label has a score."""
    lines = [(label, {name: scores.get(name, 0.01) for name in LABELS}) for label, scores in lines]
    data = single(lines)
    truth = np.array([label for label, _ in lines])
    scores = np.array([[dict(record.prediction)[one] for one in LABELS] for record in data])
    guess = np.array([record.prediction[0][0] for record in data])
    found = analysis.calibration(data).data
    close(found["log_loss"], sklearn.log_loss(truth, scores, labels=LABELS))
    close(found["brier"], sklearn.brier_score_loss(guess == truth, scores.max(axis=1)))
    close(found["brier_labels"], sklearn.brier_score_loss(truth, scores, labels=LABELS))
    assert found["n"] == found["log_loss_n"] == len(lines)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), EDGE), min_size=1, max_size=30))
def test_two_labels_have_the_losses_of_one_probability(lines: list[tuple[bool, float]]) -> None:
    """For "yes" or "no", however sure: a sure mistake costs what it costs in scikit-learn."""
    data = rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text="t",
                annotation="yes" if yes else "no",
                prediction=[("yes", score), ("no", 1 - score)],
            )
            for yes, score in lines
        ]
    )
    truth, score = np.array(lines, dtype=float).T
    found = analysis.calibration(data).data
    whole = np.column_stack([1 - score, score])
    close(found["log_loss"], sklearn.log_loss(truth, whole, labels=[0, 1]))
    binary = sklearn.brier_score_loss(truth, score, labels=[0, 1])
    close((found["brier"], found["brier_labels"]), (binary, 2 * binary))


@settings(max_examples=40)
@given(st.lists(st.tuples(EDGE, st.booleans()), min_size=1, max_size=40), st.integers(1, 12))
def test_bins_are_those_of_scikit_learn(lines: list[tuple[float, bool]], bins: int) -> None:
    """Of equal width and equal mass, scores on the edges too; the errors are by their definition.

    Expected: the mean over records of how far their bin's share is from its score (Guo et al.,
    2017, equation 3); maximum: the largest distance (equation 5).
    """
    found = analysis.calibration(scored(lines), bins=bins).data
    score, right = np.array(lines, dtype=float).T
    rounded = {*np.linspace(0, 1, bins + 1).tolist()} - {*(np.arange(bins + 1) / bins).tolist()}
    for kind, strategy in (("", "uniform"), ("_equal_mass", "quantile")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shares, means = calibration_curve(right, score, n_bins=bins, strategy=strategy)
        table = found[f"bins{kind}"]
        filled = table[table["n"] > 0]
        if strategy == "quantile" or not rounded & {*score.tolist()}:  # their 3/10 is above 0.3
            close(filled["accuracy"], shares)
            close(filled["score"], means)
        gaps = (filled["accuracy"] - filled["score"]).abs()
        close(found[f"ece{kind}"], np.average(gaps, weights=filled["n"]))
        close(found[f"mce{kind}"], gaps.max())
        assert table["n"].sum() == len(lines)


@settings(max_examples=40)
@given(st.lists(st.tuples(EDGE, st.booleans()), min_size=1, max_size=20), st.booleans())
def test_bins_and_thresholds_know_their_queries(
    lines: list[tuple[float, bool]], lucene: bool
) -> None:
    """Each query finds just the records counted, and none that nobody annotated."""
    alone = rb.TextClassificationRecord(text="t", prediction=[("a", lines[0][0])])
    data = rb.DatasetForTextClassification([*scored(lines), alone])
    dialect = "lucene" if lucene else "notebook"
    engine = source_of(data, None, "notebook").engine
    found = analysis.calibration(data, dialect=dialect).data
    cuts = analysis.thresholds(data, dialect=dialect).data["table"]
    for table in (found["bins"], found["bins_equal_mass"], cuts):
        for row in table.itertuples():
            assert engine.select(row.query, dialect=dialect).count == row.n, row.query


def test_a_bin_is_closed_on_the_side_that_is_asked_for() -> None:
    """0.3 is in the bin up to 0.3, as the literature has it; or from 0.3, as filters have it."""
    scores, right = np.array([0.0, 0.3, 1.0]), np.ones(3, bool)
    assert reliability(scores, right).n.tolist() == [1, 0, 1, 0, 0, 0, 0, 0, 0, 1]
    assert reliability(scores, right, closed="left").n.tolist() == [1, 0, 0, 1, 0, 0, 0, 0, 0, 1]


@settings(max_examples=40)
@given(LINES, st.sampled_from(LABELS))
def test_thresholds_are_those_of_scikit_learn(lines: list[Any], label: str) -> None:
    """Precision and recall of a label at each threshold; coverage and accuracy of records."""
    data = single(lines)
    truth = np.array([one for one, _ in lines])
    score = np.array([dict(record.prediction).get(label, 0.0) for record in data])
    if label in {*truth, *(name for _, scores in lines for name in scores)}:
        table = analysis.thresholds(data, label=label).data["table"]
        for row in table[table["threshold"] > 0].itertuples():
            guess = score >= row.threshold
            assert row.n == guess.sum()
            close(row.precision, sklearn.precision_score(truth == label, guess))
            if (truth == label).any():
                close(row.recall, sklearn.recall_score(truth == label, guess))
                close(row.f1, sklearn.f1_score(truth == label, guess))
    whole = analysis.thresholds(data).data["table"]
    assert whole["n"].iloc[0] == len(lines)
    assert all(one >= other for one, other in pairwise(whole["coverage"]))
    top = np.array([record.prediction[0][1] for record in data])
    right = np.array([record.prediction[0][0] for record in data]) == truth
    for row in whole.itertuples():
        kept = top >= row.threshold
        close((row.coverage, row.accuracy), (kept.mean(), right[kept].mean()))


@pytest.mark.parametrize("multi", [False, True])
def test_records_without_prediction_lower_no_recall(multi: bool) -> None:
    """Only records with an annotation and a prediction are scored, thresholds of a label too."""
    label: Any = ["a"] if multi else "a"
    one = rb.TextClassificationRecord(
        text="t", annotation=label, prediction=[("a", 0.9)], multi_label=multi
    )
    other = rb.TextClassificationRecord(text="t", annotation=label, multi_label=multi)
    data = rb.DatasetForTextClassification([one, other])
    assert analysis.thresholds(data, label="a").data["table"]["recall"].tolist() == [1.0, 1.0]


def test_losses_of_several_labels_are_of_each_scored_label() -> None:
    """Each score says yes or no of its label; a label without a score says nothing."""
    lines = [(["a"], {"a": 0.9, "b": 0.2}), (["a", "b"], {"b": 0.4}), ([], {"a": 0.0, "c": 1.0})]
    data = rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text="t", annotation=labels, prediction=list(scores.items()), multi_label=True
            )
            for labels, scores in lines
        ]
    )
    truth = [name in labels for labels, scores in lines for name in scores]
    score = [one for _, scores in lines for one in scores.values()]
    found = analysis.calibration(data).data
    whole = np.column_stack([1 - np.array(score), score])
    close(found["log_loss"], sklearn.log_loss(truth, whole))
    close(found["brier"], sklearn.brier_score_loss(truth, score))
    assert found["n"] == found["log_loss_n"] == 5
    assert "brier_labels" not in found
