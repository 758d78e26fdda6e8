"""Which columns a table of records can have, and which of them are shown how wide."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import Engine
from rubrix_widget.engine.fields import did_you_mean
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.explorer.checks import integer, members, text
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.limits import MAX_COLUMNS, MAX_WIDTH, MIN_WIDTH

_DOCUMENT: Final = "layout"
_ALWAYS: Final = (
    *("text", "predicted_as", "annotated_as", "status", "predicted", "score", "id"),
    *("predicted_by", "annotated_by", "comment", "verdict", "event_timestamp", "last_updated"),
    "metrics.text_length",
)


def available(engine: Engine) -> list[str]:
    """Return the columns that the records of a dataset can be shown with, by their fields' names.

    ``text`` is all inputs of a record, ``predicted_as`` its labels and scores; of agents other
    than the primary one it is ``predicted_as@agent``.
    """
    inputs = engine.columns.logged.input_names
    others = [f"predicted_as@{agent}" for agent in engine.columns.logged.predicting[1:]]
    metadata = [
        name
        for name, field in engine.fields.items()
        if name.startswith("metadata.") and field.kind != "words"
    ]
    several = [f"inputs.{name}" for name in inputs] if len(inputs) > 1 else []
    return ["text", *several, "predicted_as", *others, *_ALWAYS[2:], *metadata]


def columns(value: object, engine: Engine) -> list[str]:
    """Return names of columns, each once; none stands for those shown by default.

    Raises
    ------
    RequestError
        No list of names, or a name of no column.
    """
    names = list(dict.fromkeys(members(value, "columns", MAX_COLUMNS, text)))
    _check_known(names, "columns", engine)
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
    _check_known(list(named), "column_widths", engine)
    return {
        name: integer(width, f"column_widths[{name!r}]", MIN_WIDTH, MAX_WIDTH)
        for name, width in named.items()
    }


def _check_known(names: list[str], what: str, engine: Engine) -> None:
    known = available(engine)
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f" There are {', '.join(known[:12])}"
            raise RequestError(f"{what}: no column {name!r:.80}.{hint}")


class Keeper:
    """The layout kept with a dataset, with which the next explorer of it opens.

    Parameters
    ----------
    live : LiveDataset
        Where the folder cannot be written, nothing is kept.
    """

    def __init__(self, live: LiveDataset) -> None:
        self._live = live
        self._last = self.read()

    def read(self) -> dict[str, Any]:
        """Return of what is kept that which can still be shown, as values of traits."""
        engine = self._live.engine()
        known = set(available(engine))
        try:
            given = self._live.kept.get(_DOCUMENT) or {}
            names = [one for one in given.get("columns", ()) if one in known]
            sizes = {one: w for one, w in given.get("column_widths", {}).items() if one in known}
            return {"columns": columns(names, engine), "column_widths": widths(sizes, engine)}
        except (RubrixWidgetError, TypeError, AttributeError):  # somebody else wrote the file
            return {"columns": [], "column_widths": {}}

    def write(self, names: list[str], sizes: dict[str, int]) -> None:
        """Keep a layout; the one by default is kept by keeping none."""
        now = {"columns": names, "column_widths": sizes}
        if now == self._last:
            return
        self._last = now
        with suppress(RubrixWidgetError, OSError):  # to read only: it holds in this explorer
            self._live.kept.put(_DOCUMENT, now if names or sizes else None)
