"""What an analysis is asked for on the page, and what it answers with."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from rubrix_widget.engine import Engine, Selection

Columns: TypeAlias = list[tuple[str, str]]
MOST_ROWS: Final = 200  # of a table; one of more is read in Python
ENDS: Final = ("95 %", "text")


@dataclass(frozen=True)
class Shown:
    """What an explorer shows, for an analysis."""

    name: str
    engine: Engine
    selection: Selection

    def shown(self) -> tuple[str, Engine, Selection]:
        """Return all three."""
        return self.name, self.engine, self.selection


@dataclass(frozen=True)
class Asked:
    """Records to analyse, how, and whom to tell how far it is.

    Attributes
    ----------
    shown
        The records.
    progress
        Told the share that is done; raises where nobody waits any more.
    options
        What was chosen on the page, by name; what is empty was not.
    """

    shown: Shown
    progress: Callable[[float], None]
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def agent(self) -> str | None:
        """Whose predictions are meant; None: the primary ones."""
        return self.options.get("agent") or None

    @property
    def several(self) -> bool:
        """Whether a record may have several labels."""
        return self.shown.engine.multi_label


class Mark(NamedTuple):
    """What can be pointed at in a chart.

    ``x`` and ``y`` say where it stands: None all along, a value, or (from, to).
    """

    x: Any
    y: Any
    words: str
    query: str | None


@dataclass(frozen=True)
class Drawn:
    """A chart, with what can be pointed at in it.

    ``kind`` says how it is sized: "matrix" by its labels, which are ``values``; "rows" as it is,
    as wide as there is room; "plot" of a height that fits.
    """

    chart: Any
    kind: Literal["matrix", "rows", "plot"]
    marks: list[Mark] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """An analysis for the page.

    Attributes
    ----------
    lines
        What it comes to, in words.
    columns
        Name and kind of each column: "text", "query", "count", "share" (0 to 1) or "number".
    rows
        The values of each row; None is no value.
    queries
        The query of each row's records; None where there is none.
    drawn
        Its chart, where there is one.
    """

    lines: list[str]
    columns: Columns = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    queries: list[str | None] = field(default_factory=list)
    drawn: Drawn | None = None


def share(part: float) -> str:
    """Return a share in words."""
    return "–" if math.isnan(part) else f"{100 * part:.1f} %"


def value(name: str, one: float) -> str:
    """Return a score in words, by its name."""
    return f"{one:.3f}" if name == "mcc" else share(one)


def ends(name: str, interval: Sequence[float]) -> str:
    """Return an interval of a score in words."""
    return f"{value(name, interval[0])} to {value(name, interval[1])}"
