"""What each author made of each record, whatever became of it since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rubrix_widget.arrays import Ints
from rubrix_widget.columns.logged import Names
from rubrix_widget.engine import Engine
from rubrix_widget.store import EventColumns
from rubrix_widget.store.journal.events import LABELS, load

Sets = dict[frozenset[str], int]


@dataclass(frozen=True)
class Annotations:
    """The last annotation that each author gave each record.

    Attributes
    ----------
    positions, authors, values
        Where the record is, and places in ``names`` and ``sets``; one for each annotation.
    names
        The authors.
    sets
        The sets of labels that were given.
    """

    positions: Ints
    authors: Ints
    values: Ints
    names: list[str]
    sets: list[frozenset[str]]

    def only(self, which: npt.NDArray[np.bool_]) -> Annotations:
        """Return some of them."""
        positions, authors, values = self.positions, self.authors, self.values
        return replace(
            self, positions=positions[which], authors=authors[which], values=values[which]
        )


def by_author(engine: Engine, found: EventColumns) -> Annotations:
    """Return what each author made of each record of an engine.

    Edits that are in effect count, and what was logged with an author. What was said before a
    record was logged anew does not, as its text may be another one. An author who clears the
    record's annotation takes the own one back. Annotations have the names that their labels have
    now.
    """
    names, sets = Names(), Sets()
    positions = engine.positions(["" if one is None else one for one in found.ids])
    begun = _begun(engine.n, positions, found)
    edited = _edited(positions, begun, found, names, sets)
    logged = _logged(engine, begun, names, sets)
    event, position, author, value = np.concatenate([logged, edited], axis=1)
    for start, renamed in _renames(found):
        before = event < start
        table = [_place(sets, frozenset(renamed.get(one, one) for one in kind)) for kind in [*sets]]
        table.append(-1)  # what an author took back
        value[before] = np.array(table, np.int64)[value[before]]
    order = np.lexsort((event, author, position))
    position, author, value = position[order], author[order], value[order]
    last = np.ones(len(order), bool)
    last[:-1] = (position[1:] != position[:-1]) | (author[1:] != author[:-1])
    last &= value >= 0
    return Annotations(position[last], author[last], value[last], names.values, [*sets])


def _edited(positions: Ints, begun: Ints, found: EventColumns, names: Names, sets: Sets) -> Ints:
    """Return event, position, author and value of each annotation that is in effect."""
    groups, count = found.groups, len(found.texts)
    author, value = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    is_annotation = np.array([one == "annotation" for one in found.texts], bool)
    for place in np.unique(found.new[is_annotation[found.field]]).tolist():
        state = load(found.texts[place])
        if state is not None and state.annotation is not None:
            author[place] = names.code(state.annotation_agent)
            value[place] = _place(sets, frozenset(state.annotation))
    here = is_annotation[found.field] & groups.in_effect[found.group]
    here &= (positions >= 0) & (found.number > begun[positions])
    new, group = found.new[here], found.group[here]
    agents = np.array([names.code(one) for one in groups.agent], np.int64)
    by = np.where(value[new] >= 0, author[new], agents[group])
    return np.stack([found.number[here], positions[here], by, value[new]])[:, by >= 0]


def _logged(engine: Engine, begun: Ints, names: Names, sets: Sets) -> Ints:
    """Return the annotations that were logged with an author, as those of when that was."""
    logged = engine.columns.logged
    here = np.flatnonzero((logged.annotation >= 0) & (logged.annotation_agent >= 0))
    author = np.array([names.code(one) for one in logged.agents.values], np.int64)
    value = [_place(sets, frozenset(logged.sets.names(code))) for code in range(len(logged.sets))]
    return np.stack(
        [
            begun[here],
            here,
            author[logged.annotation_agent[here]],
            np.array(value, np.int64)[logged.annotation[here]],
        ]
    )


def _begun(n: int, positions: Ints, found: EventColumns) -> Ints:
    """Return for each record the event by which it was logged anew, 0 where it never was."""
    begun = np.zeros(n + 1, np.int64)  # one more, for those that are no longer there
    anew = np.array([one == "logged" for one in found.groups.kind], bool)[found.group]
    np.maximum.at(begun, positions[anew], found.number[anew])
    return begun


def _renames(found: EventColumns) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield where labels were renamed, in order: the first event, and their names since."""
    fields = np.array([one == LABELS for one in found.texts], bool)
    declared = np.unique(found.group[fields[found.field] & found.groups.in_effect[found.group]])
    for group in declared.tolist():
        rows = np.flatnonzero(found.group == group)
        renamed: dict[str, str] = {}
        for old, new in {*zip(found.old[rows].tolist(), found.new[rows].tolist(), strict=True)}:
            before, after = _labels(found, old), _labels(found, new)
            if len(after - before) == 1:
                renamed |= dict.fromkeys(before - after, *(after - before))
        if renamed:
            yield int(found.number[rows[0]]), renamed


def _labels(found: EventColumns, place: int) -> frozenset[str]:
    text = found.texts[place]
    state = load(text) if text and text.startswith("{") else None  # not the labels declared
    return frozenset(state.annotation or () if state else ())


def _place(sets: Sets, labels: frozenset[str]) -> int:
    return sets.setdefault(labels, len(sets))
