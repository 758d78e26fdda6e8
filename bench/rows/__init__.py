"""One module for each group of rows: it measures, and it writes its part of the page.

``measure(setting)`` returns plain data, ready for JSON; ``page(found)`` makes a section of them.
"""

from __future__ import annotations

GROUPS = (
    "limits",
    "build",
    "log",
    "opening",
    "queries",
    "view",
    "analyses",
    "relabel",
    "edits",
    "held",
    "growth",
    "everyday",
    "explorer",
    "faults",
)
