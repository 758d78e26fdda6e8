"""What edits, undos and redos do to the records as they are now, and what they meet there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from rubrix_widget.arrays import Ints
from rubrix_widget.columns import State
from rubrix_widget.edits.changes import (
    EDIT_FIELDS,
    UNSET,
    Edit,
    EditField,
    new_state,
    same_value,
    value_of,
    with_part,
)
from rubrix_widget.edits.hashing import text_hashes
from rubrix_widget.engine import Engine
from rubrix_widget.store import Event

Conflicts = list[dict[str, Any]]
Judged = tuple[list[Event], list[str], Conflicts]


def judged(engine: Engine, edits: Sequence[Edit], agent: str) -> Judged:
    """Return the events that edits make, the records that are as asked then, and the conflicts.

    Raises
    ------
    RecordError
        A value that no record of the dataset can have.
    """
    positions = engine.positions([edit.id for edit in edits])
    hashes = text_hashes(engine, positions)
    events: list[Event] = []
    ids: list[str] = []
    conflicts: Conflicts = []
    known = _Known(engine, positions)
    for edit, position, text_hash in zip(edits, positions.tolist(), hashes, strict=True):
        if position < 0:
            conflicts.append(missing(edit))
            continue
        now = known.state[position]
        state = new_state(edit.field, edit.new, now, agent, engine.multi_label, edit.id)
        version = int(engine.columns.version[position])
        moved = edit.version is not None and edit.version != version
        differs = edit.old is not UNSET and not same_value(edit.field, edit.old, now)
        if (moved or differs) and not same_value(edit.field, edit.new, now):
            conflicts.append(conflict(edit, now, version))
            continue
        ids.append(edit.id)
        if state != now:
            known.state[position] = state
            seen = known.prediction[position]
            events.append(Event(edit.id, edit.field, now, state, text_hash, seen))
    return events, ids, conflicts


def reversed_events(engine: Engine, events: Iterable[Event]) -> Judged:
    """Return the events that turn others round, the records that are as before, the conflicts.

    Parameters
    ----------
    events
        The newest first. One whose record is not any more as it left it is a conflict.
    """
    given = list(events)
    found: list[Event] = []
    ids: list[str] = []
    conflicts: Conflicts = []
    places = engine.positions([event.record_id for event in given])
    known = _Known(engine, places)
    for event, position in zip(given, places.tolist(), strict=True):
        field = edit_field(event.field)
        if position < 0 or event.new is None or event.old is None:
            conflicts.append(missing(Edit(event.record_id, field, None)))
            continue
        now = known.state[position]
        target = with_part(field, now, event.old)
        if target != now and with_part(field, now, event.new) != now:
            edit = Edit(event.record_id, field, value_of(field, event.old))
            conflicts.append(conflict(edit, now, int(engine.columns.version[position])))
            continue
        ids.append(event.record_id)
        if target == now:
            continue
        known.state[position] = target
        seen = known.prediction[position]
        found.append(Event(event.record_id, field, now, target, event.text_hash, seen))
    return found, ids, conflicts


def restored_events(engine: Engine, since: Iterable[Event]) -> Judged:
    """Return the events that bring records back to what they were before some events.

    Parameters
    ----------
    since
        Every event after that moment, the oldest first. A record that was logged anew since is a
        conflict, as it may be another one now.
    """
    before: dict[str, Event] = {}
    anew: set[str] = set()
    for event in since:
        before.setdefault(event.record_id, event)
        if event.new is None:
            anew.add(event.record_id)
    places = engine.positions(list(before))
    known = _Known(engine, places)
    found: list[Event] = []
    ids: list[str] = []
    conflicts: Conflicts = []
    for (record_id, event), position in zip(before.items(), places.tolist(), strict=True):
        target = event.old
        if position < 0 or target is None:
            conflicts.append(missing(Edit(record_id, "annotation", None)))
            continue
        now = known.state[position]
        if target != now and record_id in anew:
            edit = Edit(record_id, "annotation", value_of("annotation", target))
            conflicts.append(conflict(edit, now, int(engine.columns.version[position])))
            continue
        ids.append(record_id)
        for field in ("annotation", "comment", "verdict"):
            after = with_part(edit_field(field), now, target)
            if after != now:
                seen = known.prediction[position]
                found.append(Event(record_id, field, now, after, event.text_hash, seen))
                now = after
    return found, ids, conflicts


class _Known:
    """What records are now, by position, and what was predicted for them."""

    def __init__(self, engine: Engine, positions: Ints) -> None:
        here = positions[positions >= 0]
        places = here.tolist()
        if len(places) == 1:  # without what many take
            self.state = {places[0]: engine.columns.state(places[0])}
        else:
            states, which = engine.columns.states(here)
            self.state = dict(zip(places, (states[one] for one in which.tolist()), strict=True))
        self.prediction = dict(zip(places, predictions(engine, here), strict=True))


def edit_field(name: str) -> EditField:
    """Return the field that an event's name stands for."""
    found: dict[str, EditField] = {one: one for one in EDIT_FIELDS}
    return found.get(name, "annotation")


def missing(edit: Edit) -> dict[str, Any]:
    """Return the conflict of an edit whose record is gone."""
    return {
        "id": edit.id,
        "field": edit.field,
        "yours": edit.new,
        "theirs": None,
        "version": None,
        "message": f"record {edit.id!r} is no longer in the dataset",
    }


def conflict(edit: Edit, now: State, version: int) -> dict[str, Any]:
    """Return the conflict of an edit whose record changed meanwhile."""
    theirs = value_of(edit.field, now)
    instead = "" if edit.old is UNSET else f", not {edit.old!r}"
    return {
        "id": edit.id,
        "field": edit.field,
        "yours": edit.new,
        "theirs": theirs,
        "version": version,
        "message": f"record {edit.id!r} was changed meanwhile: it is {theirs!r} now{instead}",
    }


def predictions(engine: Engine, positions: Ints) -> list[str | None]:
    """Return what was predicted for some records, as the journal keeps it."""
    codes = engine.columns.logged.predicted_as[positions].tolist()
    sets = engine.columns.logged.sets
    known = {
        code: None if code < 0 else json.dumps(sets.names(code), ensure_ascii=False)
        for code in set(codes)
    }
    return [known[code] for code in codes]
