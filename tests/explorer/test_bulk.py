"""Changes of many records that the page asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.edits import LiveDataset
from rubrix_widget.explorer import Explorer
from rubrix_widget.explorer.protocol import changes
from rubrix_widget.store import Label
from tests.explorer.conftest import ask, error, result, view

UNDO = {"group": None, "dry_run": False}


def scope(query: str | None = None, ids: list[str] | None = None) -> dict[str, Any]:
    """Return a scope as the page sends it."""
    return {"ids": ids, "view": None if query is None else view(query)}


def action(new: Any, field: str = "annotation", **how: Any) -> dict[str, Any]:
    """Return an action as the page sends it."""
    return {"field": field, "how": "replace", "new": new, "without": [], **how}


def change(explorer: Explorer, on: dict[str, Any], does: dict[str, Any], **more: Any) -> Any:
    """Plan a change and make it."""
    digest = result(explorer, "plan", {"scope": on, "action": does})["digest"]
    given = {"change_id": "c1", "reason": None, "digest": digest, **more}
    return result(explorer, "change", {"scope": on, "action": does, **given})


def annotations(explorer: Explorer, query: str = "") -> list[Any]:
    """Return the annotations of all records that match."""
    return [
        one["annotation"] for one in result(explorer, "page", view(query, page_size=60))["records"]
    ]


def test_a_plan_says_what_becomes_of_the_records(explorer: Explorer) -> None:
    """A plan counts records by what they are and would become, and changes nothing."""
    before = annotations(explorer)
    plan = result(explorer, "plan", {"scope": scope("dull"), "action": action(["negative"])})
    assert set(plan) == set(changes.PlanResult.__annotations__)
    assert plan["becoming"] == [
        {"old": ["negative"], "new": ["negative"], "count": 24},
        {"old": None, "new": ["negative"], "count": 6},
    ]
    assert (plan["count"], plan["changes"], plan["left_out"]) == (30, 6, 0)
    assert annotations(explorer) == before


def test_all_that_match_are_changed_as_one(explorer: Explorer) -> None:
    """A change of a view needs no ids, is one group with query and reason, and one undo."""
    done = change(explorer, scope("dull"), action(["negative"]), reason="checked")
    assert (done["applied"], done["changed"], done["refused"]) == ([], 6, 0)
    assert annotations(explorer, "dull") == [["negative"]] * 30
    (group,) = result(explorer, "changes", {"before": None})["groups"]
    assert set(group) == set(changes.ChangeGroup.__annotations__)
    assert (group["count"], group["query"], group["reason"]) == (6, "dull", "checked")
    assert group["becoming"] == [{"old": None, "new": ["negative"], "count": 6}]
    assert not group["undone"]
    assert result(explorer, "undo", UNDO)["said"] == "Undid: 6 records"
    assert annotations(explorer, "dull").count(None) == 6


def test_the_filters_are_kept_with_a_change(explorer: Explorer) -> None:
    """A change of a filtered view is of the records that pass, and its group tells the filters."""
    on = {"ids": None, "view": view("dull", filters={"status": ["Default"]})}
    assert change(explorer, on, action("Discarded", "status"))["changed"] == 6
    (group,) = result(explorer, "changes", {"before": None})["groups"]
    assert group["query"] == 'dull {"status": ["Default"]}'


def test_what_is_no_longer_as_planned_is_not_done(explorer: Explorer) -> None:
    """Where a record changed since the plan nothing is changed, and the page is told why."""
    on, does = scope("dull"), action(["negative"])
    digest = result(explorer, "plan", {"scope": on, "action": does})["digest"]
    rb.relabel("reviews", "positive", ids=["r5"])
    given = {"change_id": "c", "scope": on, "action": does, "digest": digest, "reason": None}
    assert error(explorer, "change", given)["type"] == "PlanOutdatedError"
    assert annotations(explorer, "dull").count(None) == 5
    assert change(explorer, on, does)["changed"] == 6


def test_a_change_asked_again_is_made_once(explorer: Explorer) -> None:
    """A change sent again gets its first answer, even when another came between."""
    on, does = scope(ids=["r0", "r5"]), action("Discarded", "status")
    digest = result(explorer, "plan", {"scope": on, "action": does})["digest"]
    given = {"change_id": "same", "scope": on, "action": does, "digest": digest, "reason": None}
    first = result(explorer, "change", given)
    rb.relabel("reviews", "positive", ids=["r5"])
    assert result(explorer, "change", given) == first
    assert annotations(explorer, "id:r5") == [["positive"]]
    groups = result(explorer, "changes", {"before": None})["groups"]
    assert len(groups) == 2


def test_answers_stay_small(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many changed records, and of many conflicts, the first are told and all are counted."""
    monkeypatch.setattr("rubrix_widget.explorer.editing.MAX_APPLIED", 4)
    change(explorer, scope(""), action("Discarded", "status"))
    undone = result(explorer, "undo", UNDO)
    assert (len(undone["applied"]), undone["changed"]) == (4, 60)
    result(explorer, "redo", {})
    for number in range(0, 30, 5):
        rb.relabel("reviews", "positive", ids=[f"r{number}"])
    group = result(explorer, "changes", {"before": None})["groups"][-1]
    conflicting = result(explorer, "undo", {"group": group["id"], "dry_run": True})
    assert (len(conflicting["conflicts"]), conflicting["refused"]) == (4, 6)
    assert conflicting["changed"] == 54


