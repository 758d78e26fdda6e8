"""Dates written in a query: the period each covers, and arithmetic as Elasticsearch has it."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

import numpy as np

from rubrix_widget.columns import parse_date
from rubrix_widget.query import tree

_GLUED = re.compile(r"\d{4}-\d\d-\d\d[^T ]", re.ASCII)  # which Python's parser lets pass
_PARTIAL = re.compile(
    r"^(?P<year>\d{4})"
    r"(-(?P<month>\d{1,2})(-(?P<day>\d{1,2})"
    r"([T ](?P<hour>\d{1,2})(:(?P<minute>\d{2})(:(?P<second>\d{2}))?)?)?)?)?$",
    re.ASCII,
)
_STEP = re.compile(r"([+\-/])(\d*)([yMwdhHms])", re.ASCII)
_UNITS = {"year": "Y", "month": "M", "day": "D", "hour": "h", "minute": "m", "second": "s"}
_LENGTHS = {
    "w": dt.timedelta(weeks=1),
    "d": dt.timedelta(days=1),
    "h": dt.timedelta(hours=1),
    "H": dt.timedelta(hours=1),
    "m": dt.timedelta(minutes=1),
    "s": dt.timedelta(seconds=1),
}
_LONGEST = 1_000  # characters of steps
_TICK = dt.timedelta(microseconds=1)
DATE_FORMS = (
    "2021, 2021-03, 2021-03-07 or 2021-03-07T10:30 (quote a time: it holds colons), or "
    'reckoned such as "now-7d/d" or "2021-03-07||+1M" (in quotes or in a range)'
)


@dataclass(frozen=True)
class Period:
    """A half-open stretch of time, in UTC: what a partial date covers."""

    start: np.datetime64
    stop: np.datetime64


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


def reckoned(text: str, now: dt.datetime) -> Period | None:
    """Return the stretch of time that a date, or arithmetic with one, covers; None if it is none.

    ``now`` or ``<date>||`` stands first, a date for its beginning; then ``+1M`` and ``-2d`` move
    it, and ``/d`` takes the whole day (month, …) around it. Units are y M w d h m s, and H for h;
    a week begins on Monday. A month later than the 31st is the last day of that month.

    Parameters
    ----------
    text
        As written in the query.
    now
        The current time in UTC, without a time zone.

    Examples
    --------
    >>> friday = dt.datetime(2021, 3, 5, 10, 30)
    >>> reckoned("now-1d/d", friday)
    Period(start=np.datetime64('2021-03-04T00:00:00.000000'), stop=np.datetime64('2021-03-05T00:00:00.000000'))
    >>> reckoned("2021-01-31||+1M/d", friday).start
    np.datetime64('2021-02-28T00:00:00.000000')
    """  # noqa: E501
    base, steps = now, text[3:]
    if not text.startswith("now"):
        date, sign, steps = text.partition("||")
        whole = period(date)
        if whole is None or not sign:
            return whole
        base = parse_date(str(whole.start))
    try:
        first, last = _moved(base, steps, up=False), _moved(base, steps, up=True)
        return Period(
            np.datetime64(first, "us"), np.datetime64(last, "us") + np.timedelta64(1, "us")
        )
    except (ValueError, OverflowError):
        return None


def utc_now() -> dt.datetime:
    """Return the current time in UTC, without a time zone."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def asks_the_time(text: str | None) -> bool:
    """Tell whether what a date covers depends on when it is asked."""
    return text is not None and text.startswith("now")


def _moved(moment: dt.datetime, steps: str, *, up: bool) -> dt.datetime:
    """Take the steps one by one; rounding up leads to the last moment of the unit."""
    if len(steps) > _LONGEST:
        raise ValueError(f"{len(steps)} characters of date arithmetic")
    at = 0
    while at < len(steps):
        step = _STEP.match(steps, at)
        if step is None or (step[1] == "/" and step[2] not in ("", "1")):
            raise ValueError(f"no step of date arithmetic: {steps[at : at + 20]!r}")
        sign, count, unit = step[1], int(step[2] or 1), step[3]
        if sign == "/":
            moment = _floor(moment, unit)
            if up:
                moment = _later(moment, 1, unit) - _TICK
        else:
            moment = _later(moment, count if sign == "+" else -count, unit)
        at = step.end()
    return moment


def _later(moment: dt.datetime, count: int, unit: str) -> dt.datetime:
    if unit not in "yM":
        return moment + count * _LENGTHS[unit]
    months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError(f"the year {year}")
    return moment.replace(
        year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1])
    )


def _floor(moment: dt.datetime, unit: str) -> dt.datetime:
    if unit in "hHms":
        kept = "hms".index(unit.lower()) + 1
        moment = moment.replace(microsecond=0)
        moment = moment if kept == 3 else moment.replace(second=0)
        return moment if kept >= 2 else moment.replace(minute=0)
    moment = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "w":
        return moment - dt.timedelta(days=moment.weekday())
    if unit == "d":
        return moment
    return moment.replace(day=1, month=1 if unit == "y" else moment.month)


def _instant(text: str) -> Period | None:
    """Read a date with fractions of a second or a time zone: one microsecond long."""
    if _GLUED.match(text):
        return None
    try:
        instant = np.datetime64(parse_date(text), "us")
    except ValueError:
        return None
    return Period(instant, instant + np.timedelta64(1, "us"))


def depends_on_now(leaf: tree.Leaf) -> bool:
    """Tell whether what a condition asks for is another thing later on."""
    match leaf:
        case tree.Range(low=low, high=high):
            return asks_the_time(low) or asks_the_time(high)
        case tree.Term(text=text) | tree.Phrase(text=text):
            return asks_the_time(text)
    return False
