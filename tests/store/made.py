"""A small dataset to do harm to."""

from __future__ import annotations

from pathlib import Path

import rubrix_widget as rb
from rubrix_widget.home import active


def three(home: Path) -> Path:
    """Log three records as "d" and return its folder."""
    rb.log([rb.TextClassificationRecord(text=t) for t in ("good film", "bad film", "so so")], "d")
    rb.init(home)
    return active().folder("d")
