"""What else answers the same questions, each given the same data and asked in its own way.

A peer is a class in a module of its own: made from :class:`Source`, it says its ``name`` and turns
a form into something to call that returns all matching ids. Where it has no such query it raises
:class:`CannotAskError` with the reason.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from bench.forms import Form

MODULES = {
    "tantivy": "tantivy_index",
    "SQLite FTS5": "sqlite_fts5",
    "DuckDB": "duckdb_scan",
    "polars": "polars_scan",
    "pandas": "pandas_scan",
}


class CannotAskError(Exception):
    """The peer has no query for this; the message says why."""


@dataclass(frozen=True)
class Source:
    """The records for a peer.

    Attributes
    ----------
    table
        The flat table.
    words
        Each text's words as our analyzer cuts them, with a space around each: what everyone is
        asked about, so that all find the same records.
    folder
        For files.
    """

    table: pa.Table
    words: pa.LargeStringArray
    folder: Path


class Peer(Protocol):
    """Answers forms with all matching ids."""

    name: str

    def __init__(self, source: Source) -> None: ...

    def ask(self, form: Form) -> Callable[[], Sized]:
        """Return what finds all matching ids."""
        ...


def everyone(source: Source) -> tuple[list[Peer], dict[str, str]]:
    """Make every peer that is installed, and say why the others are not there."""
    found: list[Peer] = []
    missing: dict[str, str] = {}
    for name, module in MODULES.items():
        try:
            imported = importlib.import_module(f"bench.peers.{module}")
        except ImportError as error:
            missing[name] = f"not installed ({error})"
            continue
        found.append(imported.Here(source))
    return found, missing
