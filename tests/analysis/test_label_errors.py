"""The ranking of label errors against the paper, cleanlab, and records one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from cleanlab.count import compute_confident_joint
from hypothesis import given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.analysis.source import queries_of_ids, query_of_ids, source_of

scores = st.dictionaries(st.sampled_from("xyz"), st.floats(0, 1), min_size=1)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("xyz"), scores), min_size=1, max_size=12))
def test_label_errors_are_ranked_as_the_paper_says(given_: list[Any]) -> None:
    """Self-confidence, normalised margin and the confident joint, computed one by one."""
    records = []
    for number, (label, one) in enumerate(given_):
        prediction = [(name, value / 3) for name, value in one.items()]
        records.append(
            rb.TextClassificationRecord(
                text=f"t{number}", id=number, annotation=label, prediction=prediction
            )
        )
    data = rb.DatasetForTextClassification(records)
    found = analysis.label_errors(data).data
    given_ = [
        (label, {k: dict(r.prediction).get(k, 0.0) for k in "xyz"})
        for (label, _), r in zip(given_, records, strict=True)
    ]
    labels = source_of(data, None, "notebook").engine.columns.logged.sets.labels
    own = {name: [s[name] for label, s in given_ if label == name] for name in labels}
    means = {name: sum(some) / len(some) if some else np.inf for name, some in own.items()}
    enough = {name: max(mean, 2e-6) - 1e-6 for name, mean in means.items()}
    expected = {}
    for number, (label, one) in enumerate(given_):
        others = [one[name] for name in "xyz" if name != label]
        sure = {name: one[name] for name in labels if one[name] >= enough[name]}
        best = max(sure, key=lambda name: sure[name]) if sure else label  # of equal ones the first
        expected[str(number)] = (one[label], one[label] - max(others), best != label)
    table = found["table"]
    ranks = [(row.normalized_margin, int(row.id)) for row in table.itertuples()]
    assert ranks == sorted(ranks)
    half = len(table) // 2
    first = analysis.label_errors(data, most=half).data["table"]
    assert first.to_dict("list") == table[:half].to_dict("list")
    for row in table.itertuples():
        confidence, margin, candidate = expected[row.id]
        label, one = given_[int(row.id)]
        best = max(one[name] for name in "xyz" if name != label)
        assert row.prediction != label
        assert one[row.prediction] == best if best else row.prediction == ""
        assert row.self_confidence == pytest.approx(confidence)
        assert row.normalized_margin == pytest.approx(margin)
        assert row.candidate == candidate
    assert found["n"] == len(given_)


@pytest.mark.parametrize("multi_label", [False, True])
def test_few_records_at_once_are_ranked_as_all_together(
    multi_label: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record never meets the scores of another one."""
    draw = np.random.default_rng(4)
    records = []
    for number in range(60):
        label, scores = "xyz"[draw.integers(3)], (draw.dirichlet(np.ones(3)) ** 2).tolist()
        names = draw.permutation(list("xyz"))[: draw.integers(1, 4)].tolist()
        records.append(
            rb.TextClassificationRecord(
                text="t",
                id=number,
                annotation=[label] if multi_label else label,
                prediction=list(zip(names, scores, strict=False)),
                multi_label=multi_label,
            )
        )
    data = rb.DatasetForTextClassification(records)
    whole = analysis.label_errors(data).data
    monkeypatch.setattr("rubrix_widget.analysis.mislabelled._AT_ONCE", 7)
    assert 0 < whole["candidates"] < 60
    pd.testing.assert_frame_equal(analysis.label_errors(data).data["table"], whole["table"])


odd = st.text() | st.sampled_from(["or", "Not", "note", "and-1", "-a", "a--b", "é123", "abcd\n"])


@given(st.lists(st.none() | odd | st.from_regex(r"[\w.-]{0,6}", fullmatch=True)))
def test_queries_of_many_ids_are_those_of_each(ids: list[str | None]) -> None:
    """Whatever is in them."""
    found = queries_of_ids(pa.array(ids, pa.large_string())).to_pylist()
    assert found == [query_of_ids([one]) for one in ids]


