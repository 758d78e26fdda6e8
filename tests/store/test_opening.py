"""Opening: what is read at once, what later, and from files that others have replaced since."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

import rubrix_widget as rb
from rubrix_widget.columns import LazyTable
from rubrix_widget.engine import Engine
from rubrix_widget.errors import StorageError
from rubrix_widget.home import active
from rubrix_widget.store.reading import PartFile


def logged(home: Path) -> Engine:
    """A dataset in two parts, one record of them replaced, opened anew."""
    fields = {"prediction": [("x", 0.9)], "metadata": {"n": 1}, "annotation": "x"}
    for some in (range(30), range(29, 31)):
        rb.log([rb.TextClassificationRecord(text=f"film {i}", id=i, **fields) for i in some], "d")
    rb.init(home)
    return active().dataset("d").engine()


def replaced(home: Path) -> None:
    """Another process compacts the dataset."""
    code = f"import rubrix_widget as rb; rb.init({str(home)!r}); rb.compact('d', verbose=False)"
    subprocess.run([sys.executable, "-c", code], check=True)


def logged_again(home: Path) -> None:
    """This process logs every record with another text."""
    rb.log([rb.TextClassificationRecord(text="book", id=i) for i in range(31)], "d")


def deleted(home: Path) -> None:
    """This process deletes the dataset."""
    rb.delete("d")


def test_a_count_reads_neither_texts_nor_ids_nor_metadata(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening and counting read what a query on words and labels needs; a page reads the rest."""
    logged(home)
    read: list[str] = []
    whole = PartFile.read

    def noted(file: PartFile, names: Sequence[str] | None = None) -> pa.Table:
        read.extend(names or ["everything"])
        return whole(file, names)

    monkeypatch.setattr(PartFile, "read", noted)
    rb.init(home)
    assert rb.count("d", "film AND predicted:ok") == 31
    at_once = {"annotation", "annotation_agent", "prediction", "prediction_agent", "status"}
    assert set(read) == at_once
    assert rb.count("d", "metadata.n:1") == 31
    assert set(read) == {*at_once, "metadata.n"}
    texts = list(rb.load("d").to_pandas()["text"])
    assert sorted(texts) == sorted(f"film {i}" for i in range(31))
    parts = len(active().dataset("d")._store.manifest().parts)
    assert {read.count(name) for name in read} == {parts}


@pytest.mark.parametrize("act", [replaced, logged_again, deleted])
def test_what_was_opened_can_be_read_after_its_files_are_gone(home: Path, act) -> None:
    """An engine answers with the records it was opened on, whatever became of the files."""
    engine = logged(home)
    files = list((active().folder("d") / "parts").glob("*.parquet"))
    assert len(files) == 2
    act(home)
    assert not any(path.exists() for path in files)
    lines = engine.records(engine.select("film").order())
    assert [line["inputs"]["text"] for line in lines] == [f"film {line['id']}" for line in lines]
    assert len(lines) == 31


@pytest.mark.parametrize("harm", ["cut", "overwritten"])
def test_a_file_changed_while_open_is_said(home: Path, harm: str) -> None:
    """Columns read later are of the file that was checked at opening, or an error says so."""
    engine = logged(home)
    for path in (active().folder("d") / "parts").glob("*.parquet"):
        path.write_bytes(b"" if harm == "cut" else bytes(path.stat().st_size))
    with pytest.raises(StorageError, match=r"changed while it was open.*Restore the folder"):
        engine.records(engine.select("film").order())


def test_a_column_is_read_once_by_however_many_threads() -> None:
    """Threads that need a column at once wait for the one that reads it."""
    table = pa.table({"a": [1, 2], "b": ["x", "y"]})
    begun, read = threading.Barrier(4), list[str]()

    def reading(names: Sequence[str]) -> pa.Table:
        read.extend(names)
        return table.select(names)

    lazy = LazyTable(table.schema, 2, reading)
    found: list[pa.Table] = []

    def ask() -> None:
        begun.wait()
        found.append(lazy.select(["a", "b"]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read) == ["a", "b"]
    assert [one.equals(table) for one in found] == [True] * 4
