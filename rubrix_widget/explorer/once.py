"""Changes that a page asks for again when their answer was lost, and that are made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from rubrix_widget.explorer.protocol.limits import REMEMBERED_CHANGES

_T = TypeVar("_T")


class Once(Generic[_T]):
    """Makes each change of a name once; asked again, it gives the first answer.

    What failed changed nothing, so it is tried again.

    Examples
    --------
    >>> once: Once[int] = Once()
    >>> once("a", lambda: 1), once("a", lambda: 2), once("b", lambda: 3)
    (1, 1, 3)
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._answers: OrderedDict[str, _T] = OrderedDict()

    def __call__(self, name: str, change: Callable[[], _T]) -> _T:
        """Return the answer to a change, which is made if it was not before."""
        with self._lock:
            if name not in self._answers:
                self._answers[name] = change()
                if len(self._answers) > REMEMBERED_CHANGES:
                    self._answers.popitem(last=False)
            return self._answers[name]
