"""Why a condition matches nothing, said with what the dataset holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rubrix_widget.engine.fields import Field, did_you_mean
from rubrix_widget.engine.view import SomeRecords, View
from rubrix_widget.index import tokens
from rubrix_widget.query import shorten, tree

MAX_NOTES = 10  # notes of one query from which on nothing more is looked for
_COMPARED = 1_000  # distinct values that a misspelt one is compared with
_LONGEST = 10_000  # characters of a condition that is worth another look
_MAX_WORDS = 8  # words of one condition looked up one by one


def why_nothing(
    leaf: tree.Leaf,
    field: Field,
    view: View | SomeRecords,
    matches: Callable[[tree.Leaf], bool],
    meant: Callable[[list[str]], str],
) -> str:
    """Say why no record matches a condition on one field.

    Parameters
    ----------
    leaf, field
        The condition, and the field it is on.
    view
        The dataset.
    matches
        Whether any record matches another condition on this field.
    meant
        Asks whether other words than some were meant; empty where there is nothing to ask.

    Returns
    -------
    str
        One sentence; empty where there is nothing to add.
    """
    name = field.name
    if isinstance(leaf, tree.Exists):
        return f"`{name}` has no value here"
    if field.kind in ("text", "words"):
        return _about_words(leaf, field, matches, meant)
    if field.kind not in ("keyword", "label"):
        return _about_numbers(leaf, field, view, matches)
    if isinstance(leaf, tree.Term | tree.Phrase):
        if field.kind == "label":
            return ""  # the nearest labels were named already
        values = view.keywords(field).values
        known = values.to_pylist() if len(values) <= _COMPARED else []
        hint = did_you_mean(leaf.text, [one for one in known if one != leaf.text])
        return f"`{name}` is never *{shorten(leaf.text)}* here" + (hint and f".{hint}")
    return f"`{name}` is never {_like(leaf)} here"


def _about_words(
    leaf: tree.Leaf,
    field: Field,
    matches: Callable[[tree.Leaf], bool],
    meant: Callable[[list[str]], str],
) -> str:
    where = "" if field.name == "text" else f" in {field.name}"
    if not isinstance(leaf, tree.Term | tree.Phrase):
        return f"no word{where} is {_like(leaf)}"
    if len(leaf.text) > _LONGEST:
        return ""
    analyzer = "whitespace" if field.name.endswith(".exact") else "standard"
    words = list(dict.fromkeys(token.text for token in tokens(leaf.text, analyzer)))[:_MAX_WORDS]
    one = tree.Term(leaf.span, leaf.field, leaf.field_span, "")
    missing = [word for word in words if not matches(replace(one, text=word))]
    if missing:
        noun = "word" if len(missing) == 1 else "words"
        return f"no record has the {noun} {_listed(missing)}{where}{meant(missing)}"
    if isinstance(leaf, tree.Term) or len(words) < 2:
        return ""
    near = f"within {leaf.slop} moves" if leaf.slop else "next to each other"
    return f"{_listed(words)} are there{where}, but never {near} in this order"


def _listed(words: Sequence[str]) -> str:
    said = [f"*{shorten(word)}*" for word in words]
    return " and ".join([", ".join(said[:-1]), said[-1]] if said[1:] else said)


def _like(leaf: tree.Leaf) -> str:
    match leaf:
        case tree.Wildcard(pattern=pattern):
            return f"like {shorten(pattern)}"
        case tree.Regex(pattern=pattern):
            return f"matched by /{shorten(pattern)}/"
        case tree.Fuzzy(text=text):
            return f"close to {shorten(text)}"
        case tree.Range():
            return _between(leaf)
    raise TypeError(f"no words for {type(leaf).__name__}")


def _between(leaf: tree.Range) -> str:
    return f"between {shorten(leaf.low or '*')} and {shorten(leaf.high or '*')}"


def _about_numbers(
    leaf: tree.Leaf, field: Field, view: View | SomeRecords, matches: Callable[[tree.Leaf], bool]
) -> str:
    values = view.numbers(field).values.dropna()
    if values.empty:
        return f"`{field.name}` has no value here"
    if not isinstance(leaf, tree.Range):
        written = leaf.text if isinstance(leaf, tree.Term | tree.Phrase) else ""
        return f"`{field.name}` is never {shorten(written)} here"
    if leaf.low is not None and not matches(replace(leaf, high=None)):
        word = "from" if leaf.include_low else "above"
        end = f"{word} {shorten(leaf.low)} here; the highest is {_plain(values.max())}"
    elif leaf.high is not None and not matches(replace(leaf, low=None)):
        word = "up to" if leaf.include_high else "below"
        end = f"{word} {shorten(leaf.high)} here; the lowest is {_plain(values.min())}"
    else:
        end = f"{_between(leaf)} here"
    return f"`{field.name}` has no value {end}"


def _plain(value: Any) -> str:
    import pandas as pd

    if isinstance(value, pd.Timestamp | np.datetime64):
        return pd.Timestamp(value).isoformat().removesuffix("T00:00:00")
    return f"{value:.6g}" if isinstance(value, float) else str(value)
