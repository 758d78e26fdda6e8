"""How far people agree: percent agreement and Krippendorff's alpha.

Cohen's kappa is in :mod:`rubrix_widget.metrics.pairing`.

Annotations are numbers of values. The formulas are own ones, as NumPy has all they need: of the
libraries, ``krippendorff`` is GPL, and scikit-learn, statsmodels and NLTK are heavy, or want every
author to have seen every record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Distance = Callable[[Ints, Ints], Floats]
_ROWS = 256  # of a table of distances that are in memory at once


def observed(first: Ints, second: Ints) -> float:
    """Return the share of records that two annotated alike; NaN where there are none.

    Parameters
    ----------
    first, second
        What each made of the same records, shape (n,).

    Examples
    --------
    >>> observed(np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0]))
    0.75
    """
    return float(np.mean(first == second)) if len(first) else float("nan")


def nominal(first: Ints, second: Ints) -> Floats:
    """Return 0 where two values are the same and 1 where they differ."""
    return np.asarray(first != second, np.float64)


def masi(sets: Sequence[frozenset[str]]) -> Distance:
    """Return the distance of values that are sets of labels: 0 the same, 1 nothing in common.

    One less the share of labels in common (Jaccard), times 1 for equal sets, 2/3 where one holds
    the other, 1/3 where they overlap, 0 otherwise. R. Passonneau, Measuring agreement on set-valued
    items (MASI) for semantic and pragmatic annotation, LREC 2006.

    Parameters
    ----------
    sets
        The set that each value stands for.

    Examples
    --------
    >>> distance = masi([frozenset("ab"), frozenset("abcd"), frozenset("bc"), frozenset("z")])
    >>> distance(np.array([0, 0, 0, 0]), np.array([0, 1, 2, 3])).round(3).tolist()
    [0.0, 0.667, 0.889, 1.0]
    """
    labels = {label: place for place, label in enumerate(sorted(frozenset().union(*sets)))}
    holds = np.zeros((len(sets), len(labels)), np.float32)  # whose sums of 1 are exact
    for place, one in enumerate(sets):
        holds[place, [labels[label] for label in one]] = 1
    sizes = holds.sum(1)

    def distance(first: Ints, second: Ints) -> Floats:
        if first.ndim == 2:  # a row against all
            shared = holds[first[:, 0]] @ holds[second[0]].T
        else:
            shared = (holds[first] * holds[second]).sum(1)
        one, other = sizes[first], sizes[second]
        either = one + other - shared
        whole = np.ones(np.shape(shared))
        jaccard = np.divide(shared, either, out=whole, where=either > 0, dtype=np.float64)
        inside = shared == np.minimum(one, other)
        weight = np.where(inside, np.where(one == other, 1, 2 / 3), np.where(shared > 0, 1 / 3, 0))
        return np.asarray(1 - jaccard * weight, np.float64)

    return distance


def alpha(units: Ints, values: Ints, distance: Distance = nominal) -> float:
    """Return Krippendorff's alpha; NaN where all annotations are the same, or no two of one record.

    Any number of authors, each of whom may have seen some of the records: 1 less the disagreement
    observed in records, over that between annotations of any records. K. Krippendorff, Computing
    Krippendorff's Alpha-Reliability (2011), section C.

    Parameters
    ----------
    units, values
        A record and a value for each annotation, shape (n,).
    distance
        How far two values are apart, from 0 to 1: arrays of values to an array.

    Examples
    --------
    >>> first = [0, 0, 1, 1, 3, 2, 2, 2, 4, 3, 3, 0]
    >>> second = [1, 0, 1, 1, 1, 2, 2, 2, 4, 3, 3, 3]
    >>> round(alpha(np.tile(np.arange(12), 2), np.array(first + second)), 3)
    0.692
    """
    _, unit = np.unique(units, return_inverse=True)
    size = np.bincount(unit)
    several = size[unit] > 1
    unit, value = unit[several], values[several]
    n = len(unit)
    if n < 2:
        return float("nan")
    kinds, counts = np.unique(value, return_counts=True)
    within = _within(unit, value, size, distance)
    between = _between(kinds, counts.astype(np.float64), distance)
    return 1 - (n - 1) * within / between if between else float("nan")


def _within(unit: Ints, value: Ints, size: Ints, distance: Distance) -> float:
    """Return the sum of the distances of all pairs in a unit, by its size less one."""
    order = np.argsort(unit, kind="stable")
    unit, value = unit[order], value[order]
    total = 0.0
    for step in range(1, int(size.max(initial=0))):  # as many as there are authors
        same = np.flatnonzero(unit[step:] == unit[:-step])
        apart = distance(value[same], value[same + step])
        total += 2 * float((apart / (size[unit[same]] - 1)).sum())
    return total


def _between(kinds: Ints, counts: Floats, distance: Distance) -> float:
    """Return the sum of the distances of all pairs of annotations."""
    total = 0.0
    for start in range(0, len(kinds), _ROWS):
        rows = slice(start, start + _ROWS)
        first, second = np.broadcast_arrays(kinds[rows, None], kinds[None, :])
        total += float(counts[rows] @ distance(first, second) @ counts)
    return total
