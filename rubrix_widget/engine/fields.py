"""The fields of a dataset: their names, their kinds, and what a query may ask of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from rubrix_widget.columns import Logged

Kind = Literal["text", "words", "keyword", "label", "number", "integer", "bool", "date"]

_FIXED: dict[str, Kind] = {
    "predicted": "keyword",
    "predicted_as": "label",
    "annotated_as": "label",
    "predicted_by": "keyword",
    "annotated_by": "keyword",
    "status": "keyword",
    "comment": "keyword",
    "id": "keyword",
    "score": "number",
    "event_timestamp": "date",
    "last_updated": "date",
    "multi_label": "bool",
    "metrics.text_length": "integer",
}
_WITH_WORDS = ("predicted_as", "annotated_as", "predicted_by", "annotated_by", "comment")
CHANGEABLE = frozenset(
    {"predicted", "annotated_as", "annotated_by", "status", "comment", "last_updated"}
)
"""Fields that people's changes touch; every other one is fixed by what was logged."""


@dataclass(frozen=True)
class Field:
    """One field.

    ``kind`` is "text" (indexed words), "words" (the words of a keyword field's values; ``base``
    names that field), "keyword", "label", "number", "integer", "bool" or "date".
    """

    name: str
    kind: Kind
    base: str | None = None

    @property
    def changeable(self) -> bool:
        """Whether people's changes can alter what matches."""
        return (self.base or self.name) in CHANGEABLE


def fields_of(logged: Logged) -> dict[str, Field]:
    """Return the fields a query on these records may name."""
    found = {name: Field(name, kind) for name, kind in _FIXED.items()}
    for name in ("text", *(f"inputs.{name}" for name in logged.input_names)):
        found[name] = Field(name, "text")
        found[f"{name}.exact"] = Field(f"{name}.exact", "text")
    for name, kind in logged.metadata.items():
        found[name] = Field(name, _kind_of(kind))
    keywords = [name for name, field in found.items() if field.kind == "keyword"]
    for name in (*_WITH_WORDS, *(name for name in keywords if name.startswith("metadata."))):
        found.setdefault(f"{name}.text", Field(f"{name}.text", "words", base=name))
    return found


def _kind_of(kind: pa.DataType) -> Kind:
    if pa.types.is_large_list(kind):
        kind = kind.value_type
    if pa.types.is_boolean(kind):
        return "bool"
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "number"
    return "date" if pa.types.is_timestamp(kind) else "keyword"


def matching(pattern: str, fields: Iterable[Field], *, every: bool = False) -> list[str]:
    """Return the names of the text and keyword fields that a pattern with ``*`` stands for.

    Exact variants and the words of keyword fields are left out, as each is there already; with
    ``every``, fields of all kinds are in.
    """
    plain = re.escape(pattern).replace(r"\*", ".*")
    return [
        field.name
        for field in fields
        if re.fullmatch(plain, field.name)
        and (every or field.kind in ("text", "keyword", "label"))
        and (every or not (field.kind == "text" and field.name.endswith(".exact")))
    ]


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names most like a name, nearest first."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=most, cutoff=0.6)
    lowered = name.lower()
    inside = [one for one in known if lowered in one.lower() and one not in close]
    return [*close, *inside][:most]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?" for the nearest names, or nothing."""
    close = nearest(name, known)
    return f" Did you mean {' or '.join(repr(one) for one in close)}?" if close else ""
