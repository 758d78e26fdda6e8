"""The page on the query language says what is so."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

import rubrix_widget as rb
from rubrix_widget.engine import explain
from rubrix_widget.engine.engine import Engine
from rubrix_widget.errors import QuerySyntaxError
from rubrix_widget.home import active
from rubrix_widget.query import DIALECTS, parse

PAGE = (Path(__file__).parents[2] / "docs" / "query.md").read_text("utf-8")


def section(title: str) -> str:
    found = re.search(rf"^#+ {title}\n(.*?)(?=^#|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    return found[1]


def first_column(title: str) -> list[str]:
    """Return what stands in backticks in the first column of a section's table."""
    rows = [
        re.split(r"(?<!\\)\|", line)[1] for line in section(title).splitlines() if line[:1] == "|"
    ]
    return [code.replace(r"\|", "|") for row in rows for code in re.findall(r"`([^`]+)`", row)]


def block(title: str) -> str:
    return section(title).split("```\n")[1]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    rb.init(tmp_path_factory.mktemp("home"))
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"a {'fine' if i % 2 else 'dull'} film {i}",
                id=i,
                prediction={
                    "Model A": [("good", 0.5 + i / 100), ("bad", 0.1)],
                    "b": [("bad", 0.6)],
                },
                annotation="good" if i % 2 else "bad",
                annotation_agent="me",
                metadata={"key": "two words", "name": "x"},
                event_timestamp=dt.datetime(2021, 3, 7, 10, 30),
            )
            for i in range(40)
        ],
        "films",
        verbose=False,
    )
    return active().dataset("films").engine()


WRITTEN = [*first_column("What can be written"), *first_column("Regular expressions")]


@pytest.mark.parametrize("query", WRITTEN)
def test_every_example_is_a_query(engine: Engine, query: str) -> None:
    """What the page shows can be written, in both dialects but for quotes after a comparison."""
    for dialect in DIALECTS[:1] if '>="' in query else DIALECTS:
        assert 0 <= engine.select(query, dialect=dialect).count <= engine.n


def test_the_page_has_examples() -> None:
    """The tables are found, so that the tests above have something to run."""
    assert len(WRITTEN) > 35
    assert "/~(good)/" in WRITTEN
    assert "score:{0.99 TO *}" in WRITTEN


@pytest.mark.parametrize("name", first_column("Fields"))
def test_every_field_can_be_asked_for(engine: Engine, name: str) -> None:
    """Each field in the table exists, for each input and key of the records."""
    if "<field>" in name:
        query = name.replace("<field>", "score")
    else:
        query = name.replace("<name>", "text").replace("<key>", "key") + ":*"
    expected = 0 if name in ("last_updated", "comment", "verdict") else engine.n
    assert engine.select(query).count == expected


@pytest.mark.parametrize(
    ("claim", "query", "count"),
    [
        ("a field binds to the next term only", "inputs.text:fine 1", 1),
        ("empty is everything", "", 40),
        ("words in lower case", "FI*", 40),
        ("values as they are", "predicted_by:model*", 0),
        ("values as they are", "predicted_by:Model*", 40),
        ("^ and $ are plain", "/^film$/", 0),
        ("~ binds before *", "/fil~(m)*/", 0),
        ("both at once", "/@i@&~(@e@)/", 40),
        ("> begins after", 'event_timestamp:>"2021-03-07||/d"', 0),
        (">= begins with", 'event_timestamp:>="2021-03-07||/d"', 40),
        ("<= ends with", 'event_timestamp:<="2021-03-07||/d"', 40),
        ("the period is covered", "event_timestamp:[2021-03 TO 2021-03]", 40),
        ("a run of words is one value", "metadata.key:(two words)", 40),
        ("a word of a value", "metadata.key.text:two", 40),
    ],
)
def test_every_claim_is_so(engine: Engine, claim: str, query: str, count: int) -> None:
    """The rules between the tables hold."""
    assert engine.select(query).count == count, claim


def test_the_pictured_error_is_the_error() -> None:
    """The picture is what a person sees."""
    picture = block("What a bad query gets")
    with pytest.raises(QuerySyntaxError) as caught:
        parse(picture.splitlines()[0])
    assert str(caught.value) == picture.rstrip()


def test_the_pictured_explanation_is_the_explanation(engine: Engine) -> None:
    """So is that of an explanation."""
    assert (
        str(explain(engine, "(fine or dull) AND NOT predicted:ok")) == block("The reading").rstrip()
    )
