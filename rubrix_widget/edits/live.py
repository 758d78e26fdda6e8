"""A stored dataset as it is now: refreshed when anybody changes it, edited through the journal."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rubrix_widget.columns import Change, Columns, State
from rubrix_widget.edits.changes import (
    UNSET,
    Edit,
    EditField,
    EditResult,
    new_state,
    person,
    same_value,
    undoable,
    value_of,
)
from rubrix_widget.engine import Engine
from rubrix_widget.errors import DatasetNotFoundError
from rubrix_widget.store import Current, Entry, Event, Group, Journal, Kept, Store, told

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
        self._foreign = -1
        self._listeners: list[Listener] = []

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
        """Call a function after every change, from any thread; return how to stop that."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

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
        with self._lock, told(self.folder, "save the change"):
            self._refresh()
            journal = self._opened()
            with journal.writing():
                self._refresh(writing=True)
                engine = self._now()
                events, ids, conflicts = self._judge(engine, edits, agent)
                group = None
                if events:
                    known = set(engine.labels)
                    labels = [
                        name for one in events if one.new for name in one.new.annotation or ()
                    ]
                    journal.add_labels(dict.fromkeys(n for n in labels if n not in known))
                    group = journal.append("edit", events, agent=agent, query=query, reason=reason)
            return self._settled(ids, conflicts, group)

    def _judge(
        self, engine: Engine, edits: Sequence[Edit], agent: str
    ) -> tuple[list[Event], list[str], list[dict[str, Any]]]:
        positions = engine.positions([edit.id for edit in edits])
        texts = _hashes(engine, positions)
        events: list[Event] = []
        ids: list[str] = []
        conflicts: list[dict[str, Any]] = []
        pending: dict[int, State] = {}
        for place, (edit, position) in enumerate(zip(edits, positions.tolist(), strict=True)):
            if position < 0:
                conflicts.append(_missing(edit))
                continue
            now = pending.get(position) or engine.columns.state(position)
            state = new_state(edit, now, agent, engine.multi_label)
            version = int(engine.columns.version[position])
            moved = edit.version is not None and edit.version != version
            differs = edit.old is not UNSET and not same_value(edit.field, edit.old, now)
            if (moved or differs) and not same_value(edit.field, edit.new, now):
                conflicts.append(_conflict(edit, now, version))
                continue
            ids.append(edit.id)
            if state != now:
                pending[position] = state
                seen = _prediction(engine, position)
                events.append(Event(edit.id, edit.field, now, state, texts[place], seen))
        return events, ids, conflicts

    def undo(self, *, agent: str | None = None) -> EditResult | None:
        """Take back the newest group of changes by a person; None when there is none.

        A record changed again since then is left as it is and reported as a conflict.
        """
        return self._step_back("undo", agent or person())

    def redo(self, *, agent: str | None = None) -> EditResult | None:
        """Make the changes again that were last undone; None when there are none."""
        return self._step_back("redo", agent or person())

    def can(self, agent: str | None = None) -> tuple[bool, bool]:
        """Tell whether a person can undo, and redo."""
        done, undone = undoable(self.groups(), agent or person())
        return bool(done), bool(undone)

    @property
    def can_undo(self) -> bool:
        """Whether the user has something to undo."""
        return self.can()[0]

    @property
    def can_redo(self) -> bool:
        """Whether the user has something to redo."""
        return self.can()[1]

    def _step_back(self, kind: str, agent: str) -> EditResult | None:
        with self._lock, told(self.folder, f"{kind} the change"):
            self._refresh()
            journal = self._opened()
            with journal.writing():
                self._refresh(writing=True)
                stack = undoable(journal.groups(), agent)[kind == "redo"]
                if not stack:
                    return None
                events, conflicts = self._reversal(journal.events_of(stack[-1].id), kind)
                group = journal.append(kind, events, target=stack[-1].id, agent=agent)
            return self._settled([event.record_id for event in events], conflicts, group)

    def _reversal(
        self, events: Sequence[Event], kind: str
    ) -> tuple[list[Event], list[dict[str, Any]]]:
        engine = self._now()
        found: list[Event] = []
        conflicts: list[dict[str, Any]] = []
        pending: dict[str, State] = {}
        ordered = events[::-1] if kind == "undo" else events
        places = engine.positions([event.record_id for event in ordered]).tolist()
        for event, position in zip(ordered, places, strict=True):
            source, target = (event.new, event.old) if kind == "undo" else (event.old, event.new)
            edit_field: EditField = "status" if event.field == "status" else "annotation"
            if position < 0 or source is None or target is None:
                conflicts.append(_missing(Edit(event.record_id, edit_field, None)))
                continue
            now = pending.get(event.record_id) or engine.columns.state(position)
            if now != source:
                edit = Edit(event.record_id, edit_field, value_of(event.field, target))
                conflicts.append(_conflict(edit, now, int(engine.columns.version[position])))
                continue
            pending[event.record_id] = target
            seen = _prediction(engine, position)
            found.append(Event(event.record_id, event.field, now, target, event.text_hash, seen))
        return found, conflicts

    def _settled(
        self, ids: list[str], conflicts: list[dict[str, Any]], group: int | None
    ) -> EditResult:
        self._catch_up()
        if group is not None:
            self._tell()
        return EditResult(ids, conflicts, group, self._now())

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
            journal = self._opened()
            moved = False
            while True:
                stamp = self._store.stamp()
                moved = self._catch_up_with(journal, stamp) or moved
                if self._store.stamp() == stamp:
                    return moved

    def _catch_up_with(self, journal: Journal, stamp: tuple[int, int, int]) -> bool:
        if stamp != self._stamp or self._engine is None:
            self._store.settle(journal)
            self._load(journal)
            self._stamp = stamp
            return True
        foreign = journal.foreign_version()
        if foreign == self._foreign:
            return False
        self._foreign = foreign
        return self._catch_up()

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
        snapshot = self._store.snapshot()
        self._foreign = journal.foreign_version()
        for label in journal.labels():
            snapshot.logged.sets.label_code(label)
        self._engine = Engine(Columns.of(snapshot.logged), snapshot.segments)
        self._catch_up()

    def _catch_up(self) -> bool:
        """Lay the changes over the columns that are newer than the engine."""
        engine = self._now()
        journal = self._opened()
        news = journal.current_since(engine.version)
        if not news:
            return False
        for label in journal.labels():
            engine.columns.logged.sets.label_code(label)
        positions = engine.positions([one.record_id for one in news])
        changes = [
            _change(one, int(position))
            for one, position in zip(news, positions, strict=True)
            if position >= 0
        ]
        columns = engine.columns.with_changes(changes)
        moved = np.asarray([change.position for change in changes], np.int64)
        self._engine = Engine(columns, engine.segments, news[-1].version, engine, moved)
        return True

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()

    def groups(self) -> list[Group]:
        """Return the groups of changes made so far, oldest first."""
        with self._lock, told(self.folder, "read the changes"):
            self._check_there()
            return self._opened().groups()

    def history(self, record_id: str, limit: int) -> list[dict[str, Any]]:
        """Return the newest changes of one record as plain data, the newest first.

        Each has ``at``, ``agent``, ``kind`` ("edit", "undo", "redo" or "logged"), ``field``,
        ``old``, ``new``, ``query`` and ``reason``; ``new`` of a record logged anew is None.
        """
        with self._lock, told(self.folder, "read the changes"):
            self._check_there()
            entries = self._opened().history(record_id, limit)
        return [_told(one) for one in entries]


