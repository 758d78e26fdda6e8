"""A whole view in DuckDB's SQL: hits into a table, one pass for all counts, one for the page."""

from __future__ import annotations

from collections.abc import Callable

from bench import ours
from bench.peers import Source, duckdb_scan

_KEYWORDS = tuple(name.removeprefix("metadata.") for name in ours.KEYWORD_FACETS)
_SETS = ", ".join(
    f"({name})" for name in (*_KEYWORDS, "bin", "stars", "annotated_as, predicted_as")
)
_COLUMNS = ", ".join((*_KEYWORDS, "stars"))


class Here(duckdb_scan.Here):
    """The table of the scans, labels and the like as enumerations, asked for views."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        for name in _KEYWORDS:
            self.base.execute(_ENUMERATE.format(name=name))
            self.base.execute(_RETYPE.format(name=name))

    def view(self, asked: ours.View) -> Callable[[], tuple[int, object, object]]:
        """Return what answers a view: count, records, and facets with the matrix."""
        conditions, values = [], []
        where, first = duckdb_scan.condition(asked.query)
        conditions.append(where)
        values += first
        for name, wanted in asked.equal.items():
            conditions.append(f"{name} IN ({', '.join('?' * len(wanted))})")
            values += wanted
        for name, bounds in asked.between.items():
            conditions.append(f"{name} BETWEEN ? AND ?")
            values += bounds
        keys = ", ".join(f"{name} {direction} NULLS LAST" for name, direction in asked.sort)
        sorted_by = [name for name, _ in asked.sort if name not in (*_KEYWORDS, "stars", "score")]
        # Names and directions are the benchmark's own; whatever was chosen is bound to a "?".
        hits = _HITS.format(
            columns=", ".join([_COLUMNS, *sorted_by]), where=" AND ".join(conditions)
        )
        page = _PAGE.format(keys=f"{keys}, place" if keys else "place")
        counts = _COUNTS.format(columns=_COLUMNS, sets=_SETS)
        base = self.base

        def answer() -> tuple[int, object, object]:
            base.execute(hits, values)
            count = base.execute("SELECT count(*) FROM hits").fetchone()[0]  # type: ignore[index]
            places = [place for (place,) in base.execute(page).fetchall()]
            records = base.execute(_RECORDS, [places]).fetchall()
            return count, records, base.execute(counts).fetchnumpy()

        return answer


_ENUMERATE = (
    "CREATE TYPE {name}_values AS ENUM "
    "(SELECT DISTINCT {name} FROM records WHERE {name} IS NOT NULL)"
)
_RETYPE = "ALTER TABLE records ALTER {name} TYPE {name}_values"
_HITS = (
    "CREATE OR REPLACE TEMP TABLE hits AS SELECT place, score, "
    "CAST((score - 0.5) * 40 AS TINYINT) AS bin, {columns} FROM records WHERE {where}"
)
_PAGE = "SELECT place FROM hits ORDER BY {keys} LIMIT 50"
_RECORDS = "SELECT * EXCLUDE (words) FROM records WHERE place IN (SELECT unnest(?))"
_COUNTS = "SELECT {columns}, bin, count(*) FROM hits GROUP BY GROUPING SETS ({sets})"
