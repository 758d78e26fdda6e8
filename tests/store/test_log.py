"""Logging: what is kept, what is replaced, what stays of people's changes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import rubrix_widget as rb
from rubrix_widget.errors import (
    DatasetNameError,
    DatasetNotFoundError,
    RecordError,
    StoreWarning,
)
from rubrix_widget.home import active


def record(text: str, **fields: object) -> rb.TextClassificationRecord:
    return rb.TextClassificationRecord(text=text, **fields)


def reviews(n: int) -> list[rb.TextClassificationRecord]:
    return [
        record(
            f"review number {i}",
            prediction=[("positive", 0.75), ("negative", 0.25)],
            annotation="positive" if i % 4 else "negative",
            metadata={"split": "dev" if i % 3 else "train", "words": i},
        )
        for i in range(n)
    ]


def test_logged_records_come_back_word_for_word_and_in_order(home: Path) -> None:
    """What is loaded is what was logged, ids aside."""
    records = reviews(20)
    answer = rb.log(records, "reviews")
    assert (answer.dataset, answer.processed, answer.failed) == ("reviews", 20, 0)
    loaded = rb.load("reviews").to_pandas().drop(columns="id")
    logged = rb.DatasetForTextClassification(records).to_pandas().drop(columns="id")
    assert loaded.to_dict("records") == logged.to_dict("records")


def test_the_same_content_logged_again_does_not_double_the_dataset(home: Path) -> None:
    """Records without ids are found again by their content."""
    rb.log(reviews(10), "reviews")
    again = rb.log(reviews(12), "reviews")
    assert (again.added, again.replaced, again.unchanged) == (2, 0, 10)
    assert rb.count("reviews") == 12


def test_equal_records_in_one_call_are_all_kept(home: Path) -> None:
    """A text that stands twice in the data is two records, however often it is logged."""
    twice = [record("the same words"), record("the same words")]
    rb.log(twice, "reviews")
    rb.log(twice, "reviews")
    assert rb.count("reviews") == 2


def test_an_id_logged_again_replaces_its_record(home: Path) -> None:
    """A given id names one record; the newest content wins."""
    rb.log([record("old words", id="a"), record("other", id=7)], "reviews")
    answer = rb.log([record("new words", id="a")], "reviews")
    assert (answer.added, answer.replaced) == (0, 1)
    assert rb.count("reviews", "old") == 0
    assert rb.load("reviews", "new")[0].id == "a"
    assert rb.load("reviews", "other")[0].id == 7
    assert rb.count("reviews") == 2


def test_two_records_with_one_id_are_refused_by_name(home: Path) -> None:
    """Neither of two records with one id is dropped in silence; 7 and "7" are one id."""
    with pytest.raises(RecordError, match=r"records 0 and 2 have the same id '7'"):
        rb.log([record("a", id=7), record("b"), record("c", id="7")], "reviews")
    assert rb.list_datasets() == []


def test_single_and_multi_label_records_do_not_mix(home: Path) -> None:
    """A dataset is one or the other for good."""
    rb.log(reviews(3), "reviews")
    with pytest.raises(RecordError, match="'reviews' is single-label and these records"):
        rb.log([record("a", multi_label=True, annotation=["x", "y"])], "reviews")
    assert rb.count("reviews") == 3


def test_changes_of_people_stay_when_the_same_data_are_logged_again(home: Path) -> None:
    """Running a notebook again from the top loses no label fixed meanwhile."""
    rb.log(reviews(8), "reviews")
    rb.relabel("reviews", "neutral", query="metadata.words:2")
    rb.log(reviews(8), "reviews")
    assert rb.load("reviews", "metadata.words:2")[0].annotation == "neutral"


def test_new_predictions_keep_the_labels_people_gave(home: Path) -> None:
    """A new model's predictions replace the old ones and nothing else."""
    rb.log([record("a", id=1, annotation="x", prediction=[("x", 0.9)])], "reviews")
    rb.relabel("reviews", "y", ids=[1])
    rb.log([record("a", id=1, annotation="x", prediction=[("y", 0.8)])], "reviews")
    found = rb.load("reviews")[0]
    assert (found.annotation, found.prediction) == ("y", [("y", 0.8)])
    assert rb.count("reviews", "predicted:ok") == 1


