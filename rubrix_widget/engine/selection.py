"""A selection: the records a query matches, in an order, page by page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from rubrix_widget.engine.fields import Field, did_you_mean
from rubrix_widget.engine.filters import Filter
from rubrix_widget.engine.view import Ints, Mask, View
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.index import Hits
from rubrix_widget.query import Dialect, describe, notes, tree

_BITS = 63  # of a positive int64
_PART = 8  # a page this many times shorter than the selection is picked before it is sorted


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
    filters
        The filters beside it.
    hits : Hits
        The matching records, in the order of logging.
    """

    query: str
    dialect: Dialect
    tree: tree.Node
    filters: tuple[Filter, ...]
    hits: Hits
    _found_out: tuple[str, ...]
    sort: list[Sort] = field(repr=False)
    _view: View = field(repr=False)

    @property
    def mask(self) -> Mask:
        """One bool for each record of the dataset, in the order of logging."""
        return self.hits.mask

    @property
    def count(self) -> int:
        """How many records match."""
        return self.hits.count

    @cached_property
    def reading(self) -> str:
        """The query in words."""
        return "; ".join([describe(self.tree), *(one.describe() for one in self.filters)])

    @cached_property
    def notes(self) -> list[str]:
        """What a person should know about how the query was read."""
        return [*notes(self.query, self.tree, self.dialect), *self._found_out]

    @cached_property
    def _order(self) -> Ints:
        return self._sorted(None)

    def order(self) -> Ints:
        """Return the positions of the matching records in sort order."""
        return self._order

    def page(self, offset: int, limit: int) -> Ints:
        """Return the positions on one page."""
        end = offset + limit
        if "_order" not in self.__dict__ and self.sort and end * _PART < self.count:
            return self._sorted(end)[offset:]
        return self._order[offset:end]

    def _sorted(self, first: int | None) -> Ints:
        """Put the matching positions in order; of a page only the ``first`` so many."""
        found = self.hits.positions.astype(np.int64)
        if not self.sort or found.size < 2:
            return found
        pairs = [(self._view.ranks(key.field), key) for key in self.sort]
        bits = int(self.hits.size - 1).bit_length()
        if math.prod(one.size for one, _ in pairs).bit_length() + bits > _BITS:
            keys = [one.of(found, key.descending) for one, key in pairs]
            return found[np.lexsort(keys[::-1])][:first]
        # rank by rank and the position last, all in one number: it is its own tie-break, and
        # plain numbers are sorted many times faster than their places are
        packed = np.zeros(found.size, np.int64)
        for one, key in pairs:
            packed *= one.size
            packed += one.of(found, key.descending)
        packed <<= bits
        packed |= found
        if first is not None:
            packed = np.partition(packed, first)[:first]
        packed.sort()
        return packed & ((1 << bits) - 1)
