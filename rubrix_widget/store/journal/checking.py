"""Whether a journal is whole."""

from __future__ import annotations

from rubrix_widget.errors import JournalDamagedError
from rubrix_widget.store.journal import schema
from rubrix_widget.store.journal.folding import Fold
from rubrix_widget.store.journal.reading import CURRENT, Reading

_EDITS = "SELECT COUNT(*), COALESCE(SUM(seal), 0) FROM steps NOT INDEXED"
_MANY = 200_000  # edits
_PAGES = 2_000  # of 4 KB, which SQLite looks through in some milliseconds


class Checking(Reading):
    """A journal that compares its tables with one another."""

    def check(self) -> None:
        """Read everything, and compare it with its checksums and with what it leads to.

        Raises
        ------
        JournalDamagedError, sqlite3.DatabaseError
            Something is damaged.
        """
        with self.reading():
            self._check_pages()
            fold = Fold.of(self.written())
            found = self._db.execute(CURRENT)
            current = {line[0]: line[1:4] for line in found if schema.checked(line, "the state of")}
            steps = {line[0]: line[1:5] for line in self._steps("")}
            labels = {key: schema.get(self._db, key) for key in fold.labels}
            if (current, steps, labels) != (fold.current, fold.steps, fold.labels):
                raise JournalDamagedError("the states are not what the changes lead to")
            self.look_over()

    def _check_pages(self) -> None:
        (answer,) = self._db.execute("PRAGMA integrity_check(1)").fetchone()
        if answer != "ok":
            raise JournalDamagedError(answer)

    def look_over(self) -> None:
        """Compare what the tables of folds hold with what they must, as every opening does.

        Rows are compared with their checksums when they are read.

        Raises
        ------
        JournalDamagedError, sqlite3.DatabaseError
            Rows are lost.
        """
        with self.reading():
            head = schema.head(self._db)
            (pages,) = self._db.execute("PRAGMA page_count").fetchone()
            if pages <= _PAGES:
                self._check_pages()
            (edits,) = self._db.execute(_EDITS)
            if edits != (head.edits, head.steps):
                raise JournalDamagedError("what can be undone is not all there")
            newest = self._db.execute(
                "SELECT (SELECT MAX(id) FROM groups), (SELECT MAX(seq) FROM events)"
            ).fetchone()
            if newest != (head.group or None, head.seq or None):
                raise JournalDamagedError("its newest changes are lost, or some beyond them")
            if head.edits > _MANY:  # it would take as long as all else; rows found are checked
                return
            sums = "SELECT agent, state, COUNT(*), SUM(edit), SUM(since) FROM steps "
            by_agent = " GROUP BY agent, state ORDER BY agent, state"
            indexed = self._db.execute(sums + "INDEXED BY steps_of" + by_agent).fetchall()
            if indexed != self._db.execute(sums + "NOT INDEXED" + by_agent).fetchall():
                raise JournalDamagedError("what can be undone is not all found")
