"""Patches: the same corrections again, on the right texts, or a reason for each that is not."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.edits.hashing import text_hash
from rubrix_widget.errors import PatchError, QueryError, StoreWarning
from rubrix_widget.home import active
from rubrix_widget.patches import Correction, Difference, Patch
from tests.workspace.test_changing import annotations, log


def states(name: str = "d") -> dict[str, Any]:
    """Return annotation, status, author, comment and verdict of each record, by id."""
    engine = active().dataset(name).engine()
    lines = engine.records(engine.columns.logged.ids.get_indexer(list(_ids(name))))
    return {
        one["id"]: (
            None if one["annotation"] is None else frozenset(one["annotation"]),
            one["status"],
            one["annotation_agent"],
            one["comment"],
            one["verdict"],
        )
        for one in lines
    }


def _ids(name: str) -> list[str]:
    return [str(one) for one in rb.load(name).to_pandas()["id"]]


def became(report: Any) -> list[tuple[int, str | None, str]]:
    return [(one.line, one.record, one.became) for one in report.outcomes]


def test_a_patch_is_readable_and_has_who_when_and_why(home: Path) -> None:
    """A line about the patch, then one a record: what it was, what it is, by whom, why."""
    log("fine", "dull " * 40)
    rb.relabel("d", "bad", ids=1, agent="ada", reason="read it again")
    rb.comment("d", "schön", ids=1, agent="bob")
    rb.set_verdict("d", "label_wrong", ids=1, agent="bob")
    patch = rb.export_patch("d", home / "p.jsonl")
    assert repr(patch) == "<Patch of 'd': 1 record (1 annotation, 1 status, 1 comment, 1 verdict)>"
    head, line = [json.loads(one) for one in (home / "p.jsonl").read_text("utf-8").splitlines()]
    assert head == {
        "format": "rubrix_widget.patch",
        "version": 1,
        "dataset": "d",
        "multi_label": False,
    }
    assert len(line["text"]) == 80
    assert line.pop("text").startswith("dull dull")
    assert line.pop("at").startswith("20")
    assert line == {
        "id": "1",
        "text_hash": text_hash({"text": "dull " * 40}),
        "annotation": {"old": None, "new": "bad"},
        "annotation_agent": {"old": None, "new": "ada"},
        "status": {"old": "Default", "new": "Validated"},
        "comment": {"old": None, "new": "schön"},
        "verdict": {"old": None, "new": "label_wrong"},
        "agent": "bob",
    }
    assert "schön" in (home / "p.jsonl").read_text("utf-8")
    assert rb.read_patch(home / "p.jsonl") == patch
    log("fine", "dull " * 40, name="again")
    assert rb.apply_patch("again", patch).applied
    fields = rb.history("again", ids=1)["field"].tolist()
    assert fields == ["annotation", "comment", "verdict"]


def test_a_later_export_has_more_lines_at_its_end(home: Path) -> None:
    """Lines stand in the order in which records were first changed."""
    log("a", "b", "c", "d")
    rb.relabel("d", "x", ids=2, agent="ada")
    rb.relabel("d", "x", ids=0, agent="ada")
    rb.export_patch("d", home / "1.jsonl")
    rb.relabel("d", "y", ids=3, agent="ada")
    rb.export_patch("d", home / "2.jsonl")
    first, second = ((home / name).read_text().splitlines() for name in ("1.jsonl", "2.jsonl"))
    assert second[: len(first)] == first
    assert [json.loads(one)["id"] for one in second[1:]] == ["2", "0", "3"]


def test_only_some_are_exported(home: Path) -> None:
    """Since a group, and records that a query matches now."""
    log("a", "b", "c")
    rb.relabel("d", "x", query="")
    rb.relabel("d", "y", ids=[0, 1])
    assert [one.id for one in rb.export_patch("d", home / "p.jsonl", since=1)] == ["0", "1"]
    assert [one.id for one in rb.export_patch("d", home / "p.jsonl", query="b OR c")] == ["1", "2"]
    with pytest.raises(QueryError):
        rb.export_patch("d", home / "q.jsonl", query="(a")
    assert not (home / "q.jsonl").exists()


def test_what_was_undone_is_not_in_a_patch(home: Path) -> None:
    """A record that is as logged has no line."""
    log("a", "b")
    rb.relabel("d", "x", query="", agent="ada")
    rb.undo("d", agent="ada")
    assert len(rb.diff("d", 0)) == 0
    assert len(rb.diff("d", 0, 1)) == 2


def test_next_month_has_other_ids_in_another_order(home: Path) -> None:
    """Corrections find their texts again, all of them, and nothing else is touched."""
    texts = [f"text number {number}" for number in range(200)]
    log(*texts)
    rb.relabel("d", "bad", query="1*", agent="ada")
    rb.set_status("d", "Discarded", ids=[5, 6], agent="bob")
    rb.comment("d", "odd", ids=7, agent="bob")
    patch = rb.export_patch("d", home / "p.jsonl")
    ids = list(range(1000, 1250))
    shuffled = [*texts, *(f"new text {number}" for number in range(50))]
    random.Random(1).shuffle(shuffled)
    rb.log(
        [rb.TextClassificationRecord(text=t, id=i) for t, i in zip(shuffled, ids, strict=True)],
        "next",
        verbose=False,
    )
    report = rb.apply_patch("next", home / "p.jsonl", agent="eve")
    assert (len(report.applied), len(report.outcomes)) == (len(patch), len(patch))
    by_text = dict(zip(texts, states().values(), strict=True))
    after = states("next")
    for one, text in zip(ids, shuffled, strict=True):
        assert after[str(one)] == by_text.get(text, (None, "Default", None, None, None))
    (group,) = active().dataset("next").groups()
    assert (group.agent, group.reason, group.id) == ("eve", "applied p.jsonl", report.group)
    again = rb.apply_patch("next", home / "p.jsonl")
    assert (len(again.already_so), again.group) == (len(patch), None)
    rb.undo("next", group=report.group)
    untouched = {(None, "Default", None, None, None)}
    assert set(after.values()) != untouched == set(states("next").values())


def test_an_id_with_another_text_is_never_changed(home: Path) -> None:
    """It conflicts where its text is nowhere, else its text is found under another id."""
    log("a", "b", "c")
    rb.relabel("d", "x", query="", agent="ada")
    patch = rb.diff("d", 0)
    log("b", "z", "c", name="next")
    report = rb.apply_patch("next", patch)
    assert became(report) == [
        (2, None, "conflicting"),
        (3, "0", "applied"),
        (4, "2", "applied"),
    ]
    assert "record '0' has another text here" in report.conflicting[0].message
    assert annotations("next") == ["x", None, "x"]


def test_every_record_of_a_text_is_corrected(home: Path) -> None:
    """But for those with a line of their own; lines that disagree about a text conflict."""
    log("a", "a", "b")
    rb.relabel("d", "x", ids=0, agent="ada")
    rb.log(
        [rb.TextClassificationRecord(text="a", id=f"n{number}") for number in range(3)],
        "next",
        verbose=False,
    )
    patch = rb.diff("d", 0)
    assert became(rb.apply_patch("next", patch, dry_run=True)) == [
        (2, f"n{number}", "applied") for number in range(3)
    ]
    rb.relabel("d", "y", ids=1, agent="ada")
    both = rb.diff("d", 0)
    report = rb.apply_patch("next", both)
    assert [one.became for one in report.outcomes] == ["conflicting", "conflicting"]
    assert "lines 2, 3 want different things" in report.conflicting[0].message
    log("a", name="short")
    assert became(rb.apply_patch("short", both)) == [(2, "0", "applied"), (3, None, "missing")]


def test_what_changed_meanwhile_conflicts_and_stays(home: Path) -> None:
    """A record that is neither as before nor as after is left whole, and both values are said."""
    log("a", "b", annotation="v")
    rb.relabel("d", "x", query="", agent="ada")
    rb.comment("d", "hm", ids=0, agent="ada")
    patch = rb.diff("d", 0)
    log("a", "b", annotation="v", name="next")
    rb.relabel("next", "y", ids=0, agent="bob")
    before = states("next")["0"]
    report = rb.apply_patch("next", patch)
    assert became(report) == [(2, "0", "conflicting"), (3, "1", "applied")]
    assert report.conflicting[0].message == "annotation is 'y', neither 'v' nor 'x'"
    assert states("next")["0"] == before
    assert repr(report) == (
        "<Patch on 'next': 1 applied, 0 already so, 1 conflicting, 0 missing, group 2\n"
        "  line 2: annotation is 'y', neither 'v' nor 'x'>"
    )
    frame = report.to_pandas()
    assert list(frame) == ["line", "id", "record", "became", "message"]


def test_strict_refuses_everything(home: Path) -> None:
    """One line that does not fit, and nothing is written."""
    log("a", "b")
    rb.relabel("d", "x", query="", agent="ada")
    log("a", name="next")
    with pytest.raises(PatchError, match="nothing was changed\n  line 3: no record has the id '1'"):
        rb.apply_patch("next", rb.diff("d", 0), strict=True)
    assert active().dataset("next").groups() == []
    assert rb.apply_patch("next", rb.diff("d", 0)[:1], strict=True).group == 1


def test_a_patch_of_the_other_kind_is_refused(home: Path) -> None:
    """Labels of a multi-label dataset are lists, and nothing turns one into the other."""
    log("a")
    multi = Patch([], "m", multi_label=True)
    with pytest.raises(PatchError, match="multi-label records, and the dataset is single-label"):
        rb.apply_patch("d", multi)
    with pytest.raises(PatchError, match="cannot be one"):
        rb.diff("d", 0).merge(multi)


def test_several_labels_are_compared_as_sets(home: Path) -> None:
    """Their order does not make a conflict, nor a change."""
    records = [rb.TextClassificationRecord(text="a", id=1, multi_label=True, annotation=["x", "y"])]
    rb.log(records, "m", verbose=False)
    rb.relabel("m", ["z", "y"], query="", agent="ada")
    (one,) = rb.diff("m", 0)
    assert one.changes["annotation"] == Difference(("x", "y"), ("y", "z"))
    other = [rb.TextClassificationRecord(text="a", id=1, multi_label=True, annotation=["y", "x"])]
    rb.log(other, "next", verbose=False)
    assert len(rb.apply_patch("next", rb.diff("m", 0)).applied) == 1
    assert set(annotations("next")[0]) == {"y", "z"}


def test_new_labels_of_a_patch_are_labels_of_the_dataset(home: Path) -> None:
    """They can be annotated with from then on."""
    log("a")
    rb.relabel("d", "made up", query="")
    log("a", name="next")
    rb.apply_patch("next", rb.diff("d", 0))
    assert rb.labels("next")["name"].tolist() == ["made up"]


def test_records_logged_anew_begin_anew(home: Path) -> None:
    """A patch says what differs from the records as they are logged now."""
    log("a", "b")
    rb.relabel("d", "x", query="", agent="ada")
    with pytest.warns(StoreWarning, match="people had changed 1"):
        log("a", annotation="z")
    assert [one.id for one in rb.diff("d", 0)] == ["1"]
    rb.relabel("d", "y", ids=0, agent="ada")
    assert [(one.id, one.changes["annotation"]) for one in rb.diff("d", 0)] == [
        ("1", Difference(None, "x")),
        ("0", Difference("z", "y")),
    ]


def test_a_text_is_its_inputs(home: Path) -> None:
    """All inputs count, by name; lists of texts; those that are missing do not."""
    assert text_hash({"text": "a fine film"}) == "8e3938cc47912a0130bbba1c9229d664"
    assert text_hash({"b": "y", "a": "x"}) == text_hash({"a": "x", "b": "y", "c": None})
    assert text_hash({"a": "x"}) != text_hash({"b": "x"})
    inputs = [{"a": "x", "b": ["y", "z"]}, {"a": "x", "b": "y"}, {"a": "x"}]
    rb.log(
        [rb.TextClassificationRecord(inputs=one, id=i) for i, one in enumerate(inputs)],
        "d",
        verbose=False,
    )
    rb.relabel("d", "l", query="")
    assert [one.text_hash for one in rb.diff("d", 0)] == [text_hash(one) for one in inputs]
    rb.log(rb.TextClassificationRecord(inputs=inputs[1], id="other"), "next", verbose=False)
    report = rb.apply_patch("next", rb.diff("d", 0))
    assert [one.became for one in report.outcomes] == ["missing", "applied", "missing"]


HEAD = '{"format": "rubrix_widget.patch", "version": 1, "dataset": "d", "multi_label": false}'
GOOD = {
    "id": "0",
    "text_hash": text_hash({"text": "a"}),
    "status": {"old": "Default", "new": "Discarded"},
}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "no JSON"),
        ("[1]", "a list; a patch has an object on each line"),
        ("<<<<<<< HEAD", "resolve it first"),
        ("", "no JSON"),
        ('{"id": "1", "id": "2"}', "a name stands twice"),
        ('{"id": "1"}', "text_hash is missing"),
        (json.dumps(GOOD | {"text_hash": "abc"}), "32 hexadecimal digits"),
        (json.dumps(GOOD | {"id": 7}), "id is 7; it is to be text"),
        (json.dumps(GOOD | {"label": "x"}), "'label' is unknown"),
        (json.dumps(GOOD | {"status": {"old": "Default", "new": "Gone"}}), "'Gone' is no status"),
        (json.dumps(GOOD | {"status": ["Default", "Gone"]}), "status is to be"),
        (json.dumps(GOOD | {"annotation": {"old": None}}), "new is missing"),
        (json.dumps(GOOD | {"annotation": {"old": None, "new": ["x"]}}), "it is a label, or null"),
        (json.dumps(GOOD | {"annotation": {"old": None, "new": " "}}), "it is a label, or null"),
        (json.dumps(GOOD | {"comment": {"old": None, "new": "x" * 10_001}}), "a comment has 1 to"),
        (json.dumps(GOOD | {"comment": {"old": None, "new": "\ud800"}}), "is to be text"),
        (json.dumps(GOOD | {"verdict": {"old": None, "new": "wrong"}}), "'wrong' is no verdict"),
        (json.dumps({k: GOOD[k] for k in ("id", "text_hash")}), "nothing is changed"),
        (json.dumps(GOOD), "the record '0' is that of line 2 already"),
        ('{"a":' * 100_000, "no JSON"),
        ("1" * 5000, "no JSON"),
    ],
)
def test_a_line_that_is_none_refuses_the_whole_file(home: Path, line: str, said: str) -> None:
    """Its number is told, and nothing is written."""
    log("a", "b")
    path = home / "p.jsonl"
    path.write_text(f"{HEAD}\n{json.dumps(GOOD)}\n{line}\n{json.dumps(GOOD)}\n")
    with pytest.raises(PatchError) as caught:
        rb.apply_patch("d", path)
    assert str(caught.value).startswith("p.jsonl, line 3: ")
    assert said in str(caught.value)
    assert active().dataset("d").groups() == []


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("", "line 1: no JSON"),
        ('{"text": "a"}', "line 1: no patch"),
        (HEAD.replace("1,", "2,"), "reads 1. Upgrade"),
        (HEAD.replace('"d"', "3"), "dataset is to be text"),
        (HEAD.replace('"dataset": "d", ', ""), "dataset is missing"),
    ],
)
def test_a_file_that_is_no_patch_is_refused(home: Path, head: str, said: str) -> None:
    """The first line says what it is."""
    home.mkdir(exist_ok=True)
    (home / "p.jsonl").write_text(head)
    with pytest.raises(PatchError, match=said):
        rb.read_patch(home / "p.jsonl")


def test_a_file_that_an_editor_touched_is_read(home: Path) -> None:
    """A byte order mark, Windows line ends and a missing last one change nothing."""
    log("a")
    path = home / "p.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEAD}\r\n{json.dumps(GOOD)}".encode())
    assert rb.apply_patch("d", path).applied[0].record == "0"
    assert rb.count("d", "status:Discarded") == 1


def test_two_patches_are_one_with_their_conflicts_listed() -> None:
    """What both say of a field has to be the same; the rest of the record is merged."""

    def one(record: str, at: str = "1", **changes: tuple[str | None, str | None]) -> Correction:
        given = {name: Difference(*values) for name, values in changes.items()}
        return Correction(record, "0" * 32, "", given, agent=at, at=at)

    ours = Patch(
        [
            one("same", status=("Default", "Discarded")),
            one("both", annotation=("x", "y"), annotation_agent=(None, "ada")),
            one("clash", annotation=("x", "y"), comment=(None, "hm")),
            one("gone", status=("Default", "Discarded")),
        ],
        "d",
    )
    theirs = Patch(
        [
            one("new", status=("Default", "Validated")),
            one("same", status=("Default", "Discarded")),
            one("both", "2", annotation=("x", "y"), annotation_agent=(None, "bob")),
            one("clash", annotation=("x", "z"), annotation_agent=(None, "bob")),
            one("gone", status=("Default", "Edited")),
        ],
        "d",
    )
    patch, conflicts = ours.merge(theirs)
    assert [one.id for one in patch] == ["same", "both", "clash", "new"]
    assert patch[1].changes["annotation_agent"] == Difference(None, "ada")
    assert (patch[0].agent, patch[1].agent) == ("1", "2")
    assert patch[2].changes == {"comment": Difference(None, "hm")}
    assert [str(one) for one in conflicts] == [
        "record 'clash', annotation: 'x' became 'y' here, and 'x' became 'z' there",
        "record 'gone', status: 'Default' became 'Discarded' here, and 'Default' became 'Edited'"
        " there",
    ]
