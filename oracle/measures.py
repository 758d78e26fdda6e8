"""What Rubrix 0.18 itself measures of records: run with a Python that has it.

``python oracle/measures.py > tests/metrics/data/rubrix.json`` records it for the made records of
:func:`cases`; with a file of cases (JSON), for those. No server is needed: the server's own classes
read the records and compute the measures. How to get such a Python: docs/oracle.md.

Written for Python 3.9, which Rubrix's own dependencies want.
"""

from __future__ import annotations

import json
import random
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

LABELS = ["good", "bad", "so-so", "f1", "a_b", "é", "x y"]
TEXTS = ["fine", "ein Text", "naïve café", "two\nlines", "!?", "x" * 30]
STATUSES = [None, None, "Validated", "Default", "Discarded", "Edited"]

# Where Rubrix is wrong: (prediction, annotation) of each record.
KNOWN: list[list[tuple[Any, Any]]] = [
    [([["a", 0.9]], ["a"]), ([["a", 0.1]], ["a"]), ([["a", 0.2]], [])],  # one label in several
    [([["a", 0.9]], "a"), ([], "a")],  # a prediction of no label
]


def cases(seed: int = 0, size: int = 60) -> list[dict[str, Any]]:
    """Make datasets of records of one label or several; the same seed makes the same."""
    draw = random.Random(seed)
    made = [_case(draw, number % 2 == 1, number) for number in range(size)]
    return [*made, *map(_of_pairs, KNOWN)]


def _case(draw: random.Random, multi: bool, number: int) -> dict[str, Any]:
    labels = draw.sample(LABELS, draw.randint(1, 5))
    records = []
    for _ in range(draw.randint(1, 25)):
        names = draw.sample(labels, draw.randint(0 if multi else 1, len(labels)))
        parts = [draw.random() + 0.01 for _ in names]
        scores = [draw.choice([0.5, 1.0, 0.2, part / 1.01]) for part in parts]
        if not multi:
            scores = [part / sum(parts) for part in parts]
        prediction = sorted(([n, s] for n, s in zip(names, scores)), key=lambda one: -one[1])  # noqa: B905
        annotation: Any = draw.choice(labels)
        if multi:
            annotation = draw.sample(labels, draw.randint(0, len(labels)))
        whole = draw.random() < 0.8 or number < 4
        annotation = annotation if whole or draw.random() < 0.5 else None
        inputs = {"text": draw.choice(TEXTS)}
        if draw.random() < 0.2:
            inputs["title"] = draw.choice(TEXTS)
        status = draw.choice(STATUSES)
        if status == "Validated" and not annotation and not multi:
            status = None
        records.append(
            {
                "inputs": inputs,
                "prediction": prediction if whole or draw.random() < 0.5 else None,
                "annotation": annotation,
                "status": status,
            }
        )
    return {"multi_label": multi, "records": records}


def _of_pairs(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    records = [
        {"inputs": {"text": "t"}, "prediction": guess, "annotation": label, "status": None}
        for guess, label in pairs
    ]
    return {"multi_label": isinstance(pairs[0][1], list), "records": records}


def measured(case: dict[str, Any]) -> dict[str, Any]:
    """Return what Rubrix measures of a dataset; of F1, the error's name where it fails."""
    from rubrix.server.services.tasks.text_classification.metrics import TextClassificationMetrics

    records = [_record(one, case["multi_label"]) for one in case["records"]]
    metric = TextClassificationMetrics.find_metric("MultiLabelF1" if case["multi_label"] else "F1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            f1 = metric.apply(iter(records))
        except Exception as error:
            f1 = type(error).__name__
    lengths = [TextClassificationMetrics.record_metrics(one)["text_length"] for one in records]
    return {
        "f1": f1,
        "text_length": sorted(Counter(lengths).items()),
        "records_status": sorted(Counter(one.status.value for one in records).items()),
    }


def _record(given: dict[str, Any], multi_label: bool) -> Any:
    """Return a record as the server has it after the client logged it."""
    import rubrix
    from rubrix.client.sdk.text_classification.models import CreationTextClassificationRecord
    from rubrix.server.services.tasks.text_classification.model import (
        ServiceTextClassificationRecord,
    )

    made = rubrix.TextClassificationRecord(
        inputs=given["inputs"],
        prediction=None if given["prediction"] is None else [tuple(p) for p in given["prediction"]],
        annotation=given["annotation"],
        status=given["status"],
        multi_label=multi_label,
    )
    sent = CreationTextClassificationRecord.from_client(made).json(by_alias=True)
    return ServiceTextClassificationRecord.parse_obj(json.loads(sent))


def main() -> None:
    """Measure the cases of a file, or those that are made, and print the answers as JSON."""
    asked = json.loads(Path(sys.argv[1]).read_text("utf-8")) if len(sys.argv) > 1 else cases()
    print("[" + ",\n".join(json.dumps(measured(case)) for case in asked) + "]")


if __name__ == "__main__":
    main()
