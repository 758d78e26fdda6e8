"""Reading the values written in a query: numbers, Booleans, and dates that cover a period."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass

import numpy as np

from rubrix_widget.columns import parse_date

_PARTIAL = re.compile(
    r"^(?P<year>\d{4})"
    r"(-(?P<month>\d{1,2})(-(?P<day>\d{1,2})"
    r"([T ](?P<hour>\d{1,2})(:(?P<minute>\d{2})(:(?P<second>\d{2}))?)?)?)?)?$",
    re.ASCII,
)
_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$", re.ASCII)
_UNITS = {"year": "Y", "month": "M", "day": "D", "hour": "h", "minute": "m", "second": "s"}
DATE_FORMS = "2021, 2021-03, 2021-03-07 or 2021-03-07T10:30 (quote a time: it holds colons)"


@dataclass(frozen=True)
class Period:
    """A half-open stretch of time, in UTC: what a partial date covers."""

    start: np.datetime64
    stop: np.datetime64


def number(text: str) -> float | None:
    """Return the number a text stands for, or None.

    Examples
    --------
    >>> number("0.99"), number("1e-3"), number("nan"), number("abc")
    (0.99, 0.001, None, None)
    """
    if not _NUMBER.match(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def boolean(text: str) -> bool | None:
    """Return the Boolean a text stands for, or None."""
    return {"true": True, "false": False}.get(text)


def period(text: str) -> Period | None:
    """Return the stretch of time an ISO 8601 date covers, or None if it is none.

    Examples
    --------
    >>> period("2021-12").stop
    np.datetime64('2022-01-01T00:00:00.000000')
    """
    found = _PARTIAL.match(text)
    if found is None:
        return _instant(text)
    parts = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    try:
        start = dt.datetime(
            parts["year"],
            parts.get("month", 1),
            parts.get("day", 1),
            parts.get("hour", 0),
            parts.get("minute", 0),
            parts.get("second", 0),
        )
    except ValueError:
        return None
    smallest = [unit for name, unit in _UNITS.items() if name in parts][-1]
    first = np.datetime64(start, "us").astype(f"M8[{smallest}]")
    return Period(first.astype("M8[us]"), (first + 1).astype("M8[us]"))


def _instant(text: str) -> Period | None:
    """Read a date with fractions of a second or a time zone: one microsecond long."""
    try:
        instant = np.datetime64(parse_date(text), "us")
    except ValueError:
        return None
    return Period(instant, instant + np.timedelta64(1, "us"))
