"""Datasets of text-classification records: to and from pandas and Hugging Face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import RecordError
from ..table import Rejected
from ._container import DatasetForTextClassification
from ._read import OnError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DatasetForTextClassification", "OnError", "Rejected", "read_datasets", "read_pandas"]

_TASK = "TextClassification"


def read_pandas(
    dataframe: pd.DataFrame, task: str = _TASK, **options: Any
) -> DatasetForTextClassification:
    """Read the records of a DataFrame.

    Parameters
    ----------
    dataframe : pandas.DataFrame
        One record each line.
    task : str
        ``"TextClassification"``.
    **options
        As :meth:`DatasetForTextClassification.from_pandas` takes them.

    Returns
    -------
    DatasetForTextClassification

    Raises
    ------
    RecordError
        Another task, or nothing that records can be read from.

    Examples
    --------
    >>> import pandas as pd
    >>> len(read_pandas(pd.DataFrame({"text": ["superb", "dull"]})))
    2
    """
    _check_task(task)
    return DatasetForTextClassification.from_pandas(dataframe, **options)


def read_datasets(dataset: Any, task: str = _TASK, **options: Any) -> DatasetForTextClassification:
    """Read the records of a Hugging Face ``datasets.Dataset``.

    Parameters
    ----------
    dataset : datasets.Dataset
        One record each line.
    task : str
        ``"TextClassification"``.
    **options
        As :meth:`DatasetForTextClassification.from_datasets` takes them.

    Returns
    -------
    DatasetForTextClassification

    Raises
    ------
    RecordError
        Another task, or nothing that records can be read from.

    Examples
    --------
    >>> import datasets
    >>> len(read_datasets(datasets.Dataset.from_dict({"text": ["superb", "dull"]})))
    2
    """
    _check_task(task)
    return DatasetForTextClassification.from_datasets(dataset, **options)


def _check_task(task: str) -> None:
    name = getattr(task, "value", task)
    if name != _TASK:
        raise RecordError(f"task {name!r} is not supported; the one that is: {_TASK!r}")
