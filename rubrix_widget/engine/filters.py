"""Filters chosen by clicks: each finds records and says in a sentence what it keeps.

As plain data, ``{field: values}`` or ``{field: {"from": low, "to": high}}``; a value of None stands
for records without one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.engine.dates import period
from rubrix_widget.engine.fields import Field, did_you_mean
from rubrix_widget.engine.view import View
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.index import Hits


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
        hit: pd.Series = pd.Series(np.zeros(len(values), dtype=bool))
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
    """Records with a number or date between two bounds, both included; None is open."""

    field: Field
    low: float | str | None
    high: float | str | None

    def hits(self, view: View) -> Hits:
        """Return the records that pass."""
        low, high = self._bounds()
        dates = self.field.kind == "date"
        return view.numbers(self.field).between(low, high, include_high=not dates)

    def _bounds(self) -> tuple[Any, Any]:
        if self.field.kind != "date":
            return self.low, self.high
        low = None if self.low is None else period(str(self.low))
        high = None if self.high is None else period(str(self.high))
        return (low and low.start), (high and high.stop)

    def describe(self) -> str:
        """Say what the filter keeps."""
        name = spoken(self.field.name)
        if self.low is None:
            return f"{name} up to {self.high}"
        if self.high is None:
            return f"{name} from {self.low}"
        return f"{name} {self.low} to {self.high}"


Filter = Values | Between


def spoken(name: str) -> str:
    """Return a field's name as people say it: ``annotated_as`` is "annotated as"."""
    return name.removeprefix("metadata.").removeprefix("metrics.").replace("_", " ")


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
        if set(value) - {"from", "to"} or field.kind not in ("number", "integer", "date"):
            raise FilterError(
                f"the filter on {field.name!r} is {dict(value)!r}; accepted are a list of values, "
                f"or {{'from': low, 'to': high}} for a number or date"
            )
        for bound in (value.get("from"), value.get("to")):
            if bound is not None:
                _check_value(field, bound)
        return Between(field, value.get("from"), value.get("to"))
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
