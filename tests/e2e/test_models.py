"""Two models' predictions beside each other: real JupyterLab, real kernel."""

from __future__ import annotations

import re
from pathlib import Path

import nbclient
import nbformat
import pytest
from playwright.sync_api import expect

from tests.e2e import made
from tests.e2e.lab import MINUTE, ExplorerPage, Notebook
from tests.e2e.test_reopened import trust

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lab", ["main thread"], indirect=True),
]
ADDED = """
agent = "gpt <img src=x onerror=alert(1)>"
guesses = {
    f"r{n}": [(("bad", "good")[n % 3 != 2 and n % 2 or n % 6 == 2], 0.6)] for n in range(300)
}
done = rb.add_predictions("made", agent, guesses, primary="rules", verbose=False)
"""
AGENT = "gpt <img src=x onerror=alert(1)>"
COUNT = """
import numpy as np
truth = np.array([one.annotation for one in rb.load("made")])
two = [[one.predictions[name][0][0] for one in rb.load("made")] for name in ("rules", agent)]
was, now = (np.array(one) == truth for one in two)
print(int((~was & now).sum()), int((was & ~now).sum()), int((~now).sum()))
"""


def test_a_second_model_is_added_seen_sorted_and_filtered_by(
    notebook: Notebook, tmp_path: Path
) -> None:
    """Its column stands beside the first one's, its facets count, and a correction moves both.

    Numbers are those that NumPy counts in the kernel; its hostile name is plain text everywhere.
    """
    notebook.open(made.notebook(tmp_path / "models.ipynb", made.RECORDS, ADDED, made.EXPLORE))
    notebook.run_all()
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    fixed, broken, wrong = (int(one) for one in notebook.python(COUNT).split())
    assert min(fixed, broken, wrong) > 0

    column = f'td[data-column="predicted_as@{AGENT}"]'
    first = explorer.record("r0").locator(column)
    expect(first).to_contain_text("0.600")
    expect(first).to_contain_text(re.compile("ok|ko"))

    expect(explorer.query).to_be_visible()
    explorer.query.fill("")
    explorer.query.press_sequentially("fixed:")
    options = explorer.root.locator(".completions [role=option]")
    expect(options).to_have_count(2)
    explorer.search("fixed:true")
    expect(explorer.reading).to_contain_text(f"{fixed} of 300")
    explorer.search("broken:true")
    expect(explorer.reading).to_contain_text(f"{broken} of 300")
    explorer.search("")
    expect(explorer.reading).to_contain_text("300 of 300")

    panel = explorer.facets()
    panel.get_by_role("textbox", name="Find a field").fill("predicted@gpt")
    panel.get_by_role("button", name=f"predicted@{AGENT}", exact=True).click()
    panel.get_by_role("button", name=re.compile(f"^ko: {wrong} records")).click()
    expect(explorer.reading).to_contain_text(f"{wrong} of 300")
    filters = notebook.python("print(ex.filters == {f'predicted@{agent}': ['ko']})")
    assert filters == "True"

    for theme in ("light", "dark"):
        notebook.theme(f"JupyterLab {theme.capitalize()}")
        expect(explorer.root.locator(".explorer")).to_have_attribute("data-theme", theme)
        explorer.picture(f"models-{theme}")
        assert explorer.axe() == []
    explorer.root.get_by_role("button", name="Clear all").click()
    expect(explorer.reading).to_contain_text("300 of 300")

    record = explorer.record("r0")
    before = [one.inner_text() for one in record.locator(".ok-or-ko").all()]
    notebook.python("rb.relabel('made', 'good', ids=['r0'], agent='ada')")
    expect(record.locator(".ok-or-ko").first).to_have_text("ok" if "ko" in before[0] else "ko")
    after = [one.inner_text() for one in record.locator(".ok-or-ko").all()]
    assert [one != two for one, two in zip(before, after, strict=True)] == [True, True]

    record.focus()
    record.press("Enter")
    detail = explorer.root.get_by_role("region", name="Record r0")
    for agent in ("rules", AGENT):
        expect(detail.get_by_role("heading", name=agent, exact=True)).to_be_visible()
    detail.scroll_into_view_if_needed()
    explorer.picture("models-record")
    expect(explorer.root.locator("img")).to_have_count(0)
    assert notebook.errors == []


def test_a_saved_notebook_shows_both(notebook: Notebook, tmp_path: Path) -> None:
    """Opened again with nothing behind it, explorer and plain table have both models' predictions.

    The explorer where the notebook is trusted, the table where it is not.
    """
    home = f"import rubrix_widget as rb; rb.init({str(tmp_path / 'home')!r})"
    saved = made.notebook(tmp_path / "saved.ipynb", home, made.RECORDS, ADDED, made.EXPLORE)
    whole = nbformat.read(saved, as_version=4)
    nbclient.NotebookClient(whole, kernel_name="python3", timeout=120).execute()
    nbformat.write(whole, saved)
    trust(saved, notebook.server.home)
    notebook.open(saved)
    explorer = ExplorerPage(notebook.page)
    explorer.wait()
    expect(explorer.root.get_by_text("No kernel has answered.")).to_be_visible(timeout=MINUTE)
    cell = explorer.record("r0").locator(f'td[data-column="predicted_as@{AGENT}"]')
    expect(cell).to_contain_text("0.600")
    expect(cell).to_contain_text(re.compile("ok|ko"))
    explorer.picture("models-saved")

    whole.cells[0].source += "  # from elsewhere"
    nbformat.write(whole, tmp_path / "untrusted.ipynb")
    notebook.open(tmp_path / "untrusted.ipynb")
    table = notebook.page.locator(".jp-RenderedHTML table").last
    expect(table.locator("th")).to_have_text(
        ["text", "predicted", "", f"predicted@{AGENT}", "", "annotated", "status"], timeout=MINUTE
    )
    expect(table.locator("tbody tr").first).to_contain_text(re.compile(r"0\.600.*(ok|ko)"))
    expect(notebook.page.locator(".jp-RenderedHTML img")).to_have_count(0)
