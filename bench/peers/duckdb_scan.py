"""DuckDB: a table scanned by all cores; ids out as an array.

Its text index is an extension that has to be downloaded, so it has none here.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from bench import forms
from bench.peers import Source, scans

_EQUALS = {"annotated_as": "annotated_as = ?", "predicted": "predicted = ?"}
_BETWEEN = {
    "score": "score BETWEEN ? AND ?",
    "day": "day BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP)",
}


def build(texts: pa.ChunkedArray, path: Path) -> None:
    """Insert texts into a table of a new file: nothing is indexed."""
    given = pa.table({"text": texts})
    with duckdb.connect(str(path)) as base:
        base.register("given", given)
        base.execute("CREATE TABLE texts AS SELECT text FROM given")


class Here:
    """A table in memory."""

    name = "DuckDB"

    def __init__(self, source: Source) -> None:
        table = source.table.append_column("words", source.words)
        table = table.append_column("place", pa.array(np.arange(table.num_rows)))
        self.base = duckdb.connect()
        self.base.register("given", table)
        self.base.execute("CREATE TABLE records AS SELECT * FROM given")
        self.base.unregister("given")

    def ask(self, form: forms.Form) -> Callable[[], Sized]:
        where, values = condition(form)
        command = "SELECT place FROM records WHERE " + where  # noqa: S608 - constants with ?
        return lambda: self.base.execute(command, values).fetchnumpy()["place"]


def condition(form: forms.Form) -> tuple[str, list[object]]:
    """Write a form as a condition with ``?`` for its values."""
    match form:
        case forms.Not(part):
            where, values = condition(part)
            return f"NOT ({where})", values
        case forms.All(parts) | forms.Any(parts):
            found = [condition(part) for part in parts]
            joiner = " AND " if isinstance(form, forms.All) else " OR "
            return f"({joiner.join(w for w, _ in found)})", [v for _, vs in found for v in vs]
        case forms.Equals(field, value):
            return f"coalesce({_EQUALS[field]}, false)", [value]
        case forms.Between(field, low, high):
            return _BETWEEN[field], [low, high]
    wanted, regular = scans.condition(form)
    return ("regexp_matches(words, ?)" if regular else "contains(words, ?)"), [wanted]
