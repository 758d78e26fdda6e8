"""Predictions of several agents: their fields against plain Python, over changes and in errors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.engine import Engine
from rubrix_widget.engine.completing import complete
from rubrix_widget.engine.explain import explain
from rubrix_widget.engine.memory import engine_of
from rubrix_widget.errors import UnknownFieldError
from rubrix_widget.home import active
from rubrix_widget.query import word

LABELS = ["bad", "good", "so so"]
ALONE = ["a", "b", "m@x of status"]  # the last is an odd name: it looks like several fields
Given = tuple[dict[str, Any], Any]
LABEL = st.sampled_from(LABELS)
PREDICTION = st.none() | st.lists(
    st.tuples(LABEL, st.sampled_from([0.1, 0.5, 0.6, 0.9])), max_size=3, unique_by=lambda p: p[0]
)


def records(names: list[str], multi: bool) -> st.SearchStrategy[list[Given]]:
    annotation = st.lists(LABEL, unique=True) if multi else LABEL
    predictions = st.tuples(*(PREDICTION for _ in names)).map(
        lambda given: dict(zip(names, given, strict=True))  # in this order: the first is primary
    )
    return st.lists(st.tuples(predictions, st.none() | annotation), min_size=1, max_size=20)


def engine(some: list[Given], multi: bool) -> Engine:
    made = [
        rb.TextClassificationRecord(
            text=f"text {at}", prediction=prediction, annotation=annotation, multi_label=multi
        )
        for at, (prediction, annotation) in enumerate(some)
    ]
    return engine_of(rb.DatasetForTextClassification(made).table)


def labels(prediction: Any, multi: bool) -> frozenset[str] | None:
    """The labels that a prediction stands for, by the rules of the documentation."""
    if prediction is None:
        return None
    if multi:
        return frozenset(label for label, score in prediction if score > 0.5)
    best = max(prediction, key=lambda pair: pair[1], default=None)
    return None if best is None else frozenset({best[0]})


def right(prediction: Any, annotation: Any, multi: bool) -> bool | None:
    found = labels(prediction, multi)
    if found is None or annotation is None:
        return None
    return found == frozenset([annotation] if isinstance(annotation, str) else annotation)


def matched(engine: Engine, query: str) -> list[int]:
    found: list[int] = engine.select(query).hits.positions.tolist()
    return found


def places(hold: Iterable[object]) -> list[int]:
    return [at for at, holds in enumerate(hold) if holds]


SETS = st.booleans().flatmap(lambda multi: st.tuples(records(ALONE[:2], multi), st.just(multi)))


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(SETS)
def test_fields_of_two_agents_say_what_plain_python_says(data: tuple[list[Given], bool]) -> None:
    """What is asked of one agent, and the comparisons, follow the rules that are documented."""
    some, multi = data
    some = [*some, ({"a": [("bad", 0.9)], "b": [("good", 0.9)]}, None)]
    made = engine(some, multi)
    judged, found_as = {}, {}
    for name in ("a", "b"):
        judged[name] = [right(p[name], t, multi) for p, t in some]
        found_as[name] = [labels(p[name], multi) for p, _ in some]
        for value, wanted in (("ok", True), ("ko", False)):
            found = matched(made, f"predicted@{name}:{value}")
            assert found == places(one is wanted for one in judged[name])
        for label in LABELS:
            found = matched(made, f'predicted_as@{name}:"{label}"')
            assert found == places(label in (one or ()) for one in found_as[name])
        highest = [max((score for _, score in p[name] or ()), default=0) for p, _ in some]
        assert matched(made, f"score@{name}:>=0.6") == places(one >= 0.6 for one in highest)
    pairs = [*zip(judged["a"], judged["b"], strict=True)]
    for field, both in (("fixed", (0, 1)), ("broken", (1, 0)), ("both_wrong", (0, 0))):
        assert matched(made, f"{field}:true") == places(one == both for one in pairs)
    same = [one == two for one, two in zip(found_as["a"], found_as["b"], strict=True)]
    known = [None not in one for one in pairs]
    assert matched(made, "agree:true") == places(
        one and two for one, two in zip(same, known, strict=True)
    )
    assert matched(made, "_exists_:agree") == places(known)
    assert matched(made, "predicted:ok") == matched(made, "predicted@a:ok")
    assert matched(made.seen_by("b"), "predicted:ko") == matched(made, "predicted@b:ko")
    shown = made.seen_by("b").confusion(made.select("").hits)
    each = len(shown.labels) if multi else 1
    assert shown.counts.sum() == each * sum(one is not None for one in judged["b"])


@settings(
    deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    records(ALONE, False).filter(lambda some: any(p["b"] and p["m@x of status"] for p, _ in some)),
    st.lists(st.tuples(st.integers(0, 19), LABEL), min_size=1, max_size=5),
)
def test_answers_follow_every_change(
    home: Path, some: list[Given], changes: list[tuple[int, str]]
) -> None:
    """Answers that were kept, orders and counts are right after a relabel, of each agent."""
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"text {at}", id=at, prediction=prediction, annotation=annotation
            )
            for at, (prediction, annotation) in enumerate(some * 3)
        ],
        "compared",
    )
    some = [*some * 3]
    live = active().dataset("compared")
    odd = r"m@x\ of\ status"
    queries = [f"predicted@{one}:ko" for one in ("a", "b", odd)]
    agents = live.engine().columns.logged.predicting
    queries += [f"fixed@{one.replace(' ', chr(92) + ' ')}:true" for one in agents[1:]]
    try:
        for at, label in [(0, "bad"), *changes]:
            before = live.engine()
            for query in queries:
                before.select(query)
            for name, field in before.fields.items():
                if "@" in name and field.kind != "words":
                    before.facets([name], before.select("").hits)
                    before.select("", sort=[(name, "desc")]).order()
            rb.relabel("compared", label, ids=[at % len(some)])
            prediction, _ = some[at % len(some)]
            some[at % len(some)] = (prediction, label)
            now = live.engine()
            judged = {name: [right(p[name], t, False) for p, t in some] for name in ALONE}
            for name, query in zip(ALONE, queries, strict=False):
                assert matched(now, query) == places(one is False for one in judged[name])
            for other, query in zip(agents[1:], queries[3:], strict=True):
                pairs = zip(judged[agents[0]], judged[other], strict=True)
                assert matched(now, query) == places(one == (False, True) for one in pairs)
            facet: Any = now.facets(["predicted@b"], now.select("").hits)[0]
            counted = dict(zip(facet.values, facet.count.tolist(), strict=True))
            assert counted["ok"] == judged["b"].count(True)
            order = now.select("", sort=[("predicted@b", "desc")]).order().tolist()
            known = [right(some[at][0]["b"], some[at][1], False) for at in order]
            rank = [{True: 0, False: 1, None: 2}[one] for one in known]
            assert rank == sorted(rank)
    finally:
        rb.delete("compared")


def pair() -> Engine:
    return engine(
        [
            ({"a": [("good", 0.9)], "b": [("bad", 0.6)]}, "good"),
            ({"a": [("good", 0.9)], "b": [("bad", 0.6)]}, "bad"),
        ],
        False,
    )


def test_an_agent_that_there_is_not_is_named_with_those_there_are() -> None:
    """An error says which agents there are; of records with one agent, how to log several."""
    with pytest.raises(UnknownFieldError, match="no agent 'c'; agents are a, b"):
        pair().select("predicted@c:ok")
    with pytest.raises(UnknownFieldError, match="no agent 'c'; agents are a, b"):
        pair().select("fixed@c:true")
    with pytest.raises(UnknownFieldError, match=r"no agent 'B'; .* Did you mean .*'b'"):
        engine([({"abc b": None, "b": [("bad", 0.6)]}, "good")], False).select("predicted@B:ok")
    alone = engine([({"a": [("good", 0.9)]}, "good")], False)
    for query in ("predicted@b:ok", "fixed:true"):
        with pytest.raises(UnknownFieldError, match="each record here has the prediction of one"):
            alone.select(query)
    three = engine(
        [({"a": [("good", 0.9)], "b": [("bad", 0.6)], "c": [("bad", 1)]}, "good")], False
    )
    with pytest.raises(UnknownFieldError, match="write fixed@b or fixed@c"):
        three.select("fixed:true")
    said = pair().select("predicted@c:ok", dialect="lucene").notes
    assert any("no agent 'c'; agents are a, b" in note for note in said)
    assert not [name for name in alone.fields if "@" in name or name == "fixed"]


NAMES = st.one_of(
    st.text(min_size=1, max_size=12),
    st.text(alphabet='my:@ "\\*?()[]{}~^/&|<>+-!ort', min_size=1, max_size=12),
    st.sampled_from(
        [
            *(
                "my model",
                "a@b",
                "a:b",
                "or",
                "model.text",
                "v1.0-beta",
                'say "no"',
                "*",
                "_exists_",
            ),
            *("<img src=x onerror=alert(1)>", "модель", "模型 2", "🤖", "x" * 300, "b ", "\u202eb"),
        ]
    ),
)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(NAMES, NAMES)
def test_any_name_of_an_agent_can_be_asked_for(first: str, second: str) -> None:
    """As `word` writes a field, both dialects find it, and completion offers it as written."""
    assume(first != second)
    try:
        made = engine(
            [
                ({first: [("good", 0.9)], second: [("bad", 0.6)]}, "good"),
                ({first: [("good", 0.9)], second: None}, "bad"),
            ],
            False,
        )
    except ValueError:
        assume(False)  # a name that no agent can have
    for dialect in ("notebook", "lucene"):
        ask: Any = partial(made.select, dialect=dialect)
        for name, ok, ko in ((first, [0], [1]), (second, [], [0])):
            field = word(f"predicted@{name}")
            assert ask(f"{field}:ok").hits.positions.tolist() == ok
            assert ask(f"NOT {field}:ok AND {field}:ko").hits.positions.tolist() == ko
            assert ask(f"_exists_:{field}").count == len(ok) + len(ko)
            assert ask(f"{word(f'score@{name}')}:>0.5").count == len(ok) + len(ko)
            label = {first: "good", second: "bad"}[name]
            assert ask(f"{word(f'predicted_as@{name}')}:{label}").count == len(ok) + len(ko)
        assert ask(f"{word(f'broken@{second}')}:true").hits.positions.tolist() == [0]
    for name in (first, second):
        offered = {one.put for one in complete(made, "predicted@").items}
        drawable = not re.search(r"[\x00-\x1f\x7f\u2028\u2029]", name)
        assert (word(f"predicted@{name}") + ":" in offered) is drawable
        assert made.select("", filters={f"predicted@{name}": ["ko"]}).count == 1
        assert made.select("", sort=[(f"score@{name}", "asc")]).order().tolist()[0] == 0


def test_the_words_of_what_one_agent_predicted_are_searched() -> None:
    """`predicted_as@b.text` searches words of the labels as `predicted_as.text` does."""
    made = engine(
        [
            ({"a": [("so so", 0.9)], "b": [("bad", 0.6)]}, "good"),
            ({"a": [("bad", 0.9)], "b": [("so so", 0.6)]}, "good"),
        ],
        False,
    )
    assert matched(made, "predicted_as.text:SO") == matched(made, "predicted_as@a.text:SO") == [0]
    assert matched(made, "predicted_as@b.text:so*") == [1]
    assert matched(made, r"predicted_as@\*:bad") == [0, 1]
    assert matched(made, r"predicted_as@\*:good") == []


def test_of_two_agents_the_pair_may_be_named_and_of_three_it_must_be() -> None:
    """`fixed@b` is `fixed` of two agents; with more each pair has its own; the primary has none."""
    made = pair()
    for name in ("fixed", "broken", "both_wrong", "agree"):
        assert matched(made, f"{name}@b:true") == matched(made, f"{name}:true")
    with pytest.raises(UnknownFieldError, match="primary agent with itself: write fixed@b"):
        made.select("fixed@a:true")
    three = engine(
        [({"a": [("good", 0.9)], "b": [("bad", 0.6)], "my c": [("bad", 1)]}, "bad")] * 2, False
    )
    assert matched(three, "fixed@b:true") == matched(three, r"fixed@my\ c:true") == [0, 1]
    with pytest.raises(UnknownFieldError) as raised:
        three.select("agree:true")
    assert r"write agree@b or agree@my\ c" in str(raised.value)


def test_the_fields_are_completed_explained_and_filtered_by() -> None:
    """What works on `predicted` works on `predicted@b`, and on `fixed` as on any Boolean."""
    made = pair()
    assert [one.put for one in complete(made, "predicted@").items] == [
        *("predicted@a:", "predicted@b:"),
    ]
    assert [one.put for one in complete(made, "fixed:").items] == ["false", "true"]
    named = engine([({"bert": [("good", 0.9)], "my gpt": [("bad", 0.6)]}, "good")], False)
    assert [one.put for one in complete(named, "gpt").items] == [
        *(r"predicted@my\ gpt:", r"predicted_as@my\ gpt:", r"score@my\ gpt:"),
        *(r"predicted_before@my\ gpt:", r"predicted_as@my\ gpt.text:"),
    ]
    told = explain(made, "predicted@b:ok AND fixed:true")
    assert (told.reading, told.hits) == ("predicted@b is ok, and fixed is true", 1)
    assert made.select("", filters={"fixed": [True]}).hits.positions.tolist() == [1]
    assert made.select("", filters={"predicted@b": ["ko"]}).hits.positions.tolist() == [0]
    with pytest.raises(ValueError, match=r"predicted@b; it is one of ok, ko"):
        made.select("predicted@b:OK")


def test_two_real_models(shared_data: Path) -> None:
    """Two BERT models on SST-5: counts equal those that pandas makes of their predictions."""
    frame = pd.read_parquet(shared_data / "sst5_bert.parquet")
    best = {
        name: frame[name].map(lambda p: max(p, key=lambda one: one["score"])["label"])
        for name in ("prediction", "prediction_bert2")
    }
    made = engine_of(
        rb.DatasetForTextClassification(
            [
                rb.TextClassificationRecord(
                    text=text, annotation=label, prediction={"bert": list(one), "bert2": list(two)}
                )
                for text, label, one, two in zip(
                    frame["text"],
                    frame["label"],
                    frame["prediction"],
                    frame["prediction_bert2"],
                    strict=True,
                )
            ]
        ).table
    )
    was, now = (best[name] == frame["label"] for name in best)
    for query, wanted in (
        ("fixed:true", ~was & now),
        ("broken:true", was & ~now),
        ("both_wrong:true", ~was & ~now),
        ("predicted@bert2:ok", now),
        ("agree:true", best["prediction"] == best["prediction_bert2"]),
    ):
        assert made.select(query).count == int(wanted.sum())
