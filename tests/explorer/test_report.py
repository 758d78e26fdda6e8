"""The report: what it says is what the view has, and hostile texts are texts in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.explorer import Explorer
from rubrix_widget.explorer.report import page as report_page
from rubrix_widget.explorer.report import saving
from rubrix_widget.explorer.report.carried import Carried, Column
from rubrix_widget.home import active
from tests.explorer.conftest import HOSTILE

BARE: dict[str, Any] = {"charts": False}
LABEL_HEADS = ["label", "annotated", "recall", "predicted", "precision"]


class Parsed(HTMLParser):
    """A report, taken apart as a browser does it without running scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: Counter[str] = Counter()
        self.scripts: list[dict[str, str | None]] = []
        self.attributes: set[str] = set()
        self.texts: dict[str, list[str]] = {}
        self.policy = ""
        self.feed(text)
        self.close()
        self.carried = json.loads(self.texts["script"][0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        given = dict(attrs)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        if tag in ("meta", "img", "link"):
            return
        self.open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]][-1] += data

    def column(self, name: str) -> list[Any]:
        (column,) = [one for one in self.carried["columns"] if one["id"] == name]
        return column["values"]


def test_it_says_what_the_view_has(open_explorer: Callable[..., Explorer]) -> None:
    """Query, reading, filters, order, counts and records are those of the explorer."""
    explorer = open_explorer(
        "film", filters={"annotated_as": ["negative"]}, sort=[("score", "asc")]
    )
    found = Parsed(explorer.to_html(**BARE))
    frame = explorer.to_pandas()
    assert found.texts["h1"] == ["reviews"]
    assert {"film", explorer.code()} <= set(found.texts["code"])
    assert "text has film" in found.texts["dd"]
    assert "annotated as is negative" in found.texts["li"]
    assert "score ascending" in found.texts["dd"]
    assert f"{len(frame)} of 60 records" in found.texts["p"][0]
    assert found.column("id") == frame["id"].tolist()
    assert found.column("annotated_as") == frame["annotation"].tolist()
    assert found.column("predicted_as") == [one[0][0] for one in frame["prediction"]]
    assert found.column("score") == [one[0][1] for one in frame["prediction"]]
    assert found.column("metadata.part") == [one["part"] for one in frame["metadata"]]
    short = [text for text in frame["text"] if len(text) <= 5_000]
    assert [one for one in found.column("inputs.text") if not one.endswith("…")] == short
    (long,) = [one for one in found.column("inputs.text") if one.endswith("…")]
    assert len(long) == 5_000
    assert "1 long text is cut short." in " ".join(found.texts["p"])


def test_recall_and_precision(explorer: Explorer) -> None:
    """The table of labels has each label's counts, and the shares of them that are right."""
    frame = explorer.to_pandas().dropna(subset="annotation")
    predicted = frame["prediction"].map(lambda scored: scored[0][0])
    found = Parsed(explorer.to_html(**BARE))
    cells = found.texts["td"]
    for label in ("positive", "negative"):
        right = int(((predicted == label) & (frame["annotation"] == label)).sum())
        recall = f"{100 * right / int((frame['annotation'] == label).sum()):.1f} %\n("
        precision = f"{100 * right / int((predicted == label).sum()):.1f} %\n("
        assert any(cell.startswith(recall) for cell in cells)
        assert any(cell.startswith(precision) for cell in cells)


def test_a_limit_is_kept_and_said(open_explorer: Callable[..., Explorer]) -> None:
    """The first records of the view's order are carried, and how many of how many is said."""
    explorer = open_explorer(sort=[("score", "desc")])
    some = Parsed(explorer.to_html(limit=7, **BARE))
    assert some.column("id") == explorer.to_pandas()["id"].tolist()[:7]
    assert "The first 7 of the view's 60 records, in its order." in " ".join(some.texts["p"])
    assert Parsed(explorer.to_html(limit=None, **BARE)).carried["n"] == 60
    assert Parsed(explorer.to_html(limit=0, **BARE)).column("id") == []
    for wrong in (-1, 1.5, "10", True):
        with pytest.raises(ValueError, match="how many records to carry"):
            explorer.to_html(limit=wrong, **BARE)  # type: ignore[arg-type]


