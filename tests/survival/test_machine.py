"""The store against plain dictionaries, over random sequences of everything that changes it."""

from __future__ import annotations

import random
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import rubrix_widget as rb
from rubrix_widget.columns import VERDICTS
from rubrix_widget.edits import Action, Edit, EditResult, LiveDataset
from rubrix_widget.errors import PlanOutdatedError, StoreWarning
from rubrix_widget.patches import apply, difference
from rubrix_widget.store import Label, Store
from rubrix_widget.store.journal import COPY, FILE
from tests.survival import harm, whole
from tests.survival.model import IDS, PARTS, Event, Group, Model

LABELS = ["negative", "neutral", "positive"]
ids = st.sampled_from(IDS)
labels = st.sampled_from([*LABELS, "new", None])
agents = st.sampled_from(["ada", "bob"])
values = st.one_of(
    st.tuples(st.just("annotation"), labels),
    st.tuples(st.just("status"), st.sampled_from(["Default", "Validated", "Discarded"])),
    st.tuples(st.just("comment"), st.sampled_from(["why", "so", None])),
    st.tuples(st.just("verdict"), st.sampled_from([*VERDICTS, None])),
)


class Machine(RuleBasedStateMachine):
    """Each rule does a thing to the dataset and to the dictionaries; both must be alike."""

    @initialize()
    def begin(self) -> None:
        self.place = tempfile.TemporaryDirectory()
        self.folder = Path(self.place.name) / "d"
        self.model = Model()
        self.log_all()
        self.live, self.other = (LiveDataset("d", self.folder) for _ in range(2))

    def log_all(self) -> None:
        records = [
            rb.TextClassificationRecord(
                text=f"{self.model.texts[one]} {one}", id=one, annotation=record["annotation"]
            )
            for one, record in self.model.logged.items()
        ]
        for record in records:
            record.status = "Default"
        with warnings.catch_warnings():  # that labels give way to what is logged
            warnings.simplefilter("ignore", StoreWarning)
            Store(self.folder).log(rb.DatasetForTextClassification(records).table)

    @rule(chosen=st.lists(st.tuples(ids, values), min_size=1, max_size=4), agent=agents)
    def edit(self, chosen: list[tuple[str, tuple[str, Any]]], agent: str) -> None:
        edits, wanted, now = [], [], dict(self.model.now)
        for one, (field, new) in chosen:
            given = [new] if field == "annotation" and new is not None else new
            edits.append(Edit(one, field, given))
            now[one] = self.model.edited(now[one], field, new, agent)
            wanted.append((one, field, now[one]))
        result = self.live.edit(edits, agent=agent)
        assert result.conflicts == []
        assert result.changes == self.model.change("edit", agent, wanted)

    @rule(one=ids, label=st.sampled_from(LABELS), stale=st.booleans())
    def edit_of_what_was(self, one: str, label: str, stale: bool) -> None:
        engine = self.live.engine()
        (place,) = engine.positions([one]).tolist()
        version = int(engine.columns.version[place]) - stale
        result = self.live.edit([Edit(one, "annotation", [label], version)], agent="ada")
        if stale and self.model.now[one]["annotation"] != label:
            assert [conflict["id"] for conflict in result.conflicts] == [one]
            assert (result.group, result.changes) == (None, 0)
            return
        wanted = [
            (one, "annotation", self.model.edited(self.model.now[one], "annotation", label, "ada"))
        ]
        assert result.changes == self.model.change("edit", "ada", wanted)

    @rule(size=st.integers(1, 4), label=labels, agent=agents, meanwhile=st.booleans())
    def bulk(self, size: int, label: str | None, agent: str, meanwhile: bool) -> None:
        engine = self.live.engine()
        places = np.arange(size)
        chosen = engine.columns.logged.ids[places].tolist()
        action = Action("annotation", None if label is None else [label])
        plan = self.live.plan(lambda _: places, action, agent=agent)
        if meanwhile:
            self.edit([(chosen[0], ("annotation", "positive"))], "bob")
            self.edit([(chosen[0], ("annotation", "neutral"))], "ada")
        wanted = [
            (one, "annotation", self.model.edited(self.model.now[one], "annotation", label, agent))
            for one in chosen
        ]
        try:
            result = self.other.change(
                lambda one: one.positions(chosen), action, agent=agent, digest=plan.digest
            )
        except PlanOutdatedError:
            assert meanwhile
            return
        assert result.changes == self.model.change("edit", agent, wanted)
        assert meanwhile or result.changes == plan.changes

    @rule(agent=agents, kind=st.sampled_from(["undo", "redo"]), dry_run=st.booleans())
    def turn(self, agent: str, kind: str, dry_run: bool) -> None:
        state = {"undo": "made", "redo": "undone"}[kind]
        since = [
            step.since
            for step in self.model.steps.values()
            if (step.agent, step.state) == (agent, state)
        ]
        act = getattr(self.live, kind)
        result = act(agent=agent, dry_run=dry_run)
        if not since:
            assert result is None
            return
        edits = [
            edit
            for edit, step in self.model.steps.items()
            if (step.agent, step.state, step.since) == (agent, state, max(since))
        ]
        self.settle(
            kind, agent, edits, self.model.groups[max(since) - 1].events[::-1], result, dry_run
        )

    @rule(agent=agents, dry_run=st.booleans(), pick=st.integers(0, 30))
    def undo_group(self, agent: str, dry_run: bool, pick: int) -> None:
        made = [edit for edit, step in self.model.steps.items() if step.state == "made"]
        if made:
            edit = made[pick % len(made)]
            since = self.model.steps[edit].since
            together = [one for one in made if self.model.steps[one].since == since]
            if together == [edit]:
                result = self.live.undo(agent=agent, group=edit, dry_run=dry_run)
                events = self.model.groups[since - 1].events[::-1]
                self.settle("undo", agent, [edit], events, result, dry_run)

    @rule(agent=agents, by=agents)
    def undo_by(self, agent: str, by: str) -> None:
        steps = sorted(
            (step.since, edit)
            for edit, step in self.model.steps.items()
            if step.state == "made" and self.model.groups[edit - 1].agent == by
        )
        groups = sorted({since for since, _ in steps}, reverse=True)
        events = [event for one in groups for event in self.model.groups[one - 1].events[::-1]]
        result = self.live.undo(agent=agent, by=by)
        if not steps:
            assert result is None
            return
        self.settle("undo", agent, [edit for _, edit in steps], events, result, False)

    def settle(
        self,
        kind: str,
        agent: str,
        edits: list[int],
        events: list[Event],
        result: EditResult | None,
        dry_run: bool,
    ) -> None:
        (made, now), refused = self.model.turned(events)
        assert result is not None
        conflicts = [one for one in result.conflicts if one["field"] != "labels"]
        assert (result.changes, len(conflicts)) == (len({one for one, *_ in made}), refused)
        if result.group is None:  # what is asked for by its number stays where nothing is left
            assert dry_run or not made
        else:
            self.model.now = now
            self.model.write(kind, agent, made, edits)

    @precondition(lambda self: self.model.groups)
    @rule(agent=agents, pick=st.integers(0, 30))
    def undo_to(self, agent: str, pick: int) -> None:
        to = pick % (len(self.model.groups) + 1)
        later = self.model.groups[to:]
        first: dict[str, dict[str, Any]] = {}
        anew = set()
        for group in later:
            for one, _, old, new in group.events:
                first.setdefault(one, old)
                if new is None:
                    anew.add(one)
        fresh = {to + 1 + at for at, one in enumerate(later) if one.kind == "edit"}
        ends = self.model.ends(later, fresh)
        edits = sorted(fresh | {edit for edit, both in ends.items() if both == {"redo"}})
        again = sorted(edit for edit, both in ends.items() if both == {"undo"})
        theirs = self.model.touched(later, again)
        kind = "undo"
        if again and not edits:
            kind, edits, again = "redo", again, []
        result = self.live.undo(agent=agent, to=to)
        if not edits:
            assert result is None
            return
        assert result is not None
        events, conflicting = [], [conflict["id"] for conflict in result.conflicts]
        for one, target in first.items():
            if one in anew:
                assert (one in conflicting) == (target != self.model.now[one])
                continue
            for field in ("annotation", "comment", "verdict"):
                after = self.model.put(one, PARTS[field], target)
                if after != self.model.now[one]:
                    events.append((one, field, self.model.now[one], after))
                    self.model.now[one] = after
        assert result.changes == len({one for one, *_ in events})
        if result.group is None:  # what is refused for all records stays, to be asked for again
            assert conflicting
            assert not events
            return
        if not again:
            self.model.write(kind, agent, events, edits)
            return
        self.model.write(kind, agent, [one for one in events if one[0] not in theirs], edits)
        self.model.write("redo", agent, [one for one in events if one[0] in theirs], again)

    @rule(one=ids, label=labels, text=st.sampled_from(["text", "other"]))
    def log_one(self, one: str, label: str | None, text: str) -> None:
        model = self.model
        differs = (model.logged[one]["annotation"], model.texts[one]) != (label, text)
        model.texts[one], model.logged[one] = text, model.as_logged(label)
        self.log_all()
        ends = [event[3] for group in model.groups for event in group.events if event[0] == one]
        if differs and ends and ends[-1] is not None:
            model.groups.append(Group("logged", "", [(one, "record", model.now[one], None)]))
        if differs or not ends or ends[-1] is None:
            model.now[one] = dict(model.logged[one])

    @rule()
    def log_again(self) -> None:
        self.log_all()

    @rule(old=st.sampled_from([*LABELS, "new"]), new=st.sampled_from([*LABELS, "new"]))
    def rename(self, old: str, new: str) -> None:
        self.live.engine()
        declared = [one for one in self.live.labels() if one.name != old]
        result = self.live.declare(declared, rename={old: new}, agent="ada")
        wanted = [
            (one, "annotation", {**record, "annotation": new})
            for one, record in self.model.now.items()
            if record["annotation"] == old
        ]
        changes = self.model.change("edit", "ada", wanted)
        assert result.changes == changes
        if result.group is not None and not changes:
            self.model.write("edit", "ada", [])

    @rule(names=st.permutations([*LABELS, "new"]))
    def declare(self, names: list[str]) -> None:
        if self.live.declare([Label(one) for one in names], agent="bob").group is not None:
            self.model.write("edit", "bob", [])
        assert self.other.engine().labels[:4] == names

    @rule()
    def apply_own_patch(self) -> None:
        report = apply(self.live, difference(self.live, 0), agent="bob")
        assert (report.conflicting, report.missing, report.group) == ([], [], None)

    @rule()
    def reopen(self) -> None:
        self.live.close()

    @rule(kind=st.sampled_from(list(harm.HARMS)), name=st.sampled_from([FILE, COPY]))
    def damage(self, kind: str, name: str) -> None:
        self.live.close()
        self.other.close()
        if (self.folder / name).stat().st_size and (kind != "foreign" or name == FILE):
            harm.HARMS[kind](self.folder / name, random.Random(len(self.model.groups)))
        with warnings.catch_warnings():  # what is damaged is mended when it is read
            warnings.simplefilter("ignore", StoreWarning)
            for read in (self.live.engine, self.live.events, self.live.changes, self.live.groups):
                read()

    @invariant()
    def both_are_alike(self) -> None:
        if not hasattr(self, "live"):
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", StoreWarning)
            for dataset in (self.live, self.other):
                found = whole.states(dataset.engine())
                assert {
                    one: {
                        "annotation": state.annotation and state.annotation[0],
                        "status": state.status,
                        "agent": state.annotation_agent,
                        "comment": state.comment,
                        "verdict": state.verdict,
                    }
                    for one, state in found.items()
                } == self.model.now
            kinds = [one.kind for one in self.live.groups()]
            assert kinds == [one.kind for one in self.model.groups]
            for agent in ("ada", "bob"):
                states = {step.state for step in self.model.steps.values() if step.agent == agent}
                assert self.live.can(agent) == ("made" in states, "undone" in states)
            for label in (*LABELS, "new"):
                expected = sum(record["annotation"] == label for record in self.model.now.values())
                assert self.other.engine().select(f"annotated_as:{label}").count == expected
            for verdict in VERDICTS:
                expected = sum(record["verdict"] == verdict for record in self.model.now.values())
                assert self.other.engine().select(f"verdict:{verdict}").count == expected

    def teardown(self) -> None:
        if hasattr(self, "live"):
            self.live.close()
            self.other.close()
            self.place.cleanup()


TestMachine = pytest.mark.slow(Machine.TestCase)
TestMachine.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
