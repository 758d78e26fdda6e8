"""Every host but JupyterLab, as a page with an explorer in it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

from tests.e2e import made
from tests.e2e.lab import MINUTE, Notebook, Watched
from tests.e2e.servers import JupyterServer, MarimoServer, Server, VoilaServer

# What Python knows, for a page whose kernel cannot be asked: a label that follows the traits.
FOLLOWING = """
from ipywidgets import Label

known = Label("Python knows: []")
def follow(_change):
    known.value = f"Python knows: {[ex.query, ex.filters, ex.sort]}"
ex.observe(follow, ["query", "filters", "sort"])
known
"""
MARIMO = f"""
import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import marimo as mo
{textwrap.indent(made.RECORDS.strip(), "    ")}
    return mo, rb


@app.cell
def _(mo, rb):
    ex = rb.explore("made")
    shown = mo.ui.anywidget(ex)
    shown
    return ex, shown


@app.cell
def _(mo, shown):
    state = [shown.value[name] for name in ("query", "filters", "sort")]
    mo.plain_text(f"Python knows: {{state}}")
    return


if __name__ == "__main__":
    app.run()
"""


@dataclass
class Host:
    """A host with its server, and how to do there what every host has its own way for."""

    name: str
    server: Server
    open: Callable[[Page], Watched]
    cells: Callable[[Watched], Any]
    reload: Callable[[Watched], None]
    dark: Callable[[Watched], None]


def notebook7(root: Path) -> Host:
    """Notebook 7."""
    server = JupyterServer(root, app="notebook")
    # It says so of itself, with or without a widget.
    says = "reading 'schema'|WebSocket is closed|Failed to fetch"

    def open_page(page: Page) -> Notebook:
        notebook = Notebook(page, server, says)
        cells = (made.RECORDS, made.EXPLORE, FOLLOWING)
        notebook.open(made.notebook(root / "_home" / "made.ipynb", *cells))
        notebook.run_all()
        return notebook

    def reload(notebook: Notebook) -> None:
        notebook.save()
        notebook.reload()

    return Host(
        "notebook",
        server,
        open_page,
        Notebook.cells,
        reload,
        lambda notebook: notebook.theme("JupyterLab Dark"),
    )


def voila(root: Path) -> Host:
    """Voilà: the outputs of a notebook, without its cells."""
    made.notebook(root / "made.ipynb", made.RECORDS, made.EXPLORE, FOLLOWING)
    server = VoilaServer(root)
    # Its template asks for Font Awesome, a page that is left may not end its kernel, and its own
    # bundle complains about a module that it shares.
    asks = "https://cdn.jsdelivr.net/npm/@fortawesome/"
    says = "fortawesome|/voila/api/shutdown/|getter for the shared module is not a function"

    def open_page(page: Page) -> Watched:
        host = Watched(page, server, asks, says)
        page.goto(f"{server.url}/voila/render/made.ipynb", timeout=MINUTE)
        return host

    def reload(host: Watched) -> None:
        host.page.goto(f"{server.url}/voila/render/made.ipynb?theme=dark", timeout=MINUTE)

    return Host("voila", server, open_page, lambda _: [], reload, lambda _: None)


def run_all(page: Page) -> None:
    """Run the cells of a marimo notebook; a press before its socket is open is not heard."""
    page.locator(".cm-content").last.wait_for(timeout=MINUTE)
    widget = page.locator(".rubrix-widget")
    for _ in range(20):
        page.get_by_test_id("run-button").last.click(force=True)
        try:
            widget.wait_for(timeout=3_000)
        except Error:
            continue
        return
    raise AssertionError("the cells did not run")


def marimo(root: Path, mode: Any) -> Host:
    """marimo, with its cells to be read or written."""
    notebook = root / "made.py"
    notebook.write_text(MARIMO)
    server = MarimoServer(notebook, mode)

    def open_page(page: Page) -> Watched:
        host = Watched(page, server)
        page.goto(server.url, timeout=MINUTE)
        if mode == "edit":
            run_all(page)
        return host

    def cells(host: Watched) -> Any:
        if mode == "run":
            return []
        return host.page.locator(".cm-content").all_inner_texts()

    return Host(
        f"marimo-{mode}",
        server,
        open_page,
        cells,
        lambda host: host.page.reload() and None,
        lambda host: host.page.emulate_media(color_scheme="dark"),
    )
