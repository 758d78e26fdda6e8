"""Edits that arrive from the page."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.explorer import Explorer
from rubrix_widget.explorer.protocol.changes import Conflict, EditResult
from tests.explorer.conftest import asked, error, result, view

UNDO = {"group": None, "dry_run": False}


def change(record: dict[str, Any], new: Any, field: str = "annotation") -> dict[str, Any]:
    """Return an edit of a record as the page shows it."""
    old, version = record[field], record["version"]
    return {"id": record["id"], "field": field, "version": version, "old": old, "new": new}


def edit(explorer: Explorer, *edits: dict[str, Any], edit_id: str = "e1") -> Any:
    """Send edits and return what became of them."""
    return result(explorer, "edit", {"edit_id": edit_id, "edits": list(edits)})


def shown(explorer: Explorer, record_id: str) -> Any:
    """Return a record as it is now."""
    return result(explorer, "record", asked(record_id))["record"]


def test_an_edit_is_kept(explorer: Explorer) -> None:
    """An annotation made on the page is in the dataset when the answer arrives."""
    done = edit(explorer, change(shown(explorer, "r1"), ["positive"]))
    assert set(done) == set(EditResult.__annotations__) - {"said"}
    (applied,) = done["applied"]
    assert (applied["annotation"], applied["status"]) == (["positive"], "Validated")
    assert (done["can_undo"], done["can_redo"], done["conflicts"]) == (True, False, [])
    (line,) = rb.load("reviews", ids=["r1"]).to_pandas().to_dict("records")
    assert line["annotation"] == "positive"


def test_labels_are_counted_again(explorer: Explorer) -> None:
    """The answer to an edit counts the labels anew, new ones included."""
    done = edit(explorer, change(shown(explorer, "r1"), ["so-so"]))
    counts = {one["name"]: one["count"] for one in done["labels"]}
    assert counts == {"positive": 24, "negative": 23, "so-so": 1}
    result(explorer, "page", view())
    assert explorer.config["labels"][-1] == "so-so"


def test_a_repeated_request_is_applied_once(explorer: Explorer) -> None:
    """A request sent again, even after a later change, gets its first answer and does nothing."""
    record = shown(explorer, "r1")
    first = edit(explorer, change(record, ["positive"]), edit_id="same")
    edit(explorer, change(shown(explorer, "r1"), ["other"]), edit_id="later")
    assert edit(explorer, change(record, ["positive"]), edit_id="same") == first
    assert shown(explorer, "r1")["annotation"] == ["other"]


def test_an_edit_of_what_has_changed_is_a_conflict(explorer: Explorer) -> None:
    """An edit against an old version changes nothing and is answered with both values."""
    record = shown(explorer, "r1")
    edit(explorer, change(record, ["positive"]), edit_id="theirs")
    done = edit(explorer, change(record, ["other"]), edit_id="mine")
    (conflict,) = done["conflicts"]
    assert done["applied"] == []
    assert set(conflict) == set(Conflict.__annotations__)
    assert (conflict["yours"], conflict["theirs"]) == (["other"], ["positive"])
    assert conflict["version"] == shown(explorer, "r1")["version"]


def test_a_verdict_goes_with_what_it_changes(explorer: Explorer) -> None:
    """Verdict and annotation are one change: told, found, listed and undone together."""
    record = shown(explorer, "r1")
    both = [change(record, ["positive"]), change(record, "label_wrong", "verdict")]
    (applied,) = {one["id"]: one for one in edit(explorer, *both)["applied"]}.values()
    assert (applied["annotation"], applied["verdict"]) == (["positive"], "label_wrong")
    facets = {"facets": ["verdict"], "search": {}, "confusion": False}
    asked_for = {name: view()[name] for name in ("query", "dialect", "filters")} | facets
    (facet,) = result(explorer, "facets", asked_for)["facets"]
    assert [(one["value"], one["count"]) for one in facet["values"] if one["count"]] == [
        ("label_wrong", 1)
    ]
    (group,) = result(explorer, "changes", {"before": None})["groups"]
    assert (group["field"], group["count"]) == ("verdict", 1)
    assert group["becoming"] == [{"old": None, "new": "label_wrong", "count": 1}]
    late = edit(explorer, change(record, "both_fine", "verdict"), edit_id="late")
    assert [one["theirs"] for one in late["conflicts"]] == ["label_wrong"]
    assert result(explorer, "undo", UNDO)["changed"] == 1
    now = shown(explorer, "r1")
    assert (now["annotation"], now["verdict"]) == (record["annotation"], None)


def test_a_comment_is_an_edit(explorer: Explorer) -> None:
    """A comment is kept with its record and its history, and refused where another came first."""
    record = shown(explorer, "r1")
    done = edit(explorer, change(record, "is it?", "comment"), edit_id="first")
    assert [one["comment"] for one in done["applied"]] == ["is it?"]
    (entry,) = result(explorer, "record", asked("r1"))["history"]
    assert (entry["field"], entry["old"], entry["new"]) == ("comment", None, "is it?")
    late = edit(explorer, change(record, "it is", "comment"), edit_id="second")
    (conflict,) = late["conflicts"]
    assert (conflict["yours"], conflict["theirs"]) == ("it is", "is it?")
    edit(explorer, change(shown(explorer, "r1"), None, "comment"), edit_id="third")
    assert shown(explorer, "r1")["comment"] is None
    assert shown(explorer, "r1")["annotation"] == record["annotation"]


def test_an_undo_asked_again_undoes_once(explorer: Explorer) -> None:
    """An undo that is sent again, its answer having been lost, takes back no further change."""
    record = shown(explorer, "r1")
    edit(explorer, change(record, ["positive"]), edit_id="one")
    edit(explorer, change(shown(explorer, "r1"), ["other"]), edit_id="two")
    first = result(explorer, "undo", UNDO, number="same")
    assert shown(explorer, "r1")["annotation"] == ["positive"]
    assert result(explorer, "undo", UNDO, number="same") == first
    assert shown(explorer, "r1")["annotation"] == ["positive"]
    result(explorer, "undo", UNDO, number="another")
    assert shown(explorer, "r1")["annotation"] == record["annotation"]


def test_undo_and_redo_say_what_they_did(explorer: Explorer) -> None:
    """Several edits of one request are undone, and made again, together, and said to be."""
    records = [shown(explorer, one) for one in ("r1", "r7")]
    edit(explorer, *(change(record, ["positive"]) for record in records))
    undone = result(explorer, "undo", UNDO)
    assert undone["said"] == "Undid: 2 records"
    assert [one["annotation"] for one in undone["applied"]] == [["negative"]] * 2
    assert result(explorer, "redo")["said"] == "Redid: 2 records"
    assert result(explorer, "redo")["said"] == "Nothing to redo"


@pytest.mark.parametrize("status", ["Discarded", "Validated", "Edited", "Default"])
def test_a_status_can_be_set(explorer: Explorer, status: str) -> None:
    """A status is set without touching the annotation."""
    record = shown(explorer, "r1")
    edit(explorer, change(record, status, "status"))
    now = shown(explorer, "r1")
    assert (now["status"], now["annotation"]) == (status, record["annotation"])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"field": "text"}, "'annotation' or 'status' or 'comment' or 'verdict'"),
        ({"id": 7}, "id is 7"),
        ({"id": "x" * 10_001}, "10,000"),
        ({"new": "positive"}, "list"),
        ({"new": [7]}, "new[0] is 7"),
        ({"new": [""]}, "non-empty"),
        ({"new": ["a", "b"]}, "exactly one"),
        ({"new": ["a"] * 1_001}, "1,000"),
        ({"field": "comment", "new": ["a"]}, "string"),
        ({"field": "verdict", "old": None, "new": "wrong"}, "is no verdict"),
        ({"field": "verdict", "old": None, "new": ["a"]}, "string"),
        ({"field": "comment", "new": "x" * 10_001}, "10,000"),
        ({"version": "1"}, "version"),
        ({"version": -1}, "version"),
        ({"field": "status", "old": "Default", "new": "Odd"}, "Odd"),
        ({"extra": 1}, "'extra'"),
    ],
)
def test_a_wrong_edit_changes_nothing(
    explorer: Explorer, changes: dict[str, Any], says: str
) -> None:
    """An edit that cannot be is refused in words, with every other edit of its request."""
    good, bad = shown(explorer, "r7"), {**change(shown(explorer, "r1"), ["positive"]), **changes}
    params = {"edit_id": "e", "edits": [change(good, ["positive"]), bad]}
    found = error(explorer, "edit", params)
    assert says in found["message"]
    assert "fault in rubrix_widget" not in found["message"]
    assert shown(explorer, "r7") == good


def test_too_many_edits_are_refused(explorer: Explorer) -> None:
    """A request has a bounded number of edits."""
    one = change(shown(explorer, "r1"), ["positive"])
    assert "1,000" in error(explorer, "edit", {"edit_id": "e", "edits": [one] * 1_001})["message"]


def test_every_explorer_hears_of_a_change(open_explorer: Callable[..., Explorer]) -> None:
    """A change made on one page is told to it after its answer, and to every other explorer."""
    here, there = open_explorer(), open_explorer()
    done = edit(here, change(shown(here, "r1"), ["positive"]))
    event = {"kind": "event", "event": "changed", "version": done["version"]}
    assert here.sent == there.sent == [event]


def test_a_change_in_a_cell_is_told(explorer: Explorer) -> None:
    """A label changed from Python, and records logged again, each tell the page a newer version."""
    before = result(explorer, "page", view())["version"]
    rb.relabel("reviews", "positive", ids=["r1"])
    rb.log(rb.TextClassificationRecord(text="one more", id="new"), "reviews", verbose=False)
    page = result(explorer, "page", view())
    versions = [one["version"] for one in explorer.sent if one["kind"] == "event"]
    assert before < versions[0] < page["version"] == versions[-1]
    assert page["total"] == 61


def test_a_closed_explorer_hears_nothing(explorer: Explorer) -> None:
    """Closing an explorer ends its interest in the dataset."""
    explorer.close()
    rb.relabel("reviews", "positive", ids=["r1"])
    assert explorer.sent == []


def test_edits_remember_the_query_they_were_made_in(explorer: Explorer) -> None:
    """The journal keeps the query that was on the page when an edit was made."""
    result(explorer, "page", view("dull"))
    edit(explorer, change(shown(explorer, "r1"), ["positive"]))
    with closing(sqlite3.connect(explorer._live.folder / "journal.sqlite")) as journal:
        assert journal.execute("SELECT query FROM groups").fetchall() == [("dull",)]
