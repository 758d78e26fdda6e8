"""`python -m bench` measures small data and writes its page, with and without the peers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest

from bench import data, peers, report, words
from bench.rows import GROUPS, growth

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, *groups: str) -> str:
    page = folder / "page.md"
    options = ["--scale", "0.0002", "--folder", str(folder), "--page", str(page)]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *groups, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return page.read_text("utf-8")


def test_a_small_run_writes_the_page(tmp_path: Path):
    """Each group asked for has its section, and its aims stand in the summary with yes or no."""
    page = run(tmp_path, "limits", "queries", "relabel")
    titles = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert titles == [
        "What the machine can do",
        "Every class of queries, all matching ids",
        "A relabel, then the same query",
    ]
    summary = page[: page.index("## ")]
    (line,) = re.findall(r"^\| a relabel, then the same query .+$", summary, re.MULTILINE)
    assert line.split(" | ")[-1] in ("yes |", "**no** |")
    assert "not explained" not in page


def test_made_texts_are_the_same_in_every_run_and_of_any_number():
    """The texts come from a seed, and fewer records are the first of more."""
    some, more = words.short_texts(50), words.short_texts(70)
    assert more.slice(0, 50).to_pylist() == some.to_pylist()
    assert len(set(some.to_pylist())) == 50


def test_the_commonest_word_is_in_a_third_of_short_texts():
    """As in the measurements that the aims come from."""
    texts = words.short_texts(20_000)
    hits = pc.sum(pc.match_substring_regex(texts, r"\bthe\b")).as_py()
    assert hits / len(texts) == pytest.approx(words.COMMONEST, abs=0.02)


def test_long_texts_have_hundreds_of_words_and_reach_the_longest():
    """Several hundred words each, and none longer than 50,000 characters."""
    lengths = pc.utf8_length(words.long_texts(2_000)).to_numpy()
    assert 1_000 < np.median(lengths) < 4_000
    assert lengths.max() == words.LONGEST


def test_the_exponent_is_the_slope():
    """Costs in proportion to the square of the records have exponent 2."""
    assert growth.exponent([10, 100, 1000], [1e-3, 1e-1, 1e1]) == pytest.approx(2)


def test_a_missing_peer_is_said_not_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A peer that is not installed is named with the reason, and the others are made."""
    monkeypatch.setitem(sys.modules, "polars", None)
    monkeypatch.delitem(sys.modules, "bench.peers.polars_scan", raising=False)
    made = data.made(tmp_path, "short", 20)
    source = peers.Source(made.table, made.table["text"], tmp_path)
    found, missing = peers.everyone(source)
    assert "not installed" in missing["polars"]
    assert "SQLite FTS5" in {peer.name for peer in found}


def test_a_group_that_failed_is_said_on_the_page():
    """What could not be measured is named with the reason, and the page is written all the same."""
    about = {"machine": "m", "versions": "v", "command": "c", "took": "1 minute"}
    page = report.written(about, {"build": {"error": "its process ended with 1"}})
    assert "`build` could not be measured: its process ended with 1" in page


def test_every_group_measures_and_writes():
    """Each named group is a module with both functions."""
    import importlib

    for name in GROUPS:
        module = importlib.import_module(f"bench.rows.{name}")
        assert callable(module.measure)
        assert callable(module.page)
