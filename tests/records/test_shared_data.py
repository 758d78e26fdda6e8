"""The real data sets beside the repository are read whole."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import datasets
import pyarrow.parquet as pq
import pytest

from rubrix_widget.datasets import DatasetForTextClassification as Dataset
from rubrix_widget.errors import RecordWarning
from rubrix_widget.records import TextClassificationRecord

SETS: dict[str, tuple[str, dict[str, Any]]] = {
    "sst2": ("label", {"metadata": ["split", "idx", "n_tokens"]}),
    "banking77": ("label", {"metadata": "split"}),
    "goemotions": ("labels", {"metadata": ["split", "comment_id"]}),
    "sst5_bert": ("label", {"prediction": "prediction_bert2"}),
    "trec_bert": ("label", {}),
    "subj_gptj": ("label", {}),
    "edge_rows": ("label", {"metadata": ["source", "oddities"]}),
}


@pytest.fixture(params=SETS)
def real(request: pytest.FixtureRequest, shared_data: Path) -> tuple[Any, Dataset]:
    """Return one set as Arrow and as a dataset."""
    annotation, options = SETS[request.param]
    given = pq.read_table(shared_data / f"{request.param}.parquet")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "columns ignored", RecordWarning)
        return given, Dataset.from_datasets(
            datasets.Dataset(given), annotation=annotation, **options
        )


def test_no_record_is_lost(real: tuple[Any, Dataset]) -> None:
    """Texts, ids and labels of every record are as given, odd as some are."""
    given, found = real
    assert found.rejected == []
    assert found.table.column("inputs.text").to_pylist() == given.column("text").to_pylist()
    assert found.table.column("id").to_pylist() == given.column("id").to_pylist()
    multi_label = found[0].multi_label
    names = given.column("labels" if multi_label else "label").to_pylist()
    assert found.table.column("annotation").to_pylist() == names


def test_real_records_survive_pandas_and_hugging_face(real: tuple[Any, Dataset]) -> None:
    """A thousand records of each set come back equal both ways."""
    _, found = real
    some = Dataset.from_table(found.table.slice(0, 1000))
    assert Dataset.from_pandas(some.to_pandas()).table.equals(some.table)
    assert list(Dataset.from_datasets(some.to_datasets())) == list(some)


def test_the_published_rows_are_records(shared_data: Path) -> None:
    """The rows of the published notebook are accepted as they were shown."""
    lines = (shared_data / "seed_rows.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, lines):
        record = TextClassificationRecord(
            text=row["text"],
            prediction=[{"label": p["label"], "score": p["score"]} for p in row["prediction"]],
            annotation=row["annotation"],
        )
        assert record.status == "Validated"
