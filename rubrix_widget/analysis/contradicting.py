"""The same text, or nearly, with another label, or on both sides of a split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rubrix_widget.analysis.source import Data, Source, source_of
from rubrix_widget.analysis.texts import Texts, texts_of
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect, quote

if TYPE_CHECKING:
    from rubrix_widget.charts import Chart

Ints = npt.NDArray[np.int64]
_KINDS = ("identical", "near", "contained", "leakage")
_SHOWN = 200  # characters of a text in the table


def contradictions(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    similarity: float = 0.9,
    contained: int = 4,
    split: str = "split",
    most: int = 1000,
) -> Metric:
    """Find texts that contradict each other, and those on both sides of a split.

    Parameters
    ----------
    data
        A dataset's name, a dataset in memory, or an explorer: then what it shows.
    query
        Only the records it matches.
    dialect : {"notebook", "lucene"}
        How the query is read.
    similarity : float
        From which share of common words on two texts are nearly the same (Jaccard), above 0.
    contained : int
        Words that a text has to have to be looked for within others.
    split : str
        The metadata that says which part of the data a record is in.
    most : int
        Rows of the table for each kind; how many there are is told beside it.

    Returns
    -------
    Metric
        ``data`` has ``n`` (records with words), ``counts`` (pairs or groups of each kind) and
        ``table``, a DataFrame with

        - ``kind``: "identical" (records with the same words and different annotations, a row a
          group), "near" (two with nearly the same words and different annotations), "contained"
          (the first's words stand in the second's, annotated otherwise) or "leakage" (a text in
          more than one part, however it is annotated);
        - ``records`` (how many), and ``ids``, ``annotations`` and ``splits`` of the first 50 of
          them, in the order of logging;
        - ``similarity`` (1 for the same words), ``text`` (of the first, cut to 200 characters)
          and the ``query`` that finds them.

        Groups with most records come first, then the most similar pairs.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        A similarity outside 0 to 1.

    Notes
    -----
    Texts are compared as the words that a query finds: case and punctuation do not count. Nothing
    is sampled: near texts are found by their rarest words (see :meth:`Texts.near`), contained ones
    by hashes of all stretches of words.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> texts = [("A fine film!", "good"), ("a fine film", "bad"), ("dull", "bad")]
    >>> made = [
    ...     rb.TextClassificationRecord(text=text, id=number, annotation=label)
    ...     for number, (text, label) in enumerate(texts)
    ... ]
    >>> found = contradictions(rb.DatasetForTextClassification(made)).data
    >>> found["counts"]["identical"], found["table"]["query"].tolist()
    (1, ['id:(0 OR 1)'])
    """
    if not 0 < similarity <= 1:
        raise ValueError(f"similarity is {similarity}; give a share above 0 up to 1")
    source = source_of(data, query, dialect)
    texts = texts_of(source.engine, source.hits.mask)
    annotation = source.engine.columns.annotation[texts.records].astype(np.int64)
    parts = _parts(source, split)
    same = texts.same()
    first, second, alike = texts.near(similarity)
    inner, outer = texts.within(contained)
    near = _other(annotation, first, second) & (same[first] != same[second])
    within = _other(annotation, inner, outer)
    order = np.argsort(-alike[near], kind="stable")
    ones = np.ones(int(within.sum()))
    rows: dict[str, list[Any]] = {
        "identical": _groups(same, np.where(annotation >= 0, annotation, -1)),
        "near": [*zip(first[near][order], second[near][order], strict=True)],
        "contained": [*zip(inner[within], outer[within], strict=True)],
        "leakage": [] if parts is None else _groups(same, parts[texts.records]),
    }
    scores = {"near": alike[near][order], "contained": ones}
    found: dict[str, Any] = {
        "n": len(texts.records),
        "counts": {kind: len(rows[kind]) for kind in _KINDS},
        "table": _table(source, texts, rows, scores, parts is not None and split, most),
    }
    return Metric("Contradictions", source.name, source.query, found["n"], found, _draw)


def _other(annotation: Ints, first: Ints, second: Ints) -> npt.NDArray[np.bool_]:
    one, other = annotation[first], annotation[second]
    return np.asarray((one >= 0) & (other >= 0) & (one != other))


def _groups(same: Ints, value: Ints) -> list[Ints]:
    """Return groups of the same text with more than one value, the largest first."""
    known = np.flatnonzero(value >= 0)
    order = known[np.argsort(same[known], kind="stable")]
    bounds = np.flatnonzero(np.diff(same[order])) + 1
    groups = [one for one in np.split(order, bounds) if len(one) > 1]
    several = [one for one in groups if (value[one] != value[one[0]]).any()]
    return sorted(several, key=lambda one: (-len(one), int(one[0])))


def _parts(source: Source, split: str) -> Ints | None:
    field = source.engine.fields.get(f"metadata.{split}")
    if field is None or field.kind not in ("keyword", "bool"):
        return None
    bars = source.engine.view.keywords(field)
    return None if bars.members is not None else bars.codes.astype(np.int64)


def _table(
    source: Source,
    texts: Texts,
    rows: dict[str, Any],
    scores: dict[str, Any],
    split: str | bool,
    most: int,
) -> Any:
    import pandas as pd

    groups = {
        kind: [texts.records[np.asarray(group)] for group in rows[kind][:most]] for kind in _KINDS
    }
    told = [group[:_MOST_OF_A_GROUP] for several in groups.values() for group in several]
    needed = np.unique(np.concatenate(told)) if told else np.zeros(0, np.int64)
    known = dict(zip(needed.tolist(), source.engine.records(needed), strict=True))
    lines = []
    for kind, several in groups.items():
        for place, group in enumerate(several):
            records = [known[one] for one in group[:_MOST_OF_A_GROUP].tolist()]
            ids = [one["id"] for one in records]
            parts = [str(one["metadata"].get(split, "")) if split else "" for one in records]
            text = " ".join(str(one) for one in records[0]["inputs"].values() if one)
            lines.append(
                {
                    "kind": kind,
                    "records": len(group),
                    "ids": ids,
                    "annotations": [", ".join(one["annotation"] or []) for one in records],
                    "splits": parts,
                    "similarity": float(scores[kind][place]) if kind in scores else 1.0,
                    "text": text[:_SHOWN] + ("…" if len(text) > _SHOWN else ""),
                    "query": f"id:({' OR '.join(quote(one) for one in ids)})",
                }
            )
    names = ["kind", "records", "ids", "annotations", "splits", "similarity", "text", "query"]
    return pd.DataFrame(lines, columns=names)


_MOST_OF_A_GROUP = 50  # records that a row names


def _draw(metric: Metric) -> Chart:
    from rubrix_widget import charts

    return charts.bars(metric.data["counts"], title=metric.title, value="kind")
