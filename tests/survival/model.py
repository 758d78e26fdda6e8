"""The store's model: records, and the groups of changes to them, as plain dictionaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

IDS = ["0", "1", "2", "3"]
PARTS = {
    "annotation": ("annotation", "status", "agent"),
    "status": ("status",),
    "comment": ("comment",),
    "verdict": ("verdict",),
}
Record = dict[str, Any]
Event = tuple[str, str, Record, Record | None]
"""The record, the field, and the record before and after: None where it was logged anew."""


class Group:
    """Events that were made together, and the edits that they turn round."""

    def __init__(self, kind: str, agent: str, events: list[Event]):
        self.kind, self.agent, self.events = kind, agent, events
        self.targets: list[int] = []


@dataclass
class Step:
    """Where an edit stands: made, undone or gone, since a group; and who can turn it round."""

    agent: str
    since: int
    state: str


class Model:
    """What each record was logged as and is now, every group, and what can be turned round."""

    def __init__(self) -> None:
        self.texts = dict.fromkeys(IDS, "text")
        self.logged = {one: self.as_logged("negative") for one in IDS}
        self.now = {one: dict(record) for one, record in self.logged.items()}
        self.groups: list[Group] = []
        self.steps: dict[int, Step] = {}  # by the number of an edit

    def as_logged(self, label: str | None) -> Record:
        kept = {"comment": None, "verdict": None}
        return {"annotation": label, "status": "Default", "agent": None, **kept}

    def write(
        self,
        kind: str,
        agent: str,
        events: list[Event],
        edits: list[int] | None = None,
    ) -> None:
        self.groups.append(Group(kind, agent, events))
        self.groups[-1].targets = edits or []
        number = len(self.groups)
        if kind == "edit":
            for step in self.steps.values():
                if step.agent == agent and step.state == "undone":
                    step.state = "gone"
            self.steps[number] = Step(agent, number, "made")
        for edit in edits or []:
            if kind == "undo":
                self.steps[edit] = Step(agent, number, "undone")
            else:
                self.steps[edit] = Step(self.groups[edit - 1].agent, number, "made")

    def put(self, one: str, part: tuple[str, ...], source: Record) -> Record:
        return {**self.now[one], **{name: source[name] for name in part}}

    def change(self, kind: str, agent: str, wanted: list[tuple[str, str, Record]]) -> int:
        """Make records what is wanted of them; return how many of them change."""
        events = []
        for one, field, after in wanted:
            if after != self.now[one]:
                events.append((one, field, self.now[one], after))
                self.now[one] = after
        if events:
            self.write(kind, agent, events)
        return len({one for one, *_ in events})

    def edited(self, now: Record, field: str, new: Any, agent: str) -> Record:
        if field != "annotation":
            return {**now, field: new}
        if new is None:
            return {**now, "annotation": None, "status": "Default", "agent": None}
        return {**now, "annotation": new, "status": "Validated", "agent": agent}

    def turned(self, events: list[Event]) -> tuple[Any, int]:
        """Return the events that turn others round, and how many cannot be."""
        made, refused, before = [], 0, dict(self.now)
        for one, field, old, new in events:
            part = PARTS.get(field, PARTS["annotation"])
            if new is None:
                refused += 1
                continue
            after = self.put(one, part, old)
            if after != self.now[one] and self.put(one, part, new) != self.now[one]:
                refused += 1
            elif after != self.now[one]:
                made.append((one, field, self.now[one], after))
                self.now[one] = after
        self.now, after_all = before, self.now
        return (made, after_all), refused

    def ends(self, groups: list[Group], fresh: set[int]) -> dict[int, set[str]]:
        """Return how some groups turned each edit of before round, first and last."""
        turns: dict[int, list[str]] = {}
        for group in groups:
            for edit in set(group.targets) - fresh:
                turns.setdefault(edit, []).append(group.kind)
        return {edit: {kinds[0], kinds[-1]} for edit, kinds in turns.items()}

    def touched(self, groups: list[Group], edits: list[int]) -> set[str]:
        """Return the records that groups changed that turned some edits round."""
        turning = [group for group in groups if set(group.targets) & set(edits)]
        return {one for group in turning for one, *_ in group.events}
