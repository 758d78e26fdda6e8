"""Records as they were logged, column by column."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget import arrays
from rubrix_widget import table as tables
from rubrix_widget.arrays import Floats, Ints
from rubrix_widget.columns.coded import values_and_codes
from rubrix_widget.columns.ids import Ids
from rubrix_widget.columns.labels import Codes, LabelSets
from rubrix_widget.columns.lazy import LazyTable
from rubrix_widget.columns.metadata import METADATA_PREFIX
from rubrix_widget.columns.predicted import ByAgent, Predicted
from rubrix_widget.columns.texts import input_texts

STATUSES = ("Default", "Validated", "Edited", "Discarded")
VERDICTS = ("label_wrong", "model_wrong", "ambiguous", "both_fine")
"""What a review of label errors says of a record, where it said anything."""
_AT_ONCE = ("annotation", "annotation_agent", "prediction", "prediction_agent", "status")
_OTHERS = "other_predictions"


class Names:
    """Strings interned as codes: agents."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, value: str | None) -> int:
        """Return the code of a string, adding it if new; -1 for None."""
        if value is None:
            return -1
        code = self._codes.get(value)
        if code is None:
            code = self._codes[value] = len(self.values)
            self.values.append(value)
        return code

    def codes(self, column: pa.ChunkedArray) -> Codes:
        """Return the codes of a whole string column; -1 for null."""
        values, codes = values_and_codes(one_chunk(column))
        table = np.asarray([*map(self.code, values), -1], dtype=np.int32)
        return np.asarray(table[codes], dtype=np.int32)


