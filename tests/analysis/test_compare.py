"""Two models on the same records, against statsmodels, scikit-learn and plain Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.contingency_tables import mcnemar as reference

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.engine.memory import engine_of
from rubrix_widget.metrics import text_classification
from rubrix_widget.metrics.pairing import kappa, mcnemar, paired_difference

LABELS = ["a", "b", "c"]
LABEL = st.sampled_from(LABELS)


def dataset(lines: list[tuple[str, str, str]]) -> rb.DatasetForTextClassification:
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=f"word{at} {['odd', 'even'][at % 2]}",
                id=at,
                prediction={"old": [(old, 0.9)], "new": [(new, 0.8)]},
                annotation=label,
            )
            for at, (label, old, new) in enumerate(lines)
        ]
    )


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemars_test_is_that_of_statsmodels(fixed: int, broken: int) -> None:
    """Exact below 25 discordant pairs, corrected chi-squared from there on."""
    found = mcnemar(fixed, broken)
    exact = fixed + broken < 25
    wanted = reference([[0, broken], [fixed, 0]], exact=exact, correction=True)
    assert found.exact is exact
    assert found.statistic == pytest.approx(wanted.statistic, abs=1e-12)
    assert found.p == pytest.approx(wanted.pvalue, abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "digits", "low", "high"),
    [
        # D. G. Altman et al., "Statistics with confidence" (2000), table 6.2.
        ((14, 0, 5, 22), 2, 0.01, 0.23),
        # M. W. Fagerland, S. Lydersen, P. Laake, "Statistical analysis of contingency tables"
        # (2017), chapter 8: Bentur et al., 2009, and Cavo et al., 2012, whose interval the tests of
        # the R package contingencytables have too.
        ((1, 7, 1, 12), 3, -0.507, -0.026),
        ((59, 6, 16, 80), 4, 0.0046, 0.1186),
    ],
)
def test_the_paired_interval_is_that_of_published_examples(
    counts: tuple[int, int, int, int], digits: int, low: float, high: float
) -> None:
    """Newcombe's method 10, as textbooks have it."""
    found = paired_difference(*counts)
    assert [round(end, digits) for end in found] == [low, high]


def test_the_paired_interval_turns_with_the_pair() -> None:
    """Whoever is called the first, the interval is the same, up to its sign."""
    low, high = paired_difference(14, 0, 5, 22)
    assert paired_difference(14, 5, 0, 22) == pytest.approx((-high, -low), abs=1e-12)
    assert paired_difference(5, 0, 0, 5)[0] <= 0 <= paired_difference(5, 0, 0, 5)[1]


def test_the_paired_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Of 2,000 samples of known models, 93 to 98 in a hundred intervals hold the difference."""
    rng = np.random.default_rng(0)
    for shares in ([0.7, 0.1, 0.1, 0.1], [0.6, 0.05, 0.25, 0.1], [0.9, 0.06, 0.03, 0.01]):
        drawn = rng.multinomial(80, shares, 2000).tolist()
        bounds = np.array([paired_difference(*counts) for counts in drawn])
        truth = shares[2] - shares[1]
        held = float(((bounds[:, 0] <= truth) & (truth <= bounds[:, 1])).mean())
        assert 0.93 <= held <= 0.985


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    """Cohen's kappa of any two sequences of codes; NaN where both say one thing alone."""
    one, other = np.array(pairs).T
    if len({*one.tolist(), *other.tolist()}) == 1:
        assert np.isnan(kappa(one, other))
    else:
        assert kappa(one, other) == pytest.approx(cohen_kappa_score(one, other), abs=1e-12)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(LABEL, LABEL, LABEL), min_size=1, max_size=30))
