"""The explorer without a kernel: a plain table, bounded in size, with everything escaped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from rubrix_widget.explorer.protocol import (
    SNAPSHOT_BYTES,
    SNAPSHOT_RECORDS,
    SNAPSHOT_TEXT,
    PageResult,
    RecordPayload,
    Snapshot,
    View,
)

_SHORT = 60  # characters of an id or a label
_LINE = 500  # characters of the query and of its reading
_CELL = 'style="text-align:left;vertical-align:top;padding:2px 8px"'


def snapshot(answer: PageResult, view: View, *, name: str, save_texts: bool) -> Snapshot:
    """Cut an answer to ``page`` down to what a saved notebook carries.

    Parameters
    ----------
    answer : PageResult
    view : View
        What was asked.
    name : str
        What the records are part of.
    save_texts : bool
        Whether texts may be in it.

    Returns
    -------
    Snapshot
        At most 20 records; fewer where even their short forms would be too much.
    """
    records = answer["records"][:SNAPSHOT_RECORDS]
    taken: Snapshot = {
        "name": cut(name, _LINE),
        "query": cut(view["query"], _LINE),
        "reading": cut(answer["reading"], _LINE),
        "count": answer["count"],
        "total": answer["total"],
        "first": (answer["page"] - 1) * view["page_size"] + 1,
        "texts": save_texts,
        "records": [_short(record, save_texts) for record in records],
    }
    while taken["records"] and _size(taken) > SNAPSHOT_BYTES:
        taken["records"].pop()
    return taken


def _size(taken: Snapshot) -> int:
    """Return the bytes of the larger of the two forms in which a snapshot is saved."""
    plain = json.dumps(taken, ensure_ascii=False)
    return max(len(html(taken).encode()), len(plain.encode()))


def _short(record: RecordPayload, save_texts: bool) -> dict[str, Any]:
    inputs: dict[str, str] = {}
    left = SNAPSHOT_TEXT if save_texts else 0
    for name, value in record["inputs"].items():
        if left <= 0 or value is None:
            continue
        text = value if isinstance(value, str) else "\n".join(value)
        inputs[cut(name, _SHORT)] = cut(text, left)
        left -= len(text)
    best = (record["prediction"] or [])[:3]
    annotation = record["annotation"]
    return {
        "id": cut(record["id"], _SHORT),
        "inputs": inputs,
        "prediction": None
        if record["prediction"] is None
        else [[cut(label, _SHORT), score] for label, score in best],
        "predicted": record["predicted"],
        "annotation": None
        if annotation is None
        else [cut(label, _SHORT) for label in annotation][:5],
        "status": record["status"],
    }


def cut(text: str, limit: int) -> str:
    """Shorten `text` to `limit` characters, with an ellipsis where something is missing.

    Examples
    --------
    >>> cut("too long a text", 8)
    'too lon…'
    """
    return text if len(text) <= limit else text[: limit - 1] + "…"


def html(taken: Snapshot) -> str:
    """Draw a snapshot as a table that needs neither script nor style sheet.

    Examples
    --------
    >>> taken: Snapshot = {"name": "<b>", "query": "", "reading": "everything", "count": 0,
    ...                    "total": 0, "first": 1, "texts": True, "records": []}
    >>> html(taken)
    '<div><p><b>&lt;b&gt;</b> · 0 of 0 records<br>everything</p></div>'
    """
    title = f"<b>{escape(taken['name'])}</b> · {escape(counts(taken))}"
    lines = [line for line in (_code(taken["query"]), escape(taken["reading"])) if line]
    parts = [f"<p>{'<br>'.join([title, *lines])}</p>"]
    if taken["records"]:
        heads = ["text", "predicted", "", "annotated", "status"]
        if not taken["texts"]:
            heads[0] = "id"
        parts.append(
            f"<table><thead>{_row(heads, 'th')}</thead>"
            f"<tbody>{''.join(_record(record, taken['texts']) for record in taken['records'])}"
            "</tbody></table>"
        )
        last = taken["first"] + len(taken["records"]) - 1
        parts.append(f"<p>Records {taken['first']:,} to {last:,} of {taken['count']:,}.</p>")
    return f"<div>{''.join(parts)}</div>"


def counts(taken: Snapshot) -> str:
    """Say how many records the view has, of how many."""
    return f"{taken['count']:,} of {taken['total']:,} records"


def _code(query: str) -> str:
    return f"<code>{escape(query)}</code>" if query else ""


def _row(cells: Sequence[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag} {_CELL}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _record(record: dict[str, Any], texts: bool) -> str:
    inputs: dict[str, str] = record["inputs"]
    text = next(iter(inputs.values()), "")
    if len(inputs) > 1:
        text = " · ".join(f"{name}: {value}" for name, value in inputs.items())
    best = record["prediction"]
    return _row(
        [
            text if texts else record["id"],
            f"{best[0][0]} {best[0][1]:.3f}" if best else "",
            {"ok": "✓ ok", "ko": "✗ ko"}.get(record["predicted"] or "", ""),
            ", ".join(record["annotation"] or ()),
            record["status"],
        ],
        "td",
    )
