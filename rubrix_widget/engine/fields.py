"""The fields of a dataset: their names, their kinds, and what a query may ask of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pyarrow as pa

from rubrix_widget.columns import Logged
from rubrix_widget.query import quote, shorten, word

Kind = Literal["text", "words", "keyword", "label", "number", "integer", "bool", "date"]

_FIXED: dict[str, Kind] = {
    "predicted": "keyword",
    "predicted_as": "label",
    "annotated_as": "label",
    "predicted_by": "keyword",
    "annotated_by": "keyword",
    "status": "keyword",
    "comment": "keyword",
    "verdict": "keyword",
    "corrected": "bool",
    "annotated_as_before": "label",
    "predicted_before": "keyword",
    "id": "keyword",
    "score": "number",
    "event_timestamp": "date",
    "last_updated": "date",
    "multi_label": "bool",
    "metrics.text_length": "integer",
}
BY_AGENT: dict[str, Kind] = {
    "predicted": "keyword",
    "predicted_as": "label",
    "score": "number",
    "predicted_before": "keyword",
}
"""Fields that one agent's predictions have by themselves: ``predicted@agent``."""
BEFORE = ("annotated_as_before", "predicted_before")
"""Fields of the annotation as it was logged, whatever people made of it."""
COMPARED = ("fixed", "broken", "both_wrong", "agree")
"""Fields that compare the predictions of two agents."""
ONE_EACH = (
    "each record here has the prediction of one; log records with prediction={agent: prediction, "
    "…}, or add a model's with rb.add_predictions"
)
_LISTED = 12  # field names listed in an error before "…"
_WITH_WORDS = (
    *("predicted_as", "annotated_as", "annotated_as_before"),
    *("predicted_by", "annotated_by", "comment"),
)
CHANGEABLE = frozenset(
    {"predicted", "annotated_as", "annotated_by", "status", "comment", "verdict", "last_updated"}
    | {*COMPARED, "corrected"}
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
        return changeable(self.base or self.name)


def changeable(name: str) -> bool:
    """Say whether people's changes can alter the values of a field; ``@agent`` is no part of it."""
    return name.partition("@")[0] in CHANGEABLE


def fields_of(logged: Logged) -> dict[str, Field]:
    """Return the fields a query on these records may name."""
    found = {name: Field(name, kind) for name, kind in _FIXED.items()}
    agents = logged.predicting
    for agent in agents:
        found |= {f"{name}@{agent}": Field(f"{name}@{agent}", BY_AGENT[name]) for name in BY_AGENT}
    for other in agents[1:]:
        behind = "" if len(agents) == 2 else f"@{other}"
        found |= {name + behind: Field(name + behind, "bool") for name in COMPARED}
    for name in ("text", *(f"inputs.{name}" for name in logged.input_names)):
        found[name] = Field(name, "text")
        found[f"{name}.exact"] = Field(f"{name}.exact", "text")
    for name, kind in logged.metadata.items():
        found[name] = Field(name, _kind_of(kind))
    keywords = [name for name, field in found.items() if field.kind == "keyword"]
    with_words = [*_WITH_WORDS, *(f"predicted_as@{agent}" for agent in agents)]
    for name in (*with_words, *(name for name in keywords if name.startswith("metadata."))):
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
    ``every``, fields of all kinds are in. What annotations were as logged is meant only by a
    pattern that begins so: ``*:good`` is of records as they are now.
    """
    plain = re.escape(pattern).replace(r"\*", ".*")
    return [
        field.name
        for field in fields
        if re.fullmatch(plain, field.name)
        and (not field.name.startswith(BEFORE) or pattern.startswith(BEFORE))
        and (every or field.kind in ("text", "keyword", "label"))
        and (every or not (field.kind == "text" and field.name.endswith(".exact")))
    ]


def agents_of(fields: Iterable[str]) -> list[str]:
    """Return the agents that fields of a dataset are named after."""
    return [name.partition("@")[2] for name in fields if name.startswith("predicted@")]


def named(name: str, fields: Mapping[str, Field]) -> str:
    """Return the name of the field that is meant: of two agents, ``fixed@b`` is ``fixed``."""
    field, at, agent = name.partition("@")
    if at and name not in fields and field in fields and field in COMPARED:
        return field if agent == agents_of(fields)[-1] else name
    return name


class Unknown(NamedTuple):
    """Why there is no such field: in short, what may have been meant, and both with the way out."""

    short: str
    hint: str
    whole: str


def unknown(name: str, fields: Mapping[str, Field]) -> Unknown:
    """Say why a query cannot name a field."""
    if about := about_agents(name, agents_of(fields)):
        return Unknown(about, "", about)
    short = f"no field {shorten(name)!r}"
    hint = did_you_mean(shorten(name), fields, lambda one: f"'{word(one)}'")
    known = sorted(one for one in fields if not one.endswith((".exact", ".text")))
    listed = ", ".join(map(shorten, known[:_LISTED])) + (", …" if len(known) > _LISTED else "")
    return Unknown(
        short,
        hint,
        f"{short} in this dataset.{hint} Fields: {listed}. To search for a colon itself, write \\: "
        "or quote the words",
    )


def about_agent(agent: str, agents: Sequence[str], *, one_each: bool = False) -> str:
    """Say that there is no such agent, or that its predictions have records of their own.

    Parameters
    ----------
    agent
    agents
        Those that there are.
    one_each
        Whether each record has the prediction of one.
    """
    if agent in agents and one_each:
        asked = f"predicted_by:{quote(agent)}"
        return f"each record here has the prediction of one agent; those of {agent!r} are {asked}"
    if not agents:
        return f"no agent {shorten(agent)!r}; no prediction here has an agent's name"
    listed = ", ".join(map(shorten, agents))
    return f"no agent {shorten(agent)!r}; agents are {listed}.{did_you_mean(agent, agents)}"


def about_agents(name: str, agents: Sequence[str]) -> str:
    """Say what is wrong with the agent that a field is asked of; empty where it is not that."""
    field, at, agent = name.partition("@")
    if not at and field in COMPARED and len(agents) > 2:
        asked = " or ".join(word(f"{field}@{one}") for one in agents[1:])
        return f"{field!r} compares {agents[0]!r} with one of several agents: write {asked}"
    if (field in COMPARED or (at and field in BY_AGENT)) and len(agents) < 2:
        return f"{shorten(name)!r} is of predictions of several agents, and {ONE_EACH}"
    if at and field in (*BY_AGENT, *COMPARED) and agent not in agents:
        return about_agent(agent, agents)
    if at and field in COMPARED and agent == agents[0]:
        others = " or ".join(word(f"{field}@{one}") for one in agents[1:])
        return f"{shorten(name)!r} would compare the primary agent with itself: write {others}"
    return ""


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names most like a name, nearest first."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=most, cutoff=0.6)
    lowered = name.lower()
    inside = [one for one in known if lowered in one.lower() and one not in close]
    return [*close, *inside][:most]


def did_you_mean(name: str, known: Iterable[str], written: Callable[[str], str] = repr) -> str:
    """Return " Did you mean …?" for the nearest names as they are written, or nothing."""
    close = nearest(name, known)
    return f" Did you mean {' or '.join(map(written, close))}?" if close else ""
