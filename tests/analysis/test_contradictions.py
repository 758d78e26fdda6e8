"""Contradictions against what comparing every pair says."""

from __future__ import annotations

import time
import tracemalloc
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.analysis import sets as sets_module
from rubrix_widget.analysis import texts as texts_module
from rubrix_widget.analysis.source import source_of
from rubrix_widget.analysis.texts import texts_of
from rubrix_widget.index import tokens

words = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=9)
lines = st.lists(st.tuples(words, st.sampled_from(["x", "y", None]), st.booleans()), max_size=14)


def made(given_: list[Any]) -> rb.DatasetForTextClassification:
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=" ".join(one) or "…",
                id=number,
                annotation=label,
                metadata={"split": "train" if part else "test"},
            )
            for number, (one, label, part) in enumerate(given_)
        ]
    )


def contains(outer: list[str], inner: list[str]) -> bool:
    size = len(inner)
    return any(outer[at : at + size] == inner for at in range(len(outer) - size + 1))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(lines, st.sampled_from([0.4, 0.5, 0.8, 1.0]))
def test_pairs_are_those_of_comparing_every_two(given_: list[Any], similarity: float) -> None:
    """Identical, near and contained texts with another label, and texts in both parts."""
    found = analysis.contradictions(made(given_), similarity=similarity, contained=2, most=10**6)
    members: dict[tuple[str, ...], list[int]] = {}
    for number, (one, label, _) in enumerate(given_):
        if one and label is not None:
            members.setdefault(tuple(one), []).append(number)
    texts = [one for one, _, _ in given_]
    expected: dict[str, set[Any]] = {"near": set(), "contained": set()}
    for a, b in permutations(members, 2):
        if len({given_[number][1] for number in (*members[a], *members[b])}) < 2:
            continue
        ids = tuple(str(number) for number in (*members[a], *members[b]))
        earlier = texts.index(list(a)) < texts.index(list(b))
        if earlier and len({*a} & {*b}) / len({*a} | {*b}) >= similarity - 1e-9:
            expected["near"].add(ids)
        if len(b) > len(a) >= 2 and contains(list(b), list(a)):
            expected["contained"].add(ids)
    table = found.data["table"]
    for kind, pairs in expected.items():
        ids_ = table["ids"][table["kind"] == kind]
        assert {tuple(one) for one in ids_} == pairs, kind
        assert found.data["counts"][kind] == len(pairs)
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, one in enumerate(texts):
        if one:
            groups.setdefault(tuple(one), []).append(number)
    for kind, of in (("identical", 1), ("leakage", 2)):
        several = [
            {str(n) for n in group if given_[n][of] is not None}
            for group in groups.values()
            if len({given_[n][of] for n in group if given_[n][of] is not None}) > 1
        ]
        ids = table["ids"][table["kind"] == kind]
        assert sorted(map(sorted, several)) == sorted(sorted(one) for one in ids), kind
        assert found.data["counts"][kind] == len(several)


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(
    lines, st.sampled_from([0.4, 0.8]), st.sampled_from([1, 2, 3, 7]), st.sampled_from([0, 1, 3])
)
def test_portions_change_nothing(
    given_: list[Any], similarity: float, at_once: int, common: int
) -> None:
    """However little is looked at at once, and whatever is called common: the same is found."""
    data, asked = made(given_), {"similarity": similarity, "contained": 1, "most": 5}
    whole = analysis.contradictions(data, **asked).data
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts_module, "_AT_ONCE", at_once)
        patch.setattr(texts_module, "_COMMON", common)
        patch.setattr(sets_module, "_ROWS", 2)
        patch.setattr(sets_module, "_DENSE", common)
        patch.setattr(sets_module, "_TABLE", 8 * at_once)
        found = analysis.contradictions(data, **asked).data
    assert found["counts"] == whole["counts"]
    pd.testing.assert_frame_equal(found["table"], whole["table"])


def phrase(n: int) -> list[str]:
    """A text that stands in all others."""
    return ["thank you so much", *(f"thank you so much dear number{k}" for k in range(n))]


def numbered(n: int) -> list[str]:
    """Texts that differ in one word, which no other has."""
    base = " ".join(f"w{k}" for k in range(30))
    return [f"{base} order{k}" for k in range(n)]


def filled(n: int) -> list[str]:
    """Texts that differ in two words, which others have too."""
    base = " ".join(f"w{k}" for k in range(60))
    return [f"a{k % 50} {base} b{k // 50}" for k in range(n)]


def growing(n: int) -> list[str]:
    """Texts of which each goes on with the one before."""
    return [" ".join(f"w{k % 97}" for k in range(size + 4)) for size in range(n)]


