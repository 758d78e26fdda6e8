"""A review of label errors, for the page: what to judge next, what was found, what is left."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rubrix_widget.analysis.reviewing import Reviewed, before, found_so_far, reviewed
from rubrix_widget.analysis.source import Source
from rubrix_widget.arrays import Ints
from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import Engine
from rubrix_widget.explorer import checks, details, pages
from rubrix_widget.explorer.protocol.limits import (
    CURVE_POINTS,
    MAX_EVERY,
    NEAR_RECORDS,
    REVIEW_RECORDS,
)
from rubrix_widget.explorer.protocol.records import View
from rubrix_widget.explorer.protocol.reviewing import (
    ReviewEstimate,
    ReviewParams,
    ReviewRecord,
    ReviewResult,
)
from rubrix_widget.index import Hits


class Wanted(NamedTuple):
    """What the page asks of a review: of which records, by whom ranked, which come next."""

    view: View
    agent: str | None
    every: int
    passed: list[str]


def wanted(params: object) -> Wanted:
    """Read the parameters of ``review``."""
    given = checks.fields(params, "params of 'review'", tuple(ReviewParams.__annotations__))
    shows = {name: given[name] for name in ("query", "dialect", "filters")}
    return Wanted(
        checks.view({**shows, "sort": [], "page": 1, "page_size": 1}),
        None if given["agent"] is None else checks.text(given["agent"], "agent"),
        checks.integer(given["every"], "every", 0, MAX_EVERY),
        checks.selected(given["passed"]),
    )


class Reviews:
    """Answers to the page about a review.

    Parameters
    ----------
    live : LiveDataset
    versions : Versions
        Numbers of the dataset's states.
    """

    def __init__(self, live: LiveDataset, versions: pages.Versions) -> None:
        self._live, self._versions = live, versions
        self._last: Reviewed | None = None
        self.methods: dict[str, Callable[[object], Any]] = {"review": self.review}

    def review(self, params: object) -> ReviewResult:
        """Answer ``review``."""
        asked = wanted(params)
        engine = self._live.engine()
        was = before(engine)
        hits = pages.select(was, asked.view).hits
        seen = was if asked.agent is None else was.seen_by(asked.agent)
        source = Source("", "", seen, hits, asked.agent)
        state = self._last = reviewed(source, earlier=self._last)
        ids = engine.positions(asked.passed)
        places = np.flatnonzero(np.isin(state.ranking.positions, ids[ids >= 0]))
        coming = state.upcoming(REVIEW_RECORDS, asked.every, places)
        return {
            "records": _records(engine, state, coming),
            "n": len(state.verdict),
            "shown": hits.count,
            "judged": int(state.judged.sum()),
            "counts": state.counts,
            "curve": _curve(state),
            "estimate": _estimate(state),
            "version": self._versions.of(engine),
        }


def _records(engine: Engine, state: Reviewed, coming: list[tuple[int, bool]]) -> list[ReviewRecord]:
    """Return records as they are now."""
    positions = state.ranking.positions[[place for place, _ in coming]] if coming else _NONE
    found: list[ReviewRecord] = []
    for (place, drawn), position, record in zip(
        coming, positions.tolist(), engine.records(positions), strict=True
    ):
        found.append(
            {
                "record": pages.page_record(record, {}),
                "place": place + 1,
                "drawn": drawn,
                "other": _other(engine, state, place, position),
                "near": _near(engine, position),
            }
        )
    return found


_NONE: Ints = np.zeros(0, np.int64)


def _other(engine: Engine, state: Reviewed, place: int, position: int) -> list[str] | None:
    """Return what the model would rather have; with several labels, one more or one less."""
    logged = state.source.engine.columns.logged  # as whoever ranks sees them
    other = int(state.ranking.other[place])
    if other < 0:
        return None
    label = logged.sets.labels[other]
    given = logged.sets.names(int(engine.columns.annotation[position]))
    if engine.multi_label:
        return [*(one for one in given if one != label), *([] if label in given else [label])]
    return None if label in given else [label]


def _near(engine: Engine, position: int) -> list[Any]:
    """Return the records most like one that are annotated otherwise."""
    annotation = engine.columns.annotation
    others = Hits.where((annotation >= 0) & (annotation != annotation[position]))
    positions, scores = engine.similar(position, others, NEAR_RECORDS)
    found = zip(engine.records(positions), scores.tolist(), strict=True)
    return [details.similar_record(one, score) for one, score in found]


def _curve(state: Reviewed) -> list[list[int]]:
    """Return pairs of records reviewed and label errors found, the last of them among the pairs."""
    found = found_so_far(state)
    step = max(1, math.ceil(len(found) / CURVE_POINTS))
    reviewed = np.arange(len(found), 0, -step)[::-1]
    pairs: list[list[int]] = np.stack([reviewed, found[reviewed - 1]], axis=1).tolist()
    return pairs


def _estimate(state: Reviewed) -> ReviewEstimate:
    told: Any = {
        name: value if math.isfinite(value) else None
        for name, value in state.estimate._asdict().items()
    }
    estimate: ReviewEstimate = told
    return estimate
