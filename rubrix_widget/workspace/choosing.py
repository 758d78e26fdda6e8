"""Which records a call is about: those with some ids, those a query matches, in an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from rubrix_widget.arrays import Ints
from rubrix_widget.engine import NO_WORDS, Engine, SortError
from rubrix_widget.errors import RecordWarning, warn
from rubrix_widget.query import Dialect

Sort = str | Sequence[tuple[str, str]]
Ids = str | int | Iterable[str | int]


def chosen(
    engine: Engine, query: str | None, ids: Ids | None, sort: Sort | None, dialect: Dialect
) -> Ints:
    """Return the positions of the records a call is about; warn of ids there are none of."""
    selection = engine.select(query, dialect=dialect, sort=sort or ())
    if NO_WORDS in selection.notes:
        raise SortError(NO_WORDS)
    if ids is None:
        return selection.order()
    asked = listed(ids)
    places = engine.positions(asked)
    missing = [one for one, place in zip(asked, places.tolist(), strict=True) if place < 0]
    if missing:
        _warn_missing(missing)
    places = places[places >= 0]
    if sort:
        wanted = np.zeros(engine.n, dtype=bool)
        wanted[places] = True
        order = selection.order()
        return order[wanted[order]]
    return places[selection.mask[places]]


def checked_limit(limit: object, what: str = "limit") -> int:
    """Return a number of records, or say what is accepted."""
    if isinstance(limit, bool) or not isinstance(limit, int | np.integer) or limit < 0:
        raise ValueError(f"{what} is {limit!r}; give a whole number from 0")
    return int(limit)


def listed(ids: Ids) -> list[str]:
    """Return ids as they are stored, each once."""
    if isinstance(ids, str) or not isinstance(ids, Iterable):
        ids = [ids]
    return list(dict.fromkeys(str(one) for one in ids))


def _warn_missing(missing: list[str]) -> None:
    shown = ", ".join(repr(one) for one in missing[:5])
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    warn(f"no record has the id {shown}{more}", RecordWarning)
