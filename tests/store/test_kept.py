"""Small documents kept with a dataset: whole or not at all, through everything done to it."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

import rubrix_widget as rb
from rubrix_widget.errors import DatasetNotFoundError, StorageError, StoreWarning
from rubrix_widget.home import active
from rubrix_widget.store import Kept, Store, kept

TEXTS = ("a fine film", "a dull film", "no film")


def dataset(name: str = "films") -> Kept:
    rb.log([rb.TextClassificationRecord(text=one) for one in TEXTS], name, verbose=False)
    return Kept(Store(active().folder(name)))


def test_what_is_kept_outlives_log_deletion_and_compaction(home: Path) -> None:
    """Writing records sweeps unreferenced files, and leaves the documents alone."""
    documents = dataset()
    documents.put("views", {"a": {"query": "fine ☃"}})
    for number in range(3):
        rb.log(rb.TextClassificationRecord(text=f"one more {number}"), "films", verbose=False)
    rb.delete_records("films", "dull")
    rb.compact("films", verbose=False)
    rb.init(home)
    assert active().dataset("films").kept.get("views") == {"a": {"query": "fine ☃"}}


def test_a_copy_has_its_own_and_a_deleted_dataset_none(home: Path) -> None:
    """`copy` takes the documents along; `delete` removes them, and a new dataset starts bare."""
    documents = dataset()
    documents.put("views", [1])
    rb.copy("films", "other")
    documents.put("views", [2])
    copied = active().dataset("other").kept
    assert (copied.get("views"), documents.get("views")) == ([1], [2])
    rb.delete("films")
    with pytest.raises(DatasetNotFoundError):
        documents.put("views", [3])
    assert dataset().get("views") is None


def test_a_copy_cut_short_leaves_nothing_to_the_next_dataset(home: Path) -> None:
    """What an unfinished copy left behind does not belong to what is logged there later."""
    folder = active().folder("films")
    (folder / kept.FOLDER).mkdir(parents=True)
    (folder / kept.FOLDER / "views.json").write_text("[1]")
    (folder / "first-log.tmp").touch()
    assert dataset().get("views") is None


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[NaN]", b"[" * 100_000, b" " * 2_000_000])
def test_a_broken_document_is_told_and_set_aside(home: Path, content: bytes) -> None:
    """Nothing fails: it counts as none, its bytes stay beside, and writing goes on."""
    documents = dataset()
    documents.put("views", [1])
    path = active().folder("films") / kept.FOLDER / "views.json"
    path.write_bytes(content)
    with pytest.warns(StoreWarning, match=r"views kept with 'films'.*broken"):
        assert documents.get("views") is None
    assert path.with_name("views.json.broken").read_bytes() == content
    documents.put("views", [2])
    assert documents.get("views") == [2]


def test_only_plain_data_of_bounded_size_is_kept(home: Path) -> None:
    """What cannot be read back as it was is refused, and what was there stays."""
    documents = dataset()
    documents.put("views", [1])
    looped: list[object] = []
    looped.append(looped)
    for value in ({1, 2}, float("nan"), looped, "x" * kept.MAX_BYTES):
        with pytest.raises(ValueError, match="the views"):
            documents.put("views", value)
    for name in ("", "../views", "Views", "a" * 41):
        with pytest.raises(ValueError, match="no name of a document"):
            documents.put(name, [2])
    assert documents.get("views") == [1]
    documents.put("views", None)
    assert documents.get("views") is None
    documents.put("views", None)


def test_a_change_that_fails_changes_nothing(home: Path) -> None:
    """What the function raises is passed on; a change tells its listeners once, none tells none."""
    documents = dataset()
    heard: list[str] = []
    stop = documents.on_change(heard.append)
    documents.put("views", [1])
    documents.put("views", [1])
    with pytest.raises(ZeroDivisionError):
        documents.update("views", lambda _: 1 // 0)
    assert (documents.get("views"), heard) == ([1], ["views"])
    stop()
    documents.put("views", [2])
    assert heard == ["views"]


def add(home: Path, low: int) -> None:
    rb.init(home)
    documents = active().dataset("films").kept
    for number in range(low, low + 20):
        documents.update("views", lambda now, number=number: [*(now or []), number])


def test_no_change_of_two_processes_is_lost(home: Path) -> None:
    """Each change is made of what the one before left, whoever made it."""
    documents = dataset()
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add, args=(home, low)) for low in (0, 100)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(documents.get("views")) == [*range(20), *range(100, 120)]


def test_a_read_only_folder_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading goes on; writing fails with what to do about it."""
    documents = dataset()
    documents.put("views", [1])

    def refuse(*_args: object) -> None:
        raise PermissionError(30, os.strerror(30))

    monkeypatch.setattr(kept, "write_atomically", refuse)
    with pytest.raises(StorageError, match=r"cannot be written: could not save the views"):
        documents.put("views", [2])
    assert documents.get("views") == [1]
