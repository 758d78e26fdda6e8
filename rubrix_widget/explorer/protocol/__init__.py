"""What the page and the kernel say to each other; ``js/src/protocol`` says the same.

The page sends a :class:`Request`, the kernel answers with one :class:`Response` of the same
``id`` and, when the data changed elsewhere, sends an :class:`KernelEvent` unasked. All positions in
texts are in UTF-16 units, as JavaScript counts them. A test compares the two.

What is asked and answered is in ``records``, ``changes``, ``figures``, ``analysis``,
``reviewing`` and ``sharing``, how much of it at most in ``limits``.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from rubrix_widget.errors import RubrixWidgetError

PROTOCOL = 2  # raised when a message changes its shape; the page refuses another number

METHODS = (
    *("page", "record", "locate", "similar", "ids", "select"),
    *("edit", "undo", "redo", "tally", "plan", "change", "changes"),
    *("complete", "facets", "chart", "analyse", "review", "runtime"),
    *("share", "propose", "views", "export"),
)


class RequestError(RubrixWidgetError, ValueError):
    """A request from the page that is not as :mod:`rubrix_widget.explorer.protocol` says."""


class Request(TypedDict):
    """A question from the page."""

    kind: Literal["request"]
    id: str
    method: str
    params: dict[str, Any]


class Failure(TypedDict):
    """Why a request failed; ``start`` and ``end`` are a place in the query, where there is one."""

    type: str
    message: str
    start: int | None
    end: int | None


class Response(TypedDict):
    """The answer to the request of that ``id``: a ``result``, or an ``error``."""

    kind: Literal["response"]
    id: str
    result: NotRequired[Any]
    error: NotRequired[Failure]
    buffers: NotRequired[list[bytes]]  # taken out and sent beside it


class KernelEvent(TypedDict):
    """The data changed elsewhere and is now at ``version``; or the saved views did."""

    kind: Literal["event"]
    event: Literal["changed", "views"]
    version: int


class FieldInfo(TypedDict):
    """A field that a query or a sort can name."""

    name: str
    kind: str


class Config(TypedDict):
    """What the page knows of the dataset before it asks; sent once, as a trait."""

    name: str
    title: str
    total: int
    labels: list[str]
    multi_label: bool
    fields: list[FieldInfo]
    columns: list[str]
    inputs: list[str]
    protocol: int
    token: str
    runtime: str
    agents: list[str]
