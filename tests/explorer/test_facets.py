"""The counts beside the records, against pandas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import rubrix_widget as rb
from rubrix_widget.explorer import Explorer, checks
from rubrix_widget.explorer.facets import facets
from rubrix_widget.explorer.protocol.figures import ConfusionResult, FacetResult, FacetsResult
from rubrix_widget.explorer.protocol.limits import FACET_VALUES, MATRIX_LABELS
from rubrix_widget.home import active
from tests.explorer.conftest import ask, result


def asked(*names: str, **changes: Any) -> dict[str, Any]:
    """Return the parameters of a ``facets`` request."""
    given = {"query": "", "dialect": "notebook", "filters": {}, "search": {}, "confusion": False}
    return {**given, "facets": list(names), **changes}


def frame(explorer: Explorer) -> pd.DataFrame:
    """Return the reviews with what facets count by in columns."""
    table = explorer.to_pandas()
    return pd.DataFrame(
        {
            "annotated": table["annotation"],
            "predicted": [one[0][0] for one in table["prediction"]],
            "part": [one["part"] for one in table["metadata"]],
        }
    )


def test_an_answer_has_the_fields_of_the_protocol(explorer: Explorer) -> None:
    """The answer, its facets and its matrix have exactly the fields of the protocol."""
    found = result(explorer, "facets", asked("status", "score", confusion=True))
    assert set(found) == set(FacetsResult.__annotations__)
    assert all(set(one) == set(FacetResult.__annotations__) for one in found["facets"])
    assert set(found["confusion"]) == set(ConfusionResult.__annotations__)


def test_a_facet_leaves_its_own_filter_out(explorer: Explorer) -> None:
    """Other filters narrow a facet's counts, its own does not; right and wrong as pandas has."""
    table = frame(explorer)
    chosen = {"annotated_as": ["positive"], "metadata.part": {"from": 0, "to": 1}}
    (facet,) = result(explorer, "facets", asked("annotated_as", filters=chosen))["facets"]
    part = table[table["part"] <= 1]
    judged = part[part["annotated"].notna()]
    right = judged[judged["annotated"] == judged["predicted"]]
    counts, good = judged["annotated"].value_counts(), right["annotated"].value_counts()
    assert {one["value"]: (one["count"], one["ok"], one["ko"]) for one in facet["values"]} == {
        label: (counts[label], good[label], counts[label] - good[label]) for label in counts.index
    }
    assert facet["missing"] == part["annotated"].isna().sum()


def test_a_histogram_counts_every_record_once(explorer: Explorer) -> None:
    """Bars and missing ones add up to the records, and each bar's split to no more than it."""
    (bars,) = result(explorer, "facets", asked("metadata.part", query="predicted:ko"))["facets"]
    count = result(explorer, "facets", asked("predicted"))["facets"][0]["values"]
    wrong = next(one["count"] for one in count if one["value"] == "ko")
    assert len(bars["edges"]) == len(bars["count"]) + 1
    assert sum(bars["count"]) + bars["missing"] == wrong == sum(bars["ko"])
    assert sum(bars["ok"]) == 0


def test_the_matrix_is_the_cross_table(explorer: Explorer) -> None:
    """The matrix is pandas's cross table, whatever labels are filtered by, under other filters."""
    table = frame(explorer)
    narrowed = table[table["part"] == 1]
    filters = {"metadata.part": [1], "annotated_as": ["positive"], "predicted_as": ["positive"]}
    found = result(explorer, "facets", asked(filters=filters, confusion=True))["confusion"]
    crossed = pd.crosstab(narrowed["annotated"], narrowed["predicted"])
    labels = found["labels"]
    expected = crossed.reindex(index=labels, columns=labels, fill_value=0)
    assert found["counts"] == expected.to_numpy().tolist()
    assert found["total"] == expected.to_numpy().sum() > 0


@pytest.mark.slow
def test_many_values_are_bounded_and_searched() -> None:
    """Of 50,000 values the commonest are sent, chosen ones stay, and a search finds the rest."""
    rb.init()
    rb.log(
        [rb.TextClassificationRecord(text="a", metadata={"who": f"w{n}"}) for n in range(50_000)],
        "many",
        verbose=False,
    )
    engine = active().dataset("many").engine()
    given: Any = asked("metadata.who", filters={"metadata.who": ["w49999"]})
    (facet,) = facets(engine, given, 1)["facets"]
    assert facet["distinct"] == 50_000
    assert len(facet["values"]) == FACET_VALUES + 1
    assert facet["values"][-1]["value"] == "w49999"
    given = asked("metadata.who", search={"metadata.who": "W4242"})
    (facet,) = facets(engine, given, 1)["facets"]
    assert facet["found"] == 11 == len(facet["values"])


def test_many_labels_are_bounded() -> None:
    """A matrix of 300 labels keeps the most confused and says how many are left out."""
    rb.init()
    records = [
        rb.TextClassificationRecord(
            text="a",
            annotation=f"l{n}",
            prediction=[(f"l{(n + 1) % 300 if n >= 280 else n}", 0.9)],
        )
        for n in range(300)
    ]
    rb.log(records, "labels", verbose=False)
    given: Any = asked(confusion=True)
    found = facets(active().dataset("labels").engine(), given, 1)["confusion"]
    assert found is not None
    assert len(found["labels"]) == MATRIX_LABELS == 300 - found["left_out"]
    assert {f"l{n}" for n in range(281, 300)} <= set(found["labels"])
    assert found["total"] == 300


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"facets": "status"}, "list"),
        ({"facets": ["text"]}, "'text'"),
        ({"facets": ["nonesuch"]}, "nonesuch"),
        ({"facets": ["status"] * 101}, "at most 100"),
        ({"search": []}, "search"),
        ({"search": {"status": 7}}, "search is 7"),
        ({"confusion": 1}, "confusion is 1"),
        ({"filters": []}, "dict"),
        ({"extra": 1}, "'extra'"),
    ],
)
def test_what_is_wrong_is_said(
    open_explorer: Callable[..., Explorer], changes: dict[str, Any], says: str
) -> None:
    """A request that is not as it should be is answered with what is wrong."""
    message = ask(open_explorer(), "facets", {**asked("status"), **changes})["error"]["message"]
    assert says in message
    assert "fault in rubrix_widget" not in message


@pytest.mark.parametrize("field", ["score", "metadata.part", "metadata.size", "metadata.day"])
def test_a_bars_bounds_find_what_it_counts(home: object, field: str) -> None:
    """Each bar's edges, the upper one left out, filter to just the records that it counts."""
    records = [
        rb.TextClassificationRecord(
            text=f"number {n}",
            prediction=[("good", (n % 97) / 97)],
            metadata={
                "part": n % 7,
                "size": (n % 41) / 4,
                "day": dt.datetime(2021, 1, 1) + dt.timedelta(hours=7 * n),
            },
        )
        for n in range(300)
    ]
    rb.log(records, "bars", verbose=False)
    engine = active().dataset("bars").engine()
    (bars,) = facets(engine, checks.facets(asked(field)), 1)["facets"]
    edges, counts = bars["edges"], bars["count"]
    assert len(counts) > 5
    for place, count in enumerate(counts):
        bounds = {"from": edges[place], "below": edges[place + 1]}
        if place == 0:
            del bounds["from"]
        if place == len(counts) - 1:
            del bounds["below"]
        assert engine.select(filters={field: bounds}).count == count
