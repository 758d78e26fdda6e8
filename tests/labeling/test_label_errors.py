"""Likely wrong annotations, as Rubrix found them with cleanlab."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest
from cleanlab.filter import find_label_issues

import rubrix_widget as rb
from rubrix_widget.errors import MissingExtraError, RecordError
from rubrix_widget.labeling.text_classification import find_label_errors

LABELS = ["a", "b", "c"]


def made(n: int = 120, seed: int = 3) -> tuple[list[rb.TextClassificationRecord], Any, Any]:
    """Return records of which some are annotated wrongly, with labels and scores as arrays."""
    generator = np.random.default_rng(seed)
    true = generator.integers(0, 3, n)
    scores = generator.dirichlet(np.ones(3), n) * 0.3
    scores[np.arange(n), true] += 0.7
    given = np.where(generator.random(n) < 0.1, (true + 1) % 3, true)
    records = [
        rb.TextClassificationRecord(
            text=f"t{at}",
            id=at,
            annotation=LABELS[given[at]],
            prediction=list(zip(LABELS, scores[at].tolist(), strict=True)),
        )
        for at in range(n)
    ]
    return records, given, scores


@pytest.mark.parametrize(
    ("sort_by", "ranked"), [("likelihood", "normalized_margin"), ("prediction", "self_confidence")]
)
def test_the_records_are_those_that_cleanlab_names(sort_by: Any, ranked: str) -> None:
    """In its order, each with its place in the metadata."""
    records, given, scores = made()
    found = find_label_errors(records, sort_by=sort_by)
    expected = find_label_issues(given, scores, return_indices_ranked_by=ranked, n_jobs=1)
    assert [one.id for one in found] == expected.tolist()
    assert [one.metadata["label_error_candidate"] for one in found] == list(range(len(found)))
    assert len(found) > 3


def test_unsorted_they_stand_as_they_were_given() -> None:
    """And nothing is written into them; records without annotation or prediction do not count."""
    records, _, _ = made()
    others = [
        rb.TextClassificationRecord(text="x"),
        rb.TextClassificationRecord(text="y", annotation="a"),
    ]
    found = find_label_errors([*others, *records], sort_by="none")
    ids = [one.id for one in found]
    assert ids == sorted(ids)
    assert all(one.metadata == {} for one in found)


def test_several_labels_are_known_by_the_records() -> None:
    """A record whose labels the model contradicts is found."""
    records = [
        rb.TextClassificationRecord(
            text=f"t{at}",
            id=at,
            annotation=["a"] if at % 2 else ["b"],
            prediction=[
                ("a", 0.9 if (at % 2) ^ (at == 7) else 0.1),
                ("b", 0.1 if (at % 2) ^ (at == 7) else 0.9),
            ],
            multi_label=True,
        )
        for at in range(60)
    ]
    assert 7 in [one.id for one in find_label_errors(records, sort_by="prediction")]


def test_what_cannot_be_judged_is_said() -> None:
    """No records, a label without a score, an annotation that nobody scored, a bad argument."""
    records, _, _ = made(6)
    with pytest.raises(RecordError, match="none of the records"):
        find_label_errors([rb.TextClassificationRecord(text="x")])
    bare = rb.TextClassificationRecord(text="x", id="bare", annotation="a", prediction=[("a", 1.0)])
    with pytest.raises(RecordError, match="'bare' has no score for the label 'b'"):
        find_label_errors([*records, bare])
    records[0].annotation = "z"
    with pytest.raises(RecordError, match="annotated as 'z'"):
        find_label_errors(records)
    with pytest.raises(ValueError, match="sort_by is 'best'"):
        find_label_errors(records, sort_by="best")
    with pytest.raises(ValueError, match="multi_label is decided"):
        find_label_errors(records, multi_label=True)


def test_the_predictions_of_one_agent_are_asked() -> None:
    """As if they were the only ones; an agent that there is not is named with those there are."""
    records, given, scores = made()
    beside = [
        rb.TextClassificationRecord(
            text=one.text,
            id=one.id,
            annotation=one.annotation,
            prediction={"sure": [(str(one.annotation), 1.0)], "real": one.prediction},
        )
        for one in records
    ]
    beside.append(
        rb.TextClassificationRecord(text="z", annotation="a", prediction={"sure": [("a", 1.0)]})
    )
    expected = find_label_issues(given, scores, return_indices_ranked_by="normalized_margin")
    assert [one.id for one in find_label_errors(beside, agent="real")] == expected.tolist()
    with pytest.raises(ValueError, match="no agent 'other'; agents are sure, real"):
        find_label_errors(beside, agent="other")
    with pytest.raises(ValueError, match="no agent 'real'; no prediction here has an agent"):
        find_label_errors(records, agent="real")


def test_without_cleanlab_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what there is without it."""
    whole = builtins.__import__

    def lacking(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("cleanlab"):
            raise ImportError(name)
        return whole(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(MissingExtraError, match=r"rubrix-widget\[cleanlab\]"):
        find_label_errors(made(6)[0])
