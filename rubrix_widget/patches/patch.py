"""Corrections in memory: listed, turned round, merged with others."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple, overload

from rubrix_widget.errors import PatchError
from rubrix_widget.store import write_atomically

FORMAT: Final = "rubrix_widget.patch"
VERSION: Final = 1
FIELDS: Final = ("annotation", "annotation_agent", "status", "comment", "verdict")
ABOUT: Final = ("agent", "at", "reason")  # who, when (UTC), why
Value = str | tuple[str, ...] | None


class Difference(NamedTuple):
    """A value before and after: a text, None, or in multi-label datasets labels in order."""

    old: Value
    new: Value


@dataclass(frozen=True)
class Correction:
    """What became of one record.

    Attributes
    ----------
    id : str
        The record's id.
    text_hash : str
        What :func:`rubrix_widget.edits.hashing.text_hash` makes of its texts.
    text : str
        How its texts begin, for whoever reads the patch.
    changes : dict of str to Difference
        By field: "annotation", "annotation_agent", "status", "comment",
        "verdict".
    agent, at, reason : str or None
        Who made the last of the changes, when, and why.
    """

    id: str
    text_hash: str
    text: str
    changes: Mapping[str, Difference]
    agent: str | None = None
    at: str | None = None
    reason: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: id and text."""
        return self.id, self.text_hash

    def line(self) -> str:
        """Return it as a line of a patch's file."""
        content: dict[str, Any] = {"id": self.id, "text_hash": self.text_hash, "text": self.text}
        for name in FIELDS:
            if name in self.changes:
                content[name] = self.changes[name]._asdict()
        about = {name: getattr(self, name) for name in ABOUT}
        return _json(content | {name: one for name, one in about.items() if one is not None})


@dataclass(frozen=True)
class MergeConflict:
    """Two patches that say different things of one field of one record; neither is merged."""

    id: str
    field: str
    ours: Difference
    theirs: Difference

    def __str__(self) -> str:
        return (
            f"record {self.id!r}, {self.field}: {self.ours.old!r} became {self.ours.new!r} here, "
            f"and {self.theirs.old!r} became {self.theirs.new!r} there"
        )


class Merged(NamedTuple):
    """A merged patch, and the conflicts that it leaves out."""

    patch: Patch
    conflicts: list[MergeConflict]


