"""Annotations that are likely wrong, found by cleanlab.

>>> from rubrix_widget.labeling.text_classification import *

Without the extra there is :func:`rubrix_widget.analysis.label_errors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, get_args

import numpy as np

from rubrix_widget.datasets import DatasetForTextClassification
from rubrix_widget.errors import MissingExtraError, RecordError
from rubrix_widget.predictions import Prediction
from rubrix_widget.records import TextClassificationRecord

__all__ = ["find_label_errors"]

SortBy = Literal["likelihood", "prediction", "none"]
_RANKED_BY = {"likelihood": "normalized_margin", "prediction": "self_confidence", "none": None}


def find_label_errors(
    records: Iterable[TextClassificationRecord] | DatasetForTextClassification,
    sort_by: SortBy = "likelihood",
    metadata_key: str = "label_error_candidate",
    n_jobs: int | None = 1,
    *,
    agent: str | None = None,
    **kwargs: Any,
) -> list[TextClassificationRecord]:
    """Return the records whose annotation is likely wrong, as cleanlab finds them.

    The predictions have to be of a model that did not learn from these annotations. cleanlab is an
    extra (Apache-2.0 from 2.8 on, AGPL before): ``pip install rubrix-widget[cleanlab]``.

    Parameters
    ----------
    records : iterable of TextClassificationRecord, or DatasetForTextClassification
        Those without a prediction or an annotation are left alone.
    sort_by : {"likelihood", "prediction", "none"}
        The likeliest errors first; or those whose annotation has the lowest score; or as given.
    metadata_key : str
        Under which each record that is returned gets its place from 0, unless not sorted.
    n_jobs : int, optional
        Processes; None is one for each core.
    agent : str, optional
        Whose predictions are asked, where records have those of several: by default the primary
        ones. Records without a prediction of it are left alone.
    **kwargs
        Passed to cleanlab's ``find_label_issues``.

    Raises
    ------
    TypeError
        A name, or one record.
    MissingExtraError
        cleanlab is not installed.
    RecordError
        No record has both, or one has no score for a label that others have.
    ValueError
        An unknown way to sort, an agent of which no record has a prediction, or an argument that
        is decided here.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> records = [
    ...     rb.TextClassificationRecord(
    ...         text=str(n),
    ...         prediction=[("a", 0.9 if n % 2 else 0.1), ("b", 0.1 if n % 2 else 0.9)],
    ...         annotation="a" if n % 2 or n == 4 else "b",
    ...     )
    ...     for n in range(40)
    ... ]
    >>> [record.text for record in find_label_errors(records)]
    ['4']
    """
    if isinstance(records, str | TextClassificationRecord):
        raise TypeError(f"records is {records!r}; give several, such as rb.load(name) returns")
    if sort_by not in get_args(SortBy):
        raise ValueError(f"sort_by is {sort_by!r}; use {', '.join(map(repr, _RANKED_BY))}")
    for name in ("multi_label", "return_indices_ranked_by"):
        if name in kwargs:
            raise ValueError(f"{name} is decided by the records and by sort_by; leave it out")
    try:
        from cleanlab.filter import find_label_issues
        from cleanlab.multilabel_classification.filter import find_label_issues as find_in_sets
    except ImportError as error:
        raise MissingExtraError(
            "find_label_errors needs cleanlab: pip install 'rubrix-widget[cleanlab]'. "
            "rubrix_widget.analysis.label_errors ranks annotations without it"
        ) from error
    records = list(records)
    by_agent = [_prediction(one, agent) for one in records]
    if agent is not None and records and not any(one is not None for one in by_agent):
        agents = {name: None for one in records for name in _agents(one)}
        known = f"agents are {', '.join(agents)}" if agents else "no prediction here has an agent"
        raise ValueError(f"no agent {agent!r}; {known}")
    pairs = [
        (one, prediction)
        for one, prediction in zip(records, by_agent, strict=True)
        if prediction and one.annotation is not None
    ]
    if not pairs:
        raise RecordError("none of the records has a prediction and an annotation")
    chosen = [one for one, _ in pairs]
    multi_label = chosen[0].multi_label
    labels = sorted({label for _, prediction in pairs for label, _ in prediction})
    scores = np.array([_scores(*one, labels) for one in pairs])
    places = {label: place for place, label in enumerate(labels)}
    given = [_given(one, places) for one in chosen]
    how = {"return_indices_ranked_by": _RANKED_BY[sort_by], "n_jobs": n_jobs, **kwargs}
    if multi_label:
        found = find_in_sets(given, scores, **how)
    else:
        found = find_label_issues(np.array([one[0] for one in given]), scores, **how)
    order = np.flatnonzero(found) if sort_by == "none" else np.asarray(found)
    errors = [chosen[int(place)] for place in order]
    if sort_by != "none":
        for place, record in enumerate(errors):
            record.metadata[metadata_key] = place
    return errors


def _agents(record: TextClassificationRecord) -> list[str]:
    if record.predictions is not None:
        return list(record.predictions)
    return [record.prediction_agent] if record.prediction_agent is not None else []


def _prediction(record: TextClassificationRecord, agent: str | None) -> Prediction | None:
    """Return what an agent predicted for a record, or its primary prediction."""
    if agent is None or agent == record.prediction_agent:
        return record.prediction
    return (record.predictions or {}).get(agent)


def _scores(
    record: TextClassificationRecord, prediction: Prediction, labels: Sequence[str]
) -> list[float]:
    scores = dict(prediction)
    missing = [label for label in labels if label not in scores]
    if missing:
        raise RecordError(
            f"record {record.id!r} has no score for the label {missing[0]!r}, which other records "
            f"have: cleanlab needs a score for every label",
            record_id=None if record.id is None else str(record.id),
        )
    return [scores[label] for label in labels]


def _given(record: TextClassificationRecord, places: dict[str, int]) -> list[int]:
    annotation = record.annotation
    names = [annotation] if isinstance(annotation, str) else list(annotation or ())
    for name in names:
        if name not in places:
            raise RecordError(
                f"record {record.id!r} is annotated as {name!r}, for which no record has a score",
                record_id=None if record.id is None else str(record.id),
            )
    return [places[name] for name in names]
