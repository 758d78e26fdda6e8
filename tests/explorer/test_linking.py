"""Charts as the page is given them: as Python gives them, bounded, safe from what they show."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rubrix_widget as rb
from rubrix_widget.charts.offline import chart_of
from rubrix_widget.explorer import Explorer, runtime
from rubrix_widget.explorer.protocol.limits import CHARTS
from tests.explorer.conftest import error, message, result

ODD = "a.b['c']\"]; datum.x} {alert(1)} \\ ${evil} \u2028 <img src=x onerror=alert(1)>"


def asked(chart: str, field: str = "", **changes: Any) -> dict[str, Any]:
    """Return the parameters of a ``chart`` request."""
    given = {"query": "", "dialect": "notebook", "filters": {}, "chart": chart, "field": field}
    return {**given, **changes}


def opened(name: str, made: list[rb.TextClassificationRecord]) -> Explorer:
    """Log records and return an explorer on them; what it sends is kept."""
    rb.init()
    rb.log(made, name, verbose=False)
    return kept(rb.explore(name))


def kept(explorer: Explorer) -> Explorer:
    """Keep what an explorer sends."""
    explorer.sent = []
    explorer.send = lambda content, buffers=None: explorer.sent.append(content)
    return explorer


@pytest.mark.parametrize("chart", CHARTS)
def test_the_page_draws_what_python_gives(explorer: Explorer, chart: str) -> None:
    """The specification is that of the Altair object, under the query and other fields' filters."""
    filters = {"metadata.part": [1, 2], "status": ["Default", "Validated"]}
    explorer.query, explorer.filters = "film", filters
    field = "metadata.<b>who</b>" if chart == "field" else ""
    answer = result(explorer, "chart", asked(chart, field, query="film", filters=filters))
    given = (field,) if chart == "field" else ()
    assert answer["python"] == f"ex.charts.{chart}({', '.join(map(repr, given))})"
    drawn = getattr(explorer.charts, chart)(*given).to_dict()
    if chart == "words":  # none stands out among so few
        assert answer["why"]
        return
    assert chart_of(answer["spec"]).to_dict() == drawn
    assert "part is 1 or 2" in json.dumps(answer["spec"]["title"])


def test_a_chart_leaves_its_own_filters_out(explorer: Explorer) -> None:
    """What a chart's own filter excludes is still drawn, so that it can be chosen."""
    whole = result(explorer, "chart", asked("confusion_matrix"))
    own = {"annotated_as": ["positive"], "predicted_as": ["negative"]}
    again = result(explorer, "chart", asked("confusion_matrix", filters=own))
    assert again["rows"] == whole["rows"]
    scores = result(explorer, "chart", asked("scores", filters=own))
    assert sum(map(sum, scores["rows"])) == whole["rows"][1][0]
    assert scores["fields"] == ["score"]
    narrow = asked("scores", filters={"score": {"from": 0.8}})
    assert (
        result(explorer, "chart", narrow)["rows"]
        == (result(explorer, "chart", asked("scores"))["rows"])
    )


def test_a_bin_counts_what_its_filter_keeps() -> None:
    """Scores on the edges of the reliability chart, and beside them, are each in one bin."""
    edges = [place / 10 for place in range(11)]
    beside = [np.nextafter(edge, towards) for edge in edges[1:-1] for towards in (0, 1)]
    scores = [*edges, 3 * 0.1, 7 * 0.1, *beside]
    made = [
        rb.TextClassificationRecord(
            text="a",
            prediction=[("x", float(score))],
            annotation=(None, "x", "y")[number % 3 if score not in edges else 1],
        )
        for score in scores
        for number in range(3)
    ]
    explorer = opened("edges", made)
    wrong = {"predicted": ["ko"], "score": {"from": 0.5}}
    answer = result(explorer, "chart", asked("reliability", filters=wrong))
    assert answer["edges"] == edges
    assert sum(row[0] for row in answer["rows"]) == 11 * 3 + 20 * 2
    for place, (n, right, *_) in enumerate(answer["rows"]):  # as `boundsOf` of the page has them
        score = {} if place == 0 else {"from": edges[place]}
        if place < 9:
            score["below"] = edges[place + 1]
        explorer.filters = {"predicted": ["ok", "ko"], "score": score}
        assert len(explorer.records) == n > 0
        explorer.filters = {"predicted": ["ok"], "score": score}
        assert len(explorer.records) == right


def expressions(vega: Any, key: str = "") -> Iterator[str]:
    """Yield everything in a Vega specification that is read as an expression."""
    if isinstance(vega, dict):
        for name, one in vega.items():
            if isinstance(one, str) and name in ("signal", "expr", "update", "test", "init"):
                yield one
            yield from expressions(one, name)
    elif isinstance(vega, list):
        for one in vega:
            yield from expressions(one, key)


