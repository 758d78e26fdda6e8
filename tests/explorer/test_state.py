"""The explorer's state: set in a cell or on the page, refused where it cannot be."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from rubrix_widget.errors import QuerySyntaxError, RubrixWidgetError, UnknownFieldError
from rubrix_widget.explorer import Explorer, model, selecting
from tests.explorer.conftest import asked, error, result, set_on_page, view
from tests.explorer.test_edits import change, edit


@pytest.mark.parametrize(
    ("name", "value", "kind", "says"),
    [
        ("query", "score:[", QuerySyntaxError, "score"),
        ("query", "nonesuch:1", UnknownFieldError, "nonesuch"),
        ("query", 7, ValueError, "query is 7"),
        ("dialect", "sql", ValueError, "lucene"),
        ("filters", {"nonesuch": ["a"]}, ValueError, "nonesuch"),
        ("filters", {"status": object()}, ValueError, "plain data"),
        ("sort", [("nonesuch", "asc")], ValueError, "nonesuch"),
        ("sort", "score", ValueError, "list"),
        ("page", 0, ValueError, "page is 0"),
        ("page", 1.5, ValueError, "page is 1.5"),
        ("page_size", 201, ValueError, "1 to 200"),
        ("selected", ["nonesuch"], ValueError, "nonesuch"),
        ("clamp", 0, ValueError, "1 to 100"),
    ],
)
@pytest.mark.parametrize("held", [False, True])
def test_a_value_that_cannot_be_is_refused(
    explorer: Explorer, name: str, value: Any, kind: type[Exception], says: str, held: bool
) -> None:
    """Assigning it raises where it is assigned, and the old value stays."""
    explorer.query = "predicted:ko"
    before = getattr(explorer, name)
    hold = explorer.hold_trait_notifications if held else nullcontext
    with pytest.raises(kind, match=says), hold():
        setattr(explorer, name, value)
    assert getattr(explorer, name) == before


def test_a_page_past_the_end_becomes_the_last(explorer: Explorer) -> None:
    """The number of the page stays within the pages there are."""
    explorer.page_size = 25
    explorer.page = 99
    assert explorer.page == 3


def test_other_records_begin_at_the_first_page(explorer: Explorer) -> None:
    """A new query, order or page size from Python goes back to page 1; the same one does not."""
    explorer.page_size = 10
    explorer.page = 4
    explorer.query = ""
    assert explorer.page == 4
    explorer.sort = [("score", "asc")]
    assert explorer.page == 1


def test_the_page_sets_all_at_once(explorer: Explorer) -> None:
    """Values from the page hold together, in whatever order they are sent."""
    set_on_page(explorer, page=2, page_size=10, query="predicted:ko", sort=[["score", "desc"]])
    assert (explorer.page, explorer.page_size, explorer.query) == (2, 10, "predicted:ko")
    assert explorer.sort == [["score", "desc"]]


def test_the_page_cannot_set_what_cannot_be(explorer: Explorer) -> None:
    """A bad value from the page is answered with the value that holds; the others are taken."""
    states: list[Any] = []
    explorer.send_state = lambda key=None: states.append(key)
    set_on_page(explorer, query="score:[", page_size=10)
    assert (explorer.query, explorer.page_size) == ("", 10)
    assert "query" in states


@pytest.mark.parametrize("name", ["config", "snapshot", "_esm", "_view_name"])
def test_the_page_cannot_set_what_is_not_its_own(explorer: Explorer, name: str) -> None:
    """What only the kernel says, its code included, cannot be set from the page."""
    before = getattr(explorer, name)
    set_on_page(explorer, **{name: {} if isinstance(before, dict) else "export default 1"})
    assert getattr(explorer, name) == before


def test_a_view_in_a_cell_is_the_view_on_the_page(open_explorer: Callable[..., Explorer]) -> None:
    """Records taken away are those of the view, all of them, in its order."""
    explorer = open_explorer(
        "predicted:ko", sort=[("score", "asc")], filters={"status": ["Validated"]}, page_size=3
    )
    frame = explorer.to_pandas()
    assert len(frame) == len(explorer.records) == explorer.to_datasets().num_rows > 3
    scores = [prediction[0]["score"] for prediction in explorer.to_datasets()["prediction"]]
    assert scores == sorted(scores)
    assert set(frame["status"]) == {"Validated"}
    assert explorer.to_datasets()["id"] == frame["id"].tolist()


def test_selected_records_stay_selected(explorer: Explorer) -> None:
    """Selected records come in the view's order, also when the query has moved on."""
    explorer.sort = [("score", "asc")]
    explorer.selected = ["r2", "r40", "r2"]
    explorer.query = "zebra"
    assert explorer.selected == ["r2", "r40"]
    assert explorer.selected_records.to_pandas()["id"].tolist() == ["r40", "r2"]
    assert len(explorer.records) == 0


