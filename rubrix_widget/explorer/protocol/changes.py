"""Messages about changes: of records in sight, of any number at once, taken back and made again."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from rubrix_widget.explorer.protocol.records import LabelCount, RecordPayload, View

EditField = Literal["annotation", "status", "comment", "verdict"]


class Edit(TypedDict):
    """One change, with the version and the value the person saw."""

    id: str
    field: EditField
    version: int
    old: Any
    new: Any


class EditParams(TypedDict):
    """``edit``: a request repeated under the same ``edit_id`` is applied once."""

    edit_id: str
    edits: list[Edit]


class Conflict(TypedDict):
    """An edit that was not applied because the record had changed meanwhile."""

    id: str
    field: EditField
    yours: Any
    theirs: Any
    version: int


class EditResult(TypedDict):
    """What ``edit``, ``change``, ``undo`` and ``redo`` did; ``said`` only for the latter two.

    Of more records ``changed`` than are ``applied`` here the page asks anew, and of more
    ``refused`` than there are conflicts here it knows the number alone.
    """

    applied: list[RecordPayload]
    changed: int
    conflicts: list[Conflict]
    refused: int
    can_undo: bool
    can_redo: bool
    version: int
    labels: list[LabelCount]
    said: NotRequired[str]


class Scope(TypedDict):
    """Which records are meant: those of some ids, or all that a view shows; the other is null."""

    ids: list[str] | None
    view: View | None


class Action(TypedDict):
    """What is to be done to each: a new value, or labels added and labels taken away."""

    field: EditField
    how: Literal["replace", "alter"]
    new: Any
    without: list[str]


class TallyParams(TypedDict):
    """``tally``: how many of some records have each label."""

    scope: Scope


class TallyResult(TypedDict):
    """The records meant, and those of them with each label."""

    count: int
    labels: list[LabelCount]


class PlanParams(TypedDict):
    """``plan``: what an action would do; nothing is changed."""

    scope: Scope
    action: Action


class Becoming(TypedDict):
    """So many records have one value of a field and get another, which may be the same."""

    old: Any
    new: Any
    count: int


class PlanResult(TypedDict):
    """The records meant, how many would change, and what becomes of them, commonest first.

    ``left_out`` counts records that become something not told here. The ``digest`` stands for the
    records and what each of them is now.
    """

    count: int
    changes: int
    becoming: list[Becoming]
    left_out: int
    digest: str


class ChangeParams(TypedDict):
    """``change``: does what was planned, once for each ``change_id``, or nothing.

    Refused as outdated where the ``digest`` is not true any more.
    """

    change_id: str
    scope: Scope
    action: Action
    digest: str
    reason: str | None


class UndoParams(TypedDict):
    """``undo``: the newest of one's own changes, or a group of anybody's.

    ``dry_run`` only tells what would be done.
    """

    group: int | None
    dry_run: bool


class ChangesParams(TypedDict):
    """``changes``: the newest groups of changes, or those before one."""

    before: int | None


class ChangeGroup(TypedDict):
    """Changes that were made together, by whom, of how many records, and whether they still hold.

    ``becoming`` has some of what became of them.
    """

    id: int
    at: str
    agent: str | None
    kind: Literal["edit", "undo", "redo", "logged", "lost"]
    field: EditField | None
    count: int
    becoming: list[Becoming]
    query: str | None
    reason: str | None
    undone: bool


class ChangesResult(TypedDict):
    """Groups of changes, the newest first, and whether there are older ones."""

    groups: list[ChangeGroup]
    more: bool
