"""The table of records: layout, putting together, checking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from rubrix_widget import table
from rubrix_widget.errors import RecordError
from rubrix_widget.records import TextClassificationRecord as Record
from rubrix_widget.table.layout import compact
from tests.counting import calls


def records(*texts: str, **fields: Any) -> pa.Table:
    return table.from_records([Record(text=text, **fields) for text in texts])


def with_column(original: pa.Table, name: str, values: Any) -> pa.Table:
    place = original.column_names.index(name)
    return original.set_column(
        place, original.schema.field(name), pa.array(values, original.schema.field(name).type)
    )


def test_the_columns_are_always_the_same() -> None:
    """Every table has every column in one order, whatever its records have."""
    assert table.empty().column_names == [
        "id",
        "id_is_int",
        "inputs.text",
        "prediction",
        "prediction_agent",
        "annotation",
        "annotation_agent",
        "explanation",
        "metadata",
        "metrics",
        "search_keywords",
        "status",
        "event_timestamp",
    ]
    assert table.from_records([]).schema.equals(table.empty().schema, check_metadata=True)


@pytest.mark.parametrize("multi_label", [False, True])
def test_a_table_knows_whether_it_is_multi_label(multi_label: bool) -> None:
    """The schema says so, also where no record is annotated."""
    assert table.multi_label(table.empty(multi_label)) is multi_label
    assert table.multi_label(records("a", multi_label=multi_label)) is multi_label


def test_a_foreign_table_is_refused() -> None:
    """What is no table of records says so, before anything is read from it."""
    with pytest.raises(RecordError, match="not a table of records"):
        table.validate(pa.table({"text": ["a"]}))
    with pytest.raises(RecordError, match="not a table of records: its columns are"):
        table.validate(records("a").drop(["status"]))


def test_tables_with_different_inputs_come_together() -> None:
    """An input that a table lacks is null there; lists of texts make JSON text of both."""
    first = table.from_records([Record(inputs={"a": 'say "no"'}), Record(inputs={"a": "x"})])
    second = table.from_records([Record(inputs={"b": "z", "a": ["x", "y"]})])
    both = table.concat([first, second])
    assert table.input_names(both) == ["a", "b"]
    assert table.is_encoded(both, "a")
    assert not table.is_encoded(both, "b")
    assert table.input_values(both, "a") == ['say "no"', "x", ["x", "y"]]
    assert table.input_values(both, "b") == [None, None, "z"]
    assert table.to_records(both) == table.to_records(first) + table.to_records(second)


def test_tables_of_two_kinds_do_not_come_together() -> None:
    """Single-label and multi-label tables are refused by their places."""
    with pytest.raises(RecordError, match="table 1 is single-label and table 0"):
        table.concat([table.empty(True), table.empty()])


def test_an_empty_table_brings_no_inputs() -> None:
    """Adding records to nothing gives just these records."""
    second = table.from_records([Record(inputs={"a": "x"})])
    assert table.concat([table.empty(), second]).equals(second)


FAULTS: list[tuple[str, Any, str]] = [
    ("id", "", "id is empty"),
    ("inputs.text", None, "there is no text"),
    ("prediction", [{"label": None, "score": 0.5}], "a label is missing"),
    ("prediction", [{"label": "", "score": 0.5}], "cannot be empty"),
    ("prediction", [{"label": "x", "score": 1.5}], "is 1.5, outside"),
    ("prediction", [{"label": "x", "score": -0.5}], "is -0.5, outside"),
    ("prediction", [{"label": "x", "score": float("nan")}], "missing"),
    ("prediction", [{"label": "x", "score": None}], "missing"),
    ("prediction", [None], "missing"),
    ("prediction", [{"label": "x", "score": 0.5}] * 2, "'x' is predicted twice"),
    ("annotation", "", "cannot be empty"),
    ("status", "whatever", "unknown"),
]


@pytest.mark.parametrize(("column", "value", "reason"), FAULTS)
@pytest.mark.parametrize("chunks", [1, 3])
def test_a_fault_is_found_at_its_record(column: str, value: Any, reason: str, chunks: int) -> None:
    """One bad record is named with its index, and the others stay."""
    fine = records("a", "b", "c", prediction=[("x", 0.5), ("y", 0.5)])
    values = fine.column(column).to_pylist()
    values[1] = value
    made = with_column(fine, column, values)
    if chunks > 1:
        made = pa.concat_tables([made.slice(i, 1) for i in range(3)])
    good, rejected = table.validate(made)
    assert good.column("inputs.text").to_pylist() == ["a", "c"]
    assert [found.index for found in rejected] == [1]
    assert reason in rejected[0].reason


@pytest.mark.parametrize(("labels", "reason"), [([None], "missing"), (["x", "x"], "twice")])
def test_faults_in_lists_of_labels_are_found(labels: list[Any], reason: str) -> None:
    """Multi-label annotations follow the same rules."""
    fine = records("a", "b", annotation=["x", "y"], multi_label=True)
    good, rejected = table.validate(with_column(fine, "annotation", [labels, None]))
    assert good.num_rows == 1
    assert reason in rejected[0].reason


def test_the_same_id_twice_names_both_places() -> None:
    """7 and "7" are one record's name; the places count what was left out before them."""
    made = with_column(records("a", "b", "c"), "id", ["7", "8", "7"])
    with pytest.raises(RecordError, match="records 0 and 2 have the same id '7'"):
        table.validate(made)
    made = with_column(made, "status", ["Default", "whatever", "Default"])
    with pytest.raises(RecordError, match="records 0 and 2 have the same id '7'"):
        table.validate(made)


