"""What a measure answers with."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from rubrix_widget.charts import Spec
    from rubrix_widget.charts.offline import Chart, LayerChart

_MOST = 20  # values that are printed
_LINES = 10  # of a table, and columns
_WIDE = 60  # characters of a cell
_TABLES = ("table", "counts", "bins", "labels", "pairs")


@dataclass(frozen=True, eq=False)
class Metric:
    """The result of a measure.

    Attributes
    ----------
    name : str
        What was measured.
    dataset : str
    query : str
        The records it was measured on.
    n : int
        How many they are.
    data : dict
        The result itself, in the form the measure documents.
    """

    name: str
    dataset: str
    query: str
    n: int
    data: dict[Any, Any] = field(repr=False)
    _draw: Callable[[Metric], Spec] = field(repr=False)
    _notes: tuple[tuple[str, str], ...] = ()

    def visualize(self) -> Chart | LayerChart:
        """Draw the result as an Altair chart."""
        from rubrix_widget.charts.offline import chart_of

        return chart_of(self.spec())

    def spec(self) -> Spec:
        """Draw the result as a Vega-Lite specification: a dictionary, for JSON."""
        return self._draw(self)

    def __repr__(self) -> str:
        lines = [self.title, *(f"  {name}: {said}" for name, said in self._told())]
        table, left = self._table()
        if table is not None:
            lines += ["", table.to_string(**_form(table), max_colwidth=_WIDE)]
        return "\n".join([*lines, *left])

    def _repr_html_(self) -> str:
        told = " · ".join(html.escape(f"{name}: {said}") for name, said in self._told())
        found = f"<h4>{html.escape(self.title)}</h4><p>{told}</p>"
        table, left = self._table()
        if table is not None:
            import pandas as pd

            with pd.option_context("display.max_colwidth", 2 * _WIDE):
                found += table.to_html(**_form(table), border=0, escape=True)
        return found + "".join(f"<p>{html.escape(line)}</p>" for line in left)

    def _told(self) -> list[tuple[str, str]]:
        """Return plain values, with their intervals where they have them, for people."""
        ends = self.data.get("intervals", {})
        left_out = {"n", "low", "high"} if ends else {"n"}
        told = [
            (str(name), _told(one, ends.get(name)))
            for name, one in self.data.items()
            if name not in left_out and _is_told(one)
        ]
        left = len(told) - _MOST
        more = [("…", f"{left:,} more in .data")] if left > 0 else []
        return [*told[:_MOST], *more, *self._notes]

    def _table(self) -> tuple[pd.DataFrame | None, list[str]]:
        """Return the first lines of the result's table, and what is left out in words."""
        for name in _TABLES:
            found: Any = self.data.get(name)
            if isinstance(found, dict) and found and isinstance(next(iter(found.values())), dict):
                import pandas as pd

                found = pd.DataFrame.from_dict(found, orient="index")
            if hasattr(found, "columns") and len(found):
                rows, columns = found.shape
                shown = found.iloc[:_LINES, :_LINES]
                left = f"the first {_LINES} of {rows:,} rows" if rows > _LINES else ""
                if columns > _LINES:
                    left += f"{' and ' if left else 'the first '}{_LINES} of {columns:,} columns"
                return shown, [f"({left}; all in .data[{name!r}])"] if left else []
        return None, []

    @property
    def title(self) -> str:
        """What was measured on which records, for people."""
        asked = f" where {self.query}" if self.query else ""
        return f"{self.name} of {self.n:,} records in {self.dataset}{asked}"


def _is_told(value: Any) -> bool:
    if isinstance(value, dict):
        return 0 < len(value) <= _LINES and all(isinstance(one, int) for one in value.values())
    return isinstance(value, bool | int | float | str)


def _told(value: Any, ends: tuple[float, float] | None = None) -> str:
    if ends is not None:
        return f"{_told(value)} ({_told(ends[0])} – {_told(ends[1])})"
    if isinstance(value, dict):
        return ", ".join(f"{name} {one:,}" for name, one in value.items())
    if isinstance(value, float):
        return f"{value:.4g}"
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if is_number else str(value)


def _form(table: pd.DataFrame) -> dict[str, Any]:
    """Return how a table is printed: its rows are named where they have names."""
    named = not (table.index.dtype == "int64" and table.index.name is None)
    return {"index": named, "na_rep": "–", "float_format": "{:.4g}".format}
