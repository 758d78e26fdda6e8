"""A view for somebody else: token, link, line of Python, saved under a name."""

from __future__ import annotations

import ast
import base64
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import Engine
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.explorer import Explorer, checks, token
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.limits import MAX_TOKEN
from rubrix_widget.explorer.sharing import code
from rubrix_widget.explorer.token import Shared
from tests.explorer.conftest import error, result

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
STATES = st.fixed_dictionaries(
    {},
    optional={
        "query": TEXT,
        "dialect": st.sampled_from(["notebook", "lucene"]),
        "filters": st.dictionaries(TEXT, PLAIN, max_size=4),
        "sort": st.lists(st.tuples(TEXT, st.sampled_from(["asc", "desc"])).map(list), max_size=3),
        "page": st.integers(1, 10**6),
        "page_size": st.integers(1, 200),
        "columns": st.lists(TEXT, max_size=4),
        "column_widths": st.dictionaries(TEXT, st.integers(48, 4000), max_size=3),
        "tab": st.sampled_from(["records", "charts", "analysis"]),
        "analysis": st.sampled_from(["scores", "slices"]),
        "analysis_options": st.dictionaries(st.sampled_from(["agent", "normalize"]), TEXT),
    },
)
SHOWN = {
    "query": "film OR 😀",
    "filters": {"metadata.part": {"from": 0, "to": 2}, "predicted": ["ko"]},
    "sort": [["score", "desc"]],
    "page_size": 5,
    "page": 2,
    "columns": ["text", "score"],
    "tab": "analysis",
    "analysis": "slices",
    "analysis_options": {"every": "10"},
}


def sealed(content: bytes) -> str:
    """A token of these bytes, as somebody who knows the format could make it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    whole = zlib.crc32(packed).to_bytes(4, "big") + packed
    return token.PREFIX + base64.urlsafe_b64encode(whole).decode().rstrip("=")


@given(STATES, TEXT)
def test_a_token_says_what_was_put_in(state: dict[str, Any], name: str) -> None:
    """Any state goes through a token, and through the fragment of an address, unchanged."""
    shared = Shared(name, "f" * 16, state)
    made = token.encode(shared)
    assert token.decode(made) == shared
    assert token.decode(token.in_address(made, "https://host/a?b=c#d")) == shared
    assert token.encode(Shared(name, "f" * 16, dict(reversed(state.items())))) == made


@given(STATES, st.data())
def test_a_changed_token_is_refused(state: dict[str, Any], data: st.DataObject) -> None:
    """A letter changed, added or left out is told, and nothing else happens."""
    made = token.encode(Shared("films", "f" * 16, state))
    at = data.draw(st.integers(0, len(made) - 1))
    put = data.draw(st.text("abcXYZ019-_.=+/ é", max_size=2))
    changed = made[:at] + put + made[at + 1 :]
    if changed.strip() == made:
        return
    with pytest.raises(RequestError, match="the shared view"):
        token.decode(changed)


@given(st.binary(max_size=300) | PLAIN.map(lambda one: json.dumps(one).encode()))
def test_a_token_of_anything_else_is_refused(content: bytes) -> None:
    """Well-sealed content that is no state is told as such."""
    with pytest.raises(RequestError, match="the shared view"):
        token.decode(sealed(content))


def test_a_small_token_cannot_unpack_to_much() -> None:
    """A bomb of deflated zeros is refused before it fills the memory, and so is a huge token."""
    with pytest.raises(RequestError, match="unpacks to more than"):
        token.decode(sealed(b" " * (200 << 20)))
    with pytest.raises(RequestError, match="characters"):
        token.decode("rbx1." + "A" * MAX_TOKEN)
    large = {
        "filters": {
            "id": [
                base64.b64encode(zlib.compress(bytes([n]))).decode() + str(hash((n, m)))
                for n in range(256)
                for m in range(100)
            ]
        }
    }
    with pytest.raises(RequestError, match="too large"):
        token.encode(
            Shared("films", "", {**large, "query": "".join(map(chr, range(256, 55000))) * 20})
        )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("rbx2.AAAA", "of version 'rbx2', this one reads 'rbx1'. Upgrade"),
        ("fine", "give what ex.link() returned"),
        ("https://host/lab#top", "give what ex.link() returned"),
        (sealed(b'{"dataset":"a","fingerprint":"b","state":{"run":"x"}}'), "unknown 'run'"),
        (sealed(b'{"dataset":"a","fingerprint":"b"}'), "lacks 'state'"),
    ],
)
def test_what_is_wrong_with_a_token_is_said(given: str, message: str) -> None:
    """Another version, another text, an unknown or missing field: each has its sentence."""
    with pytest.raises(RequestError) as caught:
        token.decode(given)
    assert message in str(caught.value)


def test_a_link_keeps_what_is_in_the_address() -> None:
    """Path, query and fragment stay; an older view is replaced, Jupyter's secret left out."""
    made = token.encode(Shared("films", "", {}))
    url = "http://localhost:8888/lab/tree/a b.ipynb?reset&token=secret#Results"
    once = token.in_address(made, url)
    assert once == f"http://localhost:8888/lab/tree/a b.ipynb?reset#Results&rbx={made}"
    assert token.in_address(made, once) == once


