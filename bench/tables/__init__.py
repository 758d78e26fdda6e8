"""Tables of records in a notebook, ours and others', each shown and used in a real browser.

A tool is a class that says how it is shown, where its records
are, and how a person sorts, searches and filters in it. What it cannot do it says in words.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

OURS = "ours"
JUPYTERLAB = "JupyterLab"
WHOLE = ", with the records out of sight"  # after the name of a gesture
COLUMNS = ["id", "text", "annotated_as", "predicted_as", "score", "status", "source", "stars"]


@dataclass(frozen=True)
class Records:
    """What is shown.

    Attributes
    ----------
    path
        The flat table as Parquet.
    name
        The name under which the records are logged in the home folder.
    words
        Words to search for, from common to rare.
    """

    path: Path
    name: str
    words: tuple[str, ...]

    def frame(self) -> str:
        """Return Python that reads the columns that every table shows into ``df``."""
        return f"import pandas as pd\ndf = pd.read_parquet({str(self.path)!r}, columns={COLUMNS})"


@dataclass(frozen=True)
class Gesture:
    """Something a person does, the ``turn``-th time, and what is then on the page.

    Attributes
    ----------
    act
        Does it to the page of a browser.
    prepare
        What goes before, unmeasured.
    first
        What the first change of what is shown is called, where it is not the whole answer.
    """

    act: Callable[[Any, int], None]
    prepare: Callable[[Any, int], None] | None = None
    first: str = ""


class Tool(Protocol):
    """How one tool is shown and used.

    Attributes
    ----------
    package
        Its distribution.
    host
        The notebook application it is shown in.
    setup, show
        Cells of a notebook: imports and the data in memory, unmeasured; and the table.
    look
        JavaScript: a function that returns what the table shows now as a string, null while there
        is nothing.
    gestures
        By name, in the order they are done.
    cannot
        Gestures that it has no way for, with the reason.
    remark
        What a reader should know of how it was driven.
    """

    package: str
    host: str
    setup: str
    show: str
    look: str
    gestures: Mapping[str, Gesture]
    cannot: Mapping[str, str]
    remark: str

    def __init__(self, records: Records) -> None: ...


@dataclass
class Missing:
    """A tool that is not there, and why."""

    why: str


def tools(records: Records) -> dict[str, Tool | Missing]:
    """Return each tool that is installed, and for the others why they are not there."""
    from bench.tables import explorer, others

    found: dict[str, Tool | Missing] = {OURS: explorer.Here(records)}
    for name, (module, tool) in others.TOOLS.items():
        there = importlib.util.find_spec(module) is not None
        found[name] = tool(records) if there else Missing("not installed")
    return found
