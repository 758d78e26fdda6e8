"""The report as one HTML page: whole without its script, which adds search, sort and pages.

Its content security policy allows that one script and that one style sheet, by their hashes, and
pictures that are in the page itself; nothing can be fetched or sent.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from rubrix_widget.explorer.markup import accuracy, around, element, records
from rubrix_widget.explorer.protocol.figures import ConfusionResult
from rubrix_widget.explorer.protocol.records import Summary
from rubrix_widget.explorer.report.carried import Carried, Column, shown
from rubrix_widget.metrics.intervals import wilson

PAGE_ROWS = 100  # records on a page of the table
_PLAIN = "Shown are the first {}; a browser that runs scripts shows the others."
_SHADES = 6  # of the matrix; report.css has a class for each


class LabelLine(NamedTuple):
    """How often a label is annotated and predicted, and how many of each are right."""

    label: str
    annotated: int
    recalled: int
    judged_annotated: int
    predicted: int
    precise: int
    judged_predicted: int


class Picture(NamedTuple):
    """A chart as SVG, and what it shows in words."""

    title: str
    svg: str


@dataclass(frozen=True)
class About:
    """What the report says about the view."""

    title: str
    made: str
    query: str
    reading: str
    filters: list[str]
    sort: str
    code: str
    count: int
    total: int
    summary: Summary
    confusion: ConfusionResult
    labels: list[LabelLine]
    labels_left_out: int


def page(
    view: About, carried: Carried, pictures: Sequence[Picture], *, script: str, style: str
) -> str:
    """Put the page together."""
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    data = {
        "columns": [column._asdict() for column in carried.columns],
        "labels": view.confusion["labels"],
        "n": carried.n,
        "pageRows": PAGE_ROWS,
    }
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        element("title", view.title),
        f"<style>{style}</style>",
    ]
    body = [
        _header(view),
        around("main", [_about(view), _counts(view), _charts(pictures), _table(view, carried)]),
        f'<script type="application/json" id="carried">{as_script(data)}</script>',
        f"<script>{script}</script>",
    ]
    whole = [around("head", head), around("body", body)]
    return f"<!doctype html>\n{around('html', whole, lang='en')}\n"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def as_script(data: Any) -> str:
    r"""Return data as JSON that cannot end the script element it stands in.

    Examples
    --------
    >>> as_script(["</script>"])
    '["\\u003c/script\\u003e"]'
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _header(view: About) -> str:
    said = f"{view.count:,} of {records(view.total)} · {view.made}"
    return around("header", [element("h1", view.title), element("p", said, class_="muted")])


def _about(view: About) -> str:
    lines: list[tuple[str, str]] = []
    if view.query:
        lines.append(("query", element("code", view.query)))
    lines.append(("read as", escape(view.reading or "all records")))
    if view.filters:
        chips = around("ul", [element("li", one) for one in view.filters], class_="chips")
        lines.append(("filters", chips))
    if view.sort:
        lines.append(("order", escape(view.sort)))
    summary = view.summary
    lines.append(
        (
            "counts",
            f"{summary['annotated']:,} annotated, {summary['predicted']:,} predicted",
        )
    )
    if said := accuracy(summary):
        lines.append(("accuracy", escape(said.removeprefix("accuracy "))))
    lines.append(("open again", element("code", view.code)))
    parts = [part for name, value in lines for part in (element("dt", name), f"<dd>{value}</dd>")]
    return around("dl", parts)


def _counts(view: About) -> str:
    return around("div", [_matrix(view.confusion), _labels(view)], class_="side-by-side")


def _matrix(found: ConfusionResult) -> str:
    """Draw the matrix; the script makes buttons of its cells."""
    if not found["total"]:
        return ""
    labels, numbers = found["labels"], found["counts"]
    if found["multi_label"]:
        heads = ["right", "missed", "extra"]
        lines = [[one[1][1], one[1][0], one[0][1]] for one in numbers]
        caption = "By label: right, annotated but not predicted, predicted but not annotated"
    else:
        heads, lines = labels, numbers
        caption = "Annotated ↓, predicted →"
    most = max((n for line in lines for n in line), default=0)
    rows = []
    for at, (label, line) in enumerate(zip(labels, lines, strict=True)):
        cells = [
            element(
                "td", f"{n:,}", class_=_shade(n, most, to == (0 if found["multi_label"] else at))
            )
            for to, n in enumerate(line)
        ]
        rows.append(around("tr", [element("th", label, scope="row"), *cells]))
    first = ["<td></td>", *(element("th", one, scope="col") for one in heads)]
    table = around(
        "table",
        [
            element("caption", caption),
            around("thead", [around("tr", first)]),
            around("tbody", rows),
        ],
        id="matrix",
        data_several=str(found["multi_label"]).lower(),
    )
    left_out = found["left_out"]
    note = element("p", f"The {len(labels)} most confused labels; {left_out:,} not shown.")
    return _section(
        "Confusion matrix", [_scrolling(table, "Confusion matrix")], note * bool(left_out)
    )


