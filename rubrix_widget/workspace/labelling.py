"""The labels of a dataset: their order, what they mean, and other names for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rubrix_widget.columns import LabelSets
from rubrix_widget.edits import EditResult, LiveDataset
from rubrix_widget.edits.changes import MAX_LABEL, is_label, is_text
from rubrix_widget.engine import did_you_mean
from rubrix_widget.errors import LabelError
from rubrix_widget.home import active
from rubrix_widget.store import Label

if TYPE_CHECKING:
    import pandas as pd

Codes = npt.NDArray[np.int32]


def labels(name: str) -> pd.DataFrame:
    """List the labels of a dataset in their order, which digit keys follow.

    Parameters
    ----------
    name
        The dataset's name.

    Returns
    -------
    DataFrame
        ===========  =============================================================================
        name         the label
        description  what it means, as :func:`set_labels` was told
        annotated    how many records are annotated with it (int64)
        predicted    for how many it is predicted (int64)
        offered      whether it is offered to annotate with; labels that are not come last, and are
                     listed while annotations or predictions have them (bool)
        ===========  =============================================================================

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.

    Examples
    --------
    >>> record = rb.TextClassificationRecord(text="fine", prediction=[("good", 0.9)])
    >>> done = rb.log(record, "films")
    >>> done = rb.relabel("films", "so so", query="")
    >>> rb.labels("films")
        name description  annotated  predicted  offered
    0   good                      0          1     True
    1  so so                      1          0     True
    """
    import pandas as pd

    dataset = active().dataset(name)
    engine, known = dataset.engine(), {one.name: one for one in dataset.labels()}
    sets, columns = engine.columns.logged.sets, engine.columns
    annotated = dict(zip(sets.labels, _counts(columns.annotation, sets), strict=False))
    predicted = dict(zip(sets.labels, _counts(columns.logged.predicted_as, sets), strict=False))
    offered = [one for one in engine.labels if one not in sets.retired]
    others = [one for one in sets.labels if one in sets.retired]
    names = [*offered, *(one for one in others if annotated[one] or predicted[one])]
    about = [known.get(one, Label(one)).description for one in names]
    return pd.DataFrame(
        {
            "name": pd.Series(names, dtype="str"),
            "description": pd.Series(about, dtype="str"),
            "annotated": np.array([annotated[one] for one in names], np.int64),
            "predicted": np.array([predicted[one] for one in names], np.int64),
            "offered": np.arange(len(names)) < len(offered),
        }
    )


def _counts(codes: Codes, sets: LabelSets) -> list[int]:
    """Return how many of the records whose sets of labels these are have each label."""
    of_set, label = sets.membership()
    each = np.bincount(codes[codes >= 0], minlength=len(sets))[of_set]
    counts: list[int] = np.bincount(label, each, len(sets.labels)).astype(np.int64).tolist()
    return counts


def set_labels(
    name: str,
    labels: Sequence[str] | Mapping[str, str | None],
    *,
    reason: str | None = None,
    agent: str | None = None,
) -> EditResult:
    """Declare the labels of a dataset: which there are, in which order, and what they mean.

    Digit keys follow the order. Labels left out are offered no more, and no record changes: a label
    that annotations have stays in sight until none has it. Whoever annotates with a new label adds
    it at the end.

    Parameters
    ----------
    name
        The dataset's name.
    labels
        Names in their order; or a dict of name to description, None for none. Names alone leave the
        descriptions as they are.
    reason, agent
        Kept with the change; the agent is by default the user's name.

    Returns
    -------
    EditResult
        How many records changed, and the number of the group for :func:`undo`.

    Raises
    ------
    LabelError
        A name that no label can have, or two alike; nothing is changed.
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> done = rb.log(rb.TextClassificationRecord(text="fine", annotation="good"), "films")
    >>> done = rb.set_labels("films", {"bad": "a waste of time", "good": None})
    >>> rb.labels("films")[["name", "description"]].values.tolist()
    [['bad', 'a waste of time'], ['good', '']]
    >>> done = rb.undo("films")
    >>> rb.labels("films")["name"].tolist()
    ['good']
    """
    dataset = active().dataset(name)
    known = {one.name: one for one in dataset.labels()}
    names = _checked(labels)
    if isinstance(labels, Mapping):
        new = [Label(one, _described(one, labels[one])) for one in names]
    else:
        new = [replace(known.get(one, Label(one)), retired=False) for one in names]
    left = [one for one in dataset.engine().columns.logged.sets.labels if one not in names]
    new += [replace(known.get(one, Label(one)), retired=True) for one in left]
    return dataset.declare(new, agent=agent, reason=reason)


def _checked(labels: Iterable[str]) -> list[str]:
    names = [labels] if isinstance(labels, str) else list(labels)
    for one in names:
        if not is_label(one):
            raise LabelError(
                f"{one!r} is no name of a label; give non-empty text of at most {MAX_LABEL} "
                f"characters. Nothing was changed"
            )
        if names.count(one) > 1:
            raise LabelError(f"the label {one!r} is named twice. Nothing was changed")
    return names


def _described(name: str, description: object) -> str:
    if description is None:
        return ""
    if not isinstance(description, str) or not is_text(description):
        raise LabelError(
            f"the description of {name!r} is {description!r}; give text or None. Nothing was "
            f"changed"
        )
    return description


def rename_label(
    name: str, old: str, new: str, *, reason: str | None = None, agent: str | None = None
) -> EditResult:
    """Give a label another name, in the dataset's labels and in every annotation.

    Status and author of the annotations stay. Predictions stay too: they are what the model said.
    Where a model still says the old name, its predictions are therefore wrong from now on; log
    predictions with the new name to compare them again.

    Parameters
    ----------
    name
        The dataset's name.
    old, new
        The label's name and its new one, which no label has.
    reason, agent
        Kept with the change; the agent is by default the user's name.

    Returns
    -------
    EditResult
        How many records changed, and the number of the group for :func:`undo`.

    Raises
    ------
    LabelError
        There is no such label, or one of the new name; nothing is changed.
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> done = rb.log(rb.TextClassificationRecord(text="fine", annotation="god"), "films")
    >>> rb.rename_label("films", "god", "good").changes
    1
    >>> rb.load("films")[0].annotation
    'good'
    """
    dataset = active().dataset(name)
    _has(dataset, old)
    _checked([new])
    if new in dataset.engine().labels:
        raise LabelError(
            f"there is a label {new!r} in {name!r} already. Nothing was changed. To make the two "
            f"one, use rb.merge_labels({name!r}, [{old!r}], into={new!r})"
        )
    return _renamed(dataset, [old], new, agent, reason)


def merge_labels(
    name: str,
    labels: Sequence[str],
    *,
    into: str,
    reason: str | None = None,
    agent: str | None = None,
) -> EditResult:
    """Make several labels one, in the dataset's labels and in every annotation.

    Status and author of the annotations stay; predictions do too, as :func:`rename_label` says.

    Parameters
    ----------
    name
        The dataset's name.
    labels
        The labels to give up.
    into
        The label in their place: one of the dataset's, or a new one.
    reason, agent
        Kept with the change; the agent is by default the user's name.

    Returns
    -------
    EditResult
        How many records changed, and the number of the group for :func:`undo`.

    Raises
    ------
    LabelError
        There is no such label, or no label can have the name; nothing is changed.
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> made = [rb.TextClassificationRecord(text=t, annotation=t) for t in ("bad", "awful", "good")]
    >>> done = rb.log(made, "films")
    >>> rb.merge_labels("films", ["awful"], into="bad").changes
    1
    >>> rb.labels("films")[["name", "annotated"]].values.tolist()
    [['bad', 2], ['good', 1]]
    """
    dataset = active().dataset(name)
    given = _checked(labels)
    for one in given:
        _has(dataset, one)
    _checked([into])
    return _renamed(dataset, [one for one in given if one != into], into, agent, reason)


def _has(dataset: LiveDataset, label: str) -> None:
    known = dataset.engine().labels
    if label not in known:
        raise LabelError(
            f"there is no label {label!r} in {dataset.name!r}.{did_you_mean(str(label), known)} "
            f"rb.labels({dataset.name!r}) lists them. Nothing was changed"
        )


def _renamed(
    dataset: LiveDataset, old: Sequence[str], new: str, agent: str | None, reason: str | None
) -> EditResult:
    """Put a label in the place of others; these are offered no more, as predictions have them."""
    known = {one.name: one for one in dataset.labels()}
    every = [known.get(one, Label(one)) for one in dataset.engine().columns.logged.sets.labels]
    place = new if new in dataset.engine().labels else next(iter(old), new)
    after: list[Label] = []
    for one in every:
        if one.name == place:
            after.append(Label(new, one.description))
        elif one.name not in (*old, new):
            after.append(one)
    gone = [replace(one, retired=True) for one in every if one.name in old]
    return dataset.declare(
        [*after, *gone], rename=dict.fromkeys(old, new), agent=agent, reason=reason
    )
