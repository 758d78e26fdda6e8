"""Servers of notebooks for the tests: each with a home of its own, gone when the test is over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import Any, Literal

STARTED_WITHIN = 60.0  # seconds; it takes about 4 on an idle machine
ENDED_WITHIN = 20.0  # seconds; it takes about 1

# Told to the application's settings, since the command line alone does not silence the pop-up.
_SETTINGS = {
    "notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
}
_FOLDERS = {
    "HOME": ".",
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "MPLCONFIGDIR": "matplotlib",
    "RUBRIX_WIDGET_HOME": "datasets",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
}


class Server:
    """A server on 127.0.0.1, in a process group of its own.

    Parameters
    ----------
    root
        The folder it serves; its home, settings and log go into ``root/_home``.
    command
        What starts it, ``{port}`` where its port belongs.
    answers
        An address that answers as soon as it is ready.
    """

    def __init__(self, root: Path, command: list[str], answers: str = "/") -> None:
        self.root, self.home = root, root / "_home"
        self.home.mkdir(exist_ok=True)
        self.datasets = self.home / _FOLDERS["RUBRIX_WIDGET_HOME"]
        with socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = self.home / "server.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [part.replace("{port}", str(port)) for part in command],
                cwd=root,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait(answers)

    def _environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        own = {name: str(self.home / folder) for name, folder in _FOLDERS.items()}
        return {**os.environ, **own, "PATH": path, "JUPYTER_PLATFORM_DIRS": "1"}

    def _wait(self, answers: str) -> None:
        deadline = time.monotonic() + STARTED_WITHIN
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}{answers}", timeout=5).close()
            except OSError:
                time.sleep(0.1)  # between two looks at a condition, not instead of one
            else:
                return
        self.stop()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-3000:]}")

    def end_kernels(self) -> None:
        """End every kernel, so that the next test does not share the processor with them."""

    def stop(self) -> None:
        """End the server and what it started."""
        if self.process.poll() is None:
            with suppress(OSError):  # it may answer no more
                self.end_kernels()
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(ENDED_WITHIN)
        except subprocess.TimeoutExpired:
            # Jupyter Server 2 runs on for good if one of its kernels is only just starting: its
            # clean-up fails with "Kernel does not exist". Kernels end when it is gone.
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(ENDED_WITHIN)


class JupyterServer(Server):
    """JupyterLab or Notebook 7.

    Parameters
    ----------
    root
        The folder it serves.
    settings
        More settings of JupyterLab's ``apputils-extension``, by their file's name.
    app
        Which of the two.
    """

    def __init__(
        self,
        root: Path,
        settings: dict[str, dict[str, Any]] | None = None,
        app: Literal["jupyterlab", "notebook"] = "jupyterlab",
    ) -> None:
        self.app = app
        folder = root / "_home" / "settings" / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True)
        for name, values in {**_SETTINGS, **(settings or {})}.items():
            (folder / f"{name}.jupyterlab-settings").write_text(json.dumps(values))
        exposes = {"jupyterlab": "LabServerApp", "notebook": "JupyterNotebookApp"}[app]
        command = [
            *(sys.executable, "-m", app, "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", "--port={port}", "--ServerApp.port_retries=0"),
            *("--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"),
            f"--ServerApp.root_dir={root}",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
            f"--{exposes}.expose_app_in_browser=True",
        ]
        super().__init__(root, command, "/api/status")

    def end_kernels(self) -> None:
        """End every kernel, so that the next test does not share the processor with them."""
        for session in self._ask("/api/sessions"):
            self._ask(f"/api/sessions/{session['id']}", "DELETE")

    def kernel(self) -> str:
        """Return the id of the one kernel that runs."""
        (kernel,) = self._ask("/api/kernels")
        return kernel["id"]

    def shut_down_kernel(self) -> None:
        """Shut the one kernel down, as another page of the server does."""
        self._ask(f"/api/kernels/{self.kernel()}", "DELETE")

    def _ask(self, path: str, method: str = "GET") -> Any:
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")


class VoilaServer(Server):
    """Voilà, on the notebooks of a folder; a page's kernel ends with the page."""

    def __init__(self, root: Path) -> None:
        command = [sys.executable, "-m", "voila", "--no-browser", str(root)]
        super().__init__(root, [*command, "--port={port}", "--Voila.ip=127.0.0.1"])


class MarimoServer(Server):
    """A notebook in marimo, as an application (``run``) or to be written (``edit``)."""

    def __init__(self, notebook: Path, mode: Literal["run", "edit"]) -> None:
        settings = notebook.parent / "_home" / "config" / "marimo"
        settings.mkdir(parents=True)
        (settings / "marimo.toml").write_text('[display]\ntheme = "system"\n')
        command = [sys.executable, "-m", "marimo", "-y", mode, str(notebook), "--headless"]
        options = ["--host", "127.0.0.1", "--port", "{port}", "--no-token"]
        if mode == "edit":
            options.append("--skip-update-check")
        super().__init__(notebook.parent, [*command, *options], "/health")
