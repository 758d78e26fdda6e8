"""The texts of records: one for each input, lists of texts joined by line breaks."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from rubrix_widget import table as tables


def input_texts(table: pa.Table, name: str) -> pa.Array:
    r"""Return the text of one input of each record, null where a record lacks it.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> record = rb.TextClassificationRecord(inputs={"title": ["a", "b"]})
    >>> input_texts(rb.DatasetForTextClassification([record]).table, "title").to_pylist()
    ['a\nb']
    """
    if not tables.is_encoded(table, name):
        column = table.column(f"inputs.{name}")
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    values = tables.input_values(table, name)
    return pa.array([_joined(value) for value in values], pa.large_string())


def _joined(value: str | list[str] | None) -> str | None:
    return value if value is None or isinstance(value, str) else "\n".join(value)


def inputs_of(table: pa.Table, line: dict[str, Any]) -> dict[str, str | list[str]]:
    """Return the inputs of one record, given as the plain values of a line of the table."""
    found: dict[str, str | list[str]] = {}
    for name in tables.input_names(table):
        value = line[f"inputs.{name}"]
        if value is not None:
            found[name] = json.loads(value) if tables.is_encoded(table, name) else value
    return found
