"""All that the measurements know of the package itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.data import Data
from bench.forms import METADATA, Choice, Form, written
from rubrix_widget.engine import Engine

PAGE = 50
KEYWORD_FACETS = (
    "predicted",
    "predicted_as",
    "annotated_as",
    "status",
    "predicted_by",
    "annotated_by",
    "metadata.source",
    "metadata.split",
)
NUMBER_FACETS = ("score", "metadata.stars")
FACETS = (*KEYWORD_FACETS, *NUMBER_FACETS)
BINS = 20


@dataclass(frozen=True)
class View:
    """What a person asks for at once: a query, filters and a sort; fields by their flat names."""

    query: Form
    equal: Mapping[str, Sequence[str]] = field(default_factory=dict)
    between: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    sort: Sequence[tuple[str, str]] = ()


def dataset_of(table: pa.Table) -> Any:
    """Turn a flat table into a dataset of records, by the public way in."""
    import datasets

    import rubrix_widget as rb

    given = table if "prediction" in table.column_names else _nested(table)
    agents = {"one": "prediction", "two": "rival"} if "rival" in given.column_names else None
    return rb.DatasetForTextClassification.from_datasets(datasets.Dataset(given), prediction=agents)


def _nested(table: pa.Table) -> pa.Table:
    """Put the flat columns of made records together as the package has them."""
    one = {name: table.column(name).combine_chunks() for name in table.column_names}
    day = one["day"].cast(pa.date32()).cast(pa.string())
    columns = {
        "id": one["id"],
        "text": one["text"],
        "prediction": _prediction(one["predicted_as"], one["second"], one["score"]),
        "annotation": one["annotated_as"],
        "annotation_agent": one["annotated_by"],
        "status": one["status"],
        "event_timestamp": one["event_timestamp"],
        "metadata": pa.StructArray.from_arrays(
            [one["source"], one["split"], one["stars"], day], list(METADATA)
        ),
    }
    if "rival_as" in one:
        rival = (one[f"rival_{name}"] for name in ("as", "second", "score"))
        return pa.table({**columns, "rival": _prediction(*rival)})
    return pa.table({**columns, "prediction_agent": one["predicted_by"]})


def _prediction(label: pa.Array, second: pa.Array, score: pa.Array) -> pa.Array:
    """Return a list of two labels with their scores for each record."""
    size = len(label)
    labels = pa.chunked_array([label, second]).combine_chunks()
    places = np.arange(2 * size).reshape(2, size).T.ravel()
    scores = np.stack([np.asarray(score), 1 - np.asarray(score)], axis=1).ravel()
    entries = [labels.take(pa.array(places)), pa.array(scores)]
    return pa.LargeListArray.from_arrays(
        pa.array(np.arange(0, 2 * size + 1, 2)),
        pa.StructArray.from_arrays(entries, ["label", "score"]),
    )


def records_file(data: Data) -> Path:
    """Return a file with the records as the package lays them out; it is made once."""
    path = data.path.with_suffix(".records")
    if not path.exists():
        draft = path.with_suffix(".tmp")
        pq.write_table(dataset_of(data.table).table, draft)
        draft.rename(path)
    return path


def records_of(path: Path) -> Any:
    """Return the dataset of records in a file."""
    import rubrix_widget as rb

    return rb.DatasetForTextClassification.from_table(pq.read_table(path))


def name_of(data: Data) -> str:
    """Return the name that some data are logged under."""
    return data.name


def live(data: Data) -> Any:
    """Open the dataset of some data in the home folder; log it first where it is not there."""
    import rubrix_widget as rb
    from rubrix_widget.home import active

    name = name_of(data)
    if not _is_there(name):
        rb.log(records_of(records_file(data)), name, verbose=False)
    return active().dataset(name)


def corrected(data: Data) -> str:
    """Copy a dataset and believe the model where it is surest and wrong; return the copy's name."""
    import rubrix_widget as rb

    live(data)
    name = f"{name_of(data)}-corrected"
    if not _is_there(name):
        rb.copy(name_of(data), name)
        for label in rb.labels(name)["name"]:
            wrong = f'predicted:ko AND predicted_as:"{label}" AND score:>0.95'
            rb.relabel(name, label, query=wrong)
    return name


def _is_there(name: str) -> bool:
    return (Path(os.environ["RUBRIX_WIDGET_HOME"]) / "default" / name / "manifest.json").exists()


def engine_of(data: Data) -> Engine:
    """Return the engine of some data's dataset."""
    engine: Engine = live(data).engine()
    return engine


def empty_caches(engine: Engine) -> None:
    """Forget what queries left behind; the columns and the index's tables stay."""
    engine._cache = type(engine._cache)()


def text_field(engine: Engine) -> Any:
    """Return the index arrays of the texts; the datasets measured have one segment."""
    (one,) = engine.segments
    return one.segment.arrays["text"]


def choice(engine: Engine) -> Choice:
    """Choose words to ask for."""
    return Choice.of(text_field(engine))


def spaced_words(engine: Engine) -> pa.LargeStringArray:
    """Return each text's words with a space around each: what a scan can find the same in."""
    found = text_field(engine)
    words = found.lexicon.take(pa.array(found.tokens))
    lists = pa.LargeListArray.from_arrays(pa.array(found.token_offsets.astype(np.int64)), words)
    space, nothing = pa.scalar(" ", pa.large_string()), pa.scalar("", pa.large_string())
    return pc.binary_join_element_wise(space, pc.binary_join(lists, space), space, nothing)


def ask(engine: Engine, form: Form) -> Callable[[], npt.NDArray[np.int64]]:
    """Return what finds all matching records, end to end: from the query's text to positions."""
    query = written(form)
    return lambda: engine.select(query).order()


def view(engine: Engine, asked: View) -> Callable[[], tuple[int, object, object, object]]:
    """Return what a page takes: selection, fifty records in order, ten facets, the matrix."""
    query = written(asked.query)
    filters: dict[str, Any] = {_field(name): list(values) for name, values in asked.equal.items()}
    for name, (low, high) in asked.between.items():
        filters[_field(name)] = {"from": low, "to": high}
    sort = [(_field(name), direction) for name, direction in asked.sort]

    def answer() -> tuple[int, object, object, object]:
        selection = engine.select(query, filters=filters, sort=sort)
        records = engine.records(selection.page(0, PAGE))
        facets = engine.facets(FACETS, selection.hits)
        return selection.count, records, facets, engine.confusion(selection.hits)

    return answer


def _field(name: str) -> str:
    return f"metadata.{name}" if name in METADATA else name
