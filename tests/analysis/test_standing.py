"""Where words and pairs of words stand, against counting them one by one."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.analysis import standing
from rubrix_widget.analysis.source import source_of
from rubrix_widget.analysis.texts import texts_of
from rubrix_widget.engine import Engine
from rubrix_widget.index import running_words

texts = st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), min_size=1, max_size=12)


def records(texts_: list[list[str]], start: int = 0) -> rb.DatasetForTextClassification:
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(text=" ".join(one) or "…", id=start + number)
            for number, one in enumerate(texts_)
        ]
    )


def counted(texts_: list[list[str]], chosen: list[bool], size: int, least: int) -> dict[Any, Any]:
    """Return the records of each run of words that some records have so often."""
    runs: dict[Any, list[int]] = defaultdict(list)
    for number, one in enumerate(texts_):
        for at in range(len(one) - size + 1 if chosen[number] else 0):
            runs[tuple(one[at : at + size])].append(number)
    return {run: sorted(set(held)) for run, held in runs.items() if len(held) >= least}


def check(engine: Engine, texts_: list[list[str]], chosen: list[bool], least: int) -> None:
    """Hold what is found to what is counted; what stands less often may be there or not."""
    field = engine.corpus["text"]
    tokens, size = running_words(field), len(field.lexicon)
    for length, stand in ((1, standing.words), (2, standing.pairs)):
        found = stand(tokens, size, np.array(chosen), least)
        held: dict[Any, list[int]] = defaultdict(list)
        for code, record in zip(found.codes.tolist(), found.records.tolist(), strict=True):
            first, second = divmod(int(found.kinds[code]), size)
            places = [second] if first == 0 else [first - 1, second]
            held[tuple(field.lexicon[one].as_py() for one in places)].append(record)
        expected = counted(texts_, chosen, length, least)
        every = counted(texts_, chosen, length, 1)
        assert expected.keys() <= held.keys()
        assert all(every[run] == there for run, there in held.items())


@settings(max_examples=150, deadline=None)
@given(texts, st.data(), st.integers(1, 4))
def test_words_and_pairs_stand_where_they_are_read(
    texts_: list[list[str]], data: Any, least: int
) -> None:
    """Each record once, of those chosen, with all that stands often enough."""
    chosen = data.draw(st.lists(st.booleans(), min_size=len(texts_), max_size=len(texts_)))
    engine = source_of(records(texts_), None, "notebook").engine
    check(engine, texts_, chosen, least)


def test_parts_that_were_logged_apart_are_read_as_one(home: Path) -> None:
    """Words are neighbours in one text only, also where a part ends; who is deleted has none."""
    first, second = [["a", "b"], ["b", "c", "b"], ["a"]], [["b", "a"], ["c"], ["b", "c", "b"]]
    rb.log(records(first), "parts", verbose=False)
    rb.log(records(second, 3), "parts", verbose=False)
    rb.delete_records("parts", "id:1")
    source = source_of("parts", None, "notebook")
    kept = [first[0], first[2], *second]
    assert source.engine.n == len(kept)
    check(source.engine, kept, [True] * len(kept), 1)
    found = texts_of(source.engine, np.ones(len(kept), bool))
    assert found.records.tolist() == list(range(len(kept)))
    assert found.sizes.tolist() == [len(one) for one in kept]
