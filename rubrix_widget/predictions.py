"""The shapes predictions come in, brought to one: labels with scores, in the order given.

A record's prediction may be a list of ``(label, score)`` pairs, or whatever a ``transformers``
text-classification pipeline returned for its text: one ``{"label", "score"}``, a list of these,
or a list that holds one such list. ``datasets`` may have stored it as ``{"label": [...],
"score": [...]}``. Lists named ``labels`` and ``scores`` (zero-shot pipelines) are read as well.

Scores lie in [0, 1]. A float32 softmax can round to a little more than 1: up to
:data:`ROUNDING` above is taken as 1; anything further out is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .errors import RecordError
from .jsontext import check_text, is_missing

__all__ = [
    "OTHERS",
    "PREDICTION",
    "ROUNDING",
    "Prediction",
    "check_label",
    "from_arrow",
    "from_value",
    "from_values",
    "is_by_agent",
    "is_list",
    "is_text",
    "struct_fields",
    "to_pairs",
]

Prediction = list[tuple[str, float]]

ROUNDING = 1e-6  # eight steps of float32 above 1: more than a softmax's rounding, less than a fault

PREDICTION = pa.large_list(pa.struct([("label", pa.large_string()), ("score", pa.float64())]))

OTHERS = pa.large_list(pa.struct([("agent", pa.large_string()), ("prediction", PREDICTION)]))
"""What other agents predicted for a record, each agent once."""

_SHAPES = (
    "a prediction is a list of (label, score) pairs, or what a transformers text-classification "
    'pipeline returns: {"label": ..., "score": ...}, or a list of these'
)
_NUMBERS = (
    pa.types.is_floating,
    pa.types.is_integer,
    pa.types.is_decimal,
    pa.types.is_null,
)
_NAMES = (("label", "score"), ("labels", "scores"))
_INTEGER_LABELS = (
    "labels are text, not integers; map them first, for example names[label] "
    "with names = model.config.id2label"
)


def check_label(value: object) -> str:
    """Return a label as plain text, or say why it is none.

    Examples
    --------
    >>> check_label(np.str_("positive"))
    'positive'
    """
    if isinstance(value, str):
        if not value:
            raise ValueError("a label cannot be empty; use None where there is no label")
        return check_text(value)
    if isinstance(value, (bool, np.bool_)):
        raise ValueError(f"label {value!r} is a boolean; map it to a name, such as 'yes' or 'no'")
    if isinstance(value, (int, np.integer)):
        raise ValueError(f"label {value!r}: {_INTEGER_LABELS}")
    if is_missing(value):
        raise ValueError("a label is missing; leave the entry out instead")
    raise ValueError(f"label {value!r} is a {type(value).__name__}; labels are text")


def _check_score(value: object, label: str) -> float:
    if is_missing(value):
        raise ValueError(f"the score of {label!r} is missing (None or NaN)")
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item()  # a NumPy scalar, or an array or tensor without dimensions
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"the score of {label!r} is {value!r}; scores are numbers in [0, 1]")
    score = float(value)
    if 1 < score <= 1 + ROUNDING:
        return 1.0
    if not 0 <= score <= 1:
        raise ValueError(f"the score of {label!r} is {score:g}, outside [0, 1]")
    return score + 0.0  # -0.0 becomes 0.0


def from_value(value: object) -> Prediction | None:
    """Read one record's prediction in any accepted shape.

    Parameters
    ----------
    value : object
        See the module; None, NaN and ``pd.NA`` mean "no prediction".

    Returns
    -------
    list of (str, float), or None

    Raises
    ------
    ValueError
        When the shape is unknown, a label is no text or is given twice, or a score is outside
        [0, 1].

    Examples
    --------
    >>> from_value([[{"label": "positive", "score": 0.75}, {"label": "negative", "score": 0.25}]])
    [('positive', 0.75), ('negative', 0.25)]
    """
    if is_missing(value):
        return None
    pairs = []
    seen = set()
    for given_label, given_score in _pairs(value):
        label = check_label(given_label)
        if label in seen:
            raise ValueError(f"label {label!r} is predicted twice")
        seen.add(label)
        pairs.append((label, _check_score(given_score, label)))
    return pairs


def is_by_agent(value: object) -> bool:
    """Say whether a value holds predictions by agent: a mapping that is no prediction itself.

    Examples
    --------
    >>> is_by_agent({"a": [("good", 0.9)], "b": None}), is_by_agent({"label": "good", "score": 0.9})
    (True, False)
    """
    return isinstance(value, Mapping) and not any(
        label in value and score in value for label, score in _NAMES
    )


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _pairs(value: Any) -> list[tuple[object, object]]:
    if isinstance(value, Mapping):
        for label_key, score_key in _NAMES:
            if label_key in value and score_key in value:
                label, score = value[label_key], value[score_key]
                if _is_list(label) != _is_list(score):
                    break
                if not _is_list(label):
                    return [(label, score)]
                if len(label) != len(score):
                    raise ValueError(f"{len(label)} labels but {len(score)} scores")
                return list(zip(label, score, strict=True))
        raise ValueError(f"a dictionary with keys {sorted(map(str, value))}; {_SHAPES}")
    if not _is_list(value):
        raise ValueError(f"a {type(value).__name__} ({value!r:.80}); {_SHAPES}")
    if any(_holds_entries(entry) for entry in value):
        if len(value) > 1:
            raise ValueError(
                f"holds the predictions of {len(value)} texts; give each record its own"
            )
        return _pairs(value[0])
    return [_pair(entry) for entry in value]


def _holds_entries(entry: Any) -> bool:
    """Say whether an entry is itself a list of entries, and not a (label, score) pair."""
    return _is_list(entry) and (
        len(entry) == 0 or isinstance(entry[0], Mapping) or _is_list(entry[0])
    )


def _pair(entry: Any) -> tuple[object, object]:
    if isinstance(entry, Mapping) and "label" in entry and "score" in entry:
        return entry["label"], entry["score"]
    if isinstance(entry, Sequence) and not isinstance(entry, str) and len(entry) == 2:
        return entry[0], entry[1]
    raise ValueError(f"has the entry {entry!r:.80}; {_SHAPES}")


def from_values(values: Sequence[Any]) -> pa.Array | None:
    """Bring a whole column of lists of ``(label, score)`` tuples to the table's type.

    Returns None when anything else is among them, to be read one by one.

    Examples
    --------
    >>> from_values([[("a", 0.5)], None]).to_pylist()
    [[{'label': 'a', 'score': 0.5}], None]
    """
    missing = [is_missing(value) for value in values]
    known = [value for value, gone in zip(values, missing, strict=True) if not gone]
    if not set(map(type, known)) <= {list}:
        return None
    pairs = list(chain.from_iterable(known))
    if not set(map(type, pairs)) <= {tuple} or not set(map(len, pairs)) <= {2}:
        return None
    labels, scores = [label for label, _ in pairs], [score for _, score in pairs]
    if not all(isinstance(label, str) for label in labels):
        return None
    try:
        columns = pa.array(labels, pa.large_string()), pa.array(scores, pa.float64())
    except (pa.ArrowException, TypeError, ValueError):
        return None
    size = pa.array(
        [0 if gone else len(v) for v, gone in zip(values, missing, strict=True)], pa.int64()
    )
    return _lists(size, pa.array([not gone for gone in missing], pa.bool_()), *columns)


def is_text(kind: pa.DataType) -> bool:
    """Say whether an Arrow type holds texts, interned or not."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    views = getattr(pa.types, "is_string_view", lambda _: False)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or views(kind))


