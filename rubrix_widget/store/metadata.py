"""Typed metadata beside the records in a Parquet part.

Written with the part, so opening a dataset parses no JSON. Parts that disagree on the type of a
key are typed again together.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from rubrix_widget.columns import METADATA_PREFIX, flatten


def attach(table: pa.Table) -> pa.Table:
    """Return the records with one more column for each metadata key."""
    for name, column in columns_of(table).items():
        table = table.append_column(name, column)
    return table


def columns_of(table: pa.Table) -> dict[str, pa.Array]:
    """Return a column for each metadata key of some records."""
    return flatten(table.column("metadata"))


def canonical(schema: pa.Schema) -> list[str]:
    """Return the names of a part's columns that are not typed metadata."""
    return [name for name in schema.names if not name.startswith(METADATA_PREFIX)]


def kinds(schemas: Iterable[pa.Schema]) -> dict[str, pa.DataType] | None:
    """Return the type of each metadata key; None where parts disagree on one."""
    found: dict[str, pa.DataType] = {}
    for schema in schemas:
        for field in schema:
            if not field.name.startswith(METADATA_PREFIX):
                continue
            if found.setdefault(field.name, field.type) != field.type:
                return None
    return found
