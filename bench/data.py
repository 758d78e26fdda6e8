"""The data that is measured on: made, from a seed, and real, where there is some.

Everything is one flat table with a column for each field; every peer is given the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench import words

LABELS = ("negative", "neutral", "positive", "mixed", "unclear")
REAL = Path(__file__).resolve().parents[2] / "shared" / "data"
REAL_SETS = ("sst2", "banking77", "goemotions")
_SECOND = "prediction_nbsvm"  # column of a second model, which sst2 has
_RIGHT = 0.91  # of the predictions
_ANNOTATED = 0.95
_SOURCES = 20


@dataclass(frozen=True)
class Data:
    """Records as a flat table in a file; ``made`` ones have structured fields as well."""

    name: str
    title: str
    path: Path
    made: bool

    @cached_property
    def table(self) -> pa.Table:
        """All columns; one chunk."""
        return pq.read_table(self.path).combine_chunks()

    @property
    def records(self) -> int:
        return int(pq.read_metadata(self.path).num_rows)

    @property
    def texts(self) -> pa.ChunkedArray:
        return self.table.column("text")

    @property
    def text_bytes(self) -> int:
        """Bytes of the texts in UTF-8."""
        return int(pc.sum(pc.binary_length(self.texts)).as_py() or 0)


def made(folder: Path, kind: str, records: int) -> Data:
    """Make ``short`` or ``long`` texts with labels, predictions and metadata, or find them made."""
    path = folder / f"{kind}-{records}.parquet"
    if not path.exists():
        texts = (words.long_texts if kind == "long" else words.short_texts)(records)
        _write(_structured(texts), path)
    return Data(path.stem, f"{records:,} {kind} texts", path, made=True)


def real(folder: Path, name: str) -> Data | None:
    """Take a set of real texts with its labels and predictions; None where it is absent."""
    source = REAL / f"{name}.parquet"
    if not source.exists():
        return None
    path = folder / f"{name}.parquet"
    if not path.exists():
        table = pq.read_table(source)
        label = "labels" if "labels" in table.column_names else "label"
        columns = {
            "id": table["id"],
            "text": table["text"].cast(pa.large_string()),
            "prediction": table["prediction"],
            "annotation": table[label],
        }
        _write(pa.table(columns), path)
    return Data(name, f"{pq.read_metadata(path).num_rows:,} texts of {name}", path, made=False)


def two_models(one: Data) -> Data:
    """Lay the predictions of a second model beside those of the first, the same records otherwise.

    Of real texts it is another model's indeed; there has to be one.
    """
    path = one.path.with_name(f"{one.name}-two.parquet")
    if not path.exists():
        if one.made:
            second = _second_model(one.table)
        else:
            (second,) = pq.read_table(REAL / f"{one.name}.parquet", columns=[_SECOND]).columns
            second = {"rival": second}
        table = one.table
        for name, column in second.items():
            table = table.append_column(name, column)
        _write(table, path)
    return Data(path.stem, one.title, path, one.made)


def _second_model(table: pa.Table) -> dict[str, pa.Array]:
    """Make a model that says what the first does of nine records in ten, and any label else."""
    random, size = np.random.default_rng(5), table.num_rows
    names = pa.array(LABELS, pa.large_string())
    first = pc.index_in(table["predicted_as"], names).to_numpy()
    said = np.where(random.random(size) < 0.9, first, random.integers(0, len(LABELS), size))
    second = (said + 1 + random.integers(0, len(LABELS) - 1, size)) % len(LABELS)
    return {
        "rival_as": names.take(pa.array(said)),
        "rival_second": names.take(pa.array(second)),
        "rival_score": pa.array(np.round(1 - 0.5 * random.random(size) ** 2.5, 6)),
    }


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    pq.write_table(table, draft)
    draft.rename(path)


def _structured(texts: pa.ChunkedArray) -> pa.Table:
    """Lay labels, scores and metadata beside texts; fewer records are the first of more."""
    chunks = []
    for number, chunk in enumerate(texts.chunks):
        whole = _columns(np.random.default_rng([3, number]), number * words.CHUNK)
        columns = {name: column.slice(0, len(chunk)) for name, column in whole.items()}
        chunks.append(pa.table({"text": chunk, **columns}))
    return pa.concat_tables(chunks)


def _columns(
    random: np.random.Generator, start: int, size: int = words.CHUNK
) -> dict[str, pa.Array]:
    names = pa.array(LABELS, pa.large_string())

    def some(values: list[str], shares: list[float] | None = None) -> pa.Array:
        chosen = random.choice(len(values), size, p=shares)
        return pa.array(values, pa.large_string()).take(pa.array(chosen))

    label = random.choice(len(LABELS), size, p=[0.25, 0.2, 0.4, 0.1, 0.05])
    off = np.where(random.random(size) < _RIGHT, 0, random.integers(1, len(LABELS), size))
    predicted = (label + off) % len(LABELS)
    unlabelled = random.random(size) > _ANNOTATED
    score = np.round(1 - 0.5 * random.random(size) ** 2.5, 6)
    people = [f"person {letter}" for letter in "ABCDEF"]
    person = some(people).to_numpy(zero_copy_only=False)
    status = np.where(
        unlabelled, "Default", np.where(random.random(size) < 0.02, "Edited", "Validated")
    )
    seconds = np.datetime64("2021-01-01", "s") + random.integers(0, 366 * 86_400, size)
    days = seconds.astype("M8[D]")
    second = (predicted + 1 + random.integers(0, len(LABELS) - 1, size)) % len(LABELS)
    return {
        "id": pa.array([f"r{place:08}" for place in range(start, start + size)], pa.large_string()),
        "annotated_as": names.take(pa.array(label, mask=unlabelled)),
        "predicted_as": names.take(pa.array(predicted)),
        "second": names.take(pa.array(second)),
        "score": pa.array(score),
        "predicted": pa.array(np.where(off == 0, "ok", "ko"), pa.large_string(), mask=unlabelled),
        "status": pa.array(status, pa.large_string()),
        "predicted_by": some(["model one", "model two", "model three"], [0.6, 0.3, 0.1]),
        "annotated_by": pa.array(person, pa.large_string(), mask=unlabelled),
        "source": some([f"source-{i}" for i in range(_SOURCES)]),
        "split": some(["train", "dev", "test"], [0.8, 0.1, 0.1]),
        "stars": pa.array(random.integers(1, 6, size)),
        "day": pa.array(days).cast(pa.timestamp("us")),
        "event_timestamp": pa.array(seconds.astype("M8[us]")),
    }
