"""Any input at all: an answer or a clear refusal."""

from __future__ import annotations

from pathlib import Path

from tests import fuzz


def test_any_input_is_answered_or_refused(home: Path) -> None:
    """Whatever is typed, only a query error comes of it, and none takes long.

    ``make fuzz`` feeds a million.
    """
    count, slowest = fuzz.run(fuzz.make_engine(), 10_000, 4_000)
    assert count == 4_000
    assert max(slowest)[0] < 5
