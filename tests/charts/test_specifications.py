"""Every chart as a specification, and as the Altair chart that is made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest

from rubrix_widget import charts
from rubrix_widget.charts.offline import chart_of
from rubrix_widget.metrics.calibration import reliability

DAYS = np.array(["2020-01-01", "2020-02-01", "2021-01-01"], "M8[ms]")
CURVE = ["threshold", "coverage", "accuracy", "low", "high", "n"]
FRAMED = [  # one record that is right has an interval from 20 to 100 %, in which all else is flat
    (0.9, 0.01, 1.0, 0.2, 1.0, 1),
    (0.5, 0.5, 0.95, 0.93, 0.97, 50),
    (0, 1, 0.9, 0.88, 0.92, 9),
]
REVIEWED = pd.DataFrame({"reviewed": [1, 2], "found": [1, 1]})
NONE = float("nan")
MADE: dict[str, Callable[[str], charts.Spec]] = {
    "histogram": lambda title: charts.histogram({3: 2, 5: 1}, title=title, value="letters"),
    "bars": lambda title: charts.bars({"a": 3}, title=title, value="kind", counted="pairs"),
    "split_bars": lambda title: charts.split_bars(["a"], [(3, 1, 2)], title=title, value="label"),
    "split_histogram": lambda title: charts.split_histogram(
        np.array([0, 1, 2.5]), [(1, 0, 0), (0, 2, 1)], title=title, value="score"
    ),
    "split_histogram of dates": lambda title: charts.split_histogram(
        DAYS, [(1, 0, 0), (0, 2, 1)], title=title, value="day"
    ),
    "words": lambda title: charts.words(["dull"], [(12, 3, 1.5, 0.6, 2.4)], title=title),
    "slices": lambda title: charts.slices([("dull", 40, 12, 0.2, 0.1, 0.3)], title=title),
    "found_so_far": lambda title: charts.found_so_far(REVIEWED, 3.0, 5.0, 9.0, title=title),
    "found_so_far, unknown": lambda title: charts.found_so_far(
        REVIEWED, NONE, NONE, NONE, title=title
    ),
    "wins": lambda title: charts.wins([("joy", 3, 1)], title=title),
    "matrix": lambda title: charts.matrix(["a", "b"], np.array([[3, 1], [0, 2]]), title=title),
    "matrix of many": lambda title: charts.matrix(
        [f"label {one}" for one in range(30)], np.eye(30, dtype=int), title=title
    ),
    "reliability": lambda title: charts.reliability(
        reliability(np.array([0.9, 0.3]), np.array([True, False])), title=title
    ),
    "points": lambda title: charts.points([("a", "recall", 0.9, 0.8, 0.95, 50)], title=title),
    "points, one unknown": lambda title: charts.points(
        [("a", "recall", 0.9, 0.8, 0.95, 50), ("a", "precision", NONE, NONE, NONE, 0)], title=title
    ),
    "shares": lambda title: charts.shares({"f1_macro": 0.9}, title=title),
    "changes": lambda title: charts.changes(
        [("accuracy", 0.9, 0.92, 0.02, 0.01, 0.03)], title=title
    ),
    "stacked": lambda title: charts.stacked([("joy", "both", 3)], title=title),
    "curve": lambda title: charts.curve(
        pd.DataFrame([[0.0, 1.0, 0.9, 0.8, 0.95, 40]], columns=CURVE), title=title
    ),
    "curve, framed": lambda title: charts.curve(pd.DataFrame(FRAMED, columns=CURVE), title=title),
}


def test_every_chart_is_tried() -> None:
    """No function that draws is left out here."""
    drawing = {name for name in charts.__all__ if name != "Spec"}
    assert {name.split(",")[0].split(" of ")[0] for name in MADE} == drawing


@pytest.mark.parametrize("name", MADE)
def test_a_specification_is_what_its_altair_chart_says(name: str) -> None:
    """Altair finds it valid, and writes the same title, values, marks and channels."""
    spec = MADE[name]("What was found")
    written = chart_of(spec).to_dict()  # Altair looks at it against its whole schema
    data = written.pop("datasets")

    def values(part: Any) -> Any:
        return data[part["data"]["name"]] if "data" in part else None

    assert written["title"] == spec["title"]
    assert written["title"].startswith("What was found")
    assert values(written) == spec["data"]["values"]
    for name in ("width", "height", "params", "mark", "encoding"):
        assert written.get(name) == spec.get(name)
    layers = zip(written.get("layer", []), spec.get("layer", []), strict=True)
    for layer, one in layers:
        assert (layer["mark"], layer["encoding"]) == (one["mark"], one["encoding"])
        assert values(layer) == (one["data"]["values"] if "data" in one else None)


@pytest.mark.parametrize("name", MADE)
def test_its_altair_chart_is_restyled_and_combined(name: str) -> None:
    """People change charts as any of Altair's, and put them beside and on each other."""
    chart = chart_of(MADE[name]("What was found"))
    restyled = chart.properties(title="Ours", width=100).configure_axis(grid=False)
    assert restyled.to_dict()["title"] == "Ours"
    assert len((chart | chart).to_dict()["hconcat"]) == 2
    line = alt.Chart(alt.InlineData(values=[{"at": 1}])).mark_rule().encode(x="at:Q")
    assert (chart + line).to_dict()["layer"][-1]["mark"]["type"] == "rule"
    if isinstance(chart, alt.Chart):
        encoded = chart.encode(x=alt.X("records:Q", title="mine")).to_dict()["encoding"]
        assert encoded["x"]["title"] == "mine"
        assert set(encoded) >= set(chart.to_dict()["encoding"])


def test_the_frame_of_a_curve_is_of_more_than_a_few_records() -> None:
    """What leaves less than 5 % is drawn, but the frame is that of the others."""
    spec = charts.curve(pd.DataFrame(FRAMED, columns=CURVE), title="Thresholds")
    given = {one["name"]: one["value"] for one in spec["params"]}
    for layer in spec["layer"]:
        domain = layer["encoding"]["y"]["scale"]["domain"]
        assert [given[end["expr"]] for end in domain] == [0.88, 0.97]
        assert layer["mark"]["clip"]
    assert len(spec["data"]["values"]) == 3
    few = charts.curve(pd.DataFrame(FRAMED[:2], columns=CURVE), title="Thresholds")
    assert "domain" not in few["layer"][0]["encoding"]["y"]["scale"]


def test_what_is_of_no_record_has_no_point() -> None:
    """A precision of a label that was never predicted is not drawn as 0 %."""
    rows = [("a", "recall", 0.0, 0.0, 0.1, 9), ("a", "precision", 0.0, NONE, NONE, 0)]
    values = charts.points(rows, title="Scores")["data"]["values"]
    assert [one["value"] for one in values] == [0.0, None]
