"""A table of which each column is read when first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import pyarrow as pa

Read = Callable[[Sequence[str]], pa.Table]


class LazyTable:
    """Columns that are read when first needed, each once, whichever thread asks.

    Parameters
    ----------
    schema
        The columns there are.
    rows
        How many rows each has.
    read
        Returns some of the columns; it is let go of when none is left to read.
    known
        Columns that are in memory already.

    Examples
    --------
    >>> table = pa.table({"a": [1, 2], "b": ["x", "y"]})
    >>> read = lambda names: print("reads", names) or table.select(names)
    >>> lazy = LazyTable(table.schema, 2, read)
    >>> lazy.select(["b"]).num_rows
    reads ['b']
    2
    >>> lazy.select(["a", "b"]).column_names
    reads ['a']
    ['a', 'b']
    """

    def __init__(
        self,
        schema: pa.Schema,
        rows: int,
        read: Read,
        known: Mapping[str, pa.Array] = MappingProxyType({}),
    ) -> None:
        self.schema = schema
        self.rows = rows
        self._read: Read | None = read
        self._columns = dict(known)
        self._lock = threading.Lock()

    def select(self, names: Sequence[str]) -> pa.Table:
        """Return some columns as a table, each of one chunk.

        Raises
        ------
        StorageError
            What is left of the files cannot be read.
        """
        with self._lock:
            missing = [name for name in names if name not in self._columns]
            if missing:
                self._keep(missing)
            arrays = [self._columns[name] for name in names]
        fields = [self.schema.field(name) for name in names]
        return pa.table(arrays, schema=pa.schema(fields, metadata=self.schema.metadata))

    def column(self, name: str) -> pa.Array:
        """Return one column."""
        found = self.select([name]).column(0)
        return found.chunk(0) if found.num_chunks else found.combine_chunks()

    def _keep(self, names: Sequence[str]) -> None:
        assert self._read is not None
        table = self._read(names).combine_chunks()
        for name in names:
            column = table.column(name)
            self._columns[name] = column.chunk(0) if column.num_chunks else column.combine_chunks()
        if len(self._columns) == len(self.schema):
            self._read = None
