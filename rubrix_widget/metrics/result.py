"""What a measure answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rubrix_widget.charts import Chart


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
    _draw: Callable[[Metric], Chart] = field(repr=False)

    def visualize(self) -> Chart:
        """Draw the result as an Altair chart."""
        return self._draw(self)

    @property
    def title(self) -> str:
        """What was measured on which records, for people."""
        asked = f" where {self.query}" if self.query else ""
        return f"{self.name} of {self.n:,} records in {self.dataset}{asked}"
