"""What was changed, by whom and when; and taking it back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from rubrix_widget.arrays import Ints
from rubrix_widget.edits import EditResult, LiveDataset
from rubrix_widget.edits.changes import value_of
from rubrix_widget.edits.judging import edit_field
from rubrix_widget.home import active
from rubrix_widget.query import Dialect
from rubrix_widget.store import EventColumns
from rubrix_widget.store.journal.events import LABELS, LOST, MADE, load, load_labels
from rubrix_widget.workspace.choosing import Ids, checked_limit, listed

if TYPE_CHECKING:
    import pandas as pd


def history(
    name: str,
    *,
    query: str | None = None,
    ids: Ids | None = None,
    agent: str | None = None,
    newest: int | None = None,
    dialect: Dialect = "notebook",
) -> pd.DataFrame:
    """List the changes of a dataset, the oldest first: a line for each change of a record.

    Parameters
    ----------
    name
        The dataset's name.
    query, dialect
        Only changes of records that this query matches now.
    ids
        Only changes of these records, whether or not they are still in the dataset.
    agent
        Only changes that this person made.
    newest
        Only the newest so many of these lines.

    Returns
    -------
    DataFrame
        =============  ===========================================================================
        group          number of the changes made at once; what :func:`undo` takes (int64)
        event          number of this change, from 1 (int64)
        at             when, in UTC; missing where it was lost (datetime64[us, UTC])
        agent          who
        kind           "edit", "undo", "redo", "logged" (records were logged with another text or
                       label than before, which put an end to earlier changes) or "lost" (a damaged
                       journal was mended, and nothing more is known of the change)
        id             the record; missing where the change is of the dataset's labels, or lost
        field          "annotation", "status", "comment", "verdict", "labels" or "lost"
        old, new       the annotation (a label, in a multi-label dataset a list), status, comment,
                       verdict or list of labels before and after; None is none, or for "logged"
                       what is logged
        prediction     what was predicted for the record: a label, or a list
        query, reason  as given with the change
        in_effect      whether it was made by an edit that is not undone (bool)
        =============  ===========================================================================

    Raises
    ------
    DatasetNotFoundError, QueryError
        No such dataset, or a query that cannot be answered.
    ValueError
        ``newest`` is no number of lines.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t, id=t) for t in ("a", "b")], "films")
    >>> done = rb.relabel("films", "good", query="", agent="ada", reason="all are")
    >>> done = rb.relabel("films", "bad", ids="b", agent="bob")
    >>> shown = ["group", "agent", "id", "field", "old", "new"]
    >>> rb.history("films", query="")[shown]
       group agent id       field   old   new
    0      1   ada  a  annotation  None  good
    1      1   ada  b  annotation  None  good
    2      2   bob  b  annotation  good   bad
    >>> rb.history("films", agent="bob", newest=1)["new"].tolist()
    [['good', 'bad']]
    """
    limit = None if newest is None else checked_limit(newest, "newest")
    dataset = active().dataset(name)
    every = query is None and ids is None and agent is None
    found = dataset.changes(limit if every else None)
    here = np.flatnonzero(_wanted(dataset, found, query, ids, agent, dialect))
    return _frame(
        found,
        here[len(here) - min(limit, len(here)) :] if limit is not None else here,
        dataset.engine().multi_label,
    )


def _wanted(
    dataset: LiveDataset,
    found: EventColumns,
    query: str | None,
    ids: Ids | None,
    agent: str | None,
    dialect: Dialect,
) -> Any:
    wanted = np.ones(len(found), bool)
    if ids is not None:
        wanted &= _among(found.ids, set(listed(ids)))
    if query is not None:
        engine = dataset.engine()
        matched = engine.columns.logged.ids[engine.select(query, dialect=dialect).order()]
        wanted &= _among(found.ids, set(matched.tolist()))
    if agent is not None:
        by = np.array([one == agent for one in found.groups.agent], bool)
        wanted &= by[found.group]
    return wanted


def _among(given: Sequence[str | None], wanted: set[str]) -> Any:
    return np.fromiter((one in wanted for one in given), bool, len(given))


def _frame(found: EventColumns, here: Ints, multi_label: bool) -> pd.DataFrame:
    import pandas as pd

    groups, group = found.groups, found.group[here]
    fields = [_field(one) for one in found.texts]
    at = groups.at.astype("datetime64[us]")
    at[[kind == "lost" for kind in groups.kind]] = np.datetime64("NaT")
    ids = np.array(found.ids, object)[here]
    return pd.DataFrame(
        {
            "group": groups.number[group],
            "event": found.number[here],
            "at": pd.DatetimeIndex(at[group], tz="UTC"),
            "agent": _texts(groups.agent, group),
            "kind": _texts(groups.kind, group),
            "id": pa.array(ids, pa.large_string()).to_pandas(),
            "field": _texts(fields, found.field[here]),
            "old": _values(found, found.old[here], found.field[here], multi_label),
            "new": _values(found, found.new[here], found.field[here], multi_label),
            "prediction": _predictions(found, found.prediction[here], multi_label),
            "query": _texts(groups.query, group),
            "reason": _texts(groups.reason, group),
            "in_effect": groups.in_effect[group],
        }
    )


def _field(name: str | None) -> str | None:
    if name is None or name == LOST:
        return name
    return LABELS if name in (LABELS, MADE) else edit_field(name)


def _texts(values: Sequence[str | None], which: Ints) -> Any:
    return pa.array(values, pa.large_string()).take(pa.array(which)).to_pandas()


def _values(found: EventColumns, which: Ints, fields: Ints, multi_label: bool) -> Any:
    """Return the values of the fields of events: each pair of field and value is read once."""
    import pandas as pd

    pairs, places = np.unique(fields * len(found.texts) + which, return_inverse=True)
    values = np.empty(len(pairs), object)
    values[:] = [
        _value(found.texts[field], found.texts[value], multi_label)
        for field, value in (divmod(int(one), len(found.texts)) for one in pairs)
    ]
    return pd.Series(values[places], dtype=object)


def _value(field: str | None, text: str | None, multi_label: bool) -> Any:
    if text is None or field is None:
        return None
    if field in (LABELS, MADE):
        return [label.name for label in load_labels(text) if not label.retired]
    state = load(text)
    return None if state is None else _plain(value_of(edit_field(field), state), multi_label)


def _predictions(found: EventColumns, which: Ints, multi_label: bool) -> Any:
    import pandas as pd

    kinds, places = np.unique(which, return_inverse=True)
    values = np.empty(len(kinds), object)
    texts = [found.texts[one] for one in kinds]
    values[:] = [None if one is None else _plain(json.loads(one), multi_label) for one in texts]
    return pd.Series(values[places], dtype=object)


def _plain(value: Any, multi_label: bool) -> Any:
    """Return an annotation as records have it: a label, or a list of them."""
    if isinstance(value, list) and not multi_label:
        return value[0] if value else None
    return value


def undo(
    name: str,
    *,
    group: int | None = None,
    by: str | None = None,
    to: int | str | dt.datetime | None = None,
    agent: str | None = None,
    dry_run: bool = False,
) -> EditResult | None:
    """Take changes back, as one group; by default the newest that the user made.

    A record changed again since then is left as it is and reported as a conflict. What is undone
    can be made again by :func:`redo`, and nothing leaves :func:`history`.

    Parameters
    ----------
    name
        The dataset's name.
    group
        Take back the changes of this number, whoever made them; :func:`history` has the numbers.
    by
        Take back everything that this person changed and that is in effect.
    to
        Bring every record back to what it was after the group of this number (0: as logged), or at
        this moment: a datetime, or text such as "2026-11-28 14:30"; without a time zone it is that
        of this computer.
    agent
        Who undoes; by default the user.
    dry_run
        Only tell what would be changed, and what would conflict.

    Returns
    -------
    EditResult or None
        The records that are as before, and ``conflicts``; None where there is nothing to undo.

    Raises
    ------
    ValueError
        More than one of group, by and to; no such group, or one that is undone already; or a
        moment that is none, or ambiguous as the clock was set back.
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t, id=t) for t in ("a", "b")], "films")
    >>> done = rb.relabel("films", "good", query="", agent="ada")
    >>> done = rb.relabel("films", "bad", ids="b", agent="bob")
    >>> rb.undo("films", group=1, dry_run=True).conflicts[0]["message"]
    "record 'b' was changed meanwhile: it is ['bad'] now"
    >>> rb.undo("films", to=0).changes
    2
    >>> rb.count("films", "_exists_:annotated_as")
    0
    """
    number = None if group is None else checked_limit(group, "group")
    return (
        active()
        .dataset(name)
        .undo(agent=agent, group=number, by=by, to=moment(to), dry_run=dry_run)
    )


def redo(name: str, *, agent: str | None = None, dry_run: bool = False) -> EditResult | None:
    """Make the changes again that were undone last.

    Parameters
    ----------
    name
        The dataset's name.
    agent
        Whose undo to take back; by default the user's.
    dry_run
        Only tell what would be changed, and what would conflict.

    Returns
    -------
    EditResult or None
        None where nothing was undone, or changes were made since.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> done = rb.log(rb.TextClassificationRecord(text="a"), "films")
    >>> done = rb.relabel("films", "good", query="")
    >>> done = rb.undo("films")
    >>> rb.redo("films").changes
    1
    >>> rb.redo("films") is None
    True
    """
    return active().dataset(name).redo(agent=agent, dry_run=dry_run)


def moment(given: int | str | dt.datetime | None) -> int | dt.datetime | None:
    """Return a group's number or a moment, from what stands for one.

    Raises
    ------
    ValueError
        It stands for none.
    """
    if isinstance(given, str):
        try:
            return dt.datetime.fromisoformat(given)
        except ValueError:
            given = repr(given)
    elif isinstance(given, int | np.integer) and not isinstance(given, bool):
        return int(given)
    elif given is None or isinstance(given, dt.datetime):
        return given
    raise ValueError(
        f"{given} is no moment; give the number of a group as rb.history(name) has it, a datetime, "
        f'or text such as "2026-11-28 14:30"'
    )
