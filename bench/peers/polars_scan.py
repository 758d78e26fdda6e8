"""polars: a frame scanned by all cores; ids out as an array."""

from __future__ import annotations

from collections.abc import Callable, Sized
from datetime import datetime
from functools import reduce

import numpy as np
import polars as pl

from bench import forms
from bench.peers import Source, scans


class Here:
    """A frame in memory."""

    name = "polars"

    def __init__(self, source: Source) -> None:
        table = source.table.append_column("words", source.words)
        frame = pl.DataFrame(pl.from_arrow(table))
        self._frame = frame.with_columns(place=np.arange(frame.height)).lazy()

    def ask(self, form: forms.Form) -> Callable[[], Sized]:
        query = self._frame.filter(_condition(form)).select("place")
        return lambda: query.collect()["place"].to_numpy()


def _condition(form: forms.Form) -> pl.Expr:
    match form:
        case forms.Not(part):
            return ~_condition(part)
        case forms.All(parts):
            return reduce(lambda one, other: one & other, map(_condition, parts))
        case forms.Any(parts):
            return reduce(lambda one, other: one | other, map(_condition, parts))
        case forms.Equals(field, value):
            return (pl.col(field) == value).fill_null(value=False)
        case forms.Between("day", low, high):
            first, last = (datetime.fromisoformat(str(day)) for day in (low, high))
            return pl.col("day").is_between(first, last)
        case forms.Between(field, low, high):
            return pl.col(field).is_between(low, high)
    wanted, regular = scans.condition(form)
    return pl.col("words").str.contains(wanted, literal=not regular)
