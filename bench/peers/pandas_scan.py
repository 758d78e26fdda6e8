"""pandas: what people have at hand; texts in its Arrow-backed string type."""

from __future__ import annotations

from collections.abc import Callable, Sized
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from bench import forms
from bench.peers import Source, scans

_CATEGORIES = (
    "annotated_as",
    "predicted_as",
    "predicted",
    "status",
    "predicted_by",
    "annotated_by",
    "source",
    "split",
)


class Here:
    """A frame in memory, labels and the like as categories."""

    name = "pandas"

    def __init__(self, source: Source) -> None:
        self.frame = source.table.append_column("words", source.words).to_pandas()
        for name in set(_CATEGORIES) & set(self.frame.columns):
            self.frame[name] = self.frame[name].astype("category")

    def ask(self, form: forms.Form) -> Callable[[], Sized]:
        condition(self.frame.head(1), form)  # to find out whether it can be asked
        return lambda: np.flatnonzero(condition(self.frame, form))


def condition(frame: pd.DataFrame, form: forms.Form) -> Any:
    """Return a mask over the records."""
    match form:
        case forms.Not(part):
            return ~condition(frame, part)
        case forms.All(parts):
            return reduce(lambda one, other: one & other, (condition(frame, p) for p in parts))
        case forms.Any(parts):
            return reduce(lambda one, other: one | other, (condition(frame, p) for p in parts))
        case forms.Equals(field, value):
            return frame[field] == value
        case forms.Between(field, low, high):
            if field == "day":
                return frame[field].between(pd.Timestamp(low), pd.Timestamp(high))
            return frame[field].between(low, high)
    wanted, regular = scans.condition(form)
    return frame["words"].str.contains(wanted, regex=regular)
