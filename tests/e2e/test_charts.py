"""Charts on made data: real JupyterLab, real kernel, nothing from elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.lab import MINUTE, ExplorerPage, Notebook

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]

CELL = """
import rubrix_widget as rb
records = [
    rb.TextClassificationRecord(
        text="film " * (1 + n % 40),
        prediction=[(("bad", "good")[n % 3 == 0], 0.5 + n / 600)],
        annotation=("bad", "good")[n % 2],
        metadata={"part": n % 10, "kind": ("[a]", "b.c", "<b>'d'")[n % 3]},
    )
    for n in range(300)
]
rb.log(records, "drawn", verbose=False)
ex = rb.explore("drawn")
asked = []
answering = ex._handlers.answer
ex._handlers.answer = lambda message: asked.append(message["method"]) or answering(message)
ex
"""
SECOND = "again = rb.explore('drawn')\nagain"


def written(path: Path, *sources: str) -> Path:
    """Write a notebook of code cells."""
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"c{place}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for place, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    whole = {"cells": cells, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps({**whole, "metadata": {"kernelspec": kernel}}))
    return path


def chart(explorer: Locator, name: str) -> Locator:
    """Return a chart by its title, in sight."""
    found = explorer.get_by_role("article", name=name, exact=True)
    found.scroll_into_view_if_needed()
    return found


def test_charts_are_drawn_and_filter(notebook: Notebook, tmp_path: Path) -> None:
    """Charts come from the kernel alone and once; what is clicked is what Python filters by."""
    notebook.open(written(tmp_path / "charts.ipynb", CELL, SECOND))
    notebook.run_all()
    roots = notebook.page.locator(".rubrix-widget")
    expect(roots).to_have_count(2)
    first = ExplorerPage(notebook.page)
    first.root = roots.first
    first.reading = first.root.locator(".reading")
    first.root.get_by_role("tab", name="Charts").click()
    matrix = chart(first.root, "Confusion matrix")
    expect(matrix.locator("canvas")).to_be_visible(timeout=MINUTE)  # altair is imported now
    matrix.get_by_role("button", name=re.compile("^annotated as good, predicted as bad:")).click()
    expect(first.reading).to_contain_text("100 of 300")
    chosen = {"annotated_as": ["good"], "predicted_as": ["bad"]}
    assert json.loads(notebook.python("import json; print(json.dumps(ex.filters))")) == chosen
    for name in ("Score", "Reliability", "Annotated as", "Text length", "Field"):
        expect(chart(first.root, name).locator("canvas")).to_be_visible()
    field = chart(first.root, "Field")
    field.get_by_label("Field to draw").select_option(label="kind")
    field.get_by_role("button", name=re.compile(r"^b\.c:")).click()
    expect(first.reading).to_contain_text("50 of 300")
    chart(first.root, "Confusion matrix")
    first.picture("charts-lab")

    roots.last.get_by_role("tab", name="Charts").click()
    expect(chart(roots.last, "Score").locator("canvas")).to_be_visible()
    told = notebook.python("print(asked.count('runtime'), len(ex.to_pandas()))")
    fetched = "() => [...globalThis[Symbol.for('rubrix_widget.charts')].keys()].length"
    assert notebook.page.evaluate(fetched) == 1
    assert told == "1 50"
    first.root.get_by_role("tab", name="Records").click()
    expect(first.root.locator("tr[data-record]")).to_have_count(50)
    assert notebook.off_the_machine() == []
    assert notebook.errors == []
