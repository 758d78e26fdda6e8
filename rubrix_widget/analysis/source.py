"""Which records an analysis is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.datasets import DatasetForTextClassification
from rubrix_widget.engine import Engine, Selection
from rubrix_widget.engine.memory import engine_of
from rubrix_widget.home import active
from rubrix_widget.index import Hits
from rubrix_widget.metrics.classification import Pairs
from rubrix_widget.query import Dialect, quote, word


@runtime_checkable
class Shows(Protocol):
    """What shows records of a dataset, as an explorer does."""

    def shown(self) -> tuple[str, Engine, Selection]:
        """Return the dataset's name, its engine, and what is shown of it."""


Data: TypeAlias = str | DatasetForTextClassification | Shows


@dataclass(frozen=True)
class Source:
    """Records of a dataset, and what they are called."""

    name: str
    query: str
    engine: Engine
    hits: Hits
    agent: str | None = None

    def field(self, name: str) -> str:
        """Return how a query names a field of the predictions that are measured."""
        return name if self.agent is None else word(f"{name}@{self.agent}")

    @property
    def pairs(self) -> tuple[list[str], Pairs]:
        """The labels that occur, and what was annotated and predicted together."""
        return pairs_of(self.engine, self.hits)

    def among(self, chosen: npt.NDArray[np.bool_], *judged: str) -> str:
        """Return what narrows a query to the records that are judged; "" if all are.

        Parameters
        ----------
        chosen : ndarray of bool, one for each record of the dataset
        judged : str
            The fields that only these have all of.
        """
        every = bool(chosen[self.hits.positions].all())
        return "" if every else "".join(f" AND {name}:*" for name in judged)


def pairs_of(engine: Engine, hits: Hits) -> tuple[list[str], Pairs]:
    """Return the labels that occur in records, and what was annotated and predicted together."""
    labels, annotated, predicted, count = engine.pairs(hits)
    return labels, Pairs(annotated, predicted, count.astype(np.float64))


def text_of(record: Mapping[str, Any], most: int) -> str:
    """Return a record's texts in a line, cut to so many characters.

    Examples
    --------
    >>> text_of({"inputs": {"title": "Good", "body": ["a fine", "film"]}}, 9)
    'Good a fi…'
    """
    parts = [
        part
        for one in record["inputs"].values()
        for part in (one if isinstance(one, list) else [one])
        if part
    ]
    text = " ".join(map(str, parts))
    return text[:most] + ("…" if len(text) > most else "")


def query_of_ids(ids: Sequence[str | None]) -> str | None:
    """Return the query of some records; None where one has no id, as in memory it may.

    Examples
    --------
    >>> query_of_ids(["7"]), query_of_ids(["7", "a b"]), query_of_ids(["7", None])
    ('id:7', 'id:(7 OR "a b")', None)
    """
    written = [quote(one) for one in ids if one is not None]
    if len(written) < len(ids):
        return None
    return f"id:{written[0]}" if len(ids) == 1 else f"id:({' OR '.join(written)})"


_PLAIN = r"^\w{4,}(?:-\w+)*$"  # of ASCII and no operator: what `quote` leaves as it is


def queries_of_ids(ids: pa.LargeStringArray) -> pa.LargeStringArray:
    """Return the query of each of some records, as :func:`query_of_ids`, of millions in a moment.

    Examples
    --------
    >>> queries_of_ids(pa.array(["r007", "a b", "not", None], pa.large_string())).to_pylist()
    ['id:r007', 'id:"a b"', 'id:"not"', None]
    """
    before, behind = (pa.scalar(part, pa.large_string()) for part in ("id:", ""))
    written = pc.binary_join_element_wise(before, ids, behind)
    odd = pc.invert(pc.match_substring_regex(ids, _PLAIN))
    quoted = [query_of_ids([one]) for one in ids.filter(odd).to_pylist()]
    return pc.replace_with_mask(written, odd, pa.array(quoted, pa.large_string()))


def source_of(
    data: Data,
    query: str | None,
    dialect: Dialect,
    agent: str | None = None,
    over: Callable[[Engine], Engine] | None = None,
) -> Source:
    """Return the records that are meant.

    Parameters
    ----------
    data
        A dataset's name, a dataset in memory, or an explorer: then what it shows.
    query
        Only the records it matches.
    agent
        Whose predictions the engine has as the primary ones, where records have several.
    over
        Gives the engine another state of the same records, in which they are looked for.

    Raises
    ------
    TypeError
        None of these.
    ValueError
        There are no predictions of that agent.
    DatasetNotFoundError, QueryError
    """
    found = _source(data, query, dialect, over or (lambda engine: engine))
    if agent is None:
        return found
    engine = found.engine.seen_by(agent)
    name = f"{found.name} ({agent})"
    alone = engine is found.engine  # then no field is named after it
    return Source(name, found.query, engine, found.hits, None if alone else agent)


_ENGINES: WeakKeyDictionary[DatasetForTextClassification, tuple[pa.Table, Engine]] = (
    WeakKeyDictionary()
)


def _engine(data: DatasetForTextClassification) -> Engine:
    """Return the engine over a dataset in memory, kept while the dataset stays as it is."""
    table, engine = _ENGINES.get(data, (None, None))
    if engine is None or table is not data.table:
        engine = engine_of(data.table)
        _ENGINES[data] = data.table, engine
    return engine


def _source(
    data: Data, query: str | None, dialect: Dialect, over: Callable[[Engine], Engine]
) -> Source:
    if isinstance(data, str):
        engine = over(active().dataset(data).engine())
        selection = engine.select(query, dialect=dialect)
        return Source(data, selection.query, engine, selection.hits)
    if isinstance(data, DatasetForTextClassification):
        engine = _engine(data)
        selection = engine.select(query, dialect=dialect)
        return Source("the dataset", selection.query, engine, selection.hits)
    if isinstance(data, Shows):
        name, now, selection = data.shown()
        engine = over(now)
        hits = selection.hits if engine is now else engine.again(selection)
        if not query:
            asked = selection.reading if selection.filters else selection.query
            return Source(name, asked, engine, hits)
        further = engine.select(query, dialect=dialect)
        asked = f"({selection.query}) AND ({query})" if selection.query else query
        return Source(name, asked, engine, hits & further.hits)
    raise TypeError(
        f"data is {type(data).__name__}; give a dataset's name, a DatasetForTextClassification or "
        f"an explorer"
    )
