"""Whether one of two models is better, where, and how sure that is."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from rubrix_widget import charts
from rubrix_widget.analysis.source import Data, Source, source_of
from rubrix_widget.engine.fields import ONE_EACH
from rubrix_widget.metrics.intervals import wilson
from rubrix_widget.metrics.pairing import holm, kappa, mcnemar, paired_difference
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect, quote, word

Ints = npt.NDArray[np.int64]
OUTCOMES = ("both_wrong", "fixed", "broken", "both_right")
"""What two predictions come to, by twice whether the first is right and whether the second is."""


def compare(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    agents: tuple[str, str] | None = None,
) -> Metric:
    """Compare the predictions of two models for the same records, or of all that there are.

    Parameters
    ----------
    data
        A dataset's name, a dataset in memory, or an explorer: then what it shows.
    query
        Only the records it matches.
    dialect : {"notebook", "lucene"}
        How the query is read.
    agent : str, optional
        The one to start from, with which each other one is compared; by default the primary one
        where there are two in all, and of more each is compared with each.
    agents : tuple of str, optional
        Instead, the one to start from and the one to compare with it.

    Returns
    -------
    Metric
        ``data`` has, over the ``n`` records with an annotation and predictions of both,

        - ``both_right``, ``fixed`` (the first wrong, the second right), ``broken`` (the other way
          round) and ``both_wrong``: records; ``queries`` has the query of each;
        - ``agents``, and ``accuracy``: for each its ``accuracy`` with ``low`` and ``high``;
        - ``difference`` of the second's accuracy from the first's, with ``low`` and ``high``;
        - ``statistic`` and ``p`` of McNemar's test, and whether it is the ``exact`` one;
        - ``agreement``, the share of records both predict the same, and Cohen's ``kappa`` of it;
        - ``labels``: a DataFrame with a row for each annotated label, and the columns ``n``,
          ``both_right``, ``broken``, ``fixed``, ``both_wrong``, ``net`` (fixed less broken) and its
          ``query``.

        Where there are no records, shares and tests are NaN.

        Of more than two agents, over the ``n`` records with an annotation and predictions of all
        of them (``left_out`` others have an annotation and a prediction of some): ``agents``,
        ``accuracy`` as above, and ``pairs``, a DataFrame with a row for each two and the columns
        ``first``, ``second``, ``fixed``, ``broken``, ``difference``, ``low``, ``high``, ``p`` and
        ``p_holm``: p after Holm's correction for that many tests.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        No such agents, or fewer than two; or both `agent` and `agents` are given.

    Notes
    -----
    Accuracies have Wilson intervals, their difference Newcombe's for paired shares:
    :func:`rubrix_widget.metrics.pairing.paired_difference`. McNemar's test is the exact binomial
    one below 25 records that only one has right, else chi-squared with continuity correction;
    Holm's correction: :func:`rubrix_widget.metrics.pairing.holm`.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(
    ...         text=t, prediction={"old": [(o, 0.9)], "new": [(n, 0.8)]}, annotation="good"
    ...     )
    ...     for t, o, n in [("fine", "good", "good"), ("not bad", "bad", "good")]
    ... ]
    >>> found = compare(rb.DatasetForTextClassification(made)).data
    >>> found["fixed"], found["broken"], found["difference"], found["p"]
    (1, 0, 0.5, 1.0)
    >>> found["queries"]["fixed"]
    'fixed:true'
    """
    source = source_of(data, query, dialect)
    if agent is not None:
        if agents is not None:
            raise ValueError(f"agent is {agent!r} and agents is {agents!r}; give one of them")
        source.engine.seen_by(agent)  # which says what is wrong
    known = source.engine.columns.logged.predicting
    if agents is None and len(known) > 2:
        return _overview(source, agent)
    if agent is not None and len(known) == 2:
        agents = (agent, known[1 - known.index(agent)])
    first, second = _agents(source, agents)
    columns = source.engine.columns
    was, now = columns.right(first), columns.right(second)
    some = source.hits.positions
    some = some[(was[some] >= 0) & (now[some] >= 0)]
    outcome = (2 * was[some] + now[some]).astype(np.int64)
    counts = dict(zip(OUTCOMES, np.bincount(outcome, minlength=4).tolist(), strict=True))
    n = len(some)
    found: dict[str, Any] = {"agents": (first, second), "n": n, **counts}
    right = {first: counts["both_right"] + counts["broken"]}
    right[second] = counts["both_right"] + counts["fixed"]
    found["accuracy"] = {name: _share(one, n) for name, one in right.items()}
    found["difference"] = (right[second] - right[first]) / n if n else float("nan")
    both, neither = counts["both_right"], counts["both_wrong"]
    found["low"], found["high"] = (
        paired_difference(both, counts["broken"], counts["fixed"], neither)
        if n
        else (float("nan"), float("nan"))
    )
    test = mcnemar(counts["fixed"], counts["broken"])
    found |= {"statistic": test.statistic, "p": test.p if n else float("nan"), "exact": test.exact}
    one, other = (columns.logged.predicted(name).predicted_as[some] for name in (first, second))
    found["agreement"] = float((one == other).mean()) if n else float("nan")
    found["kappa"] = kappa(one, other)
    found["queries"] = _queries(source, first, second)
    found["labels"] = _by_label(source, some, outcome, (first, second))
    title, notes = f"{second} against {first}", _told(found["accuracy"])
    return Metric(title, source.name, source.query, n, found, _draw, notes)


def _agents(source: Source, agents: tuple[str, str] | None) -> tuple[str, str]:
    known = source.engine.columns.logged.predicting
    if len(known) < 2:
        raise ValueError(f"compare is of predictions of several agents, and {ONE_EACH}")
    if agents is None:
        return known[0], known[1]
    if not isinstance(agents, list | tuple) or len(agents) != 2 or agents[0] == agents[1]:
        raise ValueError(f"agents is {agents!r}; name two different ones of {', '.join(known)}")
    first, second = agents
    for one in (first, second):
        source.engine.seen_by(one)  # which says what is wrong
    return first, second


def _overview(source: Source, start: str | None) -> Metric:
    """Compare each of more than two agents with each other one, or one of them with the others."""
    import pandas as pd

    columns, some = source.engine.columns, source.hits.positions
    agents = columns.logged.predicting
    right = np.stack([columns.right(one)[some] for one in agents])
    whole = (right >= 0).all(axis=0)
    left_out = int((right >= 0).any(axis=0).sum()) - int(whole.sum())
    right = right[:, whole] == 1
    n = right.shape[1]
    rows = []
    two = list(combinations(range(len(agents)), 2))
    if start is not None:
        begin = agents.index(start)
        two = [(begin, other) for other in range(len(agents)) if other != begin]
    for one, other in two:
        was, now = right[one], right[other]
        fixed, broken = int((now & ~was).sum()), int((was & ~now).sum())
        both = int((was & now).sum())
        low, high = float("nan"), float("nan")
        if n:
            low, high = paired_difference(both, broken, fixed, n - both - fixed - broken)
        rows.append(
            {
                "first": agents[one],
                "second": agents[other],
                "fixed": fixed,
                "broken": broken,
                "difference": (fixed - broken) / n if n else float("nan"),
                "low": low,
                "high": high,
                "p": mcnemar(fixed, broken).p if n else float("nan"),
            }
        )
    pairs = pd.DataFrame(rows)
    pairs["p_holm"] = holm(pairs["p"].to_numpy())
    accuracy = {name: _share(int(ours.sum()), n) for name, ours in zip(agents, right, strict=True)}
    found = {
        "agents": tuple(agents),
        "n": n,
        "left_out": left_out,
        "accuracy": accuracy,
        "pairs": pairs,
    }
    title = "Accuracy by agent"
    return Metric(title, source.name, source.query, n, found, _draw_overview, _told(accuracy))


def _share(right: int, n: int) -> dict[str, float]:
    low, high = wilson(right, n) if n else (float("nan"), float("nan"))
    return {"accuracy": right / n if n else float("nan"), "low": low, "high": high}


def _told(accuracy: dict[str, dict[str, float]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"accuracy of {agent}", f"{one['accuracy']:.4g} ({one['low']:.4g} – {one['high']:.4g})")
        for agent, one in accuracy.items()
    )


def _queries(source: Source, first: str, second: str) -> dict[str, str]:
    known = source.engine.columns.logged.predicting
    if first == known[0]:
        behind = "" if len(known) == 2 else f"@{second}"
        found = {name: f"{word(name + behind)}:true" for name in OUTCOMES[:3]}
    else:
        found = {name: _judged(first, second, name) for name in OUTCOMES[:3]}
    return {**found, "both_right": _judged(first, second, "both_right")}


def _judged(first: str, second: str, outcome: str) -> str:
    was, now = divmod(OUTCOMES.index(outcome), 2)
    one, other = (word(f"predicted@{name}") for name in (first, second))
    return f"{one}:{('ko', 'ok')[was]} AND {other}:{('ko', 'ok')[now]}"


def _by_label(source: Source, some: Ints, outcome: Ints, agents: tuple[str, str]) -> Any:
    import pandas as pd

    columns = source.engine.columns
    sets = columns.logged.sets
    of_set = np.zeros((len(sets), len(OUTCOMES)), np.int64)
    np.add.at(of_set, (columns.annotation[some], outcome), 1)
    counts = np.zeros((len(sets.labels), len(OUTCOMES)), np.int64)
    set_of, label_of = sets.membership()
    known = set_of < len(of_set)
    np.add.at(counts, label_of[known], of_set[set_of[known]])
    kept = np.flatnonzero(counts.sum(axis=1))
    labels = pd.Index([sets.labels[place] for place in kept.tolist()], name="annotated")
    table = pd.DataFrame(counts[kept], labels, pd.Index(OUTCOMES))
    table.insert(0, "n", table.sum(axis=1))
    table = table[["n", *reversed(OUTCOMES)]].rename_axis(columns=None)
    table["net"] = table["fixed"] - table["broken"]
    compared = "".join(f" AND {word(f'predicted@{agent}')}:*" for agent in agents)
    table["query"] = [f"annotated_as:{quote(label)}{compared}" for label in labels]
    return table


def _draw_overview(metric: Metric) -> charts.Spec:
    rows = [
        (agent, "accuracy", one["accuracy"], one["low"], one["high"], metric.n)
        for agent, one in metric.data["accuracy"].items()
        if metric.n
    ]
    return charts.points(rows, title=metric.title)


def _draw(metric: Metric) -> charts.Spec:
    table = metric.data["labels"]
    rows = zip(table.index, table["fixed"].tolist(), table["broken"].tolist(), strict=True)
    return charts.wins(list(rows), title=metric.title)
