"""Files of the records: exactly what the view shows, in its order, piece by piece."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import rubrix_widget as rb
from rubrix_widget.explorer import Explorer, files
from rubrix_widget.explorer.protocol.limits import MAX_EXPORTS
from tests.explorer.conftest import error, message, view

FORMATS = ("csv", "jsonl", "parquet")
BEGIN = {"do": "begin", "file": "g", "format": "csv", "view": view(), "ids": None}
NEXT = {"do": "next", "file": "g", "piece": 0}
PARTS = {"query": "film", "sort": [("metadata.part", "desc"), ("score", "asc")]}


def no_json(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def frame(kind: str, content: bytes) -> pd.DataFrame:
    if kind == "csv":
        return pd.read_csv(io.BytesIO(content))
    if kind == "jsonl":
        lines = content.decode().split("\n")[:-1]
        return pd.DataFrame([json.loads(line, parse_constant=no_json) for line in lines])
    return pd.read_parquet(io.BytesIO(content))


def test_what_some_records_lack_is_left_out_of_their_lines(home: Path) -> None:
    """JSON Lines are JSON: no NaN stands for what is missing, beside records that have it."""
    rb.log([rb.TextClassificationRecord(text=t, id=t) for t in ("a", "b")], "d", verbose=False)
    rb.relabel("d", "x", ids="a", agent="ada")
    rb.comment("d", "hm", ids="a")
    rb.explore("d").to_jsonl(home / "d.jsonl", changes=True)
    found = frame("jsonl", (home / "d.jsonl").read_bytes())
    assert found["annotation"].isna().tolist() == [False, True]
    assert "NaN" not in (home / "d.jsonl").read_text()


def call(explorer: Explorer, params: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Send an `export` request; return its result and the buffers beside it."""
    sent: list[tuple[Any, Any]] = []
    explorer.send = lambda content, buffers=None: sent.append((content, buffers))
    message(explorer, {"kind": "request", "id": "1", "method": "export", "params": params})
    ((response, buffers),) = sent
    assert "buffers" not in response
    return response["result"], buffers


