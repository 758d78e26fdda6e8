"""Changing a dataset as a patch says: the right records, all at once, and a report of each line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

from rubrix_widget.arrays import Ints
from rubrix_widget.columns import State
from rubrix_widget.edits import LiveDataset, person
from rubrix_widget.edits.hashing import text_hashes
from rubrix_widget.edits.judging import Judged, predictions
from rubrix_widget.engine import Engine
from rubrix_widget.errors import PatchError
from rubrix_widget.patches.differences import plain
from rubrix_widget.patches.patch import Correction, Patch, Value
from rubrix_widget.store import Event

if TYPE_CHECKING:
    import pandas as pd

Became = Literal["applied", "already so", "conflicting", "missing"]
_SHOWN: Final = 5  # outcomes in words before "…"


@dataclass(frozen=True)
class Outcome:
    """What became of one line of a patch for one record.

    Attributes
    ----------
    line : int
        The line of the patch's file; the first correction has 2.
    id : str
        The record's id in the patch.
    record : str or None
        The id of the record that it was applied to; another one where it was found by its text.
    became : {"applied", "already so", "conflicting", "missing"}
    message : str
        What there is to say; empty where it was applied or already so.
    """

    line: int
    id: str
    record: str | None
    became: Became
    message: str = ""


@dataclass(frozen=True, repr=False)
class PatchReport:
    """What became of a patch.

    Attributes
    ----------
    dataset : str
        The dataset's name.
    outcomes : list of Outcome
        One for each line and record, in the order of the patch.
    group : int or None
        Number of the group of changes, for :func:`rubrix_widget.undo`; None where nothing was
        written.
    """

    dataset: str
    outcomes: list[Outcome]
    group: int | None = None

    @property
    def applied(self) -> list[Outcome]:
        """Records that were changed."""
        return self._of("applied")

    @property
    def already_so(self) -> list[Outcome]:
        """Records that were as the patch wants them."""
        return self._of("already so")

    @property
    def conflicting(self) -> list[Outcome]:
        """Records that are neither as before nor as after the patch, left as they are."""
        return self._of("conflicting")

    @property
    def missing(self) -> list[Outcome]:
        """Lines whose text no record has."""
        return self._of("missing")

    def _of(self, became: Became) -> list[Outcome]:
        return [one for one in self.outcomes if one.became == became]

    def __repr__(self) -> str:
        names: tuple[Became, ...] = ("applied", "already so", "conflicting", "missing")
        counts = ", ".join(f"{len(self._of(one)):,} {one}" for one in names)
        lines = [f"<Patch on {self.dataset!r}: {counts}", *_words(self.outcomes)]
        if self.group is not None:
            lines[0] += f", group {self.group}"
        return "\n  ".join(lines) + ">"

    def to_pandas(self) -> pd.DataFrame:
        """Return the outcomes as a DataFrame: line, id, record, became, message."""
        import pandas as pd

        return pd.DataFrame(
            [vars(one) for one in self.outcomes], columns=list(Outcome.__annotations__)
        )


def _words(outcomes: list[Outcome]) -> list[str]:
    told = [f"line {one.line}: {one.message}" for one in outcomes if one.message]
    more = [f"… and {len(told) - _SHOWN:,} more"] if len(told) > _SHOWN else []
    return [*told[:_SHOWN], *more]


def apply(
    live: LiveDataset,
    patch: Patch,
    *,
    source: str = "a patch",
    strict: bool = False,
    dry_run: bool = False,
    agent: str | None = None,
) -> PatchReport:
    """Change a dataset as a patch says, as one group.

    Raises
    ------
    PatchError
        The patch is of the other kind (single- or multi-label), or ``strict`` and something
        conflicts or is missing; nothing is changed.
    StorageError, DatasetBusyError
        Nothing is changed.
    """
    agent = person(agent)
    outcomes: list[Outcome] = []

    def judge(engine: Engine) -> Judged:
        outcomes[:], events = _judged(engine, patch, agent)
        told = _words(outcomes)
        if strict and told:
            raise PatchError("\n  ".join(["the patch does not fit; nothing was changed", *told]))
        return events, [one.record for one in outcomes if one.record], []

    done = live.make(judge, agent=agent, reason=f"applied {source}", dry_run=dry_run)
    return PatchReport(live.name, outcomes, done.group)


def _judged(engine: Engine, patch: Patch, agent: str) -> tuple[list[Outcome], list[Event]]:
    """Return what becomes of each line for each record, and the events that make it so."""
    if patch.multi_label != engine.multi_label and engine.n:
        kinds = ("single-label", "multi-label")
        raise PatchError(
            f"the patch is of {kinds[patch.multi_label]} records, and the dataset is "
            f"{kinds[engine.multi_label]}; nothing was changed"
        )
    outcomes: list[Outcome] = []
    events: list[Event] = []
    meant = _meant(engine, patch)
    places = np.array(
        sorted({place for found in meant if isinstance(found, list) for place in found})
    )
    known = _Known(engine, places.astype(np.int64))
    for line, (one, found) in enumerate(zip(patch, meant, strict=True), start=2):
        if isinstance(found, _Lost):
            outcomes.append(Outcome(line, one.id, None, *found))
            continue
        for place in found:
            now, record = known.states[place], known.ids[place]
            after = _after(now, one, agent, engine.multi_label)
            if isinstance(after, str):
                outcomes.append(Outcome(line, one.id, record, "conflicting", after))
                continue
            outcomes.append(
                Outcome(line, one.id, record, "already so" if after == now else "applied")
            )
            known.states[place] = after
            for field, state in _steps(now, after):
                seen = known.predictions[place]
                events.append(Event(record, field, now, state, one.text_hash, seen))
                now = state
    return outcomes, events


class _Known:
    """What records are, by position."""

    def __init__(self, engine: Engine, places: Ints) -> None:
        listed = places.tolist()
        states, which = engine.columns.states(places)
        self.states = dict(zip(listed, (states[one] for one in which.tolist()), strict=True))
        self.ids = dict(zip(listed, engine.columns.logged.ids[places].tolist(), strict=True))
        self.predictions = dict(zip(listed, predictions(engine, places), strict=True))


class _Lost(NamedTuple):
    """Why a line is of no record."""

    became: Became
    message: str


def _meant(engine: Engine, patch: Patch) -> list[list[int] | _Lost]:
    """Return the places of the records that each line is of.

    By its id where the text is the same; else all that have the text, but for those that have a
    line of their own.
    """
    places = engine.positions([one.id for one in patch])
    hashes = text_hashes(engine, places)
    lines = list(zip(patch, places.tolist(), hashes, strict=True))
    own = {place for one, place, known in lines if known == one.text_hash}
    strays: dict[str, list[int]] = {}
    for number, (one, _, known) in enumerate(lines):
        if known != one.text_hash:
            strays.setdefault(one.text_hash, []).append(number)
    having = _having(engine, set(strays), own)
    found: list[list[int] | _Lost] = []
    for one, place, known in lines:
        if known == one.text_hash:
            found.append([place])
            continue
        rivals = strays[one.text_hash]
        if one.text_hash not in having:
            found.append(_lost(one, place))
        elif any(patch[number].changes != one.changes for number in rivals):
            wanting = ", ".join(str(number + 2) for number in rivals)
            message = f"lines {wanting} want different things of the records with this text"
            found.append(_Lost("conflicting", message))
        else:
            found.append(having[one.text_hash])
    return found


def _having(engine: Engine, wanted: set[str], own: set[int]) -> dict[str, list[int]]:
    """Return the places of the records with some texts, but for some."""
    found: dict[str, list[int]] = {}
    if wanted:
        for place, known in enumerate(text_hashes(engine, np.arange(engine.n))):
            if known in wanted and place not in own:
                found.setdefault(str(known), []).append(place)
    return found


def _lost(one: Correction, place: int) -> _Lost:
    if place >= 0:
        message = f"record {one.id!r} has another text here, and no other record has this one"
        return _Lost("conflicting", message)
    return _Lost("missing", f"no record has the id {one.id!r}, and no other one its text")


def _after(now: State, one: Correction, agent: str, multi_label: bool) -> State | str:
    """Return what a line makes of a record, or why it conflicts."""
    has, moved = plain(now, multi_label), dict[str, Value]()
    for name, change in one.changes.items():
        if name == "annotation_agent" and "annotation" in one.changes:
            continue  # goes with the annotation
        if has[name] == change.new:
            continue
        if has[name] != change.old:
            old, new = _shown(change.old), _shown(change.new)
            return f"{name} is {_shown(has[name])}, neither {old} nor {new}"
        moved[name] = change.new
    if "annotation" in moved:
        by = one.changes.get("annotation_agent")
        author = one.agent or agent
        moved["annotation_agent"] = by.new if by else author if moved["annotation"] else None
    wanted: dict[str, Any] = moved
    if isinstance(wanted.get("annotation"), str):
        wanted["annotation"] = (wanted["annotation"],)
    return replace(now, **wanted)


def _shown(value: Value) -> str:
    return repr(list(value) if isinstance(value, tuple) else value)


def _steps(now: State, after: State) -> Iterator[tuple[str, State]]:
    """Yield the fields that change, as edits have them, each with the state it leads to."""
    without = replace(after, comment=now.comment, verdict=now.verdict)
    if without != now:
        yield ("status" if replace(without, status=now.status) == now else "annotation"), without
    commented = replace(without, comment=after.comment)
    if commented != without:
        yield "comment", commented
    if after != commented:
        yield "verdict", after
