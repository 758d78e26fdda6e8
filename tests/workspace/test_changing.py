"""Changing many records from Python: the ones meant, as one change, fast."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.errors import QueryError, RecordError
from rubrix_widget.home import active


def log(*texts: str, name: str = "d", **given: Any) -> None:
    records = [rb.TextClassificationRecord(text=t, id=i, **given) for i, t in enumerate(texts)]
    rb.log(records, name, verbose=False)


def annotations(name: str = "d") -> list[Any]:
    return [record.annotation for record in rb.load(name)]


def test_ids_and_query_together_mean_the_records_of_both(home: Path) -> None:
    """Ids that no record has are conflicts, also beside a query; ids may be numbers."""
    log("fine", "dull", "dull", "fine")
    done = rb.relabel("d", "bad", ids=[0, 1, 9], query="dull", agent="ada", reason="why")
    assert (done.ids, done.changes) == (["1"], 1)
    assert [(one["id"], one["field"], one["yours"]) for one in done.conflicts] == [
        ("9", "annotation", "bad")
    ]
    assert "record '9' is no longer in the dataset" in repr(done)
    assert annotations() == [None, "bad", None, None]
    (group,) = active().dataset("d").groups()
    assert (group.agent, group.query, group.reason, group.count) == ("ada", "dull", "why", 1)


def test_relabelling_again_writes_nothing(home: Path) -> None:
    """Records that are already as asked are among the ids, and no group is made."""
    log("a", "b")
    rb.relabel("d", "x", query="", agent="ada")
    again = rb.relabel("d", "x", query="", agent="ada")
    assert (again.ids, again.changes, again.group) == (["0", "1"], 0, None)


def test_nothing_is_changed_without_saying_what(home: Path) -> None:
    """Every verb wants ids or a query, and says how to mean all."""
    log("a")
    for verb, value in (
        (rb.relabel, "x"),
        (rb.set_status, "Validated"),
        (rb.comment, "x"),
        (rb.set_verdict, "ambiguous"),
    ):
        with pytest.raises(ValueError, match=r'neither is given. Write query=""'):
            verb("d", value)
        with pytest.raises(QueryError):
            verb("d", value, query="(a")
    assert active().dataset("d").groups() == []


def test_labels_are_added_and_removed_beside_others(home: Path) -> None:
    """In a multi-label dataset `how` leaves the other labels; elsewhere it is refused."""
    rb.log(
        [
            rb.TextClassificationRecord(text="a", id=0, multi_label=True, annotation=["x"]),
            rb.TextClassificationRecord(text="b", id=1, multi_label=True),
        ],
        "m",
        verbose=False,
    )
    rb.relabel("m", {"y"}, query="", how="add")
    assert [set(one) for one in annotations("m")] == [{"x", "y"}, {"y"}]
    rb.relabel("m", ["x"], query="", how="remove")
    assert annotations("m") == [["y"], ["y"]]
    log("a")
    with pytest.raises(RecordError, match="multi-label"):
        rb.relabel("d", "x", query="", how="add")
    given: Any = "extend"
    with pytest.raises(RecordError, match="how='extend' is none of 'replace', 'add', 'remove'"):
        rb.relabel("m", "x", query="", how=given)


def test_status_and_comment_leave_the_annotation(home: Path) -> None:
    """Discarding and commenting change nothing else, and a blank comment takes it away."""
    log("a", "b", annotation="x")
    assert rb.set_status("d", "Discarded", ids=0).changes == 1
    assert rb.comment("d", "look", ids=[0, 1]).changes == 2
    assert rb.comment("d", "  ", ids=1).changes == 1
    assert [one.status for one in rb.load("d")] == ["Discarded", "Validated"]
    assert annotations() == ["x", "x"]
    engine = active().dataset("d").engine()
    assert [one["comment"] for one in engine.records(engine.positions(["0", "1"]))] == [
        "look",
        None,
    ]
    with pytest.raises(RecordError, match="no status"):
        rb.set_status("d", "Deleted", query="")
    with pytest.raises(RecordError, match="10,000"):
        rb.comment("d", "x" * 10_001, query="")


def test_a_verdict_is_of_its_own(home: Path) -> None:
    """It leaves annotation and status, is left by them, is found by a query, and undone."""
    log("a", "b", annotation="x")
    assert rb.set_verdict("d", "label_wrong", query="").changes == 2
    assert rb.set_verdict("d", None, ids=1).changes == 1
    assert rb.relabel("d", "y", query="").changes == 2
    assert rb.relabel("d", None, ids=0).changes == 1
    assert rb.set_status("d", "Discarded", ids=0).changes == 1
    assert [
        one.id for one in rb.load("d", "verdict:label_wrong AND NOT _exists_:annotated_as")
    ] == [0]
    assert rb.count("d", "NOT _exists_:verdict") == 1
    engine = active().dataset("d").engine()
    assert [one["verdict"] for one in engine.records(engine.positions(["0", "1"]))] == [
        "label_wrong",
        None,
    ]
    group = rb.relabel("d", "z", ids=1).group
    rb.set_verdict("d", "both_fine", ids=1)
    undone = rb.undo("d", group=group)  # annotated before that
    assert undone is not None
    assert (undone.changes, undone.conflicts) == (1, [])
    assert rb.count("d", "verdict:both_fine AND annotated_as:y") == 1
    rb.undo("d", to=0)
    assert rb.count("d", "_exists_:verdict") == 0
    with pytest.raises(RecordError, match="'wrong' is no verdict; use label_wrong, model_wrong"):
        rb.set_verdict("d", "wrong", query="")
    with pytest.raises(RecordError, match="is no verdict"):
        rb.set_verdict("d", ["ambiguous"], query="")  # type: ignore[arg-type]


def test_discarding_by_delete_records_is_one_change(home: Path) -> None:
    """`discard_only` counts what matched, and one undo takes it back."""
    log("a", "b", "a")
    assert rb.delete_records("d", "a", discard_only=True) == (2, 2)
    (group,) = active().dataset("d").groups()
    assert group.count == 2
    active().dataset("d").undo()
    assert rb.count("d", "status:Default") == 3


def test_the_explorer_changes_its_view_its_selection_or_a_query(home: Path) -> None:
    """The view is query and filters on every page; a query of its own replaces both."""
    log("fine", "dull", "dull", "dull", "odd", annotation="x")
    rb.relabel("d", "y", ids=3)
    ex = rb.explore("d", "dull", filters={"annotated_as": ["x"]}, page_size=1, agent="ada")
    ex.selected = ["0", "3"]
    assert ex.relabel("bad", reason="seen").ids == ["1", "2"]
    assert ex.comment("hm", selected=True).ids == ["0", "3"]
    assert ex.set_status("Discarded", query="odd").ids == ["4"]
    assert annotations() == ["x", "bad", "bad", "y", "x"]
    made = active().dataset("d").groups()[1:]
    assert [group.agent for group in made] == ["ada"] * 3
    assert [group.query for group in made] == [
        "text has dull; annotated as is x",
        None,
        "odd",
    ]
    with pytest.raises(ValueError, match="not both"):
        ex.relabel("bad", query="odd", selected=True)


@pytest.mark.slow
def test_ten_thousand_records_are_one_change(home: Path) -> None:
    """However many there are: one group, and one undo. `make bench` measures how long it takes."""
    texts = [f"text {number % 997}" for number in range(10_000)]
    log(*texts)
    assert rb.relabel("d", "x", query="").changes == 10_000
    done = rb.undo("d")
    assert done is not None
    assert done.changes == 10_000
    assert rb.count("d", "annotated_as:x") == 0
