"""Datasets from and to Hugging Face."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import Any

import datasets
import numpy as np
import pyarrow as pa
import pytest

from rubrix_widget.datasets import DatasetForTextClassification as Dataset
from rubrix_widget.datasets import read_datasets
from rubrix_widget.errors import RecordError, RecordWarning
from rubrix_widget.records import FIELDS, TextClassificationRecord, TokenAttributions
from tests.counting import calls

Record = TextClassificationRecord
NAMES = datasets.ClassLabel(names=["negative", "positive"])
TEXT = datasets.Value("string")


def hub(columns: dict[str, Any], **features: Any) -> Any:
    """Make a Hugging Face dataset, with features where given."""
    given = datasets.Features(features) if features else None
    return datasets.Dataset.from_dict(columns, features=given)


def field(found: Dataset, name: str) -> list[Any]:
    return [getattr(record, name) for record in found]


def test_the_main_case() -> None:
    """Text, a ClassLabel and all scores of a pipeline need one argument; the rest is named once."""
    reviews = hub(
        {
            "text": ["a", "b", "c"],
            "label": [0, 1, -1],
            "prediction": [[{"label": "negative", "score": 0.9}]] * 3,
            "idx": [0, 1, 2],
            "source": ["x"] * 3,
        },
        text=TEXT,
        label=NAMES,
        prediction=datasets.List({"label": TEXT, "score": datasets.Value("float32")}),
        idx=datasets.Value("int32"),
        source=TEXT,
    )
    with pytest.warns(RecordWarning) as caught:
        found = Dataset.from_datasets(reviews, annotation="label")
    assert [str(warning.message) for warning in caught] == [
        "columns ignored: idx, source. To keep some, name them in metadata=[...]"
    ]
    assert caught[0].filename == __file__
    assert field(found, "annotation") == ["negative", "positive", None]
    assert field(found, "status") == ["Validated", "Validated", "Default"]
    assert field(found, "prediction") == [[("negative", float(np.float32(0.9)))]] * 3


def test_columns_can_have_other_names() -> None:
    """Each field can be told its column; inputs and metadata one or several."""
    found = Dataset.from_datasets(
        hub(
            {
                "premise": ["a", "b"],
                "hypothesis": ["c", None],
                "uid": [1, 2],
                "gold": ["x", None],
                "model": [[{"label": "x", "score": 0.5}], None],
                "length": [3, None],
                "split": ["train", "test"],
            }
        ),
        inputs=["premise", "hypothesis"],
        id="uid",
        annotation="gold",
        prediction="model",
        metadata=["length", "split"],
    )
    assert list(found) == [
        Record(
            inputs={"premise": "a", "hypothesis": "c"},
            id=1,
            annotation="x",
            prediction=[("x", 0.5)],
            metadata={"length": 3, "split": "train"},
        ),
        Record(inputs={"premise": "b"}, id=2, metadata={"split": "test"}),
    ]


# Rubrix 0.18: D.from_datasets(Dataset.from_dict({"inputs": [...]}))[i].inputs
@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["a", "b"], [{"text": "a"}, {"text": "b"}]),
        ([["a", "b"], ["c"]], [{"text": ["a", "b"]}, {"text": ["c"]}]),
        ([{"p": "a", "q": None}, {"p": None, "q": "b"}], [{"p": "a"}, {"q": "b"}]),
    ],
)
def test_inputs_are_read_in_rubrix_shapes(column: list[Any], expected: list[Any]) -> None:
    """A text, a list of texts, or a struct whose nulls are inputs that the record lacks."""
    assert field(Dataset.from_datasets(hub({"inputs": column})), "inputs") == expected


@pytest.mark.parametrize("wrap", [datasets.List, datasets.LargeList])
def test_lists_of_class_labels_are_multi_label(wrap: Any) -> None:
    """Annotations that are lists make the dataset multi-label, without being told."""
    made = hub({"text": ["a", "b", "c"], "label": [[0, 1], None, []]}, text=TEXT, label=wrap(NAMES))
    found = Dataset.from_datasets(made, annotation="label")
    assert field(found, "annotation") == [["negative", "positive"], None, []]
    assert field(found, "multi_label") == [True] * 3


def test_multi_label_can_be_said() -> None:
    """The argument decides over what annotations look like."""
    made = hub({"text": ["a", "b"], "annotation": ["x", None]})
    found = Dataset.from_datasets(made, multi_label=True)
    assert field(found, "annotation") == [["x"], None]
    made = hub({"text": ["a", "b"], "annotation": [["x"], []]})
    found = Dataset.from_datasets(made, multi_label=False)
    assert field(found, "annotation") == ["x", None]


def test_label_numbers_out_of_range_are_refused_one_by_one() -> None:
    """-1 is no label; any other number without a name is a fault of its record."""
    # Built from Arrow: the library itself refuses such numbers when it encodes Python values.
    column = pa.table({"text": ["a", "b", "c"], "label": pa.array([0, 7, -1], pa.int64())})
    made = datasets.Dataset(
        column,
        info=datasets.DatasetInfo(features=datasets.Features({"text": TEXT, "label": NAMES})),
    )
    with pytest.warns(RecordWarning, match="record 1: annotation: label 7 is none of the 2"):
        found = Dataset.from_datasets(made, annotation="label")
    assert field(found, "annotation") == ["negative", None]


def test_one_bad_record_does_not_lose_the_others() -> None:
    """67,349 records with one fault are 67,348 records and a sentence."""
    scores = [0.5] * 67_349
    scores[12_345] = 1.5
    made = hub(
        {
            "text": ["a"] * len(scores),
            "id": [f"r{i}" for i in range(len(scores))],
            "prediction": [[{"label": "x", "score": score}] for score in scores],
        }
    )
    message = r"1 of 67,349 records refused.*record 12345 \(id 'r12345'\): .* is 1\.5, outside"
    with pytest.warns(RecordWarning, match=message):
        found = Dataset.from_datasets(made)
    assert len(found) == 67_348
    assert [(r.index, r.id) for r in found.rejected] == [(12_345, "r12345")]
    with pytest.raises(RecordError, match="record 12345") as raised:
        Dataset.from_datasets(made, on_error="raise")
    assert (raised.value.index, raised.value.record_id) == (12_345, "r12345")


def test_many_bad_records_are_named_briefly() -> None:
    """The warning names the first few and counts the rest; all are kept in `.rejected`."""
    with pytest.warns(RecordWarning, match="record 5: .*; and 15 more") as caught:
        found = Dataset.from_datasets(hub({"text": ["a", *[None] * 20]}))
    assert "record 6" not in str(caught[0].message)
    assert [rejected.index for rejected in found.rejected] == list(range(1, 21))


REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    (
        datasets.DatasetDict({"train": hub({"text": ["a"]}), "test": hub({"text": ["a"]})}),
        {},
        r"one of its splits \('train', 'test'\), for example dataset\['train'\]",
    ),
    (hub({"text": ["a"]}).to_iterable_dataset(), {}, "has no length"),
    ([{"text": "a"}], {}, "no datasets.Dataset"),
    (hub({"text": ["a"], "labels": ["x"]}), {"annotation": "label"}, "Did you mean 'labels'"),
    (hub({"txt": ["a"]}), {}, "say which one holds the text, for example text='txt'"),
    (hub({"text": ["a"], "label": [1]}), {"annotation": "label"}, "ClassLabel"),
    (hub({"text": ["a"], "label": [True]}), {"annotation": "label"}, "holds bool"),
    (hub({"text": ["a"], "prediction": ["x"]}), {}, "predictions of type string"),
    (hub({"text": [None, None]}), {}, "none of the 2 records of the dataset can be read"),
    (hub({"text": ["a", "b"], "id": ["7", "7"]}), {}, "records 0 and 1 have the same id '7'"),
    (
        hub({"text": ["a", "b"], "multi_label": [False, True]}),
        {},
        "record 0 is single-label and record 1 multi-label",
    ),
    (hub({"text": ["a"], "inputs": ["b"]}), {}, "differ"),
]


@pytest.mark.parametrize(("given", "options", "message"), REFUSED)
def test_what_cannot_be_read_says_what_to_do(given: Any, options: Any, message: str) -> None:
    """An error names what came in and the way out."""
    with pytest.raises(RecordError, match=message):
        Dataset.from_datasets(given, **options)


def test_order_and_choice_of_records_are_kept() -> None:
    """A sorted, shuffled or filtered dataset is read as it shows itself."""
    made = hub({"text": [f"t{i}" for i in range(500)], "n": list(range(500))})
    shuffled = made.shuffle(seed=1)
    some = made.filter(lambda record: record["n"] % 7 == 3)
    none = made.filter(lambda record: record["n"] < 0)
    for given in (shuffled, some, none, made.select([3, 1, 2]), shuffled.with_format("numpy")):
        found = Dataset.from_datasets(given, metadata="n")
        plain = given.with_format(None)
        assert field(found, "text") == list(plain["text"])
        assert [record.metadata["n"] for record in found] == list(plain["n"])


def test_metadata_keeps_its_types() -> None:
    """Numbers, dates, lists and structs come through; what is null or NaN is left out."""
    given = {
        "m": [1.5, float("nan"), None],
        "flag": [True, None, False],
        "when": [dt.datetime(2020, 1, 1, 12), None, None],
        "day": [dt.date(2020, 1, 1), None, None],
        "list": [[1], [2], None],
        "struct": [{"k": 1, "v": None}, {"k": None, "v": 'say "no"\n'}, None],
        "$date": ["no date", None, None],
    }
    found = Dataset.from_datasets(hub({"text": ["a", "b", "c"], **given}), metadata=list(given))
    assert field(found, "metadata") == [
        {
            "m": 1.5,
            "flag": True,
            "when": dt.datetime(2020, 1, 1, 12),
            "day": dt.date(2020, 1, 1),
            "list": [1],
            "struct": {"k": 1},
            "$date": "no date",
        },
        {"list": [2], "struct": {"v": 'say "no"\n'}},
        {"flag": False},
    ]


def test_records_without_any_of_the_metadata_stay() -> None:
    """A record whose metadata columns are all null has none, and keeps its place."""
    found = Dataset.from_datasets(
        hub({"text": ["a", "b", "c"], "m": [None, 1, None], "n": [None, None, "q"]}),
        metadata=["m", "n"],
    )
    assert field(found, "metadata") == [{}, {"m": 1}, {"n": "q"}]


def test_the_same_features_whatever_is_empty() -> None:
    """Two exports can be put together, though one has no predictions or annotations at all."""
    bare = Dataset([Record(text="a")]).to_datasets()
    full = Dataset(
        [Record(text="b", prediction=[("x", 0.5)], annotation="x", id=7, event_timestamp=0)]
    ).to_datasets()
    assert bare.features == full.features
    assert Dataset([]).to_datasets().features == bare.features
    # Rubrix 0.18: to_datasets().column_names, which leaves search_keywords out.
    assert bare.column_names == [name for name in FIELDS if name != "search_keywords"]
    assert len(datasets.concatenate_datasets([bare, full])) == 2


def test_everything_survives_a_round_trip() -> None:
    """What to_datasets writes, from_datasets reads without a warning."""
    records = [
        Record(
            inputs={"a": ["x", "y"]},
            prediction=[("u", 0.25), ("v", 0.75)],
            prediction_agent="model",
            annotation=["u", "v"],
            annotation_agent="me",
            multi_label=True,
            explanation={"a": [TokenAttributions("x", {"u": 0.5})]},
            id="r-1",
            metadata={"n": 1, "when": dt.datetime(2020, 1, 1), "deep": {"tags": ["p"]}},
            status="Edited",
            event_timestamp=dt.datetime(2021, 2, 3, 4, 5, 6, 789),
            metrics={"length": 2},
        ),
        Record(inputs={"b": "z"}, multi_label=True, annotation=[]),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = Dataset.from_datasets(Dataset(records).to_datasets())
    assert list(again) == records


@pytest.mark.parametrize(
    "metadata",
    [
        [{"a": 1}, {"a": "x"}],
        [{"a": {}}, {}],
        [{"a": 2**70}, {}],
        [{"a": dt.datetime(2020, 1, 1)}, {"a": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}],
        [{"a": dt.datetime(2020, 1, 1, 5)}, {"a": dt.date(2020, 1, 1)}],
    ],
)
def test_metadata_that_fits_no_struct_goes_as_text(metadata: list[Any]) -> None:
    """Rubrix dropped such metadata, and Arrow would change the dates; nothing is lost here."""
    made = Dataset([Record(text=str(i), metadata=m) for i, m in enumerate(metadata)])
    exported = made.to_datasets()
    assert exported.features["metadata"] == TEXT
    assert field(Dataset.from_datasets(exported), "metadata") == metadata


def test_training_data_has_inputs_and_numbers() -> None:
    """Annotated records only; labels in alphabetical order, as in Rubrix 0.18."""
    made = Dataset(
        [
            Record(text="a", annotation="b"),
            Record(inputs={"title": "c", "body": "d"}, annotation="a"),
            Record(text="e"),
        ]
    ).prepare_for_training()
    assert made.features["label"].names == ["a", "b"]
    assert made[:] == {
        "text": ["a", None],
        "title": [None, "c"],
        "body": [None, "d"],
        "label": [1, 0],
    }


def test_training_data_of_several_labels_is_binarized_too() -> None:
    """`label` as in Rubrix 0.18, and beside it a 0 or 1 for each name, as trainers want it."""
    made = Dataset(
        [
            Record(text="a", annotation=["c", "b"], multi_label=True),
            Record(text="b", annotation=["a"], multi_label=True),
            Record(text="c", annotation=[], multi_label=True),
            Record(text="d", multi_label=True),
        ]
    ).prepare_for_training()
    assert made.features["label"].feature.names == ["a", "b", "c"]
    assert made[:] == {
        "text": ["a", "b", "c"],
        "label": [[2, 1], [0], []],
        "binarized_label": [[0, 1, 1], [1, 0, 0], [0, 0, 0]],
    }


def test_nothing_to_train_on_says_so() -> None:
    """Rubrix returned an empty dataset whose label was text."""
    with pytest.raises(RecordError, match="none of the 1 records is annotated"):
        Dataset([Record(text="a")]).prepare_for_training()
    with pytest.raises(RecordError, match="an input is named 'label'"):
        Dataset([Record(inputs={"label": "a"}, annotation="x")]).prepare_for_training()


def test_read_datasets_knows_one_task() -> None:
    """Rubrix's other tasks are refused by name."""
    made = hub({"text": ["a"], "label": [1]}, text=TEXT, label=NAMES)
    found = read_datasets(made, task="TextClassification", annotation="label")
    assert field(found, "annotation") == ["positive"]
    with pytest.raises(RecordError, match="task 'Text2Text' is not supported"):
        read_datasets(made, task="Text2Text")


def test_whole_columns_are_moved() -> None:
    """Records are read without a call for each, and become rows of a frame with a few."""
    size = 20_000
    kind = pa.list_(pa.struct([("label", pa.string()), ("score", pa.float32())]))
    pairs = [{"label": "positive", "score": 0.75}, {"label": "negative", "score": 0.25}]
    made = datasets.Dataset(
        pa.table(
            {
                "text": [f"text number {i}" for i in range(size)],
                "prediction": pa.array([pairs] * size, kind),
                "label": pa.array(np.arange(size) % 2),
                "n": np.arange(size),
            }
        )
    ).cast_column("label", NAMES)
    shuffled = made.shuffle(seed=0)
    found, work = calls(lambda: Dataset.from_datasets(shuffled, annotation="label", metadata="n"))
    assert work < size
    frame, work = calls(found.to_pandas)
    assert work < 20 * size
    assert len(frame) == size