def test_counts_and_their_queries_are_those_of_plain_python(
    lines: list[tuple[str, str, str]],
) -> None:
    """Each outcome counts the records that its query finds, of each label too."""
    made = dataset(lines)
    found = analysis.compare(made).data
    outcomes = {(1, 1): "both_right", (0, 1): "fixed", (1, 0): "broken", (0, 0): "both_wrong"}
    each = [outcomes[old == label, new == label] for label, old, new in lines]
    engine = engine_of(made.table)
    for name in outcomes.values():
        assert found[name] == each.count(name)
        positions = engine.select(found["queries"][name]).hits.positions.tolist()
        assert positions == [at for at, one in enumerate(each) if one == name]
        for label, row in found["labels"].iterrows():
            mine = [one for one, line in zip(each, lines, strict=True) if line[0] == label]
            assert row[name] == mine.count(name)
    assert found["accuracy"]["new"]["accuracy"] == pytest.approx(
        sum(new == label for label, _, new in lines) / len(lines)
    )
    back = analysis.compare(made, agents=("new", "old")).data
    assert (back["fixed"], back["broken"]) == (found["broken"], found["fixed"])
    assert engine.select(back["queries"]["fixed"]).count == back["fixed"]
    assert back["difference"] == pytest.approx(-found["difference"])


def several() -> rb.DatasetForTextClassification:
    """Records on which the new model fails where the old one does not, and only on "odd" ones."""
    rng = np.random.default_rng(3)
    lines = []
    for at in range(1200):
        label = LABELS[int(rng.integers(3))]
        wrong = LABELS[(LABELS.index(label) + 1) % 3]
        old = wrong if rng.random() < 0.1 else label
        new = wrong if rng.random() < (0.5 if at % 2 == 0 else 0.02) else label
        lines.append((label, old, new))
    return dataset(lines)


def test_every_measure_can_be_of_one_agent() -> None:
    """With `agent`, each function answers as on records whose only prediction is that agent's."""
    made = several()
    alone = rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=one.text,
                id=one.id,
                prediction=(one.predictions or {})["new"],
                annotation=one.annotation,
            )
            for one in made
        ]
    )
    for measure in (
        analysis.scores,
        analysis.calibration,
        analysis.thresholds,
        analysis.confusion_matrix,
        analysis.error_words,
        analysis.label_errors,
        analysis.slices,
    ):
        ours: Any = measure(made, agent="new").data  # type: ignore[operator]
        theirs: Any = measure(alone).data  # type: ignore[operator]
        for name, value in theirs.items():
            if isinstance(value, pd.DataFrame):
                value = value.replace("predicted_as:", "predicted_as@new:", regex=True)
                value = value.replace(r"\bpredicted:", "predicted@new:", regex=True)
                value = value.replace(r"\bscore:", "score@new:", regex=True)
                pd.testing.assert_frame_equal(ours[name], value)
            else:
                assert ours[name] == value or value != value
    rb.log(made, "of-two")
    rb.log(alone, "of-one")
    ours, theirs = (text_classification.f1(*one) for one in (("of-two",), ("of-one",)))
    assert ours.data != theirs.data
    ours = text_classification.f1("of-two", "text:even", agent="new")
    assert ours.data == text_classification.f1("of-one", "text:even").data
    assert (ours.dataset, ours.query) == ("of-two (new)", "text:even")
    for one in ("of-two", "of-one"):
        rb.relabel(one, "a", query="odd", agent="ada")
    corrected = analysis.what_if("of-two", agent="new").data
    same = analysis.what_if("of-one").data
    assert corrected["queries"]["fixed"] == "predicted_before@new:ko AND predicted@new:ok"
    pd.testing.assert_frame_equal(corrected["table"], same["table"])
    ours, theirs = (one["labels"].drop(columns="query") for one in (corrected, same))
    pd.testing.assert_frame_equal(ours, theirs)
    assert analysis.report(made, "text:odd", agent="new").data == (
        analysis.report(alone, "text:odd").data
    )
    with pytest.raises(ValueError, match="no agent 'c'; agents are old, new"):
        analysis.scores(made, agent="c")
    with pytest.raises(ValueError, match="no agent 'new'; no prediction here has an agent's name"):
        analysis.scores(alone, agent="new")
    with pytest.raises(ValueError, match="each record here has the prediction of one"):
        analysis.compare(alone)