def repeating(n: int) -> list[str]:
    """One word, more and more often."""
    return [" ".join("a" * (size + 4)) for size in range(n)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("texts", "near", "within"),
    [
        (phrase(30_000), 0, 15_000),
        (numbered(30_000), 15_000**2, 0),
        (filled(2400), 1200**2, 0),
        (growing(600), None, 300**2),
        (repeating(300), 150**2, 150**2),
    ],
    ids=["phrase", "numbered", "filled", "growing", "repeating"],
)
def test_many_pairs_need_no_more_memory(texts: list[str], near: int | None, within: int) -> None:
    """Pairs in the square of the texts are counted to the last, told of meanwhile, and not held."""
    data = made([([text], "xy"[n % 2], True) for n, text in enumerate(texts)])
    source_of(data, None, "notebook").engine.select("a")
    shares: list[float] = []
    tracemalloc.start()
    found = analysis.contradictions(data, most=10, progress=shares.append).data
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert near is None or found["counts"]["near"] == near
    assert found["counts"]["contained"] == within
    assert peak < 100e6
    assert shares == sorted(shares)


def test_a_text_of_a_megabyte_is_one_text() -> None:
    """Among short ones, with a short one within it many times."""
    long = [f"w{n * n % 30_011}" for n in range(150_000)]
    given_ = [(long, "x", True), (long[500:510], "y", True), ([*long, "end"], "y", True)]
    given_ += [(["a"] * 50_000, "x", True), (["a"] * 6, "y", True)]
    found = analysis.contradictions(made(given_), most=10).data
    assert found["counts"] == {"identical": 0, "near": 2, "contained": 3, "leakage": 0}


def test_the_query_of_a_row_finds_its_records() -> None:
    """Whatever the ids are."""
    records = [
        rb.TextClassificationRecord(text="A fine film!", id='a "b" OR c', annotation="good"),
        rb.TextClassificationRecord(text="a fine film", id="d:e", annotation="bad"),
    ]
    data = rb.DatasetForTextClassification(records)
    (row,) = analysis.contradictions(data).data["table"].itertuples()
    engine = source_of(data, None, "notebook").engine
    assert engine.select(row.query).count == 2
    assert row.ids == ['a "b" OR c', "d:e"]


def test_each_kind_is_told_in_full_and_shown_in_part() -> None:
    """`most` bounds the rows, never the counts."""
    given_ = [(["a", chr(98 + n)], label, True) for n in range(10) for label in ("x", "y")]
    found = analysis.contradictions(made(given_), most=3).data
    assert found["counts"]["identical"] == 10
    assert (found["table"]["kind"] == "identical").sum() == 3
    with pytest.raises(ValueError, match="similarity is 2"):
        analysis.contradictions(made(given_), similarity=2)


def test_a_large_group_is_counted_in_full_and_named_in_part() -> None:
    """Of 60 records with one text the row tells 60, and names the first 50; its query finds 60."""
    data = made([(["a"], "xy"[n % 2], True) for n in range(60)])
    found = analysis.contradictions(data).data
    (row,) = found["table"].itertuples()
    assert (row.records, row.ids) == (60, [str(n) for n in range(50)])
    assert source_of(data, None, "notebook").engine.select(row.query).count == 60


def test_pairs_of_large_groups_name_records_of_both() -> None:
    """Of 40 records with the one text and 40 with the other, 25 of each are named."""
    longer = ["a", "b", "c", "d", "e"]
    given_ = [(longer[:4], "x", True)] * 40 + [(longer, "y", True)] * 40
    found = analysis.contradictions(made(given_)).data
    assert found["counts"] == {"identical": 0, "near": 0, "contained": 1, "leakage": 0}
    (row,) = found["table"].itertuples()
    assert (row.records, row.ids) == (80, [str(n) for n in (*range(25), *range(40, 65))])


def test_texts_made_to_have_one_hash_are_told_apart() -> None:
    """Thue and Morse's words have the same polynomial hash modulo 2**64 as with letters changed."""
    word = [0]
    for _ in range(10):
        word += [1 - one for one in word]
    texts = [["ab"[one] for one in word], ["ba"[one] for one in word]]
    given_ = [(texts[0], "x", True), (texts[1], "y", True), (["c", *texts[1]], "x", True)]
    data = made([*given_, (texts[1], "y", False)])
    found = analysis.contradictions(data, similarity=1).data
    assert found["counts"] == {"identical": 0, "near": 1, "contained": 1, "leakage": 1}
    table = found["table"].set_index("kind")
    assert table.loc["contained", "ids"] == ["1", "3", "2"]
    assert table.loc["leakage", "ids"] == ["1", "3"]


