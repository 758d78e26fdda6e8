"""Datasets with predictions of several agents: kept, logged again, beside parts without any."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

import rubrix_widget as rb
from rubrix_widget import table as tables
from rubrix_widget.errors import RecordError
from rubrix_widget.home import active
from rubrix_widget.store import content

BOTH = {"a": [("good", 0.9)], "b": [("bad", 0.6), ("good", 0.4)]}


def record(at: int, **fields: Any) -> rb.TextClassificationRecord:
    return rb.TextClassificationRecord(text=f"text {at}", id=at, **fields)


def parts(home: Path) -> list[list[str]]:
    return [pq.read_schema(path).names for path in home.rglob("*.parquet")]


def test_records_of_one_agent_keep_their_digests_and_files() -> None:
    """Ids that were made from content before there were several agents are made again."""
    alone = rb.TextClassificationRecord(
        text="fine", prediction=[("good", 0.9)], prediction_agent="a", annotation="good"
    )
    several = rb.TextClassificationRecord(text="fine", prediction=BOTH, annotation="good")
    found = content.digests(tables.from_records([alone])).tobytes().hex()
    assert found == "5b4695f259d34e5a983dc3fe13d2a620"
    both = content.digests(tables.from_records([several, alone]))
    assert both[1].tobytes().hex() == found
    assert both[0].tobytes().hex() != found


def test_they_come_back_and_stand_beside_parts_that_have_none(home: Path) -> None:
    """A part written without the column opens as before; compacted, all are as they were."""
    first = [record(at, prediction=[("good", 0.7)], prediction_agent="a") for at in range(8)]
    rb.log(first, "d")
    assert not any("other_predictions" in names for names in parts(home))
    assert "predicted@b" not in active().dataset("d").engine().fields
    second = [record(at, prediction=BOTH, annotation="good") for at in (8, 9)]
    rb.log(second, "d")
    for _ in ("in two parts", "in one"):
        rb.init(home)
        assert [one.predictions for one in rb.load("d")] == [None] * 8 + [BOTH] * 2
        assert rb.count("d", "broken:true AND predicted_as@b:bad") == 2
        assert rb.count("d", "predicted_as@a:good") == 10
        rb.compact("d", verbose=False)
    answer = rb.log([*first, *second], "d")
    assert (answer.added, answer.replaced, answer.unchanged) == (0, 0, 10)


def test_another_models_predictions_keep_what_people_said(home: Path) -> None:
    """A record logged again has the predictions it came with, and the annotations people gave."""
    rb.log([record(1, prediction=[("good", 0.9)], prediction_agent="a", annotation="good")], "d")
    rb.relabel("d", "bad", ids=[1])
    found = rb.load("d")[0]
    both = {found.prediction_agent: found.prediction, "b": [("bad", 0.6)]}
    again = record(1, prediction=both, annotation="good")
    assert rb.log([again], "d").replaced == 1
    kept = rb.load("d")[0]
    assert (kept.annotation, kept.predictions) == ("bad", both)
    assert rb.count("d", "fixed:true") == 1


def test_files_that_are_exported_hold_them(home: Path, tmp_path: Path) -> None:
    """JSON Lines and Parquet have one more column, and reading them gives the same records."""
    rb.log([record(1, prediction=BOTH), record(2, prediction=[("good", 0.5)])], "d")
    shown = rb.explore("d")
    shown.to_jsonl(tmp_path / "d.jsonl")
    shown.to_parquet(tmp_path / "d.parquet")
    lines = [json.loads(line) for line in (tmp_path / "d.jsonl").read_text().splitlines()]
    assert lines[0]["predictions"] == {
        name: [list(pair) for pair in pairs] for name, pairs in BOTH.items()
    }
    assert "predictions" not in lines[1]
    for frame in (pd.DataFrame(lines), pd.read_parquet(tmp_path / "d.parquet")):
        again = rb.read_pandas(frame)
        assert [one.predictions for one in again] == [BOTH, None]


def test_predictions_that_contradict_each_other_are_refused() -> None:
    """A column changed without the other is an error with the record's place, not a choice."""
    frame = rb.DatasetForTextClassification([record(1, prediction=BOTH)]).to_pandas()
    frame["prediction"] = [[("bad", 1.0)]]
    with pytest.raises(RecordError, match=r"prediction and predictions\['a'\] differ"):
        rb.read_pandas(frame)


def test_a_record_says_which_agent_is_the_primary_one() -> None:
    """The first, unless another is named; names are told apart, and none is lost by renaming."""
    one = record(1, prediction=BOTH, prediction_agent="b")
    assert (one.prediction, one.prediction_agent) == (BOTH["b"], "b")
    assert list(one.predictions or ()) == ["b", "a"]
    assert record(1, prediction={"a": BOTH["a"]}).predictions is None
    for name in ("a", None):
        with pytest.raises(RecordError, match="prediction_agent cannot become"):
            one.prediction_agent = name
    with pytest.raises(RecordError, match="there are predictions of 'a', 'b'; name one of these"):
        record(1, prediction=BOTH, prediction_agent="c")
    assert copy.copy(one) == one
    assert "prediction={'b'" in repr(one)
    one.prediction = {"c": BOTH["a"]}
    assert (one.prediction_agent, one.predictions) == ("c", None)