def _shade(n: int, most: int, right: bool) -> str:
    step = -(-n * _SHADES // most) if n else 0
    return f"{'ok' if right else 'ko'} s{step}"


def _labels(view: About) -> str:
    if not view.labels:
        return ""
    single = not view.confusion["multi_label"]
    heads = ["label", "annotated", *["recall"] * single, "predicted", *["precision"] * single]
    rows = []
    for line in view.labels:
        cells = [f"{line.annotated:,}", f"{line.predicted:,}"]
        if single:
            cells.insert(1, _share(line.recalled, line.judged_annotated))
            cells.append(_share(line.precise, line.judged_predicted))
        numbers = [element("td", one) for one in cells]
        rows.append(around("tr", [element("th", line.label, scope="row"), *numbers]))
    first = [element("th", one, scope="col") for one in heads]
    said = "Recall and precision, each with its 95 % interval" if single else "Labels of the view"
    caption = element("caption", said)
    head = around("thead", [around("tr", first)])
    table = around("table", [caption, head, around("tbody", rows)], class_="numbers")
    left_out = view.labels_left_out
    note = element("p", f"The {len(view.labels)} commonest labels; {left_out:,} not shown.")
    return _section("Labels", [_scrolling(table, "Labels")], note * bool(left_out))


def _share(right: int, n: int) -> str:
    if not n:
        return "–"
    low, high = wilson(right, n)
    # the style sheet breaks the line there where it has no room
    return f"{100 * right / n:.1f} %\n({100 * low:.1f} – {100 * high:.1f})"


def _charts(pictures: Sequence[Picture]) -> str:
    if not pictures:
        return ""
    figures = []
    for title, svg in pictures:
        source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
        image = f'<img src="{source}" alt="{escape(title)}">'
        figures.append(around("figure", [image]))
    return _section("Charts", [around("div", figures, class_="side-by-side")], "")


def _table(view: About, carried: Carried) -> str:
    heads = [
        element("th", column.title, scope="col", class_=column.kind) for column in carried.columns
    ]
    rows = [_row(carried.columns, at) for at in range(min(PAGE_ROWS, carried.n))]
    table = around(
        "table",
        [around("thead", [around("tr", heads)]), around("tbody", rows)],
        id="records",
        aria_label="Records",
    )
    notes = [_carried_said(view, carried)]
    if carried.cut_texts:
        noun = "text is" if carried.cut_texts == 1 else "texts are"
        notes.append(f"{carried.cut_texts:,} long {noun} cut short.")
    if carried.left_out:
        notes.append(f"{carried.left_out:,} fields of the metadata are left out.")
    note = element("p", " ".join(notes), class_="muted")
    later = element("p", _PLAIN.format(len(rows)), id="plain") * (carried.n > len(rows))
    tools = '<div id="tools" hidden></div>'
    pages = '<nav id="pages" aria-label="Pages" hidden></nav>'
    return _section(
        "Records", [note, later, tools, _scrolling(table, "Table of records"), pages], ""
    )


def _carried_said(view: About, carried: Carried) -> str:
    if carried.n == view.count:
        return f"All {records(view.count)} of the view." if view.count != 1 else "1 record."
    return f"The first {carried.n:,} of the view's {records(view.count)}, in its order."


def _row(columns: Sequence[Column], at: int) -> str:
    cells = []
    for column in columns:
        text = shown(column.values[at], column.kind)
        kind = column.values[at] if column.kind == "verdict" and text else column.kind
        if column.kind == "text":
            inside = element("div", text, dir="auto", class_="long")
            cells.append(around("td", [inside], class_="text"))
        else:
            cells.append(element("td", text, class_=kind, data_title=column.title))
    return around("tr", cells)


def _section(title: str, parts: Sequence[str], note: str) -> str:
    return around("section", [element("h2", title), *parts, note])


def _scrolling(table: str, name: str) -> str:
    return around("div", [table], class_="scroll", role="region", aria_label=name, tabindex="0")
