"""Fixtures shared by the areas."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the repository, where there is one."""
    if not SHARED.is_dir():
        pytest.skip("the real data are not on this machine: there is no ../shared/data")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the Chromium to test with: ``CHROMIUM`` names one, else it is looked for."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("NO CHROMIUM: browser tests need one (as root: apt-get install chromium)")
    return found


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Give the test a home folder of its own for datasets."""
    import rubrix_widget as rb

    rb.init(tmp_path / "home")
    yield tmp_path / "home"
    rb.init()