def test_an_annotation_logged_anew_wins_over_an_earlier_change(home: Path) -> None:
    """Who logs another annotation than before means it."""
    rb.log([record("a", id=1, annotation="x")], "reviews")
    rb.relabel("reviews", "y", ids=[1])
    said = r"people had changed 1 of these records of 'reviews'.*\('1'\)"
    with pytest.warns(StoreWarning, match=said):
        rb.log([record("a", id=1, annotation="z")], "reviews")
    assert rb.load("reviews")[0].annotation == "z"


def test_a_label_never_moves_to_another_text(home: Path) -> None:
    """An id logged with another text is another record; what was said of the old one is history."""
    inputs = {"a": "x", "b": ["y", "z"]}
    rb.log([record("a", id=1), record("b", id=2)], "reviews")
    rb.log(rb.TextClassificationRecord(inputs=inputs, id=3), "reviews")
    rb.relabel("reviews", "y", query="", agent="ada")
    rb.comment("reviews", "hm", query="", agent="ada")
    rb.set_verdict("reviews", "ambiguous", query="", agent="ada")
    with pytest.warns(StoreWarning, match=r"changed 1 of these .*\('1'\)"):
        rb.log([record("another", id=1), record("b", id=2, metadata={"new": 1})], "reviews")
    rb.log(rb.TextClassificationRecord(inputs=inputs, id=3, metadata={"new": 1}), "reviews")
    assert [one.annotation for one in rb.load("reviews", sort=[("id", "asc")])] == [None, "y", "y"]
    assert [one.id for one in rb.load("reviews", "_exists_:comment")] == [2, 3]
    assert [one.id for one in rb.load("reviews", "verdict:ambiguous")] == [2, 3]
    last = rb.history("reviews").iloc[-1]
    assert (last["kind"], last["id"], last["old"]) == ("logged", "1", "y")
    with pytest.warns(StoreWarning, match="people had changed"):
        rb.log(rb.TextClassificationRecord(inputs={"a": "x"}, id=3), "reviews")
    assert rb.load("reviews", ids=3)[0].annotation is None


