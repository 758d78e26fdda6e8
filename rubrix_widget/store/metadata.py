"""Typed metadata beside the records in a Parquet part.

Written with the part, so opening a dataset parses no JSON. Parts that disagree on the type of a
key are typed again together.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from rubrix_widget.columns import flatten

_PREFIX = "metadata."


def attach(table: pa.Table) -> pa.Table:
    """Return the records with one more column for each metadata key."""
    for name, column in flatten(table.column("metadata")).items():
        table = table.append_column(name, column)
    return table


def split(stored: pa.Table) -> tuple[pa.Table, dict[str, pa.Array]]:
    """Return the records in the canonical layout, and their metadata columns."""
    typed = [name for name in stored.column_names if name.startswith(_PREFIX)]
    columns = {name: stored.column(name).combine_chunks() for name in typed}
    return stored.drop_columns(typed), columns


def join(
    parts: Sequence[dict[str, pa.Array]], sizes: Sequence[int], table: pa.Table
) -> dict[str, pa.Array]:
    """Return the metadata columns of all parts together.

    Parameters
    ----------
    parts, sizes
        Metadata columns of each part, and its number of records.
    table
        The records of all parts, to type a key again that differs between parts.
    """
    if len(parts) == 1:
        return dict(parts[0])
    kinds: dict[str, pa.DataType] = {}
    for columns in parts:
        for name, column in columns.items():
            if kinds.setdefault(name, column.type) != column.type:
                return flatten(table.column("metadata"))
    return {
        name: pa.concat_arrays(
            [
                columns[name] if name in columns else pa.nulls(size, kind)
                for columns, size in zip(parts, sizes, strict=True)
            ]
        )
        for name, kind in kinds.items()
    }
