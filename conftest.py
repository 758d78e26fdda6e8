"""What holds for every test and doctest: a data directory of its own and no network look-ups."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# What is tested is what the code does, not how busy the machine is.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave slow tests out of the coverage report: measuring doubles what they take."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test's datasets in a folder that only it sees."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("RUBRIX_WIDGET_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def doctest_home(
    request: pytest.FixtureRequest,
    own_home: Path,
    doctest_namespace: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """Give each doctest that says ``rb`` an empty home and folder, seen by it alone."""
    if not isinstance(request.node, pytest.DoctestItem):
        yield
        return
    monkeypatch.chdir(tmp_path_factory.mktemp("doctest"))
    import rubrix_widget as rb

    doctest_namespace["rb"] = rb
    rb.init(own_home)
    yield
    rb.init()