def test_labels_of_several_are_looked_at_one_by_one() -> None:
    """A label that is annotated and scored low, or not annotated and scored high, stands out."""
    records = [
        rb.TextClassificationRecord(
            text=str(number), id=number, annotation=labels, prediction=scored, multi_label=True
        )
        for number, (labels, scored) in enumerate(
            [
                (["x"], [("x", 0.9), ("y", 0.1)]),
                (["x"], [("x", 0.8), ("y", 0.95)]),
                ([], [("x", 0.3)]),
                (["x", "y"], [("x", 0.85), ("y", 0.9)]),
            ]
        )
    ]
    table = analysis.label_errors(rb.DatasetForTextClassification(records)).data["table"]
    assert table["id"].tolist() == ["1", "2", "3", "0"]
    assert table["prediction"].iloc[0] == "y"
    assert table["candidate"].tolist() == [True, False, False, False]


@pytest.mark.parametrize("multi_label", [False, True])
def test_candidates_are_in_the_confident_joint_of_cleanlab(multi_label: bool) -> None:
    """Off its diagonal; of several labels in that of any label, which is one of two."""
    draw = np.random.default_rng(6)
    scores = draw.dirichlet(np.ones(2), 80)
    annotated = draw.random((80, 2)) < scores**0.5 if multi_label else np.eye(2)[draw.choice(2, 80)]
    data = _scored_as(annotated, scores, multi_label)
    found = analysis.label_errors(data).data["table"]
    doubtful = set[int]()
    given_ = annotated if multi_label else annotated[:, 1:]
    for label, given_label in zip((0, 1) if multi_label else (1,), given_.T, strict=True):
        both = np.column_stack([1 - scores[:, label], scores[:, label]])
        _, off = compute_confident_joint(
            given_label.astype(int), both, calibrate=False, return_indices_of_off_diagonals=True
        )
        doubtful |= {*off.tolist()}
    assert 5 < len(doubtful) < 60
    assert {int(one) for one in found["id"][found["candidate"]]} == doubtful


def test_scores_that_are_all_the_same_reach_their_mean() -> None:
    """Rounded up though it may be: who is always as sure doubts whatever is annotated otherwise."""
    annotated = np.eye(2)[[0] * 3 + [1] * 3]
    data = _scored_as(annotated, np.array([[0.1, 0.0]] * 6), multi_label=False)
    table = analysis.label_errors(data).data["table"].set_index("id")
    assert sum([0.1] * 3) / 3 > 0.1
    assert table["candidate"].to_dict() == {str(n): n > 2 for n in range(6)}


def _scored_as(annotated: Any, scores: Any, multi_label: bool) -> rb.DatasetForTextClassification:
    """Return records of two labels, x and y, by what is annotated and the scores."""
    names = [[name for name, one in zip("xy", row, strict=True) if one] for row in annotated]
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text="t",
                id=number,
                annotation=labels if multi_label else labels[0],
                prediction=list(zip("xy", row.tolist(), strict=True)),
                multi_label=multi_label,
            )
            for number, (labels, row) in enumerate(zip(names, scores, strict=True))
        ]
    )


def test_no_label_is_said_to_be_preferred_that_has_no_score() -> None:
    """Neither another one of the dataset nor the annotated one itself."""
    records = [
        rb.TextClassificationRecord(text=one, id=one, annotation=one, prediction=scored)
        for one, scored in [("x", [("x", 0.9)]), ("z", [("x", 0.0), ("z", 0.8)]), ("y", [("x", 1)])]
    ]
    table = analysis.label_errors(rb.DatasetForTextClassification(records)).data["table"]
    assert table.set_index("id")["prediction"].to_dict() == {"x": "", "z": "", "y": "x"}
    alone = analysis.label_errors(rb.DatasetForTextClassification(records[:1])).data["table"]
    assert alone["prediction"].tolist() == [""]


def test_nothing_to_rank_is_no_error() -> None:
    """Without scores, annotations or words there are empty tables."""
    data = rb.DatasetForTextClassification([rb.TextClassificationRecord(text="…")])
    for measure in (analysis.label_errors, analysis.contradictions):
        found = measure(data)
        assert len(found.data["table"]) == 0
        found.visualize().to_dict()
    with pytest.raises(ValueError, match="sort_by is 'best'"):
        analysis.label_errors(data, sort_by="best")
