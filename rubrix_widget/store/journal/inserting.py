"""Writing groups into the tables, and what they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rubrix_widget.store.journal import schema
from rubrix_widget.store.journal.checking import Checking
from rubrix_widget.store.journal.copy import Place
from rubrix_widget.store.journal.events import Written, seal
from rubrix_widget.store.journal.folding import UNDONE, Fold


class Inserting(Checking):
    """What a journal does to its tables, within a transaction."""

    def _insert(self, groups: Sequence[Written]) -> None:
        """Write the newest groups, and what they lead to."""
        head, fold = self._head(), self._fold_under(groups)
        seals = {one: seal(one, *line) for one, line in fold.current.items()}
        steps = {one: seal(one, *line) for one, line in fold.steps.items()}
        for one in groups:
            lines = fold.add(one)
            self._db.executemany(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((*line, seal(*line)) for line in lines),
            )
            records = len({line[2] for line in lines} - {None})
            about = (
                *(one.group, one.kind, str(one.targets), one.agent, one.at, one.query, one.reason),
                *(one.first, len(lines), records),
            )
            self._db.execute(
                "INSERT INTO groups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*about, seal(*about)),
            )
            head = replace(head, group=one.group, seq=one.first + len(lines) - 1)
        states = [(one, *line, seal(one, *line)) for one, line in sorted(fold.current.items())]
        edits = [(one, *line, seal(one, *line)) for one, line in sorted(fold.steps.items())]
        self._db.executemany("INSERT OR REPLACE INTO current VALUES (?, ?, ?, ?, ?)", states)
        self._db.executemany("INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?, ?, ?)", edits)
        for key, value in fold.labels.items():
            schema.put(self._db, key, value)
        after = replace(
            head,
            records=head.records + len(states) - len(seals),
            states=head.states + sum(line[-1] for line in states) - sum(seals.values()),
            edits=head.edits + len(edits) - len(steps),
            steps=head.steps + sum(line[-1] for line in edits) - sum(steps.values()),
        )
        schema.put(self._db, "head", after.dump())

    def _fold_under(self, groups: Sequence[Written]) -> Fold:
        """Return what groups will change, as it is before them."""
        if self._head().seq == 0:
            return Fold()
        records = {row[0]: None for one in groups for row in one.rows if row[0] is not None}
        current = {line[0]: line[1:4] for line in self._states_of(list(records))}
        steps = [
            *(line for one in groups for edit in one.targets for line in self._edit(edit)),
            *(
                line
                for agent in {one.agent for one in groups if one.kind == "edit"}
                for line in self._steps(f" WHERE agent IS ? AND state = {UNDONE}", agent)
            ),
        ]
        return Fold(current, {line[0]: line[1:5] for line in steps})

    def _edit(self, number: int) -> list[tuple[Any, ...]]:
        return self._steps(" WHERE edit = ?", number)

    def _head(self) -> schema.Head:
        return schema.head(self._db)

    def _set_copied(self, place: Place) -> None:
        schema.put(self._db, "head", replace(self._head(), **vars(place)).dump())
