"""A dataset's labels: declared, described, renamed and merged; every step can be undone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import rubrix_widget as rb
from rubrix_widget.errors import LabelError
from rubrix_widget.home import active
from tests.workspace.test_changing import annotations, log


def names(name: str = "d") -> list[str]:
    return rb.labels(name).query("offered")["name"].tolist()


@pytest.fixture
def films(home: Path) -> None:
    """Three films: two annotated, all predicted."""
    made = [("a", "good", "good"), ("b", "bad", "good"), ("c", None, "bad")]
    records = [
        rb.TextClassificationRecord(
            text=text,
            id=i,
            annotation=label,
            annotation_agent=label and "gold",
            prediction=[(said, 0.9)],
        )
        for i, (text, label, said) in enumerate(made)
    ]
    rb.log(records, "d", verbose=False)


def test_labels_are_listed_with_counts(films: None) -> None:
    """Annotations and predictions are counted apart; types do not depend on the records."""
    found = rb.labels("d")
    assert found.values.tolist() == [["bad", "", 1, 1, True], ["good", "", 1, 2, True]]
    log("a", name="none")
    empty = rb.labels("none")
    assert len(empty) == 0
    assert list(empty.dtypes) == list(found.dtypes)


def test_the_declared_order_is_that_of_the_explorer(films: None) -> None:
    """Labels, descriptions and order are declared; new ones can be annotated with at once."""
    rb.set_labels("d", {"new": "made up", "good": None, "bad": "a waste"})
    assert names() == ["new", "good", "bad"]
    assert rb.explore("d").config["labels"] == ["new", "good", "bad"]
    rb.set_labels("d", ["bad", "good", "new"])
    assert rb.labels("d")["description"].tolist() == ["a waste", "", "made up"]
    rb.init(active().path)
    assert names() == ["bad", "good", "new"]


def test_a_label_left_out_is_offered_no_more(films: None) -> None:
    """Its records stay as they are, and who annotates with it brings it back."""
    rb.set_labels("d", ["good"])
    assert names() == ["good"]
    left = rb.labels("d").iloc[1]
    assert (left["name"], left["annotated"], left["offered"]) == ("bad", 1, False)
    assert annotations() == ["good", "bad", None]
    rb.relabel("d", "bad", ids=2)
    assert names() == ["good", "bad"]


def test_a_description_is_text(films: None) -> None:
    """One that no column of text can hold is refused; else the labels could not be listed."""
    for wrong in ("\ud800", 3):
        with pytest.raises(LabelError, match="give text or None"):
            rb.set_labels("d", {"good": wrong})
    assert len(rb.history("d")) == 0


def test_a_label_that_is_used_again_moves_no_key(films: None) -> None:
    """Annotations logged with a label that is offered no more put it behind those that are."""
    rb.set_labels("d", ["good", "bad", "ugly"])
    rb.set_labels("d", ["bad", "ugly"])
    dull = rb.TextClassificationRecord(text="d", id=9, annotation="dull")
    rb.log([dull], "d", verbose=False)
    rb.relabel("d", "bad", query="annotated_as:good")
    assert active().dataset("d").engine().labels == ["bad", "ugly", "dull"]
    rb.log([rb.TextClassificationRecord(text="e", id=10, annotation="good")], "d", verbose=False)
    assert active().dataset("d").engine().labels == ["bad", "ugly", "dull", "good"]
    assert names() == ["bad", "ugly", "dull"]


def test_a_renamed_label_keeps_place_description_status_and_author(films: None) -> None:
    """Annotations have the new name; predictions are what the model said."""
    rb.set_labels("d", {"good": "worth it", "bad": None})
    rb.set_status("d", "Discarded", ids=0)
    done = rb.rename_label("d", "good", "great", agent="ada", reason="style guide")
    assert (done.ids, done.changes) == (["0"], 1)
    assert rb.labels("d").values.tolist() == [
        ["great", "worth it", 1, 0, True],
        ["bad", "", 1, 1, True],
        ["good", "worth it", 0, 2, False],
    ]
    (record,) = rb.load("d", ids=0)
    assert (record.annotation, record.status, record.annotation_agent) == (
        "great",
        "Discarded",
        "gold",
    )
    assert record.prediction == [("good", 0.9)]
    rb.undo("d", agent="ada")
    assert annotations() == ["good", "bad", None]
    assert names() == ["good", "bad"]
    rb.redo("d", agent="ada")
    assert names() == ["great", "bad"]
    rb.rename_label("d", "great", "good")
    assert names() == ["good", "bad"]


def test_merging_makes_several_labels_one(films: None) -> None:
    """Into one of the dataset's or a new one; one undo brings all back."""
    rb.merge_labels("d", ["bad", "good"], into="good")
    assert annotations() == ["good", "good", None]
    assert names() == ["good"]
    rb.undo("d")
    assert names() == ["bad", "good"]
    rb.merge_labels("d", ["bad", "good"], into="film")
    assert annotations() == ["film", "film", None]
    assert names() == ["film"]
    rb.undo("d")
    assert annotations() == ["good", "bad", None]


