"""Values written in a query: numbers, and dates that cover their period."""

from __future__ import annotations

import numpy as np
import pytest

from rubrix_widget.engine.values import number, period


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
