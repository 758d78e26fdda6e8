"""What a query that is being written may go on with: fields, values, words and operators."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.engine.engine import Engine
from rubrix_widget.engine.fields import Field
from rubrix_widget.index import starting_with
from rubrix_widget.query import Before, Dialect, before, quote, shorten, word

LIMIT: Final = 20  # suggestions at once: more than anybody reads
_FIELDS_AMONG_WORDS: Final = 8
_LONGEST: Final = 500  # characters of a value that is worth completing
_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")  # not to be put in a line of text
_OPERATORS: Final = {
    "AND": "both",
    "OR": "either",
    "AND NOT": "the first without the second",
}

CompletionKind = Literal["field", "value", "word", "operator", "hint"]


class Completion(NamedTuple):
    """One suggestion: what to write, how to show it, what it is, and a remark."""

    put: str
    label: str
    kind: CompletionKind
    detail: str


class Completions(NamedTuple):
    """Suggestions for the text between two places of the query."""

    start: int
    end: int
    items: list[Completion]


def complete(
    engine: Engine, query: str, caret: int | None = None, dialect: Dialect = "notebook"
) -> Completions:
    """Suggest what a query may go on with.

    Parameters
    ----------
    engine
        Whose fields, values and words are suggested.
    query
        Need not be whole.
    caret
        The place in it, in characters; its end by default.
    dialect
        How the query is read.

    Returns
    -------
    Completions
        At most 20, to replace the text from ``start`` to ``end``. Values and words come with the
        number of records of the whole dataset that have them, the commonest first.
    """
    caret = len(query) if caret is None else min(max(caret, 0), len(query))
    found = before(query, caret, dialect)
    if found is None:
        return Completions(caret, caret, [])
    items = _items(engine, found)
    end = found.end
    if any(one.kind == "field" for one in items) and query[end : end + 1] == ":":
        end += 1  # a field's name is put with its colon
        items = [one for one in items if one.kind == "field"]
    return Completions(found.start, end, items[:LIMIT])


def _items(engine: Engine, found: Before) -> list[Completion]:
    typed = found.typed
    if found.field == "_exists_":
        return _fields(engine, typed, "") if found.state == "value" else []
    field = None if found.field is None else engine.fields.get(found.field)
    if found.state in ("value", "quote", "range"):
        return [] if field is None else _values(engine, field, found)
    operators = _operators(typed) if found.state == "after" else _negation(typed)
    if found.state == "after" and not typed:
        return operators
    if found.field is not None:
        return [*operators, *(_values(engine, field, found) if field else [])]
    fields = _fields(engine, typed, ":")
    words = _words(engine, "text", typed)
    if words:
        fields = fields[:_FIELDS_AMONG_WORDS]
    return [*operators, *fields, *words]


def _operators(typed: str) -> list[Completion]:
    return [
        Completion(f"{one} ", one, "operator", says)
        for one, says in _OPERATORS.items()
        if one.startswith(typed.upper())
    ]


def _negation(typed: str) -> list[Completion]:
    fits = typed and "NOT".startswith(typed.upper())
    return [Completion("NOT ", "NOT", "operator", "all others")] if fits else []


def _fields(engine: Engine, typed: str, behind: str) -> list[Completion]:
    """Name fields: first those that start with what was typed, then those with it in a part."""
    wanted = typed.lower()
    ranked = []
    for place, field in enumerate(engine.fields.values()):
        name = field.name.lower()
        if name.startswith(wanted):
            ranked.append((0, place, field))
        elif len(wanted) > 1 and any(
            part.startswith(wanted) for part in re.split(r"[._@\s]", name)
        ):
            ranked.append((1, place, field))
    return [
        Completion(word(field.name) + behind, shorten(field.name), "field", field.kind)
        for _, _, field in sorted(ranked, key=lambda one: one[:2])
        if not _UNWRITABLE.search(field.name)
    ]


def _words(engine: Engine, name: str, typed: str) -> list[Completion]:
    if not typed or len(typed) > _LONGEST:
        return []
    wanted = typed if name.endswith(".exact") else typed.lower()
    return [
        Completion(word(one.word), shorten(one.word), "word", _records(one.records))
        for one in starting_with(engine.corpus[name], wanted, LIMIT)
        if len(one.word) <= _LONGEST and not _UNWRITABLE.search(one.word)
    ]


def _values(engine: Engine, field: Field, found: Before) -> list[Completion]:
    if field.kind in ("keyword", "label", "bool"):
        return [] if found.state == "range" else _keywords(engine, field, found.typed)
    if field.kind in ("number", "integer", "date"):
        return [] if found.state == "quote" else _limits(engine, field, found)
    if field.kind == "text" and found.state in ("value", "after"):
        return _words(engine, field.name, found.typed)
    return []


def _keywords(engine: Engine, field: Field, typed: str) -> list[Completion]:
    if len(typed) > _LONGEST:
        return []
    values, counts = engine.value_counts(field.name)
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.large_string())
    if typed:
        fits = pc.starts_with(values, typed, ignore_case=len(values) <= 200_000)
        chosen = np.flatnonzero(fits.fill_null(False).to_numpy(zero_copy_only=False))
    else:
        chosen = np.arange(len(values))
    of_chosen = counts[chosen]
    wanted = 2 * LIMIT  # some may be unwritable
    if len(chosen) > wanted:
        most = np.argpartition(-of_chosen, wanted)[:wanted]
        chosen, of_chosen = chosen[most], of_chosen[most]
    texts = values.take(chosen).to_pylist()
    ranked = sorted(zip((-of_chosen).tolist(), texts, strict=True))
    return [
        Completion(quote(text), shorten(text), "value", _records(-count))
        for count, text in ranked
        if len(text) <= _LONGEST and not _UNWRITABLE.search(text)
    ][:LIMIT]


def _limits(engine: Engine, field: Field, found: Before) -> list[Completion]:
    """Show how limits are written, with numbers or dates of the data."""
    if found.state == "range":
        return _closing(found.typed)
    if found.typed:
        return []
    import pandas as pd

    values = engine.view.numbers(field).values
    low, high = values.min(), values.max()
    if pd.isna(low):
        return []
    least, most = _plain(low, field), _plain(high, field)
    hints = [
        (f"[{least} TO {most}]", "between"),
        (f"[{least} TO *]", "at least"),
        (f"[* TO {most}]", "at most"),
        (f">{least}", "above"),
        (f"<{most}", "below"),
    ]
    if field.name == "score":
        hints.insert(0, (">0.9", "above 0.9"))
    if field.kind == "date":
        hints.insert(0, ("[now-7d/d TO *]", "since seven days ago"))
    return [Completion(put, put, "hint", says) for put, says in hints]


def _closing(typed: str) -> list[Completion]:
    """Finish a range that is open."""
    close = {"[": "]", "{": "}"}[typed[0]]
    bounds = typed[1:].split()
    if any(re.search(r"[\"\\]", one) for one in bounds) or len(bounds) > 3:
        return []
    low = bounds[0] if bounds else "*"
    high = bounds[2] if len(bounds) == 3 else "*"
    if (len(bounds) > 1 and bounds[1] != "TO") or "TO" in (low, high):
        return []
    put = f"{typed[0]}{low} TO {high}{close}"
    return [Completion(put, put, "hint", "a range")]


def _plain(value: object, field: Field) -> str:
    if field.kind == "date":
        import pandas as pd

        return pd.Timestamp(value).date().isoformat()  # type: ignore[arg-type]
    return f"{value:.4g}" if field.kind == "number" else str(value)


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"
