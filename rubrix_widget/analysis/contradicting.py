"""The same text, or nearly, with another label, or on both sides of a split."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rubrix_widget import charts
from rubrix_widget.analysis import differing
from rubrix_widget.analysis.differing import MIXED, Groups, Pair
from rubrix_widget.analysis.numbers import check_share, check_whole
from rubrix_widget.analysis.source import Data, Source, query_of_ids, source_of, text_of
from rubrix_widget.analysis.texts import texts_of
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

Ints = npt.NDArray[np.int64]
Progress = Callable[[float], None]
_KINDS = ("identical", "near", "contained", "leakage")
_SHOWN = 200  # characters of a text in the table
_NAMED = 50  # records that a row names
_FOUND = 1000  # records that its query finds


def contradictions(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    similarity: float = 0.9,
    contained: int = 4,
    split: str = "split",
    most: int = 1000,
    progress: Progress | None = None,
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
    agent : str, optional
        As every analysis takes one; annotations are compared here, so that it changes nothing but
        what the result is named.
    similarity : float
        From which share of common words on two texts are nearly the same (Jaccard), above 0.
    contained : int
        Words that a text has to have to be looked for within others.
    split : str
        The metadata that says which part of the data a record is in.
    most : int
        Rows of the table for each kind; how many there are is told beside it.
    progress : callable, optional
        Told the share of the work that is done, 0 to 1; an error that it raises ends the work.

    Returns
    -------
    Metric
        ``data`` has ``n`` (records with words), ``texts`` (different ones), ``counts`` (texts, or
        pairs of different texts, of each kind), ``split`` (the metadata that tells the parts; None
        where no record has it as text: then ``leakage`` is of nothing) and ``table``, a DataFrame
        with

        - ``kind``: "identical" (a text with different annotations), "near" (two with nearly the
          same words and different annotations), "contained" (the first's words stand in the
          second's, annotated otherwise) or "leakage" (a text in more than one part, however it is
          annotated);
        - ``records`` (how many have the text, or either of the two), and ``ids``, ``annotations``
          and ``splits`` of 50 of them at most (of a pair, of 25 with each text), in the order of
          logging;
        - ``similarity`` (1 for the same words), ``text`` (of the first, cut to 200 characters)
          and the ``query`` that finds all ``records``, or of more than 1,000 the first 1,000 (of a
          pair 500 with each text; None where one has no id).

        Groups with most records come first, then the most similar pairs.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        A number that makes no sense, or there are no predictions of that agent.

    Notes
    -----
    Texts are compared as the words that a query finds: case and punctuation do not count. Nothing
    is sampled: near texts are found by their rarest words (see :meth:`Sets.near`), contained ones
    by hashes of stretches of words (see :meth:`Texts.within`). All pairs are counted, of texts that
    repeat each other as many as their square, and `most` are kept: memory does not grow with the
    pairs, time does.

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
    check_share(similarity=similarity)
    check_whole(1, contained=contained)
    check_whole(0, most=most)
    tell = progress or (lambda _share: None)
    source = source_of(data, query, dialect, agent)
    parts = _parts(source, split)
    texts = texts_of(source.engine, source.hits.mask)
    records = texts.records
    annotation = source.engine.columns.annotation[records].astype(np.int64)
    groups = Groups(texts.same())
    values = groups.values(annotation)
    known = np.flatnonzero(values != -1)
    different, values = texts.take(groups.first[known]), values[known]
    del texts  # what is large goes when it is no longer needed
    tell(0.1)
    near_n, near = differing.near(
        different, values, similarity, most, lambda share: tell(0.1 + 0.5 * share)
    )
    within_n, within = differing.contained(
        different, values, contained, most, lambda share: tell(0.6 + 0.3 * share)
    )
    del different
    split_of = None if parts is None else parts[records]
    identical = _largest(groups, annotation)
    leaking = [] if split_of is None else _largest(groups, split_of)

    @cache
    def told_of(kind: str, group: int) -> Ints:
        """Return the records of a text that have what is compared."""
        value = split_of if kind == "leakage" and split_of is not None else annotation
        members = groups.members(group)
        return records[members[value[members] >= 0]]

    def pairs(kind: str, found: list[Pair]) -> list[_Row]:
        places = ((known[one], known[other], similar) for one, other, similar in found)
        return [_Row(kind, [told_of(kind, a), told_of(kind, b)], s) for a, b, s in places]

    rows = [_Row("identical", [told_of("identical", one)]) for one in identical[:most]]
    rows += pairs("near", near) + pairs("contained", within)
    rows += [_Row("leakage", [told_of("leakage", one)]) for one in leaking[:most]]
    counts = (len(identical), near_n, within_n, len(leaking))
    told: dict[str, Any] = {
        "n": len(records),
        "texts": len(groups.first),
        "counts": dict(zip(_KINDS, counts, strict=True)),
        "split": split if parts is not None else None,
        "table": _table(source, rows, split if parts is not None else None),
    }
    tell(1.0)
    return Metric("Contradictions", source.name, source.query, told["n"], told, _draw)


def _largest(groups: Groups, value: Ints) -> list[int]:
    """Return groups with more than one known value, the largest first."""
    several = np.flatnonzero(groups.values(value) == MIXED)
    sizes = np.bincount(groups.of[value >= 0], minlength=len(groups.first))[several]
    found: list[int] = several[np.argsort(-sizes, kind="stable")].tolist()
    return found


class _Row(NamedTuple):
    """What a row tells of: the records of a text, or of each of two."""

    kind: str
    records: list[Ints]
    similarity: float = 1.0

    def first(self, most: int) -> list[int]:
        """Return some of the records, as many of each text."""
        most //= len(self.records)
        return [one for group in self.records for one in group[:most].tolist()]


def _parts(source: Source, split: str) -> Ints | None:
    field = source.engine.fields.get(f"metadata.{split}")
    if field is None or field.kind not in ("keyword", "bool"):
        return None
    bars = source.engine.view.keywords(field)
    return None if bars.members is not None else bars.codes.astype(np.int64)


def _table(source: Source, rows: list[_Row], split: str | None) -> Any:
    import pandas as pd

    needed = np.array(sorted({one for row in rows for one in row.first(_NAMED)}), np.int64)
    known = dict(zip(needed.tolist(), source.engine.records(needed), strict=True))
    lines = []
    for row in rows:
        records = [known[one] for one in row.first(_NAMED)]
        found = source.engine.columns.logged.ids[np.array(row.first(_FOUND))].tolist()
        lines.append(
            {
                "kind": row.kind,
                "records": sum(map(len, row.records)),
                "ids": [one["id"] for one in records],
                "annotations": [", ".join(one["annotation"] or []) for one in records],
                "splits": [str(one["metadata"].get(split, "")) if split else "" for one in records],
                "similarity": row.similarity,
                "text": text_of(records[0], _SHOWN),
                "query": query_of_ids(found),
            }
        )
    names = ["kind", "records", "ids", "annotations", "splits", "similarity", "text", "query"]
    return pd.DataFrame(lines, columns=names)


def _draw(metric: Metric) -> charts.Spec:
    counts, counted = metric.data["counts"], "texts, or pairs of them"
    return charts.bars(counts, title=metric.title, value="kind", counted=counted)
