"""Records of one label each, and how results are compared and read."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import numpy as np

import rubrix_widget as rb


def single(lines: list[tuple[str, dict[str, float]]]) -> rb.DatasetForTextClassification:
    """Return records of an annotation and scores each; scores are made to add up to 1."""
    records = []
    for number, (label, scores) in enumerate(lines):
        whole = sum(scores.values())
        prediction = sorted(((n, s / whole) for n, s in scores.items()), key=lambda one: -one[1])
        records.append(
            rb.TextClassificationRecord(
                text=f"t {number}", id=number, annotation=label, prediction=prediction
            )
        )
    return rb.DatasetForTextClassification(records)


def close(one: Any, other: Any) -> None:
    """Hold numbers to others to twelve digits."""
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


class Tags(HTMLParser):
    """Collects the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.add(tag)
