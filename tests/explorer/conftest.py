"""A small dataset with every kind of trouble in it, and an explorer on it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget.edits import LiveDataset
from rubrix_widget.explorer import Explorer, model
from rubrix_widget.home import active

HOSTILE = "<img src=x onerror=alert(1)> </td></table> javascript:alert(2) =1+1 '\""
Ask = Callable[..., dict[str, Any]]


def reviews() -> list[rb.TextClassificationRecord]:
    """Return 60 reviews: every third is predicted wrongly, every fifth has no annotation."""
    made = []
    for number in range(60):
        right = ("positive", "negative")[number % 2]
        wrong = ("negative", "positive")[number % 2]
        text = f"a {'fine' if number % 2 == 0 else 'dull'} film number {number}"
        if number == 1:
            text = "😀 a 😀 dull 😀 film"
        if number == 2:
            text = HOSTILE
        if number == 3:
            text = "a long dull film " + "word " * 2_000 + "end"
        made.append(
            rb.TextClassificationRecord(
                text=text,
                prediction=[(wrong if number % 3 == 0 else right, 0.9 - number / 200)],
                annotation=None if number % 5 == 0 else right,
                id=f"r{number}",
                metadata={"part": number % 4, "<b>who</b>": HOSTILE},
            )
        )
    return made


@pytest.fixture
def live() -> LiveDataset:
    """Return a stored dataset of 60 reviews."""
    rb.init()
    rb.log(reviews(), "reviews", verbose=False)
    return active().dataset("reviews")


@pytest.fixture
def open_explorer(
    live: LiveDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Explorer]]:
    """Return what opens an explorer on the reviews; what it sends is kept in ``sent``."""
    bundle = tmp_path / "widget.js"
    bundle.write_text("export default {}")
    monkeypatch.setattr(model, "BUNDLE", bundle)
    opened = []

    def explore(query: str = "", **settings: Any) -> Explorer:
        explorer = Explorer(live, query, **settings)
        explorer.sent = []
        explorer.send = lambda content, buffers=None: explorer.sent.append(content)
        opened.append(explorer)
        return explorer

    yield explore
    for explorer in opened:
        explorer.close()


@pytest.fixture
def explorer(open_explorer: Callable[..., Explorer]) -> Explorer:
    """Return an explorer on all reviews."""
    return open_explorer()


_numbers = itertools.count(1)


def ask(explorer: Explorer, method: str, params: Any = None, number: str = "") -> dict[str, Any]:
    """Send a request as the page does and return the response to it."""
    number = number or f"test:{next(_numbers)}"
    given = {} if params is None else params
    message(explorer, {"kind": "request", "id": number, "method": method, "params": given})
    (response,) = [
        one for one in explorer.sent if one["kind"] == "response" and one["id"] == number
    ]
    explorer.sent.remove(response)
    return response


def result(explorer: Explorer, method: str, params: Any = None, number: str = "") -> Any:
    """Send a request and return its result."""
    response = ask(explorer, method, params, number)
    assert "error" not in response, response
    return response["result"]


def error(explorer: Explorer, method: str, params: Any = None) -> dict[str, Any]:
    """Send a request and return the error it is answered with."""
    response = ask(explorer, method, params)
    assert "result" not in response, response
    return response["error"]


def message(explorer: Explorer, content: Any) -> None:
    """Hand the widget a custom message."""
    data = {"method": "custom", "content": content}
    explorer._handle_msg({"content": {"data": data}, "buffers": []})


def set_on_page(explorer: Explorer, **state: Any) -> None:
    """Hand the widget values of traits that the page has set."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    explorer._handle_msg({"content": {"data": data}, "buffers": []})


def view(query: str = "", **changes: Any) -> dict[str, Any]:
    """Return the parameters of a ``page`` request."""
    given = {"dialect": "notebook", "filters": {}, "sort": [], "page": 1, "page_size": 50}
    return {"query": query, **given, **changes}


def asked(record_id: str, query: str = "") -> dict[str, Any]:
    """Return the parameters of a ``record`` request."""
    return {"id": record_id, "query": query, "dialect": "notebook"}