def struct_fields(column: pa.Array | pa.ChunkedArray) -> dict[str, Any]:
    """Return the fields of a column of structs by name, null where the struct is."""
    # By place: a name that starts with a dot would be read as a path.
    return {kind.name: pc.struct_field(column, [i]) for i, kind in enumerate(column.type)}


def is_list(kind: pa.DataType) -> bool:
    """Say whether an Arrow type holds lists."""
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def from_arrow(column: pa.Array, bad: dict[int, str]) -> pa.Array:
    """Bring a whole column of predictions to the table's type, without a Python object a record.

    Parameters
    ----------
    column : pyarrow.Array
        Predictions in any shape that Arrow can hold.
    bad : dict of int to str
        Receives the reason for each record whose shape is wrong; its prediction becomes null.
        What the values are worth (range, duplicates) is for the table's validation.

    Raises
    ------
    RecordError
        When the type of the column is no prediction at all.

    Examples
    --------
    >>> from_arrow(pa.array([{"label": ["a", "b"], "score": [0.75, 0.25]}]), {}).to_pylist()
    [[{'label': 'a', 'score': 0.75}, {'label': 'b', 'score': 0.25}]]
    """
    kind = column.type
    if pa.types.is_null(kind):
        return pa.nulls(len(column), PREDICTION)
    if is_list(kind):
        if is_list(kind.value_type):
            column = _unwrap(column, bad)
            kind = column.type
        if pa.types.is_null(kind.value_type):
            return _rebuild(column, pa.nulls(0), pa.nulls(0))
        if pa.types.is_struct(kind.value_type):
            entries = pc.list_flatten(column)
            label, score = _fields(entries, kind)
            return _rebuild(column, label, score)
    elif pa.types.is_struct(kind):
        label, score = _fields(column, kind)
        if is_list(label.type) and is_list(score.type):
            return _zip(label, score, bad)
        size = pc.if_else(pc.is_valid(column), 1, 0)
        valid = pc.is_valid(column)
        return _lists(size, valid, label.filter(valid), score.filter(valid))
    raise RecordError(f"predictions of type {kind} cannot be read: {_SHAPES}")