def test_merging_sets_of_labels_names_each_once(home: Path) -> None:
    """A record with both labels has the one, once, beside its others."""
    rb.log(
        rb.TextClassificationRecord(
            text="a", multi_label=True, annotation=["joy", "fun", "love"], id=1
        ),
        "m",
        verbose=False,
    )
    rb.merge_labels("m", ["joy", "fun"], into="joy")
    assert set(annotations("m")[0]) == {"joy", "love"}
    assert len(annotations("m")[0]) == 2


def test_what_cannot_be_is_an_error_that_names_what_is_near(films: None) -> None:
    """Unknown labels, taken names, names that are none: nothing is changed."""
    with pytest.raises(LabelError, match=r"no label 'goood' in 'd'. Did you mean 'good'"):
        rb.rename_label("d", "goood", "great")
    with pytest.raises(LabelError, match=r"rb.merge_labels\('d', \['good'\], into='bad'\)"):
        rb.rename_label("d", "good", "bad")
    with pytest.raises(LabelError, match="no label 'x'"):
        rb.merge_labels("d", ["good", "x"], into="bad")
    for wrong in ("", " ", "x" * 501, "\ud800", 3):
        with pytest.raises(LabelError, match="is no name of a label"):
            rb.rename_label("d", "good", wrong)
        with pytest.raises(LabelError, match="is no name of a label"):
            rb.set_labels("d", ["good", wrong])
    with pytest.raises(LabelError, match="named twice"):
        rb.set_labels("d", ["good", "good"])
    with pytest.raises(LabelError, match="the description of 'good' is 3"):
        rb.set_labels("d", {"good": 3})
    assert active().dataset("d").groups() == []


def test_another_process_sees_declared_labels(films: None) -> None:
    """What one process renames, the other shows next."""
    assert names() == ["bad", "good"]
    code = (
        f"import rubrix_widget as rb; rb.init({str(active().path)!r});"
        "rb.rename_label('d', 'good', 'great'); rb.set_labels('d', ['great', 'bad'])"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert names() == ["great", "bad"]
    assert annotations() == ["great", "bad", None]


def test_a_rename_is_undone_though_labels_were_made_since(home: Path) -> None:
    """What annotating added stays; the old name is offered again, and the new one is not."""
    rb.log([rb.TextClassificationRecord(text=t, id=t) for t in "ab"], "d", verbose=False)
    rb.relabel("d", "old", ids="a")
    renamed = rb.rename_label("d", "old", "new")
    rb.relabel("d", "made", ids="b")
    done = rb.undo("d", group=renamed.group)
    assert done is not None
    assert done.conflicts == []
    found = rb.labels("d")
    offered = found[found["offered"]]
    assert offered["name"].tolist() == ["old", "made"]
    assert offered["annotated"].tolist() == [1, 1]
