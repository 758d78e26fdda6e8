"""Opening the explorer on whatever holds records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rubrix_widget.datasets import DatasetForTextClassification
from rubrix_widget.home import active
from rubrix_widget.store import Store
from rubrix_widget.workspace.asking import log

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from rubrix_widget.explorer import Explorer
    from rubrix_widget.explorer.views import Views


def explore(
    data: str | pd.DataFrame | DatasetForTextClassification | Any,
    query: str = "",
    *,
    name: str | None = None,
    text: str | None = None,
    annotation: str | None = None,
    prediction: str | Mapping[str, str] | None = None,
    score: str | Mapping[str, str] | None = None,
    id: str | None = None,  # noqa: A002 - the record field's name
    metadata: str | list[str] | None = None,
    **settings: Any,
) -> Explorer:
    """Open the explorer on a dataset, a DataFrame or a dataset in memory.

    Parameters
    ----------
    data
        A dataset's name, or records to look at. Records are first logged, so that labels fixed
        in the explorer are kept: under ``name``, or under a name made from their content.
    query
        What to show first.
    name
        The name to log records under.
    text, annotation, prediction, score, id, metadata
        Columns of a DataFrame or Hugging Face dataset; ``score`` where ``prediction`` holds labels
        only. Of several models, both by agent: ``{"bert": "bert_prediction", …}``, the primary one
        first. The other columns of a DataFrame become metadata unless `metadata` names those that
        shall.
    settings
        Passed to :class:`rubrix_widget.explorer.Explorer`: ``dialect``, ``sort``, ``page_size``,
        ``state`` (what ``ex.state`` or ``ex.link()`` was), ``view`` (the name of a saved one) …

    Returns
    -------
    Explorer
        The widget, which a notebook shows as the last line of a cell.

    Raises
    ------
    DatasetNotFoundError, QueryError
        No such dataset, or a query that cannot be answered.
    RecordError
        Nothing that records can be read from; the message names the place.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "dull")], "films")
    >>> rb.explore("films", query="fine").to_pandas()["text"].tolist()
    ['fine']
    """
    from rubrix_widget.explorer import Explorer
    from rubrix_widget.frames import dataset_of

    if not isinstance(data, str):
        records = dataset_of(
            data,
            text=text,
            annotation=annotation,
            prediction=prediction,
            score=score,
            id=id,
            metadata=metadata,
        )
        name = name or f"frame-{Store.fingerprint(records.table)}"
        log(records, name, verbose=False)
        data = name
    return Explorer(active().dataset(data), query=query, **settings)


def views(name: str) -> Views:
    """Return the views saved with a dataset: a mapping of names to states of an explorer.

    They are kept in the dataset's folder, for everybody who opens it; ``rb.copy`` takes them along
    and ``rb.delete`` removes them. The explorer's own menu shows the same ones.

    Parameters
    ----------
    name
        The dataset's name.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("fine", "dull")], "films")
    >>> views = rb.views("films")
    >>> views["the fine ones"] = rb.explore("films", "fine")
    >>> views.rename("the fine ones", "fine")
    >>> views, views["fine"]
    (<Views of 'films': 'fine'>, {'query': 'fine'})
    >>> rb.explore("films", view="fine").to_pandas()["text"].tolist()
    ['fine']
    >>> del views["fine"]
    >>> len(views)
    0
    """
    from rubrix_widget.explorer.views import Views

    return Views(active().dataset(name))
