"""What to highlight: the characters of a record's inputs that a query matched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.arrays import Ints
from rubrix_widget.columns import Logged, input_texts
from rubrix_widget.engine.fields import Field, matching
from rubrix_widget.index import spans
from rubrix_widget.query import tree

Marks = dict[str, list[tuple[int, int]]]
_WORD = 100  # characters read on, so that a word at the limit is whole


def marks(
    node: tree.Node, logged: Logged, positions: Ints, characters: int | None = None
) -> list[Marks]:
    """Return, for each record, the matched ranges of characters of the inputs that are searched.

    Only what the query asks for counts, not what it excludes; with ``characters`` only in the
    first so many of each input, and in a word that stands across that limit.
    """
    found: list[Marks] = [{} for _ in positions]
    wanted = [leaf for leaf in asked_for(node) if _on_text(leaf.field)]
    if not wanted:
        return found
    taken = logged.inputs().take(pa.array(np.asarray(positions)))
    for name in logged.input_names:
        here = [(leaf, field) for leaf in wanted if (field := _meets(leaf.field, name))]
        if not here:
            continue
        given = input_texts(taken, name)
        if characters is not None:
            given = pc.utf8_slice_codeunits(given, 0, characters + _WORD)
        texts = given.to_pylist()
        for place, ranges in enumerate(spans(here, [text or "" for text in texts])):
            if texts[place] is not None:
                found[place][name] = _within(ranges, characters)
    return found


def _within(ranges: list[tuple[int, int]], characters: int | None) -> list[tuple[int, int]]:
    if characters is None:
        return ranges
    return [(start, min(end, characters)) for start, end in ranges if start < characters]


def asked_for(node: tree.Node) -> Iterator[tree.Leaf]:
    """Iterate over the leaves that are not excluded."""
    below: Sequence[tree.Node] = ()
    match node:
        case tree.Leaf():
            yield node
        case tree.And(children=children) | tree.Or(children=children):
            below = children
        case tree.Clauses(required=required, optional=optional):
            below = (*required, *optional)
        case tree.Boost(child=child):
            below = (child,)
    for child in below:
        yield from asked_for(child)


def _on_text(field: str | None) -> bool:
    return field is None or field in ("text", "text.exact") or field.startswith("inputs.")


def _meets(field: str | None, name: str) -> str | None:
    """Return the field of one input that a condition on ``field`` searches, if any."""
    here = f"inputs.{name}"
    if field in (None, "text"):
        return here
    if field in ("text.exact", f"{here}.exact"):
        return f"{here}.exact"
    if field == here or (
        field is not None and "*" in field and matching(field, [Field(here, "text")])
    ):
        return here
    return None
