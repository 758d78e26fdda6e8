"""What is taken for what."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from rubrix_widget import charts
from rubrix_widget.analysis.source import Data, source_of
from rubrix_widget.metrics.classification import over
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect, quote

Counts = npt.NDArray[np.int64]
Normalize = Literal["annotated", "predicted"]
Order = Literal["confused", "declared"]


def confusion_matrix(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    normalize: Normalize | None = None,
    order: Order = "confused",
) -> Metric:
    """Count records by annotated and predicted label.

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
    normalize : {"annotated", "predicted"}, optional
        Give ``shares`` of the records annotated as a label (rows), or predicted as one (columns).
    order : {"confused", "declared"}
        Let labels that are taken for each other stand together, or keep their declared order.

    Returns
    -------
    Metric
        ``data`` has ``n``, ``labels`` in order, ``counts`` and ``queries``, and ``shares`` where
        `normalize` is given (NaN where there is nothing to share).

        One label a record: ``counts[annotated][predicted]`` is a DataFrame with annotated labels
        down and predicted ones across, and ``queries`` the same with the query of each cell.
        Several labels: one row a label, with the columns ``both``, ``annotated`` (and not
        predicted), ``predicted`` (and not annotated) and ``neither``. Queries are met by the
        records counted, those with an annotation and a prediction.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        No such way to normalise or to order.

    Notes
    -----
    Labels are put in order by the Fiedler vector of how often they are taken for each other: M.
    Fiedler, "A property of eigenvectors of nonnegative symmetric matrices and its application to
    graph theory", Czechoslovak Mathematical Journal 25 (1975); J. E. Atkins, E. G. Boman, B.
    Hendrickson, "A spectral algorithm for seriation", SIAM Journal on Computing 28 (1998).

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(text=t, prediction=[(p, 0.9)], annotation=a)
    ...     for t, p, a in [("fine", "good", "good"), ("dull", "good", "bad")]
    ... ]
    >>> found = confusion_matrix(rb.DatasetForTextClassification(made))
    >>> int(found.data["counts"].loc["bad", "good"]), found.data["queries"].loc["bad", "good"]
    (1, 'annotated_as:bad AND predicted_as:good')
    """
    if normalize not in (None, *get_args(Normalize)):
        raise ValueError(f"normalize is {normalize!r}; use 'annotated', 'predicted' or None")
    if order not in get_args(Order):
        raise ValueError(f"order is {order!r}; use 'confused' or 'declared'")
    source = source_of(data, query, dialect, agent)
    labels, pairs = source.pairs
    several = source.engine.multi_label
    mutual = pairs.annotated.T.astype(float) @ (pairs.weights[:, None] * pairs.predicted)
    if several:  # what is missing beside what is too much
        missed = (pairs.annotated & ~pairs.predicted).T.astype(float)
        mutual = missed @ (pairs.weights[:, None] * (pairs.predicted & ~pairs.annotated))
    places = together(mutual) if order == "confused" else np.arange(len(labels))
    names = [labels[place] for place in places.tolist()]
    found: dict[str, Any] = {"n": int(pairs.n), "labels": names}
    if several:
        both, annotated, predicted = pairs.both[places], pairs.support[places], pairs.found[places]
        columns = {
            "both": both,
            "annotated": annotated - both,
            "predicted": predicted - both,
            "neither": pairs.n - annotated - predicted + both,
        }
        fields = source.field("predicted_as"), source.field("predicted")
        found |= _several(names, columns, normalize, *fields)
    else:
        square = mutual[np.ix_(places, places)]
        found |= _square(names, square, normalize, source.field("predicted_as"))
    draw = partial(_draw, normalize=normalize)
    return Metric("Confusion matrix", source.name, source.query, int(pairs.n), found, draw)


def together(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return an order in which things that are taken for each other stand together.

    Parameters
    ----------
    counts : ndarray, shape (n, n)
        How often each is taken for each other; the diagonal does not matter.

    Examples
    --------
    >>> apart = np.array([[9, 0, 5], [0, 9, 0], [5, 0, 9]])
    >>> together(apart).tolist()
    [0, 2, 1]
    """
    size = len(counts)
    if size < 3:
        return np.arange(size)
    mutual = counts + counts.T
    np.fill_diagonal(mutual, 0)
    groups = _groups(mutual > 0)
    found: list[npt.NDArray[np.intp]] = []
    for number in range(groups.max() + 1):
        places = np.flatnonzero(groups == number)
        if len(places) > 2:
            within = mutual[np.ix_(places, places)]
            laplacian = np.diag(within.sum(axis=1)) - within
            vector = np.linalg.eigh(laplacian)[1][:, 1]
            order = np.argsort(vector, kind="stable")
            places = places[order if order[0] < order[-1] else order[::-1]]
        found.append(places)
    return np.concatenate(found)


def _groups(linked: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return for each thing the number of the group that it is linked with, in order of place."""
    groups = np.full(len(linked), -1)
    for place in range(len(linked)):
        if groups[place] >= 0:
            continue
        number, open_ = groups.max() + 1, [place]
        while open_:
            one = open_.pop()
            if groups[one] < 0:
                groups[one] = number
                open_ += np.flatnonzero(linked[one] & (groups < 0)).tolist()
    return groups


def _square(
    labels: list[str], counts: npt.NDArray[np.float64], normalize: str | None, predicted: str
) -> dict[str, Any]:
    import pandas as pd

    rows = pd.Index(labels, name="annotated")
    across = pd.Index(labels, name="predicted")
    names = [quote(label) for label in labels]
    queries = [[f"annotated_as:{one} AND {predicted}:{other}" for other in names] for one in names]
    found: dict[str, Any] = {
        "counts": pd.DataFrame(counts.astype(np.int64), rows, across),
        "queries": pd.DataFrame(queries, rows, across, dtype=object),
    }
    if normalize:
        whole = counts.sum(axis=0 if normalize == "predicted" else 1, keepdims=True)
        shares = over(counts, np.broadcast_to(whole, counts.shape))
        found["shares"] = pd.DataFrame(shares, rows, across)
    return found


def _several(
    labels: list[str], columns: dict[str, Any], normalize: str | None, predicted: str, judged: str
) -> dict[str, Any]:
    import pandas as pd

    rows = pd.Index(labels, name="label")
    counts = pd.DataFrame(columns, rows).astype(np.int64)
    signs = {"both": ("", ""), "annotated": ("", "NOT "), "predicted": ("NOT ", "")}
    signs["neither"] = ("NOT ", "NOT ")
    queries = {
        name: [
            f"{one}annotated_as:{quote(label)} AND {other}{predicted}:{quote(label)}"
            + (f" AND {judged}:*" if one or other else "")  # else records without both match too
            for label in labels
        ]
        for name, (one, other) in signs.items()
    }
    found: dict[str, Any] = {"counts": counts, "queries": pd.DataFrame(queries, rows)}
    if normalize:
        whole = counts["both"] + counts[normalize]
        found["shares"] = counts.div(whole.where(whole > 0), axis=0)
    return found


def _draw(metric: Metric, normalize: Normalize | None) -> charts.Spec:
    counts = metric.data["counts"]
    if list(counts.columns) == metric.data["labels"]:
        numbers = counts.to_numpy()
        return charts.matrix(
            metric.data["labels"], numbers, title=metric.title, normalize=normalize
        )
    rows = [
        (label, name, int(counts.loc[label, name]))
        for label in metric.data["labels"]
        for name in ("both", "annotated", "predicted")
    ]
    return charts.stacked(rows, title=metric.title)
