"""Scores and matrices against scikit-learn and statsmodels."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.preprocessing import MultiLabelBinarizer
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.analysis import scoring
from rubrix_widget.analysis.confusing import together
from rubrix_widget.analysis.source import source_of
from rubrix_widget.metrics.classification import Pairs
from rubrix_widget.metrics.intervals import difference
from rubrix_widget.metrics.text_classification import f1, f1_multilabel
from tests.analysis.made import close, single

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:sklearn")
LABELS = ["a", "b", "c", "d"]
scored = st.tuples(
    st.sampled_from(LABELS),
    st.dictionaries(st.sampled_from(LABELS), st.floats(0.01, 1), min_size=1),
)
several = st.tuples(
    st.lists(st.sampled_from(LABELS), unique=True),
    st.dictionaries(st.sampled_from(LABELS), st.floats(0, 1)),
)


def multi(lines: list[tuple[list[str], dict[str, float]]]) -> rb.DatasetForTextClassification:
    """Return records of any number of labels."""
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=f"t {number}",
                id=number,
                annotation=labels,
                prediction=list(scores.items()),
                multi_label=True,
            )
            for number, (labels, scores) in enumerate(lines)
        ]
    )


def reference(truth: Any, guess: Any, labels: list[str]) -> dict[str, float]:
    """Return what scikit-learn says, under our names."""
    found: dict[str, float] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        for average in ("macro", "micro"):
            values = sklearn.precision_recall_fscore_support(
                truth, guess, average=average, zero_division=0
            )
            for name, value in zip(("precision", "recall", "f1"), values[:3], strict=True):
                found[f"{name}_{average}"] = value
        each = sklearn.precision_recall_fscore_support(truth, guess, average=None, zero_division=0)
    for name, column in zip(("precision", "recall", "f1", "support"), each, strict=True):
        found |= {f"{label}_{name}": one for label, one in zip(labels, column, strict=True)}
    return found


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(scored, min_size=1, max_size=30))
def test_scores_of_one_label_are_those_of_scikit_learn(lines: list[Any]) -> None:
    """Every average, every label's numbers, balanced accuracy and Matthews' correlation."""
    data = single(lines)
    truth = [label for label, _ in lines]
    guess = [record.prediction[0][0] for record in data]
    occurring = sorted({*truth, *guess})
    found = analysis.scores(data).data
    for name, value in reference(truth, guess, occurring).items():
        label, _, measure = name.rpartition("_")
        close(found["labels"][label][measure] if label in occurring else found[name], value)
    close(found["accuracy"], sklearn.accuracy_score(truth, guess))
    close(found["mcc"], sklearn.matthews_corrcoef(truth, guess))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        close(found["balanced_accuracy"], sklearn.balanced_accuracy_score(truth, guess))
    right = sum(one == other for one, other in zip(truth, guess, strict=True))
    interval = proportion_confint(right, len(lines), method="wilson")
    close((found["low"], found["high"]), interval)
    close(found["intervals"]["f1_micro"], interval)
    for label, ends in found["intervals"]["labels"].items():
        if label in occurring:
            both = sum(one == other == label for one, other in zip(truth, guess, strict=True))
            for name, whole in (("precision", guess), ("recall", truth)):
                if label in whole:
                    wanted = proportion_confint(both, whole.count(label), method="wilson")
                    close(ends[name], wanted)
    matrix = analysis.confusion_matrix(data, order="declared").data
    close(matrix["counts"], sklearn.confusion_matrix(truth, guess, labels=matrix["labels"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(several, min_size=1, max_size=30))
def test_scores_of_several_labels_are_those_of_scikit_learn(lines: list[Any]) -> None:
    """Averages, exact match and Jaccard; a label is predicted above 0.5."""
    data = multi(lines)
    guess = [[label for label, score in scores.items() if score > 0.5] for _, scores in lines]
    truth = [labels for labels, _ in lines]
    found = analysis.scores(data).data
    assert found["n"] == len(truth)
    occurring = sorted({label for one in (*truth, *guess) for label in one})
    if len(occurring) < 2:  # scikit-learn takes one column for one label a record
        return
    binary = MultiLabelBinarizer(classes=occurring)
    y, p = binary.fit_transform(truth), binary.fit_transform(guess)
    for name, value in reference(y, p, occurring).items():
        label, _, measure = name.rpartition("_")
        close(found["labels"][label][measure] if label in occurring else found[name], value)
    close(found["accuracy"], sklearn.accuracy_score(y, p))
    alike = sklearn.jaccard_score(y, p, average="samples", zero_division=1)
    close(found["jaccard"], alike)


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_the_interval_of_a_difference_is_newcombes(a: int, n: int, b: int, m: int) -> None:
    """As statsmodels has it."""
    a, b = min(a, n), min(b, m)
    expected = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff")
    np.testing.assert_allclose(difference(a, n, b, m), expected, atol=1e-9)


def test_means_over_labels_hold_the_truth_with_few_records_of_a_label() -> None:
    """Of 150 records, some 15 of a third label: nine in ten intervals hold means over labels.

    A bootstrap's do for 85 %: a label that happens to have no mistake has none in any draw.
    """
    whole = np.eye(3, dtype=bool)
    annotated, predicted = np.repeat(whole, 3, axis=0), np.tile(whole, (3, 1))
    common = np.array([0.6, 0.3, 0.1])
    chance = (common[:, None] * np.where(whole, 0.98, 0.01)).ravel()
    true = Pairs(annotated, predicted, chance)
    generator = np.random.default_rng(1)
    names = ("precision_macro", "recall_macro", "balanced_accuracy")
    held = dict.fromkeys(names, 0)
    for seed in range(300):
        pairs = Pairs(annotated, predicted, generator.multinomial(150, chance).astype(float))
        found, _ = scoring.sure(pairs, several=False, drawn=pairs.drawn(seed))
        for name in names:
            _, low, high = found[name]
            held[name] += low <= float(true.measure(name)) <= high
    assert min(held.values()) >= 0.88 * 300, held


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of 200 samples of one process some 95 % of the intervals of F1 hold its value."""
    annotated = np.array([[True, False], [True, False], [False, True], [False, True]])
    predicted = np.array([[True, False], [False, True], [True, False], [False, True]])
    chance = np.array([0.4, 0.1, 0.2, 0.3])
    truth = Pairs(annotated, predicted, chance).f1[0]
    generator = np.random.default_rng(1)
    held = 0
    for seed in range(200):
        pairs = Pairs(annotated, predicted, generator.multinomial(150, chance).astype(float))
        low, high = np.quantile(pairs.drawn(seed, 400).f1[:, 0], [0.025, 0.975])
        held += low <= truth <= high
    assert 180 <= held <= 198


