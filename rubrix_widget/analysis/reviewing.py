"""How far a review of label errors went, and what it has still to find."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from rubrix_widget import charts
from rubrix_widget.analysis.mislabelled import Doubts, SortBy, doubted
from rubrix_widget.analysis.numbers import check_whole
from rubrix_widget.analysis.source import Data, Source, source_of
from rubrix_widget.columns import VERDICTS, Logged
from rubrix_widget.columns.ids import Ids
from rubrix_widget.engine import Engine
from rubrix_widget.metrics.intervals import total_bounds
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_WRONG = VERDICTS.index("label_wrong")


def review(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    sort_by: SortBy = "normalized_margin",
    seed: int = 0,
) -> Metric:
    """Say how far a review of label errors went, and how many it has still to find.

    A review gives verdicts (:func:`rubrix_widget.set_verdict`) on records in the order of
    :func:`label_errors`, and now and then on one drawn at random from all others. It is in the
    records alone: left today, it goes on tomorrow, whoever goes on with it.

    Parameters
    ----------
    data
        A dataset's name, a dataset in memory, or an explorer: then what it shows.
    query
        Only the records it matches. A record with a verdict matches and is ranked by its annotation
        as logged, so that putting it right does not take it out of the review.
    dialect : {"notebook", "lucene"}
        How the query is read.
    agent : str, optional
        Whose predictions rank, where records have those of several: by default the primary ones.
    sort_by : {"normalized_margin", "self_confidence"}
        As in :func:`label_errors`.
    seed : int
        Of the order in which records are drawn at random.

    Returns
    -------
    Metric
        ``data`` has

        - ``n`` (records with an annotation and scores), ``judged``, ``found`` (label errors, that
          is verdicts "label_wrong") and the number of each verdict: ``label_wrong``,
          ``model_wrong``, ``ambiguous``, ``both_fine``;
        - ``curve``, a DataFrame: ``found`` label errors among the first ``reviewed`` records with
          a verdict, in the order of the ranking, the last of them in place ``rank`` of it;
        - ``rest`` (the records after the first without a verdict, itself included), ``checked``
          (those of them that were judged as drawn at random) and ``checked_wrong``;
        - ``remaining``, ``low`` and ``high``: label errors still to be found, and the 95 %
          interval; NaN where nothing was checked.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        No such way to sort, a seed that is none, or no predictions of that agent.

    Notes
    -----
    An elusion test: a sample of what a ranked review has not come to tells what it misses. H. L.
    Roitblat, A. Kershaw, P. Oot, "Document categorization in legal electronic discovery: computer
    classification vs. manual review", Journal of the American Society for Information Science and
    Technology 61 (2010), 70-80; M. W. Callaghan, F. Müller-Hansen, "Statistical stopping criteria
    for automated screening in systematic reviews", Systematic Reviews 9 (2020), 273.

    A hash of ids and seed puts all records in a random order. The beginning of it that is judged
    without a gap is a simple random sample of the rest, from which
    :func:`rubrix_widget.metrics.intervals.total_bounds` has the label errors of the rest, those
    already found in it included; the estimate is the share in the sample. Records that were judged
    neither in the order of the ranking nor at random lengthen the sample only by chance.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(
    ...         text=t, id=t, prediction=[("good", s), ("bad", 1 - s)], annotation=a
    ...     )
    ...     for t, s, a in [("fine", 0.9, "good"), ("nice", 0.8, "bad"), ("dull", 0.3, "bad")]
    ... ]
    >>> answer = rb.log(made, "reviewed")
    >>> answer = rb.set_verdict("reviewed", "label_wrong", ids=["nice"])
    >>> found = review("reviewed").data
    >>> found["n"], found["judged"], found["found"], found["rest"], found["remaining"]
    (3, 1, 1, 2, nan)
    """
    check_whole(0, seed=seed)
    state = reviewed(source_of(data, query, dialect, agent, before), sort_by, seed)
    estimate = state.estimate
    found: dict[str, Any] = {
        "n": len(state.verdict),
        "judged": int(state.judged.sum()),
        "found": state.counts["label_wrong"],
        **state.counts,
        **estimate._asdict(),
        "curve": _curve(state),
    }
    return Metric("Review", state.source.name, state.source.query, found["n"], found, _draw)


class Estimate(NamedTuple):
    """Label errors still to be found, and what that rests on; NaN where on nothing."""

    rest: int
    checked: int
    checked_wrong: int
    remaining: float
    low: float
    high: float


@dataclass(frozen=True)
class Reviewed:
    """Records in the order of a review, and what was said of each.

    Attributes
    ----------
    source
        The records as they were before they were judged.
    ranking
        Their order.
    verdict
        Of each its place in ``VERDICTS``, -1 where there is none; shape (n,).
    drawn
        Places in the ranking in a random order; shape (n,).
    """

    source: Source
    ranking: Doubts
    verdict: npt.NDArray[np.int8]
    drawn: Ints

    @cached_property
    def judged(self) -> Mask:
        """Which have a verdict."""
        return np.asarray(self.verdict >= 0)

    @property
    def counts(self) -> dict[str, int]:
        """How many have each verdict."""
        found = np.bincount(self.verdict[self.judged], minlength=len(VERDICTS))
        return dict(zip(VERDICTS, found.tolist(), strict=True))

    @property
    def gone_through(self) -> int:
        """How many are judged without a gap from the first on."""
        return _run(self.judged)

    @property
    def of_rest(self) -> Ints:
        """The places of the others, in random order."""
        return self.drawn[self.drawn >= self.gone_through]

    def upcoming(self, count: int, every: int, passed: Ints) -> list[tuple[int, bool]]:
        """Return the records to judge next: their places, and whether they are drawn at random.

        Parameters
        ----------
        count
            At most so many.
        every
            Each so manieth is drawn at random; 0 for none.
        passed
            Places of records passed over, which come last.
        """
        open_ = ~self.judged
        done = int(self.judged.sum())
        open_[passed] = False
        in_order = iter(np.flatnonzero(open_)[:count].tolist())
        rest = self.of_rest
        at_random = iter(rest[open_[rest]][:count].tolist())
        found: dict[int, bool] = {}
        while len(found) < count:
            drawn = every > 0 and (done + len(found) + 1) % every == 0
            places = at_random if drawn else in_order
            place = next((one for one in places if one not in found), None)
            if place is None:
                break
            found[place] = drawn
        again = (one for one in np.sort(passed).tolist() if not self.judged[one])
        later = dict.fromkeys(again, False) if len(found) < count else {}
        return [*found.items(), *later.items()][:count]

    @property
    def estimate(self) -> Estimate:
        """What is still to be found."""
        places = self.of_rest
        rest, known = len(places), self.verdict[places]
        checked = _run(known >= 0)
        wrong = int((known[:checked] == _WRONG).sum())
        found = int((known == _WRONG).sum())
        open_ = int((known < 0).sum())
        if not open_:
            return Estimate(rest, checked, wrong, 0.0, 0.0, 0.0)
        if not checked:
            return Estimate(rest, 0, 0, math.nan, math.nan, math.nan)
        likely = wrong / checked * rest
        ends = (likely, *total_bounds(wrong, checked, rest))
        remaining, low, high = (float(min(max(one - found, 0), open_)) for one in ends)
        return Estimate(rest, checked, wrong, remaining, low, high)


def reviewed(
    source: Source,
    sort_by: SortBy = "normalized_margin",
    seed: int = 0,
    earlier: Reviewed | None = None,
) -> Reviewed:
    """Put the records of a source into the order of a review.

    Parameters
    ----------
    source
        Records as :func:`before` has them.
    sort_by, seed
        As in :func:`review`.
    earlier
        The same review a while ago, whose order is kept where it would be no other one.
    """
    columns = source.engine.columns
    if earlier is not None and _alike(source, earlier.source):
        ranking, drawn = earlier.ranking, earlier.drawn
    else:
        ranking = doubted(source).ranked(sort_by)
        drawn = np.argsort(_numbers(columns.logged, seed)[ranking.positions], kind="stable")
    return Reviewed(source, ranking, columns.verdict[ranking.positions], drawn)


def _alike(source: Source, other: Source) -> bool:
    """Tell whether two sources have the same records, annotated in the same way."""
    columns, others = source.engine.columns, other.engine.columns
    return (
        columns.logged is others.logged
        and np.array_equal(columns.annotation, others.annotation)
        and np.array_equal(source.hits.positions, other.hits.positions)
    )


def before(engine: Engine) -> Engine:
    """Return an engine over the records as they were before they were judged.

    That is as logged; a record without an annotation then is as it is now.
    """
    columns, logged = engine.columns, engine.columns.logged
    judged = (columns.verdict >= 0) & (logged.annotation >= 0)
    if not judged.any():
        return engine
    return engine.over(
        replace(
            columns,
            annotation=np.where(judged, logged.annotation, columns.annotation),
            annotation_agent=np.where(judged, logged.annotation_agent, columns.annotation_agent),
            status=np.where(judged, logged.status, columns.status),
        )
    )


_KNOWN: WeakKeyDictionary[Ids, dict[int, npt.NDArray[np.uint64]]] = WeakKeyDictionary()


def _numbers(logged: Logged, seed: int) -> npt.NDArray[np.uint64]:
    """Return a random number for each record, the same on every machine."""
    known = _KNOWN.setdefault(logged.ids, {})
    if seed not in known:
        salt = f"{seed}:".encode()
        ids = logged.ids[np.arange(logged.n)].tolist()
        whole = b"".join(
            hashlib.blake2b(salt + (one or "").encode(), digest_size=8).digest() for one in ids
        )
        known[seed] = np.frombuffer(whole, "<u8")
    return known[seed]


def _run(judged: Mask) -> int:
    """Return how many are judged without a gap from the first on."""
    return len(judged) if judged.all() else int(judged.argmin())


def found_so_far(state: Reviewed) -> Ints:
    """Return how many label errors are among the first, the first two … records with a verdict."""
    return np.cumsum(state.verdict[state.judged] == _WRONG)


def _curve(state: Reviewed) -> Any:
    import pandas as pd

    found, places = found_so_far(state), np.flatnonzero(state.judged)
    reviewed = np.arange(1, len(places) + 1)
    return pd.DataFrame({"reviewed": reviewed, "found": found, "rank": places + 1})


def _draw(metric: Metric) -> charts.Spec:
    data = metric.data
    ends = [data["found"] + data[name] for name in ("low", "remaining", "high")]
    return charts.found_so_far(data["curve"], *ends, title=metric.title)