def test_a_new_process_finds_the_dataset_by_name(home: Path) -> None:
    """What was logged and changed outlives the process."""
    rb.log(reviews(5), "reviews")
    rb.relabel("reviews", "neutral", query="metadata.words:3")
    script = (
        "import sys, rubrix_widget as rb\n"
        "rb.init(sys.argv[1])\n"
        "print(rb.count('reviews'), rb.load('reviews', 'annotated_as:neutral')[0].text)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "5 review number 3"


def test_metadata_of_another_type_later_is_neither_lost_nor_refused(home: Path) -> None:
    """A key that held numbers and now holds words becomes words; the records stay as they are."""
    rb.log([record("a", metadata={"k": 1})], "reviews")
    rb.log([record("b", metadata={"k": "one"}), record("c")], "reviews")
    assert [one.metadata for one in rb.load("reviews")] == [{"k": 1}, {"k": "one"}, {}]
    assert rb.count("reviews", "metadata.k:one") == 1
    assert rb.count("reviews", "metadata.k:1") == 1


def test_many_small_logs_make_one_dataset_of_few_parts(home: Path) -> None:
    """Logging in a loop keeps every record, its order, and a number of files that grows slowly."""
    for start in range(0, 60, 2):
        rb.log([record(f"t{i}", id=i) for i in (start, start + 1)], "reviews")
    assert [one.id for one in rb.load("reviews")] == list(range(60))
    parts = list((active().folder("reviews") / "parts").glob("*.parquet"))
    assert len(parts) <= 6
    assert rb.count("reviews", "t31") == 1


def test_deleted_records_are_gone_and_the_others_answer_as_before(home: Path) -> None:
    """Deleting by query leaves exactly the other records, in the text index too."""
    rb.log(reviews(12), "reviews")
    assert rb.delete_records("reviews", query="metadata.split:train") == (4, 4)
    assert rb.count("reviews") == 8
    assert rb.count("reviews", "review") == 8
    assert rb.count("reviews", "metadata.split:train") == 0


def test_a_deleted_record_that_is_logged_again_is_as_logged(home: Path) -> None:
    """Changes of a deleted record do not come back with its id."""
    rb.log([record("a", id=1, annotation="x")], "reviews")
    rb.relabel("reviews", "y", ids=[1])
    rb.delete_records("reviews", ids=[1])
    rb.log([record("a", id=1, annotation="x")], "reviews")
    assert rb.load("reviews")[0].annotation == "x"


def test_discarding_keeps_the_records(home: Path) -> None:
    """``discard_only`` marks records and deletes none."""
    rb.log(reviews(4), "reviews")
    assert rb.delete_records("reviews", query="metadata.words:1", discard_only=True) == (1, 1)
    assert rb.count("reviews", "status:Discarded") == 1
    assert rb.count("reviews") == 4


def test_a_copy_is_whole_and_goes_its_own_way(home: Path) -> None:
    """A copy has the records and the changes; changing it leaves the first as it is."""
    rb.log(reviews(5), "reviews")
    rb.relabel("reviews", "neutral", query="metadata.words:1")
    rb.copy("reviews", "second")
    assert rb.count("second", "annotated_as:neutral") == 1
    rb.relabel("second", "neutral", query="metadata.words:2")
    assert rb.count("reviews", "annotated_as:neutral") == 1
    with pytest.raises(DatasetNameError, match="already a dataset 'second'"):
        rb.copy("reviews", "second")


def test_workspaces_part_datasets_of_one_name(home: Path) -> None:
    """The same name in two workspaces is two datasets."""
    rb.log(reviews(2), "reviews")
    rb.set_workspace("other")
    assert rb.get_workspace() == "other"
    assert rb.list_datasets() == []
    rb.log(reviews(3), "reviews")
    assert rb.count("reviews") == 3
    rb.set_workspace("default")
    assert rb.count("reviews") == 2


def test_an_unknown_dataset_is_an_error_with_the_nearest_name(home: Path) -> None:
    """A slip in a name says what there is."""
    rb.log(reviews(1), "reviews")
    with pytest.raises(DatasetNotFoundError, match=r"no dataset 'review'.* Did you mean 'reviews'"):
        rb.load("review")
    rb.delete("reviews")
    with pytest.raises(DatasetNotFoundError, match="is empty"):
        rb.load("reviews")


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "a b", "x" * 101, "a\0b", None])
def test_names_that_could_leave_the_folder_are_refused(home: Path, name: str) -> None:
    """A name is a plain word: no path, nothing hidden, nothing odd."""
    with pytest.raises(DatasetNameError, match="is no name for a dataset"):
        rb.log(reviews(1), name)


def test_an_empty_log_makes_an_empty_dataset_that_can_be_filled(home: Path) -> None:
    """No records are no error, and no obstacle."""
    assert rb.log([], "reviews").processed == 0
    assert rb.count("reviews") == 0
    assert len(rb.load("reviews", "anything")) == 0
    rb.log(reviews(3), "reviews")
    assert rb.count("reviews", "review") == 3