def test_the_names_and_values_of_rubrix(home: Any) -> None:
    """`f1` and `f1_multilabel` answer with Rubrix's keys, and refuse the other kind."""
    lines = [("a", {"a": 0.9}), ("b", {"a": 0.8}), ("b", {"b": 0.6})]
    rb.log(single(lines), "one", verbose=False)
    found = f1("one").data
    assert found == pytest.approx(reference(["a", "b", "b"], ["a", "a", "b"], ["a", "b"]))
    assert f1("one", "text:nothing").data == {}
    with pytest.raises(ValueError, match="one label each: use f1"):
        f1_multilabel("one")
    rb.log(multi([(["a"], {}), (["a", "b"], {"a": 0.9, "b": 0.2})]), "many", verbose=False)
    assert f1_multilabel("many").data["b_recall"] == 0.0
    with pytest.raises(ValueError, match="use f1_multilabel"):
        f1("many")


def test_nothing_to_measure_is_no_error() -> None:
    """Without a record, a score or an annotation there are NaNs and zeros, and a chart."""
    bare = rb.DatasetForTextClassification([rb.TextClassificationRecord(text="x")])
    found = analysis.scores(bare)
    assert found.data["n"] == 0
    assert np.isnan(found.data["accuracy"])
    for measure in (analysis.scores, analysis.calibration, analysis.thresholds):
        measure(bare).visualize().to_dict()
    assert analysis.confusion_matrix(bare).data["counts"].size == 0


def test_the_rest_is_all_other_records() -> None:
    """A query's accuracy is compared with that of the others, with an interval."""
    lines = [("a", {"a": 0.9})] * 40 + [("a", {"b": 0.9})] * 20
    data = single(lines)
    found = analysis.scores(data, "predicted_as:b").data["rest"]
    assert (found["n"], found["accuracy"], found["difference"]) == (40, 1.0, -1.0)
    assert found["told_apart"]
    assert analysis.scores(data).data["rest"] is None
    assert analysis.scores(data, "text:*").data["rest"] is None


def test_every_score_is_compared_with_that_of_the_rest() -> None:
    """Averages and labels too; where nothing tells them apart, that is said."""
    sure, unsure = {"b": 0.9}, {"b": 0.6, "a": 0.4}
    lines = [("a", {"a": 0.9}), ("b", sure)] * 40 + [("a", unsure), ("b", unsure)] * 9
    data = single(lines)
    mine, theirs = (analysis.scores(data, f"score:{way}0.8").data for way in ("<", ">"))
    rest = mine["rest"]
    assert rest["scores"]["f1_macro"]["value"] == theirs["f1_macro"]
    assert rest["scores"]["f1_macro"]["told_apart"]
    recalls = {label: one["recall"] for label, one in rest["labels"].items()}
    assert recalls["a"]["told_apart"]
    assert not recalls["b"]["told_apart"]
    ends = confint_proportions_2indep(0, 9, 40, 40, compare="diff", method="newcomb")
    close((recalls["a"]["low"], recalls["a"]["high"]), ends)


def test_accuracy_alone_beside_the_rest_is_that_of_all_scores() -> None:
    """What the explorer tells is the same, and leaves out only the other scores of the rest."""
    lines = [("a", {"a": 0.9}), ("b", {"b": 0.6, "a": 0.4}), ("b", {"a": 0.7, "b": 0.3})] * 9
    source = source_of(single(lines), "predicted_as:a", "notebook")
    whole, short = scoring.scores_of(source).data, scoring.scores_of(source, beside=False).data
    rest, alone = whole.pop("rest"), short.pop("rest")
    assert {name: rest[name] for name in alone} == alone
    assert {*rest} - {*alone} == {"scores", "labels"}
    np.testing.assert_equal(short, whole)  # for which NaN is NaN


