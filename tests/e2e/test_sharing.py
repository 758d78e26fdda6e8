"""Sharing in a real JupyterLab: a link opens the same view, a file has the same records."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.e2e.lab import MINUTE, ExplorerPage, Notebook

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]

CELL = """
import rubrix_widget as rb
records = [
    rb.TextClassificationRecord(
        text=("=film" if n == 1 else "film") + f" number {n}",
        prediction=[(("bad", "good")[n % 3 == 0], n / 4000)],
        annotation=("bad", "good")[n % 2],
        id=n,
    )
    for n in range(3000)
]
rb.log(records, "shared", verbose=False)
ex = rb.explore("shared")
ex
"""


def test_a_link_and_a_file_say_what_is_shown(notebook: Notebook, tmp_path: Path) -> None:
    """The link, opened and run, offers the view, then shows it; CSV equals `ex.to_pandas()`."""
    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}}
    made = {"cells": [{**cell, "outputs": [], "source": CELL}], "nbformat": 4, "nbformat_minor": 5}
    path = tmp_path / "sharing.ipynb"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.write_text(json.dumps({**made, "metadata": {"kernelspec": kernel}}))
    notebook.open(path)
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    explorer.search("predicted:ko")
    expect(explorer.reading).to_contain_text("1,500 of 3,000")
    explorer.root.get_by_role("button", name="score").first.click()
    expect(explorer.root.get_by_role("columnheader", name="score")).to_have_attribute(
        "aria-sort", "ascending"
    )
    explorer.root.get_by_role("button", name="score").first.click()
    expect(explorer.records.first).to_have_attribute("data-record", "2999")
    explorer.root.get_by_role("button", name="Share").click()
    link = explorer.root.get_by_role("textbox", name="Link").input_value()
    explorer.root.get_by_role("button", name="Copy: Link").click()
    assert link.startswith(notebook.server.url + "/lab/")
    assert notebook.page.url == link
    explorer.picture("share-lab")
    notebook.page.keyboard.press("Escape")

    explorer.root.get_by_role("button", name="Export").click()
    with notebook.page.expect_download(timeout=MINUTE) as download:
        explorer.root.get_by_role("button", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "shared.csv"
    downloaded = pd.read_csv(download.value.path())
    shown = json.loads(notebook.python("print(ex.to_pandas()[['id', 'text']].to_json())"))
    assert downloaded["id"].tolist() == list(shown["id"].values())
    texts = [f"'{one}" if one.startswith("=") else one for one in shown["text"].values()]
    assert downloaded["text"].tolist() == texts
    assert notebook.errors == []
    notebook.save()

    opened = Notebook(notebook.page.context.new_page(), notebook.server)
    opened.page.set_default_timeout(MINUTE / 2)
    opened.visit(link)
    opened.run_all()
    again = ExplorerPage(opened.page)
    again.wait()
    expect(again.reading).to_contain_text("3,000 of 3,000")
    proposal = again.root.locator(".proposal")
    expect(proposal).to_contain_text("sorted by score descending")
    again.picture("share-lab-proposal")
    proposal.get_by_role("button", name="Show it").click()
    expect(again.reading).to_contain_text("1,500 of 3,000")
    expect(again.records.first).to_have_attribute("data-record", "2999")
    assert opened.python("print(ex.query, ex.sort)") == "predicted:ko [['score', 'desc']]"
    assert opened.off_the_machine() == []
