"""Columns as a query meets them: distinct values with codes, numbers, instants.

Each answers for *values* and spreads the answer to records, so a field with several values a
record (labels, a list in the metadata, the scores of a multi-label prediction) is no special case.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.arrays import from_arrow, text_column
from rubrix_widget.columns import STATUSES, VERDICTS, Columns, input_texts
from rubrix_widget.engine.fields import COMPARED, Field, changeable
from rubrix_widget.engine.ranks import Ranks
from rubrix_widget.index import Hits, Segment, match_values
from rubrix_widget.query import tree

if TYPE_CHECKING:
    import pandas as pd

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.integer[Any]]
Bound = float | np.datetime64 | None
_T = TypeVar("_T")
_NOT_A_TIME = np.iinfo(np.int64).min  # NaT as a number
_STRETCH = 1 << 16  # values compared at once: both bounds meet them in the processor's cache
_BARS = 40  # of a histogram: about what fits beside the records
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
            return np.asarray(np.arange(len(self.values)) == self._named.get(leaf.text, -1))
        return match_values(leaf, self.values, notes)

    @cached_property
    def _named(self) -> dict[str, int]:
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


@dataclass(frozen=True, eq=False)
class Numbers:
    """Values of a number, Boolean or date field as a pandas Series, one or more a record."""

    values: pd.Series
    record: Ints | None
    n: int

    def spread(self, hit: pd.Series | Mask) -> Hits:
        """Return the records that have at least one of the values that are hit."""
        answer = _plain(hit)
        if self.record is None:
            return Hits.where(answer)
        mask = np.zeros(self.n, dtype=bool)
        mask[self.record[answer]] = True
        return Hits.where(mask)

    def between(
        self, low: Bound, high: Bound, include_low: bool = True, include_high: bool = True
    ) -> Hits:
        """Return the records with a value between two bounds; None is open.

        A missing value lies between no bounds, and has no place even where both are open.
        """
        values: Any = self.values.array  # without an index around them
        if isinstance(self.values.dtype, np.dtype):
            values = self.values.to_numpy()
            if values.dtype.kind == "M":  # as plain numbers, compared six times as fast
                values = values.view(np.int64)
                low = _NOT_A_TIME + 1 if low is None else _instant(low)
                high = None if high is None else _instant(high)
        bounds: list[tuple[Callable[[Any, Any], Any], Bound]] = []
        if low is not None:
            bounds.append((operator.ge if include_low else operator.gt, low))
        if high is not None:
            bounds.append((operator.le if include_high else operator.lt, high))
        if not bounds:
            return self.spread(self.values.notna())
        answer = np.empty(len(values), np.bool_)
        for start in range(0, len(values), _STRETCH):
            some = values[start : start + _STRETCH]
            hit = reduce(operator.and_, (test(some, at) for test, at in bounds))
            answer[start : start + _STRETCH] = _plain(hit)
        return self.spread(answer)

    def ranks(self) -> Ranks:
        """Return each record's place in order; of several values the largest counts."""
        ranks = Ranks.of_values(pa.Array.from_pandas(self.values))
        if self.record is None:
            return ranks
        largest = np.full(self.n, -1, np.int32)
        present = ranks.codes < ranks.missing
        np.maximum.at(largest, self.record[present], ranks.codes[present])
        return Ranks(np.where(largest < 0, np.int32(ranks.missing), largest), ranks.missing)


@dataclass(frozen=True, eq=False)
class Bars:
    """Numbers sorted into the bars of a histogram over all of them.

    ``codes`` gives the bar of each value, -1 for none; ``record`` whose value it is where records
    have several. ``edges`` are one more than there are bars.
    """

    edges: npt.NDArray[Any]
    codes: npt.NDArray[np.int16]
    record: Ints | None

    @property
    def count(self) -> int:
        """How many bars there are."""
        return len(self.edges) - 1

    @classmethod
    def of(cls, numbers: Numbers, whole: bool) -> Bars:
        """Make bars as wide as each other; of a few ``whole`` numbers one for each.

        Infinite numbers stand in the outermost bars.
        """
        dates = numbers.values.dtype.kind == "M"
        values = numbers.values.to_numpy(dtype="M8[us]" if dates else float, na_value=_none(dates))
        present = ~(np.isnat(values) if dates else np.isnan(values))
        if dates:
            values = values.astype(np.int64)
        finite = values[present & (np.abs(values) < np.inf)]
        low, high = (finite.min(), finite.max()) if finite.size else (0, 0)
        if whole and high - low < _BARS:
            edges = np.arange(low, high + 2)
        else:
            edges = np.linspace(low, high, _BARS + 1 if high > low else 2)
        edges = edges.astype(np.int64) if dates else edges
        codes = np.searchsorted(edges[1:-1], values, side="right").astype(np.int16)
        codes[~present] = -1
        return cls(edges.astype("M8[us]") if dates else edges, codes, numbers.record)


