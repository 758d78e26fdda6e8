"""An engine over the made records."""

from __future__ import annotations

import pytest

import rubrix_widget as rb
from rubrix_widget.engine import Engine
from rubrix_widget.home import active
from tests.engine.made import RECORDS


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    rb.init(tmp_path_factory.mktemp("home"))
    rb.log(RECORDS, "made")
    return active().dataset("made").engine()
