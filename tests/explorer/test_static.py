"""What a notebook shows without a kernel."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.explorer import Explorer, static
from rubrix_widget.home import active
from rubrix_widget.metrics.intervals import wilson
from tests.explorer.conftest import HOSTILE, result, set_on_page, view

TABLE = ("table", "thead", "tbody", "tr", "th", "td")
LIMIT = 42_000  # bytes; several explorers in one notebook must not make it heavy


class Tags(HTMLParser):
    """Collects the elements, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.lasttag in ("td", "th"):
            self.rows[-1][-1] += data


def fallback(explorer: Explorer) -> dict[str, str]:
    """Return the forms of an explorer that are saved with a notebook."""
    forms: dict[str, str] = explorer._repr_mimebundle_()[0]
    return forms


def test_the_table_shows_the_view(open_explorer: Callable[..., Explorer]) -> None:
    """The table has the first 20 records of the view, its query, reading and counts."""
    explorer = open_explorer("predicted:ko", sort=[("score", "desc")])
    page = Tags(fallback(explorer)["text/html"])
    count = len(explorer.records)
    assert any(f"{min(count, 20)} of {count}" in text for text in page.texts)
    assert "predicted:ko" in page.texts
    assert "read as: predicted is ko" in page.texts
    first = explorer.to_pandas()["text"].iloc[0]
    assert first[:50] in "".join(page.texts)
    assert fallback(explorer)["text/plain"] == repr(explorer)


def test_the_view_is_said_in_words_and_numbers(open_explorer: Callable[..., Explorer]) -> None:
    """Filters, accuracy with Wilson's interval, and the confusion matrix stand above the table."""
    explorer = open_explorer("film", filters={"annotated_as": ["positive", "negative"]})
    page = Tags(fallback(explorer)["text/html"])
    frame = explorer.to_pandas()
    predicted = frame["prediction"].map(lambda scored: scored[0][0])
    right = int((predicted == frame["annotation"]).sum())
    low, high = wilson(right, len(frame))
    said = f"accuracy {100 * right / len(frame):.1f} % (95 % interval {100 * low:.1f} to "
    assert f"{said}{100 * high:.1f} %): {right} right, {len(frame) - right} wrong" in page.texts
    assert "annotated as is positive or negative" in page.texts
    pairs = Counter(zip(frame["annotation"], predicted, strict=True))
    labels = page.rows[0][1:]
    assert set(labels) == {"positive", "negative"}
    for row in page.rows[1:3]:
        assert row[1:] == [str(pairs[row[0], label]) for label in labels]


def test_of_many_labels_the_most_confused_are_shown(explorer: Explorer) -> None:
    """The matrix has at most 12 labels, and says how many it leaves out."""
    records = [
        rb.TextClassificationRecord(
            text="a",
            prediction=[(f"label {(number * 7) % 300}", 0.5)],
            annotation=f"label {number}",
        )
        for number in range(300)
    ]
    rb.log(records, "labels", verbose=False)
    many = Explorer(active().dataset("labels"))
    page = Tags(fallback(many)["text/html"])
    assert len(page.rows[0]) == 13
    assert "The 12 most confused labels; 288 labels not shown." in page.texts
    many.close()


def test_several_labels_a_record(explorer: Explorer) -> None:
    """A multi-label dataset has a line a label: how often right, missed and added."""
    records = [
        rb.TextClassificationRecord(
            text="x", prediction=[("a", 0.9), ("b", second)], annotation=given, multi_label=True
        )
        for second, given in ((0.9, ["a"]), (0.1, ["a", "b"]), (0.8, ["b"]))
    ]
    rb.log(records, "several", verbose=False)
    several = Explorer(active().dataset("several"))
    rows = Tags(fallback(several)["text/html"]).rows
    assert rows[:3] == [
        ["label", "right", "missed", "extra"],
        ["a", "2", "0", "1"],
        ["b", "1", "1", "1"],
    ]
    several.close()


