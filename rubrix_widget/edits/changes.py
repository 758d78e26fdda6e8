"""Edits as people make them, and the rules for what each does to a record."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from rubrix_widget.columns import STATUSES, State
from rubrix_widget.errors import RecordError
from rubrix_widget.jsontext import check_text
from rubrix_widget.store import Group

if TYPE_CHECKING:
    from rubrix_widget.engine import Engine

EditField = Literal["annotation", "status"]
EDIT_FIELDS: Final = ("annotation", "status")
MAX_LABEL = 500  # characters; a label is a name, and it is drawn in lists and charts


class _Unset:
    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = _Unset()


@dataclass(frozen=True)
class Edit:
    """A change of one record.

    Parameters
    ----------
    id
        The record's id.
    field
        "annotation" or "status".
    new
        For an annotation its labels (None clears it), for a status its name.
    version, old
        What the record was when the edit was made; if it is not that any more, the edit is
        refused. Left out, the edit holds whatever the record is now.
    """

    id: str
    field: EditField
    new: Any
    version: int | None = None
    old: Any = UNSET


@dataclass(frozen=True)
class EditResult:
    """What became of some edits.

    Attributes
    ----------
    ids : list of str
        The records that are now as asked.
    conflicts : list of dict
        The edits refused: ``id``, ``field``, ``yours``, ``theirs``, ``version`` and ``message``.
    group : int or None
        Number of the group of changes in the journal; None when nothing was written.
    """

    ids: list[str]
    conflicts: list[dict[str, Any]]
    group: int | None
    engine: Engine = field(repr=False)

    @property
    def applied(self) -> list[dict[str, Any]]:
        """The changed records as they are now, as plain data."""
        return self.engine.records(self.engine.positions(self.ids))


def person() -> str:
    """Return the name changes are signed with when none is given: the user's."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def new_state(edit: Edit, now: State, agent: str, multi_label: bool) -> State:
    """Return what an edit makes of a record.

    An annotation validates the record, clearing it takes it back to Default, and a status leaves
    the annotation alone.

    Raises
    ------
    RecordError
        The value is no annotation or status that this dataset can hold.
    """
    if edit.field == "status":
        if edit.new not in STATUSES:
            raise RecordError(
                f"record {edit.id!r}: {edit.new!r} is no status; use {', '.join(STATUSES)}",
                record_id=edit.id,
            )
        return State(now.annotation, edit.new, now.annotation_agent)
    if edit.field != "annotation":
        raise RecordError(
            f"record {edit.id!r}: {edit.field!r} cannot be edited; use {' or '.join(EDIT_FIELDS)}",
            record_id=edit.id,
        )
    if edit.new is None:
        return State(None, "Default", None)
    return State(checked_labels(edit.new, edit.id, multi_label), "Validated", agent)


def checked_labels(labels: Any, record_id: str, multi_label: bool) -> tuple[str, ...]:
    """Return the labels of an annotation.

    Raises
    ------
    RecordError
        Not a list of label names, or more or fewer than the dataset allows.
    """
    if isinstance(labels, str):
        labels = [labels]
    fine = isinstance(labels, Sequence) and all(
        isinstance(one, str) and one.strip() and len(one) <= MAX_LABEL and _is_text(one)
        for one in labels
    )
    if not fine or len(set(labels)) != len(labels):
        raise RecordError(
            f"record {record_id!r}: {labels!r} is no annotation; give different, non-empty label "
            f"names of at most {MAX_LABEL} characters",
            record_id=record_id,
        )
    if not multi_label and len(labels) != 1:
        raise RecordError(
            f"record {record_id!r}: a record of a single-label dataset has exactly one label, "
            f"not {len(labels)}",
            record_id=record_id,
        )
    return tuple(labels)


def _is_text(value: str) -> bool:
    try:
        check_text(value)
    except ValueError:
        return False
    return True


def same_value(edit_field: str, value: Any, now: State) -> bool:
    """Tell whether a value of an edit is what the record has."""
    if edit_field == "status":
        return bool(value == now.status)
    if value is None or now.annotation is None:
        return value is None and now.annotation is None
    return set([value] if isinstance(value, str) else value) == set(now.annotation)


def value_of(edit_field: str, state: State) -> Any:
    """Return what a record has in the field of an edit."""
    if edit_field == "status":
        return state.status
    return None if state.annotation is None else list(state.annotation)


def undoable(groups: Sequence[Group], agent: str | None) -> tuple[list[Group], list[Group]]:
    """Return the groups that can be undone, and those that can be redone, newest last.

    Parameters
    ----------
    groups
        All groups, oldest first.
    agent
        Only this person's; None for everybody's.
    """
    done: list[Group] = []
    undone: list[Group] = []
    by_id = {group.id: group for group in groups}
    for group in groups:
        if agent is not None and group.agent != agent:
            continue
        if group.kind == "edit":
            done.append(group)
            undone.clear()
            continue
        target = by_id.get(group.target or 0)
        source, sink = (done, undone) if group.kind == "undo" else (undone, done)
        if target in source:
            source.remove(target)
            sink.append(target)
    return done, undone
