"""A segment: the text fields of some records, built once and never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from ..query import tree
from . import bulk, evaluate, storage
from .analysis import ANALYZERS, STANDARD, analyzer_of
from .build import build_fields, interleave
from .field import Field
from .hits import Hits


class Segment:
    """The text index of some records.

    Made by :meth:`build` or :meth:`open`. The fields are ``inputs.<name>`` and ``text`` (all
    inputs of a record, one after another), each also with ``.exact`` behind it.

    Attributes
    ----------
    records : int
        How many records there are.

    Examples
    --------
    >>> segment = Segment.build({"text": pa.array(["A fine film", "not fine", None])})
    >>> segment.fields
    ('inputs.text', 'inputs.text.exact', 'text', 'text.exact')
    >>> leaf = tree.Term((0, 4), None, None, "fine")
    >>> segment.hits(leaf, "text").positions.tolist()
    [0, 1]
    """

    def __init__(self, records: int, fields: Mapping[str, Field]) -> None:
        self.records = records
        self.arrays: Mapping[str, Field] = MappingProxyType(dict(fields))

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(self.arrays)

    @classmethod
    def build(
        cls,
        texts: Mapping[str, pa.ChunkedArray | pa.Array],
        *,
        progress: Callable[[float], None] | None = None,
    ) -> Segment:
        """Index the inputs of records, in memory.

        Parameters
        ----------
        texts
            For each input its texts, all of one length; null where a record lacks the input.
        progress
            Called with the share done, from 0 to 1, in this thread.
        """
        records, built = _built(texts, progress)
        fields = {name: field for names, field in built for name in names}
        return cls(records, dict(sorted(fields.items())))

    @staticmethod
    def write(
        folder: Path,
        texts: Mapping[str, pa.ChunkedArray | pa.Array],
        *,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Index the inputs of records into a new folder; on return the index is on the disk.

        As :meth:`build` and :meth:`save` do, but each field leaves memory once it is written.
        """
        records, built = _built(texts, progress, ahead=False)
        with storage.Writer(folder, records) as writer:
            for names, field in built:
                writer.add(names, field)
                del field  # before the next one is finished

    def save(self, folder: Path) -> None:
        """Write to a new folder; on return the index is on the disk."""
        names_of: dict[int, list[str]] = {}
        for name, field in self.arrays.items():
            names_of.setdefault(id(field), []).append(name)
        with storage.Writer(folder, self.records) as writer:
            for names in names_of.values():
                writer.add(names, self.arrays[names[0]])

    @classmethod
    def open(cls, folder: Path) -> Segment:
        """Open a saved index, memory-mapped, after checking all of it.

        Raises
        ------
        IndexDamagedError
            Something is missing, cut short, changed or not an index of this version.
        """
        return cls(*storage.read(folder))

    def hits(self, leaf: tree.Leaf, field: str, notes: list[str] | None = None) -> Hits | None:
        """Find the records that a leaf matches in a field.

        Parameters
        ----------
        leaf
            A term, phrase, pattern, range or ``_exists_``; its own ``field`` is not looked at.
        field
            One of :attr:`fields`.
        notes
            Gets a sentence when a bound was hit: a fuzzy word near more than 50 others.

        Returns
        -------
        Hits or None
            None when the leaf has no word to search (``!``): the clause is to be dropped.

        Raises
        ------
        PatternError
            A regular expression or wildcard that cannot be run.
        """
        noted = [] if notes is None else notes
        return evaluate.hits(self.arrays[field], analyzer_of(field), leaf, noted)

    def hits_of_words(self, words: Sequence[str], field: str, *, every: bool) -> Hits:
        """Find the records that have every one of some analysed words in a field, or any."""
        return bulk.hits_of_words(self.arrays[field], words, every=every)

    def warm(self) -> None:
        """Do what the first query would otherwise wait for; meant for a thread of its own.

        Loads the modules and tables that only patterns need, and reads the lexicons once.
        """
        start = (0, 0)
        for name in ("text", "text.exact"):
            for leaf in (
                tree.Phrase(start, None, None, "warm up", 1),
                tree.Regex(start, None, None, "warm"),
                tree.Fuzzy(start, None, None, "warm", 1),
            ):
                self.hits(leaf, name)

    def whoosh_searcher(self) -> Any:
        """Open a Whoosh ``Searcher`` on this index; document numbers are record positions.

        Examples
        --------
        >>> from whoosh.query import Term
        >>> segment = Segment.build({"text": pa.array(["a fine film", "not fine"])})
        >>> with segment.whoosh_searcher() as searcher:
        ...     [hit.docnum for hit in searcher.search(Term("text", "fine"))]
        [1, 0]
        """
        from .codec import searcher
        from .corpus import Corpus

        return searcher(Corpus([(self, None)]))


def _built(
    texts: Mapping[str, pa.ChunkedArray | pa.Array],
    progress: Callable[[float], None] | None,
    *,
    ahead: bool = True,
) -> tuple[int, Iterator[tuple[list[str], Field]]]:
    """Give the number of records, and one after another the fields with all their names."""
    columns = {name: _chunked(column) for name, column in texts.items()}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        sizes = {name: len(column) for name, column in columns.items()}
        raise ValueError(f"expected one or more inputs of one length, not {sizes}")
    records = lengths.pop()
    total = records * len(columns) * len(ANALYZERS)
    done = 0

    def tick(texts_done: int) -> None:
        nonlocal done
        done += texts_done
        if progress is not None:
            progress(done / total)

    return records, _fields(columns, tick, ahead)


def _fields(
    columns: Mapping[str, pa.ChunkedArray], tick: Callable[[int], None], ahead: bool
) -> Iterator[tuple[list[str], Field]]:
    wanted = [(column, how) for how in ANALYZERS.values() for column in columns.values()]
    built = build_fields(wanted, tick, ahead=ahead)
    for analyzer in ANALYZERS.values():
        suffix = "" if analyzer is STANDARD else ".exact"
        if len(columns) == 1:
            (name,) = columns
            yield [f"inputs.{name}{suffix}", f"text{suffix}"], next(built)
            continue
        parts = [next(built) for _ in columns]
        yield [f"text{suffix}"], interleave(parts)
        for name, field in zip(columns, parts, strict=True):
            yield [f"inputs.{name}{suffix}"], field


def _chunked(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    if isinstance(column, pa.Array):
        column = pa.chunked_array([column])
    return column.cast(pa.large_string())