def test_no_expression_is_made_from_data() -> None:
    """Labels, values, field names, query and title are strings to Vega, never a program."""
    vl_convert = pytest.importorskip("vl_convert")
    made = [
        rb.TextClassificationRecord(
            text="evil alert" if n % 6 > 1 else "evil fine",
            annotation=f"{ODD}{n % 3}",
            prediction=[(f"{ODD}{n % 2}", 0.2 + n / 100)],
            metadata={ODD: f"{ODD}{n % 4}", f"{ODD}n": n},
        )
        for n in range(60)
    ]
    explorer = opened("odd", made)
    fields = [field["name"] for field in explorer.config["fields"] if ODD in field["name"]]
    assert len(fields) >= 2
    charts = [(chart, "") for chart in CHARTS if chart != "field"]
    for chart, field in [*charts, *(("field", name) for name in fields if ".text" not in name)]:
        answer = result(explorer, "chart", asked(chart, field, query="evil"))
        assert answer["spec"] is not None
        compiled = vl_convert.vegalite_to_vega(answer["spec"])
        said = list(expressions(compiled))
        assert said
        assert not [one for one in said if "evil" in one or "alert" in one or "c']" in one]


@pytest.mark.slow
def test_size_is_bounded() -> None:
    """300 labels and 100,000 values make a message no larger than a picture's."""
    numbers = range(100_000)
    made = pd.DataFrame(
        {
            "text": "a",
            "label": [f"a label of usual length {n % 300}" for n in numbers],
            "guess": [f"a label of usual length {n % 299}" for n in numbers],
            "sure": 0.5,
            "key": [f"{n} " + "x" * (300 if n % 2 else 1) for n in numbers],
        }
    )
    columns = {
        "text": "text",
        "annotation": "label",
        "prediction": "guess",
        "score": "sure",
        "metadata": "key",
    }
    explorer = kept(rb.explore(made, name="wide", **columns))
    for chart, most in (("confusion_matrix", 500_000), ("labels", 60_000), ("field", 120_000)):
        answer = result(explorer, "chart", asked(chart, "metadata.key"))
        assert len(json.dumps(answer)) < most, chart
        assert answer["left_out"] > 0
    assert answer["left_out"] == 100_000 - 40


def test_what_cannot_be_drawn_is_said(explorer: Explorer) -> None:
    """Several labels a record, no predictions and no records each have their sentence."""
    several = rb.TextClassificationRecord(
        text="a", annotation=["x", "y"], prediction=[("x", 0.9)], multi_label=True
    )
    multi = opened("several", [several])
    for chart in ("confusion_matrix", "reliability"):
        answer = result(multi, "chart", asked(chart))
        assert answer["spec"] is None
        assert answer["why"].startswith("multi-label: ")
    assert result(multi, "chart", asked("labels"))["values"] == ["x", "y"]
    plain = opened("plain", [rb.TextClassificationRecord(text="a", metadata={"k": "v"})])
    for chart in ("confusion_matrix", "reliability", "scores", "labels"):
        assert result(plain, "chart", asked(chart))["why"].startswith("no ")
    assert result(plain, "chart", asked("words"))["why"].startswith("no word surely")
    assert result(plain, "chart", asked("text_length"))["why"] is None
    nothing = asked("text_length", query="nothinglikeit")
    assert result(explorer, "chart", nothing)["why"] == "no record here has a value"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"chart": "__init__"}, "chart is '__init__'; use 'confusion_matrix' or"),
        ({"chart": "field", "field": "metadata.nope"}, "no field 'metadata.nope'"),
        ({"chart": "field", "field": "text"}, "no field 'text' to filter by"),
        ({"field": 3}, "field is 3; give a string"),
        ({"more": 1}, "unknown 'more'"),
    ],
)
def test_odd_requests_are_refused(explorer: Explorer, change: dict[str, Any], says: str) -> None:
    """Nothing but a chart's name and a field's is taken from the page."""
    assert says in error(explorer, "chart", {**asked("scores"), **change})["message"]


def test_the_runtime_goes_beside_its_answer(
    open_explorer: Callable[..., Explorer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bundle travels as bytes under its hash, which explorers name; without one it is said."""
    monkeypatch.setattr(runtime, "BUNDLE", tmp_path / "charts.js")
    explorer = open_explorer()
    assert explorer.config["runtime"] == ""
    assert "runtime is not built" in error(explorer, "runtime")["message"]
    (tmp_path / "charts.js").write_bytes(b"export {}")
    sent: list[Any] = []
    explorer.send = lambda content, buffers=None: sent.append((content, buffers))
    request = {"kind": "request", "id": "1", "method": "runtime", "params": {}}
    message(explorer, request)
    ((answer, buffers),) = sent
    (packed,) = buffers
    assert gzip.decompress(packed) == b"export {}"
    named = hashlib.sha256(b"export {}").hexdigest()
    assert answer["result"] == {"sha256": named, "encoding": "gzip"}
    message(explorer, {**request, "method": "chart", "params": asked("scores")})
    assert sent[-1][1] is None
    assert open_explorer().config["runtime"] == named
