"""Changes that the page asks for: of records in sight, of any number at once, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rubrix_widget import edits as editing
from rubrix_widget.arrays import Ints
from rubrix_widget.edits.changes import EditField, value_of
from rubrix_widget.edits.judging import edit_field
from rubrix_widget.engine import Engine
from rubrix_widget.explorer import checks, pages, wanted
from rubrix_widget.explorer.once import Once
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.changes import (
    Becoming,
    ChangeGroup,
    ChangesResult,
    Conflict,
    EditResult,
    PlanResult,
    Scope,
    TallyResult,
)
from rubrix_widget.explorer.protocol.limits import (
    GROUP_BECOMING,
    MAX_APPLIED,
    MAX_BECOMING,
    MAX_GROUPS,
    MAX_KINDS,
)
from rubrix_widget.store import Group

_CONFLICT = tuple(Conflict.__annotations__)


class Editing:
    """Answers to the page about changes.

    Parameters
    ----------
    live : LiveDataset
    agent : str, optional
        Who they are signed with; by default the user's name.
    versions : Versions
        Numbers of the dataset's states.
    shown : callable
        Returns the query that is on the page.
    """

    def __init__(
        self,
        live: editing.LiveDataset,
        agent: str | None,
        versions: pages.Versions,
        shown: Callable[[], str],
    ) -> None:
        self._live = live
        self._agent = agent
        self._versions = versions
        self._shown = shown
        self._once: Once[EditResult] = Once()
        self.methods: dict[str, Callable[[object], Any]] = {
            "edit": self.edit,
            "undo": self.undo,
            "redo": self.redo,
            "tally": self.tally,
            "plan": self.plan,
            "change": self.change,
            "changes": self.changes,
        }

    def edit(self, params: object) -> EditResult:
        """Answer ``edit``; a repeated request gets the first answer and changes nothing."""
        edit_id, edits = wanted.edits(params)

        def apply() -> EditResult:
            done = self._live.edit(edits, agent=self._agent, query=self._shown() or None)
            return self._result(done)

        return self._once(edit_id, apply)

    def undo(self, params: object) -> EditResult:
        """Answer ``undo``."""
        given = wanted.undo(params)
        try:
            done = self._live.undo(agent=self._agent, **given)
        except ValueError as error:  # no such group, or undone by somebody else
            raise RequestError(str(error)) from None
        return self._stepped(done, "undo", "Undid")

    def redo(self, params: object) -> EditResult:
        """Answer ``redo``."""
        checks.fields(params, "params of 'redo'", ())
        return self._stepped(self._live.redo(agent=self._agent), "redo", "Redid")

    def tally(self, params: object) -> TallyResult:
        """Answer ``tally``."""
        engine = self._live.engine()
        positions = _positions_of(wanted.tally(params))(engine)
        return {
            "count": len(positions),
            "labels": pages.label_counts(self._live, engine, positions),
        }

    def plan(self, params: object) -> PlanResult:
        """Answer ``plan``."""
        scope, action = wanted.plan(params)
        made = self._live.plan(_positions_of(scope), action, agent=self._agent)
        told = made.becoming[:MAX_BECOMING]
        return {
            "count": made.count,
            "changes": made.changes,
            "becoming": [{"old": one.old, "new": one.new, "count": one.count} for one in told],
            "left_out": made.count - sum(one.count for one in told),
            "digest": made.digest,
        }

    def change(self, params: object) -> EditResult:
        """Answer ``change``; a repeated request gets the first answer and changes nothing."""
        agreed = wanted.change(params)
        view = agreed.scope["view"]
        query = self._shown() if view is None else pages.asked(view)

        def apply() -> EditResult:
            done = self._live.change(
                _positions_of(agreed.scope),
                agreed.action,
                agent=self._agent,
                query=query or None,
                reason=agreed.reason,
                digest=agreed.digest,
            )
            return {**self._result(done), "applied": [], "changed": done.changes}

        return self._once(agreed.name, apply)

    def changes(self, params: object) -> ChangesResult:
        """Answer ``changes``."""
        before = wanted.changes(params)
        groups = self._live.groups(MAX_GROUPS + 1, before)[::-1]
        return {
            "groups": [self._group(one) for one in groups[:MAX_GROUPS]],
            "more": len(groups) > MAX_GROUPS,
        }

    def _group(self, one: Group) -> ChangeGroup:
        field, becoming = self._became(one)
        return {
            "id": one.id,
            "at": one.at.isoformat(),
            "agent": one.agent,
            "kind": one.kind,
            "field": field,
            "count": one.count,
            "becoming": becoming,
            "query": one.query,
            "reason": one.reason,
            "undone": one.kind == "edit" and not one.in_effect,
        }

    def _became(self, one: Group) -> tuple[EditField | None, list[Becoming]]:
        """Return the field that a group changed, and some of what became of it."""
        kinds = self._live.kinds(one.id, MAX_KINDS)
        names = {edit_field(name) for name, *_ in kinds}
        if len(names) != 1 and "verdict" not in names:
            return None, []
        field = names.pop() if len(names) == 1 else "verdict"  # what follows from one goes with it
        found: dict[str, Becoming] = {}
        for name, *states, count in kinds:
            if edit_field(name) != field:
                continue
            old, new = (None if state is None else value_of(field, state) for state in states)
            told = found.setdefault(repr((old, new)), {"old": old, "new": new, "count": 0})
            told["count"] += count
        return field, sorted(found.values(), key=lambda told: -told["count"])[:GROUP_BECOMING]

    def _stepped(self, done: editing.EditResult | None, verb: str, past: str) -> EditResult:
        answer = self._result(done)
        said = f"{past}: {_records(answer['changed'])}" if done else f"Nothing to {verb}"
        if answer["refused"]:
            said += f"; {_records(answer['refused'])} changed since and left alone"
        if done and any(one["field"] == "labels" for one in done.conflicts):
            said += "; the labels were declared anew since and stay"
        answer["said"] = said
        return answer

    def _result(self, done: editing.EditResult | None) -> EditResult:
        can_undo, can_redo = self._live.can(self._agent)
        if done is None:
            done = editing.EditResult([], [], None, self._live.engine(), 0)
        engine, some = done.engine, done.ids[:MAX_APPLIED]
        refused = [one for one in done.conflicts if one["field"] != "labels"]
        applied: list[Any] = engine.records(engine.positions(some))
        return {
            "applied": applied,
            "changed": len(done.ids),
            "conflicts": [_conflict(one) for one in refused[:MAX_APPLIED]],
            "refused": len(refused),
            "can_undo": can_undo,
            "can_redo": can_redo,
            "version": self._versions.of(engine),
            "labels": pages.label_counts(self._live, engine),
        }


def _positions_of(scope: Scope) -> editing.Which:
    """Return what finds the records of a scope, whatever they are by then."""
    ids, view = scope["ids"], scope["view"]

    def positions(engine: Engine) -> Ints:
        if view is not None:
            return pages.select(engine, view).hits.positions
        found = engine.positions(ids or [])
        return found[found >= 0]

    return positions


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"


def _conflict(one: dict[str, Any]) -> Conflict:
    taken: Any = {name: one[name] for name in _CONFLICT}
    conflict: Conflict = taken
    return conflict
