"""The same analyses by the libraries that people use for them, on arrays made beforehand.

Each takes the flat table of made records and returns what does the work; only records with a label
are measured. Labels are given as codes, which the libraries are quickest with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from bench.data import LABELS

Work = Callable[[], object]


def scores(table: pa.Table) -> Work:
    """Precision, recall, F1 and support of each label, accuracy, balanced, correlation."""
    from sklearn import metrics

    truth, guess, _ = _codes(table)

    def work() -> object:
        return [
            metrics.precision_recall_fscore_support(truth, guess, zero_division=0),
            *(
                metrics.precision_recall_fscore_support(truth, guess, average=one, zero_division=0)
                for one in ("macro", "micro")
            ),
            metrics.accuracy_score(truth, guess),
            metrics.balanced_accuracy_score(truth, guess),
            metrics.matthews_corrcoef(truth, guess),
        ]

    return work


def confusion_matrix(table: pa.Table) -> Work:
    from sklearn import metrics

    truth, guess, _ = _codes(table)
    return lambda: metrics.confusion_matrix(truth, guess)


def calibration(table: pa.Table) -> Work:
    """Both calibration curves, Brier scores and log-loss."""
    from sklearn import metrics
    from sklearn.calibration import calibration_curve

    truth, guess, scores = _codes(table)
    top, right = scores.max(axis=1), truth == guess

    def work() -> object:
        return [
            *(
                calibration_curve(right, top, n_bins=10, strategy=s)
                for s in ("uniform", "quantile")
            ),
            metrics.brier_score_loss(right, top),
            metrics.brier_score_loss(truth, scores, labels=range(len(LABELS))),
            metrics.log_loss(truth, scores, labels=range(len(LABELS))),
        ]

    return work


def label_errors(table: pa.Table) -> Work:
    from cleanlab.filter import find_label_issues

    truth, _, scores = _codes(table)
    ranked = {"return_indices_ranked_by": "normalized_margin", "n_jobs": 1}
    return lambda: find_label_issues(truth, scores, **ranked)


def contradictions(table: pa.Table) -> Work:
    """Nearly the same sets of words annotated otherwise, by MinHash: it finds a part of all."""
    from datasketch import MinHash, MinHashLSH

    texts = [[w.encode() for w in set(text.split())] for text in table["text"].to_pylist()]
    label = table["annotated_as"].to_pylist()

    def work() -> object:
        index, pairs = MinHashLSH(threshold=0.9, num_perm=128), []
        for place, one in enumerate(MinHash.generator(texts, num_perm=128)):
            pairs += [(near, place) for near in index.query(one) if label[near] != label[place]]
            index.insert(place, one, check_duplication=False)
        return pairs

    return work


def compare(table: pa.Table) -> Work:
    """Accuracies with Wilson intervals, McNemar's test, kappa, and the outcomes of each label."""
    from sklearn import metrics
    from statsmodels.stats.contingency_tables import mcnemar
    from statsmodels.stats.proportion import proportion_confint

    truth, first, _ = _codes(table)
    places = {label: place for place, label in enumerate(LABELS)}
    given = table.filter(table["annotated_as"].is_valid())
    second = np.array([places[one] for one in given["rival_as"].to_pylist()])

    def work() -> object:
        was, now = truth == first, truth == second
        outcomes = metrics.confusion_matrix(was, now, labels=[False, True])
        return [
            *(metrics.accuracy_score(truth, one) for one in (first, second)),
            *(proportion_confint(one.sum(), len(one), method="wilson") for one in (was, now)),
            mcnemar(outcomes, exact=False),
            metrics.cohen_kappa_score(first, second),
            metrics.confusion_matrix(truth, 2 * was + now),
        ]

    return work


def slices(table: pa.Table) -> Work:
    """Conjunctions of up to three labels and values of metadata; no words, no scores."""
    from sliceline.slicefinder import Slicefinder

    given = table.filter(table["annotated_as"].is_valid())
    names = ("annotated_as", "predicted_by", "source", "split", "stars")
    columns = [given[one].combine_chunks().dictionary_encode().indices for one in names]
    values = np.column_stack([one.to_numpy() + 1 for one in columns])
    wrong = np.array([one == "ko" for one in given["predicted"].to_pylist()], float)
    finder = Slicefinder(alpha=0.95, k=20, max_l=3, min_sup=30, verbose=False)
    return lambda: finder.fit(values, wrong)


def _codes(table: pa.Table) -> tuple[Any, Any, Any]:
    """Return annotated and predicted labels as codes, and the score of every label."""
    given = table.filter(table["annotated_as"].is_valid())
    places = {label: place for place, label in enumerate(LABELS)}
    truth, guess, second = (
        np.array([places[one] for one in given[name].to_pylist()])
        for name in ("annotated_as", "predicted_as", "second")
    )
    rows, score = np.arange(len(truth)), given["score"].to_numpy()
    scores = np.zeros((len(truth), len(LABELS)))
    scores[rows, guess], scores[rows, second] = score, 1 - score
    return truth, guess, scores


PEERS: dict[str, tuple[str, Callable[[pa.Table], Work]]] = {
    "scores": ("scikit-learn", scores),
    "confusion_matrix": ("scikit-learn", confusion_matrix),
    "calibration": ("scikit-learn", calibration),
    "label_errors": ("cleanlab", label_errors),
    "compare": ("scikit-learn, statsmodels", compare),
    "contradictions": ("datasketch", contradictions),
    "slices": ("sliceline", slices),
}
