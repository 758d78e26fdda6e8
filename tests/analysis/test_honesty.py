"""Finders among errors that mean nothing: they find next to nothing, however rare errors are."""

from __future__ import annotations

import numpy as np
import pytest

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.analysis.source import source_of

MODELS = 20


def random_errors(n: int, rate: float) -> rb.DatasetForTextClassification:
    """Return records with words as rare as in language, and models wrong at random."""
    draw = np.random.default_rng(5)
    chance = 1 / np.arange(1, 2001)
    sizes = draw.integers(3, 15, n)
    words = draw.choice(2000, sizes.sum(), p=chance / chance.sum())
    texts = [
        " ".join(f"w{word}" for word in some) for some in np.split(words, np.cumsum(sizes)[:-1])
    ]
    label = draw.integers(0, 2, n)
    guess = label[:, None] ^ (draw.random((n, MODELS)) < rate)
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text=text,
                annotation="ab"[label[number]],
                prediction={
                    f"m{at}": [("ab"[one], 0.9)] for at, one in enumerate(guess[number].tolist())
                },
                metadata={"source": str(number % 3), "year": 2000 + number % 20},
            )
            for number, text in enumerate(texts)
        ]
    )


@pytest.mark.slow
@pytest.mark.parametrize(("n", "rate"), [(8000, 0.01), (3000, 0.2)])
def test_one_in_twenty_finds_something_where_there_is_nothing(n: int, rate: float) -> None:
    """A false discovery rate of 5 %: of 20 models wrong at random three at most have findings.

    With so few errors a normal distribution would find slices for one model in three.
    """
    data = random_errors(n, rate)
    for finder in (analysis.slices, analysis.error_words):
        found = [len(finder(data, agent=f"m{at}").data["table"]) for at in range(MODELS)]
        assert np.count_nonzero(found) <= 3, found


def planted(seed: int, n: int = 8000) -> tuple[rb.DatasetForTextClassification, np.ndarray]:
    """Return records of which four slices are wrong for 35 %, others for 8 %, and the slices."""
    draw = np.random.default_rng(seed)
    chance = 1 / np.arange(1, 1001)
    records, within = [], np.zeros((n, 4), bool)
    for number in range(n):
        words = draw.choice(1000, draw.integers(4, 14), p=chance / chance.sum()).tolist()
        source, year = str(draw.choice(["web", "press", "book"])), 2000 + int(draw.integers(20))
        label, phrase = int(draw.integers(2)), draw.random() < 0.02
        within[number] = 20 in words, source == "web" and year >= 2015, phrase, label and 5 in words
        wrong = draw.random() < (0.35 if within[number].any() else 0.08)
        records.append(
            rb.TextClassificationRecord(
                text=" ".join([f"w{word}" for word in words] + ["very", "dull"] * phrase),
                annotation="ab"[label],
                prediction=[("ab"[label ^ wrong], float(draw.uniform(0.5, 1)))],
                metadata={"source": source, "year": year},
            )
        )
    return rb.DatasetForTextClassification(records), within


@pytest.mark.slow
def test_slices_are_found_and_their_excess_is_what_it_is() -> None:
    """Of 15 sets with four slices planted nine in ten are found, next to none that is not there.

    Nine in ten of the intervals hold the true excess: what is listed is not chosen by the half in
    which it is measured, but for the test that it has to pass there.
    """
    hit, held, false = [], [], []
    for seed in range(15):
        data, within = planted(seed)
        table = analysis.slices(data, seed=seed).data["table"]
        engine = source_of(data, None, "notebook").engine
        chance = np.where(within.any(axis=1), 0.35, 0.08)
        alike = []
        for row in table.itertuples():
            mask = engine.select(row.query).mask
            truth = chance[mask].mean() - chance[~mask].mean()
            held.append(row.low <= truth <= row.high)
            false.append(truth <= 0.01)
            both, either = within & mask[:, None], within | mask[:, None]
            alike.append(both.sum(axis=0) / either.sum(axis=0))
        hit.append(np.max(alike, axis=0) > 0.5)
    assert np.mean(hit) > 0.9
    assert np.mean(false) < 0.05
    assert np.mean(held) > 0.9
