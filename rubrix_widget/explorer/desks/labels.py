"""Which annotations are in doubt, for the page."""

from __future__ import annotations

from rubrix_widget import analysis
from rubrix_widget.explorer.desks.shapes import MOST_ROWS, Asked, Desk


def label_errors(asked: Asked) -> Desk:
    """Return the annotations that the model doubts."""
    found = analysis.label_errors(asked.shown, agent=asked.agent, most=MOST_ROWS).data
    table = found["table"]
    lines = [f"the model doubts {found['candidates']:,} of {found['n']:,} annotations"]
    rows = [
        [one.id, one.annotation, one.prediction, one.self_confidence, one.normalized_margin]
        for one in table.itertuples()
    ]
    columns = [("record", "text"), ("annotated", "text"), ("rather", "text")]
    columns += [("score of the annotation", "number"), ("margin", "number")]
    return Desk(lines, columns, rows, table["query"].tolist())


def contradictions(asked: Asked) -> Desk:
    """Return texts that are alike and annotated otherwise."""
    found = analysis.contradictions(asked.shown, most=MOST_ROWS // 4).data
    table = found["table"]
    lines = [", ".join(f"{count:,} {kind}" for kind, count in found["counts"].items())]
    rows = [
        [one.kind, one.text, " / ".join(one.annotations), one.similarity]
        for one in table.itertuples()
    ]
    columns = [("kind", "text"), ("text", "text"), ("annotations", "text"), ("alike", "share")]
    return Desk(lines, columns, rows, table["query"].tolist())
