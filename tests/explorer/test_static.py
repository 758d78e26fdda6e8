"""What a notebook shows without a kernel."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.explorer import Explorer, static
from rubrix_widget.home import active
from tests.explorer.conftest import HOSTILE, result, set_on_page, view

LIMIT = 60_000  # bytes; several explorers in one notebook must not make it heavy


class Tags(HTMLParser):
    """Collects the elements, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


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
    assert "predicted is ko" in page.texts
    first = explorer.to_pandas()["text"].iloc[0]
    assert first[:50] in "".join(page.texts)
    assert fallback(explorer)["text/plain"] == repr(explorer)


def test_hostile_texts_stay_texts(explorer: Explorer) -> None:
    """Markup in texts, labels and names is shown as it was written, and makes no element."""
    record = rb.TextClassificationRecord(
        inputs={HOSTILE: HOSTILE, "b": "c"}, prediction=[(HOSTILE, 0.5)], annotation=HOSTILE, id="h"
    )
    rb.log(record, "hostile", verbose=False)
    hostile = Explorer(active().dataset("hostile"), "NOT nonesuch", title=HOSTILE)
    page = Tags(fallback(hostile)["text/html"])
    assert page.tags <= {"div", "p", "b", "br", "code", "table", "thead", "tbody", "tr", "th", "td"}
    assert page.attributes <= {"style"}
    assert HOSTILE[:50] in "".join(page.texts)
    hostile.close()


@pytest.mark.parametrize("filler", ["&", "<", "'", "𝕏", "\n", "\x01", "ab "])
def test_what_is_saved_is_bounded(explorer: Explorer, filler: str) -> None:
    """Whatever the texts and labels hold, table and snapshot stay small."""
    long = filler * 5_000
    records = [
        rb.TextClassificationRecord(
            inputs={f"{part}{filler * 50}": f"{number}{long}" for part in range(5)},
            prediction=[(f"{label}{filler * 400}", 0.1) for label in range(9)],
            annotation=f"{number % 9}{filler * 400}",
            id=f"{number}{long[:5_000]}",
        )
        for number in range(30)
    ]
    rb.log(records, "large", verbose=False)
    large = Explorer(active().dataset("large"), title=long)
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


def test_an_empty_view_is_said_to_be() -> None:
    """Without records there is no table, only the counts."""
    nothing: Any = {"name": "a", "query": "", "reading": "", "count": 0, "total": 3, "first": 1}
    assert static.html({**nothing, "texts": True, "records": []}) == (
        "<div><p><b>a</b> · 0 of 3 records</p></div>"
    )
