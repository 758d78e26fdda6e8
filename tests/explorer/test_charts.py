"""The charts of an explorer: what they draw is what pandas counts, and they draw."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rubrix_widget as rb
from rubrix_widget.charts.offline import Chart
from rubrix_widget.engine import FilterError
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.explorer import Explorer
from rubrix_widget.metrics.intervals import wilson

vl_convert = pytest.importorskip("vl_convert")


def drawn(chart: Any) -> str:
    """Return the picture, drawn by Vega itself without the internet."""
    picture: str = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    return picture


def values(chart: Any) -> pd.DataFrame:
    return pd.DataFrame(chart.data.values)


def frame(explorer: Explorer) -> pd.DataFrame:
    """Return the explorer's records with what the charts count."""
    found = explorer.to_pandas()
    found["predicted_as"] = [one[0][0] if one else None for one in found["prediction"]]
    found["score"] = [one[0][1] if one else np.nan for one in found["prediction"]]
    both = found["annotation"].notna() & found["predicted_as"].notna()
    right = found["predicted_as"] == found["annotation"]
    found["kind"] = np.where(~both, "neither", np.where(right, "right", "wrong"))
    return found


@pytest.fixture
def explorer(open_explorer: Callable[..., Explorer]) -> Explorer:
    """Return an explorer on a query."""
    return open_explorer("film")


def test_the_confusion_matrix_counts_every_pair(explorer: Explorer) -> None:
    """Each cell is the records with that annotation and prediction, under query and filters."""
    for filters in ({}, {"metadata.part": [1, 2]}):
        explorer.filters = filters
        chart = explorer.charts.confusion_matrix()
        found = frame(explorer)
        expected = found[found["kind"] != "neither"].groupby(["annotation", "predicted_as"]).size()
        cells = values(chart).set_index(["annotated", "predicted"])["records"]
        assert cells[cells > 0].to_dict() == expected.to_dict()
    assert "part is 1 or 2" in chart.title
    assert "positive" in drawn(chart)


def test_shares_of_a_matrix_are_of_its_row_or_column(explorer: Explorer) -> None:
    """Normalised by the annotation rows sum to one, by the prediction columns do."""
    for side in ("annotated", "predicted"):
        cells = values(explorer.charts.confusion_matrix(normalize=side))  # type: ignore[arg-type]
        assert cells.groupby(side)["share"].sum().round(9).eq(1).all()
        other = "predicted" if side == "annotated" else "annotated"
        assert not cells.groupby(other)["share"].sum().round(9).eq(1).all()
    with pytest.raises(ValueError, match="normalize='rows'"):
        explorer.charts.confusion_matrix(normalize="rows")  # type: ignore[arg-type]


@pytest.mark.parametrize("draw", ["scores", "labels", "text_length"])
def test_bars_are_split_into_right_and_wrong(explorer: Explorer, draw: str) -> None:
    """The parts of all bars add up to the right, wrong and undecided records with a value."""
    chart = getattr(explorer.charts, draw)()
    found = frame(explorer)
    if draw == "labels":
        found = found[found["annotation"].notna()]
    expected = found.groupby("kind").size()
    assert values(chart).groupby("predicted")["records"].sum().to_dict() == expected.to_dict()
    assert "<svg" in drawn(chart)


def test_a_metadata_field_is_drawn_by_its_kind(explorer: Explorer) -> None:
    """Numbers become a histogram, names bars; hostile names stay text."""
    assert {"start", "end"} <= set(values(explorer.charts.field("metadata.part")).columns)
    chart = explorer.charts.field("metadata.<b>who</b>")
    assert values(chart)["value"].unique().tolist() == [
        frame(explorer)["metadata"][0]["<b>who</b>"]
    ]
    assert "<img" not in drawn(chart)
    for name in ("metadata.nope", "text"):
        with pytest.raises(FilterError, match=name):
            explorer.charts.field(name)


def test_many_values_are_drawn_in_part_and_said_so() -> None:
    """The forty commonest of many values are drawn, and the title says of how many."""
    rb.init()
    made = [
        rb.TextClassificationRecord(
            text="a", annotation=f"l{n % 60}", prediction=[(f"l{n % 50}", 1)]
        )
        for n in range(300)
    ]
    rb.log(made, "many", verbose=False)
    shown = rb.explore("many").charts
    assert "the 40 commonest of 60 values" in shown.labels().title
    matrix = shown.confusion_matrix().to_dict()
    assert len(matrix["layer"][1]["encoding"]["y"]["scale"]["domain"]) == 40
    assert all(cell["records"] for cell in next(iter(matrix["datasets"].values())))
    assert "20 not shown" in shown.confusion_matrix().title


