"""A whole view by hand in pandas: what a person writes in a cell, with care for speed."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np

from bench import ours
from bench.peers import pandas_scan


class Here(pandas_scan.Here):
    """The frame of the scans, asked for views."""

    def view(self, asked: ours.View) -> Callable[[], tuple[int, object, object, object]]:
        """Return what answers a view: count, records, facets, matrix."""
        frame = self.frame
        keys = [name for name, _ in asked.sort]
        ascending = [direction == "asc" for _, direction in asked.sort]
        facets = [name.removeprefix("metadata.") for name in ours.KEYWORD_FACETS]
        numbers = [name.removeprefix("metadata.") for name in ours.NUMBER_FACETS]

        def answer() -> tuple[int, object, object, object]:
            masks = [pandas_scan.condition(frame, asked.query)]
            masks += [frame[name].isin(values) for name, values in asked.equal.items()]
            masks += [frame[name].between(*bounds) for name, bounds in asked.between.items()]
            hit = np.flatnonzero(reduce(lambda one, other: one & other, masks))
            if keys:
                order = frame[keys].iloc[hit].sort_values(keys, ascending=ascending, kind="stable")
                first = order.index[: ours.PAGE]
            else:
                first = hit[: ours.PAGE]
            records = frame.loc[first].drop(columns="words").to_dict("records")
            counts = {name: frame[name].iloc[hit].value_counts() for name in facets}
            for name in numbers:
                counts[name] = np.histogram(frame[name].to_numpy()[hit], ours.BINS)[0]
            pairs = frame[["annotated_as", "predicted_as"]].iloc[hit]
            matrix = pairs.groupby(["annotated_as", "predicted_as"], observed=True).size()
            return len(hit), records, counts, matrix

        return answer
