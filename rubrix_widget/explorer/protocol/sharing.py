"""Messages about a view for somebody else, or for later: shared, saved, exported."""

from __future__ import annotations

from typing import Any, TypedDict


class ShareParams(TypedDict):
    """``share``: a view, as much of it as differs from an explorer just opened."""

    state: dict[str, Any]


class ShareResult(TypedDict):
    """The view as a token and as lines of Python; ``load`` is null where filters are on."""

    token: str
    code: str
    load: str | None


class ProposalParams(TypedDict):
    """``propose``: what was found in the address."""

    token: str


class ProposalResult(TypedDict):
    """What a link shows, if it is ``mine``: of this dataset; ``missing`` is what it lacks."""

    mine: bool
    state: dict[str, Any]
    reading: str
    missing: list[str]


class ViewsParams(TypedDict):
    """``views``: a change to the saved views, or null to be told them.

    A change repeated under the same ``id`` is made once.
    """

    change: dict[str, Any] | None


class SavedView(TypedDict):
    """A saved view; ``missing`` names what the dataset no longer has."""

    name: str
    state: dict[str, Any]
    missing: list[str]


class ViewsResult(TypedDict):
    """The saved views, in the order of saving."""

    views: list[SavedView]


class ExportResult(TypedDict):
    """A file that is being written; the piece asked for comes as a buffer beside the answer.

    The page names the file and numbers its pieces from 0. It may ask again for the last one, until
    it closes the file.
    """

    file: str
    name: str
    media: str
    total: int
    written: int