def test_link_state_and_code_open_the_same_view(
    open_explorer: Callable[..., Explorer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An explorer opened by a link shows what the first one showed."""
    first = open_explorer(**SHOWN)
    assert first.state == SHOWN
    for shared in (first.link(), first.link("https://host/x.ipynb#a"), first.state):
        again = open_explorer(state=shared)
        assert again.state == SHOWN
        assert again.to_pandas()["id"].tolist() == first.to_pandas()["id"].tolist()
    assert open_explorer(state=first.link(), page=3).page == 3


def arguments(line: str) -> tuple[str, list[Any], dict[str, Any]]:
    call = ast.parse(line, mode="eval").body
    assert isinstance(call, ast.Call)
    positional = [ast.literal_eval(one) for one in call.args]
    return (
        ast.unparse(call.func),
        positional,
        {str(one.arg): ast.literal_eval(one.value) for one in call.keywords},
    )


@given(STATES)
def test_code_says_the_state(state: dict[str, Any]) -> None:
    """The line of Python, read without running it, has the dataset and the whole state."""
    state = checks.state(state)
    assert arguments(code("films", state)) == ("rb.explore", ["films"], state)


def test_what_a_dataset_lacks_is_named(live: LiveDataset, open_explorer: Any) -> None:
    """In Python a view that does not fit is refused, with everything that it lacks."""
    state = {
        "query": "metadata.gone:1",
        "filters": {"metadata.old": ["a"], "predicted": ["ko"]},
        "sort": [["metadata.lost", "asc"], ["score", "desc"]],
        "columns": ["text", "metadata.away"],
    }
    with pytest.raises(RequestError) as caught:
        open_explorer(state=token.encode(Shared("reviews", "", state)))
    for name in ("metadata.gone", "metadata.old", "metadata.lost", "metadata.away"):
        assert name in str(caught.value)


def test_the_page_shares_and_proposes(explorer: Explorer) -> None:
    """The page gets token and code of its view, and of a link what this dataset can show."""
    shared = result(explorer, "share", {"state": SHOWN})
    assert token.decode(shared["token"]).state == SHOWN
    assert arguments(shared["code"])[2] == SHOWN
    assert shared["load"] is None
    plain = result(explorer, "share", {"state": {"query": "fine", "page": 3, "filters": {}}})
    assert plain["load"] == "rb.load('reviews', query='fine')"
    proposal = result(explorer, "propose", {"token": shared["token"]})
    assert proposal["mine"]
    assert proposal["state"] == SHOWN
    assert "film" in proposal["reading"]
    assert explorer.state == {}  # nothing is taken up unasked
    other = token.encode(Shared("reviews", "another", SHOWN))
    assert not result(explorer, "propose", {"token": other})["mine"]
    mine = token.decode(shared["token"]).fingerprint
    lacking = token.encode(
        Shared("reviews", mine, {"filters": {"metadata.gone": [1], "status": ["Edited"]}})
    )
    found = result(explorer, "propose", {"token": lacking})
    assert found["state"] == {"filters": {"status": ["Edited"]}}
    assert len(found["missing"]) == 1
    assert "metadata.gone" in found["missing"][0]
    assert "copy it again" in error(explorer, "propose", {"token": shared["token"][:-2]})["message"]


def changed(name: str, change: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of ``views`` for a change of that name."""
    return {"change": {"id": name, **change}}


def test_views_are_kept_with_the_dataset(
    live: LiveDataset, open_explorer: Callable[..., Explorer]
) -> None:
    """Saved in one explorer, a view is in the other's list, in Python, and after a new start."""
    first, second = open_explorer("dull", sort=[("score", "desc")]), open_explorer()
    first.save_view(" dull and sure ")
    views = rb.views("reviews")
    assert list(views) == ["dull and sure"]
    assert {"kind": "event", "event": "views", "version": second._told} in second.sent
    listed = result(second, "views", {"change": None})["views"]
    assert listed == [{"name": "dull and sure", "state": first.state, "missing": []}]
    save = {"do": "save", "name": "second", "state": {"query": "fine"}, "replace": False}
    assert len(result(second, "views", changed("1", save))["views"]) == 2
    assert "already" in error(second, "views", changed("2", {**save, "state": {}}))["message"]
    replaced = {**save, "state": {"query": "film", "page": 1}, "replace": True}
    assert result(second, "views", changed("3", replaced))["views"][1]["state"]["query"] == "film"
    rename = {"do": "rename", "name": "second", "to": "dull and sure"}
    assert "already" in error(second, "views", changed("4", rename))["message"]
    result(second, "views", changed("5", {**rename, "to": "other"}))
    delete = {"do": "delete", "name": "second"}
    assert "second" in error(second, "views", changed("6", delete))["message"]
    result(second, "views", changed("7", {**delete, "name": "other"}))
    assert dict(rb.views("reviews")) == {"dull and sure": first.state}
    assert rb.explore("reviews", view="dull and sure").state == first.state
    with pytest.raises(KeyError, match="dull and sure"):
        rb.explore("reviews", view="dull and sur")
    with pytest.raises(ValueError, match="not both"):
        rb.explore("reviews", view="dull and sure", state={})


def test_a_change_asked_for_again_is_made_once(explorer: Explorer) -> None:
    """Saved, renamed or deleted: asked again it is done, and tells the views of now."""
    save = {"do": "save", "name": "mine", "state": {}, "replace": False}
    rename = {"do": "rename", "name": "mine", "to": "ours"}
    delete = {"do": "delete", "name": "ours"}
    for number, (change, left) in enumerate(((save, "mine"), (rename, "ours"), (delete, None))):
        params = changed(str(number), change)
        for _ in range(2):
            names = [view["name"] for view in result(explorer, "views", params)["views"]]
            assert names == ([left] if left else [])
    rb.views("reviews")["other"] = {}
    (other,) = result(explorer, "views", changed("0", save))["views"]
    assert other["name"] == "other"


def test_a_view_whose_fields_are_gone_says_so(
    live: LiveDataset, open_explorer: Callable[..., Explorer]
) -> None:
    """Such a view stays in the list with what it lacks, and is refused in Python."""
    views = rb.views("reviews")
    views["old"] = {"filters": {"metadata.gone": ["a"]}}
    (listed,) = result(open_explorer(), "views", {"change": None})["views"]
    assert "metadata.gone" in listed["missing"][0]
    with pytest.raises(RequestError, match=r"the view 'old' does not fit.*metadata\.gone"):
        open_explorer(view="old")


def test_a_long_list_of_views_is_told_quickly(
    live: LiveDataset, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is read once, and a view is checked once, until the dataset has other fields."""
    views = rb.views("reviews")
    views["old"] = {"query": "film", "filters": {"metadata.gone": ["a"]}}
    for number in range(19):
        views[f"view {number}"] = {"query": f"number AND {number}", "sort": [["score", "desc"]]}
    reads: list[str] = []
    get, select = live.kept.get, Engine.select
    monkeypatch.setattr(live.kept, "get", lambda name: reads.append(name) or get(name))
    checked: list[object] = []
    monkeypatch.setattr(
        Engine, "select", lambda self, *q, **how: checked.append(q) or select(self, *q, **how)
    )
    first = result(explorer, "views", {"change": None})["views"]
    assert (len(first), len(reads)) == (20, 1)
    assert len(checked) >= 20
    rb.relabel("reviews", "positive", ids=["r1"])
    checked.clear()
    assert result(explorer, "views", {"change": None})["views"] == first
    assert checked == []
    views["new"] = {"query": "nonesuch:1"}
    changed_one = result(explorer, "views", {"change": None})["views"]
    assert changed_one[:-1] == first
    assert "nonesuch" in changed_one[-1]["missing"][0]
    assert set(checked) == {("nonesuch:1",)}
    record = rb.TextClassificationRecord(text="a", metadata={"gone": "a"})
    rb.log(record, "reviews", verbose=False)
    assert result(explorer, "views", {"change": None})["views"][0]["missing"] == []


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a" * 81, 3, "\ud800"])
def test_names_that_no_view_can_have(live: LiveDataset, name: Any) -> None:
    """A name is one line of 1 to 80 characters."""
    with pytest.raises(RequestError, match="name of the view"):
        rb.views("reviews")[name] = {}


@pytest.mark.parametrize(
    "stored", [[], "x", {"a": 1}, {"a": {"run": 1}}, {"\n": {}}, {"a": {"page": 0}}]
)
def test_views_that_somebody_else_wrote(live: LiveDataset, stored: Any) -> None:
    """What cannot be a view is left out of the list, and saving goes on."""
    live.kept.put("views", stored)
    views = rb.views("reviews")
    assert list(views) == []
    views["b"] = {"query": "fine"}
    assert dict(views) == {"b": {"query": "fine"}}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"change": 1},
        {"change": {"do": "delete", "name": "a"}},
        {"change": {"id": "1", "do": "run", "name": "a"}},
        {"change": {"id": "1", "do": "save", "name": "a", "state": {}}},
        {"change": {"id": "1", "do": "delete", "name": "a", "to": "b"}},
        {"change": {"id": "1", "do": "save", "name": "a", "state": {"x": 1}, "replace": True}},
    ],
)
def test_changes_that_are_none(explorer: Explorer, params: Any) -> None:
    """What the page cannot have meant is refused and changes nothing."""
    assert error(explorer, "views", params)["type"] == "RequestError"
    assert len(rb.views("reviews")) == 0


def test_every_error_is_of_the_package() -> None:
    """What is refused can be caught as the package's own."""
    with pytest.raises(RubrixWidgetError):
        token.decode("nothing")