def test_a_bad_record_does_not_claim_its_id() -> None:
    """The id of a refused record may be used by another."""
    made = with_column(records("a", "b"), "id", ["7", "7"])
    made = with_column(made, "status", ["whatever", "Default"])
    good, rejected = table.validate(made)
    assert good.num_rows == 1
    assert rejected == [table.Rejected(0, "7", rejected[0].reason)]


def test_a_good_table_is_returned_as_it_is() -> None:
    """Nothing is copied when nothing is wrong."""
    made = records("a", "b")
    assert table.validate(made)[0] is made


def test_records_are_checked_as_columns() -> None:
    """Whatever is checked, it takes no call for each record."""
    size = 100_000
    labels = pa.array(np.tile(["positive", "negative"], size), pa.large_string())
    entries = pa.StructArray.from_arrays(
        [labels, pa.array(np.full(2 * size, 0.5))], ["label", "score"]
    )
    prediction = pa.LargeListArray.from_arrays(np.arange(0, 2 * size + 1, 2), entries)
    target = table.schema()
    columns = {
        "id": pc.cast(pa.array(np.arange(size)), pa.large_string()),
        "id_is_int": pa.array(np.zeros(size, dtype=bool)),
        "inputs.text": pa.array(["a text"] * size, pa.large_string()),
        "prediction": prediction.cast(target.field("prediction").type),
        "status": pa.array(["Default"] * size, pa.large_string()),
    }
    made = pa.table(
        [columns.get(kind.name, pa.nulls(size, kind.type)) for kind in target], schema=target
    )
    (good, rejected), work = calls(lambda: table.validate(made))
    assert work < size / 10
    assert (good.num_rows, rejected) == (size, [])


def test_values_spoiled_inside_a_record_are_found() -> None:
    """A list changed behind a record's back is refused when the record becomes columns."""
    spoiled = Record(text="b", id="r", prediction=[("x", 0.5)])
    assert spoiled.prediction is not None
    spoiled.prediction.append(("y", "high"))  # type: ignore[arg-type]
    with pytest.raises(RecordError, match="record 1: prediction: the score of 'y'") as raised:
        table.from_records([Record(text="a"), spoiled])
    assert (raised.value.index, raised.value.record_id) == (1, "r")


def test_many_small_chunks_become_few() -> None:
    """Columns of shuffled datasets come record by record."""
    column = pa.chunked_array([[str(i)] for i in range(1000)])
    assert compact(column).num_chunks == 1
    assert compact(column).to_pylist() == column.to_pylist()
    assert compact(pa.chunked_array([], pa.string())).to_pylist() == []
