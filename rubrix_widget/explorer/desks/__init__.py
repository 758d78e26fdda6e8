"""Analyses for the page: each says something, draws it, and has the query of each row's records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rubrix_widget.explorer.desks import (
    comparing,
    confusing,
    finding,
    labels,
    quality,
    reporting,
)
from rubrix_widget.explorer.desks.shapes import Asked, Desk, Document, Drawn, Mark, Shown, Table

__all__ = [
    "DESKS",
    "NAMES",
    "OPTIONS",
    "Asked",
    "Desk",
    "Document",
    "Drawn",
    "Mark",
    "Shown",
    "Table",
    "strangers",
]

DESKS: Final[dict[str, Callable[[Asked], Desk]]] = {
    "scores": quality.scores,
    "confusion_matrix": confusing.confusion_matrix,
    "calibration": quality.calibration,
    "thresholds": quality.thresholds,
    "slices": finding.slices,
    "error_words": finding.error_words,
    "label_errors": labels.label_errors,
    "contradictions": labels.contradictions,
    "compare": comparing.compare,
    "what_if": quality.what_if,
    "report": reporting.report,
}

NAMES: Final = (*DESKS, "review")
"""What the tab of analyses can show: a review has messages of its own."""

_OF_AGENTS: Final = ("agent", "against", "first", "second")
OPTIONS: Final = (*_OF_AGENTS, "normalize", "every")
"""What can be chosen for analyses."""


def strangers(options: Mapping[str, str], agents: Sequence[str]) -> dict[str, str]:
    """Return of what is chosen the agents that are not among these.

    Examples
    --------
    >>> strangers({"agent": "c", "against": "a", "normalize": "predicted"}, ["a", "b"])
    {'agent': 'c'}
    """
    chosen = ((name, options.get(name)) for name in _OF_AGENTS)
    return {name: agent for name, agent in chosen if agent and agent not in agents}
