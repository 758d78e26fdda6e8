"""`make demo`: the notebook runs to its end without a browser, or opens in JupyterLab."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = (sys.executable, "-u", ROOT / "scripts" / "demo.py")


def test_headless_it_prints_what_the_main_cells_answer(own_home: Path):
    """Exit status 0, and for every cell its code and its result, charts and explorer in words."""
    environment = {**os.environ, "DEMO_HEADLESS": "1", "RUBRIX_WIDGET_HOME": str(own_home)}
    done = subprocess.run(DEMO, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "67349 records" in done.stdout.replace(",", "")
    for column in ("text", "prediction", "annotation"):
        assert re.search(rf"\b{column}\b", done.stdout)
    assert re.search(r"\[[\d,]+ rows x 3 columns\]", done.stdout)
    assert "predicted:ko" in done.stdout
    assert done.stdout.rstrip().splitlines()[-1].startswith("The notebook ran to the end")
    assert (own_home / "default" / "sst2").is_dir()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_an_address_that_answers(end: signal.Signals, own_home: Path):
    """JupyterLab is open on the notebook, and ended with the command, whichever way that ends."""
    environment = {**os.environ, "DEMO_HEADLESS": "0", "RUBRIX_WIDGET_HOME": str(own_home)}
    environment["BROWSER"] = "true"  # nobody is there to look at a window
    with subprocess.Popen(
        DEMO, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as command:
        assert command.stdout
        try:
            said = (re.search(r"http://\S+", line) for line in command.stdout)
            url = next(match[0] for match in said if match)
            assert "/lab/tree/notebooks/sst2.ipynb" in url
            with urllib.request.urlopen(url) as page:
                assert page.status == 200
        finally:
            command.send_signal(end)
        assert command.wait(30) == 0
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(url)
