"""Saving, opening, and what a damaged folder gets."""

from __future__ import annotations

import json
import shutil
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from rubrix_widget.errors import IndexDamagedError
from rubrix_widget.index import Segment
from rubrix_widget.query import tree
from tests.index.masks import mask_of

FINE = tree.Term((0, 4), None, None, "fine")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    segment = Segment.build(
        {"a": pa.array(["a fine film", None, "not", ""]), "b": pa.array([None, "é fine", "x", ""])}
    )
    segment.save(tmp_path / "index")
    return tmp_path / "index"


def test_an_opened_index_answers_as_the_one_that_was_saved(saved: Path):
    """Every field and array comes back, mapped from the files."""
    opened = Segment.open(saved)
    assert opened.records == 4
    assert opened.fields == tuple(
        f"{name}{suffix}" for name in ("inputs.a", "inputs.b", "text") for suffix in ("", ".exact")
    )
    mask = mask_of(opened, FINE, "text")
    assert mask is not None
    assert mask.tolist() == [True, True, False, False]
    for field in opened.arrays.values():
        assert not field.tokens.flags.writeable or not len(field.tokens)


@pytest.mark.parametrize("texts", [[], [None], ["", "..."]])
def test_an_index_without_words_is_saved_and_opened(tmp_path: Path, texts: list[str | None]):
    """Empty arrays, which cannot be mapped, are no obstacle."""
    Segment.build({"text": pa.array(texts, pa.large_string())}).save(tmp_path / "index")
    opened = Segment.open(tmp_path / "index")
    mask = mask_of(opened, FINE, "text.exact")
    assert mask is not None
    assert mask.tolist() == [False] * len(texts)


def test_a_field_under_two_names_is_written_once(tmp_path: Path):
    """With one input, ``text`` is the same arrays as that input."""
    segment = Segment.build({"text": pa.array(["a"])})
    assert segment.arrays["text"] is segment.arrays["inputs.text"]
    segment.save(tmp_path / "index")
    opened = Segment.open(tmp_path / "index")
    assert opened.arrays["text"] is opened.arrays["inputs.text"]


def test_an_existing_folder_is_never_written_into(saved: Path):
    """An index is made once; nothing is replaced under a reader."""
    with pytest.raises(FileExistsError):
        Segment.build({"text": pa.array(["a"])}).save(saved)


def test_every_cut_file_and_every_changed_byte_is_found(saved: Path, tmp_path: Path):
    """Whatever file is cut short, changed in one byte or removed, opening says so."""
    random = np.random.default_rng(0)
    for number, path in enumerate(sorted(saved.iterdir())):
        for harm in ("cut", "flip", "remove", "empty"):
            folder = tmp_path / f"{number}-{harm}"
            shutil.copytree(saved, folder)
            hurt = folder / path.name
            content = bytearray(hurt.read_bytes())
            if harm == "cut":
                del content[-1:]
            elif harm == "flip":
                content[int(random.integers(len(content)))] ^= 1 << int(random.integers(8))
            elif harm == "empty":
                content.clear()
            hurt.write_bytes(content)
            if harm == "remove":
                hurt.unlink()
            with pytest.raises(IndexDamagedError, match="rebuilt from the records"):
                Segment.open(folder)


def resealed(folder: Path, **changes: object) -> None:
    """Change ``meta.json`` as someone who knows the format would."""
    meta = json.loads(json.loads((folder / "meta.json").read_text())["meta"])
    body = json.dumps(meta | changes)
    sealed = {"crc32": zlib.crc32(body.encode()), "meta": body}
    (folder / "meta.json").write_text(json.dumps(sealed))


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 99},
        {"format": "another"},
        {"fields": {"text": 17}},
        {"files": {}},
        {"files": []},
        {"widths": [1, "x"]},
        {"records": 5},
        {"records": "x"},
    ],
)
def test_a_foreign_meta_file_is_refused(saved: Path, changes: dict[str, object]):
    """A file of another version, or that does not fit the arrays, is no index."""
    resealed(saved, **changes)
    with pytest.raises(IndexDamagedError):
        Segment.open(saved)


def test_no_pickle_is_ever_read(saved: Path):
    """A file that holds Python objects is refused before it can run anything."""
    path = next(saved.glob("*.tokens.npy"))
    np.save(path, np.array([{"x": 1}], object), allow_pickle=True)
    meta = json.loads(json.loads((saved / "meta.json").read_text())["meta"])
    content = path.read_bytes()
    meta["files"][path.name] = {"size": len(content), "crc32": zlib.crc32(content)}
    resealed(saved, files=meta["files"])
    with pytest.raises(IndexDamagedError):
        Segment.open(saved)


def test_a_missing_folder_is_damage_too(tmp_path: Path):
    """The caller rebuilds, whatever the reason."""
    with pytest.raises(IndexDamagedError):
        Segment.open(tmp_path / "nowhere")