def test_one_group_is_undone_and_first_only_told(explorer: Explorer) -> None:
    """An undo of a group tells what would conflict and changes nothing until it is meant."""
    change(explorer, scope("dull"), action("Discarded", "status"))
    change(explorer, scope(ids=["r5"]), action(["positive"]), change_id="c2")
    newer, older = result(explorer, "changes", {"before": None})["groups"]
    asked = {"group": older["id"], "dry_run": True}
    told = result(explorer, "undo", asked)
    assert (told["changed"], told["refused"]) == (29, 1)
    assert rb.count("reviews", "status:Discarded") == 29
    result(explorer, "undo", {**asked, "dry_run": False})
    assert rb.count("reviews", "status:Discarded") == 0
    shown = result(explorer, "changes", {"before": None})["groups"]
    assert [one["kind"] for one in shown] == ["undo", "edit", "edit"]
    assert [one["undone"] for one in shown] == [False, False, True]
    assert result(explorer, "changes", {"before": newer["id"]})["groups"] == [shown[-1]]


def test_labels_of_some_records_are_counted(explorer: Explorer) -> None:
    """A tally counts the labels of the records meant, those selected or those of a view."""
    found = result(explorer, "tally", {"scope": scope(ids=["r1", "r2", "r5", "gone"])})
    assert found == {
        "count": 3,
        "labels": [
            {"name": "negative", "count": 1, "description": ""},
            {"name": "positive", "count": 1, "description": ""},
        ],
    }
    assert result(explorer, "tally", {"scope": scope("dull")})["count"] == 30


def test_labels_come_as_they_were_declared(explorer: Explorer, live: LiveDataset) -> None:
    """Labels come in their declared order, each with what it is for; new ones after them."""
    live.declare([Label("positive", "says it was good"), Label("negative"), Label("none")])
    labels = result(explorer, "page", view())["labels"]
    assert [one["name"] for one in labels] == explorer.config["labels"]
    assert [one["name"] for one in labels] == ["positive", "negative", "none"]
    assert [one["description"] for one in labels] == ["says it was good", "", ""]
    assert labels[2]["count"] == 0
    change(explorer, scope("dull"), action(["a new one"]))
    labels = result(explorer, "page", view())["labels"]
    assert [one["name"] for one in labels][-1] == "a new one"


def test_labels_are_added_and_removed(open_explorer: Callable[..., Explorer]) -> None:
    """Of several labels some are added, some removed, and the others left as they are."""
    made = [
        rb.TextClassificationRecord(text="a", annotation=["x", "y"], multi_label=True, id="1"),
        rb.TextClassificationRecord(text="b", annotation=["z"], multi_label=True, id="2"),
    ]
    rb.log(made, "several", verbose=False)
    explorer = rb.explore("several")
    explorer.sent = []
    explorer.send = lambda content, buffers=None: explorer.sent.append(content)
    change(explorer, scope(""), action(["z"], how="alter", without=["x"]))
    assert annotations(explorer) == [["y", "z"], ["z"]]
    explorer.close()


