"""A stored dataset as it is now: refreshed when anybody changes it, edited through the journal."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from rubrix_widget.columns import Changes, Columns
from rubrix_widget.edits import judging, undoing
from rubrix_widget.edits.bulk import Action, Bulk, Plan, Which, renamed
from rubrix_widget.edits.changes import Edit, EditResult, person, value_of
from rubrix_widget.edits.undoing import Steps
from rubrix_widget.edits.watching import Watch
from rubrix_widget.engine import Engine
from rubrix_widget.errors import (
    DatasetNotFoundError,
    JournalDamagedError,
    PlanOutdatedError,
    StorageError,
)
from rubrix_widget.store import (
    Batch,
    Entry,
    Event,
    Group,
    Journal,
    Kept,
    Label,
    Store,
    is_damage,
    told,
)

Listener = Callable[[], None]


class LiveDataset:
    """One dataset folder, shared by everything in this process that looks at it.

    Every method may be called from any thread. An edit is on disk when its method returns.

    Parameters
    ----------
    name
        The dataset's name.
    folder
        Its folder, which must hold a dataset.

    Attributes
    ----------
    kept : Kept
        Small documents kept with the dataset.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._store = Store(folder)
        self.kept = Kept(self._store)
        self._lock = threading.RLock()
        self._journal: Journal | None = None
        self._engine: Engine | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._foreign = self._labels_version = -1
        self._listeners: list[Listener] = []
        self._watch = Watch(self._look)

    def engine(self) -> Engine:
        """Return the dataset as it is now, with what other processes logged and changed."""
        with self._lock:
            if self._refresh():
                self._tell()
            assert self._engine is not None
            return self._engine

    def close(self) -> None:
        """Let go of the dataset's files."""
        with self._lock:
            if self._journal is not None:
                self._journal.close()
            self._journal = self._engine = self._stamp = None

    def token(self) -> str:
        """Return what tells this dataset from any other of the same name."""
        return self._store.manifest().token

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call a function after every change, from any thread; return how to stop that.

        Changes that another process made are noticed within a second.
        """
        with self._lock:
            self._listeners.append(listener)
            self._watch.start()

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)
                if not self._listeners:
                    self._watch.stop()

        return stop

    def _look(self) -> None:
        with self._lock:
            if self._refresh():
                self._tell()

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
        agent = agent or person()
        with self._writing("save the change") as journal:
            events, ids, conflicts = judging.judged(self._now(), edits, agent)
            group = None
            if events:
                labels = self._with_new_labels(journal, events)
                batch = Batch("edit", events, (), agent, query, reason, labels, made=True)
                group = journal.append(batch)
        return self._settled(ids, conflicts, group, len(events))

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
        return self._bulk(self.engine(), which, action, agent or person()).plan()

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
        agent = agent or person()
        with self._writing("save the change") as journal:
            bulk = self._bulk(self._now(), which, action, agent)
            if digest is not None and bulk.plan().digest != digest:
                raise PlanOutdatedError(
                    "records changed since this was planned; nothing was changed. Look at what "
                    "it would change now"
                )
            ids, events, group = bulk.ids(), bulk.events(), None
            if events:
                labels = self._with_new_labels(journal, events)
                batch = Batch("edit", events, (), agent, query, reason, labels, made=True)
                group = journal.append(batch)
        return self._settled(ids, [], group, len(events))

    def _bulk(self, engine: Engine, which: Which, action: Action, agent: str) -> Bulk:
        multi = engine.multi_label
        became = partial(action.became, agent=agent, multi_label=multi)
        return Bulk(engine, which(engine), action.field, became)

    def _with_new_labels(self, journal: Journal, events: Sequence[Event]) -> list[Label] | None:
        """Return the declared labels with those that events make; None where they make none."""
        known = self._now().labels
        states = {event.new for event in events}
        made = {
            label
            for state in states
            for label in (state.annotation if state else None) or ()
            if label not in known
        }
        if not made:
            return None
        labels = {label.name: label for label in journal.labels()}
        order = dict.fromkeys([*labels, *known, *sorted(made)])
        labels |= {name: replace(labels.get(name, Label(name)), retired=False) for name in made}
        return [labels.get(name, Label(name)) for name in order]

    def labels(self) -> tuple[Label, ...]:
        """Return the labels that were declared, or made while annotating, in their order."""
        with self._lock, told(self.folder, "read the labels"):
            self._refresh()
            return self._opened().labels()

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
        agent = agent or person()
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
        return self._settled(ids, [], group, len(events))

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
        agent = agent or person()

        def steps(journal: Journal) -> Steps:
            if to is not None:
                return undoing.back_to(journal, to)
            if group is not None:
                return undoing.of_group(journal, group)
            if by is not None:
                return undoing.of_steps(journal, journal.in_effect(by)[::-1])
            step = journal.step("undo", agent)
            return undoing.of_steps(journal, [] if step is None else [step])

        return self._turn("undo", agent, steps, dry_run)

    def redo(self, *, agent: str | None = None, dry_run: bool = False) -> EditResult | None:
        """Make the changes again that a person undid last; None when there are none."""
        agent = agent or person()

        def steps(journal: Journal) -> Steps:
            step = journal.step("redo", agent)
            return undoing.of_steps(journal, [] if step is None else [step])

        return self._turn("redo", agent, steps, dry_run)

    def can(self, agent: str | None = None) -> tuple[bool, bool]:
        """Tell whether a person can undo, and redo."""
        agent = agent or person()
        with self._lock, told(self.folder, "read the changes"):
            self._check_there()
            journal = self._opened()
            undo, redo = journal.step("undo", agent), journal.step("redo", agent)
            return undo is not None, redo is not None

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
            if not dry_run:
                batch = Batch(kind, events, sorted(steps.edits), agent, labels=labels)
                group = journal.append(batch)
        return self._settled(ids, conflicts, group, len(events))

    @contextmanager
    def _writing(self, doing: str) -> Iterator[Journal]:
        """Hold the journal's write transaction, over the records as they are then."""
        with self._lock, told(self.folder, doing):
            self._refresh()
            journal = self._opened()
            try:
                with journal.writing():
                    self._refresh(writing=True)
                    yield journal
            except (JournalDamagedError, sqlite3.DatabaseError) as error:
                if not is_damage(error):
                    raise
                self._mend(error)
                raise StorageError(
                    f"could not {doing} in {self.folder}: the journal of changes was damaged "
                    f"({error}). It is mended now, and nothing was changed: try again"
                ) from error

    def _settled(
        self, ids: list[str], conflicts: judging.Conflicts, group: int | None, changes: int
    ) -> EditResult:
        with self._lock:
            if group is not None:
                self._catch_up()
                self._tell()
            return EditResult(ids, conflicts, group, self._now(), changes)

    def _opened(self) -> Journal:
        if self._journal is None:
            self._journal = self._store.journal()
        return self._journal

    def _now(self) -> Engine:
        assert self._engine is not None
        return self._engine

    def _refresh(self, *, writing: bool = False) -> bool:
        """Read what others wrote; tell whether there was anything.

        Records and changes belong together: when records were logged while they were read, both
        are read again. ``writing`` says that the journal is in a transaction.
        """
        with told(self.folder, "read the dataset"):
            if not writing:
                self._check_there()
            moved = False
            while True:
                stamp = self._store.stamp()
                try:
                    moved = self._catch_up_with(self._opened(), stamp) or moved
                except (JournalDamagedError, sqlite3.DatabaseError) as error:
                    if writing or not is_damage(error):
                        raise
                    self._mend(error)
                    continue
                if self._store.stamp() == stamp:
                    return moved

    def _mend(self, why: Exception) -> None:
        self.close()
        self._store.mend_journal(why)

    def _catch_up_with(self, journal: Journal, stamp: tuple[int, int, int]) -> bool:
        if stamp == self._stamp and self._engine is not None:
            foreign = journal.foreign_version()
            if foreign == self._foreign:
                return False
            self._foreign = foreign
            if journal.labels_version() == self._labels_version:
                return self._catch_up()
        self._store.settle(journal)
        self._load(journal)
        self._stamp = stamp
        return True

    def _check_there(self) -> None:
        """Let go of files that were deleted; they may have been written anew under the same name.

        Raises
        ------
        DatasetNotFoundError
            There is no dataset in the folder any more.
        """
        if not self._store.exists():
            self.close()
            raise DatasetNotFoundError(
                f"the dataset {self.name!r} was deleted: there is none in {self.folder}. Log its "
                f"records again to go on"
            )
        if self._journal is not None and self._journal.is_replaced():
            self.close()

    def _load(self, journal: Journal) -> None:
        self._labels_version = journal.labels_version()
        labels = journal.labels()
        snapshot = self._store.snapshot([label.name for label in labels])
        for name in journal.labels_of_format_1():
            snapshot.logged.sets.label_code(name)
        snapshot.logged.sets.retire(label.name for label in labels if label.retired)
        self._foreign = journal.foreign_version()
        self._engine = Engine(Columns.of(snapshot.logged), snapshot.segments)
        self._catch_up()

    def _catch_up(self) -> bool:
        """Lay the changes over the columns that are newer than the engine."""
        engine = self._now()
        news = self._opened().current_since(engine.version)
        if not len(news):
            return False
        positions = engine.positions(news.ids)
        here = positions >= 0
        moved = positions[here]
        changes = Changes(moved, news.states, news.which[here], news.versions[here], news.at[here])
        columns = engine.columns.with_changes(changes)
        version = int(news.versions[-1])
        self._engine = Engine(columns, engine.segments, version, engine, moved)
        return True

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()

    def groups(self, newest: int | None = None, before: int | None = None) -> list[Group]:
        """Return groups of changes, oldest first: the newest so many, below some number."""
        with self._lock, told(self.folder, "read the changes"):
            self._check_there()
            return self._opened().groups(newest, before)

    def events(self, group: int | None = None) -> list[tuple[int, Event]]:
        """Return the changes of records with the numbers of their groups, oldest first."""
        with self._lock, told(self.folder, "read the changes"):
            self._check_there()
            return self._opened().events(group)

    def history(self, record_id: str, limit: int) -> list[dict[str, Any]]:
        """Return the newest changes of one record as plain data, the newest first.

        Each has ``at``, ``agent``, ``kind`` ("edit", "undo", "redo", "logged"), ``field``,
        ``old``, ``new``, ``query`` and ``reason``; ``new`` of a record logged anew is None.
        """
        with self._lock, told(self.folder, "read the changes"):
            self._check_there()
            entries = self._opened().history(record_id, limit)
        return [_told(one) for one in entries]


def _told(one: Entry) -> dict[str, Any]:
    field = judging.edit_field(one.field)
    return {
        "at": one.at,
        "agent": one.agent,
        "kind": one.kind,
        "field": field,
        "old": None if one.old is None else value_of(field, one.old),
        "new": None if one.new is None else value_of(field, one.new),
        "query": one.query,
        "reason": one.reason,
    }
