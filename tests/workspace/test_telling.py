"""The history of changes as a table, and taking changes back."""

from __future__ import annotations

import datetime as dt
import sqlite3
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import rubrix_widget as rb
from rubrix_widget.columns import State
from rubrix_widget.errors import QueryError, StoreWarning
from rubrix_widget.home import active
from rubrix_widget.store import Batch, Event, Label
from tests.counting import calls
from tests.workspace.test_changing import annotations, log

COLUMNS = [
    "group",
    "event",
    "at",
    "agent",
    "kind",
    "id",
    "field",
    "old",
    "new",
    "prediction",
    "query",
    "reason",
    "in_effect",
]


def shown(frame: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    return list(
        frame[list(names)].astype(object).where(frame.notna(), None).itertuples(False, None)
    )


def test_every_change_is_a_line_with_who_when_and_why(home: Path) -> None:
    """Annotations, status, comments, undo, redo, labels and verdicts, in their order."""
    log("a", "b", prediction=[("x", 0.9)])
    before = dt.datetime.now(dt.UTC)
    rb.relabel("d", "x", query="a", agent="ada", reason="why")
    rb.set_status("d", "Discarded", ids=1, agent="bob")
    rb.comment("d", "hm", ids=1, agent="bob")
    rb.undo("d", agent="bob")
    rb.redo("d", agent="bob")
    rb.undo("d", group=1, agent="eve")
    active().dataset("d").declare([Label("x"), Label("y")], agent="ada")
    rb.set_verdict("d", "both_fine", ids=0, agent="bob")
    found = rb.history("d")
    assert shown(found, "group", "kind", "agent", "id", "field", "old", "new", "in_effect") == [
        (1, "edit", "ada", "0", "annotation", None, "x", False),
        (2, "edit", "bob", "1", "status", "Default", "Discarded", True),
        (3, "edit", "bob", "1", "comment", None, "hm", True),
        (4, "undo", "bob", "1", "comment", "hm", None, False),
        (5, "redo", "bob", "1", "comment", None, "hm", False),
        (6, "undo", "eve", "0", "annotation", "x", None, False),
        (7, "edit", "ada", None, "labels", [], ["x", "y"], True),
        (8, "edit", "bob", "0", "verdict", None, "both_fine", True),
    ]
    assert shown(found[:1], "query", "reason", "prediction", "event") == [("a", "why", "x", 1)]
    assert before <= found["at"].iloc[0] <= dt.datetime.now(dt.UTC)


def test_lines_are_chosen_by_query_ids_author_and_number(home: Path) -> None:
    """Conditions hold together; `newest` counts the lines that are left."""
    log("a", "b", "c")
    rb.relabel("d", "x", query="", agent="ada")
    rb.relabel("d", "y", ids=[0, 1], agent="bob")
    assert rb.history("d", query="a")["new"].tolist() == ["x", "y"]
    assert rb.history("d", ids=[1, "2", 99])["id"].tolist() == ["1", "2", "1"]
    assert rb.history("d", agent="bob", query="b OR c")["id"].tolist() == ["1"]
    assert rb.history("d", agent="ada", newest=1)["new"].tolist() == [["x"]]
    assert rb.history("d", query="", newest=2)["new"].tolist() == ["y", "y"]
    assert len(rb.history("d", newest=0)) == 0
    with pytest.raises(QueryError):
        rb.history("d", query="(a")
    with pytest.raises(ValueError, match="newest is -1"):
        rb.history("d", newest=-1)


def test_the_table_has_the_same_types_when_it_is_empty(home: Path) -> None:
    """A script that was written before the first change goes on after it."""
    log("a", prediction=[("p", 0.9)])
    empty = rb.history("d")
    assert list(empty.columns) == COLUMNS
    rb.relabel("d", "x", query="", reason="r")
    full = rb.history("d")
    pd.testing.assert_series_equal(empty.dtypes, full.dtypes)
    pd.testing.assert_series_equal(rb.history("d", ids="none").dtypes, full.dtypes)


def test_annotations_of_several_labels_are_lists(home: Path) -> None:
    """As records have them; predictions too."""
    rb.log(
        [rb.TextClassificationRecord(text="a", id=1, multi_label=True, prediction=[("p", 0.9)])],
        "m",
        verbose=False,
    )
    rb.relabel("m", ["x", "y"], query="")
    rb.relabel("m", [], query="")
    found = rb.history("m", query="")
    assert shown(found, "old", "new", "prediction") == [
        (None, ["x", "y"], ["p"]),
        (["x", "y"], [], ["p"]),
    ]


def test_logging_anew_is_a_line(home: Path) -> None:
    """What a later log superseded is told as such."""
    log("a")
    rb.relabel("d", "x", query="", agent="ada")
    with pytest.warns(StoreWarning, match="people had changed 1"):
        log("a", annotation="z")
    line = rb.history("d").iloc[-1]
    assert (line["kind"], line["id"], line["old"], line["new"]) == ("logged", "0", "x", None)


def test_lost_changes_are_lines(home: Path) -> None:
    """A mended journal says by number what is lost, and nothing else shifts."""
    log("a", "b", "c")
    for number in range(3):
        rb.relabel("d", "x", ids=number, agent="ada")
    folder = active().dataset("d").folder
    rb.init(home)
    (folder / "journal.copy.jsonl").unlink()
    with sqlite3.connect(folder / "journal.sqlite") as db:
        db.execute("UPDATE events SET new = 'damaged' WHERE record_id = '1'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StoreWarning)
        found = rb.history("d")
    lines = found[found["field"] != "labels"]
    assert shown(lines, "field", "id") == [
        ("annotation", "0"),
        ("lost", None),
        ("annotation", "2"),
    ]


def test_undo_goes_back_to_a_group_a_moment_or_a_text(home: Path) -> None:
    """A moment may be a datetime, with or without a time zone, or text."""
    log("a")
    for label in ("x", "y"):
        rb.relabel("d", label, query="", agent="ada")
    first = rb.history("d")["at"].iloc[0].to_pydatetime()
    naive = first.astimezone().replace(tzinfo=None)
    for to in (1, first, first.isoformat(), naive, str(naive)):
        rb.relabel("d", "y", query="")
        done = rb.undo("d", to=to)
        assert done is not None
        assert annotations() == ["x"]
    for to in ("yesterday", True, 1.5):
        with pytest.raises(ValueError, match="is no moment"):
            rb.undo("d", to=to)
    with pytest.raises(ValueError, match="one of group=, by= and to="):
        rb.undo("d", to=0, group=1)


def test_undo_goes_back_to_what_was_undone(home: Path) -> None:
    """To where an edit was in effect that is undone is to make it again; and the reverse."""
    log("a")
    rb.relabel("d", "x", query="", agent="ada")
    rb.undo("d", group=1)
    for to, label, in_effect in ((1, "x", True), (2, None, False), (1, "x", True)):
        done = rb.undo("d", to=to)
        assert done is not None
        assert (done.changes, annotations()) == (1, [label])
        assert rb.history("d")["in_effect"].iloc[0] == in_effect
    rb.undo("d", agent="ada")
    assert annotations() == [None]
    assert rb.undo("d", to=2) is None
    rb.redo("d", agent="ada")
    assert annotations() == ["x"]


def test_a_group_under_later_changes_can_be_undone_once_they_are_gone(home: Path) -> None:
    """Where every record changed since, nothing is written; a plain undo goes on all the same."""
    log("a", "b")
    rb.relabel("d", "x", ids=0, agent="ada")
    rb.relabel("d", "x", ids=1, agent="ada")
    rb.relabel("d", "y", ids=1, agent="bob")
    for given in ({"group": 2}, {"by": "bo"}, {"by": "ada", "dry_run": True}):
        done = rb.undo("d", **given)
        assert done is None or done.group is None
    assert bool(rb.history("d").query("group == 2")["in_effect"].all())
    rb.undo("d", agent="bob")
    assert rb.undo("d", group=2).changes == 1
    rb.redo("d")
    rb.redo("d", agent="bob")
    assert rb.undo("d", agent="ada").conflicts
    assert rb.undo("d", agent="ada").changes == 1
    assert annotations() == [None, "y"]


@pytest.mark.filterwarnings("ignore:people had changed")
def test_going_back_beyond_a_log_leaves_what_came_after_it_in_effect(home: Path) -> None:
    """Where nothing can be brought back nothing is written, and later edits can be undone."""
    log("a", annotation="x")
    rb.relabel("d", "y", query="")
    log("a", annotation="w")
    rb.relabel("d", "k", query="")
    done = rb.undo("d", to=1)
    assert done is not None
    assert (done.group, len(done.conflicts), annotations()) == (None, 1, ["k"])
    rb.undo("d")
    assert annotations() == ["w"]


def test_records_are_counted_once(home: Path) -> None:
    """However many changes of one record are taken back at once."""
    log("a", "b")
    rb.comment("d", "hm", ids=0)
    rb.relabel("d", "x", ids=0)
    rb.relabel("d", "y", ids=0)
    for given in ({"by": active().dataset("d").groups()[0].agent}, {"to": 0}):
        done = rb.undo("d", dry_run=True, **given)
        assert done is not None
        assert (done.ids, done.changes) == (["0"], 1)


def test_numbers_of_groups_may_come_from_the_history(home: Path) -> None:
    """NumPy's numbers are numbers; what is none, or of no group, is said so."""
    log("a")
    rb.relabel("d", "x", query="")
    rb.relabel("d", "y", query="")
    number = rb.history("d")["group"]
    assert rb.undo("d", group=number.iloc[-1]).changes == 1
    assert rb.undo("d", to=number.iloc[0] - 1).changes == 1
    for wrong in (True, "1", 1.5, 0, 10**30):
        with pytest.raises(ValueError, match="group"):
            rb.undo("d", group=wrong)


def test_a_dry_run_says_what_would_conflict_and_changes_nothing(home: Path) -> None:
    """Undoing a change under later ones leaves these, with both values told."""
    log("a", "b")
    rb.relabel("d", "x", query="", agent="ada")
    rb.relabel("d", "y", ids=1, agent="bob")
    for dry_run in (True, False):
        done = rb.undo("d", group=1, dry_run=dry_run)
        assert done is not None
        assert (done.ids, done.changes, done.group) == (["0"], 1, None if dry_run else 3)
        assert [(one["id"], one["yours"], one["theirs"]) for one in done.conflicts] == [
            ("1", None, ["y"])
        ]
    assert annotations() == [None, "y"]
    assert rb.undo("d", agent="nobody") is None
    assert rb.redo("d", agent="nobody") is None


@pytest.mark.slow
def test_many_changes_are_listed_with_a_few_calls_for_each(home: Path) -> None:
    """However many groups there are, of many records or of one."""
    log(*(f"text {number % 997}" for number in range(10_000)))
    for number in range(4):
        rb.relabel("d", f"label {number % 2}", query="")
    live = active().dataset("d")
    x, y = State(("x",), "Validated", "bob"), State(("y",), "Validated", "bob")
    journal = live._opened()
    with journal.writing():
        for number in range(300):
            event = Event(str(number), "annotation", x, y)
            journal.append(Batch("edit", [event], (), "bob"))
    found, work = calls(lambda: rb.history("d", query=""))
    assert work < 30 * len(found)
    assert len(found) == 40_300
    assert found["group"].nunique() == 304


def test_going_back_puts_edits_in_effect_again_that_were_undone_since(home: Path) -> None:
    """After an edit, its undo and another edit, back to the first it alone is in effect."""
    log("a", "b")
    rb.relabel("d", "x", ids=0, agent="ada")
    rb.undo("d", group=1)
    rb.relabel("d", "y", ids=1, agent="bob")
    assert rb.undo("d", to=1) is not None
    assert annotations() == ["x", None]
    history = rb.history("d")
    edits = history[(history["kind"] == "edit") & (history["field"] == "annotation")]
    assert edits[["group", "in_effect"]].values.tolist() == [[1, True], [3, False]]
    done = rb.undo("d", by="ada")
    assert done is not None
    assert done.changes == 1
    assert annotations() == [None, None]
