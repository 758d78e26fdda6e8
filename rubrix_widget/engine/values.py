"""Reading the plain values written in a query: numbers and Booleans."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def number(text: str) -> float | None:
    """Return the number a text stands for, or None.

    Examples
    --------
    >>> number("0.99"), number("1e-3"), number("nan"), number("abc")
    (0.99, 0.001, None, None)
    """
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def boolean(text: str) -> bool | None:
    """Return the Boolean a text stands for, or None."""
    return {"true": True, "false": False}.get(text)
