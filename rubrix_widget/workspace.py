"""The verbs people call: log, load, explore, relabel and their kin."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rubrix_widget.datasets import DatasetForTextClassification, Rejected
from rubrix_widget.edits import Edit, EditResult
from rubrix_widget.engine import Engine, Explanation
from rubrix_widget.engine import explain as explain_query
from rubrix_widget.errors import DatasetNameError, RecordError
from rubrix_widget.home import Home, activate, active, checked_name
from rubrix_widget.progress import bar
from rubrix_widget.query import Dialect
from rubrix_widget.records import TextClassificationRecord
from rubrix_widget.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from rubrix_widget.explorer import Explorer

Sort = Sequence[tuple[str, str]]
Ids = Iterable[str | int]


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


def init(path: str | os.PathLike[str] | None = None, workspace: str | None = None) -> None:
    """Choose where datasets are kept.

    Parameters
    ----------
    path
        A folder, made when first needed. None is ``RUBRIX_WIDGET_HOME``, else the user's data
        folder.
    workspace
        The workspace to begin in, "default" unless given.
    """
    fresh = Home(path)
    if workspace is not None:
        fresh.workspace = checked_name(workspace, "workspace")
    activate(fresh)


def set_workspace(workspace: str) -> None:
    """Choose the workspace that dataset names belong to."""
    active().workspace = checked_name(workspace, "workspace")


def get_workspace() -> str:
    """Return the name of the present workspace."""
    return active().workspace


def list_datasets() -> list[str]:
    """Return the names of the workspace's datasets, in alphabetical order."""
    return active().names()


