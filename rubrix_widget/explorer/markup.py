"""Pieces of HTML that the static table and the report are made of, with everything escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from rubrix_widget.explorer.protocol.records import Summary


def element(tag: str, *texts: str, **attributes: str) -> str:
    """Return an element around texts, which are escaped, as are the attributes' values.

    Examples
    --------
    >>> element("td", "a < b", dir="auto")
    '<td dir="auto">a &lt; b</td>'
    """
    return around(tag, [escape(text) for text in texts], **attributes)


def around(tag: str, parts: Iterable[str], **attributes: str) -> str:
    """Return an element around HTML that is made already; an attribute's ``_`` is dropped.

    Examples
    --------
    >>> around("tr", [element("td", "a"), element("td", "b")], class_="ok")
    '<tr class="ok"><td>a</td><td>b</td></tr>'
    """
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{given}>{''.join(parts)}</{tag}>"


def cut(text: str, limit: int) -> str:
    """Shorten `text` to `limit` characters, with an ellipsis where something is missing.

    Examples
    --------
    >>> cut("too long a text", 8)
    'too lon…'
    """
    return text if len(text) <= limit else text[: limit - 1] + "…"


def records(count: int) -> str:
    """Return how many records, in words.

    Examples
    --------
    >>> records(1), records(67349)
    ('1 record', '67,349 records')
    """
    return f"{count:,} record{'' if count == 1 else 's'}"


def accuracy(summary: Summary) -> str:
    """Say how many predictions are right, with the interval; empty where none can be judged.

    Examples
    --------
    >>> accuracy({"n": 12, "annotated": 10, "predicted": 12, "ok": 9, "ko": 1, "accuracy": 0.9,
    ...           "low": 0.596, "high": 0.982})
    'accuracy 90.0 % (95 % interval 59.6 to 98.2 %): 9 right, 1 wrong'
    """
    share, low, high = summary["accuracy"], summary["low"], summary["high"]
    if share is None or low is None or high is None:
        return ""
    return (
        f"accuracy {100 * share:.1f} % (95 % interval {100 * low:.1f} to {100 * high:.1f} %): "
        f"{summary['ok']:,} right, {summary['ko']:,} wrong"
    )