def test_comments_are_kept(explorer: Explorer) -> None:
    """A comment is on its record, found by a query, and in its history."""
    change(explorer, scope("dull"), action("who said so?", "comment"))
    shown = result(explorer, "page", view('comment:"who said so?"'))
    assert shown["count"] == 30
    assert shown["records"][0]["comment"] == "who said so?"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"scope": {"ids": None, "view": None}}, "give one"),
        ({"scope": {"ids": ["r1"], "view": view()}}, "give one"),
        ({"scope": {"ids": ["r1"] * 10_001, "view": None}}, "10,000"),
        ({"scope": {"ids": "r1", "view": None}}, "list"),
        ({"scope": []}, "object"),
        (
            {"action": action(["x"], field="text")},
            "'annotation' or 'status' or 'comment' or 'verdict'",
        ),
        ({"action": action("Odd", "status")}, "Odd"),
        ({"action": action(["a", "b"])}, "exactly one"),
        ({"action": action("x" * 10_001, "comment")}, "10,000"),
        ({"action": action(["x"], how="add")}, "'replace' or 'alter'"),
        ({"action": action(["x"], how="alter")}, "single-label"),
        ({"digest": 7}, "digest is 7"),
        ({"reason": "x" * 1_001}, "1,000"),
        ({"change_id": "x" * 201}, "200"),
        ({"extra": 1}, "'extra'"),
    ],
)
def test_a_wrong_change_is_refused(explorer: Explorer, wrong: dict[str, Any], says: str) -> None:
    """A change that cannot be is refused in words, and nothing is changed."""
    given = {
        "change_id": "c",
        "scope": scope("dull"),
        "action": action(["negative"]),
        "digest": "d",
        "reason": None,
        **wrong,
    }
    found = error(explorer, "change", given)
    assert says in found["message"]
    assert "fault in rubrix_widget" not in found["message"]
    assert result(explorer, "changes", {"before": None}) == {"groups": [], "more": False}


@pytest.mark.parametrize(
    ("method", "params", "says"),
    [
        ("undo", {"group": "1", "dry_run": False}, "group is '1'"),
        ("undo", {"group": None, "dry_run": 1}, "true or false"),
        ("undo", {}, "lacks 'group'"),
        ("undo", {"group": 99, "dry_run": False}, "99"),
        ("changes", {"before": -1}, "before is -1"),
        ("tally", {"scope": None}, "object"),
    ],
)
def test_a_wrong_question_is_refused(
    explorer: Explorer, method: str, params: dict[str, Any], says: str
) -> None:
    """What cannot be asked is answered in words."""
    found = error(explorer, method, params)
    assert says in found["message"]
    assert "fault in rubrix_widget" not in found["message"]


def test_groups_are_told_in_pages(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the newest groups are told at once, and whether there are older ones."""
    monkeypatch.setattr("rubrix_widget.explorer.editing.MAX_GROUPS", 2)
    for number in range(3):
        rb.relabel("reviews", "other", ids=[f"r{number}"])
    first = result(explorer, "changes", {"before": None})
    assert ([one["id"] for one in first["groups"]], first["more"]) == ([3, 2], True)
    rest = result(explorer, "changes", {"before": 2})
    assert ([one["id"] for one in rest["groups"]], rest["more"]) == ([1], False)


def test_every_explorer_hears_of_it(
    open_explorer: Callable[..., Explorer], live: LiveDataset
) -> None:
    """A change of many records is told once to each explorer, its own after the answer."""
    here, there = open_explorer(), open_explorer()
    on, does = scope("dull"), action(["negative"])
    digest = result(here, "plan", {"scope": on, "action": does})["digest"]
    given = {"change_id": "c", "scope": on, "action": does, "digest": digest, "reason": None}
    response = ask(here, "change", given)
    event = {"kind": "event", "event": "changed", "version": response["result"]["version"]}
    assert here.sent == there.sent == [event]
    assert live.can() == (True, False)
