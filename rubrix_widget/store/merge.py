"""What logging records does to those already there: which are new, replaced, or the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.errors import RecordError
from rubrix_widget.store import content

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
    known = dict(zip(old.column("id").to_pylist(), content.digests(old), strict=True))
    stale: list[Place] = []
    at = dict(zip(known, places, strict=True))
    write = np.ones(table.num_rows, dtype=bool)
    for place, (one, digest) in enumerate(
        zip(table.column("id").to_pylist(), content.digests(table), strict=True)
    ):
        before = known.get(one)
        if before is None:
            continue
        if before == digest:
            write[place] = False
        else:
            stale.append(at[one])
    fresh = table.filter(pa.array(write))
    return fresh, len(stale), int((~write).sum()), stale


def superseded(old: pa.Table, fresh: pa.Table) -> tuple[str, ...]:
    """Find the records whose logged annotation, status or agent is another one than before.

    What people changed in them gives way to what was logged; it stays in records that were
    logged again with the annotation they had.
    """
    if old.num_rows == 0:
        return ()
    at = pc.index_in(fresh.column("id"), value_set=old.column("id").combine_chunks())
    again = fresh.filter(at.is_valid())
    before = old.take(at.drop_null())
    differs = np.zeros(again.num_rows, dtype=bool)
    for name in ("annotation", "status", "annotation_agent"):
        pair = zip(again.column(name).to_pylist(), before.column(name).to_pylist(), strict=True)
        differs |= np.fromiter((new != was for new, was in pair), bool, again.num_rows)
    return tuple(again.column("id").filter(pa.array(differs)).to_pylist())


def by_part(places: Sequence[Place]) -> dict[str, list[int]]:
    """Return the places in each part."""
    grouped: dict[str, list[int]] = {}
    for part, place in places:
        grouped.setdefault(part, []).append(place)
    return grouped
