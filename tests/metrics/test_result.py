"""What a result prints of itself."""

from __future__ import annotations

import numpy as np

import rubrix_widget as rb
from rubrix_widget import analysis
from tests.analysis.made import Tags


def made(n: int, label: str = "good") -> rb.DatasetForTextClassification:
    """Return records that are wrong every fourth time."""
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=f"film {number}",
                annotation=label if number % 2 else "bad",
                prediction=[("bad" if number % 4 == 1 else label if number % 2 else "bad", 0.9)],
            )
            for number in range(n)
        ]
    )


def test_a_result_prints_its_numbers_with_their_intervals_and_its_table() -> None:
    """In text and in HTML: what was measured, on how many, each value, each label."""
    found = analysis.scores(made(40))
    text = repr(found).splitlines()
    low, high = found.data["intervals"]["accuracy"]
    assert text[0] == "Scores of 40 records in the dataset"
    assert text[1] == f"  accuracy: 0.75 ({low:.4g} – {high:.4g})"
    assert [line.split()[0] for line in text[-2:]] == ["bad", "good"]
    assert text[-2].split()[-2:] == ["20", "30"]
    shown = found._repr_html_()
    assert f"accuracy: 0.75 ({low:.4g} – {high:.4g})" in shown
    assert "<th>good</th>" in shown


def test_what_is_not_printed_is_told() -> None:
    """Of a long table the first rows, and how many there are."""
    found = analysis.label_errors(made(40))
    assert repr(found).endswith("(the first 10 of 40 rows; all in .data['table'])")
    assert "the first 10 of 40 rows" in found._repr_html_()
    assert "identical 0, near 0" in repr(analysis.contradictions(made(4)))


def test_scores_print_how_they_differ_from_the_rest() -> None:
    """With the interval of the difference, and whether it may be chance."""
    text = repr(analysis.scores(made(40), "annotated_as:good"))
    found = analysis.scores(made(40), "annotated_as:good").data["rest"]
    said = f"-0.5 ({found['low']:+.4g} – {found['high']:+.4g}) to the 1 of the other 20 records"
    assert f"  accuracy beside the rest: {said}\n" in text
    text = repr(analysis.scores(made(6), "annotated_as:good"))
    assert "of the other 3 records, which may be chance" in text


def test_nothing_measured_prints_too() -> None:
    """Without records there are numbers that are none, and no table."""
    text = repr(analysis.scores(made(4), "text:nothing"))
    assert "accuracy: nan" in text
    assert "of 0 records" in text


def test_labels_and_queries_stay_text_in_a_notebook() -> None:
    """Tags in labels, texts and queries are shown, never meant."""
    nasty = "<img src=x onerror=alert(1)>"
    data = made(8, nasty)
    for found in (
        analysis.scores(data),
        analysis.confusion_matrix(data, f'annotated_as:"{nasty}"'),
        analysis.label_errors(data),
    ):
        tags = Tags()
        tags.feed(found._repr_html_())
        assert "img" not in tags.found
        assert "&lt;img" in found._repr_html_()


def test_records_in_memory_need_no_ids() -> None:
    """Their rows have no query; nothing else is amiss."""
    data = made(8)
    assert analysis.label_errors(data).data["table"]["query"].isna().all()
    texts = [rb.TextClassificationRecord(text="a film", annotation=one) for one in ("x", "y")]
    found = analysis.contradictions(rb.DatasetForTextClassification(texts)).data["table"]
    assert found["query"].tolist() == [None]
    assert rb.report(data).examples[0][0] == ""
    assert "| id |" in rb.report(data).markdown


def test_a_report_draws_both_rates() -> None:
    """The records and all others, each with its interval and how many they are."""
    chart = rb.report(made(40), "annotated_as:good").visualize().to_dict()
    (values,) = chart["datasets"].values() if "datasets" in chart else (chart["data"]["values"],)
    assert [(one["label"], one["value"], one["records"]) for one in values] == [
        ("these records", 0.5, 20),
        ("all others", 0.0, 20),
    ]
    assert all(one["low"] <= one["value"] <= one["high"] for one in values)
    assert np.isclose(values[1]["high"], 0.1611, atol=1e-4)
