"""Jupyter servers for the tests: each with a home of its own, gone when the test is over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from socket import socket
from typing import Any

STARTED_WITHIN = 60.0  # seconds; it takes about 4 on an idle machine

# Told to the application's settings, since the command line alone does not silence the pop-up.
_SETTINGS = {
    "notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
}


class JupyterServer:
    """A JupyterLab server on 127.0.0.1, in a process group of its own.

    Parameters
    ----------
    root
        The folder it serves; its home, settings and log go into ``root/_home``.
    settings
        More settings of JupyterLab's ``apputils-extension``, by their file's name.
    """

    def __init__(self, root: Path, settings: dict[str, dict[str, Any]] | None = None) -> None:
        self.root, self.home = root, root / "_home"
        folder = self.home / "settings" / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True)
        for name, values in {**_SETTINGS, **(settings or {})}.items():
            (folder / f"{name}.jupyterlab-settings").write_text(json.dumps(values))
        with socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = self.home / "server.log"
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
            *("--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"),
            f"--ServerApp.root_dir={root}",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
            "--LabServerApp.expose_app_in_browser=True",
        ]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                cwd=root,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()

    def _environment(self) -> dict[str, str]:
        folders = {
            "HOME": ".",
            "IPYTHONDIR": "ipython",
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "MPLCONFIGDIR": "matplotlib",
            "RUBRIX_WIDGET_HOME": "datasets",
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        own = {name: str(self.home / folder) for name, folder in folders.items()}
        return {**os.environ, **own, "PATH": path, "JUPYTER_PLATFORM_DIRS": "1"}

    def _wait(self) -> None:
        deadline = time.monotonic() + STARTED_WITHIN
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/api/status", timeout=5).close()
            except OSError:
                time.sleep(0.1)  # between two looks at a condition, not instead of one
            else:
                return
        self.stop()
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-3000:]}")

    def end_kernels(self) -> None:
        """End every kernel, so that the next test does not share the processor with them."""
        with urllib.request.urlopen(f"{self.url}/api/sessions") as answer:
            sessions = json.load(answer)
        for session in sessions:
            url = f"{self.url}/api/sessions/{session['id']}"
            urllib.request.urlopen(urllib.request.Request(url, method="DELETE")).close()

    def stop(self) -> None:
        """End the server and what it started."""
        if self.process.poll() is None:
            self.end_kernels_quietly()
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)

    def end_kernels_quietly(self) -> None:
        """End every kernel if the server still answers."""
        try:
            self.end_kernels()
        except OSError:
            return
