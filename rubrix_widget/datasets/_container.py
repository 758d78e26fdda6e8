"""A dataset of records that is a table inside and a list of records outside."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload
from weakref import WeakValueDictionary

import numpy as np
import pyarrow as pa

from ..errors import RecordError
from ..records import TextClassificationRecord
from ..table import (
    Rejected,
    concat,
    from_records,
    input_names,
    multi_label,
    to_records,
    validate,
)
from . import _read, _write

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DatasetForTextClassification"]

_BATCH = 1_000  # records made at a time while iterating
_SHOWN = 5  # records in a notebook's preview
_PREVIEW = 120  # characters of each text there


class DatasetForTextClassification:
    """Records of one text-classification task.

    Inside is one Arrow table; a record is made when it is asked for. It is the dataset's own: what
    is changed in it is changed in the dataset.

    Parameters
    ----------
    records : iterable of TextClassificationRecord, optional
        All single-label or all multi-label.

    Attributes
    ----------
    rejected : list of Rejected
        Records left out by :meth:`from_pandas` or :meth:`from_datasets`: index, id and reason.

    Raises
    ------
    RecordError
        When single-label and multi-label records meet, two have the same id, or something is no
        record at all; the message names the places.

    Examples
    --------
    >>> dataset = DatasetForTextClassification([
    ...     TextClassificationRecord(text="a superb film", annotation="positive"),
    ...     TextClassificationRecord(text="dull"),
    ... ])
    >>> dataset
    DatasetForTextClassification(2 records, single-label, inputs: text, predicted: 0, annotated: 1)
    >>> dataset[1].annotation = "negative"
    >>> dataset.to_pandas()["annotation"].tolist()
    ['positive', 'negative']
    """

    def __init__(self, records: Iterable[TextClassificationRecord] | None = None) -> None:
        given = _listed(records)
        self.rejected: list[Rejected] = []
        self._table = _all_good(from_records(given))
        # Records handed out since the table was last brought up to date, and, after that, those
        # of them that someone still has: both may have been changed.
        self._held: dict[int, TextClassificationRecord] = {}
        self._alive: WeakValueDictionary[int, TextClassificationRecord] = WeakValueDictionary(
            enumerate(given)
        )

    @classmethod
    def from_table(cls, table: pa.Table) -> DatasetForTextClassification:
        """Return a dataset around a table of records, as it is.

        Parameters
        ----------
        table : pyarrow.Table
            Laid out as :mod:`rubrix_widget.table` says.

        Examples
        --------
        >>> from rubrix_widget.table import empty
        >>> len(DatasetForTextClassification.from_table(empty()))
        0
        """
        multi_label(table)
        dataset = cls()
        dataset._table = table
        return dataset

    @property
    def table(self) -> pa.Table:
        """The records as one Arrow table, laid out as :mod:`rubrix_widget.table` says."""
        known = {**dict(self._alive), **self._held}
        if known:
            places = sorted(known)
            changed = from_records([known[place] for place in places])
            self._table = _all_good(_replaced(self._table, places, changed))
            self._alive.update(known)
            self._held.clear()
        return self._table

    @classmethod
    def from_pandas(
        cls,
        dataframe: pd.DataFrame,
        text: str | None = None,
        id: str | None = None,  # noqa: A002 - the field's name
        inputs: str | Sequence[str] | None = None,
        annotation: str | None = None,
        metadata: str | Sequence[str] | None = None,
        prediction: str | Mapping[str, str] | None = None,
        multi_label: bool | None = None,
        on_error: _read.OnError = "report",
    ) -> DatasetForTextClassification:
        """Read records from a DataFrame.

        Parameters
        ----------
        dataframe : pandas.DataFrame
            Columns named as the fields of a record are read; the others are ignored with one
            warning that names them.
        text, id, inputs, annotation, metadata, prediction, multi_label, on_error
            As in :meth:`from_datasets`.

        Returns
        -------
        DatasetForTextClassification
            The records that can be read; what was refused, and why, is in ``errors``.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"text": ["superb", "dull"], "annotation": ["positive", None]})
        >>> [record.annotation for record in DatasetForTextClassification.from_pandas(frame)]
        ['positive', None]
        """
        mapping = _read.Mapping(text, id, inputs, annotation, prediction, metadata, multi_label)
        return cls._read(_read.source_of_frame(dataframe), mapping, on_error)

    @classmethod
    def from_datasets(
        cls,
        dataset: Any,
        text: str | None = None,
        id: str | None = None,  # noqa: A002 - the field's name
        inputs: str | Sequence[str] | None = None,
        annotation: str | None = None,
        metadata: str | Sequence[str] | None = None,
        prediction: str | Mapping[str, str] | None = None,
        multi_label: bool | None = None,
        on_error: _read.OnError = "report",
    ) -> DatasetForTextClassification:
        """Read records from a Hugging Face ``datasets.Dataset``.

        Parameters
        ----------
        dataset : datasets.Dataset
            Columns named as the fields of a record are read; the others are ignored with one
            warning that names them.
        text, id, annotation : str, optional
            The column that holds this field, where it has another name. Integers of a ClassLabel
            become its names, and -1 no label.
        prediction : str or mapping of str to str, optional
            The column of the predictions, or that of each agent, the primary one first. They may
            have any shape that ``transformers`` pipelines return.
        inputs, metadata : str or list of str, optional
            The columns that make up this dictionary.
        multi_label : bool, optional
            Whether a record can have several labels; by default as the column ``multi_label``
            says, else whether annotations are lists.
        on_error : {"report", "raise"}
            Leave records out that cannot be accepted, with one warning and :attr:`rejected`, or
            raise for the first.

        Returns
        -------
        DatasetForTextClassification
            The records that can be read; what was refused, and why, is in ``errors``.

        Raises
        ------
        RecordError
            When no record can be accepted, two have the same id, a column is missing, or `dataset`
            holds several splits.

        Examples
        --------
        >>> import datasets
        >>> names = datasets.ClassLabel(names=["negative", "positive"])
        >>> reviews = datasets.Dataset.from_dict(
        ...     {"review": ["superb", "dull", "?"], "label": [1, 0, -1]},
        ...     features=datasets.Features({"review": datasets.Value("string"), "label": names}),
        ... )
        >>> found = DatasetForTextClassification.from_datasets(
        ...     reviews, text="review", annotation="label"
        ... )
        >>> [record.annotation for record in found]
        ['positive', 'negative', None]
        """
        mapping = _read.Mapping(text, id, inputs, annotation, prediction, metadata, multi_label)
        return cls._read(_read.source_of_dataset(dataset), mapping, on_error)

    @classmethod
    def _read(
        cls, source: _read.Source, mapping: _read.Mapping, on_error: _read.OnError
    ) -> DatasetForTextClassification:
        table, rejected = _read.read(source, mapping, on_error)
        dataset = cls.from_table(table)
        dataset.rejected = rejected
        return dataset

    def to_pandas(self) -> pd.DataFrame:
        """Return the records as a DataFrame, with Rubrix's columns in its order.

        Where a record has predictions of several agents, one more column, ``predictions``, has
        them as a dictionary by agent.

        Examples
        --------
        >>> record = TextClassificationRecord(text="superb", prediction=[("positive", 0.75)])
        >>> DatasetForTextClassification([record]).to_pandas()["prediction"][0]
        [('positive', 0.75)]
        """
        return _write.to_frame(self.table)

    def to_datasets(self) -> Any:
        """Return the records as a Hugging Face ``datasets.Dataset``.

        Each column has one type, also where it is empty. Metadata (explanations and metrics too)
        is a struct where every key has one type; JSON text where not, and where all of it is
        empty. :meth:`from_datasets` reads both. Ids are text.

        Examples
        --------
        >>> record = TextClassificationRecord(text="superb", metadata={"split": "train"})
        >>> DatasetForTextClassification([record]).to_datasets()["metadata"][0]
        {'split': 'train'}
        """
        return _write.to_hugging_face(self.table)

    def to_arrow(self) -> pa.Table:
        """Return the records as an Arrow table with the columns of :meth:`to_datasets`.

        Metadata, explanations and metrics are JSON text, so that every table of the same inputs
        has the same types; :meth:`from_datasets` reads it.

        Examples
        --------
        >>> record = TextClassificationRecord(text="superb", metadata={"split": "train"})
        >>> DatasetForTextClassification([record]).to_arrow()["metadata"][0].as_py()
        '{"split":"train"}'
        """
        return _write.to_arrow(self.table)

    def prepare_for_training(self) -> Any:
        """Return the annotated records as a ``datasets.Dataset`` of inputs and integer labels.

        One column for each input, and ``label``: a ClassLabel, its names in alphabetical order,
        or for multi-label a list of it; there, ``binarized_label`` holds a 0 or 1 for each name.

        Raises
        ------
        RecordError
            When no record is annotated.

        Examples
        --------
        >>> record = TextClassificationRecord(text="superb", annotation="positive")
        >>> DatasetForTextClassification([record]).prepare_for_training()[0]
        {'text': 'superb', 'label': 0}
        """
        return _write.training_data(self.table)

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __iter__(self) -> Iterator[TextClassificationRecord]:
        start = 0
        while start < len(self):
            yield from self._records(range(start, min(start + _BATCH, len(self))))
            start += _BATCH

    @overload
    def __getitem__(self, key: int) -> TextClassificationRecord: ...
    @overload
    def __getitem__(self, key: slice) -> list[TextClassificationRecord]: ...
    def __getitem__(
        self, key: int | slice
    ) -> TextClassificationRecord | list[TextClassificationRecord]:
        if isinstance(key, slice):
            return self._records(range(*key.indices(len(self))))
        return self._records([self._place(key)])[0]

    def __setitem__(self, key: int, value: TextClassificationRecord) -> None:
        place = self._place(key)
        if not isinstance(value, TextClassificationRecord):
            raise RecordError(
                f"a {type(value).__name__} is no TextClassificationRecord", index=place
            )
        if len(self) == 1:
            self._table = from_records([value])
        else:
            self._table = _all_good(_replaced(self.table, [place], from_records([value])))
        self._alive.pop(place, None)
        self._held[place] = value

    def __delitem__(self, key: int | slice) -> None:
        gone = range(*key.indices(len(self))) if isinstance(key, slice) else [self._place(key)]
        keep = np.ones(len(self), dtype=bool)
        keep[list(gone)] = False
        self._table = self.table.filter(pa.array(keep))
        moved = np.cumsum(keep) - 1
        self._alive = WeakValueDictionary(
            {int(moved[place]): record for place, record in self._alive.items() if keep[place]}
        )

    def _place(self, key: int) -> int:
        place = key + len(self) if key < 0 else key
        if not 0 <= place < len(self):
            raise IndexError(f"there is no record {key} among {len(self):,}")
        return place

    def _records(self, places: Sequence[int]) -> list[TextClassificationRecord]:
        """Return the records at these places, the same objects as before where they still live."""
        alive = dict(self._alive)
        missing = [place for place in places if place not in self._held and place not in alive]
        made = to_records(self._table.take(pa.array(missing, pa.int64()))) if missing else []
        self._held.update(zip(missing, made, strict=True))
        return [self._held[place] if place in self._held else alive[place] for place in places]

    def __repr__(self) -> str:
        table = self.table
        kind = "multi" if multi_label(table) else "single"
        counts = {name: len(self) - table.column(name).null_count for name in _COUNTED}
        return (
            f"{type(self).__name__}({len(self):,} records, {kind}-label, "
            f"inputs: {', '.join(input_names(table))}, predicted: {counts['prediction']:,}, "
            f"annotated: {counts['annotation']:,})"
        )

    def _repr_html_(self) -> str:
        lines = []
        for record in to_records(self.table.slice(0, _SHOWN)):
            text = " | ".join(map(str, record.inputs.values()))
            best = max(record.prediction or [], key=lambda pair: pair[1], default=None)
            cells = (
                text if len(text) <= _PREVIEW else text[:_PREVIEW] + "…",
                "" if best is None else f"{best[0]} {best[1]:.3f}",
                record.annotation or "",
            )
            shown = [c if isinstance(c, str) else ", ".join(c) for c in cells]
            lines.append("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in shown) + "</tr>")
        return (
            f"<p>{html.escape(repr(self))}</p><table><thead><tr><th>text</th><th>prediction</th>"
            f"<th>annotation</th></tr></thead><tbody>{''.join(lines)}</tbody></table>"
        )


_COUNTED = ("prediction", "annotation")


def _listed(records: Any) -> list[TextClassificationRecord]:
    if records is None:
        return []
    if hasattr(records, "columns") or not isinstance(records, Iterable):
        raise RecordError(
            f"a {type(records).__name__} is no list of records; for a DataFrame use from_pandas, "
            "for a datasets.Dataset from_datasets"
        )
    return list(records)


def _all_good(table: pa.Table) -> pa.Table:
    good, rejected = validate(table)
    for first in rejected:
        raise RecordError(
            f"record {first.index}: {first.reason}", index=first.index, record_id=first.id
        )
    return good


def _replaced(table: pa.Table, places: Sequence[int], records: pa.Table) -> pa.Table:
    """Return a table with other records in some of its places."""
    if len(places) == table.num_rows:
        return records
    if table.num_rows and not records.num_rows:
        return table
    both = concat([table, records])
    order = np.arange(table.num_rows)
    order[list(places)] = table.num_rows + np.arange(records.num_rows)
    return both.take(pa.array(order))
