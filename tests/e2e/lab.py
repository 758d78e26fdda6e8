"""Drives a notebook in a JupyterLab page, waiting for conditions and never for a time."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.e2e.servers import JupyterServer

SCREENSHOTS = Path(__file__).resolve().parents[1] / "screenshots"
MINUTE = 60_000

# An idle dot on the page is not readiness: the kernel's socket must be connected as well.
_READY = """async () => {
  const app = window.jupyterapp;
  const panel = app && app.shell.currentWidget;
  if (!panel || !panel.sessionContext || !panel.content || !panel.content.model) return false;
  await panel.context.ready;
  await panel.sessionContext.ready;
  const kernel = panel.sessionContext.session && panel.sessionContext.session.kernel;
  return !!kernel && kernel.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
# `evaluate` has no time limit, so a command is begun here and its end waited for.
_BEGIN = """(command) => {
  window.__done = null;
  window.jupyterapp.commands.execute(command)
    .then((value) => { window.__done = [value]; }, (error) => { window.__done = [String(error)]; });
}"""
_CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets.map((cell) => ({
  id: cell.model.id, type: cell.model.type, source: cell.model.sharedModel.getSource(),
}))"""
_OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .filter((cell) => cell.model.type === 'code')
  .map((cell) => ({ ran: cell.model.executionCount, outputs: cell.model.outputs.toJSON() }))"""
_CODE = """(code) => {
  window.__printed = '';
  window.__answer = null;
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  future.onIOPub = (message) => {
    if (message.header.msg_type === 'stream') window.__printed += message.content.text;
  };
  future.done.then((reply) => { window.__answer = reply.content; });
}"""
# What JupyterLab itself says on the console of a page that is being left.
_ITS_OWN = re.compile(r"WebSocket is (closed|already in)|Failed to fetch|Connection lost")


class Notebook:
    """A notebook open in a page of JupyterLab.

    Attributes
    ----------
    requests
        The address of everything that the page asked for.
    errors
        What was said on the console as an error, or thrown and not caught.
    """

    def __init__(self, page: Page, server: JupyterServer) -> None:
        self.page, self.server = page, server
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._workspace = uuid.uuid4().hex  # a shared one would open the other tests' notebooks too
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _ITS_OWN.search(message.text):
            self.errors.append(message.text)

    def open(self, notebook: Path) -> None:
        """Copy a notebook to the server and open it, with a kernel."""
        shutil.copy(notebook, self.server.root / notebook.name)
        url = f"{self.server.url}/lab/workspaces/{self._workspace}/tree/{notebook.name}"
        self.page.goto(url, wait_until="domcontentloaded")
        self._wait_ready()

    def reload(self) -> None:
        """Reload the page; the kernel lives on."""
        self.page.reload(wait_until="domcontentloaded")
        self._wait_ready()

    def _wait_ready(self) -> None:
        self.page.wait_for_selector(".jp-Notebook", timeout=MINUTE)
        self.page.wait_for_function(_READY, timeout=MINUTE)

    def run_all(self) -> None:
        """Run every cell, to the end, without an error."""
        self._do("notebook:run-all-cells")
        failed = [
            output
            for cell in self.page.evaluate(_OUTPUTS)
            for output in cell["outputs"]
            if output["output_type"] == "error"
        ]
        assert not failed, json.dumps(failed, indent=1)

    def save(self) -> None:
        """Save the notebook."""
        self._do("docmanager:save")

    def _do(self, command: str) -> None:
        self.page.evaluate(_BEGIN, command)
        self.page.wait_for_function("() => window.__done !== null", timeout=2 * MINUTE)

    def cells(self) -> list[dict[str, Any]]:
        """Return id, type and source of every cell."""
        return self.page.evaluate(_CELLS)

    def python(self, code: str) -> str:
        """Run code in the notebook's kernel and return what it printed."""
        self.page.evaluate(_CODE, code)
        self.page.wait_for_function("() => window.__answer !== null", timeout=MINUTE)
        answer = self.page.evaluate("() => window.__answer")
        assert answer["status"] == "ok", answer
        return self.page.evaluate("() => window.__printed").strip()

    def off_the_machine(self) -> list[str]:
        """Return the addresses asked for that are not this machine's."""
        own = self.server.url.removeprefix("http")
        allowed = (f"http{own}", f"ws{own}", "blob:", "data:")
        return [url for url in self.requests if not url.startswith(allowed)]


class ExplorerPage:
    """The explorer in a page, found by the roles and names that people with screen readers hear."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(".rubrix-widget").last
        self.query = self.root.get_by_role("combobox", name="Query")
        self.reading = self.root.get_by_role("status").filter(has_text=re.compile("read as"))
        self.records = self.root.locator("tr[data-record]")

    def wait(self) -> None:
        """Wait until records are shown."""
        self.root.scroll_into_view_if_needed(timeout=MINUTE)
        expect(self.records.first).to_be_visible(timeout=MINUTE)

    def search(self, query: str) -> None:
        """Type a query and press Enter."""
        self.query.click()
        self.query.fill(query)
        self.query.press("Enter")

    def record(self, record_id: str) -> Locator:
        """Return a record by its id."""
        return self.root.locator(f'tr[data-record="{record_id}"]')

    def annotation(self, record_id: str) -> Locator:
        """Return the button that says and changes a record's annotation."""
        return self.record(record_id).get_by_role("button", name=re.compile("^Annotate"))

    def status(self, record_id: str) -> Locator:
        """Return the cell with a record's status."""
        return self.record(record_id).locator('td[data-column="status"]')

    def picture(self, name: str) -> None:
        """Keep a picture of the explorer for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.root.screenshot(path=SCREENSHOTS / f"{name}.png")
