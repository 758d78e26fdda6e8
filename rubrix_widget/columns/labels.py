"""Sets of labels as small numbers.

An annotation and a prediction are both *sets* of labels: one label in a single-label dataset, any
number in a multi-label one. Each distinct set gets a code, so a record's annotation is one int32,
"right" is ``annotation == predicted``, and a relabel writes one number.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget import arrays
from rubrix_widget.columns.coded import values_and_codes

Codes = npt.NDArray[np.int32]
NO_SET = -1  # the record has no annotation, or no prediction


class LabelSets:
    """Distinct label sets in order of first use; codes never change once given.

    Parameters
    ----------
    labels
        Labels in their declared order; digit keys and lists follow it.

    Examples
    --------
    >>> sets = LabelSets(["negative", "positive"])
    >>> sets.code(["positive"]), sets.code(["negative", "positive"]), sets.code(["positive"])
    (0, 1, 0)
    >>> sets.names(1)
    ['negative', 'positive']
    """

    def __init__(self, labels: Iterable[str] = ()) -> None:
        self.labels: list[str] = []
        self.retired: frozenset[str] = frozenset()
        self._label_codes: dict[str, int] = {}
        self._sets: list[tuple[int, ...]] = []
        self._set_codes: dict[tuple[int, ...], int] = {}
        for label in labels:
            self.label_code(label)

    def __len__(self) -> int:
        return len(self._sets)

    def label_code(self, label: str) -> int:
        """Return the label's place in the declared order, adding it at the end if it is new."""
        code = self._label_codes.get(label)
        if code is None:
            code = self._label_codes[label] = len(self.labels)
            self.labels.append(label)
        return code

    def retire(self, labels: Iterable[str]) -> None:
        """Say which labels are no longer to be offered."""
        self.retired = frozenset(labels)

    def code(self, labels: Iterable[str]) -> int:
        """Return the code of a set of labels, adding it if it is new."""
        return self._intern(tuple(sorted({self.label_code(label) for label in labels})))

    def _intern(self, key: tuple[int, ...]) -> int:
        code = self._set_codes.get(key)
        if code is None:
            code = self._set_codes[key] = len(self._sets)
            self._sets.append(key)
        return code

    def names(self, code: int) -> list[str]:
        """Return the labels of a set in their declared order."""
        return [self.labels[label] for label in self._sets[code]]

    def membership(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return pairs (set code, label code), one for each label of each set."""
        sets = list(self._sets)  # another thread may be adding to them
        sizes = [len(members) for members in sets]
        members = [label for members in sets for label in members]
        return np.repeat(np.arange(len(sizes)), sizes), np.asarray(members, dtype=np.int64)

    def holds(self) -> npt.NDArray[np.bool_]:
        """Tell which labels each set holds: shape (sets + 1, labels), the last row for ``NO_SET``.

        Examples
        --------
        >>> sets = LabelSets(["negative", "positive"])
        >>> sets.code(["positive"])
        0
        >>> sets.holds().tolist()
        [[False, True], [False, False]]
        """
        sets = list(self._sets)  # another thread may be adding to them, labels first
        found = np.zeros((len(sets) + 1, len(self.labels)), np.bool_)
        for code, members in enumerate(sets):
            found[code, list(members)] = True
        return found

    def intern_lists(self, lists: pa.Array | pa.ChunkedArray) -> Codes:
        """Return a set code for each list of labels; ``NO_SET`` for null.

        Labels are folded in one place after the other, so each step is a whole-column
        factorisation and no record costs Python work.
        """
        array = _combine(lists)
        codes = np.full(len(array), NO_SET, dtype=np.int32)
        present = np.flatnonzero(arrays.present(array))
        if present.size == 0:
            return codes
        flat, record = _flatten(array)
        label = self._codes_of(flat)
        order = np.lexsort((label, record))
        record, label = record[order], label[order]
        first = np.ones(len(record), dtype=bool)
        first[1:] = (record[1:] != record[:-1]) | (label[1:] != label[:-1])
        record, label = record[first], label[first]
        codes[present] = self._fold(record, label, len(array))[present]
        return codes

    def intern_values(self, values: pa.Array | pa.ChunkedArray) -> Codes:
        """Return the code of the one-label set for each label; ``NO_SET`` for null."""
        labels, codes = values_and_codes(_combine(values))
        places = [self.label_code(label) for label in labels]
        interned = {place: self._intern((place,)) for place in sorted(places)}
        table = np.asarray([*(interned[place] for place in places), NO_SET], dtype=np.int32)
        return np.asarray(table[codes])

    def _codes_of(self, values: pa.Array) -> npt.NDArray[np.int64]:
        labels, codes = values_and_codes(values)
        table = np.asarray([*map(self.label_code, labels), NO_SET], dtype=np.int64)
        return np.asarray(table[codes], dtype=np.int64)

    def _fold(
        self, record: npt.NDArray[np.int64], label: npt.NDArray[np.int64], n: int
    ) -> npt.NDArray[np.int32]:
        sizes = np.bincount(record, minlength=n)
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        state = np.zeros(n, dtype=np.int64)
        width, base = len(self.labels) + 1, 1
        for place in range(int(sizes.max(initial=0))):
            having = np.flatnonzero(sizes > place)
            pair = state[having] * width + label[starts[having] + place]
            folded, distinct = arrays.factorize(pair)
            state[having] = base + folded
            base += len(distinct)
        kinds, example, inverse = np.unique(state, return_index=True, return_inverse=True)
        table = np.empty(len(kinds), dtype=np.int32)
        for kind, at in enumerate(example):
            members = label[starts[at] : starts[at] + sizes[at]]
            table[kind] = self._intern(tuple(int(code) for code in members))
        return np.asarray(table[inverse], dtype=np.int32)


def to_arrow(sets: LabelSets, codes: Codes, multi_label: bool) -> pa.Array:
    """Return the annotation column that a column of set codes stands for."""
    kinds, places = np.unique(codes, return_inverse=True)
    lists = [None if code == NO_SET else sets.names(int(code)) for code in kinds]
    if multi_label:
        table = pa.array(lists, pa.large_list(pa.large_string()))
    else:
        table = pa.array([names[0] if names else None for names in lists], pa.large_string())
    return table.take(pa.array(places))


def _combine(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return column


def _flatten(array: pa.Array) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """Return the values of a list column one after another, and the record each belongs to."""
    lengths = arrays.from_arrow(array.value_lengths(), 0).astype(np.int64)
    return array.flatten(), np.repeat(np.arange(len(array), dtype=np.int64), lengths)
