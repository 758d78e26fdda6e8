"""What differs between two states of a dataset, as a patch."""

from __future__ import annotations

import datetime as dt

import numpy as np

from rubrix_widget.arrays import Mask
from rubrix_widget.columns import State
from rubrix_widget.edits import LiveDataset
from rubrix_widget.edits.hashing import inputs_of, text_hash
from rubrix_widget.engine import Engine
from rubrix_widget.patches.patch import Correction, Difference, Patch, Value
from rubrix_widget.store import EventColumns
from rubrix_widget.store.journal.events import load

_BEGINNING = 80  # characters of a record's texts that a patch shows
Moment = int | dt.datetime


def difference(
    live: LiveDataset,
    before: Moment,
    after: Moment | None = None,
    wanted: Mask | None = None,
    engine: Engine | None = None,
) -> Patch:
    """Return what became of a dataset's records between two moments.

    Records that were logged anew with other labels since are compared with what was logged then;
    those that are no longer in the dataset are left out.

    Parameters
    ----------
    live
        The dataset.
    before, after
        Numbers of groups (0: as logged) or moments; after them. ``after`` is by default now.
    wanted
        Which records of ``engine``, by default all.

    Raises
    ------
    ValueError
        No such group, or a moment that is ambiguous as the clock was set back.
    """
    engine = engine or live.engine()
    found = live.changes()
    newest = int(found.groups.number[-1]) if len(found.groups.number) else 0
    start, end = _number(live, before, newest), newest
    if after is not None:
        end = _number(live, after, newest)
    if end < start:
        turned = difference(live, end, start, wanted, engine)
        return turned.invert()
    first, last = _ends(found, start, end)
    places = engine.positions(list(first))
    here = places >= 0
    if wanted is not None:
        here[here] = wanted[places[here]]
    ids = [one for one, there in zip(first, here.tolist(), strict=True) if there]
    texts = inputs_of(engine, places[here])
    made = []
    for one, inputs in zip(ids, texts, strict=True):
        old = load(found.texts[found.old[first[one]]])
        new = load(found.texts[found.new[last[one]]])
        assert old is not None
        assert new is not None
        changes = changed(old, new, engine.multi_label)
        if changes:
            made.append(_correction(found, one, inputs, changes, last[one]))
    return Patch(made, live.name, engine.multi_label)


def _number(live: LiveDataset, moment: Moment, newest: int) -> int:
    if isinstance(moment, dt.datetime):
        return live.group_at(moment)
    if not 0 <= moment <= newest:
        raise ValueError(
            f"there is no group of changes {moment}; rb.history(name) lists them, 0 is as logged"
        )
    return moment


def _ends(found: EventColumns, start: int, end: int) -> tuple[dict[str, int], dict[str, int]]:
    """Return the places of the first and last change of each record after and up to groups.

    Logging anew begins a record anew.
    """
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    later = np.flatnonzero(found.groups.number[found.group] > start)
    inside = (found.groups.number[found.group[later]] <= end).tolist()
    as_logged = (found.new[later] == _place_of_none(found)).tolist()
    for place, within, logged in zip(later.tolist(), inside, as_logged, strict=True):
        record = found.ids[place]
        if record is None:
            continue
        if logged:
            first.pop(record, None)
        elif within:
            first.setdefault(record, place)
            last[record] = place
    return first, last


def _place_of_none(found: EventColumns) -> int:
    return found.texts.index(None) if None in found.texts else -1


def changed(old: State, new: State, multi_label: bool) -> dict[str, Difference]:
    """Return the fields in which two states of a record differ."""
    before, after = plain(old, multi_label), plain(new, multi_label)
    found = {k: Difference(before[k], after[k]) for k in before if before[k] != after[k]}
    if "annotation" in found:  # whose it is goes with it
        found["annotation_agent"] = Difference(old.annotation_agent, new.annotation_agent)
    return found


def plain(state: State, multi_label: bool) -> dict[str, Value]:
    """Return the fields of a state as a patch has them."""
    labels = state.annotation
    annotation: Value = None
    if labels is not None:
        annotation = tuple(sorted(labels)) if multi_label else labels[0]
    return {
        "annotation": annotation,
        "annotation_agent": state.annotation_agent,
        "status": state.status,
        "comment": state.comment,
        "verdict": state.verdict,
    }


def _correction(
    found: EventColumns,
    record: str,
    inputs: dict[str, str | list[str] | None],
    changes: dict[str, Difference],
    last: int,
) -> Correction:
    groups, group = found.groups, int(found.group[last])
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    moment += dt.timedelta(microseconds=int(groups.at[group]))
    lines = ["\n".join(one) if isinstance(one, list) else one for one in inputs.values() if one]
    text = "\n".join(lines)
    beginning = text if len(text) <= _BEGINNING else text[: _BEGINNING - 1] + "…"
    return Correction(
        record,
        text_hash(inputs),
        beginning,
        changes,
        groups.agent[group],
        moment.isoformat(timespec="seconds"),
        groups.reason[group],
    )
