"""Which words mark wrong predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rubrix_widget import arrays
from rubrix_widget.analysis.source import Data, Source, source_of
from rubrix_widget.index import running_words
from rubrix_widget.metrics import contrast
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect, quote

if TYPE_CHECKING:
    from rubrix_widget.charts import LayerChart

Ints = npt.NDArray[np.int64]
_FIELD = "text"
_DRAWN = 20  # words of a chart


def error_words(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    most: int = 50,
    bigrams: bool = True,
    least: int = 5,
    fdr: float = 0.05,
) -> Metric:
    """Find words that stand in wrong records more often than in right ones.

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
    most : int
        Rows of the table at most.
    bigrams : bool
        Pairs of neighbouring words too.
    least : int
        Records that have to have a word.
    fdr : float
        The share of false findings among those returned that is put up with, on average.

    Returns
    -------
    Metric
        ``data`` has ``n``, ``wrong`` (records), ``tested`` (words and pairs), ``found`` and
        ``table``: a DataFrame with ``words``, ``wrong`` and ``right`` (records of each kind that
        have them), ``log_odds`` with ``low`` and ``high`` (95 %), ``z``, ``q`` (the false
        discovery rate at which it is a finding) and the ``query`` that finds such records; the
        surest first (by ``z``, as in the paper).

    Raises
    ------
    DatasetNotFoundError, QueryError

    Notes
    -----
    Log-odds with an informative Dirichlet prior, see
    :func:`rubrix_widget.metrics.contrast.log_odds`; the false discovery rate is Benjamini's and
    Hochberg's, over all words and pairs in at least `least` records, one-sided.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(
    ...         text=f"not bad {n}" if n < 20 else f"fine {n}",
    ...         prediction=[("bad" if n < 20 else "good", 0.9)],
    ...         annotation="good",
    ...     )
    ...     for n in range(100)
    ... ]
    >>> table = error_words(rb.DatasetForTextClassification(made)).data["table"]
    >>> table["query"].tolist()
    ['text:"not"', 'text:bad', 'text:"not bad"']
    """
    source = source_of(data, query, dialect, agent)
    right = source.engine.columns.predicted
    chosen = source.hits.mask & (right >= 0)
    wrong = chosen & (right == 0)
    names, ours, theirs = counted(source, chosen, wrong, bigrams=bigrams, least=least)
    n, others = int(wrong.sum()), int(chosen.sum() - wrong.sum())
    found: dict[str, Any] = {"n": n + others, "wrong": n, "tested": len(names)}
    middle, low, high = contrast.log_odds(ours, theirs, max(n, 1), max(others, 1))
    z = np.nan_to_num(1.959964 * middle / np.maximum(middle - low, 1e-12))
    q = contrast.false_discovery(contrast.upper_tail(z))
    telling = np.flatnonzero((q <= fdr) & (z > 0)) if n and others else np.zeros(0, np.int64)
    kept = telling[np.argsort(-z[telling], kind="stable")][:most]
    found["found"] = len(telling)
    found["table"] = _table(names, kept, ours, theirs, (middle, low, high, z, q))
    return Metric("Words that mark errors", source.name, source.query, n + others, found, _draw)


def counted(
    source: Source, chosen: Any, wrong: Any, *, bigrams: bool, least: int
) -> tuple[list[tuple[str, ...]], Ints, Ints]:
    """Return words and pairs in enough records, and how many wrong and right ones have each."""
    field = source.engine.corpus[_FIELD]
    records, words, values = running_words(field)
    size = len(field.lexicon)
    kinds = [words.astype(np.int64)]
    where = [records]
    if bigrams and len(words) > 1:
        neighbours = np.flatnonzero(values[1:] == values[:-1])
        kinds.append((words[neighbours] + 1).astype(np.int64) * size + words[neighbours + 1])
        where.append(records[neighbours])
    names: list[tuple[str, ...]] = []
    ours, theirs = [], []
    for kind, place in zip(kinds, where, strict=True):
        keep = chosen[place]
        codes, distinct = arrays.factorize(kind[keep])
        pairs = np.unique(codes * np.int64(source.engine.n) + place[keep])
        code, record = pairs // source.engine.n, pairs % source.engine.n
        every = np.bincount(code, minlength=len(distinct))
        bad = np.bincount(code[wrong[record]], minlength=len(distinct))
        enough = np.flatnonzero(every >= least)
        ours.append(bad[enough])
        theirs.append((every - bad)[enough])
        names += _names(field.lexicon, distinct[enough], size)
    return names, np.concatenate(ours), np.concatenate(theirs)


def _names(lexicon: Any, kinds: Ints, size: int) -> list[tuple[str, ...]]:
    first, second = kinds // max(size, 1) - 1, kinds % max(size, 1)
    seconds = lexicon.take(arrays.to_arrow(second)).to_pylist()
    firsts = lexicon.take(arrays.to_arrow(np.maximum(first, 0))).to_pylist()
    return [
        (one, other) if place >= 0 else (other,)
        for place, one, other in zip(first.tolist(), firsts, seconds, strict=True)
    ]


def _table(names: list[tuple[str, ...]], kept: Any, ours: Ints, theirs: Ints, measures: Any) -> Any:
    import pandas as pd

    chosen = [names[place] for place in kept.tolist()]
    columns: dict[str, Any] = {
        "words": [" ".join(one) for one in chosen],
        "wrong": ours[kept],
        "right": theirs[kept],
    }
    for name, measure in zip(("log_odds", "low", "high", "z", "q"), measures, strict=True):
        columns[name] = measure[kept]
    columns["query"] = [query_of(one) for one in chosen]
    return pd.DataFrame(columns)


def query_of(words: tuple[str, ...]) -> str:
    """Return the query of a word, or of neighbouring words."""
    return f"{_FIELD}:{quote(' '.join(words))}"


def _draw(metric: Metric) -> LayerChart:
    from rubrix_widget import charts

    table = metric.data["table"].head(_DRAWN)
    columns = ["wrong", "right", "log_odds", "low", "high"]
    rows = list(table[columns].itertuples(index=False, name=None))
    return charts.words(table["words"].tolist(), rows, title=metric.title)
