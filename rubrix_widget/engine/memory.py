"""An engine over records that are only in memory."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from rubrix_widget import table as tables
from rubrix_widget.columns import Columns, LazyTable, Logged, flatten, input_texts
from rubrix_widget.engine.engine import Engine
from rubrix_widget.index import Segment
from rubrix_widget.store import Indexed


def engine_of(records: pa.Table) -> Engine:
    """Return an engine that answers queries over records in the canonical layout.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> texts = ("a fine film", "dull")
    >>> made = [rb.TextClassificationRecord(text=text) for text in texts]
    >>> engine_of(rb.DatasetForTextClassification(made).table).select("fine").count
    1
    """
    typed = {
        name: column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        for name, column in flatten(records.column("metadata")).items()
    }
    schema = records.schema
    for name, column in typed.items():
        schema = schema.append(pa.field(name, column.type))

    def read(names: Sequence[str], _coded: bool) -> pa.Table:
        return records.select(names)

    table = LazyTable(schema, records.num_rows, read, typed)
    texts = {name: input_texts(records, name) for name in tables.input_names(records)}
    return Engine(Columns.of(Logged(table)), (Indexed(Segment.build(texts), None),))
