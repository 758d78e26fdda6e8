"""Metadata and other free values as JSON text, and back.

Dates travel as ``{"$date": "2024-05-01T12:00:00"}``; a caller's own dictionary of that very shape
gains a second ``$`` on the way in and loses it on the way out, so nothing is mistaken for a date.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["check_text", "clean", "decode", "encode", "escape_key", "is_missing", "to_text"]

_DATE_KEY = re.compile(r"\$+date")


def is_missing(value: object) -> bool:
    """Say whether a value stands for "nothing here": None, NaN, ``pd.NA``, ``NaT``.

    Examples
    --------
    >>> is_missing(float("nan")), is_missing("nan"), is_missing("")
    (True, False, False)
    """
    if value is None:
        return True
    if isinstance(value, (float, np.floating)):
        return bool(value != value)
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return bool(np.isnat(value))
    return type(value).__name__ in ("NAType", "NaTType")


def check_text(value: str) -> str:
    """Return a plain ``str``, refusing what cannot be stored as Unicode text."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"not valid Unicode: a lone surrogate at character {error.start}; "
                "repair it with text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')"
            ) from None
    return str(value)


def clean(value: object, where: str = "metadata") -> Any:
    """Copy a value with only what JSON and dates can hold; NaN and NaT become None.

    Parameters
    ----------
    value : object
        Dictionaries, lists, tuples, numbers, text, dates, NumPy scalars and arrays of these.
    where : str
        What to call the value in an error, such as ``metadata``.

    Raises
    ------
    ValueError
        For anything else, naming the key; also for infinite numbers and nesting without end.

    Examples
    --------
    >>> clean({"length": np.int16(3), "loss": float("nan"), "tags": ("a", "b")})
    {'length': 3, 'loss': None, 'tags': ['a', 'b']}
    """
    try:
        return _clean(value, where)
    except RecursionError:
        raise ValueError(f"{where} is nested too deeply, or contains itself") from None


def _clean(value: Any, where: str) -> Any:
    if type(value) is str:
        try:
            return check_text(value)
        except ValueError as error:
            raise ValueError(f"{where} is {error}") from None
    if type(value) in (int, bool) or is_missing(value):
        return None if is_missing(value) else value
    if isinstance(value, Mapping):
        return {_key(key, where): _clean(item, f"{where}[{key!r}]") for key, item in value.items()}
    if isinstance(value, np.ndarray):
        value = list(value) if value.ndim else value.item()
    if isinstance(value, (list, tuple)):
        return [_clean(item, f"{where}[{i}]") for i, item in enumerate(value)]
    return _scalar(value, where)


def _scalar(value: Any, where: str) -> Any:
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()
    elif isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        if math.isinf(value):
            raise ValueError(f"{where} is infinite, which JSON cannot hold; use None")
        return float(value)
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return check_text(value)
    if hasattr(value, "to_pydatetime"):  # a pandas Timestamp, whose nanoseconds are cut
        return value.to_pydatetime(warn=False)
    if isinstance(value, dt.date):
        return value
    raise ValueError(
        f"{where} is a {type(value).__name__}, which cannot be stored; "
        "use text, numbers, booleans, dates, lists and dictionaries of these"
    )


def _key(key: object, where: str) -> str:
    if isinstance(key, str):
        return check_text(key)
    if isinstance(key, (int, np.integer)):
        return str(key)
    raise ValueError(f"{where} has a key of type {type(key).__name__} ({key!r}); keys are text")


def encode(value: Any) -> str:
    """Write a cleaned value as JSON text.

    Examples
    --------
    >>> encode({"day": dt.date(2024, 5, 1), "n": 1})
    '{"day":{"$date":"2024-05-01"},"n":1}'
    """
    return json.dumps(_tag(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def to_text(value: Any, where: str) -> str:
    """Clean a dictionary and write it as JSON text.

    Examples
    --------
    >>> to_text({"loss": float("nan")}, "metadata")
    '{"loss":null}'
    """
    if type(value) is dict and all(type(key) is str for key in value):
        try:  # most are plain JSON already, which the standard encoder does much faster
            text = _PLAIN.encode(value)
            text.encode()
        except (TypeError, ValueError, RecursionError):
            pass
        else:
            if '$date"' not in text:
                return text
    return encode(clean(value, where))


_PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _tag(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1 and _DATE_KEY.fullmatch(next(iter(value))):
            return {"$" + key: _tag(item) for key, item in value.items()}
        return {key: _tag(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_tag(item) for item in value]
    if isinstance(value, dt.date):
        return {"$date": value.isoformat()}
    return value


def decode(text: str) -> Any:
    """Read what :func:`encode` wrote.

    Examples
    --------
    >>> decode('{"day":{"$date":"2024-05-01"},"n":1}')
    {'day': datetime.date(2024, 5, 1), 'n': 1}
    """
    return json.loads(text, object_hook=_untag if '$date"' in text else None)


def escape_key(text: str) -> str:
    """Mark the key of JSON text that would be read as a date though it is a caller's own.

    Examples
    --------
    >>> escape_key('{"$date":"next week"}')
    '{"$$date":"next week"}'
    """
    value = json.loads(text)
    if len(value) == 1 and _DATE_KEY.fullmatch(next(iter(value))):
        value = {"$" + key: item for key, item in value.items()}
    return _PLAIN.encode(value)


def _untag(value: dict[str, Any]) -> Any:
    if len(value) == 1:
        key, item = next(iter(value.items()))
        if key == "$date" and isinstance(item, str):
            return _parse_date(item)
        if key != "$date" and _DATE_KEY.fullmatch(key):
            return {key[1:]: item}
    return value


def _parse_date(text: str) -> dt.date:
    return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
