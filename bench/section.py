"""Pieces of the page: tables, lines of the summary, sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_FIGURE = re.compile(r"[(+-]?\d[\d,.]*(e-?\d+)?( (ms|s|×|MB|GB))?\)?$|–$|nan$")


@dataclass(frozen=True)
class Summary:
    """One line of the table at the top; ``met`` None where there is no aim."""

    work: str
    aim: str
    ours: str
    peer: str
    ratio: str
    met: bool | None


@dataclass
class Section:
    """A part of the page, and what it adds to the summary."""

    title: str
    body: list[str] = field(default_factory=list)
    summary: list[Summary] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Add a paragraph, if there is anything to say."""
        if text:
            self.body.append(text)

    def table(self, head: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
        """Add a table; columns of figures stand to the right."""
        written = [[str(cell).replace("|", "\\|") for cell in line] for line in lines]
        figures = [
            all(_FIGURE.match(line[place]) for line in written) and bool(written)
            for place in range(len(head))
        ]
        rule = ["---:" if right else "---" for right in figures]
        rows = [list(head), rule, *written]
        self.body.append("\n".join(f"| {' | '.join(row)} |" for row in rows))


def yes(met: bool | None) -> str:
    """Say whether an aim is met."""
    return {True: "yes", False: "**no**", None: "–"}[met]


def ratio(ours: float, theirs: float) -> str:
    """Say how many times as long ours takes."""
    found = ours / theirs
    return f"{found:.2f} ×" if found >= 0.1 else f"{found:.2g} ×"
