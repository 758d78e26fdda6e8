"""Edits as people make them, and the rules for what each does to a record."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from rubrix_widget.columns import STATUSES, VERDICTS, State
from rubrix_widget.errors import RecordError
from rubrix_widget.jsontext import check_text

if TYPE_CHECKING:
    from rubrix_widget.engine import Engine

EditField = Literal["annotation", "status", "comment", "verdict"]
EDIT_FIELDS: Final = ("annotation", "status", "comment", "verdict")
MAX_LABEL = 500  # characters; a label is a name, and it is drawn in lists and charts
MAX_COMMENT = 10_000  # characters; some pages


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
        "annotation", "status", "comment" or "verdict".
    new
        For an annotation its labels, for a status or a verdict its name, for a comment its text;
        None clears all but a status.
    version, old
        What the record was when the edit was made; if it is not that any more, the edit is
        refused. Left out, the edit holds whatever the record is now.
    """

    id: str
    field: EditField
    new: Any
    version: int | None = None
    old: Any = UNSET


@dataclass(frozen=True, repr=False)
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
    changes : int
        How many records were changed; the others were already as asked.
    """

    ids: list[str]
    conflicts: list[dict[str, Any]]
    group: int | None
    engine: Engine
    changes: int = 0

    def __repr__(self) -> str:
        meant, refused = len(self.ids), len(self.conflicts)
        told = f"{meant:,} record{'' if meant == 1 else 's'} meant, {self.changes:,} changed"
        if refused:
            told += f", {refused:,} refused ({self.conflicts[0]['message']}"
            told += ", …)" if refused > 1 else ")"
        return f"<{told}>" if self.group is None else f"<{told}, group {self.group}>"

    @property
    def applied(self) -> list[dict[str, Any]]:
        """The changed records as they are now, as plain data."""
        return self.engine.records(self.engine.positions(self.ids))


def person(given: str | None = None) -> str:
    """Return the name that changes are signed with: the one given, by default the user's.

    Raises
    ------
    ValueError
        No name that can be kept.
    """
    if given:
        check_noted("the agent", given)
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def check_noted(what: str, given: object) -> None:
    """Refuse what is kept with a change, if anything is, unless it is text.

    Raises
    ------
    ValueError
        It is no text.
    """
    if given is not None and not is_text(given):
        raise ValueError(
            f"{what} is {given!r}; give text without lone surrogates, or leave it out. Nothing was "
            f"changed"
        )


def new_state(
    field: EditField,
    new: Any,
    now: State,
    agent: str,
    multi_label: bool,
    record_id: str | None = None,
) -> State:
    """Return what an edit makes of a record.

    An annotation validates the record, clearing it takes it back to Default; a status, a
    comment and a verdict leave the annotation alone.

    Raises
    ------
    RecordError
        The value is none that this dataset can hold.
    """
    if field == "status":
        if new not in STATUSES:
            raise _refused(record_id, f"{new!r} is no status; use {', '.join(STATUSES)}")
        return replace(now, status=new)
    if field == "comment":
        return replace(now, comment=_checked_comment(new, record_id))
    if field == "verdict":
        if new is not None and new not in VERDICTS:
            known = ", ".join(VERDICTS)
            raise _refused(
                record_id, f"{new!r} is no verdict; use {known}, or None to take it away"
            )
        return replace(now, verdict=new)
    if field != "annotation":
        use = " or ".join(EDIT_FIELDS)
        raise _refused(record_id, f"{field!r} cannot be edited; use {use}")
    if new is None:
        return replace(now, annotation=None, status="Default", annotation_agent=None)
    labels = checked_labels(new, record_id, multi_label)
    return replace(now, annotation=labels, status="Validated", annotation_agent=agent)


def _checked_comment(comment: Any, record_id: str | None) -> str | None:
    if comment is None or (isinstance(comment, str) and not comment.strip()):
        return None
    if not isinstance(comment, str) or len(comment) > MAX_COMMENT or not is_text(comment):
        raise _refused(record_id, f"the comment is no text of at most {MAX_COMMENT:,} characters")
    return comment


def checked_labels(labels: Any, record_id: str | None, multi_label: bool) -> tuple[str, ...]:
    """Return the labels of an annotation.

    Raises
    ------
    RecordError
        Not a list of label names, or more or fewer than the dataset allows.
    """
    if isinstance(labels, str):
        labels = [labels]
    fine = isinstance(labels, Sequence) and all(map(is_label, labels))
    if not fine or len(set(labels)) != len(labels):
        raise _refused(
            record_id,
            f"{labels!r} is no annotation; give different, non-empty label names of at most "
            f"{MAX_LABEL} characters",
        )
    if not multi_label and len(labels) != 1:
        raise _refused(
            record_id,
            f"a record of a single-label dataset has exactly one label, not {len(labels)}",
        )
    return tuple(labels)


def _refused(record_id: str | None, why: str) -> RecordError:
    """Return the error for a value, of one record or of many."""
    return RecordError(
        why if record_id is None else f"record {record_id!r}: {why}", record_id=record_id
    )


def is_label(value: object) -> bool:
    """Tell whether something can be the name of a label."""
    return (
        isinstance(value, str)
        and bool(value.strip())
        and len(value) <= MAX_LABEL
        and is_text(value)
    )


def is_text(value: object) -> bool:
    """Tell whether something is text that UTF-8 can carry."""
    if not isinstance(value, str):
        return False
    try:
        check_text(value)
    except ValueError:
        return False
    return True


def same_value(edit_field: str, value: Any, now: State) -> bool:
    """Tell whether a value of an edit is what the record has."""
    if edit_field != "annotation":
        return bool(value == value_of(edit_field, now))
    if value is None or now.annotation is None:
        return value is None and now.annotation is None
    return set([value] if isinstance(value, str) else value) == set(now.annotation)


def with_part(edit_field: str, now: State, source: State) -> State:
    """Return a state with that of another in all that an edit of a field sets."""
    if edit_field == "comment":
        return replace(now, comment=source.comment)
    if edit_field == "status":
        return replace(now, status=source.status)
    if edit_field == "verdict":
        return replace(now, verdict=source.verdict)
    return replace(source, comment=now.comment, verdict=now.verdict)


def value_of(edit_field: str, state: State) -> Any:
    """Return what a record has in the field of an edit."""
    if edit_field == "status":
        return state.status
    if edit_field == "comment":
        return state.comment
    if edit_field == "verdict":
        return state.verdict
    return None if state.annotation is None else list(state.annotation)
