"""Analyses for the page: each row's query finds its records, none blocks the kernel."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.explorer import Explorer, desks
from rubrix_widget.explorer.desks import DESKS, Asked, Desk
from rubrix_widget.explorer.protocol.limits import MAX_ANALYSES
from rubrix_widget.home import active

KINDS = {"text", "query", "interval", "count", "share", "points", "score", "number", "cell"}


def records(n: int = 400) -> list[rb.TextClassificationRecord]:
    return [
        rb.TextClassificationRecord(
            text=f"{'not bad' if n % 4 == 0 else 'fine'} film {n % 7}",
            id=n,
            prediction=[("bad", 0.8), ("good", 0.2)]
            if n % 4 == 0 and n % 8
            else [("good", 0.9), ("bad", 0.1)],
            annotation="good" if n % 5 else "bad",
            metadata={"split": "train" if n % 2 else "test"},
        )
        for n in range(n)
    ]


@pytest.fixture
def explorer(home: Any) -> Explorer:
    rb.log(records(), "d", verbose=False)
    return rb.explore("d")


def ask(explorer: Explorer, do: str = "begin", **more: Any) -> dict[str, Any]:
    """Send a request and return its result, which JSON has to hold."""
    params = {
        "do": do,
        "job": "j",
        "analysis": "scores",
        "query": "",
        "dialect": "notebook",
        "filters": {},
        "options": {},
    }
    message = {"kind": "request", "id": "1", "method": "analyse", "params": {**params, **more}}
    answer = json.loads(json.dumps(explorer._handlers.answer(message), allow_nan=False))
    if "error" in answer:
        raise AssertionError(answer["error"]["message"])
    found: dict[str, Any] = answer["result"]
    return found


def whole(explorer: Explorer, **more: Any) -> dict[str, Any]:
    """Ask until the analysis is done."""
    found = ask(explorer, **more)
    while not found["done"]:
        found = ask(explorer, "ask", **more)
    return found


def found_by(query: str | list[str | None] | None) -> list[str]:
    """Return the queries of a row, one for all of it or one for each cell."""
    every = query if isinstance(query, list) else [query]
    return [one for one in every if one is not None]


@pytest.mark.slow
@pytest.mark.parametrize("analysis", list(DESKS))
@pytest.mark.parametrize("query", ["", "text:film", "predicted:ok", "text:nothing"])
def test_rows_fit_their_columns_and_queries_find_records(
    explorer: Explorer, analysis: str, query: str
) -> None:
    """Whatever is shown; a query of a row finds as many among what is shown as the row says."""
    found = whole(explorer, analysis=analysis, query=query, job=f"{analysis} {query}")
    assert found["error"] is None
    assert found["lines"] or found["tables"]
    engine = active().dataset("d").engine()
    for table in found["tables"]:
        assert {kind for _, kind in table["columns"]} <= KINDS
        assert all(len(row) == len(table["columns"]) for row in table["rows"])
        assert len(table["queries"]) in (0, len(table["rows"]))
        names = [name for name, _ in table["columns"]]
        counted = next((names.index(one) for one in ("records", "kept") if one in names), None)
        for row, parts in zip(table["rows"], table["queries"], strict=False):
            for part in found_by(parts):
                within = engine.select(f"({query}) AND {part}" if query else part)
                if counted is not None and isinstance(parts, str):
                    assert within.count == row[counted], part
                elif analysis != "slices":
                    assert within.count > 0, part
    for mark in found["marks"]:
        assert mark["words"]
        assert mark["query"] is None or engine.select(mark["query"]).count > 0


@pytest.mark.parametrize("analysis", list(DESKS))
@pytest.mark.parametrize("lacks", ["annotation", "prediction", "errors", "labels", "records"])
def test_what_is_lacking_is_said(home: Any, analysis: str, lacks: str) -> None:
    """Without annotations, predictions, errors, a second label or records there are still words."""
    del home
    made = [
        rb.TextClassificationRecord(
            text=f"film {n}",
            id=n,
            prediction=None if lacks == "prediction" else [("good", 0.9), ("bad", 0.1)],
            annotation=None
            if lacks == "annotation"
            else ("bad" if n % 3 == 0 and lacks not in ("errors", "labels") else "good"),
        )
        for n in range(60)
    ]
    rb.log(made, "poor", verbose=False)
    query = "text:nothing" if lacks == "records" else ""
    found = whole(rb.explore("poor"), analysis=analysis, job=analysis + lacks, query=query)
    assert found["error"] is None
    said = " ".join(found["lines"])
    tables = [table for table in found["tables"] if table["rows"]]
    assert tables or said.endswith("."), said
    judges = analysis not in ("contradictions", "compare")
    if lacks in ("annotation", "prediction") and judges:
        assert "annotation" in said
        assert not tables
    if lacks == "records" and analysis not in ("contradictions", "compare"):
        assert said == "No record is shown, so there is nothing to analyse."
    if lacks == "errors" and analysis in ("slices", "error_words"):
        assert "None of the 60 predictions is wrong" in said


def test_one_finding_is_told_in_the_singular(home: Any) -> None:
    """One slice holds, and one word stands."""
    del home
    made = [
        rb.TextClassificationRecord(
            text="dull" if n % 4 == 0 else f"w{n}",
            id=n,
            annotation="bad" if n % 4 == 0 else "good",
            prediction=[("good", 0.9)],
        )
        for n in range(400)
    ]
    rb.log(made, "one", verbose=False)
    explorer = rb.explore("one")
    names = ("slices", "error_words")
    slices, words = (whole(explorer, analysis=name, job=name) for name in names)
    assert [row[0] for row in slices["tables"][0]["rows"]] == ["text:dull"]
    assert slices["lines"][1] == "This slice holds 100.0 % of its errors."
    assert words["lines"][0].startswith("1 of 1 words and pairs of words stands in wrong records")


@pytest.mark.parametrize("alike", [True, False])
def test_without_parts_none_is_said_to_be_in_two(home: Any, alike: bool) -> None:
    """Where no metadata says which part a record is in, there is no count of such texts."""
    del home
    for name, metadata in (("bare", {}), ("parts", {"split": "train"})):
        made = [
            rb.TextClassificationRecord(
                text="fine" if alike else f"w{n}", id=n, annotation="ab"[n], metadata=metadata
            )
            for n in range(2)
        ]
        rb.log(made, name, verbose=False)
        (line,) = whole(rb.explore(name), analysis="contradictions")["lines"]
        assert ("in more than one part" in line.lower()) == (name == "parts")
        assert ("No metadata `split` tells" in line) == (name == "bare")


TWO = {"a": [("good", 0.9), ("bad", 0.1)], "b": [("bad", 0.8), ("good", 0.2)]}


def test_models_are_compared_and_chosen(home: Any) -> None:
    """Cells of the square find what they count, each analysis is of the agent that was chosen."""
    del home
    made = [
        rb.TextClassificationRecord(
            text=f"film {n}",
            id=n,
            prediction=TWO if n % 4 else {"a": TWO["b"], "b": TWO["b"]},
            annotation="good" if n % 3 else "bad",
        )
        for n in range(120)
    ]
    rb.log(made, "two", verbose=False)
    explorer = rb.explore("two")
    assert explorer.config["agents"] == ["a", "b"]
    found = whole(explorer, analysis="compare", job="1")
    square, by_label = found["tables"]
    engine = active().dataset("two").engine()
    cells = [
        (text, query)
        for row, queries in zip(square["rows"], square["queries"], strict=True)
        for text, query in zip(row, queries, strict=True)
        if query
    ]
    assert len(cells) == 4
    for text, query in cells:
        assert f"{engine.select(query).count:,} (" in text
    assert [row[0] for row in by_label["rows"]] == ["bad", "good"]
    assert any("McNemar" in line for line in found["lines"])
    assert found["lines"][1].startswith("b is 25.00 points worse (9.71 to 38.96); McNemar")
    for job, options in (("2", {"first": "b", "second": "a"}), ("2b", {"first": "b"})):
        turned = whole(explorer, analysis="compare", job=job, options=options)
        assert turned["lines"][1].startswith("a is 25.00 points better (9.71 to 38.96); McNemar")
    same = whole(explorer, analysis="compare", job="3", options={"first": "a", "second": "a"})
    assert "name two different ones" in same["error"]
    right = {
        agent: whole(explorer, analysis="scores", job=agent, options={"agent": agent})["lines"][0]
        for agent in ("a", "b")
    }
    assert right["a"] != right["b"]
    assert "no agent 'c'" in whole(explorer, job="c", options={"agent": "c"})["error"]
    worse = whole(explorer, analysis="slices", job="4", options={"agent": "b", "against": "a"})
    assert "wrong where a is right" in worse["lines"][0]
    rb.relabel("two", "bad", ids=["1"])
    moved = {
        agent: whole(explorer, analysis="what_if", job=f"w{agent}", options={"agent": agent})
        for agent in ("a", "b")
    }
    outcomes, scores, by_label = moved["a"]["tables"]
    assert dict(outcomes["rows"])["wrong, was right"] == 1
    assert outcomes["queries"][1] == "predicted_before@a:ok AND predicted@a:ko"
    assert {row[0] for row in scores["rows"]} >= {"accuracy", "F1 macro"}
    assert ["bad", "recall"] in [row[:2] for row in by_label["rows"]]
    assert all(row[2] != row[3] for row in by_label["rows"])
    assert all("annotated_as_before:" in query for query in by_label["queries"])
    moved = {agent: one["lines"] for agent, one in moved.items()}
    assert "Matthews' correlation" in moved["a"][1]
    assert moved["a"][0].endswith("wrong and are right: 0; that were right and are wrong: 1.")
    assert moved["b"][0].endswith("wrong and are right: 1; that were right and are wrong: 0.")


def test_no_number_is_told_of_nothing(home: Any) -> None:
    """A recall without annotations, a precision without predictions: a dash, not 0 % or NaN."""
    del home
    made = [
        rb.TextClassificationRecord(
            text=f"film {n}", id=n, annotation="good", prediction=[(p, 0.9), ("rare", 0.1)]
        )
        for n, p in enumerate(["good", "bad"] * 30)
    ]
    rb.log(made, "narrow", verbose=False)
    (table,) = whole(rb.explore("narrow"), analysis="scores")["tables"]
    names = [name for name, _ in table["columns"]]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in table["rows"]}
    assert rows["good"]["recall"] == 0.5
    assert rows["bad"]["recall"] is None
    assert [row[4] for row in table["rows"] if row[0] == "bad"] == ["–"]


def test_a_matrix_is_shaded_as_asked(explorer: Explorer) -> None:
    """Every cell that is not empty is a mark with its share of the row and of the column."""
    for normalize in ("", "annotated", "predicted"):
        found = whole(
            explorer, analysis="confusion_matrix", job=normalize, options={"normalize": normalize}
        )
        assert found["chart"]["kind"] == "matrix"
        assert sorted(found["chart"]["values"]) == ["bad", "good"]
        assert len(found["marks"]) == 4
    wrong = whole(explorer, analysis="confusion_matrix", job="w", options={"normalize": "rows"})
    assert "use 'annotated'" in wrong["error"]


def test_annotations_in_doubt_are_told_with_their_texts(explorer: Explorer) -> None:
    """Each row has the text of its record, so that nobody has to open it to see."""
    (table,) = whole(explorer, analysis="label_errors")["tables"]
    names = [name for name, _ in table["columns"]]
    at, text = names.index("record"), names.index("text")
    known = {str(record.id): record.text for record in rb.load("d")}
    assert [row[text] for row in table["rows"]] == [known[row[at]] for row in table["rows"]]
    assert len(table["rows"]) == 100


def test_a_report_is_taken_along(explorer: Explorer) -> None:
    """Sentence, mistakes and a seeded sample, as Markdown and as a page that opens by itself."""
    found = whole(explorer, analysis="report", query="text:bad", job="r")
    assert found["lines"][0].startswith("Wrong on 50.0 % of the 100 records matching text:bad")
    markdown, page = found["documents"]
    assert markdown["name"] == "report.md"
    assert "records matching text:bad" in markdown["content"]
    assert page["content"].startswith("<!doctype html>")
    assert page["content"].count("<table") == 2
    again = whole(explorer, analysis="report", query="text:bad", job="s")
    assert again["documents"] == found["documents"]


def test_an_analysis_of_several_labels_answers_too(home: Any) -> None:
    """Every analysis knows multi-label datasets."""
    made = [
        rb.TextClassificationRecord(
            text=f"t {n}",
            annotation=["a"] if n % 3 else ["a", "b"],
            prediction=[("a", 0.9), ("b", 0.6 if n % 2 else 0.1)],
            multi_label=True,
        )
        for n in range(60)
    ]
    rb.log(made, "many", verbose=False)
    explorer = rb.explore("many")
    for analysis in DESKS:
        assert whole(explorer, analysis=analysis, job=analysis)["error"] is None
    line, *_ = whole(explorer, analysis="thresholds", job="t")["lines"]
    assert line.startswith("All 120 labels that have a score: precision ")
    (table,) = whole(explorer, analysis="label_errors", job="l")["tables"]
    places = [[name for name, _ in table["columns"]].index(one) for one in ("annotated", "rather")]
    told = {tuple(row[at] for at in places) for row in table["rows"]}
    assert told >= {("a", "also b"), ("a, b", "not b")}


def test_a_long_analysis_leaves_the_kernel_free_and_can_be_stopped(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it goes on its share is told and pages are answered; stopped, its thread ends."""
    going, ended = threading.Event(), threading.Event()

    def endless(asked: Asked) -> Desk:
        try:
            while True:
                asked.progress(0.25)
                going.set()
                threading.Event().wait(0.01)
        finally:
            ended.set()

    monkeypatch.setitem(desks.DESKS, "slices", endless)
    found = ask(explorer, analysis="slices")
    assert going.wait(5)
    found = ask(explorer, "ask", analysis="slices")
    assert (found["done"], found["share"]) == (False, 0.25)
    for other in range(2 * MAX_ANALYSES):  # which are forgotten before one that goes on
        assert whole(explorer, analysis="scores", job=f"other {other}")["tables"]
    assert not ask(explorer, "ask", analysis="slices")["done"]
    ask(explorer, "stop", analysis="slices")
    assert ended.wait(5)
    with pytest.raises(AssertionError, match="no longer known"):
        ask(explorer, "ask", analysis="slices")


def test_begun_again_under_its_name_it_goes_on(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request sent twice, for its answer was lost, begins one analysis."""
    begun = []

    def counted(_asked: Asked) -> Desk:
        begun.append(1)
        return Desk(["once"])

    monkeypatch.setitem(desks.DESKS, "scores", counted)
    assert ask(explorer)["lines"] == ask(explorer)["lines"] == ["once"]
    assert len(begun) == 1


def test_what_cannot_be_analysed_is_said(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the data is the answer's error, one of the request is refused."""

    def refusing(_asked: Asked) -> Desk:
        raise ValueError("scores must be numbers from 0 to 1")

    monkeypatch.setitem(desks.DESKS, "scores", refusing)
    found = whole(explorer)
    assert (found["error"], found["tables"]) == ("scores must be numbers from 0 to 1", [])
    with pytest.raises(AssertionError, match="analysis is 'best'; use 'scores' or"):
        ask(explorer, analysis="best", job="k")
    with pytest.raises(AssertionError, match="options are list"):
        ask(explorer, options=["agent"], job="k")
    with pytest.raises(AssertionError, match="never closed"):
        ask(explorer, query="(", job="l")
