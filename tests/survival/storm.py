"""A storm of changes by one process, each acknowledged in a file once its call returned."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import numpy as np

import rubrix_widget as rb
from rubrix_widget.columns import VERDICTS, State
from rubrix_widget.edits import Action, Edit, EditResult, LiveDataset
from rubrix_widget.store import Label, Store
from rubrix_widget.store.journal.events import dump
from tests.survival.whole import Groups

LABELS = ["negative", "neutral", "positive"]
RECORDS = 40
LOGGED = {
    str(i): State((LABELS[i % 3],) if i % 4 else None, "Default", None) for i in range(RECORDS)
}


def begin(folder: Path) -> None:
    """Log the records that the storm is about."""
    records = [
        rb.TextClassificationRecord(
            text=f"text {i}",
            id=i,
            annotation=state.annotation and state.annotation[0],
            status="Default",
        )
        for i, state in LOGGED.items()
    ]
    Store(folder).log(rb.DatasetForTextClassification(records).table)


def rage(folder: Path, acknowledged: Path, seed: int, most: int = 10**9, agent: str = "a") -> None:
    """Change records at random until killed; write down what was acknowledged."""
    chance = random.Random(seed)
    dataset = LiveDataset("d", folder)
    file = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _ in range(most):
        found = _change(dataset, chance, agent)
        line = {} if found is None else _told(found)
        os.write(file, json.dumps(line).encode() + b"\n")
    os.close(file)
    dataset.close()


def _change(dataset: LiveDataset, chance: random.Random, agent: str) -> EditResult | None:
    one = str(chance.randrange(RECORDS))
    kind = chance.random()
    if kind < 0.42:
        label = chance.choice([*LABELS, "new", None])
        edit = Edit(one, "annotation", None if label is None else [label])
        return dataset.edit([edit], agent=agent)
    if kind < 0.5:
        verdict = chance.choice([*VERDICTS, None])
        return dataset.edit([Edit(one, "verdict", verdict)], agent=agent)
    if kind < 0.55:
        text = chance.choice(["why?", "see text\n2", None])
        return dataset.edit([Edit(one, "comment", text)], agent=agent)
    if kind < 0.62:
        edits = [Edit(str(i), "status", "Discarded") for i in chance.sample(range(RECORDS), 5)]
        return dataset.edit(edits, agent=agent, query="text", reason="unreadable")
    if kind < 0.72:
        size = chance.randrange(1, RECORDS)
        action = Action("annotation", [chance.choice(LABELS)])
        return dataset.change(lambda _: np.arange(size), action, agent=agent)
    if kind < 0.76:
        names = chance.sample([*LABELS, "new"], 4)
        return dataset.declare([Label(name, "said so") for name in names], agent=agent)
    if kind < 0.9:
        return dataset.undo(agent=agent)
    return dataset.redo(agent=agent)


def _told(found: EditResult) -> dict[str, Any]:
    """Say what a call acknowledged: its group, how many changes, and what some records are now."""
    some = found.engine.positions(found.ids[:3]).tolist()
    now = {
        one: dump(found.engine.columns.state(at)) for one, at in zip(found.ids, some, strict=False)
    }
    return {"group": found.group, "changes": found.changes, "now": now}


def missing(acknowledged: Path, groups: Groups) -> tuple[int, list[dict[str, Any]]]:
    """Return how many changes were acknowledged, and those that are not there as they were said."""
    lines = acknowledged.read_bytes().splitlines(keepends=True)
    told = [json.loads(line) for line in lines if line.endswith(b"\n")]
    made = [one for one in told if one.get("group")]
    return len(made), [one for one in made if not _is_there(one, groups.get(one["group"], []))]


def _is_there(told: dict[str, Any], events: list[tuple[str | None, State | None]]) -> bool:
    became = {record: dump(state) for record, state in events if record is not None}
    there = sum(record is not None for record, _ in events)
    now = told["now"].items()
    return told["changes"] == there and all(became.get(one, new) == new for one, new in now)