def log(
    records: TextClassificationRecord
    | Iterable[TextClassificationRecord]
    | DatasetForTextClassification,
    name: str,
    *,
    verbose: bool = True,
) -> BulkResponse:
    """Keep records in a dataset, making it if there is none.

    A record with an id replaces the one that has it. Without ids, equal records logged again are
    the same records. What people changed in a record stays when it is logged again with the
    annotation, agent and status it had; where these differ, what is logged wins.

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
    """
    folder = active().folder(name)
    dataset = _as_dataset(records)
    table = dataset.table
    with bar(f"Logging {name}", table.num_rows, show=verbose) as tell:
        done = Store(folder).log(table, tell)
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
        Only these records, in this order unless ``sort`` is given; ids there are none of are
        left out with a warning.
    limit
        At most so many records, the first ones.
    sort
        Pairs (field, "asc" | "desc"); by default the order of logging.
    dialect
        "notebook" or "lucene".

    Raises
    ------
    DatasetNotFoundError, QueryError, SortError
    """
    if limit is not None and limit < 0:
        raise ValueError(f"limit is {limit!r}; give a number of records from 0, or None for all")
    engine = active().dataset(name).engine()
    positions = _positions(engine, query, ids, sort, dialect)
    return DatasetForTextClassification.from_table(engine.table(positions[:limit]))


def count(name: str, query: str | None = None, *, dialect: Dialect = "notebook") -> int:
    """Return how many records of a dataset a query matches."""
    return active().dataset(name).engine().select(query, dialect=dialect).count


def explain(name: str, query: str, *, dialect: Dialect = "notebook") -> Explanation:
    """Say how a query is read, and how many records each part of it matches."""
    return explain_query(active().dataset(name).engine(), query, dialect)


def relabel(
    name: str,
    label: str | Sequence[str] | None,
    *,
    ids: Ids | None = None,
    query: str | None = None,
    dialect: Dialect = "notebook",
    reason: str | None = None,
    agent: str | None = None,
) -> EditResult:
    """Annotate the records with some ids, or all that a query matches, as one change.

    Parameters
    ----------
    name
        The dataset's name.
    label
        The label; in a multi-label dataset a list of labels. None clears the annotation.
    ids, query
        Which records. At least one is needed: ``query=""`` says every record.
    reason, agent
        Kept with the change; the agent is by default the user's name.

    Returns
    -------
    EditResult
        The ids of the records, and ids there are no records of as ``conflicts``.
    """
    if ids is None and query is None:
        raise ValueError(
            "relabel changes the records of ids=… or query=…; neither is given. "
            'Write query="" to change every record'
        )
    dataset = active().dataset(name)
    wanted = None if ids is None else [str(one) for one in ids]
    if query is not None:
        engine = dataset.engine()
        selection = engine.select(query, dialect=dialect)
        found = set(wanted) if wanted is not None else None
        matched = engine.columns.logged.ids[selection.order()].tolist()
        wanted = matched if found is None else [one for one in matched if one in found]
    labels = [label] if isinstance(label, str) else None if label is None else list(label)
    edits = [Edit(one, "annotation", labels) for one in wanted or []]
    return dataset.edit(edits, agent=agent, query=query, reason=reason)


def delete_records(
    name: str,
    query: str | None = None,
    ids: Ids | None = None,
    *,
    discard_only: bool = False,
    dialect: Dialect = "notebook",
) -> tuple[int, int]:
    """Delete records, or mark them as discarded.

    Parameters
    ----------
    query, ids
        Which records; at least one is needed.
    discard_only
        Set the status to Discarded instead, which can be undone.

    Returns
    -------
    tuple of int
        How many records matched, and how many were deleted or discarded.
    """
    if ids is None and query is None:
        raise ValueError(
            "delete_records needs query=… or ids=…; to remove a whole dataset use rb.delete(name)"
        )
    dataset = active().dataset(name)
    engine = dataset.engine()
    positions = _positions(engine, query, ids, None, dialect)
    chosen = engine.columns.logged.ids[positions].tolist()
    if discard_only:
        done = dataset.edit([Edit(one, "status", "Discarded") for one in chosen], query=query)
        return len(chosen), len(done.ids)
    return len(chosen), Store(active().folder(name)).delete(chosen) if chosen else 0


def delete(name: str) -> None:
    """Delete a dataset with everything people changed in it. This cannot be undone."""
    active().delete(name)


def copy(dataset: str, name_of_copy: str, workspace: str | None = None) -> None:
    """Copy a dataset, with everything people changed in it, under a new name.

    Parameters
    ----------
    dataset
        The dataset's name.
    name_of_copy
        The name of the copy, which must be free.
    workspace
        Where the copy goes; by default the present workspace.
    """
    source = active().dataset(dataset)
    target = active().folder(name_of_copy, workspace)
    if Store(target).exists():
        raise DatasetNameError(
            f"there is already a dataset {name_of_copy!r} in workspace "
            f"{workspace or active().workspace!r}; delete it first or choose another name"
        )
    Store(source.folder).copy(target)


def explore(
    data: str | pd.DataFrame | DatasetForTextClassification | Any,
    query: str = "",
    *,
    name: str | None = None,
    text: str | None = None,
    annotation: str | None = None,
    prediction: str | None = None,
    score: str | None = None,
    id: str | None = None,  # noqa: A002 - the record field's name
    metadata: str | list[str] | None = None,
    **settings: Any,
) -> Explorer:
    """Open the explorer on a dataset, a DataFrame or a dataset in memory.

    Parameters
    ----------
    data
        A dataset's name, or records to look at. Records are first logged, so that labels fixed
        in the explorer are kept: under ``name``, or under a name made from their content.
    query
        What to show first.
    text, annotation, prediction, score, id, metadata
        Columns of a DataFrame or Hugging Face dataset; ``score`` where ``prediction`` holds labels
        only.
    settings
        Passed to :class:`rubrix_widget.explorer.Explorer`: ``dialect``, ``sort``, ``page_size`` …
    """
    from rubrix_widget.explorer import Explorer
    from rubrix_widget.frames import dataset_of

    if not isinstance(data, str):
        records = dataset_of(
            data,
            text=text,
            annotation=annotation,
            prediction=prediction,
            score=score,
            id=id,
            metadata=metadata,
        )
        name = name or f"frame-{Store.fingerprint(records.table)}"
        log(records, name, verbose=False)
        data = name
    return Explorer(active().dataset(data), query=query, **settings)


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


def _positions(
    engine: Engine, query: str | None, ids: Ids | None, sort: Sort | None, dialect: Dialect
) -> np.ndarray:
    selection = engine.select(query, dialect=dialect, sort=sort or ())
    if ids is None:
        return selection.order()
    asked = [str(one) for one in ids]
    places = engine.positions(asked)
    missing = [one for one, place in zip(asked, places.tolist(), strict=True) if place < 0]
    if missing:
        _warn_missing(missing)
    places = places[places >= 0]
    if sort:
        wanted = np.zeros(engine.n, dtype=bool)
        wanted[places] = True
        order = selection.order()
        return order[wanted[order]]
    return places[selection.mask[places]]


def _warn_missing(missing: list[str]) -> None:
    import warnings

    from rubrix_widget.errors import RecordWarning

    shown = ", ".join(repr(one) for one in missing[:5])
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    warnings.warn(f"no record has the id {shown}{more}", RecordWarning, stacklevel=4)
