"""From the columns of a DataFrame or a Hugging Face dataset to the table of records."""

from __future__ import annotations

import difflib
from collections import abc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import RecordError, RecordWarning, warn
from ..predictions import is_list
from ..records import FIELDS
from ..table import Rejected, schema
from ..table.layout import PREFIX, TEXT, compact
from ..table.validate import part, problems
from . import _agents as agents
from . import _fields as fields
from . import _objects as objects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Mapping", "OnError", "Source", "read", "source_of_dataset", "source_of_frame"]

OnError = Literal["report", "raise"]

_TAKEN = 100_000  # records gathered at a time, so that their texts fit 32-bit offsets
_SHOWN = 5  # refused records named in a warning; all of them are in `.rejected`


@dataclass(frozen=True)
class Mapping:
    """Which columns hold which field; None: the column of the field's own name."""

    text: str | None = None
    id: str | None = None
    inputs: str | Sequence[str] | None = None
    annotation: str | None = None
    prediction: str | abc.Mapping[str, str] | None = None
    metadata: str | Sequence[str] | None = None
    multi_label: bool | None = None


@dataclass(frozen=True)
class Source:
    """Named columns of one length.

    Parameters
    ----------
    what : str
        What to call it in errors.
    size : int
        Number of records.
    names : list of str
        Its columns.
    get : callable
        Reads one column.
    label_names : dict of str to list of str
        Names behind the integers of a column, for those that have them.
    """

    what: str
    size: int
    names: list[str]
    get: Callable[[str], fields.Column]
    label_names: dict[str, list[str]] = field(default_factory=dict)


def source_of_frame(frame: pd.DataFrame) -> Source:
    """Return the columns of a DataFrame."""
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise RecordError(f"a {type(frame).__name__} is no pandas DataFrame")
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise RecordError(f"the DataFrame has two columns named {twice!r}; rename one")
    return Source(
        "the DataFrame",
        len(frame),
        names,
        lambda name: _series(frame.iloc[:, names.index(name)]),
    )