def _told(one: Entry) -> dict[str, Any]:
    field = "status" if one.field == "status" else "annotation"
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


def _change(one: Current, position: int) -> Change:
    at = np.datetime64(one.at.replace(tzinfo=None), "us")
    return Change(position, one.state, one.version, at)


def _missing(edit: Edit) -> dict[str, Any]:
    return {
        "id": edit.id,
        "field": edit.field,
        "yours": edit.new,
        "theirs": None,
        "version": None,
        "message": f"record {edit.id!r} is no longer in the dataset",
    }


def _conflict(edit: Edit, now: State, version: int) -> dict[str, Any]:
    theirs = value_of(edit.field, now)
    return {
        "id": edit.id,
        "field": edit.field,
        "yours": edit.new,
        "theirs": theirs,
        "version": version,
        "message": f"record {edit.id!r} was changed meanwhile: it is {theirs!r} now, not "
        f"{edit.old!r}"
        if edit.old is not UNSET
        else f"record {edit.id!r} was changed meanwhile",
    }


def _prediction(engine: Engine, position: int) -> str | None:
    code = int(engine.columns.logged.predicted_as[position])
    if code < 0:
        return None
    return json.dumps(engine.columns.logged.sets.names(code), ensure_ascii=False)


def _hashes(engine: Engine, positions: np.ndarray) -> list[str | None]:
    """Return a digest of each record's inputs, to find the record again where ids changed."""
    known = positions[positions >= 0]
    if known.size == 0:
        return [None] * len(positions)
    lines = iter(engine.columns.logged.inputs().take(known).to_pylist())
    return [None if position < 0 else _digest(next(lines)) for position in positions]


def _digest(inputs: dict[str, Any]) -> str:
    text = json.dumps(inputs, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