def test_hostile_texts_stay_texts(explorer: Explorer) -> None:
    """Markup in texts, labels and names is shown as it was written, and makes no element."""
    record = rb.TextClassificationRecord(
        inputs={HOSTILE: HOSTILE, "b": "c"}, prediction=[(HOSTILE, 0.5)], annotation=HOSTILE, id="h"
    )
    rb.log(record, "hostile", verbose=False)
    hostile = Explorer(active().dataset("hostile"), "NOT nonesuch", title=HOSTILE)
    page = Tags(fallback(hostile)["text/html"])
    assert page.tags <= {
        "div",
        "p",
        "b",
        "i",
        "br",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert page.attributes <= {"style"}
    assert HOSTILE[:50] in "".join(page.texts)
    hostile.close()


@pytest.mark.slow
@pytest.mark.parametrize("filler", ["&", "<", "'", "𝕏", "\n", "\x01", "ab "])
def test_what_is_saved_is_bounded(explorer: Explorer, filler: str) -> None:
    """Whatever the texts and labels hold, table and snapshot stay small."""
    long = filler * 5_000
    records = [
        rb.TextClassificationRecord(
            inputs={f"{part}{filler * 50}": f"{number}{long}" for part in range(5)},
            prediction=[(f"{label}{filler * 400}", 0.1) for label in range(9)],
            annotation=f"{number}{filler * 400}",
            id=f"{number}{long[:5_000]}",
            metadata={
                f"{field} {filler * 20}": f"{number % 9}{filler * 400}" for field in range(60)
            },
        )
        for number in range(100)
    ]
    rb.log(records, "large", verbose=False)
    live = active().dataset("large")
    fields = [
        name for name in live.engine().fields if re.fullmatch(r"metadata\.\d+ .*", name, re.S)
    ]
    assert len(fields) >= 60
    filters = {name: [filler * 400, filler * 300] for name in fields if name[-5:] != ".text"}
    large = Explorer(live, filters={}, title=long)
    assert len(fallback(large)["text/html"].encode()) < LIMIT
    large.filters = filters
    assert len(fallback(large)["text/html"].encode()) < LIMIT
    assert len(json.dumps(large.snapshot, ensure_ascii=False).encode()) < LIMIT
    large.close()


def test_texts_can_be_left_out(open_explorer: Callable[..., Explorer]) -> None:
    """With ``save_texts=False`` nothing of any text is in what is saved, now or after a search."""
    explorer = open_explorer("predicted:ko", save_texts=False)
    result(explorer, "page", view("predicted:ok"))
    set_on_page(explorer, query="predicted:ok")
    saved = json.dumps([fallback(explorer)["text/html"], explorer.snapshot])
    assert "film" not in saved
    assert "dull" not in saved
    assert "positive" in saved
    assert "predicted:ok" in saved


def test_the_snapshot_follows_the_page(explorer: Explorer) -> None:
    """The snapshot has the records the page shows, not those it fetched ahead."""
    page = result(explorer, "page", view("dull", page=2, page_size=10))
    result(explorer, "page", view("dull", page=3, page_size=10))
    assert explorer.snapshot["count"] == 60
    set_on_page(explorer, query="dull", page=2, page_size=10)
    ids = [record["id"] for record in explorer.snapshot["records"]]
    assert ids == [record["id"] for record in page["records"]]
    assert (explorer.snapshot["first"], explorer.snapshot["count"]) == (11, page["count"])


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=6, max_size=6))
@example([HOSTILE] * 6)
@example(["</td><script>", "<!--", "&lt;", '"', "'", "\u2028"])
def test_any_text_is_shown_as_it_is(texts: list[str]) -> None:
    """Whatever a snapshot holds, the table shows that and nothing else."""
    name, query, chip, label, text, record_label = texts
    snapshot: Any = {
        "name": name,
        "query": query,
        "reading": "",
        "filters": [chip],
        "count": 1,
        "total": 1,
        "summary": {"accuracy": None, "low": None, "high": None},
        "confusion": {"labels": [label], "counts": [[1]], "multi_label": False, "left_out": 0},
        "first": 1,
        "texts": True,
        "records": [
            {
                "id": "",
                "inputs": {"text": text},
                "prediction": [[record_label, 0.5]],
                "predicted": "ok",
                "by_agent": [],
                "annotation": [record_label],
                "status": "Default",
            }
        ],
    }
    page = Tags(static.html(snapshot))
    assert page.rows[:2] == [["annotated ↓ predicted →", label], [label, "1"]]
    cells = [text, f"{record_label} 0.500", "✓ ok", record_label, "Default"]
    assert page.rows[3] == cells
    assert {name, query, chip} - {""} <= set(page.texts)
    assert page.tags <= {"div", "p", "b", "i", "br", "code", *TABLE}


def test_an_empty_view_is_said_to_be() -> None:
    """Without records there is no table, only the counts."""
    without = {"accuracy": None, "low": None, "high": None}
    nothing: Any = {"name": "a", "query": "", "reading": "", "count": 0, "total": 3, "first": 1}
    drawn = {**nothing, "filters": [], "summary": without, "confusion": None, "texts": True}
    assert static.html({**drawn, "records": []}) == "<div><p><b>a</b> · 0 of 3 records</p></div>"