def test_load_takes_ids_limits_and_orders(home: Path) -> None:
    """``ids`` come in the order asked for, ``sort`` and ``limit`` apply to what matches."""
    rb.log([record(f"t{i}", id=f"r{i}", metadata={"n": i % 3}) for i in range(6)], "reviews")
    assert [one.id for one in rb.load("reviews", ids=["r4", "r0"])] == ["r4", "r0"]
    with pytest.warns(rb.errors.RecordWarning, match=r"no record has the id 'nope'"):
        assert len(rb.load("reviews", ids=["nope", "r1"])) == 1
    ordered = rb.load("reviews", sort=[("metadata.n", "desc"), ("id", "asc")], limit=3)
    assert [one.id for one in ordered] == ["r2", "r5", "r1"]
    assert len(rb.load("reviews", limit=0)) == 0


def test_labels_of_a_first_log_cut_short_do_not_come_back(home: Path) -> None:
    """What a first log left before it was done is nothing to the next dataset of that name."""
    rb.log([record("a", id=1, annotation="x")], "reviews")
    rb.relabel("reviews", "y", ids=1)
    rb.init(home)
    folder = active().folder("reviews")
    for name in ("manifest.json", "manifest.copy.json"):
        (folder / name).unlink()
    (folder / "first-log.tmp").touch()
    rb.log([record("a", id=1, annotation="x")], "reviews")
    assert rb.load("reviews")[0].annotation == "x"


def test_one_id_stands_for_itself_and_an_id_twice_for_one_record(home: Path) -> None:
    """The text "11" is one id, never the records "1" and "1"; 7 and "7" are one record."""
    rb.log([record(f"t{i}", id=i) for i in range(12)], "reviews")
    assert [one.id for one in rb.load("reviews", ids="11")] == [11]
    assert [one.id for one in rb.load("reviews", ids=7)] == [7]
    assert [one.id for one in rb.load("reviews", ids=[7, "7"])] == [7]
    assert rb.relabel("reviews", "x", ids=[3, "3"]).ids == ["3"]
    assert rb.delete_records("reviews", ids=[3, "3"], discard_only=True) == (1, 1)
    assert rb.delete_records("reviews", ids="10") == (1, 1)
    assert rb.count("reviews") == 11


@pytest.mark.parametrize("label", [3, "\ud800", ["a", 3], {"a": 1}])
def test_a_label_that_cannot_be_kept_is_refused(home: Path, label: object) -> None:
    """What is no text is an error that says what is accepted."""
    rb.log([record("a", id=1)], "reviews")
    with pytest.raises(RecordError, match="is no annotation; give different"):
        rb.relabel("reviews", label, ids=[1])


@pytest.mark.parametrize("limit", [-1, "3", 2.5])
def test_a_limit_that_is_none_is_refused(home: Path, limit: object) -> None:
    """A limit is a number of records."""
    rb.log([record("a")], "reviews")
    with pytest.raises(ValueError, match="give a number of records"):
        rb.load("reviews", limit=limit)


def test_metadata_beyond_what_columns_hold_costs_no_record(home: Path) -> None:
    """Integers no float can hold and dates before the year 1 in UTC are kept, as text."""
    for name, first, second in (
        ("numbers", 10**400, 1.5),
        ("dates", "0001-01-01T00:00:00+02:00", "2020-01-01"),
    ):
        rb.log(
            [record("a", id=1, metadata={"k": first}), record("b", metadata={"k": second})], name
        )
        assert rb.load(name, ids=1)[0].metadata == {"k": first}
        assert rb.count(name, "metadata.k:*") == 2


def test_frames_of_one_content_and_other_ids_are_two(home: Path) -> None:
    """A frame's name comes from its ids too, so that opening both doubles neither."""
    first, second = (rb.explore([record("a", id=one)]).config["name"] for one in ("left", "right"))
    assert first != second


def test_a_frame_is_told_how_to_become_records(home: Path) -> None:
    """Logging a DataFrame itself is refused with the function that reads it."""
    with pytest.raises(RecordError, match="read_pandas makes them of a DataFrame"):
        rb.log(pd.DataFrame({"text": ["superb"]}), "films")  # type: ignore[arg-type]
