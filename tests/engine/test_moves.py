"""Answers brought up to date after changes, against answers worked out anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.edits import Edit, LiveDataset
from rubrix_widget.engine import Engine, Facet
from rubrix_widget.home import active
from rubrix_widget.index import Hits

RECORDS = 40
QUERIES = [
    *("predicted:ko", "predicted:*", "annotated_as:good", "annotated_as:*", "annotated_as:b*"),
    *("annotated_as.text:so", "status:Validated", "annotated_by:somebody", "_exists_:last_updated"),
    *(
        "last_updated:>2021",
        "film AND predicted:ok",
        "corrected:true",
        "predicted_before:ko",
        "NOT annotated_as:/g.*|n.*/",
        "score:>0.6",
    ),
]
FACETS = [
    "corrected",
    "predicted",
    "annotated_as",
    "predicted_as",
    "status",
    "annotated_by",
    "metadata.n",
]


def log(name: str, multi: bool) -> LiveDataset:
    labels = ["bad", "good", "so so"]
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"film {i}",
                id=str(i),
                prediction=[(labels[i % 3], 0.51 + i / 100)],
                annotation=[labels[i % 2]] if multi else labels[i % 2],
                multi_label=multi,
                metadata={"n": i % 4},
            )
            for i in range(RECORDS)
        ],
        name,
        verbose=False,
    )
    return active().dataset(name)


def answers(engine: Engine) -> dict[str, Any]:
    everything = Hits.everything(engine.n)
    found: dict[str, Any] = {query: engine.select(query).order().tolist() for query in QUERIES}
    for facet in engine.facets(FACETS, everything):
        values = facet.values if isinstance(facet, Facet) else facet.edges[:-1].tolist()
        counts = zip(facet.count.tolist(), facet.right.tolist(), facet.wrong.tolist(), strict=True)
        found[f"facet of {facet.field}"] = {
            value: count for value, count in zip(values, counts, strict=True) if count[0]
        }
    found["sorted"] = engine.select(sort=[("annotated_as", "desc")]).order().tolist()
    found["matrix"] = engine.confusion(everything).counts.tolist()
    return found


steps = st.lists(
    st.tuples(
        st.lists(st.integers(0, RECORDS - 1), min_size=1, max_size=8, unique=True),
        st.sampled_from(["bad", "good", "so so", "new", None]),
        st.sampled_from(["annotation", "status", "undo"]),
        st.booleans(),
    ),
    max_size=6,
)


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[bool], LiveDataset]:
    numbers = iter(range(10_000))
    rb.init(tmp_path)
    return lambda multi: log(f"made-{next(numbers)}", multi)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.booleans(), steps)
def test_after_any_changes_answers_are_as_if_worked_out_anew(
    fresh: Callable[[bool], LiveDataset], multi: bool, changes: list[tuple[Any, ...]]
) -> None:
    """What is kept from before a change and mended is what a new engine finds."""
    live = fresh(multi)
    answers(live.engine())
    for ids, label, kind, look in changes:
        if kind == "undo":
            live.undo(agent="somebody")
        elif kind == "status":
            live.edit([Edit(str(one), "status", "Discarded") for one in ids], agent="somebody")
        elif label is not None:
            value = [label]
            live.edit([Edit(str(one), "annotation", value) for one in ids], agent="somebody")
        if look:  # else several versions pass before the next look
            answers(live.engine())
    now = live.engine()
    anew = Engine(dataclasses.replace(now.columns), now.segments, now.version)
    assert answers(now) == answers(anew)


def test_an_older_engine_goes_on_answering_for_its_own_version(
    fresh: Callable[[bool], LiveDataset],
) -> None:
    """Who holds an engine sees one state, though a newer one shares its cache."""
    live = fresh(False)
    before = live.engine()
    first = answers(before)
    live.edit([Edit("3", "annotation", ["so so"])])
    assert answers(live.engine()) != first
    assert answers(before) == first
    assert answers(live.engine()) != first


def test_a_change_makes_only_the_changed_records_be_looked_at(
    fresh: Callable[[bool], LiveDataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After one record was relabelled, a query that was asked before looks at that record."""
    from rubrix_widget.engine import evaluate

    live = fresh(False)
    live.engine().select("predicted:ko")
    sizes: list[int] = []
    answer = evaluate.Evaluator._answer
    monkeypatch.setattr(
        evaluate.Evaluator,
        "_answer",
        lambda self, leaf, field: sizes.append(self.n) or answer(self, leaf, field),
    )
    live.edit([Edit("3", "annotation", ["so so"])])
    found = live.engine().select("predicted:ko")
    assert sizes == [1]
    assert found.mask.tolist() == [i % 3 != (2 if i == 3 else i % 2) for i in range(RECORDS)]
