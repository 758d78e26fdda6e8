"""Drives a notebook in a page of JupyterLab or Notebook 7, waiting for conditions only."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.axe import problems
from tests.e2e.servers import JupyterServer, Server

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "tests" / "screenshots"
MINUTE = 60_000
# What notebooks cut, delete, merge, add, convert, restart, interrupt, fold or run by these keys.
NOTEBOOK_KEYS = (
    *("x", "c", "v", "d", "d", "z", "Shift+Z", "a", "b", "m", "y", "r", "1", "2", "3", "4", "5"),
    *("6", "Shift+M", "j", "k", "o", "i", "i", "0", "0", "f", "h", "l", "Shift+L", "s", "[", "]"),
    *("Space", "Shift+Space", "Delete", "Backspace", "Shift+Enter", "Control+Enter", "Alt+Enter"),
    *("Shift+ArrowDown", "Control+Shift+-", "Control+z", "Escape"),
)

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
_BEGIN = """([command, args]) => {
  window.__done = null;
  window.jupyterapp.commands.execute(command, args)
    .then((value) => { window.__done = [value]; }, (error) => { window.__done = [String(error)]; });
}"""
_SHOW = """(place) => {
  const { content } = window.jupyterapp.shell.currentWidget;
  window.__done = null;
  content.activeCellIndex = place;
  content.activate();
  content.scrollToItem(place, 'start').then(() => { window.__done = [true]; });
}"""
_WINDOWING = """(windowingMode) => {
  const { content } = window.jupyterapp.shell.currentWidget;
  content.notebookConfig = { ...content.notebookConfig, windowingMode };
}"""
_LOOK = """() => {
  window.__done = null;
  window.jupyterapp.serviceManager.sessions.refreshRunning()
    .then(() => window.jupyterapp.serviceManager.kernels.refreshRunning())
    .then(() => { window.__done = [true]; });
}"""
_START = """() => {
  window.__done = null;
  window.jupyterapp.shell.currentWidget.sessionContext.changeKernel({ name: 'python3' })
    .then(() => { window.__done = [true]; });
}"""
_OF_KERNEL = """(verb) => {
  window.__done = null;
  window.jupyterapp.shell.currentWidget.sessionContext.session.kernel[verb]()
    .then(() => { window.__done = [true]; });
}"""
_CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets.map((cell) => ({
  id: cell.model.id, type: cell.model.type, source: cell.model.sharedModel.getSource(),
  ran: cell.model.executionCount,
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
_CHANGE = """() => {
  window.jupyterapp.shell.currentWidget.content.model.setMetadata('changed', true);
  if (!window.jupyterapp.shell.currentWidget.context.model.dirty) throw new Error('not changed');
}"""
_SAVED = "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
_OVERHEAR = """() => {
  window.__overheard = [];
  for (const kind of ['keydown', 'keypress', 'keyup']) {
    document.addEventListener(kind, (event) => {
      const within = event.composedPath().some(
        (node) => node.classList && node.classList.contains('rubrix-widget'));
      if (within) window.__overheard.push(`${kind} ${event.key}`);
    });
  }
}"""
# What JupyterLab itself says on the console of a page that is being left.
_ITS_OWN = r"WebSocket is (closed|already in)|Failed to fetch|Connection lost"


class Watched:
    """A page of a host, with an ear on all that it asks for and complains about.

    Parameters
    ----------
    page, server
        The page, and the server it is of.
    asks
        Addresses off this machine that the host itself asks for, as a pattern.
    says
        What the host itself says on the console as an error, as a pattern.

    Attributes
    ----------
    errors
        What was said on the console as an error, or thrown and not caught.
    """

    def __init__(self, page: Page, server: Server, asks: str = "(?!)", says: str = "(?!)") -> None:
        self.page, self.server = page, server
        self.errors: list[str] = []
        self._asks, self._says = re.compile(asks), re.compile(says)
        self._requests: list[str] = []
        page.on("request", lambda request: self._requests.append(request.url))
        page.on("websocket", lambda socket: self._requests.append(socket.url))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._complain(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"{message.text} {message.location.get('url', '')}")

    def _complain(self, what: str) -> None:
        if not self._says.search(what):
            self.errors.append(what)

    def overhear(self) -> None:
        """Write down the keys that get out of the explorer, from now on."""
        self.page.evaluate(_OVERHEAR)

    def overheard(self) -> list[str]:
        """Return the keys that got out of the explorer to where notebooks listen for theirs."""
        return self.page.evaluate("() => window.__overheard")

    def off_the_machine(self) -> list[str]:
        """Return the addresses asked for that are neither this machine's nor the host's own."""
        own = self.server.url.removeprefix("http")
        allowed = (f"http{own}", f"ws{own}", "blob:", "data:")
        return [
            url
            for url in self._requests
            if not url.startswith(allowed) and not self._asks.match(url)
        ]


class Notebook(Watched):
    """A notebook open in a page of JupyterLab or Notebook 7."""

    server: JupyterServer

    def __init__(self, page: Page, server: JupyterServer, says: str = _ITS_OWN) -> None:
        super().__init__(page, server, says=says)
        self._workspace = uuid.uuid4().hex  # a shared one would open the other tests' notebooks too

    def open(self, notebook: Path) -> None:
        """Copy a notebook to the server and open it, with a kernel."""
        shutil.copy(notebook, self.server.root / notebook.name)
        tree = f"lab/workspaces/{self._workspace}/tree"
        under = {"jupyterlab": tree, "notebook": "notebooks"}[self.server.app]
        url = f"{self.server.url}/{under}/{notebook.name}"
        self.page.goto(url, wait_until="domcontentloaded")
        self._wait_ready()

    def visit(self, address: str) -> None:
        """Open a notebook of the server by its address."""
        self.page.goto(address, wait_until="domcontentloaded")
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

    def saves_by(self, place: Locator) -> bool:
        """Tell whether the notebook's key to save, pressed somewhere, saves a change."""
        self.page.evaluate(_CHANGE)
        place.press("Control+s")
        self.page.wait_for_function(_SAVED)
        return True

    def restart(self) -> None:
        """Restart the kernel, as its menu does once one has said yes."""
        self._begin(_OF_KERNEL, "restart")

    def interrupt(self) -> None:
        """Interrupt the kernel."""
        self._begin(_OF_KERNEL, "interrupt")

    def look_for_kernels(self) -> None:
        """Have the page look which kernels run, as it does every ten seconds."""
        self._begin(_LOOK)

    def start_kernel(self) -> None:
        """Start a kernel where there is none."""
        self._begin(_START)
        self.page.wait_for_function(_READY, timeout=MINUTE)

    def answer_dialogs(self) -> None:
        """Say Ok to what JupyterLab tells of a kernel that died, and wait for the next kernel."""
        self.page.locator(".jp-Dialog").get_by_role("button", name="Ok").click(timeout=MINUTE)
        self.page.wait_for_function(_READY, timeout=MINUTE)

    def theme(self, name: str) -> None:
        """Put on a theme of JupyterLab."""
        self._do("apputils:change-theme", {"theme": name})

    def _do(self, command: str, args: dict[str, Any] | None = None) -> None:
        self._begin(_BEGIN, [command, args or {}])

    def _begin(self, script: str, argument: Any = None) -> None:
        self.page.evaluate(script, argument)
        self.page.wait_for_function("() => window.__done !== null", timeout=2 * MINUTE)

    def show(self, place: int) -> None:
        """Go to a cell; the one that was active before may then be hidden."""
        self._begin(_SHOW, place)

    def windowing(self, mode: str) -> None:
        """Put on a way in which JupyterLab attaches and hides cells, as its setting does."""
        self.page.evaluate(_WINDOWING, mode)

    def view_output(self, place: int) -> None:
        """Create a new view for the output of a cell."""
        self.show(place)
        self._do("notebook:create-output-view")

    def close_view(self) -> None:
        """Close the new view of an output."""
        tab = self.page.locator(".lm-TabBar-tab", has_text="Output View")
        tab.locator(".lm-TabBar-tabCloseIcon").click()
        expect(tab).to_have_count(0)

    def cells(self) -> list[dict[str, Any]]:
        """Return id, type and source of every cell, and the number of its last run."""
        return self.page.evaluate(_CELLS)

    def python(self, code: str) -> str:
        """Run code in the notebook's kernel and return what it printed."""
        self.page.evaluate(_CODE, code)
        self.page.wait_for_function("() => window.__answer !== null", timeout=MINUTE)
        answer = self.page.evaluate("() => window.__answer")
        assert answer["status"] == "ok", answer
        return self.page.evaluate("() => window.__printed").strip()


class ExplorerPage:
    """The explorer in a page, found by the roles and names that people with screen readers hear."""

    def __init__(self, page: Page, place: int = -1) -> None:
        self.page = page
        self.root = page.locator(".rubrix-widget").nth(place)
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

    def facets(self) -> Locator:
        """Return the panel of facets, opened if it was not, with every open facet counted."""
        panel = self.root.get_by_role("region", name="Facets")
        if not panel.is_visible():
            self.records.first.press("f")
        expect(panel).to_be_visible()
        expect(panel.get_by_text("Counting…")).to_have_count(0)
        return panel

    def axe(self) -> list[str]:
        """Return what axe finds wrong in the explorer, one line for each place."""
        return problems(self.root)

    def picture(self, name: str) -> None:
        """Keep a picture of the explorer for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.root.screenshot(path=SCREENSHOTS / f"{name}.png")
