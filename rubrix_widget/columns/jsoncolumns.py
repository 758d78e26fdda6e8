"""JSON objects as columns, read by Arrow where its types can express what the objects hold."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_BLOCK = 1 << 16  # records read together: some megabytes of text
_LEARNT = 200  # records whose types are looked at before a block is read with them
_DATE, _DATES = (pa.struct([("$date", kind)]) for kind in (pa.string(), pa.large_string()))


class _UnlikeError(Exception):
    """The objects hold what one Arrow type a key cannot express."""


def read(texts: pa.ChunkedArray | pa.Array) -> dict[str, pa.Array] | None:
    """Return one column for each key of some JSON objects, nested keys joined with dots.

    Columns are bool, int64, float64, large_string, structs with a ``$date``, or lists of these.
    None when a key's values are of several types, or of one that is none of those.

    Examples
    --------
    >>> columns = read(pa.array(['{"a": 1, "b": {"c": "x"}}', None, '{"a": 2.5}']))
    >>> {name: column.to_pylist() for name, column in columns.items()}
    {'a': [1.0, None, 2.5], 'b.c': ['x', None, None]}
    """
    column = texts if isinstance(texts, pa.ChunkedArray) else pa.chunked_array([texts])
    blocks = [
        chunk.slice(start, _BLOCK).cast(pa.large_string())
        for chunk in column.chunks
        for start in range(0, len(chunk), _BLOCK)
    ]
    try:
        reader = _Reader()
        parsed = [reader.leaves(block) for block in blocks]
        kinds = dict(_leaf_types(reader.schema))
    except (_UnlikeError, pa.ArrowException, ValueError, OverflowError):
        return None
    return {
        name: pa.concat_arrays(
            [
                found[name].cast(kind) if name in found else pa.nulls(len(block), kind)
                for block, found in zip(blocks, parsed, strict=True)
            ]
        )
        for name, kind in kinds.items()
    }


class _Reader:
    """Reads blocks with the types seen so far, which only ever get wider."""

    def __init__(self) -> None:
        self.schema = pa.schema([])

    def leaves(self, block: pa.LargeStringArray) -> dict[str, pa.Array]:
        """Return the columns of one block."""
        given = pc.and_(block.is_valid(), pc.not_equal(block, "{}")).fill_null(False)
        objects = block.filter(given)
        if not len(objects):
            return {}
        table = self._table(objects)
        columns = dict(_leaves(table))
        if len(objects) == len(block):
            return columns
        places = np.cumsum(given.to_numpy(zero_copy_only=False)) - 1
        spread = pc.if_else(given, pa.array(places), None)
        return {name: column.take(spread) for name, column in columns.items()}

    def _table(self, objects: pa.LargeStringArray) -> pa.Table:
        step = max(1, len(objects) // _LEARNT)
        for sample in (objects.take(pa.array(np.arange(0, len(objects), step))), objects):
            if sample is objects or not self.schema.names:
                self._learn(sample)
            try:
                return _parsed(objects, self.schema)
            except pa.ArrowInvalid:  # a key or a type not seen so far
                continue
        raise _UnlikeError

    def _learn(self, sample: pa.LargeStringArray) -> None:
        kind = pa.infer_type([json.loads(text) for text in sample.to_pylist()])
        self.schema = pa.unify_schemas(
            [self.schema, pa.schema(list(kind))], promote_options="permissive"
        )


def _parsed(objects: pa.LargeStringArray, schema: pa.Schema) -> pa.Table:
    import pyarrow.json

    empty, newline = (pa.scalar(text, objects.type) for text in ("", "\n"))
    _, offsets, data = pc.binary_join_element_wise(objects, empty, newline).buffers()
    size = int(np.frombuffer(offsets, np.int64)[len(objects)])
    table = pyarrow.json.read_json(
        pa.BufferReader(data.slice(0, size)),
        read_options=pyarrow.json.ReadOptions(block_size=size + 1, use_threads=False),
        parse_options=pyarrow.json.ParseOptions(schema, unexpected_field_behavior="error"),
    )
    if table.num_rows != len(objects):
        raise _UnlikeError
    return table.combine_chunks()


def _leaves(table: pa.Table) -> Iterator[tuple[str, pa.Array]]:
    pending = [(field.name, table.column(field.name).chunk(0)) for field in table.schema]
    while pending:
        name, column = pending.pop(0)
        if not _is_parent(column.type):
            if pa.types.is_list(column.type) and column.flatten().null_count:
                raise _UnlikeError
            yield name, column
            continue
        pending += [
            (f"{name}.{field.name}", pc.struct_field(column, place))
            for place, field in enumerate(column.type)
        ]


def _is_parent(kind: pa.DataType) -> bool:
    if not pa.types.is_struct(kind) or kind == _DATE:
        return False
    if "$date" in kind.names:  # a date in some records, perhaps
        raise _UnlikeError
    return True


def _leaf_types(schema: pa.Schema) -> Iterator[tuple[str, pa.DataType]]:
    """Yield the keys of a schema and their types as columns; null keys have no column."""
    seen: set[str] = set()
    pending = [(field.name, field.type) for field in schema]
    while pending:
        name, kind = pending.pop(0)
        if _is_parent(kind):
            pending += [(f"{name}.{field.name}", field.type) for field in kind]
            continue
        if name in seen:  # {"a.b": 1, "a": {"b": 2}}
            raise _UnlikeError
        seen.add(name)
        yield name, _column_type(kind)


def _column_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_list(kind):
        inner = _column_type(kind.value_type)
        if pa.types.is_large_list(inner) or pa.types.is_null(inner):
            raise _UnlikeError
        return pa.large_list(inner)
    if pa.types.is_string(kind):
        return pa.large_string()
    if kind == _DATE:
        return _DATES
    if kind in (pa.bool_(), pa.int64(), pa.float64(), pa.null()):
        return kind
    raise _UnlikeError
