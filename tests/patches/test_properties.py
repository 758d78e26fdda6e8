"""What holds of every patch, whatever was changed and whatever the texts are."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.columns import VERDICTS
from rubrix_widget.home import active
from rubrix_widget.patches import Correction, Difference, Patch, read
from tests.patches.test_patches import states

ODD = st.sampled_from("ab\n\r\t\x00\x85\u2028\u202e\ufeff\"'\\{}=,😀éﷺ\u0301")
TEXT = st.text(st.one_of(ODD, st.characters(exclude_categories=["Cs"])), min_size=1, max_size=12)
NAME = TEXT.filter(str.strip)
LABELS = ("x", "y", "=1+1", "a\nb")
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["annotation", "status", "comment", "verdict", "undo", "redo"]),
        st.lists(st.integers(0, 5), min_size=1, max_size=4, unique=True),
        st.sampled_from(["ada", "bob"]),
        st.one_of(st.none(), NAME),
        st.integers(0, 3),
    ),
    max_size=8,
)


def change(edit: Any, multi_label: bool) -> None:
    kind, ids, agent, text, number = edit
    if kind == "annotation":
        label: Any = LABELS[number] if text else None
        if multi_label and label is not None:
            label = list(LABELS[:number])
        rb.relabel("d", label, ids=ids, agent=agent, reason=text)
    elif kind == "status":
        status = ("Default", "Validated", "Edited", "Discarded")[number]
        rb.set_status("d", status, ids=ids, agent=agent)
    elif kind == "comment":
        rb.comment("d", text, ids=ids, agent=agent)
    elif kind == "verdict":
        rb.set_verdict("d", VERDICTS[number] if text else None, ids=ids, agent=agent)
    elif kind == "undo":
        rb.undo("d", agent=agent)
    else:
        rb.redo("d", agent=agent)


@pytest.mark.slow
@settings(max_examples=40)
@given(
    st.lists(NAME, min_size=6, max_size=6),
    EDITS,
    st.booleans(),
    st.lists(st.integers(0, 50), min_size=2, max_size=2),
)
def test_a_patch_makes_the_same_changes_and_takes_them_back(
    texts: list[str], edits: list[Any], multi_label: bool, moments: list[int]
) -> None:
    """On the same data: applied it is the state, again it changes nothing, inverted it is undone.

    The difference of two states leads from one to the other, and back.
    """
    with tempfile.TemporaryDirectory() as folder:
        rb.init(folder)
        records = [
            rb.TextClassificationRecord(
                text=text,
                id=i,
                multi_label=multi_label,
                annotation=(["x"] if multi_label else "x") if i % 2 else None,
                annotation_agent="gold" if i % 2 else None,
            )
            for i, text in enumerate(texts)
        ]
        for name in ("d", "fresh"):
            rb.log(records, name, verbose=False)
        known = [states("d")]
        for edit in edits:
            change(edit, multi_label)
            if len(active().dataset("d").groups()) == len(known):
                known.append(states("d"))
        path = Path(folder) / "p.jsonl"
        patch = rb.export_patch("d", path)
        assert rb.read_patch(path) == patch
        report = rb.apply_patch("fresh", path, strict=True)
        assert len(report.applied) == len(patch)
        assert states("fresh") == known[-1]
        assert rb.apply_patch("fresh", patch).group is None
        rb.apply_patch("fresh", patch.invert(), strict=True)
        assert states("fresh") == known[0]

        before, after = (moment % len(known) for moment in moments)
        apart = rb.diff("d", before, after)
        assert rb.diff("d", after, before) == apart.invert()
        rb.undo("d", to=before)
        assert states("d") == known[before]
        rb.apply_patch("d", apart, strict=True)
        assert states("d") == known[after]
        rb.init()


HASH = "0" * 32
VALUES = st.sampled_from([None, "x", "y"])
AGENTS = st.sampled_from([None, "ada", "bob"])


@st.composite
def patches(draw: st.DrawFn) -> Patch:
    made = []
    for record in draw(st.lists(st.sampled_from("12"), unique=True)):
        changes = {}
        for name in ("annotation", "comment", "verdict"):
            old, new = draw(VALUES), draw(VALUES)
            if old != new:
                changes[name] = Difference(old, new)
        if "annotation" in changes:
            changes["annotation_agent"] = Difference(draw(AGENTS), draw(AGENTS))
        if changes:
            at = draw(st.sampled_from([None, "1", "2"]))
            made.append(Correction(record, HASH, "", changes, draw(AGENTS), at))
    return Patch(made, "d")


def told(patch: Patch) -> dict[str, Any]:
    """Return what a patch changes, whoever is said to have done it."""
    return {
        one.id: {name: two for name, two in one.changes.items() if name != "annotation_agent"}
        for one in patch
        if {*one.changes} - {"annotation_agent"}
    }


@pytest.mark.slow
@settings(max_examples=500)
@given(patches(), patches(), patches())
def test_merging_is_the_same_in_any_grouping(one: Patch, two: Patch, three: Patch) -> None:
    """Where nothing conflicts, it does not matter which patches are merged first."""
    left, first = one.merge(two)
    left, second = left.merge(three)
    right, third = two.merge(three)
    right, fourth = one.merge(right)
    assume(not any((first, second, third, fourth)))
    assert told(left) == told(right)
    assert [one.key for one in left] == [one.key for one in right]


@given(patches())
def test_merging_with_itself_or_nothing_changes_nothing(patch: Patch) -> None:
    """And a patch turned round twice is the same."""
    assert patch.merge(patch) == (patch, [])
    assert patch.merge(Patch([], "d")) == (patch, [])
    assert patch.invert().invert() == patch


@given(
    st.lists(
        st.builds(
            Correction,
            TEXT,
            st.text("0123456789abcdef", min_size=32, max_size=32),
            TEXT,
            st.fixed_dictionaries(
                {},
                optional={
                    "annotation": st.builds(Difference, st.none() | NAME, st.none() | NAME),
                    "comment": st.builds(Difference, st.none() | NAME, st.none() | NAME),
                    "verdict": st.builds(Difference, *[st.sampled_from([None, *VERDICTS])] * 2),
                },
            ).filter(bool),
            st.none() | TEXT,
            st.none() | TEXT,
            st.none() | TEXT,
        ),
        unique_by=lambda one: one.key,
        max_size=5,
    ),
    TEXT,
)
@example([], "")
def test_any_text_comes_back_from_a_file(corrections: list[Correction], dataset: str) -> None:
    """Line breaks of every kind, control characters, quotes and directions stay as they are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.jsonl"
        patch = Patch(corrections, dataset)
        patch.write(path)
        assert path.read_bytes().count(b"\n") == len(patch) + 1
        again = read(path)
        assert again == patch
        assert again.dataset == dataset
