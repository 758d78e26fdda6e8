"""Columns that become dictionaries in a record: inputs, metadata, explanations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import coercions, jsontext
from ..errors import RecordError
from ..predictions import is_list, is_text, struct_fields
from ..records import explanation
from ..table.layout import TEXT, json_texts
from ._fields import Bad, Column, each, texts

__all__ = ["Inputs", "explanations", "joined_metadata", "keywords", "objects", "read_inputs"]


@dataclass
class Inputs:
    """Input columns by name, and which of them are JSON text."""

    columns: dict[str, pa.ChunkedArray] = field(default_factory=dict)
    encoded: set[str] = field(default_factory=set)


def read_inputs(named: dict[str, Column] | None, column: Column | None, bad: Bad) -> Inputs:
    """Read inputs from columns chosen one by one, or from one column of dictionaries or texts."""
    found = Inputs()
    if named is None:
        assert column is not None
        if isinstance(column, list):
            return _inputs_each(column, bad)
        structs = pa.types.is_struct(column.type)
        named = struct_fields(column) if structs else {"text": column}
    for name, values in named.items():
        try:
            coercions.input_name(name)
        except ValueError as error:
            raise RecordError(str(error)) from None
        if isinstance(values, list) or is_list(values.type):
            read = _inputs_each([None if _missing(v) else {name: v} for v in _objects(values)], bad)
            found.columns[name] = read.columns.get(name, _no_text(values))
            found.encoded |= read.encoded
        else:
            found.columns[name] = texts(values, f"input {name!r}", bad)
    return found


def _missing(value: object) -> bool:
    return jsontext.is_missing(value)


def _objects(column: Column) -> list[Any]:
    found: list[Any] = column if isinstance(column, list) else column.to_pylist()
    return found


def _no_text(column: Column) -> pa.ChunkedArray:
    return pa.chunked_array([pa.nulls(len(column), TEXT)])


def _inputs_each(column: list[Any], bad: Bad) -> Inputs:
    alike = set(map(tuple, column)) if all(type(record) is dict for record in column) else set()
    if len(alike) == 1:
        try:
            return Inputs({name: _plain_texts(column, name) for name in next(iter(alike))})
        except (pa.ArrowException, TypeError, ValueError):
            pass
    records = each(column, coercions.inputs, bad)
    names = dict.fromkeys(name for record in records if record for name in record)
    found = Inputs()
    for name in names:
        values = [record.get(name) if record else None for record in records]
        if any(isinstance(value, list) for value in values):
            found.encoded.add(name)
            values = [None if v is None else json.dumps(v, ensure_ascii=False) for v in values]
        found.columns[name] = pa.chunked_array([pa.array(values, TEXT)])
    return found


def _plain_texts(records: list[Any], name: Any) -> pa.ChunkedArray:
    """Return one input of records that all have it, where it is text in each."""
    values = [record[coercions.input_name(name)] for record in records]
    if not all(type(value) is str for value in values):
        raise TypeError("not only texts")
    return pa.chunked_array([pa.array(values, TEXT)])


def merge_text(found: Inputs, text: pa.ChunkedArray, bad: Bad) -> Inputs:
    """Fill in `text` where a record has no inputs, and refuse two texts that differ."""
    if not found.columns:
        return Inputs({"text": text})
    nothing: Any = pa.array(np.ones(len(text), dtype=bool))
    for column in found.columns.values():
        nothing = pc.and_(nothing, pc.is_null(column))
    known = found.columns.get("text", _no_text(text))
    written = text
    if "text" in found.encoded:
        written = json_texts(text)
        # Where some records have lists of texts, Hugging Face holds a list for every one.
        listed = pc.binary_join_element_wise(
            pa.scalar("[", TEXT), written, pa.scalar("]", TEXT), pa.scalar("", TEXT)
        )
        known = found.columns["text"] = pc.if_else(
            pc.fill_null(pc.equal(known, listed), False), written, known
        )
    other = pc.and_(pc.invert(nothing), pc.is_valid(text))
    differ = pc.and_(other, pc.invert(pc.fill_null(pc.equal(written, known), False)))
    for index in np.flatnonzero(np.asarray(differ)):
        bad.setdefault(int(index), "text and inputs['text'] differ: give either text or inputs")
    if pc.any(pc.and_(nothing, pc.is_valid(text))).as_py():
        merged = pc.if_else(nothing, written, known)
        found.columns["text"] = merged
    return found


def objects(column: Column, what: str, bad: Bad) -> pa.ChunkedArray:
    """Read dictionaries, or the JSON text of dictionaries, as JSON text."""
    if not isinstance(column, list):
        if column.null_count == len(column):
            return _no_text(column)
        if pa.types.is_struct(column.type):
            return joined_metadata(struct_fields(column), what, bad)

    def accept(value: Any) -> str | None:
        found = _parsed(value, what)
        if type(found) is not dict:
            found = coercions.dictionary(found, what)
        return jsontext.to_text(found, what) if found else None

    return each(column, accept, bad, TEXT)


def _parsed(value: Any, what: str) -> Any:
    if not isinstance(value, str):
        return dict(value) if isinstance(value, list) and value else value
    try:
        return jsontext.decode(value)
    except ValueError:
        raise ValueError(f"{what} is the text {value!r:.80}, which is not JSON") from None


def joined_metadata(parts: dict[str, Column], what: str, bad: Bad) -> pa.ChunkedArray:
    """Put columns together into one dictionary a record, as JSON text; nulls are left out."""
    none, comma = pa.scalar("", TEXT), pa.scalar(",", TEXT)
    body: Any = None
    for name, column in parts.items():
        key = pa.scalar(jsontext.encode(jsontext.check_text(name)) + ":", TEXT)
        written = _json_values(column, f"{what}[{name!r}]", bad)
        member = pc.binary_join_element_wise(key, written, none)
        # Joining all at once with null_handling="skip" would drop records whose values are all
        # null: Arrow's kernel does not keep the length (narwhals issue 3965 tells the story).
        body = (
            member
            if body is None
            else pc.coalesce(pc.binary_join_element_wise(body, member, comma), body, member)
        )
    whole = _chunked(
        pc.binary_join_element_wise(pa.scalar("{", TEXT), body, pa.scalar("}", TEXT), none)
    )
    if any(name.endswith("$date") for name in parts):
        return each(whole, lambda text: text and jsontext.escape_key(text), bad, TEXT)
    return whole


def _chunked(column: Any) -> pa.ChunkedArray:
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def _json_values(column: Column, what: str, bad: Bad) -> pa.Array:
    """Write each value as JSON text; null stays null."""
    if not isinstance(column, list):
        kind = column.type
        if column.null_count == len(column):
            return pa.nulls(len(column), TEXT)
        if pa.types.is_integer(kind):
            return _whole(pc.cast(column, TEXT))
        if pa.types.is_boolean(kind):
            return _whole(pc.if_else(column, pa.scalar("true", TEXT), pa.scalar("false", TEXT)))
        if is_text(kind):
            coded = _whole(column)
            if not pa.types.is_dictionary(coded.type):
                coded = pc.dictionary_encode(coded)
            return json_texts(pc.cast(coded.dictionary, TEXT)).take(coded.indices)

    def accept(value: Any) -> str | None:
        cleaned = jsontext.clean(value, what)
        if not isinstance(column, list):
            cleaned = _without_nulls(cleaned)
        return None if cleaned is None else jsontext.encode(cleaned)

    return _whole(each(column, accept, bad, TEXT))


def _without_nulls(value: Any) -> Any:
    """Leave out what Arrow's structs hold for keys that a dictionary did not have."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _whole(column: Any) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    combined = column.combine_chunks()
    return pa.concat_arrays(combined.chunks) if isinstance(combined, pa.ChunkedArray) else combined


def explanations(column: Column, bad: Bad) -> pa.ChunkedArray:
    """Read attributions of tokens as JSON text."""

    def accept(value: Any) -> str | None:
        found = explanation(_parsed(value, "explanation"))
        if found is None:
            return None
        return jsontext.encode(
            {name: [vars(token) for token in tokens] for name, tokens in found.items()}
        )

    return each(column, accept, bad, TEXT)


def keywords(column: Column, bad: Bad) -> pa.ChunkedArray:
    """Read lists of words as JSON text."""

    def accept(value: Any) -> str | None:
        found: Sequence[str] | None = coercions.keywords(value)
        return jsontext.encode(found) if found else None

    return each(column, accept, bad, TEXT)