@pytest.mark.parametrize("label", ["a", "b"])
def test_few_records_that_are_all_right_are_not_certain(label: str) -> None:
    """No draw of a bootstrap differs from them; the intervals still leave room."""
    found = analysis.scores(single([("a", {"a": 0.9}), (label, {label: 0.9})] * 3)).data
    kinds = 1 if label == "a" else 2
    for name in ("accuracy", "f1_macro", "f1_micro", "recall_macro", "balanced_accuracy"):
        low, high = found["intervals"][name]
        assert 0.5 < low < 0.85, name
        assert high == 1
    low, high = found["intervals"]["mcc"]
    assert (low, high) == (-1, 1) if kinds == 1 else low < 0.6 and high == 1
    several = analysis.scores(multi([(["a"], {"a": 0.9}), (["b"], {"b": 0.9})] * 3)).data
    assert several["intervals"]["jaccard"][0] < 0.7


def test_many_labels_are_drawn_as_a_line_each() -> None:
    """Up to twenty labels have precision, recall and F1; more have F1 alone, as the title says."""
    for kinds, measures in ((20, {"precision", "recall", "F1"}), (21, {"F1"})):
        found = analysis.scores(single([(f"l{n}", {f"l{n}": 1.0}) for n in range(kinds)]))
        chart = found.visualize()
        assert {one["measure"] for one in chart.data.values} == measures
        assert chart.title.startswith("F1 of each label") == (kinds == 21)


def test_draws_of_equal_chance_are_multinomial() -> None:
    """Means, variances and covariances of 20,000 draws are those of the multinomial."""
    weights = np.array([1.0, 1, 1, 2, 40, 40, 3, 17])
    some = np.ones((len(weights), 1), bool)
    drawn = Pairs(some, some, weights).drawn(5, 20_000).weights
    share = weights / weights.sum()
    assert (drawn.sum(axis=1) == weights.sum()).all()
    covariance = weights.sum() * (np.diag(share) - np.outer(share, share))
    np.testing.assert_allclose(drawn.mean(axis=0), weights, rtol=0.03)
    np.testing.assert_allclose(np.cov(drawn.T), covariance, rtol=0.06, atol=0.06)


def test_an_explorer_stands_for_what_it_shows(home: Any) -> None:
    """Its query and filters choose the records; a further query narrows them."""
    lines = [("a", {"a": 0.9}), ("b", {"a": 0.8}), ("b", {"b": 6, "a": 4}), ("b", {"b": 7, "a": 3})]
    rb.log(single(lines), "shown", verbose=False)
    explorer = rb.explore("shown", query="annotated_as:b", filters={"predicted_as": ["b"]})
    assert analysis.scores(explorer).data["n"] == 2
    assert analysis.scores(explorer).data["rest"]["n"] == 2
    assert analysis.scores(explorer, "score:>0.65").data["n"] == 1


def test_cells_know_their_queries_and_confused_labels_stand_together() -> None:
    """Each cell's query finds its records; "a" and "c", taken for each other, are neighbours."""
    lines = [("a", {"c": 0.9})] * 3 + [("c", {"a": 0.9})] * 2 + [("b", {"b": 0.9}), ("d", {"b": 1})]
    data = single(lines)
    found = analysis.confusion_matrix(data, normalize="annotated").data
    places = {label: place for place, label in enumerate(found["labels"])}
    assert abs(places["a"] - places["c"]) == 1
    engine = analysis.source.source_of(data, None, "notebook").engine
    for row in found["labels"]:
        for column in found["labels"]:
            query = found["queries"].loc[row, column]
            assert engine.select(query).count == found["counts"].loc[row, column], query
    assert found["shares"].loc["a", "c"] == 1.0
    assert together(np.eye(4)).tolist() == [0, 1, 2, 3]


def test_what_is_unknown_is_refused() -> None:
    """A label, an order or data of a kind that nobody knows."""
    data = single([("a", {"a": 0.9})])
    with pytest.raises(ValueError, match=r"no label 'x'.*labels are a"):
        analysis.thresholds(data, label="x")
    with pytest.raises(ValueError, match="order is 'best'"):
        analysis.confusion_matrix(data, order="best")
    with pytest.raises(TypeError, match="data is int; give a dataset's name"):
        analysis.scores(3)


def test_a_label_may_be_named_as_a_score_is() -> None:
    """Its intervals and those of the score are both there, and the result prints them."""
    scored = {"accuracy": 1.0}
    found = analysis.scores(single([("accuracy", scored), ("labels", scored)]))
    assert found.data["intervals"]["accuracy"] == (found.data["low"], found.data["high"])
    assert found.data["intervals"]["labels"]["accuracy"]["recall"][1] == 1
    assert "accuracy: 0.5 (" in repr(found)
