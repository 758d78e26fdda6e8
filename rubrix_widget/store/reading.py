"""Records read from a dataset's parts, column by column, from files that stay open meanwhile."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rubrix_widget import arrays
from rubrix_widget import table as tables
from rubrix_widget.arrays import Mask
from rubrix_widget.columns import LazyTable, coded_type
from rubrix_widget.errors import StorageError
from rubrix_widget.store import metadata
from rubrix_widget.store.files import helpful_errors


class PartFile:
    """The open Parquet file of a part, its deleted records left out.

    It can be read after another file took its place, or after it was removed.

    Parameters
    ----------
    path
        The file, known to be whole.
    live
        Which of its records are still in the dataset; None for all.
    """

    def __init__(self, path: Path, live: Mask | None = None) -> None:
        self._path = path
        self._handle = pa.OSFile(str(path))
        self._seen = self._written()
        self._file = pq.ParquetFile(self._handle)
        self.live = live
        self.schema: pa.Schema = self._file.schema_arrow
        self.rows: int = self._file.metadata.num_rows if live is None else int(live.sum())

    def read(self, names: Sequence[str] | None = None, *, coded: bool = False) -> pa.Table:
        """Return the columns of some names; names that the part does not know are left out.

        Parameters
        ----------
        names
            Of columns; None is all but the typed metadata.
        coded
            Leave texts as the dictionary codes that the file has.

        Raises
        ------
        StorageError
            The file was written to since it was opened.
        """
        if self._written() != self._seen:
            raise StorageError(
                f"{self._path} was changed while it was open, by something other than "
                f"rubrix_widget. Restore the folder from a copy, then restart the kernel"
            )
        if names is None:
            names = metadata.canonical(self.schema)
        known = [name for name in names if name in self.schema.names]
        # of a file, not `read_table`: that gives eight chunks for a million records
        table = self._read_coded(known) if coded else self._file.read(known)
        return table if self.live is None else table.filter(arrays.to_arrow(self.live))

    def _read_coded(self, names: Sequence[str]) -> pa.Table:
        paths = (self._file.schema.column(at) for at in range(len(self._file.schema)))
        texts = [one.path for one in paths if one.physical_type == "BYTE_ARRAY"]
        file = pq.ParquetFile(self._handle, metadata=self._file.metadata, read_dictionary=texts)
        # lists of codes cannot be read over several groups at once
        return pa.concat_tables(
            [file.read_row_group(at, names) for at in range(file.num_row_groups)]
        )

    def _written(self) -> tuple[int, int]:
        found = os.fstat(self._handle.fileno())
        return found.st_size, found.st_mtime_ns


def together(files: Sequence[PartFile], multi_label: bool, folder: Path) -> LazyTable:
    """Return the records of parts one after the other, with their typed metadata."""
    empty = [
        arrays.empty_table(file.schema).select(metadata.canonical(file.schema)) for file in files
    ]
    layout = tables.concat(empty or [tables.empty(multi_label)]).schema
    rows = sum(file.rows for file in files)
    read = partial(_read, files, layout, folder)
    kinds = metadata.kinds([file.schema for file in files])
    if kinds is None:
        typed = metadata.columns_of(read(["metadata"]))
        kinds = {name: column.type for name, column in typed.items()}
    else:
        typed = {}
    schema = layout
    for name, kind in kinds.items():
        schema = schema.append(pa.field(name, kind))
    return LazyTable(schema, rows, partial(_read, files, schema, folder), typed)


def _read(
    files: Sequence[PartFile],
    schema: pa.Schema,
    folder: Path,
    names: Sequence[str],
    coded: bool = False,
) -> pa.Table:
    fields = [schema.field(name) for name in names]
    if coded:
        fields = [field.with_type(coded_type(field.type)) for field in fields]
    target = pa.schema(fields, metadata=schema.metadata)
    with helpful_errors(folder, "read the dataset"):
        found = [tables.conform(file.read(names, coded=coded), target) for file in files]
    whole = pa.concat_tables(found or [arrays.empty_table(target)]).combine_chunks()
    del found
    pa.default_memory_pool().release_unused()  # as much again as the columns take
    return whole
