"""Film reviews with one label each, in the shape of the SST-2 training set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from rubrix_widget.arrays import Ints
from rubrix_widget.demo import grammar, model

if TYPE_CHECKING:
    from datasets import Dataset

__all__ = ["SST2_SIZE", "chunks", "sst2"]

SST2_SIZE = 67_349  # the training set's
LABELS = ("negative", "positive")

_MOST = 10_000_000
_MISLABELLED = 0.012  # of the annotations, so that there is something to put right
_LABELS, _METADATA = 1, 2  # uses of a chunk's random bits, beside the phrases themselves
_SOURCES = ("blog", "festival", "magazine", "newspaper", "radio", "student paper")
_CITIES = ("Bergen", "Córdoba", "Łódź", "Nairobi", "Osaka", "Québec", "São Paulo", "Wellington")
_FIRST_DAY, _DAYS = 10_957, 9_131  # 2000-01-01 in days since 1970; to the end of 2024


def sst2(n: int = SST2_SIZE, *, seed: int = 0, metadata: bool = False) -> Dataset:
    """Return film reviews in the shape of SST-2, with a model's predictions.

    Phrases of 1 to about 50 words, tokenized as in the treebank; a few occur twice. About 9 % of
    the predictions disagree with the label: mostly where the model misreads a negation ("nothing
    about the plot is dull") or a "but", and one label in eighty is itself wrong. Scores are about
    as right as they claim to be, yet several mistakes are made with a score above 0.99.

    Parameters
    ----------
    n
        How many records, from 0 to ten million. A smaller size is the beginning of a larger one.
    seed
        Another seed, other phrases and labels; the model stays the same.
    metadata
        Whether to add a ``metadata`` column with a value of every type: text, whole and decimal
        numbers, true or false, a day, and a nested one; some are missing.

    Returns
    -------
    datasets.Dataset
        ``idx`` (int), ``text``, ``label`` (a ``ClassLabel``: negative, positive), ``prediction``
        (both labels with their scores, best first, as a text-classification pipeline gives them).

    Raises
    ------
    ValueError
        When ``n`` or ``seed`` is out of range.

    Examples
    --------
    >>> from rubrix_widget import demo
    >>> record = demo.sst2(10)[3]
    >>> record["text"], record["label"]
    ('undeniably delicate story', 1)
    >>> record["prediction"]
    [{'label': 'positive', 'score': 0.963385}, {'label': 'negative', 'score': 0.036615}]
    """
    # In here, since it takes half a second and this package is imported for other things too.
    from datasets import ClassLabel, Dataset, Features, Value
    from datasets.table import InMemoryTable

    _check(n, seed)
    parts = [_part(chunk, count, seed, metadata) for chunk, count in chunks(n)]
    table = pa.concat_tables(parts)
    features = Features.from_arrow_schema(table.schema)
    features["label"] = ClassLabel(names=list(LABELS))
    features["text"] = Value("string")
    return Dataset(InMemoryTable(table.cast(features.arrow_schema))).with_format(None)


def chunks(n: int) -> Iterator[tuple[int, int]]:
    """Return the chunks that ``n`` records take: the number of each, and how many to keep of it.

    Examples
    --------
    >>> list(chunks(10_000))
    [(0, 8192), (1, 1808)]
    """
    for start in range(0, max(n, 1), grammar.CHUNK):
        yield start // grammar.CHUNK, min(grammar.CHUNK, n - start)


def _check(n: int, seed: int) -> None:
    for name, value, most in (("n", n, _MOST), ("seed", seed, 2**63 - 1)):
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise ValueError(f"{name}={value!r}: give a whole number from 0 to {most:,}")


def _part(chunk: int, count: int, seed: int, metadata: bool) -> pa.Table:
    phrases = grammar.phrases(seed, chunk)
    columns: dict[str, Any] = {
        "idx": pa.array(chunk * grammar.CHUNK + np.arange(grammar.CHUNK)),
        "text": phrases.texts(),
        "label": pa.array(_labels(phrases, seed, chunk)),
        "prediction": _predictions(model.scores(phrases)),
    }
    if metadata:
        columns["metadata"] = _metadata(grammar.source(seed, chunk, _METADATA))
    return pa.table(columns).slice(0, count)


def _labels(phrases: grammar.Phrases, seed: int, chunk: int) -> Ints:
    slips = grammar.chance(grammar.source(seed, chunk, _LABELS), _MISLABELLED, (grammar.CHUNK,))
    return (phrases.praise ^ slips).astype(np.int64)


def _predictions(praise: np.ndarray[Any, np.dtype[np.float64]]) -> pa.ListArray:
    both = np.stack([np.round(1 - praise, 6), praise], axis=1)
    best_first = np.argsort(-both, axis=1, kind="stable")
    structs = pa.StructArray.from_arrays(
        [
            pa.array(LABELS).take(pa.array(best_first.ravel())),
            pa.array(np.take_along_axis(both, best_first, axis=1).ravel()),
        ],
        names=["label", "score"],
    )
    offsets = np.arange(0, 2 * len(praise) + 1, 2, dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), structs)


def _metadata(bits: np.random.PCG64) -> pa.StructArray:
    size = grammar.CHUNK

    def some(share: float, array: pa.Array) -> pa.Array:
        missing = pa.array(~grammar.chance(bits, share, (size,)))
        return pa.compute.if_else(missing, pa.scalar(None, array.type), array)

    def choice(values: tuple[str, ...]) -> pa.Array:
        return pa.array(values).take(pa.array(grammar.draw(bits, len(values), size)))

    day = (_FIRST_DAY + grammar.draw(bits, _DAYS, size)).astype("datetime64[D]")
    reviewer = {
        "city": choice(_CITIES),
        "reviews": pa.array(1 + grammar.draw(bits, 400, size)),
    }
    columns = {
        "source": choice(_SOURCES),
        "year": pa.array(1920 + grammar.draw(bits, 105, size)),
        "stars": some(0.8, pa.array(grammar.draw(bits, 11, size) / 2)),
        "verified": some(0.9, pa.array(grammar.chance(bits, 0.6, (size,)))),
        "published": pa.array(day),
        "reviewer": pa.StructArray.from_arrays(list(reviewer.values()), names=list(reviewer)),
    }
    return pa.StructArray.from_arrays(list(columns.values()), names=list(columns))
