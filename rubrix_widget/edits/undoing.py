"""Which changes an undo or a redo turns round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rubrix_widget.edits.judging import Conflicts
from rubrix_widget.store import Event, Group, Journal, Label, Step


@dataclass(frozen=True)
class Again:
    """Edits that going back makes again, and the records that undoing them had changed."""

    edits: frozenset[int]
    ids: frozenset[str]


@dataclass(frozen=True)
class Steps:
    """What is turned round.

    Attributes
    ----------
    edits
        The edits that are undone, or made again.
    events
        Their events, the newest first; with ``state`` all events since a moment, the oldest first.
    groups
        The groups that these events are of, the newest first.
    state
        Whether records go back to what they were then, whatever became of them since.
    named
        Whether the person said which edits, or back to what. They stay in effect, to be asked for
        once more, where that is refused for all records; a plain undo goes on to the edit before.
    kind
        "redo" where going back to what was then is to make edits again, by default what is asked.
    again
        Edits that are made again besides, as they were in effect at that moment.
    """

    edits: frozenset[int]
    events: list[Event]
    groups: list[int]
    state: bool = False
    named: bool = False
    kind: Literal["redo"] | None = None
    again: Again | None = None


def of_steps(journal: Journal, steps: Sequence[Step], *, named: bool = False) -> Steps:
    """Return steps that stand in the order in which they are turned round."""
    groups = [step.group for step in steps]
    events = [event for group in groups for _, event in reversed(journal.events(group))]
    return Steps(
        frozenset(edit for step in steps for edit in step.edits), events, groups, named=named
    )


def of_group(journal: Journal, number: int) -> Steps:
    """Return the edit of a number.

    Raises
    ------
    ValueError
        There is none, or it is no edit that is in effect.
    """
    if not 1 <= number <= journal.newest():
        raise ValueError(f"there is no group of changes {number}; rb.history(name) lists them")
    steps = journal.in_effect(edit=number)
    if steps:
        return of_steps(journal, steps, named=True)
    (known,) = journal.groups(1, number + 1)
    kind = known.kind
    raise ValueError(
        f"group {number} is undone already"
        if kind == "edit"
        else f"group {number} is of kind {kind!r}; give the number of an edit, or use redo"
    )


def back_to(journal: Journal, to: int | dt.datetime) -> Steps:
    """Return all that happened since a group, or a moment.

    Raises
    ------
    ValueError
        No such group, or the clock was set back round that moment.
    """
    number = to if isinstance(to, int) else group_at(journal, to)
    newest = journal.newest()
    if not 0 <= number <= newest:
        raise ValueError(f"there is no group of changes {number}; rb.history(name) lists them")
    since = [event for _, event in journal.events(after=journal.last(number))]
    later = journal.groups(newest - number)
    groups = [group.id for group in reversed(later)]
    undone, redone = _turned(later)
    edits = frozenset(group.id for group in later if group.kind == "edit") | redone
    if not undone:
        return Steps(edits, since, groups, state=True, named=True)
    if edits:
        undoing = (group.id for group in later if group.targets & undone)
        theirs = {event.record_id for group in undoing for _, event in journal.events(group)}
        again = Again(undone, frozenset(theirs))
        return Steps(edits, since, groups, state=True, named=True, again=again)
    return Steps(undone, since, groups, state=True, named=True, kind="redo")


def _turned(later: Sequence[Group]) -> tuple[frozenset[int], frozenset[int]]:
    """Return the edits of before that some groups undid, and those that they made again."""
    first: dict[int, str] = {}
    last: dict[int, str] = {}
    made = {group.id for group in later if group.kind == "edit"}
    for group in later:
        for edit in group.targets - made:
            first.setdefault(edit, group.kind)
            last[edit] = group.kind
    kinds = {edit: (kind, last[edit]) for edit, kind in first.items()}
    undone = frozenset(edit for edit, both in kinds.items() if both == ("undo", "undo"))
    return undone, frozenset(edit for edit, both in kinds.items() if both == ("redo", "redo"))


def group_at(journal: Journal, moment: dt.datetime) -> int:
    """Return the newest group up to a moment, 0 before the first."""
    newest, after = journal.around(moment)
    if after is not None and after < newest:
        raise ValueError(
            f"the clock was set back between groups {after} and {newest}, so {moment} could "
            f"be before or after them: give the number of a group, as rb.history(name) has it"
        )
    return newest


def labels_back(journal: Journal, steps: Steps) -> tuple[list[Label] | None, Conflicts]:
    """Return the labels declared before the changes, and a conflict where they changed since.

    Labels that were added since, as annotating makes them, are no contradiction: they stay.
    """
    labels = journal.labels()
    refused: Conflicts = []
    for group in steps.groups:
        declared = journal.declared(group)
        if declared is None:
            continue
        before, after = declared
        known = {label.name for label in after}
        added = tuple(label for label in labels if label.name not in known)
        if not steps.state and added and labels == (*after, *added):
            labels = (*before, *added)
            continue
        if labels != after and not steps.state:
            message = "the labels were declared anew since; they stay as they are"
            named = {"yours": _names(before), "theirs": _names(labels), "version": None}
            refused.append({"id": "", "field": "labels", **named, "message": message})
            continue
        labels = before
    return (list(labels) if labels != journal.labels() else None), refused


def _names(labels: Sequence[Label]) -> list[str]:
    return [label.name for label in labels]
