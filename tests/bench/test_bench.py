"""`python -m bench` measures small data and writes its page, with and without the peers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest

from bench import data, ours, peers, report, words
from bench.measure import shown
from bench.peers.analyses import PEERS
from bench.rows import GROUPS, analyses, growth, queries, relabel
from bench.section import Section
from bench.setting import Setting
from rubrix_widget import analysis

ROOT = Path(__file__).resolve().parents[2]
ABOUT = {"machine": "m", "versions": "v", "scale": 0.0002, "seconds": 1.0, "load": [0.5, 1.0]}


@pytest.mark.slow
def test_queries_and_relabels_are_measured_beside_the_peers(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
):
    """Each class has its line, its aims stand in the summary, and all peers find the same."""
    monkeypatch.setenv("RUBRIX_WIDGET_HOME", str(home))
    setting = Setting(tmp_path, scale=0.0002)
    page = report.written(
        {
            name: {"about": ABOUT, "found": json.loads(json.dumps(module.measure(setting)))}
            for name, module in (("queries", queries), ("relabel", relabel))
        }
    )
    summary, _, classes = page.partition("## Every class of queries, all matching ids")
    (line,) = re.findall(r"^\| a relabel, then the same query .+$", summary, re.MULTILINE)
    assert line.split(" | ")[-1] in ("yes |", "**no** |")
    assert len(re.findall(r"^\| common term \| \d", classes, re.MULTILINE)) == 3
    assert "not explained" not in page


@pytest.mark.slow
def test_analyses_are_measured_beside_the_libraries(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
):
    """Each has its line and its aim; a library that is missing is named with the reason."""
    monkeypatch.setenv("RUBRIX_WIDGET_HOME", str(home))
    monkeypatch.setattr(analyses, "FOLLOWING", ("scores", "compare", "what_if"))
    monkeypatch.setattr(analyses, "FINDERS", ("slices",))
    found = json.loads(json.dumps(analyses.measure(Setting(tmp_path, scale=0.0002))))
    for row in found["data"][0]["rows"]:
        if row["work"] == "slices":
            row["peer"] = {"name": "sliceline", "missing": "not installed (no such module)"}
    page = report.written({"analyses": {"about": ABOUT, "found": found}})
    assert re.search(
        r"^\| `scores` of 13 .* scikit-learn \d.* (yes|\*\*no\*\*) \|$", page, re.MULTILINE
    )
    assert re.search(r"^\| `compare` of 13 .* statsmodels \d", page, re.MULTILINE)
    assert re.search(r"^\| `slices` of 13 .*≤ 10 s, 1 GB.* yes \|$", page, re.MULTILINE)
    assert "sliceline: not installed (no such module)" in page


def test_two_models_are_compared_as_the_libraries_compare_them(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
):
    """Both are given the same predictions, of which the second model's differ somewhere."""
    monkeypatch.setenv("RUBRIX_WIDGET_HOME", str(home))
    two = data.two_models(data.made(tmp_path, "short", 2_000))
    ours.live(two)
    found = analysis.compare(ours.name_of(two)).data
    first, second, *intervals, test, kappa, _ = PEERS["compare"][1](two.table)()
    assert found["broken"] + found["fixed"] > 25
    assert (test.statistic, kappa) == pytest.approx((found["statistic"], found["kappa"]))
    for share, interval, one in zip(
        (first, second), intervals, found["accuracy"].values(), strict=True
    ):
        assert (share, *interval) == pytest.approx((one["accuracy"], one["low"], one["high"]))


def test_corrected_records_are_a_copy(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch):
    """Some annotations are changed in it, and none in the records that others measure."""
    monkeypatch.setenv("RUBRIX_WIDGET_HOME", str(home))
    some = data.made(tmp_path, "short", 2_000)
    assert analysis.what_if(ours.corrected(some)).data["fixed"] > 10
    assert analysis.what_if(ours.name_of(some)).data["changed"] == 0


@pytest.mark.parametrize("work", sorted(PEERS))
def test_every_peer_of_an_analysis_does_its_work(work: str, tmp_path: Path):
    """With the versions that are installed; one that is not is said on the page."""
    two = data.two_models(data.made(tmp_path, "short", 500))
    try:
        action = PEERS[work][1](two.table)
    except ImportError as error:
        pytest.skip(f"{PEERS[work][0]} is of the extra `bench`: {error}")
    assert action() is not None


def test_the_command_writes_a_page(tmp_path: Path):
    """A part measured by itself goes where it is told to, and docs/benchmarks.md stays as it is."""
    page = tmp_path / "page.md"
    options = ["limits", "--scale", "0.001", "--folder", str(tmp_path), "--page", str(page)]
    command = [sys.executable, "-m", "bench", *options]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert "## What the machine can do" in page.read_text("utf-8")


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
    page = report.written({"build": {"error": "its process ended with 1"}})
    assert "`build` could not be measured: its process ended with 1" in page


@pytest.mark.parametrize(
    ("time_", "text"),
    [
        (3.14159, "3.14 s"),
        (0.1234, "123 ms"),
        (0.0996, "99.6 ms"),
        (0.01234, "12.3 ms"),
        (0.001234, "1.2 ms"),
        (0.00001, "0.01 ms"),
        (float("nan"), "–"),
    ],
)
def test_times_are_short_and_never_in_powers_of_ten(time_: float, text: str):
    """Two or three digits, in seconds or milliseconds."""
    assert shown(time_) == text


def test_figures_stand_to_the_right_and_words_to_the_left():
    """A column is aligned by what is in it; a bar in a query does not end its cell."""
    section = Section("title")
    section.table(["query", "ours", "peer"], [("a|b", "1.2 ms", "DuckDB 3 s"), ("c", "–", "x")])
    assert section.body[0].splitlines()[1] == "| --- | ---: | --- |"
    assert section.body[0].splitlines()[2].startswith("| a\\|b |")


def test_every_group_measures_and_writes():
    """Each named group is a module with both functions."""
    import importlib

    for name in GROUPS:
        module = importlib.import_module(f"bench.rows.{name}")
        assert callable(module.measure)
        assert callable(module.page)
