"""Corrections of one month's real data, made again in the next month's."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import rubrix_widget as rb


def log(frame: pd.DataFrame, ids: list[str], name: str) -> None:
    given = pd.DataFrame({"text": frame["text"], "annotation": frame["label"], "id": ids})
    given["prediction"] = [[(p["label"], p["score"]) for p in one] for one in frame["prediction"]]
    rb.log(rb.DatasetForTextClassification.from_pandas(given), name, verbose=False)


def shown(name: str) -> list[tuple[Any, ...]]:
    frame = rb.load(name).to_pandas()[["text", "annotation", "status", "annotation_agent"]]
    return list(frame.astype(object).where(frame.notna(), None).itertuples(False, None))


def test_next_month_is_corrected_like_this_one(
    home: Path, shared_data: Path, tmp_path: Path
) -> None:
    """Two thirds of the records, shuffled under other ids: each text is as it was corrected."""
    frame = pd.read_parquet(shared_data / "trec_bert.parquet")
    log(frame, frame["id"].astype(str).tolist(), "this")
    rb.relabel("this", frame["label"].iloc[0], query="who OR what", agent="ada")
    rb.set_status("this", "Discarded", query="the", agent="bob")
    patch = rb.export_patch("this", tmp_path / "p.jsonl")
    assert len(patch) > 2_000
    order = np.random.default_rng(7).permutation(len(frame))[: len(frame) * 2 // 3]
    later = frame.iloc[order].reset_index(drop=True)
    log(later, [f"later {number}" for number in range(len(later))], "next")
    before = shown("next")
    report = rb.apply_patch("next", tmp_path / "p.jsonl", agent="eve")
    wanted: dict[str, set[Any]] = defaultdict(set)
    for text, *state in shown("this"):
        wanted[text].add(tuple(state))
    after = shown("next")
    several = {one.record for one in report.conflicting}
    wrong = [text for text, *state in after if tuple(state) not in wanted[text]]
    assert len(wrong) <= len(several)
    touched = sum(one != two for one, two in zip(before, after, strict=True))
    assert touched == len(report.applied)
    there = set(later["text"])
    assert len(report.missing) >= sum(one.text not in there for one in patch if len(one.text) < 80)
    assert len(rb.apply_patch("next", patch).applied) == 0
    rb.apply_patch("next", patch.invert())
    assert shown("next") == before
