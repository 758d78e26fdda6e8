"""A model's predictions put to a dataset, or taken from it: what stays, changes, is refused."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from typing import Any

import datasets
import pandas as pd
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.errors import (
    DatasetNotFoundError,
    RecordError,
    RecordWarning,
    StorageError,
)
from rubrix_widget.query import word
from rubrix_widget.store.manifest import Manifest
from rubrix_widget.store.parts import Parts

AGENTS = ["bert", "my model", "a@b:c"]
LABELS = ["bad", "good", "so so"]
PREDICTION = st.lists(
    st.tuples(st.sampled_from(LABELS), st.sampled_from([0.25, 0.5, 0.75])),
    min_size=1,
    max_size=2,
    unique_by=lambda pair: pair[0],
)
KEYS = st.integers(0, 2)  # few, so that they meet


class Predicting(RuleBasedStateMachine):
    """Logs, predictions added and removed, corrections and deletions, beside a plain model."""

    @initialize()
    def begin(self) -> None:
        self.records: dict[int, dict[str, Any]] = {}
        self.log(0, {"bert": [("good", 0.75)]}, "good")

    @rule(
        key=KEYS,
        given=st.dictionaries(st.sampled_from(AGENTS), PREDICTION, max_size=2),
        annotation=st.none() | st.sampled_from(LABELS),
    )
    def log(self, key: int, given: dict[str, Any], annotation: str | None) -> None:
        """A record logged again has the predictions that it came with, and no others."""
        text = f"text {key}"
        rb.log(
            rb.TextClassificationRecord(
                text=text, id=key, prediction=given or None, annotation=annotation
            ),
            "d",
            verbose=False,
        )
        known = self.records.get(key)
        if known is None or known["logged"] != annotation:
            self.records[key] = {"logged": annotation, "now": annotation}
        self.records[key] |= {"predictions": dict(given), "first": next(iter(given), None)}

    @rule(
        agent=st.sampled_from(AGENTS),
        given=st.dictionaries(KEYS, st.none() | PREDICTION | st.just([("x", 7.0)]), min_size=1),
        frame=st.booleans(),
    )
    def add(self, agent: str, given: dict[int, Any], frame: bool) -> None:
        """What can be put to a record is; all else, and every other record, is as before."""
        good = {
            key: one for key, one in given.items() if key in self.records and one != [("x", 7.0)]
        }
        usual = self.usual() or agent
        table = pd.DataFrame(
            {"id": list(given), "prediction": pd.Series(list(given.values()), dtype=object)}
        )
        ask: Any = table if frame else given
        if not good:
            with pytest.raises(RecordError):
                rb.add_predictions("d", agent, ask, verbose=False)
            return
        if len(good) < len(given):
            with pytest.warns(RecordWarning):
                done = rb.add_predictions("d", agent, ask, verbose=False)
        else:
            done = rb.add_predictions("d", agent, ask, verbose=False)
        assert (done.processed, done.failed) == (len(good), len(given) - len(good))
        changed = 0
        for key, one in good.items():
            known = self.records[key]["predictions"]
            changed += one is not None and known.get(agent) != one
            if one is not None:
                known[agent] = one
                self.records[key]["first"] = self.records[key]["first"] or usual
        assert (done.replaced, done.unchanged) == (changed, len(good) - changed)

    @rule(agent=st.sampled_from(AGENTS))
    def remove(self, agent: str) -> None:
        """The next agent of most records takes the place of a primary one; all else stays."""
        known = [*self.records.values()]
        some = [one for one in known if agent in (one["first"], *one["predictions"])]
        if not some:
            with pytest.raises(ValueError, match="no agent"):
                rb.remove_predictions("d", agent, verbose=False)
            return
        assert rb.remove_predictions("d", agent, verbose=False) == len(some)
        nexts = [
            next(name for name in one["predictions"] if name != agent)
            for one in some
            if one["first"] == agent and set(one["predictions"]) - {agent}
        ]
        follower = min(nexts, key=lambda name: (-nexts.count(name), name), default=None)
        for one in some:
            one["predictions"].pop(agent, None)
            if one["first"] == agent:
                one["first"] = follower if one["predictions"] else None

    @rule(key=KEYS, label=st.sampled_from(LABELS))
    def relabel(self, key: int, label: str) -> None:
        """A correction, which predictions never touch."""
        rb.relabel("d", label, ids=[key], agent="ada")
        if key in self.records:
            self.records[key]["now"] = label

    @rule(key=KEYS.filter(lambda key: key > 0))
    def delete(self, key: int) -> None:
        """A record that is gone, and comes back without what people said of it."""
        rb.delete_records("d", ids=[key])
        self.records.pop(key, None)

    @rule()
    def compact(self) -> None:
        """All parts become one."""
        rb.compact("d")

    @invariant()
    def each_record_is_as_it_should_be(self) -> None:
        """Annotations and the predictions of all agents, by record, and as queries find them."""
        found = {record.id: record for record in rb.load("d")}
        assert set(found) == set(self.records)
        for key, known in self.records.items():
            record = found[key]
            assert record.annotation == known["now"]
            given = record.predictions or (
                {} if record.prediction is None else {record.prediction_agent: record.prediction}
            )
            given = {name: one for name, one in given.items() if one is not None}
            assert given == known["predictions"]
            assert record.prediction_agent == known["first"]
            assert record.prediction == known["predictions"].get(known["first"])
        if any(len(one["predictions"]) > 1 for one in self.records.values()):
            for agent in {name for one in self.records.values() for name in one["predictions"]}:
                right = sum(
                    one["now"] is not None
                    and max(one["predictions"][agent], key=lambda pair: pair[1])[0] == one["now"]
                    for one in self.records.values()
                    if agent in one["predictions"]
                )
                assert rb.count("d", f"{word(f'predicted@{agent}')}:ok") == right

    def usual(self) -> str | None:
        """The primary agent of most records."""
        firsts = [one["first"] for one in self.records.values() if one["first"]]
        return min(firsts, key=lambda name: (-firsts.count(name), name), default=None)

    def teardown(self) -> None:
        """Make way for the next run."""
        rb.delete("d")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:no record has the id", "ignore:.*refused", "ignore:people had")
def test_what_stays_and_what_changes(home: Path) -> None:
    """Any logs, additions, corrections and deletions leave what a plain model has."""
    run_state_machine_as_test(
        Predicting,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            phases=(Phase.reuse, Phase.generate),
        ),
    )


def made(**more: Any) -> list[rb.TextClassificationRecord]:
    return [
        rb.TextClassificationRecord(text=text, id=at, prediction=[("good", 0.75)], **more)
        for at, text in enumerate(["fine", "dull", "odd"])
    ]


def test_predictions_without_an_agent_have_to_be_named(home: Path) -> None:
    """Once there are two models each needs a name; until it is given nothing is changed."""
    rb.log(made(), "d", verbose=False)
    with pytest.raises(ValueError, match=r"3 records have .* primary='model-1'.*Nothing was"):
        rb.add_predictions("d", "gpt", {0: [("bad", 0.5)], 1: [("bad", 0.5)]}, verbose=False)
    assert rb.load("d")[0].predictions is None
    rb.add_predictions("d", "gpt", {0: [("bad", 0.5)]}, primary="bert", verbose=False)
    named = {one.id: one for one in rb.load("d")}
    assert dict(named[0].predictions or {}) == {"bert": [("good", 0.75)], "gpt": [("bad", 0.5)]}
    assert {one.prediction_agent for one in named.values()} == {"bert"}
    assert rb.count("d", "predicted_as@bert:good") == 3
    for agent in ("", None):
        with pytest.raises(ValueError, match="give the model a name"):
            rb.add_predictions("d", agent, {0: None}, verbose=False)  # type: ignore[arg-type]


def test_a_second_model_changes_no_number_of_the_first(home: Path) -> None:
    """Records that the first one did not predict do not get another primary model."""
    rb.log(
        [
            *made(prediction_agent="bert", annotation="bad"),
            *(rb.TextClassificationRecord(text=f"t{n}", id=n, annotation="bad") for n in (7, 8)),
        ],
        "d",
        verbose=False,
    )
    before = analysis.confusion_matrix("d").data["counts"]
    rb.add_predictions("d", "a gpt", {n: [("bad", 0.5)] for n in (0, 7, 8)}, verbose=False)
    for agent in (None, "bert"):
        assert analysis.confusion_matrix("d", agent=agent).data["counts"].equals(before)
    assert rb.count("d", r"predicted@a\ gpt:ok") == 3
    assert rb.count("d", "predicted:*") == 3
    assert analysis.compare("d").data["agents"] == ("bert", "a gpt")


def test_several_inputs_and_several_labels(home: Path) -> None:
    """Texts of several inputs are compared each; a multi-label prediction keeps all its labels."""
    rb.log(
        rb.TextClassificationRecord(
            inputs={"title": ["a", "b"], "body": "c"},
            id="x",
            prediction={"bert": []},
            annotation=["joy"],
            multi_label=True,
        ),
        "d",
        verbose=False,
    )
    frame = rb.load("d").to_pandas().assign(prediction=[[("joy", 0.75), ("love", 0.75)]])
    rb.add_predictions("d", "gpt", frame, verbose=False)
    (record,) = rb.load("d")
    assert dict(record.predictions or {}) == {"bert": [], "gpt": [("joy", 0.75), ("love", 0.75)]}
    assert rb.count("d", "predicted@gpt:ko AND predicted_as@gpt:love") == 1
    frame["inputs"] = [{"title": ["a", "b"], "body": "d"}]
    with pytest.raises(RecordError, match="its text is another"):
        rb.add_predictions("d", "gpt", frame, verbose=False)


def test_whatever_holds_predictions_is_read(home: Path) -> None:
    """Dictionaries, DataFrames with columns of any name, Hugging Face datasets and records."""
    rb.log(made(prediction_agent="bert"), "d", verbose=False)
    frame = pd.DataFrame({"key": [2, 0], "guess": ["bad", "good"], "sure": [0.5, 0.25]})
    named = {"id": "key", "prediction": "guess", "score": "sure"}
    plain = frame.assign(prediction=[[{"label": "bad", "score": 0.5}]] * 2).rename(
        columns={"key": "id"}
    )
    others = plain[["id", "prediction"]]
    records = [rb.TextClassificationRecord(text="odd", id=2, prediction=[("bad", 0.5)])]
    for agent, given, columns in (
        ("one", frame, named),
        ("two", datasets.Dataset.from_pandas(others), {}),
        ("three", others, {}),
        ("four", records, {}),
        ("five", rb.DatasetForTextClassification(records), {}),
        ("six", {"2": {"label": "bad", "score": 0.5}}, {}),
        ("seven", pd.Series(["bad"], index=[2]).map(lambda label: [(label, 0.5)]), {}),
        ("eight", rb.load("d", ids=2).to_pandas().assign(prediction=[[("bad", 0.5)]]), {}),
        ("bert", {2: [[{"label": "bad", "score": 0.5}]]}, {}),
    ):
        done = rb.add_predictions("d", agent, given, verbose=False, **columns)
        assert done.failed == 0
        (record,) = rb.load("d", ids=2)
        assert (record.predictions or {})[agent] == [("bad", 0.5)]
    assert rb.load("d", ids=0)[0].prediction == [("good", 0.75)]
    with pytest.raises(RecordError, match="no column 'guess' for prediction"):
        rb.add_predictions("d", "x", others, prediction="guess", verbose=False)


def test_predictions_go_to_their_own_text_and_their_own_agent(home: Path) -> None:
    """Where texts or agents are given too and are others, a prediction is refused, and told."""
    rb.log(made(prediction_agent="bert"), "d", verbose=False)
    given = [
        rb.TextClassificationRecord(text="fine", id=0, prediction=[("bad", 0.5)]),
        rb.TextClassificationRecord(text="dull!", id=1, prediction=[("bad", 0.5)]),
        rb.TextClassificationRecord(text="odd", id=2, prediction={"x": [("bad", 0.5)]}),
        rb.TextClassificationRecord(text="new", prediction=[("bad", 0.5)]),
    ]
    with pytest.warns(RecordWarning, match="3 predictions left out: 1 "):
        done = rb.add_predictions("d", "gpt", given, verbose=False)
    assert [(one.index, one.id) for one in done.errors] == [(1, "1"), (2, "2"), (3, None)]
    reasons = "; ".join(one.reason for one in done.errors)
    assert "its text is another" in reasons
    assert "other agents than 'gpt'" in reasons
    assert "it has no id" in reasons
    assert [one.predictions is not None for one in rb.load("d", ids=[0, 1, 2])] == [
        *(True, False, False)
    ]
    frame = pd.DataFrame({"id": [0], "text": ["fine "], "prediction": [[("bad", 0.5)]]})
    with pytest.raises(RecordError, match=r"no prediction was put .* its text is another"):
        rb.add_predictions("d", "gpt", frame, verbose=False)


def test_nothing_changes_where_nothing_can_be_put(home: Path) -> None:
    """No such dataset, no such record, two predictions for one; nothing at all is no change."""
    with pytest.raises(DatasetNotFoundError):
        rb.add_predictions("d", "gpt", {0: None})
    rb.log(made(prediction_agent="bert"), "d", verbose=False)
    (manifest,) = home.rglob("manifest.json")
    before = manifest.read_bytes()
    with pytest.raises(RecordError, match=r"\(id '9'\): no record has this id"):
        rb.add_predictions("d", "gpt", {9: [("bad", 0.5)]}, verbose=False)
    with pytest.raises(RecordError, match="have the same id '1'"):
        rb.add_predictions("d", "gpt", {1: None, "1": None}, verbose=False)
    assert rb.add_predictions("d", "gpt", {}, verbose=False).processed == 0
    assert rb.add_predictions("d", "gpt", {1: None}, verbose=False).unchanged == 1
    assert manifest.read_bytes() == before


@pytest.mark.parametrize("broken", [(Manifest, "write"), (Parts, "write")])
def test_a_full_disk_leaves_everything_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch, broken: tuple[type, str]
) -> None:
    """Whether the records or the manifest cannot be written, none of the predictions is there."""
    rb.log(made(prediction_agent="bert"), "d", verbose=False)
    rb.relabel("d", "bad", ids=[0], agent="ada")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(*broken, full)
        with pytest.raises(StorageError, match="the disk is full"):
            rb.add_predictions("d", "gpt", {at: [("bad", 0.5)] for at in range(3)}, verbose=False)
    rb.init(home)
    assert [one.predictions for one in rb.load("d")] == [None] * 3
    assert rb.load("d", ids=0)[0].annotation == "bad"
    rb.add_predictions("d", "gpt", {at: [("bad", 0.5)] for at in range(3)}, verbose=False)
    assert rb.count("d", "predicted_as@gpt:bad") == 3


def test_models_put_their_predictions_at_once(home: Path) -> None:
    """Four threads add a model each, and none loses what another one added meanwhile."""
    rb.log(made(prediction_agent="bert"), "d", verbose=False)
    names = ["m1", "m2", "m3", "m4"]

    def add(name: str) -> None:
        for at in range(3):
            rb.add_predictions("d", name, {at: [("bad", 0.5)]}, verbose=False)

    threads = [threading.Thread(target=add, args=(name,)) for name in names]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for record in rb.load("d"):
        assert set(record.predictions or {}) == {"bert", *names}


def test_an_open_explorer_has_the_new_column(home: Path) -> None:
    """Predictions added while an explorer is open are fields and columns of what it shows next."""
    rb.log(made(prediction_agent="bert", annotation="bad"), "d", verbose=False)
    shown = rb.explore("d")
    rb.relabel("d", "good", ids=[0], agent="ada")
    rb.add_predictions("d", "gpt", {at: [("bad", 0.5)] for at in range(3)}, verbose=False)
    shown.query = "predicted@gpt:ok"
    assert shown.to_pandas()["id"].tolist() == [1, 2]
