"""Metadata as typed columns: read by blocks, or record by record, the columns are the same."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rubrix_widget.columns import flatten, jsoncolumns, metadata

ZONES = st.integers(-1439, 1439).map(lambda at: dt.timezone(dt.timedelta(minutes=at)))
DATES = st.one_of(
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.datetimes(timezones=ZONES).map(lambda moment: moment.isoformat()),
    st.dates().map(str),
    st.from_regex(metadata._ISO_DATE, fullmatch=True, alphabet="0123456789-+:.,TZ "),
)
SCALARS = {
    "bool": st.booleans(),
    "int": st.integers(-3, 3),
    "wide": st.integers(),
    "number": st.one_of(st.floats(), st.integers(-(2**60), 2**60)),
    "text": st.text(max_size=3),
    "date": DATES,
    "dated": DATES.map(lambda date: {"$date": date}),
}
KEYS = st.sampled_from(["a", "b", "c", "a.b", "", "é", "$date"])


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> st.SearchStrategy[Any]:
    """Values of one kind, as the records of one dataset mostly have them."""
    kind = draw(st.sampled_from([*SCALARS, "list", "object", "anything"]))
    if kind == "list" or (kind == "object" and not depth):
        one = SCALARS[draw(st.sampled_from(list(SCALARS)))]
        return st.lists(st.one_of(one, st.none()) if draw(st.booleans()) else one, max_size=3)
    if kind == "object":
        return st.fixed_dictionaries({}, optional=draw(st.dictionaries(KEYS, values(depth - 1))))
    if kind == "anything":
        return st.recursive(
            st.one_of(st.none(), *SCALARS.values()),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
            max_leaves=3,
        )
    return SCALARS[kind]


@st.composite
def texts(draw: st.DrawFn) -> list[str | None]:
    """The metadata of some records, as JSON; a few keys, each mostly of one kind."""
    kinds = draw(st.dictionaries(KEYS, values(), max_size=3))
    one = st.fixed_dictionaries(
        {}, optional={key: st.one_of(kind, st.none()) for key, kind in kinds.items()}
    )
    found = draw(st.lists(st.one_of(one, st.none()), max_size=8))
    return [None if each is None else json.dumps(each, ensure_ascii=False) for each in found]


def described(columns: dict[str, pa.Array]) -> list[tuple[str, pa.DataType, str]]:
    return [(name, one.type, repr(one.to_pylist())) for name, one in columns.items()]


@given(texts(), st.integers(1, 4))
@example(['{"a": "2021-01-01T00:00:00+24:00"}'], 1)
@example(['{"a": "0000-01-01"}'], 1)
@example(['{"a": "0001-01-01T00:00+01:00"}'], 1)
@example(['{"a": "9999-12-31T23:59-01:00"}'], 1)
@example(['{"a": "2021-01-01T24:00"}'], 1)
@example(['{"a": "2021-01-01T10:00:60"}'], 1)
@example(['{"a": "2021-01-01T10:00Z", "b": "x"}', '{"b": "2021-01-01"}', "{}"], 2)
@example(['{"a": [1, null]}', '{"a": []}'], 1)
@example(['{"a": 1}', '{"a": 1.5}', '{"a": 9007199254740993}'], 1)
@example(['{"a": {"$date": null}}', '{"a": {"$date": "2021-01-01"}}'], 2)
@example(['{"a": {}}', '{"a": {"$date": "2021-01-01"}}'], 2)
@example(['{"b": 1, "a": 1}', '{"a": {"b": 1}, "a.b": 2}'], 1)
@example(['{"a": 1, "a": "x"}'], 1)
@example(['{\n "a": 1\n}', '{"a": "\\ud83d\\ude00\\n"}'], 1)
def test_reading_by_blocks_gives_what_reading_each_record_gives(
    lines: list[str | None], block: int
) -> None:
    """Keys, their order, types and values are those of looking at one record after the other."""
    column = pa.array(lines, pa.large_string())
    try:
        expected = described(metadata._read_singly(column))
    except Exception as error:
        with pytest.raises(type(error)):
            flatten(column)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsoncolumns, "_BLOCK", block)
        patch.setattr(jsoncolumns, "_LEARNT", 1)
        assert described(flatten(column)) == expected
        assert described(flatten(pa.chunked_array([column[:2], column[2:]]))) == expected


def test_what_first_appears_late_is_still_read_by_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rare key or a first fraction widens the types instead of costing a look at each record."""
    lines = [json.dumps({"n": i, "at": "2021-03-01"}) for i in range(500)]
    lines[321] = json.dumps({"n": 0.5, "rare": {"deep": "x"}})
    monkeypatch.setattr(metadata, "_read_singly", None)
    monkeypatch.setattr(jsoncolumns, "_BLOCK", 100)
    columns = flatten(pa.array(lines))
    assert {name: str(one.type) for name, one in columns.items()} == {
        "metadata.n": "double",
        "metadata.at": "timestamp[us]",
        "metadata.rare.deep": "large_string",
    }
    assert columns["metadata.n"][321].as_py() == 0.5
    assert columns["metadata.rare.deep"].null_count == 499
