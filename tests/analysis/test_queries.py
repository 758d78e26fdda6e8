"""Every query that an analysis answers with finds just the records that it counts.

Whatever the labels, words, ids and metadata are, and whether records have an annotation and a
prediction or not.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.analysis.source import source_of
from rubrix_widget.engine import Engine

# Values that mean something in the query language, or look like others.
HOSTILE = [
    *('"', "\\", "*", "?", "~", "AND", "a\nb", " ", "\t", "\u200b", "/re/", "*a*", "x:y", "a@b"),
    *("é", "e\u0301", "Good", "good", "GOOD ", 'a" OR "b', "[1 TO 2]", "true", "null", "1", "1.0"),
    *("0.5", "ﬁ", "fi", "ß", "ss", "it's"),
]
TEXTS = [
    *("!!!", "a b c", "don't stop", "don’t stop", "very dull", "VERY Dull.", "ſtraße", "İstanbul"),
    *("a_b c-d", "3.14 x", "@user #tag", "日本語 テスト", "👍 ok", "and or not", "AND OR NOT"),
    *("to be * ?", '"quoted" text', "back\\slash", "a\u0301 b", "á b", "http://a.b/c?d=e"),
    *("ｆｕｌｌ width", "e\u200bf", "x" * 600 + " y"),
]
QUERIES = [None, "annotated_as:*", "score:>0.5", "metadata.yes:true", "predicted:ok", "text:none"]


def prediction(draw: random.Random, labels: list[str], multi: bool) -> Any:
    names = draw.sample(labels, draw.randint(0 if multi else 1, 4))
    if multi:
        return [(name, draw.choice([0.0, 0.5, 0.51, 1.0, draw.random()])) for name in names]
    if draw.random() < 0.3:
        return [(names[0], 1.0)]
    parts = [draw.random() + 1e-6 for _ in names]
    scores = ((name, part / sum(parts)) for name, part in zip(names, parts, strict=True))
    return sorted(scores, key=lambda one: -one[1])


def made(seed: int, *, multi: bool, n: int = 200) -> rb.DatasetForTextClassification:
    """Return records of two agents with hostile values; some have no annotation or prediction.

    The first agent is mostly right but where the metadata have one of two values.
    """
    draw = random.Random(seed)
    labels = draw.sample(HOSTILE, 8)
    records = []
    for number in range(n):
        given = {
            agent: prediction(draw, labels, multi)
            for agent in ('a "b"', "x:*")
            if draw.random() < 0.85
        }
        annotation: Any = draw.sample(labels, draw.randint(0, 3)) if multi else draw.choice(labels)
        value = draw.choice(HOSTILE[:4] * 6 + HOSTILE)
        first = next(iter(given.values()), None)
        if first is not None and value not in HOSTILE[:2] and draw.random() < 0.8:
            annotation = [name for name, score in first if score > 0.5] if multi else first[0][0]
        metadata = {
            "k y": value,
            "n": draw.choice([1, 2, 3, 2**53 + 1, -1]),
            "f": draw.random() * 10 ** draw.randint(-5, 5),
            "yes": draw.random() < 0.5,
            "split": draw.choice(["train", "test"]),
        }
        records.append(
            rb.TextClassificationRecord(
                text=" ".join(draw.choice(TEXTS) for _ in range(draw.randint(1, 4))),
                id=f"{draw.choice(HOSTILE)}{number}",
                prediction=given or None,
                annotation=annotation if draw.random() < 0.85 else None,
                multi_label=multi,
                metadata=metadata if draw.random() < 0.8 else {},
            )
        )
    return rb.DatasetForTextClassification(records)


@dataclass
class Asked:
    """Records of a query, of which further queries are counted."""

    data: rb.DatasetForTextClassification
    query: str | None
    dialect: Any

    def __post_init__(self) -> None:
        source = source_of(self.data, self.query, self.dialect)
        self.engine: Engine = source.engine
        self.within = source.hits.mask
        right = self.engine.columns.predicted
        self.judged, self.wrong = self.within & (right >= 0), self.within & (right == 0)

    def count(self, query: str, among: Any = None) -> int:
        found = self.engine.select(query, dialect=self.dialect).mask
        return int((found & (self.within if among is None else among)).sum())

    def of(self, measure: Any, **options: Any) -> Any:
        return measure(self.data, self.query, dialect=self.dialect, **options).data

    def rows(self, table: Any) -> Any:
        """Return the lines of a table, of which there are some where all records are asked of."""
        assert self.query is not None or len(table)
        return table.itertuples()


@pytest.fixture(params=QUERIES)
def asked(request: pytest.FixtureRequest, multi: bool, dialect: str, seed: int) -> Asked:
    return Asked(made(seed, multi=multi), request.param, dialect)


pytestmark = [
    pytest.mark.parametrize("seed", [1]),
    pytest.mark.parametrize("dialect", ["notebook", "lucene"]),
    pytest.mark.parametrize("multi", [False, True]),
]


def test_cells_of_the_matrix(asked: Asked) -> None:
    """Annotated as one label and predicted as another, or as one of several in both."""
    found = asked.of(analysis.confusion_matrix)
    for row, counts in found["counts"].iterrows():
        for column, count in counts.items():
            query = found["queries"].loc[row, column]
            assert asked.count(query) == count, query


def test_words(asked: Asked) -> None:
    """Of the wrong records, and of all that can be judged; it finds no others."""
    for row in asked.rows(asked.of(analysis.error_words, least=1, fdr=1.0)["table"]):
        counts = asked.count(row.query, asked.wrong), asked.count(row.query)
        assert counts == (row.wrong, row.wrong + row.right), row.query


def test_slices(asked: Asked, seed: int) -> None:
    """In the half that is reported, and in both together."""
    half = np.random.default_rng(seed).random(asked.engine.n) >= 0.5
    for row in asked.rows(asked.of(analysis.slices, least=2, fdr=1.0, seed=seed)["table"]):
        counts = [asked.count(row.query, among & half) for among in (asked.judged, asked.wrong)]
        assert counts == [row.n, row.wrong], row.query
        assert asked.count(row.query) == row.records, row.query


def test_slices_of_one_model_against_another(asked: Asked) -> None:
    """Of the records that both predicted."""
    options: Any = {"agent": 'a "b"', "against": "x:*", "least": 2, "fdr": 1.0}
    for row in asked.of(analysis.slices, **options)["table"].itertuples():
        assert asked.count(row.query) == row.records, row.query


def test_label_errors_and_contradictions(asked: Asked) -> None:
    """One record each, and all records of a group."""
    for row in asked.rows(asked.of(analysis.label_errors)["table"]):
        assert asked.count(row.query) == 1, row.query
    found = asked.of(analysis.contradictions, contained=2, similarity=0.6)["table"]
    for row in asked.rows(found):
        assert asked.count(row.query) == row.records, row.query


def test_outcomes_and_labels_of_two_models(asked: Asked) -> None:
    """Whichever of the two comes first."""
    for agents in (('a "b"', "x:*"), ("x:*", 'a "b"')):
        found = asked.of(analysis.compare, agents=agents)
        annotated = asked.engine.columns.annotation >= 0
        for name, query in found["queries"].items():
            assert asked.count(query, asked.within & annotated) == found[name], query
        for row in asked.rows(found["labels"]):
            assert asked.count(row.query) == row.n, row.query


def test_bins_and_thresholds(asked: Asked, multi: bool) -> None:
    """Of one label a record; scores of several have no query that counts them once."""
    for agent in (None, "x:*"):
        found = asked.of(analysis.calibration, agent=agent)
        cuts = asked.of(analysis.thresholds, agent=agent)["table"]
        for table in (found["bins"], found["bins_equal_mass"], cuts):
            assert ("query" in table) is not multi
            for row in () if multi else asked.rows(table):
                assert asked.count(row.query) == row.n, row.query


@pytest.mark.slow
def test_everything_can_be_drawn_and_printed(asked: Asked) -> None:
    """Whatever is in the names, and however little is left of the records."""
    for measure in (
        *(analysis.scores, analysis.confusion_matrix, analysis.calibration, analysis.thresholds),
        *(analysis.error_words, analysis.slices, analysis.label_errors, analysis.contradictions),
        *(analysis.compare, analysis.what_if),
    ):
        found: Any = measure(asked.data, asked.query, dialect=asked.dialect)  # type: ignore[operator]
        found.visualize().to_dict()
        assert repr(found)
    report = analysis.report(asked.data, asked.query, dialect=asked.dialect)
    assert report.html
    assert report.markdown
