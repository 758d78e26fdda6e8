"""What groups of events lead to: the states of records, and which edits are in effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rubrix_widget.store.journal import schema
from rubrix_widget.store.journal.events import EARLIER, LABELS, MADE, Written

IN_EFFECT, UNDONE, GONE = 1, 0, 2
State = tuple[int, str | None, int]  # version, state as text, moment
StepRow = tuple[str | None, str | None, int, int]  # author, who can turn it round, since, state
Line = tuple[int, int, str | None, str | None, str, str | None, str | None, str | None, int]


@dataclass
class Fold:
    """The folds of some groups, over what was there before them.

    Attributes
    ----------
    current, steps
        Rows by record and by edit: those of before that the groups touch, and as they become.
    labels
        Entries of ``meta`` about labels that the groups set.
    """

    current: dict[str, State] = field(default_factory=dict)
    steps: dict[int, StepRow] = field(default_factory=dict)
    labels: dict[str, str | int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._undone: defaultdict[str | None, set[int]] = defaultdict(set)
        for edit, (_, agent, _, state) in self.steps.items():
            if state == UNDONE:
                self._undone[agent].add(edit)

    def add(self, one: Written) -> list[Line]:
        """Fold a group; return its events as they are kept."""
        self._step(one)
        at, group, current = schema.micros(one.at), one.group, self.current
        lines: list[Line] = []
        for seq, row in enumerate(one.rows, start=one.first):
            record, _, name, _, new, _ = row
            before = 0
            if record is not None:
                if record in current:
                    before = current[record][0]
                current[record] = (seq, new, at)
            elif name in (LABELS, MADE):
                self.labels |= {"labels": new, "labels_version": seq}
            elif name == EARLIER:
                self.labels |= {"labels_of_format_1": new, "labels_version": seq}
            lines.append((seq, group, *row, before))
        return lines

    def _step(self, one: Written) -> None:
        steps, agent = self.steps, one.agent
        if one.kind == "edit":
            for edit in self._undone.pop(agent, ()):
                author, _, since, _ = steps[edit]
                steps[edit] = author, agent, since, GONE
            steps[one.group] = agent, agent, one.group, IN_EFFECT
        for edit in one.targets if one.kind in ("undo", "redo") else ():
            if edit not in steps:  # of an edit that is lost
                continue
            author, by, _, state = steps[edit]
            if state == UNDONE:
                self._undone[by].discard(edit)
            if one.kind == "undo":
                self._undone[agent].add(edit)
                steps[edit] = author, agent, one.group, UNDONE
            else:
                steps[edit] = author, author, one.group, IN_EFFECT

    @classmethod
    def of(cls, groups: Iterable[Written]) -> Fold:
        """Return the folds of all groups."""
        found = cls()
        for one in groups:
            found.add(one)
        return found