def test_an_empty_view(open_explorer: Callable[..., Explorer]) -> None:
    """A view without records makes a page that says so."""
    found = Parsed(open_explorer("nonesuch").to_html())
    assert "0 of 60 records" in found.texts["p"][0]
    assert found.carried["n"] == 0
    assert "Confusion matrix" not in found.texts["h2"]


def test_texts_are_left_out_on_request(open_explorer: Callable[..., Explorer]) -> None:
    """Without texts neither they nor metadata are in the page, unless metadata are asked for."""
    explorer = open_explorer("predicted:ko")
    confidential = open_explorer("predicted:ko", save_texts=False)
    for page in (explorer.to_html(texts=False, **BARE), confidential.to_html(**BARE)):
        assert "a dull film" not in page
        assert "onerror" not in page
        assert "predicted:ko" in page
        names = [column["id"] for column in Parsed(page).carried["columns"]]
        assert not [name for name in names if name.startswith(("inputs", "metadata"))]
    asked = Parsed(confidential.to_html(metadata=True, **BARE))
    assert len(asked.column("metadata.part")) == asked.carried["n"]
    assert "a dull film" in confidential.to_html(texts=True, **BARE)


def test_several_labels_a_record(explorer: Explorer) -> None:
    """Of a multi-label dataset each record has its lists, and the matrix a line a label."""
    record = rb.TextClassificationRecord(
        text="x", prediction=[("a", 0.9), ("b", 0.8)], annotation=["a"], multi_label=True, id="r"
    )
    rb.log(record, "several", verbose=False)
    several = Explorer(active().dataset("several"))
    found = Parsed(several.to_html())
    assert (found.column("predicted_as"), found.column("annotated_as")) == ([["a", "b"]], [["a"]])
    assert found.texts["td"][1:4] == ["1", "0", "0"]
    several.close()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=8, max_size=8))
@example([HOSTILE] * 8)
@example(
    ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "&lt;", "\u2028", '"', "'", ""]
)
def test_any_text_stays_text(texts: list[str]) -> None:
    """Whatever texts, labels, names and queries hold, the page shows that, and no more elements."""
    title, query, reading, chip, label, text, field, value = texts
    counts = {"n": 1, "annotated": 1, "predicted": 1, "ok": 1, "ko": 0}
    about = report_page.About(
        title=title,
        made="now",
        query=query,
        reading=reading,
        filters=[chip],
        sort="",
        code="rb.explore()",
        count=1,
        total=1,
        summary={**counts, "accuracy": 1.0, "low": 0.2, "high": 1.0},  # type: ignore[typeddict-item]
        confusion={
            "labels": [label],
            "counts": [[1]],
            "multi_label": False,
            "left_out": 0,
            "total": 1,
        },
        labels=[report_page.LabelLine(label, 1, 1, 1, 1, 1, 1)],
        labels_left_out=0,
    )
    columns = [
        Column("inputs.text", "text", "text", [text]),
        Column("annotated_as", "annotated as", "labels", [[label, label]]),
        Column("metadata", field, "value", [value]),
    ]
    made = report_page.page(about, Carried(1, columns), [], script="1;", style="p{}")
    found = Parsed(made)
    assert found.texts["h1"] == found.texts["title"] == [title]
    assert found.texts["li"] == [chip]
    assert found.texts["code"] == [*[query] * bool(query), "rb.explore()"]
    assert found.texts["th"] == [label, label, *LABEL_HEADS, label, "text", "annotated as", field]
    assert found.texts["td"][-2:] == [f"{label}, {label}", value]
    assert text in found.texts["div"]
    assert [column["values"] for column in found.carried["columns"]] == [
        [text],
        [[label, label]],
        [value],
    ]
    assert found.elements["script"] == 2
    assert found.elements["style"] == 1
    assert not found.open
    assert not [name for name in found.attributes if name.startswith("on") or name == "style"]


