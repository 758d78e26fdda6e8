"""Both answers to a query, whether they agree, and the shortest query on which they do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from oracle.lucene import Answer, Lucene
from rubrix_widget.engine import Engine
from rubrix_widget.errors import RubrixWidgetError


@dataclass(frozen=True)
class Case:
    """A query and what each side answers."""

    query: str
    ours: Answer
    theirs: Answer

    @property
    def agrees(self) -> bool:
        """Both match the same records, or neither can answer."""
        if self.ours.mask is None or self.theirs.mask is None:
            return self.ours.mask is self.theirs.mask and not self.ours.error.startswith("CRASH")
        return bool(np.array_equal(self.ours.mask, self.theirs.mask))

    @property
    def kind(self) -> tuple[bool, bool]:
        """Which sides answer."""
        return self.ours.mask is None, self.theirs.mask is None


class Bench:
    """Our engine and Lucene over the same records."""

    def __init__(self, engine: Engine, lucene: Lucene) -> None:
        self.engine = engine
        self.lucene = lucene

    def cases(self, queries: Sequence[str]) -> list[Case]:
        """Ask both sides."""
        theirs = self.lucene.answers(queries)
        return [Case(q, self.ours(q), t) for q, t in zip(queries, theirs, strict=True)]

    def ours(self, query: str) -> Answer:
        """Answer as the package does; an exception of any other kind than its own is a fault."""
        try:
            return Answer(self.engine.select(query, dialect="lucene").mask)
        except RubrixWidgetError as error:
            return Answer(None, f"{type(error).__name__}: {error}")
        except Exception as error:  # whatever it is, it is reported
            return Answer(None, f"CRASH {error!r}")

    def reading(self, query: str) -> str:
        """Say how we read a query."""
        try:
            selection = self.engine.select(query, dialect="lucene")
        except RubrixWidgetError:
            return "an error"
        return selection.reading

    def shrunk(self, query: str, wanted: Callable[[Case], bool]) -> Case:
        """Cut out characters, many first, for as long as the sides still disagree."""
        size = len(query)
        while size:
            shorter = [query[:i] + query[i + size :] for i in range(len(query) - size + 1)]
            found = next((case for case in self.cases(shorter) if wanted(case)), None)
            if found is None:
                size = min(size // 2 if size > 8 else size - 1, len(query))
            else:
                query = found.query
                size = min(size, len(query))
        return self.cases([query])[0]
