"""The view of an explorer for somebody else: as a token, a link, a line of Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import Engine, did_you_mean
from rubrix_widget.errors import QueryError
from rubrix_widget.explorer import checks, layout, token, views
from rubrix_widget.explorer.config import fingerprint
from rubrix_widget.explorer.desks import strangers
from rubrix_widget.explorer.once import Once
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.limits import DEFAULTS
from rubrix_widget.explorer.protocol.sharing import ProposalResult, ShareResult, ViewsResult
from rubrix_widget.explorer.token import Shared
from rubrix_widget.explorer.views import States

if TYPE_CHECKING:
    import threading

LOADED: Final = ("query", "dialect", "sort")  # what `rb.load` knows of a state


class Fitted(NamedTuple):
    """Of a state what a dataset can show, and what it lacks, in words."""

    state: dict[str, Any]
    missing: list[str]


def fitted(state: dict[str, Any], engine: Engine) -> Fitted:
    """Return of a state what a dataset can show, and what it lacks.

    Parameters
    ----------
    state
        As :func:`rubrix_widget.explorer.checks.state` returns it.
    engine
        The dataset as it is now.
    """
    kept = deepcopy(state)
    missing: list[str] = []

    def lacks(what: str, query: str = "", **asked: Any) -> bool:
        try:
            engine.select(query, **asked)
        except (QueryError, ValueError, TypeError) as error:
            said = error.message if isinstance(error, QueryError) else str(error)
            missing.append(f"{what} ({said})")
            return True
        return False

    query, dialect = kept.get("query", ""), kept.get("dialect", DEFAULTS["dialect"])
    filters, sort = dict(kept.get("filters", {})), list(kept.get("sort", []))
    if lacks("something", query, dialect=dialect, filters=filters, sort=sort):
        missing.clear()  # and see what
        if lacks(f"the query {query!r:.80}", query, dialect=dialect):
            del kept["query"]
        for field, chosen in filters.items():
            if lacks(f"the filter {field!r:.80}", filters={field: chosen}):
                del kept["filters"][field]
        for field, direction in sort:
            if lacks(f"the sort key {field!r:.80}", sort=[(field, direction)]):
                kept["sort"].remove([field, direction])
    known = set(layout.available(engine))
    columns = kept.get("columns")
    if isinstance(columns, list):
        gone = [one for one in columns if not (isinstance(one, str) and one in known)]
        missing += [f"the column {str(one)!r:.80}" for one in gone]
        kept["columns"] = [one for one in columns if one not in gone]
    widths = kept.get("column_widths")
    if isinstance(widths, dict):
        kept["column_widths"] = {name: size for name, size in widths.items() if name in known}
    options = kept.get("analysis_options", {})
    for option, agent in strangers(options, engine.columns.logged.predicting).items():
        missing.append(f"the agent {agent!r:.80}")
        del options[option]
    return Fitted(short(kept), missing)


def checked_state(given: object, live: LiveDataset, what: str = "the state") -> dict[str, Any]:
    """Return a state, given as such, as a token or as a link, if the dataset can show all of it.

    Raises
    ------
    RequestError
        It is none, or names what the dataset does not have; the message says what.
    """
    state = token.decode(given).state if isinstance(given, str) else checks.state(given)
    missing = fitted(state, live.engine()).missing
    if missing:
        raise RequestError(
            f"{what} does not fit {live.name!r}, which lacks {'; '.join(missing)}. Leave it out "
            f"of the state, or look at the dataset it was made with"
        )
    return state


def opened(state: object, view: str | None, live: LiveDataset) -> dict[str, Any]:
    """Return the state that an explorer opens with: as given, or saved under a name, or none.

    Raises
    ------
    ValueError
        A state and a view are both given.
    KeyError
        There is no view of that name.
    RequestError
        The dataset cannot show all of it; the message says what it lacks.
    """
    if view is not None:
        if state is not None:
            raise ValueError("give a state or the name of a view, not both")
        return checked_state(views.Views(live)[view], live, f"the view {view!r}")
    return {} if state is None else checked_state(state, live)


def short(state: dict[str, Any]) -> dict[str, Any]:
    """Return of a state what differs from an explorer just opened."""
    return {name: one for name, one in state.items() if one != DEFAULTS[name]}


def options(value: object, engine: Engine, before: Mapping[str, str]) -> dict[str, str]:
    """Return what is chosen for analyses.

    Raises
    ------
    RequestError
        There is no such option, or no such agent; one that was chosen `before` may be gone.
    """
    given, agents = checks.options(value), engine.columns.logged.predicting
    for name, agent in strangers(given, agents).items():
        if before.get(name) != agent:
            hint = did_you_mean(agent, agents) or f" There are {', '.join(agents) or 'none'}"
            raise RequestError(f"analysis_options[{name!r}]: no agent {agent!r:.80}.{hint}")
    return given


def code(name: str, state: dict[str, Any], verb: str = "explore") -> str:
    """Return the line of Python that opens a dataset with a state.

    Examples
    --------
    >>> code("films", {"query": "fine", "page": 2})
    "rb.explore('films', query='fine', page=2)"
    """
    given = "".join(f", {key}={value!r}" for key, value in state.items())
    return f"rb.{verb}({name!r}{given})"


class Sharing:
    """Answers to the page about sharing and saved views.

    Parameters
    ----------
    live : LiveDataset
    """

    def __init__(self, live: LiveDataset) -> None:
        self._live = live
        self._once: Once[None] = Once()
        self._fitted: tuple[Any, dict[str, list[str]]] = (None, {})
        self.methods: dict[str, Callable[[object], Any]] = {
            "share": self.share,
            "propose": self.propose,
            "views": self.views,
        }

    def share(self, params: object) -> ShareResult:
        """Answer ``share``: a view as a token and as lines of Python."""
        state = short(checks.state(checks.fields(params, "params of 'share'", ("state",))["state"]))
        name = self._live.name
        loaded = {key: one for key, one in state.items() if key in LOADED}
        return {
            "token": token_of(self._live, state),
            "code": code(name, state),
            "load": None if "filters" in state else code(name, loaded, "load"),
        }

    def propose(self, params: object) -> ProposalResult:
        """Answer ``propose``: what a link found in the address would show, if it is of this."""
        given = checks.fields(params, "params of 'propose'", ("token",))["token"]
        shared = token.decode(given)
        engine = self._live.engine()
        if shared.fingerprint != fingerprint(engine, self._live.name):
            return {"mine": False, "state": {}, "reading": "", "missing": []}
        fit = fitted(shared.state, engine)
        query = fit.state.get("query", "")
        dialect = fit.state.get("dialect", DEFAULTS["dialect"])
        reading = engine.select(query, dialect=dialect).reading if query else ""
        return {"mine": True, "state": fit.state, "reading": reading, "missing": fit.missing}

    def views(self, params: object) -> ViewsResult:
        """Answer ``views``: the saved views, after a change to them where one is asked for."""
        change = checks.fields(params, "params of 'views'", ("change",))["change"]
        kept = views.Views(self._live)
        if change is not None:
            views.apply(kept, change, self._once)
        states = dict(kept.items())
        missing = self._missing(states)
        return {
            "views": [
                {"name": name, "state": state, "missing": missing[name]}
                for name, state in states.items()
            ]
        }

    def _missing(self, states: States) -> dict[str, list[str]]:
        """Return what the dataset lacks of each view; what was told before is not asked again.

        It changes with the fields and words, which an edit leaves as they are.
        """
        engine = self._live.engine()
        fields, told = self._fitted
        known = told if fields is engine.fields else {}
        keys = {name: json.dumps(state) for name, state in states.items()}
        found = {
            key: known[key] if key in known else fitted(states[name], engine).missing
            for name, key in keys.items()
        }
        self._fitted = engine.fields, found
        return {name: found[key] for name, key in keys.items()}


def token_of(live: LiveDataset, state: dict[str, Any]) -> str:
    """Return a state of an explorer as a token."""
    return token.encode(Shared(live.name, fingerprint(live.engine(), live.name), state))


class Shareable:
    """What an explorer says about its view, for somebody else to open."""

    if TYPE_CHECKING:
        _live: LiveDataset
        _lock: threading.RLock

    @property
    def state(self) -> dict[str, Any]:
        """What is shown, as plain data to keep or to send: ``rb.explore(name, state=…)``.

        Only what differs from an explorer just opened is in it.
        """
        with self._lock:
            return short({name: deepcopy(getattr(self, name)) for name in DEFAULTS})

    def code(self) -> str:
        """Return the line of Python that opens the explorer as it is now.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "shared")
        >>> ex = rb.explore("shared", "fine", sort=[("score", "desc")])
        >>> print(ex.code())
        rb.explore('shared', query='fine', sort=[['score', 'desc']])
        """
        return code(self._live.name, self.state)

    def link(self, url: str | None = None) -> str:
        """Return the view as a short text, or as a link.

        Parameters
        ----------
        url : str, optional
            The address of a notebook that opens this dataset. What is in it stays, but for
            Jupyter's ``token=…``, which would let in whoever has the link.

        Returns
        -------
        str
            Without an address ``"rbx1.…"``, for ``rb.explore(name, state="rbx1.…")``; with one the
            address with that in its fragment. Neither has a record in it.

        Raises
        ------
        RequestError
            The view's query and filters are too large for a link.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "shared")
        >>> ex = rb.explore("shared", "fine")
        >>> rb.explore("shared", state=ex.link()).query
        'fine'
        >>> ex.link("https://host/lab/tree/films.ipynb").split("rbx1")[0]
        'https://host/lab/tree/films.ipynb#rbx='
        """
        made = token_of(self._live, self.state)
        return made if url is None else token.in_address(made, url)

    def save_view(self, name: str) -> None:
        """Keep the view with the dataset under a name, in the place of any of that name.

        Parameters
        ----------
        name
            The name of the view.

        Raises
        ------
        RequestError
            The name is none that a view can have, or there are too many views.
        StorageError, DatasetBusyError
            Nothing is changed.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "shared")
        >>> rb.explore("shared", "fine").save_view("the fine ones")
        >>> rb.explore("shared", view="the fine ones").query
        'fine'
        """
        views.Views(self._live)[name] = self.state
