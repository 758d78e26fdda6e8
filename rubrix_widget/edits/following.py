"""A stored dataset as it is now, whoever changes it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeVar

from rubrix_widget.columns import Changes, Columns
from rubrix_widget.edits.watching import Watch
from rubrix_widget.engine import Engine
from rubrix_widget.errors import DatasetNotFoundError, JournalDamagedError
from rubrix_widget.store import Journal, Kept, Store, helpful_errors, is_damage

Listener = Callable[[], None]
Answer = TypeVar("Answer")
_OFTEN: Final = 2  # a journal that is damaged once more is not mended again


class Followed:
    """One dataset folder, read again when this process or another one changed it.

    Every method may be called from any thread.

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
        with helpful_errors(self.folder, "read the dataset"):
            if not writing:
                self._check_there()
            moved, mended = False, 0
            while True:
                stamp = self._store.stamp()
                try:
                    moved = self._catch_up_with(self._opened(), stamp) or moved
                except (JournalDamagedError, sqlite3.Error) as error:
                    if writing or mended == _OFTEN or not is_damage(error):
                        raise
                    mended += 1
                    self._mend(error)
                    continue
                if self._store.stamp() == stamp:
                    return moved

    def _read(self, what: str, ask: Callable[[Journal], Answer]) -> Answer:
        """Ask the journal; once more after it was mended, where it was damaged."""
        with self._lock, helpful_errors(self.folder, f"read the {what}"):
            mended = 0
            while True:
                self._check_there()
                try:
                    return ask(self._opened())
                except (JournalDamagedError, sqlite3.Error) as error:
                    if mended == _OFTEN or not is_damage(error):
                        raise
                    mended += 1
                    self._mend(error)

    def _begun(self, transaction: ExitStack) -> Journal:
        """Begin to write, over the records as they are then; after mending, where it is needed."""
        mended = 0
        while True:
            self._refresh()
            try:
                with ExitStack() as trying:
                    journal = self._opened()
                    trying.enter_context(journal.writing())
                    self._refresh(writing=True)
                    transaction.enter_context(trying.pop_all())
                    return journal
            except (JournalDamagedError, sqlite3.Error) as error:
                if mended == _OFTEN or not is_damage(error):
                    raise
                mended += 1
                self._mend(error)

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

    def _follow_own(self) -> None:
        """Take over what this process wrote itself; it is written, whatever is damaged."""
        if self._engine is None:
            return
        try:
            self._catch_up()
            self._follow_own_labels(self._opened())
        except (JournalDamagedError, sqlite3.Error) as error:
            if not is_damage(error):
                raise
            self._mend(error)

    def _follow_own_labels(self, journal: Journal) -> None:
        version = journal.labels_version()
        if version == self._labels_version:
            return
        labels, sets = journal.labels(), self._now().columns.logged.sets
        if [one.name for one in labels] == sets.labels:
            sets.retire(one.name for one in labels if one.retired)
            self._labels_version = version
        else:  # codes of labels follow their order
            self._load(journal)

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()
