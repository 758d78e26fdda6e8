"""Open the demo notebook in JupyterLab, or with DEMO_HEADLESS=1 run it to the end here.

The demo keeps its datasets in ``.demo/`` unless ``RUBRIX_WIDGET_HOME`` says otherwise.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from secrets import token_hex
from socket import socket

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "sst2.ipynb"
DEMO = ROOT / ".demo"
START_SECONDS = 60
END_SECONDS = 10


def main() -> int:
    DEMO.mkdir(exist_ok=True)
    os.environ.setdefault("RUBRIX_WIDGET_HOME", str(DEMO / "datasets"))
    headless = os.environ.get("DEMO_HEADLESS", "") not in ("", "0")
    return run_through() if headless else open_lab()


def run_through() -> int:
    """Run every cell, print what the cells answered, and keep the notebook with its results."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}
    )
    try:
        client.execute()
    except CellExecutionError as error:
        print(error, file=sys.stderr)
        return 1
    for cell in notebook.cells:
        if cell.cell_type == "code":
            print_cell(cell)
    done = DEMO / "sst2.ipynb"
    nbformat.write(notebook, done)
    print(f"\nThe notebook ran to the end. With its results: {done.relative_to(ROOT)}")
    return 0


def print_cell(cell) -> None:  # type: ignore[no-untyped-def]  # a notebook node has no type of its own
    print("\n" + "\n".join(f"In: {line}" for line in cell.source.splitlines()))
    for output in cell.outputs:
        if output.output_type == "stream":
            # A progress bar overwrites its line: the last state is the one to show.
            lines = [line.rsplit("\r", 1)[-1] for line in output.text.rstrip().split("\n")]
            print("\n".join(line for line in lines if line.strip()))
        elif "text/plain" in output.get("data", {}):
            print(re.sub(r"\n(.*\n){30,}", "\n…\n", output.data["text/plain"]))


def open_lab() -> int:
    """Start JupyterLab, print its address when it answers, and stay until interrupted."""
    port, token = free_port(), token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}"),
        *(f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0"),
        f"--IdentityProvider.token={token}",
        *(f"--LabApp.default_url=/lab/tree/{NOTEBOOK.relative_to(ROOT)}", "--LabApp.news_url="),
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    url = f"http://127.0.0.1:{port}/lab/tree/{NOTEBOOK.relative_to(ROOT)}?token={token}"
    log = DEMO / "jupyterlab.log"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the server too
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
    try:
        if not wait_for(f"http://127.0.0.1:{port}/api", server):
            print(f"JupyterLab did not start. Its log:\n{log.read_text()[-3000:]}", file=sys.stderr)
            return 1
        print(
            f"\nJupyterLab is open on the demo notebook. Ctrl-C ends it.\n\n    {url}\n", flush=True
        )
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        try:
            server.wait(END_SECONDS)
        except subprocess.TimeoutExpired:  # its own ending failed, and it would run for good
            server.kill()
            server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return True  # it answers, if only that a token is needed
        except OSError:
            time.sleep(0.2)
        else:
            return True
    return False


def free_port() -> int:
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


if __name__ == "__main__":
    raise SystemExit(main())
