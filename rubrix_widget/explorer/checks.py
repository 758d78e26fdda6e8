"""Nothing that arrives from the page, or is assigned in a cell, is believed before it was here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from rubrix_widget.explorer.desks import NAMES, OPTIONS
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.figures import ChartParams, FacetsParams
from rubrix_widget.explorer.protocol.limits import (
    CHARTS,
    MAX_FACETS,
    MAX_NAMED,
    MAX_PAGE_SIZE,
    MAX_QUERY,
    MAX_SELECTED,
    MAX_SORT,
    MAX_STRING,
    TABS,
)
from rubrix_widget.explorer.protocol.records import (
    CompleteParams,
    LocateParams,
    RecordParams,
    SelectParams,
    View,
)
from rubrix_widget.query import DIALECTS, Dialect

_T = TypeVar("_T")
MAX_PAGE = 10**9  # any larger number is a mistake, and the last page is answered anyway
MAX_FILTERS = 1_000_000  # characters of the filters as JSON


def text(value: object, what: str, limit: int = MAX_STRING) -> str:
    """Return `value` if it is a string of at most `limit` characters that UTF-8 can carry."""
    if not isinstance(value, str):
        raise RequestError(f"{what} is {shown(value)}; give a string")
    if len(value) > limit:
        raise RequestError(f"{what} has {len(value):,} characters; at most {limit:,} are accepted")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise RequestError(f"{what} holds half of a surrogate pair, which is no text") from None
    return value


def integer(value: object, what: str, low: int, high: int) -> int:
    """Return `value` if it is a whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise RequestError(f"{what} is {shown(value)}; give a whole number from {low} to {high:,}")
    return value


def flag(value: object, what: str) -> bool:
    """Return `value` if it is true or false."""
    if not isinstance(value, bool):
        raise RequestError(f"{what} is {shown(value)}; give true or false")
    return value


def choice(value: object, what: str, choices: Sequence[str]) -> str:
    """Return `value` if it is one of `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise RequestError(f"{what} is {shown(value)}; use {' or '.join(map(repr, choices))}")
    return value


def members(value: object, what: str, limit: int, read: Callable[[object, str], _T]) -> list[_T]:
    """Return a list of at most `limit` values, each as `read` returns it."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise RequestError(f"{what} is {shown(value)}; give a list")
    if len(value) > limit:
        raise RequestError(f"{what} has {len(value):,} entries; at most {limit:,} are accepted")
    return [read(one, f"{what}[{place}]") for place, one in enumerate(value)]


def fields(
    value: object, what: str, needed: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, Any]:
    """Return `value` if it is a mapping with just these keys."""
    if not isinstance(value, dict):
        raise RequestError(f"{what} is {shown(value)}; give an object")
    missing = [name for name in needed if name not in value]
    unknown = [name for name in value if name not in needed and name not in optional]
    if missing or unknown:
        wrong = f"lacks {missing[0]!r}" if missing else f"has an unknown {shown(unknown[0])}"
        accepted = ", ".join((*needed, *optional)) or "nothing"
        raise RequestError(f"{what} {wrong}; it holds {accepted}")
    return value


def query(value: object) -> str:
    """Return `value` if it may be a query; whether it can be read is the engine's to say."""
    return text(value, "query", MAX_QUERY)


def dialect(value: object) -> Dialect:
    """Return `value` if it names a dialect."""
    chosen = choice(value, "dialect", tuple(DIALECTS))
    return "lucene" if chosen == "lucene" else "notebook"


