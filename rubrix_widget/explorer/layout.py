"""Which columns a table of records can have, and which of them are shown how wide."""

from __future__ import annotations

from typing import Any, Final

from rubrix_widget.engine import Engine
from rubrix_widget.engine.fields import did_you_mean
from rubrix_widget.explorer.checks import integer, members, text
from rubrix_widget.explorer.protocol import MAX_COLUMNS, MAX_WIDTH, MIN_WIDTH, RequestError

_ALWAYS: Final = (
    *("text", "predicted_as", "annotated_as", "status", "predicted", "score", "id"),
    *("predicted_by", "annotated_by", "event_timestamp", "last_updated", "metrics.text_length"),
)


def available(engine: Engine) -> list[str]:
    """Return the columns that the records of a dataset can be shown with, by their fields' names.

    ``text`` is all inputs of a record, ``predicted_as`` its labels and scores.
    """
    inputs = engine.columns.logged.input_names
    metadata = [
        name
        for name, field in engine.fields.items()
        if name.startswith("metadata.") and field.kind != "words"
    ]
    several = [f"inputs.{name}" for name in inputs] if len(inputs) > 1 else []
    return ["text", *several, *_ALWAYS[1:], *metadata]


def columns(value: object, engine: Engine) -> list[str]:
    """Return names of columns, each once; none stands for those shown by default.

    Raises
    ------
    RequestError
        No list of names, or a name of no column.
    """
    names = list(dict.fromkeys(members(value, "columns", MAX_COLUMNS, text)))
    _known(names, "columns", engine)
    return names


def widths(value: object, engine: Engine) -> dict[str, int]:
    """Return the widths of columns, in CSS pixels.

    Raises
    ------
    RequestError
        No mapping of columns to whole numbers, or a name of no column.
    """
    if not isinstance(value, dict) or len(value) > MAX_COLUMNS:
        raise RequestError(
            'column_widths is no dict such as {"text": 400}, or has more than '
            f"{MAX_COLUMNS} entries"
        )
    named = {text(name, "column_widths"): width for name, width in value.items()}
    _known(list(named), "column_widths", engine)
    return {
        name: integer(width, f"column_widths[{name!r}]", MIN_WIDTH, MAX_WIDTH)
        for name, width in named.items()
    }


def _known(names: list[str], what: str, engine: Engine) -> None:
    known = available(engine)
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f" There are {', '.join(known[:12])}"
            raise RequestError(f"{what}: no column {name!r:.80}.{hint}")


def kept(stored: Any, engine: Engine) -> tuple[list[str], dict[str, int]]:
    """Return of a layout kept with the dataset what can still be shown."""
    known = set(available(engine))
    given = stored if isinstance(stored, dict) else {}
    names, sizes = given.get("columns"), given.get("column_widths")
    try:
        return (
            columns([one for one in names or () if one in known], engine),
            widths({one: size for one, size in (sizes or {}).items() if one in known}, engine),
        )
    except (RequestError, TypeError, AttributeError):  # a file that somebody else wrote
        return [], {}
