"""The pages: every line of Python runs, and what is told of it is so."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import rubrix_widget as rb
from rubrix_widget import analysis, demo
from rubrix_widget.metrics.intervals import total_bounds
from rubrix_widget.patches import read

ROOT = Path(__file__).resolve().parents[2]
# docs/hosts.md has one line more, which needs marimo: tests/e2e/test_hosts.py has it.
PAGES = [
    "README.md",
    *(f"docs/{one}.md" for one in ("analysis", "relabelling", "reports", "sharing")),
]


@cache
def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(page), re.M | re.S)


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home folder with the datasets that the pages speak of."""
    home = tmp_path_factory.mktemp("docs")
    rb.init(home)
    reviews = rb.DatasetForTextClassification.from_datasets(demo.sst2(), annotation="label")
    rb.log(reviews, "sst2", verbose=False)
    some = demo.sst2(400).to_pandas()
    some["annotation"] = some["label"].map(["negative", "positive"].__getitem__)
    some["prediction"] = [[(one["label"], one["score"]) for one in p] for p in some["prediction"]]
    some = some[["text", "annotation", "prediction"]]
    for name, first in (
        ("reviews", 0),
        ("next-month", 1_000),
        ("sst2-next-month", 0),
        ("films", 0),
    ):
        given = some.assign(id=range(first, first + len(some)))
        rb.log(rb.DatasetForTextClassification.from_pandas(given), name, verbose=False)
    rb.init()
    return home


@pytest.fixture
def space(
    home: Path, logged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Return the names that the pages take for known, in a folder and a home of their own."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(logged, home, dirs_exist_ok=True)
    rb.init(home)
    frame = pd.DataFrame({"sentence": ["superb", "dull"], "label": ["positive", "negative"]})
    for name in ("pred", "bert_label", "gpt_label"):
        frame[name] = "positive"
    frame["confidence"] = frame["bert_score"] = [0.9, 0.8]

    def pipeline(texts: list[str]) -> list[dict[str, Any]]:
        return [{"label": "positive", "score": 0.7} for _ in texts]

    return {"rb": rb, "df": frame, "pipeline": pipeline, "ex": rb.explore("films")}


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.filterwarnings("ignore::rubrix_widget.errors.RecordWarning")
@pytest.mark.filterwarnings("ignore::rubrix_widget.errors.StoreWarning")
def test_every_example_runs_in_its_order(page: str, space: dict[str, Any]) -> None:
    """On the demo's reviews, some of them with ids, and the same texts under others."""
    found = blocks(page, "python")
    assert found
    for block in found:
        exec(compile(block, page, "exec"), space)
    if page == "docs/relabelling.md":
        assert space["report"].missing == []
        assert len(space["report"].applied) > 0
        assert len(space["patch"]) > 0


def test_the_figures_of_the_analysis_are_those_of_the_demo(space: dict[str, Any]) -> None:
    """The accuracy that stands beside the first example, and the estimate of a review."""
    text = " ".join(text_of("docs/analysis.md").split())
    found = analysis.scores("sst2").data
    low, high = found["intervals"]["accuracy"]
    assert f"accuracy {found['accuracy']:.4f}, low {low:.4f}, high {high:.4f}" in text
    low, high = total_bounds(2, 40, 4210)
    assert f"of 40 drawn from 4,210 records 2 were wrong, so {low} to {high}" in " ".join(
        text.split()
    )


def test_the_patch_that_is_shown_is_one(tmp_path: Path) -> None:
    """What the guide shows can be read, and has the text's own hash."""
    (shown,) = blocks("docs/relabelling.md", "json")
    (tmp_path / "p.jsonl").write_text(shown, "utf-8")
    (one,) = read(tmp_path / "p.jsonl")
    assert json.loads(one.line()) == json.loads(shown.splitlines()[1])


def test_every_verb_is_explained() -> None:
    """The table at the top leads to a heading for each."""
    text = text_of("docs/relabelling.md")
    anchors = re.findall(r"\]\(#([a-z-]+)\)", text)
    headings = {one.lower().replace(" ", "-") for one in re.findall(r"^## (.+)$", text, re.M)}
    assert {*anchors} == headings
    for verb in (rb.relabel, rb.undo, rb.history, rb.labels, rb.apply_patch, rb.agreement):
        assert f"rb.{verb.__name__}(" in text