@pytest.mark.slow
def test_thousands_of_identical_texts_are_one_text() -> None:
    """Pairs are of different texts, so that 20,000 records with one text are no 200 million."""
    longer = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]
    given_ = [(longer[:10], "xy"[n % 2], True) for n in range(20_000)]
    found = analysis.contradictions(made([*given_, (longer, "x", True)])).data
    assert found["counts"] == {"identical": 1, "near": 1, "contained": 1, "leakage": 0}
    assert found["texts"] == 2


def test_work_is_told_of_and_can_be_ended() -> None:
    """Shares of the work rise to 1; an error from who is told of it ends it."""
    given_ = [([chr(97 + n % 5), "b", "c", chr(97 + n % 7)], "xy"[n % 2], True) for n in range(50)]
    shares: list[float] = []
    analysis.contradictions(made(given_), progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1

    def end(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        analysis.contradictions(made(given_), progress=end)


def test_words_are_hashed_wherever_they_stand() -> None:
    """The same stretch has one hash at the start, in the middle and at the end of a text."""
    given_ = [(["a", "b", "c"], "x", True), (["d", "a", "b", "c", "e"], "y", True)]
    source = source_of(made(given_), None, "notebook")
    texts = texts_of(source.engine, np.ones(2, bool))
    ((inner, outer),) = texts.within(3)
    assert (inner.tolist(), outer.tolist()) == ([0], [1])


@pytest.mark.parametrize(
    ("name", "label", "similarity"),
    [
        ("sst2", "label", 0.6),
        ("banking77", "label", 0.8),
        ("goemotions", "labels", 0.55),
        ("sst5_bert", "label", 0.5),
    ],
)
def test_real_texts_are_all_compared(
    shared_data: Path, name: str, label: str, similarity: float
) -> None:
    """Of 2,000 real texts every pair is found that comparing each with each finds."""
    given_ = pq.read_table(shared_data / f"{name}.parquet", columns=["text", label]).to_pylist()
    chosen = np.random.default_rng(1).permutation(len(given_))[:2000]
    records = [
        rb.TextClassificationRecord(
            text=given_[at]["text"],
            id=int(at),
            annotation=given_[at][label],
            multi_label=label == "labels",
        )
        for at in chosen
    ]
    data = rb.DatasetForTextClassification(records)
    found = analysis.contradictions(data, similarity=similarity, most=10**6).data
    groups: dict[tuple[str, ...], set[Any]] = {}
    for record in records:
        words_ = tuple(token.text for token in tokens(record.text))
        groups.setdefault(words_, set()).add(str(record.annotation))
    texts = [one for one in groups if one]
    sets = [frozenset(one) for one in texts]
    near = contained = 0
    spaced = [f" {' '.join(one)} " for one in texts]
    for one, other in combinations(range(len(texts)), 2):
        if len(groups[texts[one]] | groups[texts[other]]) < 2:
            continue
        shared = len(sets[one] & sets[other])
        near += shared >= similarity * (len(sets[one]) + len(sets[other]) - shared) - 1e-9
        inner, outer = sorted((one, other), key=lambda at: len(texts[at]))
        contained += 4 <= len(texts[inner]) < len(texts[outer]) and spaced[inner] in spaced[outer]
    assert found["texts"] == len(texts)
    assert (found["counts"]["near"], found["counts"]["contained"]) == (near, contained)
    assert found["counts"]["identical"] == sum(len(groups[one]) > 1 for one in texts)


@pytest.mark.slow
def test_templates_and_few_words_are_compared_in_no_time() -> None:
    """Thousands of texts that share all words but one, or the words of a small vocabulary.

    Each with each they were minutes, and gigabytes of pairs: as many are counted, `most` are told.
    """
    template = [(f"the price of item{n} as soon as you can please".split(), n) for n in range(9000)]
    random = np.random.default_rng(0)
    small = [(random.choice([*"abcde"], random.integers(3, 12)).tolist(), n) for n in range(9000)]
    for given_ in (template, small):
        labelled = [(one, "xy"[n % 2], True) for one, n in given_]
        began = time.perf_counter()
        found = analysis.contradictions(made(labelled), most=10).data
        assert time.perf_counter() - began < 20
        assert (found["table"]["kind"] == "near").sum() == min(10, found["counts"]["near"])
    texts: dict[str, set[str]] = {}
    for one, label, _ in labelled:
        texts.setdefault(" ".join(one), set()).add(label)
    sets: dict[frozenset[str], list[set[str]]] = {}
    for text, labels in texts.items():
        sets.setdefault(frozenset(text.split()), []).append(labels)
    expected = sum(
        len(one | other) > 1 for group in sets.values() for one, other in combinations(group, 2)
    )
    assert found["counts"]["near"] == expected  # of five words, four are no nine tenths
