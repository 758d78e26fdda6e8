"""The engine against the model: any query over any records, however they came to be there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.engine.reading import wordless
from rubrix_widget.errors import QueryError, QuerySyntaxError
from rubrix_widget.home import active
from rubrix_widget.query import DIALECTS, Dialect, parse, tree, unparse
from tests.engine.model import KEYWORDS, REGEXES, Model, Record, Refused

NOWHERE = (0, 0)
WORDS = ["good", "godo", "Movie", "movies", "bad", "n't", "it's", "--", "a", "12", "007", "é",
         "日本", "İ", "👍🏽", "well-acted", "!", "U.S.A."]  # fmt: skip
LABELS = ["good", "bad", "so so", "Good"]
AGENTS = ["Model A", "model", "good"]

SCORES = [0.0, 0.25, 0.5, 0.51, 0.9, 1.0]
METADATA: dict[str, list[Any]] = {
    "split": ["dev", "Rotten Tomatoes", "good movie"],
    "stars": [-2, 0, 1, 3, 5],
    "ratio": [0.5, 1.25, -3.0, 1e10],
    "checked": [True, False],
    "day": ["2021-12-31", "2022-01-01", "2022-01-15", "2022-02-28"],
    "tags": [[], ["a"], ["b", "good"], ["a", "b"]],
}


def made(random: Random, number: int, *, multi_label: bool) -> Record:
    """Return a record of any shape."""

    def text() -> str:
        return " ".join(random.choices(WORDS, k=random.randint(1, 7)))

    def maybe(value: Any) -> Any:
        return value if random.random() < 0.7 else None

    labels = random.sample(LABELS, random.randint(0, 3))
    scored = [
        (label, random.choice(SCORES)) for label in random.sample(LABELS, random.randint(1, 3))
    ]
    moment = dt.datetime(2021, 12, 30) + dt.timedelta(hours=random.randint(0, 1500))
    return Record(
        inputs={"body": text()} | ({"title": text()} if random.random() < 0.5 else {}),
        id=number,
        prediction=scored,
        annotation=maybe(labels if multi_label else random.choice(LABELS)),
        prediction_agent=maybe(random.choice(AGENTS)) if scored else None,
        status=random.choice([None, None, "Discarded"]),
        multi_label=multi_label,
        event_timestamp=maybe(moment),
        metadata={k: random.choice(v) for k, v in METADATA.items() if random.random() < 0.7},
    )


class Asked(NamedTuple):
    """Records as they should be, and the names of datasets that hold them."""

    kept: list[Record]
    names: list[str]

    def __repr__(self) -> str:  # short, for Hypothesis shows it with every failure
        return f"{len(self.kept)} records"


@pytest.fixture(scope="module", params=range(4))
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Log records at once, and the same in parts, some of them replaced and some deleted."""
    random, multi_label = Random(request.param), bool(request.param % 2)
    rb.init(tmp_path_factory.mktemp("home"))
    numbers = list(range(24))
    first = [made(random, n, multi_label=multi_label) for n in numbers]
    second = [made(random, n, multi_label=multi_label) for n in [*numbers[5:9], *range(30, 36)]]
    gone = random.sample(numbers, 4)
    for part in (first[:15], first[15:], second):
        rb.log(part, "parts", verbose=False)
    rb.delete_records("parts", ids=gone)
    kept = {record.id: record for record in [*first, *second] if record.id not in gone}
    rb.log(list(kept.values()), "whole", verbose=False)
    return Asked(list(kept.values()), ["whole", "parts"])


text_fields = st.sampled_from(
    [None, "text", "inputs.body", "inputs.title", "inputs.*", "text.exact", "inputs.title.exact",
     "predicted_as.text", "metadata.split.text"]
)  # fmt: skip
keyword_fields = st.sampled_from([*KEYWORDS, "predicted", "metadata.split", "metadata.tags"])
date_fields = st.sampled_from(["event_timestamp", "metadata.day"])
number_fields = st.sampled_from(
    ["score", "metadata.stars", "metadata.ratio", "metrics.text_length"]
)
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
some_words = st.sampled_from([*WORDS, "goo", "MOVIE", "good bad"])
values = st.sampled_from([*LABELS, *AGENTS, "ok", "ko", "Default", "Discarded", "dev", "3", "a"])
numbers = st.sampled_from(["0", "0.5", "0.51", "1", "-2", "3", "12", "20", "1e10", "x"])
dates = st.sampled_from(["2021", "2022", "2022-01", "2022-01-01", "2022-01-15", "x"])
patterns = st.sampled_from(
    ["goo*", "?ood", "*o*", "M?vie*", "*", "1?", "0*7", "so*o", "g\\*", "*-*"]
)


