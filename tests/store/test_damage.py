"""Files of a dataset that are damaged, lost or exchanged: mended, or said with what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import rubrix_widget as rb
from rubrix_widget.errors import DatasetFormatError, StorageError, StoreWarning
from rubrix_widget.home import active
from rubrix_widget.store import Store
from tests.store.made import three


@pytest.mark.slow
@pytest.mark.parametrize("harm", ["remove", "cut", "overwrite", "flip", "empty folder"])
def test_a_damaged_index_is_rebuilt_with_a_notice(home: Path, harm: str) -> None:
    """Losing any index file costs a rebuild and no record, and the answers are the same."""
    folder = three(home)
    (index,) = (folder / "index").iterdir()
    for path in sorted(index.rglob("*")):
        if not path.is_file() or path.stat().st_size == 0:
            continue
        kept = path.read_bytes()
        if harm == "remove":
            path.unlink()
        elif harm == "cut":
            path.write_bytes(kept[:-1])
        elif harm == "overwrite":
            path.write_bytes(b"\x80\x04noise" * 9)
        elif harm == "flip":
            middle = len(kept) // 2
            path.write_bytes(kept[:middle] + bytes([kept[middle] ^ 1]) + kept[middle + 1 :])
        else:
            shutil.rmtree(index)
            index.mkdir()
        rb.init(home)
        with pytest.warns(StoreWarning, match="text index of 'd' was unusable"):
            assert rb.count("d", "film") == 2
        rb.init(home)
        assert rb.count("d", "film") == 2  # and the next opening finds nothing to complain of
        if harm == "empty folder":
            break


def test_a_lost_parquet_part_is_said_by_name(home: Path) -> None:
    """Records that are gone are not passed over in silence."""
    folder = three(home)
    (part,) = (folder / "parts").iterdir()
    part.unlink()
    with pytest.raises(StorageError, match="lacks the file"):
        rb.count("d")


HARMS = ("cut", "noise", "empty", "flip", "foreign")


def harmed(path: Path, harm: str, foreign: Path) -> None:
    """Do something to a file; "foreign" puts one of another part, whole in itself, in its place."""
    kept = path.read_bytes()
    middle = len(kept) // 2
    path.write_bytes(
        {
            "cut": kept[:-7],
            "noise": b"noise" * 9,
            "empty": b"",
            "flip": kept[:middle] + bytes([kept[middle] ^ 4]) + kept[middle + 1 :],
            "foreign": foreign.read_bytes(),
        }[harm]
    )


def two_alike(home: Path) -> tuple[Path, Path]:
    """The folders of two datasets of as many records, with as many deleted ones."""
    rb.log([rb.TextClassificationRecord(text=t) for t in ("a", "b", "c")], "other")
    folder = three(home)
    rb.delete_records("d", "so")
    rb.delete_records("other", "b")
    rb.init(home)
    return folder, active().folder("other")


@pytest.mark.parametrize("which", ["*.parquet", "*.npy"])
@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_part_is_said_with_what_to_do(home: Path, which: str, harm: str) -> None:
    """Records that cannot be read are an error that names the part, what is intact, the way out.

    So are another part's in their place, and nothing is destroyed by trying to log or compact.
    """
    folder, other = two_alike(home)
    (path,), (foreign,) = (folder / "parts").glob(which), (other / "parts").glob(which)
    harmed(path, harm, foreign)
    hurt = path.read_bytes()
    said = rf"of part {path.name.split('.')[0]} are damaged.*are intact.*Restore the folder from"
    for act in (lambda: rb.load("d"), lambda: rb.compact("d"), lambda: rb.delete_records("d", "x")):
        with pytest.raises(StorageError, match=said):
            act()
    assert path.read_bytes() == hurt
    assert rb.count("other") == 2


def test_every_flipped_byte_of_a_part_or_manifest_is_found(home: Path) -> None:
    """No single changed byte passes: not in the Parquet pages, their headers, footer or lists."""
    folder, _ = two_alike(home)
    for path in (*(folder / "parts").iterdir(), folder / "manifest.json"):
        kept = path.read_bytes()
        for place in range(0, len(kept), 1 + len(kept) // 60):
            path.write_bytes(kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :])
            with pytest.raises((StorageError, DatasetFormatError)):
                Store(folder).snapshot()
        path.write_bytes(kept)
    assert rb.count("d", "film") == 2


def test_the_index_of_other_records_is_rebuilt(home: Path) -> None:
    """An index that is whole in itself, of as many records, is not taken for this part's."""
    folder, other = two_alike(home)
    (mine,), (foreign,) = (folder / "index").iterdir(), (other / "index").iterdir()
    shutil.rmtree(mine)
    shutil.copytree(foreign, mine)
    with pytest.warns(StoreWarning, match="belongs to other records"):
        assert rb.count("d", "film") == 2
    (mine / "owner.json").unlink()
    rb.init(home)
    with pytest.warns(StoreWarning, match="does not say whose it is"):
        assert rb.count("d", "film") == 2


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_manifest_is_said_and_its_copy_can_be_used(home: Path, harm: str) -> None:
    """The message tells of the copy; another dataset's manifest is no way to lose records."""
    folder, other = two_alike(home)
    harmed(folder / "manifest.json", harm, other / "manifest.json")
    for act in (lambda: rb.load("d"), lambda: rb.log(rb.TextClassificationRecord(text="x"), "d")):
        with pytest.raises(
            (DatasetFormatError, StorageError), match=r"manifest.copy.json|lacks the file|parts"
        ):
            act()
    (folder / "manifest.json").unlink()
    with pytest.warns(StoreWarning, match="its copy"):
        assert rb.count("d") == 2


def three_beside(home: Path) -> Path:
    rb.log([rb.TextClassificationRecord(text="film")], "beside")
    return active().folder("beside")


@pytest.mark.parametrize("lost", ["manifest", "both"])
def test_a_lost_manifest_costs_nothing(home: Path, lost: str) -> None:
    """Its copy stands in for it; without either, logging refuses and everything is left alone."""
    folder = three(home)
    rb.relabel("d", "x", query="so")
    rb.init(home)
    (folder / "manifest.json").unlink()
    if lost == "both":
        (folder / "manifest.copy.json").unlink()
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for act in (
            lambda: rb.log([rb.TextClassificationRecord(text="x")], "d"),
            lambda: Store(three_beside(home)).copy(folder),
        ):
            with pytest.raises(StorageError, match=r"neither manifest\.json nor .*Restore one"):
                act()
        assert {path: path.read_bytes() for path in before} == before
        return
    with pytest.warns(StoreWarning, match=r"manifest\.json is missing; its copy"):
        assert (rb.count("d"), rb.count("d", "annotated_as:x")) == (3, 1)
    with pytest.warns(StoreWarning, match="the next log writes it anew"):
        rb.log([rb.TextClassificationRecord(text="a fourth film")], "d")
    rb.init(home)
    assert (rb.count("d"), rb.count("d", "annotated_as:x")) == (4, 1)
