"""Every exception of the package, in one tree.

::

    RubrixWidgetError
    ├── RecordError               a record or column that cannot be accepted (ValueError)
    ├── DatasetError
    │   ├── DatasetNotFoundError  no dataset of that name here (LookupError)
    │   ├── DatasetNameError      a name a dataset or workspace cannot have (ValueError)
    │   ├── DatasetFormatError    written by a newer version, or not a dataset at all
    │   ├── DatasetBusyError      another process is writing and did not finish in time
    │   └── StorageError          disk full, folder read-only, file unreadable (OSError)
    ├── IndexDamagedError         an index file is missing or damaged; rebuilt by the store
    ├── JournalDamagedError       the journal of changes is damaged; mended by the store
    ├── QueryError                a query that cannot be answered (ValueError)
    │   ├── QuerySyntaxError      the text is not a query
    │   ├── UnknownFieldError     no such field in this dataset
    │   ├── FieldTypeError        the value does not fit the field: ``score:abc``
    │   └── ExpansionLimitError   a pattern that would take too long or match too many terms
    ├── LabelError                a label that there is not, is already, or cannot be (ValueError)
    ├── PatchError                a patch that cannot be read, or does not fit (ValueError)
    ├── PlanOutdatedError         records changed since a change of many was planned
    └── MissingExtraError         an optional dependency is not installed (ImportError)

Warnings: :class:`RecordWarning` (records refused, columns ignored) and
:class:`StoreWarning` (an index rebuilt, a leftover removed), both ``UserWarning``.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

__all__ = [
    "DatasetBusyError",
    "DatasetError",
    "DatasetFormatError",
    "DatasetNameError",
    "DatasetNotFoundError",
    "ExpansionLimitError",
    "FieldTypeError",
    "IndexDamagedError",
    "JournalDamagedError",
    "LabelError",
    "MissingExtraError",
    "PatchError",
    "PlanOutdatedError",
    "QueryError",
    "QuerySyntaxError",
    "RecordError",
    "RecordWarning",
    "RubrixWidgetError",
    "StorageError",
    "StoreWarning",
    "UnknownFieldError",
    "warn",
]


class RubrixWidgetError(Exception):
    """Base of everything this package raises on purpose."""


class RecordError(RubrixWidgetError, ValueError):
    """A record, or a column of records, that cannot be accepted.

    Attributes
    ----------
    index : int or None
        Position of the record in what was passed, from 0.
    record_id : str or None
        Its id, where it has one.
    """

    def __init__(
        self, message: str, *, index: int | None = None, record_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.index = index
        self.record_id = record_id


class DatasetError(RubrixWidgetError):
    """Something about a stored dataset as a whole."""


class DatasetNotFoundError(DatasetError, LookupError):
    """There is no dataset of that name in the workspace."""


class DatasetNameError(DatasetError, ValueError):
    """A name that a dataset or workspace cannot have."""


class DatasetFormatError(DatasetError):
    """The folder was written by a newer version of the software, or is not a dataset."""


class DatasetBusyError(DatasetError):
    """Another process holds the dataset's write lock."""


class StorageError(DatasetError, OSError):
    """The disk is full, the folder read-only or a file unreadable."""


class IndexDamagedError(RubrixWidgetError):
    """An index file is missing, cut short or foreign. The store rebuilds it from the records."""


class JournalDamagedError(RubrixWidgetError):
    """The journal of changes is damaged. The store mends it from its copy."""


class QueryError(RubrixWidgetError, ValueError):
    """A query that cannot be answered, with the place in it.

    Attributes
    ----------
    message : str
        What is wrong, without the picture.
    query : str
        The query as given.
    start, end : int
        The half-open range of characters at fault.

    Examples
    --------
    >>> print(QueryError("this bracket is never closed", "a AND (b", 6, 7))
    a AND (b
          ^ this bracket is never closed
    """

    def __init__(self, message: str, query: str, start: int, end: int | None = None) -> None:
        self.message = message
        self.query = query
        self.start = max(0, min(start, len(query)))
        self.end = min(len(query), max(self.start, self.start + 1 if end is None else end))
        super().__init__(message, query, self.start, self.end)

    @property
    def position(self) -> int:
        """Where the fault starts: the number of characters before it."""
        return self.start

    def __str__(self) -> str:
        line_start = self.query.rfind("\n", 0, self.start) + 1
        line_end = self.query.find("\n", self.start)
        line = self.query[line_start : len(self.query) if line_end < 0 else line_end]
        column = self.start - line_start
        left = max(0, column - _CONTEXT)
        shown = ("…" if left else "") + line[left : column + _CONTEXT]
        if column + _CONTEXT < len(line):
            shown += "…"
        caret = " " * (column - left + (1 if left else 0))
        return f"{shown}\n{caret}^ {self.message}"


_CONTEXT = 60  # characters shown on each side of a fault, so a 1 MB query stays readable


class QuerySyntaxError(QueryError):
    """The text is not a query."""


class UnknownFieldError(QueryError):
    """The dataset has no such field."""


class FieldTypeError(QueryError):
    """The value does not fit the field."""


class ExpansionLimitError(QueryError):
    """A pattern that would take too long, or match too many terms, to be answered exactly."""


class LabelError(RubrixWidgetError, ValueError):
    """A label that the dataset does not have, has already, or cannot have; nothing was changed."""


class PatchError(RubrixWidgetError, ValueError):
    """A patch that cannot be read, or does not fit the dataset; nothing was changed."""


class PlanOutdatedError(RubrixWidgetError):
    """Records changed since a change of many was planned; nothing was changed."""


class MissingExtraError(RubrixWidgetError, ImportError):
    """An optional dependency is not installed; the message names the extra."""


class RecordWarning(UserWarning):
    """Records were refused or columns ignored; the message names them."""


class StoreWarning(UserWarning):
    """The store repaired something by itself; the message says what."""


_HERE = str(Path(__file__).parent) + os.sep


def warn(message: str, category: type[Warning]) -> None:
    """Warn at the line outside this package that led here, however deep it was noticed.

    Parameters
    ----------
    message : str
    category : type of Warning
    """
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
