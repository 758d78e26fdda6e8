"""The bundle that draws charts: sent over the widget's own channel, once to each page."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.explorer.bundle import STATIC
from rubrix_widget.explorer.protocol.figures import RuntimeResult

BUNDLE: Final = STATIC / "charts.js"


def bundle() -> tuple[RuntimeResult, list[bytes]]:
    """Return which bundle there is, and its bytes, to go beside the answer.

    Raises
    ------
    RubrixWidgetError
        There is none, in a clone that was not built.
    """
    changed = _changed(BUNDLE)
    return {"sha256": _hashed(BUNDLE, changed), "encoding": "gzip"}, [_packed(BUNDLE, changed)]


def name() -> str:
    """Return the name of the bundle, by which pages share it; empty where there is none."""
    return _hashed(BUNDLE, _changed(BUNDLE)) if BUNDLE.is_file() else ""


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        raise RubrixWidgetError(
            f"the charts' runtime is not built: {path} is missing. In a clone run `make`; an "
            "installed package brings it along. ex.charts draws the same charts in a cell"
        ) from None


@lru_cache(maxsize=1)
def _hashed(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def _packed(path: Path, _changed: int) -> bytes:
    """Return the bundle gzipped: 0.8 MB become 0.3."""
    return gzip.compress(path.read_bytes(), 6, mtime=0)
