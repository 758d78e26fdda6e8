"""Filters chosen by clicks: each finds records and says in a sentence what it keeps.

As plain data, ``{field: values}``, where None stands for records without a value, or ``{field:
{"from": low, "to": high}}``. ``below`` in place of ``to`` leaves the bound itself out, as the bars
of a histogram do; ``"missing": True`` keeps the records without a value as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.engine.dates import period
from rubrix_widget.engine.fields import Field, did_you_mean
from rubrix_widget.engine.numbers import series
from rubrix_widget.engine.view import View
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.index import Hits

if TYPE_CHECKING:
    import pandas as pd


class FilterError(RubrixWidgetError, ValueError):
    """A filter that cannot be applied to this dataset."""


@dataclass(frozen=True)
class Values:
    """Records that have one of some values."""

    field: Field
    values: tuple[Any, ...]

    def hits(self, view: View) -> Hits:
        """Return the records that pass."""
        given = [value for value in self.values if value is not None]
        if self.field.kind in ("keyword", "label"):
            source = view.keywords(self.field)
            wanted = pa.array([str(value) for value in given], source.values.type)
            hit = pc.is_in(source.values, value_set=wanted).to_numpy(zero_copy_only=False)
            found, present = source.spread(hit), source.present
        else:
            numbers = view.numbers(self.field)
            found = numbers.spread(self._hit(numbers.values, given))

            def present() -> Hits:
                return numbers.spread(numbers.values.notna())

        return found | ~present() if None in self.values else found

    def _hit(self, values: pd.Series, given: list[Any]) -> pd.Series:
        hit = series(np.zeros(len(values), dtype=bool))
        for one in given:
            if self.field.kind == "date" and (covered := period(one)) is not None:
                hit |= (values >= covered.start) & (values < covered.stop)
            else:
                hit |= (values == one).fillna(False)  # one by one, so that integers stay exact
        return hit

    def describe(self) -> str:
        """Say what the filter keeps."""
        named = ["nothing" if value is None else str(value) for value in self.values]
        return f"{spoken(self.field.name)} is {' or '.join(named)}"


@dataclass(frozen=True)
class Between:
    """Records with a number or date between two bounds; None is open.

    Attributes
    ----------
    low, high
        Both included, and all of the day, month or year that a date names.
    below
        ``high`` is left out.
    missing
        Records without a value pass too.
    """

    field: Field
    low: float | str | None
    high: float | str | None
    below: bool = False
    missing: bool = False

    def hits(self, view: View) -> Hits:
        """Return the records that pass."""
        numbers = view.numbers(self.field)
        low, high = self._bounds()
        dates = self.field.kind == "date"
        found = numbers.between(low, high, include_high=not (dates or self.below))
        return found | ~numbers.spread(numbers.values.notna()) if self.missing else found

    def _bounds(self) -> tuple[Any, Any]:
        if self.field.kind != "date":
            return self.low, self.high
        low = None if self.low is None else period(str(self.low))
        high = None if self.high is None else period(str(self.high))
        return (low and low.start), (high and (high.start if self.below else high.stop))

    def describe(self) -> str:
        """Say what the filter keeps."""
        low, high = (
            f"{one:.6g}" if isinstance(one, float) else one for one in (self.low, self.high)
        )
        end = f"below {high}" if self.below else f"{high}"
        if low is None and high is None:
            words = "is anything"
        elif high is None:
            words = f"from {low}"
        elif low is None:
            words = end if self.below else f"up to {high}"
        else:
            words = f"{low} to {end}"
        nothing = " or nothing" if self.missing else ""
        return f"{spoken(self.field.name)} {words}{nothing}"


Filter = Values | Between


def spoken(name: str) -> str:
    """Return a field's name as people say it: ``annotated_as`` is "annotated as"."""
    field, at, agent = name.partition("@")
    return field.removeprefix("metadata.").removeprefix("metrics.").replace("_", " ") + at + agent


def read(filters: Mapping[str, Any], fields: Mapping[str, Field]) -> list[Filter]:
    """Read filters from plain data.

    Raises
    ------
    FilterError
        An unknown field, or a value that does not fit it.
    """
    return [_read_one(field_to_filter_by(name, fields), value) for name, value in filters.items()]


def field_to_filter_by(name: str, fields: Mapping[str, Field]) -> Field:
    """Return a field that has values to filter by and count.

    Raises
    ------
    FilterError
        There is none of that name, or it is one of text.
    """
    field = fields.get(name)
    if field is None or field.kind in ("text", "words"):
        raise FilterError(
            f"no field {name!r} to filter by.{did_you_mean(name, fields)} Words of a text "
            f"are searched by the query"
        )
    return field


def _read_one(field: Field, value: Any) -> Filter:
    if isinstance(value, Mapping):
        return _read_range(field, value)
    if isinstance(value, str) or not isinstance(value, Sequence):
        value = [value]
    for one in value:
        if not (one is None or isinstance(one, str | int | float | bool | np.generic)):
            raise FilterError(
                f"the filter on {field.name!r} has a value {one!r}; give plain values"
            )
        if one is not None:
            _check_value(field, one)
    return Values(field, tuple(value))


def _read_range(field: Field, value: Mapping[str, Any]) -> Between:
    unknown = set(value) - {"from", "to", "below", "missing"}
    twice = value.get("to") is not None and value.get("below") is not None
    missing = value.get("missing", False)
    ranges = field.kind in ("number", "integer", "date")
    if unknown or twice or not ranges or not isinstance(missing, bool):
        raise FilterError(
            f"the filter on {field.name!r} is {dict(value)!r}; accepted are a list of values, "
            "or {'from': low, 'to': high} for a number or date, with 'below' in place of 'to' to "
            "leave the bound itself out, and 'missing': True to keep records without a value too"
        )
    for bound in (value.get("from"), value.get("to"), value.get("below")):
        if bound is not None:
            _check_value(field, bound)
    below = value.get("below")
    high = value.get("to") if below is None else below
    return Between(field, value.get("from"), high, below is not None, missing)


def _check_value(field: Field, value: Any) -> None:
    if field.kind == "date":
        if isinstance(value, str) and period(value) is not None:
            return
        raise FilterError(f"{value!r} is no date to filter {field.name!r} by; write 2021-03-07")
    if field.kind == "bool":
        if isinstance(value, bool | np.bool_):
            return
        raise FilterError(f"{value!r} is not True or False, which {field.name!r} is filtered by")
    if field.kind in ("number", "integer"):
        boolean = isinstance(value, bool | np.bool_)
        if boolean or not isinstance(value, int | float | np.number) or value != value:
            raise FilterError(f"{value!r} is no number to filter {field.name!r} by")
