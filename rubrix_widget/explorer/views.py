"""Views saved under names, kept with the dataset for everybody who opens it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, ItemsView, Iterator, MutableMapping
from typing import Any, Final

from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import did_you_mean
from rubrix_widget.explorer import checks, token
from rubrix_widget.explorer.once import Once
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.limits import MAX_NAMED, MAX_VIEW_NAME, MAX_VIEWS

DOCUMENT: Final = "views"
States = dict[str, dict[str, Any]]


class Views(MutableMapping[str, dict[str, Any]]):
    """The saved views of a dataset: names to states of an explorer, in the order of saving.

    ``views["wrong and sure"] = ex.state`` saves one; ``ex``'s state, token and link are all
    accepted. :func:`rubrix_widget.views` opens those of a dataset by name.

    Parameters
    ----------
    live : LiveDataset
        The dataset.
    """

    def __init__(self, live: LiveDataset) -> None:
        self._live = live

    def __getitem__(self, name: str) -> dict[str, Any]:
        states = self._read()
        if name not in states:
            known = f" There are {', '.join(map(repr, states))}" if states else " There are none"
            raise KeyError(
                f"no view {name!r} of {self._live.name!r}."
                f"{did_you_mean(str(name), states) or known}"
            )
        return states[name]

    def __setitem__(self, name: str, state: object) -> None:
        name, state = checked_name(name), _state(state)

        def change(states: States) -> States:
            if name not in states and len(states) >= MAX_VIEWS:
                raise RequestError(f"there are {MAX_VIEWS} views already; delete one first")
            return {**states, name: state}

        self._change(change)

    def __delitem__(self, name: str) -> None:
        self[name]
        self._change(lambda states: {one: it for one, it in states.items() if one != name})

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def items(self) -> ItemsView[str, dict[str, Any]]:
        """Return the names and states as they are now; the document is read once for all."""
        return self._read().items()

    def __repr__(self) -> str:
        return f"<Views of {self._live.name!r}: {', '.join(map(repr, self)) or 'none'}>"

    def rename(self, name: str, to: str) -> None:
        """Give a view another name; it keeps its place.

        Raises
        ------
        KeyError
            There is no view of that name.
        RequestError
            The new name is taken, or none that a view can have.
        """
        self[name]
        to = checked_name(to)

        def change(states: States) -> States:
            if to in states and to != name:
                raise RequestError(f"there is a view {to!r} already; delete it first")
            return {to if one == name else one: state for one, state in states.items()}

        self._change(change)

    def _read(self) -> States:
        return _sound(self._live.kept.get(DOCUMENT))

    def _change(self, change: Callable[[States], States]) -> None:
        self._live.kept.update(DOCUMENT, lambda stored: change(_sound(stored)))


def checked_name(name: object) -> str:
    """Return a name that a view can have.

    Raises
    ------
    RequestError
        It cannot have this one.

    Examples
    --------
    >>> checked_name(" wrong and sure ")
    'wrong and sure'
    """
    found = checks.text(name, "the name of the view", 10 * MAX_VIEW_NAME).strip()
    hidden = any(unicodedata.category(one) in ("Cc", "Zl", "Zp") for one in found)
    if not 0 < len(found) <= MAX_VIEW_NAME or hidden:
        raise RequestError(
            f"the name of the view is {found!r:.60}; give 1 to {MAX_VIEW_NAME} characters on one "
            f"line"
        )
    return found


def apply(views: Views, change: object, once: Once[None]) -> None:
    """Make a change that the page asks for, once under its ``id``.

    Raises
    ------
    RequestError
        It is none, or there is no such view.
    """
    known = {"save": ("state", "replace"), "rename": ("to",), "delete": ()}
    given = checks.fields(change, "change", ("id", "do", "name"), ("state", "replace", "to"))
    do = checks.choice(given["do"], "change.do", tuple(known))
    checks.fields(change, "change", ("id", "do", "name", *known[do]))
    name = checks.text(given["name"], "change.name")

    def make() -> None:
        if do == "save":
            if checked_name(name) in views and given["replace"] is not True:
                raise RequestError(f"there is a view {checked_name(name)!r} already")
            views[name] = given["state"]
        elif do == "rename":
            views.rename(name, checks.text(given["to"], "change.to"))
        else:
            del views[name]

    try:
        once(checks.text(given["id"], "change.id", MAX_NAMED), make)
    except KeyError as error:
        raise RequestError(str(error.args[0])) from None


def _state(given: object) -> dict[str, Any]:
    state = getattr(given, "state", given)
    return token.decode(state).state if isinstance(state, str) else checks.state(state)


def _sound(stored: Any) -> States:
    """Return the views of a file, which somebody else may have written, that can be shown."""
    found: States = {}
    for name, state in (stored if isinstance(stored, dict) else {}).items():
        try:
            found[checked_name(name)] = checks.state(state)
        except RequestError:
            continue
    return found
