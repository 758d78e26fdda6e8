"""Finding by likeness: words for a misspelt one, records like a record; and Whoosh's own way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rubrix_widget.datasets import DatasetForTextClassification
from rubrix_widget.engine import Suggestion
from rubrix_widget.errors import RecordError
from rubrix_widget.home import active
from rubrix_widget.query import Dialect
from rubrix_widget.workspace.choosing import checked_limit

if TYPE_CHECKING:
    import pandas as pd


def suggest(name: str, word: str, *, field: str = "text", limit: int = 5) -> list[Suggestion]:
    """Suggest what a word may have been meant to be, from the words of a dataset.

    Parameters
    ----------
    name
        The dataset's name.
    word
        One word.
    field
        Where to look: "text", "inputs.<name>", or one of these with ".exact".
    limit
        At most so many.

    Returns
    -------
    list of Suggestion
        Pairs (word, records): words one edit away, from six letters on also two, that some record
        has, and how many have them; the nearest first, then the commonest. Never the word itself.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    ValueError
        No such text field; no word, or several; ``limit`` is no number.

    Examples
    --------
    >>> done = rb.log([rb.TextClassificationRecord(text=t) for t in ("a movie", "movies")], "films")
    >>> rb.suggest("films", "moive")
    [Suggestion(word='movie', records=1)]
    """
    return active().dataset(name).engine().suggest(word, field, checked_limit(limit))


def similar(
    name: str,
    id: str | int,  # noqa: A002 - the record field's name
    *,
    limit: int = 10,
    query: str | None = None,
    dialect: Dialect = "notebook",
) -> pd.DataFrame:
    """Find the records most like a record by their words.

    Parameters
    ----------
    name
        The dataset's name.
    id
        The record's id.
    limit
        At most so many.
    query
        Look only among the records that this matches; None is all.
    dialect
        "notebook" or "lucene".

    Returns
    -------
    DataFrame
        The records, the most similar first, with the columns of
        :meth:`DatasetForTextClassification.to_pandas` behind ``similarity``: the share of the
        record's most telling words that the other has, weighted by how rare they are; 1 for the
        same text. Without the record itself, and without records that share none of these words.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    RecordError
        No record has the id.
    QueryError
        The query cannot be answered; the message says where and why.
    ValueError
        ``limit`` is no number of records.

    Examples
    --------
    >>> films = ["a moving film about grief", "funny", "grief on film", "a funny film"]
    >>> records = [rb.TextClassificationRecord(text=t, id=i) for i, t in enumerate(films)]
    >>> done = rb.log(records, "films")
    >>> rb.similar("films", 0)["text"].tolist()
    ['grief on film', 'a funny film']
    """
    engine = active().dataset(name).engine()
    position = int(engine.positions([str(id)])[0])
    if position < 0:
        raise RecordError(f"no record of {name!r} has the id {str(id)!r}", record_id=str(id))
    hits = engine.select(query, dialect=dialect).hits
    positions, scores = engine.similar(position, hits, checked_limit(limit))
    frame = DatasetForTextClassification.from_table(engine.table(positions)).to_pandas()
    frame.insert(0, "similarity", scores)
    return frame


def whoosh_searcher(name: str) -> Any:
    """Open a ``whoosh.searching.Searcher`` on the words of a dataset, for what only Whoosh has.

    It sees the dataset as it is at this moment. Document numbers count the records in the order of
    logging; the fields are "text", "inputs.<name>" and both with ".exact", and the stored fields
    the texts and ``id``. Scoring models, collectors, highlighters, key terms and span queries all
    work; there are no columns, so Whoosh cannot sort or group by a field quickly. For what a query
    matches use :func:`load` or :func:`count`: some of Whoosh's own queries (``AndNot``, ``Regex``,
    whatever ``normalize()`` makes of two ranges) match the wrong documents.

    Parameters
    ----------
    name
        The dataset's name.

    Returns
    -------
    whoosh.searching.Searcher
        To be closed, or used in a ``with`` statement.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.

    Examples
    --------
    >>> from whoosh.query import Term
    >>> done = rb.log([rb.TextClassificationRecord(text="a fine film", id=7)], "films")
    >>> with rb.whoosh_searcher("films") as searcher:
    ...     [(hit["id"], hit.highlights("text")) for hit in searcher.search(Term("text", "film"))]
    [('7', 'a fine <b class="match term0">film</b>')]
    """
    return active().dataset(name).engine().whoosh_searcher()
