"""The measures that every dataset has, and their charts."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.charts import counts as counting
from rubrix_widget.charts import offline
from rubrix_widget.errors import DatasetNotFoundError, QueryError
from rubrix_widget.metrics import commons
from rubrix_widget.metrics.intervals import wilson


@pytest.fixture
def name() -> str:
    """Return the name of a dataset of ten records, two of them predicted wrongly."""
    rb.init()
    records = [
        rb.TextClassificationRecord(
            text="😀" * (number + 1),
            prediction=[("a", 0.9)],
            annotation="a" if number < 5 else "b" if number < 7 else None,
        )
        for number in range(10)
    ]
    rb.log(records, "ten", verbose=False)
    return "ten"


def test_text_length_counts_characters(name: str) -> None:
    """Lengths are characters, an emoji is one; each length has its number of records."""
    assert commons.text_length(name).data == dict.fromkeys(range(1, 11), 1)


def test_a_query_chooses_the_records(name: str) -> None:
    """A measure with a query is that of the records it matches, and says so."""
    measured = commons.text_length(name, query="predicted:ko")
    assert (measured.data, measured.n) == ({6: 1, 7: 1}, 2)
    assert measured.title == "Text length of 2 records in ten where predicted:ko"


def test_statuses_are_counted(name: str) -> None:
    """Statuses that do not occur are left out."""
    assert commons.records_status(name).data == {"Validated": 7, "Default": 3}


def test_what_is_unknown_is_refused(name: str) -> None:
    """An unknown dataset or a bad query is an error, not an empty chart."""
    with pytest.raises(DatasetNotFoundError, match="ten"):
        commons.text_length("tem")
    with pytest.raises(QueryError):
        commons.text_length(name, "score:[")


def test_a_star_brings_the_measures() -> None:
    """``import *`` gives the measures and nothing else."""
    names: dict[str, object] = {}
    exec("from rubrix_widget.metrics.commons import *", names)
    assert set(names) - {"__builtins__"} == set(commons.__all__)


def test_measuring_needs_no_altair() -> None:
    """Altair, which takes long to import, is imported when something is drawn."""
    code = "import sys, rubrix_widget.metrics.commons; print('altair' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("query", [None, "predicted:ko", "zebra"])
def test_a_measure_is_drawn_as_an_altair_chart(name: str, query: str | None) -> None:
    """Charts are Altair's own, valid, restylable and combinable, also without records."""
    for measured in (commons.text_length(name, query), commons.records_status(name, query)):
        chart = measured.visualize()
        assert isinstance(chart, alt.TopLevelMixin)
        total = sum(one["records"] for one in chart.data.values)
        assert total == measured.n
        assert isinstance(chart.properties(width=100), offline.Chart)
        (chart + chart).to_dict()


def test_a_chart_shows_without_the_internet(name: str) -> None:
    """A notebook gets a form it draws by itself and a picture, and no page that loads a script."""
    shown = commons.text_length(name).visualize()._repr_mimebundle_()
    assert set(shown) == {"application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"}
    assert shown["image/svg+xml"].startswith("<svg")


def test_without_the_extra_the_way_out_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no picture can be made, the notebook's own form is still there, and the extra named."""
    monkeypatch.setattr(offline.importlib.util, "find_spec", lambda _: None)
    shown = commons.text_length(name).visualize()._repr_mimebundle_()
    assert set(shown) == {"application/vnd.vegalite.v5+json", "text/plain"}
    assert "rubrix-widget[charts]" in shown["text/plain"]


def test_a_renderer_of_the_user_is_respected(name: str) -> None:
    """Nothing of Altair is changed, and a renderer that the user enabled is used."""
    chart = commons.text_length(name).visualize()
    assert alt.renderers.active == "default"
    with alt.renderers.enable("json"):
        assert "application/json" in chart._repr_mimebundle_()[0]


@given(st.dictionaries(st.integers(0, 10**6), st.integers(1, 100), min_size=1))
def test_bins_hold_every_record_once(counts: dict[int, int]) -> None:
    """Bins are few, of equal width, do not overlap, and hold all records."""
    bins = counting.binned(counts)
    assert sum(one["records"] for one in bins) == sum(counts.values())
    assert len(bins) <= 41
    assert len({one["end"] - one["start"] for one in bins}) == 1
    assert all(one["end"] <= after["start"] for one, after in pairwise(bins))
    for length in counts:
        assert sum(one["from"] <= length <= one["to"] for one in bins) == 1


@given(st.integers(1, 10**6), st.data())
def test_an_interval_holds_its_share(n: int, data: st.DataObject) -> None:
    """The interval lies within 0 and 1 and around the share; a higher confidence is wider."""
    successes = data.draw(st.integers(0, n))
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1
    wider = wilson(successes, n, 0.99)
    assert wider[0] <= low
    assert high <= wider[1]


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (2, 1), (-1, 3)])
def test_no_share_has_no_interval(successes: int, n: int) -> None:
    """What is no share is refused."""
    with pytest.raises(ValueError, match="is no share"):
        wilson(successes, n)


def test_keywords_are_counted_by_records() -> None:
    """A word counts once a record; common words, numbers and signs are left out; most first."""
    texts = ["The film, film and film 1999", "the plot of a film", "plot !"]
    rb.log([rb.TextClassificationRecord(text=text) for text in texts], "words", verbose=False)
    assert commons.keywords("words").data == {"film": 2, "plot": 2}
    assert commons.keywords("words", "text:film", size=1).data == {"film": 2}
    whole = commons.keywords("words", language=None).data
    assert (whole["the"], "1999" in whole) == (2, False)
    assert commons.keywords("words", "text:nothing").data == {}
    with pytest.raises(ValueError, match="language is 'xx'; use one of ar, da"):
        commons.keywords("words", language="xx")
    with pytest.raises(ValueError, match="size is 0"):
        commons.keywords("words", size=0)
    commons.keywords("words").visualize().to_dict()