def filters(value: object) -> dict[str, Any]:
    """Return `value` if it is plain data of bounded size; what it means is the engine's to say."""
    if not isinstance(value, Mapping):
        raise RequestError(
            f'filters is {shown(value)}; give a dict such as {{"status": ["Edited"]}}'
        )
    try:
        plain = json.dumps(dict(value), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise RequestError(f"filters must be plain data: {error}") from None
    if len(plain) > MAX_FILTERS:
        raise RequestError(
            f"filters are {len(plain):,} characters of JSON, at most {MAX_FILTERS:,}"
        )
    copied: dict[str, Any] = json.loads(plain)
    return copied


def sort(value: object) -> list[list[str]]:
    """Return `value` if it is a list of (field, direction) pairs; "relevance" stands for one."""
    pairs = [["relevance", "desc"]] if value == "relevance" else value
    return members(pairs, "sort", MAX_SORT, _sort_key)


def _sort_key(value: object, what: str) -> list[str]:
    pair = members(value, what, 2, text)
    if len(pair) != 2:
        raise RequestError(f'{what} is {shown(value)}; give a pair such as ("score", "desc")')
    choice(pair[1], f"{what}[1]", ("asc", "desc"))
    return pair


def page(value: object) -> int:
    """Return `value` if it may be the number of a page."""
    return integer(value, "page", 1, MAX_PAGE)


def page_size(value: object) -> int:
    """Return `value` if a page may have so many records."""
    return integer(value, "page_size", 1, MAX_PAGE_SIZE)


def selected(value: object) -> list[str]:
    """Return a list of record ids, each once."""
    return list(dict.fromkeys(members(value, "selected", MAX_SELECTED, text)))


def view(params: object) -> View:
    """Read the parameters of ``page``."""
    given = fields(params, "a view", tuple(View.__annotations__))
    return {
        "query": query(given["query"]),
        "dialect": dialect(given["dialect"]),
        "filters": filters(given["filters"]),
        "sort": sort(given["sort"]),
        "page": page(given["page"]),
        "page_size": page_size(given["page_size"]),
    }


def state(value: object) -> dict[str, Any]:
    """Read a state that an explorer gave; what it leaves out stays as it is by default."""
    read = {
        "query": query,
        "dialect": dialect,
        "filters": filters,
        "sort": sort,
        "page": page,
        "page_size": page_size,
        "columns": _unread,  # the dataset has to be known, so the trait checks them
        "column_widths": _unread,
        "tab": _tab,
        "analysis": _analysis,
        "analysis_options": options,
    }
    return {name: read[name](one) for name, one in fields(value, "state", (), tuple(read)).items()}


def _tab(value: object) -> str:
    return choice(value, "tab", TABS)


def _analysis(value: object) -> str:
    return choice(value, "analysis", NAMES)


def options(value: object) -> dict[str, str]:
    """Return what was chosen for analyses: a few strings by the names of options."""
    if not isinstance(value, dict):
        raise RequestError(f'the options are {shown(value)}; give a dict such as {{"agent": "b"}}')
    return {choice(name, "an option", OPTIONS): text(one, name) for name, one in value.items()}


def _unread(value: object) -> object:
    return value


def completing(params: object) -> CompleteParams:
    """Read the parameters of ``complete``."""
    given = fields(params, "params of 'complete'", tuple(CompleteParams.__annotations__))
    return {
        "query": query(given["query"]),
        "caret": integer(given["caret"], "caret", 0, 2 * MAX_QUERY),
        "dialect": dialect(given["dialect"]),
    }


def facets(params: object) -> FacetsParams:
    """Read the parameters of ``facets``."""
    given = fields(params, "params of 'facets'", tuple(FacetsParams.__annotations__))
    search = given["search"]
    if not isinstance(search, dict) or len(search) > MAX_FACETS:
        raise RequestError(f"search is {shown(search)}; give an object of field to text")
    if not isinstance(given["confusion"], bool):
        raise RequestError(f"confusion is {shown(given['confusion'])}; give true or false")
    return {
        "query": query(given["query"]),
        "dialect": dialect(given["dialect"]),
        "filters": filters(given["filters"]),
        "facets": members(given["facets"], "facets", MAX_FACETS, text),
        "search": {text(name, "search"): text(one, "search") for name, one in search.items()},
        "confusion": flag(given["confusion"], "confusion"),
    }


def chart(params: object) -> ChartParams:
    """Read the parameters of ``chart``."""
    given = fields(params, "params of 'chart'", tuple(ChartParams.__annotations__))
    return {
        "query": query(given["query"]),
        "dialect": dialect(given["dialect"]),
        "filters": filters(given["filters"]),
        "chart": choice(given["chart"], "chart", CHARTS),
        "field": text(given["field"], "field"),
    }


def record(params: object) -> RecordParams:
    """Read the parameters of ``record``."""
    given = fields(params, "params of 'record'", tuple(RecordParams.__annotations__))
    return {
        "id": text(given["id"], "id"),
        "query": query(given["query"]),
        "dialect": dialect(given["dialect"]),
    }


def locating(params: object) -> LocateParams:
    """Read the parameters of ``locate``."""
    given = fields(params, "params of 'locate'", tuple(LocateParams.__annotations__))
    return {"id": text(given["id"], "id"), "view": view(given["view"])}


def similar(params: object) -> str:
    """Read the parameters of ``similar``."""
    return text(fields(params, "params of 'similar'", ("id",))["id"], "id")


def selecting(params: object) -> SelectParams:
    """Read the parameters of ``select``."""
    given = fields(params, "params of 'select'", tuple(SelectParams.__annotations__))
    return {
        "name": text(given["name"], "name", MAX_NAMED),
        "ids": None if given["ids"] is None else selected(given["ids"]),
    }


def shown(value: object) -> str:
    """Return a value that was refused, short, for a message."""
    shown = (
        repr(value) if isinstance(value, str | int | float | bool | None) else type(value).__name__
    )
    return shown if len(shown) <= 60 else shown[:59] + "…"
