"""A notebook that was run and saved elsewhere, opened again with nothing behind its explorer."""

from __future__ import annotations

import os
from pathlib import Path

import nbclient
import nbformat
import pytest
from nbformat.sign import NotebookNotary
from playwright.sync_api import expect

from tests.e2e.lab import MINUTE, ExplorerPage, Notebook

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]

CELL = """
import rubrix_widget as rb
rb.init({home!r})
records = [
    rb.TextClassificationRecord(
        text=f"<b>film</b> number {{number}}",
        prediction=[(("bad", "good")[number % 2], 0.9)],
        annotation=("bad", "good")[number % 3 == 0],
    )
    for number in range(60)
]
rb.log(records, "saved", verbose=False)
rb.explore("saved", "film", filters={{"annotated_as": ["bad"]}})
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a notebook that was run by another kernel, saved with its widgets' state."""
    folder = tmp_path_factory.mktemp("saved")
    cell = nbformat.v4.new_code_cell(CELL.format(home=str(folder / "home")))
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    path = folder / "reopened.ipynb"
    nbformat.write(notebook, path)
    return path


def trust(path: Path, home: Path) -> None:
    """Sign a notebook as the user of a server has seen and trusted it."""
    os.makedirs(home / "data", exist_ok=True)  # noqa: PTH103
    notary = NotebookNotary(data_dir=str(home / "data"))
    notary.sign(nbformat.read(path, as_version=4))
    notary.store.close()


def shown(notebook: Notebook) -> ExplorerPage:
    """Return the explorer of an opened notebook.

    jupyterlab-manager 5.0 may look for a widget before it has read the notebook's widget state:
    on a busy machine the kernel connects before its session is ready, and of the two readings
    that follow, the one without the notebook's state ends first. It says "model not found" then,
    and docs/reports.md tells people to reload the page.
    """
    explorer, page = ExplorerPage(notebook.page), notebook.page
    early = page.get_by_text("Error displaying widget: model not found")
    expect(explorer.root.or_(early)).to_be_visible(timeout=MINUTE)
    if early.is_visible():
        notebook.reload()
    explorer.wait()
    return explorer


def test_a_trusted_notebook_shows_the_explorer(notebook: Notebook, saved: Path) -> None:
    """The explorer is there with what was saved, and says that no kernel answers."""
    trust(saved, notebook.server.home)
    notebook.open(saved)
    explorer = shown(notebook)
    expect(explorer.root.get_by_text("No kernel has answered.")).to_be_visible(timeout=MINUTE)
    expect(explorer.records).to_have_count(20)
    expect(explorer.reading).to_contain_text("annotated as is bad · 40 of 60 (66.7 %)")
    expect(explorer.root.get_by_role("region", name="Confusion matrix")).to_be_visible()
    expect(explorer.root.locator(".accuracy")).to_contain_text("50.0 %")
    explorer.picture("reopened-trusted")


def test_a_notebook_of_somebody_else_shows_the_table(notebook: Notebook, saved: Path) -> None:
    """Where the notebook is not trusted the plain table stands instead, texts as texts."""
    other = nbformat.read(saved, as_version=4)
    other.cells[0].source += "\n# from elsewhere"
    path = saved.with_name("untrusted.ipynb")
    nbformat.write(other, path)
    notebook.open(path)
    shown = notebook.page.locator(".jp-RenderedHTML")
    expect(shown).to_contain_text("saved · 40 of 60 records", timeout=MINUTE)
    expect(shown).to_contain_text("accuracy 50.0 % (95 % interval 35.2 to 64.8 %)")
    expect(shown).to_contain_text("<b>film</b> number 1")
    expect(shown.locator("table").first.locator("tbody tr")).to_have_count(2)
    expect(notebook.page.locator(".rubrix-widget")).to_have_count(0)
    shown.screenshot(path=Path(__file__).parents[1] / "screenshots" / "reopened-untrusted.png")
