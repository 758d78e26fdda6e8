"""Edits: the right record, refused when it changed, undone and redone, seen by everybody."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.edits import Edit, LiveDataset
from rubrix_widget.edits.watching import Watch
from rubrix_widget.errors import DatasetNotFoundError, RecordError
from rubrix_widget.home import active

LABELS = ["negative", "neutral", "positive"]


@pytest.fixture
def live(home: Path) -> LiveDataset:
    records = [
        rb.TextClassificationRecord(
            text=f"text {i}", id=i, prediction=[(LABELS[i % 3], 0.9)], annotation=LABELS[i % 2]
        )
        for i in range(6)
    ]
    rb.log(records, "d")
    return active().dataset("d")


def annotation(live: LiveDataset, record_id: str) -> Any:
    engine = live.engine()
    (position,) = engine.positions([record_id]).tolist()
    assert position >= 0
    return engine.columns.state(position).annotation


def test_an_edit_validates_the_record_and_signs_it(live: LiveDataset) -> None:
    """An annotation says who made it, validates the record and changes what is right."""
    result = live.edit([Edit("0", "annotation", ["positive"])], agent="ada")
    (now,) = result.applied
    assert (now["annotation"], now["status"], now["annotation_agent"]) == (
        ["positive"],
        "Validated",
        "ada",
    )
    assert now["predicted"] == "ko"
    assert now["version"] > 0
    assert rb.count("d", "annotated_by:ada") == 1
    assert rb.count("d", "_exists_:last_updated") == 1


def test_the_order_of_labels_is_no_difference(home: Path) -> None:
    """A multi-label annotation is a set: undo finds what it wrote in whichever order it was."""
    rb.log([rb.TextClassificationRecord(text="a", id="0", multi_label=True)], "d")
    rb.set_labels("d", ["a", "b", "c"])
    assert rb.relabel("d", ["c", "a"], ids="0").changes == 1
    assert rb.relabel("d", ["a", "c"], ids="0").changes == 0
    rb.relabel("d", ["c", "b", "a"], ids="0")
    rb.set_labels("d", ["c", "b", "a"])
    for group, before in ((3, ["c", "a"]), (2, None)):
        done = rb.undo("d", group=group)
        assert done is not None
        assert (done.changes, done.conflicts) == (1, [])
        assert rb.load("d")[0].annotation == before


def test_who_and_why_are_text(live: LiveDataset) -> None:
    """What no column of text can hold is refused before anything is written."""
    for wrong in (5, "\ud800"):
        given: Any = wrong
        for change in (
            lambda: rb.relabel("d", "neutral", query="", agent=given),  # noqa: B023
            lambda: rb.set_status("d", "Discarded", query="", reason=given),  # noqa: B023
            lambda: rb.set_labels("d", ["x"], agent=given),  # noqa: B023
            lambda: rb.set_labels("d", ["x"], reason=given),  # noqa: B023
            lambda: rb.undo("d", by=given),  # noqa: B023
            lambda: rb.undo("d", agent=given),  # noqa: B023
        ):
            with pytest.raises(ValueError, match="give text"):
                change()
    assert live.groups() == []


def test_an_edit_of_a_record_that_changed_meanwhile_is_refused_with_both_values(
    live: LiveDataset,
) -> None:
    """The later of two edits made on the same version is a conflict, and changes nothing."""
    live.edit([Edit("0", "annotation", ["positive"], version=0, old=["negative"])])
    late = live.edit([Edit("0", "annotation", ["neutral"], version=0, old=["negative"])])
    (conflict,) = late.conflicts
    assert (conflict["yours"], conflict["theirs"]) == (["neutral"], ["positive"])
    assert late.ids == []
    assert annotation(live, "0") == ("positive",)
    resolved = live.edit([Edit("0", "annotation", ["neutral"], version=conflict["version"])])
    assert resolved.conflicts == []
    assert annotation(live, "0") == ("neutral",)


def test_an_edit_that_asks_for_what_is_already_so_is_no_conflict(live: LiveDataset) -> None:
    """Two people who mean the same do not quarrel, and nothing is written twice."""
    live.edit([Edit("0", "annotation", ["positive"], version=0)], agent="ada")
    again = live.edit([Edit("0", "annotation", ["positive"], version=0)], agent="ada")
    assert (again.ids, again.conflicts, again.group) == (["0"], [], None)


def test_an_old_value_that_is_not_the_records_is_refused(live: LiveDataset) -> None:
    """Even with the right version, an edit made against another value is not this record's."""
    result = live.edit([Edit("0", "annotation", ["neutral"], version=0, old=["positive"])])
    assert len(result.conflicts) == 1
    assert annotation(live, "0") == ("negative",)


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ([], "exactly one label"),
        (["a", "b"], "exactly one label"),
        ([""], "no annotation"),
        (["  "], "no annotation"),
        ([3], "no annotation"),
        ("x" * 501, "no annotation"),
        ({"a": 1}, "no annotation"),
    ],
)
def test_a_label_that_is_none_is_refused_and_nothing_of_the_group_is_done(
    live: LiveDataset, new: Any, message: str
) -> None:
    """One impossible value costs the whole call before anything is written."""
    with pytest.raises(RecordError, match=message):
        live.edit([Edit("0", "annotation", ["positive"]), Edit("1", "annotation", new)])
    assert annotation(live, "0") == ("negative",)


