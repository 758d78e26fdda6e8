"""What logging records does to those already there: which are new, replaced, or the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget import table as tables
from rubrix_widget.columns import input_texts, one_chunk
from rubrix_widget.errors import RecordError
from rubrix_widget.store import content
from rubrix_widget.store.manifest import Part

Place = tuple[str, int]  # a part's id, and a record's place in it


def with_ids(table: pa.Table) -> pa.Table:
    """Return records that all have an id.

    Raises
    ------
    RecordError
        Two of them have the same.
    """
    ids = content.ids(table)
    counts = pc.value_counts(ids)
    if len(counts) < len(ids):
        twice = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")[0].as_py()
        first, second = np.flatnonzero(pc.equal(ids, twice).to_numpy(zero_copy_only=False))[:2]
        raise RecordError(
            f"records {first} and {second} have the same id {twice!r}; an id names one record. "
            f"Nothing was logged",
            index=int(second),
            record_id=twice,
        )
    at = table.schema.get_field_index("id")
    return table.set_column(at, table.schema.field(at), ids)


def compare(
    table: pa.Table, old: pa.Table, places: list[Place]
) -> tuple[pa.Table, int, int, list[Place]]:
    """Split records into those to write and those already there, word for word.

    Returns the records to write, how many of them replace one, how many are unchanged, and the
    places of the replaced ones.
    """
    if old.num_rows == 0:
        return table, 0, 0, []
    at = pc.index_in(one_chunk(table.column("id")), value_set=one_chunk(old.column("id")))
    here = np.flatnonzero(at.is_valid())
    there = at.drop_null().to_numpy()
    before, now = content.digests(old), content.digests(table.take(pa.array(here)))
    same = (before[there] == now).all(axis=1)
    write = np.ones(table.num_rows, dtype=bool)
    write[here[same]] = False
    stale = [places[one] for one in there[~same].tolist()]
    return table.filter(pa.array(write)), len(stale), int(same.sum()), stale


def superseded(old: pa.Table, fresh: pa.Table) -> tuple[str, ...]:
    """Find the records whose texts, or logged annotation, status or agent, differ from before.

    What people changed in them gives way to what was logged: it was said of another text, or is
    answered. It stays in records that were logged again with the text and annotation they had.
    """
    if old.num_rows == 0:
        return ()
    at = pc.index_in(fresh.column("id"), value_set=old.column("id").combine_chunks())
    again = fresh.filter(at.is_valid())
    before = old.take(at.drop_null())
    differs = pa.repeat(False, again.num_rows)
    for name in ("annotation", "status", "annotation_agent"):
        differs = pc.or_(differs, _differ(again.column(name), before.column(name)))
    for name in {*tables.input_names(again), *tables.input_names(before)}:
        differs = pc.or_(differs, _differ(_texts(again, name), _texts(before, name)))
    return tuple(again.column("id").filter(differs).to_pylist())


def _texts(table: pa.Table, name: str) -> pa.Array:
    if name not in tables.input_names(table):
        return pa.nulls(table.num_rows, pa.large_string())
    return input_texts(table, name)


def _differ(new: pa.ChunkedArray, was: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_large_list(new.type):
        pairs = zip(new.to_pylist(), was.to_pylist(), strict=True)
        return pa.array([one != other for one, other in pairs], pa.bool_())
    new, was = one_chunk(new), one_chunk(was)
    return pc.coalesce(pc.not_equal(new, was), pc.xor(new.is_valid(), was.is_valid()))


def by_part(places: Sequence[Place]) -> dict[str, list[int]]:
    """Return the places in each part."""
    grouped: dict[str, list[int]] = {}
    for part, place in places:
        grouped.setdefault(part, []).append(place)
    return grouped


def absorbed(parts: Sequence[Part], size: int) -> tuple[tuple[Part, ...], list[Part]]:
    """Choose the newest small parts to be written again with ``size`` new records.

    A part at most twice the size of what follows it is absorbed, so the number of parts grows
    with the logarithm of the records.
    """
    kept, taken = list(parts), list[Part]()
    while kept and kept[-1].live <= 2 * size:
        size += kept[-1].live
        taken.insert(0, kept.pop())
    return tuple(kept), taken
