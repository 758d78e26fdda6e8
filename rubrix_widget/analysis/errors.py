"""Which words mark wrong predictions."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget import charts
from rubrix_widget.analysis import standing
from rubrix_widget.analysis.numbers import check_share, check_whole
from rubrix_widget.analysis.source import Data, Source, source_of
from rubrix_widget.engine import Engine
from rubrix_widget.index import Hits, occurrences, running_words
from rubrix_widget.metrics import contrast
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect, quote

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_FIELD = "text"
_DRAWN = 20  # words of a chart
_Z = NormalDist().inv_cdf(0.975)


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
    ValueError
        A number that makes no sense, or no predictions of that agent.

    Notes
    -----
    Log-odds with an informative Dirichlet prior, see
    :func:`rubrix_widget.metrics.contrast.log_odds`; the false discovery rate is Benjamini's and
    Hochberg's over all words and pairs in at least `least` records, each by Fisher's exact test,
    one-sided: the normal distribution of ``z`` is wrong for rare words.

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
    ['text:bad', 'text:"not"', 'text:"not bad"']
    """
    check_whole(1, most=most, least=least)
    check_share(fdr=fdr)
    source = source_of(data, query, dialect, agent)
    found = marking(source.engine, source.hits.mask, bigrams=bigrams, least=least, fdr=fdr)
    return Metric(
        "Words that mark errors",
        source.name,
        source.query,
        found.n,
        {
            "n": found.n,
            "wrong": found.wrong,
            "tested": len(found.kinds),
            "found": len(found.telling),
            "table": _table(found, most, source),
        },
        _draw,
    )


@dataclass(frozen=True)
class Marking:
    """Words and pairs of words, and how much more often wrong records have them than right ones.

    Attributes
    ----------
    n, wrong : int
        Records, and wrong ones.
    lexicon : LargeStringArray
    kinds : ndarray of int64, (tested,)
        Each word as its place in the lexicon, each pair as (the first's place + 1) * size of the
        lexicon + the second's place.
    ours, theirs : ndarray of int64, (tested,)
        Wrong and right records that have it.
    measures : tuple of ndarray of float64
        Log-odds, its low and high end, z and the false discovery rate.
    telling : ndarray of int64
        Places of findings, the surest first.
    """

    n: int
    wrong: int
    lexicon: pa.LargeStringArray
    kinds: Ints
    ours: Ints
    theirs: Ints
    measures: tuple[Floats, ...]
    telling: Ints

    def words(self, place: int) -> tuple[str, ...]:
        """Return the word or the words of a place."""
        first, second = divmod(int(self.kinds[place]), max(len(self.lexicon), 1))
        places = [second] if first == 0 else [first - 1, second]
        return tuple(self.lexicon[one].as_py() for one in places)


def marking(
    engine: Engine, some: Mask, *, bigrams: bool = True, least: int = 5, fdr: float = 0.05
) -> Marking:
    """Find words that some records have more often where they are wrong.

    Parameters
    ----------
    engine
    some : ndarray of bool, one for each record of the dataset
    bigrams, least, fdr
        As of :func:`error_words`.
    """
    right = engine.columns.predicted
    chosen = some & (right >= 0)
    wrong = chosen & (right == 0)
    n, others = int(wrong.sum()), int(chosen.sum() - wrong.sum())
    field = engine.corpus["text"]
    lexicon, counts = occurrences(field, [Hits.where(wrong), Hits.where(chosen & ~wrong)])
    kinds, ours, theirs = np.arange(len(lexicon)), counts[:, 0], counts[:, 1]
    if bigrams:
        pairs = _bigrams(engine, chosen, wrong, least)
        kinds, ours, theirs = (
            np.concatenate(both) for both in zip((kinds, ours, theirs), pairs, strict=True)
        )
    enough = ours + theirs >= least
    kinds, ours, theirs = kinds[enough], ours[enough], theirs[enough]
    middle, low, high = contrast.log_odds(ours, theirs, max(n, 1), max(others, 1))
    z = np.nan_to_num(_Z * middle / np.maximum(middle - low, 1e-12))
    q = contrast.false_discovery(contrast.by_chance(ours, n, ours + theirs, n + others))
    telling = np.flatnonzero((q <= fdr) & (z > 0)) if n and others else np.zeros(0, np.int64)
    telling = telling[np.argsort(-z[telling], kind="stable")]
    measures = (middle, low, high, z, q)
    return Marking(n + others, n, lexicon, kinds, ours, theirs, measures, telling)


def _bigrams(engine: Engine, chosen: Mask, wrong: Mask, least: int) -> tuple[Ints, Ints, Ints]:
    """Return the pairs of neighbouring words, and how many wrong and right records have each.

    Those that stand fewer times may be left out.
    """
    field = engine.corpus["text"]
    found = standing.pairs(running_words(field), len(field.lexicon), chosen, least)
    every = np.bincount(found.codes, minlength=len(found.kinds))
    bad = np.bincount(found.codes[wrong[found.records]], minlength=len(found.kinds))
    return found.kinds, bad, every - bad


def _table(found: Marking, most: int, source: Source) -> Any:
    import pandas as pd

    kept = found.telling[:most]
    words = [found.words(place) for place in kept.tolist()]
    columns: dict[str, Any] = {
        "words": [" ".join(one) for one in words],
        "wrong": found.ours[kept],
        "right": found.theirs[kept],
    }
    for name, measure in zip(("log_odds", "low", "high", "z", "q"), found.measures, strict=True):
        columns[name] = measure[kept]
    judged = source.engine.columns.predicted >= 0
    narrowed = source.among(judged, source.field("predicted"))
    columns["query"] = [query_of(one) + narrowed for one in words]
    return pd.DataFrame(columns)


def query_of(words: tuple[str, ...]) -> str:
    """Return the query of a word, or of neighbouring words."""
    return f"{_FIELD}:{quote(' '.join(words))}"


def _draw(metric: Metric) -> charts.Spec:
    table = metric.data["table"].head(_DRAWN)
    columns = ["wrong", "right", "log_odds", "low", "high"]
    rows = list(table[columns].itertuples(index=False, name=None))
    return charts.words(table["words"].tolist(), rows, title=metric.title)