def test_status_edits_leave_the_annotation_alone(live: LiveDataset) -> None:
    """Discarding a record is about the record, not about its label."""
    live.edit([Edit("0", "status", "Discarded")])
    state = live.engine().columns.state(0)
    assert (state.status, state.annotation) == ("Discarded", ("negative",))
    with pytest.raises(RecordError, match="'Done' is no status"):
        live.edit([Edit("0", "status", "Done")])


def test_an_unknown_record_is_reported_and_the_others_are_changed(live: LiveDataset) -> None:
    """One missing record never costs the others."""
    result = live.edit([Edit("nope", "annotation", ["neutral"]), Edit("1", "status", "Edited")])
    assert result.ids == ["1"]
    assert "no longer in the dataset" in result.conflicts[0]["message"]


def test_undo_takes_back_a_group_at_once_and_redo_makes_it_again(live: LiveDataset) -> None:
    """One gesture is one undo, however many records it touched."""
    rb.relabel("d", "neutral", query="")
    assert rb.count("d", "annotated_as:neutral") == 6
    undone = live.undo()
    assert undone is not None
    assert len(undone.ids) == 6
    assert [annotation(live, str(i)) for i in range(6)] == [(LABELS[i % 2],) for i in range(6)]
    assert live.can() == (False, True)
    redone = live.redo()
    assert redone is not None
    assert rb.count("d", "annotated_as:neutral") == 6
    assert live.redo() is None


def test_undo_leaves_a_record_that_somebody_changed_since(live: LiveDataset) -> None:
    """Taking my change back does not take somebody else's with it."""
    live.edit([Edit("0", "annotation", ["positive"]), Edit("1", "annotation", ["neutral"])])
    live.edit([Edit("0", "annotation", ["neutral"])], agent="somebody")
    undone = live.undo()
    assert undone is not None
    assert undone.ids == ["1"]
    assert undone.conflicts[0]["theirs"] == ["neutral"]
    assert annotation(live, "0") == ("neutral",)


def test_undo_is_each_persons_own(live: LiveDataset) -> None:
    """``z`` never takes back what somebody else did last."""
    live.edit([Edit("0", "annotation", ["positive"])], agent="ada")
    live.edit([Edit("1", "annotation", ["neutral"])], agent="bob")
    undone = live.undo(agent="ada")
    assert undone is not None
    assert undone.ids == ["0"]
    assert annotation(live, "1") == ("neutral",)


def test_undo_outlives_the_process(live: LiveDataset, home: Path) -> None:
    """Closing the notebook does not take the way back away."""
    rb.relabel("d", "neutral", ids=[0])
    rb.init(home)
    fresh = active().dataset("d")
    assert fresh.can() == (True, False)
    fresh.undo()
    assert annotation(fresh, "0") == ("negative",)


def test_a_new_label_joins_the_list_at_its_end_for_good(live: LiveDataset, home: Path) -> None:
    """Digit keys keep their labels when new ones are made, also after reopening."""
    live.edit([Edit("0", "annotation", ["aaa"])])
    live.edit([Edit("1", "annotation", ["aa"])])
    live.edit([Edit("0", "annotation", ["positive"])])
    expected = [*LABELS, "aaa", "aa"]
    assert live.engine().labels == expected
    rb.init(home)
    assert active().dataset("d").engine().labels == expected


