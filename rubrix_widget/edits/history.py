"""What was changed in a stored dataset, by whom, when and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rubrix_widget.columns import State
from rubrix_widget.edits import judging, undoing
from rubrix_widget.edits.changes import value_of
from rubrix_widget.edits.following import Followed
from rubrix_widget.store import Entry, Event, EventColumns, Group


class Recorded(Followed):
    """A dataset with the history of its changes."""

    def groups(self, newest: int | None = None, before: int | None = None) -> list[Group]:
        """Return groups of changes, oldest first: the newest so many, below some number."""
        return self._read("changes", lambda journal: journal.groups(newest, before))

    def events(self, group: int | None = None) -> list[tuple[int, Event]]:
        """Return the changes of records with the numbers of their groups, oldest first."""
        return self._read("changes", lambda journal: journal.events(group))

    def kinds(self, group: int, most: int) -> list[tuple[str, State | None, State | None, int]]:
        """Return field, old and new state of a group's changes, and how often: the commonest."""
        return self._read("changes", lambda journal: journal.kinds(group, most))

    def group_at(self, moment: dt.datetime) -> int:
        """Return the number of the newest group of changes up to a moment, 0 before the first.

        Raises
        ------
        ValueError
            The clock was set back round that moment.
        """
        return self._read("changes", lambda journal: undoing.group_at(journal, moment))

    def changes(self, newest: int | None = None) -> EventColumns:
        """Return all changes, or the newest so many, as columns."""
        return self._read("changes", lambda journal: journal.columns(newest))

    def history(self, record_id: str, limit: int) -> list[dict[str, Any]]:
        """Return the newest changes of one record as plain data, the newest first.

        Each has ``at``, ``agent``, ``kind`` ("edit", "undo", "redo", "logged"), ``field``,
        ``old``, ``new``, ``query`` and ``reason``; ``new`` of a record logged anew is None.
        """
        entries = self._read("changes", lambda journal: journal.history(record_id, limit))
        return [_plain_change(one) for one in entries]


def _plain_change(one: Entry) -> dict[str, Any]:
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
