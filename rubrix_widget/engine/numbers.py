"""The numbers, Booleans or dates of a field, compared, ranked and sorted into bars."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget.arrays import Ints, Mask
from rubrix_widget.engine.ranks import Ranks
from rubrix_widget.index import Hits

if TYPE_CHECKING:
    import pandas as pd

Bound = float | np.datetime64 | None
_NOT_A_TIME = np.iinfo(np.int64).min  # NaT as a number
_STRETCH = 1 << 16  # values compared at once: both bounds meet them in the processor's cache
_BARS = 40  # of a histogram: about what fits beside the records


@dataclass(frozen=True, eq=False)
class Numbers:
    """Values of a number, Boolean or date field as a pandas Series, one or more a record."""

    values: pd.Series
    record: Ints | None
    n: int

    def spread(self, hit: pd.Series | Mask) -> Hits:
        """Return the records that have at least one of the values that are hit."""
        answer = _as_mask(hit)
        if self.record is None:
            return Hits.where(answer)
        mask = np.zeros(self.n, dtype=bool)
        mask[self.record[answer]] = True
        return Hits.where(mask)

    def between(
        self, low: Bound, high: Bound, include_low: bool = True, include_high: bool = True
    ) -> Hits:
        """Return the records with a value between two bounds; None is open.

        A missing value lies between no bounds, and has no place even where both are open.
        """
        values: Any = self.values.array  # without an index around them
        if isinstance(self.values.dtype, np.dtype):
            values = self.values.to_numpy()
            if values.dtype.kind == "M":  # as plain numbers, compared six times as fast
                values = values.view(np.int64)
                low = _NOT_A_TIME + 1 if low is None else _instant(low)
                high = None if high is None else _instant(high)
        bounds: list[tuple[Callable[[Any, Any], Any], Bound]] = []
        if low is not None:
            bounds.append((operator.ge if include_low else operator.gt, low))
        if high is not None:
            bounds.append((operator.le if include_high else operator.lt, high))
        if not bounds:
            return self.spread(self.values.notna())
        answer = np.empty(len(values), np.bool_)
        for start in range(0, len(values), _STRETCH):
            some = values[start : start + _STRETCH]
            hit = reduce(operator.and_, (test(some, at) for test, at in bounds))
            answer[start : start + _STRETCH] = _as_mask(hit)
        return self.spread(answer)

    def ranks(self) -> Ranks:
        """Return each record's place in order; of several values the largest counts."""
        ranks = Ranks.of_values(pa.Array.from_pandas(self.values))
        if self.record is None:
            return ranks
        largest = np.full(self.n, -1, np.int32)
        present = ranks.codes < ranks.missing
        np.maximum.at(largest, self.record[present], ranks.codes[present])
        return Ranks(np.where(largest < 0, np.int32(ranks.missing), largest), ranks.missing)


@dataclass(frozen=True, eq=False)
class Bars:
    """Numbers sorted into the bars of a histogram over all of them.

    ``codes`` gives the bar of each value, -1 for none; ``record`` whose value it is where records
    have several. ``edges`` are one more than there are bars.
    """

    edges: npt.NDArray[Any]
    codes: npt.NDArray[np.int16]
    record: Ints | None

    @property
    def count(self) -> int:
        """How many bars there are."""
        return len(self.edges) - 1

    @classmethod
    def of(cls, numbers: Numbers, whole: bool) -> Bars:
        """Make bars as wide as each other; of a few ``whole`` numbers one for each.

        Infinite numbers stand in the outermost bars.
        """
        dates = numbers.values.dtype.kind == "M"
        kind, missing = ("M8[us]", np.datetime64("NaT")) if dates else (float, np.nan)
        values = numbers.values.to_numpy(dtype=kind, na_value=missing)
        present = ~(np.isnat(values) if dates else np.isnan(values))
        if dates:
            values = values.astype(np.int64)
        finite = values[present & (np.abs(values) < np.inf)]
        low, high = (finite.min(), finite.max()) if finite.size else (0, 0)
        if whole and high - low < _BARS:
            edges = np.arange(low, high + 2)
        else:
            edges = np.linspace(low, high, _BARS + 1 if high > low else 2)
        edges = edges.astype(np.int64) if dates else edges
        codes = np.searchsorted(edges[1:-1], values, side="right").astype(np.int16)
        codes[~present] = -1
        return cls(edges.astype("M8[us]") if dates else edges, codes, numbers.record)


def series(column: pa.Array | npt.NDArray[Any]) -> pd.Series:
    """Return a column as a pandas Series with missing values as NaN or NaT; integers stay exact."""
    import pandas as pd

    if isinstance(column, np.ndarray):
        return pd.Series(column)
    if pa.types.is_timestamp(column.type):
        return pd.Series(column.to_numpy(zero_copy_only=False).astype("M8[us]"))
    if column.null_count and (pa.types.is_boolean(column.type) or pa.types.is_integer(column.type)):
        kind = "boolean" if pa.types.is_boolean(column.type) else "Int64"
        return pd.Series(column.to_pandas(types_mapper=None, integer_object_nulls=True), dtype=kind)
    return pd.Series(column.to_numpy(zero_copy_only=False))


def _as_mask(hit: Any) -> Mask:
    """Return a comparison's answer as a mask, missing ones as false."""
    if hit.dtype == np.bool_:
        return np.asarray(hit)
    return np.asarray(hit.to_numpy(dtype=bool, na_value=False))


def _instant(bound: Any) -> int:
    return int(np.datetime64(bound, "us").astype(np.int64))
