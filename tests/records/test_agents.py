"""A column of predictions for each of several models, read and written again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rubrix_widget as rb
from rubrix_widget.datasets import DatasetForTextClassification as Dataset
from rubrix_widget.errors import RecordError, RecordWarning
from rubrix_widget.frames import dataset_of

LABELS = ["bad", "good", "so so"]
PREDICTION = st.none() | st.lists(
    st.tuples(st.sampled_from(LABELS), st.sampled_from([0.25, 0.5, 0.75])),
    max_size=3,
    unique_by=lambda pair: pair[0],
)
NAMES = st.lists(
    st.text(min_size=1, max_size=8).filter(lambda name: "\x00" not in name)
    | st.sampled_from(["my model", "a@b", "<img src=x onerror=alert(1)>", "x" * 300]),
    min_size=1,
    max_size=4,
    unique=True,
)
FRAMES = NAMES.flatmap(
    lambda names: st.tuples(
        st.just(names), st.lists(st.tuples(*(PREDICTION for _ in names)), min_size=1, max_size=6)
    )
)


def predictions(found: Dataset) -> list[dict[str, Any]]:
    """Return what each agent predicted, without agents that predicted nothing."""
    return [
        {
            name: one
            for name, one in (
                record.predictions or {record.prediction_agent: record.prediction}
            ).items()
            if one is not None
        }
        for record in found
    ]


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(FRAMES)
def test_a_column_for_each_agent(data: tuple[list[str], list[tuple[Any, ...]]]) -> None:
    """Columns give each record what its cells say, by agent, and come back from every form."""
    names, lines = data
    frame = pd.DataFrame({"text": [f"text {at}" for at in range(len(lines))]})
    for at in range(len(names)):
        frame[f"column {at}"] = pd.Series([line[at] for line in lines], dtype=object)
    mapping = {name: f"column {at}" for at, name in enumerate(names)}
    wanted = [
        {name: one for name, one in zip(names, line, strict=True) if one is not None}
        for line in lines
    ]
    found = Dataset.from_pandas(frame, prediction=mapping)
    assert predictions(found) == wanted
    assert [record.prediction for record in found] == [line[0] for line in lines]
    assert {record.prediction_agent for record in found} == {names[0]}
    assert predictions(Dataset.from_pandas(found.to_pandas())) == wanted
    assert predictions(Dataset.from_datasets(found.to_datasets())) == wanted
    assert predictions(dataset_of(frame, prediction=mapping)) == wanted
    if all(one is not None and len(one) for line in lines for one in line):
        shaped = frame.copy()
        for column in mapping.values():
            shaped[column] = [
                [{"label": label, "score": score} for label, score in one] for one in frame[column]
            ]
        hugging = datasets.Dataset.from_pandas(shaped)
        assert predictions(Dataset.from_datasets(hugging, prediction=mapping)) == wanted


def test_columns_of_labels_get_their_scores_by_agent(home: Path) -> None:
    """As two annotated columns look in practice; the others become metadata, scores do not."""
    frame = pd.DataFrame(
        {
            "sentence": ["fine", "dull"],
            "label": ["good", "bad"],
            "bert": ["good", None],
            "sure": [0.75, 0.5],
            "gpt 4": ["bad", "bad"],
            "split": ["train", "dev"],
        }
    )
    with pytest.warns(RecordWarning, match="column 'gpt 4' holds labels without scores"):
        shown = rb.explore(
            frame,
            text="sentence",
            annotation="label",
            prediction={"BERT": "bert", "GPT": "gpt 4"},
            score={"BERT": "sure"},
            name="compared",
        )
    first, second = shown.records
    assert predictions(shown.records) == [
        {"BERT": [("good", 0.75)], "GPT": [("bad", 1.0)]},
        {"GPT": [("bad", 1.0)]},
    ]
    assert first.metadata == {"split": "train"}
    assert second.prediction is None
    assert rb.count("compared", "broken:true") == 1


def test_a_bad_cell_of_one_agent_refuses_its_record_alone() -> None:
    """The others are read, and the reason names agent and score."""
    frame = pd.DataFrame({"text": ["a", "b"], "x": [[("good", 0.5)]] * 2})
    frame["y"] = [[("good", 0.5)], [("good", 7.0)]]
    with pytest.warns(RecordWarning):
        found = Dataset.from_pandas(frame, prediction={"x": "x", "y": "y"})
    assert len(found) == 1
    (one,) = found.rejected
    assert one.index == 1
    assert "prediction of agent 'y': the score of 'good' is 7" in one.reason


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"prediction": {}}, "name each agent and its column"),
        ({"prediction": {"": "guess"}}, "name each agent and its column"),
        ({"prediction": {"a": "gues"}}, "no column 'gues'. Did you mean 'guess'"),
        ({"prediction": "guess", "score": {"a": "sure"}}, "name the columns of both by agent"),
        ({"prediction": {"a": "guess"}, "score": "sure"}, "name a column for each of the agents"),
        ({"prediction": {"a": "guess"}, "score": {"b": "sure"}}, "there are 'a'"),
        ({"prediction": {"a": "guess"}, "score": {"a": "sur"}}, "no column 'sur' for the scores"),
    ],
)
@pytest.mark.filterwarnings("ignore:column 'guess' holds labels without scores")
def test_columns_that_do_not_fit_are_refused(columns: dict[str, Any], says: str) -> None:
    """The error says what came in and what is accepted."""
    frame = pd.DataFrame({"text": ["a"], "guess": ["good"], "sure": [0.5]})
    with pytest.raises(RecordError, match=says):
        dataset_of(frame, **columns)
