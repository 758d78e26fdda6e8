"""The imperfect model whose predictions come with the demo data.

A linear model over single words. Each word has a true weight; the model has learned it with an
error, has picked up some meaning for words that have none, knows ``n't`` and ``never`` but no other
negation, and adds up both halves of "..., but ...". So its mistakes can be found and explained, and
some of them are made with great confidence. The same text always gets the same prediction.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt

from rubrix_widget.arrays import Ints
from rubrix_widget.demo.grammar import Phrases, draw, lexicon, source

__all__ = ["scores"]

_MODEL_SEED = 1952  # the model is the same whatever the data's seed
# In hundredths of a logit: what a word with a side weighs on average, and how far words stray from
# what they should weigh.
_WEIGHT, _SIDED_STRAY, _UNSIDED_STRAY = 230, 115, 25
# A negated word's weight, in hundredths of its own: none, by ``n't`` or ``never``, by other means.
_NEGATED = np.array([100, -70, 45])
_MOST = 1200  # logits stop here, so that no score is 0 or 1


@cache
def _weights() -> Ints:
    """Return each word's learned weight, in hundredths of a logit towards praise."""
    lex = lexicon()
    bits = source(_MODEL_SEED, 0)
    count = len(lex.words)
    # Sums of twelve: near enough to a bell shape, with whole numbers only.
    bell = draw(bits, 201, (12, count)).sum(axis=0) - 1200
    stray = np.where(lex.sides != 0, _SIDED_STRAY, _UNSIDED_STRAY)
    weights: Ints = lex.sides * _WEIGHT + bell * stray // 200
    return weights


@cache
def _table() -> npt.NDArray[np.float64]:
    logits = range(-_MOST, _MOST + 1)
    return np.array([round(1 / (1 + math.exp(-logit / 100)), 6) for logit in logits])


def scores(phrases: Phrases) -> npt.NDArray[np.float64]:
    """Return the model's score for praise, one per phrase, rounded to six decimals."""
    weights = _weights()[phrases.codes] * _NEGATED[phrases.negated] // 100
    total = np.bincount(phrases.record, weights, minlength=len(phrases.praise)).astype(np.int64)
    return _table()[np.clip(total, -_MOST, _MOST) + _MOST]
