"""A selection: the records a query matches, in an order, page by page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from rubrix_widget.arrays import Floats, Ints, Mask
from rubrix_widget.engine.fields import Field, did_you_mean
from rubrix_widget.engine.filters import Filter
from rubrix_widget.engine.keywords import Codes
from rubrix_widget.engine.view import View
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.index import Hits
from rubrix_widget.query import Dialect, describe, notes, tree

_BITS = 63  # of a positive int64
_PART = 8  # a page this many times shorter than the selection is picked before it is sorted

_FEW = 4  # so many times as many records are worth looking for the first ones among them


class SortError(RubrixWidgetError, ValueError):
    """A sort that this dataset cannot be put in."""


RELEVANCE = Field("relevance", "number")
"""What ``"relevance"`` sorts by; no query can ask for it."""


class Sort(NamedTuple):
    """One sort key."""

    field: Field
    descending: bool


def read_sort(sort: str | Sequence[Any], fields: Mapping[str, Field]) -> list[Sort]:
    """Read sort keys from plain data; ``"relevance"`` alone is the most relevant first.

    Raises
    ------
    SortError
        Not a list of pairs, an unknown field, or a direction other than "asc" and "desc".
    """
    if sort == RELEVANCE.name:
        return [Sort(RELEVANCE, True)]
    if isinstance(sort, str | Mapping) or not isinstance(sort, Sequence):
        raise SortError(f'sort is {sort!r}; give a list such as [("score", "desc")]')
    keys = []
    for one in sort:
        if isinstance(one, str) or not isinstance(one, Sequence) or len(one) != 2:
            raise SortError(f'{one!r} is no sort key; give a pair such as ("score", "desc")')
        name, direction = tuple(one)
        found = fields.get(name) if isinstance(name, str) else None
        if name == RELEVANCE.name:
            found = RELEVANCE
        if found is None or found.kind == "words":
            raise SortError(
                f"no field {name!r} to sort by.{did_you_mean(str(name), [*fields, 'relevance'])}"
            )
        if direction not in ("asc", "desc"):
            raise SortError(f'the direction for {name!r} is {direction!r}; use "asc" or "desc"')
        keys.append(Sort(found, direction == "desc"))
    return keys


@dataclass(eq=False)  # not frozen: that takes longer to make than a rare word to find
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
    _found_out: list[str]
    sort: list[Sort] = field(repr=False)
    _view: View = field(repr=False)
    _scores: Callable[[Selection], Floats] = field(repr=False)
    _order: Ints | None = field(default=None, init=False, repr=False)

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
    def relevance(self) -> Floats:
        """How well each record of the dataset fits the query; 0 for those that do not match.

        See :mod:`rubrix_widget.engine.relevance`.
        """
        return self._scores(self)

    def order(self) -> Ints:
        """Return the positions of the matching records in sort order."""
        if self._order is None:
            found = self.hits.positions.astype(np.int64, copy=False)
            self._order = self._sorted(found, None) if self.sort else found
        return self._order

    def page(self, offset: int, limit: int) -> Ints:
        """Return the positions on one page."""
        end = offset + limit
        if self._order is not None or not self.sort or end * _PART >= self.count:
            return self.order()[offset:end]
        found = self.hits.positions.astype(np.int64, copy=False)
        if self.sort[0].field is RELEVANCE and end:  # sort only what can be on the page
            sign = -1 if self.sort[0].descending else 1
            worth = sign * self.relevance[found]
            found = found[worth <= np.partition(worth, end - 1)[end - 1]]
        return self._sorted(found, end)[offset:]

    def place(self, position: int) -> int | None:
        """Return where a record stands in the order, from 0; None where it does not match."""
        found = self.hits.positions.astype(np.int64, copy=False)
        here = int(np.searchsorted(found, position))
        if here == found.size or found[here] != position:
            return None
        if not self.sort:
            return here
        before = np.zeros(found.size, np.bool_)
        same = np.ones(found.size, np.bool_)
        for key in self.sort:  # an order is not needed to count who comes before
            codes, _ = self._key(key, found)
            before |= same & (codes < codes[here])
            same &= codes == codes[here]
        return int(np.count_nonzero(before) + np.count_nonzero(same[:here]))

    def _sorted(self, found: Ints, first: int | None) -> Ints:
        """Put matching positions in order; of a page only the ``first`` so many."""
        if found.size < 2:
            return found
        keys = [self._key(key, found) for key in self.sort]
        bits = int(self.hits.size - 1).bit_length()
        if math.prod(size for _, size in keys).bit_length() + bits > _BITS:
            return found[np.lexsort([key for key, _ in reversed(keys)])][:first]
        # rank by rank and the position last, all in one number: it is its own tie-break, and
        # plain numbers are sorted many times faster than their places are
        packed = np.zeros(found.size, np.int64)
        for key, size in keys:
            packed *= size
            packed += key
        packed <<= bits
        packed |= found
        if first is not None and first < found.size:
            packed = np.partition(packed, first)[:first]
        packed.sort()
        return packed & ((1 << bits) - 1)

    def _key(self, key: Sort, found: Ints) -> tuple[Codes, int]:
        """Return where each of some records stands by one key, and below what number all do."""
        if key.field is not RELEVANCE:
            ranks = self._view.ranks(key.field)
            return ranks.of(found, key.descending), ranks.size
        worths, places = np.unique(self.relevance[found], return_inverse=True)
        return (len(worths) - 1 - places if key.descending else places), len(worths)
