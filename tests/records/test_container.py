"""A dataset behaves like the list of its records."""

from __future__ import annotations

from typing import Any

import pytest

from rubrix_widget.datasets import DatasetForTextClassification as Dataset
from rubrix_widget.errors import RecordError
from rubrix_widget.records import TextClassificationRecord as Record


def dataset(*texts: str) -> Dataset:
    return Dataset([Record(text=text, id=f"id-{text}") for text in texts])


def texts(found: Dataset) -> list[str | None]:
    return [record.text for record in found]


def test_length_order_and_places() -> None:
    """Places count from either end, slices are lists of records as in Rubrix."""
    found = dataset("a", "b", "c")
    assert len(found) == 3
    assert texts(found) == ["a", "b", "c"]
    assert (found[0].text, found[-1].text) == ("a", "c")
    assert [record.text for record in found[::-2]] == ["c", "a"]
    assert found[5:] == []
    with pytest.raises(IndexError, match="no record 3 among 3"):
        found[3]
    with pytest.raises(IndexError, match="no record -4"):
        found[-4]


def test_a_record_of_the_dataset_is_the_datasets_own() -> None:
    """What is changed in a record, by assignment or within, is changed in the dataset."""
    found = dataset("a", "b", "c")
    kept = found[1]
    kept.annotation = "x"
    assert found.to_pandas()["annotation"].dropna().to_dict() == {1: "x"}
    kept.metadata["seen"] = True  # after the table was made
    assert found.to_pandas()["metadata"][1] == {"seen": True}
    for record in found:
        record.annotation = "y"
    assert found.to_pandas()["annotation"].tolist() == ["y"] * 3
    assert kept.annotation == "y"
    assert found[1] is kept


def test_records_given_to_a_dataset_stay_the_same_objects() -> None:
    """As in a list, changing a record that was put in changes what is inside."""
    given = [Record(text="a"), Record(text="b")]
    found = Dataset(given)
    given[1].annotation = "x"
    assert found[1] is given[1]
    assert found.to_pandas()["annotation"].dropna().tolist() == ["x"]


def test_a_change_no_record_can_hold_is_refused_at_its_place() -> None:
    """Checking is not bypassed by changing a list within a record."""
    found = dataset("a", "b")
    kept = found[1]
    kept.prediction = [("x", 0.5)]
    kept.prediction.append(("x", 0.5))
    with pytest.raises(RecordError, match="'x' is predicted twice"):
        found.to_pandas()


def test_replacing_and_deleting() -> None:
    """Records can be replaced and removed; those handed out before keep their place."""
    found = dataset("a", "b", "c", "d")
    last = found[-1]
    found[0] = Record(inputs={"title": "new"})
    assert found[0].inputs == {"title": "new"}
    del found[1]
    last.annotation = "x"
    assert found.to_pandas()["annotation"].fillna("").tolist() == ["", "", "x"]
    del found[:2]
    assert texts(found) == ["d"]
    found[0] = Record(text="e", multi_label=True)
    assert found[0].multi_label


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a", "a str is no TextClassificationRecord"),
        (Record(text="x", multi_label=True), "single-label"),
        (Record(text="x", id="id-b"), "same id 'id-b'"),
    ],
)
def test_what_does_not_belong_cannot_be_put_in(value: Any, message: str) -> None:
    """A dataset stays one kind with ids of its own."""
    found = dataset("a", "b")
    with pytest.raises(RecordError, match=message):
        found[0] = value
    assert texts(found) == ["a", "b"]


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([Record(text="a"), 5], "record 1 is a int"),
        (
            [Record(text="a"), Record(text="b", multi_label=True)],
            "record 0 is single-label and record 1 multi-label",
        ),
        ([Record(text="a", id=7), Record(text="b", id="7")], "records 0 and 1 have the same id"),
        (5, "no list of records"),
    ],
)
def test_what_is_no_dataset_names_the_places(records: Any, message: str) -> None:
    """Mixed kinds, equal ids and foreign objects are refused when a dataset is made."""
    with pytest.raises(RecordError, match=message):
        Dataset(records)


def test_a_dataset_introduces_itself_briefly() -> None:
    """The representation counts; the preview shows a few records, and no markup of theirs."""
    found = Dataset([Record(text="<b>" + "x" * 500, annotation="&", prediction=[("p", 0.5)])] * 9)
    assert repr(found) == (
        "DatasetForTextClassification(9 records, single-label, inputs: text, "
        "predicted: 9, annotated: 9)"
    )
    shown = found._repr_html_()
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown
    assert len(shown) < 2_000
