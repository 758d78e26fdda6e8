"""Hundreds of datasets are opened here, whose files Python closes when it collects garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    gc.collect()
