"""Opening the explorer by name, on a frame, on records at hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import rubrix_widget as rb
from rubrix_widget.errors import (
    DatasetNotFoundError,
    QuerySyntaxError,
    RecordError,
    RecordWarning,
    warn,
)
from rubrix_widget.explorer import Explorer

FRAME = pd.DataFrame(
    {
        "sentence": ["a fine film", "a dull film", "so so"],
        "label": ["good", "bad", None],
        "pred": [[("good", 0.9), ("bad", 0.1)], [("good", 0.6), ("bad", 0.4)], [("bad", 0.7)]],
    }
)


def open_frame(frame: pd.DataFrame = FRAME, **fields: object) -> Explorer:
    return rb.explore(frame, text="sentence", annotation="label", prediction="pred", **fields)


def test_a_frame_opens_as_it_is(home: Path) -> None:
    """Columns are named, nothing has to be logged first."""
    explorer = open_frame(query="predicted:ko")
    assert explorer.to_pandas()["text"].tolist() == ["a dull film"]


def test_labels_fixed_on_a_frame_are_there_when_the_cell_runs_again(home: Path) -> None:
    """A frame's content names its dataset, so the same frame finds the same labels."""
    first = open_frame()
    rb.relabel(first.config["name"], "bad", query="so")
    rb.init(home)
    again = open_frame(query="so")
    assert again.to_pandas()["annotation"].tolist() == ["bad"]
    other = open_frame(FRAME.assign(sentence=["x", "y", "z"]))
    assert other.config["name"] != first.config["name"]


def test_the_other_columns_of_a_frame_can_be_filtered_by(home: Path) -> None:
    """What the call does not name becomes metadata, unless it is asked for otherwise."""
    frame = FRAME.assign(
        site=["a", "b", None],
        stars=[5, 1, 3],
        day=pd.to_datetime(["2024-01-01", "2024-01-02", None]),
        kind=pd.Categorical(["x", "y", "x"]),
    )
    explorer = open_frame(frame, query="metadata.stars:>2 AND metadata.kind:x")
    assert explorer.to_pandas()["text"].tolist() == ["a fine film", "so so"]
    fields = {field["name"]: field["kind"] for field in explorer.config["fields"]}
    assert fields["metadata.day"] == "date"
    assert fields["metadata.site"] == "keyword"
    assert not {"metadata.sentence", "metadata.label", "metadata.pred"} & set(fields)
    with pytest.warns(RecordWarning, match="columns ignored: site, stars, day, kind") as caught:
        bare = open_frame(frame, metadata=[])
    assert caught[0].filename == __file__, "it points at the caller's line, not into the package"
    assert bare.records[0].metadata == {}


def test_a_column_that_cannot_be_metadata_costs_no_record(home: Path) -> None:
    """Columns nobody asked for are left out with a warning where a value of theirs is no JSON."""
    frame = FRAME.assign(ratio=[float("inf"), 1.0, 2.0], parts=[[1], [2], [3]], mixed=["a", 1, 2.0])
    with pytest.warns(RecordWarning, match="columns ignored: ratio, parts, mixed"):
        explorer = open_frame(frame)
    assert len(explorer.records) == 3


def test_a_frame_with_metadata_of_its_own_is_read_as_it_is(home: Path) -> None:
    """A column of that name holds the metadata; the others are ignored, and named."""
    frame = FRAME.assign(metadata=[{"site": "a"}, {}, {}], extra=[1, 2, 3])
    with pytest.warns(RecordWarning, match="columns ignored: extra"):
        explorer = open_frame(frame)
    assert explorer.records[0].metadata == {"site": "a"}


def test_a_name_keeps_a_frame_under_it(home: Path) -> None:
    """With ``name`` the records are an ordinary dataset."""
    open_frame(name="mine")
    assert rb.list_datasets() == ["mine"]


def test_labels_without_scores_are_said_to_have_been_given_one(home: Path) -> None:
    """A score is never made up in silence."""
    frame = FRAME.assign(pred=["good", None, "bad"])
    with pytest.warns(RecordWarning, match="holds labels without scores"):
        explorer = open_frame(frame)
    assert explorer.records[0].prediction == [("good", 1.0)]
    assert explorer.records[1].prediction is None
    scored = open_frame(frame.assign(sure=[0.5, None, 0.25]), score="sure")
    assert scored.records[2].prediction == [("bad", 0.25)]
    with pytest.raises(RecordError, match="no column 'sur' for the scores"):
        open_frame(frame, score="sur")


def test_records_and_hugging_face_datasets_open_too(home: Path) -> None:
    """Whatever holds records can be looked at."""
    import datasets

    record = rb.TextClassificationRecord(text="one")
    assert len(rb.explore([record]).records) == 1
    assert len(rb.explore(rb.DatasetForTextClassification([record])).records) == 1
    assert len(rb.explore(datasets.Dataset.from_dict({"text": ["a", "b"]})).records) == 2
    with pytest.raises(RecordError, match="cannot read records from int"):
        rb.explore(3)


def test_a_slip_in_the_name_or_the_query_is_said_in_the_cell(home: Path) -> None:
    """An error of the call is raised where it was made, not shown in an empty widget."""
    rb.log([rb.TextClassificationRecord(text="one")], "ones")
    with pytest.raises(DatasetNotFoundError, match="Did you mean 'ones'"):
        rb.explore("one")
    with pytest.raises(QuerySyntaxError):
        rb.explore("ones", query="(")


def test_what_the_view_shows_is_what_python_gets(home: Path) -> None:
    """Records, order and selection are the same on both sides."""
    explorer = open_frame(sort=[("score", "desc")])
    assert explorer.to_pandas()["text"].tolist() == ["a fine film", "so so", "a dull film"]
    ids = explorer.to_pandas()["id"].tolist()
    explorer.selected = [ids[2], ids[0]]
    assert explorer.selected_records.to_pandas()["id"].tolist() == [ids[0], ids[2]]
    explorer.query = "film"
    assert explorer.to_datasets()["text"][:] == ["a fine film", "a dull film"]


def test_a_warning_may_point_into_a_package_of_a_like_name() -> None:
    """Only files of this package are passed over, not those of a ``rubrix_widget_plots``."""

    def use() -> None:
        warn("look", RecordWarning)

    beside = f"{Path(rb.__file__).parent}_plots/use.py"
    use.__code__ = use.__code__.replace(co_filename=beside)
    with pytest.warns(RecordWarning, match="look") as caught:
        use()
    assert caught[0].filename == beside
