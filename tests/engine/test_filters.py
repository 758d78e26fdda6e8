"""Filters over every kind of field, against what a plain loop finds."""

from __future__ import annotations

from typing import Any

import pytest

from rubrix_widget.engine import Engine, FilterError
from tests.engine.made import RECORDS, Rule, right, score

FILTERS: list[tuple[dict[str, Any], Rule]] = [
    ({"predicted": ["ko"]}, lambda r: right(r) is False),
    ({"annotated_as": ["good", None]}, lambda r: r.annotation in ("good", None)),
    ({"score": {"from": 0.6, "to": 0.7}}, lambda r: 0.6 <= (score(r) or 0) <= 0.7),
    ({"score": {"from": None, "to": 0.55}}, lambda r: (score(r) or 1) <= 0.55),
    ({"score": {"from": 0.6, "below": 0.7}}, lambda r: 0.6 <= (score(r) or 0) < 0.7),
    ({"score": {"below": 0.55, "missing": True}}, lambda r: (score(r) or 0) < 0.55),
    ({"score": {"missing": True}}, lambda r: True),
    (
        {"metadata.day": {"below": "2022-04"}},
        lambda r: r.metadata["day"][:7] < "2022-04",
    ),
    ({"metadata.stars": [1, 2]}, lambda r: r.metadata["stars"] in (1, 2)),
    (
        {"metadata.day": {"from": "2022-03", "to": "2022-04"}},
        lambda r: r.metadata["day"][:7] in ("2022-03", "2022-04"),
    ),
    (
        {"status": ["Default"], "metadata.checked": [True]},
        lambda r: r.status == "Default" and r.metadata["checked"],
    ),
    (
        {"metadata.day": ["2022-03", "2022-05-15"]},
        lambda r: r.metadata["day"][5:7] in ("03", "05"),
    ),
    ({"event_timestamp": [None]}, lambda r: r.event_timestamp is None),
]


@pytest.mark.parametrize(("filters", "meant"), FILTERS)
def test_filters_keep_exactly_the_records_they_name(
    engine: Engine, filters: dict[str, Any], meant: Rule
) -> None:
    """A click on a value or a brush over numbers keeps what it shows."""
    found = engine.select("film", filters=filters).order().tolist()
    assert found == [i for i, record in enumerate(RECORDS) if meant(record)]


@pytest.mark.parametrize(
    "filters",
    [{"nope": ["x"]}, {"text": ["x"]}, {"status": {"from": 1}}, {"score": {"from": "a"}},
     {"score": {"least": 1}}, {"score": {"to": 1, "below": 1}}, {"score": {"missing": 1}},
     {"metadata.day": {"from": "soon"}}, {"status": [["x"]]},
     {"score": ["0.5"]}, {"metadata.stars": [True]}, {"metadata.checked": ["true"]},
     {"metadata.day": ["soon"]}, {"metadata.day": [2022]}],
)  # fmt: skip
def test_a_filter_that_cannot_be_is_refused(engine: Engine, filters: dict[str, Any]) -> None:
    """A filter from an old link or a typing slip is an error, never another selection."""
    with pytest.raises(FilterError):
        engine.select(filters=filters)
