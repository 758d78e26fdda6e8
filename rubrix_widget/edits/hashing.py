"""A digest of a record's texts, to find the record again where ids changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from rubrix_widget import table as tables
from rubrix_widget.arrays import Ints
from rubrix_widget.engine import Engine

_AT_ONCE = 10_000  # records whose texts are in memory while they are hashed


def text_hash(inputs: Mapping[str, str | list[str] | None]) -> str:
    """Return the digest of a record's inputs: the same on every machine, now and later.

    It is BLAKE2b with 16 bytes, in hexadecimal, of the inputs that hold something as a JSON object
    in UTF-8: names in order, ``", "`` and ``": "`` between, no escapes but those JSON needs.

    Parameters
    ----------
    inputs
        Texts by name; a record with one text has it under ``text``.

    Examples
    --------
    >>> text_hash({"text": "a fine film"})
    '8e3938cc47912a0130bbba1c9229d664'
    >>> text_hash({"title": None, "text": "a fine film"}) == text_hash({"text": "a fine film"})
    True
    """
    given = {name: text for name, text in inputs.items() if text}
    content = json.dumps(given, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def text_hashes(engine: Engine, positions: Ints) -> list[str | None]:
    """Return the digest of each record's inputs; None where the position is negative."""
    found = (text_hash(inputs) for inputs in inputs_of(engine, positions[positions >= 0]))
    return [None if position < 0 else next(found) for position in positions.tolist()]


def inputs_of(engine: Engine, positions: Ints) -> Iterator[dict[str, str | list[str] | None]]:
    """Yield the inputs of some records by name, in order."""
    inputs = engine.columns.logged.inputs()
    names = tables.input_names(inputs)
    for at in range(0, len(positions), _AT_ONCE):
        taken = inputs.take(positions[at : at + _AT_ONCE])
        columns = [tables.input_values(taken, name) for name in names]
        for values in zip(*columns, strict=True):
            yield dict(zip(names, values, strict=True))
