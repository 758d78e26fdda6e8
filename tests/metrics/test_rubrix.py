"""The measures that have Rubrix's names have its values: those that Rubrix 0.18.0 itself gave.

``oracle/measures.py`` made and recorded them. Where ``RUBRIX_PYTHON`` names a Python that has
Rubrix, it is asked anew, about other records and real ones too.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import rubrix_widget as rb
from oracle.measures import cases
from rubrix_widget.metrics import commons
from rubrix_widget.metrics.text_classification import f1, f1_multilabel

RECORDED = Path(__file__).parent / "data" / "rubrix.json"
SCRIPT = Path(__file__).parents[2] / "oracle" / "measures.py"


def ours(case: dict[str, Any]) -> dict[str, Any]:
    """Return what we measure of a dataset, in the form that the script has."""
    rb.log(
        [
            rb.TextClassificationRecord(
                inputs=one["inputs"],
                prediction=None
                if (given := one["prediction"]) is None
                else list(map(tuple, given)),
                annotation=one["annotation"],
                status=one["status"],
                id=number,
                multi_label=case["multi_label"],
            )
            for number, one in enumerate(case["records"])
        ],
        "measured",
        verbose=False,
    )
    measure = f1_multilabel if case["multi_label"] else f1
    found = {
        "f1": measure("measured").data,
        "text_length": sorted(map(list, commons.text_length("measured").data.items())),
        "records_status": sorted(map(list, commons.records_status("measured").data.items())),
    }
    rb.delete("measured")
    return found


def compare(case: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Hold our values to Rubrix's, but for what it gets wrong."""
    found = ours(case)
    for name in ("text_length", "records_status"):
        assert found[name] == theirs[name]
    judged = [r for r in case["records"] if r["annotation"] is not None and r["prediction"]]
    labels = {p for r in judged for p, score in r["prediction"] if score > 0.5}
    labels |= {label for r in judged for label in r["annotation"]}
    if theirs["f1"] == "IndexError":  # a prediction of no label
        assert found["f1"].keys() >= {"f1_macro", "f1_micro"}
    elif case["multi_label"] and len(labels) == 1:  # there it counts what is not the label too
        (label,) = labels
        assert found["f1"]["f1_macro"] == found["f1"][f"{label}_f1"]
    else:
        assert found["f1"] == pytest.approx(theirs["f1"], rel=1e-12, abs=1e-12)


@pytest.mark.slow
def test_values_are_those_that_rubrix_gave(home: Path) -> None:
    """F1 with all its keys, lengths and statuses of 60 made datasets, to twelve digits."""
    recorded = json.loads(RECORDED.read_text("utf-8"))
    made = cases()
    assert len(made) == len(recorded)
    for case, theirs in zip(made, recorded, strict=True):
        compare(case, theirs)


def asked(python: str, made: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    (folder / "cases.json").write_text(json.dumps(made), "utf-8")
    command = [python, "-W", "ignore", SCRIPT, folder / "cases.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def real(path: Path, label: str, multi_label: bool, most: int = 3000) -> dict[str, Any]:
    rows = pq.read_table(path, columns=["text", label, "prediction"]).slice(0, most).to_pylist()
    return {
        "multi_label": multi_label,
        "records": [
            {
                "inputs": {"text": row["text"]},
                "prediction": [[one["label"], one["score"]] for one in row["prediction"]],
                "annotation": row[label],
                "status": None,
            }
            for row in rows
        ],
    }


def test_a_rubrix_that_is_here_says_the_same(
    home: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Asked anew, about other made records, and real ones where there are some."""
    python = os.environ.get("RUBRIX_PYTHON")
    if python is None:
        pytest.skip("no RUBRIX_PYTHON: docs/oracle.md tells how to make one")
    made = cases(seed=1, size=200)
    shared: Path = request.getfixturevalue("shared_data")
    made += [
        real(shared / f"{name}.parquet", label, multi_label=label == "labels")
        for name, label in (("sst2", "label"), ("banking77", "label"), ("goemotions", "labels"))
    ]
    for case, theirs in zip(made, asked(python, made, tmp_path), strict=True):
        compare(case, theirs)