class Patch(Sequence[Correction]):
    """Corrections of a dataset's records, in the order in which these were first changed.

    Parameters
    ----------
    corrections
        Of different records.
    dataset
        The name of the dataset that they were made in.
    multi_label
        Whether its records may have several labels.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = rb.log(rb.TextClassificationRecord(text="fine", id=7), "corrected")
    >>> made = rb.relabel("corrected", "good", ids=7)
    >>> patch = rb.diff("corrected", 0)
    >>> patch
    <Patch of 'corrected': 1 record (1 annotation, 1 status)>
    >>> patch[0].changes["annotation"]
    Difference(old=None, new='good')
    """

    def __init__(
        self, corrections: Iterable[Correction], dataset: str, multi_label: bool = False
    ) -> None:
        self._corrections = tuple(corrections)
        self.dataset = dataset
        self.multi_label = multi_label

    def __len__(self) -> int:
        return len(self._corrections)

    @overload
    def __getitem__(self, key: int) -> Correction: ...
    @overload
    def __getitem__(self, key: slice) -> Patch: ...
    def __getitem__(self, key: int | slice) -> Correction | Patch:
        if isinstance(key, slice):
            return self._with(self._corrections[key])
        return self._corrections[key]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Patch):
            return NotImplemented
        return self.multi_label == other.multi_label and self._corrections == other._corrections

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        counts = Counter(name for one in self for name in one.changes if name != "annotation_agent")
        told = ", ".join(
            f"{counts[name]:,} {name if counts[name] == 1 or name == 'status' else name + 's'}"
            for name in FIELDS
            if counts[name]
        )
        records = f"{len(self):,} record{'' if len(self) == 1 else 's'}"
        return f"<Patch of {self.dataset!r}: {records}{told and f' ({told})'}>"

    def _with(self, corrections: Iterable[Correction]) -> Patch:
        return Patch(corrections, self.dataset, self.multi_label)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the patch as JSON Lines: a line about the patch, then a line for each record.

        Parameters
        ----------
        path
            The file; one that is there is replaced once the new one is whole.

        Raises
        ------
        OSError
            The file cannot be written; one that was there stays.

        Examples
        --------
        >>> from pathlib import Path
        >>> changes = {"status": Difference("Default", "Discarded")}
        >>> Patch([Correction("7", "0" * 32, "fine", changes, "ada")], "films").write("films.jsonl")
        >>> print(Path("films.jsonl").read_text("utf-8"), end="")
        {"format": "rubrix_widget.patch", "version": 1, "dataset": "films", "multi_label": false}
        {"id": "7", "text_hash": "00000000000000000000000000000000", "text": "fine", "status":
         {"old": "Default", "new": "Discarded"}, "agent": "ada"}
        """
        head = {
            "format": FORMAT,
            "version": VERSION,
            "dataset": self.dataset,
            "multi_label": self.multi_label,
        }
        lines = [_json(head), *(one.line() for one in self)]
        write_atomically(Path(path).expanduser(), "".join(f"{one}\n" for one in lines).encode())

    def invert(self) -> Patch:
        """Return the patch that takes this one back.

        Examples
        --------
        >>> changes = {"status": Difference("Default", "Discarded")}
        >>> patch = Patch([Correction("7", "0" * 32, "fine", changes)], "films")
        >>> patch.invert()[0].changes["status"]
        Difference(old='Discarded', new='Default')
        """
        return self._with(
            replace(one, changes={k: Difference(v.new, v.old) for k, v in one.changes.items()})
            for one in self
        )

    def merge(self, other: Patch) -> Merged:
        """Put two patches together.

        Where both change a field of a record, they have to say the same; if not, it is a conflict,
        and that field is left out. Who made an annotation goes with it; where two made the same
        one, it is the author here.

        Parameters
        ----------
        other
            A patch of records of the same kind, single- or multi-label.

        Returns
        -------
        Merged
            ``patch`` and ``conflicts``.

        Raises
        ------
        PatchError
            One is of single-label and one of multi-label records.

        Examples
        --------
        >>> def becoming(*status):
        ...     changes = {"status": Difference(*status)}
        ...     return Patch([Correction("7", "0" * 32, "fine", changes)], "films")
        >>> patch, conflicts = becoming("Default", "Validated").merge(
        ...     becoming("Default", "Discarded")
        ... )
        >>> print(len(patch), conflicts[0])
        0 record '7', status: 'Default' became 'Validated' here,
        and 'Default' became 'Discarded' there
        """
        if self.multi_label != other.multi_label:
            raise PatchError("a patch of single-label and one of multi-label records cannot be one")
        merged = {one.key: one for one in self}
        conflicts: list[MergeConflict] = []
        for theirs in other:
            ours = merged.get(theirs.key)
            if ours is None:
                merged[theirs.key] = theirs
                continue
            changes, clashes = _together(ours.changes, theirs.changes)
            conflicts += (MergeConflict(ours.id, name, *both) for name, both in clashes.items())
            latest = theirs if (theirs.at or "") > (ours.at or "") else ours
            merged[theirs.key] = replace(latest, text=ours.text, changes=changes)
        return Merged(self._with(one for one in merged.values() if one.changes), conflicts)


_Clashes = dict[str, tuple[Difference, Difference]]


def _together(
    ours: Mapping[str, Difference], theirs: Mapping[str, Difference]
) -> tuple[dict[str, Difference], _Clashes]:
    """Return the changes of two corrections of one record, and those that clash."""
    found = {**theirs, **ours}
    clashes: _Clashes = {}
    for name in FIELDS:
        if name not in ours or name not in theirs:
            continue
        if name == "annotation_agent" and "annotation" in found:
            found[name] = ours[name] if "annotation" in ours else theirs[name]
        elif ours[name] != theirs[name]:
            clashes[name] = ours[name], theirs[name]
    gone = {*clashes} | ({"annotation_agent"} if "annotation" in clashes else set())
    return {name: found[name] for name in FIELDS if name in found and name not in gone}, clashes


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