def _plain(hit: Any) -> Mask:
    """Return a comparison's answer as a mask, missing ones as false."""
    if hit.dtype == np.bool_:
        return np.asarray(hit)
    return np.asarray(hit.to_numpy(dtype=bool, na_value=False))


def _none(dates: bool) -> Any:
    return np.datetime64("NaT") if dates else np.nan


def _instant(bound: Any) -> int:
    return int(np.datetime64(bound, "us").astype(np.int64))


class View:
    """The fields of some columns, each made when first asked for.

    A later view of the same records, after some of them changed, keeps what cannot have changed.
    """

    def __init__(self, columns: Columns, earlier: View | None = None) -> None:
        self.columns = columns
        self._made: dict[tuple[str, str], object] = {}  # what of which field
        if earlier is not None and earlier.columns.logged is columns.logged:
            self._made = {
                key: made
                for key, made in list(earlier._made.items())  # another thread may be adding to it
                if not changeable(key[1])
            }

    @property
    def n(self) -> int:
        """How many records there are."""
        return self.columns.logged.n

    def at(self, positions: Ints) -> SomeRecords:
        """Return the fields of some records only."""
        return SomeRecords(self, positions)

    def bars(self, field: Field) -> Bars:
        """Return the bars of a histogram of a number or date field."""
        key = ("bars", field.name)
        return self._once(key, lambda: Bars.of(self.numbers(field), field.kind == "integer"), Bars)

    def keywords(self, field: Field) -> Keywords:
        """Return the distinct values of a keyword, label or Boolean field."""
        if field.kind == "bool":
            key = ("values", field.name)
            return self._once(key, lambda: _booleans(self.numbers(field)), Keywords)
        return self._once(("column", field.name), lambda: self._keywords(field.name), Keywords)

    def numbers(self, field: Field) -> Numbers:
        """Return the values of a number, Boolean or date field."""
        return self._once(("column", field.name), lambda: self._numbers(field.name), Numbers)

    def ranks(self, field: Field) -> Ranks:
        """Return for each record where it stands when sorted by a field."""
        if field.kind == "text":
            return self._once(("order", field.name), lambda: self._text_ranks(field), Ranks)
        source = self.keywords(field) if field.kind in ("keyword", "label") else self.numbers(field)
        return self._once(("order", field.name), source.ranks, Ranks)

    def _once(self, key: tuple[str, str], make: Callable[[], _T], kind: type[_T]) -> _T:
        made = self._made.get(key)
        if not isinstance(made, kind):
            made = self._made[key] = make()
        return made

    def _keywords(self, name: str) -> Keywords:
        columns, logged = self.columns, self.columns.logged
        sets = logged.sets
        what, _, agent = name.partition("@")
        if what in ("predicted_as", "annotated_as"):
            given = columns.annotation
            if what == "predicted_as":
                given = (logged.predicted(agent) if agent else logged.primary).predicted_as
            members = sets.membership()  # before the others, which another thread may lengthen
            codes = _narrow(given, len(sets))
            return Keywords(text_column(sets.labels), codes, members, len(sets))
        if what == "predicted":
            right = columns.right(agent) if agent else columns.predicted
            return Keywords(text_column(["ko", "ok"]), right)
        if name == "status":
            return Keywords(text_column(STATUSES), columns.status)
        if name in ("predicted_by", "annotated_by"):
            agents = text_column(logged.agents.values)
            by = logged.prediction_agent if name == "predicted_by" else columns.annotation_agent
            return Keywords(agents, by)
        if name == "comment":
            return Keywords(text_column(logged.comments.values), columns.comment)
        if name == "verdict":
            return Keywords(text_column(VERDICTS), columns.verdict)
        if name == "id":
            return Keywords(logged.column("id"), np.arange(logged.n, dtype=np.int64))
        return _encoded(logged.column(name))

    def _numbers(self, name: str) -> Numbers:
        logged = self.columns.logged
        what, _, agent = name.partition("@")
        if what == "score":
            found = logged.predicted(agent) if agent else logged.primary
            if not logged.multi_label:
                return Numbers(series(found.score), None, logged.n)
            record = np.repeat(np.arange(logged.n), np.diff(found.score_offsets))
            return Numbers(series(found.all_scores), record, logged.n)
        if what in COMPARED:
            return Numbers(self._compared(what, agent), None, logged.n)
        if name == "metrics.text_length":
            return Numbers(series(logged.text_length), None, logged.n)
        if name == "multi_label":
            return Numbers(series(np.full(logged.n, logged.multi_label)), None, logged.n)
        if name == "last_updated":
            return Numbers(series(self.columns.updated), None, logged.n)
        if name == "event_timestamp":
            return Numbers(series(logged.column("event_timestamp")), None, logged.n)
        column = logged.column(name)
        if pa.types.is_large_list(column.type):
            sizes = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
            record = np.repeat(np.arange(logged.n), sizes)
            return Numbers(series(column.flatten()), record, logged.n)
        return Numbers(series(column), None, logged.n)

    def _compared(self, what: str, agent: str) -> pd.Series:
        """Tell of each record how two agents compare, missing where not both can be judged."""
        import pandas as pd

        columns, agents = self.columns, self.columns.logged.predicting
        other = agent or agents[1]
        was, now = columns.right(agents[0]), columns.right(other)
        if what == "agree":
            one, two = (columns.logged.predicted(name).predicted_as for name in (agents[0], other))
            found = one == two
        else:
            wanted = {"fixed": (0, 1), "broken": (1, 0), "both_wrong": (0, 0)}[what]
            found = (was == wanted[0]) & (now == wanted[1])
        return pd.Series(pd.array(found, dtype="boolean")).mask((was < 0) | (now < 0))

    def _text_ranks(self, field: Field) -> Ranks:
        logged = self.columns.logged
        name = field.name.removesuffix(".exact")
        inputs = logged.input_names
        chosen = inputs if name == "text" else [name.removeprefix("inputs.")]
        texts = [input_texts(logged.inputs([one]), one) for one in chosen]
        if len(texts) == 1:
            return Ranks.of_values(texts[0])
        joined = pc.binary_join_element_wise(
            *texts, pa.scalar("\n", pa.large_string()), null_handling="skip"
        )
        none = reduce(pc.and_, [one.is_null() for one in texts])
        return Ranks.of_values(pc.if_else(none, pa.scalar(None, joined.type), joined))


