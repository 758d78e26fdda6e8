"""A model's predictions taken from a dataset: which agent comes next, and what stays."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.errors import StorageError, UnknownFieldError
from rubrix_widget.store.manifest import Manifest
from rubrix_widget.store.parts import Parts


def three_models() -> list[rb.TextClassificationRecord]:
    given: list[dict[str, Any]] = [
        {"bert": [("good", 0.75)], "zeta": [("bad", 0.5)], "alpha": [("good", 0.5)]},
        {"bert": [("good", 0.75)], "alpha": [("bad", 0.5)]},
        {"bert": [("good", 0.75)]},
        {"bert": [("bad", 0.75)], "zeta": [("bad", 0.5)]},
        {"zeta": [("good", 0.75)], "bert": [("bad", 0.5)]},
    ]
    return [
        rb.TextClassificationRecord(text=f"t {at}", id=at, prediction=one, annotation="good")
        for at, one in enumerate(given)
    ]


def test_the_next_agent_follows_a_primary_one_that_is_taken_away(home: Path) -> None:
    """In all records alike, so that numbers without an agent stay those of one model."""
    rb.log(three_models(), "d", verbose=False)
    zeta = analysis.scores("d", agent="zeta").data
    assert rb.remove_predictions("d", "bert", verbose=False) == 5
    found = {one.id: one for one in rb.load("d")}
    assert [found[at].prediction_agent for at in range(5)] == ["zeta", "zeta", None, "zeta", "zeta"]
    assert found[1].prediction is None
    assert found[1].predictions == {"zeta": None, "alpha": [("bad", 0.5)]}
    assert (found[2].prediction, found[2].predictions) == (None, None)
    assert analysis.scores("d").data["accuracy"] == zeta["accuracy"]
    assert analysis.compare("d").data["agents"] == ("zeta", "alpha")
    rb.remove_predictions("d", "alpha", verbose=False)
    assert rb.count("d", "predicted_by:zeta AND predicted:*") == 3
    with pytest.raises(ValueError, match=r"no agent 'Zeta' in 'd'; agents are 'zeta'\. Did you"):
        rb.remove_predictions("d", "Zeta", verbose=False)
    rb.remove_predictions("d", "zeta", verbose=False)
    assert [one.prediction for one in rb.load("d")] == [None] * 5
    with pytest.raises(ValueError, match="no agent 'zeta' in 'd'; none has a name there"):
        rb.remove_predictions("d", "zeta", verbose=False)


def test_what_people_changed_outlives_a_model_and_can_be_undone(home: Path) -> None:
    """Annotations, status, comments, verdicts and their history are as they were, undo too."""
    rb.log(three_models(), "d", verbose=False)
    rb.relabel("d", "bad", ids=[0, 1], agent="ada")
    rb.comment("d", "odd", ids=[2], agent="ada")
    rb.set_verdict("d", "model_wrong", ids=[3], agent="ada")
    rb.set_status("d", "Discarded", ids=[4], agent="ada")
    asked = ("annotated_as:bad", "comment:odd", "verdict:model_wrong", "status:Discarded")
    before, counts = rb.history("d"), [rb.count("d", one) for one in asked]
    for agent in ("bert", "zeta"):
        rb.remove_predictions("d", agent, verbose=False)
        pd.testing.assert_frame_equal(rb.history("d"), before)
        assert [rb.count("d", one) for one in asked] == counts == [2, 1, 1, 1]
    rb.undo("d", to=0)
    assert {one.annotation for one in rb.load("d")} == {"good"}
    assert {one.status for one in rb.load("d")} == {"Validated"}


def test_what_explained_predictions_goes_with_them(home: Path) -> None:
    """An explanation is of the primary prediction, and would be taken for the next one's."""
    told = {"text": [rb.TokenAttributions(token="fine", attributions={"good": 0.5})]}
    both = {"bert": [("good", 0.75)], "gpt": [("bad", 0.5)]}
    record = rb.TextClassificationRecord(text="fine", id=0, prediction=both, explanation=told)
    for agent, left in (("gpt", told), ("bert", None)):
        rb.log(record, "d", verbose=False)
        rb.remove_predictions("d", agent, verbose=False)
        assert rb.load("d")[0].explanation == left


def test_another_process_sees_that_a_model_is_gone(home: Path) -> None:
    """What was open before reads the records anew, and says which agents there are."""
    rb.log(three_models(), "d", verbose=False)
    shown = rb.explore("d", query="predicted@alpha:ok")
    code = (
        "import sys, rubrix_widget as rb; rb.init(sys.argv[1]); "
        "print(rb.remove_predictions('d', 'alpha', verbose=False))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "2\n"
    with pytest.raises(UnknownFieldError, match="no agent 'alpha'; agents are bert, zeta"):
        rb.count("d", "predicted@alpha:ok")
    shown.query = "predicted@zeta:ok"
    assert shown.to_pandas()["id"].tolist() == [4]


@pytest.mark.parametrize("broken", [(Manifest, "write"), (Parts, "write")])
def test_a_full_disk_takes_nothing_away(
    home: Path, monkeypatch: pytest.MonkeyPatch, broken: tuple[type, str]
) -> None:
    """Whether the records or the manifest cannot be written, all predictions are still there."""
    rb.log(three_models(), "d", verbose=False)
    before = [one.predictions for one in rb.load("d")]

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(*broken, full)
        with pytest.raises(StorageError, match="the disk is full"):
            rb.remove_predictions("d", "bert", verbose=False)
    rb.init(home)
    assert [one.predictions for one in rb.load("d")] == before
