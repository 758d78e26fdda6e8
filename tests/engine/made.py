"""Records with something in every field, and how a plain loop judges them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import rubrix_widget as rb

Record = rb.TextClassificationRecord
Rule = Callable[[Record], bool]


def made() -> list[Record]:
    labels = ["bad", "good", "so so"]
    return [
        Record(
            text=f"text {i} {'fine' if i % 2 else 'dull'} film",
            id=f"r{i:02}",
            prediction=None if i % 7 == 6 else [(labels[i % 3], 0.5 + i / 100), ("rest", 0.1)],
            prediction_agent="Model A" if i % 2 and i % 7 != 6 else None,
            annotation=None if i % 5 == 4 else labels[i % 2],
            status="Discarded" if i % 11 == 10 else None,
            event_timestamp=dt.datetime(2021, 1 + i % 12, 1 + i % 28, i % 24) if i % 3 else None,
            metadata={
                "split": "dev" if i % 2 else "Rotten Tomatoes",
                "stars": i % 5,
                "ratio": i / 10,
                "checked": bool(i % 2),
                "day": f"2022-0{1 + i % 9}-15",
                "tags": ["a", "b"][: i % 3],
                "nested": {"deep": {"er": i}},
            },
        )
        for i in range(40)
    ]


RECORDS = made()


def top(record: Record) -> str | None:
    return max(record.prediction, key=lambda one: one[1])[0] if record.prediction else None


def score(record: Record) -> float | None:
    return max(one[1] for one in record.prediction) if record.prediction else None


def right(record: Record) -> bool | None:
    return None if None in (top(record), record.annotation) else top(record) == record.annotation
