"""Annotating, discarding, commenting on, judging and deleting records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rubrix_widget.arrays import Ints
from rubrix_widget.edits import Action, Edit, EditResult, How, missing
from rubrix_widget.engine import Engine
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
    how: How = "replace",
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
        Which records: those with these ids, those the query matches, or with both those of the ids
        that it matches. At least one is needed: ``query=""`` says every record.
    dialect
        "notebook" or "lucene".
    how
        "replace" what is there; in a multi-label dataset also "add" the labels, or "remove" them,
        and leave the others.
    reason, agent
        Kept with the change; the agent is by default the user's name.

    Returns
    -------
    EditResult
        The ids of the records, how many of them changed, the number of the group for
        :func:`undo`, and ids there are no records of as ``conflicts``.

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
    >>> rb.relabel("films", "bad", query="dull", reason="read again")
    <1 record meant, 1 changed, group 1>
    >>> rb.count("films", "annotated_as:bad")
    1
    """
    labels = list(label) if isinstance(label, set | tuple) else label
    action = Action("annotation", labels, how)
    return _changed("relabel", name, action, ids, query, dialect, reason, agent)


def set_status(
    name: str,
    status: str,
    *,
    ids: Ids | None = None,
    query: str | None = None,
    dialect: Dialect = "notebook",
    reason: str | None = None,
    agent: str | None = None,
) -> EditResult:
    """Validate or discard the records with some ids, or all that a query matches, as one change.

    Parameters
    ----------
    name
        The dataset's name.
    status
        "Validated", "Discarded", "Default" or "Edited". Annotations stay as they are.
    ids, query, dialect
        Which records, as in :func:`relabel`.
    reason, agent
        Kept with the change; the agent is by default the user's name.

    Returns
    -------
    EditResult
        As of :func:`relabel`.

    Raises
    ------
    ValueError
        Neither ids nor a query is given.
    DatasetNotFoundError, QueryError
        No such dataset, or a query that cannot be answered.
    RecordError
        No status; nothing is changed.
    StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "dull")], "films")
    >>> rb.set_status("films", "Discarded", query="dull").changes
    1
    >>> rb.count("films", "status:Discarded")
    1
    """
    action = Action("status", status)
    return _changed("set_status", name, action, ids, query, dialect, reason, agent)


def comment(
    name: str,
    text: str | None,
    *,
    ids: Ids | None = None,
    query: str | None = None,
    dialect: Dialect = "notebook",
    reason: str | None = None,
    agent: str | None = None,
) -> EditResult:
    """Write a comment on the records with some ids, or all that a query matches, as one change.

    Parameters
    ----------
    name
        The dataset's name.
    text
        The comment, in the place of one that is there; None or blank text takes it away.
    ids, query, dialect
        Which records, as in :func:`relabel`.
    reason, agent
        Kept with the change; the agent is by default the user's name.

    Returns
    -------
    EditResult
        As of :func:`relabel`.

    Raises
    ------
    ValueError
        Neither ids nor a query is given.
    DatasetNotFoundError, QueryError
        No such dataset, or a query that cannot be answered.
    RecordError
        The comment is no text, or longer than 10,000 characters; nothing is changed.
    StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> done = rb.log(rb.TextClassificationRecord(text="fine, I suppose", id=7), "films")
    >>> rb.comment("films", "irony?", ids=7).changes
    1
    """
    return _changed("comment", name, Action("comment", text), ids, query, dialect, reason, agent)


def set_verdict(
    name: str,
    verdict: str | None,
    *,
    ids: Ids | None = None,
    query: str | None = None,
    dialect: Dialect = "notebook",
    reason: str | None = None,
    agent: str | None = None,
) -> EditResult:
    """Say who is right where model and annotation differ, of some records, as one change.

    Parameters
    ----------
    name
        The dataset's name.
    verdict
        "label_wrong", "model_wrong", "ambiguous" or "both_fine", in the place of one that is there;
        None takes it away. Annotations and status stay as they are.
    ids, query, dialect
        Which records, as in :func:`relabel`.
    reason, agent
        Kept with the change; the agent is by default the user's name.

    Returns
    -------
    EditResult
        As of :func:`relabel`.

    Raises
    ------
    ValueError
        Neither ids nor a query is given.
    DatasetNotFoundError, QueryError
        No such dataset, or a query that cannot be answered.
    RecordError
        No verdict; nothing is changed.
    StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "dull")], "films")
    >>> rb.set_verdict("films", "ambiguous", query="fine").changes
    1
    >>> rb.count("films", "verdict:ambiguous")
    1
    """
    action = Action("verdict", verdict)
    return _changed("set_verdict", name, action, ids, query, dialect, reason, agent)


def _changed(
    verb: str,
    name: str,
    action: Action,
    ids: Ids | None,
    query: str | None,
    dialect: Dialect,
    reason: str | None,
    agent: str | None,
) -> EditResult:
    if ids is None and query is None:
        raise ValueError(
            f"{verb} changes the records of ids=… or query=…; neither is given. "
            'Write query="" to change every record'
        )
    asked = None if ids is None else listed(ids)

    def which(engine: Engine) -> Ints:
        if asked is None:
            return engine.select(query, dialect=dialect).order()
        places = engine.positions(asked)
        places = places[places >= 0]
        if query is None:
            return places
        return places[engine.select(query, dialect=dialect).mask[places]]

    dataset = active().dataset(name)
    done = dataset.change(which, action, agent=agent, query=query, reason=reason)
    places = [] if asked is None else done.engine.positions(asked).tolist()
    lacking = [one for one, place in zip(asked or [], places, strict=True) if place < 0]
    conflicts = [missing(Edit(one, action.field, action.new)) for one in lacking]
    return replace(done, conflicts=conflicts)


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
    dialect
        "notebook" or "lucene".

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

    def which(engine: Engine) -> Ints:
        return chosen(engine, query, ids, None, dialect)

    if discard_only:
        done = dataset.change(which, Action("status", "Discarded"), query=query)
        return len(done.ids), len(done.ids)
    engine = dataset.engine()
    found = engine.columns.logged.ids[which(engine)].tolist()
    if not found:
        return 0, 0
    store = Store(dataset.folder)
    deleted = store.delete(found)
    consider(store)
    return len(found), deleted
