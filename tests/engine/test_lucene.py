"""Dialect ``lucene`` over records: what only shows where fields are known (``make oracle``)."""

from __future__ import annotations

import pytest

import rubrix_widget as rb
from rubrix_widget.engine import Engine
from rubrix_widget.errors import FieldTypeError
from rubrix_widget.home import active

RECORDS = [
    rb.TextClassificationRecord(
        id="both",
        inputs={"title": "a good film", "body": "seen"},
        metadata={"stars": 5, "tags": ["red", "wine"]},
    ),
    rb.TextClassificationRecord(
        id="apart",
        inputs={"title": "good", "body": "a film"},
        metadata={"note": "two words", "tags": ["red wine"]},
    ),
    rb.TextClassificationRecord(
        id="neither", inputs={"title": "x", "body": "Film-like"}, metadata={"note": "two"}
    ),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    rb.init(tmp_path_factory.mktemp("home"))
    rb.log(RECORDS, "lucene")
    return active().dataset("lucene").engine()


def ids(engine: Engine, query: str, dialect: str = "lucene") -> list[str]:
    selection = engine.select(query, dialect=dialect)  # type: ignore[arg-type]
    return [record["id"] for record in engine.records(selection.order())]


def test_words_in_a_row_are_asked_of_each_field_together(engine: Engine):
    r"""``inputs.\*:(good film)`` wants both words in one input; separate clauses do not."""
    assert ids(engine, r"inputs.\*:(good film)") == ["both"]
    assert ids(engine, r"inputs.\*:(good AND film)") == ["both", "apart"]
    assert ids(engine, r"inputs.\*:(good film)", "notebook") == ["both", "apart"]


def test_words_in_a_row_are_one_value(engine: Engine):
    """On fields of whole values, numbers too, which "5 5" is not."""
    assert ids(engine, "metadata.note:(two words)") == ["apart"]
    with pytest.raises(FieldTypeError, match="'5 5' is not a number"):
        ids(engine, "metadata.stars:(5 5)")
    assert ids(engine, "metadata.stars:(5 5)", "notebook") == ["both"]


def test_operators_look_past_what_analysis_leaves_nothing_of(engine: Engine):
    """``good OR "--" AND film`` requires both words, since AND is about ``good`` then."""
    assert ids(engine, 'good OR "--" AND film') == ["both", "apart"]
    assert ids(engine, r'film OR inputs.\*:"--" AND good') == ["both", "apart"]
    assert ids(engine, 'film OR metadata.note:"--" AND good') == []


def test_escapes_keep_capitals_in_patterns_only(engine: Engine):
    r"""``\Fil?`` finds no lower-cased word, but ``Fil?`` and the prefix ``\Fil*`` do."""
    assert ids(engine, r"\Fil?") == []
    assert ids(engine, "Fil?") == ids(engine, r"\Fil*") == ["both", "apart", "neither"]
    assert ids(engine, r"text.exact:\Film*") == ["neither"]


def test_words_of_one_term_may_be_in_different_values(engine: Engine):
    """A term of two words asks for both in the record; a phrase for both in one value."""
    assert ids(engine, "metadata.tags.text:red-wine") == ["both", "apart"]
    assert ids(engine, 'metadata.tags.text:"red wine"') == ["apart"]
    assert ids(engine, 'metadata.tags.text:"--"') == []


def test_every_kind_of_field_can_exist(engine: Engine):
    r"""``_exists_:metadata.\*`` counts numbers as well as text."""
    assert ids(engine, r"_exists_:metadata.st\*") == ["both"]
    assert ids(engine, r"_exists_:metadata.\*") == ["both", "apart", "neither"]


def test_a_date_is_not_glued_to_anything(engine: Engine):
    """What Python's own parser would let pass is no date here."""
    with pytest.raises(FieldTypeError, match="is not a date"):
        ids(engine, "event_timestamp:2021-12-31019")