def test_another_process_sees_the_change_and_this_one_sees_its(
    live: LiveDataset, home: Path
) -> None:
    """Two kernels on one dataset see each other's labels and records."""
    heard: list[int] = []
    live.on_change(lambda: heard.append(1))
    rb.relabel("d", "positive", ids=[0])
    script = (
        "import sys, rubrix_widget as rb\n"
        "rb.init(sys.argv[1])\n"
        "assert rb.count('d', 'annotated_as:positive') == 1\n"
        "rb.relabel('d', 'positive', ids=[2])\n"
        "rb.log([rb.TextClassificationRecord(text='seventh', id=7)], 'd')\n"
    )
    before = len(heard)
    subprocess.run([sys.executable, "-c", script, str(home)], check=True)
    assert rb.count("d", "annotated_as:positive") == 2
    assert rb.count("d", "seventh") == 1
    assert len(heard) > before


def test_edits_from_many_threads_are_all_there(live: LiveDataset) -> None:
    """Clicks handled in one thread and cells in another lose nothing between them."""
    failed: list[BaseException] = []

    def work(record_id: str, agent: str) -> None:
        try:
            for step in range(15):
                live.edit([Edit(record_id, "annotation", [LABELS[step % 3]])], agent=agent)
                live.engine().select("annotated_as:neutral OR text")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(str(i), f"t{i}")) for i in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    written = [group for group in live.groups() if group.kind == "edit"]
    # Record 0 starts as negative and record 2 too, so their first edit changes who signed it only.
    assert len(written) == 4 * 15
    assert [annotation(live, str(i)) for i in range(4)] == [("positive",)] * 4


def test_relabel_needs_to_be_told_which_records(home: Path, live: LiveDataset) -> None:
    """Relabelling everything has to be said, never happens by leaving something out."""
    with pytest.raises(ValueError, match='Write query="" to change every record'):
        rb.relabel("d", "neutral")
    done = rb.relabel("d", "neutral", ids=[0, 1, 2], query="predicted_as:neutral")
    assert done.ids == ["1"]


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    active().close()


def test_a_dataset_deleted_and_logged_anew_elsewhere_is_the_new_one(
    live: LiveDataset, home: Path
) -> None:
    """No label of the deleted dataset comes back, and none of the new one goes to its files."""
    rb.relabel("d", "positive", ids=[0])
    script = (
        "import sys, rubrix_widget as rb\n"
        "rb.init(sys.argv[1])\n"
        "rb.delete('d')\n"
        "if len(sys.argv) > 2:\n"
        "    rb.log([rb.TextClassificationRecord(text='t', id=0, annotation='x')], 'd')\n"
    )
    subprocess.run([sys.executable, "-c", script, str(home), "again"], check=True)
    assert annotation(live, "0") == ("x",)
    live.edit([Edit("0", "annotation", ["y"])])
    rb.init(home)
    assert rb.load("d")[0].annotation == "y"
    fresh = active().dataset("d")
    assert fresh.engine().n == 1
    subprocess.run([sys.executable, "-c", script, str(home)], check=True)
    with pytest.raises(DatasetNotFoundError, match="'d' was deleted"):
        fresh.engine()
    with pytest.raises(DatasetNotFoundError, match="'d' was deleted"):
        fresh.edit([Edit("0", "annotation", ["z"])])


def test_whether_there_is_something_to_undo_is_asked_of_the_dataset_as_it_is(
    live: LiveDataset, home: Path
) -> None:
    """A deleted dataset is said to be deleted, whatever is asked of it."""
    rb.relabel("d", "positive", ids=[0])
    rb.delete("d")
    with pytest.raises(DatasetNotFoundError, match="'d' was deleted"):
        live.can()
    with pytest.raises(DatasetNotFoundError, match="'d' was deleted"):
        live.undo()


def test_a_look_that_fails_does_not_end_the_watch(caplog: pytest.LogCaptureFixture) -> None:
    """What one look raises is logged once, and the next ones still see what others do."""
    seen, looks = threading.Event(), []

    def look() -> None:
        looks.append(1)
        if len(looks) < 3:
            raise KeyError("odd")
        seen.set()

    watch = Watch(look)
    watch.start()
    assert seen.wait(10)
    watch.stop()
    assert [one.message for one in caplog.records] == [
        "could not look for changes of other processes"
    ]


def test_nothing_is_said_of_a_look_while_python_ends() -> None:
    """A thread that looks cannot start others by then; that is no failure to tell of."""
    script = """
import threading, time
from concurrent.futures import ThreadPoolExecutor
from rubrix_widget.edits.watching import Watch

def look():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(print).result()

Watch(look).start()
threading.Thread(target=time.sleep, args=(1.2,)).start()
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert ended.stderr == ""
