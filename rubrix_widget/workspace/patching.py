"""Corrections that travel: out of one dataset as a small file, into another one."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from rubrix_widget import patches
from rubrix_widget.home import active
from rubrix_widget.patches import Patch, PatchReport
from rubrix_widget.query import Dialect
from rubrix_widget.workspace.telling import moment

Moment = int | str | dt.datetime


def export_patch(
    name: str,
    path: str | os.PathLike[str] = "corrections.jsonl",
    *,
    since: Moment | None = None,
    query: str | None = None,
    dialect: Dialect = "notebook",
) -> Patch:
    """Write what people corrected in a dataset as a small file.

    A line of JSON for each record that is not as it was logged, in the order in which records were
    first changed, so that the file of next week mostly has more lines at its end: made to be read,
    and kept under version control. :func:`apply_patch` makes the same corrections in other data.

    Parameters
    ----------
    name
        The dataset's name.
    path
        The file; one that is there is replaced.
    since
        Only what was changed after the group of this number, or after this moment, as :func:`undo`
        takes it; by default everything since the records were logged.
    query, dialect
        Only records that this query matches now.

    Returns
    -------
    Patch
        What was written.

    Raises
    ------
    DatasetNotFoundError, QueryError
        No such dataset, or a query that cannot be answered.
    ValueError
        No such group or moment.
    OSError
        The file cannot be written; one that was there stays.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "dull")], "films")
    >>> done = rb.relabel("films", "bad", query="dull", agent="ada")
    >>> rb.export_patch("films")
    <Patch of 'films': 1 record (1 annotation, 1 status)>
    >>> done = rb.log([rb.TextClassificationRecord(text=t, id=t) for t in ("odd", "dull")], "next")
    >>> rb.apply_patch("next", "corrections.jsonl")
    <Patch on 'next': 1 applied, 0 already so, 0 conflicting, 0 missing, group 1>
    """
    dataset = active().dataset(name)
    engine = dataset.engine()
    wanted = None if query is None else engine.select(query, dialect=dialect).mask
    start = moment(since)
    patch = patches.difference(dataset, 0 if start is None else start, None, wanted, engine)
    patch.write(path)
    return patch


def read_patch(path: str | os.PathLike[str]) -> Patch:
    """Read a patch's file.

    Parameters
    ----------
    path
        A file that :func:`export_patch` or :meth:`Patch.write` wrote.

    Returns
    -------
    Patch

    Raises
    ------
    PatchError
        A line that is none of a patch; the message has its number.
    OSError
        The file cannot be read.

    Examples
    --------
    >>> done = rb.log(rb.TextClassificationRecord(text="fine"), "films")
    >>> done = rb.set_status("films", "Discarded", query="")
    >>> done = rb.export_patch("films", "films.jsonl")
    >>> rb.read_patch("films.jsonl")[0].changes
    {'status': Difference(old='Default', new='Discarded')}
    """
    return patches.read(path)


def apply_patch(
    name: str,
    patch: Patch | str | os.PathLike[str],
    *,
    strict: bool = False,
    dry_run: bool = False,
    agent: str | None = None,
) -> PatchReport:
    """Correct a dataset's records as a patch says, as one change that is undone together.

    A line is of the record with its id, where that has the same text; else of all records with that
    text which have no line of their own. Never is a correction made to another text. A record that
    is neither as before nor as after the correction is left as it is and reported.

    Parameters
    ----------
    name
        The dataset's name.
    patch
        A patch, or the path of its file.
    strict
        Change nothing at all if anything conflicts or is missing.
    dry_run
        Only tell what would become of the patch.
    agent
        Who applies it; by default the user's name. Annotations keep the author they have in the
        patch.

    Returns
    -------
    PatchReport
        ``applied``, ``already_so``, ``conflicting`` and ``missing``, by line and record.

    Raises
    ------
    PatchError
        The file has a line that is none of a patch, the patch is of the other kind (single- or
        multi-label), or ``strict`` and it does not fit; nothing is changed.
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    OSError, StorageError, DatasetBusyError
        Nothing is changed.

    Examples
    --------
    >>> films = [rb.TextClassificationRecord(text=t, id=t) for t in ("fine", "dull")]
    >>> done = rb.log(films, "films")
    >>> done = rb.relabel("films", "good", query="", agent="ada")
    >>> patch = rb.diff("films", 0)
    >>> done = rb.relabel("films", "so so", ids="dull", agent="ada")
    >>> rb.apply_patch("films", patch, dry_run=True)
    <Patch on 'films': 0 applied, 1 already so, 1 conflicting, 0 missing
      line 3: annotation is 'so so', neither None nor 'good'>
    >>> rb.apply_patch("films", patch).to_pandas()[["line", "record", "became"]].values.tolist()
    [[2, 'fine', 'already so'], [3, 'dull', 'conflicting']]
    """
    dataset = active().dataset(name)
    if isinstance(patch, Patch):
        given, source = patch, f"a patch of {patch.dataset}"
    else:
        given, source = patches.read(patch), Path(patch).name
    return patches.apply(dataset, given, source=source, strict=strict, dry_run=dry_run, agent=agent)


def diff(name: str, before: Moment, after: Moment | None = None) -> Patch:
    """Return what became of a dataset's records between two moments, as a patch.

    Parameters
    ----------
    name
        The dataset's name.
    before, after
        The number of a group as :func:`history` has it (0: as logged), a datetime, or text such as
        "2026-11-28 14:30"; ``after`` is by default now.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    ValueError
        No such group or moment.

    Examples
    --------
    >>> done = rb.log(rb.TextClassificationRecord(text="fine"), "films")
    >>> for label in ("bad", "good"):
    ...     done = rb.relabel("films", label, query="")
    >>> rb.diff("films", 1)[0].changes["annotation"]
    Difference(old='bad', new='good')
    >>> rb.diff("films", 0, 1)[0].changes["annotation"]
    Difference(old=None, new='bad')
    """
    start, end = moment(before), moment(after)
    if start is None:
        raise ValueError("before is None; give a group's number (0: as logged) or a moment")
    return patches.difference(active().dataset(name), start, end)
