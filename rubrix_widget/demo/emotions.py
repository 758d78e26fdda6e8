"""Messages that show any number of emotions: a multi-label dataset."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from rubrix_widget.arrays import Ints
from rubrix_widget.demo.grammar import draw, source

if TYPE_CHECKING:
    from rubrix_widget.records import TextClassificationRecord

__all__ = ["EMOTIONS", "emotions"]

_SAYINGS = {
    "amusement": ("i can't stop laughing", "that joke again, ha ha", "this made me giggle"),
    "anger": ("how dare they", "i am furious about this", "this makes my blood boil"),
    "confusion": ("i don't get it", "wait, what does that mean?", "now i am lost"),
    "curiosity": ("tell me more", "i wonder how they did that", "where can i read about it?"),
    "disappointment": ("i had hoped for better", "what a let-down", "it could have been so good"),
    "fear": ("i am afraid to look", "this keeps me awake at night", "what if it happens to us?"),
    "gratitude": ("thank you so much", "i owe you one", "thanks, that was kind"),
    "joy": ("best day ever!", "i am so happy for you", "this is wonderful news"),
    "sadness": ("i miss them", "this broke my heart", "i cried all evening"),
    "surprise": ("i did not see that coming", "no way!", "who would have thought?"),
}
_ASIDES = (
    "anyway, see you on monday",
    "the train was late again",
    "it is in the second chapter",
    "they moved it to the other room",
    "my sister sent me this",
    "it starts at nine",
)
_CHANNELS = ("chat", "forum", "mail")
_HOW_MANY = (0, 0, 1, 1, 1, 1, 1, 2, 2, 3)  # emotions in one message, each as likely

EMOTIONS = tuple(_SAYINGS)
"""The labels of :func:`emotions`, in alphabetical order."""


def emotions(n: int = 2000, *, seed: int = 0) -> list[TextClassificationRecord]:
    """Return multi-label records: messages with none to three emotions each, and predictions.

    Every record has an id, a prediction with a score for each emotion (they do not add up to one),
    metadata and a time; nine of ten are annotated, some with no emotion at all.

    Parameters
    ----------
    n
        How many records; they are made one by one, about 20,000 a second.
    seed
        Another seed, other messages.

    Raises
    ------
    ValueError
        `n` is below 0.

    Examples
    --------
    >>> from rubrix_widget import demo
    >>> record = demo.emotions(3)[0]
    >>> record.text
    'i had hoped for better'
    >>> record.annotation
    ['disappointment']
    """
    # In here: the records' module is not needed for the reviews.
    from rubrix_widget.records import TextClassificationRecord

    if n < 0:
        raise ValueError(f"n={n}: give how many records, from 0 on")
    start = dt.datetime(2024, 1, 1)
    made = []
    for number in range(n):
        # One stream per record, so that a smaller size is the beginning of a larger one.
        numbers = draw(source(seed, number, use=9), 2**30, 40)
        shown = _shown(numbers[:8])
        sayings = [_SAYINGS[name][numbers[8 + i] % 3] for i, name in enumerate(shown)]
        if not sayings or numbers[12] % 2:
            sayings.append(_ASIDES[numbers[13] % len(_ASIDES)])
        made.append(
            TextClassificationRecord(
                id=f"message-{number:06d}",
                text=". ".join(sayings),
                prediction=_prediction(shown, numbers[20:]),
                prediction_agent="demo model",
                annotation=shown if numbers[14] % 10 else None,
                annotation_agent="demo annotator" if numbers[14] % 10 else None,
                multi_label=True,
                metadata={
                    "channel": _CHANNELS[numbers[15] % 3],
                    "likes": int(numbers[16] % 50),
                    "edited": bool(numbers[17] % 2),
                },
                event_timestamp=start + dt.timedelta(minutes=int(numbers[18] % 525_600)),
            )
        )
    return made


def _shown(numbers: Ints) -> list[str]:
    names = list(EMOTIONS)
    many = _HOW_MANY[numbers[0] % len(_HOW_MANY)]
    return sorted(names.pop(int(number) % len(names)) for number in numbers[1 : 1 + many])


def _prediction(shown: list[str], numbers: Ints) -> list[tuple[str, float]]:
    scores = []
    for name, number in zip(EMOTIONS, numbers.tolist(), strict=False):
        share = number % 1000 / 1000
        mistaken = number // 1000 % 12 == 0
        high = (name in shown) != mistaken
        scores.append((name, round(0.5 + share / 2 if high else share**3 / 2, 3)))
    return sorted(scores, key=lambda pair: -pair[1])
