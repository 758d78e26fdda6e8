"""What the journal keeps: events, in groups made by one gesture, and the state they lead to."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rubrix_widget.columns import State

Kind = Literal["edit", "undo", "redo", "logged", "lost"]
LABELS = "labels"  # the field of an event that declares the dataset's labels anew
MADE = "label"  # of one that adds labels made while annotating, which stay when it is undone
EARLIER = "earlier labels"  # of one with labels that format 1 kept without their order
LOST = "lost"  # of one that could not be read back from a damaged journal


@dataclass(frozen=True)
class Event:
    """One change of one record; states are whole, so undoing is putting ``old`` back.

    ``seq`` is its number, 0 before it is written.
    """

    record_id: str
    field: str
    old: State | None
    new: State | None
    text_hash: str | None = None
    prediction: str | None = None
    seq: int = 0


@dataclass(frozen=True)
class Label:
    """A label of the dataset; one that is ``retired`` is shown only where it is still used."""

    name: str
    description: str = ""
    retired: bool = False


@dataclass(frozen=True)
class Batch:
    """A group of events to be written, with all that is written with it.

    Attributes
    ----------
    targets
        Numbers of the edits that an undo takes back, or a redo makes again.
    labels
        All labels from now on, where they change.
    made
        Whether that is because annotations have new ones.
    """

    kind: Kind
    events: Sequence[Event]
    targets: Sequence[int] = ()
    agent: str | None = None
    query: str | None = None
    reason: str | None = None
    labels: Sequence[Label] | None = None
    made: bool = False


@dataclass(frozen=True)
class Group:
    """Events made by one gesture.

    ``at`` is the moment (UTC), ``count`` how many records it changed, ``in_effect`` whether it is
    an edit that was not undone.
    """

    id: int
    kind: Kind
    targets: frozenset[int]
    agent: str | None
    at: dt.datetime
    query: str | None
    reason: str | None
    count: int
    in_effect: bool


@dataclass(frozen=True)
class Step:
    """What one undo or redo would turn round: the edits, and the group that made it so last."""

    edits: frozenset[int]
    group: int


@dataclass(frozen=True)
class Entry:
    """One change of a record with who made it, when, and why."""

    field: str
    old: State | None
    new: State | None
    kind: str
    agent: str | None
    at: str
    query: str | None
    reason: str | None


@dataclass(frozen=True)
class Current:
    """The present state of records that were changed, as columns; None: as logged again.

    ``which`` says which of ``states`` each record has; ``at`` is in microseconds since 1970.
    """

    ids: list[str]
    versions: npt.NDArray[np.int64]
    states: list[State | None]
    which: npt.NDArray[np.int64]
    at: npt.NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.ids)

    def by_id(self) -> dict[str, tuple[int, State | None]]:
        """Return the version and state of each record."""
        found = zip(self.versions.tolist(), self.which.tolist(), strict=True)
        lines = zip(self.ids, found, strict=True)
        return {one: (version, self.states[place]) for one, (version, place) in lines}


@dataclass(frozen=True)
class Written:
    """A group as it is written: rows ``(record id, text hash, field, old, new, prediction)``.

    ``first`` is the number of the first row, the others follow it.
    """

    group: int
    kind: Kind
    targets: list[int]
    agent: str | None
    at: str
    query: str | None
    reason: str | None
    first: int
    rows: list[Row]


Row = tuple[str | None, str | None, str, str | None, str | None, str | None]


def seal(*values: object) -> int:
    """Return a checksum of the values of a row."""
    return zlib.crc32("\x1f".join(map(str, values)).encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=1024)
def dump(state: State | None) -> str | None:
    """Return a state as text."""
    if state is None:
        return None
    content: dict[str, Any] = {
        "annotation": state.annotation,
        "status": state.status,
        "annotation_agent": state.annotation_agent,
    }
    if state.comment is not None:
        content["comment"] = state.comment
    if state.verdict is not None:
        content["verdict"] = state.verdict
    return json.dumps(content, ensure_ascii=False)


@lru_cache(maxsize=1024)
def load(text: str | None) -> State | None:
    """Return the state that a text stands for."""
    if text is None:
        return None
    content = json.loads(text)
    annotation = content["annotation"]
    return State(
        None if annotation is None else tuple(annotation),
        content["status"],
        content["annotation_agent"],
        content.get("comment"),
        content.get("verdict"),
    )


def dump_labels(labels: Sequence[Label]) -> str:
    """Return declared labels as text."""
    return json.dumps([[one.name, one.description, one.retired] for one in labels])


def load_labels(text: str | None) -> tuple[Label, ...]:
    """Return the labels that a text declares."""
    return tuple(Label(*one) for one in json.loads(text or "[]"))
