"""Contradictions and label errors against what comparing every pair says."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.analysis.source import source_of
from rubrix_widget.analysis.texts import texts_of

words = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=9)
lines = st.lists(st.tuples(words, st.sampled_from(["x", "y", None]), st.booleans()), max_size=14)


def made(given_: list[Any]) -> rb.DatasetForTextClassification:
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=" ".join(one) or "…",
                id=number,
                annotation=label,
                metadata={"split": "train" if part else "test"},
            )
            for number, (one, label, part) in enumerate(given_)
        ]
    )


def contains(outer: list[str], inner: list[str]) -> bool:
    size = len(inner)
    return any(outer[at : at + size] == inner for at in range(len(outer) - size + 1))


@settings(max_examples=150, deadline=None)
@given(lines, st.sampled_from([0.4, 0.5, 0.8, 1.0]))
def test_pairs_are_those_of_comparing_every_two(given_: list[Any], similarity: float) -> None:
    """Identical, near and contained texts with another label, and texts in both parts."""
    found = analysis.contradictions(made(given_), similarity=similarity, contained=2, most=10**6)
    texts = [one for one, _, _ in given_]
    expected: dict[str, set[Any]] = {"near": set(), "contained": set()}
    for one, other in combinations(range(len(given_)), 2):
        a, b = texts[one], texts[other]
        if not a or not b or None in (given_[one][1], given_[other][1]):
            continue
        if given_[one][1] == given_[other][1]:
            continue
        if a != b and len({*a} & {*b}) / len({*a} | {*b}) >= similarity - 1e-9:
            expected["near"].add((str(one), str(other)))
        for inner, outer in ((one, other), (other, one)):
            longer = len(texts[outer]) > len(texts[inner]) >= 2
            if longer and contains(texts[outer], texts[inner]):
                expected["contained"].add((str(inner), str(outer)))
    table = found.data["table"]
    for kind, pairs in expected.items():
        ids = table["ids"][table["kind"] == kind]
        assert {tuple(one) for one in ids} == pairs, kind
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, one in enumerate(texts):
        if one:
            groups.setdefault(tuple(one), []).append(number)
    for kind, of in (("identical", 1), ("leakage", 2)):
        several = [
            {str(n) for n in group if given_[n][of] is not None}
            for group in groups.values()
            if len({given_[n][of] for n in group if given_[n][of] is not None}) > 1
        ]
        ids = table["ids"][table["kind"] == kind]
        assert sorted(map(sorted, several)) == sorted(sorted(one) for one in ids), kind
        assert found.data["counts"][kind] == len(several)


def test_the_query_of_a_row_finds_its_records() -> None:
    """Whatever the ids are."""
    records = [
        rb.TextClassificationRecord(text="A fine film!", id='a "b" OR c', annotation="good"),
        rb.TextClassificationRecord(text="a fine film", id="d:e", annotation="bad"),
    ]
    data = rb.DatasetForTextClassification(records)
    (row,) = analysis.contradictions(data).data["table"].itertuples()
    engine = source_of(data, None, "notebook").engine
    assert engine.select(row.query).count == 2
    assert row.ids == ['a "b" OR c', "d:e"]


def test_each_kind_is_told_in_full_and_shown_in_part() -> None:
    """`most` bounds the rows, never the counts."""
    given_ = [(["a", chr(98 + n)], label, True) for n in range(10) for label in ("x", "y")]
    found = analysis.contradictions(made(given_), most=3).data
    assert found["counts"]["identical"] == 10
    assert (found["table"]["kind"] == "identical").sum() == 3
    with pytest.raises(ValueError, match="similarity is 2"):
        analysis.contradictions(made(given_), similarity=2)


def test_a_large_group_is_counted_in_full_and_named_in_part() -> None:
    """Of 60 records with one text the row tells 60, and names the first 50."""
    found = analysis.contradictions(made([(["a"], "xy"[n % 2], True) for n in range(60)])).data
    (row,) = found["table"].itertuples()
    assert (row.records, row.ids) == (60, [str(n) for n in range(50)])


def test_words_are_hashed_wherever_they_stand() -> None:
    """The same stretch has one hash at the start, in the middle and at the end of a text."""
    given_ = [(["a", "b", "c"], "x", True), (["d", "a", "b", "c", "e"], "y", True)]
    source = source_of(made(given_), None, "notebook")
    texts = texts_of(source.engine, np.ones(2, bool))
    inner, outer = texts.within(3)
    assert (inner.tolist(), outer.tolist()) == ([0], [1])


scores = st.dictionaries(st.sampled_from("xyz"), st.floats(0, 1), min_size=1)


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
    found = analysis.label_errors(rb.DatasetForTextClassification(records)).data
    given_ = [
        (label, {k: dict(r.prediction).get(k, 0.0) for k in "xyz"})
        for (label, _), r in zip(given_, records, strict=True)
    ]
    enough = {
        name: np.mean([s[name] for label, s in given_ if label == name] or [np.inf])
        for name in "xyz"
    }
    expected = {}
    for number, (label, one) in enumerate(given_):
        others = [one[name] for name in "xyz" if name != label]
        sure = {name: one[name] for name in "xyz" if one[name] >= enough[name]}
        best = max(sure, key=lambda name: sure[name]) if sure else label
        tie = label in sure and sure[label] == sure.get(best)
        expected[str(number)] = (one[label], one[label] - max(others), best != label, tie)
    table = found["table"]
    assert table["normalized_margin"].is_monotonic_increasing
    for row in table.itertuples():
        confidence, margin, candidate, tie = expected[row.id]
        assert row.self_confidence == pytest.approx(confidence)
        assert row.normalized_margin == pytest.approx(margin)
        assert tie or row.candidate == candidate
    assert found["n"] == len(given_)


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
            ]
        )
    ]
    table = analysis.label_errors(rb.DatasetForTextClassification(records)).data["table"]
    assert table["id"].tolist() == ["1", "2", "0"]
    assert table["prediction"].iloc[0] == "y"
    assert table["candidate"].tolist() == [True, False, False]


def test_nothing_to_rank_is_no_error() -> None:
    """Without scores, annotations or words there are empty tables."""
    data = rb.DatasetForTextClassification([rb.TextClassificationRecord(text="…")])
    for measure in (analysis.label_errors, analysis.contradictions):
        found = measure(data)
        assert len(found.data["table"]) == 0
        found.visualize().to_dict()
    with pytest.raises(ValueError, match="sort_by is 'best'"):
        analysis.label_errors(data, sort_by="best")
