"""What corrections change, and findings as sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.metrics.pairing import paired_difference
from tests.analysis.made import Tags

LABELS = ["good", "bad", "so-so"]


def made(n: int = 90) -> list[rb.TextClassificationRecord]:
    return [
        rb.TextClassificationRecord(
            text=f"film {number} {'fine' if number % 2 else 'dull'}",
            id=number,
            prediction=[(LABELS[number % 3], 0.9)],
            annotation=LABELS[number % 3 if number % 5 else (number + 1) % 3],
        )
        for number in range(n)
    ]


def test_scores_before_and_after_are_those_of_both_datasets(home: Path) -> None:
    """As if the annotations as logged and those of now were two datasets."""
    rb.log(made(), "d", verbose=False)
    rb.relabel("d", "good", query="annotated_as:bad AND predicted_as:good", reason="read again")
    rb.relabel("d", None, ids=[1, 2])
    found = analysis.what_if("d").data
    then = [one for one in made() if one.id not in (1, 2)]
    before = analysis.scores(rb.DatasetForTextClassification(then)).data
    after = analysis.scores("d").data
    for name, row in found["table"].iterrows():
        assert row["before"] == pytest.approx(before[name])
        assert row["after"] == pytest.approx(after[name])
        assert row["low"] <= row["difference"] <= row["high"]
        assert row["n"] == before["n"]
    every = {*before} - {"n", "low", "high", "labels", "rest", "few", "intervals"}
    assert set(found["table"].index) == every
    assert {label for label, _ in found["labels"].index} == {*before["labels"], *after["labels"]}
    for (label, name), row in found["labels"].iterrows():
        assert row["before"] == pytest.approx(before["labels"][label][name])
        assert row["after"] == pytest.approx(after["labels"][label][name])
        assert row["low"] <= row["difference"] <= row["high"]
    assert found["labels"].loc[("good", "recall"), "n"] == sum(
        one.prediction[0][0] == "good" or one.annotation == "good"
        for one in rb.load("d")
        if one.annotation
    )
    assert (found["n"], found["removed"], found["broken"]) == (88, 2, 0)
    assert found["fixed"] == found["changed"] == 6


@pytest.mark.parametrize("agent", [None, "a", "b"])
def test_each_number_of_what_corrections_change_has_the_query_of_its_records(
    home: Path, agent: str | None
) -> None:
    """Of those put right and wrong, annotated otherwise, only now, no longer; and of each label."""
    rb.log(
        [
            rb.TextClassificationRecord(
                text=one.text,
                id=one.id,
                prediction={"a": one.prediction, "b": [(LABELS[one.id % 2], 0.8)]},
                annotation=one.annotation if one.id % 7 else None,
            )
            for one in made()
        ],
        "d",
        verbose=False,
    )
    rb.relabel("d", "good", query="annotated_as:bad AND predicted@a:ko")
    rb.relabel("d", "bad", ids=[3, 7, 14, 16])
    rb.relabel("d", None, ids=[1, 2, 4])
    found = analysis.what_if("d", agent=agent).data
    assert set(found["queries"]) == {"n", "changed", "fixed", "broken", "added", "removed"}
    for name, query in found["queries"].items():
        assert rb.count("d", query) == found[name] > 0, name
    for label, row in found["labels"].iterrows():
        assert rb.count("d", row["query"]) == row["n"] > 0, label


def test_nothing_changed_is_no_difference(home: Path) -> None:
    """Every difference is 0, and so are its ends: the draws are paired."""
    rb.log(made(), "d", verbose=False)
    found = analysis.what_if("d").data
    for table in (found["table"], found["labels"]):
        assert len(table)
        assert not table[["difference", "low", "high"]].to_numpy().any()
    analysis.what_if("d", "text:nothing").visualize().to_dict()


def test_few_records_all_put_right_are_not_certain(home: Path) -> None:
    """The bootstrap draws the same each time; Newcombe's interval has a width."""
    records = [
        rb.TextClassificationRecord(text=str(n), id=n, prediction=[("a", 1)], annotation="b")
        for n in range(3)
    ]
    rb.log(records, "d", verbose=False)
    rb.relabel("d", "a", query="*")
    found = analysis.what_if("d").data
    row = found["table"].loc["accuracy"]
    assert (row["difference"], row["high"]) == (1, 1)
    assert row["low"] == pytest.approx(paired_difference(0, 0, 3, 0)[0])
    assert row["low"] < 0.9
    for row in (found["table"].loc["f1_macro"], found["labels"].loc[("a", "f1")]):
        assert row["difference"] == 1
        assert row["low"] < 0.9


def test_the_sentence_has_the_numbers(home: Path) -> None:
    """Rate, interval, records, and how many times the rest."""
    rb.log(made(), "d", verbose=False)
    found = rb.report("d", "predicted:ko OR text:dull")
    assert found.sentence.startswith("wrong on 33.3 % of the 54 records matching predicted:ko")
    assert "(95 % CI 22.2–46.6)" in found.sentence
    assert found.sentence.endswith("none of the other 36 records is")
    assert rb.report("d", "text:dull").data["times"] == pytest.approx(1.0)
    assert rb.report("d", "text:dull").sentence.endswith("1.0 times the rest, which may be chance")
    assert "no record matching text:nothing" in rb.report("d", "text:nothing").sentence
    assert [one for *_, one in found.table] == pytest.approx([1 / 3] * 3)


