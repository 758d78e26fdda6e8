"""A finding to take along, for the page."""

from __future__ import annotations

import html

from rubrix_widget import analysis
from rubrix_widget.analysis.source import source_of
from rubrix_widget.explorer.desks.shapes import (
    Asked,
    Desk,
    Document,
    Drawn,
    Mark,
    Table,
    lacking,
    share,
)
from rubrix_widget.metrics.intervals import wilson
from rubrix_widget.query import quote

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: auto; padding: 1rem }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
th, td {{ border: 1px solid #8886; padding: 0.2rem 0.6rem; vertical-align: top }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def report(asked: Asked) -> Desk:
    """Return how often records are wrong, beside the rest, with examples."""
    if why := lacking(asked):
        return Desk([why])
    found = analysis.report(asked.shown, agent=asked.agent)
    marks = [
        Mark(None, name, f"{name}: {share(wrong / n)} of {n:,} wrong ({_wilson(wrong, n)})", None)
        for name, wrong, n in (
            ("these records", found.data["wrong"], found.data["n"]),
            ("all others", found.data["rest_wrong"], found.data["rest_n"]),
        )
        if n
    ]
    tables = []
    if found.table:
        mistakes = [("annotated", "text"), ("predicted", "text"), ("records", "count")]
        rows = [list(one) for one in found.table]
        queries = [None if asked.several else _mistake(asked, *one[:2]) for one in found.table]
        tables.append(Table([*mistakes, ("share of errors", "share")], rows, queries, "Mistakes"))
        columns = [("record", "text"), ("annotated", "text"), ("predicted", "text")]
        columns += [("score", "score"), ("text", "text")]
        queries = [f"id:{quote(one[0])}" if one[0] else None for one in found.examples]
        examples = [list(one) for one in found.examples]
        tables.append(Table(columns, examples, queries, found.sampled))
    page = _PAGE.format(title=html.escape(found.title), body=found.html)
    documents = [
        Document("report.md", "text/markdown", found.markdown),
        Document("report.html", "text/html", page),
    ]
    sentence = found.sentence[0].upper() + found.sentence[1:] + "."
    return Desk([sentence], tables, Drawn(found.spec(), "rows", marks), documents)


def _mistake(asked: Asked, annotated: str, predicted: str) -> str:
    """Return the query of one kind of mistakes, where a record has one label."""
    field = source_of(asked.shown, None, "notebook", asked.agent).field("predicted_as")
    return f"annotated_as:{quote(annotated)} AND {field}:{quote(predicted)}"


def _wilson(part: int, whole: int) -> str:
    low, high = wilson(part, whole)
    return f"{share(low)} to {share(high)}"
