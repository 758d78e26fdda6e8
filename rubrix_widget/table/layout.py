"""The columns of the table, their types and their order; tables put together."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ..arrays import empty_table
from ..errors import RecordError
from ..predictions import OTHERS, PREDICTION

__all__ = [
    "compact",
    "concat",
    "conform",
    "empty",
    "input_names",
    "is_encoded",
    "json_texts",
    "multi_label",
    "schema",
    "several",
]

PREFIX = "inputs."
TEXT = pa.large_string()
_CHUNK = 50_000  # records in a chunk that is large enough to leave alone
_GROUP = 2**28  # bytes put together: an eighth of what 32-bit offsets reach
_SAMPLED = 100  # chunks weighed to guess the size of all
_KEY = b"rubrix_widget"
_ENCODED = {b"encoding": b"json"}


def schema(
    multi_label: bool = False,
    inputs: Iterable[str] = ("text",),
    encoded: Collection[str] = (),
    several: bool = False,
) -> pa.Schema:
    """Return the schema of a table.

    Parameters
    ----------
    multi_label : bool
        Whether annotations are lists.
    inputs : iterable of str
        Names of the inputs, in order.
    encoded : collection of str
        Those of them that hold lists of texts somewhere, and so JSON text everywhere.
    several : bool
        Whether some record has predictions of several agents.

    Examples
    --------
    >>> schema(inputs=["subject", "body"]).names[:5]
    ['id', 'id_is_int', 'inputs.subject', 'inputs.body', 'prediction']
    """
    fields = [pa.field("id", TEXT), pa.field("id_is_int", pa.bool_(), nullable=False)]
    fields += [
        pa.field(PREFIX + name, TEXT, metadata=_ENCODED if name in encoded else None)
        for name in inputs
    ]
    fields += [
        pa.field("prediction", PREDICTION),
        pa.field("prediction_agent", TEXT),
        pa.field("annotation", pa.large_list(TEXT) if multi_label else TEXT),
        pa.field("annotation_agent", TEXT),
        pa.field("explanation", TEXT),
        pa.field("metadata", TEXT),
        pa.field("metrics", TEXT),
        pa.field("search_keywords", TEXT),
        pa.field("status", TEXT, nullable=False),
        pa.field("event_timestamp", pa.timestamp("us")),
    ]
    if several:
        fields.append(pa.field("other_predictions", OTHERS))
    return pa.schema(fields, metadata={_KEY: json.dumps({"multi_label": multi_label}).encode()})


def empty(multi_label: bool = False) -> pa.Table:
    """Return a table without records.

    Examples
    --------
    >>> empty().num_rows
    0
    """
    return empty_table(schema(multi_label))


def multi_label(table: pa.Table) -> bool:
    """Say whether the records of a table can have several labels.

    Examples
    --------
    >>> multi_label(empty(multi_label=True))
    True
    """
    about = (table.schema.metadata or {}).get(_KEY)
    if about is None:
        raise RecordError("not a table of records: its schema does not say whether multi-label")
    return bool(json.loads(about)["multi_label"])


def input_names(table: pa.Table) -> list[str]:
    """Return the names of the inputs, in order.

    Examples
    --------
    >>> input_names(empty())
    ['text']
    """
    return [name[len(PREFIX) :] for name in table.column_names if name.startswith(PREFIX)]


def several(table: pa.Table) -> bool:
    """Say whether a table has a column for the predictions of more agents than one a record.

    Examples
    --------
    >>> several(empty())
    False
    """
    return "other_predictions" in table.column_names


def is_encoded(table: pa.Table, name: str) -> bool:
    """Say whether an input holds JSON text, because some of its values are lists of texts."""
    return _says_encoded(table.schema.field(PREFIX + name))


def _says_encoded(field: pa.Field) -> bool:
    return bool((field.metadata or {}).get(b"encoding") == b"json")


def concat(tables: Sequence[pa.Table]) -> pa.Table:
    """Put tables one after the other; each may have inputs that others lack.

    Raises
    ------
    RecordError
        When single-label and multi-label tables meet, or there is no table at all.

    Examples
    --------
    >>> concat([empty(), schema(inputs=["title"]).empty_table()]).column_names[2:4]
    ['inputs.text', 'inputs.title']
    """
    if not tables:
        raise RecordError("no tables to put together")
    kinds = [multi_label(table) for table in tables]
    if len(set(kinds)) > 1:
        raise RecordError(
            f"table {kinds.index(False)} is single-label and table {kinds.index(True)} "
            "multi-label; a dataset is one or the other"
        )
    with_records = [table for table in tables if table.num_rows] or list(tables)
    names = list(dict.fromkeys(name for table in with_records for name in input_names(table)))
    encoded = {
        name for table in with_records for name in input_names(table) if is_encoded(table, name)
    }
    target = schema(kinds[0], names, encoded, any(map(several, with_records)))
    return pa.concat_tables([conform(table, target) for table in with_records])


def conform(table: pa.Table, target: pa.Schema) -> pa.Table:
    """Return a table with the columns of a schema: null where it has none, encoded where asked.

    Examples
    --------
    >>> table = pa.table({"inputs.title": ["superb"]})
    >>> wanted = schema(inputs=["title", "body"], encoded=["title"])
    >>> conform(table, pa.schema([wanted.field(2), wanted.field(3)])).to_pylist()
    [{'inputs.title': '"superb"', 'inputs.body': None}]
    """
    known = set(table.column_names)
    columns = []
    for field in target:
        if field.name not in known:
            columns.append(pa.nulls(table.num_rows, field.type))
        elif _says_encoded(field) and not _says_encoded(table.schema.field(field.name)):
            columns.append(json_texts(table.column(field.name)))
        else:
            columns.append(table.column(field.name))
    return pa.table(columns, schema=target)


def json_texts(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Write each text of a column as JSON text; null stays null.

    Examples
    --------
    >>> json_texts(pa.array(["superb", None])).to_pylist()
    ['"superb"', None]
    """
    known = pc.drop_null(column).to_pylist()
    # JSON escapes line breaks inside texts, so that one between texts parts them safely.
    texts = json.dumps(known, ensure_ascii=False, separators=("\n", ":"))[1:-1].split("\n")
    written = pa.array(texts if known else [], TEXT)
    places = pc.cumulative_sum(pc.cast(pc.is_valid(column), pa.int64()))
    if isinstance(places, pa.ChunkedArray):
        places = places.combine_chunks()
    missing = pc.is_null(column)
    if isinstance(missing, pa.ChunkedArray):
        missing = missing.combine_chunks()
    return written.take(pc.if_else(missing, None, pc.subtract(places, 1)))


def compact(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put small chunks together: a shuffled dataset comes with one chunk for each record.

    Examples
    --------
    >>> compact(pa.chunked_array([["a"], ["b"]])).num_chunks
    1
    """
    if column.num_chunks < 2 or len(column) >= column.num_chunks * _CHUNK:
        return column
    chunks = column.chunks
    some = chunks[:: max(1, len(chunks) // _SAMPLED)]
    usual = sum(chunk.nbytes for chunk in some) / len(some)
    together = max(2, int(_GROUP / (usual + 1)))
    return pa.chunked_array(
        [
            pa.concat_arrays(chunks[start : start + together])
            for start in range(0, len(chunks), together)
        ],
        column.type,
    )
