"""What an analysis is asked for on the page, and what it answers with."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from rubrix_widget.engine import Engine, Selection

Columns: TypeAlias = list[tuple[str, str]]
MOST_ROWS: Final = 100  # of a table; one of more is read in Python
ENDS: Final = ("95 %", "interval")


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

    spec: dict[str, Any]
    kind: Literal["matrix", "rows", "plot"]
    marks: list[Mark] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """Rows of an analysis, each with the query of its records.

    Attributes
    ----------
    columns
        Name and kind of each column: "text", "query", "interval", "count", "share" (0 to 1),
        "points" (a difference of shares), "score" (0 to 1), "number" or "cell".
    rows
        The values of each row; None is no value.
    queries
        The query of each row's records, or one for each of its cells; None where there is none.
    title
        What the rows are, where there are several tables.
    """

    columns: Columns
    rows: list[list[Any]]
    queries: Sequence[str | list[str | None] | None] = ()
    title: str = ""


@dataclass(frozen=True)
class Document:
    """What was found as a text to take along."""

    name: str
    media: str
    content: str


@dataclass(frozen=True)
class Desk:
    """An analysis for the page: what it comes to in words, its chart, its tables."""

    lines: list[str]
    tables: list[Table] = field(default_factory=list)
    drawn: Drawn | None = None
    documents: list[Document] = field(default_factory=list)


def lacking(asked: Asked) -> str | None:
    """Say why nothing can be scored, if so."""
    _, engine, selection = asked.shown.shown()
    if asked.agent is not None:
        engine = engine.seen_by(asked.agent)
    some, columns = selection.hits.positions, engine.columns
    if not selection.count:
        return "No record is shown, so there is nothing to analyse."
    if bool((columns.predicted[some] >= 0).any()):
        return None
    count = f"{selection.count:,} record{'s' if selection.count > 1 else ''}"
    if not bool((columns.annotation[some] >= 0).any()):
        return f"None of the {count} shown has an annotation, so no prediction can be judged."
    return f"None of the {count} shown has both an annotation and a prediction to judge by it."


def share(part: float) -> str:
    """Return a share in words."""
    return "–" if math.isnan(part) else f"{100 * part:.1f} %"


def ends(interval: Sequence[float]) -> str:
    """Return an interval of a share in words.

    Examples
    --------
    >>> ends((0.913, 1)), ends((float("nan"), float("nan")))
    ('91.3 to 100.0 %', '–')
    """
    low, high = interval
    return "–" if math.isnan(low) else f"{100 * low:.1f} to {100 * high:.1f} %"


def points(difference: float, low: float, high: float) -> str:
    """Return a difference of shares in words, in points, with its interval.

    Examples
    --------
    >>> points(-0.009, -0.0107, -0.0072)
    '0.90 points worse (0.72 to 1.07)'
    >>> points(0.002, -0.001, 0.005)
    '0.20 points better (-0.10 to 0.50), which may be chance'
    """
    better = difference >= 0
    near, far = (low, high) if better else (-high, -low)
    said = f"{100 * abs(difference):.2f} points {'better' if better else 'worse'}"
    chance = ", which may be chance" if low <= 0 <= high else ""
    return f"{said} ({100 * near:.2f} to {100 * far:.2f}){chance}"