class SomeRecords:
    """The fields of some records of a view, those that people's changes touch among them."""

    def __init__(self, view: View, positions: Ints) -> None:
        self._view = view
        self._positions = positions
        self.n = len(positions)

    def keywords(self, field: Field) -> Keywords:
        """Return the distinct values of a field, and which of the records have each."""
        whole = self._view.keywords(field)
        return dataclasses.replace(whole, codes=whole.codes[self._positions])

    def numbers(self, field: Field) -> Numbers:
        """Return the values of a field that has one a record."""
        whole = self._view.numbers(field)
        if whole.record is not None:
            raise TypeError(f"{field.name} may have several values a record, and never changes")
        values = whole.values.take(self._positions).reset_index(drop=True)
        return Numbers(values, None, self.n)


def _booleans(numbers: Numbers) -> Keywords:
    values = pa.array([False, True])
    codes = numbers.values.astype("Int8").to_numpy(dtype=np.int64, na_value=-1)
    if numbers.record is None:
        return Keywords(values, codes)
    record, codes = numbers.record[codes >= 0], codes[codes >= 0]
    pairs = np.unique(np.stack([record, codes]), axis=1)
    return Keywords(values, np.arange(numbers.n), (pairs[0], pairs[1]), numbers.n)


def _narrow(codes: Codes, size: int) -> Codes:
    """Return codes in as few bytes as they fit in: comparing them is reading them."""
    return codes.astype(np.int8 if size < 2**7 else np.int16 if size < 2**15 else np.int32)


def series(column: pa.Array | npt.NDArray[Any]) -> pd.Series:
    """Return a column as a pandas Series with missing values as NaN or NaT; integers stay exact."""
    import pandas as pd

    if isinstance(column, np.ndarray):
        return pd.Series(column)
    if pa.types.is_timestamp(column.type):
        return pd.Series(column.to_numpy(zero_copy_only=False).astype("M8[us]"))
    if column.null_count and (pa.types.is_boolean(column.type) or pa.types.is_integer(column.type)):
        kind = "boolean" if pa.types.is_boolean(column.type) else "Int64"
        return pd.Series(column.to_pandas(types_mapper=None, integer_object_nulls=True), dtype=kind)
    return pd.Series(column.to_numpy(zero_copy_only=False))


def _encoded(column: pa.Array) -> Keywords:
    """Return a metadata column of strings, or of lists of strings, as distinct values."""
    if not pa.types.is_large_list(column.type):
        encoded = column.dictionary_encode()
        codes = from_arrow(encoded.indices, -1)
        return Keywords(encoded.dictionary, _narrow(codes, len(encoded.dictionary)))
    sizes = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    encoded = column.flatten().dictionary_encode()
    record = np.repeat(np.arange(len(column), dtype=np.int64), sizes)
    values = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    pairs = np.unique(np.stack([record, values]), axis=1)
    codes = np.arange(len(column), dtype=np.int64)
    return Keywords(encoded.dictionary, codes, (pairs[0], pairs[1]), len(column))
