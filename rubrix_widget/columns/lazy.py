"""A table of which each column is read when first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import pyarrow as pa

Read = Callable[[Sequence[str], bool], pa.Table]


class LazyTable:
    """Columns that are read when first needed, each once, whichever thread asks.

    Parameters
    ----------
    schema
        The columns there are.
    rows
        How many rows each has.
    read
        Returns some of the columns, their texts as dictionary codes if the second argument says
        so; it is let go of when none is left to read.
    known
        Columns that are in memory already.

    Examples
    --------
    >>> table = pa.table({"a": [1, 2], "b": ["x", "y"]})
    >>> read = lambda names, coded: print("reads", names) or table.select(names)
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
        fields = [self.schema.field(name) for name in names]
        with self._lock:
            self._keep(names, coded=False)
            for field in fields:
                if self._columns[field.name].type != field.type:
                    self._columns[field.name] = self._columns[field.name].cast(field.type)
            arrays = [self._columns[name] for name in names]
        return pa.table(arrays, schema=pa.schema(fields, metadata=self.schema.metadata))

    def coded(self, names: Sequence[str]) -> pa.Table:
        """Return some columns as :meth:`select` does, but their texts may be dictionary codes.

        Columns not in memory yet are, which takes a quarter of the time to read.
        """
        with self._lock:
            self._keep(names, coded=True)
            arrays = [self._columns[name] for name in names]
        fields = [
            self.schema.field(name).with_type(array.type)
            for name, array in zip(names, arrays, strict=True)
        ]
        return pa.table(arrays, schema=pa.schema(fields, metadata=self.schema.metadata))

    def column(self, name: str) -> pa.Array:
        """Return one column."""
        found = self.select([name]).column(0)
        return found.chunk(0) if found.num_chunks else found.combine_chunks()

    def _keep(self, names: Sequence[str], coded: bool) -> None:
        missing = [name for name in names if name not in self._columns]
        if not missing:
            return
        assert self._read is not None
        table = self._read(missing, coded).combine_chunks()
        for name in missing:
            column = table.column(name)
            self._columns[name] = column.chunk(0) if column.num_chunks else column.combine_chunks()
        if len(self._columns) == len(self.schema):
            self._read = None