def test_the_only_agent_may_be_named() -> None:
    """Where all predictions are of one agent, naming it measures them; another one is refused."""
    made = rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=text, prediction=[("a", 0.9)], annotation=label, prediction_agent="bert"
            )
            for text, label in [("one", "a"), ("two", "b")]
        ]
    )
    named = analysis.confusion_matrix(made, agent="bert").data["counts"]
    assert named.equals(analysis.confusion_matrix(made).data["counts"])
    with pytest.raises(ValueError, match="no agent 'gpt'; agents are bert"):
        analysis.scores(made, agent="gpt")


def test_only_records_that_both_predict_are_paired() -> None:
    """Of any two of three agents; how many they are is told, and each outcome's query finds it."""
    lines = [
        ("a", "a", "b", "a"),
        ("a", "a", None, "a"),
        ("b", "a", "b", None),
        ("b", "b", "b", "a"),
    ]
    made = rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=f"t{at}",
                annotation=label,
                prediction={
                    name: one and [(one, 0.9)] for name, one in zip("xyz", given, strict=True)
                },
            )
            for at, (label, *given) in enumerate(lines)
        ]
    )
    engine = engine_of(made.table)
    for pair, n, fixed, broken in (
        (("x", "y"), 3, 1, 1),
        (("y", "z"), 2, 1, 1),
        (("x", "z"), 3, 0, 1),
    ):
        found = analysis.compare(made, agents=pair)
        assert (found.n, found.data["fixed"], found.data["broken"]) == (n, fixed, broken)
        for name in ("fixed", "broken", "both_wrong", "both_right"):
            assert engine.select(found.data["queries"][name]).count == found.data[name]
    with pytest.raises(ValueError, match="no agent 'w'; agents are x, y, z"):
        analysis.compare(made, agents=("x", "w"))
    with pytest.raises(ValueError, match="name two different ones of x, y, z"):
        analysis.compare(made, agents=("x", "x"))


def test_slices_in_which_one_model_is_worse_than_the_other() -> None:
    """Looked for against another agent, a slice is where the one breaks what the other has right.

    Its query finds such records, among them more than among all others.
    """
    made = several()
    found = analysis.slices(made, agent="new", against="old").data
    assert found["wrong"] == analysis.compare(made).data["broken"]
    assert "text:odd" in found["table"]["query"].tolist()
    other_way = analysis.slices(made, agent="old", against="new").data["table"]
    assert not any("text:odd" in query for query in other_way["query"])


def test_it_can_be_drawn_and_printed() -> None:
    """A chart of wins and losses by label, and the numbers in print."""
    found = analysis.compare(several())
    assert "new against old of 1,200 records" in repr(found)
    share = found.data["accuracy"]["new"]["accuracy"]
    assert f"accuracy of new: {share:.4g} (" in repr(found)
    drawn: Any = found.visualize()
    assert {one["part"] for one in drawn.data.values} == {"fixed", "broken"}
    assert drawn.to_dict()["mark"]["type"] == "bar"


def test_two_real_models(shared_data: Path) -> None:
    """Two BERT models on SST-5: the table and the test are those of pandas and statsmodels."""
    frame = pd.read_parquet(shared_data / "sst5_bert.parquet")
    made = rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=text, annotation=label, prediction={"bert": list(one), "bert2": list(two)}
            )
            for text, label, one, two in zip(
                *(frame[name] for name in ("text", "label", "prediction", "prediction_bert2")),
                strict=True,
            )
        ]
    )
    best = {
        name: frame[name].map(lambda p: max(p, key=lambda one: one["score"])["label"])
        for name in ("prediction", "prediction_bert2")
    }
    was, now = (best[name] == frame["label"] for name in best)
    found = analysis.compare(made).data
    table = [[(was & now).sum(), (was & ~now).sum()], [(~was & now).sum(), (~was & ~now).sum()]]
    assert [[found["both_right"], found["broken"]], [found["fixed"], found["both_wrong"]]] == table
    wanted = reference(table, exact=False, correction=True)
    assert found["p"] == pytest.approx(wanted.pvalue, abs=1e-12)
    assert found["kappa"] == pytest.approx(cohen_kappa_score(*best.values()), abs=1e-12)
