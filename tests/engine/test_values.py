"""Values written in a query: numbers, and dates that cover their period."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrix_widget.arrays import text_column
from rubrix_widget.engine.dates import period, reckoned
from rubrix_widget.engine.keywords import _NAMED, Keywords
from rubrix_widget.engine.numbers import _STRETCH, Numbers
from rubrix_widget.engine.values import number
from rubrix_widget.query import tree


@pytest.mark.parametrize(
    ("text", "start", "stop"),
    [
        ("2021", "2021-01-01", "2022-01-01"),
        ("2021-02", "2021-02-01", "2021-03-01"),
        ("2021-12", "2021-12-01", "2022-01-01"),
        ("9999-12-31", "9999-12-31", "10000-01-01"),
        ("2020-02-29", "2020-02-29", "2020-03-01"),
        ("2021-03-07T10", "2021-03-07T10:00", "2021-03-07T11:00"),
        ("2021-03-07 10:30", "2021-03-07T10:30", "2021-03-07T10:31"),
        ("2021-03-07T10:30:05", "2021-03-07T10:30:05", "2021-03-07T10:30:06"),
        ("2021-03-07T10:30:05.5", "2021-03-07T10:30:05.5", "2021-03-07T10:30:05.500001"),
        ("2021-03-07T10:30:05+02:00", "2021-03-07T08:30:05", "2021-03-07T08:30:05.000001"),
    ],
)
def test_a_partial_date_covers_its_period(text: str, start: str, stop: str) -> None:
    """What is not written is open: a month is all its days."""
    found = period(text)
    assert found is not None
    assert (found.start, found.stop) == (np.datetime64(start, "us"), np.datetime64(stop, "us"))


@pytest.mark.parametrize(
    "text", ["", "2021-13", "2021-02-30", "yesterday", "20210", "2021-", "0000"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    """A slip in a date is an error, never another date."""
    assert period(text) is None


@pytest.mark.parametrize("text", ["", "nan", "inf", "-inf", "1_000", "0x10", "1e999", "١", "1,5"])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    """Only plain decimal numbers count, whatever Python's float() would take."""
    assert number(text) is None


FRIDAY = dt.datetime(2021, 3, 5, 10, 30, 15, 250_000)


@pytest.mark.parametrize(
    ("text", "start", "stop"),
    [
        ("now", "2021-03-05T10:30:15.25", "2021-03-05T10:30:15.250001"),
        ("now-1d", "2021-03-04T10:30:15.25", "2021-03-04T10:30:15.250001"),
        ("now+d", "2021-03-06T10:30:15.25", "2021-03-06T10:30:15.250001"),
        ("now/y", "2021-01-01", "2022-01-01"),
        ("now/M", "2021-03-01", "2021-04-01"),
        ("now/w", "2021-03-01", "2021-03-08"),
        ("now/d", "2021-03-05", "2021-03-06"),
        ("now/1d", "2021-03-05", "2021-03-06"),
        ("now/h", "2021-03-05T10", "2021-03-05T11"),
        ("now/H", "2021-03-05T10", "2021-03-05T11"),
        ("now/m", "2021-03-05T10:30", "2021-03-05T10:31"),
        ("now/s", "2021-03-05T10:30:15", "2021-03-05T10:30:16"),
        ("now-2M/M", "2021-01-01", "2021-02-01"),
        ("now-15m+10s", "2021-03-05T10:15:25.25", "2021-03-05T10:15:25.250001"),
        ("now/d+8h", "2021-03-05T08:00", "2021-03-06T08:00"),
        ("2021-03-07||", "2021-03-07", "2021-03-07T00:00:00.000001"),
        ("2021-03-07||+1M/d", "2021-04-07", "2021-04-08"),
        ("2021-01-31||+1M/d", "2021-02-28", "2021-03-01"),
        ("2020-02-29||+1y/d", "2021-02-28", "2021-03-01"),
        ("2021-03-07T10:00+02:00||-8h/h", "2021-03-07T00:00", "2021-03-07T01:00"),
        ("2021-03||/w", "2021-03-01", "2021-03-08"),
        ("2021-03-07", "2021-03-07", "2021-03-08"),
    ],
)
def test_date_arithmetic_is_elasticsearchs(text: str, start: str, stop: str) -> None:
    """Steps are taken from left to right; rounding covers the whole unit, at both its ends."""
    found = reckoned(text, FRIDAY)
    assert found is not None
    assert (found.start, found.stop) == (np.datetime64(start, "us"), np.datetime64(stop, "us"))


@pytest.mark.parametrize(
    "text",
    ["nowadays", "now-", "now-1", "now-1x", "now 1d", "now/2d", "Now", "||+1d", "2021-13||+1d",
     "2021-03-07|+1d", "now+9999y", "now-1d garbage", "now+" + "9" * 5000 + "d", "now//d"],
)  # fmt: skip
def test_what_is_no_date_arithmetic_is_none(text: str) -> None:
    """A slip in the steps, or a year that no calendar has, is an error and never another date."""
    assert reckoned(text, FRIDAY) is None


@given(
    st.datetimes(dt.datetime(1000, 1, 1), dt.datetime(3000, 1, 1)),
    st.sampled_from("yMwdhms"),
    st.integers(-200, 200),
)
def test_a_moment_lies_in_its_own_unit(now: dt.datetime, unit: str, count: int) -> None:
    """The unit around a moment holds it; the units before and after it touch it."""
    before, here, after = (
        reckoned(f"now{by}/{unit}", now) for by in (f"-1{unit}", "", f"+1{unit}")
    )
    assert before is not None
    assert here is not None
    assert after is not None
    assert here.start <= np.datetime64(now, "us") < here.stop
    assert (before.stop, here.stop) == (here.start, after.start)
    moved = reckoned(f"now{count:+}{unit}/{unit}", now)
    assert moved is not None
    assert (moved.start < here.start) == (count < 0)
    assert (moved.start > here.start) == (count > 0)


@pytest.mark.parametrize("kind", ["float64", "int64", "Int64"])
def test_a_range_is_found_across_stretches(kind: str) -> None:
    """Numbers compared a stretch at a time are all compared, missing ones lying nowhere."""
    n = 2 * _STRETCH + 3
    values = pd.Series(np.arange(n), dtype=kind)
    if kind == "Int64":
        values[_STRETCH] = pd.NA
    found = Numbers(values, None, n).between(_STRETCH - 2, n - 1, True, False)
    expected = [i for i in range(_STRETCH - 2, n - 1) if kind != "Int64" or i != _STRETCH]
    assert found.positions.tolist() == expected


@pytest.mark.parametrize("text", ["0\n", "\n0", " 0", "0 ", "1_000", "٣", "1.5\r", "0x1", ""])
def test_a_number_has_nothing_beside_its_digits(text: str) -> None:
    """Only what is all of it a number is one, a line break at its end included."""
    assert number(text) is None


@pytest.mark.parametrize("count", [3, _NAMED, _NAMED + 1])
def test_a_value_is_found_by_name_however_many_there_are(count: int) -> None:
    """Exactly the value asked for is hit, and none where there is no such value."""
    values = Keywords(text_column(f"value {i}" for i in range(count)), np.arange(count))
    for kind in (tree.Term, tree.Phrase):
        for text, expected in (("value 2", [2]), ("Value 2", []), ("\ud800", [])):
            leaf = kind((0, 0), "f", None, text, 0)
            assert np.flatnonzero(values.matched(leaf, [])).tolist() == expected