def _fields(entries: pa.Array, kind: pa.DataType) -> tuple[pa.Array, pa.Array]:
    for label, score in _NAMES:
        places = entries.type.get_field_index(label), entries.type.get_field_index(score)
        if min(places) >= 0:
            return pc.struct_field(entries, [places[0]]), pc.struct_field(entries, [places[1]])
    raise RecordError(f"predictions of type {kind} cannot be read: {_SHAPES}")


def _unwrap(column: pa.Array, bad: dict[int, str]) -> pa.Array:
    """Take the one inner list out of each list of lists."""
    size = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    for index in np.flatnonzero(size > 1):
        bad.setdefault(
            int(index),
            f"holds the predictions of {size[index]} texts; give each record its own",
        )
    starts = np.concatenate([[0], np.cumsum(size)[:-1]]) if len(size) else size
    inner = pc.list_flatten(column)
    taken = inner.take(pa.array(starts, mask=size != 1))
    if not (empty := (size == 0) & pc.is_valid(column).to_numpy(zero_copy_only=False)).any():
        return taken
    return pc.if_else(pa.array(empty), pa.scalar([], taken.type), taken)


def _zip(label: pa.Array, score: pa.Array, bad: dict[int, str]) -> pa.Array:
    sizes = pc.list_value_length(label)
    differ = pc.fill_null(pc.not_equal(sizes, pc.list_value_length(score)), False)
    differ = pc.or_(differ, pc.xor(pc.is_null(label), pc.is_null(score)))
    for index in np.flatnonzero(differ.to_numpy(zero_copy_only=False)):
        bad.setdefault(int(index), "has not as many scores as labels")
    keep = pc.if_else(differ, None, True)
    label = pc.if_else(keep, label, pa.scalar(None, label.type))
    score = pc.if_else(keep, score, pa.scalar(None, score.type))
    return _rebuild(label, pc.list_flatten(label), pc.list_flatten(score))


def _rebuild(column: pa.Array, label: pa.Array, score: pa.Array) -> pa.Array:
    return _lists(pc.fill_null(pc.list_value_length(column), 0), pc.is_valid(column), label, score)


def _lists(size: pa.Array, valid: pa.Array, label: pa.Array, score: pa.Array) -> pa.Array:
    if pa.types.is_integer(label.type):
        raise RecordError(f"predictions have integer labels: {_INTEGER_LABELS}")
    if not any(is_kind(score.type) for is_kind in _NUMBERS):
        raise RecordError(f"scores are of type {score.type}; scores are numbers in [0, 1]")
    if not (is_text(label.type) or pa.types.is_null(label.type)):
        raise RecordError(f"labels are of type {label.type}; labels are text")
    label = pc.cast(label, pa.large_string())
    score = pc.cast(score, pa.float64(), safe=False)
    rounded = pc.and_(pc.greater(score, 1), pc.less_equal(score, 1 + ROUNDING))
    if pc.any(rounded).as_py():
        score = pc.if_else(rounded, 1.0, score)
    offsets = np.zeros(len(size) + 1, dtype=np.int64)
    np.cumsum(size.to_numpy(zero_copy_only=False), out=offsets[1:])
    entries = pa.StructArray.from_arrays([label, score], fields=list(PREDICTION.value_type))
    lists = pa.LargeListArray.from_arrays(offsets, entries, type=PREDICTION)
    if pc.all(valid).as_py() is not False:
        return lists
    return pa.LargeListArray.from_arrays(offsets, entries, type=PREDICTION, mask=pc.invert(valid))


def to_pairs(column: pa.ChunkedArray) -> list[Prediction | None]:
    """Return a column of the table's type as lists of (label, score) pairs.

    Examples
    --------
    >>> to_pairs(pa.chunked_array([[[{"label": "a", "score": 0.5}], None]], PREDICTION))
    [[('a', 0.5)], None]
    """
    result: list[Prediction | None] = []
    for chunk in column.chunks:
        entries = pc.list_flatten(chunk)
        labels = pc.dictionary_encode(pc.struct_field(entries, "label"))
        names = labels.dictionary.to_pylist()  # each name once, shared by its tuples
        pairs = zip(
            map(names.__getitem__, labels.indices.to_numpy(zero_copy_only=False).tolist()),
            pc.struct_field(entries, "score").to_numpy(zero_copy_only=False).tolist(),
            strict=True,
        )
        result += [
            None if size is None else list(islice(pairs, size))
            for size in pc.list_value_length(chunk).to_pylist()
        ]
    return result
