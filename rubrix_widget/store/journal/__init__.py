"""The journal: every change people make, appended to SQLite and on disk before it is answered.

``events`` and ``schema`` say what is kept, ``reading``, ``columns`` and ``journal`` read and write
it, ``copy`` is the same as lines of text, and ``mending`` puts a damaged journal right from it.
"""

from rubrix_widget.store.journal.columns import EventColumns
from rubrix_widget.store.journal.copy import FILE as COPY
from rubrix_widget.store.journal.events import (
    Batch,
    Current,
    Entry,
    Event,
    Group,
    Label,
    Step,
)
from rubrix_widget.store.journal.journal import ASIDE, FILE, Journal
from rubrix_widget.store.journal.mending import is_damage, mend

__all__ = [
    "ASIDE",
    "COPY",
    "FILE",
    "Batch",
    "Current",
    "Entry",
    "Event",
    "EventColumns",
    "Group",
    "Journal",
    "Label",
    "Step",
    "is_damage",
    "mend",
]
