"""Finders among errors that mean nothing: they find next to nothing, however rare errors are."""

from __future__ import annotations

import numpy as np
import pytest

import rubrix_widget as rb
from rubrix_widget import analysis

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


@pytest.mark.parametrize(("n", "rate"), [(8000, 0.01), (3000, 0.2)])
def test_one_in_twenty_finds_something_where_there_is_nothing(n: int, rate: float) -> None:
    """A false discovery rate of 5 %: of 20 models wrong at random three at most have findings.

    With so few errors a normal distribution would find slices for one model in three.
    """
    data = random_errors(n, rate)
    for finder in (analysis.slices, analysis.error_words):
        found = [len(finder(data, agent=f"m{at}").data["table"]) for at in range(MODELS)]
        assert np.count_nonzero(found) <= 3, found
