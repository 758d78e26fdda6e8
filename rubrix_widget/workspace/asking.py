"""Records into a dataset, and out of it by query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rubrix_widget.datasets import DatasetForTextClassification, Rejected
from rubrix_widget.engine import Explanation
from rubrix_widget.engine import explain as explain_query
from rubrix_widget.errors import RecordError
from rubrix_widget.home import active
from rubrix_widget.progress import bar
from rubrix_widget.query import Dialect
from rubrix_widget.records import TextClassificationRecord
from rubrix_widget.store import Store, consider
from rubrix_widget.workspace.choosing import Ids, Sort, chosen


@dataclass(frozen=True)
class BulkResponse:
    """What a :func:`log` did.

    Attributes
    ----------
    dataset : str
        The dataset's name.
    processed : int
        How many records it was given and now holds.
    failed : int
        How many records were refused; ``errors`` says which and why.
    added, replaced, unchanged : int
        What became of the processed ones.
    """

    dataset: str
    processed: int
    failed: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    errors: list[Rejected] = field(default_factory=list, repr=False)


def log(
    records: TextClassificationRecord
    | Iterable[TextClassificationRecord]
    | DatasetForTextClassification,
    name: str,
    *,
    verbose: bool = True,
) -> BulkResponse:
    """Keep records in a dataset, making it if there is none.

    A record with an id replaces the one that has it, the predictions of all its agents with it.
    Without ids, equal records logged again are the same records. What people changed in a record
    stays when it is logged again with the text, annotation, agent and status it had; where these
    differ, what is logged wins.

    Parameters
    ----------
    records
        One record, several, or a dataset.
    name
        The dataset's name.
    verbose
        Show a progress bar.

    Returns
    -------
    BulkResponse
        The dataset's name, how many records were processed and how many refused.

    Raises
    ------
    RecordError
        Two records with one id, or single- and multi-label records mixed. Nothing is logged.
    StorageError, DatasetBusyError
        Nothing is logged.

    Examples
    --------
    >>> record = rb.TextClassificationRecord(text="a fine film", prediction=[("good", 0.9)])
    >>> done = rb.log(record, "films")
    >>> done.dataset, done.processed, done.failed
    ('films', 1, 0)
    >>> rb.log(record, "films").unchanged
    1
    """
    folder = active().folder(name)
    dataset = _as_dataset(records)
    table = dataset.table
    store = Store(folder)
    with bar(f"Logging {name}", table.num_rows, show=verbose) as tell:
        done = store.log(table, tell)
    consider(store)
    return BulkResponse(
        name,
        table.num_rows,
        len(dataset.rejected),
        done.added,
        done.replaced,
        done.unchanged,
        list(dataset.rejected),
    )


def load(
    name: str,
    query: str | None = None,
    ids: Ids | None = None,
    limit: int | None = None,
    sort: Sort | None = None,
    dialect: Dialect = "notebook",
) -> DatasetForTextClassification:
    """Load a dataset, or the records of it that a query matches.

    Parameters
    ----------
    name
        The dataset's name.
    query
        In the query language; None is everything.
    ids
        Only these records (one id, or several), each once and in this order unless ``sort`` is
        given; ids there are none of are left out with a warning.
    limit
        At most so many records, the first ones.
    sort
        Pairs (field, "asc" | "desc"), or "relevance" for the records first that fit the words of
        the query best (BM25F); by default the order of logging.
    dialect
        "notebook" or "lucene".

    Returns
    -------
    DatasetForTextClassification
        The records as they are now, with what people changed.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    QueryError, SortError
        The query or the sort cannot be answered; the message says where and why.
    ValueError
        ``limit`` is no number of records.

    Examples
    --------
    >>> films = [("a fine film", 0.9), ("a dull film", 0.6)]
    >>> done = rb.log(
    ...     [rb.TextClassificationRecord(text=t, prediction=[("good", s)]) for t, s in films],
    ...     "films",
    ... )
    >>> [record.text for record in rb.load("films", "film", sort=[("score", "asc")])]
    ['a dull film', 'a fine film']
    """
    if limit is not None and (not isinstance(limit, int | np.integer) or limit < 0):
        raise ValueError(f"limit is {limit!r}; give a number of records from 0, or None for all")
    engine = active().dataset(name).engine()
    positions = chosen(engine, query, ids, sort, dialect)
    return DatasetForTextClassification.from_table(engine.table(positions[:limit]))


def count(name: str, query: str | None = None, *, dialect: Dialect = "notebook") -> int:
    """Return how many records of a dataset a query matches.

    Parameters
    ----------
    name
        The dataset's name.
    query
        In the query language; None is everything.
    dialect
        "notebook" or "lucene".

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    QueryError
        The query cannot be answered; the message says where and why.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "dull")], "films")
    >>> rb.count("films", "not fine")
    1
    """
    return active().dataset(name).engine().select(query, dialect=dialect).count


def explain(name: str, query: str, *, dialect: Dialect = "notebook") -> Explanation:
    """Say how a query is read, and how many records each part of it matches.

    Parameters
    ----------
    name
        The dataset's name.
    query
        In the query language.
    dialect
        "notebook" or "lucene".

    Returns
    -------
    Explanation
        The reading in words, and as a tree with the hits of each part.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    QueryError
        The query cannot be answered; the message says where and why.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "dull")], "films")
    >>> rb.explain("films", "fine OR status:Default")
    text has fine, or status is Default: 2 of 2 records
              1  text has fine
              2  status is Default
    """
    return explain_query(active().dataset(name).engine(), query, dialect)


def _as_dataset(records: Any) -> DatasetForTextClassification:
    if isinstance(records, DatasetForTextClassification):
        return records
    if isinstance(records, TextClassificationRecord):
        records = [records]
    if isinstance(records, str | bytes | dict) or not isinstance(records, Iterable):
        raise RecordError(
            f"log takes records or a DatasetForTextClassification, not {type(records).__name__}; "
            f"for a DataFrame use rb.DatasetForTextClassification.from_pandas(df)"
        )
    return DatasetForTextClassification(list(records))
