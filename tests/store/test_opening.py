"""Opening: what is read at once, what later, and from files that others have replaced since."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import rubrix_widget as rb
from rubrix_widget.columns import LazyTable, coded_type
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

    def noted(
        file: PartFile, names: Sequence[str] | None = None, *, coded: bool = False
    ) -> pa.Table:
        read.extend(names or ["everything"])
        return whole(file, names, coded=coded)

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


def test_the_first_answer_takes_no_pandas(home: Path) -> None:
    """Nothing imports pandas, a third of the time of a first answer, before it is needed."""
    logged(home)
    rb.relabel("d", "y", ids=["3"])
    queries = ["film", '"film 3"', "fil*", "film~", "predicted:ko", "annotated_as:y", "status:V*"]
    code = f"""
import sys
import rubrix_widget as rb
rb.init({str(home)!r})
for query in {queries!r}:
    print(rb.count("d", query), [name for name in sys.modules if name == "pandas"])
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    counts = [31, 1, 31, 31, 1, 1, 31]
    assert done.stdout.splitlines() == [f"{count} []" for count in counts]


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

    def reading(names: Sequence[str], coded: bool) -> pa.Table:
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


SINGLE = [
    {"prediction": [("a", 0.5), ("b", 0.5)], "prediction_agent": "m", "annotation": "b"},
    {},
    {"prediction": [("c", 1.0)], "annotation": "only once", "annotation_agent": "only once"},
    {"annotation": "a", "annotation_agent": "p", "status": "Edited"},
    {"prediction": [("x", 0.1), ("a", 0.9)], "prediction_agent": "n"},
    {"prediction": [], "annotation": "x", "annotation_agent": "q", "status": "Discarded"},
]
MULTI = [
    {**fields, "multi_label": True, "annotation": [fields["annotation"]]}
    if "annotation" in fields
    else {**fields, "multi_label": True}
    for fields in SINGLE
]
MULTI[3] |= {"annotation": ["b", "a"]}
MULTI[5] |= {"annotation": []}


@pytest.mark.parametrize("fields", [SINGLE, MULTI], ids=["single", "multi"])
def test_codes_from_the_file_stand_for_what_was_logged(home: Path, fields: list[dict]) -> None:
    """Parts whose texts have other codes are read as one, and without what nobody has any more."""
    records = [
        rb.TextClassificationRecord(text=f"film {at}", id=at, **one)
        for at, one in enumerate(fields)
    ]
    rb.log(records[:5], "d")
    rb.log(records[5:], "d")
    rb.delete_records("d", ids=["2"])
    rb.init(home)
    live = active().dataset("d")
    assert len(live._store.manifest().parts) == 2
    logged = live.engine().columns.logged
    left = [one for at, one in enumerate(records) if at != 2]
    assert logged.agents.values == ["p", "q", "m", "n"]
    annotated = [one.annotation for one in left]
    assert [code >= 0 for code in logged.annotation.tolist()] == [a is not None for a in annotated]
    for code, one in zip(logged.annotation.tolist(), annotated, strict=True):
        assert one is None or logged.sets.names(code) == (
            [one] if isinstance(one, str) else sorted(one)
        )
    assert [rb.count("d", f"status:{name}") for name in ("Edited", "Discarded")] == [1, 1]
    assert logged.table.equals(rb.DatasetForTextClassification(left).table)
    assert live.engine().labels[:4] == ["a", "b", "c", "only once"]


def test_codes_are_read_from_any_number_of_groups(tmp_path: Path) -> None:
    """Codes are read from a file of several groups of records, and from one without records."""
    table = rb.DatasetForTextClassification(
        [rb.TextClassificationRecord(text="film", **fields) for fields in MULTI]
    ).table
    names = ["annotation", "prediction", "status"]
    for some in (table, table.slice(0, 0)):
        pq.write_table(some, tmp_path / "part.parquet", row_group_size=2)
        found = PartFile(tmp_path / "part.parquet").read(names, coded=True)
        plain = some.select(names)
        assert found.schema.types == [coded_type(kind) for kind in plain.schema.types]
        assert found.combine_chunks().cast(plain.schema).equals(plain.combine_chunks())