def sentence(*groups: tuple[str, int, int], query: str | None = None, **options: Any) -> str:
    """Return the report's sentence of records with a word each, of which so many are wrong."""
    records = [
        rb.TextClassificationRecord(
            text=f"{word} {number}",
            prediction={"gpt": [("bad" if number < wrong else "good", 0.9)], "b": [("good", 0.8)]},
            annotation="good",
        )
        for word, wrong, n in groups
        for number in range(n)
    ]
    return rb.report(rb.DatasetForTextClassification(records), query, **options).sentence


@pytest.mark.slow
def test_the_sentence_is_english_whatever_the_numbers() -> None:
    """One record is no records, nothing is not 1.0 times of anything, and few is not none."""
    few, rest = ("few", 0, 1), ("rest", 10, 40)
    begins = "wrong on 0.0 % of the 1 record matching text:few (95 % CI 0.0–79.3)"
    assert sentence(few, rest, query="text:few") == (
        f"{begins}, beside 25.0 % of the other 40 records, which may be chance"
    )
    assert sentence(few, query="text:few") == begins
    assert (
        sentence(few, ("rest", 0, 1), query="text:few")
        == f"{begins}; the other record is not either"
    )
    assert sentence(few, ("rest", 0, 9), query="text:few") == (
        f"{begins}; none of the other 9 records is either"
    )
    assert sentence(rest, few, query="text:rest", agent="gpt") == (
        "predictions of gpt are wrong on 25.0 % of the 40 records matching text:rest "
        "(95 % CI 14.2–40.2); the other record is not, which may be chance"
    )
    assert sentence(("few", 1, 30_000)) == (
        "wrong on 0.003 % of the 30,000 records (95 % CI 0.001–0.02)"
    )
    many = ("many", 14_400, 20_000), ("rest", 15_000, 20_000)
    assert sentence(*many, query="text:many").endswith("(95 % CI 71.4–72.6), 0.96 times the rest")
    assert sentence(few, query="text:gone") == "there is no record matching text:gone"


def test_examples_are_told_as_all_where_none_is_left_out() -> None:
    """Nothing was drawn then; and without examples there is no table of them."""
    data = rb.DatasetForTextClassification(made())
    assert rb.report(data, examples=100).sampled == "All 18 wrong records"
    assert rb.report(data, "id:0").sampled == "The one wrong record"
    bare = rb.report(data, examples=0)
    assert "wrong records" not in bare.markdown + bare.html
    assert bare.html.count("<table>") == 1


def test_the_sentence_tells_what_is_not_counted() -> None:
    """Records that match and have no annotation cannot be wrong, and are told by number."""
    bare = [rb.TextClassificationRecord(text=f"dull {n}", prediction=[("a", 1)]) for n in range(4)]
    found = rb.report(rb.DatasetForTextClassification([*made(), *bare]), "text:dull")
    assert found.data["left_out"] == 4
    assert found.sentence.endswith("; 4 more have no annotation or no prediction")
    assert rb.report(
        rb.DatasetForTextClassification([*made(), *bare[:1]]), "text:dull"
    ).sentence.endswith("; 1 more has no annotation or no prediction")


def test_examples_are_a_seeded_draw_of_wrong_records(home: Path) -> None:
    """The same seed draws the same, another one others; all are wrong, none twice."""
    rb.log(made(), "d", verbose=False)
    one, again, other = (rb.report("d", seed=seed, examples=6) for seed in (1, 1, 2))
    ids = [[line[0] for line in report.examples] for report in (one, again, other)]
    assert ids[0] == ids[1] != ids[2]
    assert len(set(ids[0])) == 6
    assert all(annotated != predicted for _, annotated, predicted, _, _ in one.examples)
    assert "6 of the 18 wrong records, drawn at random (seed 1)" in one.markdown.replace("\\", "")
    assert len(rb.report("d", examples=100).examples) == 18
    with pytest.raises(ValueError, match="examples is -1"):
        rb.report("d", examples=-1)


def test_records_stay_text_in_the_report() -> None:
    """Tags, pipes, links and line breaks of texts, labels and ids are shown, never meant."""
    nasty = "<img src=x onerror=alert(1)> | [a](javascript:b)\n# title `c`"
    record = rb.TextClassificationRecord(
        text=nasty, id=nasty, prediction=[(nasty, 0.9)], annotation="<b>good</b>"
    )
    found = rb.report(rb.DatasetForTextClassification([record]), "predicted:ko")
    tags = Tags()
    tags.feed(found.html)
    assert tags.found == {"section", "h2", "p", "table", "thead", "tbody", "tr", "th", "td"}
    rows = [line for line in found.markdown.splitlines() if line.startswith("|")]
    unescaped = [line.replace("\\|", "") for line in rows]
    assert {line.count("|") for line in unescaped} == {5, 6}
    assert "<img" not in found.markdown.replace("\\<", "")
    assert "](java" not in found.markdown
    assert np.isclose(found.data["rate"], 1.0)
