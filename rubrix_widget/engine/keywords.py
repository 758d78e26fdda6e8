"""The distinct values of a field, and which records have each."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget.arrays import Ints, Mask, from_arrow
from rubrix_widget.engine.numbers import Numbers
from rubrix_widget.engine.ranks import Ranks
from rubrix_widget.index import Hits, Segment, match_values
from rubrix_widget.query import tree

Codes = npt.NDArray[np.integer[Any]]
_COMPARED = 4  # up to so many values, comparing codes is faster than looking each code up
_NAMED = 256  # values of a field kept by name: a look-up takes less time than a call to Arrow


@dataclass(frozen=True, eq=False)
class Keywords:
    """Distinct values of a field, and which records have each.

    ``codes`` gives the value of each record (-1 none), or of each *set* of values when ``sets``
    tells which set a record has: pairs (set, value) in ``members``.
    """

    values: pa.Array
    codes: Codes
    members: tuple[Ints, Ints] | None = None
    set_count: int = 0

    def spread(self, hit: Mask) -> Hits:
        """Return the records that have at least one of the values that are hit."""
        if self.members is not None:
            sets, values = self.members
            set_hit = np.zeros(self.set_count, dtype=bool)
            set_hit[sets[hit[values]]] = True
            hit = set_hit
        codes = np.flatnonzero(hit).tolist()  # Python's, which leave narrow codes as they are
        if len(codes) <= _COMPARED:
            if not codes:
                return Hits.nothing(len(self.codes))
            return Hits.where(reduce(operator.or_, (self.codes == code for code in codes)))
        return Hits.where(np.append(hit, False).take(self.codes, mode="wrap"))  # -1 is the last

    def matched(self, leaf: tree.Leaf, notes: list[str]) -> Mask:
        """Tell of each value whether a condition matches it."""
        if isinstance(leaf, tree.Term | tree.Phrase) and len(self.values) <= _NAMED:
            return np.asarray(np.arange(len(self.values)) == self._code_of.get(leaf.text, -1))
        return match_values(leaf, self.values, notes)

    @cached_property
    def _code_of(self) -> dict[str, int]:
        """The number of each value."""
        return {value: i for i, value in enumerate(self.values.to_pylist())}

    def present(self) -> Hits:
        """Return the records that have a value."""
        if self.members is None:
            return Hits.where(self.codes >= 0)
        return self.spread(np.ones(len(self.values), dtype=bool))

    @property
    def size(self) -> int:
        """How many different codes there are, -1 aside."""
        return len(self.values) if self.members is None else self.set_count

    def ranks(self) -> Ranks:
        """Return each record's place in alphabetical order of its values; several are joined."""
        values = self.values
        if self.members is not None:
            names = values.to_pylist()
            lists: list[list[str]] = [[] for _ in range(self.set_count)]
            for one, value in zip(*self.members, strict=True):
                lists[one].append(names[value])
            joined = [", ".join(sorted(one)) or None for one in lists]
            values = pa.array(joined, pa.large_string())
        of_values = Ranks.of_values(values)
        table = np.append(of_values.codes, np.int32(of_values.missing))
        return Ranks(table.take(self.codes, mode="wrap"), of_values.missing)

    @cached_property
    def words(self) -> Segment:
        """The words of the values, indexed as text."""
        return Segment.build({"text": self.values})


def encoded(column: pa.Array) -> Keywords:
    """Return a metadata column of strings, or of lists of strings, as distinct values."""
    if not pa.types.is_large_list(column.type):
        encoded = column.dictionary_encode()
        codes = from_arrow(encoded.indices, -1)
        return Keywords(encoded.dictionary, narrow(codes, len(encoded.dictionary)))
    sizes = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    encoded = column.flatten().dictionary_encode()
    record = np.repeat(np.arange(len(column), dtype=np.int64), sizes)
    values = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    pairs = np.unique(np.stack([record, values]), axis=1)
    codes = np.arange(len(column), dtype=np.int64)
    return Keywords(encoded.dictionary, codes, (pairs[0], pairs[1]), len(column))


def booleans(numbers: Numbers) -> Keywords:
    """Return the values of a Boolean field as distinct values."""
    values = pa.array([False, True])
    codes = numbers.values.astype("Int8").to_numpy(dtype=np.int64, na_value=-1)
    if numbers.record is None:
        return Keywords(values, codes)
    record, codes = numbers.record[codes >= 0], codes[codes >= 0]
    pairs = np.unique(np.stack([record, codes]), axis=1)
    return Keywords(values, np.arange(numbers.n), (pairs[0], pairs[1]), numbers.n)


def narrow(codes: Codes, size: int) -> Codes:
    """Return codes in as few bytes as they fit in: comparing them is reading them."""
    return codes.astype(np.int8 if size < 2**7 else np.int16 if size < 2**15 else np.int32)
