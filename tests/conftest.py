"""Fixtures shared by the areas."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the repository, where there is one."""
    if not SHARED.is_dir():
        pytest.skip("the real data are not on this machine: there is no ../shared/data")
    return SHARED