def test_reliability_is_what_pandas_counts(explorer: Explorer) -> None:
    """Each bin has its records' share right and mean score; intervals hold the share."""
    chart = explorer.charts.reliability(bins=8)
    points = pd.DataFrame(chart.data.values)
    found = frame(explorer)
    found = found[found["kind"] != "neither"]
    bins = pd.cut(found["score"], np.linspace(0, 1, 9), right=False)
    grouped = found.assign(right=found["kind"] == "right").groupby(bins, observed=True)
    assert points["records"].tolist() == grouped.size().tolist()
    assert np.allclose(points["share"], grouped["right"].mean())
    assert np.allclose(points["score"], grouped["score"].mean())
    for row in points.itertuples():
        assert (row.low, row.high) == wilson(round(row.share * row.records), row.records)
    gap = (points["share"] - points["score"]).abs()
    assert f"error {np.average(gap, weights=points['records']):.3f}" in chart.title
    assert "<svg" in drawn(chart)


def marked() -> Explorer:
    """Return an explorer on reviews of two inputs, most wrong ones with the word "sarcasm"."""
    rb.init()
    made = [
        rb.TextClassificationRecord(
            inputs={"title": "fine sarcasm" if n % 7 == 0 else "fine", "body": f"film {n % 11}"},
            annotation="good",
            prediction=[("bad" if n % 7 == 0 or n % 29 == 0 else "good", 0.8)],
            metadata={"half": n % 2},
        )
        for n in range(400)
    ]
    rb.log(made[:250], "marked", verbose=False)
    rb.log(made[250:], "marked", verbose=False)
    return rb.explore("marked")


def test_words_that_mark_wrong_records() -> None:
    """A word's counts are the wrong and right records that have it, under query and filters."""
    explorer = marked()
    explorer.filters = {"metadata.half": [1]}
    chart = explorer.charts.words()
    points = pd.DataFrame(chart.data.values).set_index("word")
    assert points.index[0] == "sarcasm"
    assert (points["low"] > 0).all()
    z = points["log_odds"] / (points["log_odds"] - points["low"])
    assert z.is_monotonic_decreasing
    found = frame(explorer)
    texts = [" ".join(one.values()).split() for one in found["inputs"]]
    for word, row in points.iterrows():
        has = np.array([word in text for text in texts])
        assert row["wrong"] == (has & (found["kind"] == "wrong")).sum()
        assert row["right"] == (has & (found["kind"] == "right")).sum()
    assert "<svg" in drawn(chart)
    assert "metadata.half" not in chart.title
    assert "half is 1" in chart.title


def test_chance_marks_no_words() -> None:
    """Where right and wrong have nothing to do with the words, none of thousands is shown."""
    rb.init()
    draw = np.random.default_rng(3)
    made = [
        rb.TextClassificationRecord(
            text=" ".join(f"w{one}" for one in draw.zipf(1.3, 12) % 3_000),
            annotation="a",
            prediction=[(("a", "b")[draw.integers(2)], 0.5)],
        )
        for _ in range(1_500)
    ]
    rb.log(made, "chance", verbose=False)
    assert rb.explore("chance").charts.words().data.values == []


def test_words_of_records_that_are_gone_do_not_count() -> None:
    """Deleted records, and those of no judgement, are in no group."""
    marked()
    rb.delete_records("marked", query="film AND sarcasm")
    again = rb.explore("marked")
    assert "sarcasm" not in [row["word"] for row in again.charts.words().data.values]
    assert again.charts.words(most=1).data.values == (again.charts.words().data.values[:1])


def test_no_record_is_drawn_as_nothing(explorer: Explorer) -> None:
    """An empty view has empty charts, not an error."""
    explorer.query = "nothinglikeit"
    shown = explorer.charts
    for draw in ("confusion_matrix", "scores", "labels", "reliability", "words"):
        chart = getattr(shown, draw)()
        assert "0 records" in chart.title
        assert "<svg" in drawn(chart)


def test_multi_label_says_what_to_draw_instead() -> None:
    """A record of several labels has no one cell and no one score."""
    rb.init()
    made = rb.TextClassificationRecord(
        text="a", annotation=["x", "y"], prediction=[("x", 0.9)], multi_label=True
    )
    rb.log([made], "several", verbose=False)
    shown = rb.explore("several").charts
    for draw in (shown.confusion_matrix, shown.reliability):
        with pytest.raises(RubrixWidgetError, match="multi-label"):
            draw()
    assert values(shown.labels())["value"].tolist() == ["x", "y"]


def test_charts_carry_counts_and_show_offline(explorer: Explorer) -> None:
    """No text is in a chart, and a notebook is given what it draws without the internet."""
    shown = explorer.charts
    for chart in (shown.confusion_matrix(), shown.reliability(), shown.scores()):
        assert "dull film number" not in json.dumps(chart.to_dict())
        bundle = chart._repr_mimebundle_()
        assert "application/vnd.vegalite.v5+json" in bundle
        assert "image/svg+xml" in bundle
    assert isinstance(shown.scores(), Chart)
    assert "confusion_matrix" in repr(shown)
