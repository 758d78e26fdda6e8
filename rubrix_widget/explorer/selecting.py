"""What is selected, which may be far more than a saved notebook should carry."""

from __future__ import annotations

import secrets
import threading
from typing import Any

from rubrix_widget.explorer import checks
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.limits import SAVED_SELECTED
from rubrix_widget.explorer.protocol.records import SelectResult


class Selected:
    """Selected ids as page and notebook have them: all, or a name for them and the first ones.

    Many ids travel by request, under a name that page or kernel gives them, and stay in memory.

    Examples
    --------
    >>> selected = Selected()
    >>> selected.to_state(["a", "b"])
    ['a', 'b']
    >>> many = [f"record {number}" for number in range(9_000)]
    >>> told = selected.to_state(many)
    >>> len(told["ids"]), selected.from_state(told) == many
    (777, True)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._name, self._ids = "", list[str]()

    def keep(self, name: str, ids: list[str]) -> None:
        """Take the name that the page gives to ids."""
        with self._lock:
            self._name, self._ids = name, ids

    def to_state(self, ids: list[str]) -> list[str] | dict[str, Any]:
        """Return what stands for ids in the state that is synced, and saved."""
        room, first = SAVED_SELECTED, list[str]()
        for one in ids:
            room -= len(one.encode()) + len('"",')
            if room < 0:
                break
            first.append(one)
        else:
            return ids
        with self._lock:
            if self._ids != ids:
                self._name, self._ids = secrets.token_hex(8), list(ids)
            return {"name": self._name, "ids": first}

    def from_state(self, given: object) -> object:
        """Return the ids that something in the synced state stands for.

        Raises
        ------
        RequestError
            It is the name of others than those that were told last.
        """
        if not isinstance(given, dict):
            return given
        return self.ids_of(checks.text(given.get("name"), "the name of selected ids"))["ids"]

    def ids_of(self, name: str) -> SelectResult:
        """Return the ids of a name."""
        with self._lock:
            if name != self._name:
                raise RequestError("selected: other records are selected by now")
            return {"ids": self._ids}
