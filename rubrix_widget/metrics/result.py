"""What a measure answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rubrix_widget.charts import Chart, LayerChart


_MOST = 20  # lines of what is printed


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
    _draw: Callable[[Metric], Chart | LayerChart] = field(repr=False)

    def visualize(self) -> Chart | LayerChart:
        """Draw the result as an Altair chart."""
        return self._draw(self)

    def __repr__(self) -> str:
        told = [f"  {name}: {_told(one)}" for name, one in self.data.items() if _is_told(one)]
        left = [f"  … and {len(told) - _MOST:,} more in .data"] if len(told) > _MOST else []
        return "\n".join([self.title, *told[:_MOST], *left])

    @property
    def title(self) -> str:
        """What was measured on which records, for people."""
        asked = f" where {self.query}" if self.query else ""
        return f"{self.name} of {self.n:,} records in {self.dataset}{asked}"


def _is_told(value: Any) -> bool:
    return isinstance(value, bool | int | float | str)


def _told(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if is_number else str(value)