def test_the_policy_allows_its_own_script_alone(explorer: Explorer) -> None:
    """The policy names the hash of the script and of the style, and nothing from elsewhere."""
    page = explorer.to_html(**BARE)
    policy = Parsed(page).policy
    script = re.findall(r"<script>(.*?)</script>", page, re.S)
    style = re.findall(r"<style>(.*?)</style>", page, re.S)
    assert len(script) == len(style) == 1
    assert f"script-src {report_page._hash(script[0])};" in policy
    assert f"style-src {report_page._hash(style[0])};" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not re.search(r"https?://", page.replace(HOSTILE, ""))


def test_charts_are_pictures(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra, charts are images with words; without it they are left out or refused."""
    pytest.importorskip("vl_convert")
    page = explorer.to_html()
    assert page.count('<img src="data:image/svg+xml;base64,') == 3
    assert 'alt="Reliability"' in page
    monkeypatch.setattr(saving.importlib.util, "find_spec", lambda name: None)
    assert "<img" not in explorer.to_html()
    with pytest.raises(RubrixWidgetError, match=r"pip install 'rubrix-widget\[charts\]'"):
        explorer.to_html(charts=True)


def test_saving(explorer: Explorer, tmp_path: Path) -> None:
    """The file is the page, replaces an earlier one, and is all that is left in the folder."""
    (tmp_path / "new").mkdir()
    path = tmp_path / "new" / "report.html"
    assert explorer.save(str(path), **BARE) == path
    explorer.query = "dull"
    assert explorer.save(path, **BARE) == path
    assert Parsed(path.read_text(encoding="utf-8")).carried["n"] == len(explorer.records)
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_a_link(explorer: Explorer, tmp_path: Path) -> None:
    """Where the path is a link the file that it points to is replaced."""
    link = tmp_path / "link.html"
    link.symlink_to(tmp_path / "real.html")
    explorer.save(link, **BARE)
    assert link.is_symlink()
    assert (tmp_path / "real.html").stat().st_size > 1_000


def test_what_cannot_be_written_is_refused(
    explorer: Explorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder, or a missing one, is named; a failed writing leaves the old file and no other."""
    with pytest.raises(RubrixWidgetError, match="is a folder; give the name of a file"):
        explorer.save(tmp_path)
    with pytest.raises(RubrixWidgetError, match="there is no folder"):
        explorer.save(tmp_path / "nowhere" / "report.html")
    (tmp_path / "new").mkdir()
    path = tmp_path / "new" / "report.html"
    path.write_text("old")

    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        explorer.save(path, **BARE)
    assert [one.read_text() for one in path.parent.iterdir()] == ["old"]


def test_odd_values(explorer: Explorer) -> None:
    """Infinite, huge, nested and missing metadata become what a cell can show and sort."""
    odd = {"huge": 2**60, "list": ["a", 1], "some": 1.5}
    records = [
        rb.TextClassificationRecord(text="a", metadata=odd, id="a"),
        rb.TextClassificationRecord(text="b", metadata={"some": True}, id="b"),
    ]
    rb.log(records, "odd", verbose=False)
    explorer = Explorer(active().dataset("odd"))
    found = Parsed(explorer.to_html(**BARE))
    values = {c["id"]: c["values"] for c in found.carried["columns"] if "metadata" in c["id"]}
    assert values["metadata.some"] == [1.5, True]
    assert values["metadata.huge"] == [str(2**60), None]
    assert values["metadata.list"] == ['["a", 1]', None]
    assert found.column("predicted") == [None, None]
    explorer.close()
