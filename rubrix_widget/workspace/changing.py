"""Annotating, discarding and deleting records."""

from __future__ import annotations

from collections.abc import Sequence

from rubrix_widget.edits import Edit, EditResult
from rubrix_widget.home import active
from rubrix_widget.query import Dialect
from rubrix_widget.store import Store, consider
from rubrix_widget.workspace.choosing import Ids, chosen, listed


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

    Raises
    ------
    ValueError
        Neither ids nor a query is given.
    DatasetNotFoundError, QueryError
        No such dataset, or a query that cannot be answered.
    RecordError
        A label that no record of the dataset can have; nothing is changed.
    StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "dull")], "films")
    >>> len(rb.relabel("films", "bad", query="dull", reason="read again").ids)
    1
    >>> rb.count("films", "annotated_as:bad")
    1
    """
    if ids is None and query is None:
        raise ValueError(
            "relabel changes the records of ids=… or query=…; neither is given. "
            'Write query="" to change every record'
        )
    dataset = active().dataset(name)
    wanted = None if ids is None else listed(ids)
    if query is not None:
        engine = dataset.engine()
        selection = engine.select(query, dialect=dialect)
        found = set(wanted) if wanted is not None else None
        matched = engine.columns.logged.ids[selection.order()].tolist()
        wanted = matched if found is None else [one for one in matched if one in found]
    labels = list(label) if isinstance(label, set | tuple) else label
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
    name
        The dataset's name.
    query, ids
        Which records; at least one is needed.
    discard_only
        Set the status to Discarded instead, which can be undone.

    Returns
    -------
    tuple of int
        How many records matched, and how many were deleted or discarded.

    Raises
    ------
    ValueError
        Neither a query nor ids are given.
    DatasetNotFoundError, QueryError
        No such dataset, or a query that cannot be answered.
    StorageError, DatasetBusyError
        Nothing is deleted.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "dull")], "films")
    >>> rb.delete_records("films", "dull")
    (1, 1)
    >>> rb.count("films")
    1
    """
    if ids is None and query is None:
        raise ValueError(
            "delete_records needs query=… or ids=…; to remove a whole dataset use rb.delete(name)"
        )
    dataset = active().dataset(name)
    engine = dataset.engine()
    positions = chosen(engine, query, ids, None, dialect)
    found = engine.columns.logged.ids[positions].tolist()
    if discard_only:
        done = dataset.edit([Edit(one, "status", "Discarded") for one in found], query=query)
        return len(found), len(done.ids)
    if not found:
        return 0, 0
    store = Store(dataset.folder)
    deleted = store.delete(found)
    consider(store)
    return len(found), deleted
