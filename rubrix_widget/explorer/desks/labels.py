"""Which annotations are in doubt, for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rubrix_widget import analysis
from rubrix_widget.analysis.source import text_of
from rubrix_widget.explorer.desks.shapes import MOST_ROWS, Asked, Desk, Drawn, Mark, Table, lacking

_TEXT = 200  # characters
_EACH = MOST_ROWS // 4  # rows of a kind of contradiction


def label_errors(asked: Asked) -> Desk:
    """Return the annotations that the model doubts."""
    if why := lacking(asked):
        return Desk([why])
    metric = analysis.label_errors(asked.shown, agent=asked.agent, most=MOST_ROWS)
    found, table = metric.data, metric.data["table"]
    lines = [f"The model doubts {found['candidates']:,} of {found['n']:,} annotations."]
    if not len(table):
        return Desk(lines)
    if len(table) < found["candidates"]:
        lines[0] += f" The table has the {len(table)} that it doubts most."
    engine = asked.shown.engine
    records = engine.records(engine.positions(table["id"].tolist()))
    rows = [
        [
            *(one.id, text_of(record, _TEXT), one.annotation),
            _rather(one.prediction, record["annotation"] if asked.several else None),
            *(one.self_confidence, one.normalized_margin),
        ]
        for one, record in zip(table.itertuples(), records, strict=True)
    ]
    columns = [("record", "text"), ("text", "text"), ("annotated", "text"), ("rather", "text")]
    columns += [("score of the annotation", "score"), ("margin", "score")]
    return Desk(lines, [Table(columns, rows, table["query"].tolist())])


def contradictions(asked: Asked) -> Desk:
    """Return texts that are alike and annotated otherwise."""
    metric = analysis.contradictions(asked.shown, most=_EACH, progress=asked.progress)
    counts, table = metric.data["counts"], metric.data["table"]
    parts = metric.data["split"] is not None
    unknown = "No metadata `split` tells which part of the data a record is in."
    if not len(table):
        none = f"No two of the {metric.data['n']:,} texts are alike and annotated otherwise"
        return Desk(
            [f"{none}, and none is in more than one part." if parts else f"{none}. {unknown}"]
        )
    lines = [
        f"Among {metric.data['n']:,} texts, annotated otherwise: {counts['identical']:,} that are "
        f"there more than once, {counts['near']:,} nearly identical pairs, "
        f"{counts['contained']:,} pairs of which one holds the other. "
        + (f"In more than one part: {counts['leakage']:,}." if parts else unknown)
    ]
    if len(table) < sum(counts.values()):
        lines[0] += f" The table has up to {_EACH} of each kind."
    rows = [
        [one.kind, one.text, _counted(one.annotations), one.records, one.similarity]
        for one in table.itertuples()
    ]
    columns = [("kind", "text"), ("text", "text"), ("annotations", "text")]
    columns += [("records", "count"), ("alike", "share")]
    marks = [Mark(None, kind, f"{kind}: {count:,}", None) for kind, count in counts.items()]
    drawn = Drawn(metric.spec(), "rows", marks)
    return Desk(lines, [Table(columns, rows, table["query"].tolist())], drawn)


def _rather(label: str, annotation: Sequence[str] | None) -> str:
    """Return what the model would rather have than a label, or than several.

    Examples
    --------
    >>> _rather("joy", None), _rather("joy", ["joy", "love"]), _rather("joy", ["love"])
    ('joy', 'not joy', 'also joy')
    """
    if annotation is None or not label:
        return label
    return f"not {label}" if label in annotation else f"also {label}"


def _counted(annotations: Sequence[str]) -> str:
    """Return annotations in the order in which they occur, the same ones counted.

    Examples
    --------
    >>> _counted(["good", "bad", "bad"])
    'good / 2 × bad'
    """
    counts = Counter(annotations)
    return " / ".join(one if n == 1 else f"{n} × {one}" for one, n in counts.items())
