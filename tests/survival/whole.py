"""Whether a dataset is what its journal says, found out by other means than the package's own."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from rubrix_widget.columns import State
from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import Engine
from rubrix_widget.store import Store
from rubrix_widget.store.journal import COPY, FILE

Groups = dict[int, list[tuple[str | None, State | None]]]


def check(folder: Path, *, logged: dict[str, State]) -> Groups:
    """Compare database, copy, engine and counts with a rebuild from scratch.

    Parameters
    ----------
    folder
        The dataset's folder; nobody else has it open.
    logged
        The records as logged.

    Returns
    -------
    dict
        The events of each group: record and new state.

    Raises
    ------
    AssertionError
        Two of them differ.
    """
    dataset = LiveDataset("d", folder)
    try:
        dataset.events()  # what is damaged is found when it is read, and mended
        dataset.groups()
        engine = dataset.engine()
    finally:
        dataset.close()
    with closing(sqlite3.connect(folder / FILE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        lines = db.execute(
            "SELECT seq, group_id, record_id, old, new FROM events ORDER BY seq"
        ).fetchall()
        sizes = dict(db.execute("SELECT id, size FROM groups ORDER BY id").fetchall())
    with closing(Store(folder).journal()) as journal:
        journal.check()
    assert [line[0] for line in lines] == list(range(1, len(lines) + 1))
    assert sorted(sizes) == list(range(1, len(sizes) + 1))
    found: Groups = {number: [] for number in sizes}
    now: dict[str, State] = dict(logged)
    for _, group, record, _, new in lines:
        state = _state(new) if record is not None else None
        found[group].append((record, state))
        if record is not None:
            now[record] = logged[record] if state is None else state
    assert {number: len(one) for number, one in found.items()} == sizes, "half a group"
    copied = [json.loads(line[9:]) for line in (folder / COPY).read_bytes().splitlines()]
    assert [(one["group"], one["first"], len(one["rows"])) for one in copied] == [
        (number, 1 + sum(sizes[n] for n in range(1, number)), size)
        for number, size in sizes.items()
    ]
    in_copy = [
        (one["group"], row[0], one["values"][row[4]]) for one in copied for row in one["rows"]
    ]
    assert in_copy == [(group, record, new) for _, group, record, _, new in lines]
    assert states(engine) == now
    counts = Counter(label for state in now.values() for label in state.annotation or ())
    for label in {*counts, *engine.labels}:
        assert engine.select(f'annotated_as:"{label}"').count == counts[label]
    return found


def states(engine: Engine) -> dict[str, State]:
    """Return what every record is."""
    ids = engine.columns.logged.ids[np.arange(engine.n)].tolist()
    return {one: engine.columns.state(place) for place, one in enumerate(ids)}


def _state(text: str | None) -> State | None:
    if text is None:
        return None
    content: dict[str, Any] = json.loads(text)
    labels = content["annotation"]
    return State(
        None if labels is None else tuple(labels),
        content["status"],
        content["annotation_agent"],
        content.get("comment"),
        content.get("verdict"),
    )
