"""Figures of real data sets against scikit-learn, cleanlab, pandas and independent counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from cleanlab.count import compute_confident_joint
from cleanlab.rank import get_label_quality_scores
from sklearn import metrics as sklearn
from sklearn.calibration import calibration_curve
from sklearn.preprocessing import MultiLabelBinarizer

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.index import tokens
from tests.analysis.made import close

# Name, prediction, and whether every label has a score in each record.
SINGLE = [
    ("sst2", "prediction", True),
    ("sst2", "prediction_nbsvm", True),
    ("sst2", "prediction_fit", True),
    ("banking77", "prediction", False),
    ("sst5_bert", "prediction", True),
    ("sst5_bert", "prediction_bert2", True),
    ("trec_bert", "prediction", True),
    ("subj_gptj", "prediction", True),
]


def read(folder: Path, name: str, prediction: str = "prediction") -> tuple[Any, pd.DataFrame]:
    """Return a set as records, and as a DataFrame for others to measure."""
    table = pq.read_table(folder / f"{name}.parquet")
    label = "labels" if "labels" in table.column_names else "label"
    names = ["id", "text", *({"split"} & {*table.column_names})]
    chosen = table.select(names).append_column("annotation", table[label])
    chosen = chosen.append_column("prediction", table[prediction])
    given = rb.DatasetForTextClassification.from_datasets(
        datasets.Dataset(chosen), metadata=names[2:] or None
    )
    return given, chosen.to_pandas()


@pytest.mark.parametrize(("name", "prediction", "complete"), SINGLE)
def test_one_label_a_record(shared_data: Path, name: str, prediction: str, complete: bool) -> None:
    """Scores, matrix, calibration and losses, and right and wrong as they were counted."""
    data, frame = read(shared_data, name, prediction)
    counted = json.loads((shared_data / "expected_counts.json").read_text("utf-8"))
    frame = frame[frame["prediction"].notna() & frame["annotation"].notna()]
    best = frame["prediction"].map(lambda p: max(p, key=lambda one: one["score"]))
    truth, guess = frame["annotation"].to_numpy(), np.array([one["label"] for one in best])
    top = np.array([float(one["score"]) for one in best])
    found = analysis.scores(data).data
    expected = counted[name]["prediction" if name not in counted else prediction]
    right = expected["predicted:ok"]
    assert (found["n"], round(found["accuracy"] * found["n"])) == (expected["predicted"], right)
    labels = sorted({*truth, *guess})
    each = sklearn.precision_recall_fscore_support(truth, guess, labels=labels, zero_division=0)
    for at, label in enumerate(labels):
        for measure, values in zip(("precision", "recall", "f1", "support"), each, strict=True):
            close(found["labels"][label][measure], values[at])
    for average in ("macro", "micro"):
        close(
            [found[f"{one}_{average}"] for one in ("precision", "recall", "f1")],
            sklearn.precision_recall_fscore_support(truth, guess, average=average, zero_division=0)[
                :3
            ],
        )
    close(found["balanced_accuracy"], sklearn.balanced_accuracy_score(truth, guess))
    close(found["mcc"], sklearn.matthews_corrcoef(truth, guess))
    matrix = analysis.confusion_matrix(data).data
    close(matrix["counts"], sklearn.confusion_matrix(truth, guess, labels=matrix["labels"]))
    for one, other, count in expected["commonest ko (annotated, predicted)"]:
        assert matrix["counts"].loc[one, other] == count
    measured = analysis.calibration(data).data
    close(measured["brier"], np.mean((top - (truth == guess)) ** 2))
    for kind, strategy in (("bins", "uniform"), ("bins_equal_mass", "quantile")):
        shares, means = calibration_curve(truth == guess, top, n_bins=10, strategy=strategy)
        filled = measured[kind][measured[kind]["n"] > 0]
        close(filled["accuracy"], shares)
        close(filled["score"], means)
    if complete:
        whole = np.array(
            [[{o["label"]: float(o["score"]) for o in p}[one] for one in labels]
             for p in frame["prediction"]]
        )  # fmt: skip
        losses = -np.log(whole[np.arange(len(truth)), np.searchsorted(labels, truth)])
        close(measured["log_loss"], losses.mean())
        hot = truth[:, None] == np.array(labels)
        close(measured["brier_labels"], ((whole - hot) ** 2).sum(axis=1).mean())
        if np.abs(whole.sum(axis=1) - 1).max() < 1e-9:  # else scikit-learn refuses them
            close(measured["log_loss"], sklearn.log_loss(truth, whole, labels=labels))
    assert measured["log_loss_n"] <= len(truth)


def test_several_labels_a_record(shared_data: Path) -> None:
    """Of GoEmotions: averages, exact match, Jaccard; most records have no label above 0.5."""
    data, frame = read(shared_data, "goemotions")
    guess = frame["prediction"].map(lambda p: [o["label"] for o in p if o["score"] > 0.5])
    labels = sorted({label for one in (*frame["annotation"], *guess) for label in one})
    binary = MultiLabelBinarizer(classes=labels)
    y, p = binary.fit_transform(frame["annotation"]), binary.fit_transform(guess)
    counted = json.loads((shared_data / "expected_counts.json").read_text("utf-8"))
    expected = counted["goemotions"]["prediction"]
    assert int((p.sum(axis=1) == 0).sum()) == expected["no label over 0.5"]
    found = analysis.scores(data).data
    assert round(found["accuracy"] * found["n"]) == expected["multi_label ok"]
    close(found["accuracy"], sklearn.accuracy_score(y, p))
    close(found["jaccard"], sklearn.jaccard_score(y, p, average="samples", zero_division=1))
    for average in ("macro", "micro"):
        wanted = sklearn.precision_recall_fscore_support(y, p, average=average, zero_division=0)
        close([found[f"{one}_{average}"] for one in ("precision", "recall", "f1")], wanted[:3])
    matrix = analysis.confusion_matrix(data).data["counts"]
    for at, each in enumerate(sklearn.multilabel_confusion_matrix(y, p)):
        row = matrix.loc[labels[at]]
        assert each.tolist() == [[row.neither, row.predicted], [row.annotated, row.both]]


@pytest.mark.parametrize("name", ["sst2", "banking77", "goemotions"])
def test_the_same_texts_are_those_that_pandas_groups(shared_data: Path, name: str) -> None:
    """Of the whole set: one text with several annotations, and one in several parts."""
    data, frame = read(shared_data, name)
    words = [" ".join(token.text for token in tokens(text)) for text in frame["text"]]
    frame["annotation"] = frame["annotation"].map(lambda one: str(sorted(np.atleast_1d(one))))
    kinds = frame[np.array(words) != ""].groupby([one for one in words if one])
    counts = analysis.contradictions(data, most=1).data["counts"]
    assert counts["identical"] == int((kinds["annotation"].nunique() > 1).sum())
    assert counts["leakage"] == int((kinds["split"].nunique() > 1).sum())


@pytest.mark.parametrize("name", ["sst2", "sst5_bert", "banking77"])
def test_label_errors_are_those_of_cleanlab(shared_data: Path, name: str) -> None:
    """Its quality scores to the last digit, and its confident joint off the diagonal."""
    data, frame = read(shared_data, name)
    scores = [{one["label"]: float(one["score"]) for one in p} for p in frame["prediction"]]
    labels = sorted({label for one in scores for label in one})
    whole = np.array([[one.get(label, 0.0) for label in labels] for one in scores])
    given = np.searchsorted(labels, frame["annotation"])
    _, doubtful = compute_confident_joint(
        given, whole, calibrate=False, return_indices_of_off_diagonals=True
    )
    found = analysis.label_errors(data).data["table"].set_index("id").loc[frame["id"]]
    assert np.flatnonzero(found["candidate"]).tolist() == sorted(doubtful)
    quality = get_label_quality_scores(given, whole, method="self_confidence")
    close(found["self_confidence"], quality)
    quality = get_label_quality_scores(given, whole, method="normalized_margin")  # 0 to 1 there
    close((found["normalized_margin"] + 1) / 2, quality)
