"""Analyses for the page: each row's query finds its records, none blocks the kernel."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.explorer import Explorer, desks
from rubrix_widget.explorer.desks import DESKS, Asked, Desk
from rubrix_widget.home import active

KINDS = {"text", "query", "count", "share", "number"}


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
        "desk": "scores",
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


@pytest.mark.parametrize("desk", list(DESKS))
@pytest.mark.parametrize("query", ["", "text:film", "predicted:ok", "text:nothing"])
def test_rows_fit_their_columns_and_queries_find_records(
    explorer: Explorer, desk: str, query: str
) -> None:
    """Whatever is shown; a query of a row finds something among what is shown, if it counts any."""
    found = whole(explorer, desk=desk, query=query, job=f"{desk} {query}")
    assert found["error"] is None
    assert {kind for _, kind in found["columns"]} <= KINDS
    assert all(len(row) == len(found["columns"]) for row in found["rows"])
    assert len(found["queries"]) in (0, len(found["rows"]))
    engine = active().dataset("d").engine()
    names = [name for name, _ in found["columns"]]
    counted = next((names.index(one) for one in ("records", "kept") if one in names), None)
    for row, part in zip(found["rows"], found["queries"], strict=False):
        within = engine.select(f"({query}) AND {part}" if query else part)
        if desk in ("calibration", "thresholds"):
            assert within.count == row[counted or 0], part
        elif desk != "slices":
            assert within.count > 0, part


def test_an_analysis_of_several_labels_answers_too(home: Any) -> None:
    """Every desk knows multi-label datasets."""
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
    for desk in DESKS:
        assert whole(explorer, desk=desk, job=desk)["error"] is None


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
    found = ask(explorer, desk="slices")
    assert going.wait(5)
    found = ask(explorer, "ask", desk="slices")
    assert (found["done"], found["share"]) == (False, 0.25)
    assert whole(explorer, desk="scores", job="other")["rows"]
    ask(explorer, "stop", desk="slices")
    assert ended.wait(5)
    with pytest.raises(AssertionError, match="no longer known"):
        ask(explorer, "ask", desk="slices")


def test_begun_again_under_its_name_it_goes_on(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request sent twice, for its answer was lost, begins one analysis."""
    begun = []

    def counted(_asked: Asked) -> Desk:
        begun.append(1)
        return Desk(["once"], [], [])

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
    assert (found["error"], found["rows"]) == ("scores must be numbers from 0 to 1", [])
    with pytest.raises(AssertionError, match="desk is 'best'; use 'scores' or"):
        ask(explorer, desk="best", job="k")
    with pytest.raises(AssertionError, match="never closed"):
        ask(explorer, query="(", job="l")