def _series(series: pd.Series[Any]) -> fields.Column:
    """Return a column as Arrow holds it, or as Python objects where Arrow would change them."""
    if series.dtype == object:
        known = series.dropna()
        if len(known) and isinstance(known.iloc[0], (dict, bytes)):
            return series.tolist()
    try:
        column = pa.array(series, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return series.tolist()
    if pa.types.is_binary(column.type):
        return series.tolist()
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def source_of_dataset(dataset: Any) -> Source:
    """Return the columns of a ``datasets.Dataset``, in the order of its records."""
    import datasets

    if isinstance(dataset, (datasets.DatasetDict, datasets.IterableDatasetDict)):
        splits = ", ".join(map(repr, dataset))
        first = next(iter(dataset), "train")
        raise RecordError(
            f"a {type(dataset).__name__} holds several datasets: choose one of its splits "
            f"({splits}), for example dataset[{first!r}]"
        )
    if isinstance(dataset, datasets.IterableDataset):
        raise RecordError(
            "an IterableDataset has no length: load it without streaming=True, or take a part "
            "with datasets.Dataset.from_list(list(dataset.take(1000)))"
        )
    if not isinstance(dataset, datasets.Dataset):
        raise RecordError(
            f"a {type(dataset).__name__} is no datasets.Dataset; for a DataFrame use from_pandas"
        )
    label_names: dict[str, list[str]] = {}
    for name, feature in dataset.features.items():
        while not isinstance(feature, datasets.ClassLabel) and hasattr(feature, "feature"):
            feature = feature.feature
        if isinstance(feature, list) and feature:
            feature = feature[0]
        if isinstance(feature, datasets.ClassLabel) and feature.names:
            label_names[name] = list(feature.names)

    def get(name: str) -> pa.ChunkedArray:
        return compact(_storage(_in_order(dataset, name)))

    return Source("the dataset", len(dataset), list(dataset.column_names), get, label_names)


def _in_order(dataset: Any, name: str) -> pa.ChunkedArray:
    """Return a column in the order of a dataset that may be filtered, sorted or shuffled."""
    order = getattr(dataset, "_indices", None)
    if order is None:
        return dataset.select_columns([name]).with_format("arrow")[:].column(name)
    # What the library offers in public gathers record by record, thirty times slower.
    column, places = dataset.data.column(name), order.column(0)
    taken = [column.take(places.slice(start, _TAKEN)) for start in range(0, len(places), _TAKEN)]
    return pa.chunked_array([chunk for part in taken for chunk in part.chunks], column.type)


def _storage(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not isinstance(column.type, pa.BaseExtensionType):
        return column
    return pa.chunked_array(
        [chunk.storage for chunk in column.chunks], type=column.type.storage_type
    )


def read(source: Source, mapping: Mapping, on_error: OnError) -> tuple[pa.Table, list[Rejected]]:
    """Read all records of a source; those refused are reported, or the first is raised."""
    if on_error not in ("report", "raise"):
        raise ValueError(f"on_error is {on_error!r}; use 'report' or 'raise'")
    reader = _Reader(source, mapping)
    table = reader.table()
    reasons = {**problems(table), **reader.bad}
    good, rejected = part(table, reasons)
    if rejected:
        report(rejected, source, on_error)
    reader.warn_of_ignored()
    return good, rejected


def report(rejected: list[Rejected], source: Source, on_error: OnError) -> None:
    """Say which records were refused, and why."""
    first = rejected[0]
    if on_error == "raise":
        raise RecordError(_line(first), index=first.index, record_id=first.id)
    named = "; ".join(map(_line, rejected[:_SHOWN]))
    more = f"; and {len(rejected) - _SHOWN:,} more" if len(rejected) > _SHOWN else ""
    if len(rejected) == source.size:
        raise RecordError(
            f"none of the {source.size:,} records of {source.what} can be read: {named}{more}",
            index=first.index,
            record_id=first.id,
        )
    warn(
        f"{len(rejected):,} of {source.size:,} records refused, the others kept: {named}{more}. "
        "All are listed in .rejected",
        RecordWarning,
    )


def _line(rejected: Rejected) -> str:
    known = "" if rejected.id is None else f" (id {rejected.id!r})"
    return f"record {rejected.index}{known}: {rejected.reason}"


class _Reader:
    """One reading: which columns were used, which records are bad."""

    def __init__(self, source: Source, mapping: Mapping) -> None:
        self.source = source
        self.mapping = mapping
        self.bad: fields.Bad = {}
        self.used: set[str] = set()
        self.joined_inputs = _listed(mapping.inputs)
        if self.joined_inputs == ["inputs"]:
            self.joined_inputs = None
        self.joined_metadata = _listed(mapping.metadata)
        if self.joined_metadata == ["metadata"]:
            self.joined_metadata = None

    def column(self, name: str | None, own: str | None = None) -> fields.Column | None:
        """Read the mapped column, or the field's own where nothing is mapped and it exists."""
        if name is None:
            if own is None or own not in self.source.names:
                return None
            name = own
        elif name not in self.source.names:
            near = difflib.get_close_matches(name, self.source.names, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise RecordError(
                f"{self.source.what} has no column {name!r}.{hint} "
                f"Columns: {', '.join(self.source.names)}"
            )
        self.used.add(name)
        return self.source.get(name)

    def several(self, names: list[str]) -> dict[str, fields.Column]:
        return {name: self.column(name) for name in names}

    def table(self) -> pa.Table:
        bad, size = self.bad, self.source.size
        known = self.column(self.mapping.id, "id")
        if known is None:
            known = pa.chunked_array([pa.nulls(size, TEXT)])
        names, are_integers = fields.id_columns(known, bad)
        inputs = self.inputs()
        label_column = self.mapping.annotation or "annotation"
        labels = self.column(self.mapping.annotation, "annotation")
        multi_label = self.multi_label(labels)
        if labels is None:
            labels = pa.chunked_array([pa.nulls(size, TEXT)])
        annotation = fields.annotation_column(
            labels, multi_label, self.source.label_names.get(label_column), label_column, bad
        )
        columns: dict[str, Any] = {
            "id": names,
            "id_is_int": are_integers,
            **{PREFIX + name: column for name, column in inputs.columns.items()},
            "annotation": annotation,
            "metadata": self.metadata(),
        }
        for name, convert in _CONVERT.items():
            own = self.column(None, name)
            if own is not None:
                columns[name] = convert(own, bad)
        columns |= self.predictions()
        several = columns.get("other_predictions") is not None
        target = schema(multi_label, inputs.columns, inputs.encoded, several)
        columns["status"] = fields.statuses(self.column(None, "status"), annotation.is_valid(), bad)
        return pa.table(
            [_column(columns.get(kind.name), kind, size) for kind in target], schema=target
        )

    def inputs(self) -> objects.Inputs:
        mapping = self.mapping
        if self.joined_inputs is not None:
            named = self.several(self.joined_inputs)
            only = next(iter(named.values()), None)
            struct = isinstance(only, pa.ChunkedArray) and pa.types.is_struct(only.type)
            found = objects.read_inputs(
                None if len(named) == 1 and struct else named, only, self.bad
            )
            text = self.column(mapping.text)
        else:
            column = self.column("inputs" if mapping.inputs else None, "inputs")
            found = objects.Inputs()
            if column is not None:
                found = objects.read_inputs(None, column, self.bad)
            text = self.column(mapping.text, "text")
        if text is not None:
            read_text = fields.texts(text, "text", self.bad)
            return objects.merge_text(found, read_text, self.bad)
        if not found.columns and self.source.size:
            raise RecordError(
                f"{self.source.what} has no column 'text' or 'inputs': say which one holds the "
                f"text, for example text={self.source.names[0]!r}. "
                f"Columns: {', '.join(self.source.names)}"
                if self.source.names
                else f"{self.source.what} has no columns"
            )
        return found if found.columns else objects.Inputs({"text": pa.chunked_array([], TEXT)})

    def multi_label(self, labels: fields.Column | None) -> bool:
        """Decide by the argument, else the column multi_label, else what annotations look like."""
        column = self.column(None, "multi_label")
        if self.mapping.multi_label is not None:
            return self.mapping.multi_label
        if column is not None:
            flags = fields.each(column, lambda value: value is not None and bool(value), {})
            if len(set(flags)) > 1:
                raise RecordError(
                    f"record {flags.index(False)} is single-label and record {flags.index(True)} "
                    "multi-label; a dataset is one or the other"
                )
            return bool(flags and flags[0])
        if labels is None:
            return False
        if isinstance(labels, list):
            return any(isinstance(value, (list, tuple, set, np.ndarray)) for value in labels)
        return is_list(labels.type)

    def predictions(self) -> dict[str, Any]:
        """Read predictions and who made them, of one agent a record or of several."""
        names = ("prediction", "prediction_agent", "other_predictions")
        given = self.mapping.prediction
        if isinstance(given, abc.Mapping):
            for name in given if given else ("",):
                if not isinstance(name, str) or not name:
                    raise RecordError(
                        f"prediction is {given!r:.80}: name each agent and its column, as in "
                        'prediction={"bert": "bert_prediction"}'
                    )
            several = {agent: self.column(name) for agent, name in given.items()}
            return dict(zip(names, agents.columns(several, self.bad), strict=True))
        own = self.column(given, "prediction")
        agent = self.column(None, "prediction_agent")
        by_agent = None
        if agents.holds_agents(own):
            by_agent, own = own, None
        elif "predictions" in self.source.names:
            found = self.source.get("predictions")
            if agents.holds_agents(found):
                by_agent = self.column("predictions")
        if by_agent is not None:
            read = agents.predicted(by_agent, own, agent, self.bad)
            return dict(zip(names, read, strict=True))
        columns: dict[str, Any] = {}
        if own is not None:
            columns["prediction"] = fields.prediction_column(own, self.bad)
        if agent is not None:
            columns["prediction_agent"] = fields.texts(agent, "prediction_agent", self.bad)
        return columns

    def metadata(self) -> Any:
        if self.joined_metadata:
            parts = self.several(self.joined_metadata)
            return objects.joined_metadata(parts, "metadata", self.bad)
        column = self.column("metadata" if self.mapping.metadata else None, "metadata")
        return None if column is None else objects.objects(column, "metadata", self.bad)

    def warn_of_ignored(self) -> None:
        ignored = [name for name in self.source.names if name not in self.used]
        if not ignored:
            return
        warn(
            f"columns ignored: {', '.join(ignored)}. To keep some, name them in metadata=[...]",
            RecordWarning,
        )


def _listed(names: str | Sequence[str] | None) -> list[str] | None:
    if names is None:
        return None
    return [names] if isinstance(names, str) else list(names)


def _column(column: Any, kind: pa.Field, size: int) -> pa.ChunkedArray:
    if column is None:
        return pa.chunked_array([pa.nulls(size, kind.type)])
    if not isinstance(column, pa.ChunkedArray):
        column = pa.chunked_array([column])
    return column if column.type == kind.type else pc.cast(column, kind.type)


_CONVERT: dict[str, Callable[[fields.Column, fields.Bad], Any]] = {
    "annotation_agent": lambda column, bad: fields.texts(column, "annotation_agent", bad),
    "explanation": objects.explanations,
    "metrics": lambda column, bad: objects.objects(column, "metrics", bad),
    "search_keywords": objects.keywords,
    "event_timestamp": fields.timestamps,
}
assert set(_CONVERT) < set(FIELDS)
