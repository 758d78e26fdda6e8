"""Measures that every dataset has.

>>> from rubrix_widget.metrics.commons import *
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rubrix_widget.engine import Engine, Facet, Selection
from rubrix_widget.home import active
from rubrix_widget.metrics.result import Metric
from rubrix_widget.query import Dialect

if TYPE_CHECKING:
    from rubrix_widget.charts import Chart

__all__ = ["records_status", "text_length"]


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


def _select(name: str, query: str | None, dialect: Dialect) -> tuple[Engine, Selection]:
    engine = active().dataset(name).engine()
    return engine, engine.select(query, dialect=dialect)


def _draw_lengths(metric: Metric) -> Chart:
    from rubrix_widget import charts

    return charts.histogram(metric.data, title=metric.title, value="characters of the text")


def _draw_status(metric: Metric) -> Chart:
    from rubrix_widget import charts

    return charts.bars(metric.data, title=metric.title, value="status")
