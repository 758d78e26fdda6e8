"""A stored dataset that people change: edited and undone through the journal."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np

from rubrix_widget.edits import judging, undoing
from rubrix_widget.edits.bulk import Action, Bulk, Plan, Which, renamed
from rubrix_widget.edits.changes import Edit, EditResult, check_noted, person
from rubrix_widget.edits.history import Recorded
from rubrix_widget.edits.judging import Judged
from rubrix_widget.edits.undoing import Steps
from rubrix_widget.engine import Engine
from rubrix_widget.errors import (
    JournalDamagedError,
    PlanOutdatedError,
    StorageError,
)
from rubrix_widget.store import (
    Batch,
    Event,
    Journal,
    Label,
    helpful_errors,
    is_damage,
)


class LiveDataset(Recorded):
    """One dataset folder, shared by everything in this process that looks at it.

    Every method may be called from any thread. An edit is on disk when its method returns.
    """

    def edit(
        self,
        edits: Sequence[Edit],
        *,
        agent: str | None = None,
        query: str | None = None,
        reason: str | None = None,
    ) -> EditResult:
        """Change records, as one group that is undone together.

        Parameters
        ----------
        edits
            The changes; each is refused by itself when its record changed since it was made.
        agent
            Who makes them; by default the user's name.
        query, reason
            Kept with the changes.

        Raises
        ------
        RecordError
            A value that no record of the dataset can have; nothing is changed.
        StorageError, DatasetBusyError
            Nothing is changed.
        """
        who = person(agent)

        def judge(engine: Engine) -> Judged:
            return judging.judged(engine, edits, who)

        return self.make(judge, agent=who, query=query, reason=reason)

    def make(
        self,
        judge: Callable[[Engine], Judged],
        *,
        agent: str | None = None,
        query: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> EditResult:
        """Make what a function says of the records as they are when nobody else can write.

        Parameters
        ----------
        judge
            Returns the events to be written, as one group, the ids of the records meant, and what
            is refused. Nothing is changed where it raises.
        agent, query, reason
            Kept with the changes; the agent is by default the user's name.
        dry_run
            Write nothing.

        Raises
        ------
        StorageError, DatasetBusyError
            Nothing is changed.
        """
        who = person(agent)
        check_noted("the reason", reason)
        if dry_run:
            events, ids, conflicts = judge(self.engine())
            return self._settled(ids, conflicts, None, events)
        with self._writing("save the change") as journal:
            events, ids, conflicts = judge(self._now())
            group = None
            if events:
                labels = self._with_new_labels(journal, events)
                batch = Batch("edit", events, (), who, query, reason, labels, made=True)
                group = journal.append(batch)
        return self._settled(ids, conflicts, group, events)

    def plan(self, which: Which, action: Action, *, agent: str | None = None) -> Plan:
        """Return what an action would make of some records.

        Parameters
        ----------
        which
            Returns the positions of the records meant in an engine.
        action
            What to do to them.
        agent
            Who would do it.

        Raises
        ------
        RecordError
            A value that no record of the dataset can have.
        """
        return self._bulk(self.engine(), which, action, person(agent)).plan()

    def change(
        self,
        which: Which,
        action: Action,
        *,
        agent: str | None = None,
        query: str | None = None,
        reason: str | None = None,
        digest: str | None = None,
    ) -> EditResult:
        """Change many records, as one group that is undone together.

        Parameters
        ----------
        which, action, agent
            As for :meth:`plan`; which records is judged when nobody else can write.
        query, reason
            Kept with the change.
        digest
            That of the plan a person agreed to.

        Raises
        ------
        PlanOutdatedError
            The plan would be another one now; nothing is changed.
        RecordError
            A value that no record of the dataset can have; nothing is changed.
        StorageError, DatasetBusyError
            Nothing is changed.
        """
        who = person(agent)

        def judge(engine: Engine) -> Judged:
            bulk = self._bulk(engine, which, action, who)
            if digest is not None and bulk.plan().digest != digest:
                raise PlanOutdatedError(
                    "records changed since this was planned; nothing was changed. Look at what "
                    "it would change now"
                )
            return bulk.events(), bulk.ids(), []

        return self.make(judge, agent=who, query=query, reason=reason)

    def _bulk(self, engine: Engine, which: Which, action: Action, agent: str) -> Bulk:
        multi = engine.multi_label
        became = partial(action.became, agent=agent, multi_label=multi)
        return Bulk(engine, which(engine), action.field, became)

    def _with_new_labels(self, journal: Journal, events: Sequence[Event]) -> list[Label] | None:
        """Return the declared labels with those that events make; None where they make none."""
        known, retired = self._now().labels, self._now().columns.logged.sets.retired
        states = {event.new for event in events}
        made = {
            label
            for state in states
            for label in (state.annotation if state else None) or ()
            if label not in known or label in retired
        }
        if not made:
            return None
        labels = {label.name: label for label in journal.labels()}
        order = dict.fromkeys([*labels, *known, *sorted(made)])
        labels |= {name: replace(labels.get(name, Label(name)), retired=False) for name in made}
        return [labels.get(name, Label(name)) for name in order]

    def labels(self) -> tuple[Label, ...]:
        """Return the labels that were declared, or made while annotating, in their order."""
        return self._read("labels", lambda journal: journal.labels())

    def declare(
        self,
        labels: Sequence[Label],
        *,
        rename: Mapping[str, str] | None = None,
        agent: str | None = None,
        reason: str | None = None,
    ) -> EditResult:
        """Declare the dataset's labels, and give annotations other labels; one group.

        Parameters
        ----------
        labels
            All labels in their order; digit keys follow it.
        rename
            Labels of annotations and what they are called from now on. Status and author of the
            annotations stay.
        agent, reason
            Kept with the change; the agent is by default the user's name.

        Raises
        ------
        StorageError, DatasetBusyError
            Nothing is changed.
        """
        agent = person(agent)
        check_noted("the reason", reason)
        with self._writing("save the labels") as journal:
            engine, names = self._now(), rename or {}
            sets = engine.columns.logged.sets
            held = [any(one in names for one in sets.names(code)) for code in range(len(sets))]
            positions = np.flatnonzero(np.array([*held, False])[engine.columns.annotation])
            bulk = Bulk(engine, positions, "annotation", lambda now: renamed(now, names))
            ids, events, group = bulk.ids(), bulk.events(), None
            told_labels = None if tuple(labels) == journal.labels() else list(labels)
            if events or told_labels is not None:
                group = journal.append(Batch("edit", events, (), agent, None, reason, told_labels))
        return self._settled(ids, [], group, events)

    def undo(
        self,
        *,
        agent: str | None = None,
        group: int | None = None,
        by: str | None = None,
        to: int | dt.datetime | None = None,
        dry_run: bool = False,
    ) -> EditResult | None:
        """Take changes back, as one group; by default the newest of a person.

        A record changed again since then is left as it is and reported as a conflict.

        Parameters
        ----------
        agent
            Who undoes; by default the user.
        group
            The number of the changes to take back, whoever made them.
        by
            Take back all changes that this person made and that are in effect.
        to
            Bring every record back to what it was after the group of this number, or at this
            moment.
        dry_run
            Only tell what would be changed, and what would conflict.

        Returns
        -------
        EditResult or None
            None when there is nothing to undo.

        Raises
        ------
        ValueError
            More than one of group, by and to; or no such group, or a moment that is ambiguous.
        StorageError, DatasetBusyError
            Nothing is changed.
        """
        if sum(one is not None for one in (group, by, to)) > 1:
            raise ValueError("undo takes one of group=, by= and to=, or none of them")
        agent = person(agent)
        check_noted("by", by)

        def steps(journal: Journal) -> Steps:
            if to is not None:
                return undoing.back_to(journal, to)
            if group is not None:
                return undoing.of_group(journal, group)
            if by is not None:
                return undoing.of_steps(journal, journal.in_effect(by)[::-1], named=True)
            step = journal.step("undo", agent)
            return undoing.of_steps(journal, [] if step is None else [step])

        return self._turn("undo", agent, steps, dry_run)

    def redo(self, *, agent: str | None = None, dry_run: bool = False) -> EditResult | None:
        """Make the changes again that a person undid last; None when there are none."""
        agent = person(agent)

        def steps(journal: Journal) -> Steps:
            step = journal.step("redo", agent)
            return undoing.of_steps(journal, [] if step is None else [step])

        return self._turn("redo", agent, steps, dry_run)

    def can(self, agent: str | None = None) -> tuple[bool, bool]:
        """Tell whether a person can undo, and redo."""
        agent = person(agent)
        return self._read(
            "changes",
            lambda journal: (
                journal.step("undo", agent) is not None,
                journal.step("redo", agent) is not None,
            ),
        )

    @property
    def can_undo(self) -> bool:
        """Whether the user has something to undo."""
        return self.can()[0]

    @property
    def can_redo(self) -> bool:
        """Whether the user has something to redo."""
        return self.can()[1]

    def _turn(
        self,
        kind: Literal["undo", "redo"],
        agent: str,
        wanted: Callable[[Journal], Steps],
        dry_run: bool,
    ) -> EditResult | None:
        with self._writing(f"{kind} the change") as journal:
            steps = wanted(journal)
            if not steps.edits:
                return None
            turned = judging.restored_events if steps.state else judging.reversed_events
            events, ids, conflicts = turned(self._now(), steps.events)
            labels, refused = undoing.labels_back(journal, steps)
            conflicts += refused
            group = None
            if not dry_run and (ids or labels is not None or not (steps.named and conflicts)):
                turn = steps.kind or kind
                made = steps.again.ids if steps.again else frozenset[str]()
                back = [event for event in events if event.record_id not in made]
                batch = Batch(turn, back, sorted(steps.edits), agent, labels=labels)
                group = journal.append(batch)
                if steps.again:
                    again = [event for event in events if event.record_id in made]
                    journal.append(Batch("redo", again, sorted(steps.again.edits), agent))
        return self._settled(ids, conflicts, group, events)

    @contextmanager
    def _writing(self, doing: str) -> Iterator[Journal]:
        """Hold the journal's write transaction, over the records as they are then."""
        with self._lock, helpful_errors(self.folder, doing):
            try:
                with ExitStack() as transaction:
                    yield self._begun(transaction)
            except (JournalDamagedError, sqlite3.Error) as error:
                if not is_damage(error):
                    raise
                self._mend(error)
                raise StorageError(
                    f"could not {doing} in {self.folder}: the journal of changes was damaged "
                    f"({error}). It is mended now, and nothing was changed: try again"
                ) from error

    def _settled(
        self,
        ids: list[str],
        conflicts: judging.Conflicts,
        group: int | None,
        events: Sequence[Event],
    ) -> EditResult:
        with self._lock:
            if group is not None:
                self._follow_own()
                self._tell()
            changed = {event.record_id for event in events}
            meant = list(dict.fromkeys(ids))
            return EditResult(meant, conflicts, group, self.engine(), len(changed))
