"""Merging segments: the result is the index of the texts that stay, as if built anew."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rubrix_widget.index import Segment, merge

TEXT = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.lists(st.sampled_from(["a", "b", "film", "Film", "é", "well-acted", "Ab"]), max_size=6).map(
        " ".join
    ),
)
INPUTS = ("text", "title", "a")


@st.composite
def parts(draw: st.DrawFn) -> list[tuple[dict[str, list[str | None]], list[bool] | None]]:
    """Records in some parts, each with inputs of its own, and which of them are still there."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        names = draw(st.lists(st.sampled_from(INPUTS), min_size=1, unique=True))
        size = draw(st.integers(0, 5))
        lines = st.lists(TEXT, min_size=size, max_size=size)
        texts = {name: draw(lines) for name in names}
        mask = st.lists(st.booleans(), min_size=size, max_size=size)
        found.append((texts, draw(st.one_of(st.none(), mask))))
    return found


def built(texts: dict[str, list[str | None]]) -> Segment:
    return Segment.build({name: pa.array(one, pa.large_string()) for name, one in texts.items()})


@settings(max_examples=50)
@given(parts())
@example([({"text": ["gone", "b"]}, [False, True]), ({"title": ["b", None]}, None)])
@example([({"text": ["a"]}, [False]), ({"text": []}, [])])
def test_merged_segments_equal_the_index_of_the_texts_that_stay(
    parts: list[tuple[dict[str, list[str | None]], list[bool] | None]],
) -> None:
    """Every array of every field is that of a build over all live texts, types included."""
    names = list(dict.fromkeys(name for texts, _ in parts for name in texts))
    whole: dict[str, list[str | None]] = {name: [] for name in names}
    sources = []
    for texts, live in parts:
        size = len(next(iter(texts.values())))
        for name in names:
            column = texts.get(name, [None] * size)
            whole[name] += [one for at, one in enumerate(column) if live is None or live[at]]
        sources.append((built(texts), None if live is None else np.array(live, bool)))
    expected, merged = built(whole), merge(sources, names)
    assert (merged.records, merged.fields) == (expected.records, expected.fields)
    for name in expected.fields:
        one, other = expected.arrays[name], merged.arrays[name]
        for array in dataclasses.fields(one):
            content, found = (np.asarray(getattr(field, array.name)) for field in (one, other))
            np.testing.assert_array_equal(content, found, f"{name}.{array.name}")
            assert content.dtype == found.dtype


def test_a_merged_segment_of_opened_ones_can_be_saved(tmp_path: Path) -> None:
    """Mapped arrays serve as sources, and the result is written and opened as any other."""
    for number, text in enumerate(["a fine film", "not fine"]):
        built({"text": [text, None]}).save(tmp_path / str(number))
    opened = [(Segment.open(tmp_path / str(number)), None) for number in range(2)]
    told: list[float] = []
    merge(opened, ["text"], progress=told.append).save(tmp_path / "merged")
    field = Segment.open(tmp_path / "merged").arrays["text"]
    assert field.values_of(field.find("fine") or 0).tolist() == [0, 2]
    assert told[-1] == 1
