"""Where predictions are wrong more often than elsewhere, as queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from rubrix_widget import charts
from rubrix_widget.analysis.features import Features, features_of
from rubrix_widget.analysis.numbers import check_share, check_whole
from rubrix_widget.analysis.source import Data, source_of
from rubrix_widget.metrics.contrast import by_chance, false_discovery
from rubrix_widget.metrics.intervals import excess
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect, word

Floats = npt.NDArray[np.float64]
Shorts = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Progress = Callable[[float], None]

_BEAM = 150  # conditions, and pairs of them, that others are added to
_CANDIDATES = 400  # that are looked at in the other half
_ALIKE = 0.6  # of the errors of two slices together that both have: then they are one
_WITHIN = 0.8  # of the errors of a slice that one listed before has: then it adds nothing
_NARROWER = 0.9  # a condition more has to leave out a tenth, or it says nothing


def slices(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    against: str | None = None,
    most: int = 20,
    least: int = 30,
    depth: int = 3,
    fdr: float = 0.05,
    seed: int = 0,
    progress: Progress | None = None,
) -> Metric:
    """Find queries whose records are predicted wrong more often than all others.

    Conditions are words and pairs of neighbouring words, labels, bands of score and length,
    agents, and values and ranges of metadata. They are looked for, and those alike folded
    together, in one half of the records, and measured in the other, so that what is reported was
    not chosen for being extreme there. Records that repeat each other may be in both halves.

    Parameters
    ----------
    data
        A dataset's name, a dataset in memory, or an explorer: then what it shows.
    query
        Only the records it matches.
    dialect : {"notebook", "lucene"}
        How the query is read.
    agent : str, optional
        Whose predictions are measured, where records have those of several: by default the
        primary ones.
    against : str, optional
        Another agent: then only what it has right counts as wrong, so that slices are found in
        which `agent` is worse than it.
    most : int
        Slices at most.
    least : int
        Records that a slice has to have in the half in which it is looked for.
    depth : int
        Conditions of a slice at most.
    fdr : float
        The share of false findings among those returned that is put up with, on average.
    seed : int
        Of the halves.
    progress : callable, optional
        Told the share of the work that is done, 0 to 1; an error that it raises ends the work.

    Returns
    -------
    Metric
        ``data`` has ``n`` and ``wrong`` (records of both halves), ``reported_n`` and
        ``reported_wrong`` (of the half that is reported), ``conditions`` (that were tried),
        ``tested`` (slices measured in the other half), ``covered`` (the share of the reported
        half's errors that the slices hold) and ``table``, a DataFrame with

        - ``query``, and ``records``: how many of both halves it finds; where some records were
          left out for want of an annotation or a prediction, it leaves them out as well;
        - ``n``, ``wrong``, ``rate`` and ``rest`` (the rate of all other records) in the reported
          half;
        - ``excess`` = rate - rest, with ``low`` and ``high`` (95 %, Newcombe); ranked by ``low``;
        - ``q``: the false discovery rate at which it is a finding (Benjamini-Hochberg over all
          that were tested, each by Fisher's exact test);
        - ``errors``: the share of all errors of that half that it holds;
        - ``alike``: queries of slices with mostly the same errors, or with a condition more that
          adds nothing for sure; they are not listed.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        A number that makes no sense, or no predictions of an agent.

    Notes
    -----
    A beam search over conjunctions, as in subgroup discovery: W. Klösgen, "Explora: a multipattern
    and multistrategy discovery assistant", 1996; Y. Chung et al., "Slice Finder", ICDE 2019.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(
    ...         text=("not bad" if n % 4 == 0 else "fine") + f" number{n}",
    ...         prediction=[("bad" if n % 4 == 0 and n % 20 else "good", 0.9)],
    ...         annotation="good",
    ...         metadata={"source": "a" if n % 3 else "b"},
    ...     )
    ...     for n in range(600)
    ... ]
    >>> found = slices(rb.DatasetForTextClassification(made), "predicted_by:* OR text:*").data
    >>> found["wrong"], found["covered"]
    (120, 1.0)
    """
    check_whole(1, most=most, least=least, depth=depth)
    check_whole(0, seed=seed)
    check_share(fdr=fdr)
    tell = progress or (lambda _share: None)
    source = source_of(data, query, dialect, agent)
    right = source.engine.columns.predicted
    chosen = source.hits.mask & (right >= 0)
    wrong = chosen & (right == 0)
    if against is not None:
        if against == (source.agent or next(iter(source.engine.columns.logged.predicting), None)):
            raise ValueError(
                f"against is {against!r}, whose predictions are measured; give another"
            )
        theirs = source.engine.seen_by(against).columns.predicted
        chosen, wrong = chosen & (theirs >= 0), wrong & (theirs == 1)
    mined = chosen & _half(source.engine.n, seed)
    reported = chosen & ~mined
    features = features_of(source, chosen, 2 * least)
    tell(0.2)
    search = _Search(features, mined, wrong, least, tell)
    candidates = search.run(depth)
    table, covered, tested = _measured(features, candidates, mined, reported, wrong, most, fdr)
    judged = [source.field("predicted"), *([word(f"predicted@{against}")] if against else [])]
    table["query"] += source.among(chosen, *judged)
    tell(1.0)
    found: dict[str, Any] = {
        "n": int(chosen.sum()),
        "wrong": int(wrong.sum()),
        "reported_n": int(reported.sum()),
        "reported_wrong": int((wrong & reported).sum()),
        "conditions": len(features.queries),
        "tested": tested,
        "covered": covered,
        "table": table,
    }
    return Metric("Slices", source.name, source.query, found["n"], found, _draw)


def _half(n: int, seed: int) -> Mask:
    return np.asarray(np.random.default_rng(seed).random(n) < 0.5)


@dataclass(frozen=True)
class _Slice:
    """Conditions, the records of the mined half that fulfil them, and how sure the excess is."""

    conditions: tuple[int, ...]
    records: Shorts = field(repr=False)
    low: float


class _Search:
    """Conjunctions of features, those that promise most made longer."""

    def __init__(
        self, features: Features, half: Mask, wrong: Mask, least: int, tell: Progress
    ) -> None:
        self._features, self._half, self._wrong = features, half, wrong
        self._least, self._tell = least, tell
        self._n, self._errors = int(half.sum()), int((half & wrong).sum())
        names = {name: place for place, name in enumerate(dict.fromkeys(features.families))}
        self._family = np.array([names[name] for name in features.families], np.int64)
        self._words = names.get("words", -1)

    def run(self, depth: int) -> list[_Slice]:
        """Return the slices that are worst for sure, the worst first."""
        if not self._errors or self._errors == self._n or not self._features.queries:
            return []
        everything = _Slice((), np.flatnonzero(self._half).astype(np.int32), 0.0)
        open_, found = [everything], dict[frozenset[int], _Slice]()
        for level in range(depth):
            longer: dict[frozenset[int], _Slice] = {}
            for number, one in enumerate(open_):
                for more in self._longer(one):
                    longer.setdefault(frozenset(more.conditions), more)
                self._tell(0.2 + 0.7 * (level + (number + 1) / len(open_)) / depth)
            found |= longer
            open_ = sorted(longer.values(), key=lambda one: -one.low)[:_BEAM]
        return sorted(found.values(), key=lambda one: -one.low)[:_CANDIDATES]

    def _longer(self, one: _Slice) -> list[_Slice]:
        items, place = self._features.of(one.records)
        size = len(self._features.queries)
        n = np.bincount(items, minlength=size).astype(np.float64)
        bad = self._wrong[one.records]
        errors = np.bincount(items[bad[place]], minlength=size).astype(np.float64)
        low, _ = excess(errors, n, self._errors - errors, self._n - n)
        able = (n >= self._least) & (n <= _NARROWER * len(one.records)) & (low > one.low)
        for condition in one.conditions:
            family = self._family[condition]
            able[condition] = False
            if family != self._words:
                able &= self._family != family
        best = np.flatnonzero(able)
        best = best[np.argsort(-low[best], kind="stable")][:_BEAM]
        within = np.zeros(len(self._half), np.bool_)
        within[one.records] = True
        every = ((feature, self._features.records(feature)) for feature in best.tolist())
        return [
            _Slice((*one.conditions, feature), records[within[records]], float(low[feature]))
            for feature, records in every
        ]


@dataclass(frozen=True)
class _Counted:
    """Slices in one half: their records there, how many they are, and how many are wrong."""

    members: list[Shorts]
    sizes: Floats
    bad: Floats
    n: int
    errors: int

    @classmethod
    def of(cls, members: list[Shorts], half: Mask, wrong: Mask) -> _Counted:
        here = [one[half[one]] for one in members]
        sizes = np.array([len(one) for one in here], np.float64)
        bad = np.array([int(wrong[one].sum()) for one in here], np.float64)
        return cls(here, sizes, bad, int(half.sum()), int((half & wrong).sum()))

    def excess(self) -> tuple[Floats, Floats]:
        return excess(self.bad, self.sizes, self.errors - self.bad, self.n - self.sizes)


def _chosen(
    candidates: list[_Slice], members: list[Shorts], mined: Mask, wrong: Mask
) -> list[tuple[int, list[int]]]:
    """Return the slices to look at in the other half, and those that each stands for."""
    here = _Counted.of(members, mined, wrong)
    conditions = [frozenset(one.conditions) for one in candidates]
    ranked = list(range(len(candidates)))  # as the search ranked them
    needless = _needless(ranked, conditions, here.bad, here.sizes)
    ranked = [one for one in ranked if one not in needless]
    kept, alike = _folded([here.members[one][wrong[here.members[one]]] for one in ranked])
    found = []
    for place, others in zip(kept, alike, strict=True):
        one, folded = ranked[place], [ranked[other] for other in others]
        folded += [more for more, wider in needless.items() if wider in (one, *folded)]
        found.append((one, folded))
    return found


def _measured(
    features: Features,
    candidates: list[_Slice],
    mined: Mask,
    reported: Mask,
    wrong: Mask,
    most: int,
    fdr: float,
) -> tuple[Any, float, int]:
    """Return the table of slices as they are in the other half, and what they cover of it."""
    both = [_members(features, one.conditions) for one in candidates]
    chosen = _chosen(candidates, both, mined, wrong)
    there = _Counted.of([both[one] for one, _ in chosen], reported, wrong)
    n, errors, bad, sizes = there.n, there.errors, there.bad, there.sizes
    measured = np.flatnonzero((sizes > 0) & (sizes < n))
    low, high = there.excess()
    with np.errstate(divide="ignore", invalid="ignore"):
        rate, rest = bad / sizes, (errors - bad) / (n - sizes)
    q = np.ones(len(chosen))
    wrongs, whole = (one[measured].astype(np.int64) for one in (bad, sizes))
    q[measured] = false_discovery(by_chance(wrongs, whole, errors, n))
    sure = measured[(q[measured] <= fdr) & (low[measured] > 0)]
    ranked = sure[np.argsort(-low[sure], kind="stable")].tolist()
    conditions = [frozenset(candidates[one].conditions) for one, _ in chosen]
    needless = _needless(ranked, conditions, bad, sizes)
    kept = [one for one in ranked if one not in needless][:most]
    behind = {at: list(chosen[at][1]) for at in kept}
    for one, wider in needless.items():
        if wider in behind:
            behind[wider] += [chosen[one][0], *chosen[one][1]]
    rows = [
        {
            "query": _query(features, candidates[chosen[at][0]].conditions),
            "records": len(both[chosen[at][0]]),
            "n": int(sizes[at]),
            "wrong": int(bad[at]),
            "rate": rate[at],
            "rest": rest[at],
            "excess": rate[at] - rest[at],
            "low": low[at],
            "high": high[at],
            "q": q[at],
            "errors": bad[at] / max(errors, 1),
            "alike": [_query(features, candidates[one].conditions) for one in behind[at]],
        }
        for at in kept
    ]
    held = np.unique(np.concatenate([there.members[one] for one in kept] or [np.zeros(0, int)]))
    covered = float(wrong[held].sum() / errors) if errors else float("nan")
    return _frame(rows), covered, len(measured)


def _members(features: Features, conditions: tuple[int, ...]) -> Shorts:
    found = features.records(conditions[0])
    for one in conditions[1:]:
        other = features.records(one)
        if len(other) < len(found):
            found, other = other, found
        there = np.minimum(np.searchsorted(other, found), len(other) - 1)
        found = found[other[there] == found]
    return found


def _needless(
    ranked: list[int], conditions: list[frozenset[int]], bad: Floats, sizes: Floats
) -> dict[int, int]:
    """Return slices of which some conditions can be left out, and the widest without them.

    They can where the records that they leave out are not wrong less often for sure.
    """
    found: dict[int, int] = {}
    for one in ranked:
        wider = [other for other in ranked if conditions[other] < conditions[one]]
        if wider:
            mine, theirs = (np.array([one]), np.array(wider))
            low, _ = excess(
                bad[mine], sizes[mine], bad[theirs] - bad[mine], sizes[theirs] - sizes[mine]
            )
            alike = theirs[~(low > 0)]
            if len(alike):
                found[one] = min(alike.tolist(), key=lambda other: len(conditions[other]))
    for one in sorted(found, key=lambda one: len(conditions[one])):  # the wider ones lead on
        found[one] = found.get(found[one], found[one])
    return found


def _folded(errors: list[Shorts]) -> tuple[list[int], list[list[int]]]:
    """Return which slices to keep, and for each the later ones with mostly the same errors."""
    kept: list[int] = []
    alike: list[list[int]] = []
    for place, mine in enumerate(errors):
        for at, other in enumerate(kept):
            theirs = errors[other]
            shared = len(np.intersect1d(mine, theirs, assume_unique=True))
            together = len(mine) + len(theirs) - shared
            if shared >= _ALIKE * together or shared >= _WITHIN * len(mine):
                alike[at].append(place)
                break
        else:
            kept.append(place)
            alike.append([])
    return kept, alike


def _query(features: Features, conditions: tuple[int, ...]) -> str:
    return " AND ".join(features.queries[one] for one in conditions)


def _frame(rows: list[dict[str, Any]]) -> Any:
    import pandas as pd

    names = [*("query", "records", "n", "wrong", "rate", "rest"), *("excess", "low", "high")]
    names += ["q", "errors", "alike"]
    return pd.DataFrame(rows, columns=names)


def _draw(metric: Metric) -> charts.Spec:
    table = metric.data["table"]
    rows = list(table[["query", "n", "wrong", "excess", "low", "high"]].itertuples(index=False))
    return charts.slices([tuple(row) for row in rows], title=metric.title)
