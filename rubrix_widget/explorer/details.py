"""One record: everything known about it, where it stands in a view, and what is like it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import Engine
from rubrix_widget.explorer import pages
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.limits import (
    MAX_HISTORY,
    MAX_SELECTED,
    MAX_TOKENS,
    SIMILAR_RECORDS,
    SIMILAR_TEXT,
)
from rubrix_widget.explorer.protocol.records import (
    Attributions,
    IdsResult,
    LocateParams,
    LocateResult,
    RecordParams,
    RecordResult,
    SimilarRecord,
    SimilarResult,
    View,
)
from rubrix_widget.explorer.utf16 import marks_to_utf16


def record(live: LiveDataset, params: RecordParams) -> RecordResult:
    """Return all of one record, and what the query matches in its whole texts."""
    engine = live.engine()
    position = _position(engine, params["id"])
    positions = np.array([position], np.int64)
    (found,) = engine.records(positions)
    selection = engine.select(params["query"], dialect=params["dialect"])
    (marks,) = engine.marks(selection, positions)
    taken: Any = found
    history: list[Any] = live.history(params["id"], MAX_HISTORY)
    return {
        "record": taken,
        "marks": {
            name: marks_to_utf16(text, marks[name], len(text))
            for name, text in pages.texts(found["inputs"]).items()
            if name in marks
        },
        "explanation": explained(engine.attributions(position)),
        "history": history,
    }


def explained(given: dict[str, list[dict[str, Any]]] | None) -> dict[str, Attributions] | None:
    """Turn an explanation into rows of numbers, one for each label.

    Examples
    --------
    >>> explained({"text": [{"token": "so", "attributions": {"good": 0.5}},
    ...                     {"token": "dull", "attributions": {"bad": 0.9, "good": float("nan")}}]})
    {'text': {'tokens': ['so', 'dull'], 'values': {'good': [0.5, None], 'bad': [None, 0.9]},
    'left_out': 0}}
    """
    if given is None:
        return None
    found: dict[str, Attributions] = {}
    for name, tokens in given.items():
        some = tokens[:MAX_TOKENS]
        labels = dict.fromkeys(label for token in some for label in token["attributions"])
        found[name] = {
            "tokens": [token["token"] for token in some],
            "values": {
                label: [_finite(token["attributions"].get(label)) for token in some]
                for label in labels
            },
            "left_out": len(tokens) - len(some),
        }
    return found


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def similar(engine: Engine, record_id: str) -> SimilarResult:
    """Return the records of the dataset most like one by their words."""
    position = _position(engine, record_id)
    positions, scores = engine.similar(position, engine.select().hits, SIMILAR_RECORDS)
    return {
        "records": [
            similar_record(found, score)
            for found, score in zip(engine.records(positions), scores.tolist(), strict=True)
        ]
    }


def similar_record(found: dict[str, Any], score: float) -> SimilarRecord:
    """Return what is told of a record that is like another one."""
    return {
        "id": found["id"],
        "similarity": score,
        "text": " · ".join(pages.texts(found["inputs"]).values())[:SIMILAR_TEXT],
        "prediction": (found["prediction"] or [None])[0],
        "annotation": found["annotation"],
    }


def locate(engine: Engine, params: LocateParams) -> LocateResult:
    """Return on which page of a view a record is; None where the view does not show it."""
    wanted, view = params["id"], params["view"]
    for one in dict.fromkeys((wanted, wanted.strip())):  # space around it comes from copying
        position = int(engine.positions([one])[0])
        if position >= 0:
            place = pages.select(engine, view).place(position)
            page = None if place is None else place // view["page_size"] + 1
            return {"id": one, "known": True, "page": page}
    return {"id": wanted, "known": False, "page": None}


def ids(engine: Engine, view: View) -> IdsResult:
    """Return the ids of all records of a view, as many as can be selected."""
    selection = pages.select(engine, view)
    column = engine.columns.logged.column("id")
    found = column.take(selection.page(0, MAX_SELECTED)).to_pylist()
    return {"ids": found, "count": selection.count}


def _position(engine: Engine, record_id: str) -> int:
    position = int(engine.positions([record_id])[0])
    if position < 0:
        raise RequestError(f"no record has the id {record_id!r}; it may have been deleted")
    return position
