"""What one field of a record accepts, and what becomes of it.

Each function takes a value as a caller gave it and returns the value as a record holds it, or
raises ``ValueError`` with a reason that reads on from "record 3: ". The whole-column readers of
:mod:`rubrix_widget.datasets` fall back on the same functions, so a rule exists once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from .jsontext import check_text, clean, is_missing
from .predictions import Prediction, check_label, from_value

__all__ = ["STATUSES", "Inputs"]

Inputs = dict[str, str | list[str]]

STATUSES = ("Default", "Validated", "Edited", "Discarded")

_EXACT_FLOATS = 2**53  # beyond, neighbouring integers are the same float


def text(value: object, what: str = "text") -> str | None:
    """Return a text; numbers become text as in Rubrix, but NaN is no text."""
    if is_missing(value):
        return None
    if isinstance(value, str):
        try:
            return check_text(value)
        except ValueError as error:
            raise ValueError(f"{what} is {error}") from None
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"{what} is a {type(value).__name__} ({value!r:.80}); it must be text")


def inputs(value: object) -> Inputs | None:
    """Return inputs by name; a text or a list of texts is the one input ``text``."""
    if is_missing(value):
        return None
    if not isinstance(value, Mapping):
        value = {"text": value}
    result: Inputs = {}
    for name, item in value.items():
        if is_missing(item):  # a struct in Arrow has every name in every record
            continue
        result[input_name(name)] = _input(item, f"input {name!r}")
    return result


def _input(value: object, what: str) -> str | list[str]:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        texts = [text(item, what) for item in value]
        if None in texts:
            raise ValueError(f"{what} holds a missing text; leave it out of the list")
        return [item for item in texts if item is not None]
    single = text(value, what)
    assert single is not None
    return single


def input_name(name: object) -> str:
    """Return the name of an input as text."""
    if isinstance(name, (int, np.integer)) and not isinstance(name, bool):
        return str(name)
    if not isinstance(name, str) or not name or "\0" in name:
        raise ValueError(f"an input is named {name!r}; names are text, and not empty")
    return check_text(name)


def prediction(value: object) -> Prediction | None:
    """Return labels with scores, from any shape that :mod:`rubrix_widget.predictions` knows."""
    try:
        return from_value(value)
    except ValueError as error:
        raise ValueError(f"prediction: {error}") from None


def predictions(value: object) -> dict[str, Prediction | None]:
    """Return predictions by agent, in the order given."""
    if not isinstance(value, Mapping):
        raise ValueError(f"predictions are a {type(value).__name__}, not a dictionary by agent")
    found: dict[str, Prediction | None] = {}
    for given, item in value.items():
        name = agent(given, "an agent")
        if not name:
            raise ValueError(f"predictions: an agent is named {given!r}; give each a name")
        if name in found:
            raise ValueError(f"predictions: agent {name!r} is given twice")
        try:
            found[name] = from_value(item)
        except ValueError as error:
            raise ValueError(f"prediction of agent {name!r}: {error}") from None
    if not found:
        raise ValueError("predictions by agent are empty; use None where there is no prediction")
    return found


def annotation(value: object, multi_label: bool) -> str | list[str] | None:
    """Return the label, or for multi-label the list of labels; missing values are no label."""
    if is_missing(value):
        return None
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    if not isinstance(value, (list, tuple)):
        label = _annotated(value)
        return [label] if multi_label else label
    labels = [_annotated(item) for item in value]
    twice = {label for label in labels if labels.count(label) > 1}
    if twice:
        raise ValueError(f"label {min(twice)!r} is annotated twice")
    if multi_label:
        return labels
    if len(labels) > 1:
        raise ValueError(
            f"{len(labels)} labels are annotated ({', '.join(map(repr, labels[:3]))}), but the "
            "record is single-label; pass multi_label=True"
        )
    return labels[0] if labels else None


def _annotated(value: object) -> str:
    try:
        return check_label(value)
    except ValueError as error:
        raise ValueError(f"annotation: {error}") from None


def record_id(value: object) -> int | str | None:
    """Return the id; whole floats are the integers that pandas made floats of."""
    if is_missing(value):
        return None
    if isinstance(value, str):
        if not value:
            raise ValueError("id is empty; leave it out to have one made")
        return check_text(value)
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        if abs(float(value)) >= _EXACT_FLOATS:
            raise ValueError(f"id {value!r} is a float too large to be exact; pass it as text")
        return int(value)
    raise ValueError(f"id {value!r} is a {type(value).__name__}; ids are text or whole numbers")


def agent(value: object, what: str) -> str | None:
    """Return the name of who or what predicted or annotated."""
    return text(value, what)


def metadata(value: object) -> dict[str, Any]:
    """Return a dictionary that JSON can hold."""
    return dictionary(value, "metadata") or {}


def dictionary(value: object, what: str) -> dict[str, Any] | None:
    """Return a dictionary that JSON can hold, or None for nothing."""
    if is_missing(value):
        return None
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} is a {type(value).__name__} ({value!r:.80}), not a dictionary")
    result: dict[str, Any] = clean(value, what)
    return result


def keywords(value: object) -> list[str] | None:
    """Return a list of words."""
    if is_missing(value):
        return None
    if isinstance(value, (list, tuple, np.ndarray)):
        return [check_text(str(item)) for item in value]
    raise ValueError(f"search_keywords is a {type(value).__name__}, not a list of words")


def status(value: object) -> str | None:
    """Return one of the four statuses; nothing given, None."""
    if is_missing(value) or value == "":
        return None
    if value in STATUSES:
        return str(value)
    raise ValueError(f"status {value!r} is unknown; use one of {', '.join(STATUSES)}")


def flag(value: object) -> bool:
    """Return whether the record is multi-label."""
    if isinstance(value, (bool, np.bool_, int, np.integer)) and value in (0, 1):
        return bool(value)
    raise ValueError(f"multi_label is {value!r}; it is True or False")


def timestamp(value: object) -> dt.datetime | None:
    """Return the moment in UTC, without a zone; numbers are seconds since 1970."""
    if is_missing(value):
        return None
    try:
        moment = _moment(value)
    except (ValueError, OverflowError, OSError):
        raise ValueError(
            f"event_timestamp {value!r:.80} is no date; "
            "use a datetime, or text like 2024-05-01T12:00:00"
        ) from None
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return moment


def _moment(value: Any) -> dt.datetime:
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()
    if hasattr(value, "to_pydatetime"):  # a pandas Timestamp, whose nanoseconds are cut
        value = value.to_pydatetime(warn=False)
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        return dt.datetime.fromisoformat(value.strip())
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        return dt.datetime.fromtimestamp(float(value), dt.UTC)
    raise ValueError("no date")
