"""What can be said of records in a query: words, labels, scores, lengths, metadata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget import arrays
from rubrix_widget.analysis import standing
from rubrix_widget.analysis.errors import query_of
from rubrix_widget.analysis.source import Source
from rubrix_widget.index import running_words
from rubrix_widget.query import quote, word

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
_Some = npt.NDArray[np.integer]
_Kind = tuple[str, Any, _Some, _Some]  # a family, its queries; records, and the place of a query
_BANDS = 8  # of numbers, with as many records each
_VALUES = 200  # of a field; one with more tells records apart, not kinds of them
_LABELS = "labels"  # the family of both: annotated as one and predicted as another is wrong
_FAMILIES = {"annotated_as": _LABELS, "predicted_as": _LABELS, "predicted_by": "predicted_by"}


@dataclass
class Features:
    """Queries, and which records each matches.

    Attributes
    ----------
    queries : list of str
    families : list of str
        What each is about; two of one family are not combined, but words are.
    offsets : ndarray of int64, (records + 1,)
    items : ndarray of int32
        For each record the features it has: ``items[offsets[record]:offsets[record + 1]]``.
    starts : ndarray of int64, (features + 1,)
    members : ndarray of int32
        For each feature the records that have it, in order, in the same manner.
    """

    queries: list[str]
    families: list[str]
    offsets: Ints
    items: Shorts
    starts: Ints
    members: Shorts

    def records(self, feature: int) -> Shorts:
        """Return the records that have a feature, in order."""
        return self.members[self.starts[feature] : self.starts[feature + 1]]

    def of(self, records: Shorts) -> tuple[Shorts, Ints]:
        """Return the features of some records, and for each of them the place of its record."""
        sizes = self.offsets[1:][records] - self.offsets[records]
        place = np.repeat(np.arange(len(records)), sizes)
        return self.items[arrays.stretches(self.offsets[records], sizes)], place


def features_of(source: Source, chosen: Mask, least: int) -> Features:
    """Return the features of some records that at least so many of them have.

    Parameters
    ----------
    source
    chosen : ndarray of bool, one for each record of the dataset
        The others have none.
    least : int
    """
    queries: list[str] = []
    families: list[str] = []
    found: list[Ints] = []
    for family, names, record, code in _kinds(source, chosen, least):
        counts = np.bincount(code)
        kept = np.flatnonzero(counts >= least)
        places = np.full(len(counts), -1)
        places[kept] = len(queries) + np.arange(len(kept))
        keys = places[code] << 32 | record
        keys = keys[keys >= 0]
        keys.sort()
        found.append(keys)
        queries += [names[one] for one in kept.tolist()]
        families += [family] * len(kept)
    keys = np.concatenate(found)
    del found
    members = keys.astype(np.int32)
    starts = np.searchsorted(keys, np.arange(len(queries) + 1) << 32)
    keys >>= 32
    keys |= members.astype(np.int64) << 32
    keys.sort()
    offsets = np.append(0, np.cumsum(np.bincount(members, minlength=source.engine.n)))
    return Features(queries, families, offsets, keys.astype(np.int32), starts, members)


class _Words:
    """The queries of words, made when asked for."""

    def __init__(self, lexicon: pa.Array, kinds: Ints) -> None:
        self._lexicon, self._kinds, self._size = lexicon, kinds, max(len(lexicon), 1)

    def __getitem__(self, place: int) -> str:
        first, second = divmod(int(self._kinds[place]), self._size)
        words = [second] if first == 0 else [first - 1, second]
        return query_of(tuple(self._lexicon[one].as_py() for one in words))


def _kinds(source: Source, chosen: Mask, least: int) -> Iterator[_Kind]:
    yield from _words(source, chosen, least)
    engine = source.engine
    some = np.flatnonzero(chosen)
    for name in engine.fields:
        kind = engine.fields[name].kind
        if source.agent is not None and name == "predicted_by":
            continue  # who made the primary ones, which are not what is measured
        if name in _FAMILIES or (name.startswith("metadata.") and kind in ("keyword", "bool")):
            yield from _values(source, name, some)
        elif name in ("score", "metrics.text_length") or (
            name.startswith("metadata.") and kind in ("number", "integer")
        ):
            yield from _bands(source, name, some)


def _words(source: Source, chosen: Mask, least: int) -> Iterator[_Kind]:
    corpus = source.engine.corpus["text"]
    tokens, size = running_words(corpus), len(corpus.lexicon)
    for stand in (standing.words, standing.pairs):
        found = stand(tokens, size, chosen, least)
        yield "words", _Words(corpus.lexicon, found.kinds), found.records, found.codes


def _values(source: Source, name: str, some: Ints) -> Iterator[_Kind]:
    engine = source.engine
    bars = engine.view.keywords(engine.fields[name])
    values = bars.values.to_pylist()
    if not 1 < len(values) <= _VALUES:
        return
    codes = bars.codes[some].astype(np.int64)
    record, code = some[codes >= 0], codes[codes >= 0]
    if bars.members is not None:  # a set of labels is each of them
        sets, of_set = bars.members
        order = np.argsort(sets, kind="stable")
        starts = np.searchsorted(sets[order], np.arange(bars.set_count + 1))
        sizes = np.diff(starts)[code]
        at = arrays.stretches(starts[code], sizes)
        record, code = np.repeat(record, sizes), of_set[order][at]
    named = _named(source, name)
    queries = [f"{named}:{quote(_said(one))}" for one in values]
    yield _FAMILIES.get(name, name), queries, record, code


def _named(source: Source, name: str) -> str:
    return source.field(name) if name in ("predicted_as", "score") else word(name)


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bands(source: Source, name: str, some: Ints) -> Iterator[_Kind]:
    numbers = source.engine.view.numbers(source.engine.fields[name])
    if numbers.record is not None:  # several numbers a record
        return
    given = numbers.values.to_numpy(np.float64, na_value=np.nan)[some]
    present = ~np.isnan(given)
    given = given[present]
    if not len(given):
        return
    edges = np.unique(np.quantile(given, np.arange(1, _BANDS) / _BANDS, method="nearest"))
    edges = _rounded(edges[edges > given.min()], given.min(), given.max())
    if not len(edges):
        return
    ends = ["*", *(repr(edge).removesuffix(".0") for edge in edges.tolist()), "*"]
    named = _named(source, name)
    queries = [
        f"{named}:[{low} TO {high}" + ("]" if high == "*" else "}") for low, high in pairwise(ends)
    ]
    among = np.zeros(source.engine.n, np.bool_)
    among[some] = True
    found = [np.flatnonzero(source.engine.select(one).mask & among) for one in queries]
    band = np.repeat(np.arange(len(found)), [len(one) for one in found])
    yield name, queries, np.concatenate(found), band


def _rounded(edges: Floats, low: float, high: float) -> Floats:
    """Return edges with as few digits as keep them apart and above the lowest value."""
    for digits in range(3, 17):
        found = np.array([float(f"{edge:.{digits}g}") for edge in edges.tolist()])
        if len(np.unique(found)) == len(edges) and (found > low).all() and (found <= high).all():
            return found
    return edges