def test_many_selected_ids_travel_by_name(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved state has the first of many ids; the page asks for all of them, or gives all."""
    monkeypatch.setattr(selecting, "SAVED_SELECTED", 30)
    ids = [f"r{number}" for number in range(60)]
    explorer.selected = ids
    told = explorer.get_state("selected")["selected"]
    assert told["ids"] == ids[:6]
    assert result(explorer, "select", {"name": told["name"], "ids": None})["ids"] == ids
    result(explorer, "select", {"name": "mine", "ids": ids[::-1]})
    assert explorer.selected == ids[::-1]
    own = {"name": "mine", "ids": ids[:-6:-1]}
    assert explorer.get_state("selected")["selected"] == own
    set_on_page(explorer, selected=own)
    assert explorer.selected == ids[::-1]
    states: list[Any] = []
    explorer.send_state = lambda key=None: states.append(key)
    set_on_page(explorer, selected=told)
    set_on_page(explorer, selected={"ids": []})
    assert explorer.selected == ids[::-1]
    assert states == ["selected", "selected"]
    for name, given in ((told["name"], None), ("new", ["nonesuch"]), (3, []), ("new", "r1")):
        refused = error(explorer, "select", {"name": name, "ids": given})
        assert refused["type"] == "RequestError"
    assert explorer.selected == ids[::-1]


def test_it_says_what_it_shows(explorer: Explorer) -> None:
    """The text form names the dataset, the query and the counts."""
    explorer.query = "predicted:ko"
    count = len(explorer.records)
    assert repr(explorer) == f"<Explorer 'reviews' query='predicted:ko': {count} of 60 records>"


def test_a_missing_page_says_how_to_build_it(
    open_explorer: Callable[..., Explorer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its JavaScript the explorer says which command makes it."""
    monkeypatch.setattr(model, "BUNDLE", tmp_path / "nowhere.js")
    with pytest.raises(RubrixWidgetError, match="npm run build"):
        open_explorer()


def test_two_threads_and_a_cell_at_once(explorer: Explorer) -> None:
    """Requests and edits from two threads while a cell reads: every answer is whole and right."""
    failures: list[BaseException] = []
    start = threading.Barrier(3)

    def page(numbers: range) -> None:
        try:
            start.wait()
            for number in numbers:
                answer = result(explorer, "page", view("dull", page_size=5), number=f"p{number}")
                assert len(answer["records"]) == 5
                record = result(explorer, "record", asked(f"r{number}"), number=f"s{number}")
                done = edit(explorer, change(record["record"], ["x"]), edit_id=f"e{number}")
                assert len(done["applied"]) == 1
                set_on_page(explorer, query=("dull", "fine")[number % 2], page=1)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=page, args=(range(k, 60, 2),)) for k in (0, 1)]
    for thread in threads:
        thread.start()
    start.wait()
    while any(thread.is_alive() for thread in threads):
        frame = explorer.to_pandas()
        assert frame["id"].is_unique
        explorer.selected = ["r1"]
    assert not failures, failures
    assert result(explorer, "page", view("annotated_as:x"))["count"] == 60


def test_state_and_code_open_the_same_view(open_explorer: Callable[..., Explorer]) -> None:
    """What an explorer says of itself opens another on the same page; defaults are left unsaid."""
    plain = open_explorer()
    assert plain.state == {}
    assert plain.code() == "rb.explore('reviews')"
    shown = {
        "dialect": "lucene",
        "query": 'film AND "it\'s" OR \\"dull\\"',
        "filters": {"metadata.part": [1, 2], "score": {"from": 0.5}},
        "sort": [["score", "desc"], ["id", "asc"]],
        "page_size": 5,
        "page": 2,
    }
    for explorer in (open_explorer(**shown), open_explorer(state=shown)):
        assert explorer.state == shown
        call = ast.parse(explorer.code(), mode="eval").body
        assert isinstance(call, ast.Call)
        assert [ast.literal_eval(one) for one in call.args] == ["reviews"]
        assert {one.arg: ast.literal_eval(one.value) for one in call.keywords} == shown
    assert open_explorer(state=shown, query="dull").query == "dull"
    explorer.state["filters"]["status"] = ["Edited"]
    assert "status" not in explorer.filters


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("film", "give what ex.link"),
        (["film"], "give an object"),
        ({"nope": 1}, "unknown 'nope'"),
        ({"page": "__import__('os')"}, "whole number"),
        ({"sort": [["score", "up"]]}, "'asc' or 'desc'"),
        ({"query": "(film"}, "never closed"),
    ],
)
def test_a_state_from_elsewhere_is_checked(
    open_explorer: Callable[..., Explorer], state: Any, message: str
) -> None:
    """A state is data that came from anywhere: what cannot be is refused with what is accepted."""
    with pytest.raises(RubrixWidgetError, match=message):
        open_explorer(state=state)
