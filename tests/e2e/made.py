"""Made data and notebooks, for tests that need no particular records."""

from __future__ import annotations

import json
from pathlib import Path

# Predicted rightly: 150 of 300. Annotated as good and predicted as bad: 100.
RECORDS = """
import rubrix_widget as rb

records = [
    rb.TextClassificationRecord(
        id=f"r{n}",
        text=f"film number {n}, {('dull', 'quick', 'warm')[n % 3]} and long",
        prediction=[(("bad", "good")[n % 3 == 0], 0.5 + (n % 50) / 100)],
        annotation=("bad", "good")[n % 2],
        metadata={"part": n % 10},
    )
    for n in range(300)
]
rb.log(records, "made", verbose=False)
"""
EXPLORE = """
ex = rb.explore("made")
ex
"""
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook(path: Path, *cells: str) -> Path:
    """Write a Jupyter notebook of code cells."""
    empty = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    made = [
        {**empty, "id": f"cell{place}", "source": source.strip()}
        for place, source in enumerate(cells)
    ]
    whole = {"cells": made, "metadata": {"kernelspec": _KERNEL}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(whole))
    return path
