"""Values at the edges of their kinds, and two threads at once."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rubrix_widget as rb
from rubrix_widget.edits import Edit
from rubrix_widget.engine.aggregates import Aggregates
from rubrix_widget.engine.keywords import Keywords
from rubrix_widget.engine.view import View
from rubrix_widget.home import active
from rubrix_widget.index import Hits

Record = rb.TextClassificationRecord


def test_metadata_of_every_shape_is_shown_and_found(home: Path) -> None:
    """Dates, keys that meet after flattening, mixed lists and large integers lose nothing."""
    metadata = {
        "when": dt.datetime(1969, 7, 20, 20, 17),
        "a.b": 1,
        "a": {"b": 2},
        "mixed": [1, "two", None],
        "big": 2**53 + 1,
        "$date": "mine",
    }
    rb.log([Record(text="t", id=1, metadata=metadata), Record(text="t", id=2)], "d")
    engine = active().dataset("d").engine()
    shown = engine.records(engine.select().order())[0]["metadata"]
    assert shown == {**metadata, "when": "1969-07-20T20:17:00"}
    assert rb.load("d", ids=[1])[0].metadata == metadata
    for query in (
        "metadata.when:1969",
        "metadata.a.b:1 AND metadata.a.b:2",
        "metadata.mixed:two AND metadata.mixed:1",
        f"metadata.big:{2**53 + 1}",
        "metadata.$date:mine",
    ):
        assert rb.count("d", query) == 1, query
    assert rb.count("d", f"metadata.big:{2**53}") == 0


def test_lists_without_values_sort_last_and_integers_sort_exactly(home: Path) -> None:
    """An empty list is no value, values count in alphabetical order, 2**53 + 1 is above 2**53."""
    rows = [(["b", "a"], 2**53 + 1), ([], 2**53), (["a", "c"], None), (None, -1), (["a"], 2**60)]
    rb.log(
        [
            Record(text="t", id=i, metadata={"tags": tags, "n": n})
            for i, (tags, n) in enumerate(rows)
        ],
        "d",
    )

    def order(field: str, direction: str) -> list[Any]:
        return [one.id for one in rb.load("d", sort=[(field, direction)])]

    assert order("metadata.tags", "asc") == [4, 0, 2, 1, 3]
    assert order("metadata.tags", "desc") == [2, 0, 4, 1, 3]
    assert order("metadata.n", "asc") == [3, 1, 0, 4, 2]
    assert order("metadata.n", "desc") == [4, 0, 1, 3, 2]


def test_the_last_day_there_is_can_be_searched(home: Path) -> None:
    """``9999-12-31``, which many a table has for "no end", is a date like another."""
    days = ("9999-12-31", "1850-03-01")
    rb.log([Record(text="t", id=i, metadata={"d": day}) for i, day in enumerate(days)], "d")
    assert [one.id for one in rb.load("d", "metadata.d:9999")] == [0]
    assert [one.id for one in rb.load("d", "metadata.d:[1850 TO 9999-12-31]")] == [0, 1]
    assert [one.id for one in rb.load("d", "metadata.d:<1970")] == [1]


def test_queries_and_edits_in_two_threads_do_not_meet(home: Path) -> None:
    """A page is answered from one state while labels, old and new, are given in another thread."""
    rb.log([Record(text=f"t{i}", id=i, multi_label=True, annotation=["a"]) for i in range(50)], "d")
    live = active().dataset("d")
    failed: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        step = 0
        while not done.is_set():
            step += 1
            now = live.engine()
            try:
                now.select(f"annotated_as:a OR t{step % 50} OR metrics.text_length:{step}")
                now.label_counts()
                now.select(sort=[("annotated_as", "asc")]).order()
            except BaseException as error:
                failed.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for one in threads:
        one.start()
    try:
        for step in range(150):
            live.edit([Edit(str(step % 50), "annotation", [f"new {step}", "a"])])
    finally:
        done.set()
        for one in threads:
            one.join()
    assert failed == []


def test_counts_are_those_of_one_moment_while_labels_are_added(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that began to count before a label was added goes on with one that began after."""
    rb.log([Record(text="t", id=i, annotation="ab"[i % 2]) for i in range(4)], "d")
    engine = active().dataset("d").engine()
    make, met = View._keywords, []

    def overtaken(self: View, name: str) -> Keywords:
        made = make(self, name)
        if not met:
            met.append(self.columns.logged.sets.code(["added"]))
            met.append(engine.label_counts())
        return made

    monkeypatch.setattr(View, "_keywords", overtaken)
    assert engine.label_counts() == met[1]
    assert {one["name"]: one["count"] for one in met[1]} == {"a": 2, "b": 2, "added": 0}


def test_counts_made_before_a_label_was_added_are_made_anew(home: Path) -> None:
    """What was counted over an earlier state is not taken for that of one with more labels."""
    rb.log([Record(text="t", id=i, prediction=[("ab"[i % 2], 0.9)]) for i in range(4)], "d")
    engine = active().dataset("d").engine()
    field, every = engine.fields["predicted_as"], Hits.everything(engine.n)
    earlier = Aggregates(engine.view)
    later = View(engine.view.columns, earlier=engine.view)
    assert earlier.facet(field, every).count.tolist() == [2, 2]
    engine.view.columns.logged.sets.code(["added"])
    counted = earlier.after(later, np.array([], np.int64)).facet(field, every)
    assert counted.count.tolist() == [2, 2, 0]
