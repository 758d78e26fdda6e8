"""Measures that every dataset has.

>>> from rubrix_widget.metrics.commons import *
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rubrix_widget.engine import Engine, Facet, Selection
from rubrix_widget.home import active
from rubrix_widget.index import common_words, occurrences
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

if TYPE_CHECKING:
    from rubrix_widget.charts import Spec

__all__ = ["keywords", "records_status", "text_length"]


def text_length(name: str, query: str | None = None, *, dialect: Dialect = "notebook") -> Metric:
    """Count the records by the length of their texts, in characters.

    Parameters
    ----------
    name : str
        The dataset's name.
    query : str, optional
        Only the records it matches.
    dialect : {"notebook", "lucene"}
        How the query is read.

    Returns
    -------
    Metric
        ``data``: number of records for each length that occurs, shortest first.

    Raises
    ------
    DatasetNotFoundError, QueryError

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> texts = ["fine", "dull", "a mess"]
    >>> answer = rb.log([rb.TextClassificationRecord(text=text) for text in texts], "lengths")
    >>> text_length("lengths").data
    {4: 2, 6: 1}
    """
    engine, selection = _select(name, query, dialect)
    lengths = engine.columns.logged.text_length.take(selection.hits.positions)
    values, counts = np.unique(lengths, return_counts=True)
    data = dict(zip(values.tolist(), counts.tolist(), strict=True))
    return Metric("Text length", name, selection.query, selection.count, data, _draw_lengths)


def records_status(name: str, query: str | None = None, *, dialect: Dialect = "notebook") -> Metric:
    """Count the records by their status.

    Parameters
    ----------
    name : str
        The dataset's name.
    query : str, optional
        Only the records it matches.
    dialect : {"notebook", "lucene"}
        How the query is read.

    Returns
    -------
    Metric
        ``data``: number of records for each status that occurs, most frequent first.

    Raises
    ------
    DatasetNotFoundError, QueryError

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> answer = rb.log(rb.TextClassificationRecord(text="fine", annotation="good"), "states")
    >>> records_status("states").data
    {'Validated': 1}
    """
    engine, selection = _select(name, query, dialect)
    (facet,) = engine.facets(["status"], selection.hits)
    assert isinstance(facet, Facet)
    facet = facet.top(len(facet.values))
    data = {one: n for one, n in zip(facet.values, facet.count.tolist(), strict=True) if n}
    return Metric("Status", name, selection.query, selection.count, data, _draw_status)


def keywords(
    name: str,
    query: str | None = None,
    size: int = 20,
    *,
    dialect: Dialect = "notebook",
    language: str | None = "en",
) -> Metric:
    """Count the records by the words of their texts.

    Parameters
    ----------
    name : str
        The dataset's name.
    query : str, optional
        Only the records it matches.
    size : int
        Words at most.
    dialect : {"notebook", "lucene"}
        How the query is read.
    language : str, optional
        Whose commonest words ("the", "of") are left out, as a code of two letters; None leaves out
        nothing. Words without a letter are left out too.

    Returns
    -------
    Metric
        ``data``: how many records have each word, most first.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        A size below 1, or a language whose words are not known.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> texts = ["the film", "a film", "the plot"]
    >>> answer = rb.log([rb.TextClassificationRecord(text=text) for text in texts], "words")
    >>> keywords("words").data
    {'film': 2, 'plot': 1}
    """
    if size < 1:
        raise ValueError(f"size is {size}; give 1 or more")
    common = frozenset[str]() if language is None else common_words(language)
    engine, selection = _select(name, query, dialect)
    words, counts = occurrences(engine.corpus["text"], [selection.hits])
    data: dict[str, int] = {}
    for place in np.argsort(-counts[:, 0], kind="stable").tolist():
        word, count = words[place].as_py(), int(counts[place, 0])
        if count == 0 or len(data) == size:
            break
        if word not in common and any(map(str.isalpha, word)):
            data[word] = count
    return Metric("Keywords", name, selection.query, selection.count, data, _draw_keywords)


def _select(name: str, query: str | None, dialect: Dialect) -> tuple[Engine, Selection]:
    engine = active().dataset(name).engine()
    return engine, engine.select(query, dialect=dialect)


def _draw_lengths(metric: Metric) -> Spec:
    from rubrix_widget import charts

    return charts.histogram(metric.data, title=metric.title, value="characters of the text")


def _draw_status(metric: Metric) -> Spec:
    from rubrix_widget import charts

    return charts.bars(metric.data, title=metric.title, value="status")


def _draw_keywords(metric: Metric) -> Spec:
    from rubrix_widget import charts

    return charts.bars(metric.data, title=metric.title, value="word")
