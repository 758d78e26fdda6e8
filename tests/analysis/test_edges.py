"""No records, one, all right, all wrong, nothing predicted, ties: a number or NaN, no error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.metrics import commons
from rubrix_widget.metrics.text_classification import f1, f1_multilabel

# Prediction and annotation of each record; lists are of several labels.
ONE: dict[str, list[tuple[Any, Any]]] = {
    "none": [],
    "one right": [([("x", 1.0)], "x")],
    "one wrong": [([("x", 1.0)], "y")],
    "all right": [([("x", 1.0)], "x")] * 40,
    "all wrong": [([("x", 1.0)], "y")] * 40,
    "only predicted": [([("x", 0.5), ("y", 0.5)], None)] * 3,
    "only annotated": [(None, "x")] * 3,
    "ties": [([("x", 0.5), ("y", 0.5)], "x"), ([("x", 0.5), ("y", 0.5)], "y")] * 20,
    "a prediction of no label": [([], "x"), ([("x", 1.0)], "x")],
    "two models": [({"p": [("x", 0.9)], "q": [("y", 0.8)]}, "x")],
}
SEVERAL: dict[str, list[tuple[Any, Any]]] = {
    "nothing at all": [(None, None)] * 3,
    "sets without labels": [([], [])] * 3,
    "nothing predicted": [([], ["x"])] * 3,
    "nothing annotated": [([("x", 0.9)], [])] * 3,
    "a score of a half": [([("x", 0.5), ("y", 1.0)], ["x"])] * 3,
}
MEASURES = [
    *(analysis.scores, analysis.confusion_matrix, analysis.calibration, analysis.thresholds),
    *(analysis.error_words, analysis.slices, analysis.label_errors, analysis.contradictions),
    *(analysis.what_if, analysis.report),
]


def records(lines: list[tuple[Any, Any]], *, several: bool) -> list[rb.TextClassificationRecord]:
    texts = ("a fine film indeed", "!!! …", "a fine film")
    return [
        rb.TextClassificationRecord(
            text=texts[at % 3], prediction=guess, annotation=label, multi_label=several
        )
        for at, (guess, label) in enumerate(lines)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("query", [None, "text:fine", "text:nowhere"])
@pytest.mark.parametrize("case", [*ONE, *SEVERAL])
def test_nothing_is_an_error(home: Path, case: str, query: str | None) -> None:
    """Every analysis answers, prints and draws, in memory and logged.

    Altair reads what is drawn once for each case, which takes it longer than all else here.
    """
    several = case in SEVERAL
    lines = SEVERAL[case] if several else ONE[case]
    in_memory = rb.DatasetForTextClassification(records(lines, several=several))
    named: list[Any] = [commons.text_length, commons.records_status, commons.keywords]
    named.append(f1_multilabel if several else f1)
    rb.log(records(lines, several=several), "logged", verbose=False) if lines else None
    for data in (in_memory, "logged")[: 2 if lines else 1]:
        compared = [analysis.compare] if case == "two models" else []
        for measure in (*MEASURES, *compared, *(named if data == "logged" else [])):
            found: Any = measure(data, query)  # type: ignore[operator]
            assert repr(found)
            if isinstance(found, analysis.Report):
                assert found.html
                assert found.markdown
            elif data is in_memory and query != "text:nowhere":
                assert found.visualize().to_dict()
            else:
                assert found.spec()


def test_numbers_are_those_of_their_definition() -> None:
    """Of one right record all is 1, of wrong ones 0; of none there is no number."""
    of = {
        case: analysis.scores(rb.DatasetForTextClassification(records(lines, several=False))).data
        for case, lines in ONE.items()
    }
    assert [of[case]["accuracy"] for case in ("one right", "all right")] == [1.0, 1.0]
    assert [of[case]["f1_macro"] for case in ("one wrong", "all wrong")] == [0.0, 0.0]
    assert [of[case]["n"] for case in ("none", "only predicted", "only annotated")] == [0, 0, 0]
    assert np.isnan([of[case]["accuracy"] for case in ("none", "only predicted")]).all()
    assert of["a prediction of no label"]["n"] == 1
    half = rb.DatasetForTextClassification(records(SEVERAL["a score of a half"], several=True))
    assert analysis.scores(half).data["labels"]["x"]["predicted"] == 0
    empty = rb.DatasetForTextClassification(records(SEVERAL["sets without labels"], several=True))
    found = analysis.scores(empty).data
    assert (found["accuracy"], found["jaccard"]) == (1.0, 1.0)
