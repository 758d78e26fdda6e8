"""The guide to relabelling: every line of it runs, and its words are the package's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget import demo
from rubrix_widget.patches import read

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "relabelling.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE.read_text("utf-8"), re.M | re.S)


@pytest.mark.filterwarnings("ignore::rubrix_widget.errors.RecordWarning")
def test_every_example_runs_in_its_order(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On reviews with ids, and the same texts under others."""
    monkeypatch.chdir(tmp_path)
    frame = demo.sst2(400).to_pandas()
    frame["annotation"] = frame["label"].map(["negative", "positive"].__getitem__)
    frame["prediction"] = [[(one["label"], one["score"]) for one in p] for p in frame["prediction"]]
    frame = frame[["text", "annotation", "prediction"]]
    for name, first in (("reviews", 0), ("next-month", 1_000)):
        given = frame.assign(id=range(first, first + len(frame)))
        rb.log(rb.DatasetForTextClassification.from_pandas(given), name, verbose=False)
    space: dict[str, Any] = {"rb": rb}
    for block in blocks("python"):
        exec(compile(block, str(GUIDE), "exec"), space)
    assert space["report"].missing == []
    assert len(space["report"].applied) > 0
    assert len(space["patch"]) > 0


def test_the_patch_that_is_shown_is_one(tmp_path: Path) -> None:
    """What the guide shows can be read, and has the text's own hash."""
    (shown,) = blocks("json")
    (tmp_path / "p.jsonl").write_text(shown, "utf-8")
    (one,) = read(tmp_path / "p.jsonl")
    assert json.loads(one.line()) == json.loads(shown.splitlines()[1])


def test_every_verb_is_explained() -> None:
    """The table at the top leads to a heading for each."""
    text = GUIDE.read_text("utf-8")
    anchors = re.findall(r"\]\(#([a-z-]+)\)", text)
    headings = {one.lower().replace(" ", "-") for one in re.findall(r"^## (.+)$", text, re.M)}
    assert {*anchors} == headings
    for verb in (rb.relabel, rb.undo, rb.history, rb.labels, rb.apply_patch, rb.agreement):
        assert f"rb.{verb.__name__}(" in text
