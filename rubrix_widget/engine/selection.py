"""A selection: the records a query matches, in an order, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from rubrix_widget.engine.fields import Field, did_you_mean
from rubrix_widget.engine.view import Ints, Mask, View
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.query import tree


class SortError(RubrixWidgetError, ValueError):
    """A sort that this dataset cannot be put in."""


class Sort(NamedTuple):
    """One sort key."""

    field: Field
    descending: bool


def read_sort(sort: Sequence[Any], fields: Mapping[str, Field]) -> list[Sort]:
    """Read sort keys from plain data.

    Raises
    ------
    SortError
        Not a list of pairs, an unknown field, or a direction other than "asc" and "desc".
    """
    if isinstance(sort, str | Mapping) or not isinstance(sort, Sequence):
        raise SortError(f'sort is {sort!r}; give a list such as [("score", "desc")]')
    keys = []
    for one in sort:
        if isinstance(one, str) or not isinstance(one, Sequence) or len(one) != 2:
            raise SortError(f'{one!r} is no sort key; give a pair such as ("score", "desc")')
        name, direction = one
        found = fields.get(name) if isinstance(name, str) else None
        if found is None or found.kind == "words":
            raise SortError(f"no field {name!r} to sort by.{did_you_mean(str(name), fields)}")
        if direction not in ("asc", "desc"):
            raise SortError(f'the direction for {name!r} is {direction!r}; use "asc" or "desc"')
        keys.append(Sort(found, direction == "desc"))
    return keys


@dataclass(frozen=True, eq=False)
class Selection:
    """The records a query and its filters match.

    Attributes
    ----------
    tree
        The parsed query.
    mask : ndarray of bool
        One entry for each record of the dataset, in the order of logging.
    reading : str
        The query in words.
    notes : list of str
        What a person should know about how the query was read.
    """

    query: str
    dialect: str
    tree: tree.Node
    mask: Mask
    reading: str
    notes: list[str]
    sort: list[Sort] = field(repr=False)
    _view: View = field(repr=False)

    @cached_property
    def count(self) -> int:
        """How many records match."""
        return int(np.count_nonzero(self.mask))

    @cached_property
    def _order(self) -> Ints:
        found = np.flatnonzero(self.mask).astype(np.int64)
        if not self.sort or found.size < 2:
            return found
        keys = []
        for key in reversed(self.sort):
            ranks = self._view.ranks(key.field)[found]
            keys.append(-ranks if key.descending else ranks)
        return found[np.lexsort(keys)]

    def order(self) -> Ints:
        """Return the positions of the matching records in sort order."""
        return self._order

    def page(self, offset: int, limit: int) -> Ints:
        """Return the positions on one page."""
        return self._order[offset : offset + limit]
