"""Against figures counted independently of this software."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import rubrix_widget as rb

GOLDEN = json.loads((Path(__file__).parents[1] / "data" / "seed_golden.json").read_text())
SETS = [
    ("banking77", "prediction"),
    ("sst2", "prediction"),
    ("sst2", "prediction_nbsvm"),
    ("sst2", "prediction_fit"),
    ("sst5_bert", "prediction"),
    ("sst5_bert", "prediction_bert2"),
    ("trec_bert", "prediction"),
    ("subj_gptj", "prediction"),
]


def pairs(prediction: list[dict[str, Any]] | None) -> list[tuple[str, float]] | None:
    return None if prediction is None else [(one["label"], one["score"]) for one in prediction]


@pytest.mark.parametrize(("name", "column"), SETS)
def test_counts_on_real_data_equal_the_independent_ones(
    home: Path, shared_data: Path, name: str, column: str
) -> None:
    """Right and wrong, score ranges open and closed, and their conjunctions."""
    table = pq.read_table(shared_data / f"{name}.parquet")
    frame = table.select(["id", "text", "label", column]).to_pandas()
    records = rb.DatasetForTextClassification.from_pandas(
        frame, annotation="label", prediction=column
    )
    rb.log(records, "d", verbose=False)
    expected = json.loads((shared_data / "expected_counts.json").read_text())[name]
    assert rb.count("d") == expected["rows"]
    checked = 0
    for query, count in expected[column].items():
        if query == "predicted":
            assert rb.count("d", "_exists_:predicted") == count
        elif ":" in query:
            assert rb.count("d", query) == count, query
        else:
            continue
        checked += 1
    assert checked >= 3


def test_multi_label_counts_on_real_data_equal_the_independent_ones(
    home: Path, shared_data: Path
) -> None:
    """GoEmotions: sets of labels above 0.5 against the annotated sets."""
    frame = pq.read_table(
        shared_data / "goemotions.parquet", columns=["id", "text", "labels", "prediction"]
    ).to_pandas()
    rb.log(
        rb.DatasetForTextClassification.from_pandas(frame, annotation="labels"), "d", verbose=False
    )
    expected = json.loads((shared_data / "expected_counts.json").read_text())["goemotions"]
    found = expected["prediction"]
    assert rb.count("d", "predicted:ok") == found["multi_label ok"]
    assert rb.count("d", "predicted:ko") == found["multi_label ko"]
    assert rb.count("d", "NOT predicted_as:*") == found["no label over 0.5"]


@pytest.mark.parametrize("golden", GOLDEN["queries"], ids=lambda one: one["query"])
def test_the_published_notebooks_queries_match_the_rows_they_mean(
    home: Path, golden: dict[str, Any]
) -> None:
    """Read as meant, each query of the notebook matches exactly the listed rows."""
    log_golden()
    found = {one.id for one in rb.load("golden", golden["query"])}
    assert found == set(golden["matches"])


def test_the_published_rows_come_out_under_lucenes_reading(home: Path) -> None:
    """Every row printed under the notebook's queries matches them when ``and`` is a word."""
    log_golden()
    last = GOLDEN["queries"][3]
    assert last["query"] == "predicted:ko and score:{* TO 0.6}"
    found = {one.id for one in rb.load("golden", last["query"], dialect="lucene")}
    assert found == set(last["shown_in_seed"])
    for golden in GOLDEN["queries"]:
        shown = set(golden.get("shown_in_seed") or ())
        found = {one.id for one in rb.load("golden", golden["query"], dialect="lucene")}
        assert shown <= found, golden["query"]


def log_golden() -> None:
    rb.log(
        [
            rb.TextClassificationRecord(
                text=one["text"],
                id=one["id"],
                annotation=one["annotation"],
                prediction=pairs(one["prediction"]),
            )
            for one in GOLDEN["records"]
        ],
        "golden",
    )