class Logged:
    """The columns of records as they were logged.

    Labels, scores, agents and status are read at once, every other column when first needed.

    Parameters
    ----------
    records
        Records in the canonical layout of :mod:`rubrix_widget.table`, and beside them typed
        metadata columns as :func:`rubrix_widget.columns.metadata.flatten` makes them.
    labels
        Declared order of the labels; others follow in alphabetical order.
    """

    def __init__(self, records: LazyTable, labels: Sequence[str] = ()) -> None:
        self._records = records
        self.n: int = records.rows
        several = _OTHERS in records.schema.names
        table = records.coded([*_AT_ONCE, *([_OTHERS] if several else ())])
        self.multi_label = tables.multi_label(table)
        self.sets = LabelSets(labels_of(table, labels))
        self.agents = Names()
        self.comments = Names()
        intern = self.sets.intern_lists if self.multi_label else self.sets.intern_values
        self.annotation: Codes = intern(table.column("annotation"))
        self.annotation_agent: Codes = self.agents.codes(table.column("annotation_agent"))
        self.prediction_agent: Codes = self.agents.codes(table.column("prediction_agent"))
        self.status = _status_codes(table.column("status"))
        prediction, agent = (one_chunk(table.column(name)) for name in _AT_ONCE[2:4])
        self.primary = Predicted.read(prediction, self.sets, self.multi_label)
        self._by_agent: ByAgent | None = None
        self._predicted: dict[str, Predicted] = {}
        if several:
            self._by_agent = ByAgent(prediction, agent, one_chunk(table.column(_OTHERS)))

    @property
    def predicted_as(self) -> Codes:
        """The label set that each record is predicted as."""
        return self.primary.predicted_as

    @property
    def score(self) -> Floats:
        """The highest score of each record."""
        return self.primary.score

    @property
    def score_offsets(self) -> Ints:
        """Where the scores of each record begin among :attr:`all_scores`."""
        return self.primary.score_offsets

    @property
    def all_scores(self) -> Floats:
        """The scores of all records, one after the other."""
        return self.primary.all_scores

    @property
    def score_labels(self) -> Codes:
        """For each of :attr:`all_scores` the place of its label in ``sets.labels``."""
        return self.primary.score_labels

    @property
    def predicting(self) -> list[str]:
        """The agents, where records have predictions of several; the usual primary one first."""
        return [] if self._by_agent is None else self._by_agent.agents

    @property
    def unnamed(self) -> npt.NDArray[np.bool_]:
        """Which records have a prediction of an agent without a name."""
        return (self.prediction_agent < 0) & self.primary.given

    @property
    def alone(self) -> list[str]:
        """The agents that made predictions, where each record has that of one."""
        codes = np.unique(self.prediction_agent[self.primary.given])
        return [self.agents.values[code] for code in codes[codes >= 0].tolist()]

    def predicted(self, agent: str) -> Predicted:
        """Return what one of :attr:`predicting` predicted."""
        found = self._predicted.get(agent)
        if found is None:
            assert self._by_agent is not None
            column = self._by_agent.of(agent)
            found = self._predicted[agent] = Predicted.read(column, self.sets, self.multi_label)
        return found

    def seen_by(self, agent: str) -> Logged:
        """Return the same records with the predictions of one agent as the primary ones."""
        other = copy.copy(self)
        other.primary = self.predicted(agent)
        given = other.primary.predicted_as >= 0
        other.prediction_agent = np.where(given, self.agents.code(agent), -1).astype(np.int32)
        return other

    @cached_property
    def ids(self) -> Ids:
        """The record ids, for look-ups."""
        return Ids(self.column("id"))

    @cached_property
    def input_names(self) -> list[str]:
        """Names of the inputs, in the order they were logged."""
        return tables.input_names(arrays.empty_table(self._records.schema))

    @cached_property
    def metadata(self) -> dict[str, pa.DataType]:
        """The typed metadata columns and their types; :meth:`column` has the values."""
        schema = self._records.schema
        return {
            field.name: field.type for field in schema if field.name.startswith(METADATA_PREFIX)
        }

    @cached_property
    def table(self) -> pa.Table:
        """The records in the canonical layout; all that was not yet needed is read."""
        return self._records.select(
            [name for name in self._records.schema.names if not name.startswith(METADATA_PREFIX)]
        )

    def column(self, name: str) -> pa.Array:
        """Return one column of the records, or of the typed metadata."""
        return self._records.column(name)

    def inputs(self, names: Sequence[str] | None = None) -> pa.Table:
        """Return the columns of some inputs, or of all, as :attr:`table` has them."""
        names = self.input_names if names is None else names
        return self._records.select([f"inputs.{name}" for name in names])

    @cached_property
    def text_length(self) -> Ints:
        """Characters of a record's text; its inputs count as joined by line breaks."""
        lengths = np.zeros(self.n, dtype=np.int64)
        inputs = np.zeros(self.n, dtype=np.int64)
        for name in self.input_names:
            texts = input_texts(self.inputs([name]), name)
            lengths += pc.utf8_length(texts).fill_null(0).to_numpy(zero_copy_only=False)
            inputs += texts.is_valid().to_numpy(zero_copy_only=False)
        return lengths + np.maximum(inputs - 1, 0)


def labels_of(table: pa.Table, declared: Sequence[str] = ()) -> list[str]:
    """Return every label of the records: the declared ones first, others alphabetically after."""
    annotation = one_chunk(table.column("annotation"))
    if tables.multi_label(table):
        annotation = annotation.flatten()
    predictions = [one_chunk(table.column("prediction"))]
    if _OTHERS in table.column_names:
        predictions.append(one_chunk(table.column(_OTHERS)).flatten().field("prediction"))
    found = set(pc.unique(annotation).to_pylist())
    for one in predictions:
        found.update(pc.unique(one.flatten().field("label")).to_pylist())
    return [*declared, *sorted(found - {None, *declared})]


def one_chunk(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column as one contiguous array."""
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return column


def _status_codes(column: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    values, codes = values_and_codes(one_chunk(column))
    table = np.asarray([STATUSES.index(value) for value in values], dtype=np.int8)
    return np.asarray(table[codes])