def exported(explorer: Explorer, kind: str, ids: list[str] | None = None, **more: bool) -> bytes:
    view = explorer._view()
    begin = {"do": "begin", "file": "f", "format": kind, "view": view, "ids": ids}
    begun, _ = call(explorer, {**begin, **more})
    content, written = [], -1
    while written < begun["total"]:
        answer, (piece,) = call(explorer, {"do": "next", "file": "f", "piece": len(content)})
        assert answer["written"] > written
        written = answer["written"]
        content.append(piece)
    call(explorer, {"do": "close", "file": "f"})
    return b"".join(content)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_has_what_the_view_shows(
    open_explorer: Callable[..., Explorer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    """Downloaded in many pieces or written by Python: the same records in the same order."""
    monkeypatch.setattr(files, "_FIRST", 7)
    monkeypatch.setattr(files, "_PIECE", 3_000)
    explorer = open_explorer(**PARTS)
    shown = explorer.to_pandas()
    downloaded = frame(kind, exported(explorer, kind))
    assert downloaded["id"].tolist() == shown["id"].tolist()
    assert downloaded["status"].tolist() == shown["status"].tolist()
    given = explorer.to_datasets().column_names if kind == "parquet" else list(shown)
    if kind == "jsonl":  # what is missing in every record is left out
        given = [name for name in given if name in downloaded]
        assert shown.drop(columns=given).isna().all(axis=None)
    assert sorted(downloaded.columns) == sorted(given)
    path = tmp_path / f"all.{kind}"
    getattr(explorer, {"csv": "to_csv", "jsonl": "to_jsonl", "parquet": "to_parquet"}[kind])(path)
    pd.testing.assert_frame_equal(frame(kind, path.read_bytes()), downloaded)
    assert [one.name for one in tmp_path.glob("*all*")] == [path.name]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_texts_and_metadata_stay_exact(explorer: Explorer, kind: str) -> None:
    """JSON Lines and Parquet carry every text, prediction and metadata as they are."""
    shown = explorer.to_pandas()
    found = frame(kind, exported(explorer, kind))
    again = rb.read_pandas(found).to_pandas() if kind == "parquet" else found
    assert again["text"].tolist() == shown["text"].tolist()
    assert again["metadata"].tolist() == shown["metadata"].tolist()
    pairs = [[tuple(pair) for pair in one] for one in again["prediction"]]
    assert pairs == shown["prediction"].tolist()
    missing = again["annotation"].isna()
    assert missing.tolist() == shown["annotation"].isna().tolist()
    assert again["annotation"][~missing].tolist() == shown["annotation"][~missing].tolist()


@pytest.mark.parametrize(
    "start", ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "\na", "＝1+1", "＋1", "－1", "＠a"]
)
def test_no_cell_of_a_csv_is_a_formula(home: Path, start: str) -> None:
    """A text that a spreadsheet would compute begins with an apostrophe; quotes stay whole."""
    given = f'{start}, "quoted"\r\nsecond line'
    record = rb.TextClassificationRecord(
        text=given, annotation=start, id=start, annotation_agent=start, metadata={start: start}
    )
    rb.log([record, rb.TextClassificationRecord(text="a=1", id="z")], "formulas", verbose=False)
    rb.explore("formulas").to_csv(home / "out.csv")
    found = pd.read_csv(home / "out.csv", lineterminator="\n", dtype=str)
    assert found["text"].tolist() == ["'" + given, "a=1"]
    assert found["annotation"][0] == found["annotation_agent"][0] == found["id"][0] == "'" + start
    assert json.loads(found["metadata"][0]) == {start: start}


def test_the_selected_ones_alone(open_explorer: Callable[..., Explorer], tmp_path: Path) -> None:
    """They come in the view's order, whether or not the view still shows them."""
    explorer = open_explorer("dull", sort=[("score", "asc")])
    explorer.selected = ["r2", "r40", "r9"]
    shown = explorer.selected_records.to_pandas()["id"].tolist()
    assert shown == ["r40", "r9", "r2"]
    assert frame("csv", exported(explorer, "csv", ["r2", "r40", "r9"]))["id"].tolist() == shown
    explorer.to_csv(tmp_path / "some.csv", selected=True)
    assert pd.read_csv(tmp_path / "some.csv")["id"].tolist() == shown


BEFORE = ["annotation_before", "status_before", "changed_at", "comment", "verdict"]


@pytest.mark.parametrize("kind", FORMATS)
def test_what_was_changed_is_added_on_request(
    open_explorer: Callable[..., Explorer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    """Annotation and status as logged, when and what comment: in every format, from both sides."""
    monkeypatch.setattr(files, "_FIRST", 7)
    monkeypatch.setattr(files, "_PIECE", 3_000)
    explorer = open_explorer(sort=[("score", "desc")])
    plain = explorer.to_pandas()
    rb.relabel("reviews", "positive", ids=["r1", "r20"], agent="ada")
    rb.comment("reviews", "=1+1", ids=["r20"], agent="bob")
    rb.set_status("reviews", "Discarded", ids=["r2"], agent="bob")
    rb.undo("reviews", agent="bob")
    rb.set_verdict("reviews", "model_wrong", ids=["r1"], agent="bob")
    shown = explorer.to_pandas(changes=True)
    assert list(shown) == [*plain, *BEFORE]
    assert shown["annotation_before"].equals(plain["annotation"])
    assert shown["status_before"].equals(plain["status"])
    assert set(shown["id"][shown["changed_at"].notna()]) == {"r1", "r2", "r20"}
    assert shown["id"][shown["comment"].notna()].tolist() == ["r20"]
    assert shown["verdict"].dropna().tolist() == ["model_wrong"]
    downloaded = frame(kind, exported(explorer, kind, changes=True))
    assert downloaded["id"].tolist() == shown["id"].tolist()
    for name in BEFORE[:2]:
        ours, theirs = (one[name].fillna("").tolist() for one in (shown, downloaded))
        assert ours == theirs
    assert downloaded.set_index("id")["verdict"]["r1"] == "model_wrong"
    changed = downloaded.set_index("id").loc["r20"]
    assert changed["comment"] == ("'=1+1" if kind == "csv" else "=1+1")
    assert (changed["annotation"], changed["annotation_agent"]) == ("positive", "ada")
    at = shown.set_index("id")["changed_at"]["r20"]
    assert pd.Timestamp(changed["changed_at"]) == at
    path = tmp_path / f"all.{kind}"
    write = {"csv": "to_csv", "jsonl": "to_jsonl", "parquet": "to_parquet"}[kind]
    getattr(explorer, write)(path, changes=True)
    pd.testing.assert_frame_equal(frame(kind, path.read_bytes()), downloaded)


@pytest.mark.filterwarnings("ignore:people had changed")
def test_what_is_logged_anew_was_not_changed_since(home: Path) -> None:
    """It is before and now what was logged, and no time says otherwise."""
    for label in ("x", "z"):
        record = rb.TextClassificationRecord(text="a", id=1, annotation=label)
        rb.log(record, "anew", verbose=False)
        if label == "x":
            rb.relabel("anew", "y", query="")
    shown = rb.explore("anew").to_pandas(changes=True)
    assert shown[["annotation", "annotation_before"]].values.tolist() == [["z", "z"]]
    assert shown["changed_at"].isna().all()


def test_what_was_changed_of_sets_of_labels_is_lists(home: Path) -> None:
    """Also as a Hugging Face dataset; of no records the columns are there."""
    record = rb.TextClassificationRecord(text="a", multi_label=True, annotation=["x", "y"], id=1)
    rb.log(record, "m", verbose=False)
    rb.relabel("m", ["z"], query="")
    explorer = rb.explore("m")
    assert explorer.to_pandas(changes=True)["annotation_before"].tolist() == [["x", "y"]]
    found = explorer.to_datasets(changes=True)
    assert (found["annotation"][0], found["annotation_before"][0]) == (["z"], ["x", "y"])
    none = rb.explore("m", "nowhere")
    assert none.to_datasets(changes=True).column_names == found.column_names
    assert list(none.to_pandas(changes=True)) == list(explorer.to_pandas(changes=True))


@pytest.mark.parametrize("kind", FORMATS)
def test_no_records_make_a_whole_file(
    open_explorer: Callable[..., Explorer], tmp_path: Path, kind: str
) -> None:
    """A view without records is written as a file without lines, with its columns."""
    explorer = open_explorer("nowhere")
    content = exported(explorer, kind)
    assert len(frame(kind, content)) == 0
    assert (kind == "jsonl") == (content == b"")


def test_a_report_is_what_python_saves(
    open_explorer: Callable[..., Explorer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The HTML report comes in one piece, is `ex.to_html()`, and is of a whole view only."""
    monkeypatch.setattr(Explorer, "to_html", lambda self: f"<p>{self.query}</p>")
    explorer = open_explorer("dull")
    assert exported(explorer, "html") == b"<p>dull</p>"
    begin = {"do": "begin", "file": "g", "format": "html", "view": view(), "ids": ["r1"]}
    assert "all records" in error(open_explorer(), "export", begin)["message"]


def test_a_file_is_what_was_shown_when_it_was_begun(explorer: Explorer) -> None:
    """Changes meanwhile are not in it, and it ends."""
    begun, _ = call(explorer, {**BEGIN, "format": "jsonl", "view": view("status:Default")})
    rb.relabel("reviews", "positive", query="")
    content = call(explorer, NEXT)[1][0]
    assert begun["total"] == len(content.decode().splitlines()) > 0
    assert {json.loads(line)["status"] for line in content.decode().splitlines()} == {"Default"}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_piece_asked_for_again_is_the_same(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Where answers were lost, everything is asked again and the file is what it would be."""
    monkeypatch.setattr(files, "_FIRST", 7)
    monkeypatch.setattr(files, "_PIECE", 3_000)
    whole = frame(kind, exported(explorer, kind))
    begin = {**BEGIN, "format": kind}
    begun, _ = call(explorer, begin)
    assert call(explorer, begin)[0] == begun
    pieces: list[bytes] = []
    answer = begun
    while answer["written"] < begun["total"]:
        ask = {**NEXT, "piece": len(pieces)}
        answer, buffers = call(explorer, ask)
        assert call(explorer, begin)[0]["name"] == begun["name"]
        assert call(explorer, ask) == (answer, buffers)
        pieces += buffers
    assert len(pieces) > 2
    pd.testing.assert_frame_equal(frame(kind, b"".join(pieces)), whole)


def test_what_is_no_export(explorer: Explorer) -> None:
    """Other formats, files that were closed or never begun, too many at once: each is told."""
    assert "format is 'xml'" in error(explorer, "export", {**BEGIN, "format": "xml"})["message"]
    wrong = error(explorer, "export", {**BEGIN, "changes": "yes"})["message"]
    assert wrong == "changes is 'yes'; give true or false"
    for params in (
        {**NEXT, "changes": True},
        {},
        {"do": "go"},
        {"do": "next"},
        {**NEXT, "file": 3},
        {**BEGIN, "x": 1},
    ):
        assert error(explorer, "export", params)["type"] == "RequestError"
    sending = explorer.send
    opened = [str(number) for number in range(MAX_EXPORTS + 1)]
    for file in opened:
        call(explorer, {**BEGIN, "file": file})
    call(explorer, {"do": "close", "file": opened[-1]})
    call(explorer, {"do": "close", "file": "never"})
    explorer.send = sending
    for file, piece in ((opened[0], 0), (opened[-1], 0), ("never", 0), (opened[1], 1)):
        gone = error(explorer, "export", {"do": "next", "file": file, "piece": piece})
        assert "begin it again" in gone["message"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(
    explorer: Explorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there before stays, and nothing half-written is left beside it."""
    path = tmp_path / "out.csv"
    path.write_text("before")

    def fail(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files._Csv, "end", fail)
    with pytest.raises(OSError, match="No space left"):
        explorer.to_csv(path)
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.glob("*out*")] == ["out.csv"]
