"""Datasets of newer and older formats, and what is no dataset."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

import rubrix_widget as rb
from rubrix_widget.errors import DatasetFormatError, StoreWarning
from tests.store.made import three


def test_a_dataset_of_a_newer_format_is_left_alone(home: Path) -> None:
    """The message names both formats and the way out."""
    folder = three(home)
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 3}))
    with pytest.raises(
        DatasetFormatError, match=r"has format 3; this version .* format 2. Upgrade"
    ):
        rb.load("d")
    with pytest.raises(DatasetFormatError, match="Upgrade"):
        rb.log([rb.TextClassificationRecord(text="x")], "d")


def test_a_journal_of_a_newer_format_is_left_alone_by_readers_too(home: Path) -> None:
    """Changes in a form not known here are an error, whether or not the folder can be written."""
    path = three(home) / "journal.sqlite"
    with sqlite3.connect(path) as journal:
        journal.execute("PRAGMA user_version = 9")
    journal.close()
    for mode in (0o644, 0o444):
        path.chmod(mode)
        with pytest.raises(DatasetFormatError, match=r"has format 9.*Upgrade"):
            rb.load("d")


def test_a_dataset_written_before_there_were_checksums_opens(home: Path) -> None:
    """Its manifest is taken as it is, its index is made anew, and the next log adds checksums."""
    folder = three(home)
    rb.delete_records("d", query="bad")
    expected = rb.load("d").to_pandas()
    rb.init(home)
    for path in (folder / "manifest.json", folder / "manifest.copy.json"):
        content = json.loads(path.read_text())
        del content["crc32"]
        content["format"] = 1
        for part in content["parts"]:
            del part["crc32"], part["deleted_crc32"]
        path.write_text(json.dumps(content))
    (folder / "manifest.copy.json").unlink()
    for path in (folder / "index").glob("*/owner.json"):
        path.unlink()
    with pytest.warns(StoreWarning, match="is rebuilt from the records"):
        found = rb.load("d").to_pandas()
    assert found.equals(expected)
    rb.log([rb.TextClassificationRecord(text="one more film")], "d", verbose=False)
    rb.init(home)
    assert rb.count("d", "film") == 2
    assert json.loads((folder / "manifest.json").read_text())["format"] == 2


def test_a_manifest_that_is_none_is_said(home: Path) -> None:
    """A foreign file in the manifest's place is an error with its path."""
    folder = three(home)
    (folder / "manifest.json").write_text("[]")
    with pytest.raises(DatasetFormatError, match=r"manifest\.json is not a dataset's manifest"):
        rb.load("d")