def leaf_of(kind: Callable[..., tree.Leaf], fields: Any, *parts: Any) -> st.SearchStrategy[Any]:
    return st.builds(lambda field, *rest: kind(NOWHERE, field, None, *rest), fields, *parts)


def ranges(fields: Any, bounds: Any) -> st.SearchStrategy[Any]:
    ends = st.none() | bounds
    return leaf_of(
        lambda *parts: tree.Range(*parts, NOWHERE, NOWHERE),
        fields, ends, ends, st.booleans(), st.booleans(),
    )  # fmt: skip


either = text_fields | keyword_fields
leaves = st.one_of(
    leaf_of(tree.Term, text_fields, some_words),
    leaf_of(tree.Term, text_fields, some_words),
    leaf_of(tree.Term, keyword_fields, values),
    leaf_of(tree.Term, number_fields, numbers),
    leaf_of(tree.Term, date_fields, dates),
    leaf_of(tree.Term, st.sampled_from(["multi_label", "metadata.checked"]),
            st.sampled_from(["true", "false"])),
    leaf_of(tree.Term, st.sampled_from(["nope", "metadata.none", "*"]), some_words),
    leaf_of(tree.Phrase, text_fields, phrases, st.integers(0, 3)),
    leaf_of(tree.Phrase, keyword_fields, values, st.just(0)),
    leaf_of(tree.Wildcard, either, patterns),
    leaf_of(tree.Regex, either, st.sampled_from(sorted(REGEXES))),
    leaf_of(tree.Fuzzy, either, some_words | values, st.none() | st.integers(0, 2)),
    ranges(text_fields, some_words), ranges(keyword_fields, values),
    ranges(number_fields, numbers), ranges(date_fields, dates),
    leaf_of(tree.Exists, (either | number_fields | date_fields).filter(bool)),
    st.just(tree.Everything(NOWHERE)),
)  # fmt: skip


def compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(lambda children: tree.And(NOWHERE, children)),
        several.map(lambda children: tree.Or(NOWHERE, children)),
        inner.map(lambda child: tree.Not(NOWHERE, child)),
        inner.map(lambda child: tree.Boost(NOWHERE, child, 2.0)),
    )


trees = st.recursive(leaves, compound, max_leaves=5)
signs = st.sampled_from(
    [" ", " ", " AND ", " OR ", " and ", " or ", " && ", " NOT ", " -", " +", " || "]
)
soup = st.lists(st.tuples(signs, leaves.map(unparse)), min_size=1, max_size=6).map(
    lambda parts: "".join(sign + leaf for sign, leaf in parts).strip(" &|")
)
queries = trees.map(unparse) | soup | st.tuples(soup, soup).map(lambda p: f"({p[0]}) {p[1]}")


@pytest.mark.slow
@given(queries, st.sampled_from(DIALECTS))
@example("metrics.text_length:<=12", "notebook")  # where inputs are joined by a line break
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_engine_finds_what_the_model_finds(asked: Asked, query: str, dialect: Dialect) -> None:
    """Any query, over records logged at once or in parts; what has no answer is refused by both."""
    # how Lucene reads an operator beside a clause without words is compared with Lucene itself
    fields = active().dataset(asked.names[0]).engine().fields
    try:
        node = parse(query, dialect, partial(wordless, fields))
    except QuerySyntaxError:
        return
    try:
        expected: Any = {
            str(one) for one in Model(asked.kept, lenient=dialect == "lucene").ids(node)
        }
    except Refused:
        expected = None
    for name in asked.names:
        engine = active().dataset(name).engine()
        try:
            positions = engine.select(query, dialect=dialect).order()
        except QueryError:
            found = None
        else:
            found = {str(line["id"]) for line in engine.table(positions).select(["id"]).to_pylist()}
        assert found == expected, name
