"""Records as plain data, ready for JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from rubrix_widget import jsontext
from rubrix_widget.arrays import Ints
from rubrix_widget.columns import VERDICTS, Columns, Logged, input_texts, inputs_of


def plain_records(columns: Columns, positions: Ints) -> list[dict[str, Any]]:
    """Return records as they are now, in the order given."""
    lines = columns.table(positions).to_pylist()
    places = positions.tolist()
    return [_record(columns, line, int(at)) for line, at in zip(lines, places, strict=True)]


def _record(columns: Columns, line: dict[str, Any], position: int) -> dict[str, Any]:
    annotation, moment = line["annotation"], line["event_timestamp"]
    right = int(columns.predicted[position])
    prediction, updated = line["prediction"], columns.updated[position]
    comment, verdict = int(columns.comment[position]), int(columns.verdict[position])
    inputs = inputs_of(columns.logged.table, line)
    return {
        "id": line["id"],
        "version": int(columns.version[position]),
        "inputs": inputs,
        "prediction": _best_first(prediction),
        "predicted": _ok_or_ko(right),
        "by_agent": _by_agent(columns, line, position),
        "annotation": [annotation] if isinstance(annotation, str) else annotation,
        "status": line["status"],
        "prediction_agent": line["prediction_agent"],
        "annotation_agent": line["annotation_agent"],
        "comment": None if comment < 0 else columns.logged.comments.values[comment],
        "verdict": None if verdict < 0 else VERDICTS[verdict],
        "metadata": _plain(jsontext.decode(line["metadata"])) if line["metadata"] else {},
        "event_timestamp": None if moment is None else moment.isoformat(),
        "last_updated": None if np.isnat(updated) else updated.item().isoformat(),
        "text_length": _length(inputs),
    }


def _by_agent(columns: Columns, line: dict[str, Any], position: int) -> list[tuple[str, Any]]:
    """Return the prediction of each agent and whether it is right, where records have several."""
    agents = columns.logged.predicting
    if not agents:
        return []
    given = {line["prediction_agent"]: line["prediction"]}
    given |= {one["agent"]: one["prediction"] for one in line["other_predictions"] or ()}
    return [
        (
            agent,
            {
                "prediction": _best_first(given.get(agent)),
                "predicted": _ok_or_ko(int(columns.right(agent)[position])),
            },
        )
        for agent in agents
    ]


def _best_first(prediction: list[dict[str, Any]] | None) -> list[list[Any]] | None:
    if prediction is None:
        return None
    return sorted(([one["label"], one["score"]] for one in prediction), key=lambda pair: -pair[1])


def _ok_or_ko(right: int) -> str | None:
    return None if right < 0 else ("ko", "ok")[right]


def stored(logged: Logged, position: int) -> dict[str, Any]:
    """Return the fields of a record that a Whoosh index stores."""
    line = logged.table.slice(position, 1)
    texts = {name: input_texts(line, name)[0].as_py() for name in logged.input_names}
    given = {name: text for name, text in texts.items() if text is not None}
    return {
        "id": line.column("id")[0].as_py(),
        "text": "\n".join(given.values()),
        **{f"inputs.{name}": text for name, text in given.items()},
    }


def _length(inputs: Mapping[str, str | list[str] | None]) -> int:
    """Return the characters of a record's text, as :attr:`Logged.text_length` counts them."""
    texts = ["\n".join(one) if isinstance(one, list) else one for one in inputs.values()]
    return len("\n".join(one for one in texts if one is not None))


def _plain(value: Any) -> Any:
    """Return metadata with its dates as ISO 8601 text, ready for JSON."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value
