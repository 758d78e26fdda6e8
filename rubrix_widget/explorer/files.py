"""Records as the bytes of a file, made piece by piece.

A million records are never in memory at once: each piece is made of the next few, as many as what
the one before took suggests.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import numpy as np
import pyarrow as pa

from rubrix_widget.arrays import Ints
from rubrix_widget.columns import before
from rubrix_widget.datasets import DatasetForTextClassification
from rubrix_widget.engine import Engine

if TYPE_CHECKING:
    import datasets
    import pandas as pd

Format = Literal["csv", "jsonl", "parquet", "html"]
MEDIA: Final = {
    "csv": "text/csv;charset=utf-8",
    "jsonl": "application/jsonl;charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html;charset=utf-8",
}
_PIECE: Final = 2 << 20  # bytes aimed at: a message that a browser takes at once
_FIRST, _MOST = 500, 50_000  # records of the first piece, and of any
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")  # what makes a spreadsheet compute a cell


class Writer(Protocol):
    """Makes the pieces of one file."""

    def piece(self, taken: Taken) -> bytes:
        """Return the bytes of the next records."""

    def end(self) -> bytes:
        """Return what ends the file."""


class Taken:
    """Records taken out of an engine, with what was changed of them where that is wanted.

    Parameters
    ----------
    engine
        The dataset as it is now.
    positions
        Places of the records, in their order.
    changes
        Whether to add the columns of :func:`rubrix_widget.columns.before`.
    """

    def __init__(self, engine: Engine, positions: Ints, changes: bool) -> None:
        self.records = DatasetForTextClassification.from_table(engine.table(positions))
        self._before = before(engine.columns, positions) if changes else None

    def frame(self) -> pd.DataFrame:
        """Return them as a DataFrame."""
        frame = self.records.to_pandas()
        for name, column in self._columns():
            is_list = pa.types.is_list(column.type)
            frame[name] = _objects(column.to_pylist()) if is_list else column.to_pandas()
        return frame

    def table(self) -> pa.Table:
        """Return them as an Arrow table."""
        table = self.records.to_arrow()
        for name, column in self._columns():
            table = table.append_column(name, column)
        return table

    def dataset(self) -> datasets.Dataset:
        """Return them as a Hugging Face dataset."""
        dataset = self.records.to_datasets()
        if self._before is None:
            return dataset
        import datasets

        table = dataset.data.table.replace_schema_metadata(None)  # it names the columns
        for name, column in self._columns():
            table = table.append_column(name, column)
        fingerprint = datasets.fingerprint.generate_random_fingerprint()
        return datasets.Dataset(table, fingerprint=fingerprint)

    def _columns(self) -> Iterator[tuple[str, pa.ChunkedArray]]:
        if self._before is not None:
            yield from zip(self._before.column_names, self._before.columns, strict=True)


def _objects(values: list[Any]) -> np.ndarray:
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return cells


def pieces(
    engine: Engine, positions: Ints, kind: Format, changes: bool = False
) -> Iterator[tuple[int, bytes]]:
    """Yield records as a file, in pieces: how many were written so far, and the bytes.

    Parameters
    ----------
    engine
        The dataset as it is now.
    positions
        Places of the records, in the order to write them.
    kind
        "csv", "jsonl" or "parquet".
    changes
        Whether to add what was changed, as :class:`Taken` does.
    """
    writers: dict[str, type[Writer]] = {"csv": _Csv, "jsonl": _JsonLines, "parquet": _Parquet}
    write = writers[kind]()
    at, size = 0, _FIRST
    while at < len(positions) or at == 0:
        taken = positions[at : at + size]
        piece = write.piece(Taken(engine, taken, changes))
        at += len(taken)
        last = at >= len(positions)
        if last:
            piece += write.end()
        yield at, piece
        if last:
            return
        size = int(np.clip(len(taken) * _PIECE / max(1, len(piece)), 1, _MOST))


class _Csv:
    """Columns as `to_pandas` has them; what is no text or number is JSON.

    A text that a spreadsheet would compute gets an apostrophe before it, as OWASP advises.
    """

    def __init__(self) -> None:
        self._begun = False

    def piece(self, taken: Taken) -> bytes:
        frame = taken.frame()
        for name in frame.columns:
            column = frame[name]
            if column.dtype.kind not in "bifM":
                frame[name] = [_cell(one) for one in column.tolist()]
        text: str = frame.to_csv(index=False, header=not self._begun, lineterminator="\n")
        self._begun = True
        return text.encode()

    def end(self) -> bytes:
        return b""


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    if value is None or isinstance(value, bool | int | float):
        return value
    return _json(value)


class _JsonLines:
    """An object a line, with the names of `to_pandas`, without those that are null."""

    def piece(self, taken: Taken) -> bytes:
        frame = taken.frame()
        names = list(frame.columns)
        columns = [_plain(frame[name]) for name in names]
        lines = (
            _json({n: one for n, one in zip(names, line, strict=True) if one is not None})
            for line in zip(*columns, strict=True)
        )
        return "".join(f"{line}\n" for line in lines).encode()

    def end(self) -> bytes:
        return b""


def _plain(column: pd.Series) -> list[Any]:
    """Return a column's values as JSON has them; what is missing is None."""
    if column.dtype.kind == "M":
        return [one.isoformat() if here else None for one, here in _present(column)]
    if column.dtype == object:  # pandas' own type for text has NaN for what is missing
        return column.tolist()
    return [one if here else None for one, here in _present(column)]


def _present(column: pd.Series) -> Iterator[tuple[Any, bool]]:
    return zip(column.tolist(), column.notna().tolist(), strict=True)


def _date(value: Any) -> str:
    return str(value.isoformat())  # only dates are no JSON in metadata


_json = json.JSONEncoder(ensure_ascii=False, default=_date, separators=(",", ":")).encode


class _Parquet:
    """Columns as `to_datasets` has them, each of one type; nested metadata is JSON text."""

    def __init__(self) -> None:
        self._sink = _Drain()
        self._writer: Any = None

    def piece(self, taken: Taken) -> bytes:
        import pyarrow.parquet as pq

        table = taken.table()
        if self._writer is None:
            self._writer = pq.ParquetWriter(pa.PythonFile(self._sink, "w"), table.schema)
        if table.num_rows:
            self._writer.write_table(table)
        return self._sink.drained()

    def end(self) -> bytes:
        self._writer.close()
        return self._sink.drained()


class _Drain(io.RawIOBase):
    """Takes bytes and gives them away, and knows how many there were."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._pieces.append(bytes(content))
        self._size += len(self._pieces[-1])
        return len(self._pieces[-1])

    def tell(self) -> int:
        return self._size

    def drained(self) -> bytes:
        whole, self._pieces = b"".join(self._pieces), []
        return whole
