"""Reads what the page asks for about changes: nothing of it is believed before."""

from __future__ import annotations

from typing import Any, NamedTuple

from rubrix_widget.edits import EDIT_FIELDS, Action, Edit
from rubrix_widget.edits.changes import EditField
from rubrix_widget.explorer.checks import (
    choice,
    fields,
    integer,
    members,
    selected,
    shown,
    text,
    view,
)
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.changes import ChangeParams, PlanParams, Scope
from rubrix_widget.explorer.protocol.limits import (
    MAX_COMMENT,
    MAX_EDITS,
    MAX_LABELS,
    MAX_NAMED,
    MAX_REASON,
)


class Change(NamedTuple):
    """A change of many records that a person agreed to."""

    name: str
    scope: Scope
    action: Action
    digest: str
    reason: str | None


def edits(params: object) -> tuple[str, list[Edit]]:
    """Read the parameters of ``edit``: its ``edit_id`` and the changes."""
    given = fields(params, "params of 'edit'", ("edit_id", "edits"))
    return text(given["edit_id"], "edit_id", MAX_NAMED), members(
        given["edits"], "edits", MAX_EDITS, _edit
    )


def _edit(value: object, what: str) -> Edit:
    given = fields(value, what, ("id", "field", "version", "old", "new"))
    field = _field(given["field"], f"{what}.field")
    return Edit(
        id=text(given["id"], f"{what}.id"),
        field=field,
        new=_value(field, given["new"], f"{what}.new"),
        version=integer(given["version"], f"{what}.version", 0, 2**53),
        old=_value(field, given["old"], f"{what}.old"),
    )


def _field(value: object, what: str) -> EditField:
    known: dict[str, EditField] = {name: name for name in EDIT_FIELDS}
    return known[choice(value, what, tuple(known))]


def _value(field: EditField, value: object, what: str) -> str | list[str] | None:
    if field == "status":
        return text(value, what)
    if value is None:
        return None
    if field == "verdict":
        return text(value, what)
    if field == "comment":
        return text(value, what, MAX_COMMENT)
    return members(value, what, MAX_LABELS, text)


def tally(params: object) -> Scope:
    """Read the parameters of ``tally``."""
    return _scope(fields(params, "params of 'tally'", ("scope",))["scope"])


def plan(params: object) -> tuple[Scope, Action]:
    """Read the parameters of ``plan``."""
    given = fields(params, "params of 'plan'", tuple(PlanParams.__annotations__))
    return _scope(given["scope"]), _action(given["action"])


def change(params: object) -> Change:
    """Read the parameters of ``change``."""
    given = fields(params, "params of 'change'", tuple(ChangeParams.__annotations__))
    reason = given["reason"]
    return Change(
        text(given["change_id"], "change_id", MAX_NAMED),
        _scope(given["scope"]),
        _action(given["action"]),
        text(given["digest"], "digest", MAX_NAMED),
        None if reason is None else text(reason, "reason", MAX_REASON),
    )


def _scope(value: object) -> Scope:
    given = fields(value, "scope", tuple(Scope.__annotations__))
    ids, shows = given["ids"], given["view"]
    if (ids is None) == (shows is None):
        raise RequestError("scope holds both or neither of ids and view; give one, null the other")
    return {
        "ids": None if ids is None else selected(ids),
        "view": None if shows is None else view(shows),
    }


def _action(value: object) -> Action:
    given = fields(value, "action", ("field", "how", "new", "without"))
    field = _field(given["field"], "action.field")
    new = _value(field, given["new"], "action.new")
    if choice(given["how"], "action.how", ("replace", "alter")) == "replace":
        return Action(field, new, again=False)
    without = members(given["without"], "action.without", MAX_LABELS, text)
    return Action(field, new, "add", without)


def undo(params: object) -> dict[str, Any]:
    """Read the parameters of ``undo``."""
    given = fields(params, "params of 'undo'", ("group", "dry_run"))
    if not isinstance(given["dry_run"], bool):
        raise RequestError(f"dry_run is {shown(given['dry_run'])}; give true or false")
    return {"group": _number(given["group"], "group"), "dry_run": given["dry_run"]}


def changes(params: object) -> int | None:
    """Read the parameters of ``changes``: the group before which others are asked for."""
    return _number(fields(params, "params of 'changes'", ("before",))["before"], "before")


def _number(value: object, what: str) -> int | None:
    return None if value is None else integer(value, what, 0, 2**53)
